//! qmod's options: each takes jobs or queues, in one word or several (compat/captures/qmod-answers.txt).

use super::{Row, Table, Value, does};
use crate::error::{Error, Result};
use crate::grammar::job_task::{self, Target};
use crate::grammar::tasks::{self, Range};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Suspend,
    Unsuspend,
    Reschedule,
    Clear,
    Enable,
    Disable,
}

/// To what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Job,
    Queue,
    /// Numbers are jobs, all else queues, or names where the deed takes them.
    Either,
}

/// One deed and what it is to be done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub deed: Deed,
    pub kind: Kind,
    pub words: Vec<Word>,
}

/// A job or a queue as it was written, with the tasks of a `-t` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub tasks: Option<Range>,
}

/// What is asked of qmod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Orders {
    pub list: Vec<Order>,
    pub force: bool,
}

/// qmod's table.
pub static TABLE: Table<Orders> = Table { command: "qmod", rows: ROWS };

const LIST: Value = Value::One("argument");

macro_rules! order {
    ($name:literal, $takes:literal, $help:literal, $deed:ident, $kind:ident) => {
        does($name, LIST, $takes, $help, |orders, _| {
            orders.list.push(Order { deed: Deed::$deed, kind: Kind::$kind, words: Vec::new() });
            Ok(())
        })
    };
}

static ROWS: &[Row<Orders>] = &[
    order!("-c", "job_wc_queue_list", "clear error state", Clear, Either),
    order!("-cj", "job_list", "clear job error state", Clear, Job),
    order!("-cq", "wc_queue_list", "clear queue error state", Clear, Queue),
    order!("-d", "wc_queue_list", "disable", Disable, Queue),
    order!("-e", "wc_queue_list", "enable", Enable, Queue),
    does("-f", Value::None, "", "force action", |orders, _| {
        orders.force = true;
        Ok(())
    }),
    does("-help", Value::None, "", "print this help", |_, _| Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 })),
    order!("-r", "job_wc_queue_list", "reschedule jobs (running in queue)", Reschedule, Either),
    order!("-rj", "job_list", "reschedule jobs", Reschedule, Job),
    order!("-rq", "wc_queue_list", "reschedule all jobs in a queue", Reschedule, Queue),
    order!("-s", "job_wc_queue_list", "suspend", Suspend, Either),
    order!("-sj", "job_list", "suspend jobs", Suspend, Job),
    order!("-sq", "wc_queue_list", "suspend queues", Suspend, Queue),
    does("-t", Value::One("argument"), "task_id_range", "the tasks of the job before it", |_, _| Ok(())),
    order!("-us", "job_wc_queue_list", "unsuspend", Unsuspend, Either),
    order!("-usj", "job_list", "unsuspend jobs", Unsuspend, Job),
    order!("-usq", "wc_queue_list", "unsuspend queues", Unsuspend, Queue),
];

fn usage(line: impl Into<String>) -> Error {
    Error::Usage { usage: TABLE.help(""), line: line.into() }
}

/// Parses qmod's words.
///
/// # Errors
/// The usage and a line, exit 1; a word that is no job (exit 1).
pub fn parse(words: &[String]) -> Result<Orders> {
    if words.is_empty() {
        return Err(usage("ERROR! no option argument"));
    }
    let mut orders = Orders::default();
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_str();
        if word == "--help" {
            return Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 });
        }
        let Some(row) = TABLE.row(word) else { return Err(usage(format!("invalid option argument \"{word}\""))) };
        at += 1;
        if row.name == "-t" {
            let range = words.get(at).map_or("", String::as_str);
            return Err(usage(format!("found lonely '-t {range}' option (The -t option needs a leading job name).\ntoo many options")));
        }
        let given = super::Given { command: "qmod", name: row.name, words: &[], origin: &crate::request::Origin::Argv };
        (row.apply)(&mut orders, &given)?;
        if row.value == Value::None {
            continue;
        }
        let Some(order) = orders.list.last_mut() else { continue };
        while let Some(word) = words.get(at).filter(|word| !word.is_empty() && !word.starts_with('-')) {
            at += 1;
            let mut list = named(order.kind, word)?;
            if words.get(at).is_some_and(|next| next == "-t")
                && let Some(range) = words.get(at + 1)
            {
                let range = tasks::parse(range).map_err(|_| invalid(range))?;
                list.iter_mut().for_each(|word| word.tasks = Some(range));
                at += 2;
            }
            order.words.append(&mut list);
        }
        if order.words.is_empty() {
            let missing = format!("{} option must have argument", row.name);
            return Err(match words.get(at) {
                None => Error::Exact { text: missing, code: 1 },
                Some(word) => usage(format!("{missing}\ninvalid option argument \"{word}\"")),
            });
        }
    }
    Ok(orders)
}

/// Grid Engine's complaint about a word that is no job.
fn invalid(word: &str) -> Error {
    Error::Exact { text: format!("ERROR! \"{word}\" is an invalid job-task identifier"), code: 1 }
}

/// What one word names: jobs stand alone, queues may be several.
fn named(kind: Kind, word: &str) -> Result<Vec<Word>> {
    let one = |text: &str| Word { text: text.into(), tasks: None };
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    match kind {
        Kind::Queue => Ok(word.split(',').filter(|part| !part.is_empty()).map(one).collect()),
        Kind::Either if !is_number => Ok(word.split(',').filter(|part| !part.is_empty()).map(one).collect()),
        _ if is_number && matches!(job_task::parse(word.strip_suffix(".0").unwrap_or(word)), Target::Name(_) | Target::Invalid(_)) => {
            Err(invalid(word))
        }
        _ => Ok(vec![one(word.strip_suffix(".0").unwrap_or(word))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Orders> {
        parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn jobs_stand_alone_and_queues_in_lists() {
        let orders = parsed("-sj 17 18 -t 2 -d task,all.q").expect("orders");
        assert_eq!(orders.list.len(), 2);
        assert_eq!(orders.list[0].words[1].tasks, Some(Range { first: 2, last: 2, step: 1 }));
        assert_eq!(orders.list[1].words.len(), 2);
        for bad in ["-sj 5,6", "-sj 0", "-sj 1x", "-sj", "-x", "5", "-t 1", ""] {
            assert_eq!(parsed(bad).map(|_| 0).unwrap_or_else(|error| error.exit_code()), 1, "{bad}");
        }
        assert!(parsed("-f").is_ok_and(|orders| orders.force));
    }
}
