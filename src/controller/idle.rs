//! Jobs that Kubernetes has forgotten. Its Job controller looks at a Job when something happens to it or to a pod of it; a word
//! that is lost as the API server goes down is lost for good, and the Job, free to run, stays without a pod. Such a Job is touched,
//! which makes it be looked at, after a minute and then in ever longer pauses: one that only waits for its namespace's quota, or
//! for the pause after a failure, takes no harm.

use super::plan::Action;
use super::world::{Key, World};
use crate::backend::kubernetes::client::{Api, Failure, MERGE};
use crate::backend::kubernetes::objects;
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, by_job};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// Seconds until a Job without pods is touched first, and the longest pause between two times.
const FIRST: i64 = 60;
const LONGEST: i64 = 3600;

/// Seconds between two Jobs that are touched.
const BETWEEN: i64 = 5;

/// How long a Job has been without pods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Idle {
    /// Seconds since 1970.
    due: i64,
    pause: i64,
}

/// Jobs without pods that nothing keeps from having some.
pub type Idlers = BTreeMap<Key, Idle>;

fn is_idle(job: &SeenJob) -> bool {
    !job.is_held() && job.makes_pods()
}

/// Notes which Jobs are without pods now; those that were before keep their time.
pub fn note(world: &mut World, now: i64) {
    let before = std::mem::take(&mut world.idlers);
    if !world.is_complete() {
        return;
    }
    let pods_of = by_job(world.pods.values());
    let idle = world.jobs.iter().filter(|(key, job)| is_idle(job) && !pods_of.contains_key(&(key.0.as_str(), key.1.as_str())));
    let known = |key: &Key| before.get(key).copied().unwrap_or(Idle { due: now.saturating_add(FIRST), pause: FIRST });
    world.idlers = idle.map(|(key, _)| (key.clone(), known(key))).collect();
}

/// The Job to touch: the one that waits longest, and no more than one in five seconds. Where thousands have no pods Kubernetes' controller is behind with
/// its work and has forgotten none of them; touching each would be work more.
pub fn plan(world: &World, pods_of: &HashMap<(&str, &str), Vec<&SeenPod>>, now: i64) -> Vec<Action> {
    let is_forgotten = |(key, idle): &(&Key, &Idle)| {
        let still = world.jobs.get(*key).is_some_and(is_idle) && !pods_of.contains_key(&(key.0.as_str(), key.1.as_str()));
        still && idle.due <= now
    };
    if now < world.touched.saturating_add(BETWEEN) {
        return Vec::new();
    }
    let first = world.idlers.iter().filter(is_forgotten).min_by_key(|(_, idle)| idle.due);
    first.map(|(key, _)| Action::Touch { job: key.clone() }).into_iter().collect()
}

/// It was touched: not again for twice as long.
pub fn touched(world: &mut World, job: &Key, now: i64) {
    world.touched = now;
    if let Some(idle) = world.idlers.get_mut(job) {
        let pause = idle.pause.saturating_mul(2).min(LONGEST);
        *idle = Idle { due: now.saturating_add(pause), pause };
    }
}

/// Makes Kubernetes' Job controller look at a Job; one that is gone is none.
///
/// # Errors
/// See `Failure`.
pub async fn touch(api: &Api, namespace: &str, name: &str) -> Result<(), Failure> {
    let change = json!({ "metadata": { "annotations": { "gridshim.io/touched": objects::time() } } });
    match api.patch::<serde_json::Value>(&objects::job_path(namespace, name), MERGE, &change).await {
        Err(failure) if !failure.is_not_found() => Err(failure),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::kubernetes::samples::{self, array, running, seen};
    use crate::backend::kubernetes::watch::Event;

    fn touches(world: &World, now: i64) -> usize {
        plan(world, &by_job(world.pods.values()), now).len()
    }

    fn world_of(spec: serde_json::Value, metadata: serde_json::Value) -> World {
        let mut world = World::default();
        let mut job = seen(&array(1, 4, 1), 7, metadata, json!({}));
        job.spec.suspend = spec["suspend"].as_bool().unwrap_or(false);
        world.job_event(Event::All(vec![job]));
        world.pod_event(Event::All(vec![]));
        world
    }

    #[test]
    fn a_free_job_without_pods_is_touched_after_a_minute_and_then_less_and_less_often() {
        let mut world = world_of(json!({}), json!({}));
        note(&mut world, 1000);
        note(&mut world, 1030);
        assert_eq!((touches(&world, 1059), touches(&world, 1060)), (0, 1));
        touched(&mut world, &("grid-bob".into(), "gridshim-7".into()), 1060);
        note(&mut world, 1065);
        assert_eq!((touches(&world, 1179), touches(&world, 1180)), (0, 1));
        // One in five seconds.
        world.touched = 1180;
        assert_eq!((touches(&world, 1184), touches(&world, 1185)), (0, 1));
        world.touched = 0;
        // A pod has come: it starts from the beginning should it go again.
        world.pod_event(Event::Changed(samples::pod(7, 0, "node0", json!({}), running())));
        assert_eq!(touches(&world, 1180), 0);
        note(&mut world, 1180);
        world.pod_event(Event::All(vec![]));
        note(&mut world, 1200);
        assert_eq!((touches(&world, 1259), touches(&world, 1260)), (0, 1));
    }

    #[test]
    fn a_job_that_must_not_run_is_left_alone() {
        let held = json!({ "annotations": { "gridshim.io/hold": "user" } });
        let leaving = json!({ "deletionTimestamp": "2026-11-25T22:10:00Z" });
        for (spec, metadata) in [(json!({ "suspend": true }), json!({})), (json!({}), held), (json!({}), leaving)] {
            let mut world = world_of(spec, metadata);
            note(&mut world, 0);
            assert_eq!(touches(&world, 100), 0);
        }
    }
}
