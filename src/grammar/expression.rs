//! Grid Engine's expressions over names: patterns joined by `|` and `&`, `!` before one, parentheses. `-q`, hosts and the words
//! that `-l` asks for are such expressions (tests/compliance/qsub_queues.rs; precedence from qselect).

use super::pattern;

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression<'a> {
    Pattern(&'a str),
    Not(Box<Expression<'a>>),
    All(Vec<Expression<'a>>),
    Any(Vec<Expression<'a>>),
}

/// No expression: the place, counted from 1, of what should not be there or of the last sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken(pub usize);

/// How deep parentheses and `!` go: a deeper one is no expression.
const DEPTH: usize = 64;

const SIGNS: [char; 5] = ['!', '&', '|', '(', ')'];

/// Parses an expression. The signs count inside brackets, too: `[!a]*` is none.
///
/// # Errors
/// An operator lacks its side, a parenthesis its partner.
pub fn parse(text: &str) -> Result<Expression<'_>, Broken> {
    let mut reader = Reader { rest: text, depth: 0 };
    match reader.any() {
        Some(expression) if reader.rest.is_empty() => Ok(expression),
        _ => Err(Broken((text.len() - reader.rest.len() + 1).min(text.len()))),
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, sign: char) -> bool {
        self.rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    fn any(&mut self) -> Option<Expression<'a>> {
        let mut sides = vec![self.all()?];
        while self.take('|') {
            sides.push(self.all()?);
        }
        if sides.len() == 1 { sides.pop() } else { Some(Expression::Any(sides)) }
    }

    fn all(&mut self) -> Option<Expression<'a>> {
        let mut sides = vec![self.one()?];
        while self.take('&') {
            sides.push(self.one()?);
        }
        if sides.len() == 1 { sides.pop() } else { Some(Expression::All(sides)) }
    }

    fn one(&mut self) -> Option<Expression<'a>> {
        if self.depth == DEPTH {
            return None;
        }
        self.depth += 1;
        let one = if self.take('!') {
            Some(Expression::Not(Box::new(self.one()?)))
        } else if self.take('(') {
            let inner = self.any()?;
            self.take(')').then_some(inner)
        } else {
            let (word, rest) = self.rest.split_at(self.rest.find(SIGNS).unwrap_or(self.rest.len()));
            self.rest = rest;
            (!word.is_empty()).then_some(Expression::Pattern(word))
        };
        self.depth -= 1;
        one
    }
}

impl Expression<'_> {
    /// True where the name fits.
    pub fn fits(&self, name: &str) -> bool {
        match self {
            // Only a pattern has escapes: `t\ask` is a name, and nobody's.
            Expression::Pattern(text) if !pattern::is_pattern(text) => *text == name,
            Expression::Pattern(text) => pattern::matches(text, name),
            Expression::Not(inner) => !inner.fits(name),
            Expression::All(sides) => sides.iter().all(|side| side.fits(name)),
            Expression::Any(sides) => sides.iter().any(|side| side.fits(name)),
        }
    }
}

/// True where the text is more than a plain name.
pub fn is_expression(text: &str) -> bool {
    text.contains(SIGNS) || pattern::is_pattern(text)
}

/// True where the text is an expression and the name fits it.
pub fn matches(text: &str, name: &str) -> bool {
    parse(text).is_ok_and(|expression| expression.fits(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUES: [&str; 3] = ["all.q", "continuous", "task"];

    fn fitting(text: &str) -> String {
        QUEUES.into_iter().filter(|queue| matches(text, queue)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn expressions_as_qselect_answers_them() {
        for (text, queues) in [
            ("*", "all.q continuous task"),
            ("task|all.q&cont*", "task"),
            ("all.q&cont*|task", "task"),
            ("!task|task", "all.q continuous task"),
            ("!task&!all.q", "continuous"),
            ("!(task|all.q)", "continuous"),
            ("!!task", "task"),
            ("((task))", "task"),
            ("(!task)&(!all.q)", "continuous"),
            ("(task|all.q)&!all.q", "task"),
            ("!*", ""),
            ("[^a]*", "continuous task"),
            ("[a-c]*", "all.q continuous"),
            ("TASK", ""),
            ("task ", ""),
            ("t\\ask", ""),
        ] {
            assert_eq!(fitting(text), queues, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_broken_somewhere() {
        for (text, place) in [
            ("", 0),
            ("!", 1),
            ("|", 1),
            ("task|", 5),
            ("|task", 1),
            ("task&", 5),
            ("task||all.q", 6),
            ("(task", 5),
            ("task)", 5),
            ("!(task", 6),
            ("task(all.q)", 5),
            ("ta(sk)", 3),
            ("!task!all.q", 6),
            ("[!a]*", 2),
            ("()", 2),
            ("(a(b))", 3),
        ] {
            assert_eq!(parse(text), Err(Broken(place)), "{text}");
            assert_eq!(fitting(text), "", "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err() && parse(&"!".repeat(100_000)).is_err());
    }
}
