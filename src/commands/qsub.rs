//! qsub: options from every source, the script, the submission, and `-sync y`.

use super::sources::{self, Asked};
use super::{Context, hosts};
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::host::suitable::{self, Look};
use crate::job::{self, Command, Ended, Job, JobId, Resolved};
use crate::record::Program;
use crate::render::detail;
use crate::request::{Request, Validation};
use crate::site::Site;

/// Runs qsub with these words.
///
/// # Errors
/// Grid Engine's refusals.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    run_for(context, words, Request::default())
}

/// Runs qsub for a wrapper, which asks for something no option says.
///
/// # Errors
/// As `run`.
pub fn run_for(context: &mut Context, words: &[String], wrapper: Request) -> Result<u8> {
    if context.submitter.workdir.is_empty() {
        // Recorded, with this exit code.
        return Err(Error::Exact { text: "cannot read current working directory".into(), code: 14 });
    }
    let Asked { mut request, command, script } = sources::gather(context, words)?;
    request.overridden_by(wrapper);
    submit(context, request, command, &script)
}

/// Resolves and submits; prints what Grid Engine prints; waits with `-sync y`.
fn submit(context: &mut Context, request: Request, command: Command, script: &[u8]) -> Result<u8> {
    let account_said = request.account.is_some();
    let hosts = hosts::learn(context, !request.verify && needs_hosts(&request, &context.site));
    let Resolved { mut job, refusal, sync, terse, verify, validation } =
        job::resolve(request, command, context.submitter.clone(), &context.environment, &context.site)?;
    let has_script = job.program == Program::Script;
    if verify {
        context.print(&detail::verify(&job, account_said, has_script.then_some(script)));
        return Ok(0);
    }
    if has_script && script.is_empty() {
        return Err(Error::Rejected("job rejected: no script in your request".into()));
    }
    if job.account.is_empty() {
        job.account = job::ACCOUNT.into();
    }
    job.never = suitable::nowhere(&job, &hosts, Look::Ever, &context.site);
    let first = refusal.as_deref();
    let found = job::refused_for(first, check(&job, &hosts, validation, &context.site))?;
    match (first, found) {
        // Of a job that is refused the outcome of the check is a line more.
        (Some(first), Found { line: Some(line), ends: true }) => return Err(Error::Rejected(format!("{first}\n{line}"))),
        (None, Found { line: Some(line), ends }) => {
            if ends || !terse {
                context.print(&format!("{line}\n"));
            }
            if ends {
                return Ok(0);
            }
        }
        _ => {}
    }
    job::refused_for(first, job::rights(&job, &context.site))?;
    if let Some(text) = refusal {
        return Err(Error::Rejected(text));
    }
    super::image::give(context, &mut job, script)?;
    let id = context.backend()?.submit(&job, script)?;
    note(context, id);
    let line = if terse { format!("{}\n", shown(id, &job)) } else { confirmation(id, &job) };
    context.print(&line);
    differences(context, &job);
    if job.now && !super::now::started(context, id, &job)? {
        return Ok(1);
    }
    if sync { wait(context, id, &job, terse) } else { Ok(0) }
}

/// Within a crontab's command: leaves the number for `gridshim cron status`. Best effort.
fn note(context: &Context, id: JobId) {
    use std::io::Write;
    let Some(path) = context.variable(crate::record::CRON_JOBS) else { return };
    if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path) {
        let _ = writeln!(file, "{id}");
    }
}

/// True where the checks of the request, or of the job that comes of it, look at hosts.
fn needs_hosts(request: &Request, site: &Site) -> bool {
    let words = request.queues.iter().chain(&request.soft_queues).chain(&request.master_queues);
    let resources = request.hard_resources.iter().chain(&request.soft_resources);
    let is_checked = request.validation.as_ref().is_some_and(|asked| asked.value != Validation::None);
    let mut paths = [&request.stdout, &request.stderr, &request.stdin, &request.shell].into_iter().flatten();
    is_checked || paths.any(|asked| asked.value.contains(':')) || suitable::depends_on_hosts(words, resources, site)
}

/// What `-w` finds.
#[derive(Default)]
struct Found {
    line: Option<String>,
    /// The submission ends with it.
    ends: bool,
}

/// Does what `-w` asks for.
fn check(job: &Job, hosts: &[Host], validation: Validation, site: &Site) -> Result<Found> {
    let look = if validation == Validation::Poke { Look::Ever } else { Look::Check };
    let unsuitable = if validation == Validation::None { None } else { suitable::nowhere(job, hosts, look, site) };
    match (validation, unsuitable) {
        (Validation::Just | Validation::Poke, None) => Ok(Found { line: Some("verification: found suitable queue(s)".into()), ends: true }),
        // Grid Engine uses a number up; here there is none.
        (Validation::Just | Validation::Poke, Some(why)) => {
            Err(Error::Rejected(format!("{}\nverification: no suitable queues", suitable::of_job(0, &why))))
        }
        (Validation::Error, Some(_)) => Err(Error::Rejected("error: no suitable queues".into())),
        (Validation::Warning, Some(_)) => Ok(Found { line: Some("warning: no suitable queues".into()), ends: false }),
        _ => Ok(Found::default()),
    }
}

/// A job's number; an array's with its range.
pub fn shown(id: JobId, job: &Job) -> String {
    job.array.map_or_else(|| id.to_string(), |range| format!("{id}.{range}"))
}

/// `Your job 17 ("name") has been submitted`
pub fn confirmation(id: JobId, job: &Job) -> String {
    let what = if job.array.is_some() { "job-array" } else { "job" };
    format!("Your {what} {} (\"{}\") has been submitted\n", shown(id, job), job.name)
}

/// Tells a person at a terminal what is not exactly as asked; scripts and cron see nothing (architecture D3).
fn differences(context: &mut Context, job: &Job) {
    use std::io::IsTerminal;
    let lacks = job.image.iter().flat_map(|image| &image.notes);
    if std::io::stderr().is_terminal() {
        for difference in job.approximated.iter().chain(lacks) {
            context.complain(&format!("gridshim: {difference}\n"));
        }
    }
}

fn wait(context: &mut Context, id: JobId, job: &Job, terse: bool) -> Result<u8> {
    let mut ends: Vec<(bool, String)> = Vec::new();
    let mut code = 0;
    let name = |task: &Option<u64>| task.map_or_else(|| id.to_string(), |task| format!("{id}.{task}"));
    let waited = context.backend()?.wait(id, job, &mut |ended| match ended {
        Ended::Exited { task, status: 0, signal: 0 } => ends.push((true, format!("Job {} exited with exit code 0.\n", name(&task)))),
        Ended::Exited { task, status, signal: 0 } => {
            // The first that fails gives the status (tests/compliance/qsub_sync2.rs).
            code = if code == 0 { u8::try_from(status).unwrap_or(1) } else { code };
            ends.push((false, format!("Job {} exited with exit code {status}.\n", name(&task))));
        }
        Ended::Exited { task, signal, .. } => {
            code = code.max(1);
            ends.push((false, format!("Job {} exited because of signal {}\n", name(&task), signal_name(signal))));
        }
        Ended::Never { task } => ends.push((false, format!("Unable to run job {}\n", name(&task)))),
    });
    match waited {
        Err(Error::Interrupted) => return cancel(context, id, job),
        waited => waited?,
    }
    for (good, line) in ends {
        match good {
            true if terse => {}
            true => context.print(&line),
            false => context.complain(&line),
        }
    }
    Ok(code)
}

/// Whoever interrupts a waiting qsub wants the job no more.
fn cancel(context: &mut Context, id: JobId, job: &Job) -> Result<u8> {
    context.complain(&format!("{}\n", Error::Interrupted));
    let whose = Whose::User(job.submitter.user.clone());
    for status in context.backend()?.jobs(&Filter { whose, id: Some(id), finished: false, detail: false })? {
        context.backend()?.delete(&status, None)?;
    }
    Ok(1)
}

fn signal_name(signal: i32) -> String {
    let names = [
        (1, "HUP"),
        (2, "INT"),
        (3, "QUIT"),
        (4, "ILL"),
        (5, "TRAP"),
        (6, "ABRT"),
        (7, "BUS"),
        (8, "FPE"),
        (9, "KILL"),
        (10, "USR1"),
        (11, "SEGV"),
        (12, "USR2"),
        (13, "PIPE"),
        (14, "ALRM"),
        (15, "TERM"),
        (24, "XCPU"),
        (25, "XFSZ"),
    ];
    names.iter().find(|(number, _)| *number == signal).map_or_else(|| format!("{signal}"), |(_, name)| format!("SIG{name}"))
}
