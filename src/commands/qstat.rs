//! qstat: the table, the XML, and `-j`.

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::pattern;
use crate::job::JobStatus;
use crate::options::qstat::{Query, parse};
use crate::render::{detail, detail_xml, rows, table, xml};

/// Runs qstat.
///
/// # Errors
/// Usage errors, unknown jobs, no backend.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let query = parse(words)?;
    match &query.jobs {
        Some(words) if !words.is_empty() => detailed(context, &query, words),
        // `qstat -j` alone is the scheduler's summary of why jobs wait.
        Some(_) => summary(context),
        None => list(context, &query),
    }
}

fn jobs_of(context: &mut Context, users: &[String], finished: bool) -> Result<Vec<JobStatus>> {
    let own = context.submitter.user.clone();
    let whose = match users {
        [] => Whose::User(own),
        [one] if !pattern::is_pattern(one) => Whose::User(one.clone()),
        _ => Whose::Everybodys,
    };
    let mut jobs = context.backend()?.jobs(&Filter { whose, id: None, finished, detail: false })?;
    if !users.is_empty() {
        jobs.retain(|status| users.iter().any(|user| pattern::matches(user, &status.job.submitter.user)));
    }
    Ok(jobs)
}

fn list(context: &mut Context, query: &Query) -> Result<u8> {
    let jobs = jobs_of(context, &query.users, query.wants_finished())?;
    let rows = rows(&jobs, |job, state| query.shows(job, state));
    let text = if query.xml { xml::render(&rows) } else { table::render(&rows) };
    context.print(&text);
    Ok(0)
}

/// Jobs by id, name or pattern, anybody's. Known ones are shown; only when none is known are the unknown ones told.
fn detailed(context: &mut Context, query: &Query, words: &[String]) -> Result<u8> {
    let mut found: Vec<JobStatus> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for word in words {
        let id = word.parse::<u64>().ok();
        let filter = Filter { whose: Whose::Everybodys, id, finished: false, detail: true };
        let mut jobs = context.backend()?.jobs(&filter)?;
        jobs.retain(|status| id.map_or_else(|| pattern::matches(word, &status.job.name), |id| status.id == id));
        if jobs.is_empty() {
            unknown.push(word.clone());
        }
        for job in jobs {
            if !found.iter().any(|known| known.id == job.id) {
                found.push(job);
            }
        }
    }
    if found.is_empty() {
        if query.xml {
            context.print(&xml::unknown_jobs(&unknown));
            return Ok(0);
        }
        return Err(Error::Exact { text: format!("Following jobs do not exist: \n{}", unknown.join(", ")), code: 1 });
    }
    let text = if query.xml { detail_xml::render(&found, &context.site) } else { found.iter().map(detail::render).collect() };
    context.print(&text);
    Ok(0)
}

fn summary(context: &mut Context) -> Result<u8> {
    let jobs = context.backend()?.jobs(&Filter { whose: Whose::Everybodys, id: None, finished: false, detail: false })?;
    let text: String =
        jobs.iter().flat_map(|status| status.reasons.iter().map(move |reason| format!("{}: {reason}\n", status.id))).collect();
    context.print(&text);
    Ok(0)
}
