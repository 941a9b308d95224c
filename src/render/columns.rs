//! The columns of qstat's list: `-ext`, `-urg`, `-pri`, `-t` and `-g t` put theirs between the others
//! (compat/captures/qstat/columns.txt has every combination).

use super::{Role, Row, Sheet, is_scheduled, normalized, priority, queue_instance, requests, time};
use crate::grammar::tasks;
use crate::job::{JobStatus, State, Tasks};
use std::fmt::Write;

/// What Grid Engine's scheduler would compute of a job, as far as it can be known without its policies.
pub struct Numbers {
    /// Normalized urgency, `-p` and tickets.
    pub urgency: f64,
    pub priority: f64,
    pub tickets: f64,
    /// Contributions of resources, waiting time and deadline.
    pub resources: i64,
    pub waiting: i64,
    pub deadline: i64,
}

/// The numbers of a row. Arrays and jobs in the error state have no urgency, as the real ones
/// (compat/captures/qstat/columns.txt); what the scheduler does not look at has no number at all.
pub fn numbers(status: &JobStatus, tasks: &Tasks, sheet: &Sheet<'_>) -> Numbers {
    let is_scheduled = is_scheduled(status, tasks, sheet.now);
    let is_urgent = is_scheduled && status.job.array.is_none() && !matches!(tasks.state, State::Error(_));
    let weight = sheet.site.scheduler.get("weight_waiting_time").and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.278);
    let of_slots = sheet.site.complex("slots").map_or(1000, |complex| complex.urgency);
    let job = &status.job;
    let of_requests: f64 = job.hard_resources.iter().map(|(name, value)| requests::contribution(job, name, value, sheet.site)).sum();
    let waited = (sheet.now - status.submitted).max(0) as f64;
    let middle = |is: bool| if is { 0.5 } else { 0.0 };
    Numbers {
        urgency: middle(is_urgent),
        priority: if is_urgent { normalized(&status.job) } else { 0.0 },
        tickets: middle(is_scheduled),
        resources: if is_urgent { of_slots * i64::from(status.job.slots) + of_requests as i64 } else { 0 },
        waiting: if is_urgent { (weight * waited) as i64 } else { 0 },
        deadline: 0,
    }
}

/// The header of a list that is no `-f`, and the line below it.
pub fn header(text: &mut String, sheet: &Sheet<'_>) {
    let layout = sheet.layout;
    let mut put = |is: bool, columns: &str| text.push_str(if is { columns } else { "" });
    put(true, "job-ID  prior   ");
    put(layout.urgency || layout.priority, "nurg    ");
    put(layout.priority, "npprior ");
    put(layout.priority || layout.extended, "ntckts  ");
    put(layout.urgency, "urg      rrcontr  wtcontr  dlcontr  ");
    put(layout.priority, " ppri ");
    put(true, "name       user         ");
    put(layout.extended, "project          department ");
    put(true, "state ");
    put(layout.has_times() && !layout.urgency, "submit/start at     ");
    put(layout.urgency, "submit/start at      deadline           ");
    put(layout.extended, "cpu        mem     io      tckts ovrts otckt ftckt stckt share ");
    put(true, "queue                          ");
    put(true, if layout.by_slot() { "master ja-task-ID " } else { "slots ja-task-ID " });
    put(layout.tasks, "task-ID state cpu        mem     io      stat failed ");
    // The line has a length of its own, not the header's.
    let lengths = [(layout.priority, 35), (layout.urgency, 64), (layout.extended, 79), (layout.by_slot(), 1), (layout.tasks, 53)];
    let length = 113 + lengths.iter().filter(|(is, _)| *is).map(|(_, length)| length).sum::<usize>();
    let _ = writeln!(text, "\n{:-<length$}", "");
}

/// A row, `-r`'s lines not included.
pub fn row(text: &mut String, row: &Row<'_>, sheet: &Sheet<'_>) {
    let layout = sheet.layout;
    let begun = text.len();
    before_usage(text, row, sheet);
    if row.role == Role::Slave {
        // Of a slave's row only the usage and the place are shown, with -pri further to the right than they should be.
        let width = text.len() - begun + if layout.priority { 12 } else { 0 };
        text.truncate(begun);
        let _ = write!(text, "{:width$}", "");
    }
    if layout.extended {
        let usage = if row.tasks.state.is_running() { "NA         NA      NA      " } else { "                           " };
        let override_tickets = row.status.job.override_tickets;
        let _ = write!(text, "{usage}{:>5} {override_tickets:>5} {:>5} {:>5} {:>5} 0.00  ", 0, 0, 0, 0);
    }
    if !layout.full {
        let _ = write!(text, "{:<30.30} ", queue_instance(row.tasks));
    }
    match row.role {
        Role::Master => text.push_str("MASTER "),
        Role::Slave => text.push_str("SLAVE  "),
        Role::Whole if layout.by_slot() => text.push_str("       "),
        Role::Whole => {
            let _ = write!(text, "{:>5} ", row.status.slots(row.tasks));
        }
    }
    match row.ids {
        [] => text.push_str("       \n"),
        ids => {
            let _ = writeln!(text, "{}", tasks::compact(ids));
        }
    }
}

fn before_usage(text: &mut String, row: &Row<'_>, sheet: &Sheet<'_>) {
    let Row { status, tasks, .. } = row;
    let (layout, job) = (sheet.layout, &status.job);
    let _ = write!(text, "{:>7} {:7.5} ", status.id, priority(status, tasks, sheet.now));
    if layout.urgency || layout.priority || layout.extended {
        let numbers = numbers(status, tasks, sheet);
        let mut put = |is: bool, number: f64| {
            if is {
                let _ = write!(text, "{number:7.5} ");
            }
        };
        put(layout.urgency || layout.priority, numbers.urgency);
        put(layout.priority, numbers.priority);
        put(layout.priority || layout.extended, numbers.tickets);
        if layout.urgency {
            let all = numbers.resources + numbers.waiting + numbers.deadline;
            let _ = write!(text, "{all:>8} {:>8} {:>8} {:>8} ", numbers.resources, numbers.waiting, numbers.deadline);
        }
        if layout.priority {
            let _ = write!(text, "{:>5} ", job.priority);
        }
    }
    let _ = write!(text, "{:<10.10} {:<12.12} ", job.name, job.submitter.user);
    if layout.extended {
        let (project, department) = (job.project.as_deref().unwrap_or("NA"), department(status));
        let _ = write!(text, "{project:<16.16} {department:<10.10} ");
    }
    let _ = write!(text, "{:<5.5} ", tasks.letters());
    if layout.has_times() {
        let at = if tasks.state.is_running() { tasks.started.unwrap_or(status.submitted) } else { status.submitted };
        time::put_slashes(text, at);
        text.push(' ');
    }
    if layout.urgency {
        let deadline = if job.deadline > 0 { time::slashes(job.deadline) } else { String::new() };
        let _ = write!(text, "{deadline:<19} ");
    }
}

/// The department of a job's owner.
pub fn department(status: &JobStatus) -> &str {
    status.job.department.as_deref().unwrap_or(crate::site::DEFAULT_DEPARTMENT)
}
