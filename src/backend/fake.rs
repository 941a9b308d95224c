//! A backend in memory for tests of the commands: jobs stay in the state the test gives them.

use super::{Backend, Filter, Whose};
use crate::error::Result;
use crate::grammar::tasks::Range;
use crate::job::{Deletion, Ended, Job, JobId, JobStatus, Outcome, State, Tasks};
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
}

impl Backend for Fake {
    fn submit(&self, job: &Job, script: &[u8]) -> Result<JobId> {
        let mut jobs = self.jobs.borrow_mut();
        let id = 1000 + jobs.len() as JobId;
        let ids = job.array.map_or(Vec::new(), |range| (0..range.count()).map(|index| range.id(index)).collect());
        let state = if job.hold { State::Held } else { State::Pending };
        let tasks = vec![Tasks { ids, state, started: None, queue: None, host: None }];
        let status = JobStatus { id, submitted: 1_700_000_000, job: job.clone(), tasks, successors: Vec::new(), reasons: Vec::new() };
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

    fn hold(&self, job: &JobStatus, held: bool) -> Result<bool> {
        let mut changed = false;
        for (status, _) in self.jobs.borrow_mut().iter_mut().filter(|(status, _)| status.id == job.id) {
            changed |= status.job.hold != held;
            status.job.hold = held;
            for tasks in status.tasks.iter_mut().filter(|tasks| !tasks.state.is_running()) {
                tasks.state = if held { State::Held } else { State::Pending };
            }
        }
        Ok(changed)
    }

    fn wait(&self, _id: JobId, _job: &Job, told: &mut dyn FnMut(Ended)) -> Result<()> {
        self.ends.iter().cloned().for_each(told);
        Ok(())
    }

    fn accounting(&self) -> PathBuf {
        self.accounting.clone()
    }
}
