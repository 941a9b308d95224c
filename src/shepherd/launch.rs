//! Starts the job's program, once or again and again.

use super::Failure;
use super::argv::{self, Argv};
use super::streams::Streams;
use super::sys;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// All that a start needs, decided beforehand.
#[derive(Debug)]
pub struct Launch {
    pub argv: Argv,
    pub env: BTreeMap<String, String>,
    pub streams: Streams,
    pub limits: Vec<(String, u64, u64)>,
}

impl Launch {
    /// Starts the program and gives its process id, which is also its session's and its process group's.
    ///
    /// # Errors
    /// `failed 27` when it cannot be executed.
    pub fn start(&self) -> Result<i32, Failure> {
        let path = self.env.get("PATH").map_or("", String::as_str);
        let file = argv::search(&self.argv.file, path).map_err(|error| self.argv.failure(&error))?;
        let started = match self.spawn(&file, &self.argv.args) {
            // As execvp(3): a file of no known format is a shell script.
            Err(error) if error.raw_os_error() == Some(libc::ENOEXEC) => {
                let script = ["sh".to_string(), file].into_iter().chain(self.argv.args.iter().skip(1).cloned());
                self.spawn("/bin/sh", &script.collect::<Vec<_>>())
            }
            other => other,
        };
        started.map_err(|error| self.argv.failure(&error))
    }

    #[allow(clippy::zombie_processes, reason = "the watch reaps every child")]
    fn spawn(&self, file: &str, args: &[String]) -> io::Result<i32> {
        let mut command = Command::new(file);
        command.args(args.iter().skip(1)).env_clear().envs(&self.env);
        if let Some(name) = args.first() {
            command.arg0(name);
        }
        let Streams { stdin, stdout, stderr } = &self.streams;
        command.stdin(stdin.try_clone()?).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
        sys::as_job(&mut command, &self.limits);
        let child = command.spawn()?;
        i32::try_from(child.id()).map_err(io::Error::other)
    }

    /// Writes a line into the job's standard error.
    pub fn complain(&self, line: &str) {
        let _ = (&self.streams.stderr).write_all(line.as_bytes());
    }
}
