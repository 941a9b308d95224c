//! qdel: jobs and tasks by id, name, pattern and user. Its complaints go to standard output, as Grid Engine's do.

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::job_task::{self, Target};
use crate::grammar::pattern;
use crate::grammar::tasks::{self, Range};
use crate::job::{Deletion, JobStatus, Outcome, State};
use crate::options::qdel::{Deletions, TABLE, invalid, parse};

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
        code = by_user(context, &asked.users, asked.force)?;
    }
    for word in &asked.words {
        if let Some(id) = word.text.strip_suffix(".0").filter(|id| id.parse::<u64>().is_ok_and(|id| id > 0)) {
            context.print(&format!("job \"{id}\" task \"0\" does not exist\n"));
            code = 1;
            continue;
        }
        let (target, tasks) = match job_task::parse(&word.text) {
            Target::Invalid(text) => return Err(invalid(&text)),
            Target::Id { id, tasks } => (Target::Id { id, tasks: None }, tasks.or(word.tasks)),
            name @ Target::Name(_) => (name, word.tasks),
        };
        code = code.max(one(context, &target, tasks, &asked)?);
    }
    Ok(code)
}

fn by_user(context: &mut Context, users: &[String], force: bool) -> Result<u8> {
    let own = context.submitter.user.clone();
    let manages = context.site.managers.contains(&own);
    let everybody = users.iter().any(|user| user == "*");
    if everybody && !manages {
        context.print(&format!("denied: \"{own}\" must be manager to modify all jobs\n"));
        return Ok(1);
    }
    let mut any = false;
    let mut code = 0;
    for user in users {
        let whose = if user == "*" { Whose::Everybodys } else { Whose::User(user.clone()) };
        let jobs = context.backend()?.jobs(&Filter { whose, id: None, finished: false, detail: false })?;
        for job in jobs {
            any = true;
            code = code.max(delete(context, &job, None, force)?);
        }
    }
    if any {
        return Ok(code);
    }
    context.print(&format!("There is no job registered for the following users: {}\n", users.join(",")));
    Ok(1)
}

fn one(context: &mut Context, target: &Target, tasks: Option<Range>, asked: &Deletions) -> Result<u8> {
    let own = context.submitter.user.clone();
    // A name is looked for among one's own jobs, or those of the users of `-u`.
    let users = if asked.users.is_empty() { vec![own.clone()] } else { asked.users.clone() };
    let whose = match (target, users.as_slice()) {
        (Target::Name(_), [user]) => Whose::User(user.clone()),
        _ => Whose::Everybodys,
    };
    let id = if let Target::Id { id, .. } = target { Some(*id) } else { None };
    let mut jobs = context.backend()?.jobs(&Filter { whose, id, finished: false, detail: false })?;
    match target {
        Target::Name(name) => {
            jobs.retain(|status| pattern::matches(name, &status.job.name) && users.contains(&status.job.submitter.user));
        }
        Target::Id { id, .. } => jobs.retain(|status| status.id == *id),
        Target::Invalid(_) => {}
    }
    let list = users.join(",");
    if jobs.is_empty() {
        let text = match target {
            Target::Id { id, .. } => format!("denied: job \"{id}\" does not exist\n"),
            Target::Name(name) | Target::Invalid(name) => format!("The job {name} of user(s) {list} does not exist\n"),
        };
        context.print(&text);
        return Ok(1);
    }
    let mut code = 0;
    let mut any = false;
    for job in &jobs {
        if let (Target::Name(_), Some(range)) = (target, tasks)
            && !has_task(job, range)
        {
            continue;
        }
        any = true;
        code = code.max(delete(context, job, tasks, asked.force)?);
    }
    if let (Target::Name(name), Some(range), false) = (target, tasks, any) {
        context.print(&format!("job \"{name}\" task \"{}\" does not exist for user(s) {list}\n", range.first));
        return Ok(1);
    }
    Ok(code)
}

/// True where the job has an unfinished task of the range.
fn has_task(job: &JobStatus, range: Range) -> bool {
    let unfinished = job.tasks.iter().filter(|tasks| tasks.state != State::Finished);
    match job.job.array {
        None => range.first == 1,
        Some(_) => unfinished.flat_map(|tasks| &tasks.ids).any(|id| range.index(*id).is_some()),
    }
}

fn delete(context: &mut Context, job: &JobStatus, tasks: Option<Range>, force: bool) -> Result<u8> {
    let user = context.submitter.user.clone();
    let id = job.id;
    let is_manager = context.site.is_manager(&user) || context.site.is_operator(&user);
    if job.job.submitter.user != user && !is_manager {
        context.print(&format!("{user} - you do not have the necessary privileges to delete the job \"{id}\"\n"));
        return Ok(1);
    }
    if let Some(range) = tasks.filter(|range| !has_task(job, *range)) {
        let text = match range.count() {
            1 => format!("job \"{id}\" task \"{}\" does not exist\n", range.first),
            _ => format!("job \"{id}\" task id range \"{range}\" comprises no tasks\n"),
        };
        context.print(&text);
        return Ok(1);
    }
    let is_array = job.job.array.is_some();
    let forced = force && is_manager;
    let deletions = context.backend()?.delete(job, tasks.filter(|_| is_array))?;
    let mut code = 0;
    for Deletion { ids, outcome } in deletions {
        let text = match (outcome, is_array, ids.as_slice()) {
            // Of a range those that are there are meant.
            (Outcome::NoSuchTask, _, _) if tasks.is_some() => String::new(),
            (Outcome::NoSuchTask, _, ids) => {
                code = 1;
                ids.iter().map(|task| format!("job \"{id}\" task \"{task}\" does not exist\n")).collect()
            }
            (Outcome::Deleted, false, _) if tasks.is_some() => format!("{user} has deleted job-array task {id}.1\n"),
            (Outcome::Deleted, true, [task]) if tasks.is_some() => format!("{user} has deleted job-array task {id}.{task}\n"),
            (Outcome::Deleted, true, ids) if tasks.is_some() => {
                format!("{user} has deleted job-array tasks {} of job {id}\n", tasks::compact(ids))
            }
            (Outcome::Deleted, _, _) => format!("{user} has deleted job {id}\n"),
            (Outcome::Registered, true, ids) if forced => {
                ids.iter().map(|task| format!("{user} forced the deletion of job-array task {id}.{task}\n")).collect()
            }
            (Outcome::Registered, true, ids) => {
                ids.iter().map(|task| format!("{user} has registered the job-array task {id}.{task} for deletion\n")).collect()
            }
            (Outcome::Registered, false, _) if forced => format!("{user} forced the deletion of job {id}\n"),
            (Outcome::Registered, false, _) => format!("{user} has registered the job {id} for deletion\n"),
            (Outcome::AlreadyInDeletion, true, ids) if !ids.is_empty() => {
                ids.iter().map(|_| format!("job {id} is already in deletion\n")).collect()
            }
            (Outcome::AlreadyInDeletion, _, _) => format!("job {id} is already in deletion\n"),
        };
        context.print(&text);
    }
    Ok(code)
}
