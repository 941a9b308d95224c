//! The accounting file, written exactly once per run however often the controller is killed. Each run goes first into
//! `<accounting>.jsonl` with its pod's uid, then as Grid Engine's line into the accounting file; both are made durable before the
//! pod is let go. After a kill in between, the lines that are missing are written at the next start.

use crate::accounting::{self, Record};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How much of the ends of both files is looked at: pods that wait to be let go are among the last thousands.
const TAIL: u64 = 4 << 20;

/// One run in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The pod's.
    pub uid: String,
    /// The kernel killed a process of it for memory, which Grid Engine's line has no place for.
    #[serde(default)]
    pub oom: bool,
    #[serde(flatten)]
    pub record: Record,
}

/// The two files.
pub struct Books {
    path: PathBuf,
    journal: File,
    known: HashSet<String>,
    /// Lines in the journal that are not in the accounting file for certain.
    owed: Vec<String>,
}

impl Books {
    /// Opens the files, waits until no other controller has them, and writes what the last one could not.
    ///
    /// # Errors
    /// The files cannot be opened, read or written.
    pub fn open(path: &Path) -> Result<Books> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".jsonl");
        let mut journal = File::options().create(true).append(true).read(true).open(&name)?;
        if fs2::FileExt::try_lock_exclusive(&journal).is_err() {
            tracing::warn!(file = ?name, "another controller is at work: waiting until it ends");
            fs2::FileExt::lock_exclusive(&journal)?;
        }
        let entries: Vec<Entry> = tail(&mut journal)?.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        end_line(&mut journal)?;
        let mut books = Books { path: path.into(), journal, known: HashSet::new(), owed: Vec::new() };
        for entry in entries {
            books.owed.push(entry.record.to_line());
            books.known.insert(entry.uid);
        }
        let before = books.owed.len();
        let written = books.pay()?;
        tracing::info!(file = %path.display(), remembered = before, written, "accounting");
        Ok(books)
    }

    /// Writes the runs that are not written yet; when it returns they are durable.
    ///
    /// # Errors
    /// A file cannot be written: nothing may be let go.
    pub fn write(&mut self, entries: &[Entry]) -> Result<usize> {
        let mut text = String::new();
        let mut fresh: Vec<&Entry> = Vec::new();
        for entry in entries {
            if !self.known.contains(&entry.uid) && !fresh.iter().any(|known| known.uid == entry.uid) {
                text.push_str(&serde_json::to_string(entry)?);
                text.push('\n');
                fresh.push(entry);
            }
        }
        if !fresh.is_empty() {
            end_line(&mut self.journal)?;
            self.journal.write_all(text.as_bytes())?;
            self.journal.sync_data()?;
        }
        let clean = self.owed.is_empty();
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
        Ok(fresh.len())
    }

    /// Writes owed lines that are not there: an earlier write may have got through in part.
    fn pay(&mut self) -> Result<usize> {
        if self.owed.is_empty() {
            return Ok(0);
        }
        let there = match File::open(&self.path) {
            Ok(mut file) => tail(&mut file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
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
mod tests {
    use super::*;

    fn entry(uid: &str, job: u64) -> Entry {
        Entry {
            uid: uid.into(),
            oom: false,
            record: Record { job_number: job, owner: "bob".into(), granted_pe: "NONE".into(), ..Record::default() },
        }
    }

    fn jobs(path: &Path) -> Vec<u64> {
        let mut found = Vec::new();
        accounting::read(path, |record| found.push(record.job_number)).expect("accounting");
        found
    }

    #[test]
    fn a_run_is_written_once_however_often_it_is_told() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("accounting");
        let mut books = Books::open(&path).expect("books");
        assert_eq!(books.write(&[entry("a", 1), entry("b", 2), entry("a", 1)]).expect("write"), 2);
        assert_eq!(books.write(&[entry("b", 2)]).expect("write"), 0);
        drop(books);
        let mut books = Books::open(&path).expect("books");
        assert_eq!(books.write(&[entry("a", 1), entry("c", 3)]).expect("write"), 1);
        assert_eq!(jobs(&path), [1, 2, 3]);
    }

    #[test]
    fn what_a_kill_left_undone_is_done_at_the_next_start() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("accounting");
        let line = |uid, job| format!("{}\n", serde_json::to_string(&entry(uid, job)).expect("json"));
        // Killed after the journal, in the midst of the accounting file, and once in the midst of the journal.
        std::fs::write(&path, format!("{}\n{}", entry("a", 1).record.to_line(), &entry("b", 2).record.to_line()[..20])).expect("write");
        std::fs::write(dir.path().join("accounting.jsonl"), format!("{}{}{{\"uid\":\"c", line("a", 1), line("b", 2))).expect("write");
        let mut books = Books::open(&path).expect("books");
        books.write(&[entry("c", 3)]).expect("write");
        assert_eq!(jobs(&path), [1, 2, 3]);
    }
}
