//! `-now y`: the job starts at once, or it is taken back (tests/compliance/qsub_projects.rs).

use super::Context;
use super::qsub::shown;
use crate::backend::{Filter, Whose};
use crate::error::Result;
use crate::job::{Job, JobId};
use std::time::{Duration, Instant};

/// How long a start is waited for: some passes of Grid Engine's scheduler.
const PATIENCE: Duration = Duration::from_secs(15);

/// Waits for the start of a job that was just submitted, and tells of it on standard error. False: it was taken back.
///
/// # Errors
/// The backend's.
pub fn started(context: &mut Context, id: JobId, job: &Job) -> Result<bool> {
    context.complain("Waiting for immediate job to be scheduled.\n");
    let filter = Filter { whose: Whose::User(job.submitter.user.clone()), id: Some(id), finished: false, detail: false };
    let begun = Instant::now();
    let mut pause = Duration::from_millis(50);
    loop {
        let there = context.backend()?.jobs(&filter)?;
        // One that is gone has run already.
        let has_started = there.is_empty() || there.iter().flat_map(|status| &status.tasks).any(|tasks| tasks.state.is_running());
        if has_started {
            context.complain(&format!("\nYour immediate job {} has been successfully scheduled.\n", shown(id, job)));
            return Ok(true);
        }
        if job.never.is_some() || begun.elapsed() > PATIENCE {
            for status in there {
                context.backend()?.delete(&status, None)?;
            }
            context.complain("\nYour qsub request could not be scheduled; try again later.\n");
            return Ok(false);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}
