//! qconf's words: options one after another, each with its words. What comes before a mistake is done (captures: qconf/show.txt).

use super::{MISSING, TABLE};
use crate::error::Error;
use crate::options::{Fate, Given, Value};
use crate::request::Origin;

/// One option with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: &'static str,
    pub words: Vec<String>,
    /// Why a manager is refused; `None`: it shows something.
    pub refusal: Option<&'static str>,
}

/// What a command line asks for, in order, and the mistake that ends it.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    pub steps: Vec<Step>,
    pub mistake: Option<Error>,
}

/// Reads the words.
pub fn parse(words: &[String]) -> Parsed {
    let mut steps = Vec::new();
    let mut at = 0;
    let mistake = loop {
        let Some(word) = words.get(at) else { break None };
        let Some(row) = TABLE.row(word) else {
            break Some(exact(format!("error: invalid option argument \"{word}\"\nUsage: qconf -help")));
        };
        at += 1;
        if row.name == "-help" {
            break Some(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 });
        }
        let count = match count(row.name, row.value, &words[at..]) {
            Ok(count) => count,
            Err(error) => break Some(error),
        };
        let taken = &words[at..at + count];
        at += count;
        if let Fate::Refused(why) | Fate::NoEffect(why) = row.fate {
            steps.push(Step { name: row.name, words: taken.to_vec(), refusal: Some(why) });
            continue;
        }
        let given = Given { command: TABLE.command, name: row.name, words: taken, origin: &Origin::Argv };
        if let Err(error) = (row.apply)(&mut steps, &given) {
            break Some(error);
        }
    };
    Parsed { steps, mistake }
}

/// How many words belong to an option. A word that must be there may begin with `-`.
fn count(name: &str, value: Value, rest: &[String]) -> Result<usize, Error> {
    let optional = |from: usize| rest.iter().skip(from).take_while(|word| !word.starts_with('-')).count();
    // Words that must be there, one after another: the one before the missing one is told.
    let chain = |length: usize| match rest.get(length - 1) {
        Some(_) => Ok(length),
        None => Err(no_argument(rest.last().map_or(name, String::as_str))),
    };
    match name {
        "-sq" => Ok(optional(0)),
        "-Mrqs" => Ok(optional(0).min(2)),
        "-sobjl" | "-purge" => chain(3),
        "-aattr" | "-dattr" | "-mattr" | "-rattr" => with_objects(chain(3)?, optional(3)),
        "-Aattr" | "-Dattr" | "-Mattr" | "-Rattr" => with_objects(chain(2)?, optional(2)),
        _ => match value {
            Value::None => Ok(0),
            Value::Maybe => Ok(optional(0).min(1)),
            Value::One(_) if !rest.is_empty() => Ok(1),
            Value::One(MISSING) => Err(no_argument(name)),
            Value::One(text) => Err(exact(text.into())),
            // qconf has none.
            Value::Prefixed(_) => Ok(0),
            Value::Two(..) => match rest {
                [] => Err(no_argument(name)),
                [users] => Err(usage(&format!("error: no list_name provided to \"{name} {users}\""))),
                _ => Ok(2),
            },
        },
    }
}

fn with_objects(before: usize, objects: usize) -> Result<usize, Error> {
    if objects == 0 { Err(exact("qconf: missing object list".into())) } else { Ok(before + objects) }
}

fn no_argument(after: &str) -> Error {
    usage(&format!("error: no option argument provided to \"{after}\""))
}

/// The line, then the usage.
fn usage(line: &str) -> Error {
    exact(format!("{line}\n{}", TABLE.help("").trim_end()))
}

fn exact(text: String) -> Error {
    Error::Exact { text, code: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> (Vec<(&'static str, usize)>, Option<String>) {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        let parsed = parse(&words);
        let first = parsed.mistake.map(|error| error.to_string().lines().next().unwrap_or_default().to_string());
        (parsed.steps.iter().map(|step| (step.name, step.words.len())).collect(), first)
    }

    #[test]
    fn options_take_their_words() {
        assert_eq!(names("-sq a b -sql -sconf -sp -sql"), (vec![("-sq", 2), ("-sql", 0), ("-sconf", 0), ("-sp", 1)], None));
        assert_eq!(names("-sobjl queue slots -sql -au u l").0, [("-sobjl", 3), ("-au", 2)]);
        assert_eq!(names("-aattr queue slots 3 a b -sql").0, [("-aattr", 5), ("-sql", 0)]);
    }

    #[test]
    fn what_stands_before_a_mistake_counts() {
        assert_eq!(names("-sql foo"), (vec![("-sql", 0)], Some("error: invalid option argument \"foo\"".into())));
        assert_eq!(names("-sobjl queue").1.as_deref(), Some("error: no option argument provided to \"queue\""));
        assert_eq!(names("-au x").1.as_deref(), Some("error: no list_name provided to \"-au x\""));
        assert_eq!(names("-Aprj").1.as_deref(), Some("no file argument given"));
        assert_eq!(names("-rattr queue slots 3").1.as_deref(), Some("qconf: missing object list"));
        assert!(names("-sql -help -spl").1.is_some_and(|line| line == "SGE 8.1.9"));
    }

    #[test]
    fn no_option_is_there_twice() {
        for (at, row) in TABLE.rows.iter().enumerate() {
            assert!(TABLE.rows[at + 1..].iter().all(|other| other.name != row.name), "{}", row.name);
        }
    }
}
