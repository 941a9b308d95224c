//! The corpus of programs, and how an answer to one is judged. Used by the test and by the benchmark.

use gridshim::runtime::{Disk, Files, Kind, Needs, Submitted, detect};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

/// One program, and what people who know say that it needs.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub command: Vec<String>,
    pub expect: BTreeSet<String>,
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    #[serde(default)]
    pub programs: BTreeSet<String>,
    #[serde(default)]
    pub evidence: Vec<String>,
    home_path: Option<PathBuf>,
}

pub struct Case {
    pub name: String,
    pub expected: Expected,
    files: Home,
}

/// A home that programs know under another path.
struct Home {
    path: PathBuf,
    directory: PathBuf,
}

impl Home {
    fn there(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.path).map_or_else(|_| path.into(), |rest| self.directory.join(rest))
    }
}

impl Files for Home {
    fn kind(&self, path: &Path) -> Kind {
        Disk.kind(&self.there(path))
    }

    fn open(&self, path: &Path) -> Option<File> {
        Disk.open(&self.there(path))
    }

    fn real(&self, path: &Path) -> PathBuf {
        let real = Disk.real(&self.there(path));
        real.strip_prefix(&self.directory).map_or_else(|_| real.clone(), |rest| self.path.join(rest))
    }

    fn list(&self, path: &Path) -> Vec<String> {
        Disk.list(&self.there(path))
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        Disk.link(&self.there(path))
    }
}

/// All cases, by name.
pub fn cases() -> Vec<Case> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/corpus");
    let mut names: Vec<String> =
        std::fs::read_dir(&corpus).expect("the corpus").flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let case = |name: String| {
        let text = std::fs::read_to_string(corpus.join(&name).join("case.toml")).expect("case.toml");
        let mut expected: Expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let directory = corpus.join(&name).join("home").canonicalize().expect("a home");
        let path = expected.home_path.clone().unwrap_or_else(|| directory.clone());
        let shown = path.display().to_string();
        expected.command.iter_mut().for_each(|word| *word = word.replace("/HOME", &shown));
        Case { name, expected, files: Home { path, directory } }
    };
    names.into_iter().map(case).collect()
}

impl Case {
    pub fn answer(&self) -> Needs {
        let (directory, home) = (self.files.path.clone(), self.files.path.clone());
        detect(&Submitted { words: self.expected.command.clone(), directory, home, ..Submitted::default() }, &self.files)
    }

    /// Right and wrong of an answer.
    pub fn judge(&self, answer: &Needs) -> Judgement {
        let found: BTreeSet<String> = answer.runtimes.keys().map(|language| language.name().to_string()).collect();
        let expected = &self.expected;
        let mut faults = Vec::new();
        let extra: Vec<&String> = found.difference(&expected.expect).collect();
        let missed: Vec<&String> = expected.expect.difference(&found).collect();
        if !extra.is_empty() {
            faults.push(format!("needs no {extra:?}"));
        }
        if !missed.is_empty() {
            faults.push(format!("needs {missed:?}"));
        }
        let versions: BTreeMap<String, String> = answer
            .runtimes
            .iter()
            .filter_map(|(language, need)| Some((language.name().to_string(), need.version.as_ref()?.text().to_string())))
            .collect();
        if versions != expected.versions {
            faults.push(format!("versions {versions:?}, not {:?}", expected.versions));
        }
        let programs: BTreeSet<String> = answer.programs.keys().cloned().collect();
        if programs != expected.programs {
            faults.push(format!("programs {programs:?}, not {:?}", expected.programs));
        }
        let shown: BTreeSet<String> = answer
            .runtimes
            .values()
            .flat_map(|need| &need.evidence)
            .chain(answer.programs.values())
            .map(|evidence| evidence.shown(&self.files.path))
            .collect();
        let unseen: Vec<&String> = expected.evidence.iter().filter(|evidence| !shown.contains(*evidence)).collect();
        if !unseen.is_empty() {
            faults.push(format!("evidence {shown:?}, without {unseen:?}"));
        }
        Judgement { right: found.intersection(&expected.expect).count(), extra: extra.len(), missed: missed.len(), faults }
    }
}

/// Runtimes found rightly, wrongly and not at all, and everything that is not as expected in words.
pub struct Judgement {
    pub right: usize,
    pub extra: usize,
    pub missed: usize,
    pub faults: Vec<String>,
}

/// Precision and recall of all judgements.
pub fn score(judgements: &[Judgement]) -> (f64, f64) {
    let sum = |of: fn(&Judgement) -> usize| judgements.iter().map(of).sum::<usize>() as f64;
    let right = sum(|judgement| judgement.right);
    (right / (right + sum(|judgement| judgement.extra)).max(1.0), right / (right + sum(|judgement| judgement.missed)).max(1.0))
}
