//! The static helper that starts a job: PID 1 of a pod, or the parent of a local job.
//!
//! ```text
//! options -> rundir (exactly once) -> run: streams, environment, argv -> launch -> watch -> outcome -> Report
//! ```
//!
//! Only std and libc; everything `unsafe` is in `sys`. What the real Grid Engine 8.1.9 does was recorded on a real one (numbers
//! in the doc comments are its `failed` codes).

mod argv;
mod bare;
mod environment;
mod launch;
mod limits;
mod oom;
mod options;
mod outcome;
mod paths;
mod processes;
mod run;
mod rundir;
mod streams;
mod sys;
mod tail;
mod usage;
mod watch;

use crate::record::Report;
use std::ffi::OsString;

pub use watch::respawn_line;

/// Why a job could not be started: the `failed` code and the text behind `[UID:PID]: ` in `qstat -j`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    failed: u32,
    reason: String,
}

impl Failure {
    /// `failed 26`: opening an input or output file.
    fn file(reason: String) -> Failure {
        Failure { failed: 26, reason }
    }

    /// `failed 27`: searching the requested shell, or executing a program.
    fn shell(reason: String) -> Failure {
        Failure { failed: 27, reason }
    }

    /// `failed 28`: changing into the working directory.
    fn directory(reason: String) -> Failure {
        Failure { failed: 28, reason }
    }

    /// `failed 1`: anything that is the shepherd's own trouble.
    fn internal(what: &str, error: &dyn std::fmt::Display) -> Failure {
        Failure { failed: 1, reason: format!("{what}: {error}") }
    }

    fn report(self, start: u64) -> Report {
        Report { start, end: rundir::now(), failed: self.failed, reason: self.reason, ..Report::default() }
    }
}

/// The text of an error without Rust's ` (os error N)`: what `strerror` says.
fn strerror(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

/// Runs the shepherd with the arguments behind its name and gives its exit code: the job's exit status (254 for 128 and 255), 128 + signal for a
/// death by signal, 100 where the task is to be shown as `Eqw` (and for exit status 100), 0 when another shepherd had the
/// run directory first.
pub fn main(args: Vec<OsString>) -> i32 {
    match options::parse(args, |name| std::env::var_os(name)) {
        Ok(options::Invocation::Install(directory)) => match rundir::install(&directory) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("gridshim-shepherd: cannot install into {}: {}", directory.display(), strerror(&error));
                1
            }
        },
        Ok(options::Invocation::Tell(signal)) => {
            sys::kill(1, signal);
            0
        }
        Ok(options::Invocation::Become { limits, command }) => {
            sys::limit(&limits);
            let error = std::os::unix::process::CommandExt::exec(std::process::Command::new(&command[0]).args(&command[1..]));
            eprintln!("{}: {}", command[0].to_string_lossy(), strerror(&error));
            if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }
        }
        Ok(options::Invocation::Run(options)) => run::run(&options),
        Err(reason) => {
            eprintln!("gridshim-shepherd: {reason}");
            let report = Failure { failed: 1, reason }.report(rundir::now());
            rundir::write_message(std::path::Path::new(options::TERMINATION_LOG), &report);
            100
        }
    }
}
