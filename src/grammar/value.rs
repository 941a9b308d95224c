//! The number that `-l` asks for, whatever the resource's type: `2`, `1.5K`, `0x10`, `010` (8), `1e3`, `1:30:00`, `INFINITY`, `TRUE`
//! (tests/compliance/qsub_resources2.rs). What site.toml and jsub write is read by `duration` and `memory`.

use super::Malformed;

/// The number; times in seconds.
///
/// # Errors
/// The text is no number: two fields between colons, a sign too many, a unit Grid Engine does not know.
pub fn parse(text: &str) -> Result<f64, Malformed> {
    for (word, value) in [("true", 1.0), ("false", 0.0), ("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        let unsigned = text.strip_prefix(['-', '+']).filter(|_| value.is_infinite());
        if unsigned.unwrap_or(text).eq_ignore_ascii_case(word) {
            return Ok(if text.starts_with('-') { -value } else { value });
        }
    }
    if text.contains(':') {
        return clock(text);
    }
    let (number, unit) = plain(text, true)?;
    Ok(number * factor(unit)?)
}

/// Three fields, each a number (`08` is 8 here) or empty.
fn clock(text: &str) -> Result<f64, Malformed> {
    let field = |text: &str| match text {
        "" => Ok(0.0),
        text => plain(text, false).and_then(|(number, rest)| if rest.is_empty() { Ok(number) } else { Err(Malformed) }),
    };
    match text.split(':').collect::<Vec<_>>()[..] {
        [hours, minutes, seconds] => Ok(field(hours)? * 3600.0 + field(minutes)? * 60.0 + field(seconds)?),
        _ => Err(Malformed),
    }
}

/// Capitals are powers of 1024, small letters of 1000.
fn factor(unit: &str) -> Result<f64, Malformed> {
    let base: f64 = if unit.starts_with(|c: char| c.is_ascii_uppercase()) { 1024.0 } else { 1000.0 };
    match unit {
        "" => Ok(1.0),
        "K" | "k" => Ok(base),
        "M" | "m" => Ok(base.powi(2)),
        "G" | "g" => Ok(base.powi(3)),
        "T" | "t" => Ok(base.powi(4)),
        _ => Err(Malformed),
    }
}

/// A number as C reads it, and what stands behind it.
fn plain(text: &str, may_be_octal: bool) -> Result<(f64, &str), Malformed> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, rest) = match unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        Some(digits) => hexadecimal(digits)?,
        None => decimal(unsigned, may_be_octal && unsigned.len() == text.len())?,
    };
    Ok((if text.starts_with('-') { -number } else { number }, rest))
}

fn hexadecimal(text: &str) -> Result<(f64, &str), Malformed> {
    let (whole, rest) = digits(text, 16);
    let (part, rest) = rest.strip_prefix('.').map_or(("", rest), |rest| digits(rest, 16));
    if whole.is_empty() && part.is_empty() {
        return Err(Malformed);
    }
    let value = |digits: &str| digits.chars().filter_map(|c| c.to_digit(16)).fold(0.0, |sum, digit| sum * 16.0 + f64::from(digit));
    Ok((value(whole) + value(part) / 16f64.powi(part.len() as i32), rest))
}

/// A leading 0 makes it octal, unless it has a sign or a point.
fn decimal(text: &str, may_be_octal: bool) -> Result<(f64, &str), Malformed> {
    let (whole, rest) = digits(text, 10);
    if may_be_octal && whole.starts_with('0') && !rest.starts_with('.') {
        let (octal, behind) = digits(text, 8);
        let value = octal.chars().filter_map(|c| c.to_digit(8)).fold(0.0, |sum, digit| sum * 8.0 + f64::from(digit));
        return Ok((value, behind));
    }
    let (part, mut rest) = rest.strip_prefix('.').map_or(("", rest), |rest| digits(rest, 10));
    if whole.is_empty() && part.is_empty() {
        return Err(Malformed);
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let (power, behind) = digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent), 10);
        rest = if power.is_empty() { rest } else { behind };
    }
    let number = text[..text.len() - rest.len()].parse().map_err(|_| Malformed)?;
    Ok((number, rest))
}

fn digits(text: &str, radix: u32) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_digit(radix)).unwrap_or(text.len()))
}

/// A time as the master stores it: whole seconds, halves to the even one; `INFINITY` stays as it was written.
pub fn seconds(text: &str) -> Result<String, Malformed> {
    let number = parse(text)?;
    if text.eq_ignore_ascii_case("infinity") {
        return Ok(text.into());
    }
    Ok(if number.is_finite() { format!("{number:.0}") } else { number.to_string().to_ascii_lowercase() })
}

/// A limit as whole seconds or bytes; `None`: there is none.
pub fn limit(number: f64) -> Option<u64> {
    number.is_finite().then(|| number.max(0.0).round_ties_even() as u64)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, parse, seconds};

    #[test]
    fn times_as_the_master_stores_them() {
        for (text, shown) in [
            ("::", "0"),
            (":2:3", "123"),
            ("1::", "3600"),
            ("1:-2:3", "3483"),
            ("1:0.5:0", "3630"),
            ("1:0:1.5", "3602"),
            ("010:010:010", "36610"),
            ("0x10:0:0", "57600"),
            ("1e1:0:0", "36000"),
            ("1.5", "2"),
            ("2.5", "2"),
            ("-0.4", "-0"),
            ("010", "8"),
            ("-010", "-10"),
            ("010.5", "10"),
            ("099.5", "100"),
            ("0.5e1", "5"),
            ("0x1.8", "2"),
            ("-0x10", "-16"),
            ("0x1e1", "481"),
            ("1e3", "1000"),
            ("1e-1", "0"),
            ("1.", "1"),
            ("+5", "5"),
            ("1K", "1024"),
            ("1g", "1000000000"),
            ("true", "1"),
            ("1e30", "1000000000000000019884624838656"),
            ("1e400", "inf"),
            ("-INFINITY", "-inf"),
            ("InFiNiTy", "InFiNiTy"),
            ("nan", "nan"),
        ] {
            assert_eq!(seconds(text), Ok(shown.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "",
            "08",
            "0e3",
            "010e1",
            "0x",
            "0xg",
            "0x1p3",
            "1:2",
            ":",
            "1:2:3:4",
            "5:",
            "1:2:3x",
            "1:1:1K",
            "inf:0:0",
            "1:TRUE:3",
            "5s",
            "5.5.5",
            "1e",
            "e3",
            ".",
            "-",
            "+-5",
            "--5",
            "infinityx",
            "1P",
            "1kk",
            "K",
            ".G",
            "1KiB",
            "\"1G\"",
            "NONE",
            "=60",
        ] {
            assert_eq!(parse(text), Err(Malformed), "{text}");
        }
        assert_eq!(parse("1.G"), Ok(1073741824.0));
        assert_eq!(parse("08.5G"), Ok(8.5 * 1073741824.0));
    }
}
