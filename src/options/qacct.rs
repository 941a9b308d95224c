//! qacct's options (compat/captures/qacct/transcripts/words.txt, keys.txt, dates.txt, jobs.txt).

mod question;

pub use question::{Jobs, Key, Number, Question, Queues};

use super::{Fate, Given, Row, Table, Value, does};
use crate::error::{Error, Result};
use crate::grammar::{date, number, task_list};
use chrono::Local;

/// qacct has no text for a missing word: it prints its usage. `TASKS` has one.
const WORD: Value = Value::One("argument");
const TASKS: &str = "-t option must have a list of task id ranges";

/// qacct's table.
pub static TABLE: Table<Question> = Table { command: "qacct", rows: ROWS };

static ROWS: &[Row<Question>] = &[
    does("-ar", Value::Maybe, "[ar_id]", "list [matching] advance reservations", |question, given| {
        let refusal = || usage("invalid advance reservation id, must be an unsigned integer");
        let id = |word: &String| number::whole_prefix(word.as_bytes()).map(|(id, _)| id as u32).ok_or_else(refusal);
        question.reservation.hear(given.words.first().map(id).transpose()?);
        Ok(())
    }),
    does("-A", Value::Maybe, "[account_string]", "list [matching] account", |question, given| key(&mut question.account, given)),
    does("-b", WORD, "begin_time", "jobs started after", |question, given| {
        question.begin = Some(time(given)?);
        Ok(())
    }),
    does("-d", WORD, "days", "jobs started during the last d days", |question, given| {
        let (days, _) = number::whole_prefix(given.word().as_bytes()).ok_or_else(|| usage(""))?;
        question.days = Some(days as u32);
        Ok(())
    }),
    does("-D", Value::Maybe, "[department]", "list [matching] department", |question, given| key(&mut question.department, given)),
    does("-e", WORD, "end_time", "jobs started before", |question, given| {
        question.end = Some(time(given)?);
        Ok(())
    }),
    does("-E", Value::None, "", "select job end time, not start", |question, _| {
        question.by_end = true;
        Ok(())
    }),
    does("-f", WORD, "acctfile", "use alternate accounting file", |question, given| {
        question.file = Some(given.word().into());
        Ok(())
    }),
    does("-g", Value::Maybe, "[groupid|groupname]", "list [matching] group", |question, given| key(&mut question.group, given)),
    does("-h", Value::Maybe, "[host]", "list [matching] host", |question, given| key(&mut question.host, given)),
    does("-help", Value::None, "", "display this message", |_, _| Err(Error::OnStdout { text: help().trim_end().into(), code: 0 })),
    does("-j", Value::Maybe, "[job_id|job_name|pattern]", "list all [matching] jobs", |question, given| {
        question.jobs.hear(given.words.first().map(String::as_str));
        Ok(())
    }),
    does("-l", WORD, "attr=val,...", "request given complex attributes", |question, given| {
        question.requests = Some(given.word().into());
        Ok(())
    }),
    does("-m", Value::None, "", "list only master tasks", |question, _| {
        question.masters_only = true;
        Ok(())
    }),
    does("-o", Value::Maybe, "[owner]", "list [matching] owner", |question, given| key(&mut question.owner, given)),
    does("-u", Value::Maybe, "[owner]", "list [matching] owner", |question, given| key(&mut question.owner, given)),
    does("-pe", Value::Maybe, "[pe_name]", "list [matching] parallel environment", |question, given| key(&mut question.pe, given)),
    does("-P", Value::Maybe, "[project]", "list [matching] project", |question, given| key(&mut question.project, given)),
    does("-q", Value::Maybe, "[queue]", "list [matching] queue", |question, given| {
        question.queue.hear(given.words.first().cloned());
        Ok(())
    }),
    does("-slots", Value::Maybe, "[slots]", "list [matching] job slots", |question, given| {
        question.slots.hear(given.words.first().map(|word| number::word(word.as_bytes())));
        Ok(())
    }),
    does("-t", WORD, "taskid[-taskid[:step]]", "list all [matching] tasks (requires -j option)", |question, given| {
        if given.word().starts_with('-') {
            return Err(usage(TASKS));
        }
        question.tasks = task_list::parse(given.word()).map_err(|refusal| {
            let list = format!("invalid list of task id ranges: {}", given.word());
            usage(&refusal.before.map_or_else(|| list.clone(), |before| format!("{before}\n{list}")))
        })?;
        Ok(())
    }),
];

fn key(key: &mut Key, given: &Given<'_>) -> Result<()> {
    key.hear(given.words.first().cloned());
    Ok(())
}

/// A time, cut to 32 bits as Grid Engine keeps it.
fn time(given: &Given<'_>) -> Result<u32> {
    let seconds = date::parse(given.word()).and_then(|date| date.since_1970(Local::now()));
    seconds.map(|seconds| seconds as u32).map_err(|sentence| usage(&format!("\n{sentence}")))
}

/// The usage text, after a line where there is one.
pub(crate) fn usage(line: &str) -> Error {
    let line = if line.is_empty() { String::new() } else { format!("{line}\n") };
    Error::Exact { text: format!("{line}{}", help().trim_end()), code: 1 }
}

/// Grid Engine's own text, made of the rows (compat/captures/help/qacct.txt).
pub fn help() -> String {
    let mut text = String::from("SGE 8.1.9\nusage: qacct [options]\n");
    for row in ROWS {
        let option = match (row.name, row.takes) {
            (name, "") => format!("[{name}]"),
            ("-f", takes) => format!("[[-f] {takes}]"),
            (name, takes) => format!("[{name} {takes}]"),
        };
        let note = match row.fate {
            Fate::Does => String::new(),
            Fate::NoEffect(why) => format!(" (no effect: {why})"),
            Fate::Refused(why) => format!(" (refused: {why})"),
        };
        text.push_str(&format!(" {option:<33} {}{note}\n", row.help));
    }
    text.push_str("\n begin_time, end_time              [[CC]YYMMDDhhmm[.SS]\n");
    text.push_str(" queue                             [cluster_queue|queue_instance|queue_domain|pattern]\n");
    text
}

/// Parses qacct's words.
///
/// # Errors
/// The usage text, exit 1.
pub fn parse(words: &[String]) -> Result<Question> {
    let mut question = Question::default();
    let used =
        TABLE.walk(words, &crate::request::Origin::Argv, &mut question, &mut super::Heard::default()).map_err(|error| match error {
            Error::MissingArgument { option: "-t", .. } => usage(TASKS),
            Error::InvalidOption { .. } | Error::MissingArgument { .. } => usage(""),
            other => other,
        })?;
    // `--` ends the options of other commands; here it is unknown as well.
    let ends = used > 0 && words[used - 1] == "--" && !(used > 1 && TABLE.row(&words[used - 2]).is_some_and(|row| row.value == WORD));
    if used < words.len() || ends {
        return Err(usage(""));
    }
    Ok(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Question> {
        parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_help_is_grid_engines() {
        assert_eq!(help(), include_str!("../../compat/captures/help/qacct.txt"));
    }

    #[test]
    fn what_is_no_option_is_answered_with_the_usage() {
        for line in ["x", "-f a b", "-nosuch", "--", "-o --", "-j -- 1", "-f", "-d x", "-m 1"] {
            assert_eq!(of(line), Err(usage("")), "{line}");
        }
        assert_eq!(of("-f --").map(|question| question.file), Ok(Some("--".into())));
        assert_eq!(of("-t"), Err(usage("-t option must have a list of task id ranges")));
        assert_eq!(of("-ar x"), Err(usage("invalid advance reservation id, must be an unsigned integer")));
        assert_eq!(of("-b 1"), Err(usage("\nInvalid format of date/hour-minute field.")));
    }

    #[test]
    fn a_key_keeps_its_word_and_that_every_one_was_asked_for() {
        let question = of("-o bob -o -slots 4 -slots -ar -q").expect("a question");
        assert_eq!((question.owner.every, question.owner.word.as_deref()), (true, Some("bob")));
        assert_eq!((question.slots.every, question.slots.number), (true, 4));
        assert!(question.is_list());
    }

    #[test]
    fn a_job_is_a_number_a_name_or_both() {
        let jobs = |line| of(line).expect("a question").jobs;
        assert_eq!(jobs("-j 10abc"), Jobs { number: 10, ..Jobs::default() });
        assert_eq!(jobs("-j al*"), Jobs { name: Some("al*".into()), ..Jobs::default() });
        assert_eq!(jobs("-j alpha -j 12"), Jobs { number: 12, name: Some("alpha".into()), ..Jobs::default() });
        assert_eq!(jobs("-j 12 -j alpha"), Jobs { name: Some("alpha".into()), ..Jobs::default() });
        assert_eq!(jobs("-j 0"), Jobs::default());
        assert!(jobs("-j 12 -j").all);
    }
}
