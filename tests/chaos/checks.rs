//! What must hold afterwards. Each check says what is wrong in a line of its own, with all that is known of it.

use crate::cluster::Cluster;
use crate::ledger::Entry;
use crate::plan::{Fate, Hold};
use crate::runs::{self, Record, Records, Run};
use std::collections::{BTreeMap, BTreeSet};

/// What was counted, and what is wrong.
#[derive(Debug, Default)]
pub struct Found {
    pub faults: Vec<String>,
    pub tasks: usize,
    pub runs: usize,
    /// Runs after a task's first, and those of them that were not told so (`$RESTARTED`).
    pub again: usize,
    pub untold: usize,
    pub records: usize,
    /// Pairs of predecessor and successor, job by job and task by task.
    pub pairs: usize,
    /// `qsub`s that failed, and those of them that left a job nevertheless.
    pub refused: usize,
    pub left_by_refused: usize,
    /// Tasks that started although they were already registered for deletion.
    pub late_starts: usize,
    /// Runs beyond what was planned, each in the place of one that was torn.
    pub torn: usize,
}

/// The runs that containerd stopped as they began, for want of a kubelet: Kubernetes took them for none, and the task runs again, as
/// on a Grid Engine host that fails.
fn torn(runs: &[Run], pods: &BTreeSet<String>) -> usize {
    runs.iter().filter(|run| pods.contains(&run.pod)).count()
}

/// A job's runs, by task.
type Runs = BTreeMap<u64, Vec<Run>>;

/// The `failed` code of a run whose host, when it was deleted, did not know whether it had begun.
const IN_RECOGNIZING: u32 = 21;

/// Everything, from the ledger, the runs' files and the accounts.
pub fn check(cluster: &Cluster, entries: &[Entry], run: &str, torn_pods: &BTreeSet<String>) -> Found {
    let mut found = Found::default();
    let (lines, journal) = (runs::accounting(run), runs::journal(run));
    let mut ran: BTreeMap<String, Runs> = BTreeMap::new();
    for (name, task) in runs::all(cluster) {
        ran.entry(name.clone()).or_default().insert(task, runs::of_task(cluster, &name, task));
    }
    found.runs = ran.values().flat_map(|tasks| tasks.values()).map(Vec::len).sum();
    found.records = lines.values().map(Vec::len).sum();
    let mut ids = BTreeSet::new();
    for entry in entries {
        found.faults.extend(entry.untrue.iter().cloned());
        let Some((name, id)) = entry.accepted() else { continue };
        if !ids.insert(id) {
            found.faults.push(format!("two jobs have the id {id}"));
        }
        let none = Runs::new();
        let own = ran.get(name).unwrap_or(&none);
        if let Some(task) = own.keys().find(|task| !entry.design.task_ids().contains(task)) {
            found.faults.push(format!("job {id} ({name}) ran a task {task}"));
        }
        for task in entry.design.task_ids() {
            found.tasks += 1;
            let runs = own.get(&task).map_or(&[][..], Vec::as_slice);
            let torn = torn(runs, torn_pods);
            of_task(entry, task, runs, torn, &mut found);
            let told = Told { name, task, lines: &lines, journal: &journal, torn };
            accounts(&told, runs, entry.design.is_open(task), &mut found);
        }
        order(entries, entry, &ran, &lines, &mut found);
    }
    refused(entries, &ran, &lines, &journal, &mut found);
    books(&lines, &journal, &mut found);
    found
}

/// How often it ran, how its runs ended, and when it may not have run.
fn of_task(entry: &Entry, task: u64, runs: &[Run], torn: usize, found: &mut Found) {
    let design = &entry.design;
    let what = format!("task {task} of job {:?}", entry.accepted());
    let mut late_starts = 0;
    let mut fault = |text: String| found.faults.push(format!("{what} {text}: {runs:?}"));
    let (least, most) = match design.fate {
        Fate::DeletedHeld => (0, 0),
        Fate::DeletedRunning => (1, 1),
        Fate::TaskDeleted(deleted) if deleted == task => (0, 1),
        _ => (design.codes.len(), design.codes.len()),
    };
    if runs.len() < least || runs.len() > most + torn {
        fault(format!("ran {} times and not {least} to {most}", runs.len()));
    }
    let codes: Vec<Option<i32>> = runs.iter().map(|run| run.code).collect();
    let wanted: Vec<Option<i32>> = design.codes.iter().map(|code| Some(*code)).collect();
    let ended_so = if torn > 0 { codes.last() == wanted.last() } else { codes == wanted };
    if !design.is_open(task) && runs.len() >= most && !ended_so && most > 0 {
        fault(format!("ended with {codes:?} and not {wanted:?}"));
    }
    if runs.windows(2).any(|two| if torn > 0 { two[0].end } else { two[0].end.or(Some(u128::MAX)) }.is_some_and(|end| end > two[1].start)) {
        fault("ran while it ran".into());
    }
    for run in runs {
        if run.start < entry.not_before {
            fault(format!("started before its time (-a, {})", entry.not_before));
        }
        if design.hold != Hold::None {
            let key = if design.hold == Hold::Tasks { task } else { 0 };
            let released = entry.released.get(&key).map_or(u128::MAX, |request| request.begun);
            if run.start < released && !entry.deleted.contains_key(&0) {
                fault(format!("started while it was held, before {released}"));
            }
        }
        for request in [entry.deleted.get(&0), entry.deleted.get(&task)].into_iter().flatten() {
            if run.start > request.ended && request.said.contains("has registered") {
                late_starts += 1;
            } else if run.start > request.ended {
                fault(format!("started after its deletion at {} ({})", request.ended, request.said));
            }
        }
    }
    found.late_starts += late_starts;
    found.torn += runs.len().saturating_sub(most);
    found.again += runs.len().saturating_sub(1);
    found.untold += runs.iter().skip(1).filter(|run| !run.restarted).count();
}

/// Where a task's records are.
struct Told<'a> {
    name: &'a str,
    task: u64,
    lines: &'a Records,
    journal: &'a Records,
    torn: usize,
}

/// One record for each run, and none else. `is_open`: it was deleted, perhaps between its start and its first line.
fn accounts(told: &Told, runs: &[Run], is_open: bool, found: &mut Found) {
    let key = (told.name.to_string(), told.task);
    let none = Vec::new();
    let (lines, journal) = (told.lines.get(&key).unwrap_or(&none), told.journal.get(&key).unwrap_or(&none));
    let most = if is_open { runs.len().max(1) } else { runs.len() };
    for (what, records) in [("accounting file", lines), ("journal", journal)] {
        if records.len() + told.torn < runs.len() || records.len() > most {
            let what = format!("{} records of task {} of {} in the {what}", records.len(), told.task, told.name);
            found.faults.push(format!("{what} and {} runs: {records:?} {runs:?}", runs.len()));
        }
    }
    if lines.len() != runs.len() {
        return;
    }
    for (record, run) in lines.iter().zip(runs) {
        let second = 1_000_000_000;
        let is_within = record.start <= run.start / second && run.end.is_none_or(|end| record.end >= end / second);
        let ended_so = run.code.is_none_or(|code| code == record.exit_status);
        if !is_within || (!ended_so && !is_open && told.torn == 0) {
            found.faults.push(format!("the record of task {} of {} is not of its run: {record:?} {run:?}", told.task, told.name));
        }
    }
}

/// Nothing starts before what it waits for has ended.
fn order(entries: &[Entry], entry: &Entry, ran: &BTreeMap<String, Runs>, lines: &Records, found: &mut Found) {
    let Some((name, id)) = entry.accepted() else { return };
    let none = Runs::new();
    let own = ran.get(name).unwrap_or(&none);
    let design = &entry.design;
    for (&before, by_task) in design.after.iter().map(|before| (before, false)).chain(design.task_after.iter().map(|before| (before, true)))
    {
        let Some((before_name, before_id)) = entries[before].accepted() else { continue };
        for task in entries[before].design.task_ids() {
            let starts = own.iter().filter(|(own, _)| !by_task || **own == task).flat_map(|(_, runs)| runs).map(|run| run.start);
            let Some(first) = starts.min() else { continue };
            found.pairs += 1;
            let runs = ran.get(before_name).and_then(|tasks| tasks.get(&task)).map_or(&[][..], Vec::as_slice);
            let records = lines.get(&(before_name.to_string(), task)).map_or(&[][..], Vec::as_slice);
            let ends = runs.iter().filter_map(|run| run.end).chain(records.iter().map(|record| record.end * 1_000_000_000));
            let deleted = &entries[before].deleted;
            // One in the error state has not ended until it is deleted; neither has one that is held.
            let stays = matches!(entries[before].design.fate, Fate::Error | Fate::DeletedHeld);
            let gone = deleted.get(&0).filter(|_| stays).map(|request| request.begun);
            let last = ends.chain(gone).max().unwrap_or(0);
            if first < last {
                let text = format!("job {id} ({name}) started at {first}, before task {task} of job {before_id} ({before_name})");
                found.faults.push(format!("{text} had ended at {last}: {runs:?} {records:?}"));
            }
        }
    }
}

/// The jobs that a failing `qsub` left: none ran more often than it should.
fn refused(entries: &[Entry], ran: &BTreeMap<String, Runs>, lines: &Records, journal: &Records, found: &mut Found) {
    for entry in entries {
        for attempt in entry.attempts.iter().filter(|attempt| attempt.id.is_none()) {
            found.refused += 1;
            let Some(tasks) = ran.get(&attempt.name) else {
                let of_it = lines.range((attempt.name.clone(), 0)..).take_while(|((name, _), _)| *name == attempt.name);
                for ((name, task), records) in of_it.filter(|(_, records)| records.iter().any(|record| record.failed != IN_RECOGNIZING)) {
                    found.faults.push(format!("records of task {task} of {name}, which never ran: {records:?}"));
                }
                continue;
            };
            found.left_by_refused += 1;
            found.faults.push(format!("{} ran although its qsub said: {}", attempt.name, attempt.said));
            for (task, runs) in tasks {
                if runs.len() > entry.design.codes.len() {
                    found.faults.push(format!("task {task} of {} ran too often: {runs:?}", attempt.name));
                }
                accounts(&Told { name: &attempt.name, task: *task, lines, journal, torn: 0 }, runs, true, found);
            }
        }
    }
}

/// Both files say the same, and no pod twice.
fn books(lines: &Records, journal: &Records, found: &mut Found) {
    let count = |records: &Records| records.iter().map(|(key, list)| (key.clone(), list.len())).collect::<Vec<_>>();
    if count(lines) != count(journal) {
        found.faults.push("the accounting file and its journal do not have the same records".into());
    }
    let mut uids = BTreeSet::new();
    for record in journal.values().flatten() {
        let Record { uid, id, .. } = record;
        if !uids.insert(uid) {
            found.faults.push(format!("pod {uid} of job {id} is in the journal twice"));
        }
    }
}
