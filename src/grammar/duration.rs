//! TIME values: `3600`, `1.5`, `24:00:00`, `:50:`, `4::`, `INFINITY`. Two fields (`1:2`), four, and units are not times
//! (`attribute "h_rt" is not a time value`).

use super::Malformed;
use nom::{IResult, Parser, bytes::complete::take_while, character::complete::char, combinator::all_consuming};

/// The most seconds there can be: what follows is not exact as a floating point number.
const MOST: u64 = 9_000_000_000_000_000;

/// Seconds, or `None` for `INFINITY`; `Err` when the text is no time value.
pub fn parse(text: &str) -> Result<Option<u64>, Malformed> {
    if text.eq_ignore_ascii_case("infinity") {
        return Ok(None);
    }
    if let Ok((_, (hours, _, minutes, _, seconds))) = all_consuming(clock).parse(text) {
        if text == "::" {
            return Err(Malformed);
        }
        let field = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<u64>().map_err(|_| Malformed) };
        let (hours, minutes, seconds) = (field(hours)?, field(minutes)?, field(seconds)?);
        let minutes = minutes.checked_mul(60).ok_or(Malformed)?;
        return hours
            .checked_mul(3600)
            .and_then(|h| h.checked_add(minutes))
            .and_then(|m| m.checked_add(seconds))
            .filter(|total| *total <= MOST)
            .map(Some)
            .ok_or(Malformed);
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(Malformed);
    }
    let seconds: f64 = text.parse().map_err(|_| Malformed)?;
    if seconds > MOST as f64 { Err(Malformed) } else { Ok(Some(seconds as u64)) }
}

/// As the master stores it: seconds, or `INFINITY`.
pub fn print(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "INFINITY".into(), |seconds| seconds.to_string())
}

fn clock(input: &str) -> IResult<&str, (&str, char, &str, char, &str)> {
    let digits = || take_while(|c: char| c.is_ascii_digit());
    (digits(), char(':'), digits(), char(':'), digits()).parse(input)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, parse};

    #[test]
    fn forms_that_are_times() {
        for (text, seconds) in
            [("24:00:00", 86400), ("2:0:0", 7200), (":50:", 3000), ("4::", 14400), ("86400", 86400), ("1.5", 1), ("1:0:0", 3600)]
        {
            assert_eq!(parse(text), Ok(Some(seconds)), "{text}");
        }
        assert_eq!(parse("INFINITY"), Ok(None));
    }

    #[test]
    fn forms_that_are_not() {
        for text in ["1:2", "12:00:00:00", "1h", "", "::", "-5", "x", "99999999999999999999:0:0", "9999999999999:0:0"] {
            assert_eq!(parse(text), Err(Malformed), "{text}");
        }
    }
}
