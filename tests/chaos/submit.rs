//! bob, submitting: a `qsub` is repeated when it said that it failed, and only then.

use crate::cluster::{Cluster, nanoseconds, until};
use crate::ledger::{Attempt, Ledger};
use crate::plan::{Design, Hold};
use chrono::{Local, TimeDelta};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a submission may wait for its predecessors', and be refused.
const PATIENCE: Duration = Duration::from_secs(900);

/// Figures of the commands.
#[derive(Default)]
pub struct Pace {
    /// The next design to submit.
    pub next: AtomicUsize,
    /// Kills that were, and all that will be.
    pub kills: AtomicUsize,
    pub all_kills: usize,
    /// Milliseconds of the longest command.
    pub longest: AtomicUsize,
}

/// Submits one design after another until none is left; several threads may.
pub fn submit(cluster: &Cluster, ledger: &Ledger, run: &str, pace: &Pace) {
    loop {
        let number = pace.next.fetch_add(1, Ordering::Relaxed);
        let (design, count) = {
            let entries = ledger.lock();
            let Some(entry) = entries.get(number) else { return };
            (entry.design.clone(), entries.len())
        };
        // Not all before the first kill: one job after another, as the kills go on.
        let due = (number * pace.all_kills / count).saturating_sub(1);
        until(PATIENCE, || pace.kills.load(Ordering::Relaxed) >= due);
        let before = design.after.iter().chain(&design.task_after).copied().collect::<Vec<usize>>();
        assert!(until(PATIENCE, || before.iter().all(|&before| ledger.accepted(before).is_some())), "job {number} waits for {before:?}");
        let accepted = until(PATIENCE, || attempt(cluster, ledger, run, pace, number, &design));
        assert!(accepted, "job {number} is refused again and again: {:?}", ledger.lock()[number].attempts.last());
    }
}

/// One `qsub`; true where it said that there is a job.
fn attempt(cluster: &Cluster, ledger: &Ledger, run: &str, pace: &Pace, number: usize, design: &Design) -> bool {
    let name = format!("{run}{number}x{}", ledger.lock()[number].attempts.len());
    let mut words: Vec<String> = ["qsub", "-terse", "-cwd", "-j", "y", "-o", "/dev/null", "-N", &name].map(String::from).to_vec();
    let mut add = |option: &str, value: String| words.extend([option.to_string(), value]);
    if design.tasks > 0 {
        add("-t", format!("1-{}", design.tasks));
    }
    if design.at_once > 0 {
        add("-tc", design.at_once.to_string());
    }
    let called = |before: usize| {
        let (name, id) = ledger.accepted(before).unwrap_or_default();
        if design.by_name { name } else { id.to_string() }
    };
    if !design.after.is_empty() {
        add("-hold_jid", design.after.iter().map(|&before| called(before)).collect::<Vec<_>>().join(","));
    }
    if let Some(before) = design.task_after {
        add("-hold_jid_ad", called(before));
    }
    let mut not_before = 0;
    if design.delay > 0 {
        let at = Local::now() + TimeDelta::seconds(design.delay as i64);
        not_before = u128::try_from(at.timestamp()).unwrap_or(0) * 1_000_000_000;
        add("-a", at.format("%Y%m%d%H%M.%S").to_string());
    }
    if design.hold != Hold::None {
        words.push("-h".into());
    }
    let codes = design.codes.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    words.extend(["task.sh".into(), name.clone(), format!("{}.{}", design.pause / 10, design.pause % 10), codes]);
    let said = cluster.bob(&words);
    pace.longest.fetch_max(said.took.as_millis() as usize, Ordering::Relaxed);
    let id = if said.code == Some(0) { said.out.trim().split('.').next().and_then(|id| id.parse().ok()) } else { None };
    assert!(said.code != Some(0) || id.is_some(), "qsub succeeds and says no id: {}{}", said.out, said.err);
    assert!(said.code != Some(124), "qsub does not end: {words:?}");
    let mut entries = ledger.lock();
    entries[number].not_before = not_before;
    entries[number].attempts.push(Attempt { name, id, said: format!("{}{}", said.out, said.err).trim().to_string() });
    drop(entries);
    if id.is_none() {
        std::thread::sleep(Duration::from_millis(nanoseconds() as u64 % 1000));
    }
    id.is_some()
}
