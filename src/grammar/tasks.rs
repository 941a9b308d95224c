//! Task id ranges: `-t 1-10:2`, `1:10`, `7`, `5-1`; and the compact lists of `qstat`'s last column.

use serde::{Deserialize, Serialize};

/// `first-last:step`, every number reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub first: u64,
    pub last: u64,
    pub step: u64,
}

/// Why a `-t` value is refused, in qsub's words (exit 7) or the master's.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Text(String),
    /// There is a task 0 in it: the master refuses that, `-verify` shows it.
    Zero(Range),
}

impl Range {
    /// How many tasks.
    pub fn count(&self) -> u64 {
        (self.last - self.first) / self.step + 1
    }

    /// The id of the index counted from 0.
    pub fn id(&self, index: u64) -> u64 {
        self.first + index * self.step
    }

    /// False where its numbers cannot be counted with: it may have been read from what anybody wrote.
    pub fn is_sound(&self) -> bool {
        let small = u64::from(u32::MAX);
        (1..=small).contains(&self.step) && self.first <= self.last && self.last <= small
    }

    /// The index of a task id, if the range reaches it.
    pub fn index(&self, id: u64) -> Option<u64> {
        (id >= self.first && id <= self.last && (id - self.first).is_multiple_of(self.step)).then(|| (id - self.first) / self.step)
    }

    /// The last id the steps really reach: `1-20:3` ends at 19.
    pub fn reached(&self) -> u64 {
        self.id(self.count() - 1)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}:{}", self.first, self.last, self.step)
    }
}

/// Parses a `-t` value. `5-1` is turned round, a colon may stand for the dash.
///
/// # Errors
/// qsub's text, or that the master refuses task 0.
pub fn parse(text: &str) -> Result<Range, Refusal> {
    if text.contains(',') {
        return Err(Refusal::Text("-t option only allows one range specification".into()));
    }
    let number = |word: &str| {
        let digits: &str = &word[..word.bytes().take_while(u8::is_ascii_digit).count()];
        if digits.is_empty() || digits.len() != word.len() {
            let no_number = format!("The initial portion of string \"{word}\" contains no decimal number");
            return Err(Refusal::Text(format!("Numerical value invalid!\n{no_number}")));
        }
        digits.parse::<u64>().ok().filter(|&n| n <= u64::from(u32::MAX)).ok_or_else(|| Refusal::Text("Numerical value invalid!".into()))
    };
    let (ids, step) = match text.split_once('-') {
        Some((first, rest)) => match rest.split_once(':') {
            Some((last, step)) => ((first, last), Some(step)),
            None => ((first, rest), None),
        },
        None => match text.split_once(':') {
            Some((first, last)) => ((first, last), None),
            None => ((text, text), None),
        },
    };
    let (a, b) = (number(ids.0)?, number(ids.1)?);
    let step = step.map_or(Ok(1), number)?;
    if step == 0 {
        return Err(Refusal::Text("Negative or zero step in range is not allowed".into()));
    }
    let (first, last) = (a.min(b), a.max(b));
    if first == 0 {
        return Err(Refusal::Zero(Range { first, last, step }));
    }
    Ok(Range { first, last, step })
}

/// Parses the `-t` of qdel, qhold and their sisters, where `1,3,5` may stand for a range with a step.
///
/// # Errors
/// As `parse`.
pub fn parse_list(text: &str) -> Result<Range, Refusal> {
    let numbers: Option<Vec<u64>> = text.split(',').map(|word| word.parse().ok()).collect();
    match numbers.as_deref() {
        Some([first, second, rest @ ..]) if second > first => {
            let step = second - first;
            let last = rest.last().unwrap_or(second);
            let is_even =
                rest.iter().zip(1..).all(|(number, at)| Some(*number) == step.checked_mul(at).and_then(|more| second.checked_add(more)));
            if is_even { parse(&format!("{first}-{last}:{step}")) } else { parse(text) }
        }
        _ => parse(text),
    }
}

/// `qstat`'s task column: `5`, `1,3` for two, `1-9:2` from three ids of one step on.
pub fn compact(ids: &[u64]) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let mut at = 0;
    while at < ids.len() {
        let mut end = at;
        if at + 1 < ids.len() {
            let step = ids[at + 1] - ids[at];
            end = at + 1;
            while end + 1 < ids.len() && ids[end + 1] - ids[end] == step {
                end += 1;
            }
            if end - at >= 2 {
                pieces.push(format!("{}-{}:{step}", ids[at], ids[end]));
                at = end + 1;
                continue;
            }
            end = at;
        }
        pieces.push(ids[at].to_string());
        at = end + 1;
    }
    pieces.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_recorded() {
        for (text, shown) in [("1-10:2", "1-10:2"), ("1:10", "1-10:1"), ("7", "7-7:1"), ("5-1", "1-5:1")] {
            assert_eq!(parse(text).map(|r| r.to_string()), Ok(shown.into()), "{text}");
        }
        assert_eq!(parse("0-5"), Err(Refusal::Zero(Range { first: 0, last: 5, step: 1 })));
        assert!(matches!(parse("1-3,8"), Err(Refusal::Text(text)) if text.contains("only allows one range")));
        assert!(matches!(parse("1-10:0"), Err(Refusal::Text(text)) if text.starts_with("Negative")));
        assert!(matches!(parse("abc"), Err(Refusal::Text(text)) if text.ends_with("\"abc\" contains no decimal number")));
        assert_eq!(Range { first: 1, last: 20, step: 3 }.reached(), 19);
        assert_eq!(parse_list("1,3,5"), Ok(Range { first: 1, last: 5, step: 2 }));
        assert_eq!(parse_list("2,3"), Ok(Range { first: 2, last: 3, step: 1 }));
        assert!(parse_list("1,2,4").is_err() && parse_list("18446744073709551615,1").is_err());
    }

    #[test]
    fn lists_are_compact_from_three_on() {
        for (ids, shown) in [
            (vec![5], "5"),
            (vec![1, 3], "1,3"),
            (vec![3, 4, 5, 6], "3-6:1"),
            (vec![1, 4, 7, 10], "1-10:3"),
            (vec![1, 4, 7, 8], "1-7:3,8"),
            (vec![1, 5, 6, 7], "1,5-7:1"),
        ] {
            assert_eq!(compact(&ids), shown);
        }
    }
}
