//! From a `Job` to what the shepherd reads.

use super::{Job, JobId};
use crate::record::{Program, Spec};
use std::collections::BTreeMap;

/// jsub's pause between two starts (compat/captures/jsub/continuous.txt).
const RESPAWN_SECONDS: u64 = 5;

/// The part of a path list element behind its host: `host:/x` and `:/x` are `/x`.
fn without_host(path: &Option<String>) -> String {
    let path = path.as_deref().unwrap_or("");
    path.split_once(':').map_or(path, |(_, rest)| rest).to_string()
}

impl Job {
    /// What the shepherd needs, for a job that got this id and this queue with this shell.
    pub fn spec(&self, id: JobId, queue: &str, shell: &str) -> Spec {
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
        let slots = u64::from(self.slots);
        let times = |bytes: Option<u64>| bytes.map(|bytes| bytes.saturating_mul(slots));
        let limits: BTreeMap<_, _> =
            self.limits.iter().map(|(name, soft, hard)| (name.clone(), (times(soft.or(*hard)), times(*hard)))).collect();
        let range = self.array;
        Spec {
            job_id: id,
            job_name: self.name.clone(),
            owner: who.user.clone(),
            home: who.home.clone(),
            login_shell: who.shell.clone(),
            account: self.account.clone(),
            queue: queue.to_string(),
            pe: self.pe.as_ref().map(|(name, _)| name.clone()),
            slots: self.slots,
            first: range.map_or(0, |r| r.first),
            last: range.map_or(0, |r| r.last),
            step: range.map_or(0, |r| r.step),
            program: self.program,
            shell: self.shell_path().unwrap_or(shell).to_string(),
            args: match self.program {
                Program::Script => self.args.clone(),
                Program::Command | Program::Exec => std::iter::once(self.file.clone()).chain(self.args.iter().cloned()).collect(),
            },
            request_name: self.file.clone(),
            cwd: self.working_directory().to_string(),
            stdout: without_host(&self.stdout),
            stderr: without_host(&self.stderr),
            stdin: without_host(&self.stdin),
            merge: self.merge.unwrap_or(false),
            umask: self.umask,
            s_rt: self.s_rt,
            h_rt: self.h_rt,
            notify: self.notify.then_some(60),
            limits,
            respawn: self.respawn.as_ref().map(|_| RESPAWN_SECONDS),
            respawn_name: self.respawn.clone().unwrap_or_default(),
            env,
        }
    }

    /// The path of `-S`, host part removed.
    fn shell_path(&self) -> Option<&str> {
        let first = self.shell.as_deref()?.split(',').next()?;
        Some(first.split_once(':').map_or(first, |(_, path)| path))
    }
}
