//! A submission: the script on disk first, then one transaction that gives the number and stores the job.

use super::Local;
use super::paths::Paths;
use super::store::{Store, Trouble, now};
use crate::grammar::indexes::Indexes;
use crate::grammar::slots;
use crate::job::{self, Job, JobId};
use crate::record::Program;
use rusqlite::{Transaction, params};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Stores a job and sees to it that it is looked at.
pub fn submit(local: &Local, job: &Job, script: &[u8]) -> Result<JobId, Trouble> {
    local.paths.create()?;
    let mut store = Store::open(&local.paths)?;
    let script = (job.program == Program::Script).then(|| Spooled::write(&local.paths, script)).transpose()?;
    let mut given = None;
    let stored = store.change(|tx| {
        let id = next_id(tx, local.site.job_id_base)?;
        insert(tx, id, job)?;
        if let Some(script) = &script {
            script.name(&local.paths.script(id))?;
            given = Some(id);
        }
        Ok(id)
    });
    match stored {
        Ok(id) => started_or_withdrawn(local, &mut store, id),
        Err(trouble) => {
            if let Some(id) = given {
                // Only while the number is nobody's: the next submission is given it again.
                let _ = store.change(|tx| {
                    if super::store::job(tx, id, false)?.is_none() {
                        let _ = std::fs::remove_file(local.paths.script(id));
                    }
                    Ok(())
                });
            }
            Err(trouble)
        }
    }
}

/// A job that nothing will run is worse than none: where no daemon can be started it is taken back.
fn started_or_withdrawn(local: &Local, store: &mut Store, id: JobId) -> Result<JobId, Trouble> {
    let Err(trouble) = local.wake() else { return Ok(id) };
    let withdrawn = store.change(|tx| {
        let taken = tx.query_row("SELECT count(*) FROM tasks WHERE job = ?1", [id as i64], |row| row.get::<_, i64>(0))? > 0;
        if !taken {
            tx.execute("DELETE FROM predecessors WHERE job = ?1", [id as i64])?;
            tx.execute("DELETE FROM jobs WHERE id = ?1", [id as i64])?;
        }
        Ok(!taken)
    })?;
    if !withdrawn {
        return Ok(id);
    }
    let _ = std::fs::remove_file(local.paths.script(id));
    Err(trouble)
}

/// Greater than every number given before, and than the site's base.
fn next_id(tx: &Transaction<'_>, base: JobId) -> Result<JobId, Trouble> {
    let last = tx.query_row("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'jobs'", [], |row| row.get::<_, i64>(0))?;
    Ok((last as JobId).max(base) + 1)
}

fn insert(tx: &Transaction<'_>, id: JobId, asked: &Job) -> Result<(), Trouble> {
    let mut job = asked.clone();
    let env = serde_json::to_string(&std::mem::take(&mut job.env))?;
    bind(tx, id, &mut job)?;
    let pending = Indexes::first(job.task_count());
    tx.execute(
        "INSERT INTO jobs (id, submitted, name, priority, slots, concurrency, queues, startable, job, env, pending, unfinished)
         VALUES (?1, ?2, '', 0, 0, 0, '', 0, '', ?3, ?4, 1)",
        params![id as i64, now(), env, pending.to_string()],
    )?;
    describe(tx, id, &job, &pending)
}

/// Decides which unfinished jobs it waits for.
///
/// # Errors
/// The database's; an array that has other tasks than the one it is to wait for.
pub fn bind(tx: &Transaction<'_>, id: JobId, job: &mut Job) -> Result<(), Trouble> {
    tx.execute("DELETE FROM predecessors WHERE job = ?1", [id as i64])?;
    if job.hold_jid.is_empty() && job.hold_jid_ad.is_empty() {
        (job.predecessors, job.array_predecessors) = (Vec::new(), Vec::new());
        return Ok(());
    }
    let mut statement = tx.prepare("SELECT id, name, job FROM jobs WHERE unfinished = 1 AND id <> ?1 ORDER BY id")?;
    let own: Vec<(JobId, String, String)> = statement
        .query_map([id as i64], |row| Ok((row.get::<_, i64>(0)? as JobId, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let named = || own.iter().map(|(id, name, _)| (*id, name.as_str(), true));
    job.predecessors = job::predecessors(&job.hold_jid, named());
    job.array_predecessors = job::predecessors(&job.hold_jid_ad, named());
    for (.., text) in own.iter().filter(|(before, ..)| job.array_predecessors.contains(before)) {
        let other: Job = serde_json::from_str(text)?;
        job::check_ranges(job.array, other.array).map_err(|text| Trouble(text.into()))?;
    }
    for (list, by_task) in [(&job.predecessors, false), (&job.array_predecessors, true)] {
        for predecessor in list {
            tx.execute(
                "INSERT OR IGNORE INTO predecessors (job, predecessor, by_task) VALUES (?1, ?2, ?3)",
                params![id as i64, *predecessor as i64, by_task],
            )?;
        }
    }
    Ok(())
}

/// Stores what a job is, and beside it what the search for the next start looks at.
///
/// # Errors
/// The database's.
pub fn describe(tx: &Transaction<'_>, id: JobId, job: &Job, pending: &Indexes) -> Result<(), Trouble> {
    let held = job.holds.any();
    let is_free = pending.is_empty() || !pending.without(&held).is_empty();
    let stretches = job.pe.as_ref().map_or(&[][..], |(_, stretches)| stretches);
    let has_choice = stretches.len() > 1 || stretches.iter().any(|(low, high)| low != high);
    tx.execute(
        "UPDATE jobs SET name = ?2, priority = ?3, slots = ?4, concurrency = ?5, queues = ?6, startable = ?7, job = ?8, held = ?9,
         start_at = ?10, ranges = ?11 WHERE id = ?1",
        params![
            id as i64,
            job.name,
            job.priority,
            job.slots,
            job.task_concurrency as i64,
            job.queues.join(","),
            is_free && job.never.is_none(),
            job.stored()?,
            held.to_string(),
            job.start_at,
            if has_choice { slots::kept(stretches) } else { String::new() },
        ],
    )?;
    Ok(())
}

/// A script on disk that has no job's name yet; removed unless it gets one.
struct Spooled(PathBuf);

impl Spooled {
    fn write(paths: &Paths, bytes: &[u8]) -> std::io::Result<Spooled> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!(".new-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let script = Spooled(paths.scripts().join(name));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o700).open(&script.0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(script)
    }

    /// Gives it its name, on disk before this returns.
    fn name(&self, path: &Path) -> std::io::Result<()> {
        std::fs::rename(&self.0, path)?;
        path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
