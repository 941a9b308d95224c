//! Commands of a crontab that call no grid command are run as jobs: Toolforge's crontab put jsub before them
//! (compat/captures/crontab/wrapper.jsonl).

/// Commands that are left as they are.
const GRID: [&str; 4] = ["jsub", "jstart", "qsub", "jlocal"];
const PLACES: [&str; 3] = ["", "/usr/bin/", "/usr/local/bin/"];

/// The command as it is run, by this `jsub`; `None`: as it is. `line` counts from 1, and the job's name from 0.
pub fn wrap(command: &str, line: usize, jsub: &str) -> Option<String> {
    // What begins at the first # is put behind a blank, as ever: it was meant for a comment.
    let (text, comment) = command.split_at(command.find('#').unwrap_or(command.len()));
    let text = if comment.is_empty() { text.trim_end() } else { text };
    if text.trim().is_empty() && comment.is_empty() {
        return None;
    }
    let (before, rest, enters) = prefix(text);
    if is_grid(rest) {
        return None;
    }
    let job = format!("{jsub} -N cron-{} -once -quiet{}", line.saturating_sub(1), if enters { " -cwd" } else { "" });
    let comment = if comment.is_empty() { String::new() } else { format!(" {comment}") };
    Some(format!("{before}{job} {rest}{comment}").trim_end().to_string())
}

fn is_grid(command: &str) -> bool {
    let Some((word, _)) = command.split_once([' ', '\t']) else { return false };
    PLACES.iter().any(|place| word.strip_prefix(place).is_some_and(|name| GRID.contains(&name)))
}

/// A leading `cd DIRECTORY &&` or `[ … ] &&` (or `;`) with the blanks behind it, what follows, and whether it was `cd`.
fn prefix(text: &str) -> (&str, &str, bool) {
    let end = directory(text).map(|end| (end, true)).or_else(|| test(text).map(|end| (end, false)));
    let Some((end, enters)) = end else { return ("", text, false) };
    let end = text.len() - text[end..].trim_start().len();
    (&text[..end], &text[end..], enters)
}

/// Where `&&` or `;` ends that stands at `at`, behind blanks.
fn joint(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start();
    let begin = text.len() - rest.len();
    ["&&", ";"].iter().find(|joint| rest.starts_with(**joint)).map(|joint| begin + joint.len())
}

/// `cd` and one word without blanks. A word that holds joints itself ends at the last that leaves something of it.
fn directory(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("cd")?;
    let word = rest.trim_start();
    if word.len() == rest.len() || word.is_empty() {
        return None;
    }
    let begin = text.len() - word.len();
    let end = begin + word.find(char::is_whitespace).unwrap_or(word.len());
    let first = begin + word.chars().next().map_or(0, char::len_utf8);
    let within = |at: &usize| text.is_char_boundary(*at) && ["&&", ";"].iter().any(|joint| text[*at..].starts_with(joint));
    (joint(text, end)).or_else(|| (first..end).rev().find(within).and_then(|at| joint(text, at)))
}

fn test(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let end = 1 + inner.find(']')?;
    joint(text, end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::crontab::{Item, parse};

    #[derive(serde::Deserialize)]
    struct Recorded {
        line: String,
        becomes: Option<String>,
    }

    #[test]
    fn commands_are_wrapped_as_recorded() {
        let text = include_str!("../../compat/captures/crontab/wrapper.jsonl");
        let mut wrapped = 0;
        for line in text.lines() {
            let Recorded { line, becomes } = serde_json::from_str(line).expect("a case");
            // What the wrapper never looked at: cron refuses it, or it is no entry.
            let Ok(items) = parse(format!("{line}\n").as_bytes()) else { continue };
            let Some(Item::Entry(entry)) = items.first() else { continue };
            let Some(becomes) = becomes.or_else(|| (!entry.command.is_empty()).then(|| line.clone())) else { continue };
            let becomes = becomes.replace("-N cronjob ", "-N cron-4 ");
            let ours = wrap(&entry.command, 5, "/usr/bin/jsub").unwrap_or_else(|| entry.command.clone());
            let theirs = becomes.strip_prefix(entry.when.as_str()).unwrap_or(&becomes);
            let theirs = theirs.strip_prefix(line[..line.len() - entry.command.len()].trim_end()).unwrap_or(theirs);
            assert_eq!(ours.trim(), theirs.trim(), "{line}");
            wrapped += usize::from(ours != entry.command);
        }
        assert!(wrapped > 100, "{wrapped}");
    }
}
