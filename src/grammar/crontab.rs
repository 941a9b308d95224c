//! A crontab, as Debian's cron reads it: settings, comments, and entries of a schedule and a command, a line each
//! (compat/captures/crontab/tables.jsonl).

use super::schedule::{Schedule, is_blank};

/// What stands in a table, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Counts for the entries below it.
    Setting {
        name: String,
        value: String,
    },
    Entry(Entry),
}

/// A schedule and a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its line, counted from 1.
    pub line: usize,
    /// As it is written: `*/5 * * * *`, `@daily`.
    pub when: String,
    /// `None`: at the start of the system (`@reboot`).
    pub schedule: Option<Schedule>,
    /// The rest of the line, percent signs and all.
    pub command: String,
}

/// Why a table cannot be used. Lines and columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub line: usize,
    pub column: usize,
    pub what: &'static str,
    /// The line's number as cron tells it: how many line ends it has read.
    pub counted: usize,
}

/// A command of this length or more is refused.
const LONG: usize = 999;

/// The last line is an entry and has no end.
pub const UNENDED: &str = "missing newline before EOF";

/// Reads a table.
///
/// # Errors
/// The first mistake in it.
pub fn parse(text: &[u8]) -> Result<Vec<Item>, Mistake> {
    let mut items = Vec::new();
    let mut lines = text.split(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let at = line.iter().take_while(|byte| is_blank(**byte)).count();
        if at == line.len() || line[at] == b'#' {
            continue;
        }
        let mistake = |column: usize, what: &'static str, is_ended: bool| Mistake {
            line: number + 1,
            column: column + 1,
            what,
            counted: number + usize::from(is_ended),
        };
        if std::str::from_utf8(line).is_err() {
            let column = std::str::from_utf8(line).map_or_else(|error| error.valid_up_to(), str::len);
            return Err(mistake(column, "not UTF-8", false));
        }
        if let Some(column) = line.iter().position(|byte| *byte == 0) {
            return Err(mistake(column, "a NUL byte", false));
        }
        items.push(match setting(line) {
            Some((name, value)) => Item::Setting { name, value },
            None => Item::Entry(entry(line, at, number, mistake)?),
        });
        if lines.peek().is_none() {
            return Err(mistake(line.len(), UNENDED, false));
        }
    }
    Ok(items)
}

fn entry(line: &[u8], begin: usize, number: usize, mistake: impl Fn(usize, &'static str, bool) -> Mistake) -> Result<Entry, Mistake> {
    let mut at = begin;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let schedule = if line[at] == b'@' {
        let word = &line[at + 1..];
        let word = &word[..word.iter().take_while(|byte| !is_blank(**byte)).count()];
        at += 1 + word.len();
        let ended = at == line.len();
        at += line[at..].iter().take_while(|byte| is_blank(**byte)).count();
        match word {
            b"reboot" => None,
            word => Some(Schedule::named(&text(word)).map_err(|_| mistake(begin, "bad time specifier", ended))?),
        }
    } else {
        let read = Schedule::read(line, &mut at);
        Some(read.map_err(|what| {
            // Where the line ends within the word that is wrong, cron has read its end.
            let word = line[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            mistake(at, what, at + word == line.len())
        })?)
    };
    let command = &line[at..];
    if command.len() >= LONG {
        return Err(mistake(at, "command too long", true));
    }
    Ok(Entry { line: number + 1, when: text(line[begin..at].trim_ascii_end()), schedule, command: text(command) })
}

/// `NAME = VALUE`: either may stand in quotes, of one kind; blanks around the value do not count.
fn setting(line: &[u8]) -> Option<(String, String)> {
    let line = std::str::from_utf8(line).ok()?.trim_start_matches([' ', '\t']);
    let (name, rest) = match line.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        Some(quote) => {
            let end = line[1..].find(quote)? + 1;
            (&line[1..end], &line[end + 1..])
        }
        None => line.split_at(line.find(['=', ' ', '\t'])?),
    };
    let value = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?.trim_matches([' ', '\t']);
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = value[1..].strip_suffix(quote)?;
            if inner.contains(quote) {
                return None;
            }
            inner
        }
        _ => value,
    };
    Some((name.into(), value.into()))
}

impl Entry {
    /// The command for the shell and what it finds on its standard input: behind the first percent sign, every other one of which
    /// is a line end. `\%` is a percent sign.
    pub fn split(&self) -> (String, Option<String>) {
        split(&self.command)
    }
}

/// See `Entry::split`.
pub fn split(command: &str) -> (String, Option<String>) {
    let mut parts = vec![String::new()];
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(part) = parts.last_mut() else { break };
        match letter {
            '\\' if letters.peek() == Some(&'%') => part.extend(letters.next()),
            '%' => parts.push(String::new()),
            letter => part.push(letter),
        }
    }
    let command = parts.remove(0);
    if parts.is_empty() {
        return (command, None);
    }
    let mut input = parts.join("\n");
    if !input.is_empty() && !input.ends_with('\n') {
        input.push('\n');
    }
    (command, Some(input))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_may_be_quoted() {
        let read = |text: &str| setting(text.as_bytes()).map(|(name, value)| format!("{name}|{value}"));
        for (line, wanted) in [
            ("A=b", "A|b"),
            ("A = b  ", "A|b"),
            ("\tA\t=\tb c", "A|b c"),
            ("A=\" b \"", "A| b "),
            ("'A B' = 'c'", "A B|c"),
            ("A=\"\"", "A|"),
            ("A=b=c", "A|b=c"),
            ("A=b\"c", "A|b\"c"),
            ("=b", "|b"),
            ("A=b # c", "A|b # c"),
        ] {
            assert_eq!(read(line).as_deref(), Some(wanted), "{line}");
        }
        for line in ["A=", "A= ", "A b", "A B=c", "A=\"b", "A='b'c", "\"A=b", "* * * * * x=1"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn percent_signs_begin_the_input() {
        assert_eq!(split("cat%line 1%line 2"), ("cat".into(), Some("line 1\nline 2\n".into())));
        assert_eq!(split("cat%line 1%line 2%"), ("cat".into(), Some("line 1\nline 2\n".into())));
        assert_eq!(split("date +\\%F%in\\%put"), ("date +%F".into(), Some("in%put\n".into())));
        assert_eq!(split("cat%"), ("cat".into(), Some(String::new())));
        assert_eq!(split("a\\b \\\\"), ("a\\b \\\\".into(), None));
    }

    #[test]
    fn mistakes_have_line_and_column() {
        let mistake = |text: &str| parse(text.as_bytes()).map_err(|mistake| (mistake.line, mistake.column, mistake.what, mistake.counted));
        assert_eq!(mistake("A=b\n* * * * * x\n  1 2 3,x 4 5 y\n"), Err((3, 9, "bad day-of-month", 2)));
        assert_eq!(mistake("* * * * * x"), Err((1, 12, UNENDED, 0)));
        assert_eq!(mistake("\n1 2 3 4\n"), Err((2, 8, "bad day-of-week", 2)));
        assert_eq!(mistake("* * * * * a\0b\n"), Err((1, 12, "a NUL byte", 0)));
        assert!(parse(b"# \xe9\n").is_ok());
    }
}
