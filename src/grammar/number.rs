//! Numbers as C's `atol` and `atof` read them: blanks and a sign before, anything behind. Accounting lines and qacct's words are
//! read so (compat/captures/qacct/transcripts/records.txt on files/numbers, files/units).

fn after_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    &text[blanks..]
}

/// True for a minus sign, and what follows the sign.
fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// A whole number and the text behind it; `None` where there is no digit. Beyond 64 bits it stays at the end.
pub fn whole_prefix(text: &[u8]) -> Option<(i64, &[u8])> {
    let (minus, digits) = sign(after_blanks(text));
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = &digits[length..];
    // As many digits as always fit.
    if (1..=18).contains(&length) {
        let value = digits[..length].iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
        return Some((if minus { -value } else { value }, rest));
    }
    if length == 0 {
        return None;
    }
    let value = digits[..length].iter().try_fold(0i64, |value, byte| {
        let digit = i64::from(byte - b'0');
        value.checked_mul(10)?.checked_add(if minus { -digit } else { digit })
    });
    Some((value.unwrap_or(if minus { i64::MIN } else { i64::MAX }), rest))
}

/// `atol`: 0 where there is no number.
pub fn whole(text: &[u8]) -> i64 {
    whole_prefix(text).map_or(0, |(value, _)| value)
}

/// A number of 32 bits without sign, which Grid Engine cuts out of the longer one: job ids, times, counts.
pub fn word(text: &[u8]) -> u32 {
    whole(text) as u32
}

/// Powers of ten a double holds exactly.
const TENS: [f64; 23] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

/// `atof`: 0 where there is no number.
pub fn real(text: &[u8]) -> f64 {
    quick(text).unwrap_or_else(|| slow(text))
}

/// `123.456000` without more ado: up to 15 digits are exact in a double, and so one division rounds as it must.
fn quick(text: &[u8]) -> Option<f64> {
    let (mut value, mut digits, mut behind) = (0u64, 0, None);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + u64::from(byte - b'0');
                digits += usize::from(value > 0);
                if digits > 15 {
                    return None;
                }
                behind = behind.map(|count: usize| count + 1);
            }
            b'.' if behind.is_none() => behind = Some(0),
            b'\n' => break,
            _ => return None,
        }
    }
    Some(value as f64 / TENS.get(behind.unwrap_or(0))?)
}

fn slow(text: &[u8]) -> f64 {
    let (minus, text) = sign(after_blanks(text));
    let starts = |word: &str| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    let value = if starts("nan") {
        f64::NAN
    } else if starts("inf") {
        f64::INFINITY
    } else if starts("0x") {
        hexadecimal(&text[2..])
    } else {
        // Without a number there is no sign either.
        let Some(value) = decimal(text) else { return 0.0 };
        value
    };
    if minus { -value } else { value }
}

fn decimal(text: &[u8]) -> Option<f64> {
    let digits = |from: usize| text[from.min(text.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let before = digits(0);
    let mut end = before;
    let mut count = before;
    if text.get(before) == Some(&b'.') {
        let behind = digits(before + 1);
        count += behind;
        end = before + 1 + behind;
    }
    if count == 0 {
        return None;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let length = digits(end + 1 + signed);
        if length > 0 {
            end += 1 + signed + length;
        }
    }
    std::str::from_utf8(&text[..end]).ok().and_then(|text| text.parse().ok())
}

/// What follows `0x`: digits, a point, and a power of two behind `p`.
fn hexadecimal(text: &[u8]) -> f64 {
    // 60 bits are kept; of what is below them only whether there is something, which is all that rounding needs.
    let (mut value, mut exponent, mut any, mut point, mut at) = (0u64, 0i64, false, false, 0);
    while let Some(&byte) = text.get(at) {
        match (byte as char).to_digit(16) {
            Some(digit) if value >> 56 == 0 => {
                value = value << 4 | u64::from(digit);
                exponent -= if point { 4 } else { 0 };
                any = true;
            }
            Some(digit) => {
                value |= u64::from(digit > 0);
                exponent += if point { 0 } else { 4 };
            }
            None if byte == b'.' && !point => point = true,
            None => break,
        }
        at += 1;
    }
    if !any {
        return 0.0;
    }
    if matches!(text.get(at), Some(b'p' | b'P'))
        && text.get(at + 1).is_some_and(|byte| !byte.is_ascii_whitespace())
        && let Some((power, _)) = whole_prefix(&text[at + 1..])
    {
        exponent = exponent.saturating_add(power);
    }
    // In two steps, so that the first does not leave the range that the result is in.
    let exponent = exponent.clamp(-2200, 2200) as i32;
    value as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_what_atol_makes_of_them() {
        for (text, value) in [
            ("12abc", 12),
            ("", 0),
            ("-5", -5),
            (" \t7", 7),
            ("+5", 5),
            ("++5", 0),
            ("1e3", 1),
            ("0x10", 0),
            ("123456789012345678901234567890", i64::MAX),
            ("-123456789012345678901234567890", i64::MIN),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(whole(text.as_bytes()), value, "{text}");
        }
        assert_eq!((word(b"99999999999"), word(b"-1"), word(b"123456789012345678901234567890")), (1_215_752_191, u32::MAX, u32::MAX));
    }

    #[test]
    fn real_numbers_are_what_atof_makes_of_them() {
        for (text, value) in [
            ("1.500000", 1.5),
            ("0.1", 0.1),
            ("", 0.0),
            (".5", 0.5),
            ("5.", 5.0),
            (".", 0.0),
            ("-.5x", -0.5),
            (" 7", 7.0),
            ("1e3", 1000.0),
            ("1e", 1.0),
            ("1e+", 1.0),
            ("1e400", f64::INFINITY),
            ("0x1p10", 1024.0),
            ("0x.8", 0.5),
            ("0x1p", 1.0),
            ("0x", 0.0),
            ("-inf", f64::NEG_INFINITY),
            ("INFINITYx", f64::INFINITY),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("0.3000000000000000444", 0.300_000_000_000_000_04),
            ("1_0", 1.0),
            ("123456789.123456789012345678", 123_456_789.123_456_79),
            ("7\n", 7.0),
        ] {
            assert_eq!(real(text.as_bytes()), value, "{text}");
        }
        assert!(real(b"nan(x)").is_nan() && real(b"-nan").is_sign_negative());
        assert!(real(b"-0").is_sign_negative() && real(b"-.").is_sign_positive() && real(b"-x").is_sign_positive());
    }
}
