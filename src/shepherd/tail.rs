//! The last lines of the job's error file, for the mail at its end: the owner's alone, so they must not go into the termination
//! message, which everybody may read. Best effort: a file that cannot be read has no lines.

use crate::record::TAIL_BEGINS;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// At most so many lines, of so many bytes together.
const LINES: usize = 20;
const BYTES: u64 = 8 << 10;

/// The error file of a run that begins.
pub struct Tail {
    path: String,
    /// Its length now: what earlier runs wrote is not this one's.
    from: u64,
}

impl Tail {
    /// Notes how long the file is.
    pub fn of(path: &str) -> Tail {
        Tail { path: path.into(), from: fs::metadata(path).map_or(0, |file| file.len()) }
    }

    /// Leaves the path and the lines: as `tail` in the run directory, or without one (in a pod) on standard output.
    pub fn keep(&self, run_dir: Option<&Path>) {
        let Some(lines) = self.lines() else { return };
        match run_dir {
            Some(directory) => {
                if let Err(error) = fs::write(directory.join("tail"), format!("{}\n{lines}", self.path)) {
                    eprintln!("gridshim-shepherd: cannot keep the last lines: {}", super::strerror(&error));
                }
            }
            None => println!("{TAIL_BEGINS}{}\n{}", self.path, lines.trim_end_matches('\n')),
        }
    }

    /// The last lines that this run wrote; `None` for what is no plain file: a pipe would be waited for.
    fn lines(&self) -> Option<String> {
        if !fs::metadata(&self.path).ok()?.is_file() {
            return None;
        }
        let mut file = File::open(&self.path).ok()?;
        let length = file.metadata().ok()?.len();
        let from = if self.from > length { 0 } else { self.from };
        file.seek(SeekFrom::Start(from.max(length.saturating_sub(BYTES)))).ok()?;
        let mut bytes = Vec::new();
        file.take(BYTES).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let kept = &lines[lines.len().saturating_sub(LINES)..];
        (!kept.is_empty()).then(|| kept.iter().flat_map(|line| [line, "\n"]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_of_this_run_are_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("e");
        let name = path.to_string_lossy().into_owned();
        fs::write(&path, "of an earlier run\n").expect("written");
        let tail = Tail::of(&name);
        assert_eq!(tail.lines(), None);
        fs::write(&path, format!("of an earlier run\n{}", (1..=30).map(|n| format!("{n}\n")).collect::<String>())).expect("written");
        tail.keep(Some(dir.path()));
        let kept = fs::read_to_string(dir.path().join("tail")).expect("kept");
        assert_eq!(kept, format!("{name}\n{}", (11..=30).map(|n| format!("{n}\n")).collect::<String>()));
        fs::write(&path, vec![b'x'; 100_000]).expect("written");
        assert_eq!(Tail { path: name, from: 0 }.lines().expect("lines").len(), 8193);
    }

    #[test]
    fn what_is_no_file_has_no_lines() {
        assert_eq!(Tail::of("/dev/null").lines(), None);
        assert_eq!(Tail::of("/nosuch/file").lines(), None);
    }
}
