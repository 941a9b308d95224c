//! Files of a program's own that its source names: imported modules and included files.

use super::language::Language;
use std::path::{Path, PathBuf};

/// What Python's `import` statements name, as paths below the program's directory without their ending.
pub fn python_modules(text: &str) -> Vec<(usize, String)> {
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

/// Where a name that a program includes may lie.
pub fn candidates(language: Language, directory: &Path, name: &str) -> Vec<PathBuf> {
    let path = directory.join(name);
    let with = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    match language {
        Language::Python => vec![with(".py"), with("/__init__.py")],
        Language::Node => vec![path.clone(), with(".js"), with(".mjs"), with(".cjs"), with("/index.js")],
        Language::Ruby => vec![with(".rb"), path.clone()],
        Language::Lua => vec![path.clone(), with(".lua")],
        _ => vec![path],
    }
}
