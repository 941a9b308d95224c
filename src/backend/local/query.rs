//! What `jobs` says: the database's rows, with what the run directories know of the tasks that run.

use super::Local;
use super::daemon::host_name;
use super::next::{blocked_tasks, slots_in_use};
use super::plan::Slots;
use super::run::Run;
use super::store::{JobRow, Store, TASK, TaskRow, Trouble, Wish, has_work, now, tasks_of};
use super::wake;
use crate::backend::{Filter, Whose};
use crate::grammar::indexes::Indexes;
use crate::job::{Held, Job, JobId, JobStatus, State, Tasks};
use rusqlite::Transaction;
use std::collections::HashMap;

/// How many finished jobs are still shown.
const FINISHED: i64 = 100;

/// The jobs that match, by id; finished ones behind, in the order in which they ended.
pub fn jobs(local: &Local, filter: &Filter) -> Result<Vec<JobStatus>, Trouble> {
    let Some(mut store) = Store::existing(&local.paths)? else { return Ok(Vec::new()) };
    let (found, work) = store.read(|tx| {
        let mut about = About::read(tx, local, filter)?;
        let mut found = Vec::new();
        for row in rows(tx, filter)? {
            let matches = match &filter.whose {
                Whose::Everybodys => true,
                Whose::User(user) => *user == row.job.submitter.user,
            };
            let status = if matches { status(tx, local, row, &mut about)? } else { continue };
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

/// The jobs themselves, in one statement for each part: thousands may wait.
fn rows(tx: &Transaction<'_>, filter: &Filter) -> Result<Vec<JobRow>, Trouble> {
    let env = if filter.detail { "env" } else { "NULL" };
    let list = |which: &str, number: i64| -> Result<Vec<JobRow>, Trouble> {
        let mut statement = tx.prepare(&format!("SELECT id, submitted, job, pending, unfinished, {env} FROM jobs {which}"))?;
        let mut rows = statement.query([number])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut job: Job = serde_json::from_str(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?;
            if let Some(env) = row.get::<_, Option<String>>(5)? {
                job.env = serde_json::from_str(&env)?;
            }
            let pending = Indexes::parse(row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?);
            found.push(JobRow { id: row.get::<_, i64>(0)? as JobId, submitted: row.get(1)?, job, pending, unfinished: row.get(4)? });
        }
        Ok(found)
    };
    if let Some(id) = filter.id {
        return list("WHERE id = ?1", id as i64);
    }
    let mut found = list("WHERE unfinished = 1 AND id > ?1 ORDER BY id", -1)?;
    if filter.finished {
        let last = list("WHERE unfinished = 0 ORDER BY ended DESC, id DESC LIMIT ?1", FINISHED)?;
        found.extend(last.into_iter().rev());
    }
    Ok(found)
}

/// What is known beside the jobs' own rows.
struct About {
    finished: bool,
    now: i64,
    host: String,
    slots: Slots,
    /// What is said of queues without a free slot.
    full: Vec<String>,
    /// The site's other queues.
    open: Vec<String>,
    tasks: HashMap<JobId, Vec<TaskRow>>,
    /// Unfinished jobs before a job, and those behind it; `true`: from task to task.
    before: HashMap<JobId, Vec<JobId>>,
    after: HashMap<JobId, Vec<(JobId, bool)>>,
}

impl About {
    fn read(tx: &Transaction<'_>, local: &Local, filter: &Filter) -> Result<About, Trouble> {
        let (slots, host) = (slots_in_use(tx, &local.site)?, host_name());
        let names = || local.site.queues.iter().map(|queue| &queue.name);
        let full = names().filter(|name| slots.free(name) == 0);
        let full = full.map(|name| format!("queue instance \"{name}@{host}\" dropped because it is full")).collect();
        let open = names().filter(|name| slots.free(name) > 0).cloned().collect();
        let mut about = About {
            finished: filter.finished,
            now: now(),
            host,
            slots,
            full,
            open,
            tasks: HashMap::new(),
            before: HashMap::new(),
            after: HashMap::new(),
        };
        let one = filter.id.map_or(-1, |id| id as i64);
        let which = if filter.finished { "job IN (SELECT id FROM jobs WHERE unfinished = 1)" } else { UNFINISHED };
        let mut statement = tx.prepare(&format!("SELECT {TASK} FROM tasks WHERE {which} AND (?1 < 0 OR job = ?1) ORDER BY job, task"))?;
        for task in statement.query_map([one], TaskRow::read)? {
            let task = task?;
            about.tasks.entry(task.job).or_default().push(task);
        }
        // A predecessor that is gone holds nothing, and is shown no more.
        let mut statement = tx.prepare(
            "SELECT p.job, p.predecessor, p.by_task FROM predecessors p JOIN jobs a ON a.id = p.job JOIN jobs b ON b.id = p.predecessor
             WHERE a.unfinished = 1 AND b.unfinished = 1 AND (?1 < 0 OR p.job = ?1 OR p.predecessor = ?1) ORDER BY p.job",
        )?;
        let links = statement.query_map([one], |row| Ok((row.get::<_, i64>(0)? as JobId, row.get::<_, i64>(1)? as JobId, row.get(2)?)))?;
        for link in links {
            let (job, before, by_task): (JobId, JobId, bool) = link?;
            about.before.entry(job).or_default().push(before);
            about.after.entry(before).or_default().push((job, by_task));
        }
        Ok(about)
    }

    /// A job's tasks in the states that are asked for.
    fn tasks_of(&mut self, tx: &Transaction<'_>, row: &JobRow) -> Result<Vec<TaskRow>, Trouble> {
        match self.tasks.remove(&row.id) {
            Some(tasks) => Ok(tasks),
            None if self.finished && !row.unfinished => tasks_of(tx, row.id, true),
            None => Ok(Vec::new()),
        }
    }
}

const UNFINISHED: &str = "state IN ('active', 'requeued', 'error')";

fn status(tx: &Transaction<'_>, local: &Local, row: JobRow, about: &mut About) -> Result<JobStatus, Trouble> {
    let rows = about.tasks_of(tx, &row)?;
    let JobRow { id, submitted, mut job, pending, .. } = row;
    let before = about.before.remove(&id).unwrap_or_default();
    job.predecessors.retain(|predecessor| before.contains(predecessor));
    job.array_predecessors.retain(|predecessor| before.contains(predecessor));
    let after = about.after.remove(&id).unwrap_or_default();
    let behind = |by_task: bool| after.iter().filter(|(_, is)| *is == by_task).map(|(id, _)| *id).collect::<Vec<_>>();
    let (successors, array_successors) = (behind(false), behind(true));
    let task_id = |index: u64| job.array.map(|range| range.id(index));
    let ids = |indices: &mut dyn Iterator<Item = u64>| -> Vec<u64> { indices.filter_map(task_id).collect() };
    let waits_for_jobs = !job.predecessors.is_empty();
    let blocked = if job.array_predecessors.is_empty() { Indexes::default() } else { blocked_tasks(tx, id)? };
    let time = job.start_at != 0;
    let held = |index: u64| Held { job: waits_for_jobs, array: blocked.contains(index), time, ..job.holds.on(index) };
    let mut tasks = Vec::new();
    let mut ended: Vec<u64> = Vec::new();
    let mut failed: Option<i64> = None;
    let mut waiting: Vec<(State, Held, Vec<u64>)> = Vec::new();
    let mut wait = |state: State, index: u64| {
        let held = held(index);
        let state = if state == State::Pending && held.any() { State::Held } else { state };
        match waiting.iter_mut().find(|group| group.0 == state && group.1 == held) {
            Some((.., indexes)) => indexes.push(index),
            None => waiting.push((state, held, vec![index])),
        }
    };
    for task in rows {
        match task.state.as_str() {
            _ if task.is_gone() => {}
            "active" if task.wish == Wish::Again => wait(State::Requeued, task.index),
            "active" => tasks
                .push(Tasks { held: job.holds.on(task.index), ..active(local, &task, ids(&mut [task.index].into_iter()), &about.host) }),
            "error" => {
                failed.get_or_insert(task.since);
                wait(State::Error(task.reason), task.index);
            }
            "requeued" => wait(State::Requeued, task.index),
            _ => ended.push(task.index),
        }
    }
    pending.iter().for_each(|index| wait(State::Pending, index));
    let waits = waiting.iter().any(|(state, ..)| !matches!(state, State::Error(_)));
    for (state, held, indexes) in waiting {
        let started = if matches!(state, State::Error(_)) { failed } else { None };
        tasks.push(Tasks { held, started, ..Tasks::waiting(ids(&mut indexes.into_iter()), state) });
    }
    if !ended.is_empty() {
        tasks.push(Tasks::waiting(ids(&mut ended.into_iter()), State::Finished));
    }
    let depends = waits_for_jobs || !pending.within(&blocked).is_empty();
    let is_held = pending.without(&job.holds.any()).is_empty();
    let reasons = reasons(&job, &tasks, waits, depends, is_held, about);
    Ok(JobStatus { id, submitted, job, tasks, successors, array_successors, reasons })
}

/// Why the job waits, in Grid Engine's words (compat/captures/qstat-j/summary.txt): queues that are full are told of every job.
fn reasons(job: &Job, tasks: &[Tasks], waits: bool, depends: bool, is_held: bool, about: &About) -> Vec<String> {
    let mut reasons = about.full.clone();
    if tasks.iter().any(|tasks| matches!(tasks.state, State::Error(_))) {
        reasons.push("Job is in error state".into());
    } else if !waits {
    } else if depends {
        reasons.push("job dropped because of job dependencies".into());
    } else if job.start_at > about.now {
        reasons.push("execution time not reached".into());
    } else if is_held {
        reasons.push("Job is in hold state".into());
    } else if let Some(never) = &job.never {
        reasons.extend(never.lines().map(String::from));
    } else {
        if !job.hard_queues.is_empty() {
            let others = about.open.iter().filter(|name| !job.queues.contains(name));
            reasons.extend(
                others.map(|name| format!("cannot run in queue \"{name}\" because it is not contained in its hard queue list (-q)")),
            );
        }
        if let Some((pe, _)) = job.pe.as_ref().filter(|_| job.queues.iter().all(|queue| about.slots.free(queue) < job.slots)) {
            reasons.push(format!("cannot run in PE \"{pe}\" because it only offers 0 slots"));
        }
        let running = tasks.iter().filter(|tasks| tasks.state.is_running()).count() as u64;
        if job.task_concurrency > 0 && running >= job.task_concurrency {
            reasons.push("not all array tasks may be started due to 'max_aj_instances'".into());
        }
    }
    reasons
}

fn active(local: &Local, task: &TaskRow, ids: Vec<u64>, host: &str) -> Tasks {
    let run = Run(local.paths.run(task.job, task.index, task.attempt));
    let start = run.start();
    let restarted = task.attempt > 0;
    let state = match (task.deleting, start) {
        (true, _) => State::Deleting { suspended: task.wish == Wish::Suspended },
        (false, Some(_)) if task.wish == Wish::Suspended => State::Suspended { restarted },
        (false, Some(_)) => State::Running { restarted },
        (false, None) => State::Transferring { restarted },
    };
    let started = Some(start.unwrap_or(task.since));
    let (queue, host) = (Some(task.queue.clone()), Some(host.to_string()));
    Tasks { ids, state, held: Held::default(), started, queue, host, slots: task.slots }
}
