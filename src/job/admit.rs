//! The checks of Grid Engine's master, and what follows from the site's settings. Used at submission and again at every change.

use super::{Job, NO_ARRAY};
use crate::error::{Error, Result};
use crate::grammar::{Malformed, binding, duration, memory, name};
use crate::site::Site;

pub mod hosts;
pub mod parallel;
pub mod queues;
pub mod resources;

/// The checks of Grid Engine's master, which `-verify` does not make, and what follows from the site. The master looks at what a job
/// is first, then at what it asks for, and tells the first mistake of both. What is given is the first, where the second is none:
/// `-w` and `rights` may add to it.
///
/// # Errors
/// What the master refuses, in its words.
pub fn admit(job: &mut Job, site: &Site) -> Result<Option<String>> {
    let reject = |text: String| Err(Error::Rejected(text));
    if job.name.is_empty() {
        return reject("job rejected cause there is no job_name in the request".into());
    }
    name::account(&job.account).map_err(Error::Rejected)?;
    if job.task_concurrency > 0 && job.array.is_none() {
        return reject("invalid \"task concurrency\" value in job request".into());
    }
    let first = attributes(job, site).err();
    refused_for(first.as_deref(), requests(job, site))?;
    Ok(first)
}

/// A result, with the line of an earlier mistake before its refusal.
///
/// # Errors
/// The result's.
pub fn refused_for<T>(first: Option<&str>, then: Result<T>) -> Result<T> {
    match (first, then) {
        (Some(first), Err(Error::Rejected(text))) => Err(Error::Rejected(format!("{first}\n{text}"))),
        (_, then) => then,
    }
}

/// What the job is: the first mistake.
fn attributes(job: &mut Job, site: &Site) -> std::result::Result<(), String> {
    if let Err(Error::Rejected(text)) = hosts::of_paths(job, site) {
        return Err(text);
    }
    if job.array.is_some_and(|range| range.first == 0) {
        return Err("job rejected: 0 is an invalid task id".into());
    }
    if job.task_count() > site.max_array_tasks {
        return Err(format!("job rejected: you tried to submit a job with more than {} tasks", site.max_array_tasks));
    }
    if let Some(text) = job.binding.as_deref().and_then(inconsistent) {
        return Err(text);
    }
    match name::check(&job.name) {
        Ok(()) => Ok(()),
        Err(name::Refusal::Slash) => Err("Slash ('/') not allowed in objectname".into()),
        Err(name::Refusal::Master(text)) => Err(text),
    }
}

/// What the submitter may do: looked at last, behind `-w`.
///
/// # Errors
/// What the master refuses, in its words.
pub fn rights(job: &Job, site: &Site) -> Result<()> {
    let reject = |text: String| Err(Error::Rejected(text));
    if job.priority > 0 && !site.is_operator(&job.submitter.user) {
        return reject("job rejected: positive submission priority requires operator privileges".into());
    }
    if let Some(task) = job.hold_jid.iter().find(|word| is_task(word)) {
        return reject(format!("denied: job \"{task}\" not found"));
    }
    if !job.hold_jid_ad.is_empty() && job.array.is_none() {
        return reject(NO_ARRAY.into());
    }
    if job.deadline > 0 {
        deadline(job, site)?;
    }
    if job.reservation > 0 {
        return reject(format!("the advance reservation id {} is invalid", job.reservation));
    }
    Ok(())
}

/// What the master has against `set linear:0`.
pub fn inconsistent(asked: &str) -> Option<String> {
    let (_, shown) = asked.split_once(' ')?;
    binding::inconsistency(shown).map(|text| format!("job rejected: {text}"))
}

/// `17.1`: a task, which cannot be waited for.
pub fn is_task(word: &str) -> bool {
    word.split_once('.')
        .is_some_and(|(id, task)| [id, task].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())))
}

/// # Errors
/// The submitter is no deadline user.
pub fn deadline(job: &Job, site: &Site) -> Result<()> {
    let who = &job.submitter;
    if !site.user_list("deadlineusers").is_some_and(|list| list.has(&who.user, &who.group)) {
        return Err(Error::Rejected(format!("job rejected: the user \"{}\" is not a deadline initiation user", who.user)));
    }
    Ok(())
}

/// Checks a job after a change, and decides anew what follows.
///
/// # Errors
/// What the master refuses, in its words.
pub fn settle(job: &mut Job, site: &Site) -> Result<()> {
    hosts::of_paths(job, site)?;
    requests(job, site)
}

/// Checks what is asked of the site's objects, and decides what follows from it: queues, limits, what is approximated. May be done
/// again after a change.
fn requests(job: &mut Job, site: &Site) -> Result<()> {
    (job.s_rt, job.h_rt, job.memory, job.memory_limit, job.release) = (None, None, None, None, None);
    job.limits.clear();
    job.approximated.clear();
    hosts::told(job);
    resources::check(job, site)?;
    known_queues(job, site)?;
    parallel::check(job, site)?;
    checkpoint(job, site)?;
    project(job, site)?;
    queues::choose(job, site);
    parallel::grant(job, site);
    queue_limits(job, site);
    job.department = Some(site.department(&job.submitter.user, &job.submitter.group).to_string());
    approximate(job, site);
    Ok(())
}

/// What is not exactly as asked, for `qstat -j`.
fn approximate(job: &mut Job, site: &Site) {
    let mut told = |asked: bool, text: &str| {
        if asked {
            job.approximated.push(text.into());
        }
    };
    told(site.mail.is_none() && job.mail_events != Default::default(), "-m: no mail is sent: site.toml has no [mail] table");
    told(job.priority != 0, "-p: orders jobs on the local backend; on Kubernetes the priority is only shown");
    told(!job.soft_resources.is_empty() || !job.soft_queues.is_empty(), "-soft: soft requests are shown and otherwise left aside");
    told(job.reserve, "-R y: nothing is reserved");
    told(job.binding.is_some(), "-binding: jobs are not bound to cores");
    told(job.share > 0, "-js: shares are shown and otherwise left aside");
    told(job.checkpoint.is_some(), "-ckpt: no checkpoints are made");
    told(job.deadline > 0, "-dl: the deadline is shown and otherwise left aside");
}

/// # Errors
/// An unknown project, or one that is not for this user.
pub fn project(job: &Job, site: &Site) -> Result<()> {
    let Some(project) = &job.project else { return Ok(()) };
    let who = &job.submitter;
    let reject = |text: String| Err(Error::Rejected(text));
    name::object(project, false).map_err(Error::Rejected)?;
    match site.project(project) {
        None => reject(format!("job rejected: the requested project \"{project}\" does not exist")),
        Some(known) if !site.may_use_project(known, &who.user, &who.group) => {
            reject(format!("job rejected: no access to project \"{project}\" for user \"{}\"", who.user))
        }
        Some(_) => Ok(()),
    }
}

fn checkpoint(job: &Job, site: &Site) -> Result<()> {
    let when = job.checkpoint_when.as_deref().unwrap_or("");
    let reject = |text: String| Err(Error::Rejected(text));
    job.checkpoint.as_ref().map_or(Ok(()), |name| name::object(name, false)).map_err(Error::Rejected)?;
    match &job.checkpoint {
        Some(name) if site.ckpt(name).is_none() => {
            reject(format!("job rejected: the requested checkpointing environment \"{name}\" does not exist"))
        }
        Some(_) => Ok(()),
        None if when.contains('n') && when != "n" => reject("job rejected: checkpointing with \"-c n\" requested".into()),
        None if (!when.is_empty() && when != "n") || job.checkpoint_interval.is_some() => reject("checkpointing denied".into()),
        None => Ok(()),
    }
}

/// Every word of `-q`, hard and soft.
fn known_queues(job: &mut Job, site: &Site) -> Result<()> {
    let mut words: Vec<String> = job.hard_queues.iter().chain(&job.soft_queues).cloned().collect();
    queues::known(&mut words, site)?;
    job.soft_queues = words.split_off(job.hard_queues.len());
    job.hard_queues = words;
    Ok(())
}

/// What the first queue allows at most, and gives to who asks for nothing.
fn queue_limits(job: &mut Job, site: &Site) {
    let Some(first) = job.queues.first().and_then(|name| site.queue(name)) else { return };
    for (limit, value) in &first.limits {
        match limit.as_str() {
            "h_rt" => job.h_rt = at_most(job.h_rt, duration::parse(value)),
            "s_rt" => job.s_rt = at_most(job.s_rt, duration::parse(value)),
            other if resources::is_limit(other) => {
                let most = duration::parse(value).or_else(|_| memory::parse(value));
                let place = resources::limit(job, other);
                *place = at_most(*place, most);
                if other == "h_vmem" {
                    job.memory_limit = *place;
                }
            }
            _ => {}
        }
    }
}

fn at_most(asked: Option<u64>, limit: std::result::Result<Option<u64>, Malformed>) -> Option<u64> {
    match (asked, limit.ok().flatten()) {
        (Some(asked), Some(limit)) => Some(asked.min(limit)),
        (asked, limit) => asked.or(limit),
    }
}
