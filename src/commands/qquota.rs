//! qquota: the enabled resource quota sets with what the running jobs use of them (compat/captures/qquota). Within a set the first
//! rule that fits a job counts it.

use super::Context;
use crate::backend::{Filter as Jobs, Whose};
use crate::error::Result;
use crate::grammar::quota::{Filter, Rule, Scope};
use crate::grammar::{memory, pattern};
use crate::host::Host;
use crate::job::{Job, JobStatus};
use crate::options::qquota::{Query, parse};
use crate::render::qquota::{Line, table, xml};
use crate::site::{Complex, Consumable, Kind, Site, is_dynamic, reckoned};

/// What Grid Engine shows for a reckoned limit of hosts that `-h` names otherwise than by their name.
const UNRECKONED: &str = "9999";

/// Runs qquota.
///
/// # Errors
/// Usage errors, no backend.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let mut query = parse(words)?;
    if query.users.is_empty() {
        query.users.push(context.submitter.user.clone());
    }
    for list in [&mut query.hosts, &mut query.pes, &mut query.projects, &mut query.queues] {
        if list.is_empty() {
            list.push("*".into());
        }
    }
    if query.lacks_resources {
        context.complain("error: Invalid sge_strtok_r call, last is NULL\n");
    }
    let lines = if context.site.resource_quota_sets.iter().any(|set| set.enabled) {
        let jobs = context.backend()?.jobs(&Jobs { whose: Whose::Everybodys, id: None, finished: false, detail: false })?;
        let hosts = context.backend()?.hosts()?;
        let asked_hosts = words.iter().any(|word| word == "-h");
        let group = context.submitter.group.clone();
        lines(&World { site: &context.site, jobs: &jobs, hosts: &hosts, group: &group }, &query, asked_hosts)
    } else {
        Vec::new()
    };
    let text = if query.xml { xml(&lines) } else { table(&lines) };
    context.print(&text);
    Ok(0)
}

/// What the lines are made from.
struct World<'a> {
    site: &'a Site,
    jobs: &'a [JobStatus],
    hosts: &'a [Host],
    /// The caller's group, for user lists that hold groups.
    group: &'a str,
}

/// A task that runs: what the filters look at.
struct Running<'a> {
    job: &'a Job,
    queue: &'a str,
    host: &'a str,
    slots: u32,
}

impl Running<'_> {
    fn value(&self, scope: Scope) -> Option<&str> {
        match scope {
            Scope::Users => Some(&self.job.submitter.user),
            Scope::Projects => self.job.project.as_deref(),
            Scope::Pes => self.job.pe.as_ref().map(|(name, _)| name.as_str()),
            Scope::Queues => Some(self.queue),
            Scope::Hosts => Some(self.host),
        }
    }
}

fn lines(world: &World<'_>, query: &Query, asked_hosts: bool) -> Vec<Line> {
    let running = running(world.jobs);
    let mut lines = Vec::new();
    for set in world.site.resource_quota_sets.iter().filter(|set| set.enabled) {
        for (number, rule) in set.limits.iter().enumerate().filter(|(_, rule)| is_shown(world, query, rule)) {
            let name = format!("{}/{}", set.name, rule.name.clone().unwrap_or_else(|| (number + 1).to_string()));
            let counted: Vec<&Running<'_>> =
                running.iter().filter(|task| set.limits.iter().position(|rule| fits(world, rule, task)) == Some(number)).collect();
            let rule = world.site.normal_rule(rule);
            for (resource, limit) in &rule.limits {
                let is_asked = |word: &String| world.site.complex(word).is_some_and(|complex| complex.name == *resource);
                let Some(complex) =
                    world.site.complex(resource).filter(|_| query.resources.is_empty() || query.resources.iter().any(is_asked))
                else {
                    continue;
                };
                let line = Line {
                    rule: name.clone(),
                    filters: rule.filters.clone(),
                    resource: resource.clone(),
                    limit: limit.clone(),
                    used: None,
                };
                if complex.consumable == Consumable::No {
                    lines.push(line);
                    continue;
                }
                for (filters, tasks) in shares(&rule, &counted, |filter, value| is_queried(world, query, filter, value)) {
                    let used = used(complex, &tasks);
                    if used > 0.0 {
                        let limit = limit_of(world, query, asked_hosts, limit, &tasks);
                        lines.push(Line { filters, limit, used: Some(shown(complex, used)), ..line.clone() });
                    }
                }
            }
        }
    }
    lines
}

fn running(jobs: &[JobStatus]) -> Vec<Running<'_>> {
    let groups = jobs.iter().flat_map(|status| status.tasks.iter().map(move |tasks| (status, tasks)));
    groups
        .filter(|(_, tasks)| tasks.state.is_running())
        .filter_map(|(status, tasks)| {
            let slots = status.slots(tasks);
            Some(Running { job: &status.job, queue: tasks.queue.as_deref()?, host: tasks.host.as_deref()?, slots })
        })
        .collect()
}

fn fits(world: &World<'_>, rule: &Rule, task: &Running<'_>) -> bool {
    let group = &task.job.submitter.group;
    rule.filters
        .iter()
        .all(|filter| filter.fits(task.value(filter.scope), |word, value| world.site.stands_for(filter.scope, word, value, group)))
}

fn asked(query: &Query, scope: Scope) -> &[String] {
    match scope {
        Scope::Users => &query.users,
        Scope::Projects => &query.projects,
        Scope::Pes => &query.pes,
        Scope::Queues => &query.queues,
        Scope::Hosts => &query.hosts,
    }
}

/// True where each filter of the rule fits one of the words asked for, which may be patterns and groups themselves.
fn is_shown(world: &World<'_>, query: &Query, rule: &Rule) -> bool {
    rule.filters.iter().all(|filter| {
        let stands_for = |word: &str, value: &str| world.site.stands_for(filter.scope, word, value, world.group);
        asked(query, filter.scope).iter().any(|word| {
            let fits = filter.words.is_empty() || filter.words.iter().any(|name| stands_for(name, word) || stands_for(word, name));
            fits && !filter.not.iter().any(|name| stands_for(name, word))
        })
    })
}

/// True where the one name of a filter in braces is asked for.
fn is_queried(world: &World<'_>, query: &Query, filter: &Filter, value: Option<&str>) -> bool {
    let Some(value) = value else { return true };
    asked(query, filter.scope).iter().any(|word| world.site.stands_for(filter.scope, word, value, world.group))
}

/// The tasks of a rule, apart for each name of the filters in braces, in the order in which they come.
fn shares<'a>(
    rule: &Rule,
    counted: &[&'a Running<'a>],
    is_queried: impl Fn(&Filter, Option<&str>) -> bool,
) -> Vec<(Vec<Filter>, Vec<&'a Running<'a>>)> {
    let mut shares: Vec<(Vec<Filter>, Vec<&'a Running<'a>>)> = Vec::new();
    for task in counted {
        let single = |filter: &Filter| match task.value(filter.scope).filter(|_| filter.each) {
            Some(value) => Filter { scope: filter.scope, each: false, words: vec![value.to_string()], not: Vec::new() },
            None => filter.clone(),
        };
        if !rule.filters.iter().all(|filter| !filter.each || is_queried(filter, task.value(filter.scope))) {
            continue;
        }
        let filters: Vec<Filter> = rule.filters.iter().map(single).collect();
        match shares.iter_mut().find(|(known, _)| *known == filters) {
            Some((_, tasks)) => tasks.push(task),
            None => shares.push((filters, vec![task])),
        }
    }
    shares
}

/// What these tasks use of a resource: slots, or what was asked for, or the default, for each slot or each job.
fn used(complex: &Complex, tasks: &[&Running<'_>]) -> f64 {
    let each = |task: &&Running<'_>| {
        if complex.name == "slots" {
            return f64::from(task.slots);
        }
        let asked = task.job.hard_resources.iter().rev().find(|(name, _)| *name == complex.name).map(|(_, value)| value.as_str());
        let amount = number(complex.kind, asked.unwrap_or(complex.default_value()));
        amount * if complex.consumable == Consumable::Job { 1.0 } else { f64::from(task.slots) }
    };
    tasks.iter().map(each).sum()
}

fn number(kind: Kind, text: &str) -> f64 {
    match kind {
        Kind::Memory => memory::parse(text).ok().flatten().map_or(0.0, |bytes| bytes as f64),
        Kind::Time => crate::grammar::duration::parse(text).ok().flatten().map_or(0.0, |seconds| seconds as f64),
        _ => text.parse().unwrap_or(0.0),
    }
}

fn shown(complex: &Complex, amount: f64) -> String {
    match complex.kind {
        Kind::Memory => {
            let (unit, letter) = [(40, "T"), (30, "G"), (20, "M"), (10, "K")]
                .into_iter()
                .find(|(power, _)| amount >= (1u64 << power) as f64)
                .map_or((1.0, ""), |(power, letter)| ((1u64 << power) as f64, letter));
            format!("{:.3}{letter}", amount / unit)
        }
        _ if amount.fract() == 0.0 => format!("{amount:.0}"),
        _ => format!("{amount:.6}"),
    }
}

/// The limit of tasks that are all on one host where it is reckoned from what the host has.
fn limit_of(world: &World<'_>, query: &Query, asked_hosts: bool, limit: &str, tasks: &[&Running<'_>]) -> String {
    let Some(name) = tasks.first().map(|task| task.host).filter(|_| is_dynamic(limit)) else { return limit.to_string() };
    let by_name = !asked_hosts || query.hosts.iter().find(|word| pattern::matches(word, name)).is_some_and(|word| word == name);
    let host = world.hosts.iter().find(|host| host.name == name).filter(|_| by_name);
    let values = world.site.values_of_host(name);
    let value = |resource: &str| match (resource, host) {
        (_, None) => None,
        ("num_proc", Some(host)) => Some(f64::from(host.processors)),
        ("m_core", Some(host)) => Some(f64::from(host.cores)),
        ("m_socket", Some(host)) => Some(f64::from(host.sockets)),
        ("m_thread", Some(host)) => Some(f64::from(host.threads)),
        (other, Some(_)) => values.get(other)?.parse().ok(),
    };
    reckoned(limit, value)
        .map_or_else(|| UNRECKONED.to_string(), |limit| if limit.fract() == 0.0 { format!("{limit:.0}") } else { format!("{limit:.6}") })
}
