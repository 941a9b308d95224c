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

/// What job was asked.
struct Asked<'a> {
    name: &'a str,
    verbose: bool,
    quiet: bool,
}

/// job's words: options anywhere, short ones joined, long ones cut short; `-1` and `-a b` are names.
fn parse(words: &[String]) -> Result<Asked<'_>> {
    let usage = |text: String| Err(Error::Exact { text: format!("{USAGE}job: error: {text}"), code: 2 });
    let is_name = |word: &str| {
        let number = word.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok() && rest.ends_with(|c: char| c.is_ascii_digit()));
        !word.starts_with('-') || word == "-" || number || (word.contains(' ') && !word.starts_with("-v") && !word.starts_with("-q"))
    };
    let (mut verbose, mut quiet, mut only_names) = (false, false, false);
    let mut names: Vec<&str> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    for word in words {
        if only_names || is_name(word) {
            // The first name is the job's; the others are told in the order they came.
            if names.is_empty() {
                names.push(word)
            } else {
                unknown.push(word)
            }
            continue;
        }
        if word == "--" {
            only_names = true;
            continue;
        }
        let (long, value) = word.split_once('=').map_or((word.as_str(), None), |(long, value)| (long, Some(value)));
        let letters: String = match ["--verbose", "--quiet", "--help"].iter().find(|name| long.len() > 2 && name.starts_with(long)) {
            Some(name) => name[2..3].into(),
            None if word.starts_with("--") => String::new(),
            None => word[1..].into(),
        };
        if !letters.starts_with(['v', 'q', 'h']) {
            unknown.push(word);
            continue;
        }
        for (at, letter) in letters.char_indices() {
            let shown = match letters[..at].chars().last().unwrap_or(letter) {
                'v' => "-v/--verbose",
                'q' => "-q/--quiet",
                _ => "-h/--help",
            };
            let rest = if word.starts_with("--") { value } else { Some(&letters[at..]).filter(|_| !"vqh".contains(letter)) };
            if let Some(rest) = rest {
                return usage(format!("argument {shown}: ignored explicit argument '{rest}'"));
            }
        }
        for letter in letters.chars() {
            match letter {
                'v' => verbose = true,
                'q' => quiet = true,
                _ => {
                    return Err(Error::OnStdout {
                        text: format!("{USAGE}\nTells whether a job of this name is active: exit status 0 none, 1 running, 2 pending."),
                        code: 0,
                    });
                }
            }
            if verbose && quiet {
                let (this, other) = if letter == 'q' { ("-q/--quiet", "-v/--verbose") } else { ("-v/--verbose", "-q/--quiet") };
                return usage(format!("argument {this}: not allowed with argument {other}"));
            }
        }
    }
    let Some(name) = names.first() else {
        return usage("the following arguments are required: JOBNAME".into());
    };
    if !unknown.is_empty() {
        return usage(format!("unrecognized arguments: {}", unknown.join(" ")));
    }
    Ok(Asked { name, verbose, quiet })
}

/// `job [-v | -q] NAME`: exit 0 for none, 1 for a running one, 2 for a waiting one.
///
/// # Errors
/// Usage errors, exit 2.
pub fn run_job(context: &mut Context, words: &[String]) -> Result<u8> {
    let Asked { name, verbose, quiet } = parse(words)?;
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

/// `jstop NAME`: qdel of the first job that `job NAME` tells.
///
/// # Errors
/// No such job, exit 1.
pub fn run_jstop(context: &mut Context, words: &[String]) -> Result<u8> {
    let word = words.first().cloned().unwrap_or_default();
    let found = match parse(std::slice::from_ref(&word)) {
        Ok(asked) => find(context, asked.name)?,
        Err(Error::OnStdout { .. }) => None,
        // The original goes on to qdel with nothing to delete.
        Err(error) => {
            context.complain(&format!("{error}\n"));
            return qdel::run(context, &[]);
        }
    };
    match found {
        Some((id, _)) => qdel::run(context, &[id.to_string()]),
        None => Err(Error::Exact { text: format!("No job '{word}' is currently queued or running"), code: 1 }),
    }
}
