//! The dialect of qstat, qhost and qselect: an option takes every word up to the next one that begins with a dash. First all words
//! are parted, with every complaint told at once; then the options are taken in the command's own order, whatever the line's
//! (compat/captures/qstat/words.txt).

use super::{Given, Row, Table, Value};
use crate::error::{Error, Result};
use crate::request::Origin;

/// Parts the words by the table's options.
///
/// # Errors
/// A line for each option without words and each word that is no option; the usage before them where there is one of the latter.
fn part<T>(table: &Table<T>, words: &[String], prefix: &str) -> Result<Vec<(&'static Row<T>, Vec<String>)>> {
    let mut said: Vec<(&'static Row<T>, Vec<String>)> = Vec::new();
    let mut complaints: Vec<String> = Vec::new();
    let mut with_usage = false;
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        at += 1;
        let Some(row) = table.row(word) else {
            with_usage = true;
            complaints.push(format!("{prefix}invalid option argument \"{word}\""));
            continue;
        };
        let count = match row.value {
            Value::None => 0,
            // An empty word is none where there must be one, and then no option either.
            Value::One(_) if words.get(at).is_none_or(|next| next.is_empty() || next.starts_with('-')) => {
                complaints.push(format!("{prefix}{word} option must have argument"));
                continue;
            }
            _ => words[at..].iter().take_while(|next| !next.starts_with('-')).count(),
        };
        said.push((row, words[at..at + count].to_vec()));
        at += count;
    }
    if complaints.is_empty() {
        return Ok(said);
    }
    let text = complaints.join("\n");
    Err(if with_usage { Error::Usage { usage: table.help(""), line: text } } else { Error::Exact { text, code: 1 } })
}

/// Takes a command line. Options in `first` are taken before the others, in that order.
///
/// # Errors
/// As `part`; what an option's row says.
pub fn parse<T: Default>(table: &Table<T>, words: &[String], prefix: &str, first: &[&str]) -> Result<T> {
    let mut said = part(table, words, prefix)?;
    said.sort_by_key(|(row, _)| first.iter().position(|name| *name == row.name).unwrap_or(first.len()));
    let mut target = T::default();
    for (row, words) in &said {
        let given = Given { command: table.command, name: row.name, words, origin: &Origin::Argv };
        (row.apply)(&mut target, &given)?;
    }
    Ok(target)
}

/// Puts the options of a file before those of the command line; one that the command line has too is left out.
pub fn before<T>(table: &Table<T>, file: &str, words: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let mut skips = false;
    for word in file.lines().flat_map(|line| line.split('#').next().unwrap_or("").split_whitespace()) {
        if table.row(word).is_some() {
            skips = words.iter().any(|said| said == word);
        }
        if !skips {
            all.push(word.to_string());
        }
    }
    all.extend_from_slice(words);
    all
}

/// The pieces of list words: commas part them, empty ones are none.
pub fn pieces(given: &Given<'_>) -> Vec<String> {
    given.words.iter().flat_map(|word| word.split(',')).filter(|piece| !piece.is_empty()).map(String::from).collect()
}

/// The requests of `-l`.
pub fn resources(given: &Given<'_>) -> Vec<(String, String)> {
    let pieces = pieces(given);
    let request = |piece: &String| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, "TRUE"));
        (name.to_string(), value.to_string())
    };
    pieces.iter().map(request).collect()
}

/// Checks letters of queue states.
///
/// # Errors
/// A sentence about the first unknown letter.
pub fn queue_states(given: &Given<'_>, known: &str) -> std::result::Result<String, String> {
    let text: String = given.words.concat();
    for word in given.words {
        if let Some(odd) = word.chars().find(|letter| !known.contains(*letter)) {
            return Err(format!("unknown queue state: {odd} found in string: {word}"));
        }
    }
    Ok(text)
}
