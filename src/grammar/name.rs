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

/// Checks a job name.
///
/// # Errors
/// The refusal.
pub fn check(name: &str) -> Result<(), Refusal> {
    if name.contains('/') {
        return Err(Refusal::Slash);
    }
    if name.chars().any(|c| c.is_whitespace() || c.is_control() || !c.is_ascii()) {
        return Err(Refusal::Master("Error reading answer list from qmaster".into()));
    }
    if name.len() >= LONGEST {
        return Err(Refusal::Master(format!("job name too long, maximum allowed length is {LONGEST} characters")));
    }
    for (sign, what) in [(':', "Colon"), ('@', "At"), ('*', "Asterisk"), ('?', "Questionmark"), ('\\', "Backslash")] {
        if name.contains(sign) {
            return Err(Refusal::Master(format!("{what} ('{sign}') not allowed in objectname")));
        }
    }
    if ["none", "all", "template"].iter().any(|keyword| name.eq_ignore_ascii_case(keyword)) {
        return Err(Refusal::Master(format!("Keyword (\"{}\") not allowed as objectname", name.to_uppercase())));
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Refusal::Master(format!("denied: \"{name}\" is not a valid object name (cannot start with a digit)")));
    }
    Ok(())
}

/// The last path element: what a job is called when nobody names it.
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
