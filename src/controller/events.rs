//! What an administrator finds in `kubectl describe job`: the rare things that happen to a job. An event has a name of its own, so
//! that a controller which was killed and does a thing again does not tell it twice.

use super::plan::Action;
use super::world::{Key, World};
use crate::backend::kubernetes::client::Api;
use crate::backend::kubernetes::{objects, observe};
use crate::site::Site;
use serde_json::json;

/// Something that happened to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub job: Key,
    /// What tells it apart from the job's other events.
    pub name: String,
    /// `Normal` or `Warning`.
    pub kind: &'static str,
    /// One word, as Kubernetes' own.
    pub reason: &'static str,
    pub message: String,
}

/// What there is to tell of an action.
pub fn of(action: &Action, world: &World, site: &Site) -> Vec<Event> {
    let event = |job: &Key, name: String, reason, task: u64, message: &str| {
        let task = if task > 0 { format!("task {task}: ") } else { String::new() };
        Event { job: job.clone(), name, kind: "Warning", reason, message: format!("{task}{message}") }
    };
    match action {
        Action::Mark { job, marks } => {
            let array = world.jobs.get(job).and_then(|seen| observe::job(seen, site)).and_then(|job| job.array);
            let task = |index: u64| array.map_or(0, |range| range.id(index));
            let errors = marks.errors.iter();
            errors.map(|(index, reason)| event(job, format!("error.{index}"), "TaskError", task(*index), reason)).collect()
        }
        Action::Account { job, run: Some(run), .. } => {
            let reason = if run.oom { "OOMKilled" } else { "TaskInterrupted" };
            // A task may be interrupted more than once.
            let name = format!("interrupted.{}", run.uid);
            run.cause.iter().map(|cause| event(job, name.clone(), reason, run.record.task_number, cause)).collect()
        }
        _ => Vec::new(),
    }
}

/// Tells them, as far as that can be done: nothing depends on it.
pub async fn tell(events: Vec<Event>, world: &World, api: &Api) {
    let told = events.into_iter().filter_map(|event| {
        let uid = &world.jobs.get(&event.job).or_else(|| world.departed.get(&event.job))?.metadata.uid;
        Some(post(api, object(&event, uid, &objects::time()), event.job.0))
    });
    futures::future::join_all(told).await;
}

async fn post(api: &Api, object: serde_json::Value, namespace: String) {
    match api.create(&format!("/api/v1/namespaces/{namespace}/events"), &object).await {
        Err(failure) if !failure.is_there_already() => tracing::debug!(%failure, "an event could not be told"),
        _ => {}
    }
}

fn object(event: &Event, uid: &str, now: &str) -> serde_json::Value {
    let Event { job: (namespace, job), name, kind, reason, message } = event;
    // Kubernetes takes 1024 characters.
    let message: String = message.chars().take(1000).collect();
    json!({
        "apiVersion": "v1", "kind": "Event",
        "metadata": { "namespace": namespace, "name": format!("{job}.{name}") },
        "involvedObject": { "apiVersion": "batch/v1", "kind": "Job", "namespace": namespace, "name": job, "uid": uid },
        "type": kind, "reason": reason, "message": message, "count": 1,
        "firstTimestamp": now, "lastTimestamp": now,
        "source": { "component": "gridshim-controller" }, "reportingComponent": "gridshim-controller",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_about_its_job_and_of_bounded_length() {
        let event = Event {
            job: ("grid-bob".into(), "gridshim-7".into()),
            name: "error.3".into(),
            kind: "Warning",
            reason: "TaskError",
            message: "ö".repeat(5000),
        };
        let object = object(&event, "u", "2026-11-26T00:00:00Z");
        assert_eq!(object["metadata"]["name"], "gridshim-7.error.3");
        assert_eq!(object["involvedObject"]["uid"], "u");
        assert_eq!(object["message"].as_str().map(|text| text.chars().count()), Some(1000));
    }
}
