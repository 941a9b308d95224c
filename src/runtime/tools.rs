//! Programs that come with a runtime, and programs that Debian has in a package of its own.

use super::language::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Programs written in a language that are none of its own: both are needed.
const TOOLS: &[(&str, Language)] = &[
    ("2to3", Language::Python),
    ("Rcmd", Language::R),
    ("airflow", Language::Python),
    ("ant", Language::Java),
    ("antlr", Language::Java),
    ("ansible-playbook", Language::Python),
    ("autopep8", Language::Python),
    ("bundle", Language::Ruby),
    ("bundler", Language::Ruby),
    ("celery", Language::Python),
    ("composer", Language::Php),
    ("corepack", Language::Node),
    ("cpan", Language::Perl),
    ("cpanm", Language::Perl),
    ("cromwell", Language::Java),
    ("cutadapt", Language::Python),
    ("cwltool", Language::Python),
    ("django-admin", Language::Python),
    ("drush", Language::Php),
    ("easy_install", Language::Python),
    ("flask", Language::Python),
    ("gem", Language::Ruby),
    ("gradle", Language::Java),
    ("groovy", Language::Java),
    ("gunicorn", Language::Python),
    ("htseq-count", Language::Python),
    ("ipython", Language::Python),
    ("ipython3", Language::Python),
    ("irb", Language::Ruby),
    ("javac", Language::Java),
    ("jupyter", Language::Python),
    ("jupyter-nbconvert", Language::Python),
    ("luigi", Language::Python),
    ("macs2", Language::Python),
    ("mcs", Language::Mono),
    ("gmcs", Language::Mono),
    ("msbuild", Language::Mono),
    ("xbuild", Language::Mono),
    ("multiqc", Language::Python),
    ("mvn", Language::Java),
    ("nextflow", Language::Java),
    ("nodemon", Language::Node),
    ("npm", Language::Node),
    ("npx", Language::Node),
    ("papermill", Language::Python),
    ("phpunit", Language::Php),
    ("pip", Language::Python),
    ("pip2", Language::Python),
    ("pip3", Language::Python),
    ("pipenv", Language::Python),
    ("pm2", Language::Node),
    ("pnpm", Language::Node),
    ("poetry", Language::Python),
    ("prove", Language::Perl),
    ("pytest", Language::Python),
    ("python-config", Language::Python),
    ("rackup", Language::Ruby),
    ("rails", Language::Ruby),
    ("rake", Language::Ruby),
    ("scala", Language::Java),
    ("scrapy", Language::Python),
    ("snakemake", Language::Python),
    ("sphinx-build", Language::Python),
    ("tox", Language::Python),
    ("ts-node", Language::Node),
    ("tsx", Language::Node),
    ("uv", Language::Python),
    ("virtualenv", Language::Python),
    ("wp", Language::Php),
    ("yarn", Language::Node),
];

/// Those of them that come with the runtime.
const OWN: &[&str] = &[
    "2to3",
    "Rcmd",
    "bundle",
    "bundler",
    "cpan",
    "gem",
    "irb",
    "javac",
    "gmcs",
    "mcs",
    "xbuild",
    "npm",
    "npx",
    "pip",
    "pip2",
    "pip3",
    "prove",
    "python-config",
    "rackup",
    "rails",
    "rake",
    "easy_install",
];

/// The language a tool is written in.
pub fn language(name: &str) -> Option<Language> {
    TOOLS.iter().find(|(known, _)| *known == name).map(|(_, language)| *language)
}

/// True where the tool is there wherever its language is.
pub fn is_own(name: &str) -> bool {
    OWN.contains(&name)
}

/// Commands that are not in every image, and their Debian packages; empty: Debian has none.
static PROGRAMS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../images/programs.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(name, package)| (name, package.trim())).chain(bare()).collect()
});

fn bare() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../../images/programs.txt").lines().filter(|line| !line.contains([' ', '#']) && !line.is_empty()).map(|line| (line, ""))
}

/// The Debian package of a command that not every image has; `None`: not known as one.
pub fn package(name: &str) -> Option<&'static str> {
    PROGRAMS.get(name).copied()
}

/// Commands that hand work to another job or another host: what they run is not run here.
pub fn runs_elsewhere(name: &str) -> bool {
    matches!(
        name,
        "qsub"
            | "qrsh"
            | "qsh"
            | "qlogin"
            | "jsub"
            | "jstart"
            | "qcronsub"
            | "sbatch"
            | "bsub"
            | "ssh"
            | "rsh"
            | "scp"
            | "rsync"
            | "crontab"
            | "toolforge"
            | "toolforge-jobs"
            | "kubectl"
            | "docker"
            | "podman"
            | "singularity"
            | "apptainer"
    )
}

/// Commands whose words only name programs.
pub fn only_names(name: &str) -> bool {
    matches!(
        name,
        "which"
            | "type"
            | "whereis"
            | "hash"
            | "man"
            | "pgrep"
            | "pkill"
            | "killall"
            | "pidof"
            | "alias"
            | "unalias"
            | "echo"
            | "printf"
            | "dpkg"
            | "apt"
            | "apt-get"
    )
}
