//! The directory of one start, where the daemon and the shepherd meet: `spec`, and from the shepherd `lock` (held until it
//! ends), `started` (made once: a second shepherd leaves), `pid`, `start`, and `report` at the end.

use crate::record::Report;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What a run directory says.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// Nothing was started; a shepherd may be started in this directory.
    NotStarted,
    /// A shepherd is at work.
    Alive,
    /// It has ended. `lost`: its shepherd was killed, and how the job ended is unknown.
    Ended { report: Report, lost: bool },
}

/// A start's directory.
#[derive(Debug, Clone)]
pub struct Run(pub PathBuf);

impl Run {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn report(&self) -> Option<Report> {
        Report::parse(&std::fs::read_to_string(self.file("report")).ok()?)
    }

    fn ended(&self) -> Option<Seen> {
        self.report().map(|report| Seen::Ended { report, lost: self.file("lost").exists() })
    }

    fn is_started(&self) -> bool {
        self.file("started").exists()
    }

    /// When the job started, in seconds since 1970, if it has.
    pub fn start(&self) -> Option<i64> {
        let text = std::fs::read_to_string(self.file("start")).ok()?;
        text.trim().parse().ok()
    }

    /// Takes the lock; `None` while a shepherd holds it.
    fn try_lock(&self) -> io::Result<Option<File>> {
        match File::open(self.file("lock")) {
            Ok(lock) => match lock.try_lock() {
                Ok(()) => Ok(Some(lock)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Looks. `child_lives`: the shepherd is a child of ours that has not ended, maybe before it took the lock.
    ///
    /// # Errors
    /// The directory cannot be read or, where a killed shepherd's report is written for it, not written.
    pub fn look(&self, child_lives: bool, now: i64) -> io::Result<Seen> {
        if let Some(ended) = self.ended() {
            return Ok(ended);
        }
        if child_lives {
            return Ok(Seen::Alive);
        }
        // The lock is kept until all is read: what a shepherd wrote before it left is seen, and none begins meanwhile.
        let _lock = match self.try_lock() {
            Ok(None) => return Ok(Seen::Alive),
            Ok(Some(lock)) => Some(lock),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Some(ended) = self.ended() {
            return Ok(ended);
        }
        if !self.is_started() {
            return Ok(Seen::NotStarted);
        }
        let start = self.start().unwrap_or(now) as u64;
        let report = Report { start, end: now as u64, exit_status: 137, signal: 9, failed: 100, ..Report::default() };
        // Written down, so that whoever looks again sees the same end.
        write(&self.file("lost"), b"")?;
        write(&self.file("report"), report.to_text().as_bytes())?;
        Ok(Seen::Ended { report, lost: true })
    }

    fn make(&self) -> io::Result<()> {
        match std::fs::create_dir(&self.0) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes the directory and the shepherd's instructions.
    ///
    /// # Errors
    /// No space, no rights.
    pub fn prepare(&self, spec: &[u8]) -> io::Result<()> {
        self.make()?;
        write(&self.file("spec"), spec)
    }

    /// Takes the one start away from any shepherd; false if one has begun.
    ///
    /// # Errors
    /// No space, no rights.
    pub fn forestall(&self) -> io::Result<bool> {
        self.make()?;
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.file("started")) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Has the shepherd stop the job's processes, or let them go on, unless it was told already; true where it was told now.
    ///
    /// # Errors
    /// No space, no rights.
    pub fn suspend(&self, wanted: bool) -> io::Result<bool> {
        let note = self.file("stopped");
        match (wanted, note.exists()) {
            (true, false) if self.signal(libc::SIGTSTP) => write(&note, b"").map(|()| true),
            (false, true) if self.signal(libc::SIGCONT) => std::fs::remove_file(note).map(|()| true),
            _ => Ok(false),
        }
    }

    /// Sends a signal to the shepherd; false while there is none to be sure of.
    pub fn signal(&self, signal: libc::c_int) -> bool {
        let Some(pid) = std::fs::read_to_string(self.file("pid")).ok().and_then(|text| text.trim().parse::<libc::pid_t>().ok()) else {
            return false;
        };
        // SAFETY: system calls on plain numbers. The descriptor is taken before the lock is looked at: as long as the shepherd
        // holds the lock, the descriptor is the shepherd's, whoever gets the number afterwards.
        unsafe {
            let handle = libc::syscall(libc::SYS_pidfd_open, pid, 0);
            let holds = matches!(self.try_lock(), Ok(None));
            let sent = match (holds, handle) {
                (false, _) => false,
                (true, -1) => libc::kill(pid, signal) == 0,
                (true, _) => libc::syscall(libc::SYS_pidfd_send_signal, handle, signal, 0, 0) == 0,
            };
            if handle != -1 {
                libc::close(handle as libc::c_int);
            }
            sent
        }
    }
}

/// Replaces a file in one step.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        std::fs::rename(&new, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_not_started_then_alive_then_ended() {
        let dir = tempfile::tempdir().expect("a directory");
        let run = Run(dir.path().join("1.0.0"));
        assert_eq!(run.look(false, 5).expect("looked"), Seen::NotStarted);
        run.prepare(b"spec").expect("prepared");
        assert_eq!(run.look(false, 5).expect("looked"), Seen::NotStarted);
        assert_eq!(run.look(true, 5).expect("looked"), Seen::Alive);
        let lock = File::create(run.file("lock")).expect("made");
        lock.lock().expect("locked");
        assert_eq!(run.look(false, 5).expect("looked"), Seen::Alive);
        assert!(!run.signal(libc::SIGTERM));
        let report = Report { start: 3, end: 4, exit_status: 2, ..Report::default() };
        std::fs::write(run.file("report"), report.to_text()).expect("written");
        assert_eq!(run.look(true, 5).expect("looked"), Seen::Ended { report, lost: false });
    }

    #[test]
    fn a_killed_shepherd_leaves_one_end_however_often_it_is_looked_at() {
        let dir = tempfile::tempdir().expect("a directory");
        let run = Run(dir.path().join("1.0.0"));
        assert!(run.forestall().expect("made") && !run.forestall().expect("there"));
        let first = run.look(false, 5).expect("looked");
        assert!(matches!(&first, Seen::Ended { lost: true, report } if report.failed == 100 && report.exit_status == 137));
        assert_eq!(run.look(false, 99).expect("looked"), first);
    }
}
