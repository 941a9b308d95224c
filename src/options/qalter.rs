//! The options of qalter and, but for `-h`'s letters, of qhold, qrls and qresub (compat/captures/qalter-answers.txt).

use super::rows::*;
use super::{Heard, Row, Table, Value, does, foreign};
use crate::error::{Error, Result};
use crate::grammar::job_task::{self, Target};
use crate::grammar::tasks::{self, Range};
use crate::request::{HoldChange, Origin, Request};

/// qalter's table. Its errors name qalter, whichever of its sisters was called.
pub static TABLE: Table<Request> = Table { command: "qalter", rows: ROWS };

static ROWS: &[Row<Request>] = &[
    START,
    ADD_CONTEXT,
    RESERVATION,
    ACCOUNT,
    BINDING,
    CHECKPOINT_WHEN,
    CHECKPOINT,
    CWD,
    DELETE_CONTEXT,
    DEADLINE,
    STDERR,
    HOLD_LIST,
    HARD,
    HELP,
    HOLD_JID,
    HOLD_JID_AD,
    STDIN,
    MERGE,
    SHARE,
    VERIFIER,
    RESOURCES,
    MAIL_TO,
    MAIL,
    MASTER_QUEUE,
    NAME,
    NOTIFY,
    STDOUT,
    OVERRIDE_TICKETS,
    PROJECT,
    PRIORITY,
    PE,
    QUEUE,
    RESERVE,
    RERUN,
    SET_CONTEXT,
    SOFT,
    SHELL,
    TASKS_OF_JOB,
    TASK_CONCURRENCY,
    USERS,
    VARIABLES,
    VERIFY,
    ENVIRONMENT,
    VALIDATION,
    WORKDIR,
    FILE,
    foreign("-C", ARGUMENT, "directive_prefix"),
    foreign("-cat", Value::None, ""),
    foreign("-clear", Value::None, ""),
    foreign("-display", ARGUMENT, "display"),
    HANDLES_EVENTS,
    foreign("-inherit", Value::None, ""),
    foreign("-noshell", Value::None, ""),
    foreign("-nostdin", Value::None, ""),
    foreign("-now", ARGUMENT, "y[es]|n[o]"),
    foreign("-pty", ARGUMENT, "y[es]|n[o]"),
    foreign("-sync", ARGUMENT, "y[es]|n[o]"),
    foreign("-terse", Value::None, ""),
    foreign("-uall", Value::None, ""),
];

const HELP: Row<Request> = does("-help", Value::None, "", "print this help", |_, _| {
    Err(Error::OnStdout { text: TABLE.help(" job_task_list").trim_end().to_string(), code: 0 })
});
/// Read with the job before it, in `Program::parse`.
const TASKS_OF_JOB: Row<Request> = does("-t", Value::One("argument"), "task_id_range", "the tasks of the job before it", |_, _| Ok(()));
const USERS: Row<Request> = does("-u", Value::One("a list usernames"), "user_list", "all jobs of these users", |_, _| Ok(()));

/// Which of the four was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    Qalter,
    Qhold,
    Qrls,
    Qresub,
}

/// One job that is meant, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    Id { id: u64, tasks: Option<Range> },
    Name { name: String, tasks: Option<Range> },
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    pub request: Request,
    pub jobs: Vec<Meant>,
    /// `-u`: all jobs of these users, whatever jobs are named.
    pub users: Vec<String>,
    pub warnings: Vec<String>,
    /// Options were given.
    pub has_options: bool,
}

impl Program {
    /// The command's own name.
    pub fn name(self) -> &'static str {
        match self {
            Program::Qalter => "qalter",
            Program::Qhold => "qhold",
            Program::Qrls => "qrls",
            Program::Qresub => "qresub",
        }
    }

    /// Its `-help`: Grid Engine's qhold, qrls and qresub name few of the options they take.
    pub fn help(self) -> String {
        let usage = if self == Program::Qresub { " job_id_list" } else { " job_task_list" };
        TABLE.help(usage).replacen("usage: qalter", &format!("usage: {}", self.name()), 1)
    }

    /// Parses the words: options and jobs in any order.
    ///
    /// # Errors
    /// Bad options and values (exit 2, 5 or 7), words that are no jobs (exit 2), nothing at all (the usage, exit 1).
    pub fn parse(self, words: &[String]) -> Result<Change> {
        let mut change = Change::default();
        let mut heard = Heard::default();
        let mut at = 0;
        while at < words.len() {
            match words[at].as_str() {
                "-help" => return Err(Error::OnStdout { text: self.help().trim_end().to_string(), code: 0 }),
                "-u" if self != Program::Qresub => {
                    let list =
                        words.get(at + 1).ok_or(Error::MissingArgument { command: "qalter", option: "-u", what: "a list usernames" })?;
                    change.users.extend(list.split(',').filter(|word| !word.is_empty()).map(String::from));
                    change.has_options = true;
                    at += 2;
                }
                "-t" => {
                    let word = words.get(at + 1).ok_or(Error::MissingArgument { command: "qalter", option: "-t", what: "argument" })?;
                    of_last(&mut change.jobs, word)?;
                    at += 2;
                }
                word if word.starts_with('-') => {
                    let one = self.one(&words[at..], &mut change.request, &mut heard)?;
                    change.has_options = true;
                    at += one.max(1);
                }
                list => {
                    jobs(list, &mut change.jobs)?;
                    at += 1;
                }
            }
        }
        change.warnings = std::mem::take(&mut heard.warnings);
        self.check(change)
    }

    /// Walks one option.
    fn one(self, words: &[String], request: &mut Request, heard: &mut Heard) -> Result<usize> {
        let length = TABLE.length(words);
        if self == Program::Qresub && TABLE.row(&words[0]).is_some() && !matches!(words[0].as_str(), "-h" | "-verify") {
            let word = if words[0] == "-cwd" { "-wd" } else { &words[0] };
            let value = words[1..length.min(words.len())].join(" ");
            let shown = if value.is_empty() && word != "-V" { word.to_string() } else { format!("{word} {value}") };
            return Err(Error::Exact { text: format!("Unknown option {shown}\n"), code: 5 });
        }
        let used = TABLE.walk(&words[..length.min(words.len())], &Origin::Argv, request, heard).map_err(|error| match error {
            Error::UnknownOption { words, .. } => Error::Exact { text: format!("Unknown option {}\n", words.join(" ")), code: 5 },
            other => other,
        })?;
        if matches!(self, Program::Qhold | Program::Qrls) && words[0] == "-h" {
            let letters = words.get(1).map_or("", String::as_str);
            if letters.chars().any(|letter| !"uos".contains(letter)) {
                return Err(Error::BadValue {
                    command: "qalter",
                    text: format!("Unknown hold list \"{letters}\" specified to -h option"),
                    code: 7,
                });
            }
        }
        Ok(used)
    }

    fn check(self, mut change: Change) -> Result<Change> {
        let nothing = change.jobs.is_empty() && change.users.is_empty();
        let needs_jobs = matches!(self, Program::Qhold | Program::Qrls);
        if nothing && (needs_jobs || !change.has_options) {
            return Err(Error::Usage { usage: self.help(), line: "ERROR! no option argument".into() });
        }
        let asked = change.request.holds.as_ref().map(|asked| asked.value.clone());
        if needs_jobs {
            let kinds = asked.map_or(vec!['u'], |change| change.set);
            let (set, take) = if self == Program::Qhold { (kinds, Vec::new()) } else { (Vec::new(), kinds) };
            change.request.holds = Some(crate::request::Asked { value: HoldChange { set, take, none: false }, origin: Origin::Argv });
        }
        let only_holds = Request { holds: None, ..change.request.clone() } == Request::default();
        let has_tasks = change.jobs.iter().any(|job| matches!(job, Meant::Id { tasks: Some(_), .. } | Meant::Name { tasks: Some(_), .. }));
        if has_tasks && (!only_holds || self == Program::Qresub) {
            return Err(Error::Exact { text: "denied: the selected option works only on jobs and not on tasks".into(), code: 4 });
        }
        Ok(change)
    }
}

/// The jobs of one word.
fn jobs(list: &str, into: &mut Vec<Meant>) -> Result<()> {
    if list.is_empty() {
        return Err(Error::BadValue { command: "qalter", text: "Wrong job id list format \"\" specified".into(), code: 7 });
    }
    for word in list.split(',').filter(|word| !word.is_empty()) {
        let invalid = || Error::Exact { text: format!("ERROR! \"{word}\" is an invalid job-task identifier"), code: 2 };
        if !word.starts_with(|c: char| c.is_ascii_digit()) {
            into.push(Meant::Name { name: word.into(), tasks: None });
            continue;
        }
        // `17.0` is all of 17.
        let whole = word.strip_suffix(".0").unwrap_or(word);
        match job_task::parse(whole) {
            Target::Id { id, tasks } => into.push(Meant::Id { id, tasks }),
            Target::Name(_) | Target::Invalid(_) => return Err(invalid()),
        }
    }
    Ok(())
}

/// `-t RANGE` behind a job.
fn of_last(jobs: &mut [Meant], word: &str) -> Result<()> {
    let range = tasks::parse_list(word);
    let Some(last) = jobs.last_mut() else {
        let text = format!("found lonely '-t {word}' option (The -t option needs a leading job name).");
        return Err(Error::Exact { text, code: 2 });
    };
    let range = range.map_err(|refusal| match refusal {
        tasks::Refusal::Text(text) => Error::BadValue { command: "qalter", text, code: 7 },
        tasks::Refusal::Zero(_) => Error::Exact { text: format!("ERROR! \"{word}\" is an invalid job-task identifier"), code: 2 },
    })?;
    match last {
        Meant::Id { tasks, .. } | Meant::Name { tasks, .. } => *tasks = Some(range),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(program: Program, line: &str) -> Result<Change> {
        program.parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_and_jobs_in_any_order() {
        let change = parsed(Program::Qalter, "-p -5 17,18 -N x name").expect("a change");
        assert_eq!(change.jobs.len(), 3);
        assert_eq!(change.request.priority.map(|asked| asked.value), Some(-5));
        let change = parsed(Program::Qhold, "17 -t 2,3").expect("a change");
        assert_eq!(change.jobs, [Meant::Id { id: 17, tasks: Some(Range { first: 2, last: 3, step: 1 }) }]);
        assert_eq!(change.request.holds.map(|asked| asked.value.set), Some(vec!['u']));
    }

    #[test]
    fn mistakes_have_their_codes() {
        let code = |program, line| parsed(program, line).map(|_| 0).unwrap_or_else(|error| error.exit_code());
        assert_eq!(code(Program::Qalter, ""), 1);
        assert_eq!(code(Program::Qalter, "-sync y 17"), 5);
        assert_eq!(code(Program::Qalter, "-b y 17"), 2);
        assert_eq!(code(Program::Qalter, "17x"), 2);
        assert_eq!(code(Program::Qalter, "-p -5 17.1"), 4);
        assert_eq!(code(Program::Qhold, "-h U 17"), 7);
        assert_eq!(code(Program::Qhold, "-h u"), 1);
        assert_eq!(code(Program::Qresub, "-N x 17"), 5);
        assert_eq!(code(Program::Qalter, "-t 1 17"), 2);
    }
}
