//! qhost: the hosts with their queues and jobs (compat/captures/qhost/answers.txt).

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::pattern;
use crate::host::{Host, instances, select, taken_on_hosts};
use crate::job::JobStatus;
use crate::options::qhost::{Query, TABLE, parse};
use crate::render::hosts::{Listing, text};
use crate::render::{Sheet, hosts_xml, rows};
use crate::request::listing::Layout;
use crate::site::own_name;

/// Runs qhost.
///
/// # Errors
/// Usage errors, unknown hosts and resources, no backend.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let query = parse(words)?;
    let mut all = context.backend()?.hosts()?;
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let named = named(&query, &all)?;
    let jobs: Vec<JobStatus> = match query.jobs || query.queues || query.resources.is_some() {
        true => context.backend()?.jobs(&Filter { whose: Whose::Everybodys, id: None, finished: false, detail: false })?,
        false => Vec::new(),
    };
    let site = context.site.clone();
    let fitting = select::hosts_that_fit(&query.requests, &all, &site);
    let fitting = fitting.map_err(|nothing| Error::Exact { text: format!("error: {nothing}"), code: 1 })?;
    let shown: Vec<&Host> = fitting.into_iter().filter(|host| query.hosts.is_empty() || named.contains(&host.name)).collect();
    let layout = Layout { each_slot: true, ..Layout::default() };
    let sheet = Sheet { layout: &layout, site: &site, now: chrono::Local::now().timestamp(), by_queue: true };
    let mut rows = rows(&jobs, &sheet, |tasks| tasks.state.is_running());
    let is_listed = |user: &str| query.users.is_empty() || query.users.iter().any(|word| pattern::matches(word, user));
    rows.running.retain(|row| query.jobs && is_listed(&row.status.job.submitter.user));
    let taken = taken_on_hosts(&site, &jobs);
    let instances = if query.queues { instances(&site, &all, &jobs) } else { Vec::new() };
    let listing = Listing {
        hosts: &shown,
        // The row of all hosts together is no host that could fit a request.
        with_global: query.requests.is_empty(),
        with_topology: !query.no_binding,
        resources: query.resources.as_deref(),
        taken: &taken,
        with_queues: query.queues,
        instances: &instances,
        rows: &rows.running,
        sheet: &sheet,
    };
    let text = if query.xml { hosts_xml::render(&listing) } else { text(&listing) };
    context.print(&text);
    Ok(0)
}

/// The hosts of `-h` by their own names. A pattern is no host's name, and none that cannot be resolved.
fn named(query: &Query, hosts: &[Host]) -> Result<Vec<String>> {
    let of = |word: &String| match pattern::is_pattern(word) {
        true => Ok(word.clone()),
        false => own_name(word, hosts.iter().map(|host| host.name.as_str())).ok_or_else(|| {
            let line = format!("error: can't resolve hostname \"{word}\"");
            Error::Usage { usage: TABLE.help(""), line }
        }),
    };
    query.hosts.iter().map(of).collect()
}
