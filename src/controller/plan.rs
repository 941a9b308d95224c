//! What is to be done, from what is known: a pure function (architecture D9). Every action may be done twice without harm, and one
//! that fails is found again the next time.

use super::books::Entry;
use super::record::record;
use super::world::{Key, World, job_key};
use crate::backend::kubernetes::objects::FINALIZER;
use crate::backend::kubernetes::observe::{self, Notes};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, seconds};
use crate::site::Site;
use std::collections::{BTreeMap, HashMap};

/// Kubernetes's own finalizer: the Job controller has not counted the pod yet.
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// Seconds that a finished job stays, for those who wait for it and for `qstat -s z`.
pub const KEPT: i64 = 60;
/// Seconds after which a Secret without a Job is nobody's.
const ORPHAN: i64 = 600;

/// One thing to do. Those of one round are done in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Notes tasks in the error state, with their reasons, and tasks that run again, in the Job.
    Mark { job: Key, errors: BTreeMap<u64, String>, restarted: Vec<u64> },
    /// Writes the run, if there was one, and lets the pod go.
    Account { pod: Key, job: Key, run: Option<Box<Entry>> },
    /// Removes a pod that is accounted and counted, or that runs a deleted task.
    DeletePod { pod: Key },
    /// Takes a hold away and, where no other is left, starts the job.
    Release { job: Key, holds: String },
    /// Makes the Job the owner of its Secret.
    OwnSecret { job: Key, uid: String },
    /// Removes a finished Job.
    DeleteJob { job: Key },
    /// Removes a Secret that never got a Job.
    SweepSecret { secret: Key },
}

/// Everything there is to do now.
pub fn plan(world: &World, site: &Site, now: i64) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut pods_of: HashMap<(&str, &str), Vec<&SeenPod>> = HashMap::new();
    for pod in world.pods.values() {
        pods_of.entry((&pod.metadata.namespace, &pod.metadata.labels.job_name)).or_default().push(pod);
    }
    if world.jobs_known {
        pods(world, site, now, &mut actions);
    }
    if !world.is_complete() {
        return actions;
    }
    let none = Vec::new();
    for (key, job) in &world.jobs {
        if job.metadata.deletion_timestamp.is_some() {
            continue;
        }
        if world.secrets_known && !world.owned.contains(&job.metadata.uid) {
            actions.push(Action::OwnSecret { job: key.clone(), uid: job.metadata.uid.clone() });
        }
        if job.spec.suspend && observe::is_held_by(job, "jid") && predecessors(job).iter().all(|name| is_past(world, key, name)) {
            let holds = job.metadata.annotations.hold.as_deref().unwrap_or("");
            let left: Vec<&str> = holds.split(',').filter(|hold| *hold != "jid").collect();
            actions.push(Action::Release { job: key.clone(), holds: left.join(",") });
        }
        let pods = pods_of.get(&(key.0.as_str(), key.1.as_str())).unwrap_or(&none);
        let is_old = job.ended_at().is_some_and(|at| at.is_none_or(|at| at + KEPT <= now));
        if is_old && pods.is_empty() && Notes::of(job).errors.is_empty() {
            actions.push(Action::DeleteJob { job: key.clone() });
        }
    }
    for secret in &world.secrets {
        let meta = &secret.metadata;
        let key = (meta.namespace.clone(), meta.name.clone());
        let is_old = seconds(&meta.creation_timestamp).is_some_and(|at| at + ORPHAN <= now);
        if is_old && meta.owner_references.is_empty() && !world.jobs.contains_key(&key) {
            actions.push(Action::SweepSecret { secret: key });
        }
    }
    actions
}

/// What is to be done about pods: first the notes on their Jobs, then the accounts.
fn pods(world: &World, site: &Site, now: i64, actions: &mut Vec<Action>) {
    let mut marks: BTreeMap<Key, (BTreeMap<u64, String>, Vec<u64>)> = BTreeMap::new();
    let mut rest = Vec::new();
    for (key, pod) in &world.pods {
        let is_ours = pod.metadata.finalizers.iter().any(|finalizer| finalizer == FINALIZER);
        let is_over = pod.has_ended() || pod.terminated().is_some();
        let is_leaving = pod.metadata.deletion_timestamp.is_some();
        let job = world.job_of(pod);
        if is_ours && (is_over || (is_leaving && pod.spec.node_name.is_empty())) {
            let live_job = job.filter(|job| world.jobs.contains_key(&job_key(job)) && job.metadata.deletion_timestamp.is_none());
            if let (Some(job), Some(index)) = (live_job, pod.index()) {
                mark(job, pod, index, site, &mut marks);
            }
            let job_key = (key.0.clone(), pod.metadata.labels.job_name.clone());
            rest.push(Action::Account { pod: key.clone(), job: job_key, run: record(pod, job, site, now).map(Box::new) });
        } else if !is_ours && is_over && !is_leaving && !pod.metadata.finalizers.iter().any(|finalizer| finalizer == TRACKING) {
            rest.push(Action::DeletePod { pod: key.clone() });
        } else if !is_over && !is_leaving && pod.container().is_some_and(|state| state.running.is_some()) {
            let deleted = job.is_some_and(|job| pod.index().is_some_and(|index| Notes::of(job).deleted.contains(index)));
            if deleted {
                rest.push(Action::DeletePod { pod: key.clone() });
            }
        }
    }
    actions.extend(marks.into_iter().map(|(job, (errors, restarted))| Action::Mark { job, errors, restarted }));
    actions.extend(rest);
}

/// Notes what an ended pod means for its task's state, unless it is noted already.
fn mark(job: &SeenJob, pod: &SeenPod, index: u64, site: &Site, marks: &mut BTreeMap<Key, (BTreeMap<u64, String>, Vec<u64>)>) {
    let notes = Notes::of(job);
    if notes.deleted.contains(index) {
        return;
    }
    let queue = job.metadata.annotations.queue.as_deref();
    let rerun = observe::job(job, site).is_some_and(|job| observe::rerun(&job, queue, site));
    if observe::will_run_again(pod, rerun) {
        if !notes.restarted.contains(index) {
            marks.entry(job_key(job)).or_default().1.push(index);
        }
    } else if let Some(report) = observe::report(pod).filter(|report| report.is_error_state())
        && !notes.errors.contains_key(&index)
    {
        marks.entry(job_key(job)).or_default().0.insert(index, report.reason);
    }
}

/// The names of the Jobs it waits for.
fn predecessors(job: &SeenJob) -> Vec<String> {
    let ids = job.metadata.annotations.predecessors.as_deref().unwrap_or("");
    ids.split(',').filter_map(|id| id.trim().parse().ok()).map(crate::backend::kubernetes::objects::name).collect()
}

/// True once the job of that name, in the namespace of `beside`, is gone or has ended, and not in an error state.
fn is_past(world: &World, beside: &Key, name: &str) -> bool {
    let key = (beside.0.clone(), name.to_string());
    let Some(job) = world.jobs.get(&key) else { return true };
    let is_unsettled = |pod: &SeenPod| {
        pod.metadata.namespace == key.0
            && pod.metadata.labels.job_name == key.1
            && pod.metadata.finalizers.iter().any(|finalizer| finalizer == FINALIZER)
    };
    job.is_over() && Notes::of(job).errors.is_empty() && !world.pods.values().any(is_unsettled)
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
