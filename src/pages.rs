//! Pages made from the option tables: the manual (`gridshim man`) and the shells' completions (`gridshim completions`). What an option
//! does, and why one has no effect or is refused, is said in its row alone, so that pages and parser cannot part.

mod bash;
mod fish;
mod man;
mod texts;
mod values;
mod zsh;

pub use man::{roff, roff_of_gridshim};
pub use values::{Values, of as values_of};

use crate::options::{self, Entry, Fate, jsub};

/// A command as its pages see it.
#[derive(Debug, Clone)]
pub struct Page {
    pub name: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// False where the name is known and nothing behind it is done.
    pub is_implemented: bool,
    pub entries: Vec<Entry>,
}

impl Page {
    /// The page of a command; its options are those of its table.
    pub fn of(name: &'static str, about: &'static str, is_implemented: bool) -> Page {
        Page { name, about, is_implemented, entries: entries(name) }
    }
}

/// The options of a command; none for one without a table.
fn entries(name: &str) -> Vec<Entry> {
    match name {
        "jsub" | "jstart" | "qcronsub" => jsub::entries(),
        "job" => texts::JOB_OPTIONS.to_vec(),
        "crontab" => texts::CRONTAB_OPTIONS.to_vec(),
        _ => options::entries(name).into_iter().filter(|entry| entry.fate != Fate::Refused(options::FOREIGN)).collect(),
    }
}

/// A shell that completions can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// One script with the completions of every command, and of gridshim's own commands, which are given with what they do.
pub fn completions(shell: Shell, pages: &[Page], own: &[(String, String)]) -> String {
    match shell {
        Shell::Bash => bash::script(pages, own),
        Shell::Zsh => zsh::script(pages, own),
        Shell::Fish => fish::script(pages, own),
    }
}

/// What a command takes behind its options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    None,
    /// A script or program, then its own words.
    Program,
    Jobs,
}

/// See `Operand`.
pub fn operand(name: &str) -> Operand {
    match texts::find(name).map_or("", |text| text.operands) {
        "" => Operand::None,
        operands if operands.contains("job") => Operand::Jobs,
        operands if operands.contains("command") || operands.contains("program") => Operand::Program,
        _ => Operand::None,
    }
}
