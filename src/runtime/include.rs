//! Files of a program's own that its source names: imported modules and included files.

use super::language::Language;
use std::path::{Path, PathBuf};

/// What Python's `import` statements name, as paths below the program's directory without their ending.
fn python_modules(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let names = if let Some(rest) = line.strip_prefix("from ") {
            let module = rest.split_whitespace().next().unwrap_or("");
            let names = rest.split_once(" import ").map_or("", |(_, names)| names);
            let inner = names.split([',', '(', ')']).map(|name| name.split_whitespace().next().unwrap_or("")).filter(|name| is_name(name));
            let inner: Vec<String> = inner.map(|name| format!("{module}.{name}")).collect();
            std::iter::once(module.to_string()).chain(inner).collect::<Vec<_>>()
        } else if let Some(rest) = line.strip_prefix("import ") {
            rest.split(',').filter_map(|name| name.split_whitespace().next()).map(str::to_string).collect()
        } else {
            continue;
        };
        for name in names {
            let name = name.trim_start_matches('.');
            if !name.is_empty() && name.split('.').all(is_name) {
                found.push((at + 1, name.replace('.', "/")));
            }
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What Perl's `use` and `require` name: `lib/Some/Module.pm`.
fn perl_modules(text: &str) -> Vec<(usize, String)> {
    let named = |(at, line): (usize, &str)| {
        let line = line.trim_start();
        let rest = line.strip_prefix("use ").or_else(|| line.strip_prefix("require "))?;
        let name = rest.split([' ', ';', '(']).next()?;
        name.split("::").all(is_name).then(|| (at + 1, format!("{}.pm", name.replace("::", "/"))))
    };
    text.lines().enumerate().filter_map(named).collect()
}

/// What Tcl's `source` names, be it put together: its last word that is a file's name.
fn tcl_files(text: &str) -> Vec<(usize, String)> {
    let named = |(at, line): (usize, &str)| {
        let rest = line.trim_start().strip_prefix("source ")?;
        let name = rest.split([' ', ']', '}', '"', '/', ';']).rfind(|word| word.ends_with(".tcl"))?;
        Some((at + 1, name.to_string()))
    };
    text.lines().enumerate().filter_map(named).collect()
}

/// The program's own modules that its source names in the language's own way.
pub fn modules(language: Language, text: &str) -> Vec<(usize, String)> {
    match language {
        Language::Python => python_modules(text),
        Language::Perl => perl_modules(text),
        Language::Tcl => tcl_files(text),
        _ => Vec::new(),
    }
}

/// Libraries that are a way into another runtime.
const BRIDGES: &[(Language, &str, Language)] = &[
    (Language::Node, "'python-shell'", Language::Python),
    (Language::Perl, "use Inline::Java", Language::Java),
    (Language::Perl, "use Inline::Python", Language::Python),
    (Language::Perl, "use Statistics::R", Language::R),
    (Language::Python, "import jnius", Language::Java),
    (Language::Python, "import jpype", Language::Java),
    (Language::Python, "import oct2py", Language::Octave),
    (Language::Python, "from oct2py", Language::Octave),
    (Language::Python, "import pyspark", Language::Java),
    (Language::Python, "from pyspark", Language::Java),
    (Language::Python, "import rpy2", Language::R),
    (Language::Python, "from rpy2", Language::R),
    (Language::R, "library(rJava)", Language::Java),
    (Language::R, "library(reticulate)", Language::Python),
    (Language::Ruby, "require 'execjs'", Language::Node),
];

/// Other runtimes that a program reaches through a library, and the line that says so.
pub fn bridges(language: Language, text: &str) -> Vec<(usize, Language)> {
    let own: Vec<&(Language, &str, Language)> = BRIDGES.iter().filter(|(of, ..)| *of == language).collect();
    let found = |(at, line): (usize, &str)| {
        let line = line.trim_start();
        own.iter()
            .find(|(_, words, _)| line.starts_with(words) || (language == Language::Node && line.contains(words)))
            .map(|(.., to)| (at + 1, *to))
    };
    text.lines().enumerate().filter_map(found).collect()
}

/// Where a name that a program includes may lie.
pub fn candidates(language: Language, directory: &Path, name: &str) -> Vec<PathBuf> {
    let path = directory.join(name);
    let with = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    match language {
        Language::Python => vec![with(".py"), with("/__init__.py"), path.clone()],
        Language::Node => vec![path.clone(), with(".js"), with(".mjs"), with(".cjs"), with("/index.js")],
        Language::Ruby => vec![with(".rb"), path.clone()],
        Language::Lua => {
            let name = name.replace('.', "/");
            vec![path.clone(), directory.join(format!("{name}.lua")), directory.join(format!("lib/{name}.lua"))]
        }
        Language::Perl => vec![path.clone(), directory.join("lib").join(name), directory.join("../lib").join(name)],
        _ => vec![path],
    }
}
