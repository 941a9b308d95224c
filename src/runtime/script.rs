//! Shell scripts, command by command: loops, functions, variables, files of commands.

use super::command::is_shell;
use super::expand::{LINES, UNKNOWN, expand};
use super::files::Kind;
use super::needs::Evidence;
use super::walk::{DEEPEST, Function, Scope, Walk};
use crate::grammar::shell::{self, Command, Piece, Step, Word};
use crate::grammar::wildcard;
use std::path::{Path, PathBuf};

/// Commands looked at for one submission.
const MOST_STEPS: usize = 5000;
/// Lines of a file of commands.
const MOST_LINES: usize = 200;
/// Values of a loop that are gone through.
const MOST_VALUES: usize = 8;

impl Walk<'_> {
    /// A text that a shell reads as part of something else: all of it stands in one place.
    pub fn text(&mut self, text: &str, scope: &mut Scope, place: &Evidence) {
        if scope.depth > DEEPEST {
            self.needs.is_partial = true;
            return;
        }
        scope.depth += 1;
        let script = shell::parse(text, place.line);
        self.steps(script, scope, Some(place));
        scope.depth -= 1;
    }

    /// A shell script, or what a shell reads from its input.
    pub fn script(&mut self, text: &str, line: usize, scope: &mut Scope) {
        self.steps(shell::parse(text, line), scope, None);
    }

    fn steps(&mut self, script: shell::Script, scope: &mut Scope, place: Option<&Evidence>) {
        let file = scope.file.clone();
        scope.functions.extend(script.functions.into_iter().map(|(name, body)| (name, Function { body, file: file.clone() })));
        self.all(&script.steps, scope, place);
    }

    /// Runs a function with these arguments. What it calls stands in its own lines.
    pub fn called(&mut self, function: &Function, args: &[String], scope: &mut Scope) {
        if scope.depth > DEEPEST {
            self.needs.is_partial = true;
            return;
        }
        let args = std::mem::replace(&mut scope.args, args.to_vec());
        let file = std::mem::replace(&mut scope.file, function.file.clone());
        scope.depth += 1;
        self.all(&function.body, scope, None);
        scope.depth -= 1;
        (scope.args, scope.file) = (args, file);
    }

    fn all(&mut self, steps: &[Step], scope: &mut Scope, place: Option<&Evidence>) {
        let mut outer: Vec<Scope> = Vec::new();
        // What the last command reads or writes: the next one may be a shell that runs it.
        let mut before: Vec<String> = Vec::new();
        for step in steps {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.needs.is_partial = true;
                return;
            }
            match step {
                Step::Enter => outer.push(scope.clone()),
                Step::Leave => {
                    if let Some(before) = outer.pop() {
                        *scope = before;
                    }
                }
                Step::Loop { name, values, .. } => {
                    let one = |word: &Word| {
                        let value = expand(word, scope);
                        self.globbed(word, &value).unwrap_or_else(|| vec![value])
                    };
                    let values: Vec<String> = values.iter().flat_map(one).collect();
                    let known = values.iter().filter(|value| !value.contains(UNKNOWN));
                    if let Some(first) = known.clone().next() {
                        scope.set(name.clone(), first.clone());
                    }
                    scope.loops.insert(name.clone(), known.take(MOST_VALUES).cloned().collect());
                }
                Step::Command(command) => {
                    let here = Evidence { file: scope.file.clone(), line: command.line };
                    let place = place.unwrap_or(&here);
                    self.fed(command, &before, scope);
                    let is_replaced = self.command(command, scope, place);
                    before = if command.is_piped || !files_of(command) {
                        Vec::new()
                    } else {
                        command.words.iter().map(|word| expand(word, scope)).collect()
                    };
                    // Nothing comes after an exec.
                    if is_replaced && command.is_certain && outer.is_empty() {
                        return;
                    }
                }
            }
        }
    }

    /// Commands in a file that a shell, or a program like it, is handed: `sed -n 3p FILE | bash`, `parallel < FILE`.
    fn fed(&mut self, command: &Command, before: &[String], scope: &Scope) {
        let Some(name) = command.words.first().and_then(Word::literal) else { return };
        let has_program = command.words.iter().skip(1).any(|word| word.literal().is_none_or(|text| !text.starts_with('-')));
        if !(is_shell(name) && !has_program || name == "parallel" || name == "xargs" && !has_program) {
            return;
        }
        let input = command.input.as_ref().map(|word| expand(word, scope));
        let files: Vec<PathBuf> =
            input.iter().chain(before.iter().skip(1).filter(|_| command.is_piped)).map(|name| scope.path(name)).collect();
        for file in files {
            self.lines(&file, scope);
        }
    }

    /// Each line of a file of the user's is a command.
    pub fn lines(&mut self, file: &Path, scope: &Scope) {
        if !file.starts_with(&self.home) || self.files.kind(file) != Kind::File {
            return;
        }
        let Some(text) = self.text_once(file, scope.depth) else { return };
        for (at, line) in text.lines().enumerate().take(MOST_LINES) {
            let there = Evidence { file: Some(file.into()), line: at + 1 };
            self.text(line, &mut scope.clone(), &there);
        }
    }

    /// The files that a pattern stands for: `jobs/*.sh`.
    fn globbed(&self, word: &Word, value: &str) -> Option<Vec<String>> {
        let (directory, pattern) = value.rsplit_once('/').unwrap_or((".", value));
        if word.is_quoted || !pattern.contains('*') || directory.contains(['*', '?', UNKNOWN]) || !directory.starts_with('/') {
            return None;
        }
        let names = self.files.list(Path::new(directory));
        let fits = names.into_iter().filter(|name| !name.starts_with('.') && wildcard::matches(pattern.as_bytes(), name.as_bytes()));
        let found: Vec<String> = fits.take(MOST_VALUES * 2).map(|name| format!("{directory}/{name}")).collect();
        (!found.is_empty()).then_some(found)
    }

    /// Assignments are noted, the rest is run; true where the shell is replaced by it.
    fn command(&mut self, command: &Command, scope: &mut Scope, place: &Evidence) -> bool {
        let looped = command.words.iter().flat_map(|word| &word.pieces).find_map(|piece| match piece {
            Piece::Variable { name, .. } => scope
                .loops
                .get(name.trim_start_matches('!'))
                .filter(|values| values.len() > 1)
                .map(|values| (name.trim_start_matches('!').to_string(), values.clone())),
            _ => None,
        });
        let Some((name, values)) = looped else { return self.once(command, scope, place) };
        for value in values {
            scope.set(name.clone(), value);
            self.once(command, scope, place);
        }
        false
    }

    fn once(&mut self, command: &Command, scope: &mut Scope, place: &Evidence) -> bool {
        let assigned = command.words.iter().take_while(|word| word.assignment().is_some()).count();
        let (assignments, words) = command.words.split_at(assigned);
        // Those before a program hold for it alone.
        let mut within = if assigned > 0 { Some(scope.clone()) } else { None };
        for (name, value, is_added) in assignments.iter().filter_map(Word::assignment) {
            let before = scope.variables.get(name).filter(|_| is_added).map(|before| format!("{before} ")).unwrap_or_default();
            let value = before + &expand(&value, scope);
            let scope = within.as_mut().filter(|_| !words.is_empty()).unwrap_or(scope);
            scope.set(name.into(), value);
        }
        let mut text: Vec<String> = Vec::new();
        for word in words {
            if let [Piece::Variable { name, .. }] = &word.pieces[..]
                && (name == "@" || name == "*")
            {
                text.extend(scope.args.iter().cloned());
                continue;
            }
            let value = expand(word, scope);
            let is_list = matches!(&word.pieces[..], [Piece::Variable { name, .. }] if name.ends_with("[@]"));
            if let Some(paths) = self.globbed(word, &value) {
                text.extend(paths);
                continue;
            }
            let is_open = word.literal().is_none();
            if is_open && (!word.is_quoted || is_list) {
                let is_unknown = |part: &str| part.chars().all(|character| character == UNKNOWN);
                let before = text.len();
                text.extend(value.split_whitespace().filter(|part| !is_unknown(part)).map(str::to_string));
                // Behind the program it holds a place.
                if text.len() == before && before > 0 && !value.is_empty() {
                    text.push(UNKNOWN.to_string());
                }
            } else if !(text.is_empty() && value.chars().all(|character| character == UNKNOWN)) {
                text.push(value);
            }
        }
        if text.is_empty() {
            return false;
        }
        // `//usr/bin/env java "$0"`: a comment to one language, a path to the shell.
        if let Some(path) = text[0].strip_prefix('/').filter(|path| path.starts_with('/')) {
            text[0] = path.to_string();
        }
        let here = command.here.as_ref().map(|(line, body)| (*line, body.as_str()));
        let Some(mut within) = within else { return self.run(text, scope, place, here) };
        let is_replaced = self.run(text, &mut within, place, here);
        scope.directory = within.directory;
        is_replaced
    }
}

/// True of commands that hand lines of a file on.
fn files_of(command: &Command) -> bool {
    let name = command.words.first().and_then(Word::literal).unwrap_or("");
    LINES.contains(&name) || matches!(name, "gawk" | "grep" | "shuf" | "sort" | "tac")
}
