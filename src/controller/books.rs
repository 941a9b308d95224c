//! The accounting file, written exactly once per run however often the controller is killed. Each run goes first into
//! `<accounting>.jsonl` with its pod's uid, then as Grid Engine's line into the accounting file; both are made durable before the
//! pod is let go. After a kill in between, the lines that are missing are written at the next start: at most those of the last
//! write. Both files may be rotated at any time.

use crate::accounting::{self, Record};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// How much of the ends of both files is looked at: pods that wait to be let go are among the last thousands.
const TAIL: u64 = 4 << 20;

/// Runs that are remembered before those of pods that are gone are forgotten.
const REMEMBERED: usize = 10_000;

/// One run in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The pod's.
    pub uid: String,
    /// The kernel killed a process of it for memory, which Grid Engine's line has no place for.
    #[serde(default)]
    pub oom: bool,
    /// Why somebody else ended it, in words; Grid Engine's line has no place for that either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What stands before it in the journal is in the accounting file, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    #[serde(flatten)]
    pub record: Record,
}

/// The two files.
pub struct Books {
    path: PathBuf,
    journal_path: PathBuf,
    journal: File,
    /// Locked as long as this controller has the files; neither of them, since those may be rotated.
    _lock: File,
    known: HashSet<String>,
    /// How many may be known until they are looked through again.
    most: usize,
    /// Lines in the journal that are not in the accounting file for certain.
    owed: Vec<String>,
}

impl Books {
    /// Opens the files and writes what the last controller could not; `None` while another one has them.
    ///
    /// # Errors
    /// The files cannot be opened, read or written.
    pub fn open(path: &Path) -> Result<Option<Books>> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let beside = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        let lock = File::options().create(true).append(true).open(beside(".lock"))?;
        if fs2::FileExt::try_lock_exclusive(&lock).is_err() {
            return Ok(None);
        }
        let journal_path = beside(".jsonl");
        let mut journal = open_journal(&journal_path)?;
        let text = tail_before(&journal_path)? + &tail(&mut journal)?;
        let entries: Vec<Entry> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        end_line(&mut journal)?;
        let mut books =
            Books { path: path.into(), journal_path, journal, _lock: lock, known: HashSet::new(), most: REMEMBERED, owed: Vec::new() };
        for entry in entries {
            if entry.first {
                books.owed.clear();
            }
            books.owed.push(entry.record.to_line());
            books.known.insert(entry.uid);
        }
        let before = books.known.len();
        let written = books.pay()?;
        tracing::info!(file = %path.display(), remembered = before, written, "accounting");
        Ok(Some(books))
    }

    /// Writes the runs that are not written yet, and gives these; when it returns they are durable.
    ///
    /// # Errors
    /// A file cannot be written: nothing may be let go.
    pub fn write<'a>(&mut self, entries: &'a [Entry]) -> Result<Vec<&'a Entry>> {
        let clean = self.owed.is_empty();
        let mut text = String::new();
        let mut fresh: Vec<&'a Entry> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for entry in entries {
            if !self.known.contains(&entry.uid) && seen.insert(&entry.uid) {
                let first = clean && fresh.is_empty();
                text.push_str(&serde_json::to_string(&Entry { first, ..entry.clone() })?);
                text.push('\n');
                fresh.push(entry);
            }
        }
        if !fresh.is_empty() {
            if !is_at(&self.journal, &self.journal_path) {
                self.journal = open_journal(&self.journal_path)?;
            }
            end_line(&mut self.journal)?;
            self.journal.write_all(text.as_bytes())?;
            self.journal.sync_data()?;
        }
        for entry in &fresh {
            self.known.insert(entry.uid.clone());
            self.owed.push(entry.record.to_line());
        }
        if clean && !self.owed.is_empty() {
            self.end_last_line()?;
            accounting::append(&self.path, &self.owed)?;
            self.owed.clear();
        } else {
            self.pay()?;
        }
        Ok(fresh)
    }

    /// Forgets runs whose pods are not `there` any more, once there are many: nobody can tell of them again.
    pub fn forget<'a>(&mut self, there: impl Iterator<Item = &'a str>) {
        if self.known.len() > self.most {
            let there: HashSet<&str> = there.collect();
            self.known.retain(|uid| there.contains(uid.as_str()));
            self.known.shrink_to(REMEMBERED);
            self.most = REMEMBERED.max(2 * self.known.len());
        }
    }

    /// Writes owed lines that are not there: an earlier write may have got through in part.
    fn pay(&mut self) -> Result<usize> {
        if self.owed.is_empty() {
            return Ok(0);
        }
        let there = match File::open(&self.path) {
            Ok(mut file) => tail_before(&self.path)? + &tail(&mut file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => tail_before(&self.path)?,
            Err(error) => return Err(error),
        };
        let there: HashSet<&str> = there.lines().collect();
        let missing: Vec<String> = self.owed.iter().filter(|line| !there.contains(line.as_str())).cloned().collect();
        self.end_last_line()?;
        accounting::append(&self.path, &missing)?;
        self.owed.clear();
        Ok(missing.len())
    }

    /// A line that was torn off by a full disk or a crash stays alone.
    fn end_last_line(&self) -> Result<()> {
        match File::options().read(true).append(true).open(&self.path) {
            Ok(mut file) => end_line(&mut file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn open_journal(path: &Path) -> Result<File> {
    File::options().create(true).append(true).read(true).open(path)
}

/// True where the path still names this file: nobody has rotated it.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// The end of what the file was before its last rotation, where that still lies beside it: `NAME.1`, `NAME-20261125`, `NAME.0`.
fn tail_before(path: &Path) -> Result<String> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else { return Ok(String::new()) };
    let mut newest: Option<(std::time::SystemTime, PathBuf)> = None;
    for entry in std::fs::read_dir(parent)?.flatten() {
        let other = entry.file_name();
        let rest = other.to_str().and_then(|other| other.strip_prefix(name)).unwrap_or("");
        let is_old = rest.len() > 1 && rest.starts_with(['.', '-']) && rest[1..].bytes().all(|byte| byte.is_ascii_digit());
        if let Some(at) = entry.metadata().ok().filter(|_| is_old).and_then(|meta| meta.modified().ok())
            && newest.as_ref().is_none_or(|(newest, _)| *newest < at)
        {
            newest = Some((at, entry.path()));
        }
    }
    match newest {
        Some((_, path)) => Ok(tail(&mut File::open(path)?)? + "\n"),
        None => Ok(String::new()),
    }
}

fn tail(file: &mut File) -> Result<String> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn end_line(file: &mut File) -> Result<()> {
    if file.metadata()?.len() == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

#[cfg(test)]
#[path = "books_tests.rs"]
mod tests;
