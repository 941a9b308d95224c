//! Jobs on this machine, with no cluster, no root and no set-up: a SQLite file under the user's state directory, and a daemon
//! that the commands start when there is something to run and that leaves when there is nothing.
//!
//! ```text
//! submit ─> state.db ─ wake ─> daemon: runs ended? -> accounting, then one commit -> plan -> shepherds, detached
//! ```
//!
//! Clients and the daemon meet in the database alone; the wake-up only saves waiting. What was committed survives any
//! kill -9: a start is recorded before it happens, and the shepherd's `started` file lets it happen once.

mod daemon;
mod delete;
mod ends;
mod hold;
mod indices;
mod next;
mod paths;
mod plan;
mod query;
mod run;
mod start;
mod store;
mod submit;
mod sweep;
mod wait;
mod wake;

use super::{Backend, Filter};
use crate::error::{Error, Result};
use crate::grammar::tasks::Range;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus};
use crate::site::Site;
use paths::Paths;
use std::path::{Path, PathBuf};
use store::Trouble;

pub use daemon::daemon;

/// See the module.
#[derive(Debug)]
pub struct Local {
    site: Site,
    paths: Paths,
    /// The executable with `local-daemon` and `shepherd`.
    program: PathBuf,
}

impl Local {
    /// The state directory of this process's user. Touches no file: directories come with the first submission.
    ///
    /// # Errors
    /// No home directory, or this executable cannot be found.
    pub fn open(site: &Site) -> Result<Local> {
        let program = std::env::current_exe().map_err(|error| Error::Backend(format!("cannot find this program: {error}")))?;
        Ok(Local { site: site.clone(), paths: Paths::of_process()?, program })
    }

    /// A state directory by name, with the executable whose daemon and shepherd are to be used.
    pub fn at(site: &Site, state: &Path, program: &Path) -> Local {
        Local { site: site.clone(), paths: Paths::at(state), program: program.into() }
    }

    /// Sees to it that a daemon looks at the database: wakes the one there is, or starts one.
    fn wake(&self) -> std::result::Result<(), Trouble> {
        if wake::send(&self.paths.wake()) {
            return Ok(());
        }
        start::daemon(&self.paths, &self.program, self.site.path.as_deref())
    }

    fn failed(&self, trouble: Trouble) -> Error {
        Error::Backend(format!("cannot use the jobs in {}: {trouble}", self.paths.root().display()))
    }
}

impl Backend for Local {
    fn submit(&self, job: &Job, script: &[u8]) -> Result<JobId> {
        submit::submit(self, job, script)
            .map_err(|trouble| Error::Rejected(format!("cannot store the job in {}: {trouble}", self.paths.root().display())))
    }

    fn jobs(&self, filter: &Filter) -> Result<Vec<JobStatus>> {
        query::jobs(self, filter).map_err(|trouble| self.failed(trouble))
    }

    fn delete(&self, job: &JobStatus, tasks: Option<Range>) -> Result<Vec<Deletion>> {
        delete::delete(self, job.id, tasks).map_err(|trouble| self.failed(trouble))
    }

    fn hold(&self, job: &JobStatus, held: bool) -> Result<bool> {
        hold::hold(self, job.id, held).map_err(|trouble| self.failed(trouble))
    }

    fn wait(&self, id: JobId, job: &Job, told: &mut dyn FnMut(Ended)) -> Result<()> {
        match wait::wait(self, id, job, told) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Interrupted),
            Err(trouble) => Err(self.failed(trouble)),
        }
    }

    fn accounting(&self) -> PathBuf {
        self.paths.accounting()
    }
}
