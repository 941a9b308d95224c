//! qhost's options.

use super::{Row, Table, Value, does, lists};
use crate::error::{Error, Result};

const LIST: Value = Value::One("argument");

/// What is asked of qhost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// `-F`: every resource of the hosts, or these.
    pub resources: Option<Vec<String>>,
    /// `-h`; empty: every host.
    pub hosts: Vec<String>,
    pub jobs: bool,
    pub requests: Vec<(String, String)>,
    pub no_binding: bool,
    pub queues: bool,
    /// `-u`: jobs of these alone; empty: everybody's.
    pub users: Vec<String>,
    pub xml: bool,
}

/// qhost's table.
pub static TABLE: Table<Query> = Table { command: "qhost", rows: ROWS };

static ROWS: &[Row<Query>] = &[
    does("-F", Value::Maybe, "[resource_attribute]", "show (selected) resources", |query, given| {
        query.resources.get_or_insert_default().extend(lists::pieces(given));
        Ok(())
    }),
    does("-h", LIST, "hostlist", "display only selected hosts", |query, given| {
        query.hosts.extend(lists::pieces(given));
        Ok(())
    }),
    does("-help", Value::None, "", "print this help", |_, _| Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 })),
    does("-j", Value::None, "", "display jobs hosted by host", |query, _| set(&mut query.jobs)),
    does("-l", LIST, "attr=val,...", "request the given resources", |query, given| {
        query.requests.extend(lists::resources(given));
        Ok(())
    }),
    does("-ncb", Value::None, "", "suppress host topology based information", |query, _| set(&mut query.no_binding)),
    does("-q", Value::None, "", "display queues hosted by host", |query, _| set(&mut query.queues)),
    does("-u", LIST, "user[,user,...]", "show only jobs for user", |query, given| {
        query.users.extend(lists::pieces(given));
        set(&mut query.jobs)
    }),
    does("-xml", Value::None, "", "display the information in XML format", |query, _| set(&mut query.xml)),
];

fn set(flag: &mut bool) -> Result<()> {
    *flag = true;
    Ok(())
}

/// Parses qhost's words.
///
/// # Errors
/// Complaints with exit code 1; the help.
pub fn parse(words: &[String]) -> Result<Query> {
    lists::parse(&TABLE, words, "error: ", &["-help"])
}
