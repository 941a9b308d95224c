//! qdel's options. An unknown one is taken for a job's name, as Grid Engine does.

use super::{Row, Table, Value, does};
use crate::error::{Error, Result};
use crate::grammar::tasks::{self, Range};

/// One job to delete, as it was written, with the tasks of a `-t` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub tasks: Option<Range>,
}

/// What is asked of qdel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deletions {
    pub users: Vec<String>,
    pub words: Vec<Word>,
    pub force: bool,
}

/// qdel's table.
pub static TABLE: Table<Deletions> = Table { command: "qdel", rows: ROWS };

static ROWS: &[Row<Deletions>] = &[
    does("-f", Value::None, "", "force action", |asked, _| {
        asked.force = true;
        Ok(())
    }),
    does("-help", Value::None, "", "print this help", |_, _| {
        Err(Error::OnStdout { text: TABLE.help(" job_task_list").trim_end().to_string(), code: 0 })
    }),
    does("-t", Value::One("argument"), "task_id_range", "delete these tasks of the job before it", |asked, given| {
        match asked.words.last_mut() {
            Some(last) => {
                last.tasks = Some(tasks::parse_list(given.word()).map_err(|refusal| bad_range(&refusal))?);
                Ok(())
            }
            None => Err(Error::Exact {
                text: format!("error: found lonely '-t {}' option (The -t option needs a leading job name).", given.word()),
                code: 1,
            }),
        }
    }),
    does("-u", Value::One("argument"), "user_list", "delete all jobs of users specified in list", |asked, given| {
        asked.users.extend(given.word().split(',').filter(|word| !word.is_empty()).map(String::from));
        Ok(())
    }),
];

/// Grid Engine prints the usage before it says what is wrong with a range.
fn bad_range(refusal: &tasks::Refusal) -> Error {
    let text = match refusal {
        tasks::Refusal::Text(text) => text.as_str(),
        tasks::Refusal::Zero(_) => "0 is an invalid task id",
    };
    Error::Usage { usage: TABLE.help(" job_task_list"), line: format!("error: {text}") }
}

/// Grid Engine's complaint about a word that is no job.
pub fn invalid(word: &str) -> Error {
    Error::Exact { text: format!("error: ERROR! \"{word}\" is an invalid job-task identifier"), code: 1 }
}

/// Parses qdel's words: options and job words in any order.
///
/// # Errors
/// No word at all, a lonely `-t`, a broken range.
pub fn parse(words: &[String]) -> Result<Deletions> {
    let mut asked = Deletions::default();
    let mut at = 0;
    while at < words.len() {
        let is_option = TABLE.row(&words[at]).is_some();
        if is_option {
            // A lone `-u` or `-t` at the end counts as nothing said.
            let length = match TABLE.walk(
                &words[at..(at + 2).min(words.len())],
                &crate::request::Origin::Argv,
                &mut asked,
                &mut super::Heard::default(),
            ) {
                Ok(length) => length,
                Err(Error::MissingArgument { option: "-t", .. }) if !asked.words.is_empty() => {
                    return Err(bad_range(&tasks::Refusal::Text("-t option must have a list of task id ranges".into())));
                }
                Err(Error::MissingArgument { .. }) => 1,
                Err(error) => return Err(error),
            };
            at += length.max(1);
        } else {
            asked.words.extend(words[at].split(',').filter(|word| !word.is_empty()).map(|word| Word { text: word.into(), tasks: None }));
            at += 1;
        }
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Deletions {
        parse(&line.split(' ').map(String::from).collect::<Vec<_>>()).expect("deletions")
    }

    #[test]
    fn words_ranges_and_users() {
        let word = |text: &str, tasks| Word { text: text.into(), tasks };
        assert_eq!(parsed("1 2,3").words, [word("1", None), word("2", None), word("3", None)]);
        assert_eq!(parsed("7 -t 2").words, [word("7", Some(Range { first: 2, last: 2, step: 1 }))]);
        assert_eq!(parsed("-x").words, [word("-x", None)]);
        assert_eq!(parsed("-u bob,alice").users, ["bob", "alice"]);
        assert_eq!(parsed("-u"), Deletions::default());
    }
}
