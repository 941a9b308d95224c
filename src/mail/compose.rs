//! The words of a mail: Grid Engine's subject and body (compat/captures/mail), and below them the usage that it leaves out and the
//! last lines of the error file. Two differences: names and reasons are never cut, and control characters are blanks.

use crate::accounting::{Record, failed_text};
use crate::request::MailEvents;
use chrono::{Local, TimeZone};
use std::fmt::Write;

/// What a mail is about: a job, or a task of an array, on its host.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub id: u64,
    /// `None` outside arrays.
    pub task: Option<u64>,
    pub name: &'a str,
    pub owner: &'a str,
    pub uid: u32,
    pub queue: &'a str,
    pub host: &'a str,
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// `at`: seconds since 1970.
    Started {
        at: u64,
    },
    Ended(Ended<'a>),
    /// Deleted as it ran; by whom, as `user@host`.
    Killed {
        by: &'a str,
    },
    /// Rescheduled as it ran.
    Pushed,
    Suspended,
    Continued,
}

/// How a run ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    pub record: &'a Record,
    /// The reason of the error state, or empty.
    pub reason: &'a str,
    /// It will be run again, whatever its exit status.
    pub again: bool,
    /// What was done to it: `killed on host1 for using more memory than it asked for`.
    pub cause: Option<&'a str>,
    /// The path of the error file, and its last lines below; empty: not known.
    pub tail: &'a str,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
    /// For a digest.
    pub line: String,
}

/// What an end is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Complete,
    Aborted,
    Rescheduled,
    ApplicationError,
    ErrorState,
}

/// True where `-m` asks for it: an end that failed is told for `a` as for `e`, the work of qdel and qmod for `a` alone.
pub fn wants(events: MailEvents, event: &Event<'_>) -> bool {
    match event {
        Event::Started { .. } => events.begin,
        Event::Ended(ended) if kind(ended) == Kind::Complete => events.end,
        Event::Ended(_) => events.abort || events.end,
        Event::Killed { .. } | Event::Pushed => events.abort,
        Event::Suspended | Event::Continued => events.suspend,
    }
}

/// The code of exit status 99 and that of 100.
const RESCHEDULING: u32 = 25;
const APPLICATION_ERROR: u32 = 30;

fn kind(ended: &Ended<'_>) -> Kind {
    match ended.record.failed {
        APPLICATION_ERROR => Kind::ApplicationError,
        _ if !ended.reason.is_empty() => Kind::ErrorState,
        RESCHEDULING => Kind::Rescheduled,
        _ if ended.again => Kind::Rescheduled,
        0 => Kind::Complete,
        _ => Kind::Aborted,
    }
}

/// The text of a mail.
pub fn compose(about: &About<'_>, event: &Event<'_>) -> Text {
    let job = match about.task {
        Some(task) => format!("Job-array task {}.{task} ({})", about.id, clean(about.name)),
        None => format!("Job {} ({})", about.id, clean(about.name)),
    };
    let (subject, body) = match event {
        Event::Started { at } => {
            let subject = format!("{job} Started");
            let body = format!(
                "{subject}\n User       = {}\n Queue      = {}\n Host       = {}\n Start Time = {}\n",
                clean(about.owner),
                clean(about.queue),
                clean(about.host),
                time(*at)
            );
            (subject, body)
        }
        Event::Ended(ended) => ended_text(about, &job, ended),
        Event::Killed { by } => {
            let blank = if about.task.is_none() { " " } else { "" };
            (format!("{job} Killed"), format!("{job} {blank}was killed by {}\n", clean(by)))
        }
        Event::Pushed => {
            let (kind, number) = match about.task {
                Some(task) => ("job-array task", format!("{}.{task}", about.id)),
                None => ("job", about.id.to_string()),
            };
            let host = clean(about.host);
            let body =
                format!("Your {kind} {number} is was running on host {host}. Pushed manually/automatic rescheduling for this {kind}.\n");
            (format!("Pushed rescheduling of {kind} {number}"), body)
        }
        Event::Suspended => (format!("{job} Suspended"), "\n\n".into()),
        Event::Continued => (format!("{job} Continued"), "\n\n".into()),
    };
    let line = match event {
        Event::Ended(ended) => {
            let record = ended.record;
            format!("{subject}: exit status {}, failed {}, {}", record.exit_status, record.failed, time(record.end_time))
        }
        Event::Started { at } => format!("{subject}: {}", time(*at)),
        _ => subject.clone(),
    };
    Text { subject, body, line }
}

fn ended_text(about: &About<'_>, job: &str, ended: &Ended<'_>) -> (String, String) {
    let kind = kind(ended);
    let what = match kind {
        Kind::Complete => "Complete",
        Kind::Aborted => "Aborted",
        Kind::Rescheduled => "Rescheduled",
        Kind::ApplicationError => "Rescheduled due to application error",
        Kind::ErrorState => "Set in error state",
    };
    let record = ended.record;
    let subject = format!("{job} {what}");
    let mut body = format!("{subject}\n");
    let mut say = |label: &str, value: &str| {
        let _ = writeln!(body, " {label:<16} = {value}");
    };
    // What never ran has neither times nor an exit status.
    let never_ran = kind == Kind::ErrorState;
    let at = |seconds: u64| if never_ran || seconds == 0 { "<unknown>".into() } else { time(seconds) };
    let signal = if matches!(kind, Kind::Complete | Kind::ErrorState) { 0 } else { signal_of(record) };
    let (user, queue, host) = (clean(about.owner), format!("{}@{}", clean(about.queue), clean(about.host)), clean(about.host));
    let place = [("User", user.as_str()), ("Queue", &queue), ("Host", &host)];
    let spent = [
        ("User Time", clock(record.ru_utime)),
        ("System Time", clock(record.ru_stime)),
        ("Wallclock Time", clock(record.ru_wallclock as f64)),
    ];
    let cpu = if never_ran { "NA".into() } else { clock(record.ru_utime + record.ru_stime) };
    if kind == Kind::Complete {
        place.iter().for_each(|(label, value)| say(label, value));
        say("Start Time", &at(record.start_time));
        say("End Time", &at(record.end_time));
        spent.iter().for_each(|(label, value)| say(label, value));
        say("CPU", &cpu);
        say("Max vmem", &memory(record.maxvmem));
        say("Exit Status", &record.exit_status.to_string());
    } else {
        say("Exit Status", &if never_ran { "-1".into() } else { record.exit_status.to_string() });
        say("Signal", signal_name(signal));
        place.iter().for_each(|(label, value)| say(label, value));
        say("Start Time", &at(record.start_time));
        say("End Time", &at(record.end_time));
        say("CPU", &cpu);
        say("Max vmem", &memory(record.maxvmem));
        let _ = writeln!(body, "failed {} because:", failed_text(record.failed));
        if signal != 0 {
            let task = about.task.unwrap_or(1);
            let _ = writeln!(body, "job {}.{task} died through signal {} ({signal})", about.id, signal_name(signal));
        } else if matches!(kind, Kind::ErrorState | Kind::ApplicationError | Kind::Rescheduled) {
            let asked = format!("exit_status of job start = {}", record.exit_status);
            let reason = if ended.reason.is_empty() { asked } else { clean(ended.reason) };
            let _ = writeln!(body, "{} [{}:0]: {reason}", time(record.end_time), about.uid);
        }
        if never_ran {
            body.push_str("Use \"qmod -c <jobid>\" to clear job error state\nonce the problem is fixed.\n");
        }
    }
    beyond(&mut body, ended, if kind == Kind::Complete || never_ran { &[] } else { &spent });
    (subject, body)
}

/// What Grid Engine does not say.
fn beyond(body: &mut String, ended: &Ended<'_>, spent: &[(&str, String)]) {
    let record = ended.record;
    let mut more = String::new();
    for (label, value) in spent {
        let _ = writeln!(more, " {label:<16} = {value}");
    }
    if record.ru_maxrss > 0 {
        let _ = writeln!(more, " {:<16} = {}", "Max memory", memory(record.ru_maxrss as f64 * 1024.0));
    }
    if let Some(cause) = ended.cause {
        let _ = writeln!(more, " The job was {}.", clean(cause));
    }
    if !more.is_empty() {
        let _ = write!(body, "\n{more}");
    }
    if let Some((path, lines)) = ended.tail.split_once('\n').filter(|(_, lines)| !lines.trim().is_empty()) {
        let _ = write!(body, "\nThe last lines of {}:\n", clean(path));
        for line in lines.lines() {
            let _ = writeln!(body, "{}", line.replace(|c: char| c.is_control() && c != '\t', " "));
        }
    }
}

/// On one line.
fn clean(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// `MM/DD/YYYY HH:MM:SS`, local time.
fn time(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| Local.timestamp_opt(seconds, 0).single());
    at.map_or_else(|| "<unknown>".into(), |at| at.format("%m/%d/%Y %H:%M:%S").to_string())
}

/// `HH:MM:SS`, hours as many as there are; what is less than a second is left out.
fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Bytes as `1.781M`; nothing is `NA`.
fn memory(bytes: f64) -> String {
    if bytes.is_nan() || bytes <= 0.0 {
        return "NA".into();
    }
    let (mut value, mut unit) = (bytes, "");
    for larger in ["K", "M", "G", "T"] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    format!("{value:.3}{unit}")
}

/// The signal it died of; 0 where it did not.
fn signal_of(record: &Record) -> i32 {
    let by_signal = record.failed != RESCHEDULING && record.failed != APPLICATION_ERROR && (129..=192).contains(&record.exit_status);
    if by_signal { record.exit_status - 128 } else { 0 }
}

fn signal_name(signal: i32) -> &'static str {
    const NAMES: [&str; 32] = [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];
    match usize::try_from(signal) {
        Ok(number @ 1..=31) => NAMES[number],
        _ => "unknown signal",
    }
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
