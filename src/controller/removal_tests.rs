use super::*;
use crate::backend::kubernetes::samples::{array, ended, job, pod, running, seen};
use crate::backend::kubernetes::watch::Event;
use serde_json::{Value, json};

fn world() -> World {
    let mut world = World::default();
    let jobs = [(job(), 7), (job(), 8), (array(1, 9, 1), 9)];
    world.job_event(Event::All(jobs.iter().map(|(job, id)| seen(job, *id, Value::Null, json!({}))).collect()));
    let ended = |id, index, code| pod(id, index, "node0", json!({}), ended(code, ""));
    world.pod_event(Event::All(vec![
        ended(7, 0, 0),
        ended(8, 0, 0),
        ended(9, 0, 1),
        ended(9, 1, 1),
        ended(9, 2, 0),
        pod(9, 3, "node0", json!({}), running()),
    ]));
    world
}

fn delete_pods(world: &World) -> Vec<Action> {
    world.pods.keys().map(|pod| Action::DeletePod { pod: pod.clone() }).collect()
}

#[test]
fn pods_of_a_phase_go_together_those_of_an_array_apart_and_running_ones_alone() {
    let world = world();
    let (removals, rest) = together(delete_pods(&world), &world);
    let queries: Vec<String> = removals.iter().map(Removal::query).collect();
    let selected = |jobs: &str, indexes: &str, phase: &str| {
        let labels = format!("{OURS},{JOB_NAME} in ({jobs}),{INDEX} in ({indexes})");
        query(&[("labelSelector", &labels), ("fieldSelector", &format!("status.phase={phase}"))])
    };
    let singles = selected("gridshim-7,gridshim-8", "0", "Succeeded");
    assert_eq!(queries, [selected("gridshim-9", "0,1", "Failed"), singles]);
    assert_eq!(removals.iter().map(Removal::counted).collect::<Vec<_>>(), [("delete_pod", 2), ("delete_pod", 2)]);
    // The array's only one of its phase, and the one that runs.
    assert_eq!(rest.len(), 2);
}

#[test]
fn jobs_go_by_the_hundred_and_namespaces_apart() {
    let delete = |namespace: &str, id: u64| Action::DeleteJob { job: (namespace.into(), objects::name(id)) };
    let actions = (1..=MOST as u64 + 2).map(|id| delete("grid-bob", id)).chain([delete("grid-eve", 1)]).collect();
    let (removals, rest) = together(actions, &World::default());
    assert_eq!(removals.iter().map(|removal| removal.counted().1).collect::<Vec<_>>(), [MOST, 2]);
    assert_eq!(rest, [delete("grid-eve", 1)]);
    let selector = query(&[("labelSelector", &format!("{OURS},{ID_LABEL} in (201,202)"))]);
    assert_eq!(removals[1].query(), selector);
    assert!(removals[0].query().len() < 8192);
}

#[test]
fn what_cannot_be_selected_is_left_alone() {
    let world = world();
    let actions = vec![
        Action::DeletePod { pod: ("grid-bob".into(), "unknown".into()) },
        Action::DeleteJob { job: ("grid-bob".into(), "somebody-elses".into()) },
        Action::Touch { job: ("grid-bob".into(), "gridshim-7".into()) },
    ];
    assert_eq!(together(actions.clone(), &world), (Vec::new(), actions));
}

#[test]
fn removals_wait_for_a_second_and_nothing_else_does() {
    let (world, begun, mut pace) = (world(), Instant::now(), Pace::default());
    let all = || [delete_pods(&world), vec![Action::Touch { job: ("grid-bob".into(), "gridshim-7".into()) }]].concat();
    // One of the pods runs: its task was deleted.
    assert_eq!(pace.of(all(), &world, begun).len(), 7);
    let early = pace.of(all(), &world, begun + BETWEEN / 2);
    assert!(matches!(early[..], [Action::DeletePod { .. }, Action::Touch { .. }]) && pace.is_postponed, "{early:?}");
    assert_eq!(pace.of(all(), &world, begun + BETWEEN).len(), 7);
    assert!(!pace.is_postponed);
}
