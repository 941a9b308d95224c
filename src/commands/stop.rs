//! job and jstop: one job of a name, as Toolforge's wrappers see it (compat/captures/jsub/real-job-jstop-once.txt).

use super::{Context, qdel};
use crate::backend::Filter;
use crate::error::{Error, Result};
use crate::render::{rows, time};

/// The first job of exactly this name, running ones first: its id, whether it counts as running, and its start.
fn find(context: &mut Context, name: &str) -> Result<Option<(u64, Option<i64>)>> {
    let own = context.submitter.user.clone();
    let jobs = context.backend()?.jobs(&Filter::of(&own))?;
    let rows = rows(&jobs, |_, _| true);
    let first = rows.iter().find(|row| row.status.job.name == name);
    Ok(first.map(|row| {
        // "Running" is a state with r or s in it: r, dr, Rr; t counts as pending.
        let running = row.tasks.state.letters().contains(['r', 's']);
        (row.status.id, running.then(|| row.tasks.started.unwrap_or(row.status.submitted)))
    }))
}

/// True where the name is active: `-once` asks.
pub fn is_active(context: &mut Context, name: &str) -> Result<bool> {
    Ok(find(context, name)?.is_some())
}

const USAGE: &str = "usage: job [-h] [-v | -q] JOBNAME\n";

/// `job [-v | -q] NAME`: exit 0 for none, 1 for a running one, 2 for a waiting one.
///
/// # Errors
/// Usage errors, exit 2.
pub fn run_job(context: &mut Context, words: &[String]) -> Result<u8> {
    let usage = |text: String| Error::Exact { text: format!("{USAGE}job: error: {text}"), code: 2 };
    let (mut verbose, mut quiet, mut only_words) = (false, false, false);
    let mut names: Vec<&String> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    for word in words {
        match word.as_str() {
            "--" if !only_words => only_words = true,
            "-h" | "--help" if !only_words => {
                return Err(Error::OnStdout {
                    text: format!("{USAGE}\nTells whether a job of this name is active: exit status 0 none, 1 running, 2 pending."),
                    code: 0,
                });
            }
            "-vq" | "-qv" if !only_words => (verbose, quiet) = (true, true),
            "-v" if !only_words => verbose = true,
            "-q" if !only_words => quiet = true,
            long if !only_words && long.len() > 2 && "--verbose".starts_with(long) => verbose = true,
            long if !only_words && long.len() > 2 && "--quiet".starts_with(long) => quiet = true,
            option if !only_words && option.len() > 1 && option.starts_with('-') => unknown.push(option),
            _ => names.push(word),
        }
    }
    if verbose && quiet {
        return Err(usage("argument -q/--quiet: not allowed with argument -v/--verbose".into()));
    }
    let Some((name, more)) = names.split_first() else {
        return Err(usage("the following arguments are required: JOBNAME".into()));
    };
    unknown.extend(more.iter().map(|word| word.as_str()));
    if !unknown.is_empty() {
        return Err(usage(format!("unrecognized arguments: {}", unknown.join(" "))));
    }
    let (code, text) = match find(context, name)? {
        None => (0, if verbose { format!("No job '{name}' is currently queued or running.\n") } else { String::new() }),
        Some((id, Some(since))) => {
            (1, if verbose { format!("Job '{name}' has been running since {} as id {id}\n", time::iso(since)) } else { format!("{id}\n") })
        }
        Some((id, None)) => (2, if verbose { format!("Job '{name}' is pending as id {id}\n") } else { format!("{id}\n") }),
    };
    if !quiet {
        context.print(&text);
    }
    Ok(code)
}

/// `jstop NAME`: qdel of the first job of that name.
///
/// # Errors
/// No such job, exit 1.
pub fn run_jstop(context: &mut Context, words: &[String]) -> Result<u8> {
    let name = words.first().cloned().unwrap_or_default();
    match find(context, &name)? {
        Some((id, _)) => qdel::run(context, &[id.to_string()]),
        None => Err(Error::Exact { text: format!("No job '{name}' is currently queued or running"), code: 1 }),
    }
}
