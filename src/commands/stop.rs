//! job and jstop: one job of a name, as Toolforge's wrappers see it (compat/captures/jsub/real-job-jstop-once.txt).

use super::{Context, qdel};
use crate::backend::Filter;
use crate::error::{Error, Result};
use crate::options::jsub::{is_word, repr};
use crate::render::{Sheet, rows, time};
use crate::request::listing::Layout;

/// The first job of exactly this name, running ones first: its id, whether it counts as running, and its start.
fn find(context: &mut Context, name: &str) -> Result<Option<(u64, Option<i64>)>> {
    let own = context.submitter.user.clone();
    let jobs = context.backend()?.jobs(&Filter::of(&own))?;
    let (layout, now) = (Layout::default(), chrono::Local::now().timestamp());
    let sheet = Sheet { layout: &layout, site: &context.site, now, by_queue: false };
    let rows = rows(&jobs, &sheet, |_| true);
    let first = rows.running.iter().chain(&rows.waiting).find(|row| row.status.job.name == name);
    Ok(first.map(|row| {
        // "Running" is a state with r or s in it: r, dr, Rr; t counts as pending.
        let running = row.tasks.letters().contains(['r', 's']);
        (row.status.id, running.then(|| row.tasks.started.unwrap_or(row.status.submitted)))
    }))
}

/// True where the name is active: `-once` asks.
pub fn is_active(context: &mut Context, name: &str) -> Result<bool> {
    Ok(find(context, name)?.is_some())
}

const USAGE: &str = "usage: job [-h] [-v | -q] JOBNAME\n";

const HELP: &str = "
Tells whether a job of this name is active, the running one first: its id, and the exit status 0 for none, 1 for a running
or suspended one, 2 for a waiting one.

  -v, --verbose  say it in a sentence
  -q, --quiet    say nothing";

/// What job was asked.
struct Asked<'a> {
    name: &'a str,
    verbose: bool,
    quiet: bool,
}

/// The flags of an option word, `None` where job has no such option. `Err`: a flag, and what cannot follow it.
fn flags(word: &str) -> Option<std::result::Result<Vec<char>, (char, &str)>> {
    if word.starts_with("--") {
        let (long, value) = word.split_once('=').map_or((word, None), |(long, value)| (long, Some(value)));
        let name = ["--verbose", "--quiet", "--help"].into_iter().find(|name| long.len() > 2 && name.starts_with(long))?;
        let flag = name.chars().nth(2)?;
        return Some(value.map_or_else(|| Ok(vec![flag]), |value| Err((flag, value))));
    }
    let is_flag = |c: &char| "vqh".contains(*c);
    let mut last = word.chars().nth(1).filter(is_flag)?;
    let mut found = vec![last];
    let rest = &word[2..];
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    for (at, letter) in rest.char_indices() {
        if !is_flag(&letter) {
            return Some(Err((last, &rest[at..])));
        }
        last = letter;
        found.push(letter);
    }
    Some(Ok(found))
}

/// job's words: options anywhere, short ones joined, long ones cut short; `-1` and `-a b` are names.
fn parse(words: &[String]) -> Result<Asked<'_>> {
    let usage = |text: String| Err(Error::Exact { text: format!("{USAGE}job: error: {text}"), code: 2 });
    let both = |flag: char| match flag {
        'v' => "-v/--verbose",
        'q' => "-q/--quiet",
        _ => "-h/--help",
    };
    let (mut verbose, mut quiet, mut only_names) = (false, false, false);
    let mut name: Option<&str> = None;
    let mut unknown: Vec<&str> = Vec::new();
    for word in words {
        let found = if only_names || !word.starts_with('-') { None } else { flags(word) };
        match found {
            _ if word == "--" && !only_names => only_names = true,
            Some(Err((flag, rest))) => return usage(format!("argument {}: ignored explicit argument {}", both(flag), repr(rest))),
            Some(Ok(flags)) => {
                for flag in flags {
                    match flag {
                        'v' if quiet => return usage("argument -v/--verbose: not allowed with argument -q/--quiet".into()),
                        'q' if verbose => return usage("argument -q/--quiet: not allowed with argument -v/--verbose".into()),
                        'v' => verbose = true,
                        'q' => quiet = true,
                        _ => return Err(Error::OnStdout { text: format!("{USAGE}{HELP}"), code: 0 }),
                    }
                }
            }
            None if name.is_none() && (only_names || is_word(word)) => name = Some(word),
            None => unknown.push(word),
        }
    }
    let Some(name) = name else {
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
