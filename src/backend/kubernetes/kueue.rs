//! Kueue, where a site has it: a Job is in the LocalQueue of its queue as long as nothing holds it, and Kueue starts it once there is
//! quota. A held Job is in none: a label that a suspended Job may get and lose at any time says so. (An admission gate, which may
//! only be set as a Job is made, would not do for `qhold`.)

use super::client::{Api, Failure, query};
use crate::site::Kueue;
use serde::Deserialize;
use serde_json::{Value, json};

/// The LocalQueue of a Job.
pub const QUEUE_NAME: &str = "kueue.x-k8s.io/queue-name";
/// The WorkloadPriorityClass of a Job.
pub const PRIORITY_CLASS: &str = "kueue.x-k8s.io/priority-class";
/// An array starts with fewer tasks at a time than it would like to, rather than wait until all of them fit.
pub const LEAST_WIDTH: &str = "kueue.x-k8s.io/job-min-parallelism";
const UID: &str = "kueue.x-k8s.io/job-uid";
/// Of its API, the newest first.
const VERSIONS: [&str; 2] = ["v1beta2", "v1beta1"];

/// What lets a Job start, or keeps it: a merge patch. Without Kueue that is `suspend` alone.
pub fn freedom(is_free: bool, queue: &str, kueue: Option<&Kueue>) -> Value {
    match kueue {
        None => json!({ "spec": { "suspend": !is_free } }),
        Some(kueue) => {
            let name = if is_free { Value::from(kueue.local_queue(queue)) } else { Value::Null };
            json!({ "metadata": { "labels": { QUEUE_NAME: name } } })
        }
    }
}

/// Lets a Job that is still to be made start, or keeps it.
pub fn settle(object: &mut Value, is_free: bool, queue: &str, kueue: Option<&Kueue>) {
    object["spec"]["suspend"] = (!is_free || kueue.is_some()).into();
    if let (Some(labels), Some(kueue)) = (object["metadata"]["labels"].as_object_mut(), kueue) {
        labels.remove(QUEUE_NAME);
        if is_free {
            labels.insert(QUEUE_NAME.into(), kueue.local_queue(queue).into());
        }
    }
}

/// Adds to a new Job what else Kueue looks at.
pub fn adorn(object: &mut Value, priority: i32, kueue: &Kueue) {
    if let Some(class) = kueue.priority_class(priority) {
        object["metadata"]["labels"][PRIORITY_CLASS] = class.into();
    }
    if object["spec"]["parallelism"].as_u64().unwrap_or(1) > 1 {
        object["metadata"]["annotations"][LEAST_WIDTH] = "1".into();
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List {
    items: Option<Vec<Workload>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Workload {
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    conditions: Vec<super::seen::Condition>,
}

/// Why Kueue does not start the Job of this uid, in its own words; `None` where it has, or is not to be asked.
///
/// # Errors
/// See `Failure`.
pub async fn reason(api: &Api, namespace: &str, uid: &str) -> Result<Option<String>, Failure> {
    let selector = query(&[("labelSelector", &format!("{UID}={uid}"))]);
    for version in VERSIONS {
        let path = format!("/apis/kueue.x-k8s.io/{version}/namespaces/{namespace}/workloads{selector}");
        let list: List = match api.get(&path).await {
            Err(failure) if failure.is_unknown_kind() => continue,
            Err(failure) if failure.is_forbidden() => return Ok(None),
            list => list?,
        };
        let conditions = list.items.unwrap_or_default().into_iter().flat_map(|workload| workload.status.conditions);
        return Ok(waits(&conditions.collect::<Vec<_>>()));
    }
    Ok(None)
}

fn waits(conditions: &[super::seen::Condition]) -> Option<String> {
    let waiting = conditions.iter().find(|condition| condition.kind == "QuotaReserved" && condition.status == "False")?;
    let told = waiting.message.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(format!("waits for quota: {}", if told.is_empty() { &waiting.reason } else { &told }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::kubernetes::seen::Condition;

    fn kueue() -> Kueue {
        toml::from_str("local_queues = { \"all.q\" = \"default\" }\npriority_classes = { low = -1023, normal = 0, high = 1 }")
            .expect("a table")
    }

    #[test]
    fn a_job_is_in_the_queue_of_its_queue_unless_it_is_held() {
        let mut object = json!({ "metadata": { "labels": {}, "annotations": {} }, "spec": { "parallelism": 5, "suspend": false } });
        adorn(&mut object, -5, &kueue());
        settle(&mut object, true, "all.q", Some(&kueue()));
        assert_eq!(object["metadata"]["labels"], json!({ QUEUE_NAME: "default", PRIORITY_CLASS: "low" }));
        assert_eq!((&object["spec"]["suspend"], &object["metadata"]["annotations"][LEAST_WIDTH]), (&json!(true), &json!("1")));
        let mut held = json!({ "metadata": { "labels": {} }, "spec": { "completions": 5, "parallelism": 1 } });
        adorn(&mut held, 0, &kueue());
        settle(&mut held, false, "all.q", Some(&kueue()));
        assert_eq!(held["metadata"], json!({ "labels": { PRIORITY_CLASS: "normal" } }));
        assert_eq!(freedom(true, "task", Some(&kueue()))["metadata"]["labels"][QUEUE_NAME], "task");
        assert_eq!(freedom(false, "task", Some(&kueue()))["metadata"]["labels"][QUEUE_NAME], Value::Null);
        assert_eq!(freedom(false, "task", None), json!({ "spec": { "suspend": true } }));
    }

    #[test]
    fn quota_that_is_not_there_is_told() {
        let condition = |status: &str| Condition {
            kind: "QuotaReserved".into(),
            status: status.into(),
            message: "couldn't assign flavors:\n insufficient quota".into(),
            ..Condition::default()
        };
        assert_eq!(waits(&[condition("False")]).as_deref(), Some("waits for quota: couldn't assign flavors: insufficient quota"));
        assert_eq!(waits(&[condition("True")]), None);
    }
}
