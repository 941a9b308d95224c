//! Files that say which version of a runtime a project wants. The nearest to the program counts, up to the home.

use super::files::Files;
use super::language::Language;
use super::version::Version;
use std::path::Path;

/// Directories above a program that are looked into.
const HIGHEST: usize = 8;

type Reader = fn(Language, &str) -> Option<Version>;

/// A language's files, those that say it most exactly first.
fn files_of(language: Language) -> &'static [(&'static str, Reader)] {
    match language {
        Language::Python => &[
            (".python-version", first_line),
            ("runtime.txt", runtime_txt),
            ("Pipfile", pipfile),
            ("pyproject.toml", pyproject),
            ("setup.cfg", setup_cfg),
            ("setup.py", setup_py),
            ("environment.yml", conda),
            ("environment.yaml", conda),
            (".tool-versions", tool_versions),
        ],
        Language::Node => &[(".nvmrc", nvmrc), (".node-version", nvmrc), ("package.json", engines), (".tool-versions", tool_versions)],
        Language::Php => &[(".php-version", first_line), ("composer.json", composer), (".tool-versions", tool_versions)],
        Language::Ruby => &[(".ruby-version", ruby_version), ("Gemfile", gemfile), (".tool-versions", tool_versions)],
        Language::Java => &[
            (".java-version", first_line),
            ("pom.xml", pom),
            ("build.gradle", gradle),
            ("build.gradle.kts", gradle),
            (".tool-versions", tool_versions),
        ],
        Language::Go => &[("go.mod", go_mod), (".go-version", first_line), (".tool-versions", tool_versions)],
        Language::Perl => &[(".perl-version", first_line), ("cpanfile", cpanfile), (".tool-versions", tool_versions)],
        Language::R => &[("renv.lock", renv), ("DESCRIPTION", description), ("environment.yml", conda_r), ("environment.yaml", conda_r)],
        Language::Julia => &[("Project.toml", julia), (".tool-versions", tool_versions)],
        Language::Lua | Language::Mono | Language::Octave | Language::Tcl => &[(".tool-versions", tool_versions)],
    }
}

/// The version that the project of a program in `directory` asks for.
pub fn find(language: Language, directory: &Path, home: &Path, files: &dyn Files) -> Option<Version> {
    let within = |path: &&Path| path.starts_with(home) || *path == directory;
    directory
        .ancestors()
        .take_while(within)
        .take(HIGHEST)
        .find_map(|directory| files_of(language).iter().find_map(|(name, read)| read(language, &files.text(&directory.join(name))?)))
}

/// Of a virtualenv at `directory`.
pub fn virtualenv(directory: &Path, files: &dyn Files) -> Option<Version> {
    let text = files.text(&directory.join("pyvenv.cfg"))?;
    let value = |key: &str| {
        text.lines().find_map(|line| line.split_once('=').filter(|(name, _)| name.trim() == key)).map(|(_, value)| value.trim())
    };
    Version::exact(Language::Python, value("version").or_else(|| value("version_info"))?)
}

fn first_line(language: Language, text: &str) -> Option<Version> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let line = line.rsplit(['-', '/']).next().unwrap_or(line);
    Version::exact(language, line)
}

fn ruby_version(language: Language, text: &str) -> Option<Version> {
    Version::exact(language, text.trim().trim_start_matches("ruby-"))
}

fn runtime_txt(language: Language, text: &str) -> Option<Version> {
    Version::exact(language, text.trim().strip_prefix("python-")?)
}

fn tool_versions(language: Language, text: &str) -> Option<Version> {
    let name = match language {
        Language::Node => "nodejs",
        Language::Go => "golang",
        other => other.name(),
    };
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix([' ', '\t']))?;
    let version = line.split_whitespace().next()?;
    Version::exact(language, version.trim_start_matches(|first: char| !first.is_ascii_digit()))
}

fn toml_value(text: &str, path: &[&str]) -> Option<String> {
    let mut value = &toml::Value::Table(text.parse().ok()?);
    for name in path {
        value = value.get(name)?;
    }
    Some(value.as_str()?.to_string())
}

fn pyproject(language: Language, text: &str) -> Option<Version> {
    let found =
        toml_value(text, &["project", "requires-python"]).or_else(|| toml_value(text, &["tool", "poetry", "dependencies", "python"]))?;
    Version::constraint(language, &found)
}

fn pipfile(language: Language, text: &str) -> Option<Version> {
    let found = toml_value(text, &["requires", "python_full_version"]).or_else(|| toml_value(text, &["requires", "python_version"]))?;
    Version::exact(language, &found)
}

fn julia(language: Language, text: &str) -> Option<Version> {
    Version::constraint(language, &toml_value(text, &["compat", "julia"])?)
}

fn setup_cfg(language: Language, text: &str) -> Option<Version> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("python_requires"))?;
    Version::constraint(language, line.trim_start().strip_prefix('=')?)
}

fn setup_py(language: Language, text: &str) -> Option<Version> {
    Version::constraint(language, quoted(text.split_once("python_requires")?.1)?)
}

fn conda(language: Language, text: &str) -> Option<Version> {
    let entry = text.lines().find_map(|line| line.trim().strip_prefix("- ")?.trim().trim_matches(['"', '\'']).strip_prefix("python"))?;
    Version::constraint(language, entry.trim())
}

fn conda_r(language: Language, text: &str) -> Option<Version> {
    let entry = text.lines().find_map(|line| line.trim().strip_prefix("- ")?.trim().trim_matches(['"', '\'']).strip_prefix("r-base"))?;
    Version::constraint(language, entry.trim().trim_end_matches(".*"))
}

/// Node's releases with long support have names.
fn nvmrc(language: Language, text: &str) -> Option<Version> {
    const NAMES: [&str; 10] = ["argon", "boron", "carbon", "dubnium", "erbium", "fermium", "gallium", "hydrogen", "iron", "jod"];
    let name = text.trim().strip_prefix("lts/").map(str::to_lowercase);
    match name.and_then(|name| NAMES.iter().position(|known| *known == name)) {
        Some(at) => Version::exact(language, &(4 + 2 * at).to_string()),
        None => first_line(language, text),
    }
}

fn json(text: &str, pointer: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(text).ok()?.pointer(pointer)?.as_str().map(str::to_string)
}

fn engines(language: Language, text: &str) -> Option<Version> {
    Version::constraint(language, &json(text, "/engines/node")?)
}

fn composer(language: Language, text: &str) -> Option<Version> {
    let found = json(text, "/config/platform/php").or_else(|| json(text, "/require/php"))?;
    Version::constraint(language, &found)
}

fn renv(language: Language, text: &str) -> Option<Version> {
    Version::exact(language, &json(text, "/R/Version")?)
}

fn description(language: Language, text: &str) -> Option<Version> {
    let after = text.split_once("R (")?.1;
    Version::constraint(language, after.split(')').next()?)
}

fn gemfile(language: Language, text: &str) -> Option<Version> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("ruby "))?;
    Version::constraint(language, quoted(line)?)
}

fn cpanfile(language: Language, text: &str) -> Option<Version> {
    let line =
        text.lines().map(str::trim).find(|line| line.starts_with("requires") && (line.contains("'perl'") || line.contains("\"perl\"")))?;
    perl_number(language, quoted(line.split_once(',')?.1.trim_start_matches(['>', ' ']))?)
}

/// `5.36`, `v5.36.0`, `5.036`
pub fn perl_number(language: Language, text: &str) -> Option<Version> {
    let text = text.trim_start_matches(['v', '>', '=', ' ']);
    let (first, rest) = text.split_once('.')?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    // 5.036001 is 5.36.1, and 5.010 is 5.10.
    let minor = if digits.len() >= 3 { digits[..3].trim_start_matches('0') } else { &digits };
    Version::exact(language, &format!("{first}.{minor}")).map(Version::or_later)
}

fn go_mod(language: Language, text: &str) -> Option<Version> {
    Version::exact(language, text.lines().find_map(|line| line.strip_prefix("go "))?).map(Version::or_later)
}

fn pom(language: Language, text: &str) -> Option<Version> {
    const TAGS: &[&str] =
        &["maven.compiler.release", "maven.compiler.target", "java.version", "release", "target", "maven.compiler.source"];
    TAGS.iter().find_map(|tag| {
        let value = text.split_once(&format!("<{tag}>"))?.1.split('<').next()?;
        Version::exact(language, value).map(Version::or_later)
    })
}

fn gradle(language: Language, text: &str) -> Option<Version> {
    const WORDS: &[&str] =
        &["JavaLanguageVersion.of(", "sourceCompatibility = JavaVersion.VERSION_", "sourceCompatibility = ", "targetCompatibility = "];
    WORDS.iter().find_map(|word| {
        let value = text.split_once(word)?.1.trim_start_matches(['"', '\'']).replace('_', ".");
        Version::exact(language, &value).map(Version::or_later)
    })
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\''])?;
    let quote = text.as_bytes()[start] as char;
    text[start + 1..].split(quote).next()
}

/// What a program itself says: `use v5.36;`, `# requires-python = ">=3.11"`.
pub fn within(language: Language, text: &str) -> Option<Version> {
    match language {
        Language::Perl => {
            let line = text.lines().map(str::trim_start).find_map(|line| {
                let rest = line.strip_prefix("use ").or_else(|| line.strip_prefix("require "))?.trim_start();
                rest.trim_start_matches('v').starts_with("5.").then_some(rest)
            })?;
            perl_number(language, line.trim_end_matches(';'))
        }
        Language::Python => {
            let line = text.lines().take(40).find_map(|line| line.strip_prefix("# requires-python"))?;
            Version::constraint(language, quoted(line)?)
        }
        _ => None,
    }
}
