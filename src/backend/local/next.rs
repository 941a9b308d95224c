//! What starts next, between the database and the plan: the slots in use, the jobs that could start, and the tasks that do.

use super::indices::Indices;
use super::plan::{self, Slots, Waiting};
use super::store::{STARTABLE, TaskRow, Trouble, job, now, settle};
use crate::job::JobId;
use crate::site::Site;
use rusqlite::{Transaction, params};

/// What is free, by the tasks that are active.
///
/// # Errors
/// The database's.
pub fn slots_in_use(tx: &Transaction<'_>, site: &Site) -> Result<Slots, Trouble> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let mut slots = Slots::new(cores, site.queues.iter().map(|queue| (queue.name.as_str(), queue.slots)));
    let mut statement = tx.prepare_cached(
        "SELECT t.queue, sum(max(j.slots, 1)) FROM tasks t JOIN jobs j ON j.id = t.job WHERE t.state = 'active' GROUP BY t.queue",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
    for row in rows {
        let (queue, used) = row?;
        slots.take(&queue, used);
    }
    Ok(slots)
}

/// What can start now.
///
/// # Errors
/// The database's.
pub fn starts(tx: &Transaction<'_>, site: &Site) -> Result<Vec<plan::Start>, Trouble> {
    let slots = slots_in_use(tx, site)?;
    let mut statement = tx.prepare_cached(&format!(
        "SELECT id, slots, concurrency, queues, pending, (SELECT count(*) FROM tasks WHERE state = 'active' AND job = jobs.id),
         (SELECT count(*) FROM tasks WHERE state = 'requeued' AND job = jobs.id AND {RESTED})
         FROM jobs WHERE {STARTABLE} ORDER BY priority DESC, id"
    ))?;
    let rows = statement.query_map([now()], |row| {
        let pending = Indices::parse(&row.get::<_, String>(4)?).count();
        Ok(Waiting {
            id: row.get::<_, i64>(0)? as JobId,
            slots: row.get(1)?,
            concurrency: row.get::<_, i64>(2)? as u64,
            queues: row.get::<_, String>(3)?.split(',').map(String::from).collect(),
            running: row.get::<_, i64>(5)? as u64,
            tasks: pending + row.get::<_, i64>(6)? as u64,
        })
    })?;
    let mut broken = None;
    let starts = plan::plan(slots, rows.map_while(|row| row.map_err(|error| broken = Some(error)).ok()));
    broken.map_or(Ok(starts), |error| Err(error.into()))
}

/// A job that asks to be run again and again (exit 99) is given a little rest from the second time on.
const RESTED: &str = "since + min(attempt - 1, 15) <= ?1";

/// Makes tasks active: first those that are to be run again.
///
/// # Errors
/// The database's.
pub fn take(tx: &Transaction<'_>, start: &plan::Start, started: &mut Vec<TaskRow>) -> Result<(), Trouble> {
    let id = start.id as i64;
    let Some(row) = job(tx, start.id, false)? else { return Ok(()) };
    let mut pending = row.pending;
    let again: Vec<(i64, u32)> = tx
        .prepare_cached(&format!(
            "SELECT task, attempt FROM tasks WHERE state = 'requeued' AND job = ?2 AND {RESTED} ORDER BY task LIMIT ?3"
        ))?
        .query_map(params![now(), id, start.tasks as i64], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let more = start.tasks - (again.len() as u64).min(start.tasks);
    let fresh: Vec<(i64, u32)> = std::iter::from_fn(|| pending.pop()).take(more as usize).map(|index| (index as i64, 0)).collect();
    for (index, attempt) in again.into_iter().chain(fresh) {
        tx.prepare_cached("INSERT OR REPLACE INTO tasks VALUES (?1, ?2, ?3, 'active', 0, ?4, ?5, 0, 0, '', NULL)")?.execute(params![
            id,
            index,
            attempt,
            start.queue,
            now()
        ])?;
        let (queue, since) = (start.queue.clone(), now());
        started.push(TaskRow {
            job: start.id,
            index: index as u64,
            attempt,
            state: "active".into(),
            deleting: false,
            queue,
            since,
            exit_status: 0,
            signal: 0,
            reason: String::new(),
        });
    }
    settle(tx, start.id, Some(&pending))
}
