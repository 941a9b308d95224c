//! The two objects of a submission, as pure functions: the Secret with what the pods read (script, spec, password file), and the
//! Indexed Job (architecture D5). Names, labels and annotations are all defined here.

use super::{passwd, pod};
use crate::job::{Job, JobId};
use crate::site::Site;
use serde_json::{Map, Value, json};

/// Jobs and Secrets are called `gridshim-<id>`.
pub const PREFIX: &str = "gridshim-";
pub const ID_LABEL: &str = "gridshim.io/job-id";
pub const OWNER_LABEL: &str = "gridshim.io/owner";
/// Selects everything of gridshim's.
pub const OURS: &str = "app.kubernetes.io/managed-by=gridshim";
/// Keeps an ended pod until it is accounted.
pub const FINALIZER: &str = "gridshim.io/accounting";

/// The job as submitted, JSON, without its environment: annotations are read by everybody.
pub const JOB: &str = "gridshim.io/job";
/// The queue it was given to.
pub const QUEUE: &str = "gridshim.io/queue";
/// Ids of the jobs it waits for.
pub const PREDECESSORS: &str = "gridshim.io/predecessors";
/// Why it is suspended: some of `user`, `jid`, `never`.
pub const HOLD: &str = "gridshim.io/hold";
/// JSON, completion index to reason: tasks in the error state.
pub const ERRORS: &str = "gridshim.io/errors";
/// Indexes of tasks that were deleted while they waited.
pub const DELETED: &str = "gridshim.io/deleted-tasks";
/// Indexes of tasks that were started more than once.
pub const RESTARTED: &str = "gridshim.io/restarted";

/// Most that a Secret may hold, and that the annotations of an object may (apimachinery's limits).
const SECRET_BYTES: usize = 1 << 20;
const ANNOTATION_BYTES: usize = 200 << 10;
/// Beyond this many completions an Indexed Job needs `maxFailedIndexes` and a smaller parallelism (batch/v1 validation).
const LARGE: u64 = 100_000;
const LARGE_LIMIT: u64 = 10_000;

/// The name of a job's objects.
pub fn name(id: JobId) -> String {
    format!("{PREFIX}{id}")
}

/// Paths of the API.
pub fn jobs(namespace: &str) -> String {
    format!("/apis/batch/v1/namespaces/{namespace}/jobs")
}
pub fn job_path(namespace: &str, name: &str) -> String {
    format!("{}/{name}", jobs(namespace))
}
pub fn pods(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/pods")
}
pub fn pod_path(namespace: &str, name: &str) -> String {
    format!("{}/{name}", pods(namespace))
}
pub fn secrets(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/secrets")
}
pub fn secret_path(namespace: &str, name: &str) -> String {
    format!("{}/{name}", secrets(namespace))
}
pub const COUNTER: &str = "/apis/gridshim.io/v1/jobcounters/gridshim";
pub const ALL_JOBS: &str = "/apis/batch/v1/jobs";
pub const ALL_PODS: &str = "/api/v1/pods";
pub const ALL_SECRETS: &str = "/api/v1/secrets";

/// A user's name as a label: what a label cannot hold is a dash. For selecting and showing; the namespace says who it is.
pub fn owner_label(user: &str) -> String {
    let safe: String = user.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(63).collect();
    safe.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_string()
}

/// The labels of all objects of a job.
pub fn labels(id: JobId, user: &str) -> Value {
    json!({ "app.kubernetes.io/managed-by": "gridshim", ID_LABEL: id.to_string(), OWNER_LABEL: owner_label(user) })
}

/// Where the submission goes.
pub struct Place<'a> {
    pub site: &'a Site,
    pub namespace: &'a str,
    pub id: JobId,
}

/// The queue of a job and its shell.
fn queue<'a>(job: &'a Job, site: &'a Site) -> (&'a str, &'a str) {
    let first = job.queues.first().or_else(|| site.queues.first().map(|queue| &queue.name));
    let name = first.map_or("all.q", String::as_str);
    (name, site.queue(name).map_or("/bin/sh", |queue| &queue.shell))
}

/// The Secret.
///
/// # Errors
/// Script and environment are larger than a Secret may be; the text is for the submitter.
pub fn secret(job: &Job, script: &[u8], place: &Place, group_name: impl Fn(u32) -> Option<String>) -> Result<Value, String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let (queue, shell) = queue(job, place.site);
    let env = serde_json::to_vec(&job.env).map_err(|error| error.to_string())?;
    let parts: [(&str, Vec<u8>); 7] = [
        ("script", script.to_vec()),
        ("spec", job.spec(place.id, queue, shell).to_bytes()),
        ("passwd", passwd::passwd(&job.submitter).into_bytes()),
        ("group", passwd::group(&job.submitter, group_name).into_bytes()),
        ("env", env),
        // There from the start, so that pods can refer to them: the tasks that are not to run, a line each; those that ran
        // before, `1` for a job that is no array, else `,ID,ID,`.
        ("cancelled", Vec::new()),
        ("restarted", Vec::new()),
    ];
    let size: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
    if size > SECRET_BYTES {
        return Err(format!(
            "the script ({} bytes) and the environment are too large to be stored with the job: {size} bytes, and {SECRET_BYTES} are possible",
            script.len()
        ));
    }
    let data: Map<String, Value> = parts.iter().map(|(name, bytes)| ((*name).to_string(), STANDARD.encode(bytes).into())).collect();
    Ok(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": name(place.id), "namespace": place.namespace, "labels": labels(place.id, &job.submitter.user) },
        "type": "gridshim.io/job",
        "data": data,
    }))
}

/// Why the job is not to start yet, as its annotation says it.
pub fn holds(job: &Job) -> Vec<&'static str> {
    let reasons = [(job.hold, "user"), (!job.predecessors.is_empty(), "jid"), (job.never.is_some(), "never")];
    reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}

/// The Job.
///
/// # Errors
/// Its arguments are too long for an annotation, or the site's settings cannot be used; the text is for the submitter.
pub fn job(job: &Job, place: &Place) -> Result<Value, String> {
    let site = place.site;
    let settings = site.kubernetes.as_ref().ok_or("no cluster is configured")?;
    let (queue, _) = queue(job, site);
    let stored = serde_json::to_string(&Job { env: Vec::new(), ..job.clone() }).map_err(|error| error.to_string())?;
    if stored.len() > ANNOTATION_BYTES {
        return Err(format!("the job's arguments are too long to be stored: {} bytes, and {ANNOTATION_BYTES} are possible", stored.len()));
    }
    let mut annotations = Map::from_iter([(JOB.to_string(), stored.into()), (QUEUE.to_string(), queue.into())]);
    if !job.predecessors.is_empty() {
        let ids: Vec<String> = job.predecessors.iter().map(u64::to_string).collect();
        annotations.insert(PREDECESSORS.into(), ids.join(",").into());
    }
    let holds = holds(job);
    if !holds.is_empty() {
        annotations.insert(HOLD.into(), holds.join(",").into());
    }
    let completions = job.task_count();
    let width = if job.task_concurrency > 0 { job.task_concurrency } else { u64::MAX };
    let mut parallelism = completions.min(width).min(settings.max_parallelism).max(1);
    let mut large = json!({});
    if completions > LARGE {
        parallelism = parallelism.min(LARGE_LIMIT);
        large = json!({ "maxFailedIndexes": LARGE_LIMIT });
    }
    let rerun = job.rerun.unwrap_or_else(|| site.queue(queue).is_some_and(|queue| queue.rerun));
    let on_exit = |code: i32| json!({ "containerName": pod::CONTAINER, "operator": "In", "values": [code] });
    let mut spec = json!({
        "completionMode": "Indexed",
        "completions": completions,
        "parallelism": parallelism,
        "backoffLimitPerIndex": 0,
        "suspend": !holds.is_empty(),
        "podFailurePolicy": { "rules": [
            { "action": "Ignore", "onExitCodes": on_exit(99) },
            { "action": "FailIndex", "onExitCodes": on_exit(100) },
            { "action": if rerun { "Ignore" } else { "FailIndex" }, "onPodConditions": [{ "type": "DisruptionTarget", "status": "True" }] },
        ] },
        "template": {
            "metadata": { "labels": labels(place.id, &job.submitter.user), "finalizers": [FINALIZER] },
            "spec": pod::spec(job, place, settings)?,
        },
    });
    if let (Value::Object(spec), Value::Object(large)) = (&mut spec, large) {
        spec.extend(large);
    }
    Ok(json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name(place.id),
            "namespace": place.namespace,
            "labels": labels(place.id, &job.submitter.user),
            "annotations": annotations,
        },
        "spec": spec,
    }))
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
