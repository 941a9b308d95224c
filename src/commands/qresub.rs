//! qresub: copies of jobs that are still known, the last one first (compat/captures/qresub-answers.txt).

use super::Context;
use super::alter::{expand, verified_alone};
use crate::backend::{Filter, Whose};
use crate::error::Result;
use crate::grammar::indexes::Indexes;
use crate::job::{Hold, Holds, Job, JobStatus};
use crate::options::qalter::{Meant, Program};

/// Runs qresub.
///
/// # Errors
/// Bad options; what the master denies is a line and exit code 4.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let change = Program::Qresub.parse(&expand(words, Program::Qresub)?)?;
    if change.request.verify {
        context.print(&verified_alone(&change.request));
        return Ok(0);
    }
    let set = change.request.holds.map(|asked| asked.value.set).unwrap_or_default();
    let kinds: Vec<Hold> = Hold::ALL.into_iter().filter(|kind| set.contains(&kind.letter())).collect();
    // A name is the number 0 to it.
    let mut ids: Vec<u64> = change.jobs.iter().map(|meant| if let Meant::Id { id, .. } = meant { *id } else { 0 }).collect();
    // Recorded: the last job comes first, the others behind it as they stand; behind one that is not known nothing is submitted,
    // but others that are not known are told.
    let by = usize::from(!ids.is_empty());
    ids.rotate_right(by);
    let mut code = 0;
    let mut stopped = false;
    for id in ids {
        let filter = Filter { whose: Whose::Everybodys, id: Some(id), finished: false, detail: true };
        let found = if id == 0 { None } else { context.backend()?.jobs(&filter)?.into_iter().find(|status| status.id == id) };
        let one = match found {
            Some(_) if stopped => 0,
            Some(status) => copy(context, &status, &kinds)?,
            None => {
                stopped = true;
                context.print(&format!("job \"{id}\" does not exist\n"));
                4
            }
        };
        code = if code == 0 { one } else { code };
    }
    Ok(code)
}

fn copy(context: &mut Context, status: &JobStatus, kinds: &[Hold]) -> Result<u8> {
    let user = context.submitter.user.clone();
    let job = &status.job;
    if job.submitter.user != user {
        let host = context.submitter.host.clone();
        context.print(&format!("job rejected: {user}@{host} is not allowed to resubmit jobs of user {}\n", job.submitter.user));
        return Ok(4);
    }
    let is_manager = context.site.is_manager(&user);
    let missing = [(Hold::System, "manager", is_manager), (Hold::Operator, "operator", is_manager || context.site.is_operator(&user))];
    if let Some((_, right, _)) = missing.iter().find(|(kind, _, may)| kinds.contains(kind) && !may) {
        context.print(&format!("denied: \"{user}\" must be {right} to set {right} hold\n"));
        return Ok(10);
    }
    // Holds are not copied, nor is the check that was asked for.
    let mut new = Job { holds: Holds::default(), validation: Default::default(), ..job.clone() };
    for kind in kinds {
        *new.holds.of_mut(*kind) = Indexes::first(new.task_count());
    }
    let script = context.backend()?.script(status)?;
    let id = context.backend()?.submit(&new, &script)?;
    let told = match (kinds.is_empty(), job.array) {
        (true, _) => String::new(),
        // It names the old job, though it is the new one that is held.
        (false, None) => format!("modified hold of job {}\n", status.id),
        (false, Some(range)) => {
            (0..range.count()).map(|index| format!("modified hold of job-array task {}.{}\n", status.id, range.id(index))).collect()
        }
    };
    context.print(&told);
    context.print(&super::qsub::confirmation(id, &new));
    Ok(0)
}
