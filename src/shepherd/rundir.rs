//! The local backend's directory of one task: who may run it (`lock`, `started`), who does (`pid`, `start`), how it ended
//! (`report`). Also the other small files the shepherd leaves: the termination message and, in an init container, itself.

use super::strerror;
use crate::record::Report;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A run directory that is ours until the end of this process.
#[derive(Debug)]
pub struct RunDir {
    pub path: PathBuf,
    /// Held, never read; close-on-exec, so that no process of the job keeps it.
    _lock: File,
}

impl RunDir {
    /// Takes the directory; `None` when another shepherd has it or has had it: nothing must run twice.
    ///
    /// # Errors
    /// When the files in it cannot be made.
    pub fn claim(path: &Path) -> io::Result<Option<RunDir>> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if path.join("started").try_exists()? {
            return Ok(None);
        }
        // The pid first: where the disk is full nothing has started yet, and the start can be tried again.
        fs::write(path.join("pid"), format!("{}\n", std::process::id()))?;
        match OpenOptions::new().write(true).create_new(true).open(path.join("started")) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(error),
        }
        Ok(Some(RunDir { path: path.to_path_buf(), _lock: lock }))
    }

    /// Says when the job started (seconds since 1970).
    pub fn started_at(&self, start: u64) {
        if let Err(error) = fs::write(self.path.join("start"), format!("{start}\n")) {
            eprintln!("gridshim-shepherd: cannot write start: {}", strerror(&error));
        }
    }

    /// Leaves the report, whole or not at all. On a full disk it waits for room, the lock held, so that the run counts as alive.
    pub fn write_report(&self, report: &Report) {
        let written = || {
            let temporary = self.path.join("report.tmp");
            let mut file = File::create(&temporary)?;
            file.write_all(report.to_text().as_bytes())?;
            file.sync_all()?;
            fs::rename(temporary, self.path.join("report"))
        };
        let is_full = |error: &io::Error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        let mut told = false;
        while let Err(error) = written() {
            if !told {
                eprintln!("gridshim-shepherd: cannot write the report: {}\n{}", strerror(&error), report.to_text());
                told = true;
            }
            if !is_full(&error) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    }
}

/// Writes a pod's termination message. It is a mounted file: neither renamed nor made where it is missing.
pub fn write_message(path: &Path, report: &Report) {
    let create = !path.starts_with("/dev");
    let file = OpenOptions::new().write(true).create(create).truncate(true).open(path);
    if let Err(error) = file.and_then(|mut file| file.write_all(report.to_text().as_bytes())) {
        eprintln!("gridshim-shepherd: cannot write {}: {}\n{}", path.display(), strerror(&error), report.to_text());
    }
}

/// Tells whoever waits that something has ended; nobody need listen.
pub fn wake(socket: &Path) {
    if let Ok(sender) = std::os::unix::net::UnixDatagram::unbound()
        && sender.set_nonblocking(true).is_ok()
    {
        let _ = sender.send_to(&[1], socket);
    }
}

/// Copies this program to `directory/gridshim-shepherd`, mode 755.
///
/// # Errors
/// When the copy cannot be made.
pub fn install(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let temporary = directory.join(".gridshim-shepherd");
    fs::copy("/proc/self/exe", &temporary)?;
    fs::set_permissions(&temporary, fs::Permissions::from_mode(0o755))?;
    fs::rename(temporary, directory.join("gridshim-shepherd"))
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_directory_is_given_out_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let first = RunDir::claim(directory.path()).expect("claim");
        assert!(first.is_some());
        assert!(RunDir::claim(directory.path()).expect("claim").is_none(), "locked");
        drop(first);
        assert!(RunDir::claim(directory.path()).expect("claim").is_none(), "started before");
    }
}
