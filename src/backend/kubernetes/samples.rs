//! Jobs and objects for tests.

use super::objects::{self, Place};
use super::seen::{SeenJob, SeenPod};
use crate::grammar::tasks::Range;
use crate::job::{Command, Job, Submitter, resolve};
use crate::request::Request;
use crate::site::Site;
use serde_json::{Value, json};

/// The system of the compliance tests.
pub fn site() -> Site {
    toml::from_str(include_str!("../../../compat/reference-site.toml")).expect("a site")
}

/// bob's `qsub run.sh`.
pub fn job() -> Job {
    let who = Submitter {
        user: "bob".into(),
        uid: 5002,
        group: "tools".into(),
        gid: 6001,
        gids: vec![6001, 7001],
        home: "/home/bob".into(),
        shell: "/bin/bash".into(),
        workdir: "/home/bob".into(),
        host: "host1".into(),
        ..Submitter::default()
    };
    let command = Command { file: Some("run.sh".into()), args: vec!["one".into()] };
    resolve(Request::default(), command, who, &[], &site()).expect("a job").job
}

pub fn array(first: u64, last: u64, step: u64) -> Job {
    Job { array: Some(Range { first, last, step }), ..job() }
}

/// The Job as the API server gives it, `status` and `metadata` added.
pub fn seen(job: &Job, id: u64, metadata: Value, status: Value) -> SeenJob {
    let mut object = objects::job(job, &Place { site: &site(), namespace: "grid-bob", id }).expect("a Job");
    merge(
        &mut object["metadata"],
        json!({ "uid": format!("job-{id}"), "resourceVersion": "7", "creationTimestamp": "2026-11-25T22:00:00Z" }),
    );
    merge(&mut object["metadata"], metadata);
    object["status"] = if status.is_null() { json!({}) } else { status };
    serde_json::from_value(object).expect("a seen Job")
}

/// A pod of index `index`; `status` as the API server gives it.
pub fn pod(id: u64, index: u64, node: &str, metadata: Value, status: Value) -> SeenPod {
    let mut object = json!({
        "metadata": {
            "name": format!("gridshim-{id}-{index}-abcde"),
            "namespace": "grid-bob",
            "uid": format!("pod-{id}-{index}"),
            "creationTimestamp": "2026-11-25T22:00:01Z",
            "finalizers": ["batch.kubernetes.io/job-tracking", objects::FINALIZER],
            "labels": {
                "batch.kubernetes.io/job-name": format!("gridshim-{id}"),
                "batch.kubernetes.io/job-completion-index": index.to_string(),
                "gridshim.io/job-id": id.to_string(),
            },
        },
        "spec": { "nodeName": node },
        "status": status,
    });
    merge(&mut object["metadata"], metadata);
    serde_json::from_value(object).expect("a seen pod")
}

pub fn running() -> Value {
    json!({ "phase": "Running", "containerStatuses": [{ "name": "job", "state": { "running": { "startedAt": "2026-11-25T22:00:02Z" } } }] })
}

/// The end of a container with this exit code and termination message.
pub fn ended(code: i32, message: &str) -> Value {
    let state = json!({ "terminated": {
        "exitCode": code, "message": message, "startedAt": "2026-11-25T22:00:02Z", "finishedAt": "2026-11-25T22:00:09Z",
    } });
    json!({ "phase": if code == 0 { "Succeeded" } else { "Failed" }, "containerStatuses": [{ "name": "job", "state": state }] })
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (into, from) => *into = from,
    }
}
