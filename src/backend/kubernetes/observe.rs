//! From objects to what `qstat` shows: pure functions. A task's state is what completedIndexes and failedIndexes say, else what its
//! pod says, else it waits (architecture D7). Pods that have ended are read too: between a pod's end and the Job controller's
//! count, a second or two, nothing else tells an ended task from a waiting one, and the controller removes them soon after.

use super::objects::TRACKING;
use super::seen::{JobMeta, JobSpec, JobState, SeenJob, SeenPod, seconds};
use crate::grammar::indexes::Indexes;
use crate::job::{Held, Job, JobStatus, State, Tasks};
use crate::record::Report;
use crate::site::Site;
use std::collections::BTreeMap;

/// The exit status that asks to be run again, and the one that asks for the error state.
pub const AGAIN: i32 = 99;

/// The exit status that containerd gives a container it could not start, or stopped starting because its kubelet was killed.
/// The shepherd never ends with it.
pub const UNSTARTED: i32 = 128;

/// The exit status that containerd gives a container that ran when its host went down. The shepherd never ends with it.
pub const LOST: i32 = 255;

/// A Job of more tasks than this, and than the site allows, was not made by gridshim.
const MOST_TASKS: u64 = 1_000_000;

/// The completions of a Job of which only the metadata was read.
const UNREAD: u64 = u64::MAX;

/// How many tasks' incidents a Job remembers.
pub const MOST_INCIDENTS: usize = 50;

/// What the annotations of a Job say of its tasks' indexes.
#[derive(Debug, Default)]
pub struct Notes {
    /// Without those that were deleted since.
    pub errors: BTreeMap<u64, String>,
    pub deleted: Indexes,
    pub restarted: Indexes,
    pub done: Indexes,
    /// Why somebody else ended a run of the index.
    pub incidents: BTreeMap<u64, String>,
    /// Index to the uid of the pod whose processes are stopped.
    pub suspended: BTreeMap<u64, String>,
}

impl Notes {
    pub fn of(seen: &SeenJob) -> Notes {
        let notes = &seen.metadata.annotations;
        let set = |text: &Option<String>| Indexes::parse(text.as_deref().unwrap_or("")).below(seen.spec.completions);
        let deleted = set(&notes.deleted_tasks);
        let mut errors: BTreeMap<u64, String> =
            notes.errors.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        errors.retain(|index, _| !deleted.contains(*index));
        let mut done = Indexes::parse(&seen.status.completed_indexes);
        done.extend(&Indexes::parse(&seen.status.failed_indexes));
        let suspended = notes.suspended.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let incidents = notes.incidents.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Notes { errors, deleted, restarted: set(&notes.restarted), done, incidents, suspended }
    }
}

/// A Job of which only the metadata was read, because none of its tasks has ended. gridshim suspends those that are held, and no
/// others; how many tasks it has the annotation says.
pub fn unended(metadata: JobMeta) -> SeenJob {
    let spec = JobSpec { completions: UNREAD, suspend: metadata.annotations.hold.is_some(), ..JobSpec::default() };
    SeenJob { metadata, spec, status: JobState::default() }
}

/// The job as submitted; `None` where it is not gridshim's. The submitter can change the annotation: the owner is who the
/// namespace belongs to, whatever it says, and its numbers must be those of the Job.
pub fn job(seen: &SeenJob, site: &Site) -> Option<Job> {
    let mut job: Job = serde_json::from_str(seen.metadata.annotations.job.as_deref()?).ok()?;
    let is_sound = job.array.is_none_or(|range| range.is_sound());
    let is_known = seen.spec.completions != UNREAD;
    if !is_sound || job.task_count() > MOST_TASKS.max(site.max_array_tasks) || (is_known && job.task_count() != seen.spec.completions) {
        return None;
    }
    if site.namespace(&job.submitter.user).as_deref() != Some(&seen.metadata.namespace) {
        job.submitter.user = owner(&seen.metadata.namespace, site);
    }
    Some(job)
}

/// Whose namespace it is.
pub fn owner(namespace: &str, site: &Site) -> String {
    let pattern = site.kubernetes.as_ref().map_or("{user}", |kubernetes| &kubernetes.namespace);
    let (before, after) = pattern.split_once("{user}").unwrap_or((pattern, ""));
    let user = namespace.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    user.unwrap_or(namespace).to_string()
}

/// True where a hold of this kind is on the job.
pub fn is_held_by(seen: &SeenJob, kind: &str) -> bool {
    seen.metadata.annotations.hold.as_deref().is_some_and(|holds| holds.split(',').any(|hold| hold == kind))
}

/// The pod's report, where its shepherd left one. Kubernetes may put its own words before it.
pub fn report(pod: &SeenPod) -> Option<Report> {
    let message = &pod.terminated()?.message;
    Report::parse(&message[message.find("start=").unwrap_or(0)..])
}

/// True where the shepherd ran nothing because the task was deleted before.
pub fn was_cancelled(pod: &SeenPod) -> bool {
    pod.terminated().is_some_and(|end| end.message.lines().any(|line| line == "cancelled=1"))
}

/// True where the container never ran, as far as its node knows: it may have, for a moment, and even have left a report.
pub fn is_unstarted(pod: &SeenPod) -> bool {
    pod.terminated().is_some_and(|end| end.exit_code == UNSTARTED)
}

/// True where its host started anew while it ran.
pub fn is_lost(pod: &SeenPod) -> bool {
    pod.terminated().is_some_and(|end| end.exit_code == LOST)
}

/// True where the task of this ended pod will run once more. `seen`: its Job, where that is known.
pub fn will_run_again(seen: Option<&SeenJob>, pod: &SeenPod, rerun: bool) -> bool {
    let asks = pod.terminated().is_some_and(|end| end.exit_code == AGAIN);
    asks || (rerun && (pod.is_disrupted() || is_unstarted(pod) || is_lost(pod))) || seen.is_some_and(|seen| is_taken_back(seen, pod))
}

/// True where Kubernetes took the pod of this Job away without counting its end, as it does when a Job is suspended (by Kueue, for
/// one that is to run before it): its task runs again once the Job goes on, whatever its `-r` says.
pub fn is_taken_back(seen: &SeenJob, pod: &SeenPod) -> bool {
    let is_uncounted = !pod.has_finalizer(TRACKING);
    let is_leaving = pod.metadata.deletion_timestamp.is_some() && !pod.spec.node_name.is_empty();
    if !is_leaving || !is_uncounted || pod.is_disrupted() || seen.metadata.deletion_timestamp.is_some() || seen.is_over() {
        return false;
    }
    let notes = Notes::of(seen);
    pod.is_of(seen) && pod.index().is_some_and(|index| !notes.deleted.contains(index) && !notes.done.contains(index))
}

/// Whether a lost node's tasks of this Job run again.
pub fn is_rerunnable(seen: &SeenJob, site: &Site) -> bool {
    job(seen, site).is_some_and(|job| rerun(&job, seen.metadata.annotations.queue.as_deref(), site))
}

/// Whether a lost node's tasks run again: the job's word, else its queue's.
pub fn rerun(job: &Job, queue: Option<&str>, site: &Site) -> bool {
    job.rerun().unwrap_or_else(|| queue.and_then(|queue| site.queue(queue)).is_some_and(|queue| queue.rerun))
}

/// A job with its unfinished tasks, and with the finished ones where those are asked for; `None` where nothing is left to show.
/// `pods` are the job's own.
pub fn status(seen: &SeenJob, pods: &[&SeenPod], site: &Site, finished: bool) -> Option<JobStatus> {
    let mut job = job(seen, site)?;
    let id = seen.id()?;
    let notes = Notes::of(seen);
    let queue = seen.metadata.annotations.queue.clone();
    let ids = |index: u64| job.array.map_or(Vec::new(), |range| vec![range.id(index)]);
    let rerun = rerun(&job, queue.as_deref(), site);
    let being_deleted = seen.metadata.deletion_timestamp.is_some();
    let waits_for_jobs = is_held_by(seen, "jid");
    let held = |index: u64| Held {
        job: waits_for_jobs && !job.predecessors.is_empty(),
        // Which tasks exactly the controller knows: those it has let go have pods without a gate.
        array: !job.array_predecessors.is_empty(),
        time: job.start_at != 0,
        ..job.holds.on(index)
    };
    let is_held = ["user", "operator", "system", "jid"].iter().any(|kind| is_held_by(seen, kind));

    // Live pods and, of those that ended, the last one.
    let mut live: BTreeMap<u64, &SeenPod> = BTreeMap::new();
    let mut ended: BTreeMap<u64, &SeenPod> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| pod.is_of(seen) && !pod.is_withdrawn()) {
        let Some(index) = pod.index() else { continue };
        let over = pod.has_ended() || pod.terminated().is_some();
        let map = if over { &mut ended } else { &mut live };
        let newest = map.entry(index).or_insert(pod);
        if newest.metadata.creation_timestamp < pod.metadata.creation_timestamp {
            *newest = pod;
        }
    }

    let mut tasks = Vec::new();
    let mut reasons = Vec::new();
    let mut waiting: Vec<(State, Held, Vec<u64>)> = Vec::new();
    let mut wait = |state: State, index: u64| {
        let held = if state == State::Pending { Held { time: job.start_at != 0, ..Held::default() } } else { held(index) };
        match waiting.iter_mut().find(|group| group.0 == state && group.1 == held) {
            Some((.., indexes)) => indexes.push(index),
            None => waiting.push((state, held, vec![index])),
        }
    };
    let unstarted = |index: u64| if is_held || (job.gated && held(index).any()) { State::Held } else { State::Pending };
    for (&index, pod) in live.iter().filter(|(index, _)| !notes.done.contains(**index)) {
        // Moved away, it waits already, whatever is left of the run before.
        if rerun && pod.metadata.deletion_timestamp.is_some() && pod.is_disrupted() && !pod.spec.node_name.is_empty() {
            if !being_deleted && !notes.deleted.contains(index) {
                wait(State::Requeued, index);
            }
            continue;
        }
        let restarted = ended.contains_key(&index) || notes.restarted.contains(index);
        match state(pod, restarted, being_deleted) {
            Some(state) => {
                let is_stopped = notes.suspended.get(&index) == Some(&pod.metadata.uid);
                let state = match state {
                    State::Running { restarted } if is_stopped => State::Suspended { restarted },
                    State::Deleting { .. } => State::Deleting { suspended: is_stopped },
                    state => state,
                };
                tasks.push(Tasks {
                    ids: ids(index),
                    state,
                    held: held(index),
                    started: started(pod),
                    queue: queue.clone(),
                    host: Some(pod.spec.node_name.clone()),
                    slots: job.slots,
                });
            }
            // Not given to a host yet. A deleted task's pod never will be.
            None if being_deleted || notes.deleted.contains(index) => {}
            None if restarted => wait(State::Requeued, index),
            // A held one that a host is not to have is about to be withdrawn.
            None if pod.is_gated() || is_held || (job.gated && job.holds.on(index).any()) => wait(unstarted(index), index),
            None => wait(State::Pending, index),
        }
        reasons.extend(why(pod).filter(|reason| !reasons.contains(reason)).into_iter().collect::<Vec<_>>());
    }
    let mut over = Vec::new();
    for index in 0..job.task_count() {
        if live.contains_key(&index) && !notes.done.contains(index) {
            continue;
        }
        if let Some(reason) = notes.errors.get(&index) {
            wait(State::Error(reason.clone()), index);
        } else if notes.deleted.contains(index) {
        } else if notes.done.contains(index) {
            over.push(index);
        } else if let Some(pod) = ended.get(&index) {
            match report(pod) {
                _ if will_run_again(Some(seen), pod, rerun) => wait(State::Requeued, index),
                Some(report) if report.is_error_state() => wait(State::Error(report.reason), index),
                _ => over.push(index),
            }
        } else if !being_deleted {
            wait(if notes.restarted.contains(index) { State::Requeued } else { unstarted(index) }, index);
        }
    }
    for (state, held, mut indexes) in waiting {
        if being_deleted {
            continue;
        }
        // Those with a pod came first.
        indexes.sort_unstable();
        let ids = job.array.map_or(Vec::new(), |range| indexes.iter().map(|&index| range.id(index)).collect());
        tasks.push(Tasks { held, ..Tasks::waiting(ids, state) });
    }
    if finished && !over.is_empty() {
        let ids = job.array.map_or(Vec::new(), |range| over.iter().map(|&index| range.id(index)).collect());
        tasks.push(Tasks::waiting(ids, State::Finished));
    }
    if tasks.is_empty() {
        return None;
    }
    if waits_for_jobs {
        reasons.push("job dropped because of job dependencies".into());
    } else if is_held {
        reasons.push("Job is in hold state".into());
    } else if is_held_by(seen, "time") {
        reasons.push("execution time not reached".into());
    } else if let Some(never) = job.never.as_ref().filter(|_| seen.spec.suspend) {
        reasons.extend(never.lines().map(String::from));
    }
    for (index, incident) in notes.incidents.iter().take(MOST_INCIDENTS) {
        reasons.push(job.array.map_or_else(|| incident.clone(), |range| format!("task {} was {incident}", range.id(*index))));
    }
    if !is_held_by(seen, "jid") {
        job.predecessors.clear();
    }
    let submitted = seen.submitted().parse().unwrap_or(0);
    Some(JobStatus { id, submitted, job, tasks, successors: Vec::new(), array_successors: Vec::new(), reasons })
}

/// The state of a live pod's task; `None` until it is given to a host.
fn state(pod: &SeenPod, restarted: bool, being_deleted: bool) -> Option<State> {
    if pod.spec.node_name.is_empty() {
        return None;
    }
    if being_deleted || pod.metadata.deletion_timestamp.is_some() {
        return Some(State::Deleting { suspended: false });
    }
    let is_running = pod.container().is_some_and(|state| state.running.is_some());
    Some(if is_running { State::Running { restarted } } else { State::Transferring { restarted } })
}

/// When the task started: its container, else its pod.
fn started(pod: &SeenPod) -> Option<i64> {
    let running = pod.container().and_then(|state| state.running.as_ref()?.started_at.as_deref());
    running.or(pod.status.start_time.as_deref()).or(Some(pod.metadata.creation_timestamp.as_str())).and_then(seconds)
}

/// Why a pod does not run yet, in words.
pub fn why(pod: &SeenPod) -> Option<String> {
    let unscheduled = pod
        .status
        .conditions
        .iter()
        .find(|condition| condition.kind == "PodScheduled" && condition.status == "False" && !condition.message.is_empty());
    if let Some(condition) = unscheduled {
        let told = condition.message.split(" preemption: ").next().unwrap_or(&condition.message);
        return Some(format!("no host has room for it now: {}", told.trim_end_matches(['.', ' ', ','])));
    }
    let waiting = pod.container()?.waiting.as_ref()?;
    if matches!(waiting.reason.as_str(), "" | "ContainerCreating" | "PodInitializing") {
        return None;
    }
    let message = waiting.message.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(format!("cannot be started on {}: {}: {message}", pod.spec.node_name, waiting.reason))
}

#[cfg(test)]
#[path = "observe_tests.rs"]
mod tests;
