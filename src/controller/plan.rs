//! What is to be done, from what is known: a pure function (architecture D9). Every action may be done twice without harm, and one
//! that fails is found again the next time.

use super::bars::Names;
use super::books::Entry;
use super::record::record;
use super::withdrawal::Withdrawal;
use super::world::{Key, World, job_key, pod_key};
use crate::backend::kubernetes::objects::{FINALIZER, TRACKING};
use crate::backend::kubernetes::observe::{self, Notes};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, by_job, seconds};
use crate::site::Site;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Seconds after which a Secret without a Job is nobody's.
const ORPHAN: i64 = 600;

/// One thing to do. Those of one round are done in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Notes in the Job what became of tasks.
    Mark { job: Key, marks: Marks },
    /// Writes the run, if there was one, and lets the pod go.
    Account { pod: Key, job: Key, run: Option<Box<Entry>> },
    /// Removes a pod that is accounted and counted, or that runs a deleted task.
    DeletePod { pod: Key },
    /// Takes a hold away and, where no other is left, starts the job.
    Release { job: Key, holds: String, queue: String },
    /// Lets a task go: its pod may be given to a host.
    Ungate { pod: Key },
    /// Says which jobs of a namespace start no more pods, or get theirs with a gate; those in `unbarred` did not, and may again.
    Bar { namespace: String, names: Names, unbarred: Vec<String> },
    /// Lets an array have so many pods at a time: those that come with a gate take room, too.
    Widen { job: Key, parallelism: u64 },
    /// Takes back a pod that has no host yet, or that its host has forgotten, as it was in this version.
    Withdraw { pod: Key, version: String, why: Withdrawal },
    /// Makes Kubernetes look at a Job that it seems to have forgotten.
    Touch { job: Key },
    /// Removes a finished Job and its Secret.
    DeleteJob { job: Key },
    /// Removes a Secret that never got a Job.
    SweepSecret { secret: Key },
    /// Makes the Job that a Secret holds: qalter was killed between the old one and the new.
    Recreate { secret: Key },
}

impl Action {
    /// Takes back this pod.
    pub fn withdraw(pod: &SeenPod, why: Withdrawal) -> Action {
        Action::Withdraw { pod: pod_key(pod), version: pod.metadata.resource_version.clone(), why }
    }
}

/// What ended pods mean for a job's tasks, by index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// In the error state, with the reason.
    pub errors: BTreeMap<u64, String>,
    /// To be run again.
    pub restarted: Vec<u64>,
    /// Ended by somebody else, and why.
    pub incidents: BTreeMap<u64, String>,
}

/// Everything there is to do now.
pub fn plan(world: &World, site: &Site, now: i64) -> Vec<Action> {
    let mut actions = Vec::new();
    let pods_of = by_job(world.pods.values());
    if world.jobs_known {
        pods(world, site, now, &mut actions);
    }
    if !world.is_complete() {
        return actions;
    }
    actions.extend(super::bars::plan(world, &pods_of));
    actions.extend(super::gates::free(world, &pods_of, site, now).into_iter().map(|pod| Action::Ungate { pod }));
    actions.extend(super::gates::take_back(world, &pods_of, site, now));
    actions.extend(super::idle::plan(world, &pods_of, now));
    actions.extend(super::stuck::plan(world, now));
    let none = Vec::new();
    let kept = i64::try_from(site.controller.retention).unwrap_or(i64::MAX);
    // Ids are unique in the cluster: a predecessor may be somebody else's.
    let jobs_by_name: HashMap<&str, &SeenJob> = world.jobs.iter().map(|((_, name), job)| (name.as_str(), job)).collect();
    let is_unsettled = |pod: &&SeenPod| pod.has_finalizer(FINALIZER);
    let unsettled: HashSet<&str> = world.pods.values().filter(is_unsettled).map(|pod| pod.metadata.labels.job_name.as_str()).collect();
    for (key, job) in &world.jobs {
        let pods = pods_of.get(&(key.0.as_str(), key.1.as_str())).unwrap_or(&none);
        if job.metadata.deletion_timestamp.is_some() {
            continue;
        }
        let holds = job.metadata.annotations.hold.as_deref().unwrap_or("");
        if !holds.is_empty() && !job.is_over() {
            let is_over = |hold: &str| match hold {
                "jid" => predecessors(job)
                    .iter()
                    .all(|name| !world.may_return(name, now) && is_past(world, &jobs_by_name, &unsettled, name, now)),
                "time" => start(job) <= now,
                _ => false,
            };
            let left: Vec<&str> = holds.split(',').filter(|hold| !is_over(hold)).collect();
            if left.len() < holds.split(',').count() {
                let queue = job.metadata.annotations.queue.clone().unwrap_or_default();
                actions.push(Action::Release { job: key.clone(), holds: left.join(","), queue });
            }
        }
        let is_old = job.ended_at().is_some_and(|at| at.is_none_or(|at| removed_at(at, kept) <= now));
        if is_old && pods.is_empty() && world.knows_ends_of(job, now) && Notes::of(job).errors.is_empty() {
            actions.push(Action::DeleteJob { job: key.clone() });
        }
    }
    for secret in &world.secrets {
        let meta = &secret.metadata;
        let key = (meta.namespace.clone(), meta.name.clone());
        let is_old = seconds(&meta.creation_timestamp).is_some_and(|at| at + ORPHAN <= now);
        if meta.annotations.replacing.is_some() && !world.jobs.contains_key(&key) {
            actions.push(Action::Recreate { secret: key });
        } else if is_old && !world.jobs.contains_key(&key) {
            actions.push(Action::SweepSecret { secret: key });
        }
    }
    actions
}

/// What is to be done about pods: first the notes on their Jobs, then the accounts.
fn pods(world: &World, site: &Site, now: i64, actions: &mut Vec<Action>) {
    let mut marks: BTreeMap<Key, Marks> = BTreeMap::new();
    let mut rest = Vec::new();
    for (key, pod) in &world.pods {
        let is_ours = pod.has_finalizer(FINALIZER);
        let is_over = pod.has_ended() || pod.terminated().is_some();
        let is_leaving = pod.metadata.deletion_timestamp.is_some();
        let job = world.job_of(pod);
        if is_ours && (is_over || (is_leaving && pod.spec.node_name.is_empty())) {
            let live_job =
                job.filter(|job| world.jobs.contains_key(&job_key(job)) && job.metadata.deletion_timestamp.is_none() && pod.is_of(job));
            let run = record(pod, job, site, now).map(Box::new);
            if let (Some(job), Some(index)) = (live_job, pod.index()) {
                mark(job, pod, index, run.as_deref(), site, &mut marks);
            }
            let job_key = (key.0.clone(), pod.metadata.labels.job_name.clone());
            rest.push(Action::Account { pod: key.clone(), job: job_key, run });
        } else if !is_ours && is_over && !is_leaving && !pod.has_finalizer(TRACKING) {
            rest.push(Action::DeletePod { pod: key.clone() });
        } else if !is_over && !is_leaving && pod.container().is_some_and(|state| state.running.is_some()) {
            let deleted = job.is_some_and(|job| pod.index().is_some_and(|index| Notes::of(job).deleted.contains(index)));
            if deleted {
                rest.push(Action::DeletePod { pod: key.clone() });
            }
        }
    }
    actions.extend(marks.into_iter().map(|(job, marks)| Action::Mark { job, marks }));
    actions.extend(rest);
}

/// Notes what an ended pod means for its task's state, unless it is noted already.
fn mark(job: &SeenJob, pod: &SeenPod, index: u64, run: Option<&Entry>, site: &Site, marks: &mut BTreeMap<Key, Marks>) {
    let notes = Notes::of(job);
    if notes.deleted.contains(index) {
        return;
    }
    let mut new = Marks::default();
    let again = observe::will_run_again(Some(job), pod, observe::is_rerunnable(job, site));
    if again {
        if !notes.restarted.contains(index) {
            new.restarted.push(index);
        }
    } else if let Some(report) = observe::report(pod).filter(|report| report.is_error_state())
        && !notes.errors.contains_key(&index)
    {
        new.errors.insert(index, report.reason);
    }
    // Of a job that is over nobody asks: the accounts say it.
    if let Some(cause) = run.and_then(|run| run.cause.clone()).filter(|_| again || job.spec.completions > 1)
        && notes.incidents.get(&index) != Some(&cause)
        && notes.incidents.len() < observe::MOST_INCIDENTS
    {
        new.incidents.insert(index, cause);
    }
    if new != Marks::default() {
        let all = marks.entry(job_key(job)).or_default();
        all.errors.extend(new.errors);
        all.restarted.extend(new.restarted);
        all.incidents.extend(new.incidents);
    }
}

/// When a Job that has ended is removed: with all others of the same quarter of the site's retention, in few requests.
fn removed_at(end: i64, kept: i64) -> i64 {
    let quarter = (kept / 4).max(1);
    let due = end.saturating_add(kept);
    due.saturating_add((quarter - due.rem_euclid(quarter)) % quarter)
}

/// The names of the Jobs it waits for.
fn predecessors(job: &SeenJob) -> Vec<String> {
    let ids = job.metadata.annotations.predecessors.as_deref().unwrap_or("");
    ids.split(',').filter_map(|id| id.trim().parse().ok()).map(crate::backend::kubernetes::objects::name).collect()
}

/// When it may start (`-a`), in seconds since 1970.
fn start(job: &SeenJob) -> i64 {
    #[derive(serde::Deserialize)]
    struct Start {
        #[serde(default)]
        start_at: i64,
    }
    let text = job.metadata.annotations.job.as_deref().unwrap_or("");
    serde_json::from_str::<Start>(text).map_or(0, |start| start.start_at)
}

/// True once the job of that name is gone or has ended, and not in an error state. `unsettled`: jobs with pods still to be accounted;
/// those that are not known yet may mean an error state, too.
fn is_past(world: &World, jobs: &HashMap<&str, &SeenJob>, unsettled: &HashSet<&str>, name: &str, now: i64) -> bool {
    let Some(job) = jobs.get(name) else { return true };
    job.is_over() && Notes::of(job).errors.is_empty() && !unsettled.contains(name) && world.knows_ends_of(job, now)
}

#[cfg(test)]
#[path = "plan_properties_tests.rs"]
mod properties;
#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
