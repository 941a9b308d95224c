//! Programs that come with a runtime, and programs that Debian has in a package of its own.

use super::language::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Programs written in a language, and whether they are there wherever it is; of the others both are needed.
const TOOLS: &[(&str, Language, bool)] = &[
    ("2to3", Language::Python, true),
    ("Rcmd", Language::R, true),
    ("airflow", Language::Python, false),
    ("ant", Language::Java, false),
    ("antlr", Language::Java, false),
    ("ansible-playbook", Language::Python, false),
    ("autopep8", Language::Python, false),
    ("bundle", Language::Ruby, true),
    ("bundler", Language::Ruby, true),
    ("celery", Language::Python, false),
    ("composer", Language::Php, false),
    ("corepack", Language::Node, false),
    ("cpan", Language::Perl, true),
    ("cpanm", Language::Perl, false),
    ("cromwell", Language::Java, false),
    ("cutadapt", Language::Python, false),
    ("cwltool", Language::Python, false),
    ("django-admin", Language::Python, false),
    ("drush", Language::Php, false),
    ("easy_install", Language::Python, true),
    ("flask", Language::Python, false),
    ("gem", Language::Ruby, true),
    ("gradle", Language::Java, false),
    ("groovy", Language::Java, false),
    ("gunicorn", Language::Python, false),
    ("htseq-count", Language::Python, false),
    ("ipython", Language::Python, false),
    ("ipython3", Language::Python, false),
    ("irb", Language::Ruby, true),
    ("javac", Language::Java, true),
    ("jupyter", Language::Python, false),
    ("jupyter-nbconvert", Language::Python, false),
    ("luigi", Language::Python, false),
    ("macs2", Language::Python, false),
    ("mcs", Language::Mono, true),
    ("gmcs", Language::Mono, true),
    ("msbuild", Language::Mono, false),
    ("xbuild", Language::Mono, true),
    ("multiqc", Language::Python, false),
    ("mvn", Language::Java, false),
    ("nextflow", Language::Java, false),
    ("nodemon", Language::Node, false),
    ("npm", Language::Node, true),
    ("npx", Language::Node, true),
    ("papermill", Language::Python, false),
    ("phpunit", Language::Php, false),
    ("pip", Language::Python, true),
    ("pip2", Language::Python, true),
    ("pip3", Language::Python, true),
    ("pipenv", Language::Python, false),
    ("pm2", Language::Node, false),
    ("pnpm", Language::Node, false),
    ("poetry", Language::Python, false),
    ("prove", Language::Perl, true),
    ("pytest", Language::Python, false),
    ("python-config", Language::Python, true),
    ("rackup", Language::Ruby, true),
    ("rails", Language::Ruby, true),
    ("rake", Language::Ruby, true),
    ("scala", Language::Java, false),
    ("scrapy", Language::Python, false),
    ("snakemake", Language::Python, false),
    ("sphinx-build", Language::Python, false),
    ("tox", Language::Python, false),
    ("ts-node", Language::Node, false),
    ("tsx", Language::Node, false),
    ("uv", Language::Python, false),
    ("virtualenv", Language::Python, false),
    ("wp", Language::Php, false),
    ("yarn", Language::Node, false),
];

/// The language a tool is written in.
pub fn language(name: &str) -> Option<Language> {
    TOOLS.iter().find(|(known, ..)| *known == name).map(|(_, language, _)| *language)
}

/// True where the tool is there wherever its language is.
pub fn is_own(name: &str) -> bool {
    TOOLS.iter().any(|(known, _, is_own)| *known == name && *is_own)
}

/// Commands that are not in every image, and their Debian packages; empty: Debian has none.
static PROGRAMS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../images/programs.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once(' ').unwrap_or((line, ""))).map(|(name, package)| (name, package.trim())).collect()
});

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
