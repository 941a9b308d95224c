//! What bob does to jobs that he has submitted: releases and deletions, each repeated until it succeeded.

use crate::cluster::{Cluster, nanoseconds};
use crate::ledger::{Entry, Ledger, Request};
use crate::plan::{Fate, Hold};
use crate::runs;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A command on a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Verb {
    Release,
    Delete,
}

/// Nothing is asked twice within this.
const PAUSE: Duration = Duration::from_millis(500);

/// Does everything that is to be done, until all jobs are `submitted` and nothing is left; false when it took too long.
pub fn work(cluster: &Cluster, ledger: &Ledger, submitted: &AtomicBool, longest: Duration) -> bool {
    let mut seen: HashMap<usize, Instant> = HashMap::new();
    let mut late: Option<Instant> = None;
    loop {
        let all_submitted = submitted.load(Ordering::Relaxed);
        let entries = ledger.lock().clone();
        let mut left = false;
        let mut errors: Option<Vec<(u64, String, String)>> = None;
        for (number, entry) in entries.iter().enumerate() {
            let Some((name, id)) = entry.accepted() else { continue };
            let age = seen.entry(number).or_insert_with(Instant::now).elapsed();
            for (verb, task, after) in wanted(number, entry) {
                left = true;
                let is_due = age >= after
                    && match entry.design.fate {
                        Fate::DeletedRunning if verb == Verb::Delete => has_started(cluster, name, entry),
                        Fate::Error if verb == Verb::Delete => {
                            has_started(cluster, name, entry) && {
                                let rows = errors.get_or_insert_with(|| cluster.listed().unwrap_or_default());
                                let own: Vec<&str> = rows.iter().filter(|row| row.0 == id).map(|row| row.2.as_str()).collect();
                                !own.is_empty() && own.iter().all(|state| *state == "Eqw")
                            }
                        }
                        _ => true,
                    };
                if is_due {
                    ask(cluster, ledger, number, verb, task, id, name);
                }
            }
        }
        if all_submitted && !left {
            return true;
        }
        if all_submitted && late.get_or_insert_with(Instant::now).elapsed() > longest {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}

/// What is still to be done to a job: the command, the task (0: all), and how old the job is to be then.
fn wanted(number: usize, entry: &Entry) -> Vec<(Verb, u64, Duration)> {
    let design = &entry.design;
    let wait = Duration::from_millis(1000 + (number as u64 * 7919) % 15_000);
    let mut wanted = Vec::new();
    match (design.hold, design.fate) {
        (_, Fate::DeletedHeld) => wanted.push((Verb::Delete, 0, wait)),
        (Hold::Job, _) => wanted.push((Verb::Release, 0, wait)),
        (Hold::Tasks, _) => {
            wanted.extend((1..=design.tasks).map(|task| (Verb::Release, task, wait * u32::try_from(task).unwrap_or(1))));
        }
        (Hold::None, Fate::DeletedRunning | Fate::Error) => wanted.push((Verb::Delete, 0, Duration::ZERO)),
        (Hold::None, Fate::TaskDeleted(task)) => wanted.push((Verb::Delete, task, wait / 2)),
        (Hold::None, Fate::Ends) => {}
    }
    let is_done = |verb: Verb, task: u64| {
        let done = if verb == Verb::Release { &entry.released } else { &entry.deleted };
        done.get(&task).is_some_and(|request| request.ended > 0)
    };
    wanted.retain(|(verb, task, _)| !is_done(*verb, *task));
    wanted
}

fn has_started(cluster: &Cluster, name: &str, entry: &Entry) -> bool {
    entry.design.task_ids().iter().all(|task| !runs::of_task(cluster, name, *task).is_empty())
}

/// One try of a command, written down whatever it says.
fn ask(cluster: &Cluster, ledger: &Ledger, number: usize, verb: Verb, task: u64, id: u64, name: &str) {
    let what = if task == 0 { id.to_string() } else { format!("{id}.{task}") };
    let command = if verb == Verb::Release { "qrls" } else { "qdel" };
    let begun = nanoseconds();
    let said = cluster.bob(&[command.into(), what]);
    let ended = nanoseconds();
    let text = format!("{}{}", said.out, said.err).trim().to_string();
    assert!(said.code != Some(124), "{command} {id} does not end");
    // What an earlier try did, unanswered, or a task's own end makes true.
    let denied = ["does not exist", "do not exist"].iter().any(|known| text.contains(known));
    let rows = if denied { cluster.listed() } else { None };
    let is_there = rows.as_ref().is_some_and(|rows| rows.iter().any(|row| row.0 == id));
    let is_gone = rows.is_some() && !is_there;
    let mut entries = ledger.lock();
    let entry = &mut entries[number];
    let is_over = task > 0 && runs::of_task(cluster, name, task).iter().any(|run| run.end.is_some());
    if is_there && !is_over {
        eprintln!("FAULT: {command} {id}: {text}");
        entry.untrue.push(format!("{command} {id}: {text}"));
    }
    let requests = if verb == Verb::Release { &mut entry.released } else { &mut entry.deleted };
    let request: &mut Request = requests.entry(task).or_default();
    request.tries += 1;
    if request.tries == 1 {
        request.begun = begun;
    }
    let is_done = match verb {
        // Where an earlier try was not answered and released it, the job may be over by now.
        Verb::Release => said.code == Some(0) || (request.tries > 1 && !runs::of_task(cluster, name, task).is_empty()),
        Verb::Delete => {
            is_gone
                || (denied && is_over)
                || ["has registered the", "has deleted", "already in deletion"].iter().any(|known| text.contains(known))
        }
    };
    if is_done {
        request.ended = ended;
    }
    request.said = text;
}
