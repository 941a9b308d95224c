//! Source text to names, literal strings and marks, with comments and documentation left out. One reader for all scripting
//! languages: what tells them apart is a small table. What it cannot follow costs a literal, never more.

use crate::runtime::language::Language;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Name(String),
    Text(String),
    /// In backquotes, where that runs a command.
    Command(String),
    Mark(u8),
}

/// How a language is written.
struct Style {
    /// A comment up to the line's end.
    comments: &'static [&'static str],
    /// A comment between two marks.
    block: Option<(&'static str, &'static str)>,
    /// Lines that begin and end documentation.
    lines: Option<(&'static str, &'static str)>,
    triple: bool,
    runs_backquotes: bool,
    /// Strings may go over lines.
    long: bool,
}

fn style(language: Language) -> Style {
    let hash: &[&str] = &["#"];
    let slashes: &[&str] = &["//"];
    let both: &[&str] = &["//", "#"];
    let plain = Style { comments: hash, block: None, lines: None, triple: false, runs_backquotes: false, long: false };
    match language {
        Language::Python => Style { triple: true, ..plain },
        Language::Perl => Style { lines: Some(("=", "=cut")), runs_backquotes: true, long: true, ..plain },
        Language::Ruby => Style { lines: Some(("=begin", "=end")), runs_backquotes: true, ..plain },
        Language::Php => Style { comments: both, block: Some(("/*", "*/")), runs_backquotes: true, long: true, ..plain },
        Language::Node => Style { comments: slashes, block: Some(("/*", "*/")), ..plain },
        Language::Lua => Style { comments: &["--"], block: Some(("--[[", "]]")), ..plain },
        Language::Octave => Style { comments: &["#", "%"], ..plain },
        Language::Julia => Style { block: Some(("#=", "=#")), triple: true, runs_backquotes: true, ..plain },
        _ => plain,
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    language: Language,
    style: Style,
    found: Vec<(usize, Token)>,
    /// Ends of here-documents that begin with the next line.
    tags: Vec<String>,
}

pub fn tokens(language: Language, text: &str) -> Vec<(usize, Token)> {
    let mut scan = Scan { text, at: 0, line: 1, language, style: style(language), found: Vec::new(), tags: Vec::new() };
    scan.all();
    scan.found
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on by so many bytes.
    fn forward(&mut self, bytes: usize) {
        let to = (self.at + bytes).min(self.text.len());
        self.line += self.text.as_bytes()[self.at..to].iter().filter(|byte| **byte == b'\n').count();
        self.at = to;
    }

    fn push(&mut self, line: usize, token: Token) {
        self.found.push((line, token));
    }

    fn all(&mut self) {
        if self.language == Language::Php {
            self.skip_to_php();
        }
        while let Some(byte) = self.peek() {
            let is_line_start = self.at == 0 || self.text.as_bytes()[self.at - 1] == b'\n';
            if is_line_start && self.line_start() {
                continue;
            }
            if self.comment() {
                continue;
            }
            match byte {
                b'\n' | b' ' | b'\t' | b'\r' => self.forward(1),
                b'?' if self.language == Language::Php && self.rest().starts_with("?>") => {
                    self.push(self.line, Token::Mark(b';'));
                    self.skip_to_php();
                }
                b'\'' | b'"' => self.string(byte),
                b'`' => self.string(byte),
                b'<' if self.here_tag() => {}
                b'/' if self.pattern() => {}
                b'{' if self.language == Language::Tcl => {
                    self.push(self.line, Token::Mark(b';'));
                    self.forward(1);
                }
                byte if byte.is_ascii_alphabetic() || byte == b'_' => self.name(),
                byte if !byte.is_ascii() => self.forward(self.rest().chars().next().map_or(1, char::len_utf8)),
                _ => {
                    self.push(self.line, Token::Mark(byte));
                    self.forward(1);
                }
            }
        }
    }

    /// PHP begins behind the next `<?`; what is before is shown as it is.
    fn skip_to_php(&mut self) {
        let Some(start) = self.rest().find("<?") else { return self.forward(self.rest().len()) };
        self.forward(start + 2);
        for tag in ["php", "="] {
            if self.rest().starts_with(tag) {
                self.forward(tag.len());
            }
        }
    }

    /// Documentation and the end of the program; true where something was passed over.
    fn line_start(&mut self) -> bool {
        let rest = self.rest();
        if let Some((begin, end)) = self.style.lines
            && rest.starts_with(begin)
            && rest[begin.len()..].starts_with(|next: char| begin.len() > 1 || next.is_ascii_alphabetic())
        {
            let mut length = 0;
            for line in rest.split_inclusive('\n') {
                length += line.len();
                if line.starts_with(end) {
                    break;
                }
            }
            self.forward(length);
            return true;
        }
        if matches!(self.language, Language::Perl | Language::Ruby)
            && ["__END__", "__DATA__"].iter().any(|mark| rest.lines().next().is_some_and(|line| line.trim_end() == *mark))
        {
            self.forward(rest.len());
            return true;
        }
        if let Some(tag) = self.tags.first().cloned() {
            self.tags.remove(0);
            let mut length = 0;
            for line in rest.split_inclusive('\n') {
                let is_end = line.trim().trim_end_matches([';', ')', ',']) == tag;
                if is_end {
                    break;
                }
                length += line.len();
            }
            self.forward(length);
            if length == 0 {
                return false;
            }
            return true;
        }
        false
    }

    fn comment(&mut self) -> bool {
        if let Some((begin, end)) = self.style.block
            && self.rest().starts_with(begin)
        {
            let length = self.rest()[begin.len()..].find(end).map_or(self.rest().len(), |at| begin.len() + at + end.len());
            self.forward(length);
            return true;
        }
        if !self.style.comments.iter().any(|mark| self.rest().starts_with(mark)) {
            return false;
        }
        let before = self.text.as_bytes().get(self.at.wrapping_sub(1)).copied().unwrap_or(b'\n');
        // Perl's `$#list`, PHP's `#[Attribute]`; Tcl's comments begin where a command does.
        if before == b'$' || (self.language == Language::Php && self.rest().starts_with("#[")) {
            return false;
        }
        // A comment in PHP ends with its block, too.
        let line = self.rest().lines().next().unwrap_or("");
        let length = if self.language == Language::Php { line.find("?>").unwrap_or(line.len()) } else { line.len() };
        self.forward(length);
        if length == 0 {
            self.forward(1);
        }
        true
    }

    fn string(&mut self, quote: u8) {
        let line = self.line;
        if self.style.triple {
            let triple = [quote; 3];
            if self.rest().as_bytes().starts_with(&triple) {
                let mark = if quote == b'"' { "\"\"\"" } else { "'''" };
                let body = &self.rest()[3..];
                let end = body.find(mark).unwrap_or(body.len());
                let text = body[..end].to_string();
                // As a statement of its own it is documentation.
                let is_value = matches!(self.found.last(), Some((_, Token::Mark(b'(' | b'[' | b',' | b'=' | b'+') | Token::Name(_))));
                self.forward(3 + end + 3);
                if is_value {
                    self.push(line, Token::Text(text));
                }
                return;
            }
        }
        // A quote that ends nowhere near is none: an apostrophe, a character class.
        let bytes = self.rest().as_bytes();
        let mut at = 1;
        let mut text = String::new();
        let mut from = 1;
        let is_long = self.style.long || quote == b'`';
        loop {
            match bytes.get(at) {
                None => return self.mark(),
                Some(b'\n') if !is_long => return self.mark(),
                Some(b'\\') if at + 1 < bytes.len() => {
                    text.push_str(self.rest().get(from..at).unwrap_or(""));
                    from = at + 1;
                    at += 2;
                }
                Some(byte) if *byte == quote => break,
                Some(_) => at += 1,
            }
        }
        text.push_str(self.rest().get(from..at).unwrap_or(""));
        self.forward(at + 1);
        let runs = quote == b'`' && self.style.runs_backquotes;
        self.push(line, if runs { Token::Command(text) } else { Token::Text(text) });
    }

    fn mark(&mut self) {
        self.push(self.line, Token::Mark(self.peek().unwrap_or(b' ')));
        self.forward(1);
    }

    /// A regular expression, whose quotes are none; it ends on its line.
    fn pattern(&mut self) -> bool {
        if !matches!(self.language, Language::Perl | Language::Ruby | Language::Node) {
            return false;
        }
        let begins = match self.found.last() {
            None => true,
            Some((_, Token::Mark(mark))) => b"(,=~!&|?:;{".contains(mark),
            Some((_, Token::Name(name))) => {
                matches!(name.as_str(), "split" | "return" | "and" | "or" | "not" | "if" | "unless" | "grep" | "when")
            }
            Some(_) => false,
        };
        begins && self.skip_to_close(0, b'/')
    }

    /// Passes over everything up to the unescaped `close` on this line, from `ahead` bytes on; false where there is none.
    fn skip_to_close(&mut self, ahead: usize, close: u8) -> bool {
        let bytes = self.rest().as_bytes();
        let mut at = ahead + 1;
        let mut is_class = false;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\n' => return false,
                b'\\' => at += 1,
                b'[' => is_class = true,
                b']' => is_class = false,
                byte if *byte == close && !is_class => {
                    self.forward(at + 1);
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// `<<TAG`, `<<"TAG"`, `<<~TAG`, `<<<'TAG'`
    fn here_tag(&mut self) -> bool {
        if !matches!(self.language, Language::Perl | Language::Ruby | Language::Php) || !self.rest().starts_with("<<") {
            return false;
        }
        let after = self.rest().trim_start_matches('<').trim_start_matches(['~', '-']);
        let quoted = after.trim_start_matches(['"', '\'']);
        let end = quoted.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(quoted.len());
        let tag = &quoted[..end];
        if tag.is_empty() || !tag.starts_with(|first: char| first.is_ascii_uppercase() || first == '_') {
            return false;
        }
        self.tags.push(tag.into());
        let length = self.rest().len() - quoted.len() + end;
        self.forward(length);
        if matches!(self.peek(), Some(b'"' | b'\'')) {
            self.forward(1);
        }
        true
    }

    fn name(&mut self) {
        let line = self.line;
        let rest = self.rest();
        let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        self.forward(end);
        if matches!((self.language, name), (Language::Perl, "qr" | "m" | "s" | "tr" | "y"))
            && let Some(open) = self.peek().filter(|open| b"/{|!#(~".contains(open))
        {
            let close = match open {
                b'{' => b'}',
                b'(' => b')',
                other => other,
            };
            self.skip_to_close(0, close);
            return;
        }
        // qx{…}, %x(…), q(…), qq{…}: quotes of another shape.
        let is_percent = matches!(self.found.last(), Some((_, Token::Mark(b'%')))) && self.language == Language::Ruby;
        let quotes = match (self.language, name) {
            (Language::Perl, "qx") => Some(true),
            (Language::Perl, "q" | "qq") => Some(false),
            (Language::Ruby, "x") if is_percent => Some(true),
            (Language::Ruby, "q" | "Q") if is_percent => Some(false),
            _ => None,
        };
        if let Some(runs) = quotes
            && let Some(open) = self.peek().filter(|open| open.is_ascii_punctuation() && !matches!(open, b',' | b';' | b'=' | b')'))
        {
            let close = match open {
                b'(' => ')',
                b'{' => '}',
                b'[' => ']',
                b'<' => '>',
                other => other as char,
            };
            let body = &self.rest()[1..];
            if let Some(end) = body.find(close) {
                let text = body[..end].to_string();
                self.forward(1 + end + 1);
                return self.push(line, if runs { Token::Command(text) } else { Token::Text(text) });
            }
        }
        if self.language == Language::Tcl && matches!(name, "exec") {
            return self.tcl_words(line, name);
        }
        self.push(line, Token::Name(name.into()));
    }

    /// Tcl's words are strings without quotes, up to the end of the command.
    fn tcl_words(&mut self, line: usize, name: &str) {
        let rest = self.rest();
        let end = rest.find(['\n', ']', ';', '}']).unwrap_or(rest.len());
        let command = rest[..end].trim().to_string();
        self.forward(end);
        let is_literal = command.split_whitespace().next().is_some_and(|first| !first.starts_with(['$', '[', '{']));
        if is_literal {
            self.push(line, Token::Command(command));
        } else {
            self.push(line, Token::Name(name.into()));
        }
    }
}
