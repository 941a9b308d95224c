//! Which tasks of an array may start while others may not: holds on single tasks, and tasks that wait for those of another array.
//! Their pods have a scheduling gate, which goes when the task's time has come. The pods of an array that has started before that was
//! asked for get theirs by an admission policy (deploy/optional/gates.yaml), and those without one that no host has yet are taken back.

use super::bars::Bar;
use super::plan::Action;
use super::withdrawal::Withdrawal;
use super::world::{Key, World, pod_key};
use crate::backend::kubernetes::objects::{name, parallelism};
use crate::backend::kubernetes::observe::{self, Notes};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod};
use crate::grammar::indexes::Indexes;
use crate::job::{Job, blocked};
use crate::site::Site;
use std::collections::HashMap;

/// The pods whose gates are to go.
pub fn free(world: &World, pods_of: &HashMap<(&str, &str), Vec<&SeenPod>>, site: &Site, now: i64) -> Vec<Key> {
    let mut free = Vec::new();
    for ((namespace, job_name), pods) in pods_of {
        let mut gated: Vec<&&SeenPod> = pods.iter().filter(|pod| pod.is_gated() && pod.metadata.deletion_timestamp.is_none()).collect();
        let Some(seen) = world.jobs.get(&(namespace.to_string(), job_name.to_string())).filter(|_| !gated.is_empty()) else { continue };
        let Some(job) = observe::job(seen, site) else { continue };
        let notes = Notes::of(seen);
        let kept = kept(&job, world, site, now);
        gated.retain(|pod| pod.is_of(seen) && pod.index().is_some_and(|index| notes.deleted.contains(index) || !kept.contains(index)));
        gated.sort_by_key(|pod| pod.index());
        let active = |pod: &&&SeenPod| !pod.is_gated() && !pod.has_ended() && pod.terminated().is_none();
        let room = match job.task_concurrency {
            0 => usize::MAX,
            most => usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(pods.iter().filter(active).count()),
        };
        free.extend(gated.into_iter().take(room).map(|pod| pod_key(pod)));
    }
    free.sort();
    free
}

/// Pods that came without a gate, or have lost theirs, and are not to start now: no host has them yet, and others come in their place
/// with a gate. And arrays whose pods with a gate need room beside those that run.
pub fn take_back(world: &World, pods_of: &HashMap<(&str, &str), Vec<&SeenPod>>, site: &Site, now: i64) -> Vec<Action> {
    let mut actions = Vec::new();
    for ((namespace, job_name), seen) in world.jobs.iter().filter(|(_, seen)| seen.metadata.annotations.gates.is_some()) {
        let by_admission = seen.is_gated_by_admission();
        let bar = world.bars.as_ref().and_then(|bars| bars.get(namespace)?.get(job_name));
        // Not before their successors come with a gate, or not at all.
        if !seen.makes_pods() || (by_admission && bar.is_none()) {
            continue;
        }
        let pods = pods_of.get(&(namespace.as_str(), job_name.as_str())).into_iter().flatten();
        let early: Vec<&&SeenPod> = pods.filter(|pod| pod.is_of(seen) && pod.awaits_host()).collect();
        if early.is_empty() && !by_admission {
            continue;
        }
        let (Some(job), Some(settings)) = (observe::job(seen, site), &site.kubernetes) else { continue };
        let (kept, deleted) = (kept(&job, world, site, now), Notes::of(seen).deleted);
        let is_kept = |pod: &&&SeenPod| pod.index().is_some_and(|index| kept.contains(index) && !deleted.contains(index));
        actions.extend(early.into_iter().filter(is_kept).map(|pod| Action::withdraw(pod, Withdrawal::Held)));
        let parallelism = parallelism(&job, settings);
        if bar == Some(&Bar::Gated) && settings.kueue.is_none() && seen.spec.parallelism < parallelism {
            actions.push(Action::Widen { job: (namespace.clone(), job_name.clone()), parallelism });
        }
    }
    actions
}

/// The indexes that may not start.
fn kept(job: &Job, world: &World, site: &Site, now: i64) -> Indexes {
    let mut kept = job.holds.any();
    let Some(own) = job.array else { return kept };
    for before in &job.array_predecessors {
        let name = name(*before);
        if world.may_return(&name, now) {
            return Indexes::first(own.count());
        }
        let seen = world.jobs.iter().find(|((_, known), _)| *known == name).map(|(_, seen)| seen);
        let other = seen.and_then(|seen| Some((unfinished(seen), observe::job(seen, site)?.array?)));
        if let Some((unfinished, other)) = other {
            kept.extend(&blocked(own, other, &unfinished));
        }
    }
    kept
}

/// The indexes of a Job that have not ended; those in error state have not.
fn unfinished(seen: &SeenJob) -> Indexes {
    let notes = Notes::of(seen);
    let mut left = Indexes::first(seen.spec.completions).without(&notes.done).without(&notes.deleted);
    notes.errors.keys().for_each(|index| left.insert(*index));
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::kubernetes::samples::{self, seen};
    use crate::backend::kubernetes::seen::by_job;
    use crate::grammar::tasks::Range;
    use crate::job::Holds;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn array(job: Job) -> Job {
        Job { array: Some(Range { first: 1, last: 3, step: 1 }), gated: true, ..job }
    }

    fn world(jobs: Vec<SeenJob>, pods: Vec<SeenPod>) -> World {
        let mut world = World { jobs_known: true, pods_known: true, secrets_known: true, ..World::default() };
        jobs.into_iter().for_each(|job| _ = world.jobs.insert(super::super::world::job_key(&job), job));
        pods.into_iter().for_each(|pod| _ = world.pods.insert(pod_key(&pod), pod));
        world
    }

    fn freed(world: &World) -> Vec<u64> {
        let pods_of = by_job(world.pods.values());
        free(world, &pods_of, &samples::site(), 0).iter().filter_map(|key| world.pods.get(key)?.index()).collect()
    }

    fn gated(job: u64, index: u64) -> SeenPod {
        let mut pod = samples::pod(job, index, "", Value::Null, json!({}));
        pod.spec.scheduling_gates = vec![crate::backend::kubernetes::seen::Gate { name: crate::backend::kubernetes::objects::GATE.into() }];
        pod
    }

    #[test]
    fn a_held_task_stays_and_the_others_go() {
        let job = array(Job { holds: Holds { user: Indexes::parse("1"), ..Holds::default() }, ..samples::job() });
        let pods = (0..3).map(|index| gated(7, index)).collect();
        assert_eq!(freed(&world(vec![seen(&job, 7, Value::Null, json!({}))], pods)), [0, 2]);
        let narrow = Job { task_concurrency: 1, ..job };
        let pods = (0..3).map(|index| gated(7, index)).collect();
        assert_eq!(freed(&world(vec![seen(&narrow, 7, Value::Null, json!({}))], pods)), [0]);
    }

    #[test]
    fn pods_of_held_tasks_that_came_without_a_gate_are_taken_back_once_others_come_with_one() {
        let holds = Holds { user: Indexes::parse("1"), ..Holds::default() };
        let job = array(Job { holds, task_concurrency: 1, ..samples::job() });
        let mut seen = seen(&job, 7, json!({ "annotations": { "gridshim.io/gates": "admission" } }), json!({}));
        seen.spec.parallelism = 1;
        let waiting = |index| samples::pod(7, index, "", json!({ "resourceVersion": "12" }), json!({ "phase": "Pending" }));
        let pods = vec![samples::pod(7, 0, "node0", json!({}), samples::running()), waiting(1), waiting(2)];
        let mut world = world(vec![seen], pods);
        let key = ("grid-bob".to_string(), "gridshim-7".to_string());
        let of = |world: &World| take_back(world, &by_job(world.pods.values()), &samples::site(), 0);
        assert_eq!(of(&world), []);
        world.bars = Some(BTreeMap::from([(key.0.clone(), BTreeMap::from([(key.1.clone(), Bar::Gated)]))]));
        let pod = (key.0.clone(), "gridshim-7-1-abcde".to_string());
        let withdraw = Action::Withdraw { pod, version: "12".into(), why: Withdrawal::Held };
        assert_eq!(of(&world), [withdraw.clone(), Action::Widen { job: key.clone(), parallelism: 3 }]);
        world.jobs.get_mut(&key).expect("the Job").spec.parallelism = 3;
        assert_eq!(of(&world), [withdraw]);
    }

    #[test]
    fn tasks_go_as_those_of_the_other_array_end() {
        let first = seen(&Job { gated: false, ..array(samples::job()) }, 6, Value::Null, json!({ "completedIndexes": "0" }));
        let second = seen(&array(Job { array_predecessors: vec![6], ..samples::job() }), 7, Value::Null, json!({}));
        let pods = || (0..3).map(|index| gated(7, index)).collect();
        assert_eq!(freed(&world(vec![first, second.clone()], pods())), [0]);
        assert_eq!(freed(&world(vec![second], pods())), [0, 1, 2]);
    }
}
