//! qselect: the names of queue instances (compat/captures/qselect/answers.txt).

use super::Context;
use crate::error::{Error, Result};
use crate::host::{instances, select};
use crate::options::qselect::parse;

/// Runs qselect. Nothing found is exit code 1, in silence.
///
/// # Errors
/// Usage errors, no backend.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let query = parse(words)?;
    let hosts = context.backend()?.hosts()?;
    let site = &context.site;
    let found = match select::select(&query.selection, instances(site, &hosts, &[]), &hosts, site) {
        Ok(found) => found,
        Err(select::Nothing::NoParallelEnvironment) => {
            return Err(Error::Exact { text: "error: no such parallel environment".into(), code: 1 });
        }
        Err(_) => return Ok(1),
    };
    let text: String = found.iter().map(|instance| format!("{}\n", instance.name())).collect();
    context.print(&text);
    Ok(u8::from(text.is_empty()))
}
