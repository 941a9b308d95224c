//! What starts next, between the database and the plan: the slots in use, the jobs that could start, and the tasks that do.

use super::plan::{self, Slots, Waiting};
use super::store::{STARTABLE, TaskRow, Trouble, Wish, job, now, settle};
use crate::grammar::indexes::Indexes;
use crate::grammar::slots;
use crate::job::{Job, JobId, blocked};
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
        "SELECT t.queue, sum(CASE WHEN t.slots > 0 THEN t.slots ELSE max(j.slots, 1) END)
         FROM tasks t JOIN jobs j ON j.id = t.job WHERE t.state = 'active' GROUP BY t.queue",
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
    let free = slots_in_use(tx, site)?;
    let mut statement = tx.prepare_cached(&format!(
        "SELECT id, slots, concurrency, queues, pending, (SELECT count(*) FROM tasks WHERE state = 'active' AND job = jobs.id),
         (SELECT group_concat(task) FROM tasks WHERE state = 'requeued' AND job = jobs.id AND {RESTED}), held, ranges
         FROM jobs WHERE {STARTABLE} AND start_at <= ?1 ORDER BY priority DESC, id"
    ))?;
    let rows = statement.query_map([now()], |row| {
        let id = row.get::<_, i64>(0)? as JobId;
        let held = Indexes::parse(&row.get::<_, String>(7)?);
        let pending = Indexes::parse(&row.get::<_, String>(4)?).without(&held);
        let again = Indexes::parse(&row.get::<_, Option<String>>(6)?.unwrap_or_default()).without(&held);
        let ranges = row.get::<_, String>(8)?;
        Ok(Waiting {
            id,
            slots: row.get(1)?,
            ranges: if ranges.is_empty() { Vec::new() } else { slots::parse(&ranges).unwrap_or_default() },
            concurrency: row.get::<_, i64>(2)? as u64,
            queues: row.get::<_, String>(3)?.split(',').map(String::from).collect(),
            running: row.get::<_, i64>(5)? as u64,
            tasks: unblocked(tx, id, pending)?.count() + again.count(),
        })
    })?;
    let mut broken = None;
    let starts = plan::plan(free, rows.map_while(|row| row.map_err(|error| broken = Some(error)).ok()));
    broken.map_or(Ok(starts), |error| Err(error.into()))
}

/// Those of the tasks that need not wait for a task of another job's.
fn unblocked(tx: &Transaction<'_>, id: JobId, tasks: Indexes) -> rusqlite::Result<Indexes> {
    Ok(tasks.without(&blocked_tasks(tx, id)?))
}

/// Those of a job's tasks that wait for a task of another job's.
///
/// # Errors
/// The database's.
pub fn blocked_tasks(tx: &Transaction<'_>, id: JobId) -> rusqlite::Result<Indexes> {
    let mut tasks = Indexes::default();
    let mut statement = tx.prepare_cached(
        "SELECT j.id, j.pending, j.job, own.job FROM predecessors p JOIN jobs j ON j.id = p.predecessor JOIN jobs own ON own.id = p.job
         WHERE p.job = ?1 AND p.by_task = 1 AND j.unfinished = 1",
    )?;
    let before = statement.query_map([id as i64], |row| {
        let array = |text: String| serde_json::from_str::<Job>(&text).ok().and_then(|job| job.array);
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, array(row.get(2)?), array(row.get(3)?)))
    })?;
    for row in before {
        let (before, pending, other, own) = row?;
        let mut unfinished = Indexes::parse(&pending);
        let mut statement = tx.prepare_cached("SELECT task FROM tasks WHERE job = ?1 AND state IN ('active', 'requeued', 'error')")?;
        for task in statement.query_map([before], |row| row.get::<_, i64>(0))? {
            unfinished.insert(task? as u64);
        }
        if let (Some(own), Some(other)) = (own, other) {
            tasks.extend(&blocked(own, other, &unfinished));
        }
    }
    Ok(tasks)
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
        .prepare_cached(&format!("SELECT task, attempt FROM tasks WHERE state = 'requeued' AND job = ?2 AND {RESTED} ORDER BY task"))?
        .query_map(params![now(), id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let held = row.job.holds.any();
    let free = unblocked(tx, start.id, pending.without(&held))?;
    let again: Vec<(i64, u32)> = again.into_iter().filter(|(index, _)| !held.contains(*index as u64)).take(start.tasks as usize).collect();
    let more = start.tasks - (again.len() as u64).min(start.tasks);
    let fresh: Vec<(i64, u32)> = free.iter().take(more as usize).map(|index| (index as i64, 0)).collect();
    fresh.iter().for_each(|(index, _)| _ = pending.remove(*index as u64));
    for (index, attempt) in again.into_iter().chain(fresh) {
        let since = now();
        tx.prepare_cached(
            "INSERT OR REPLACE INTO tasks (job, task, attempt, state, deleting, queue, since, exit_status, signal, reason, slots)
             VALUES (?1, ?2, ?3, 'active', 0, ?4, ?5, 0, 0, '', ?6)",
        )?
        .execute(params![id, index, attempt, start.queue, since, start.slots])?;
        let queue = start.queue.clone();
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
            slots: start.slots,
            wish: Wish::None,
        });
    }
    settle(tx, start.id, Some(&pending))
}
