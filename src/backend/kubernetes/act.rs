//! `qmod` on jobs: the shepherd in the pod stops the processes and lets them go on; a pod that is evicted is replaced, as Grid Engine
//! runs a rescheduled job again; a job whose error state is cleared is made anew for the tasks that failed.

use super::change::replace;
use super::client::{Api, Failure, MERGE};
use super::lists;
use super::objects::{self, Place};
use super::observe::{self, Notes};
use super::seen::{SeenJob, SeenPod};
use crate::backend::Act;
use crate::grammar::indexes::Indexes;
use crate::job::{JobStatus, State};
use crate::site::Site;
use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::api::core::v1::Pod;
use kube::api::AttachParams;
use serde_json::{Value, json};

/// Does it to these tasks (ids; none for a job that is no array).
///
/// # Errors
/// See `Failure`; what cannot be done, for the user.
pub async fn act(api: &Api, site: &Site, namespace: &str, job: &JobStatus, tasks: &[u64], act: Act) -> Result<(), Failure> {
    let indexes: Vec<u64> = job.job.array.map_or_else(|| vec![0], |range| tasks.iter().filter_map(|task| range.index(*task)).collect());
    match act {
        Act::Suspend => signal(api, namespace, job, &indexes, "--suspend").await,
        Act::Resume => signal(api, namespace, job, &indexes, "--resume").await,
        Act::Reschedule => reschedule(api, namespace, job, &indexes).await,
        Act::ClearError => clear(api, site, namespace, job, &indexes).await,
    }
}

/// The running pods of these indexes.
async fn pods(api: &Api, namespace: &str, job: &JobStatus, indexes: &[u64]) -> Result<Vec<SeenPod>, Failure> {
    let all = lists::pods(api, namespace, &objects::name(job.id)).await?;
    let runs = |pod: &SeenPod| pod.container().is_some_and(|state| state.running.is_some()) && pod.metadata.deletion_timestamp.is_none();
    Ok(all.into_iter().filter(|pod| runs(pod) && pod.index().is_some_and(|index| indexes.contains(&index))).collect())
}

/// Has the shepherds stop or resume, and notes it in the Job.
async fn signal(api: &Api, namespace: &str, job: &JobStatus, indexes: &[u64], what: &str) -> Result<(), Failure> {
    let there = pods(api, namespace, job, indexes).await?;
    let within: kube::Api<Pod> = kube::Api::namespaced(api.client.clone(), namespace);
    for pod in &there {
        let command = [super::pod::SHEPHERD, what];
        let wanted = AttachParams::default().container(super::pod::CONTAINER).stdout(false).stderr(true).stdin(false);
        let mut running = within.exec(&pod.metadata.name, command, &wanted).await.map_err(|error| api.failure(&error))?;
        let ended = running.take_status();
        let joined = running.join().await;
        let status = match ended {
            Some(ended) => ended.await,
            None => None,
        };
        let is_good = joined.is_ok() && status.as_ref().is_none_or(|status| status.status.as_deref() != Some("Failure"));
        if !is_good {
            let why = status.and_then(|status| status.message).unwrap_or_else(|| "no answer".into());
            return Err(Failure::Setup(format!("job {}: the shepherd of {} could not be told: {why}", job.id, pod.metadata.name)));
        }
    }
    note(api, namespace, job, |notes| {
        for pod in &there {
            let Some(index) = pod.index() else { continue };
            if what == "--suspend" {
                notes.insert(index, pod.metadata.uid.clone());
            } else {
                notes.remove(&index);
            }
        }
    })
    .await
}

async fn note(
    api: &Api,
    namespace: &str,
    job: &JobStatus,
    edit: impl Fn(&mut std::collections::BTreeMap<u64, String>),
) -> Result<(), Failure> {
    let path = objects::job_path(namespace, &objects::name(job.id));
    let mut tries = 0;
    loop {
        let seen: SeenJob = match api.get(&path).await {
            Err(failure) if failure.is_not_found() => return Ok(()),
            seen => seen?,
        };
        let mut suspended = Notes::of(&seen).suspended;
        edit(&mut suspended);
        let text = if suspended.is_empty() { Value::Null } else { serde_json::to_string(&suspended).unwrap_or_default().into() };
        let change = json!({ "metadata": {
            "resourceVersion": seen.metadata.resource_version,
            "annotations": { objects::SUSPENDED: text },
        } });
        match api.patch::<Value>(&path, MERGE, &change).await {
            Err(failure) if failure.is_conflict() && tries < 8 => tries += 1,
            Err(failure) => return Err(failure),
            Ok(_) => return Ok(()),
        }
    }
}

/// Evicts the pods: the Job's pod failure policy replaces an evicted pod of a job that may be run again, and of no other.
async fn reschedule(api: &Api, namespace: &str, job: &JobStatus, indexes: &[u64]) -> Result<(), Failure> {
    if job.job.rerun == Some(false) {
        return Err(Failure::Setup(format!("job {} was submitted with -r n: on Kubernetes its Job does not run a task twice", job.id)));
    }
    for pod in pods(api, namespace, job, indexes).await? {
        let name = &pod.metadata.name;
        let eviction = json!({ "apiVersion": "policy/v1", "kind": "Eviction", "metadata": { "name": name, "namespace": namespace } });
        api.create(&format!("{}/eviction", objects::pod_path(namespace, name)), &eviction).await?;
    }
    Ok(())
}

/// The Job is made anew. Its tasks that are done, or failed and not meant, are among the cancelled ones, which end without running.
async fn clear(api: &Api, site: &Site, namespace: &str, job: &JobStatus, indexes: &[u64]) -> Result<(), Failure> {
    let others = |state: &State| !matches!(state, State::Error(_) | State::Finished);
    if job.tasks.iter().any(|tasks| others(&tasks.state)) {
        let why = "on Kubernetes errors are cleared when no other task of the array waits or runs";
        return Err(Failure::Setup(format!("job {}: {why}", job.id)));
    }
    let name = objects::name(job.id);
    let seen: SeenJob = api.get(&objects::job_path(namespace, &name)).await?;
    let notes = Notes::of(&seen);
    let Some(stored) = observe::job(&seen, site) else { return Ok(()) };
    let place = Place { site, namespace, id: job.id };
    let mut object = objects::job(&stored, &place).map_err(Failure::Setup)?;
    let mut errors = notes.errors;
    indexes.iter().for_each(|index| _ = errors.remove(index));
    let mut again = Indexes::default();
    indexes.iter().for_each(|index| again.insert(*index));
    let over = Indexes::first(stored.task_count()).without(&again);
    let annotations = &mut object["metadata"]["annotations"];
    annotations[objects::SUBMITTED] = seen.submitted().into();
    if !errors.is_empty() {
        annotations[objects::ERRORS] = serde_json::to_string(&errors).unwrap_or_default().into();
    }
    let shown = errors.keys().fold(over.clone(), |mut rest, index| {
        rest.remove(*index);
        rest
    });
    if !shown.is_empty() {
        annotations[objects::DELETED] = shown.to_string().into();
    }
    let cancelled = stored.array.map_or_else(String::new, |range| super::delete::task_list(&over, range));
    let change = json!({
        "data": { "cancelled": cancelled, "replacement": STANDARD.encode(object.to_string()) },
        "metadata": { "annotations": { objects::REPLACING: "true" } },
    });
    api.patch::<Value>(&objects::secret_path(namespace, &name), MERGE, &change).await?;
    replace(api, &place, &object, &seen.metadata.uid).await
}
