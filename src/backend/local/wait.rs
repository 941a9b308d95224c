//! Waiting for a job: a socket in `waiters/` named after it, that the daemon pokes after every end; and a look each second,
//! should nobody poke.

use super::Local;
use super::ends::DELETED;
use super::paths::Paths;
use super::store::{Store, TASK, TaskRow, Trouble, has_work, job};
use super::wake::{self, Listener};
use crate::job::{Ended, Job, JobId};
use rusqlite::params;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Tells each task's end once; returns when nothing of the job is left, and with false when it is interrupted.
pub fn wait(local: &Local, id: JobId, asked: &Job, told: &mut dyn FnMut(Ended)) -> Result<bool, Trouble> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("{id}.{}.{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let listener = Listener::bind(&local.paths.waiters().join(name))?;
    let mut store = Store::open(&local.paths)?;
    let interrupted = interruption()?;
    let task_id = |index: u64| asked.array.map(|range| range.id(index));
    let mut seen: HashSet<u64> = HashSet::new();
    let mut last = 0i64;
    loop {
        let (ended, unfinished) = store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("SELECT {TASK}, seq FROM tasks WHERE job = ?1 AND seq > ?2 ORDER BY seq"))?;
            let rows = statement.query_map(params![id as i64, last], |row| Ok((TaskRow::read(row)?, row.get::<_, i64>(12)?)))?;
            let rows: Vec<(TaskRow, i64)> = rows.collect::<rusqlite::Result<_>>()?;
            Ok((rows, job(tx, id, false)?.map(|row| row.unfinished)))
        })?;
        for (task, seq) in ended {
            last = seq;
            seen.insert(task.index);
            let id = task_id(task.index);
            told(match task.reason == DELETED {
                true => Ended::Never { task: id },
                false => Ended::Exited { task: id, status: task.exit_status, signal: task.signal },
            });
        }
        match unfinished {
            Some(true) => {}
            Some(false) => {
                for index in (0..asked.task_count()).filter(|index| !seen.contains(index)) {
                    told(Ended::Never { task: task_id(index) });
                }
                return Ok(true);
            }
            None => return Err(Trouble(format!("job {id} is not in state.db"))),
        }
        listener.wait(Duration::from_secs(1));
        if interrupted.load(Ordering::Relaxed) {
            return Ok(false);
        }
        // Killed, then: one that left by itself left nothing it could do.
        if !wake::listens(&local.paths.wake()) && store.read(has_work)? {
            local.wake()?;
        }
        if !store.is_current(&local.paths) {
            return Err(Trouble("state.db was moved away".into()));
        }
    }
}

/// True once SIGINT or SIGTERM came.
fn interruption() -> std::io::Result<Arc<AtomicBool>> {
    let came = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&came))?;
    }
    Ok(came)
}

/// Wakes those who wait for such jobs, and removes the names of those who are gone.
pub fn poke(paths: &Paths, ended: impl Fn(JobId) -> bool) {
    for (id, path) in waiters(paths) {
        if ended(id) && !wake::send(&path) {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The jobs somebody waits for.
pub fn waiters(paths: &Paths) -> Vec<(JobId, std::path::PathBuf)> {
    let Ok(entries) = std::fs::read_dir(paths.waiters()) else { return Vec::new() };
    let waiter = |entry: std::fs::DirEntry| Some((entry.file_name().to_str()?.split('.').next()?.parse().ok()?, entry.path()));
    entries.flatten().filter_map(waiter).collect()
}
