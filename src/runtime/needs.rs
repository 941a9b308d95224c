//! What a program needs, and where that is written.

use super::language::Language;
use super::version::Version;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A line of a file, or the submission itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `None`: the words of the submission.
    pub file: Option<PathBuf>,
    /// Counted from 1.
    pub line: usize,
}

impl Evidence {
    /// `FILE:LINE`, below the home without it.
    pub fn shown(&self, home: &Path) -> String {
        match &self.file {
            None => "the command line".into(),
            Some(file) => format!("{}:{}", file.strip_prefix(home).unwrap_or(file).display(), self.line),
        }
    }
}

/// One runtime.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Need {
    /// As asked for first: by a name, then by the project's files.
    pub version: Option<Version>,
    pub evidence: Vec<Evidence>,
}

/// Everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Needs {
    pub runtimes: BTreeMap<Language, Need>,
    /// Other programs that not every image has, by name.
    pub programs: BTreeMap<String, Evidence>,
    /// There was more than is read: it may need more.
    pub is_partial: bool,
}

/// No more places are noted for one runtime.
const MOST_EVIDENCE: usize = 8;

impl Needs {
    /// Adds a runtime. A version from a name overrules none that is known: the first place decides.
    pub fn add(&mut self, language: Language, version: Option<Version>, evidence: &Evidence) {
        let need = self.runtimes.entry(language).or_default();
        if need.version.is_none() {
            need.version = version;
        }
        if need.evidence.len() < MOST_EVIDENCE && !need.evidence.contains(evidence) {
            need.evidence.push(evidence.clone());
        }
    }

    pub fn add_program(&mut self, name: &str, evidence: &Evidence) {
        self.programs.entry(name.into()).or_insert_with(|| evidence.clone());
    }
}
