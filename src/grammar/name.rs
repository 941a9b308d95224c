//! Job names. qsub itself refuses a `/`; everything else is the master's refusal (compat/captures/qsub-bad-input.txt).

/// Why a job name is refused, in the master's words; the word before the colon of `Unable to run job:` is not included.
pub enum Refusal {
    /// qsub's own: exit 2.
    Slash,
    /// The master's text.
    Master(String),
}

/// The master counts the byte after the last, too: 511 can be used.
const LONGEST: usize = 512;

/// What comes of letters the master cannot read.
const UNREADABLE: &str = "Error reading answer list from qmaster";

/// Checks a job name.
///
/// # Errors
/// The refusal.
pub fn check(name: &str) -> Result<(), Refusal> {
    if name.contains('/') {
        return Err(Refusal::Slash);
    }
    if name.chars().any(|c| c.is_whitespace() || c.is_control() || !c.is_ascii()) {
        return Err(Refusal::Master(UNREADABLE.into()));
    }
    if name.len() >= LONGEST {
        return Err(Refusal::Master(format!("job name too long, maximum allowed length is {LONGEST} characters")));
    }
    for (sign, what) in [(':', "Colon"), ('@', "At"), ('*', "Asterisk"), ('?', "Questionmark"), ('\\', "Backslash")] {
        if name.contains(sign) {
            return Err(Refusal::Master(format!("{what} ('{sign}') not allowed in objectname")));
        }
    }
    if let Some(text) = keyword(name) {
        return Err(Refusal::Master(text));
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Refusal::Master(format!("denied: \"{name}\" is not a valid object name (cannot start with a digit)")));
    }
    Ok(())
}

/// Checks the name of an object that a job asks for: a project, a checkpointing environment or, where it may be a pattern, a parallel
/// environment. The first sign of this list that is in it is told.
///
/// # Errors
/// The master's text.
pub fn object(name: &str, may_be_pattern: bool) -> Result<(), String> {
    const SIGNS: &[(char, &str)] = &[
        (' ', "Space"),
        ('/', "Slash"),
        (':', "Colon"),
        ('\'', "Quote"),
        ('"', "Double quote"),
        ('\\', "Backslash"),
        ('[', "Brackets"),
        (']', "Brackets"),
        ('{', "Braces"),
        ('}', "Braces"),
        ('|', "Pipe"),
        ('(', "Parenthesis"),
        (')', "Parenthesis"),
        ('@', "At"),
        ('%', "Percent"),
        (',', "Comma"),
    ];
    if name.chars().any(|c| c.is_control() || !c.is_ascii()) {
        return Err(UNREADABLE.into());
    }
    let signs = SIGNS.iter().filter(|(sign, _)| !(may_be_pattern && matches!(sign, '[' | ']')));
    free_of(name, signs)
}

/// Checks the account of `-A`.
///
/// # Errors
/// The master's text.
pub fn account(name: &str) -> Result<(), String> {
    const SIGNS: &[(char, &str)] =
        &[('/', "Slash"), (':', "Colon"), ('@', "At"), ('\\', "Backslash"), ('*', "Asterisk"), ('?', "Questionmark")];
    free_of(name, SIGNS.iter())?;
    if name.chars().any(|c| c == ' ' || c.is_control() || !c.is_ascii()) { Err(UNREADABLE.into()) } else { Ok(()) }
}

fn free_of<'a>(name: &str, mut signs: impl Iterator<Item = &'a (char, &'a str)>) -> Result<(), String> {
    if name.len() > LONGEST {
        return Err(format!("string is longer than {LONGEST}, this is not allowed for objectnames"));
    }
    if let Some((sign, what)) = signs.find(|(sign, _)| name.contains(*sign)) {
        return Err(format!("{what} ('{sign}') not allowed in objectname"));
    }
    keyword(name).map_or(Ok(()), Err)
}

fn keyword(name: &str) -> Option<String> {
    let is_one = ["none", "all", "template"].iter().any(|keyword| name.eq_ignore_ascii_case(keyword));
    is_one.then(|| format!("Keyword (\"{}\") not allowed as objectname", name.to_uppercase()))
}

/// The last path element: what a job is called when nobody names it.
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::{account, object};

    #[test]
    fn the_first_sign_of_the_list_is_told() {
        for (name, text) in [
            ("x:|", "Colon (':') not allowed in objectname"),
            ("a@b|c", "Pipe ('|') not allowed in objectname"),
            ("(a)", "Parenthesis ('(') not allowed in objectname"),
            ("a'b", "Quote (''') not allowed in objectname"),
            ("none", "Keyword (\"NONE\") not allowed as objectname"),
            ("ö", "Error reading answer list from qmaster"),
        ] {
            assert_eq!(object(name, true), Err(text.into()), "{name}");
        }
        assert_eq!(object("[s]m*&!p?$", true), Ok(()));
        assert_eq!(account("a|b%"), Ok(()));
        assert_eq!(account("a b/"), Err("Slash ('/') not allowed in objectname".into()));
        assert_eq!(object("[s]", false), Err("Brackets ('[') not allowed in objectname".into()));
    }
}
