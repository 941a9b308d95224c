//! The commands, one file per family: parse, ask the backend, render. They write to the streams they are given and give an
//! exit code; nothing here knows Kubernetes.

mod alter;
mod build;
mod context;
mod cron;
mod crontab;
mod edit;
mod hosts;
mod image;
mod jlocal;
mod jsub;
mod now;
mod own;
mod pages;
mod qacct;
mod qconf;
mod qdel;
mod qhost;
mod qmod;
mod qquota;
mod qresub;
mod qselect;
mod qstat;
mod qsub;
mod sources;
mod stop;

pub use context::{Context, Streams};

use crate::error::Result;

/// How a command runs: its context, and its words without its own name.
pub type Run = fn(&mut Context, &[String]) -> Result<u8>;

/// One command of the multi-call binary.
pub struct Command {
    pub name: &'static str,
    pub about: &'static str,
    /// `None`: the name is known and its work is not implemented.
    pub run: Option<Run>,
}

const fn command(name: &'static str, about: &'static str, run: Run) -> Command {
    Command { name, about, run: Some(run) }
}

const fn not_yet(name: &'static str, about: &'static str) -> Command {
    Command { name, about, run: None }
}

/// Every command, for dispatch, `--list` and links.
pub static COMMANDS: &[Command] = &[
    command("qsub", "submit a job", qsub::run),
    command("qstat", "show jobs", qstat::run),
    command("qdel", "delete jobs", qdel::run),
    command("qacct", "show finished jobs", qacct::run),
    command("qhold", "hold jobs that wait", alter::run_qhold),
    command("qrls", "release held jobs", alter::run_qrls),
    command("jsub", "submit a program of a tool", jsub::run_jsub),
    command("jstart", "submit a program that is started again until it succeeds", jsub::run_jstart),
    command("qcronsub", "submit a program unless it is active already", jsub::run_qcronsub),
    command("jstop", "stop the job of a name", stop::run_jstop),
    command("job", "tell whether a job of a name is active", stop::run_job),
    command("qalter", "change waiting jobs", alter::run_qalter),
    command("qresub", "submit a copy of a job", qresub::run),
    command("qmod", "suspend, resume and reschedule jobs, clear their errors", qmod::run),
    command("qconf", "show the configuration", qconf::run),
    command("qquota", "show resource quotas", qquota::run),
    command("qselect", "show queues that match", qselect::run),
    command("qhost", "show hosts", qhost::run),
    command("jlocal", "run a command here and not as a job", jlocal::run),
    command("crontab", "keep commands that are run at their times", crontab::run),
    not_yet("qrsh", "run a command at once"),
];

/// The command of a name.
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// Runs the program: by the name it was called by, or by its first word when that is `gridshim`. Gives the exit code.
pub fn main(words: Vec<std::ffi::OsString>) -> u8 {
    own::main(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_is_there_twice_and_every_one_is_described() {
        for (at, command) in COMMANDS.iter().enumerate() {
            assert!(!command.about.is_empty());
            assert!(COMMANDS[at + 1..].iter().all(|other| other.name != command.name), "{}", command.name);
        }
    }
}
