//! The accounting record of a pod that ended: what its shepherd reported, else what Kubernetes knows.

use super::books::Entry;
use crate::accounting::Record;
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, Terminated, seconds};
use crate::backend::kubernetes::{memo, observe};
use crate::job::ACCOUNT;
use crate::record::Report;
use crate::site::Site;

/// Grid Engine's `failed` codes: it could not be started, its host does not know whether it was, the job is to run again, a limit was
/// enforced, it ended by a signal or in an unknown way.
const ASSUMEDLY_BEFORE: u32 = 1;
const IN_RECOGNIZING: u32 = 21;
const LIMIT: u32 = 37;
const RESCHEDULED: u32 = 25;
const ASSUMEDLY_AFTER: u32 = 100;
const KILLED: i32 = 137;

/// What is to be written of it; `None` where nothing was ever started.
pub fn record(pod: &SeenPod, job: Option<&SeenJob>, site: &Site, now: i64) -> Option<Entry> {
    if observe::was_cancelled(pod) || pod.is_withdrawn() {
        return None;
    }
    let is_taken_back = job.is_some_and(|job| observe::is_taken_back(job, pod));
    let is_deleted = job.is_some_and(|job| !stays(job, pod));
    let is_again = !is_deleted && job.is_some_and(|seen| observe::will_run_again(job, pod, observe::is_rerunnable(seen, site)));
    let mut report = match observe::report(pod) {
        None if observe::is_unstarted(pod) && (is_again || is_deleted) => return None,
        report => report.or_else(|| guess(pod, now))?,
    };
    if is_taken_back || (is_again && (report.failed == 0 || observe::is_lost(pod))) {
        report.failed = RESCHEDULED;
    }
    if pod.disruption().is_some() && job.is_some_and(|seen| observe::is_rerunnable(seen, site)) {
        report.failed = RESCHEDULED;
        if pod.disruption() == Some("EvictionByEvictionAPI") {
            // Recorded of qmod -rj (tests/compliance/qmod_reschedule.rs): as if it had neither begun nor ended.
            (report.start, report.end, report.exit_status) = (0, 0, 0);
        }
    }
    let oom = report.oom || is_oom(pod);
    let cause = if is_taken_back { Some(made_room(pod)) } else { cause(pod, &report) };
    Some(Entry { uid: pod.metadata.uid.clone(), oom, cause, first: false, record: of(pod, job, site, &report)? })
}

fn is_oom(pod: &SeenPod) -> bool {
    pod.terminated().is_some_and(|end| end.reason == "OOMKilled")
}

fn made_room(pod: &SeenPod) -> String {
    format!("had to make room for a job of higher priority ({})", pod.spec.node_name)
}

/// Why a run ended that did not end by itself, for its submitter: memory, time, or its host.
fn cause(pod: &SeenPod, report: &Report) -> Option<String> {
    let host = &pod.spec.node_name;
    if (report.oom && report.failed == LIMIT) || is_oom(pod) {
        return Some(format!("killed on {host} for using more memory than it asked for"));
    }
    if let Some(reason) = pod.disruption() {
        let what = match reason {
            "PreemptionByScheduler" => return Some(made_room(pod)),
            "DeletionByTaintManager" | "DeletionByPodGC" => "lost with its host",
            "TerminationByKubelet" => "evicted: the host ran short of resources",
            "EvictionByEvictionAPI" => "moved away by an administrator or by qmod -rj",
            other => other,
        };
        return Some(format!("{what} ({host})"));
    }
    match report.failed {
        LIMIT => Some(format!("killed on {host} by a limit of run time, processor time or memory")),
        _ if observe::is_lost(pod) => Some(format!("lost as its host started anew ({host})")),
        _ if pod.terminated().is_none() => Some(format!("lost with its host ({host})")),
        _ => None,
    }
}

/// Whether neither the job nor the pod's task is deleted.
fn stays(job: &SeenJob, pod: &SeenPod) -> bool {
    let is_deleted = pod.index().is_some_and(|index| observe::Notes::of(job).deleted.contains(index));
    job.metadata.deletion_timestamp.is_none() && !is_deleted
}

fn of(pod: &SeenPod, job: Option<&SeenJob>, site: &Site, report: &Report) -> Option<Record> {
    let host = &pod.spec.node_name;
    let id = pod.metadata.labels.job_id.parse().ok()?;
    if let Some((seen, job)) = job.and_then(|seen| Some((seen, observe::job(seen, site)?))) {
        let task = job.array.and_then(|range| pod.index().map(|index| range.id(index)));
        let submitted = seconds(&seen.metadata.creation_timestamp).map_or(0, unsigned);
        let queue = seen.metadata.annotations.queue.as_deref().unwrap_or("");
        return Some(Record::of(id, &job, task, submitted, queue, host, report));
    }
    // The Job is gone for good, and was never seen.
    let owner = observe::owner(&pod.metadata.namespace, site);
    let mut record = memo::record(pod, owner.clone()).unwrap_or_else(|| Record {
        qname: site.queues.first().map_or_else(|| "all.q".into(), |queue| queue.name.clone()),
        owner,
        group: "NONE".into(),
        job_name: pod.metadata.labels.job_name.clone(),
        account: ACCOUNT.into(),
        granted_pe: "NONE".into(),
        category: "NONE".into(),
        slots: 1,
        ..Record::default()
    });
    record.job_number = id;
    record.hostname.clone_from(host);
    record.submission_time = seconds(&pod.metadata.creation_timestamp).map_or(0, unsigned);
    record.run(report);
    Some(record)
}

fn unsigned(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(0)
}

/// The end of a run whose shepherd could not report: killed for memory, past its deadline, lost with its node.
fn guess(pod: &SeenPod, now: i64) -> Option<Report> {
    let known = |text: Option<&str>| text.and_then(seconds).map(unsigned).filter(|at| *at > 0);
    let is_late = pod.status.reason == "DeadlineExceeded";
    // Whatever its host was given has a record on Grid Engine, whether it came to run or not.
    let taken = pod.taken_at().map(unsigned);
    let first = |started: Option<u64>| if pod.is_made_anew() { taken.or(started) } else { started.or(taken) };
    // Deleted, and nobody saw it begin.
    let is_unknown = |begun: bool| pod.metadata.deletion_timestamp.is_some() && !begun && !pod.used_to_run();
    if let Some(end) = pod.terminated() {
        let started = known(end.started_at.as_deref());
        let start = first(started).or_else(|| known(end.finished_at.as_deref()))?;
        let Terminated { exit_code, .. } = *end;
        let oom = end.reason == "OOMKilled";
        let exit_status = if oom { KILLED } else { exit_code };
        let signal = if exit_status > 128 { exit_status - 128 } else { 0 };
        let failed = if observe::is_unstarted(pod) {
            ASSUMEDLY_BEFORE
        } else if oom || is_late {
            LIMIT
        } else if is_unknown(started.is_some()) {
            IN_RECOGNIZING
        } else if signal > 0 {
            ASSUMEDLY_AFTER
        } else {
            0
        };
        let end = known(end.finished_at.as_deref()).unwrap_or_else(|| unsigned(now)).max(start);
        return Some(Report { start, end, exit_status, signal, failed, oom, ..Report::default() });
    }
    // Without an end: the node is gone.
    let running = pod.container().and_then(|state| state.running.as_ref()?.started_at.as_deref());
    let start = first(known(running))?;
    let end = known(pod.metadata.deletion_timestamp.as_deref()).unwrap_or_else(|| unsigned(now)).max(start);
    let failed = if is_late {
        LIMIT
    } else if is_unknown(running.is_some()) {
        IN_RECOGNIZING
    } else {
        ASSUMEDLY_AFTER
    };
    Some(Report { start, end, exit_status: KILLED, signal: KILLED - 128, failed, ..Report::default() })
}
