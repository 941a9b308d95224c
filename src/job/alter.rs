//! What qalter makes of a job: pure. The attributes are taken in Grid Engine's order, each with its line; at the first that is refused
//! nothing of the job is changed, though the lines before it are printed (compat/captures/qalter-answers.txt).

use super::admit::{self, settle};
use super::{Hold, Holds, Job, JobId, NO_ARRAY, Submitter, check_ranges, predecessors};
use crate::error::Error;
use crate::grammar::indexes::Indexes;
use crate::grammar::name;
use crate::grammar::tasks::Range;
use crate::request::{Cwd, HoldChange, Request, edited, merge_env};
use crate::site::Site;

/// Who changes the job, and what else there is.
pub struct Circumstances<'a> {
    pub caller: &'a Submitter,
    /// The caller's, for `-V` and `-v NAME`.
    pub environment: &'a [(String, String)],
    pub site: &'a Site,
    /// Unfinished jobs.
    pub others: &'a [Other],
    /// Indexes of tasks that wait, and of those that run: holds are on both, and told in this order.
    pub waiting: &'a Indexes,
    pub running: &'a Indexes,
}

/// An unfinished job, as far as others wait for it.
#[derive(Debug, Clone)]
pub struct Other {
    pub id: JobId,
    pub name: String,
    pub owner: String,
    pub array: Option<Range>,
    /// The jobs it waits for itself.
    pub before: Vec<JobId>,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Altered {
    /// What is printed, a line each.
    pub lines: Vec<String>,
    /// The job as it is to be; `Err`: the last line, and whether a right was missing to hold or release.
    pub job: Result<Job, Refusal>,
}

/// Why nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub text: String,
    pub is_about_holds: bool,
    pub is_no_array: bool,
}

impl Refusal {
    fn new(text: impl Into<String>) -> Refusal {
        Refusal { text: text.into(), is_about_holds: false, is_no_array: false }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::new(match error {
            Error::Rejected(text) => text,
            other => other.to_string(),
        })
    }
}

/// Applies a request to a job. `tasks`: the tasks whose holds are meant.
pub fn alter(id: JobId, job: &Job, request: &Request, tasks: Option<Range>, about: &Circumstances<'_>) -> Altered {
    let mut lines = Vec::new();
    let job = apply(id, job, request, tasks, about, &mut lines);
    Altered { lines, job }
}

fn apply(
    id: JobId,
    before: &Job,
    request: &Request,
    tasks: Option<Range>,
    about: &Circumstances<'_>,
    lines: &mut Vec<String>,
) -> Result<Job, Refusal> {
    let has_blank = |asked: &Option<crate::request::Asked<String>>| asked.as_ref().is_some_and(|asked| asked.value.contains(' '));
    if has_blank(&request.name) || has_blank(&request.account) {
        // Recorded: nothing happens at all, and nothing is said.
        return Ok(Job { env: Vec::new(), ..before.clone() });
    }
    let mut job = before.clone();
    // What was kept apart from the job is left alone unless it is changed.
    job.env.clear();
    let (who, site) = (&about.caller.user, about.site);
    let is_operator = site.is_operator(who) || site.is_manager(who);
    let address = format!("{who}@{}", about.caller.host);
    let modified = |what: &str| format!("modified {what} of job {id}");
    let mut is_new = false;
    if let Some(change) = &request.holds {
        hold(id, &mut job, &change.value, tasks, about, lines)?;
        is_new = true;
    }
    if let Some(priority) = &request.priority {
        if priority.value > job.priority && !is_operator {
            return Err(Refusal::new(format!("denied: \"{who}\" must be operator to increase job priority")));
        }
        job.priority = priority.value;
        lines.push(format!("{address} sets scheduling priority of job {id} to {}", priority.value));
    }
    if let Some(share) = &request.share {
        job.share = share.value;
        lines.push(format!("{address} sets job share of job {id} to {}", share.value));
    }
    if let Some(tickets) = &request.override_tickets {
        if !is_operator {
            return Err(Refusal::new(format!("denied: \"{who}\" must be operator to change amount of override tickets")));
        }
        job.override_tickets = tickets.value;
        is_new = true;
        lines.push(format!("{address} sets override tickets of job {id} to {}", tickets.value));
    }
    if let Some(at) = &request.start_at {
        job.start_at = at.value;
        is_new = true;
        lines.push(modified("start time"));
    }
    if let Some(at) = &request.deadline {
        admit::deadline(&Job { submitter: about.caller.clone(), ..job.clone() }, site)?;
        job.deadline = at.value;
        lines.push(modified("deadline initiation time"));
    }
    if let Some(account) = &request.account {
        if account.value.is_empty() {
            return Err(Refusal::new("NULL pointer passed as object name for \"account string\""));
        }
        if account.value.contains(':') {
            return Err(Refusal::new("Colon (':') not allowed in objectname"));
        }
        job.account.clone_from(&account.value);
        lines.push(modified("account"));
    }
    if let Some(project) = request.project.as_ref().filter(|asked| !asked.value.is_empty()) {
        job.project = Some(project.value.clone());
        admit::project(&job, site)?;
        lines.push(modified("project"));
    }
    if let Some(cwd) = &request.cwd {
        job.cwd = match &cwd.value {
            // Recorded: the job runs at home then.
            Cwd::Current => None,
            Cwd::Path(path) => Some(path.clone()),
        };
        lines.push(modified("working directory"));
    }
    if let Some(stderr) = &request.stderr {
        job.stderr = Some(stderr.value.clone());
        admit::hosts::of_paths(&mut job, site)?;
        lines.push(modified("stderr path list"));
    }
    if let Some(stdin) = &request.stdin {
        job.stdin = Some(stdin.value.clone());
        admit::hosts::of_paths(&mut job, site)?;
        lines.push(modified("stdin path list"));
    }
    if let Some(reserve) = &request.reserve {
        job.reserve = reserve.value;
        is_new = true;
        lines.push(modified("reservation behaviour"));
    }
    if let Some(merge) = &request.merge {
        job.merge = Some(merge.value);
        lines.push(modified("output merge behaviour"));
    }
    if request.said.hard_resources {
        job.hard_resources.clone_from(&request.hard_resources);
        job.said.hard_resources = true;
        admit::resources::check(&mut job, site)?;
        is_new = true;
        lines.push(modified("hard resource list"));
    }
    if request.said.soft_resources {
        job.soft_resources.clone_from(&request.soft_resources);
        job.said.soft_resources = true;
        admit::resources::check(&mut job, site)?;
        is_new = true;
        lines.push(modified("soft resource list"));
    }
    if let Some(events) = &request.mail_events {
        job.mail_events = events.value;
        lines.push(modified("mail options"));
    }
    if !request.mail_to.is_empty() {
        job.mail_to.clone_from(&request.mail_to);
        lines.push(modified("mail list"));
    }
    if let Some(name) = request.name.as_ref().filter(|asked| !asked.value.is_empty()) {
        rename(&mut job, &name.value)?;
        is_new = true;
        lines.push(modified("job name"));
    }
    if let Some(most) = &request.task_concurrency {
        if job.array.is_none() {
            return Err(Refusal::new("invalid option argument \"task concurrency\""));
        }
        job.task_concurrency = most.value;
        is_new = true;
        lines.push(modified("task concurrency"));
    }
    if !request.hold_jid.is_empty() {
        if request.holds.is_some() {
            return Err(Refusal::new(format!("The specified option works only on jobs ({id})")));
        }
        job.hold_jid.clone_from(&request.hold_jid);
        job.predecessors = wait_for(id, &job, &request.hold_jid, about)?;
        is_new = true;
        lines.push(modified("job id hold list"));
        told(&job.predecessors, &request.hold_jid, lines);
    }
    if !request.hold_jid_ad.is_empty() {
        if job.array.is_none() {
            return Err(Refusal::new(NO_ARRAY));
        }
        job.hold_jid_ad.clone_from(&request.hold_jid_ad);
        job.array_predecessors = wait_for(id, &job, &request.hold_jid_ad, about)?;
        for other in about.others.iter().filter(|other| job.array_predecessors.contains(&other.id)) {
            check_ranges(job.array, other.array).map_err(Refusal::new)?;
        }
        is_new = true;
        lines.push(modified("job id hold array list"));
        told(&job.array_predecessors, &request.hold_jid_ad, lines);
    }
    if request.notify.is_some() {
        job.notify = true;
        is_new = true;
        lines.push(modified("notify behaviour"));
    }
    if let Some(stdout) = &request.stdout {
        job.stdout = Some(stdout.value.clone());
        admit::hosts::of_paths(&mut job, site)?;
        lines.push(modified("stdout path list"));
    }
    if let Some(pe) = &request.pe {
        let (name, stretches) = &pe.value;
        if !admit::parallel::is_known(name, site) {
            return Err(Refusal::new(format!("denied: parallel environment \"{name}\" does not exist")));
        }
        lines.push(modified("parallel environment"));
        job.slots = admit::parallel::least(stretches)?;
        job.pe = Some(pe.value.clone());
        is_new = true;
        lines.push(modified("slot range"));
    }
    if let Some(binding) = &request.binding {
        job.binding = Some(binding.value.clone());
        is_new = true;
        lines.push(modified("binding"));
    }
    for (asked, what) in [(&request.queues, "hard queue list"), (&request.soft_queues, "soft queue list")] {
        if !asked.is_empty() {
            let list = if what.starts_with("hard") { &mut job.hard_queues } else { &mut job.soft_queues };
            list.clone_from(asked);
            admit::queues::known(list, site)?;
            is_new = true;
            lines.push(modified(what));
        }
    }
    if !request.master_queues.is_empty() {
        job.master_queues.clone_from(&request.master_queues);
        admit::queues::known(&mut job.master_queues, site)?;
        is_new = true;
        lines.push(modified("master hard queue list"));
    }
    if let Some(rerun) = &request.rerun {
        job.rerun = Some(rerun.value);
        is_new = true;
        lines.push(modified("restart behaviour"));
    }
    if let Some(shell) = &request.shell {
        job.shell = Some(shell.value.clone());
        admit::hosts::of_paths(&mut job, site)?;
        lines.push(modified("shell list"));
    }
    if !request.env.is_empty() || request.whole_environment {
        job.env = environment(request, about.environment);
        lines.push(modified("environment"));
    }
    if !request.context.is_empty() {
        job.context = edited(job.context, &request.context);
        lines.push(modified("context"));
    }
    if let Some(reservation) = &request.reservation {
        job.reservation = reservation.value;
        lines.push(format!("{address} sets job advance reservation of job {id} to {}", reservation.value));
    }
    if let Some(checkpoint) = &request.checkpoint {
        if site.ckpt(&checkpoint.value).is_none() {
            return Err(Refusal::new(format!("denied: checkpointing environment \"{}\" does not exist", checkpoint.value)));
        }
        job.checkpoint = Some(checkpoint.value.clone());
        lines.push(modified("checkpoint interface"));
    }
    // A job that is no parallel one keeps the queues of a master for when it is.
    let masters = std::mem::take(&mut job.master_queues);
    if job.pe.is_some() {
        job.master_queues.clone_from(&masters);
    }
    let reservation = job.reservation;
    settle(&mut job, site)?;
    (job.master_queues, job.reservation) = (masters, reservation);
    job.version += u32::from(is_new);
    Ok(job)
}

fn rename(job: &mut Job, new: &str) -> Result<(), Refusal> {
    match name::check(new) {
        Ok(()) => job.name = new.into(),
        Err(name::Refusal::Slash) => return Err(Refusal::new("Slash ('/') not allowed in objectname")),
        Err(name::Refusal::Master(text)) => return Err(Refusal::new(text)),
    }
    Ok(())
}

/// Sets and takes holds; a line for the job, or for each task whose holds are others now.
fn hold(
    id: JobId,
    job: &mut Job,
    change: &HoldChange,
    tasks: Option<Range>,
    about: &Circumstances<'_>,
    lines: &mut Vec<String>,
) -> Result<(), Refusal> {
    let denied = |verb: &str, right: &str, kind: &str| Refusal {
        is_about_holds: true,
        ..Refusal::new(format!("denied: \"{}\" must be {right} to {verb} {kind} hold", about.caller.user))
    };
    if job.array.is_none() && tasks.is_some_and(|range| range.count() > 1) {
        return Err(Refusal { is_no_array: true, ..Refusal::new(format!("{id} is not a job array")) });
    }
    let mut there = about.waiting.clone();
    there.extend(about.running);
    let meant: Indexes = match (tasks, job.array) {
        (None, _) => there.clone(),
        (Some(asked), Some(range)) => chosen(&there, |index| asked.index(range.id(index)).is_some()),
        (Some(asked), None) => chosen(&there, |_| asked.first == 1),
    };
    let before = job.holds.clone();
    // Recorded: whatever the holds are, only a manager takes all of them away.
    if change.none && !about.site.is_manager(&about.caller.user) && !before.any().within(&meant).is_empty() {
        let mut refusal = denied("remove", "manager", "manager");
        if !before.operator.within(&meant).is_empty() {
            refusal.text = format!("{}\n{}", refusal.text, denied("remove", "operator", "operator").text);
        }
        return Err(refusal);
    }
    // Of several kinds the strongest right that is missing is told, where any of them is set.
    let is_restricted = !before.operator.within(&meant).is_empty() || !before.system.within(&meant).is_empty();
    if change.take.contains(&'s') && is_restricted && !about.site.is_manager(&about.caller.user) {
        return Err(denied("remove", "manager", "manager"));
    }
    let is_manager = about.site.is_manager(&about.caller.user);
    let is_operator = is_manager || about.site.is_operator(&about.caller.user);
    // The strongest right that is missing is told.
    for kind in [Hold::System, Hold::Operator, Hold::User] {
        let (may, right, called) = match kind {
            Hold::System => (is_manager, "manager", "manager"),
            Hold::Operator => (is_operator, "operator", "operator"),
            Hold::User => (true, "", ""),
        };
        let held = job.holds.of_mut(kind);
        if change.set.contains(&kind.letter()) {
            if !may {
                return Err(denied("set", right, called));
            }
            held.extend(&meant);
        } else if change.none || change.take.contains(&kind.letter()) {
            if !held.within(&meant).is_empty() && !may {
                return Err(denied("remove", right, called));
            }
            *held = held.without(&meant);
        }
    }
    let is_other = |holds: &Holds, index: u64| holds.on(index) != before.on(index);
    if job.array.is_none() {
        if job.holds != before {
            lines.push(format!("modified hold of job {id}"));
        }
        return Ok(());
    }
    for index in about.waiting.iter().chain(about.running.iter()).filter(|index| is_other(&job.holds, *index)) {
        let task = job.array.map_or(1, |range| range.id(index));
        lines.push(format!("modified hold of job-array task {id}.{task}"));
    }
    Ok(())
}

fn chosen(from: &Indexes, wanted: impl Fn(u64) -> bool) -> Indexes {
    let mut chosen = Indexes::default();
    from.iter().filter(|index| wanted(*index)).for_each(|index| chosen.insert(index));
    chosen
}

/// The unfinished jobs that these words mean.
fn wait_for(id: JobId, job: &Job, words: &[String], about: &Circumstances<'_>) -> Result<Vec<JobId>, Refusal> {
    if let Some(task) = words.iter().find(|word| admit::is_task(word)) {
        return Err(Refusal::new(format!("denied: job \"{task}\" not found")));
    }
    if words.iter().any(|word| *word == id.to_string()) {
        return Err(Refusal::new(format!("denied: job \"{id}\" may not be its own jobnet predecessor")));
    }
    let others = about.others.iter().filter(|other| other.id != id);
    let found = predecessors(words, others.map(|other| (other.id, other.name.as_str(), other.owner == job.submitter.user)));
    if let Some(other) = found.iter().find(|other| leads_to(**other, id, about, &mut Vec::new())) {
        return Err(Refusal::new(format!("job {id} dependency change would generate a dependency cycle with job {other}")));
    }
    Ok(found)
}

/// True where `from` waits, over others perhaps, for `to`.
fn leads_to(from: JobId, to: JobId, about: &Circumstances<'_>, seen: &mut Vec<JobId>) -> bool {
    if seen.contains(&from) {
        return false;
    }
    seen.push(from);
    let before = about.others.iter().find(|other| other.id == from).map_or(&[][..], |other| &other.before);
    before.iter().any(|next| *next == to || leads_to(*next, to, about, seen))
}

/// The two lines below a change of the jobs that are waited for.
fn told(found: &[JobId], words: &[String], lines: &mut Vec<String>) {
    let list = |ids: Vec<String>| if ids.is_empty() { "NONE".to_string() } else { ids.join(",") };
    let gone = words.iter().filter(|word| word.parse::<JobId>().is_ok_and(|id| !found.contains(&id))).cloned().collect();
    lines.push(format!("   blocking jobs: {}", list(found.iter().map(JobId::to_string).collect())));
    lines.push(format!("   exited jobs:   {}", list(gone)));
}

/// The new environment, which replaces the old one.
fn environment(request: &Request, caller: &[(String, String)]) -> Vec<(String, String)> {
    let mut asked = request.env.clone();
    if request.whole_environment {
        merge_env(&mut asked, caller.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect());
    }
    let value_of = |name: &str| caller.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    asked.into_iter().map(|(name, value)| (name.clone(), value.or_else(|| value_of(&name)).unwrap_or_default())).collect()
}

#[cfg(test)]
#[path = "alter_tests.rs"]
mod tests;
