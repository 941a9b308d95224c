use super::super::samples::{array, ended, job, pod, running, seen};
use super::*;
use serde_json::{Value, json};

fn waiting(array: Option<Range>, completions: u64) -> Waiting {
    Waiting::new(Awaited { id: 7, namespace: "grid-bob".into(), array, completions, rerun: true, accounting: "/nonexistent".into() })
}

fn report(status: i32, more: &str) -> String {
    format!("start=1\nend=8\nexit_status={status}\nsignal=0\nfailed=0\n{more}")
}

#[test]
fn an_end_is_told_once() {
    let mut waiting = waiting(None, 1);
    assert_eq!(waiting.pod(&pod(7, 0, "n", json!({}), running())), None);
    let end = pod(7, 0, "n", json!({}), ended(3, &report(3, "")));
    assert_eq!(waiting.pod(&end), Some(Ended::Exited { task: None, status: 3, signal: 0 }));
    assert_eq!(waiting.pod(&end), None);
    assert!(waiting.is_done());
}

#[test]
fn what_runs_again_and_what_is_in_error_is_waited_for() {
    let mut waiting = waiting(None, 1);
    assert_eq!(waiting.pod(&pod(7, 0, "n", json!({}), ended(99, &report(99, "")))), None);
    assert_eq!(waiting.pod(&pod(7, 0, "n", json!({}), ended(100, &report(0, "reason=no such file\n")))), None);
    let errors = json!({ "annotations": { "gridshim.io/errors": "{\"0\":\"no such file\"}" } });
    let failed = json!({ "failedIndexes": "0", "conditions": [{ "type": "Failed", "status": "True" }] });
    assert!(waiting.job(&seen(&job(), 7, errors, failed)).is_empty() && !waiting.over);
    waiting.gone();
    assert_eq!(waiting.rest(), [Ended::Never { task: None }]);
}

#[test]
fn deleted_tasks_never_end() {
    let range = Range { first: 2, last: 8, step: 3 };
    let mut waiting = waiting(Some(range), 3);
    waiting.pod(&pod(7, 0, "n", json!({}), running()));
    let seen = seen(&array(2, 8, 3), 7, json!({ "annotations": { "gridshim.io/deleted-tasks": "0-1" } }), Value::Null);
    assert_eq!(waiting.job(&seen), [Ended::Never { task: Some(5) }]);
    assert_eq!(waiting.pod(&pod(7, 2, "n", json!({}), ended(1, &report(1, "cancelled=1\n")))), Some(Ended::Never { task: Some(8) }));
    assert_eq!(waiting.pod(&pod(7, 0, "n", json!({}), ended(137, ""))), Some(Ended::Exited { task: Some(2), status: 137, signal: 9 }));
    assert!(waiting.is_done());
}
