//! Ends of runs: what becomes of the task, and the accounting line, which is written exactly once whenever the daemon is killed.

use super::paths::Paths;
use super::store::{JobRow, TaskRow, Trouble, Wish, now, settle};
use crate::accounting::{self, Record};
use crate::record::Report;
use rusqlite::{Transaction, params};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Why a finished task ended, where somebody deleted it as it ran.
pub const DELETED: &str = "deleted";

/// A run that ended, not yet recorded.
#[derive(Debug)]
pub struct End {
    pub task: TaskRow,
    pub report: Report,
    /// Its shepherd was killed.
    pub lost: bool,
    /// It was deleted before it began: there is nothing to account for.
    pub never_began: bool,
}

/// What becomes of the task.
#[derive(Debug, PartialEq, Eq)]
pub enum Fate {
    Finished,
    /// Exit status 99, or a lost run of a job that asked to be run again.
    Requeued,
    Error,
    /// As if it had never been started.
    Gone,
}

impl End {
    /// `rerun`: `-r` as asked for. Only an explicit `-r y` runs a lost job twice.
    pub fn fate(&self, rerun: Option<bool>) -> Fate {
        match self {
            End { never_began: true, .. } => Fate::Gone,
            End { task: TaskRow { deleting: true, .. }, .. } => Fate::Finished,
            End { task: TaskRow { wish: Wish::Again, .. }, .. } => Fate::Requeued,
            End { lost: true, .. } => {
                if rerun == Some(true) {
                    Fate::Requeued
                } else {
                    Fate::Finished
                }
            }
            End { report, .. } if report.exit_status == 99 && report.signal == 0 => Fate::Requeued,
            End { report, .. } if report.is_error_state() => Fate::Error,
            End { .. } => Fate::Finished,
        }
    }

    /// The accounting line. The same run always gives the same line.
    pub fn line(&self, row: &JobRow, host: &str) -> String {
        self.record(row, host).to_line()
    }

    /// The accounting record.
    pub fn record(&self, row: &JobRow, host: &str) -> Record {
        let mut report = self.report.clone();
        // Grid Engine's "rescheduling".
        if self.task.wish == Wish::Again {
            report.failed = 25;
            // Recorded (tests/compliance/qmod_reschedule.rs): as if it had neither begun nor ended.
            (report.start, report.end, report.exit_status) = (0, 0, 0);
        } else if report.failed == 0 && self.fate(row.job.rerun()) == Fate::Requeued {
            report.failed = 25;
        }
        let task = row.job.array.map(|range| range.id(self.task.index));
        Record::of(row.id, &row.job, task, row.submitted as u64, &self.task.queue, host, &report)
    }

    /// Stores what becomes of the task.
    ///
    /// # Errors
    /// The database's.
    pub fn store(&self, tx: &Transaction<'_>, rerun: Option<bool>) -> Result<(), Trouble> {
        let (job, task, attempt) = (self.task.job as i64, self.task.index as i64, self.task.attempt);
        let change = "UPDATE tasks SET deleting = 0, wish = '', since = ?4, ";
        let this = "WHERE job = ?1 AND task = ?2 AND attempt = ?3 AND state = 'active'";
        match self.fate(rerun) {
            Fate::Gone => {
                tx.prepare_cached(&format!("DELETE FROM tasks {this}"))?.execute(params![job, task, attempt])?;
            }
            Fate::Requeued => {
                tx.prepare_cached(&format!("{change} state = 'requeued', attempt = attempt + 1 {this}"))?.execute(params![
                    job,
                    task,
                    attempt,
                    now()
                ])?;
            }
            Fate::Error => {
                tx.prepare_cached(&format!("{change} state = 'error', reason = ?5 {this}"))?.execute(params![
                    job,
                    task,
                    attempt,
                    now(),
                    self.report.reason
                ])?;
            }
            Fate::Finished => {
                let why = if self.task.deleting { DELETED } else { "" };
                tx.prepare_cached(&format!(
                    "{change} state = 'finished', exit_status = ?5, signal = ?6, reason = ?7,
                     seq = (SELECT coalesce(max(seq), 0) + 1 FROM tasks WHERE job = ?1) {this}"
                ))?
                .execute(params![job, task, attempt, now(), self.report.exit_status, self.report.signal, why])?;
            }
        }
        settle(tx, self.task.job, None)
    }
}

/// Appends the lines that are not there yet and gives the file's new length, to be committed with the tasks' new states.
/// `accounted` is the length at the last commit: what was written after it, and not committed, is among what follows.
///
/// # Errors
/// No space, no rights: nothing of the lines counts as written then.
pub fn account(paths: &Paths, accounted: u64, lines: Vec<String>) -> Result<u64, Trouble> {
    let path = paths.accounting();
    let after = tail(&path, accounted)?;
    let known: Vec<&str> = after.lines().collect();
    let lines: Vec<String> = lines.into_iter().filter(|line| !known.contains(&line.as_str())).collect();
    accounting::append(&path, &lines).map_err(|error| Trouble(format!("accounting: {}", crate::error::plain(&error))))?;
    Ok(std::fs::metadata(&path).map_or(0, |file| file.len()))
}

/// What the file holds from there on; all of it where it is shorter (somebody began it anew). Half a line, of a write that a
/// full disk cut short, is cut off.
fn tail(path: &Path, from: u64) -> Result<String, Trouble> {
    let mut file = match std::fs::OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(Trouble(format!("accounting: {}", crate::error::plain(&error)))),
    };
    let length = file.metadata()?.len();
    let from = if from > length { 0 } else { from };
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < bytes.len() {
        file.set_len(from + whole as u64)?;
        bytes.truncate(whole);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(report: Report) -> End {
        let task = TaskRow {
            job: 1,
            index: 0,
            attempt: 0,
            state: "active".into(),
            deleting: false,
            queue: "all.q".into(),
            since: 0,
            exit_status: 0,
            signal: 0,
            reason: String::new(),
            slots: 0,
            wish: Wish::None,
        };
        End { task, report, lost: false, never_began: false }
    }

    #[test]
    fn only_99_and_a_lost_rerunnable_run_are_run_again() {
        let report = |exit_status, signal, reason: &str| Report { exit_status, signal, reason: reason.into(), ..Report::default() };
        assert_eq!(end(report(99, 0, "")).fate(None), Fate::Requeued);
        assert_eq!(end(report(100, 0, "asked")).fate(Some(true)), Fate::Error);
        assert_eq!(end(report(137, 9, "")).fate(Some(true)), Fate::Finished);
        let lost = |rerun| End { lost: true, ..end(report(137, 9, "")) }.fate(rerun);
        assert_eq!((lost(None), lost(Some(true))), (Fate::Finished, Fate::Requeued));
        let mut deleted = end(report(99, 0, ""));
        deleted.task.deleting = true;
        assert_eq!(deleted.fate(Some(true)), Fate::Finished);
        let mut rescheduled = end(report(137, 9, ""));
        rescheduled.task.wish = Wish::Again;
        assert_eq!(rescheduled.fate(Some(false)), Fate::Requeued);
    }

    #[test]
    fn a_line_is_written_once_whatever_happens_before_the_commit() {
        let dir = tempfile::tempdir().expect("a directory");
        let paths = Paths::at(dir.path());
        let lines = |words: &[&str]| words.iter().map(|word| (*word).to_string()).collect::<Vec<_>>();
        let committed = account(&paths, 0, lines(&["one"])).expect("written");
        // Killed before the commit: the same end is seen again, with another.
        let again = account(&paths, 0, lines(&["one", "two"])).expect("written");
        assert_eq!(std::fs::read_to_string(paths.accounting()).expect("read"), "one\ntwo\n");
        // Committed: the same line is another run.
        account(&paths, again, lines(&["one"])).expect("written");
        // A full disk cut a line short.
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new().append(true).open(paths.accounting()).expect("opened");
        file.write_all(b"thr").expect("written");
        account(&paths, committed, lines(&["three"])).expect("written");
        assert_eq!(std::fs::read_to_string(paths.accounting()).expect("read"), "one\ntwo\none\nthree\n");
    }
}
