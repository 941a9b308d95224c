//! qstat's options.

use super::{Row, Table, Value, does, lists};
use crate::error::{Error, Result};
use crate::job::{State, Tasks};
use crate::request::listing::{EXPLAINED, Layout, QUEUE_STATES, Selection, States};

const LIST: Value = Value::One("argument");

/// What is asked of qstat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// `-u`; empty: the caller.
    pub users: Vec<String>,
    /// `-s`; nothing said: the unfinished ones.
    pub states: Option<States>,
    pub selection: Selection,
    pub layout: Layout,
    /// `-j` was said, with these words.
    pub jobs: Option<Vec<String>>,
    pub xml: bool,
    /// Complaints that do not end the reading; those of queue states are told twice.
    complaints: Vec<String>,
    unknown_states: Vec<String>,
}

/// qstat's table.
pub static TABLE: Table<Query> = Table { command: "qstat", rows: ROWS };

static ROWS: &[Row<Query>] = &[
    does("-ext", Value::None, "", "view additional attributes", |query, _| set(&mut query.layout.extended)),
    does("-explain", LIST, "a|c|A|E", "show reason for a queue's state", |query, given| {
        query.layout.full = true;
        match lists::queue_states(given, EXPLAINED) {
            Ok(letters) => query.layout.explain.push_str(&letters),
            Err(line) => query.unknown_states.push(line),
        }
        Ok(())
    }),
    does("-f", Value::None, "", "full output", |query, _| set(&mut query.layout.full)),
    does("-F", Value::Maybe, "[resource_attributes]", "full output and show (selected) resources of queue(s)", |query, given| {
        query.layout.full = true;
        // Of several words, and of several sayings, the last counts.
        let last = given.words.last().map_or("", String::as_str);
        let names = last.split(|c: char| c == ',' || c.is_whitespace()).filter(|name| !name.is_empty());
        query.layout.resources = Some(names.map(String::from).collect());
        Ok(())
    }),
    does("-g", LIST, "c|d|t", "display cluster queue summary, all tasks, all parallel tasks", |query, given| {
        let layout = &mut query.layout;
        for letter in given.words.iter().flat_map(|word| word.chars()) {
            match letter {
                'c' => layout.clusters = true,
                'd' => layout.each_task = true,
                't' => layout.each_slot = true,
                ',' => {}
                odd => query.complaints.push(format!("wrong character '{odd}' for -g option")),
            }
        }
        Ok(())
    }),
    does("-help", Value::None, "", "print this help", |_, _| Err(Error::OnStdout { text: TABLE.help("").trim_end().to_string(), code: 0 })),
    does("-j", Value::Maybe, "job_identifier_list", "show scheduler job information", |query, given| {
        // Of several words the last counts.
        let last = given.words.last().map_or("", String::as_str);
        query.jobs = Some(last.split(',').filter(|word| !word.is_empty()).map(String::from).collect());
        Ok(())
    }),
    does("-l", LIST, "resource_list", "request the given resources", |query, given| {
        query.selection.resources.extend(lists::resources(given));
        Ok(())
    }),
    does("-ne", Value::None, "", "hide empty queues", |query, _| set(&mut query.layout.only_used)),
    does("-ncb", Value::None, "", "suppress additional binding specific parameters", |query, _| set(&mut query.layout.no_binding)),
    does("-pe", LIST, "pe_list", "select only queues with one of these parallel environments", |query, given| {
        query.selection.parallel_environments.extend(lists::pieces(given));
        Ok(())
    }),
    does("-pri", Value::None, "", "display job priority information", |query, _| set(&mut query.layout.priority)),
    does("-q", LIST, "wc_queue_list", "print information on given queue", |query, given| {
        query.selection.queues.extend(lists::pieces(given));
        Ok(())
    }),
    does("-qs", LIST, "{a|c|d|o|s|u|A|C|D|E|S}", "selects queues which are in the given state(s)", |query, given| {
        match lists::queue_states(given, QUEUE_STATES) {
            Ok(letters) => query.selection.states.push_str(&letters),
            Err(line) => query.unknown_states.push(line),
        }
        Ok(())
    }),
    does("-r", Value::None, "", "show requested resources of job(s)", |query, _| set(&mut query.layout.requests)),
    does("-s", LIST, "{p|r|s|z|hu|ho|hs|hd|hj|ha|h|a}", "show jobs in these states", |query, given| {
        for word in given.words {
            let wrong = || Error::Usage { usage: TABLE.help(""), line: "ERROR! wrong argument to -s option".into() };
            query.states = Some(States::parse(word).ok_or_else(wrong)?);
        }
        Ok(())
    }),
    does("-t", Value::None, "", "show task information (implicitly -g t)", |query, _| set(&mut query.layout.tasks)),
    does("-u", LIST, "user_list", "view jobs of this user list", |query, given| {
        query.users.extend(lists::pieces(given));
        Ok(())
    }),
    does("-U", LIST, "user_list", "select only queues where these users have access", |query, given| {
        query.selection.users.extend(lists::pieces(given));
        Ok(())
    }),
    does("-urg", Value::None, "", "display job urgency information", |query, _| set(&mut query.layout.urgency)),
    does("-xml", Value::None, "", "display the information in XML format", |query, _| set(&mut query.xml)),
];

fn set(flag: &mut bool) -> Result<()> {
    *flag = true;
    Ok(())
}

/// Parses qstat's words. Grid Engine prints the whole usage before most of its complaints.
///
/// # Errors
/// Complaints with exit code 1; the help.
pub fn parse(words: &[String]) -> Result<Query> {
    let query = lists::parse(&TABLE, words, "", &["-help", "-s", "-explain", "-qs", "-g"])?;
    let mut lines: Vec<String> = query.unknown_states.iter().map(|line| format!("error: {line}")).collect();
    lines.extend_from_slice(&query.unknown_states);
    lines.extend_from_slice(&query.complaints);
    if lines.is_empty() { Ok(query) } else { Err(Error::Exact { text: lines.join("\n"), code: 1 }) }
}

impl Query {
    /// True where finished jobs are asked for.
    pub fn wants_finished(&self) -> bool {
        self.states.is_some_and(|states| states.finished)
    }

    /// True when `-s` lets these tasks through. Holds narrow the waiting ones, and let running ones through that have them
    /// (compat/captures/qstat/state-words.txt).
    pub fn shows(&self, tasks: &Tasks) -> bool {
        let states = self.states.unwrap_or(States::UNFINISHED);
        let held = &tasks.held;
        let by_hold = (states.user && held.user)
            || (states.operator && held.operator)
            || (states.system && held.system)
            || (states.job && held.job)
            || (states.array && held.array)
            || (states.start_time && held.time && !tasks.state.is_running());
        match &tasks.state {
            State::Finished => states.finished,
            State::Suspended { .. } => states.suspended || by_hold,
            state if state.is_running() => states.running || by_hold,
            _ => by_hold || (states.pending && !states.is_by_hold()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Query> {
        parse(&line.split(' ').map(|word| word.trim_matches('"').to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn options_take_words_up_to_the_next_option() {
        let query = parsed("-u a b,c -q x -q y z -s p r -g d t -l h_rt=1,q=task foo -F -j 1 2,3").expect("a query");
        assert_eq!(query.users, ["a", "b", "c"]);
        assert_eq!(query.selection.queues, ["x", "y", "z"]);
        assert_eq!(query.states, States::parse("r"));
        assert!(query.layout.each_task && query.layout.each_slot && query.layout.full && !query.layout.clusters);
        assert_eq!(query.selection.resources[2], ("foo".into(), "TRUE".into()));
        assert_eq!(query.jobs, Some(vec!["2".into(), "3".into()]));
    }

    /// compat/captures/qstat/words.txt
    #[test]
    fn complaints_come_in_grid_engines_order() {
        let told = |line: &str| match parsed(line) {
            Err(Error::Usage { line, .. }) => format!("usage, {line}"),
            Err(Error::Exact { text, code: 1 }) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(told("17"), "usage, invalid option argument \"17\"");
        assert_eq!(told("-s x -bogus"), "usage, invalid option argument \"-bogus\"");
        assert_eq!(told("-s -bogus"), "usage, -s option must have argument\ninvalid option argument \"-bogus\"");
        assert_eq!(told("-q -f"), "-q option must have argument");
        assert_eq!(told("-s \"\""), "usage, -s option must have argument\ninvalid option argument \"\"");
        assert_eq!(told("-qs x -s y"), "usage, ERROR! wrong argument to -s option");
        let state = "error: unknown queue state: x found in string: x\nunknown queue state: x found in string: x";
        assert_eq!(told("-g y -qs x"), format!("{state}\nwrong character 'y' for -g option"));
        assert!(matches!(parsed("-help -s x"), Err(Error::OnStdout { code: 0, .. })));
    }

    #[test]
    fn a_files_options_give_way_to_the_command_lines() {
        let words = |line: &str| line.split(' ').map(String::from).collect::<Vec<_>>();
        assert_eq!(lists::before(&TABLE, "-s r -q task # why\n#-f\n-u *\n", &words("-s p -ext")), words("-q task -u * -s p -ext"));
    }
}
