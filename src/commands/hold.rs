//! qhold and qrls: the user hold of whole jobs. Complaints go to standard output with Grid Engine's exit codes.

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::job_task::{self, Target};
use crate::grammar::pattern;
use crate::job::{JobStatus, State};
use crate::options::Table;
use crate::options::qhold::{Holds, QHOLD, QRLS};

/// Runs qhold.
///
/// # Errors
/// Usage errors; what Grid Engine denies is a line and an exit code.
pub fn run_qhold(context: &mut Context, words: &[String]) -> Result<u8> {
    run(context, words, &QHOLD, true)
}

/// Runs qrls.
///
/// # Errors
/// As `run_qhold`.
pub fn run_qrls(context: &mut Context, words: &[String]) -> Result<u8> {
    run(context, words, &QRLS, false)
}

fn run(context: &mut Context, words: &[String], table: &Table<Holds>, held: bool) -> Result<u8> {
    let asked = table.parse(words)?;
    if asked.words.is_empty() {
        return Err(Error::Usage { usage: table.help(" job_task_list").trim_end().to_string(), line: String::new() });
    }
    let user = context.submitter.user.clone();
    let manages = context.site.managers.contains(&user);
    if let Some(kind) = asked.kinds.chars().find(|kind| *kind != 'u') {
        let who = if kind == 'o' { ("operator", "operator") } else { ("manager", "manager") };
        if !held {
            // Captures: releasing a hold that is not there changes nothing and says nothing.
            return Ok(0);
        }
        if !manages {
            context.print(&format!("denied: \"{user}\" must be {} to set {} hold\n", who.0, who.1));
            return Ok(10);
        }
        return Err(Error::Refused {
            command: table.command,
            option: format!("-h {kind}"),
            why: "not yet: only user holds are implemented",
        });
    }
    let mut code = 0;
    for word in &asked.words {
        code = code.max(one(context, word, table.command, held)?);
    }
    Ok(code)
}

fn one(context: &mut Context, word: &str, command: &'static str, held: bool) -> Result<u8> {
    let user = context.submitter.user.clone();
    let target = job_task::parse(word);
    let (filter, name) = match &target {
        Target::Id { tasks: Some(_), .. } => {
            return Err(Error::Refused { command, option: word.into(), why: "not yet: single tasks cannot be held" });
        }
        Target::Id { id, .. } => (Filter { whose: Whose::Everybodys, id: Some(*id), finished: false, detail: false }, id.to_string()),
        Target::Name(name) | Target::Invalid(name) => (Filter::of(&user), name.clone()),
    };
    let mut jobs = context.backend()?.jobs(&filter)?;
    match &target {
        Target::Id { id, .. } => jobs.retain(|status| status.id == *id),
        _ => jobs.retain(|status| pattern::matches(&name, &status.job.name)),
    }
    if jobs.is_empty() {
        context.print(&format!("denied: job \"{name}\" does not exist\n"));
        return Ok(3);
    }
    let mut code = 0;
    for job in jobs {
        code = code.max(change(context, &job, held)?);
    }
    Ok(code)
}

fn change(context: &mut Context, job: &JobStatus, held: bool) -> Result<u8> {
    let user = context.submitter.user.clone();
    if job.job.submitter.user != user && !context.site.managers.contains(&user) {
        context.print(&format!("denied: \"{user}\" must be at least owner of job {} to change job attributes\n", job.id));
        return Ok(18);
    }
    if !context.backend()?.hold(job, held)? {
        return Ok(0);
    }
    let text = match job.job.array {
        None => format!("modified hold of job {}\n", job.id),
        Some(_) => {
            let waiting = job.tasks.iter().filter(|tasks| matches!(tasks.state, State::Pending | State::Held));
            waiting.flat_map(|tasks| &tasks.ids).map(|task| format!("modified hold of job-array task {}.{task}\n", job.id)).collect()
        }
    };
    context.print(&text);
    Ok(0)
}
