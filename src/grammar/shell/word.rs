//! Words, with what a shell would put in for variables still open.

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    pub pieces: Vec<Piece>,
    /// Some of it stands in quotes: it stays one word.
    pub is_quoted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// `$name`, `${name:-default}`, `${name%/*}`; `name` is `list[@]` for all of a list's
    /// values, `!name` for what the variable of that name names.
    Variable {
        name: String,
        default: Option<Vec<Piece>>,
        without_last: bool,
    },
    /// `$(…)` and its text.
    Output(String),
    /// What cannot be known.
    Unknown,
}

impl Word {
    /// The word, where nothing in it is open.
    pub fn literal(&self) -> Option<&str> {
        match &self.pieces[..] {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The word's text, where nothing in it is open or quoted: a keyword can only be such a one.
    pub fn bare(&self) -> Option<&str> {
        self.literal().filter(|_| !self.is_quoted)
    }

    /// `NAME`, what is assigned to it, and whether that is added to what is there.
    pub fn assignment(&self) -> Option<(&str, Word, bool)> {
        let Some(Piece::Text(first)) = self.pieces.first() else { return None };
        let (name, rest) = first.split_once('=')?;
        let (name, is_added) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        if !is_name(name) {
            return None;
        }
        let mut pieces = Vec::new();
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        pieces.extend(self.pieces[1..].iter().cloned());
        Some((name, Word { pieces, is_quoted: self.is_quoted }, is_added))
    }

    pub(super) fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.into()));
        }
    }
}

/// True for what a variable may be called.
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
