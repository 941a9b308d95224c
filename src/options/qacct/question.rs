//! What is asked of qacct.

use super::usage;
use crate::error::{Error, Result};
use crate::grammar::number;
use crate::grammar::tasks::Range;

/// A field by which records are chosen and summed up: `-o` makes a row for every owner, `-o bob` takes bob's records alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    pub every: bool,
    pub word: Option<String>,
}

/// The same of a number; 0 stands for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Number {
    pub every: bool,
    pub number: u32,
}

/// `-q`: its words are `queue`, `queue@host` or `queue@@group`, each part a pattern; said several times, each is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queues {
    pub every: bool,
    pub words: Vec<String>,
}

/// `-j`, which may be said several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jobs {
    /// `-j` without a word: every record is shown, whatever else `-j` was told.
    pub all: bool,
    /// 0: none.
    pub number: u32,
    /// A name or a pattern.
    pub name: Option<String>,
}

/// Everything that is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    pub jobs: Jobs,
    pub tasks: Option<Range>,
    pub host: Key,
    pub queue: Queues,
    /// A word is a name or a number.
    pub group: Key,
    pub owner: Key,
    pub project: Key,
    pub department: Key,
    pub pe: Key,
    pub slots: Number,
    pub reservation: Number,
    pub account: Key,
    /// Seconds since 1970.
    pub begin: Option<u32>,
    pub end: Option<u32>,
    pub days: Option<u32>,
    /// Times are those of the jobs' ends.
    pub by_end: bool,
    /// Without what slave tasks of parallel jobs used.
    pub masters_only: bool,
    /// `-l` as it was written; `requests` takes it apart.
    pub requests: Option<String>,
    pub file: Option<String>,
}

impl Key {
    pub(super) fn hear(&mut self, word: Option<String>) {
        match word {
            Some(word) => self.word = Some(word),
            None => self.every = true,
        }
    }

    /// True where the answer has a column for it.
    pub fn is_asked(&self) -> bool {
        self.every || self.word.is_some()
    }
}

impl Queues {
    pub(super) fn hear(&mut self, word: Option<String>) {
        self.every |= word.is_none();
        self.words.extend(word);
    }

    /// See `Key::is_asked`.
    pub fn is_asked(&self) -> bool {
        self.every || !self.words.is_empty()
    }
}

impl Number {
    pub(super) fn hear(&mut self, number: Option<u32>) {
        match number {
            Some(number) => self.number = number,
            None => self.every = true,
        }
    }

    /// See `Key::is_asked`.
    pub fn is_asked(self) -> bool {
        self.every || self.number != 0
    }
}

impl Jobs {
    pub(super) fn hear(&mut self, word: Option<&str>) {
        match word.map(|word| (word, number::whole_prefix(word.as_bytes()))) {
            None => self.all = true,
            Some((_, Some((number, _)))) => self.number = number as u32,
            Some((name, None)) => (self.number, self.name) = (0, Some(name.into())),
        }
    }

    /// True where single jobs are asked for.
    pub fn is_given(&self) -> bool {
        self.number != 0 || self.name.is_some()
    }
}

impl Question {
    /// True where the answer may have several rows.
    pub fn is_list(&self) -> bool {
        let keys = [&self.host, &self.group, &self.owner, &self.project, &self.department, &self.pe, &self.account];
        self.queue.is_asked() || self.slots.every || self.reservation.every || keys.iter().any(|key| key.every)
    }

    /// The first and the last second that is asked for. Days count from the begin or to the end, where one of them is said, else
    /// until now; their seconds are cut to 32 bits.
    pub fn span(&self, now: i64) -> (i64, i64) {
        let (begin, end) = (self.begin.map(i64::from), self.end.map(i64::from));
        let days = self.days.map(|days| i64::from(days.wrapping_mul(86_400)));
        match (days, begin, end) {
            (Some(days), None, None) => (now - days, i64::MAX),
            (Some(days), None, Some(end)) => (end - days, end),
            (Some(days), Some(begin), None) => (begin, begin + days),
            _ => (begin.unwrap_or(i64::MIN), end.unwrap_or(i64::MAX)),
        }
    }

    /// What `-l` asks for; `None` without it. Whether there are such resources shows later.
    ///
    /// # Errors
    /// A request without a name or a value.
    pub fn requests(&self) -> Result<Option<Vec<(String, String)>>> {
        let Some(list) = &self.requests else { return Ok(None) };
        let words = list.split([',', ' ', '\t', '\n']).filter(|word| !word.is_empty());
        words.map(request).collect::<Result<_>>().map(Some)
    }
}

fn request(word: &str) -> Result<(String, String)> {
    match word.split_once('=') {
        Some(("", _)) => Err(usage("error: unknown resource \"\"")),
        Some((name, value)) if !value.is_empty() => Ok((name.into(), value.into())),
        other => Err::<_, Error>(usage(&format!("error: denied: missing value for resource \"{}\"", other.map_or(word, |(name, _)| name)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// transcripts/dates.txt
    #[test]
    fn days_count_from_what_else_is_said() {
        let span = |days, begin, end| Question { days, begin, end, ..Question::default() }.span(1_000_000);
        assert_eq!(span(None, None, None), (i64::MIN, i64::MAX));
        assert_eq!(span(Some(1), None, None), (1_000_000 - 86_400, i64::MAX));
        assert_eq!(span(Some(1), None, Some(500)), (500 - 86_400, 500));
        assert_eq!(span(Some(1), Some(500), None), (500, 500 + 86_400));
        assert_eq!(span(Some(1), Some(500), Some(400)), (500, 400));
        assert_eq!(span(Some(100_000), None, None).0, 1_000_000 - 50_065_408);
    }

    #[test]
    fn requests_have_a_name_and_a_value() {
        let of = |list: &str| Question { requests: Some(list.into()), ..Question::default() }.requests();
        assert_eq!(
            of("q=task,,re=1 a=b=c"),
            Ok(Some([("q", "task"), ("re", "1"), ("a", "b=c")].map(|(n, v)| (n.into(), v.into())).to_vec()))
        );
        assert_eq!(of(","), Ok(Some(Vec::new())));
        assert_eq!(of("q=task,re"), Err(usage("error: denied: missing value for resource \"re\"")));
        assert_eq!(of("q="), Err(usage("error: denied: missing value for resource \"q\"")));
        assert_eq!(of("=5"), Err(usage("error: unknown resource \"\"")));
    }
}
