//! Words of a command: quotes, variables, substitutions.

use super::super::word::is_name;
use super::super::{Piece, Word};
use super::{DEEPEST, End, Reader};

impl Reader<'_> {
    /// A word, up to a blank or an operator.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::default();
        let mut from = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')' | b'<' | b'>' => break,
                b'(' => {
                    // An array's values: the first stands for all.
                    let is_array = self.slice(from).ends_with('=');
                    if !is_array {
                        break;
                    }
                    word.push(self.slice(from));
                    self.at += 1;
                    self.array(&mut word);
                    return word;
                }
                b'\\' | b'\'' | b'"' | b'$' | b'`' => {
                    if from < self.at {
                        word.push(self.slice(from));
                    }
                    self.special(byte, &mut word);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        }
        if from < self.at {
            word.push(self.slice(from));
        }
        word
    }

    fn array(&mut self, word: &mut Word) {
        let mut is_first = true;
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return,
                Some(b')') => {
                    self.at += 1;
                    return;
                }
                Some(b'\n') => _ = self.next(),
                Some(b'#') => self.skip_line(),
                Some(_) => {
                    let before = self.at;
                    let value = self.word();
                    if self.at == before {
                        self.next();
                        continue;
                    }
                    if std::mem::take(&mut is_first) {
                        word.pieces.extend(value.pieces);
                    } else {
                        word.push(" ");
                        word.pieces.extend(value.pieces);
                    }
                }
            }
        }
    }

    /// A quote, a backslash, a substitution.
    fn special(&mut self, byte: u8, word: &mut Word) {
        match byte {
            b'\\' => {
                self.at += 1;
                let from = self.at;
                match self.peek() {
                    None => {}
                    Some(b'\n') => _ = self.next(),
                    Some(_) => {
                        self.character();
                        word.push(self.slice(from));
                        word.is_quoted = true;
                    }
                }
            }
            b'\'' => {
                self.at += 1;
                word.is_quoted = true;
                let from = self.at;
                while self.peek().is_some_and(|byte| byte != b'\'') {
                    self.next();
                }
                word.push(self.slice(from));
                self.next();
            }
            b'"' => {
                self.at += 1;
                word.is_quoted = true;
                self.double_quoted(word);
            }
            b'$' => match self.dollar() {
                Some(Piece::Text(text)) => word.push(&text),
                Some(piece) => word.pieces.push(piece),
                None => word.push("$"),
            },
            _ => {
                let piece = self.backquotes();
                word.pieces.push(piece);
            }
        }
    }

    /// One character, which may be of several bytes.
    fn character(&mut self) {
        self.next();
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn double_quoted(&mut self, word: &mut Word) {
        let mut from = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => break,
                b'\\' if matches!(self.byte(1), Some(b'"' | b'\\' | b'$' | b'`')) => {
                    word.push(self.slice(from));
                    self.at += 1;
                    from = self.at;
                    self.at += 1;
                }
                b'$' | b'`' => {
                    word.push(self.slice(from));
                    self.special(byte, word);
                    from = self.at;
                }
                _ => _ = self.next(),
            }
        }
        word.push(self.slice(from));
        self.next();
    }

    /// What begins with `$`; `None`: only that character.
    pub(super) fn dollar(&mut self) -> Option<Piece> {
        self.at += 1;
        match self.peek() {
            Some(b'(') if self.starts_with("((") => {
                self.arithmetic();
                Some(Piece::Unknown)
            }
            Some(b'(') => {
                self.at += 1;
                let from = self.at;
                self.nested(|reader| reader.list(End::Parenthesis));
                Some(Piece::Output(self.slice(from).trim_end_matches(')').into()))
            }
            Some(b'{') => Some(self.braces()),
            Some(b'\'') => {
                self.at += 1;
                let from = self.at;
                while self.peek().is_some_and(|byte| byte != b'\'') {
                    if self.peek() == Some(b'\\') {
                        self.at += 1;
                    }
                    self.character();
                }
                let text = self.slice(from).to_string();
                self.next();
                Some(Piece::Text(text))
            }
            Some(byte) if byte.is_ascii_alphanumeric() || b"_@*#?$!-".contains(&byte) => {
                let from = self.at;
                self.at += 1;
                if byte.is_ascii_alphabetic() || byte == b'_' {
                    while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                        self.at += 1;
                    }
                }
                Some(Piece::Variable { name: self.slice(from).into(), default: None, without_last: false })
            }
            _ => None,
        }
    }

    /// `${…}`
    fn braces(&mut self) -> Piece {
        self.at += 1;
        let from = self.at;
        let mut open = 1;
        while open > 0 {
            match self.peek() {
                None => break,
                Some(b'{') => open += 1,
                Some(b'}') => open -= 1,
                Some(b'\\') => self.at += 1,
                _ => {}
            }
            self.next();
        }
        self.at = self.at.min(self.text.len());
        let line = self.line;
        let text = self.slice(from);
        let text = text.strip_suffix('}').unwrap_or(text);
        if let Some(name) = text.strip_prefix('!').filter(|name| is_name(name)) {
            return Piece::Variable { name: format!("!{name}"), default: None, without_last: false };
        }
        let end = text.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let rest = rest.strip_prefix("[0]").unwrap_or(rest);
        let variable = |default, without_last| Piece::Variable { name: name.into(), default, without_last };
        match rest {
            _ if name.is_empty() => Piece::Unknown,
            "" => variable(None, false),
            "[@]" | "[*]" => Piece::Variable { name: format!("{name}[@]"), default: None, without_last: false },
            "%/*" => variable(None, true),
            _ => {
                let default = [":-", ":=", "-", "="].iter().find_map(|operator| rest.strip_prefix(operator));
                match default {
                    Some(default) if self.depth < DEEPEST => {
                        let mut inner = self.inner(default, line);
                        let mut word = Word::default();
                        inner.double_quoted(&mut word);
                        self.take(inner);
                        variable(Some(word.pieces), false)
                    }
                    _ => Piece::Unknown,
                }
            }
        }
    }

    /// `` `…` ``
    pub(super) fn backquotes(&mut self) -> Piece {
        self.at += 1;
        let (from, line) = (self.at, self.line);
        while self.peek().is_some_and(|byte| byte != b'`') {
            if self.peek() == Some(b'\\') {
                self.at += 1;
            }
            if self.peek().is_some() {
                self.character();
            }
        }
        let text = self.slice(from).replace("\\`", "`").replace("\\$", "$");
        self.next();
        if self.depth < DEEPEST {
            let mut inner = self.inner(&text, line);
            inner.list(End::Text);
            self.take(inner);
        }
        Piece::Output(text)
    }
}
