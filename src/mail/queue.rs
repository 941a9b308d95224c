//! The mails that wait, in a journal of one JSON object a line: what was queued, what was sent, what was given up. A mail and its
//! key are one line, appended and synced at once, so that it is queued wholly or not at all, and a second time never.

use super::Mail;
use super::digest::Sent;
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// From this length on the journal is written anew with what is still needed of it.
const LONG: u64 = 16 << 20;
/// Keys that are remembered: what is told again is among the last thousands.
const KEYS: usize = 50_000;
/// With so many waiting a mail keeps only its line, as a digest has it; with so many more none is taken.
const MANY: usize = 1_000;
const FULL: usize = 20_000;

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Note {
    Queued(Mail),
    Sent {
        keys: Vec<String>,
        what: Sent,
    },
    Dropped {
        keys: Vec<String>,
    },
    /// Keys of before the journal was written anew.
    Known(Vec<String>),
}

/// The journal and what it says.
pub struct Queue {
    directory: PathBuf,
    journal: File,
    /// Held, never read: one process has the queue.
    _lock: File,
    known: HashSet<String>,
    order: VecDeque<String>,
    pub waiting: Vec<Mail>,
    pub sent: Vec<Sent>,
    long: u64,
}

impl Queue {
    /// Opens the queue of a directory, which is made; waits while another process has it.
    ///
    /// # Errors
    /// The directory or a file in it cannot be made, read or written.
    pub fn open(directory: &Path) -> Result<Queue> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let open = |name: &str| OpenOptions::new().create(true).append(true).read(true).mode(0o600).open(directory.join(name));
        let lock = open("lock")?;
        fs2::FileExt::lock_exclusive(&lock)?;
        // Of a process that was killed as it wrote the journal anew.
        let _ = std::fs::remove_file(directory.join("journal.new"));
        let mut journal = open("journal")?;
        let mut bytes = Vec::new();
        journal.read_to_end(&mut bytes)?;
        if bytes.last().is_some_and(|byte| *byte != b'\n') {
            // Half a line stays alone: it was never told to be queued.
            journal.write_all(b"\n")?;
        }
        let mut queue = Queue {
            directory: directory.into(),
            journal,
            _lock: lock,
            known: HashSet::new(),
            order: VecDeque::new(),
            waiting: Vec::new(),
            sent: Vec::new(),
            long: LONG,
        };
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            if let Ok(note) = serde_json::from_slice(line) {
                queue.take(note);
            }
        }
        Ok(queue)
    }

    /// True where a mail of this key was queued before, whatever has become of it.
    pub fn is_known(&self, key: &str) -> bool {
        self.known.contains(key)
    }

    /// Queues those that are not known yet; when it returns they are durable. How many were not taken because too many wait.
    ///
    /// # Errors
    /// No space, no rights: none of them is queued.
    pub fn put(&mut self, mails: Vec<Mail>) -> Result<usize> {
        let mut fresh: Vec<Mail> = Vec::new();
        let mut refused = 0;
        for mut mail in mails {
            if self.is_known(&mail.key) || fresh.iter().any(|other| other.key == mail.key) {
                continue;
            }
            let before = self.waiting.len() + fresh.len();
            if before >= FULL {
                refused += 1;
                continue;
            }
            if before >= MANY {
                mail.body = format!("{}\n", mail.line);
            }
            fresh.push(mail);
        }
        if fresh.is_empty() {
            return Ok(refused);
        }
        let notes: Vec<Note> = fresh.into_iter().map(Note::Queued).collect();
        self.write(&notes)?;
        notes.into_iter().for_each(|note| self.take(note));
        Ok(refused)
    }

    /// Notes that these were sent. In memory they are gone even where it cannot be noted: better twice after a restart than at once.
    ///
    /// # Errors
    /// No space, no rights.
    pub fn sent(&mut self, keys: Vec<String>, what: Sent) -> Result<()> {
        self.settle(Note::Sent { keys, what })
    }

    /// Notes that this one is given up.
    ///
    /// # Errors
    /// No space, no rights.
    pub fn drop(&mut self, key: &str) -> Result<()> {
        self.settle(Note::Dropped { keys: vec![key.into()] })
    }

    fn settle(&mut self, note: Note) -> Result<()> {
        let written = self.write(std::slice::from_ref(&note));
        self.take(note);
        written?;
        if self.journal.metadata()?.len() > self.long { self.renew() } else { Ok(()) }
    }

    fn take(&mut self, note: Note) {
        match note {
            Note::Queued(mail) => {
                if self.remember(&mail.key) {
                    self.waiting.push(mail);
                }
            }
            Note::Sent { keys, what } => {
                self.forget(&keys);
                self.sent.push(what);
            }
            Note::Dropped { keys } => self.forget(&keys),
            Note::Known(keys) => keys.iter().for_each(|key| {
                self.remember(key);
            }),
        }
    }

    fn remember(&mut self, key: &str) -> bool {
        let is_new = self.known.insert(key.into());
        if is_new {
            self.order.push_back(key.into());
        }
        is_new
    }

    fn forget(&mut self, keys: &[String]) {
        let keys: HashSet<&String> = keys.iter().collect();
        self.waiting.retain(|mail| !keys.contains(&mail.key));
    }

    fn write(&mut self, notes: &[Note]) -> Result<()> {
        let before = self.journal.metadata()?.len();
        let written = self.journal.write_all(&lines(notes)?).and_then(|()| self.journal.sync_data());
        if written.is_err() {
            // A full disk: what was half written must not become part of the next line.
            let _ = self.journal.set_len(before);
        }
        written
    }

    /// Writes the journal anew: the last keys, what was sent of late, what waits.
    fn renew(&mut self) -> Result<()> {
        while self.order.len() > KEYS {
            if let Some(key) = self.order.pop_front().filter(|key| !self.waiting.iter().any(|mail| mail.key == *key)) {
                self.known.remove(&key);
            }
        }
        let is_waiting: HashSet<&String> = self.waiting.iter().map(|mail| &mail.key).collect();
        let mut notes = vec![Note::Known(self.order.iter().filter(|key| !is_waiting.contains(key)).cloned().collect())];
        notes.extend(self.sent.iter().map(|sent| Note::Sent { keys: Vec::new(), what: sent.clone() }));
        notes.extend(self.waiting.iter().cloned().map(Note::Queued));
        let (new, path) = (self.directory.join("journal.new"), self.directory.join("journal"));
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&new)?;
        file.write_all(&lines(&notes)?)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        File::open(&self.directory)?.sync_all()?;
        self.journal = OpenOptions::new().append(true).read(true).open(&path)?;
        let length = self.journal.seek(SeekFrom::End(0))?;
        // Not at once again where much of it is needed.
        self.long = LONG.max(2 * length);
        Ok(())
    }
}

fn lines(notes: &[Note]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for note in notes {
        serde_json::to_writer(&mut text, note)?;
        text.push(b'\n');
    }
    Ok(text)
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
