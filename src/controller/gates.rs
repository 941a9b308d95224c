//! Which tasks of an array may start while others may not: holds on single tasks, and tasks that wait for those of another array.
//! Their pods have a scheduling gate, which goes when the task's time has come.

use super::world::{Key, World, pod_key};
use crate::backend::kubernetes::objects::name;
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
    fn tasks_go_as_those_of_the_other_array_end() {
        let first = seen(&Job { gated: false, ..array(samples::job()) }, 6, Value::Null, json!({ "completedIndexes": "0" }));
        let second = seen(&array(Job { array_predecessors: vec![6], ..samples::job() }), 7, Value::Null, json!({}));
        let pods = || (0..3).map(|index| gated(7, index)).collect();
        assert_eq!(freed(&world(vec![first, second.clone()], pods())), [0]);
        assert_eq!(freed(&world(vec![second], pods())), [0, 1, 2]);
    }
}
