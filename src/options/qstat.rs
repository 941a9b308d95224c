//! qstat's options.

use super::{Row, Table, Value, does, no_effect, refused};
use crate::error::{Error, Result};
use crate::job::{Job, State};

const NOT_YET: &str = "not yet: this layout or selection is not implemented";
const ARGUMENT: Value = Value::One("argument");

/// What is asked of qstat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// `-u`; empty: the caller.
    pub users: Vec<String>,
    /// `-s` letters, as words (`hu`, `p`); empty: all but `z`.
    pub states: Vec<String>,
    /// `-j` was said, with these words.
    pub jobs: Option<Vec<String>>,
    pub xml: bool,
}

/// qstat's table.
pub static TABLE: Table<Query> = Table { command: "qstat", rows: ROWS };

static ROWS: &[Row<Query>] = &[
    refused("-ext", Value::None, "", "view additional attributes", NOT_YET),
    refused("-explain", ARGUMENT, "a|c|A|E", "show reason for a queue's state", NOT_YET),
    refused("-f", Value::None, "", "full output", NOT_YET),
    refused("-F", Value::Maybe, "[resource_attributes]", "full output and show (selected) resources of queue(s)", NOT_YET),
    refused("-g", ARGUMENT, "c|d|t", "display cluster queue summary, all tasks, all parallel tasks", NOT_YET),
    does("-help", Value::None, "", "print this help", |_, _| Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 })),
    does("-j", Value::Maybe, "job_identifier_list", "show scheduler job information", |query, given| {
        query.jobs = Some(given.word().split(',').filter(|word| !word.is_empty()).map(String::from).collect());
        Ok(())
    }),
    refused("-l", ARGUMENT, "resource_list", "request the given resources", NOT_YET),
    no_effect("-ne", Value::None, "", "hide empty queues", "only the full layout shows queues"),
    no_effect("-ncb", Value::None, "", "suppress additional binding specific parameters", "no binding is shown"),
    refused("-pe", ARGUMENT, "pe_list", "select only queues with one of these parallel environments", NOT_YET),
    refused("-pri", Value::None, "", "display job priority information", NOT_YET),
    refused("-q", ARGUMENT, "wc_queue_list", "print information on given queue", NOT_YET),
    refused("-qs", ARGUMENT, "{a|c|d|o|s|u|A|C|D|E|S}", "selects queues which are in the given state(s)", NOT_YET),
    refused("-r", Value::None, "", "show requested resources of job(s)", NOT_YET),
    does("-s", ARGUMENT, "{p|r|s|z|hu|ho|hs|hd|hj|ha|h|a}", "show jobs in these states", |query, given| {
        let mut rest = given.word();
        while !rest.is_empty() {
            let length = if rest.len() > 1 && rest.starts_with('h') && "uosdja".contains(&rest[1..2]) { 2 } else { 1 };
            let (word, after) = rest.split_at(if rest.is_char_boundary(length) { length } else { rest.len() });
            if !matches!(word, "p" | "r" | "s" | "z" | "h" | "a" | "hu" | "ho" | "hs" | "hd" | "hj" | "ha") {
                return Err(usage("ERROR! wrong argument to -s option"));
            }
            query.states.push(word.to_string());
            rest = after;
        }
        Ok(())
    }),
    refused("-t", Value::None, "", "show task information (implicitly -g t)", NOT_YET),
    does("-u", ARGUMENT, "user_list", "view jobs of this user list", |query, given| {
        query.users.extend(given.word().split(',').filter(|word| !word.is_empty()).map(String::from));
        Ok(())
    }),
    refused("-U", ARGUMENT, "user_list", "select only queues where these users have access", NOT_YET),
    refused("-urg", Value::None, "", "display job urgency information", NOT_YET),
    does("-xml", Value::None, "", "display the information in XML format", |query, _| {
        query.xml = true;
        Ok(())
    }),
];

fn usage(line: &str) -> Error {
    Error::Usage { usage: TABLE.help(""), line: line.into() }
}

/// Parses qstat's words. Grid Engine prints the whole usage before most of its complaints.
///
/// # Errors
/// The usage and the complaint, exit 1; a refused option as it is.
pub fn parse(words: &[String]) -> Result<Query> {
    let mut query = Query::default();
    let used = TABLE.walk(words, &crate::request::Origin::Argv, &mut query, &mut super::Heard::default()).map_err(|error| match error {
        Error::InvalidOption { word, .. } => usage(&format!("invalid option argument \"{word}\"")),
        Error::MissingArgument { option, what, .. } => Error::Exact { text: format!("{option} option must have {what}"), code: 1 },
        other => other,
    })?;
    match words.get(used) {
        Some(word) => Err(usage(&format!("invalid option argument \"{word}\""))),
        None => Ok(query),
    }
}

impl Query {
    /// True where finished jobs are asked for.
    pub fn wants_finished(&self) -> bool {
        self.states.iter().any(|word| word == "z")
    }

    /// True when `-s` lets a task of this state through. `a` is `prsh`; the kinds of holds that do not exist here match nothing.
    pub fn shows(&self, job: &Job, state: &State) -> bool {
        if *state == State::Finished {
            return self.wants_finished();
        }
        let takes = |word: &str| match word {
            "a" => true,
            "p" => !state.is_running(),
            "r" => state.is_running(),
            "h" => *state == State::Held,
            "hu" => *state == State::Held && job.hold,
            "hj" => *state == State::Held && !job.predecessors.is_empty(),
            _ => false,
        };
        self.states.is_empty() || self.states.iter().any(|word| takes(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_letters_are_read_one_or_two_at_a_time() {
        let words = |text: &str| parse(&["-s".into(), text.into()]).map(|query| query.states);
        assert_eq!(words("prhus"), Ok(vec!["p".into(), "r".into(), "hu".into(), "s".into()]));
        assert!(matches!(words("x"), Err(Error::Usage { line, .. }) if line == "ERROR! wrong argument to -s option"));
        assert!(words("é").is_err());
        assert!(matches!(parse(&["17".into()]), Err(Error::Usage { line, .. }) if line == "invalid option argument \"17\""));
    }
}
