//! What a pod knows of its job, so that its run is accounted as well as any other where the Job has gone before it: Kubernetes
//! promises that it stays (deletion in the foreground), and forgets it as the API server goes down, while the controller that
//! would have remembered may be killed. It is as submitted: what `qalter` changes later only the Job knows.

use super::seen::SeenPod;
use crate::accounting::Record;
use crate::grammar::tasks::Range;
use crate::job::{Job, JobId};
use crate::record::Report;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The annotation.
pub const MEMO: &str = "gridshim.io/record";

#[derive(Serialize, Deserialize)]
struct Memo {
    /// The fields of its record that are not the default ones.
    record: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    array: Option<Range>,
}

fn fields(record: &Record) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// The annotation's text for pods of this job.
pub fn of(id: JobId, job: &Job, queue: &str) -> String {
    let mut record = fields(&Record::of(id, job, None, 0, queue, "", &Report::default()));
    let default = fields(&Record::default());
    record.retain(|name, value| default.get(name) != Some(value));
    serde_json::to_string(&Memo { record, array: job.array }).unwrap_or_default()
}

/// The record of this pod's run, without what the run itself says; `None` where there is no memo. Its namespace says whose it is,
/// whatever the memo does.
pub fn record(pod: &SeenPod, owner: String) -> Option<Record> {
    let memo: Memo = serde_json::from_str(pod.metadata.annotations.record.as_deref()?).ok()?;
    let mut all = fields(&Record::default());
    all.extend(memo.record);
    let mut record: Record = serde_json::from_value(Value::Object(all)).ok()?;
    record.owner = owner;
    let task = memo.array.filter(Range::is_sound).zip(pod.index()).filter(|(range, index)| *index < range.count());
    record.task_number = task.map_or(0, |(range, index)| range.id(index));
    Some(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::kubernetes::samples::{array, pod};
    use serde_json::json;

    #[test]
    fn a_run_is_as_well_known_from_its_pod_alone() {
        let mut job = array(3, 9, 2);
        job.name = "other".into();
        let text = of(7, &job, "task");
        assert!(text.len() < 300, "{text}");
        let noted = |text: &str| pod(7, 2, "node0", json!({ "annotations": { MEMO: text } }), json!({}));
        let known = record(&noted(&text), "bob".into()).expect("a memo");
        assert_eq!(known, Record::of(7, &job, Some(7), 0, "task", "", &Report::default()));
        assert_eq!(record(&noted("{"), "bob".into()), None);
        assert_eq!(record(&pod(7, 2, "node0", json!({}), json!({})), "bob".into()), None);
    }
}
