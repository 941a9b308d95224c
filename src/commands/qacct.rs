//! qacct -j: the accounting file, streamed.

use super::Context;
use crate::accounting::{self, Record};
use crate::error::{Error, Result, plain};
use crate::grammar::pattern;
use crate::options::qacct::parse;
use crate::render::account;
use std::path::PathBuf;

/// Runs qacct.
///
/// # Errors
/// Usage errors, no such job, no accounting file.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let question = parse(words)?;
    let path = match &question.file {
        Some(file) => PathBuf::from(file),
        None => context.backend()?.accounting(),
    };
    let wanted = question.job.clone().flatten();
    let id = wanted.as_deref().and_then(|word| word.parse::<u64>().ok());
    let matches = |record: &Record| {
        let job = match (&wanted, id) {
            (_, Some(id)) => record.job_number == id,
            (Some(name), None) => pattern::matches(name, &record.job_name),
            (None, None) => true,
        };
        job && question.owner.as_ref().is_none_or(|owner| *owner == record.owner)
            && question.tasks.is_none_or(|range| range.index(record.task_number).is_some())
    };
    let mut found = false;
    let read = accounting::read(&path, |record| {
        if matches(&record) {
            found = true;
            context.print(&account::render(&record));
        }
    });
    if let Err(error) = read {
        let text = plain(&error);
        // Without a job ever having ended the default file is not there: the same as a job that is not in it.
        if question.file.is_some() || wanted.is_none() {
            context.complain(&format!("{}: {text}\n", path.display()));
            return Err(Error::OnStdout { text: "no jobs running since startup".into(), code: 1 });
        }
    }
    if found || wanted.is_none() {
        return Ok(0);
    }
    let word = wanted.unwrap_or_default();
    let text = match (id, question.tasks) {
        (Some(id), Some(range)) => format!("error: Job-array tasks {id}.{range} not found"),
        (Some(id), None) => format!("error: job id {id} not found"),
        (None, _) => format!("error: job name {word} not found"),
    };
    Err(Error::Exact { text, code: 1 })
}
