//! `-sync y`: watches a job's object and pods until every task has ended. What is told, and when, is decided by `Waiting`, which
//! knows nothing of connections.

use super::client::{Api, Failure};
use super::observe::{self, Notes};
use super::seen::{SeenJob, SeenPod};
use super::{objects, watch};
use crate::accounting;
use crate::grammar::indexes::Indexes;
use crate::grammar::tasks::Range;
use crate::job::{Ended, JobId};
use futures::stream::StreamExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Without the API server for longer than this, the wait fails.
const PATIENCE: Duration = Duration::from_secs(600);
/// The two watches are not in step: what the pods have to say may come this much after the Job's end.
const OUT_OF_STEP: Duration = Duration::from_secs(3);
const SIGKILL: i32 = 9;

/// The job that is waited for.
#[derive(Debug, Clone)]
pub struct Awaited {
    pub id: JobId,
    pub namespace: String,
    pub array: Option<Range>,
    pub completions: u64,
    pub rerun: bool,
    /// Where the controller writes: ends that were not seen may be found there.
    pub accounting: PathBuf,
}

/// What is known while waiting.
pub struct Waiting {
    awaited: Awaited,
    told: Indexes,
    live: Indexes,
    /// The Job, as long as it is there.
    seen: Option<SeenJob>,
    /// The Job has ended or is gone.
    over: bool,
}

impl Waiting {
    pub fn new(awaited: Awaited) -> Waiting {
        Waiting { awaited, told: Indexes::default(), live: Indexes::default(), seen: None, over: false }
    }

    pub fn is_done(&self) -> bool {
        self.told.count() >= self.awaited.completions
    }

    fn task(&self, index: u64) -> Option<u64> {
        self.awaited.array.map(|range| range.id(index))
    }

    fn tell(&mut self, index: u64, ended: Ended) -> Option<Ended> {
        if self.told.contains(index) {
            return None;
        }
        self.told.insert(index);
        Some(ended)
    }

    /// A pod as it is now, or was last.
    pub fn pod(&mut self, pod: &SeenPod) -> Option<Ended> {
        let index = pod.index()?;
        let terminated = pod.terminated();
        if terminated.is_none() && !pod.has_ended() {
            self.live.insert(index);
            return None;
        }
        if observe::will_run_again(self.seen.as_ref(), pod, self.awaited.rerun) {
            return None;
        }
        let task = self.task(index);
        let report = observe::report(pod);
        // In the error state a task waits on, until somebody deletes it.
        if report.as_ref().is_some_and(|report| report.is_error_state()) {
            return None;
        }
        let never_ran = observe::was_cancelled(pod) || (terminated.is_none() && pod.metadata.deletion_timestamp.is_some());
        // qdel takes the pod away; one that is moved elsewhere has a condition that says so.
        let is_killed = terminated.is_some_and(|end| end.exit_code > 128);
        let was_deleted = is_killed && pod.metadata.deletion_timestamp.is_some() && !pod.is_disrupted();
        if never_ran || was_deleted {
            return self.tell(index, Ended::Never { task });
        }
        let (status, signal) = match (report, terminated) {
            (Some(report), _) => (report.exit_status, report.signal),
            (None, Some(end)) => (end.exit_code, if end.exit_code > 128 { end.exit_code - 128 } else { 0 }),
            (None, None) => (128 + SIGKILL, SIGKILL),
        };
        self.tell(index, Ended::Exited { task, status, signal })
    }

    /// The Job as it is now.
    pub fn job(&mut self, seen: &SeenJob) -> Vec<Ended> {
        let notes = Notes::of(seen);
        self.over = seen.is_over() && notes.errors.is_empty();
        self.seen = Some(seen.clone());
        let deleted: Vec<u64> = notes.deleted.iter().filter(|index| !self.live.contains(*index)).collect();
        deleted.into_iter().filter_map(|index| self.tell(index, Ended::Never { task: self.task(index) })).collect()
    }

    /// The Job is gone.
    pub fn gone(&mut self) {
        self.seen = None;
        self.over = true;
    }

    /// Nothing more will be seen: what is not told yet is looked up in the accounting file.
    pub fn rest(&mut self) -> Vec<Ended> {
        let mut found = std::collections::BTreeMap::new();
        let id = self.awaited.id;
        let _ = accounting::read(&self.awaited.accounting, |record| {
            if record.job_number == id {
                found.insert(record.task_number, (record.exit_status, record.failed));
            }
        });
        let mut ends = Vec::new();
        for index in 0..self.awaited.completions {
            let task = self.task(index);
            let ended = match found.get(&task.unwrap_or(0)) {
                Some(&(status, _)) => Ended::Exited { task, status, signal: if status > 128 { status - 128 } else { 0 } },
                None => Ended::Never { task },
            };
            ends.extend(self.tell(index, ended));
        }
        ends
    }
}

/// Waits, telling of every end once.
///
/// # Errors
/// The API server says no, or cannot be reached for minutes.
pub async fn wait(api: &Api, awaited: Awaited, told: &mut dyn FnMut(Ended)) -> Result<(), Failure> {
    let name = objects::name(awaited.id);
    let job_selector = format!("metadata.name={name}");
    let pod_selector = format!("{}={name}", super::seen::JOB_NAME);
    let jobs = watch::watch::<SeenJob>(api, &objects::jobs(&awaited.namespace), &[("fieldSelector", &job_selector)]);
    let pods = watch::watch::<SeenPod>(api, &objects::pods(&awaited.namespace), &[("labelSelector", &pod_selector)]);
    let (mut jobs, mut pods) = (std::pin::pin!(jobs), std::pin::pin!(pods));
    let mut waiting = Waiting::new(awaited);
    let mut failing_since: Option<Instant> = None;
    let mut last_word: Option<Instant> = None;
    while !waiting.is_done() {
        if waiting.over && last_word.is_none() {
            last_word = Some(Instant::now() + OUT_OF_STEP);
        }
        let left = last_word.map_or(PATIENCE, |at| at.saturating_duration_since(Instant::now()));
        let failure = tokio::select! {
            event = pods.next() => match event {
                Some(Ok(event)) => {
                    let seen = match event {
                        watch::Event::All(list) => list,
                        watch::Event::Changed(pod) | watch::Event::Gone(pod) => vec![pod],
                    };
                    seen.iter().filter_map(|pod| waiting.pod(pod)).for_each(&mut *told);
                    None
                }
                Some(Err(failure)) => Some(failure),
                None => return Ok(()),
            },
            event = jobs.next() => match event {
                Some(Ok(event)) => {
                    match event {
                        watch::Event::All(list) if list.is_empty() => waiting.gone(),
                        watch::Event::All(list) => list.iter().flat_map(|job| waiting.job(job)).for_each(&mut *told),
                        watch::Event::Changed(job) => waiting.job(&job).into_iter().for_each(&mut *told),
                        watch::Event::Gone(_) => waiting.gone(),
                    }
                    None
                }
                Some(Err(failure)) => Some(failure),
                None => return Ok(()),
            },
            () = tokio::time::sleep(left) => {
                if last_word.is_some() {
                    waiting.rest().into_iter().for_each(&mut *told);
                }
                continue;
            }
        };
        match failure {
            None => failing_since = None,
            Some(failure) => {
                let since = *failing_since.get_or_insert_with(Instant::now);
                if !failure.is_passing() || since.elapsed() > PATIENCE {
                    return Err(failure);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "wait_tests.rs"]
mod tests;
