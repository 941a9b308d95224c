//! qquota's options. Each list may be several words.

use super::{Row, Table, Value, does};
use crate::error::{Error, Result};

/// What is asked of qquota; an empty list: everything, but for users: the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub hosts: Vec<String>,
    pub resources: Vec<String>,
    pub users: Vec<String>,
    pub pes: Vec<String>,
    pub projects: Vec<String>,
    pub queues: Vec<String>,
    pub xml: bool,
    pub help: bool,
    /// `-l` without a word: Grid Engine says something odd on standard error.
    pub lacks_resources: bool,
}

/// qquota's table.
pub static TABLE: Table<Query> = Table { command: "qquota", rows: ROWS };

fn words(words: &[String]) -> impl Iterator<Item = String> + '_ {
    words.iter().flat_map(|word| word.split(',')).filter(|word| !word.is_empty()).map(String::from)
}

static ROWS: &[Row<Query>] = &[
    does("-help", Value::None, "", "print this help", |query, _| {
        query.help = true;
        Ok(())
    }),
    does("-h", Value::Maybe, "wc_host_list|wc_hostgroup_list", "display only selected hosts", |query, given| {
        query.hosts.extend(words(given.words));
        Ok(())
    }),
    does("-l", Value::Maybe, "resource_attributes", "request the given resources", |query, given| {
        query.lacks_resources |= given.words.is_empty();
        query.resources.extend(words(given.words).map(|word| word.split('=').next().unwrap_or_default().to_string()));
        Ok(())
    }),
    does("-u", Value::Maybe, "user_list", "display only selected users", |query, given| {
        query.users.extend(words(given.words));
        Ok(())
    }),
    does("-pe", Value::Maybe, "wc_pe_list", "display only selected parallel environments", |query, given| {
        query.pes.extend(words(given.words));
        Ok(())
    }),
    does("-P", Value::Maybe, "wc_project_list", "display only selected projects", |query, given| {
        query.projects.extend(words(given.words));
        Ok(())
    }),
    does("-q", Value::Maybe, "wc_cqueue_list", "display only selected queues", |query, given| {
        query.queues.extend(words(given.words));
        Ok(())
    }),
    does("-xml", Value::None, "", "display the information in XML format", |query, _| {
        query.xml = true;
        Ok(())
    }),
];

/// Parses qquota's words; a list goes on to the next option.
///
/// # Errors
/// The usage and the complaint, exit 1.
pub fn parse(words: &[String]) -> Result<Query> {
    let mut query = Query::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let Some(row) = TABLE.row(word) else {
            return Err(Error::Usage { usage: TABLE.help(""), line: format!("error: invalid option argument \"{word}\"") });
        };
        at += 1;
        let count = match row.value {
            Value::None => 0,
            _ => words[at..].iter().take_while(|word| !word.starts_with('-')).count(),
        };
        let given =
            super::Given { command: TABLE.command, name: row.name, words: &words[at..at + count], origin: &crate::request::Origin::Argv };
        (row.apply)(&mut query, &given)?;
        at += count;
    }
    if query.help {
        return Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 });
    }
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_on_to_the_next_option() {
        let words = |line: &str| parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>());
        let query = words("-u a,b c -q -xml -l s=3").expect("a query");
        assert_eq!((query.users.join(" "), query.xml, query.resources.join(" ")), ("a b c".into(), true, "s".into()));
        assert!(matches!(words("-help x"), Err(Error::Usage { line, .. }) if line == "error: invalid option argument \"x\""));
        assert!(matches!(words("-help -xml"), Err(Error::OnStdout { .. })));
    }
}
