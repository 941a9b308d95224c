//! `qconf`'s objects, one file per kind: a line for each attribute, its value in a column, lines broken as Grid Engine breaks them
//! (compat/captures/qconf).

pub mod complexes;
pub mod config;
pub mod host;
pub mod objects;
pub mod queue;

/// Columns of a line.
const WIDTH: usize = 80;
/// What ends a broken line.
const BREAK: &str = " \\";

/// One attribute with its value.
pub type Attribute = (&'static str, String);

/// The lines of an object: names filled up to `column`, where values begin.
pub fn lines(attributes: &[Attribute], column: usize) -> String {
    let indent = " ".repeat(column);
    attributes.iter().map(|(name, value)| format!("{}\n", folded(&format!("{name:<column$}{value}"), column, &indent))).collect()
}

/// A line of at most 80 columns, or broken at commas and blanks beyond `from` into lines that begin with `indent`
/// (compat/captures/qconf/long-lines.txt).
pub fn folded(line: &str, from: usize, indent: &str) -> String {
    let mut text = String::new();
    let mut rest = line.to_string();
    let mut from = from;
    while rest.len() > WIDTH {
        // A comma stays at the end of its line, a blank goes.
        let ends = rest.char_indices().filter(|(at, _)| *at >= from).filter_map(|(at, c)| match c {
            ',' => Some((at + 1, at + 1)),
            ' ' => Some((at, at + 1)),
            _ => None,
        });
        let ends: Vec<(usize, usize)> = ends.filter(|(end, next)| *end > from && *next < rest.len()).collect();
        let fitting = ends.iter().rev().find(|(end, _)| *end + BREAK.len() <= WIDTH);
        let Some((end, next)) = fitting.or(ends.first()).copied() else { break };
        text.push_str(&rest[..end]);
        text.push_str(BREAK);
        text.push('\n');
        rest = format!("{indent}{}", &rest[next..]);
        from = indent.len();
    }
    text + &rest
}

/// A list in one word, `NONE` where it is empty.
pub fn list(words: &[String], separator: &str) -> String {
    if words.is_empty() { "NONE".into() } else { words.join(separator) }
}

/// `a=1,b=2`, `NONE` where there is nothing.
pub fn pairs<'a>(map: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    list(&map.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(), ",")
}

fn truth(is: bool) -> String {
    if is { "TRUE".into() } else { "FALSE".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths at which the real one breaks: compat/captures/qconf/long-lines.txt.
    #[test]
    fn lines_of_eighty_columns_are_whole() {
        let entries = |letters: usize| {
            let text = lines(&[("entries", format!("rec{},recb,recc", "a".repeat(letters)))], 8);
            text.lines().map(str::len).collect::<Vec<_>>()
        };
        assert_eq!(entries(59), [80]);
        assert_eq!(entries(60), [79, 12]);
        assert_eq!(entries(61), [80, 12]);
        assert_eq!(entries(62), [76, 17]);
        assert_eq!(entries(66), [80, 17]);
        let command = |letters: usize| {
            let text = lines(&[("ckpt_command", format!("/x/{} bbb", "a".repeat(letters)))], 19);
            text.lines().map(str::len).collect::<Vec<_>>()
        };
        assert_eq!((command(54), command(55), command(60)), (vec![80], vec![79, 22], vec![84, 22]));
    }

    #[test]
    fn calendars_break_at_commas_and_blanks() {
        let year = "1.1.2030,25.12.2030=off 1.2.2030,2.2.2030=off 3.2.2030,4.2.2030=off 5.2.2030,6.2.2030=off";
        let expected = "year             1.1.2030,25.12.2030=off 1.2.2030,2.2.2030=off 3.2.2030, \\\n                 4.2.2030=off 5.2.2030,6.2.2030=off\n";
        assert_eq!(lines(&[("year", year.into())], 17), expected);
    }
}
