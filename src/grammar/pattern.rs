//! Grid Engine's wildcards: `*`, `?`, `[a-z]`, and `|` between alternatives.

use super::wildcard;

/// True when the text is a pattern rather than a plain name.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '|'])
}

/// True when `pattern` matches the whole of `text`.
pub fn matches(pattern: &str, text: &str) -> bool {
    pattern.split('|').any(|one| wildcard::matches(one.as_bytes(), text.as_bytes()))
}

/// True when an expression of resource requests holds for `text`: patterns with `|` and `&` between and `!` before, as in
/// `-l 'q=!task'` (compat/captures/qacct/transcripts/complexes.txt).
pub fn holds(expression: &str, text: &str) -> bool {
    let one = |word: &str| match word.strip_prefix('!') {
        Some(word) => !wildcard::matches(word.as_bytes(), text.as_bytes()),
        None => wildcard::matches(word.as_bytes(), text.as_bytes()),
    };
    expression.split('|').any(|all| all.split('&').all(one))
}

#[cfg(test)]
mod tests {
    use super::{holds, matches};

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

    #[test]
    fn expressions_are_alternatives_of_conditions() {
        for (expression, text, expected) in [
            ("task|all.q", "all.q", true),
            ("!task", "task", false),
            ("!task", "all.q", true),
            ("a*&!all.q", "all.q", false),
            ("a*&!all.q", "a", true),
            ("t*", "task", true),
        ] {
            assert_eq!(holds(expression, text), expected, "{expression} {text}");
        }
    }
}
