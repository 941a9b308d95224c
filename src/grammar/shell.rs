//! The commands of a shell script, as far as they can be known without running it. Nothing is refused: csh, broken quotes and junk
//! give what can be read of them. Full parsers of the POSIX shell refuse all of these as a whole, and csh is what many old scripts
//! of a grid are written in.

mod reader;
mod word;

pub use word::{Piece, Word};

use std::collections::BTreeMap;
use std::sync::Arc;

/// A script's commands in the order of the text, those in `$(…)` before the command they are an argument of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub steps: Vec<Step>,
    /// What the script's functions run when they are called.
    pub functions: BTreeMap<String, Arc<Vec<Step>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Command(Command),
    /// A subshell begins: what changes in it is forgotten at `Leave`.
    Enter,
    Leave,
    /// What follows runs once for each value of a variable, as far as these are written out.
    Loop {
        line: usize,
        name: String,
        values: Vec<Word>,
    },
}

/// A simple command: assignments, a program, its arguments. Redirections are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// Counted from 1.
    pub line: usize,
    pub words: Vec<Word>,
    /// What it reads as its input, and the line where that begins.
    pub here: Option<(usize, String)>,
    /// The file that is its input.
    pub input: Option<Word>,
    /// It reads what the command before it writes.
    pub is_piped: bool,
    /// It runs whatever happens: no condition, loop or function is around it.
    pub is_certain: bool,
}

/// Reads a script whose first line has the number `line`.
pub fn parse(text: &str, line: usize) -> Script {
    reader::Reader::new(text, line).script()
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
