//! The seam between the commands and what runs the jobs: a few verbs in plain types. `kubernetes` is the product, `local` runs
//! jobs on this machine; the third backend, `grid`, hands the command line on and so has no part in this trait.

pub mod fake;
pub mod grid;
pub mod kubernetes;
pub mod local;

use crate::cron::{Crontab, Run};
use crate::error::{Error, Result};
use crate::grammar::tasks::Range;
use crate::host::Host;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus};
use std::any::Any;
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

/// What `qmod` does to tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Stops the processes of running tasks.
    Suspend,
    /// Lets stopped ones go on.
    Resume,
    /// Ends running ones; they wait then to be run again.
    Reschedule,
    /// Tasks in the error state wait again.
    ClearError,
}

/// An image to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedImage {
    pub name: String,
    /// `python@3.11`, `node`, `apt:samtools`, as images/build.sh takes them.
    pub specs: Vec<String>,
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

    /// Replaces what is known of a job by what it is to be, under its number and with its place and history. The caller has looked
    /// at who may; tasks that have started stay as they are. `job.env` is new where it is not empty, else the old one stays.
    ///
    /// # Errors
    /// As `submit`; what this backend cannot change, in words.
    fn change(&self, before: &JobStatus, job: &Job) -> Result<()>;

    /// Does something to tasks (ids; none for a job that is no array) whose state `job` says.
    ///
    /// # Errors
    /// As `submit`; what this backend cannot do, in words.
    fn act(&self, job: &JobStatus, tasks: &[u64], act: Act) -> Result<()>;

    /// The hosts, by name.
    ///
    /// # Errors
    /// As `submit`.
    fn hosts(&self) -> Result<Vec<Host>>;

    /// The script of a job as it was submitted, for a copy of it; empty for a job without one.
    ///
    /// # Errors
    /// As `submit`.
    fn script(&self, job: &JobStatus) -> Result<Vec<u8>>;

    /// Waits until every task has ended, telling of each as it does.
    ///
    /// # Errors
    /// As `submit`; `Interrupted` when SIGINT or SIGTERM came first.
    fn wait(&self, id: JobId, job: &Job, told: &mut dyn FnMut(Ended)) -> Result<()>;

    /// Where the accounting lines are.
    fn accounting(&self) -> PathBuf;

    /// Waits until no other `-once` of the user's looks for a job of this name or submits it; what is given is dropped when that is
    /// done.
    ///
    /// # Errors
    /// As `submit`.
    fn take_name(&self, user: &str, name: &str) -> Result<Box<dyn Any>>;

    /// A user's crontab.
    ///
    /// # Errors
    /// As `submit`.
    fn crontab(&self, user: &str) -> Result<Option<Crontab>>;

    /// Puts a crontab, which has no mistake, in the place of its owner's.
    ///
    /// # Errors
    /// As `submit`; the one before stays then.
    fn install(&self, table: &Crontab) -> Result<()>;

    /// Removes a user's crontab; false where there is none.
    ///
    /// # Errors
    /// As `submit`.
    fn uninstall(&self, user: &str) -> Result<bool>;

    /// How the last runs of a user's entries went.
    ///
    /// # Errors
    /// As `submit`.
    fn cron_runs(&self, user: &str) -> Result<Vec<Run>>;

    /// Has an image built in the cluster, and gives the reference it will have.
    ///
    /// # Errors
    /// As `submit`; nothing there builds images.
    fn request_image(&self, _wanted: &WantedImage) -> Result<String> {
        Err(Error::Backend("gridshim: only a cluster builds images on request".into()))
    }

    /// The text of a ConfigMap, `NAMESPACE/NAME`; `None` where there is none.
    ///
    /// # Errors
    /// As `submit`.
    fn config(&self, _name: &str) -> Result<Option<String>> {
        Ok(None)
    }
}
