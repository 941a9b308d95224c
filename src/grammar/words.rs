//! Words of a directive line or an option file: blanks part them, quotes of both kinds are taken off, a `#` outside
//! quotes starts a comment (also inside a word: `-N n#c` is `n`).

/// The words of one line, comment removed.
pub fn parse(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') => break,
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The directive lines of a script: those that begin with the prefix in column 1, wherever they stand; line numbers from 1.
pub fn directives<'a>(script: &'a str, prefix: &'a str) -> impl Iterator<Item = (usize, Vec<String>)> + 'a {
    script
        .lines()
        .enumerate()
        .filter_map(move |(at, line)| line.strip_prefix(prefix).map(|rest| (at + 1, parse(rest.trim_end_matches('\r')))))
        .filter(|(_, words)| !words.is_empty())
}

/// A word as a shell reads it back: bare where it is harmless, else in single quotes.
pub fn quote(word: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(harmless) { word.to_string() } else { format!("'{}'", word.replace('\'', "'\"'\"'")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments() {
        assert_eq!(parse("-N a     # why"), ["-N", "a"]);
        assert_eq!(parse("-N n#c"), ["-N", "n"]);
        assert_eq!(parse(r#" -S "/bin/bash -l" -N 'x' -l h="!n1""#), ["-S", "/bin/bash -l", "-N", "x", "-l", "h=!n1"]);
        assert_eq!(parse("  "), Vec::<String>::new());
    }

    #[test]
    fn directives_count_anywhere_but_only_in_column_one() {
        let script = "#$-l h_rt=60\necho\n #$ -N x\n##$ -N y\n# $ -N z\n#$ \n#$ -cwd\r\n";
        let found: Vec<_> = directives(script, "#$").collect();
        assert_eq!(found, [(1, vec!["-l".to_string(), "h_rt=60".to_string()]), (7, vec!["-cwd".to_string()])]);
    }
}
