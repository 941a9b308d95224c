//! The legacy dialects as data: one row per option, and one parser that walks words by such a table. Command line, directive
//! lines and option files go through the same rows, so that they cannot drift apart.

pub mod jsub;
pub mod lists;
pub mod qacct;
pub mod qalter;
pub mod qconf;
pub mod qdel;
pub mod qhost;
pub mod qmod;
pub mod qquota;
pub mod qselect;
pub mod qstat;
pub mod qsub;
pub mod rows;

use crate::error::{Error, Result};
use crate::request::{Asked, Origin};

/// How many words follow an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    None,
    /// One word; the text is what a missing one is called (`-N option must have argument`).
    One(&'static str),
    /// Two words, with both texts.
    Two(&'static str, &'static str),
    /// A word if there is one that is no option.
    Maybe,
    /// One word, or two where the first is one of these.
    Prefixed(&'static [&'static str]),
}

/// What becomes of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Does,
    /// Accepted without effect, as the reason says.
    NoEffect(&'static str),
    /// Refused with the reason: never silently lost.
    Refused(&'static str),
}

/// What a second saying in the same source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nothing is said of it.
    Quiet,
    /// `warning: "-N" option has already been set, overriding previous setting`, on standard output.
    Warns,
}

/// One option.
pub struct Row<T: 'static> {
    pub name: &'static str,
    pub value: Value,
    pub again: Again,
    pub fate: Fate,
    /// What `-help` calls the value, and its sentence.
    pub takes: &'static str,
    pub help: &'static str,
    pub apply: fn(&mut T, &Given<'_>) -> Result<()>,
}

/// An option as it was said.
pub struct Given<'a> {
    pub command: &'static str,
    pub name: &'static str,
    pub words: &'a [String],
    pub origin: &'a Origin,
}

impl Given<'_> {
    /// The first value word; empty where the option has none.
    pub fn word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The value with its origin.
    pub fn asked<V>(&self, value: V) -> Option<Asked<V>> {
        Some(Asked { value, origin: self.origin.clone() })
    }

    /// A refusal of the value in the option's own words; exit 7.
    pub fn bad(&self, text: impl Into<String>) -> Error {
        Error::BadValue { command: self.command, text: text.into(), code: 7 }
    }

    /// `invalid option argument "-j maybe"`.
    pub fn invalid(&self) -> Error {
        self.bad(format!("invalid option argument \"{} {}\"", self.name, self.word()))
    }

    /// `y yes n no` in any case.
    pub fn switch(&self) -> Result<bool> {
        match self.word().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(true),
            "n" | "no" => Ok(false),
            _ => Err(self.invalid()),
        }
    }
}

/// What one source (a command line, all directive lines of a script) has said so far.
#[derive(Debug, Default)]
pub struct Heard {
    said: Vec<&'static str>,
    /// The warnings Grid Engine prints, on standard output.
    pub warnings: Vec<String>,
}

impl Heard {
    /// What a file named here has said counts as said; its own warnings do not.
    pub fn also(&mut self, file: Heard) {
        self.said.extend(file.said);
    }

    /// Another source's, as if it had been said here; what it warned of is over.
    pub fn absorb(&mut self, other: Heard) {
        self.said.extend(other.said);
    }
}

/// One command's options.
pub struct Table<T: 'static> {
    pub command: &'static str,
    pub rows: &'static [Row<T>],
}

/// A row that does something.
pub const fn does<T>(
    name: &'static str,
    value: Value,
    takes: &'static str,
    help: &'static str,
    apply: fn(&mut T, &Given<'_>) -> Result<()>,
) -> Row<T> {
    Row { name, value, again: Again::Quiet, fate: Fate::Does, takes, help, apply }
}

/// A row that warns when it is said twice.
pub const fn once<T>(
    name: &'static str,
    value: Value,
    takes: &'static str,
    help: &'static str,
    apply: fn(&mut T, &Given<'_>) -> Result<()>,
) -> Row<T> {
    Row { name, value, again: Again::Warns, fate: Fate::Does, takes, help, apply }
}

/// A row that is known and refused.
pub const fn refused<T>(name: &'static str, value: Value, takes: &'static str, help: &'static str, why: &'static str) -> Row<T> {
    Row { name, value, again: Again::Quiet, fate: Fate::Refused(why), takes, help, apply: |_, _| Ok(()) }
}

/// Why an option that Grid Engine's parser knows is an `Unknown option` of this command.
pub const FOREIGN: &str = "an option of other commands";

/// A row of another command's: its words are read (and, where it has an `apply`, looked at), and it is unknown all the same.
pub const fn foreign<T>(name: &'static str, value: Value, takes: &'static str) -> Row<T> {
    refused(name, value, takes, "no option of this command", FOREIGN)
}

/// A row that is taken without effect.
pub const fn no_effect<T>(name: &'static str, value: Value, takes: &'static str, help: &'static str, why: &'static str) -> Row<T> {
    Row { name, value, again: Again::Quiet, fate: Fate::NoEffect(why), takes, help, apply: |_, _| Ok(()) }
}

/// A row without what it fills in: what pages and tests over all tables need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub name: &'static str,
    pub value: Value,
    pub fate: Fate,
    pub takes: &'static str,
    pub help: &'static str,
}

/// Any command's table, whatever its options fill in.
pub trait Rows: Sync {
    fn entries(&self) -> Vec<Entry>;

    /// Walks words into an empty target, which is thrown away.
    ///
    /// # Errors
    /// As `Table::walk`.
    fn try_words(&self, words: &[String]) -> Result<usize>;
}

impl<T: Default> Rows for Table<T> {
    fn entries(&self) -> Vec<Entry> {
        self.rows.iter().map(|row| Entry { name: row.name, value: row.value, fate: row.fate, takes: row.takes, help: row.help }).collect()
    }

    fn try_words(&self, words: &[String]) -> Result<usize> {
        self.walk(words, &Origin::Argv, &mut T::default(), &mut Heard::default())
    }
}

/// Every command with its table. Pages, completions, compat/options.md and the tests over all options are made from this list.
pub static TABLES: &[(&str, &dyn Rows)] = &[
    ("qsub", &qsub::TABLE),
    ("qalter", &qalter::TABLE),
    ("qhold", &qalter::TABLE),
    ("qrls", &qalter::TABLE),
    ("qresub", &qalter::TABLE),
    ("qstat", &qstat::TABLE),
    ("qdel", &qdel::TABLE),
    ("qmod", &qmod::TABLE),
    ("qacct", &qacct::TABLE),
    ("qhost", &qhost::TABLE),
    ("qselect", &qselect::TABLE),
    ("qconf", &qconf::TABLE),
    ("qquota", &qquota::TABLE),
];

/// What becomes of each option of a command; nothing for one without a table. qresub reads qalter's options and takes few of them.
pub fn entries(command: &str) -> Vec<Entry> {
    let Some((_, table)) = TABLES.iter().find(|(name, _)| *name == command) else { return Vec::new() };
    let mut entries = table.entries();
    if command == "qresub" {
        for entry in entries.iter_mut().filter(|entry| !matches!(entry.name, "-h" | "-help" | "-verify")) {
            entry.fate = Fate::Refused(FOREIGN);
        }
    }
    entries
}

impl<T> Table<T> {
    /// The row of an option.
    pub fn row(&self, name: &str) -> Option<&'static Row<T>> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// How many of the words the option at their front takes, itself included.
    pub fn length(&self, words: &[String]) -> usize {
        let length = words.first().and_then(|word| self.row(word)).map_or(1, |row| match row.value {
            Value::None => 1,
            Value::One(_) => 2,
            Value::Two(..) => 3,
            Value::Maybe => 1 + usize::from(words.get(1).is_some_and(|next| !next.starts_with('-'))),
            Value::Prefixed(prefixes) => 2 + usize::from(words.get(1).is_some_and(|word| prefixes.contains(&word.as_str()))),
        });
        length.min(words.len())
    }

    /// Walks the leading options of `words` into `target`; gives the number of words used. The first word that is no option, or
    /// the word after `--`, ends the walk. `heard` keeps what one source said before.
    ///
    /// # Errors
    /// Unknown options, missing words, bad values and refused options, in Grid Engine's words.
    pub fn walk(&self, words: &[String], origin: &Origin, target: &mut T, heard: &mut Heard) -> Result<usize> {
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_str();
            if word == "--" {
                return Ok(at + 1);
            }
            if !word.starts_with('-') {
                return Ok(at);
            }
            let Some(row) = self.row(word) else {
                return Err(Error::InvalidOption { command: self.command, word: word.to_string() });
            };
            at += 1;
            let missing = |what| Error::MissingArgument { command: self.command, option: row.name, what };
            let wanted = match row.value {
                Value::None => 0,
                Value::Maybe => usize::from(words.get(at).is_some_and(|next| !next.starts_with('-'))),
                Value::One(what) => {
                    if at >= words.len() {
                        return Err(missing(what));
                    }
                    1
                }
                Value::Prefixed(prefixes) => {
                    let has_prefix = words.get(at).is_some_and(|word| prefixes.contains(&word.as_str()));
                    let length = if has_prefix { 2 } else { 1 };
                    if at + length > words.len() {
                        return Err(missing("argument"));
                    }
                    length
                }
                Value::Two(first, second) => {
                    if at + 1 >= words.len() {
                        return Err(missing(if at >= words.len() { first } else { second }));
                    }
                    2
                }
            };
            if row.fate == Fate::Refused(FOREIGN) {
                let given = Given { command: self.command, name: row.name, words: &words[at..at + wanted], origin };
                (row.apply)(target, &given)?;
                let words = words[at - 1..at + wanted].to_vec();
                return Err(Error::UnknownOption { command: self.command, words });
            }
            if let Fate::Refused(why) = row.fate {
                return Err(Error::Refused { command: self.command, option: row.name.to_string(), why });
            }
            if row.again == Again::Warns && heard.said.contains(&row.name) {
                let prefix = if *origin == Origin::Argv { format!("{}: ", self.command) } else { String::new() };
                heard.warnings.push(format!("{prefix}warning: \"{}\" option has already been set, overriding previous setting", row.name));
            }
            heard.said.push(row.name);
            let given = Given { command: self.command, name: row.name, words: &words[at..at + wanted], origin };
            (row.apply)(target, &given)?;
            at += wanted;
        }
        Ok(at)
    }

    /// The `-help` text: Grid Engine's first two lines, then our rows.
    pub fn help(&self, arguments: &str) -> String {
        let mut text = format!("SGE 8.1.9\nusage: {} [options]{arguments}\n", self.command);
        for row in self.rows {
            let head = if row.takes.is_empty() { format!("[{}]", row.name) } else { format!("[{} {}]", row.name, row.takes) };
            let note = match row.fate {
                Fate::Does => String::new(),
                Fate::NoEffect(why) => format!(" (no effect: {why})"),
                Fate::Refused(why) => format!(" (refused: {why})"),
            };
            text.push_str(&format!("   {head:<40} {}{note}\n", row.help));
        }
        text
    }
}
