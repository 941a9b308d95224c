//! qhold's and qrls's options; both have the same.

use super::{Again, Fate, Row, Table, Value, does};
use crate::error::{Error, Result};

/// What is asked of qhold or qrls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holds {
    pub words: Vec<String>,
    /// The letters of `-h`; empty: the user hold.
    pub kinds: String,
}

/// qhold's table.
pub static QHOLD: Table<Holds> = Table { command: "qhold", rows: ROWS };
/// qrls's table.
pub static QRLS: Table<Holds> = Table { command: "qrls", rows: ROWS };

static ROWS: &[Row<Holds>] = &[
    does("-h", Value::One("argument"), "hold_list", "kinds of hold: u (user), o (operator), s (system)", |asked, given| {
        let is_kind = |letter: char| matches!(letter, 'u' | 'o' | 's');
        if given.word().is_empty() || !given.word().chars().all(is_kind) {
            let text = format!("Unknown hold list \"{}\" specified to -h option", given.word());
            return Err(Error::BadValue { command: "qalter", text, code: 7 });
        }
        asked.kinds = given.word().into();
        Ok(())
    }),
    Row {
        name: "-help",
        value: Value::None,
        again: Again::Quiet,
        fate: Fate::Does,
        takes: "",
        help: "print this help",
        apply: |_, given| {
            let table = if given.command == "qrls" { &QRLS } else { &QHOLD };
            Err(Error::OnStdout { text: table.help(" job_task_list").trim_end().to_string(), code: 0 })
        },
    },
];

impl Table<Holds> {
    /// Parses the words of this command.
    ///
    /// # Errors
    /// Unknown options and bad kinds; Grid Engine names qalter in them.
    pub fn parse(&self, words: &[String]) -> Result<Holds> {
        let mut asked = Holds::default();
        let mut at = 0;
        while at < words.len() {
            if words[at].starts_with('-') {
                at +=
                    self.walk(&words[at..], &crate::request::Origin::Argv, &mut asked, &mut super::Heard::default()).map_err(as_qalter)?;
            } else {
                asked.words.extend(words[at].split(',').filter(|word| !word.is_empty()).map(String::from));
                at += 1;
            }
        }
        Ok(asked)
    }
}

fn as_qalter(error: Error) -> Error {
    match error {
        Error::InvalidOption { word, .. } => Error::InvalidOption { command: "qalter", word },
        Error::MissingArgument { option, what, .. } => Error::MissingArgument { command: "qalter", option, what },
        other => other,
    }
}
