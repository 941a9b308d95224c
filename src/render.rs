//! Pure functions from jobs and records to the bytes Grid Engine prints; one file per shape.

pub mod account;
pub mod aligned;
pub mod clusters;
pub mod columns;
pub mod detail;
pub mod detail_xml;
pub mod full;
pub mod hosts;
pub mod hosts_xml;
pub mod qconf;
pub mod qquota;
pub mod requests;
pub mod scheduling;
pub mod table;
pub mod time;
pub mod totals;
pub mod writer;
pub mod xml;

use crate::host::Instance;
use crate::job::{Job, JobStatus, State, Tasks};
use crate::request::listing::Layout;
use crate::site::Site;
use std::collections::HashMap;

/// What a list is made of, besides its rows.
pub struct Sheet<'a> {
    pub layout: &'a Layout,
    pub site: &'a Site,
    /// Seconds since 1970.
    pub now: i64,
    /// Running jobs come queue by queue instead of by number.
    pub by_queue: bool,
}

/// One row of a list.
#[derive(Clone)]
pub struct Row<'a> {
    pub status: &'a JobStatus,
    pub tasks: &'a Tasks,
    /// The tasks shown in it; none for a job that is no array.
    pub ids: &'a [u64],
    pub role: Role,
}

/// What a row of a job's slots is, where each slot has a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Whole,
    Master,
    Slave,
}

/// The rows of a list in Grid Engine's order, in its three parts.
#[derive(Default)]
pub struct Rows<'a> {
    pub running: Vec<Row<'a>>,
    pub waiting: Vec<Row<'a>>,
    pub finished: Vec<Row<'a>>,
}

impl Rows<'_> {
    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty() && self.finished.is_empty()
    }
}

/// True where the scheduler looks at these tasks: they run or could, as far as holds and times go.
fn is_scheduled(status: &JobStatus, tasks: &Tasks, now: i64) -> bool {
    match tasks.state {
        State::Held | State::Finished => false,
        State::Pending | State::Requeued => !tasks.held.any() && status.job.start_at <= now,
        _ => true,
    }
}

/// `qstat`'s prior column: what `-p` makes of the middle; 0 where the scheduler does not look.
pub fn priority(status: &JobStatus, tasks: &Tasks, now: i64) -> f64 {
    if is_scheduled(status, tasks, now) { normalized(&status.job) } else { 0.0 }
}

/// `-p` between 0 and 1 (compat/captures/qstat/columns.txt, npprior).
fn normalized(job: &Job) -> f64 {
    0.5 + f64::from(job.priority) / 2048.0
}

/// The rows of the tasks that are let through. Running ones come by number (or by queue), waiting ones by priority and number,
/// finished ones as they are given (compat/captures/qstat/columns.txt, options.txt, options-sz.txt).
pub fn rows<'a>(jobs: &'a [JobStatus], sheet: &Sheet<'_>, shown: impl Fn(&Tasks) -> bool) -> Rows<'a> {
    let mut rows = Rows::default();
    for status in jobs {
        for tasks in status.tasks.iter().filter(|tasks| shown(tasks)) {
            let row = |ids, role| Row { status, tasks, ids, role };
            if tasks.state.is_running() {
                let slots = if sheet.layout.by_slot() { status.slots(tasks).max(1) } else { 0 };
                let first = if slots == 0 { Role::Whole } else { Role::Master };
                rows.running.push(row(&tasks.ids, first));
                rows.running.extend((1..slots).map(|_| row(&tasks.ids, Role::Slave)));
            } else {
                let part = if tasks.state == State::Finished { &mut rows.finished } else { &mut rows.waiting };
                match sheet.layout.each_task && !tasks.ids.is_empty() {
                    true => part.extend(tasks.ids.chunks(1).map(|ids| row(ids, Role::Whole))),
                    false => part.push(row(&tasks.ids, Role::Whole)),
                }
            }
        }
    }
    let number = |row: &Row<'_>| (row.status.id, row.ids.first().copied().unwrap_or(0));
    rows.running.sort_by_key(number);
    // Sorting is stable: the slots of a task stay together, the master first.
    if sheet.by_queue {
        let number = |row: &Row<'_>| row.tasks.queue.as_deref().and_then(|queue| sheet.site.queue(queue)).map(|queue| queue.seq_no);
        rows.running.sort_by(|a, b| {
            let place = |row: &Row<'a>| (&row.tasks.queue, &row.tasks.host);
            number(a).cmp(&number(b)).then_with(|| place(a).cmp(&place(b)))
        });
    }
    // Of one job's waiting tasks those that are held come last (compat/captures/qhold-qrls-answers.txt).
    let in_order = |row: &Row<'_>| (row.status.id, row.tasks.held.any(), number(row).1);
    let prior = |row: &Row<'_>| priority(row.status, row.tasks, sheet.now);
    rows.waiting.sort_by(|a, b| prior(b).total_cmp(&prior(a)).then_with(|| in_order(a).cmp(&in_order(b))));
    rows
}

/// Running rows by the instance they run in; and those that run in none of them.
pub fn by_instance<'a, 'b>(running: &'b [Row<'a>], instances: &[Instance<'_>]) -> (Vec<Vec<&'b Row<'a>>>, Vec<&'b Row<'a>>) {
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, instance) in instances.iter().enumerate() {
        places.insert((&instance.queue.name, &instance.host.name), at);
    }
    let mut found: Vec<Vec<&Row<'_>>> = instances.iter().map(|_| Vec::new()).collect();
    let mut elsewhere = Vec::new();
    for row in running {
        let place = row.tasks.queue.as_deref().zip(row.tasks.host.as_deref()).and_then(|place| places.get(&place));
        match place {
            Some(&at) => found[at].push(row),
            None => elsewhere.push(row),
        }
    }
    (found, elsewhere)
}

/// `queue@host`, empty while it waits.
pub fn queue_instance(tasks: &Tasks) -> String {
    match (&tasks.queue, &tasks.host, tasks.state.is_running()) {
        (Some(queue), Some(host), true) => format!("{queue}@{host}"),
        _ => String::new(),
    }
}

/// A number with so many decimals, as C's printf writes it.
fn number(value: f64, decimals: usize) -> String {
    match value.is_nan() {
        true if value.is_sign_negative() => "-nan".into(),
        true => "nan".into(),
        false => format!("{value:.decimals$}"),
    }
}

#[cfg(test)]
mod tests_support {
    use crate::job::{Command, JobStatus, State, Submitter, Tasks, resolve};
    use crate::request::Request;
    use crate::site::Site;

    /// A waiting job of bob's.
    pub fn status(id: u64, name: &str) -> JobStatus {
        let submitter = Submitter { user: "bob".into(), home: "/home/bob".into(), host: "host1".into(), ..Submitter::default() };
        let command = Command { file: Some(name.into()), args: Vec::new() };
        let job = resolve(Request::default(), command, submitter, &[], &Site::default()).expect("a job").job;
        let tasks = vec![Tasks::waiting(Vec::new(), State::Pending)];
        JobStatus { id, submitted: 1_795_643_476, job, tasks, successors: Vec::new(), array_successors: Vec::new(), reasons: Vec::new() }
    }
}

#[cfg(test)]
mod columns_tests;
