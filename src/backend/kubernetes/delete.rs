//! `qdel`: a whole job is deleted in the foreground, so that it stays, as `dr`, until its pods are gone and accounted. Of single
//! tasks the running ones lose their pods and the waiting ones are noted: in the Job for `qstat`, in the Secret for the shepherd
//! of the pod that will come for them.

use super::client::{Api, Failure, MERGE};
use super::lists;
use super::objects;
use super::seen::{SeenJob, SeenPod};
use crate::grammar::indexes::Indexes;
use crate::grammar::tasks::Range;
use crate::job::{Deletion, JobStatus, Outcome, State};
use base64::Engine;
use serde_json::{Value, json};

/// What is to be done, and what is said about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub outcomes: Vec<Deletion>,
    pub work: Work,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Work {
    Nothing,
    Whole,
    /// Task ids.
    Tasks(Vec<u64>),
}

/// Sorts the tasks by what can be done with them.
pub fn plan(job: &JobStatus, tasks: Option<Range>) -> Plan {
    let is_array = job.job.array.is_some();
    let wanted = |id: u64| tasks.is_none_or(|range| range.index(id).is_some());
    let mut running = Vec::new();
    let mut deleting = Vec::new();
    let mut waiting = Vec::new();
    let mut left = false;
    for group in &job.tasks {
        let list = match &group.state {
            State::Finished => continue,
            State::Deleting { .. } => &mut deleting,
            state if state.is_running() => &mut running,
            _ => &mut waiting,
        };
        // A job that is no array has one task, which is called 1.
        let ids: &[u64] = if is_array { &group.ids } else { &[1] };
        list.extend(ids.iter().filter(|id| wanted(**id)));
        left |= ids.iter().any(|id| !wanted(*id));
    }
    let mut outcomes = Vec::new();
    let single = |id: u64| if is_array { vec![id] } else { Vec::new() };
    if running.is_empty() && deleting.is_empty() && waiting.is_empty() {
        let ids = tasks.map_or(Vec::new(), |range| (0..range.count().min(1000)).map(|index| range.id(index)).collect());
        return Plan { outcomes: vec![Deletion { ids, outcome: Outcome::NoSuchTask }], work: Work::Nothing };
    }
    running.sort_unstable();
    outcomes.extend(running.iter().map(|&id| Deletion { ids: single(id), outcome: Outcome::Registered }));
    outcomes.extend(deleting.iter().map(|&id| Deletion { ids: single(id), outcome: Outcome::AlreadyInDeletion }));
    if !waiting.is_empty() {
        waiting.sort_unstable();
        let ids = if tasks.is_some() && is_array { waiting.clone() } else { Vec::new() };
        outcomes.push(Deletion { ids, outcome: Outcome::Deleted });
    }
    let work = if running.is_empty() && waiting.is_empty() {
        Work::Nothing
    } else if left {
        running.extend(waiting);
        Work::Tasks(running)
    } else {
        Work::Whole
    };
    Plan { outcomes, work }
}

/// Deletes the Job, and its Secret: what runs has read it, and what does not is not to start any more.
///
/// # Errors
/// See `Failure`.
pub async fn whole(api: &Api, namespace: &str, id: u64) -> Result<(), Failure> {
    let name = objects::name(id);
    api.delete(&objects::job_path(namespace, &name), "Foreground").await?;
    // The controller sweeps it otherwise; a manager may have no right to it.
    let _ = api.delete(&objects::secret_path(namespace, &name), "Background").await;
    Ok(())
}

/// Deletes tasks. First they are noted, then their pods are listed: a pod made meanwhile reads the note.
///
/// # Errors
/// See `Failure`.
pub async fn tasks(api: &Api, namespace: &str, id: u64, range: Range, ids: &[u64]) -> Result<(), Failure> {
    let name = objects::name(id);
    let path = objects::job_path(namespace, &name);
    let chosen: Vec<u64> = ids.iter().filter_map(|id| range.index(*id)).collect();
    let mut tries = 0;
    let deleted = loop {
        let seen: SeenJob = match api.get(&path).await {
            Err(failure) if failure.is_not_found() => return Ok(()),
            seen => seen?,
        };
        let mut deleted = Indexes::parse(seen.metadata.annotations.deleted_tasks.as_deref().unwrap_or(""));
        chosen.iter().for_each(|&index| deleted.insert(index));
        let change = json!({ "metadata": {
            "resourceVersion": seen.metadata.resource_version,
            "annotations": { objects::DELETED: deleted.to_string() },
        } });
        match api.patch::<Value>(&path, MERGE, &change).await {
            Err(failure) if failure.is_conflict() && tries < 8 => tries += 1,
            Err(failure) => return Err(failure),
            Ok(_) => break deleted,
        }
    };
    let change = json!({ "data": { "cancelled": task_list(&deleted, range) } });
    match api.patch::<Value>(&objects::secret_path(namespace, &name), MERGE, &change).await {
        Err(failure) if !failure.is_not_found() => return Err(failure),
        _ => {}
    }
    let pods = lists::pods(api, namespace, &name).await?;
    let live = |pod: &&SeenPod| pod.index().is_some_and(|index| chosen.contains(&index)) && !pod.has_ended() && pod.terminated().is_none();
    for pod in pods.iter().filter(live) {
        api.delete(&objects::pod_path(namespace, &pod.metadata.name), "Background").await?;
    }
    Ok(())
}

/// Task ids, a line each, for a file of the Secret.
pub fn task_list(indexes: &Indexes, range: Range) -> String {
    let text: String = indexes.iter().map(|index| format!("{}\n", range.id(index))).collect();
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[cfg(test)]
#[path = "delete_tests.rs"]
mod tests;
