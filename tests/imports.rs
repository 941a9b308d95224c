//! The house's import rule, as a test: who may use whom (`a <- b`: b may import a).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Each module and what it may import from the crate.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("error", &[][..]),
        ("grammar", &[]),
        ("record", &[]),
        ("shepherd", &["record"]),
        ("request", &["grammar", "error"]),
        ("options", &["request", "grammar", "error", "job"]),
        ("pages", &["options", "site"]),
        ("site", &["grammar", "error"]),
        ("job", &["request", "site", "record", "grammar", "error"]),
        ("host", &["job", "site", "request", "grammar", "error"]),
        ("accounting", &["job", "record", "grammar", "error"]),
        ("cron", &["job", "site", "record", "grammar"]),
        ("mail", &["job", "site", "request", "accounting", "error"]),
        ("backend", &["cron", "host", "job", "site", "record", "accounting", "mail", "grammar", "error", "request"]),
        ("runtime", &["job", "site", "grammar", "error"]),
        ("render", &["host", "job", "site", "record", "accounting", "grammar", "error", "request"]),
        ("controller", &["cron", "job", "backend", "site", "record", "accounting", "mail", "grammar", "error"]),
        (
            "commands",
            &[
                "cron",
                "host",
                "options",
                "pages",
                "request",
                "job",
                "site",
                "record",
                "accounting",
                "backend",
                "render",
                "runtime",
                "controller",
                "shepherd",
                "grammar",
                "error",
            ],
        ),
    ])
}

fn files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    found
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).expect("inside src").to_path_buf();
            let module = inside.iter().next().expect("a name").to_string_lossy().trim_end_matches(".rs").to_string();
            (module, std::fs::read_to_string(&path).expect("a source file"), inside)
        })
        .collect()
}

/// The part of a file before its tests: tests may use what they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text).trim_end()
}

/// The modules a text names behind `crate::`.
fn imported(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| {
            let group = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(inside, _)| inside);
            match group {
                Some(inside) => inside.split(',').map(|word| word.trim().to_string()).collect::<Vec<_>>(),
                None => vec![rest.to_string()],
            }
        })
        .map(|word| word.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
        .filter(|word: &String| !word.is_empty())
        .collect()
}

#[test]
fn every_module_imports_only_what_it_may() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for (module, text, path) in sources() {
        let Some(may) = allowed.get(module.as_str()) else {
            assert!(["main", "lib", "bin"].contains(&module.as_str()), "{module} is not in the rule");
            continue;
        };
        // Files of tests may use what they like.
        if path.to_string_lossy().ends_with("_tests.rs") {
            continue;
        }
        for name in imported(without_tests(&text)) {
            if name != module && !may.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} imports {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn kubernetes_and_async_stay_in_their_rooms() {
    for (module, text, path) in sources() {
        let inside = path.to_string_lossy().into_owned();
        let is_kubernetes = inside.starts_with("backend/kubernetes") || module == "controller";
        let code = without_tests(&text);
        if !is_kubernetes {
            for word in ["use kube::", "k8s_openapi::", "tokio::", ".await"] {
                assert!(!code.contains(word), "{inside} has {word}");
            }
        }
        if module != "grammar" {
            assert!(!code.contains("use nom::"), "{inside}: nom lives in grammar");
        }
        if module == "shepherd" || module == "record" {
            for word in ["use serde", "use chrono", "use users", "use rusqlite"] {
                assert!(!code.contains(word), "{inside}: the shepherd is std and libc alone");
            }
        }
        if module == "commands" {
            assert!(!code.contains("println!"), "{inside}: commands write to their streams");
        }
    }
}

#[test]
fn only_main_exits_and_nothing_unwraps() {
    for (module, text, path) in sources() {
        // Files of tests: named so, or brought in by `#[cfg(test)] mod samples`.
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        if module == "main" || module == "bin" || name.ends_with("_tests.rs") || name == "samples.rs" {
            continue;
        }
        let code = without_tests(&text);
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in ["process::exit(", ".unwrap()", ".expect("] {
                assert!(!line.contains(word), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn files_stay_small() {
    for (_, text, path) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 600, "{} has {lines} lines", path.display());
    }
}
