//! The seam between the commands and what runs the jobs: a few verbs in plain types. `kubernetes` is the product, `local` runs
//! jobs on this machine; the third backend, `grid`, hands the command line on and so has no part in this trait.

pub mod fake;
pub mod grid;
pub mod kubernetes;
pub mod local;

use crate::error::Result;
use crate::grammar::tasks::Range;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus};
use std::path::PathBuf;

/// Whose jobs are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    Everybodys,
    /// Of this user alone.
    User(String),
}

/// Which jobs `jobs` gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub whose: Whose,
    /// This job alone.
    pub id: Option<JobId>,
    /// Finished ones too, as far as they are still known (`-s z`).
    pub finished: bool,
    /// The jobs' environments too (`qstat -j`).
    pub detail: bool,
}

impl Filter {
    /// A user's unfinished jobs.
    pub fn of(user: &str) -> Filter {
        Filter { whose: Whose::User(user.into()), id: None, finished: false, detail: false }
    }
}

/// What runs the jobs.
pub trait Backend {
    /// Stores a job and lets it run; the script's bytes are copied. Nothing stays behind where this fails.
    ///
    /// # Errors
    /// No cluster, no rights, no space.
    fn submit(&self, job: &Job, script: &[u8]) -> Result<JobId>;

    /// The jobs that match, by id.
    ///
    /// # Errors
    /// As `submit`.
    fn jobs(&self, filter: &Filter) -> Result<Vec<JobStatus>>;

    /// Deletes a job, or the tasks of the range that are not finished. The caller has looked at who may.
    ///
    /// # Errors
    /// As `submit`.
    fn delete(&self, job: &JobStatus, tasks: Option<Range>) -> Result<Vec<Deletion>>;

    /// Sets or takes the user hold of a job's waiting tasks; false where it was so already.
    ///
    /// # Errors
    /// As `submit`.
    fn hold(&self, job: &JobStatus, held: bool) -> Result<bool>;

    /// Waits until every task has ended, telling of each as it does.
    ///
    /// # Errors
    /// As `submit`; `Interrupted` when SIGINT or SIGTERM came first.
    fn wait(&self, id: JobId, job: &Job, told: &mut dyn FnMut(Ended)) -> Result<()>;

    /// Where the accounting lines are.
    fn accounting(&self) -> PathBuf;
}
