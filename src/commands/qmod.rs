//! qmod: suspends, resumes, reschedules jobs and clears their error states. Queues belong to site.toml and the cluster: an ordinary
//! user is denied as in Grid Engine, a manager is told where they are changed (compat/captures/qmod-answers.txt).

use super::Context;
use crate::backend::{Act, Filter, Whose};
use crate::error::Result;
use crate::grammar::job_task::{self, Target};
use crate::grammar::pattern;
use crate::job::{JobStatus, State, Tasks};
use crate::options::qmod::{Deed, Kind, Order, Word, parse};

/// Runs qmod.
///
/// # Errors
/// Usage errors; what is denied is a line and exit code 1.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let orders = parse(words)?;
    let mut code = 0;
    for order in &orders.list {
        for word in &order.words {
            code = code.max(one(context, order, word, orders.force)?);
        }
    }
    Ok(code)
}

fn one(context: &mut Context, order: &Order, word: &Word, force: bool) -> Result<u8> {
    let target = job_task::parse(&word.text);
    let takes_names = matches!(order.deed, Deed::Suspend | Deed::Unsuspend) || order.kind == Kind::Job;
    let is_job = match target {
        Target::Id { .. } => order.kind != Kind::Queue,
        _ => order.kind == Kind::Job,
    };
    if !is_job {
        if let Some(code) = queues(context, &word.text)? {
            return Ok(code);
        }
        // Without a j behind it the option takes jobs by number alone.
        let unknown = if order.kind == Kind::Either && takes_names { "invalid queue or job" } else { "invalid queue" };
        context.print(&format!("{unknown} \"{}\"\n", word.text));
        return Ok(1);
    }
    let all = context.backend()?.jobs(&Filter { whose: Whose::Everybodys, id: None, finished: false, detail: false })?;
    let (jobs, tasks, name): (Vec<&JobStatus>, _, _) = match &target {
        Target::Id { id, tasks } => (all.iter().filter(|status| status.id == *id).collect(), tasks.or(word.tasks), id.to_string()),
        Target::Name(name) | Target::Invalid(name) => {
            (all.iter().filter(|status| pattern::matches(name, &status.job.name)).collect(), word.tasks, name.clone())
        }
    };
    let unknown = if takes_names { "invalid queue or job" } else { "invalid queue" };
    if jobs.is_empty() {
        context.print(&format!("{unknown} \"{name}\"\n"));
        return Ok(1);
    }
    let mut code = 0;
    for status in jobs {
        let user = context.submitter.user.clone();
        if status.job.submitter.user != user && !context.site.is_manager(&user) && !context.site.is_operator(&user) {
            context.print(&format!("{user} - you have no permission to modify job \"{}\"\n", status.id));
            code = 1;
            continue;
        }
        let meant: Vec<(u64, &Tasks)> =
            tasks_of(status).into_iter().filter(|(id, _)| tasks.is_none_or(|range| range.index(*id).is_some())).collect();
        if meant.is_empty() {
            context.print(&format!("{unknown} \"{}\"\n", status.id));
            code = 1;
        }
        // Of a whole array the waiting tasks are left alone, and not mentioned, where any runs.
        let any_runs = meant.iter().any(|(_, group)| group.state.is_running());
        for (task, group) in meant {
            if tasks.is_none() && any_runs && is_waiting(group) {
                continue;
            }
            code = code.max(deed(context, order.deed, status, task, group, force)?);
        }
    }
    Ok(code)
}

/// Every unfinished task with its id, by id.
fn tasks_of(status: &JobStatus) -> Vec<(u64, &Tasks)> {
    let mut all: Vec<(u64, &Tasks)> = Vec::new();
    for group in status.tasks.iter().filter(|group| group.state != State::Finished) {
        if group.ids.is_empty() {
            all.push((1, group));
        }
        all.extend(group.ids.iter().map(|id| (*id, group)));
    }
    all.sort_by_key(|(id, _)| *id);
    all
}

fn is_waiting(group: &Tasks) -> bool {
    matches!(group.state, State::Pending | State::Held)
}

fn deed(context: &mut Context, deed: Deed, status: &JobStatus, task: u64, group: &Tasks, force: bool) -> Result<u8> {
    let (user, host) = (context.submitter.user.clone(), context.submitter.host.clone());
    let is_array = status.job.array.is_some();
    let name = if is_array { format!("job-array task {}.{task}", status.id) } else { format!("job {}", status.id) };
    let act = |context: &mut Context, act: Act| -> Result<()> {
        let tasks: Vec<u64> = if is_array { vec![task] } else { Vec::new() };
        context.backend()?.act(status, &tasks, act)
    };
    if is_waiting(group) {
        context.print(&format!("Modify operation can not be applied on job-array task {}.{task} in pending/hold state\n", status.id));
        return Ok(0);
    }
    if deed == Deed::Clear {
        if !matches!(group.state, State::Error(_)) {
            let mut told = name;
            told[..1].make_ascii_uppercase();
            context.print(&format!("{told} is not in error state\n"));
            return Ok(1);
        }
        act(context, Act::ClearError)?;
        // Recorded: 1, although it worked.
        context.print(&format!("{user}@{host} cleared error state of {name}\n"));
        return Ok(1);
    }
    if !group.state.is_running() || matches!(group.state, State::Deleting { .. }) {
        return Ok(0);
    }
    let is_suspended = matches!(group.state, State::Suspended { .. });
    match (deed, is_suspended, force) {
        (Deed::Suspend, _, true) => {
            act(context, Act::Suspend)?;
            context.print(&format!("{user} - forced suspension of {name}\n"));
        }
        (Deed::Suspend, true, false) => context.print(&format!("{user} - {name} is already suspended\n")),
        (Deed::Suspend, false, false) => {
            act(context, Act::Suspend)?;
            context.print(&format!("{user} - suspended {name}\n"));
        }
        (Deed::Unsuspend, true, true) => {
            act(context, Act::Resume)?;
            context.print(&format!("{user}@{host} forced unsuspension of {name}\n"));
        }
        (Deed::Unsuspend, false, true) => context.print(&format!("{user} - forced enabling of {name}\n")),
        (Deed::Unsuspend, true, false) => {
            act(context, Act::Resume)?;
            context.print(&format!("{user} - unsuspended {name}\n"));
        }
        (Deed::Unsuspend, false, false) => context.print(&format!("{user} - {name} is already unsuspended\n")),
        (Deed::Reschedule, _, force) => {
            let queue = group.queue.as_deref().and_then(|queue| context.site.queue(queue));
            let may = status.job.rerun.unwrap_or_else(|| queue.is_some_and(|queue| queue.rerun));
            let at = group.host.clone().unwrap_or_default();
            match (may, force) {
                (false, false) => context.print(&format!("The {name} is not restartable\n")),
                (_, forced) => {
                    act(context, Act::Reschedule)?;
                    let how = if forced { "Forced" } else { "Pushed" };
                    context.print(&format!("{how} rescheduling of {name} on host {at}\n"));
                }
            }
        }
        (Deed::Clear | Deed::Enable | Deed::Disable, ..) => {}
    }
    Ok(0)
}

/// The answer for the queue instances of this name; `None` where there are none.
fn queues(context: &mut Context, word: &str) -> Result<Option<u8>> {
    let (queue, host) = word.split_once('@').unwrap_or((word, "*"));
    let hosts: Vec<String> = context.backend()?.hosts()?.into_iter().map(|host| host.name).collect();
    let mut names: Vec<String> = Vec::new();
    for known in context.site.queues.iter().filter(|known| pattern::matches(queue, &known.name)) {
        for at in context.site.hosts_of_queue(known, &hosts) {
            let is_meant = match host.strip_prefix('@') {
                Some(group) => context.site.is_in_host_group(&at, &format!("@{group}")),
                None => pattern::matches(host, &at),
            };
            if is_meant {
                names.push(format!("{}@{at}", known.name));
            }
        }
    }
    if names.is_empty() {
        return Ok(None);
    }
    names.sort();
    let user = context.submitter.user.clone();
    let is_manager = context.site.is_manager(&user) || context.site.is_operator(&user);
    for name in names {
        let text = if is_manager {
            format!(
                "{user} - queue \"{name}\" is not changed by qmod: queues are described in site.toml, hosts are opened and closed by the cluster\n"
            )
        } else {
            format!("{user} - you have no permission to modify queue \"{name}\"\n")
        };
        context.print(&text);
    }
    Ok(Some(1))
}
