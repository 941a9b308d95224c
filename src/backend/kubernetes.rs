//! Jobs as Indexed Jobs on Kubernetes (architecture D5 to D11). The calls are here; what objects are built and how they are read is
//! decided by pure functions in the modules below. Async ends here: the seam is plain calls.
//!
//! ```text
//! submit: counter +1 -> Secret (script, spec, password file) -> Job        three writes, one connection
//! jobs:   Jobs, pods -> observe::status -> JobStatus                       two reads
//! wait:   one watch of the Job, one of its pods
//! ```

pub mod client;
pub mod delete;
pub mod hold;
pub mod indexes;
pub mod objects;
pub mod observe;
mod passwd;
pub mod pod;
#[cfg(test)]
pub mod samples;
pub mod seen;
pub mod wait;
pub mod watch;

use super::{Backend, Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::tasks::Range;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus, predecessors};
use crate::site::Site;
use client::{Api, Failure, List, MERGE, query};
use objects::Place;
use seen::{SeenJob, SeenPod};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};

const JSON: &str = "application/json";

/// Where the accounting file is when nobody says anything.
pub const ACCOUNTING: &str = "/var/lib/gridshim/accounting";

/// The backend.
pub struct Kubernetes {
    site: Site,
    /// Who calls: these jobs are in a namespace of their own.
    user: String,
    runtime: tokio::runtime::Runtime,
    api: OnceCell<Api>,
}

impl Kubernetes {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// The operating system gives no event queue.
    pub fn open(site: &Site) -> Result<Kubernetes> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Backend(format!("error: {}", crate::error::plain(&error))))?;
        let uid = users::get_effective_uid();
        let user = users::get_user_by_uid(uid).map_or_else(|| uid.to_string(), |user| user.name().to_string_lossy().into_owned());
        Ok(Kubernetes { site: site.clone(), user, runtime, api: OnceCell::new() })
    }

    async fn api(&self) -> std::result::Result<&Api, Failure> {
        if self.api.get().is_none() {
            let api = Api::open().await?;
            let _ = self.api.set(api);
        }
        self.api.get().ok_or_else(|| Failure::Setup("no connection".into()))
    }

    fn namespace(&self, user: &str) -> std::result::Result<String, Failure> {
        self.site.namespace(user).ok_or_else(|| Failure::Setup("no cluster is configured: site.toml has no [kubernetes] table".into()))
    }

    async fn send(&self, job: &Job, script: &[u8]) -> std::result::Result<JobId, Failure> {
        let api = self.api().await?;
        let namespace = self.namespace(&job.submitter.user)?;
        let mut job = job.clone();
        if !job.hold_jid.is_empty() {
            job.predecessors = self.bound_to(&namespace, &job).await?;
        }
        let id = self.site.job_id_base + next_id(api).await?;
        let place = Place { site: &self.site, namespace: &namespace, id };
        let group_name = |gid| users::get_group_by_gid(gid).map(|group| group.name().to_string_lossy().into_owned());
        let secret = objects::secret(&job, script, &place, group_name).map_err(Failure::Setup)?;
        let object = objects::job(&job, &place).map_err(Failure::Setup)?;
        api.create(&objects::secrets(&namespace), &secret).await.map_err(|failure| no_secret(failure, &namespace, id))?;
        if let Err(failure) = api.create(&objects::jobs(&namespace), &object).await {
            // Whether an unanswered request made the Job is not known: it must not run after this refusal.
            if failure.is_passing() {
                let _ = api.delete(&objects::job_path(&namespace, &objects::name(id)), "Background").await;
            }
            let _ = api.delete(&objects::secret_path(&namespace, &objects::name(id)), "Background").await;
            return Err(failure);
        }
        Ok(id)
    }

    /// The unfinished jobs that `-hold_jid` means.
    async fn bound_to(&self, namespace: &str, job: &Job) -> std::result::Result<Vec<JobId>, Failure> {
        let list = self
            .api()
            .await?
            .list::<SeenJob>(&format!("{}{}", objects::jobs(namespace), query(&[("labelSelector", objects::OURS)])), JSON)
            .await?;
        let unfinished = |seen: &&SeenJob| {
            seen.metadata.deletion_timestamp.is_none() && (!seen.is_over() || !observe::Notes::of(seen).errors.is_empty())
        };
        let own: Vec<(JobId, String)> =
            list.items.iter().filter(unfinished).filter_map(|seen| Some((seen.id()?, observe::job(seen, &self.site)?.name))).collect();
        Ok(predecessors(&job.hold_jid, own.iter().map(|(id, name)| (*id, name.as_str()))))
    }

    async fn list(&self, filter: &Filter) -> std::result::Result<Vec<JobStatus>, Failure> {
        let (jobs, pods) = match filter.id {
            Some(id) => self.read_one(id, filter).await?,
            None => self.read_many(&filter.whose).await?,
        };
        let mut pods_of: BTreeMap<(&str, &str), Vec<&SeenPod>> = BTreeMap::new();
        for pod in &pods.items {
            pods_of.entry((&pod.metadata.namespace, &pod.metadata.labels.job_name)).or_default().push(pod);
        }
        let none = Vec::new();
        let mut found: Vec<JobStatus> = jobs
            .iter()
            .filter_map(|seen| {
                let own = pods_of.get(&(seen.metadata.namespace.as_str(), seen.metadata.name.as_str())).unwrap_or(&none);
                observe::status(seen, own, &self.site, filter.finished)
            })
            .collect();
        found.sort_by_key(|status| status.id);
        let waits: Vec<(JobId, Vec<JobId>)> = found.iter().map(|status| (status.id, status.job.predecessors.clone())).collect();
        for status in &mut found {
            status.successors = waits.iter().filter(|(_, before)| before.contains(&status.id)).map(|(id, _)| *id).collect();
        }
        found.retain(|status| {
            filter.id.is_none_or(|id| id == status.id)
                && match &filter.whose {
                    Whose::Everybodys => true,
                    Whose::User(user) => *user == status.job.submitter.user,
                }
        });
        if filter.detail {
            for status in &mut found {
                status.job.env = self.environment(status).await?;
            }
        }
        Ok(found)
    }

    /// One job; with its namespace's others where it is to be shown in detail, for those that wait for it.
    async fn read_one(&self, id: JobId, filter: &Filter) -> std::result::Result<(Vec<SeenJob>, List<SeenPod>), Failure> {
        let api = self.api().await?;
        let user = if let Whose::User(user) = &filter.whose { user } else { &self.user };
        let namespace = self.namespace(user)?;
        let name = objects::name(id);
        let own = if filter.detail {
            api.list(&format!("{}{}", objects::jobs(&namespace), query(&[("labelSelector", objects::OURS)])), JSON)
                .await
                .map(|list| list.items)
        } else {
            api.get::<SeenJob>(&objects::job_path(&namespace, &name)).await.map(|job| vec![job])
        };
        let mut jobs = match own {
            Err(failure) if failure.is_not_found() || failure.is_forbidden() => Vec::new(),
            own => own?,
        };
        if !jobs.iter().any(|job| job.id() == Some(id)) {
            let selector = format!("{},{}={id}", objects::OURS, objects::ID_LABEL);
            jobs = self.elsewhere(&format!("{}{}", objects::ALL_JOBS, query(&[("labelSelector", &selector)]))).await?;
        }
        let Some(job) = jobs.iter().find(|job| job.id() == Some(id)) else {
            return Ok((Vec::new(), List { metadata: client::ListMeta::default(), items: Vec::new() }));
        };
        let selector = format!("batch.kubernetes.io/job-name={name}");
        let pods = api.list(&format!("{}{}", objects::pods(&job.metadata.namespace), query(&[("labelSelector", &selector)])), JSON).await?;
        Ok((jobs, pods))
    }

    /// Other people's jobs: none where they are not ours to see.
    async fn elsewhere(&self, path: &str) -> std::result::Result<Vec<SeenJob>, Failure> {
        match self.api().await?.list(path, JSON).await {
            Err(failure) if failure.is_forbidden() => Ok(Vec::new()),
            list => Ok(list?.items),
        }
    }

    /// A user's jobs or everybody's, and their pods.
    async fn read_many(&self, whose: &Whose) -> std::result::Result<(Vec<SeenJob>, List<SeenPod>), Failure> {
        let api = self.api().await?;
        let (jobs, pods) = match whose {
            Whose::Everybodys => (objects::ALL_JOBS.to_string(), objects::ALL_PODS.to_string()),
            Whose::User(user) => {
                let namespace = self.namespace(user)?;
                (objects::jobs(&namespace), objects::pods(&namespace))
            }
        };
        // Without a resourceVersion, which costs a millisecond and no read of etcd's data (the API server's memory once it has caught
        // up, Kubernetes 1.34): with 0 a qstat right behind its qsub may miss the job.
        let pairs = query(&[("labelSelector", objects::OURS)]);
        // One after the other: pods that are newer than the Jobs' status are understood, older ones are not.
        let jobs = api.list::<SeenJob>(&format!("{jobs}{pairs}"), JSON).await?.items;
        if jobs.is_empty() {
            return Ok((jobs, List { metadata: client::ListMeta::default(), items: Vec::new() }));
        }
        Ok((jobs, api.list(&format!("{pods}{pairs}"), JSON).await?))
    }

    /// The environment of a job of the caller's; nobody else may read it.
    async fn environment(&self, status: &JobStatus) -> std::result::Result<Vec<(String, String)>, Failure> {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Kept {
            data: BTreeMap<String, String>,
        }
        use base64::{Engine, engine::general_purpose::STANDARD};
        let path = objects::secret_path(&self.namespace(&status.job.submitter.user)?, &objects::name(status.id));
        let kept: Kept = match self.api().await?.get(&path).await {
            Err(failure) if failure.is_forbidden() || failure.is_not_found() => return Ok(Vec::new()),
            kept => kept?,
        };
        let text = kept.data.get("env").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }

    async fn remove(&self, job: &JobStatus, tasks: Option<Range>) -> std::result::Result<Vec<Deletion>, Failure> {
        let plan = delete::plan(job, tasks);
        let namespace = self.namespace(&job.job.submitter.user)?;
        match (&plan.work, job.job.array) {
            (delete::Work::Nothing, _) => {}
            (delete::Work::Tasks(ids), Some(range)) => delete::tasks(self.api().await?, &namespace, job.id, range, ids).await?,
            (delete::Work::Tasks(_), None) => delete::whole(self.api().await?, &namespace, job.id, false).await?,
            (delete::Work::Whole { waiting }, _) => delete::whole(self.api().await?, &namespace, job.id, *waiting).await?,
        }
        Ok(plan.outcomes)
    }
}

/// Raises the counter and reads it, which is one request (architecture D6).
async fn next_id(api: &Api) -> std::result::Result<u64, Failure> {
    #[derive(serde::Deserialize)]
    struct Counter {
        metadata: Generation,
    }
    #[derive(serde::Deserialize)]
    struct Generation {
        generation: u64,
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let nonce = format!("{now:x}-{}", std::process::id());
    let counter: Counter = api.patch(objects::COUNTER, MERGE, &serde_json::json!({ "spec": { "nonce": nonce } })).await?;
    Ok(counter.metadata.generation)
}

/// Says what to do where the user was never added to the cluster, and where the counter was lost.
fn no_secret(failure: Failure, namespace: &str, id: JobId) -> Failure {
    match failure {
        Failure::Refused { code: 409, reason, .. } if reason == "AlreadyExists" => Failure::Setup(format!(
            "there is a job {id} already: the cluster's job counter began anew; an administrator has to raise job_id_base in site.toml"
        )),
        Failure::Refused { code: 403 | 404, message, .. } if message.contains("namespace") && !message.contains("quota") => {
            Failure::Setup(format!(
                "you cannot run jobs in namespace {namespace}: an administrator has to add you (deploy/add-user.sh); Kubernetes says: {message}"
            ))
        }
        other => other,
    }
}

impl Backend for Kubernetes {
    fn submit(&self, job: &Job, script: &[u8]) -> Result<JobId> {
        self.runtime.block_on(self.send(job, script)).map_err(|failure| failure.rejected())
    }

    fn jobs(&self, filter: &Filter) -> Result<Vec<JobStatus>> {
        self.runtime.block_on(self.list(filter)).map_err(|failure| failure.backend())
    }

    fn delete(&self, job: &JobStatus, tasks: Option<Range>) -> Result<Vec<Deletion>> {
        self.runtime.block_on(self.remove(job, tasks)).map_err(|failure| failure.backend())
    }

    fn hold(&self, job: &JobStatus, held: bool) -> Result<bool> {
        let change = async { hold::user(self.api().await?, &self.namespace(&job.job.submitter.user)?, job, held).await };
        self.runtime.block_on(change).map_err(|failure| failure.backend())
    }

    fn wait(&self, id: JobId, job: &Job, told: &mut dyn FnMut(Ended)) -> Result<()> {
        self.runtime.block_on(async {
            let queue = job.queues.first().map(String::as_str);
            let awaited = wait::Awaited {
                id,
                namespace: self.namespace(&job.submitter.user).map_err(|failure| failure.backend())?,
                array: job.array,
                completions: job.task_count(),
                rerun: observe::rerun(job, queue, &self.site),
                accounting: self.accounting(),
            };
            let api = self.api().await.map_err(|failure| failure.backend())?;
            let failed = |error: std::io::Error| Error::Backend(format!("error: {}", crate::error::plain(&error)));
            let (mut interrupt, mut terminate) =
                (signal(SignalKind::interrupt()).map_err(failed)?, signal(SignalKind::terminate()).map_err(failed)?);
            tokio::select! {
                ended = wait::wait(api, awaited, told) => ended.map_err(|failure| failure.backend()),
                _ = interrupt.recv() => Err(Error::Interrupted),
                _ = terminate.recv() => Err(Error::Interrupted),
            }
        })
    }

    fn accounting(&self) -> PathBuf {
        self.site.accounting_path().unwrap_or_else(|| ACCOUNTING.into())
    }
}
