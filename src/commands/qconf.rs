//! qconf: shows site.toml as Grid Engine shows its configuration. What would change it is denied, or refused to a manager with the
//! place to edit.

mod change;
mod find;
mod show;

use super::Context;
use crate::error::{Error, Result};
use crate::options::qconf::{TABLE, parse};

/// What an option came to.
struct Done {
    code: u8,
    /// Grid Engine looks at no further option.
    ends: bool,
}

impl Done {
    const WELL: Done = Done { code: 0, ends: false };
    const FAILED: Done = Done { code: 1, ends: false };
    const ENDED: Done = Done { code: 1, ends: true };
}

/// Runs qconf.
///
/// # Errors
/// Usage errors, no backend where hosts are asked for.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    if words.is_empty() {
        return Err(Error::Usage { usage: TABLE.help(""), line: "ERROR! no option argument".into() });
    }
    let parsed = parse(words);
    let mut code = 0;
    for step in &parsed.steps {
        let done = match step.refusal {
            Some(why) => change::run(context, step, why)?,
            None => show::run(context, step)?,
        };
        code = code.max(done.code);
        if done.ends {
            return Ok(code);
        }
    }
    parsed.mistake.map_or(Ok(code), Err)
}
