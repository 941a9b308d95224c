//! `jlocal`: what Toolforge's crontab leaves to be run where cron runs it, and not as a job.

use super::Context;
use crate::error::{Error, Result, plain};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Becomes the command.
///
/// # Errors
/// There is none, or it cannot be run: 127 where it is not there, 126 elsewhere, as a shell has it.
pub fn run(_: &mut Context, words: &[String]) -> Result<u8> {
    let Some((program, args)) = words.split_first() else {
        return Err(Error::Exact { text: "usage: jlocal command [argument...]".into(), code: 2 });
    };
    let error = Command::new(program).args(args).exec();
    let code = if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 };
    Err(Error::Exact { text: format!("jlocal: {program}: {}", plain(&error)), code })
}
