//! Reads a script from its first byte to its last; every loop goes forward, and nesting has an end.

mod words;

use super::word::is_name;
use super::{Command, Piece, Script, Step, Word};
use std::sync::Arc;

/// Deeper nesting is not read.
const DEEPEST: usize = 64;
/// Nor is more than this.
const MOST_STEPS: usize = 20_000;

/// What ends a list of commands.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Text,
    Parenthesis,
    /// Of a function's body.
    Brace,
}

/// What is open around a command.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    If,
    Loop,
    Case,
    Brace,
}

/// A here-document whose lines come after this one.
struct Announced {
    step: usize,
    tag: String,
    strips_tabs: bool,
    is_literal: bool,
}

pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    depth: usize,
    script: Script,
    open: Vec<Open>,
    announced: Vec<Announced>,
    /// The last operator was `&&` or `||`.
    depends: bool,
    /// Nothing but line ends came after it.
    is_joined: bool,
    /// The last operator was `|`.
    pipes: bool,
    /// The brace that ends a function's body was read.
    is_closed: bool,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, line: usize) -> Reader<'t> {
        Reader {
            text,
            at: 0,
            line,
            depth: 0,
            script: Script::default(),
            open: Vec::new(),
            announced: Vec::new(),
            depends: false,
            is_joined: false,
            pipes: false,
            is_closed: false,
        }
    }

    pub fn script(mut self) -> Script {
        self.list(End::Text);
        self.script
    }

    fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == b'\n' {
            self.line += 1;
        }
        Some(byte)
    }

    fn starts_with(&self, what: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(what.as_bytes())
    }

    /// From `from` to here; both are at characters' ends, since every special byte is ASCII.
    fn slice(&self, from: usize) -> &'t str {
        self.text.get(from..self.at).unwrap_or("")
    }

    fn is_full(&self) -> bool {
        self.script.steps.len() > MOST_STEPS
    }

    fn skip_line(&mut self) {
        while self.peek().is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// Blanks, and line ends that a backslash takes away.
    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.byte(1) == Some(b'\n') => {
                    self.at += 2;
                    self.line += 1;
                }
                Some(b'\\') if self.starts_with("\\\r\n") => {
                    self.at += 3;
                    self.line += 1;
                }
                _ => return,
            }
        }
    }

    fn list(&mut self, end: End) {
        self.depth += 1;
        while !self.is_full() {
            if end == End::Brace && std::mem::take(&mut self.is_closed) {
                break;
            }
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b'\n') => {
                    self.next();
                    self.pipes &= self.is_joined;
                    self.depends &= self.is_joined;
                    self.here_documents();
                }
                Some(b'#') => self.skip_line(),
                Some(b';') => {
                    self.at += 1;
                    self.depends = false;
                    self.is_joined = false;
                    self.pipes = false;
                    if matches!(self.peek(), Some(b';' | b'&')) {
                        self.at += 1;
                        if self.open.last() == Some(&Open::Case) {
                            self.patterns();
                        }
                    }
                }
                Some(byte @ (b'&' | b'|')) => {
                    self.at += 1;
                    self.is_joined = true;
                    self.pipes = byte == b'|';
                    if self.peek() == Some(byte) {
                        self.pipes = false;
                        self.at += 1;
                        self.depends = true;
                    }
                }
                Some(b')') => {
                    self.at += 1;
                    if end == End::Parenthesis {
                        break;
                    }
                }
                Some(b'(') if self.starts_with("((") => self.arithmetic(),
                Some(b'(') => {
                    self.at += 1;
                    self.nested(|reader| reader.list(End::Parenthesis));
                }
                Some(_) => self.command(),
            }
        }
        self.depth -= 1;
    }

    /// Reads commands of a subshell.
    fn nested(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth > DEEPEST {
            self.at = self.text.len();
            return;
        }
        self.script.steps.push(Step::Enter);
        let (open, depends) = (std::mem::take(&mut self.open), self.depends);
        read(self);
        (self.open, self.depends) = (open, depends);
        self.script.steps.push(Step::Leave);
    }

    /// `((…))`, which runs nothing.
    fn arithmetic(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.next() {
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    /// Words up to the command's end; keywords are taken off its front.
    fn command(&mut self) {
        let mut command = Command { line: self.line, is_piped: std::mem::take(&mut self.pipes), ..Command::default() };
        self.is_joined = false;
        let mut here = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b'\n' | b';' | b'&' | b'|' | b')') if !self.starts_with("&>") => break,
                Some(b'#') => {
                    self.skip_line();
                    break;
                }
                Some(b'<' | b'>' | b'&') => self.redirection(&mut command, &mut here),
                Some(b'(') => {
                    if !self.parenthesis(&mut command) {
                        break;
                    }
                }
                Some(_) => {
                    let line = self.line;
                    let before = self.at;
                    let word = self.word();
                    if self.at == before {
                        self.next();
                        continue;
                    }
                    let is_descriptor = matches!(self.peek(), Some(b'<' | b'>'))
                        && word.bare().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
                    if is_descriptor {
                        continue;
                    }
                    if command.words.is_empty() {
                        command.line = line;
                        if word.bare().is_some_and(|text| self.keyword(text)) {
                            continue;
                        }
                    }
                    command.words.push(word);
                }
            }
        }
        command.is_certain = self.open.is_empty() && !self.depends && self.depth == 1;
        if !command.words.is_empty() {
            let step = self.script.steps.len();
            self.announced.extend(here.into_iter().map(|announced| Announced { step, ..announced }));
            self.script.steps.push(Step::Command(command));
        } else {
            // Nobody reads them.
            self.announced.extend(here.into_iter().map(|announced| Announced { step: usize::MAX, ..announced }));
        }
    }

    /// `name()`, an array's values, a subshell after a keyword; false where the command ends before it.
    fn parenthesis(&mut self, command: &mut Command) -> bool {
        match &command.words[..] {
            [] => {
                if self.starts_with("((") {
                    self.arithmetic();
                    return true;
                }
                false
            }
            [name] if name.bare().is_some() => {
                self.at += 1;
                self.skip_blanks();
                if self.peek() == Some(b')') {
                    self.at += 1;
                    let name = name.bare().unwrap_or("").to_string();
                    command.words.clear();
                    self.function(name);
                    return true;
                }
                // csh: `if ( … )`, `foreach x ( … )`; elsewhere an error.
                self.nested(|reader| reader.list(End::Parenthesis));
                true
            }
            _ => {
                self.at += 1;
                self.nested(|reader| reader.list(End::Parenthesis));
                true
            }
        }
    }

    /// The body of a function, which runs when it is called.
    fn function(&mut self, name: String) {
        while matches!(self.peek(), Some(b'\n' | b' ' | b'\t' | b'\r' | b'#')) {
            if self.peek() == Some(b'#') { self.skip_line() } else { _ = self.next() }
        }
        let is_group = self.peek() == Some(b'{');
        if self.depth > DEEPEST || !(is_group || self.peek() == Some(b'(')) {
            return;
        }
        self.at += 1;
        let steps = std::mem::take(&mut self.script.steps);
        let (open, depends) = (std::mem::take(&mut self.open), self.depends);
        self.is_closed = false;
        self.list(if is_group { End::Brace } else { End::Parenthesis });
        let body = std::mem::replace(&mut self.script.steps, steps);
        (self.open, self.depends, self.is_closed) = (open, depends, false);
        self.script.functions.insert(name, Arc::new(body));
    }

    /// Acts on a word that a command begins with; true where it is none of the command's.
    fn keyword(&mut self, word: &str) -> bool {
        match word {
            "if" => self.open.push(Open::If),
            "while" | "until" => self.open.push(Open::Loop),
            "fi" | "endif" => self.close(Open::If),
            "done" | "end" => self.close(Open::Loop),
            "esac" => self.close(Open::Case),
            "{" => self.open.push(Open::Brace),
            "}" if self.open.contains(&Open::Brace) => self.close(Open::Brace),
            "}" => self.is_closed = true,
            "then" | "else" | "elif" | "do" | "!" | "coproc" => {}
            "time" => {
                self.skip_blanks();
                if self.starts_with("-p ") {
                    self.at += 2;
                }
            }
            "for" | "select" | "foreach" => {
                self.open.push(Open::Loop);
                self.loop_head();
            }
            "case" => {
                self.skip_blanks();
                self.word();
                self.skip_blanks();
                self.word();
                self.open.push(Open::Case);
                self.patterns();
            }
            "function" => {
                self.skip_blanks();
                let name = self.word();
                self.skip_blanks();
                if self.starts_with("()") {
                    self.at += 2;
                }
                self.function(name.bare().unwrap_or("").to_string());
            }
            "[[" => {
                while self.peek().is_some_and(|byte| byte != b'\n') && !self.starts_with("]]") {
                    let before = self.at;
                    self.skip_blanks();
                    if !self.starts_with("]]") {
                        self.word();
                    }
                    if self.at == before {
                        self.next();
                    }
                }
                if self.starts_with("]]") {
                    self.at += 2;
                }
            }
            _ => return false,
        }
        true
    }

    fn close(&mut self, what: Open) {
        if let Some(at) = self.open.iter().rposition(|open| *open == what) {
            self.open.truncate(at);
        }
    }

    /// `for NAME in WORD…`: the name has the first word's value, as far as is known.
    fn loop_head(&mut self) {
        self.skip_blanks();
        if self.starts_with("((") {
            return self.arithmetic();
        }
        let (line, name) = (self.line, self.word());
        let Some(name) = name.bare().filter(|name| is_name(name)).map(str::to_string) else { return };
        self.skip_blanks();
        let mut values = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some(b'\n' | b';' | b'#') => break,
                Some(b'(' | b')' | b'&' | b'|' | b'<' | b'>') => self.at += 1,
                Some(_) => values.push(self.word()),
            }
        }
        values.retain(|word| word.bare() != Some("in"));
        self.script.steps.push(Step::Loop { line, name, values });
    }

    /// The patterns of a branch of `case`, up to their `)`.
    fn patterns(&mut self) {
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return,
                Some(b'#') => self.skip_line(),
                Some(b')') => {
                    self.at += 1;
                    return;
                }
                Some(b'\n' | b'|' | b'(' | b';' | b'&' | b'<' | b'>') => {
                    self.next();
                }
                Some(_) => {
                    let before = self.at;
                    if self.word().bare() == Some("esac") {
                        return self.close(Open::Case);
                    }
                    if self.at == before {
                        self.next();
                    }
                }
            }
        }
    }

    fn redirection(&mut self, command: &mut Command, here: &mut Vec<Announced>) {
        if self.starts_with("<(") || self.starts_with(">(") {
            self.at += 2;
            self.nested(|reader| reader.list(End::Parenthesis));
            command.words.push(Word { pieces: vec![Piece::Unknown], is_quoted: true });
            return;
        }
        if self.starts_with("<<<") {
            self.at += 3;
            self.skip_blanks();
            self.word();
            return;
        }
        if self.starts_with("<<") {
            self.at += 2;
            let strips_tabs = self.peek() == Some(b'-');
            if strips_tabs {
                self.at += 1;
            }
            self.skip_blanks();
            let tag = self.word();
            if let Some(text) = tag.literal().filter(|text| !text.is_empty()) {
                here.push(Announced { step: 0, tag: text.into(), strips_tabs, is_literal: tag.is_quoted });
            }
            return;
        }
        let is_input = self.peek() == Some(b'<');
        while matches!(self.peek(), Some(b'<' | b'>' | b'&' | b'|')) {
            self.at += 1;
        }
        self.skip_blanks();
        if self.starts_with("<(") || self.starts_with(">(") {
            self.at += 2;
            return self.nested(|reader| reader.list(End::Parenthesis));
        }
        if !matches!(self.peek(), None | Some(b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')) {
            let file = self.word();
            if is_input {
                command.input = Some(file);
            }
        }
    }

    /// The lines of the here-documents that the last line announced.
    fn here_documents(&mut self) {
        for announced in std::mem::take(&mut self.announced) {
            let (from, first) = (self.at, self.line);
            let mut to = self.text.len();
            while self.peek().is_some() {
                let start = self.at;
                self.skip_line();
                let line = self.slice(start).trim_end_matches('\r');
                let is_end = if announced.strips_tabs { line.trim_start_matches('\t') } else { line } == announced.tag;
                self.next();
                if is_end {
                    to = start;
                    break;
                }
            }
            let body = self.text.get(from..to).unwrap_or("");
            if !announced.is_literal {
                self.substitutions(body, first);
            }
            if let Some(Step::Command(command)) = self.script.steps.get_mut(announced.step) {
                command.here = Some((first, body.into()));
            }
        }
    }

    /// Commands in `$(…)` of a text that a shell would expand.
    fn substitutions(&mut self, body: &str, line: usize) {
        let mut inner = self.inner(body, line);
        while let Some(byte) = inner.peek() {
            match byte {
                b'\\' => inner.at += 2,
                b'$' => _ = inner.dollar(),
                b'`' => _ = inner.backquotes(),
                _ => _ = inner.next(),
            }
        }
        self.take(inner);
    }

    fn inner<'i>(&self, text: &'i str, line: usize) -> Reader<'i> {
        Reader { depth: self.depth + 1, ..Reader::new(text, line) }
    }

    fn take(&mut self, inner: Reader<'_>) {
        if !inner.script.steps.is_empty() {
            self.script.steps.push(Step::Enter);
            self.script.steps.extend(inner.script.steps);
            self.script.steps.push(Step::Leave);
        }
    }
}
