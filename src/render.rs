//! Pure functions from jobs and records to the bytes Grid Engine prints; one file per shape.

pub mod account;
pub mod detail;
pub mod detail_xml;
pub mod table;
pub mod time;
pub mod xml;

use crate::job::{Job, JobStatus, State, Tasks};

/// `qstat`'s prior column: held jobs have 0, the others what `-p` makes of the middle.
pub fn priority(job: &Job, state: &State) -> f64 {
    if *state == State::Held || *state == State::Finished { 0.0 } else { 0.5 + f64::from(job.priority) / 2048.0 }
}

/// One row of a listing.
pub struct Row<'a> {
    pub status: &'a JobStatus,
    pub tasks: &'a Tasks,
}

/// The rows in Grid Engine's order: running ones first, by priority; then waiting ones, errors before the rest.
pub fn rows<'a>(jobs: &'a [JobStatus], shown: impl Fn(&Job, &State) -> bool) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = jobs
        .iter()
        .flat_map(|status| status.tasks.iter().map(move |tasks| Row { status, tasks }))
        .filter(|row| shown(&row.status.job, &row.tasks.state))
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row<'_>| (!row.tasks.state.is_running(), row.status.id, row.tasks.ids.first().copied().unwrap_or(0));
        let prior = |row: &Row<'_>| priority(&row.status.job, &row.tasks.state);
        let running_first = key(a).0.cmp(&key(b).0);
        running_first.then(prior(b).total_cmp(&prior(a))).then(key(a).cmp(&key(b)))
    });
    rows
}

/// `queue@host`, empty while it waits.
pub fn queue_instance(tasks: &Tasks) -> String {
    match (&tasks.queue, &tasks.host, tasks.state.is_running()) {
        (Some(queue), Some(host), true) => format!("{queue}@{host}"),
        _ => String::new(),
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
        let tasks = vec![Tasks { ids: Vec::new(), state: State::Pending, started: None, queue: None, host: None }];
        JobStatus { id, submitted: 1_795_643_476, job, tasks, successors: Vec::new(), reasons: Vec::new() }
    }
}
