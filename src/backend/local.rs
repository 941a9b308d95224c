//! Jobs on this machine, with no cluster, no root and no set-up: a SQLite file under the user's state directory, and a daemon
//! that the commands start when there is something to run and that leaves when there is nothing.
//!
//! ```text
//! submit ─> state.db ─ wake ─> daemon: runs ended? -> accounting, then one commit -> plan -> shepherds, detached
//! ```
//!
//! Clients and the daemon meet in the database alone; the wake-up only saves waiting. What was committed survives any
//! kill -9: a start is recorded before it happens, and the shepherd's `started` file lets it happen once.

mod act;
mod change;
mod cron;
mod daemon;
mod delete;
mod ends;
mod hosts;
mod mails;
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

use super::{Act, Backend, Filter};
use crate::cron::{Crontab, Run};
use crate::error::{Error, Result};
use crate::grammar::tasks::Range;
use crate::host::Host;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus, NO_ARRAY, OTHER_RANGE};
use crate::record::Program;
use crate::site::Site;
use paths::Paths;
use std::any::Any;
use std::path::{Path, PathBuf};
use store::Trouble;

pub use daemon::{daemon, host_name};

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
        submit::submit(self, job, script).map_err(|trouble| match trouble.0 == OTHER_RANGE || trouble.0 == NO_ARRAY {
            true => Error::Rejected(trouble.0),
            false => Error::Rejected(format!("cannot store the job in {}: {trouble}", self.paths.root().display())),
        })
    }

    fn jobs(&self, filter: &Filter) -> Result<Vec<JobStatus>> {
        query::jobs(self, filter).map_err(|trouble| self.failed(trouble))
    }

    fn delete(&self, job: &JobStatus, tasks: Option<Range>) -> Result<Vec<Deletion>> {
        delete::delete(self, job.id, tasks).map_err(|trouble| self.failed(trouble))
    }

    fn change(&self, before: &JobStatus, job: &Job) -> Result<()> {
        change::change(self, before.id, job).map_err(|trouble| self.failed(trouble))
    }

    fn act(&self, job: &JobStatus, tasks: &[u64], act: Act) -> Result<()> {
        act::act(self, job.id, tasks, act).map_err(|trouble| self.failed(trouble))
    }

    fn hosts(&self) -> Result<Vec<Host>> {
        Ok(vec![hosts::this()])
    }

    fn script(&self, job: &JobStatus) -> Result<Vec<u8>> {
        if job.job.program != Program::Script {
            return Ok(Vec::new());
        }
        std::fs::read(self.paths.script(job.id)).map_err(|error| self.failed(error.into()))
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

    fn take_name(&self, _user: &str, _name: &str) -> Result<Box<dyn Any>> {
        let taken = || -> std::result::Result<std::fs::File, Trouble> {
            self.paths.create()?;
            let file = std::fs::OpenOptions::new().create(true).append(true).open(self.paths.once())?;
            file.lock()?;
            Ok(file)
        };
        taken().map(|file| Box::new(file) as Box<dyn Any>).map_err(|trouble| self.failed(trouble))
    }

    fn crontab(&self, _user: &str) -> Result<Option<Crontab>> {
        cron::table(&self.paths).map_err(|trouble| self.failed(trouble))
    }

    fn install(&self, table: &Crontab) -> Result<()> {
        cron::install(&self.paths, table).and_then(|()| self.wake()).map_err(|trouble| self.failed(trouble))
    }

    fn uninstall(&self, _user: &str) -> Result<bool> {
        cron::uninstall(&self.paths).map_err(|trouble| self.failed(trouble))
    }

    fn cron_runs(&self, _user: &str) -> Result<Vec<Run>> {
        cron::runs(&self.paths).map_err(|trouble| self.failed(trouble))
    }
}
