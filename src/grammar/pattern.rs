//! Grid Engine's wildcards: `*`, `?`, `[a-z]`, and `|` between alternatives.

/// True when the text is a pattern rather than a plain name.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '|'])
}

/// True when `pattern` matches the whole of `text`.
pub fn matches(pattern: &str, text: &str) -> bool {
    pattern.split('|').any(|one| one_matches(one.as_bytes(), text.as_bytes()))
}

fn one_matches(pattern: &[u8], text: &[u8]) -> bool {
    // The usual two-pointer walk: remember the last star, go back to it on a mismatch.
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match step(&pattern[p..], text[t]) {
            Step::Star => {
                star = Some((p, t));
                p += 1;
            }
            Step::Took(length) => {
                p += length;
                t += 1;
            }
            Step::No => match star {
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

enum Step {
    Star,
    Took(usize),
    No,
}

fn step(pattern: &[u8], byte: u8) -> Step {
    match pattern.first() {
        None => Step::No,
        Some(b'*') => Step::Star,
        Some(b'?') => Step::Took(1),
        Some(b'[') => {
            let Some(end) = pattern.iter().skip(2).position(|&b| b == b']').map(|at| at + 2) else {
                return if byte == b'[' { Step::Took(1) } else { Step::No };
            };
            let set = &pattern[1..end];
            let (negated, set) = match set.first() {
                Some(b'!' | b'^') => (true, &set[1..]),
                _ => (false, set),
            };
            let mut inside = false;
            let mut at = 0;
            while at < set.len() {
                if at + 2 < set.len() && set[at + 1] == b'-' {
                    inside |= (set[at]..=set[at + 2]).contains(&byte);
                    at += 3;
                } else {
                    inside |= set[at] == byte;
                    at += 1;
                }
            }
            if inside != negated { Step::Took(end + 1) } else { Step::No }
        }
        Some(&b'\\') if pattern.len() > 1 => {
            if pattern[1] == byte {
                Step::Took(2)
            } else {
                Step::No
            }
        }
        Some(&other) if other == byte => Step::Took(1),
        Some(_) => Step::No,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_question_marks_sets_and_alternatives() {
        for (pattern, text) in [("*", ""), ("a*", "abc"), ("*b*", "abc"), ("a?c", "abc"), ("[a-c]x", "bx"), ("x|y*", "yes"), ("[!a]", "b")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a?", "a"), ("[a-c]", "d"), ("x|y", "z"), ("*a", "ab"), ("[!a]", "a"), ("", "x")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
