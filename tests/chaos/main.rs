//! What is killed loses nothing and doubles nothing: jobs with holds, dependencies, arrays, failures and deletions run on the test
//! cluster while the controller, the API server, etcd and the kubelet are killed again and again, and a second controller stands by.
//! Then every task must have run as often as it should, in order, with one record for each run, and nothing may be left over.
//!
//! `tests/cluster/cluster.sh up` first, then as root `make chaos` (KILLS=20 of each, JOBS=500, SEED). Without
//! `GRIDSHIM_TEST_CHAOS=1` the test says why it is skipped.
#![cfg(feature = "client")]

mod checks;
mod cluster;
mod deeds;
mod ledger;
mod plan;
mod random;
mod runs;
mod submit;
mod victims;

use cluster::{Cluster, until};
use ledger::Ledger;
use plan::Fate;
use random::Random;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use submit::Pace;
use victims::{VICTIMS, Victims};

/// How many submit at once.
const SUBMITTERS: usize = 3;
/// Secrets that never got a Job are swept after ten minutes, when the controller next looks for them.
const CLEAN: Duration = Duration::from_secs(1500);

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .filter(|text| !text.is_empty())
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

#[test]
fn what_is_killed_loses_and_doubles_nothing() {
    if std::env::var("GRIDSHIM_TEST_CHAOS").as_deref() != Ok("1") {
        eprintln!("skipped: GRIDSHIM_TEST_CHAOS=1 is not set (make chaos)");
        return;
    }
    let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let (kills, jobs, seed) = (number("KILLS", 20) as usize, number("JOBS", 500) as usize, number("SEED", time));
    // The names of its jobs begin with this; qstat shows ten letters of them.
    let run = format!("k{:03x}", time % 4096);
    let mut random = Random::of(seed);
    let cluster = Cluster::open(&run);
    let plan = plan::plan(jobs, &mut random);
    let tasks = plan.iter().filter(|design| design.fate != Fate::DeletedHeld).map(|design| design.task_ids().len()).sum();
    let ledger = Ledger::of(plan);
    let pace = Pace { all_kills: kills * VICTIMS.len(), ..Pace::default() };
    let before: BTreeSet<String> = cluster.objects().expect("a cluster").into_iter().collect();
    let containers: BTreeSet<String> = cluster.containers().expect("containerd").into_iter().collect();
    let mut victims = Victims::find(&cluster);
    let longest = Duration::from_secs(240 + 4 * jobs as u64);
    eprintln!("chaos: seed {seed}, {jobs} jobs, {kills} kills each of {}", VICTIMS.join(", "));

    let begun = Instant::now();
    let submitted = AtomicBool::new(false);
    let (all_killed, deeds_done) = std::thread::scope(|scope| {
        let submitters: Vec<_> = (0..SUBMITTERS).map(|_| scope.spawn(|| submit::submit(&cluster, &ledger, &run, &pace))).collect();
        let deeds = scope.spawn(|| deeds::work(&cluster, &ledger, &submitted, longest));
        let killer = scope.spawn(|| {
            victims.kill_all(kills, &mut random, tasks, &pace.kills);
            begun.elapsed()
        });
        let ended: Vec<_> = submitters.into_iter().map(|thread| thread.join()).collect();
        submitted.store(true, Ordering::Relaxed);
        let (deeds, killed) = (deeds.join(), killer.join());
        assert!(ended.iter().all(Result::is_ok), "a submitter gave up");
        (killed.expect("the killer"), deeds.expect("the deeds"))
    });
    let accepted = ledger.lock().iter().filter(|entry| entry.accepted().is_some()).count();
    let told = || format!("{:?}", cluster.listed());
    assert!(deeds_done, "what was to be released or deleted was not within {} s: {}", longest.as_secs(), told());
    let (refused, swept) = end_refused(&cluster, &ledger, longest);
    let ended = begun.elapsed();
    let left = || -> Vec<String> {
        let objects = cluster.objects().unwrap_or_else(|| vec!["?".into()]);
        objects.into_iter().filter(|object| !before.contains(object)).collect()
    };
    let mut said = Instant::now();
    let is_clean = until(CLEAN, || {
        if said.elapsed() > Duration::from_secs(60) {
            said = Instant::now();
            eprintln!("chaos: {} objects are left", left().len());
        }
        left().is_empty()
    });
    let is_empty = until(Duration::from_secs(300), || {
        let stuck = cluster.stuck();
        let known = |container: &String| containers.contains(container) || stuck.contains(container);
        cluster.containers().is_some_and(|list| list.iter().all(known))
    });
    let clean = begun.elapsed();
    victims.note_peaks();

    let entries = ledger.lock().clone();
    let mut found = checks::check(&cluster, &entries, &run, &cluster.torn());
    if !refused {
        found.faults.push(format!("jobs are left after {} s: {}", longest.as_secs(), told()));
    }
    if !is_clean {
        found.faults.push(format!("objects are left: {:?}", left()));
    }
    if !is_empty {
        found.faults.push(format!("containers are left: {:?}", cluster.containers()));
    }
    let killed: Vec<String> = VICTIMS.iter().zip(victims.kills).map(|(name, kills)| format!("{name} {kills}")).collect();
    eprintln!("kills: {}; {} of a controller at work, {} while another was dead", killed.join(", "), victims.at_work, victims.overlapping);
    eprintln!(
        "jobs: {accepted} accepted, {} qsub failed ({} of them left a job that ran, {swept} one that was deleted), the longest took {} ms",
        found.refused,
        found.left_by_refused,
        pace.longest.load(Ordering::Relaxed)
    );
    eprintln!(
        "tasks: {}, runs: {} ({} again, {} not told so), records: {}",
        found.tasks, found.runs, found.again, found.untold, found.records
    );
    eprintln!("runs that containerd stopped as they began, because the kubelet was killed: {}", found.torn);
    eprintln!("containers that were left unstarted, and cannot be removed, because the kubelet was killed: {}", cluster.stuck().len());
    eprintln!("order: {} predecessors; {} tasks started although registered for deletion", found.pairs, found.late_starts);
    eprintln!(
        "seconds: {} with kills, {} until the last job had ended, {} until nothing was left",
        all_killed.as_secs(),
        ended.as_secs(),
        clean.as_secs()
    );
    eprintln!("controller: {} KiB at its peak", victims.controller_peak);
    for fault in &found.faults {
        eprintln!("FAULT: {fault}");
    }
    assert!(found.faults.is_empty(), "{} faults; seed {seed}; {} is kept", found.faults.len(), cluster.directory.display());
    let _ = std::fs::remove_dir_all(&cluster.directory);
}

/// Waits until bob has no job; those that failing `qsub`s left are deleted, and counted.
fn end_refused(cluster: &Cluster, ledger: &Ledger, longest: Duration) -> (bool, usize) {
    let refused: BTreeSet<String> = ledger
        .lock()
        .iter()
        .flat_map(|entry| &entry.attempts)
        .filter(|attempt| attempt.id.is_none())
        .map(|attempt| attempt.name.clone())
        .collect();
    let mut deleted = BTreeSet::new();
    let is_empty = until(longest, || {
        let Some(rows) = cluster.listed() else { return false };
        for (id, name, _) in &rows {
            if refused.contains(name) && deleted.insert(*id) {
                cluster.bob(&["qdel".into(), id.to_string()]);
            }
        }
        rows.is_empty()
    });
    (is_empty, deleted.len())
}
