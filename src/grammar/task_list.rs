//! qacct's `-t`: ranges with commas between, of which the last one counts (compat/captures/qacct/transcripts/jobs.txt). Looser
//! than qsub's: any byte may stand for the dash, and numbers are cut to 32 bits.

use super::number;
use super::tasks::Range;

/// Why a list is none.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Grid Engine's line about what follows what; told before the list itself is.
    pub before: Option<&'static str>,
}

/// Parses a list; `None`: every task, which is what a range from 0 on means.
///
/// # Errors
/// Nothing is a range, or something is not.
pub fn parse(text: &str) -> Result<Option<Range>, Refusal> {
    let mut list: Vec<Range> = Vec::new();
    let mut is_broken = false;
    for piece in text.split(',').filter(|piece| !piece.is_empty()) {
        if is_broken {
            return Err(Refusal { before: Some("error: unexpected range following \"UNDEFINED\"") });
        }
        match range(piece.as_bytes()) {
            Some(range) => insert(&mut list, range),
            None if list.is_empty() => is_broken = true,
            None => return Err(Refusal { before: Some("error: unexpected \"UNDEFINED\" following range") }),
        }
    }
    match list.last() {
        Some(last) if !is_broken => Ok(Some(*last).filter(|range| range.first > 0)),
        _ => Err(Refusal { before: None }),
    }
}

fn range(text: &[u8]) -> Option<Range> {
    let (first, rest) = word(text)?;
    let (last, rest) = if rest.is_empty() { (first, rest) } else { word(&rest[1..])? };
    let step = match rest {
        [] => 1,
        [b':', step @ ..] => {
            let (step, rest) = number::whole_prefix(step)?;
            (rest.is_empty() && (1..=i64::from(u32::MAX)).contains(&step)).then_some(step)?
        }
        _ => return None,
    };
    Some(Range { first: first.min(last).into(), last: first.max(last).into(), step: step as u64 })
}

fn word(text: &[u8]) -> Option<(u32, &[u8])> {
    number::whole_prefix(text).map(|(value, rest)| (value as u32, rest))
}

/// Where a range comes to stand: with a step anywhere, behind the others. Else those that overlap it become one with it, at the
/// last one's place; and one that overlaps none is in front where all others begin later, and behind where they do not.
fn insert(list: &mut Vec<Range>, mut range: Range) {
    if range.step != 1 || list.iter().any(|other| other.step != 1) {
        return list.push(range);
    }
    let overlaps = |other: &Range| other.first <= range.last && range.first <= other.last;
    let overlapped: Vec<usize> = list.iter().enumerate().filter(|(_, other)| overlaps(other)).map(|(at, _)| at).collect();
    if let Some((&place, others)) = overlapped.split_last() {
        for at in &overlapped {
            range.first = range.first.min(list[*at].first);
            range.last = range.last.max(list[*at].last);
        }
        list[place] = range;
        for at in others.iter().rev() {
            list.remove(*at);
        }
    } else if list.iter().all(|other| range.first < other.first) {
        list.insert(0, range);
    } else {
        list.push(range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text) {
            Ok(range) => range.map_or("every".into(), |range| range.to_string()),
            Err(refusal) => refusal.before.unwrap_or("no list").into(),
        }
    }

    #[test]
    fn one_range() {
        for (text, range) in [
            ("1", "1-1:1"),
            ("7-6", "6-7:1"),
            ("7-20:5", "7-20:5"),
            ("1:5", "1-5:1"),
            ("1:2:3", "1-2:3"),
            ("1a2", "1-2:1"),
            ("1--2", "1-4294967294:1"),
            ("99999999999", "1215752191-1215752191:1"),
            (" 1", "1-1:1"),
            ("0-5", "every"),
            ("1-5: 4", "1-5:4"),
        ] {
            assert_eq!(shown(text), range, "{text}");
        }
        for text in ["", ",", "abc", "1-", "1 ", "1-5:0", "1-5:-1", "1-5::4", "1-5:4x", "1-5-4", "1-2:", "2-5:4294967296"] {
            assert_eq!(shown(text), "no list", "{text}");
        }
    }

    #[test]
    fn of_several_the_last_counts() {
        for (text, range) in [
            ("1,2", "2-2:1"),
            ("2,1", "2-2:1"),
            ("5,1,2", "2-2:1"),
            ("7-9:2,6", "6-6:1"),
            ("9,7-8", "9-9:1"),
            ("2-9,1-5", "1-9:1"),
            ("20,7-9,8-30", "7-30:1"),
            ("7-11:2,9-15:2", "9-15:2"),
            ("11-13,19,12-15", "19-19:1"),
            ("11,15,12,11-12", "11-12:1"),
            ("11-12,14-15,17-18,15-17", "14-18:1"),
            ("15,11-13:2,13", "13-13:1"),
            ("15,11-13:2,15", "15-15:1"),
            ("0,1", "1-1:1"),
            ("1,", "1-1:1"),
        ] {
            assert_eq!(shown(text), range, "{text}");
        }
        assert_eq!(shown("1,x"), "error: unexpected \"UNDEFINED\" following range");
        assert_eq!(shown("x,1"), "error: unexpected range following \"UNDEFINED\"");
    }
}
