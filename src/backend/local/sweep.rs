//! Tidying: run directories, scripts and jobs that nothing needs any more.

use super::paths::Paths;
use super::store::{Store, Trouble, now, tasks_in};
use super::wait::waiters;
use crate::job::JobId;
use std::collections::HashSet;
use std::time::Duration;

/// Finished jobs are known for an hour, and the last hundred for longer.
const KEPT_SECONDS: i64 = 3600;
const KEPT_JOBS: i64 = 100;

/// Removes what is over. Only the daemon does this.
///
/// # Errors
/// The database's; files that cannot be removed are left for the next time.
pub fn sweep(paths: &Paths, store: &mut Store) -> Result<(), Trouble> {
    let waited_for: HashSet<JobId> = waiters(paths).into_iter().map(|(id, _)| id).collect();
    store.change(|tx| {
        let mut statement = tx.prepare(
            "SELECT id FROM jobs WHERE unfinished = 0 AND ended < ?1
             AND id NOT IN (SELECT id FROM jobs WHERE unfinished = 0 ORDER BY ended DESC, id DESC LIMIT ?2)",
        )?;
        let old = statement.query_map([now() - KEPT_SECONDS, KEPT_JOBS], |row| row.get::<_, i64>(0))?;
        for id in old.collect::<rusqlite::Result<Vec<i64>>>()? {
            if !waited_for.contains(&(id as JobId)) {
                for sql in ["DELETE FROM tasks WHERE job = ?1", "DELETE FROM predecessors WHERE job = ?1", "DELETE FROM jobs WHERE id = ?1"]
                {
                    tx.execute(sql, [id])?;
                }
            }
        }
        Ok(())
    })?;
    scripts(paths, store)?;
    runs(paths, store)
}

/// The directory is read before the database: a script that is there by then either has a job or is of a number not given yet.
fn scripts(paths: &Paths, store: &mut Store) -> Result<(), Trouble> {
    let entries: Vec<_> = std::fs::read_dir(paths.scripts())?.flatten().collect();
    let (last, needed) = store.read(|tx| {
        let last: i64 = tx.query_row("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'jobs'", [], |row| row.get(0))?;
        let mut statement = tx.prepare("SELECT id FROM jobs WHERE unfinished = 1")?;
        let ids = statement.query_map([], |row| row.get::<_, i64>(0))?;
        Ok((last, ids.collect::<rusqlite::Result<HashSet<i64>>>()?))
    })?;
    for entry in entries {
        let over = match entry.file_name().to_string_lossy().parse::<i64>() {
            Ok(id) => id <= last && !needed.contains(&id),
            // Of a submission that was killed.
            Err(_) => {
                let age = entry.metadata().and_then(|file| file.modified()).ok().and_then(|time| time.elapsed().ok());
                age.is_some_and(|age| age > Duration::from_secs(600))
            }
        };
        if over {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

fn runs(paths: &Paths, store: &mut Store) -> Result<(), Trouble> {
    let active = store.read(|tx| tasks_in(tx, "active"))?;
    let needed: HashSet<_> = active.iter().map(|task| paths.run(task.job, task.index, task.attempt)).collect();
    for entry in std::fs::read_dir(paths.runs())?.flatten() {
        if !needed.contains(&entry.path()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
