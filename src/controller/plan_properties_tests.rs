//! Random worlds, played to their end: what is planned is done to the world, until there is nothing left to do.

use super::*;
use crate::backend::kubernetes::objects::{self, GATE};
use crate::backend::kubernetes::samples::{self, ended, running, site};
use crate::backend::kubernetes::seen::Gate;
use crate::backend::kubernetes::watch::Event;
use crate::grammar::indexes::Indexes;
use crate::grammar::tasks::Range;
use crate::job::{Holds, Job};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

const NOW: i64 = 1_795_644_600;
const REPORT: &str = "start=1795644002\nend=1795644009\nexit_status=3\nsignal=0\nfailed=0\noom=0\nutime=1.5\nstime=0.5\nmaxrss=2048\n";

static SITE: LazyLock<Site> = LazyLock::new(site);

#[derive(Debug, Clone)]
struct Known {
    tasks: u64,
    predecessors: Vec<u64>,
    by_task: bool,
    user: bool,
    operator: bool,
    held_task: bool,
    /// Its pods came without gates.
    late: bool,
    leaves: bool,
    over: bool,
    deleted: Option<u64>,
    /// Each task's pod: none, waiting, running, ended in one of several ways.
    pods: Vec<u8>,
}

fn known() -> impl Strategy<Value = Known> {
    let flags = prop::array::uniform7(prop::bool::weighted(0.25));
    (1..4_u64, prop::collection::vec(0..6_u64, 0..3), flags, prop::option::weighted(0.2, 0..3_u64), prop::collection::vec(0..9_u8, 3))
        .prop_map(|(tasks, predecessors, [by_task, user, operator, held_task, late, leaves, over], deleted, pods)| Known {
            tasks,
            predecessors,
            by_task,
            user,
            operator,
            held_task,
            late,
            leaves,
            over,
            deleted,
            pods,
        })
}

/// The job of that number, and its pods; every one of them may wait for every other, in circles, too.
fn objects(id: u64, known: &Known) -> (SeenJob, Vec<SeenPod>) {
    let all = |is: bool| if is { Indexes::first(known.tasks) } else { Indexes::default() };
    let mut holds = Holds { user: all(known.user), operator: all(known.operator), ..Holds::default() };
    if known.held_task {
        holds.user.insert(0);
    }
    let before = |by_task: bool| if by_task == known.by_task { known.predecessors.clone() } else { Vec::new() };
    let array = (known.tasks > 1).then_some(Range { first: 1, last: known.tasks, step: 1 });
    let mut job = Job { array, holds, predecessors: before(false), array_predecessors: before(true), ..samples::job() };
    job.gated = objects::needs_gates(&job, known.tasks);
    let mut metadata = json!({});
    if known.leaves {
        metadata["deletionTimestamp"] = json!("2026-11-25T22:00:05Z");
    }
    if let Some(index) = known.deleted {
        metadata["annotations"] = json!({ "gridshim.io/deleted-tasks": index.to_string() });
    }
    let late = known.late && job.gated;
    if late {
        metadata["annotations"]["gridshim.io/gates"] = json!("admission");
    }
    let over = json!({ "completedIndexes": format!("0-{}", known.tasks - 1), "conditions": [
        { "type": "Complete", "status": "True", "lastTransitionTime": "2026-11-25T22:00:10Z" },
    ] });
    let mut seen = samples::seen(&job, id, metadata, if known.over { over } else { json!({}) });
    let pods = (0..known.tasks).filter_map(|index| pod(id, index, known.pods[index as usize % 3], job.gated && !late)).collect();
    if late {
        seen.spec.parallelism = 1;
    }
    (seen, pods)
}

fn pod(id: u64, index: u64, how: u8, gated: bool) -> Option<SeenPod> {
    let mut lost = ended(137, "");
    lost["conditions"] = json!([{ "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager" }]);
    let (node, metadata, status) = match how {
        0 => return None,
        1 => ("", json!({}), json!({ "phase": "Pending" })),
        2 => ("", json!({ "deletionTimestamp": "2026-11-25T22:00:05Z" }), json!({ "phase": "Pending" })),
        3 => ("node0", json!({}), running()),
        4 => ("node0", json!({}), ended(3, REPORT)),
        5 => ("node0", json!({}), ended(100, &format!("{REPORT}reason=no such file\n"))),
        6 => ("node0", json!({}), ended(99, REPORT)),
        7 => ("node0", json!({ "deletionTimestamp": "2026-11-25T22:00:05Z" }), lost),
        _ => ("node0", json!({ "finalizers": ["batch.kubernetes.io/job-tracking"] }), ended(0, REPORT)),
    };
    let mut pod = samples::pod(id, index, node, metadata, status);
    if gated && node.is_empty() {
        pod.spec.scheduling_gates = vec![Gate { name: GATE.into() }];
    }
    Some(pod)
}

/// Does to the world what the API server would.
fn act(world: &mut World, action: &Action) {
    match action {
        Action::Mark { job, marks } => {
            let Some(seen) = world.jobs.get_mut(job) else { return };
            let mut notes = Notes::of(seen);
            notes.errors.extend(marks.errors.clone());
            notes.incidents.extend(marks.incidents.clone());
            marks.restarted.iter().for_each(|index| notes.restarted.insert(*index));
            seen.metadata.annotations.errors = Some(serde_json::to_string(&notes.errors).expect("json"));
            seen.metadata.annotations.incidents = Some(serde_json::to_string(&notes.incidents).expect("json"));
            seen.metadata.annotations.restarted = Some(notes.restarted.to_string());
        }
        Action::Account { pod, .. } => {
            let Some(seen) = world.pods.get_mut(pod) else { return };
            seen.metadata.finalizers.retain(|finalizer| finalizer != FINALIZER);
            if seen.metadata.deletion_timestamp.is_some() && seen.metadata.finalizers.is_empty() {
                world.pods.remove(pod);
            }
        }
        Action::DeletePod { pod } => {
            let Some(seen) = world.pods.get_mut(pod) else { return };
            seen.metadata.deletion_timestamp = Some("2026-11-25T22:10:00Z".into());
            if seen.metadata.finalizers.is_empty() {
                world.pods.remove(pod);
            }
        }
        Action::Release { job, holds, .. } => {
            let Some(seen) = world.jobs.get_mut(job) else { return };
            seen.metadata.annotations.hold = (!holds.is_empty()).then(|| holds.clone());
            seen.spec.suspend &= !holds.is_empty();
        }
        Action::Ungate { pod } => world.pods.get_mut(pod).into_iter().for_each(|pod| pod.spec.scheduling_gates.clear()),
        Action::Bar { namespace, names, .. } => _ = world.bars.get_or_insert_default().insert(namespace.clone(), names.clone()),
        Action::Withdraw { pod, .. } => world.pods.get_mut(pod).into_iter().for_each(|pod| pod.status.phase = "Failed".into()),
        Action::Widen { job, parallelism } => {
            let seen = world.jobs.get_mut(job);
            seen.into_iter().for_each(|seen| seen.spec.parallelism = *parallelism);
        }
        Action::Touch { job } => crate::controller::idle::touched(world, job, NOW),
        Action::DeleteJob { job } => {
            if let Some(seen) = world.jobs.get(job).cloned() {
                world.job_event(Event::Gone(seen));
            }
        }
        Action::SweepSecret { secret } | Action::Recreate { secret } => {
            world.secrets.retain(|known| (&known.metadata.namespace, &known.metadata.name) != (&secret.0, &secret.1));
        }
    }
}

fn check(world: &World, action: &Action) -> Result<(), TestCaseError> {
    match action {
        Action::Release { job, holds, .. } => {
            let seen = &world.jobs[job];
            let had = seen.metadata.annotations.hold.as_deref().unwrap_or("");
            for hold in ["user", "operator", "system", "never"] {
                let is_in = |list: &str| list.split(',').any(|word| word == hold);
                prop_assert_eq!(is_in(had), is_in(holds), "{} of {:?}", hold, job);
            }
        }
        Action::Ungate { pod } => {
            let pod = &world.pods[pod];
            let seen = world.job_of(pod).expect("a Job");
            let job = observe::job(seen, &SITE).expect("a job");
            let index = pod.index().expect("an index");
            prop_assert!(!job.holds.any().contains(index) || Notes::of(seen).deleted.contains(index), "a held task was let go");
        }
        Action::Withdraw { pod, why: crate::controller::withdrawal::Withdrawal::Forgotten, .. } => {
            let pod = &world.pods[pod];
            prop_assert!(pod.status.phase == "Pending" && pod.terminated().is_none() && !pod.used_to_run());
        }
        Action::Withdraw { pod, .. } => {
            let pod = &world.pods[pod];
            let seen = world.job_of(pod).expect("a Job");
            let job = observe::job(seen, &SITE).expect("a job");
            let is_held = seen.is_held() || !job.array_predecessors.is_empty() || job.holds.any().contains(pod.index().expect("an index"));
            prop_assert!(pod.spec.node_name.is_empty() && !pod.is_gated() && is_held);
        }
        Action::Touch { job } => prop_assert!(!world.jobs[job].spec.suspend, "a suspended Job was touched"),
        Action::DeletePod { pod } => {
            let pod = &world.pods[pod];
            let ours = pod.metadata.finalizers.iter().any(|finalizer| finalizer == FINALIZER);
            let has_ended = pod.has_ended() || pod.terminated().is_some();
            prop_assert!(!(ours && has_ended), "an unaccounted pod was deleted");
        }
        Action::DeleteJob { job } => {
            let seen = &world.jobs[job];
            prop_assert!(seen.is_over() && Notes::of(seen).errors.is_empty());
            prop_assert!(!world.pods.values().any(|pod| pod.metadata.labels.job_name == job.1), "its pods are still there");
        }
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn every_world_comes_to_rest(jobs in prop::collection::vec(known(), 1..6), known_first in 0..3_u8, can_gate: bool) {
        let objects: Vec<(SeenJob, Vec<SeenPod>)> = jobs.iter().enumerate().map(|(id, known)| objects(id as u64, known)).collect();
        let mut world = World { can_gate, ..World::default() };
        let list = || objects.iter().map(|(job, _)| job.clone()).collect::<Vec<_>>();
        let all = || objects.iter().flat_map(|(_, pods)| pods.clone()).collect::<Vec<_>>();
        // Before everything is known only little may be done.
        match known_first {
            0 => world.job_event(Event::All(list())),
            1 => world.pod_event(Event::All(all())),
            _ => {}
        }
        for action in plan(&world, &SITE, NOW) {
            let is_small = matches!(action, Action::Mark { .. } | Action::Account { .. } | Action::DeletePod { .. });
            prop_assert!(is_small, "{:?}", action);
        }
        world.job_event(Event::All(list()));
        world.pod_event(Event::All(all()));
        world.secrets(objects.iter().map(|(job, _)| {
            let meta = json!({ "name": job.metadata.name, "namespace": "grid-bob", "creationTimestamp": "2026-11-25T22:00:00Z" });
            serde_json::from_value(json!({ "metadata": meta })).expect("a secret")
        }).collect());
        world.bars = Some(Default::default());
        crate::controller::idle::note(&mut world, NOW - 100);
        let ended = |pod: &SeenPod| pod.has_ended() || pod.terminated().is_some();
        let mut accounted: HashMap<Key, usize> = HashMap::new();
        let mut rounds = 0;
        loop {
            // The Job controller counts what has ended.
            for pod in world.pods.values_mut().filter(|pod| ended(pod)) {
                pod.metadata.finalizers.retain(|finalizer| finalizer != TRACKING);
            }
            world.pods.retain(|_, pod| pod.metadata.deletion_timestamp.is_none() || !pod.metadata.finalizers.is_empty());
            let actions = plan(&world, &SITE, NOW);
            prop_assert_eq!(&actions, &plan(&world, &SITE, NOW));
            if actions.is_empty() {
                break;
            }
            rounds += 1;
            prop_assert!(rounds < 20, "no rest: {:?}", actions);
            for action in &actions {
                check(&world, action)?;
                if let Action::Account { pod, run, .. } = action {
                    *accounted.entry(pod.clone()).or_default() += usize::from(run.is_some());
                }
            }
            actions.iter().for_each(|action| act(&mut world, action));
        }
        // Each run once, and nothing of it is left.
        prop_assert!(accounted.values().all(|times| *times <= 1));
        for pod in all().iter().filter(|pod| ended(pod) && pod.metadata.finalizers.iter().any(|name| name == FINALIZER)) {
            let key = (pod.metadata.namespace.clone(), pod.metadata.name.clone());
            prop_assert_eq!(accounted.get(&key), Some(&1), "{:?}", key);
        }
        prop_assert!(!world.pods.values().any(ended), "an ended pod was forgotten");
    }
}
