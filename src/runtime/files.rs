//! The files a program reaches, read with care: only regular files, only their beginning, never one that would wait for a writer.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Missing,
    File,
    Directory,
    /// A FIFO, a socket, a device.
    Other,
}

/// Of a file no more is read than this.
pub const MOST_BYTES: usize = 256 << 10;

/// Names of a directory that are read.
const MOST_NAMES: usize = 500;

/// A place files come from: the disk, or a test's.
pub trait Files {
    fn kind(&self, path: &Path) -> Kind;
    /// A regular file; `None`: none, or it cannot be opened.
    fn open(&self, path: &Path) -> Option<File>;
    /// Without symbolic links; what cannot be followed stays as it is.
    fn real(&self, path: &Path) -> PathBuf;
    /// Where a symbolic link points, as it is written.
    fn link(&self, path: &Path) -> Option<PathBuf>;
    /// Names in a directory, in order, no more than some hundreds.
    fn list(&self, path: &Path) -> Vec<String>;

    /// The beginning of a regular file.
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.take(MOST_BYTES as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The same as text, whatever it is.
    fn text(&self, path: &Path) -> Option<String> {
        self.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn kind(&self, path: &Path) -> Kind {
        match std::fs::metadata(path) {
            Err(_) => Kind::Missing,
            Ok(meta) if meta.is_file() => Kind::File,
            Ok(meta) if meta.is_dir() => Kind::Directory,
            Ok(_) => Kind::Other,
        }
    }

    fn open(&self, path: &Path) -> Option<File> {
        if self.kind(path) != Kind::File {
            return None;
        }
        // Should it have become a FIFO since, it is opened without a writer.
        File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC).open(path).ok()
    }

    fn real(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.into())
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        std::fs::read_link(path).ok()
    }

    fn list(&self, path: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten().take(MOST_NAMES);
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// The path without `.` and `..`, as a text.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
