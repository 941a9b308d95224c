//! qdel: jobs and tasks by id, name, pattern and user. Its complaints go to standard output, as Grid Engine's do.

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::job_task::{self, Target};
use crate::grammar::pattern;
use crate::grammar::tasks::{self, Range};
use crate::job::{Deletion, JobStatus, Outcome};
use crate::options::qdel::{TABLE, invalid, parse};

/// Runs qdel.
///
/// # Errors
/// Words that are no jobs; everything else is a line on standard output and exit code 1.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let asked = parse(words)?;
    if asked.users.is_empty() && asked.words.is_empty() {
        context.print("ERROR! no option argument\n");
        return Err(Error::Usage { usage: TABLE.help(" job_task_list").trim_end().to_string(), line: String::new() });
    }
    let mut code = 0;
    if !asked.users.is_empty() && asked.words.is_empty() {
        code = by_user(context, &asked.users)?;
    }
    for word in &asked.words {
        let (target, tasks) = match job_task::parse(&word.text) {
            Target::Invalid(text) => return Err(invalid(&text)),
            Target::Id { id, tasks } => (Target::Id { id, tasks: None }, tasks.or(word.tasks)),
            name @ Target::Name(_) => (name, word.tasks),
        };
        code = code.max(one(context, &target, tasks)?);
    }
    Ok(code)
}

fn by_user(context: &mut Context, users: &[String]) -> Result<u8> {
    let own = context.submitter.user.clone();
    let manages = context.site.managers.contains(&own);
    let everybody = users.iter().any(|user| user == "*");
    if everybody && !manages {
        context.print(&format!("denied: \"{own}\" must be manager to modify all jobs\n"));
        return Ok(1);
    }
    let mut any = false;
    for user in users {
        let whose = if user == "*" { Whose::Everybodys } else { Whose::User(user.clone()) };
        let jobs = context.backend()?.jobs(&Filter { whose, id: None, finished: false, detail: false })?;
        for job in jobs {
            any = true;
            delete(context, &job, None)?;
        }
    }
    if any {
        return Ok(0);
    }
    context.print(&format!("There is no job registered for the following users: {}\n", users.join(",")));
    Ok(1)
}

fn one(context: &mut Context, target: &Target, tasks: Option<Range>) -> Result<u8> {
    let own = context.submitter.user.clone();
    let filter = match target {
        Target::Id { id, .. } => Filter { whose: Whose::Everybodys, id: Some(*id), finished: false, detail: false },
        _ => Filter::of(&own),
    };
    let mut jobs = context.backend()?.jobs(&filter)?;
    match target {
        Target::Name(name) => jobs.retain(|status| pattern::matches(name, &status.job.name)),
        Target::Id { id, .. } => jobs.retain(|status| status.id == *id),
        Target::Invalid(_) => {}
    }
    if jobs.is_empty() {
        let text = match target {
            Target::Id { id, .. } => format!("denied: job \"{id}\" does not exist\n"),
            Target::Name(name) | Target::Invalid(name) => format!("The job {name} of user(s) {own} does not exist\n"),
        };
        context.print(&text);
        return Ok(1);
    }
    let mut code = 0;
    for job in jobs {
        code = code.max(delete(context, &job, tasks)?);
    }
    Ok(code)
}

fn delete(context: &mut Context, job: &JobStatus, tasks: Option<Range>) -> Result<u8> {
    let user = context.submitter.user.clone();
    let id = job.id;
    if job.job.submitter.user != user && !context.site.managers.contains(&user) {
        context.print(&format!("{user} - you do not have the necessary privileges to delete the job \"{id}\"\n"));
        return Ok(1);
    }
    let is_array = job.job.array.is_some();
    if let (Some(range), false) = (tasks, is_array) {
        // Captures: a plain job has the one task 1.
        if range.first != 1 || range.count() != 1 {
            context.print(&format!("job \"{id}\" task \"{}\" does not exist\n", range.first));
            return Ok(1);
        }
    }
    let deletions = context.backend()?.delete(job, tasks.filter(|_| is_array))?;
    let mut code = 0;
    for Deletion { ids, outcome } in deletions {
        let text = match (outcome, is_array, ids.as_slice()) {
            (Outcome::NoSuchTask, _, ids) => {
                code = 1;
                ids.iter().map(|task| format!("job \"{id}\" task \"{task}\" does not exist\n")).collect()
            }
            (Outcome::Deleted, true, [task]) if tasks.is_some() => format!("{user} has deleted job-array task {id}.{task}\n"),
            (Outcome::Deleted, true, ids) if tasks.is_some() => {
                format!("{user} has deleted job-array tasks {} of job {id}\n", tasks::compact(ids))
            }
            (Outcome::Deleted, _, _) => format!("{user} has deleted job {id}\n"),
            (Outcome::Registered, true, ids) => {
                ids.iter().map(|task| format!("{user} has registered the job-array task {id}.{task} for deletion\n")).collect()
            }
            (Outcome::Registered, false, _) => format!("{user} has registered the job {id} for deletion\n"),
            (Outcome::AlreadyInDeletion, true, ids) if !ids.is_empty() => {
                ids.iter().map(|task| format!("job-array task {id}.{task} is already in deletion\n")).collect()
            }
            (Outcome::AlreadyInDeletion, _, _) => format!("job {id} is already in deletion\n"),
        };
        context.print(&text);
    }
    Ok(code)
}
