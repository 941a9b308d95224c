//! The two objects of a submission, as pure functions: the Secret with what the pods read (script, spec, password file), and the
//! Indexed Job (architecture D5). Names, labels and annotations are all defined here.

use super::{kueue, memo, observe, passwd, pod};
use crate::job::{Hold, Job, JobId};
use crate::site::{Kubernetes, Queue, Site};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Jobs and Secrets are called `gridshim-<id>`.
pub const PREFIX: &str = "gridshim-";
pub const ID_LABEL: &str = "gridshim.io/job-id";
pub const OWNER_LABEL: &str = "gridshim.io/owner";
/// On a pod whose task the controller has not let go yet.
pub const GATE: &str = "gridshim.io/hold";
/// Selects everything of gridshim's.
pub const OURS: &str = "app.kubernetes.io/managed-by=gridshim";
/// Keeps an ended pod until it is accounted.
pub const FINALIZER: &str = "gridshim.io/accounting";
/// Kubernetes' own: its Job controller has not counted the pod yet.
pub const TRACKING: &str = "batch.kubernetes.io/job-tracking";

/// The job as submitted, JSON, without its environment: annotations are read by everybody.
pub const JOB: &str = "gridshim.io/job";
/// The queue it was given to.
pub const QUEUE: &str = "gridshim.io/queue";
/// Ids of the jobs it waits for.
pub const PREDECESSORS: &str = "gridshim.io/predecessors";
/// Why it is suspended or, once it has started, why no more of it starts (`controller/bars.rs`): some of `user`, `operator`, `system`, `jid`, `time`, `never`.
pub const HOLD: &str = "gridshim.io/hold";
/// JSON, completion index to the uid of its pod: tasks whose processes are stopped.
pub const SUSPENDED: &str = "gridshim.io/suspended";
/// When it was submitted, in seconds since 1970: of a Job that took an earlier one's place.
pub const SUBMITTED: &str = "gridshim.io/submitted";
/// Where the pods of an array some of whose tasks may start, and others not, have their gates from: `BY_TEMPLATE` or, of one that had
/// started without, `BY_ADMISSION`.
pub const GATES: &str = "gridshim.io/gates";
pub const BY_TEMPLATE: &str = "template";
pub const BY_ADMISSION: &str = "admission";
/// On a Secret: its Job is being replaced by the one it holds.
pub const REPLACING: &str = "gridshim.io/replacing";
/// JSON, completion index to reason: tasks in the error state.
pub const ERRORS: &str = "gridshim.io/errors";
/// JSON, completion index to words: runs that memory, time or a host ended.
pub const INCIDENTS: &str = "gridshim.io/incidents";
/// Indexes of tasks that were deleted while they waited.
pub const DELETED: &str = "gridshim.io/deleted-tasks";
/// Indexes of tasks that were started more than once.
pub const RESTARTED: &str = "gridshim.io/restarted";

/// In each user's namespace: names of the jobs that have started and are held (deploy/base/held.yaml), or whose pods are to come with a
/// gate (deploy/optional/gates.yaml).
pub const BARS: &str = "gridshim-held";
/// That policy's binding. Where it is missing (before Kubernetes 1.36) single tasks of an array that has started are not held.
pub const GATES_BINDING: &str = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/gridshim-gates";
/// A condition of pods that were taken back before a host had them: their Job makes others in their place.
pub const WITHDRAWN: &str = "gridshim.io/Withdrawn";

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
pub const ALL_CONFIG_MAPS: &str = "/api/v1/configmaps";
pub fn config_maps(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/configmaps")
}

/// A user's name as a label: what a label cannot hold is a dash. For selecting and showing; the namespace says who it is.
pub fn owner_label(user: &str) -> String {
    let safe: String = user.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(63).collect();
    safe.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_string()
}

/// The labels of all objects of a job.
pub fn labels(id: JobId, user: &str) -> Value {
    json!({ "app.kubernetes.io/managed-by": "gridshim", ID_LABEL: id.to_string(), OWNER_LABEL: owner_label(user) })
}

/// Seconds since 1970.
pub fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64)
}

/// Now, as Kubernetes writes times.
pub fn time() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Where the submission goes.
pub struct Place<'a> {
    pub site: &'a Site,
    pub namespace: &'a str,
    pub id: JobId,
}

/// The queue of a job.
fn queue<'a>(job: &Job, site: &'a Site) -> Cow<'a, Queue> {
    let first = job.queues.first().or_else(|| site.queues.first().map(|queue| &queue.name));
    site.queue_or_default(first.map_or("all.q", String::as_str))
}

/// What the shepherd reads.
pub fn spec(job: &Job, place: &Place) -> Vec<u8> {
    job.spec(place.id, &queue(job, place.site), job.slots).to_bytes()
}

/// The Secret.
///
/// # Errors
/// Script and environment are larger than a Secret may be; the text is for the submitter.
pub fn secret(job: &Job, script: &[u8], place: &Place, group_name: impl Fn(u32) -> Option<String>) -> Result<Value, String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let env = serde_json::to_vec(&job.env).map_err(|error| error.to_string())?;
    let parts: [(&str, Vec<u8>); 7] = [
        ("script", script.to_vec()),
        ("spec", spec(job, place)),
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

/// True where some tasks may start and others may not: the controller has to let each go then. `left`: tasks that have not ended.
pub fn needs_gates(job: &Job, left: u64) -> bool {
    let held = job.holds.any().count();
    job.array.is_some() && (!job.array_predecessors.is_empty() || (held > 0 && held < left))
}

/// Why the job is not to start yet, as its annotation says it.
pub fn holds(job: &Job) -> Vec<&'static str> {
    // Where tasks are let go one by one, only a hold on all of them keeps the whole Job.
    let least = if job.gated { job.task_count() } else { 1 };
    let has = |hold: Hold| job.holds.of(hold).count() >= least;
    let waits = !job.predecessors.is_empty();
    let reasons = [
        (has(Hold::User), "user"),
        (has(Hold::Operator), "operator"),
        (has(Hold::System), "system"),
        (waits, "jid"),
        (job.start_at > now(), "time"),
        (job.never.is_some(), "never"),
    ];
    reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}

/// How many of its pods may be there at a time.
pub fn parallelism(job: &Job, settings: &Kubernetes) -> u64 {
    let tasks = job.task_count();
    // Pods that wait to be let go take room too: the controller counts those that run then.
    let width = if job.task_concurrency > 0 && !job.gated { job.task_concurrency } else { u64::MAX };
    let most = if tasks > LARGE { LARGE_LIMIT } else { u64::MAX };
    tasks.min(width).min(settings.max_parallelism).max(1).min(most)
}

/// The Job.
///
/// # Errors
/// Its arguments are too long for an annotation, or the site's settings cannot be used; the text is for the submitter.
pub fn job(job: &Job, place: &Place) -> Result<Value, String> {
    let site = place.site;
    let settings = site.kubernetes.as_ref().ok_or("no cluster is configured")?;
    let queue = queue(job, site);
    let stored = job.stored().map_err(|error| error.to_string())?;
    if stored.len() > ANNOTATION_BYTES {
        return Err(format!("the job's arguments are too long to be stored: {} bytes, and {ANNOTATION_BYTES} are possible", stored.len()));
    }
    let mut annotations = Map::from_iter([(JOB.to_string(), stored.into()), (QUEUE.to_string(), queue.name.clone().into())]);
    let before: Vec<&JobId> = job.predecessors.iter().chain(&job.array_predecessors).collect();
    if !before.is_empty() {
        let ids: Vec<String> = before.into_iter().map(u64::to_string).collect();
        annotations.insert(PREDECESSORS.into(), ids.join(",").into());
    }
    let holds = holds(job);
    if !holds.is_empty() {
        annotations.insert(HOLD.into(), holds.join(",").into());
    }
    if job.gated {
        annotations.insert(GATES.into(), BY_TEMPLATE.into());
    }
    let completions = job.task_count();
    let large = if completions > LARGE { json!({ "maxFailedIndexes": LARGE_LIMIT }) } else { json!({}) };
    let rerun = job.rerun().unwrap_or(queue.rerun);
    let on_exit = |codes: &[i32]| json!({ "containerName": pod::CONTAINER, "operator": "In", "values": codes });
    // Kubernetes waits from ten seconds to ten minutes between one try and the next.
    let again: &[i32] = if rerun { &[observe::AGAIN, observe::UNSTARTED, observe::LOST] } else { &[observe::AGAIN] };
    let mut spec = json!({
        "completionMode": "Indexed",
        "completions": completions,
        "parallelism": parallelism(job, settings),
        "backoffLimitPerIndex": 0,
        "podFailurePolicy": { "rules": [
            { "action": "Ignore", "onPodConditions": [{ "type": WITHDRAWN, "status": "True" }] },
            { "action": "Ignore", "onExitCodes": on_exit(again) },
            { "action": "FailIndex", "onExitCodes": on_exit(&[100]) },
            { "action": if rerun { "Ignore" } else { "FailIndex" }, "onPodConditions": [{ "type": "DisruptionTarget", "status": "True" }] },
        ] },
        "template": {
            "metadata": {
                "labels": labels(place.id, &job.submitter.user),
                "annotations": { memo::MEMO: memo::of(place.id, job, &queue.name) },
                "finalizers": [FINALIZER],
            },
            "spec": pod::spec(job, &queue, place, settings)?,
        },
    });
    if let (Value::Object(spec), Value::Object(large)) = (&mut spec, large) {
        spec.extend(large);
    }
    let mut object = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name(place.id),
            "namespace": place.namespace,
            "labels": labels(place.id, &job.submitter.user),
            "annotations": annotations,
        },
        "spec": spec,
    });
    if let Some(kueue) = &settings.kueue {
        kueue::adorn(&mut object, job.priority, kueue);
    }
    kueue::settle(&mut object, holds.is_empty(), &queue.name, settings.kueue.as_ref());
    Ok(object)
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
