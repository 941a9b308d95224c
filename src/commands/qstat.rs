//! qstat: lists of jobs in every layout, cluster queues, and `-j`.

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::pattern;
use crate::host::{Instance, instances, select};
use crate::job::{JobId, JobStatus};
use crate::options::lists;
use crate::options::qstat::{Query, TABLE, parse};
use crate::render::{Sheet, clusters, detail, detail_xml, full, rows, scheduling, table, xml};
use std::path::Path;

/// Runs qstat.
///
/// # Errors
/// Usage errors, unknown jobs, no backend.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let words = with_defaults(context, words);
    let query = parse(&words)?;
    match &query.jobs {
        Some(words) if !words.is_empty() => detailed(context, &query, words),
        // `qstat -j` alone is the scheduler's summary of why jobs wait.
        Some(_) => summary(context, &query),
        None => list(context, &query),
    }
}

/// The options of the cell's `sge_qstat` and the user's `.sge_qstat` before the words (compat/captures/qstat/defaults-file.txt).
fn with_defaults(context: &Context, words: &[String]) -> Vec<String> {
    let cell = context.variable("SGE_ROOT").map(|root| {
        let cell = context.variable("SGE_CELL").unwrap_or("default");
        Path::new(root).join(cell).join("common/sge_qstat")
    });
    let home = Path::new(&context.submitter.home).join(".sge_qstat");
    let texts = [Some(home), cell].into_iter().flatten().filter_map(|path| std::fs::read_to_string(path).ok());
    texts.fold(words.to_vec(), |words, text| lists::before(&TABLE, &text, &words))
}

/// True where a user is one of the list; nobody named: the caller.
fn is_listed(users: &[String], own: &str, user: &str) -> bool {
    if users.is_empty() { own == user } else { users.iter().any(|word| pattern::matches(word, user)) }
}

fn list(context: &mut Context, query: &Query) -> Result<u8> {
    let own = context.submitter.user.clone();
    let layout = &query.layout;
    // Slots in use are everybody's.
    let whose = match query.users.as_slice() {
        _ if layout.full || layout.clusters => Whose::Everybodys,
        [] => Whose::User(own.clone()),
        [one] if !pattern::is_pattern(one) => Whose::User(one.clone()),
        _ => Whose::Everybodys,
    };
    let needs_queues = layout.full || layout.clusters || query.selection.is_asked();
    let filter = Filter { whose, id: None, finished: query.wants_finished() && !layout.clusters, detail: false };
    let mut jobs = context.backend()?.jobs(&filter)?;
    let hosts = if needs_queues { context.backend()?.hosts()? } else { Vec::new() };
    let site = context.site.clone();
    let mut found: Vec<Instance<'_>> = match select::select(&query.selection, instances(&site, &hosts, &jobs), &hosts, &site) {
        Ok(found) => found,
        Err(select::Nothing::NoParallelEnvironment) => {
            return Err(Error::Exact { text: "error: no such parallel environment".into(), code: 1 });
        }
        Err(_) => return Ok(1),
    };
    if layout.clusters {
        let text = if query.xml { clusters::xml(&found, &site, layout.extended) } else { clusters::table(&found, &site, layout.extended) };
        context.print(&text);
        return Ok(0);
    }
    found.sort_by_key(|instance| instance.queue.seq_no);
    jobs.retain(|status| is_listed(&query.users, &own, &status.job.submitter.user));
    let now = chrono::Local::now().timestamp();
    let selection = &query.selection;
    // By queue, as soon as queues are asked for.
    let sheet = Sheet { layout, site: &site, now, by_queue: layout.by_queue() || selection.is_asked() };
    let mut rows = rows(&jobs, &sheet, |tasks| query.shows(tasks));
    if selection.is_asked() {
        rows.running.retain(|row| found.iter().any(|instance| instance.runs(row.tasks)));
    }
    if selection.restricts_jobs() {
        rows.waiting.retain(|row| select::could_run(&row.status.job, &found, &hosts, &site));
    }
    let text = match (query.xml, layout.full) {
        (true, _) => xml::render(&rows, &found, &sheet),
        (false, true) => full::render(&rows, &found, &sheet),
        (false, false) => table::render(&rows, &sheet),
    };
    context.print(&text);
    Ok(0)
}

/// A word of `-j`: a number (what follows its digits is left aside), or a name or pattern.
fn number(word: &str) -> Option<JobId> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    word[..digits].parse().ok()
}

/// Jobs by number, name or pattern, anybody's, by number. Known ones are shown; only when none is known are the unknown ones told.
fn detailed(context: &mut Context, query: &Query, words: &[String]) -> Result<u8> {
    let mut found: Vec<JobStatus> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for word in words {
        let id = number(word);
        let filter = Filter { whose: Whose::Everybodys, id, finished: false, detail: true };
        let mut jobs = context.backend()?.jobs(&filter)?;
        jobs.retain(|status| id.map_or_else(|| is_named(word, &status.job.name), |id| status.id == id));
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
    found.sort_by_key(|status| status.id);
    let text = if query.xml { detail_xml::render(&found, &context.site) } else { found.iter().map(detail::render).collect() };
    context.print(&text);
    Ok(0)
}

/// Patterns of names have no alternatives: `a|b` is a name.
fn is_named(word: &str, name: &str) -> bool {
    if word.contains('|') { word == name } else { pattern::matches(word, name) }
}

fn summary(context: &mut Context, query: &Query) -> Result<u8> {
    let jobs = context.backend()?.jobs(&Filter { whose: Whose::Everybodys, id: None, finished: false, detail: false })?;
    let text = if query.xml { scheduling::summary_xml(&jobs) } else { scheduling::summary(&jobs) };
    context.print(&text);
    Ok(0)
}
