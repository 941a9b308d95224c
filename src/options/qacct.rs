//! qacct's options; this release answers `-j`.

use super::{Row, Table, Value, does, refused};
use crate::error::{Error, Result};
use crate::grammar::tasks::{self, Range};

const ARGUMENT: Value = Value::One("argument");
const NOT_YET: &str = "not yet: only -j with -o, -t and -f is implemented";

/// What is asked of qacct.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// `-j` was said; `Some(None)`: every job.
    pub job: Option<Option<String>>,
    pub owner: Option<String>,
    pub tasks: Option<Range>,
    pub file: Option<String>,
}

/// qacct's table.
pub static TABLE: Table<Question> = Table { command: "qacct", rows: ROWS };

static ROWS: &[Row<Question>] = &[
    refused("-ar", Value::Maybe, "[ar_id]", "list [matching] advance reservations", NOT_YET),
    refused("-A", Value::Maybe, "[account_string]", "list [matching] account", NOT_YET),
    refused("-b", ARGUMENT, "begin_time", "jobs started after", NOT_YET),
    refused("-d", ARGUMENT, "days", "jobs started during the last d days", NOT_YET),
    refused("-D", Value::Maybe, "[department]", "list [matching] department", NOT_YET),
    refused("-e", ARGUMENT, "end_time", "jobs started before", NOT_YET),
    refused("-E", Value::None, "", "select job end time, not start", NOT_YET),
    does("-f", ARGUMENT, "acctfile", "use alternate accounting file", |question, given| {
        question.file = Some(given.word().into());
        Ok(())
    }),
    refused("-g", Value::Maybe, "[groupid|groupname]", "list [matching] group", NOT_YET),
    refused("-h", Value::Maybe, "[host]", "list [matching] host", NOT_YET),
    does("-help", Value::None, "", "display this message", |_, _| {
        Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 })
    }),
    does("-j", Value::Maybe, "[job_id|job_name|pattern]", "list all [matching] jobs", |question, given| {
        question.job = Some(given.words.first().cloned());
        Ok(())
    }),
    refused("-l", ARGUMENT, "attr=val,...", "request given complex attributes", NOT_YET),
    refused("-m", Value::None, "", "list only master tasks", NOT_YET),
    does("-o", ARGUMENT, "owner", "list [matching] owner", owner),
    does("-u", ARGUMENT, "owner", "list [matching] owner", owner),
    refused("-pe", Value::Maybe, "[pe_name]", "list [matching] parallel environment", NOT_YET),
    refused("-P", Value::Maybe, "[project]", "list [matching] project", NOT_YET),
    refused("-q", Value::Maybe, "[queue]", "list [matching] queue", NOT_YET),
    refused("-slots", Value::Maybe, "[slots]", "list [matching] job slots", NOT_YET),
    does("-t", ARGUMENT, "taskid[-taskid[:step]]", "list all [matching] tasks (requires -j option)", |question, given| {
        question.tasks = Some(tasks::parse(given.word()).map_err(|_| usage(""))?);
        Ok(())
    }),
];

fn owner(question: &mut Question, given: &super::Given<'_>) -> Result<()> {
    question.owner = Some(given.word().into());
    Ok(())
}

fn usage(line: &str) -> Error {
    Error::Usage { usage: TABLE.help(""), line: line.into() }
}

/// Parses qacct's words.
///
/// # Errors
/// The usage text, exit 1.
pub fn parse(words: &[String]) -> Result<Question> {
    let mut question = Question::default();
    let used =
        TABLE.walk(words, &crate::request::Origin::Argv, &mut question, &mut super::Heard::default()).map_err(|error| match error {
            Error::InvalidOption { .. } | Error::MissingArgument { .. } => usage(""),
            other => other,
        })?;
    if used < words.len() {
        return Err(usage(""));
    }
    if question.tasks.is_some() && !matches!(question.job, Some(Some(_))) {
        return Err(Error::Exact {
            text: format!("error: -t option requires -j option with an argument\n{}", TABLE.help("").trim_end()),
            code: 1,
        });
    }
    if question.job.is_none() {
        return Err(Error::Refused { command: "qacct", option: "without -j".into(), why: "not yet: totals are not implemented" });
    }
    Ok(question)
}
