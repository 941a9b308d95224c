//! MEMORY values: a number with an optional `K M G T` (powers of 1024) or `k m g t` (powers of 1000). `8gb` is none.

use super::Malformed;
use nom::{
    IResult, Parser,
    bytes::complete::take_while1,
    character::complete::one_of,
    combinator::{all_consuming, opt, recognize},
};

/// Bytes, or `None` for `INFINITY`; `Err` when the text is no memory value.
pub fn parse(text: &str) -> Result<Option<u64>, Malformed> {
    if text.eq_ignore_ascii_case("infinity") {
        return Ok(None);
    }
    let (_, (number, unit)) = all_consuming(value).parse(text).map_err(|_| Malformed)?;
    let number: f64 = number.parse().map_err(|_| Malformed)?;
    let factor: f64 = match unit {
        None => 1.0,
        Some('K') => 1024.0,
        Some('M') => 1024.0 * 1024.0,
        Some('G') => 1024.0 * 1024.0 * 1024.0,
        Some('T') => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        Some('k') => 1e3,
        Some('m') => 1e6,
        Some('g') => 1e9,
        Some(_) => 1e12,
    };
    let bytes = number * factor;
    if bytes.is_finite() && bytes < 9.2e18 { Ok(Some(bytes as u64)) } else { Err(Malformed) }
}

fn value(input: &str) -> IResult<&str, (&str, Option<char>)> {
    (recognize(take_while1(|c: char| c.is_ascii_digit() || c == '.')), opt(one_of("KMGTkmgt"))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, parse};

    #[test]
    fn capitals_are_powers_of_1024_and_small_letters_of_1000() {
        for (text, bytes) in [
            ("8G", 8 << 30),
            ("8g", 8_000_000_000),
            ("300m", 300_000_000),
            ("16.5G", 17_716_740_096),
            ("1048576", 1 << 20),
            ("524288k", 524_288_000),
        ] {
            assert_eq!(parse(text), Ok(Some(bytes)), "{text}");
        }
        assert_eq!(parse("INFINITY"), Ok(None));
    }

    #[test]
    fn other_words_are_no_memory_values() {
        for text in ["8gb", "", "G", "-1G", "1 G", "1..2G", "abc", "99999999999T"] {
            assert_eq!(parse(text), Err(Malformed), "{text}");
        }
    }
}
