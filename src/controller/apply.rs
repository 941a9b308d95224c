//! Does what was planned. An action that fails is logged and left: the next round plans it again.

use super::bars;
use super::books::{Books, Entry};
use super::events;
use super::idle;
use super::mails::Mails;
use super::metrics::Metrics;
use super::plan::{Action, Marks};
use super::removal::{self, Gone, Removal};
use super::withdrawal;
use super::world::{Key, World};
use crate::backend::kubernetes::client::{Api, Failure, MERGE, STRATEGIC};
use crate::backend::kubernetes::objects::{self, FINALIZER};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod};
use crate::backend::kubernetes::{change, kueue, observe, watch::Event};
use crate::grammar::indexes::Indexes;
use crate::site::Site;
use base64::Engine;
use futures::stream::StreamExt;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Requests under way at a time.
const WIDTH: usize = 16;

/// What a request answered.
enum Answer {
    Job(Box<SeenJob>),
    Pod(Box<SeenPod>),
    /// It is being deleted, or gone.
    PodLeaves(Key),
    JobLeaves(Key),
    SecretLeaves(Key),
    Recreated(Key),
    Touched(Key),
    Barred(String, bars::Names),
    Nothing,
    Failed,
}

/// What it is done with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    pub api: &'a Api,
    pub site: &'a Site,
    pub metrics: &'a Metrics,
    pub mails: &'a Mails,
}

/// Does everything, in order where order matters: notes, accounts, the rest. What the API server answers is known at once.
pub async fn apply(actions: Vec<Action>, world: &mut World, books: &mut Books, tools: &Tools<'_>) {
    let Tools { api, site, metrics, mails } = *tools;
    let (marks, rest): (Vec<Action>, Vec<Action>) = actions.into_iter().partition(|action| matches!(action, Action::Mark { .. }));
    // A pod must not be let go while its Job does not say what it meant.
    let mut unmarked = HashSet::new();
    let mut events = Vec::new();
    for action in marks {
        events.extend(events::of(&action, world, site));
        let Action::Mark { job, marks } = action else { continue };
        match mark(&job, &marks, api, site).await {
            Ok(seen) => {
                metrics.did("mark", true);
                seen.into_iter().for_each(|seen| world.job_event(Event::Changed(seen)));
            }
            Err(failure) => {
                metrics.did("mark", false);
                tracing::warn!(job = %job.1, %failure, "cannot note a task's state");
                unmarked.insert(job);
            }
        }
    }
    let is_ready = |action: &Action| !matches!(action, Action::Account { job, .. } if unmarked.contains(job));
    let mut rest: Vec<Action> = rest.into_iter().filter(is_ready).collect();
    let run = |action: &Action| if let Action::Account { run: Some(run), .. } = action { Some(Entry::clone(run)) } else { None };
    let entries: Vec<Entry> = rest.iter().filter_map(run).collect();
    match books.write(&entries) {
        Ok(written) => {
            if !written.is_empty() {
                tracing::info!(written = written.len(), "accounted");
            }
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64());
            let uids: HashSet<&str> = written.iter().map(|entry| entry.uid.as_str()).collect();
            let is_new = |action: &&Action| matches!(action, Action::Account { run: Some(run), .. } if uids.contains(run.uid.as_str()));
            events.extend(rest.iter().filter(is_new).flat_map(|action| events::of(action, world, site)));
            metrics.wrote(written.iter().map(|entry| entry.record.end_time), now);
        }
        Err(error) => {
            metrics.could_not_write();
            tracing::error!(%error, "cannot write the accounting file: nothing is let go");
            rest.retain(|action| !matches!(action, Action::Account { .. }));
        }
    }
    // What is accounted is told before its pod, which alone can be asked for more, is let go.
    mails.ended(&rest, world, api, site).await;
    events::tell(events, world, api).await;
    let (removals, rest) = removal::together(rest, world);
    let mut answers: Vec<Answer> =
        futures::stream::iter(rest).map(|action| request(action, api, site, metrics)).buffer_unordered(WIDTH).collect().await;
    for removal in removals {
        answers.extend(remove(&removal, api, metrics).await);
    }
    for answer in answers {
        match answer {
            Answer::Job(job) => world.job_event(Event::Changed(*job)),
            Answer::Pod(pod) => world.pod_event(Event::Changed(*pod)),
            Answer::PodLeaves(key) => {
                if let Some(pod) = world.pods.get_mut(&key) {
                    pod.metadata.deletion_timestamp.get_or_insert_with(String::new);
                    pod.metadata.finalizers.retain(|finalizer| finalizer != FINALIZER);
                }
            }
            Answer::JobLeaves(key) => {
                if let Some(job) = world.jobs.get_mut(&key) {
                    job.metadata.deletion_timestamp.get_or_insert_with(String::new);
                }
            }
            Answer::SecretLeaves(key) => {
                world.secrets.retain(|secret| secret.metadata.namespace != key.0 || secret.metadata.name != key.1);
            }
            Answer::Recreated(key) => world.recreated(&key),
            Answer::Touched(job) => idle::touched(world, &job, objects::now()),
            Answer::Barred(namespace, names) => {
                world.bars.get_or_insert_default().insert(namespace, names);
            }
            Answer::Nothing | Answer::Failed => {}
        }
    }
}

/// Removes many objects at once.
async fn remove(removal: &Removal, api: &Api, metrics: &Metrics) -> Vec<Answer> {
    let removed = removal.remove(api).await;
    let (name, count) = removal.counted();
    (0..count).for_each(|_| metrics.did(name, removed.is_ok()));
    match removed {
        Ok(gone) => gone.into_iter().map(|gone| match gone {
            Gone::Job(key) => Answer::JobLeaves(key),
            Gone::Pod(key) => Answer::PodLeaves(key),
        }),
        Err(failure) => {
            tracing::warn!(%failure, name, count, "will be tried again");
            return Vec::new();
        }
    }
    .collect()
}

async fn request(action: Action, api: &Api, site: &Site, metrics: &Metrics) -> Answer {
    let (told, name) = (format!("{action:?}"), action.name());
    let answer = answer(action, api, site).await;
    metrics.did(name, answer.is_ok());
    match answer {
        Ok(answer) => answer,
        Err(failure) => {
            tracing::warn!(%failure, action = told, "will be tried again");
            Answer::Failed
        }
    }
}

async fn patch_job(api: &Api, job: Key, change: &Value) -> Result<Answer, Failure> {
    match api.patch::<SeenJob>(&objects::job_path(&job.0, &job.1), MERGE, change).await {
        Err(failure) if failure.is_not_found() => Ok(Answer::JobLeaves(job)),
        seen => Ok(Answer::Job(Box::new(seen?))),
    }
}

async fn answer(action: Action, api: &Api, site: &Site) -> Result<Answer, Failure> {
    Ok(match action {
        Action::Mark { .. } => Answer::Failed,
        Action::Account { pod, run, .. } => {
            if run.is_none() {
                tracing::info!(pod = %pod.1, "let go without a record: nothing of it is known to have run");
            }
            let change = json!({ "metadata": { "$deleteFromPrimitiveList/finalizers": [FINALIZER] } });
            match api.patch::<SeenPod>(&objects::pod_path(&pod.0, &pod.1), STRATEGIC, &change).await {
                Err(failure) if failure.is_not_found() => Answer::PodLeaves(pod),
                seen => Answer::Pod(Box::new(seen?)),
            }
        }
        Action::DeletePod { pod } => {
            api.delete(&objects::pod_path(&pod.0, &pod.1), "Background").await?;
            Answer::PodLeaves(pod)
        }
        Action::Ungate { pod } => {
            let change = json!({ "spec": { "schedulingGates": [{ "$patch": "delete", "name": objects::GATE }] } });
            match api.patch::<SeenPod>(&objects::pod_path(&pod.0, &pod.1), STRATEGIC, &change).await {
                Err(failure) if failure.is_not_found() => Answer::PodLeaves(pod),
                seen => Answer::Pod(Box::new(seen?)),
            }
        }
        Action::Bar { namespace, names, unbarred } => {
            tracing::info!(namespace, ?names, "held although they have started");
            bars::write(api, &namespace, &names, &unbarred).await?;
            Answer::Barred(namespace, names)
        }
        Action::Widen { job, parallelism } => patch_job(api, job, &json!({ "spec": { "parallelism": parallelism } })).await?,
        Action::Withdraw { pod, version, why } => {
            let seen = withdrawal::withdraw(api, &pod, &version, why).await?;
            seen.map_or(Answer::Nothing, |seen| Answer::Pod(Box::new(seen)))
        }
        Action::Release { job, holds, queue } => {
            tracing::info!(job = %job.1, left = holds, "its predecessors have ended");
            let left = if holds.is_empty() { Value::Null } else { Value::from(holds.clone()) };
            let mut change = if holds.is_empty() { kueue::freedom(true, &queue, site.kueue()) } else { json!({}) };
            change["metadata"]["annotations"] = json!({ objects::HOLD: left });
            patch_job(api, job, &change).await?
        }
        Action::Touch { job } => {
            tracing::info!(job = %job.1, "has been without a pod: touched");
            idle::touch(api, &job.0, &job.1).await?;
            Answer::Touched(job)
        }
        Action::DeleteJob { job } => {
            // A Job that is left is found again; a Secret is found later.
            api.delete(&objects::secret_path(&job.0, &job.1), "Background").await?;
            api.delete(&objects::job_path(&job.0, &job.1), "Background").await?;
            Answer::JobLeaves(job)
        }
        Action::Recreate { secret } => {
            recreate(&secret, api).await?;
            Answer::Recreated(secret)
        }
        Action::SweepSecret { secret } => {
            // A Job may have come since the world was seen.
            match api.get::<SeenJob>(&objects::job_path(&secret.0, &secret.1)).await {
                Err(failure) if failure.is_not_found() => {}
                Err(failure) => return Err(failure),
                Ok(_) => return Ok(Answer::SecretLeaves(secret)),
            }
            tracing::info!(namespace = %secret.0, secret = %secret.1, "never got a Job: removed");
            api.delete(&objects::secret_path(&secret.0, &secret.1), "Background").await?;
            Answer::SecretLeaves(secret)
        }
    })
}

/// Makes the Job that a Secret holds.
async fn recreate(secret: &Key, api: &Api) -> Result<(), Failure> {
    let kept: Value = match api.get(&objects::secret_path(&secret.0, &secret.1)).await {
        Err(failure) if failure.is_not_found() => return Ok(()),
        kept => kept?,
    };
    let text = kept.pointer("/data/replacement").and_then(Value::as_str).unwrap_or("");
    let object = base64::engine::general_purpose::STANDARD.decode(text).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    // The name and namespace are the Secret's, whatever it says.
    let Some(mut object) = object.filter(Value::is_object) else { return Ok(()) };
    object["metadata"]["name"] = secret.1.clone().into();
    object["metadata"]["namespace"] = secret.0.clone().into();
    tracing::info!(job = %secret.1, "was being replaced: made again");
    change::make(api, &secret.0, &secret.1, &object).await
}

/// Adds to a Job's notes; `None` where it is gone. Tasks that run again are told to their next pod too.
async fn mark(job: &Key, marks: &Marks, api: &Api, site: &Site) -> Result<Option<SeenJob>, Failure> {
    let Marks { errors, restarted, incidents } = marks;
    let path = objects::job_path(&job.0, &job.1);
    let seen: SeenJob = match api.get(&path).await {
        Err(failure) if failure.is_not_found() => return Ok(None),
        seen => seen?,
    };
    let notes = observe::Notes::of(&seen);
    let mut annotations = serde_json::Map::new();
    if !errors.is_empty() {
        let mut all = notes.errors;
        all.extend(errors.clone());
        tracing::info!(job = %job.1, ?errors, "in error state");
        annotations.insert(objects::ERRORS.into(), serde_json::to_string(&all).unwrap_or_default().into());
    }
    if !incidents.is_empty() {
        let mut all = notes.incidents;
        all.extend(incidents.clone());
        annotations.insert(objects::INCIDENTS.into(), serde_json::to_string(&all).unwrap_or_default().into());
    }
    if !restarted.is_empty() {
        let mut all = notes.restarted;
        restarted.iter().for_each(|&index| all.insert(index));
        let change = json!({ "data": { "restarted": restarted_list(&seen, &all, site) } });
        match api.patch::<Value>(&objects::secret_path(&job.0, &job.1), MERGE, &change).await {
            Err(failure) if !failure.is_not_found() => return Err(failure),
            _ => {}
        }
        annotations.insert(objects::RESTARTED.into(), all.to_string().into());
    }
    let change = json!({ "metadata": { "resourceVersion": seen.metadata.resource_version, "annotations": annotations } });
    match api.patch(&path, MERGE, &change).await {
        Err(failure) if failure.is_not_found() => Ok(None),
        seen => Ok(Some(seen?)),
    }
}

/// `$GRIDSHIM_RESTARTED` of later pods: `1`, or for an array its task ids, `,3,7,`.
fn restarted_list(seen: &SeenJob, indexes: &Indexes, site: &Site) -> String {
    let array = observe::job(seen, site).and_then(|job| job.array);
    let text = array.map_or_else(
        || "1".to_string(),
        |range| indexes.iter().fold(String::from(","), |text, index| format!("{text}{},", range.id(index))),
    );
    base64::engine::general_purpose::STANDARD.encode(text)
}
