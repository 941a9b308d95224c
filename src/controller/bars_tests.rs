use super::super::world::job_key;
use super::*;
use crate::backend::kubernetes::samples::{self, array, ended, running, seen};
use crate::backend::kubernetes::seen::by_job;
use crate::backend::kubernetes::watch::Event;

fn held(id: u64) -> SeenJob {
    let mut job = seen(&array(1, 4, 1), id, json!({ "annotations": { "gridshim.io/hold": "user" } }), json!({}));
    job.spec.suspend = false;
    job
}

fn plan_of(bars: Option<Bars>, jobs: Vec<SeenJob>, pods: Vec<SeenPod>) -> Vec<Action> {
    let mut world = World { bars, can_gate: true, ..World::default() };
    world.job_event(Event::All(jobs));
    world.pod_event(Event::All(pods));
    plan(&world, &by_job(world.pods.values()))
}

fn bars(names: &[&str]) -> Bars {
    Bars::from([("grid-bob".to_string(), names.iter().map(|name| ((*name).to_string(), Bar::Shut)).collect())])
}

fn pods() -> Vec<SeenPod> {
    vec![
        samples::pod(7, 0, "node0", json!({}), ended(0, "")),
        samples::pod(7, 1, "node0", json!({}), running()),
        samples::pod(7, 2, "", json!({ "resourceVersion": "12" }), json!({ "phase": "Pending" })),
    ]
}

#[test]
fn a_started_job_that_is_held_is_barred_and_then_its_early_pods_are_withdrawn() {
    let bar = Action::Bar { namespace: "grid-bob".into(), names: bars(&["gridshim-7"])["grid-bob"].clone(), unbarred: vec![] };
    assert_eq!(plan_of(Some(Bars::new()), vec![held(7)], pods()), [bar]);
    let withdraw = Action::Withdraw { pod: ("grid-bob".into(), "gridshim-7-2-abcde".into()), version: "12".into(), why: Withdrawal::Held };
    assert_eq!(plan_of(Some(bars(&["gridshim-7"])), vec![held(7)], pods()), [withdraw]);
    assert_eq!(plan_of(None, vec![held(7)], pods()), []);
}

#[test]
fn a_job_that_is_free_or_gone_is_barred_no_longer() {
    let free = seen(&array(1, 4, 1), 7, json!({}), json!({}));
    let unbar = |unbarred: &str| Action::Bar { namespace: "grid-bob".into(), names: Names::new(), unbarred: vec![unbarred.into()] };
    assert_eq!(plan_of(Some(bars(&["gridshim-7"])), vec![free], pods()), [unbar("gridshim-7")]);
    assert_eq!(plan_of(Some(bars(&["gridshim-6"])), vec![], vec![]), [unbar("gridshim-6")]);
    let mut suspended = held(7);
    suspended.spec.suspend = true;
    assert_eq!(plan_of(Some(bars(&[])), vec![suspended], vec![]), []);
    assert_eq!(job_key(&held(7)).1, "gridshim-7");
}

#[test]
fn of_an_array_that_is_held_task_by_task_pods_come_with_a_gate_until_it_is_over() {
    let late = |hold: &str, status: Value| {
        let annotations = json!({ "gridshim.io/gates": "admission", "gridshim.io/hold": hold });
        seen(&array(1, 4, 1), 7, json!({ "annotations": annotations }), status)
    };
    let all = |bar: Bar| Bars::from([("grid-bob".to_string(), Names::from([("gridshim-7".to_string(), bar)]))]);
    let bar = |bar: Bar, unbarred: &[&str]| Action::Bar {
        namespace: "grid-bob".into(),
        names: all(bar)["grid-bob"].clone(),
        unbarred: unbarred.iter().map(|name| (*name).to_string()).collect(),
    };
    assert_eq!(plan_of(Some(Bars::new()), vec![late("", json!({}))], vec![]), [bar(Bar::Gated, &[])]);
    assert_eq!(plan_of(Some(all(Bar::Gated)), vec![late("", json!({}))], pods()), []);
    // All of it is held, and then single tasks again.
    assert_eq!(plan_of(Some(all(Bar::Gated)), vec![late("user", json!({}))], vec![]), [bar(Bar::Shut, &[])]);
    assert_eq!(plan_of(Some(all(Bar::Shut)), vec![late("", json!({}))], vec![]), [bar(Bar::Gated, &["gridshim-7"])]);
    let over = json!({ "conditions": [{ "type": "Complete", "status": "True" }] });
    let gone = Action::Bar { namespace: "grid-bob".into(), names: Names::new(), unbarred: vec!["gridshim-7".into()] };
    assert_eq!(plan_of(Some(all(Bar::Gated)), vec![late("", over)], vec![]), [gone]);
    // Where nobody gives gates nothing of it starts.
    let mut world = World { bars: Some(Bars::new()), ..World::default() };
    world.job_event(Event::All(vec![late("", json!({}))]));
    assert_eq!(plan(&world, &HashMap::new()), [bar(Bar::Shut, &[])]);
    assert_eq!((Bar::read(""), Bar::read("gates"), Bar::read("x")), (Bar::Shut, Bar::Gated, Bar::Shut));
}
