//! One wildcard pattern as fnmatch(3) reads it: `*`, `?`, `[a-z]`, `[!a]`, `[[:digit:]]`, and `\` before a character that means
//! itself. Bytes are compared (compat/captures/qacct/transcripts/jobs.txt).

/// True when `pattern` matches the whole of `text`.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    // The usual two-pointer walk: remember the last star, go back to it on a mismatch.
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
            continue;
        }
        match one(&pattern[p..], text[t]) {
            Some(length) => {
                p += length;
                t += 1;
            }
            None => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// How much of the pattern matches this one byte; `None` when it does not.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match *pattern {
        [b'?', ..] => Some(1),
        [b'[', ..] => match set(&pattern[1..], byte) {
            Some((true, length)) => Some(1 + length),
            Some((false, _)) => None,
            // Without its end a bracket is one.
            None => (byte == b'[').then_some(1),
        },
        [b'\\', escaped, ..] => (escaped == byte).then_some(2),
        [b'\\'] => None,
        [other, ..] => (other == byte).then_some(1),
        [] => None,
    }
}

/// Whether a set, from behind its `[`, has the byte, and how long it is; `None` where it has no end.
fn set(pattern: &[u8], byte: u8) -> Option<(bool, usize)> {
    let negated = matches!(pattern.first(), Some(b'!' | b'^'));
    let begin = usize::from(negated);
    let (mut at, mut inside) = (begin, false);
    loop {
        match *pattern.get(at..)? {
            [b']', ..] if at > begin => return Some((inside != negated, at + 1)),
            [b'[', b':', ref rest @ ..] if rest.windows(2).any(|two| two == b":]") => {
                let length = rest.windows(2).position(|two| two == b":]")?;
                inside |= is_of_class(&rest[..length], byte)?;
                at += length + 4;
            }
            _ => {
                let (first, length) = member(&pattern[at..])?;
                at += length;
                let is_range = pattern.get(at) == Some(&b'-') && pattern.get(at + 1).is_some_and(|&byte| byte != b']');
                let (last, length) = if is_range { member(&pattern[at + 1..])? } else { (first, 0) };
                at += length + usize::from(is_range);
                inside |= (first..=last).contains(&byte);
            }
        }
    }
}

fn member(pattern: &[u8]) -> Option<(u8, usize)> {
    match *pattern {
        [b'\\', escaped, ..] => Some((escaped, 2)),
        [byte, ..] => Some((byte, 1)),
        [] => None,
    }
}

fn is_of_class(class: &[u8], byte: u8) -> Option<bool> {
    Some(match class {
        b"alpha" => byte.is_ascii_alphabetic(),
        b"digit" => byte.is_ascii_digit(),
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"upper" => byte.is_ascii_uppercase(),
        b"lower" => byte.is_ascii_lowercase(),
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
        b"blank" => byte == b' ' || byte == b'\t',
        b"xdigit" => byte.is_ascii_hexdigit(),
        b"cntrl" => byte.is_ascii_control(),
        b"print" => byte == b' ' || byte.is_ascii_graphic(),
        b"graph" => byte.is_ascii_graphic(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn what_matches() {
        for (pattern, text) in [
            ("*", ""),
            ("a*", "abc"),
            ("*b*", "abc"),
            ("**p**", "sp"),
            ("a?c", "abc"),
            ("[a-c]x", "bx"),
            ("[!a]", "b"),
            ("[^a]", "b"),
            ("a[]]b", "a]b"),
            ("[]a]", "]"),
            ("a[-x]b", "a-b"),
            ("a[x-]b", "a-b"),
            ("a[\\*]b", "a*b"),
            ("a\\*b", "a*b"),
            ("\\a", "a"),
            ("a[b", "a[b"),
            ("[[:digit:]]*", "1x"),
            ("a[[:punct:]]b", "a|b"),
            ("a|b", "a|b"),
            ("?hid", ".hid"),
            ("", ""),
        ] {
            assert!(matches(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
    }

    #[test]
    fn what_does_not() {
        for (pattern, text) in [
            ("a", "ab"),
            ("a?", "a"),
            ("[a-c]", "d"),
            ("[c-a]", "b"),
            ("*a", "ab"),
            ("[!a]", "a"),
            ("", "x"),
            ("a\\", "a\\"),
            ("[[:nosuch:]]", "n"),
            ("a|b", "a"),
            ("n?me", "näme"),
        ] {
            assert!(!matches(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
    }
}
