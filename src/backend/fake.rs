//! A backend in memory for tests of the commands: jobs stay in the state the test gives them.

use super::{Act, Backend, Filter, Whose};
use crate::cron::{Crontab, Run};
use crate::error::Result;
use crate::grammar::tasks::Range;
use crate::host::Host;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus, Outcome, State, Tasks};
use std::any::Any;
use std::cell::RefCell;
use std::path::PathBuf;

/// See the module.
#[derive(Default)]
pub struct Fake {
    /// Jobs with their scripts.
    pub jobs: RefCell<Vec<(JobStatus, Vec<u8>)>>,
    /// What `wait` tells.
    pub ends: Vec<Ended>,
    pub accounting: PathBuf,
    pub hosts: Vec<Host>,
    pub crontab: RefCell<Option<Crontab>>,
    pub runs: Vec<Run>,
}

impl Backend for Fake {
    fn submit(&self, job: &Job, script: &[u8]) -> Result<JobId> {
        let mut jobs = self.jobs.borrow_mut();
        let id = 1000 + jobs.len() as JobId;
        let ids = job.array.map_or(Vec::new(), |range| (0..range.count()).map(|index| range.id(index)).collect());
        let held = job.holds.on(0);
        let state = if held.any() { State::Held } else { State::Pending };
        let tasks = vec![Tasks { held, ..Tasks::waiting(ids, state) }];
        let status = JobStatus {
            id,
            submitted: 1_700_000_000,
            job: job.clone(),
            tasks,
            successors: Vec::new(),
            array_successors: Vec::new(),
            reasons: Vec::new(),
        };
        jobs.push((status, script.to_vec()));
        Ok(id)
    }

    fn jobs(&self, filter: &Filter) -> Result<Vec<JobStatus>> {
        let matching = |status: &JobStatus| {
            filter.id.is_none_or(|id| id == status.id)
                && match &filter.whose {
                    Whose::Everybodys => true,
                    Whose::User(user) => *user == status.job.submitter.user,
                }
        };
        Ok(self.jobs.borrow().iter().map(|(status, _)| status).filter(|status| matching(status)).cloned().collect())
    }

    fn delete(&self, job: &JobStatus, _tasks: Option<Range>) -> Result<Vec<Deletion>> {
        self.jobs.borrow_mut().retain(|(status, _)| status.id != job.id);
        let running = job.tasks.iter().any(|tasks| tasks.state.is_running());
        Ok(vec![Deletion { ids: Vec::new(), outcome: if running { Outcome::Registered } else { Outcome::Deleted } }])
    }

    fn change(&self, before: &JobStatus, job: &Job) -> Result<()> {
        for (status, _) in self.jobs.borrow_mut().iter_mut().filter(|(status, _)| status.id == before.id) {
            let env = if job.env.is_empty() { std::mem::take(&mut status.job.env) } else { job.env.clone() };
            status.job = Job { env, ..job.clone() };
            for tasks in status.tasks.iter_mut() {
                tasks.held = job.holds.on(0);
                if !tasks.state.is_running() {
                    tasks.state = if tasks.held.any() { State::Held } else { State::Pending };
                }
            }
        }
        Ok(())
    }

    fn act(&self, job: &JobStatus, _tasks: &[u64], act: Act) -> Result<()> {
        for (status, _) in self.jobs.borrow_mut().iter_mut().filter(|(status, _)| status.id == job.id) {
            for tasks in &mut status.tasks {
                tasks.state = match act {
                    Act::Suspend => State::Suspended { restarted: false },
                    Act::Resume => State::Running { restarted: false },
                    Act::Reschedule => State::Requeued,
                    Act::ClearError => State::Pending,
                };
            }
        }
        Ok(())
    }

    fn hosts(&self) -> Result<Vec<Host>> {
        Ok(self.hosts.clone())
    }

    fn script(&self, job: &JobStatus) -> Result<Vec<u8>> {
        Ok(self.jobs.borrow().iter().find(|(status, _)| status.id == job.id).map(|(_, script)| script.clone()).unwrap_or_default())
    }

    fn wait(&self, _id: JobId, _job: &Job, told: &mut dyn FnMut(Ended)) -> Result<()> {
        self.ends.iter().cloned().for_each(told);
        Ok(())
    }

    fn accounting(&self) -> PathBuf {
        self.accounting.clone()
    }

    fn take_name(&self, _user: &str, _name: &str) -> Result<Box<dyn Any>> {
        Ok(Box::new(()))
    }

    fn crontab(&self, user: &str) -> Result<Option<Crontab>> {
        Ok(self.crontab.borrow().clone().filter(|table| table.owner.user == user))
    }

    fn install(&self, table: &Crontab) -> Result<()> {
        *self.crontab.borrow_mut() = Some(table.clone());
        Ok(())
    }

    fn uninstall(&self, _user: &str) -> Result<bool> {
        Ok(self.crontab.borrow_mut().take().is_some())
    }

    fn cron_runs(&self, _user: &str) -> Result<Vec<Run>> {
        Ok(self.runs.clone())
    }
}
