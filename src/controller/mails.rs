//! Mail of the controller: what it sees start, end, stop and go on, told to those who asked (`-m`). An end is queued when its
//! accounting line is durable, and before its pod is let go; the keys are the pods' uids, so that whatever is seen again after a
//! kill is not told again. The queue is `<accounting>.mail`.

use super::books::Entry;
use super::plan::Action;
use super::world::World;
use crate::backend::kubernetes::client::Api;
use crate::backend::kubernetes::observe::{self, Notes};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, seconds};
use crate::backend::kubernetes::{objects, pod::CONTAINER};
use crate::backend::local::host_name;
use crate::job::Job;
use crate::mail::{About, Ended, Event, Mail, Post, wants};
use crate::record::TAIL_BEGINS;
use crate::site::Site;
use futures::stream::StreamExt;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

/// Logs that are read at a time, and how long all of a round's may take: a mail without its last lines is better than none.
const WIDTH: usize = 16;
const LOGS: Duration = Duration::from_secs(10);
/// Logs of one job that are read in a round; its further mails become a digest.
const LOGS_OF_A_JOB: usize = 10;

/// The controller's post office; without one nothing is sent.
pub struct Mails {
    post: Option<Post>,
    /// Uids of running pods whose start needs no look any more.
    looked_at: HashSet<String>,
    /// Those of them whose suspension is to be told.
    stoppable: HashSet<String>,
}

/// A pod of a job that wants mail.
struct Told<'a> {
    pod: &'a SeenPod,
    seen: &'a SeenJob,
    job: Job,
    id: u64,
    index: u64,
}

impl Mails {
    /// Opens it where the site sends mail. That it cannot be opened is logged; jobs run all the same.
    pub fn open(accounting: &Path, site: &Site) -> Mails {
        let mut directory = accounting.as_os_str().to_owned();
        directory.push(".mail");
        let directory = Path::new(&directory);
        let host = host_name();
        let post = site.mail.as_ref().and_then(|settings| match Post::open(directory, settings, &host, |line| tracing::warn!("{line}")) {
            Ok(post) => Some(post),
            Err(error) => {
                tracing::error!(directory = %directory.display(), error = crate::error::plain(&error), "no mail can be queued");
                None
            }
        });
        Mails { post, looked_at: HashSet::new(), stoppable: HashSet::new() }
    }

    /// Tells what has started, and what was suspended or goes on.
    pub fn look(&mut self, world: &World, site: &Site) {
        let Some(post) = &self.post else { return };
        let is_running = |pod: &&SeenPod| pod.container().is_some_and(|state| state.running.is_some());
        let mut mails = Vec::new();
        for pod in world.pods.values().filter(is_running) {
            let uid = &pod.metadata.uid;
            if self.looked_at.contains(uid) && !self.stoppable.contains(uid) {
                continue;
            }
            // Before its Job is known nothing can be said.
            let Some(seen) = world.job_of(pod) else { continue };
            let is_new = self.looked_at.insert(uid.clone());
            let Some(told) = told(pod, seen, site) else { continue };
            if is_new {
                let at = pod.container().and_then(|state| seconds(state.running.as_ref()?.started_at.as_deref()?)).unwrap_or(0);
                mails.extend(told.compose(post, "b", &Event::Started { at: at.unsigned_abs() }));
                if told.job.mail_events.suspend {
                    self.stoppable.insert(uid.clone());
                }
            }
            if told.job.mail_events.suspend {
                mails.extend(told.suspension(post));
            }
        }
        post.put(mails);
        if self.looked_at.len() > 2 * world.pods.len() + 1000 {
            let there: HashSet<&String> = world.pods.values().map(|pod| &pod.metadata.uid).collect();
            self.looked_at.retain(|uid| there.contains(uid));
            self.stoppable.retain(|uid| there.contains(uid));
        }
    }

    /// Tells how runs ended that are accounted and about to be let go.
    pub async fn ended(&self, actions: &[Action], world: &World, api: &Api, site: &Site) {
        let Some(post) = &self.post else { return };
        // What could not be let go comes again.
        let is_new = |(told, _): &(Told<'_>, &Entry)| !post.is_known(&told.job, &told.key("e"));
        let told: Vec<(Told<'_>, &Entry)> = actions.iter().filter_map(|action| run(action, world, site)).filter(is_new).collect();
        if told.is_empty() {
            return;
        }
        let wanted = logs(&told, site);
        let reads = futures::stream::iter(wanted).map(|pod| async move { Some((pod.metadata.uid.clone(), tail(pod, api).await?)) });
        let mut reads = std::pin::pin!(reads.buffer_unordered(WIDTH));
        let mut tails: HashMap<String, String> = HashMap::new();
        let all = async {
            while let Some(read) = reads.next().await {
                tails.extend(read);
            }
        };
        if tokio::time::timeout(LOGS, all).await.is_err() {
            tracing::warn!("not all last lines could be read in time: mails go without them");
        }
        let mails = told.iter().flat_map(|(told, run)| {
            let is_new = !self.looked_at.contains(&run.uid);
            told.ending(post, run, is_new, site, tails.get(&run.uid).map_or("", String::as_str))
        });
        post.put(mails.collect());
    }
}

/// The pod and run of an action whose job wants mail.
fn run<'a>(action: &'a Action, world: &'a World, site: &Site) -> Option<(Told<'a>, &'a Entry)> {
    let Action::Account { pod, run: Some(run), .. } = action else { return None };
    let pod = world.pods.get(pod)?;
    Some((told(pod, world.job_of(pod)?, site)?, run))
}

/// A pod whose job wants mail; most want none, and are not parsed for it.
fn told<'a>(pod: &'a SeenPod, seen: &'a SeenJob, site: &Site) -> Option<Told<'a>> {
    let text = seen.metadata.annotations.job.as_deref()?;
    if !["begin", "end", "abort", "suspend"].iter().any(|event| text.contains(&format!("\"{event}\":true"))) {
        return None;
    }
    let job = observe::job(seen, site).filter(|job| job.mail_events != Default::default())?;
    Some(Told { pod, seen, job, id: seen.id()?, index: pod.index()? })
}

/// Pods whose log is to be read.
fn logs<'a>(told: &[(Told<'a>, &Entry)], site: &Site) -> Vec<&'a SeenPod> {
    let mut read: HashMap<u64, usize> = HashMap::new();
    let is_wanted = |(told, run): &&(Told<'a>, &Entry)| {
        let count = read.entry(told.id).or_default();
        *count += 1;
        *count <= LOGS_OF_A_JOB
            && told.pod.terminated().is_some()
            && wants(told.job.mail_events, &Event::Ended(told.end(run, site, "", "")))
    };
    told.iter().filter(is_wanted).map(|(told, _)| told.pod).collect()
}

impl Told<'_> {
    fn about(&self) -> About<'_> {
        let who = &self.job.submitter;
        About {
            id: self.id,
            task: self.job.array.map(|range| range.id(self.index)),
            name: &self.job.name,
            owner: &who.user,
            uid: who.uid,
            queue: self.seen.metadata.annotations.queue.as_deref().unwrap_or(""),
            host: &self.pod.spec.node_name,
        }
    }

    fn compose(&self, post: &Post, what: &str, event: &Event<'_>) -> Vec<Mail> {
        post.compose(&self.job, &self.key(what), &self.about(), event)
    }

    fn key(&self, what: &str) -> String {
        format!("{}/{what}", self.pod.metadata.uid)
    }

    /// Suspensions and continuations are numbered: what is known of them says what was told last.
    fn suspension(&self, post: &Post) -> Vec<Mail> {
        let is_stopped = Notes::of(self.seen).suspended.get(&self.index) == Some(&self.pod.metadata.uid);
        let next = (0..1000).find(|number| !post.is_known(&self.job, &self.key(&format!("s{number}")))).unwrap_or(1000);
        let was_stopped = next % 2 == 1;
        match (was_stopped, is_stopped) {
            (false, true) => self.compose(post, &format!("s{next}"), &Event::Suspended),
            (true, false) => self.compose(post, &format!("s{next}"), &Event::Continued),
            _ => Vec::new(),
        }
    }

    fn end<'b>(&self, run: &'b Entry, site: &Site, reason: &'b str, tail: &'b str) -> Ended<'b> {
        let queue = self.seen.metadata.annotations.queue.as_deref();
        let is_deleted = self.seen.metadata.deletion_timestamp.is_some() || Notes::of(self.seen).deleted.contains(self.index);
        let again = !is_deleted && observe::will_run_again(Some(self.seen), self.pod, observe::rerun(&self.job, queue, site));
        Ended { record: &run.record, reason, again, cause: run.cause.as_deref(), tail }
    }

    /// The mails of an end, and that of the start where the run was too short for it to be seen (`is_new`).
    fn ending(&self, post: &Post, run: &Entry, is_new: bool, site: &Site, tail: &str) -> Vec<Mail> {
        let start = is_new.then(|| self.compose(post, "b", &Event::Started { at: run.record.start_time }));
        let mut mails = start.unwrap_or_default();
        let reason = observe::report(self.pod).map_or_else(String::new, |report| report.reason);
        let end = self.end(run, site, &reason, tail);
        // Evicted by qmod -rj, or taken away with its node: Grid Engine calls both so.
        let event = if end.again && (self.pod.is_disrupted() || observe::is_taken_back(self.seen, self.pod)) {
            Event::Pushed
        } else {
            Event::Ended(end)
        };
        mails.extend(self.compose(post, "e", &event));
        mails
    }
}

/// The last lines of a pod's error file, which its shepherd left in its log, with their path above.
async fn tail(pod: &SeenPod, api: &Api) -> Option<String> {
    let path = objects::pod_path(&pod.metadata.namespace, &pod.metadata.name);
    let path = format!("{path}/log?container={CONTAINER}&tailLines=21&limitBytes=16384");
    match api.call(http::Method::GET, &path, "application/json", "*/*", Vec::new()).await {
        Ok(bytes) => tail_of(&String::from_utf8_lossy(&bytes)).map(str::to_string),
        Err(failure) => {
            tracing::warn!(pod = %pod.metadata.name, %failure, "its last lines cannot be read: the mail goes without them");
            None
        }
    }
}

fn tail_of(log: &str) -> Option<&str> {
    log.split_once(TAIL_BEGINS).filter(|(before, _)| before.is_empty() || before.ends_with('\n')).map(|(_, tail)| tail)
}

#[cfg(test)]
#[path = "mails_tests.rs"]
mod tests;
