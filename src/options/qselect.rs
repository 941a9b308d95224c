//! qselect's options.

use super::{Row, Table, Value, does, lists, no_effect};
use crate::error::{Error, Result};
use crate::request::listing::{QUEUE_STATES, Selection};

const LIST: Value = Value::One("argument");

/// What is asked of qselect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub selection: Selection,
}

/// qselect's table.
pub static TABLE: Table<Query> = Table { command: "qselect", rows: ROWS };

static ROWS: &[Row<Query>] = &[
    does("-help", Value::None, "", "print this help", |_, _| Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 })),
    does("-l", LIST, "resource_list", "request the given resources", |query, given| {
        query.selection.resources.extend(lists::resources(given));
        Ok(())
    }),
    no_effect("-ncb", Value::None, "", "suppress additional binding specific parameters", "none are shown"),
    does("-pe", LIST, "pe_list", "select only queues with one of these parallel environments", |query, given| {
        query.selection.parallel_environments.extend(lists::pieces(given));
        Ok(())
    }),
    does("-q", LIST, "wc_queue_list", "print information on given queue", |query, given| {
        query.selection.queues.extend(lists::pieces(given));
        Ok(())
    }),
    does("-qs", LIST, "{a|c|d|o|s|u|A|C|D|E|S}", "selects queues which are in the given state(s)", |query, given| {
        let twice = |line: String| Error::Exact { text: format!("error: {line}\n{line}"), code: 1 };
        query.selection.states.push_str(&lists::queue_states(given, QUEUE_STATES).map_err(twice)?);
        Ok(())
    }),
    does("-U", LIST, "user_list", "select only queues where these users have access", |query, given| {
        query.selection.users.extend(lists::pieces(given));
        Ok(())
    }),
];

/// Parses qselect's words.
///
/// # Errors
/// Complaints with exit code 1; the help.
pub fn parse(words: &[String]) -> Result<Query> {
    lists::parse(&TABLE, words, "", &["-help"])
}
