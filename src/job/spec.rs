//! From a `Job` to what the shepherd reads.

use super::{Job, JobId};
use crate::grammar::paths;
use crate::record::{self, Program, Spec};
use crate::site::Queue;
use std::collections::BTreeMap;

/// jsub's pause between two starts (compat/captures/jsub/continuous.txt).
const RESPAWN_SECONDS: u64 = 5;

impl Job {
    /// What the shepherd needs, for a job that got this id, this queue and so many slots.
    pub fn spec(&self, id: JobId, queue: &Queue, slots: u32) -> Spec {
        let who = &self.submitter;
        let mut env: Vec<(String, String)> = self.env.clone();
        for (name, value) in [
            ("SGE_O_HOME", &who.o_home),
            ("SGE_O_LOGNAME", &who.o_log_name),
            ("SGE_O_PATH", &who.o_path),
            ("SGE_O_SHELL", &who.o_shell),
            ("SGE_O_MAIL", &who.o_mail),
            ("SGE_O_TZ", &who.o_tz),
        ] {
            if let Some(value) = value {
                env.push((name.into(), value.clone()));
            }
        }
        env.push(("SGE_O_HOST".into(), who.host.clone()));
        env.push(("SGE_O_WORKDIR".into(), who.workdir.clone()));
        let limits = self.limits.iter().map(|(name, soft, hard)| {
            let factor = if record::is_per_slot(name) { u64::from(slots) } else { 1 };
            let times = |limit: Option<u64>| limit.map(|limit| limit.saturating_mul(factor));
            (name.clone(), (times(soft.or(*hard)), times(*hard)))
        });
        let limits: BTreeMap<_, _> = limits.collect();
        let range = self.array;
        Spec {
            job_id: id,
            job_name: self.name.clone(),
            owner: who.user.clone(),
            home: who.home.clone(),
            login_shell: who.shell.clone(),
            account: self.account.clone(),
            queue: queue.name.clone(),
            pe: self.parallel_environment().map(String::from),
            slots,
            first: range.map_or(0, |r| r.first),
            last: range.map_or(0, |r| r.last),
            step: range.map_or(0, |r| r.step),
            program: self.program,
            shell: self.path(&self.shell).filter(|path| !path.is_empty()).unwrap_or(&queue.shell).to_string(),
            args: match self.program {
                Program::Script => self.args.clone(),
                Program::Command | Program::Exec => std::iter::once(self.file.clone()).chain(self.args.iter().cloned()).collect(),
            },
            request_name: self.file.clone(),
            cwd: self.working_directory().to_string(),
            stdout: self.path(&self.stdout).unwrap_or_default().into(),
            stderr: self.path(&self.stderr).unwrap_or_default().into(),
            stdin: self.path(&self.stdin).unwrap_or_default().into(),
            merge: self.merge.unwrap_or(false),
            umask: self.umask,
            s_rt: self.s_rt,
            h_rt: self.h_rt,
            notify: self.notify.then_some(queue.notify),
            limits,
            respawn: self.respawn.as_ref().map(|_| RESPAWN_SECONDS),
            respawn_name: self.respawn.clone().unwrap_or_default(),
            tail: self.mail_events.end || self.mail_events.abort,
            bare: false,
            input: String::new(),
            log: String::new(),
            env,
        }
    }

    /// The path of a list on the host the job runs on.
    fn path<'a>(&'a self, list: &'a Option<String>) -> Option<&'a str> {
        let host = self.only_host.as_deref().unwrap_or(&self.submitter.host);
        paths::on_host(list.as_deref()?, host)
    }
}
