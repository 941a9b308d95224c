//! What `jobs` says: the database's rows, with what the run directories know of the tasks that run.

use super::Local;
use super::daemon::host_name;
use super::next::slots_in_use;
use super::plan::Slots;
use super::run::Run;
use super::store::{JobRow, Store, TaskRow, Trouble, has_work, job, tasks_of};
use super::wake;
use crate::backend::{Filter, Whose};
use crate::job::{JobId, JobStatus, State, Tasks};
use rusqlite::Transaction;

/// How many finished jobs are still shown.
const FINISHED: i64 = 100;

/// The jobs that match, by id.
pub fn jobs(local: &Local, filter: &Filter) -> Result<Vec<JobStatus>, Trouble> {
    let Some(mut store) = Store::existing(&local.paths)? else { return Ok(Vec::new()) };
    let (found, work) = store.read(|tx| {
        let slots = slots_in_use(tx, &local.site)?;
        let mut found = Vec::new();
        for id in ids(tx, filter)? {
            let Some(row) = job(tx, id, filter.detail)? else { continue };
            let matches = match &filter.whose {
                Whose::Everybodys => true,
                Whose::User(user) => *user == row.job.submitter.user,
            };
            let status = if matches { status(tx, local, row, filter.finished, &slots)? } else { continue };
            if !status.tasks.is_empty() {
                found.push(status);
            }
        }
        Ok((found, has_work(tx)?))
    })?;
    // Its absence is no reason not to answer.
    if work && !wake::listens(&local.paths.wake()) {
        let _ = local.wake();
    }
    Ok(found)
}

fn ids(tx: &Transaction<'_>, filter: &Filter) -> Result<Vec<JobId>, Trouble> {
    let list = |sql: &str, least: i64| -> Result<Vec<JobId>, Trouble> {
        let mut statement = tx.prepare(sql)?;
        let rows = statement.query_map([least], |row| Ok(row.get::<_, i64>(0)? as JobId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let mut ids = match filter.id {
        Some(id) => list("SELECT id FROM jobs WHERE id = ?1", id as i64)?,
        None => list("SELECT id FROM jobs WHERE unfinished = 1 AND id > ?1", -1)?,
    };
    if filter.finished && filter.id.is_none() {
        ids.extend(list("SELECT id FROM jobs WHERE unfinished = 0 ORDER BY ended DESC, id DESC LIMIT ?1", FINISHED)?);
    }
    ids.sort_unstable();
    Ok(ids)
}

fn status(tx: &Transaction<'_>, local: &Local, row: JobRow, finished: bool, slots: &Slots) -> Result<JobStatus, Trouble> {
    let JobRow { id, submitted, mut job, pending, .. } = row;
    let list = |sql: &str| -> Result<Vec<JobId>, Trouble> {
        let mut statement = tx.prepare_cached(sql)?;
        let rows = statement.query_map([id as i64], |row| Ok(row.get::<_, i64>(0)? as JobId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    // A predecessor that is gone holds nothing, and is shown no more.
    job.predecessors =
        list("SELECT q.id FROM predecessors p JOIN jobs q ON q.id = p.predecessor WHERE p.job = ?1 AND q.unfinished = 1 ORDER BY q.id")?;
    let successors =
        list("SELECT q.id FROM predecessors p JOIN jobs q ON q.id = p.job WHERE p.predecessor = ?1 AND q.unfinished = 1 ORDER BY q.id")?;
    let task_id = |index: u64| job.array.map(|range| range.id(index));
    let ids = |indices: &mut dyn Iterator<Item = u64>| -> Vec<u64> { indices.filter_map(task_id).collect() };
    let host = host_name();
    let mut tasks = Vec::new();
    let mut ended: Vec<u64> = Vec::new();
    let mut requeued: Vec<u64> = Vec::new();
    for task in tasks_of(tx, id, finished)? {
        let ids: Vec<u64> = task_id(task.index).into_iter().collect();
        match task.state.as_str() {
            "active" => tasks.push(active(local, &task, ids, &host)),
            "error" => {
                tasks.push(Tasks { ids, state: State::Error(task.reason), started: Some(task.since), queue: None, host: None });
            }
            "requeued" => requeued.push(task.index),
            _ => ended.push(task.index),
        }
    }
    let held = job.hold || !job.predecessors.is_empty();
    let waiting = |state: State, ids: Vec<u64>| Tasks { ids, state, started: None, queue: None, host: None };
    if !requeued.is_empty() {
        tasks.push(waiting(State::Requeued, ids(&mut requeued.iter().copied())));
    }
    if !pending.is_empty() {
        tasks.push(waiting(if held { State::Held } else { State::Pending }, ids(&mut pending.iter())));
    }
    if !ended.is_empty() {
        tasks.push(waiting(State::Finished, ids(&mut ended.iter().copied())));
    }
    let waits = !pending.is_empty() || !requeued.is_empty();
    let mut reasons = Vec::new();
    if let Some(never) = job.never.as_ref().filter(|_| waits) {
        reasons.push(never.clone());
    } else if waits && !job.predecessors.is_empty() {
        reasons.push("job dropped because of job dependencies".into());
    } else if waits && job.hold {
        reasons.push("Job is in hold state".into());
    } else if waits {
        let full = |queue: &&String| slots.free(queue) < job.slots;
        reasons.extend(job.queues.iter().filter(full).map(|queue| format!("queue instance \"{queue}@{host}\" dropped because it is full")));
    }
    Ok(JobStatus { id, submitted, job, tasks, successors, reasons })
}

fn active(local: &Local, task: &TaskRow, ids: Vec<u64>, host: &str) -> Tasks {
    let run = Run(local.paths.run(task.job, task.index, task.attempt));
    let start = run.start();
    let state = match (task.deleting, start) {
        (true, _) => State::Deleting,
        (false, Some(_)) => State::Running { restarted: task.attempt > 0 },
        (false, None) => State::Transferring,
    };
    let started = Some(start.unwrap_or(task.since));
    Tasks { ids, state, started, queue: Some(task.queue.clone()), host: Some(host.to_string()) }
}
