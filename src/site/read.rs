//! Finding, reading and checking site.toml.

use super::{SITE, Site};
use crate::grammar::{duration, memory};
use std::collections::BTreeSet;
use std::path::Path;

const DEFAULT_PATH: &str = "/etc/gridshim/site.toml";

impl Site {
    /// Reads the site's settings.
    ///
    /// # Errors
    /// The file named by `$GRIDSHIM_SITE` is not there, or a file is broken: `path:line:column: what`, then the line and a caret.
    pub fn load() -> Result<Site, String> {
        match std::env::var_os(SITE).filter(|path| !path.is_empty()) {
            Some(path) => Site::read(Path::new(&path)),
            None if Path::new(DEFAULT_PATH).exists() => Site::read(Path::new(DEFAULT_PATH)),
            None => Ok(Site::default()),
        }
    }

    /// Reads one file.
    ///
    /// # Errors
    /// As `load`.
    pub fn read(path: &Path) -> Result<Site, String> {
        let failed = |why: &str| format!("site file {}: {why}", path.display());
        let bytes = std::fs::read(path).map_err(|error| failed(&crate::error::plain(&error)))?;
        let text = String::from_utf8(bytes).map_err(|_| failed("not UTF-8 text"))?;
        let mut site = Site::parse(&text, &path.display().to_string())?;
        site.path = Some(path.to_path_buf());
        Ok(site)
    }

    /// Parses and checks a file's text; `name` is used in messages.
    ///
    /// # Errors
    /// As `load`.
    pub fn parse(text: &str, name: &str) -> Result<Site, String> {
        let site: Site = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            diagnostic(text, name, at, error.message())
        })?;
        check(&site).map_err(|(word, what)| diagnostic(text, name, find(text, &word), &what))?;
        Ok(site)
    }
}

/// The first mistake that the types cannot show: the word to point at, and the sentence.
fn check(site: &Site) -> Result<(), (String, String)> {
    if site.queues.is_empty() {
        return Err((String::new(), "at least one [[queue]] is needed".into()));
    }
    let mut names = BTreeSet::new();
    for queue in &site.queues {
        let quoted = format!("\"{}\"", queue.name);
        if queue.name.is_empty() || queue.name.contains(['/', '@', ',', ' ']) {
            return Err((quoted, format!("\"{}\" is no queue name", queue.name)));
        }
        if !names.insert(&queue.name) {
            return Err((quoted, format!("queue \"{}\" is there twice", queue.name)));
        }
        if queue.slots == Some(0) {
            return Err((quoted, format!("queue \"{}\" has no slots", queue.name)));
        }
        for (limit, value) in &queue.limits {
            let is_value = match limit.as_str() {
                "h_rt" | "s_rt" | "h_cpu" | "s_cpu" => duration::parse(value).is_ok(),
                "h_vmem" | "s_vmem" | "h_fsize" | "h_stack" | "h_data" | "h_core" => memory::parse(value).is_ok(),
                _ => return Err((limit.clone(), format!("\"{limit}\" is no limit of a queue"))),
            };
            if !is_value {
                return Err((value.clone(), format!("\"{value}\" is no value of {limit}")));
            }
        }
    }
    let mut names = BTreeSet::new();
    for pe in &site.parallel_environments {
        if !names.insert(&pe.name) {
            return Err((format!("\"{}\"", pe.name), format!("parallel environment \"{}\" is there twice", pe.name)));
        }
    }
    if let Some(kubernetes) = &site.kubernetes {
        if !kubernetes.namespace.contains("{user}") {
            return Err((kubernetes.namespace.clone(), "the namespace pattern must hold {user}: every user has a namespace".into()));
        }
        if kubernetes.max_parallelism == 0 || kubernetes.max_parallelism > 10_000 {
            return Err(("max_parallelism".into(), "max_parallelism must be from 1 to 10000".into()));
        }
        if let Some(bad) = kubernetes.shares.iter().find(|share| !share.starts_with('/')) {
            return Err((bad.clone(), format!("share \"{bad}\" is no absolute path")));
        }
    }
    Ok(())
}

/// Where a word stands last: of two equal names the second is the mistake.
fn find(text: &str, word: &str) -> usize {
    if word.is_empty() { 0 } else { text.rfind(word).unwrap_or(0) }
}

fn diagnostic(text: &str, name: &str, at: usize, what: &str) -> String {
    let at = at.min(text.len());
    let before = text.get(..at).unwrap_or("");
    let line_number = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].chars().count() + 1;
    let line = text[line_start..].lines().next().unwrap_or("");
    format!("{name}:{line_number}:{column}: {}\n  {line}\n  {:>column$}", what.trim_end().replace('\n', " "), "^")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_site_is_the_reference_systems() {
        let site = Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site");
        let names: Vec<&str> = site.queues.iter().map(|queue| queue.name.as_str()).collect();
        assert_eq!(names, ["all.q", "continuous", "task"]);
        assert!(site.queues.iter().all(|queue| queue.slots == Some(4) && queue.rerun && queue.shell == "/bin/bash"));
        assert_eq!(site.host_values.get("release").map(String::as_str), Some("buster"));
        assert_eq!(site.managers, ["root", "sgeadmin"]);
        assert!(site.complex("release").is_some() && site.complex("vf").is_some_and(|c| c.name == "virtual_free"));
    }

    #[test]
    fn mistakes_are_told_with_line_and_column() {
        let told = |text: &str| Site::parse(text, "site.toml").map(|_| ()).expect_err("a mistake");
        assert_eq!(
            told("[[queue]]\nname = \"a\"\nslots = \"x\"\n").lines().collect::<Vec<_>>()[..2],
            ["site.toml:3:9: invalid type: string \"x\", expected u32", "  slots = \"x\""]
        );
        let twice = told("[[queue]]\nname = \"a\"\n[[queue]]\nname = \"a\"\n");
        assert_eq!(twice, "site.toml:4:8: queue \"a\" is there twice\n  name = \"a\"\n         ^");
        assert!(told("quque = 1\n").starts_with("site.toml:1:1: unknown field `quque`"));
        assert!(told("[[queue]]\nname = \"a\"\nlimits = { h_rt = \"1h\" }\n").starts_with("site.toml:3:20: \"1h\" is no value of h_rt"));
        assert!(told("= 1").starts_with("site.toml:1:"));
    }
}
