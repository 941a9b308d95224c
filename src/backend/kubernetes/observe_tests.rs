use super::super::samples::{array, ended, job, pod, running, seen, site};
use super::*;
use serde_json::{Value, json};

const REPORT: &str = "start=1\nend=8\nexit_status=1\nsignal=0\nfailed=0\n";

fn shown(seen: &SeenJob, pods: &[SeenPod]) -> Vec<(&'static str, Vec<u64>)> {
    let pods: Vec<&SeenPod> = pods.iter().collect();
    let status = status(seen, &pods, &site(), false);
    status.map_or(Vec::new(), |status| status.tasks.into_iter().map(|tasks| (tasks.letters(), tasks.ids)).collect())
}

fn plain(metadata: Value, status: Value) -> SeenJob {
    seen(&job(), 1007, metadata, status)
}

#[test]
fn a_job_goes_from_waiting_to_running_to_nothing() {
    let waiting = plain(Value::Null, json!({}));
    assert_eq!(shown(&waiting, &[]), [("qw", vec![])]);
    let unscheduled = pod(1007, 0, "", json!({}), json!({ "phase": "Pending" }));
    assert_eq!(shown(&waiting, &[unscheduled]), [("qw", vec![])]);
    let starting = pod(1007, 0, "node0", json!({}), json!({ "phase": "Pending" }));
    assert_eq!(shown(&waiting, &[starting]), [("t", vec![])]);
    assert_eq!(shown(&waiting, &[pod(1007, 0, "node0", json!({}), running())]), [("r", vec![])]);
    // Ended, but not counted yet: it does not wait again.
    assert_eq!(shown(&waiting, &[pod(1007, 0, "node0", json!({}), ended(1, REPORT))]), []);
    assert_eq!(shown(&plain(Value::Null, json!({ "failedIndexes": "0" })), &[]), []);
}

#[test]
fn a_running_task_says_where_and_since_when() {
    let pod = pod(1007, 0, "node0", json!({}), running());
    let status = status(&plain(Value::Null, json!({})), &[&pod], &site(), false).expect("a job");
    let tasks = &status.tasks[0];
    assert_eq!((tasks.host.as_deref(), tasks.queue.as_deref(), tasks.started), (Some("node0"), Some("all.q"), Some(1_795_644_002)));
    assert_eq!((status.id, status.submitted, status.job.name.as_str()), (1007, 1_795_644_000, "run.sh"));
}

#[test]
fn an_arrays_tasks_are_sorted_by_state() {
    let seen =
        seen(&array(2, 20, 3), 1007, json!({ "annotations": { "gridshim.io/deleted-tasks": "5" } }), json!({ "completedIndexes": "0" }));
    let pods = [
        pod(1007, 1, "node0", json!({}), running()),
        pod(1007, 2, "node0", json!({ "deletionTimestamp": "2026-11-25T22:00:05Z" }), running()),
        pod(1007, 3, "node0", json!({}), ended(99, REPORT)),
    ];
    assert_eq!(shown(&seen, &pods), [("r", vec![5]), ("dr", vec![8]), ("Rq", vec![11]), ("qw", vec![14, 20])]);
}

#[test]
fn waiting_tasks_are_in_order_whichever_have_a_pod() {
    let seen = seen(&array(1, 5, 1), 1007, Value::Null, json!({}));
    let pods = [3, 1].map(|index| pod(1007, index, "", json!({}), json!({ "phase": "Pending" })));
    assert_eq!(shown(&seen, &pods), [("qw", vec![1, 2, 3, 4, 5])]);
}

#[test]
fn a_task_that_ran_before_is_restarted() {
    let pods = [
        pod(1007, 0, "node0", json!({}), ended(99, REPORT)),
        pod(1007, 0, "node0", json!({ "name": "other", "creationTimestamp": "2026-11-25T22:00:30Z" }), running()),
    ];
    assert_eq!(shown(&plain(Value::Null, json!({})), &pods), [("Rr", vec![])]);
    let noted = plain(json!({ "annotations": { "gridshim.io/restarted": "0" } }), json!({}));
    assert_eq!(shown(&noted, &[]), [("Rq", vec![])]);
    assert_eq!(shown(&noted, &pods[1..]), [("Rr", vec![])]);
}

#[test]
fn a_task_that_is_moved_away_waits_already() {
    let moved = json!({ "phase": "Running", "conditions": [
        { "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI" },
    ] });
    let leaving = [pod(1007, 0, "node0", json!({ "deletionTimestamp": "2026-11-25T22:00:05Z" }), moved)];
    assert_eq!(shown(&plain(Value::Null, json!({})), &leaving), [("Rq", vec![])]);
    let hold = || crate::job::Holds::by_user(1);
    let held = seen(&crate::job::Job { holds: hold(), ..job() }, 1007, Value::Null, json!({}));
    assert_eq!(shown(&held, &leaving), [("hRq", vec![])]);
    let held_and_gone = json!({ "annotations": { "gridshim.io/restarted": "0" } });
    assert_eq!(shown(&seen(&crate::job::Job { holds: hold(), ..job() }, 1007, held_and_gone, json!({})), &[]), [("hRq", vec![])]);
    let never_again = crate::job::Job { rerun: Some(false), ..job() };
    assert_eq!(shown(&seen(&never_again, 1007, Value::Null, json!({})), &leaving), [("dr", vec![])]);
    assert_eq!(shown(&plain(json!({ "deletionTimestamp": "2026-11-25T22:00:06Z" }), json!({})), &leaving), []);
}

#[test]
fn the_error_state_stays_after_the_end_and_goes_with_its_task() {
    let report = format!("{REPORT}reason=can't open output file\n");
    let fresh = [pod(1007, 0, "node0", json!({}), ended(100, &report))];
    assert_eq!(shown(&plain(Value::Null, json!({})), &fresh), [("Eqw", vec![])]);
    let errors = json!({ "gridshim.io/errors": "{\"0\":\"can't open output file\"}" });
    assert_eq!(shown(&plain(json!({ "annotations": errors }), json!({ "failedIndexes": "0" })), &[]), [("Eqw", vec![])]);
    let mut deleted = errors;
    deleted["gridshim.io/deleted-tasks"] = json!("0");
    assert_eq!(shown(&plain(json!({ "annotations": deleted }), json!({ "failedIndexes": "0" })), &[]), []);
}

#[test]
fn held_jobs_say_so_and_impossible_ones_why() {
    let held = seen(&crate::job::Job { holds: crate::job::Holds::by_user(1), ..job() }, 1, Value::Null, json!({}));
    let told = status(&held, &[], &site(), false).expect("a job");
    assert_eq!((told.tasks[0].letters(), told.reasons), ("hqw", vec!["Job is in hold state".to_string()]));
    let never = seen(&crate::job::Job { never: Some("no host offers it".into()), ..job() }, 1, Value::Null, json!({}));
    let told = status(&never, &[], &site(), false).expect("a job");
    assert_eq!((told.tasks[0].letters(), told.reasons), ("qw", vec!["no host offers it".to_string()]));
}

#[test]
fn why_a_pod_waits_is_told_in_words() {
    let reason = |status: Value| why(&pod(1, 0, "node0", json!({}), status)).unwrap_or_default();
    let message = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims.";
    let condition = json!([{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message }]);
    let told = reason(json!({ "phase": "Pending", "conditions": condition }));
    assert_eq!(told, "no host has room for it now: 0/1 nodes are available: 1 Insufficient cpu");
    let state = json!({ "waiting": { "reason": "ErrImagePull", "message": "not\nfound" } });
    let told = reason(json!({ "phase": "Pending", "containerStatuses": [{ "name": "job", "state": state }] }));
    assert_eq!(told, "cannot be started on node0: ErrImagePull: not found");
}

#[test]
fn a_job_in_deletion_shows_what_still_runs() {
    let going = seen(&array(1, 4, 1), 1007, json!({ "deletionTimestamp": "2026-11-25T22:00:05Z" }), json!({}));
    assert_eq!(shown(&going, &[pod(1007, 1, "node0", json!({}), running())]), [("dr", vec![2])]);
    assert_eq!(shown(&going, &[]), []);
}

#[test]
fn finished_tasks_are_shown_when_asked_for() {
    let seen = seen(&array(1, 3, 1), 1007, Value::Null, json!({ "completedIndexes": "0,1", "failedIndexes": "2" }));
    assert!(status(&seen, &[], &site(), false).is_none());
    let told = status(&seen, &[], &site(), true).expect("a job");
    assert_eq!((told.tasks[0].letters(), &told.tasks[0].ids), ("z", &vec![1, 2, 3]));
}

#[test]
fn nobody_is_whom_an_annotation_says() {
    let mut forged = job();
    forged.submitter.user = "alice".into();
    let seen = seen(&forged, 1, Value::Null, json!({}));
    assert_eq!(super::job(&seen, &site()).expect("a job").submitter.user, "bob");
}

#[test]
fn numbers_that_cannot_be_are_nobodys_job() {
    let mut seen = seen(&array(1, 3, 1), 1, Value::Null, json!({}));
    assert!(super::job(&seen, &site()).is_some());
    let forged = seen.metadata.annotations.job.clone().map(|text| text.replace("\"step\":1", "\"step\":0"));
    let honest = std::mem::replace(&mut seen.metadata.annotations.job, forged);
    assert!(super::job(&seen, &site()).is_none());
    seen.metadata.annotations.job = honest;
    seen.spec.completions = 2_000_000_000;
    assert!(super::job(&seen, &site()).is_none());
}
