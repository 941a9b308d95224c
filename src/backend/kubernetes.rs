//! Jobs as Indexed Jobs on Kubernetes (architecture D5 to D11). The calls are here; what objects are built and how they are read is
//! decided by pure functions in the modules below. Async ends here: the seam is plain calls.
//!
//! ```text
//! submit: counter +1 -> Secret (script, spec, password file) -> Job        three writes, one connection
//! jobs:   Jobs, pods -> observe::status -> JobStatus                       two reads
//! wait:   one watch of the Job, one of its pods
//! ```

pub mod act;
pub mod change;
pub mod client;
pub mod crontab;
pub mod delete;
mod kpack;
pub mod kueue;
mod lists;
pub mod memo;
pub mod nodes;
pub mod objects;
pub mod observe;
mod once;
mod passwd;
pub mod pod;
#[cfg(test)]
pub mod samples;
pub mod seen;
mod turn;
pub mod wait;
pub mod watch;
pub mod wire;

use super::{Act, Backend, Filter, WantedImage, Whose};
use crate::cron::{self, Crontab, Run};
use crate::error::{Error, Result};
use crate::grammar::indexes::Indexes;
use crate::grammar::tasks::Range;
use crate::host::Host;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus, State, check_ranges, predecessors};
use crate::site::Site;
use client::{Api, Failure, MERGE};
use objects::Place;
use seen::{SeenJob, SeenPod};
use std::any::Any;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use turn::Turn;

/// Where the accounting file is when nobody says anything.
pub const ACCOUNTING: &str = "/var/lib/gridshim/accounting";

/// How long a submission goes on when the API server is lost between its first write and its last.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pause between two tries at first; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The backend.
pub struct Kubernetes {
    site: Site,
    /// Who calls: these jobs are in a namespace of their own.
    user: String,
    runtime: Rc<tokio::runtime::Runtime>,
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
        Ok(Kubernetes { site: site.clone(), user, runtime: Rc::new(runtime), api: OnceCell::new() })
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
        self.bind(&namespace, &mut job).await?;
        job.gated |= objects::needs_gates(&job, job.task_count());
        let id = self.site.job_id_base + next_id(api).await?;
        let place = Place { site: &self.site, namespace: &namespace, id };
        let secret = objects::secret(&job, script, &place, group_name).map_err(Failure::Setup)?;
        let object = objects::job(&job, &place).map_err(Failure::Setup)?;
        create_at_last(api, &objects::secrets(&namespace), &secret).await.map_err(|failure| no_secret(failure, &namespace, id))?;
        if let Err(failure) = create_at_last(api, &objects::jobs(&namespace), &object).await {
            // Whether an unanswered request made the Job is still not known: it must not run after this refusal.
            if failure.is_passing() {
                let _ = api.delete(&objects::job_path(&namespace, &objects::name(id)), "Background").await;
            }
            let _ = api.delete(&objects::secret_path(&namespace, &objects::name(id)), "Background").await;
            return Err(failure);
        }
        Ok(id)
    }

    /// Replaces a job's description.
    async fn alter(&self, before: &JobStatus, job: &Job) -> std::result::Result<(), Failure> {
        let namespace = self.namespace(&before.job.submitter.user)?;
        let mut job = job.clone();
        if (&job.hold_jid, &job.hold_jid_ad) != (&before.job.hold_jid, &before.job.hold_jid_ad) {
            self.bind(&namespace, &mut job).await?;
        }
        // A hold on a task that has ended holds nothing.
        if let Some(range) = job.array {
            let mut left = Indexes::default();
            let unfinished = before.tasks.iter().filter(|tasks| tasks.state != State::Finished);
            unfinished.flat_map(|tasks| &tasks.ids).filter_map(|id| range.index(*id)).for_each(|index| left.insert(index));
            job.holds.keep(&left);
            job.gated |= objects::needs_gates(&job, left.count());
        }
        change::change(self.api().await?, &self.site, &namespace, before, &job).await
    }

    /// Decides which unfinished jobs `-hold_jid` and `-hold_jid_ad` mean.
    async fn bind(&self, namespace: &str, job: &mut Job) -> std::result::Result<(), Failure> {
        (job.predecessors, job.array_predecessors) = (Vec::new(), Vec::new());
        if job.hold_jid.is_empty() && job.hold_jid_ad.is_empty() {
            return Ok(());
        }
        let api = self.api().await?;
        let mut there = lists::jobs(api, &objects::jobs(namespace)).await?;
        let words = job.hold_jid.iter().chain(&job.hold_jid_ad).filter_map(|word| word.parse::<JobId>().ok());
        let foreign: Vec<String> = words.filter(|id| !there.iter().any(|seen| seen.id() == Some(*id))).map(|id| id.to_string()).collect();
        // An id may be anybody's.
        there.extend(self.elsewhere(&foreign).await?);
        there.retain(|seen| seen.metadata.deletion_timestamp.is_none());
        let own: Vec<(JobId, Job)> = there.iter().filter_map(|seen| Some((seen.id()?, observe::job(seen, &self.site)?))).collect();
        let user = &job.submitter.user;
        let named = || own.iter().map(|(id, other)| (*id, other.name.as_str(), other.submitter.user == *user));
        let (mut before, mut arrays) = (predecessors(&job.hold_jid, named()), predecessors(&job.hold_jid_ad, named()));
        there.retain(|seen| seen.id().is_some_and(|id| before.contains(&id) || arrays.contains(&id)));
        let unfinished = self.unfinished(namespace, &there).await?;
        [&mut before, &mut arrays].into_iter().for_each(|ids| ids.retain(|id| unfinished.contains(id)));
        for (_, other) in own.iter().filter(|(id, _)| arrays.contains(id)) {
            check_ranges(job.array, other.array).map_err(|text| Failure::Setup(text.into()))?;
        }
        (job.predecessors, job.array_predecessors) = (before, arrays);
        Ok(())
    }

    /// The ids of those of these Jobs that `qstat` shows: the Job controller counts a task that has ended a moment later.
    async fn unfinished(&self, namespace: &str, jobs: &[SeenJob]) -> std::result::Result<Vec<JobId>, Failure> {
        let names: Vec<String> =
            jobs.iter().filter(|seen| seen.metadata.namespace == namespace).map(|seen| seen.metadata.name.clone()).collect();
        let pods = lists::remembered_pods(self.api().await?, namespace, &names).await?;
        Ok(self.statuses(jobs, &pods, false).map(|status| status.id).collect())
    }

    /// The Jobs with their pods.
    fn statuses<'a>(&'a self, jobs: &'a [SeenJob], pods: &'a [SeenPod], finished: bool) -> impl Iterator<Item = JobStatus> + 'a {
        let pods_of = seen::by_job(pods);
        jobs.iter().filter_map(move |seen| {
            let own = pods_of.get(&(seen.metadata.namespace.as_str(), seen.metadata.name.as_str())).map_or(&[][..], Vec::as_slice);
            observe::status(seen, own, &self.site, finished)
        })
    }

    async fn list(&self, filter: &Filter) -> std::result::Result<Vec<JobStatus>, Failure> {
        let (jobs, pods) = match filter.id {
            Some(id) => self.read_one(id, filter).await?,
            None => self.read_many(&filter.whose).await?,
        };
        let mut found: Vec<JobStatus> = self.statuses(&jobs, &pods, filter.finished).collect();
        found.sort_by_key(|status| status.id);
        if filter.id.is_none() || filter.detail {
            // One that has ended holds nothing, and is shown no more.
            let there: Vec<JobId> = found.iter().map(|status| status.id).collect();
            found.iter_mut().for_each(|status| status.job.array_predecessors.retain(|before| there.contains(before)));
        }
        successors(&mut found);
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
                if let Some(seen) = jobs.iter().find(|seen| seen.id() == Some(status.id)) {
                    status.reasons.extend(self.quota(status, seen).await?);
                }
            }
        }
        Ok(found)
    }

    /// One job; with its namespace's others where it is to be shown in detail, for those that wait for it.
    async fn read_one(&self, id: JobId, filter: &Filter) -> std::result::Result<(Vec<SeenJob>, Vec<SeenPod>), Failure> {
        let api = self.api().await?;
        let user = if let Whose::User(user) = &filter.whose { user } else { &self.user };
        let namespace = self.namespace(user)?;
        let name = objects::name(id);
        let own = if filter.detail {
            lists::jobs(api, &objects::jobs(&namespace)).await
        } else {
            api.get::<SeenJob>(&objects::job_path(&namespace, &name)).await.map(|job| vec![job])
        };
        let mut jobs = match own {
            // In one's own namespace a refusal is a fault, and no answer.
            Err(failure) if failure.is_not_found() || (failure.is_forbidden() && *user != self.user) => Vec::new(),
            own => own?,
        };
        if !jobs.iter().any(|job| job.id() == Some(id)) {
            jobs = self.elsewhere(&[id.to_string()]).await?;
        }
        let Some(job) = jobs.iter().find(|job| job.id() == Some(id)) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let pods = lists::remembered_pods(api, &job.metadata.namespace, &[name]).await?;
        Ok((jobs, pods))
    }

    /// Other people's jobs: none where they are not ours to see.
    async fn elsewhere(&self, ids: &[String]) -> std::result::Result<Vec<SeenJob>, Failure> {
        match lists::by_number(self.api().await?, objects::ALL_JOBS, ids).await {
            Err(failure) if failure.is_forbidden() => Ok(Vec::new()),
            found => found,
        }
    }

    /// A user's jobs or everybody's, and their pods.
    async fn read_many(&self, whose: &Whose) -> std::result::Result<(Vec<SeenJob>, Vec<SeenPod>), Failure> {
        let api = self.api().await?;
        let (jobs, pods) = match whose {
            Whose::Everybodys => (objects::ALL_JOBS.to_string(), objects::ALL_PODS.to_string()),
            Whose::User(user) => {
                let namespace = self.namespace(user)?;
                (objects::jobs(&namespace), objects::pods(&namespace))
            }
        };
        // Jobs without a resourceVersion, which reads none of etcd's data (the API server's memory once it has caught up, Kubernetes
        // 1.34): with 0 a qstat right behind its qsub may miss the job. Pods may be a little older: a task that the Job's status counts
        // has ended whatever its pod says, and one whose pod is not known yet waits.
        let jobs = lists::jobs(api, &jobs).await?;
        if jobs.is_empty() {
            return Ok((jobs, Vec::new()));
        }
        Ok((jobs, lists::all_remembered_pods(api, &pods).await?))
    }

    /// Why Kueue lets a Job wait that nothing holds.
    async fn quota(&self, status: &JobStatus, seen: &SeenJob) -> std::result::Result<Option<String>, Failure> {
        let waits = status.tasks.iter().any(|tasks| matches!(tasks.state, State::Pending | State::Requeued));
        if self.site.kueue().is_none() || !waits {
            return Ok(None);
        }
        kueue::reason(self.api().await?, &seen.metadata.namespace, &seen.metadata.uid).await
    }

    /// The environment of a job of the caller's; nobody else may read it.
    async fn environment(&self, status: &JobStatus) -> std::result::Result<Vec<(String, String)>, Failure> {
        Ok(serde_json::from_slice(&self.kept(status, "env").await?).unwrap_or_default())
    }

    /// A part of a job's Secret; empty where it is not ours to read.
    async fn kept(&self, status: &JobStatus, part: &str) -> std::result::Result<Vec<u8>, Failure> {
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
        Ok(kept.data.get(part).and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default())
    }

    /// The last runs of each entry: those that have a pod, and what the controller noted of others.
    async fn runs(&self, namespace: &str) -> std::result::Result<Vec<Run>, Failure> {
        let api = self.api().await?;
        let mut runs = crontab::get(api, namespace).await?.map(|seen| seen.runs()).unwrap_or_default();
        let path = format!("{}{}", objects::pods(namespace), client::query(&[("labelSelector", crontab::OURS)]));
        let pods: Vec<SeenPod> = api.list(&path).await?.items;
        // A pod is there before its minute.
        let has_begun = |run: &Run| run.minute * 60 <= objects::now();
        for run in pods.iter().filter_map(crontab::run).filter(has_begun) {
            cron::note(&mut runs, run);
        }
        Ok(runs)
    }

    async fn remove(&self, job: &JobStatus, tasks: Option<Range>) -> std::result::Result<Vec<Deletion>, Failure> {
        let plan = delete::plan(job, tasks);
        let namespace = self.namespace(&job.job.submitter.user)?;
        match (&plan.work, job.job.array) {
            (delete::Work::Nothing, _) => {}
            (delete::Work::Tasks(ids), Some(range)) => delete::tasks(self.api().await?, &namespace, job.id, range, ids).await?,
            (delete::Work::Tasks(_), None) | (delete::Work::Whole, _) => delete::whole(self.api().await?, &namespace, job.id).await?,
        }
        Ok(plan.outcomes)
    }
}

fn group_name(gid: u32) -> Option<String> {
    users::get_group_by_gid(gid).map(|group| group.name().to_string_lossy().into_owned())
}

/// Fills in who waits for whom.
fn successors(found: &mut [JobStatus]) {
    let mut waits: BTreeMap<JobId, (Vec<JobId>, Vec<JobId>)> = BTreeMap::new();
    for status in found.iter() {
        status.job.predecessors.iter().for_each(|before| waits.entry(*before).or_default().0.push(status.id));
        status.job.array_predecessors.iter().for_each(|before| waits.entry(*before).or_default().1.push(status.id));
    }
    for status in found.iter_mut() {
        if let Some((jobs, arrays)) = waits.remove(&status.id) {
            (status.successors, status.array_successors) = (jobs, arrays);
        }
    }
}

/// Makes an object whose name is ours alone, with patience: to say that there is no job is only true if none was made.
async fn create_at_last(api: &Api, path: &str, object: &serde_json::Value) -> std::result::Result<(), Failure> {
    let begun = Instant::now();
    let (mut unanswered, mut pause) = (false, FIRST_PAUSE);
    loop {
        match api.create(path, object).await {
            Err(failure) if failure.is_passing() && begun.elapsed() < PATIENCE => unanswered = true,
            // One that was not answered made it.
            Err(failure) if unanswered && failure.is_there_already() => return Ok(()),
            decided => return decided,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
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
    let _turn = Turn::wait().await;
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

    fn change(&self, before: &JobStatus, job: &Job) -> Result<()> {
        self.runtime.block_on(self.alter(before, job)).map_err(|failure| failure.backend())
    }

    fn act(&self, job: &JobStatus, tasks: &[u64], act: Act) -> Result<()> {
        let done = async { act::act(self.api().await?, &self.site, &self.namespace(&job.job.submitter.user)?, job, tasks, act).await };
        self.runtime.block_on(done).map_err(|failure| failure.backend())
    }

    fn hosts(&self) -> Result<Vec<Host>> {
        self.runtime.block_on(async { nodes::hosts(self.api().await?).await }).map_err(|failure| failure.backend())
    }

    fn script(&self, job: &JobStatus) -> Result<Vec<u8>> {
        self.runtime.block_on(self.kept(job, "script")).map_err(|failure| failure.backend())
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

    fn take_name(&self, user: &str, name: &str) -> Result<Box<dyn Any>> {
        let taken = self.runtime.block_on(self.api()).and_then(|api| once::take(&self.runtime, api, &self.namespace(user)?, name));
        taken.map(|once| Box::new(once) as Box<dyn Any>).map_err(|failure| failure.backend())
    }

    fn crontab(&self, user: &str) -> Result<Option<Crontab>> {
        let got = async { crontab::get(self.api().await?, &self.namespace(user)?).await };
        let seen = self.runtime.block_on(got).map_err(|failure| failure.backend())?;
        Ok(seen.and_then(|seen| seen.table()))
    }

    fn install(&self, table: &Crontab) -> Result<()> {
        let installed = async {
            let namespace = self.namespace(&table.owner.user)?;
            let secret = crontab::secret(table, &namespace, &self.site, group_name).map_err(Failure::Setup)?;
            crontab::install(self.api().await?, &namespace, &secret).await
        };
        self.runtime.block_on(installed).map_err(|failure| failure.backend())
    }

    fn uninstall(&self, user: &str) -> Result<bool> {
        let removed = async { crontab::uninstall(self.api().await?, &self.namespace(user)?).await };
        self.runtime.block_on(removed).map_err(|failure| failure.backend())
    }

    fn cron_runs(&self, user: &str) -> Result<Vec<Run>> {
        let runs = async { self.runs(&self.namespace(user)?).await };
        self.runtime.block_on(runs).map_err(|failure| failure.backend())
    }

    fn request_image(&self, wanted: &WantedImage) -> Result<String> {
        let Some(settings) = self.site.images.as_ref().and_then(|images| images.kpack.as_ref()) else {
            return Err(Error::Backend("gridshim: site.toml has no [images.kpack] table".into()));
        };
        let requested = async { kpack::request(self.api().await?, wanted, settings).await };
        self.runtime.block_on(requested).map_err(|failure| failure.backend())?;
        Ok(kpack::tag(wanted, settings))
    }

    fn config(&self, name: &str) -> Result<Option<String>> {
        let (namespace, name) = name.split_once('/').unwrap_or(("default", name));
        // What the API server remembers will do: it is a moment old at most, and no word to etcd.
        let path = format!("{}/{name}?resourceVersion=0", objects::config_maps(namespace));
        let got = self.runtime.block_on(async { self.api().await?.get::<SeenConfig>(&path).await });
        match got {
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure.backend()),
            Ok(SeenConfig { mut data }) => Ok(data.remove("images-v1.yaml").or_else(|| data.into_values().next())),
        }
    }
}

/// The texts of a ConfigMap.
#[derive(serde::Deserialize)]
struct SeenConfig {
    #[serde(default)]
    data: std::collections::BTreeMap<String, String>,
}
