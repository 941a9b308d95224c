//! What will run: a `Job` with every default decided, and what is known of it later: its tasks' states.
//! `Request::resolve` (in `resolve.rs`) is the only way from what was asked to what will run.

mod resolve;
mod spec;
mod status;

pub use resolve::{Command, Resolved, predecessors, resolve};
pub use status::{Deletion, Ended, JobStatus, Outcome, State, Tasks};

use crate::grammar::{slots::Stretch, tasks::Range};
use crate::record::Program;
use crate::request::MailEvents;
use serde::{Deserialize, Serialize};

/// A job's number; grows, unique in the cluster (or on this machine).
pub type JobId = u64;

/// Who submits, from where: the facts of the calling process.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Submitter {
    pub user: String,
    pub uid: u32,
    pub group: String,
    pub gid: u32,
    /// All groups, the primary one included.
    pub gids: Vec<u32>,
    /// Password-file values.
    pub home: String,
    pub shell: String,
    /// `$HOME`, `$LOGNAME`, `$PATH`, `$SHELL`, `$MAIL` and `$TZ` of the submitting process, as `SGE_O_*`; `None` where unset.
    pub o_home: Option<String>,
    pub o_log_name: Option<String>,
    pub o_path: Option<String>,
    pub o_shell: Option<String>,
    pub o_mail: Option<String>,
    pub o_tz: Option<String>,
    pub workdir: String,
    pub host: String,
}

/// A job as it will run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub name: String,
    pub submitter: Submitter,
    pub account: String,
    pub program: Program,
    /// `script_file`: the script's path as given, `STDIN`, or the command of a `-b y` job.
    pub file: String,
    pub args: Vec<String>,
    /// The working directory as asked for; `None`: the home.
    pub cwd: Option<String>,
    /// Paths as given, `host:` part included; `None`: the default name.
    pub stdout: Option<String>,
    pub stderr: Option<String>,
    pub stdin: Option<String>,
    /// `-j y`; `None` where nothing was said.
    pub merge: Option<bool>,
    pub shell: Option<String>,
    pub priority: i32,
    pub rerun: Option<bool>,
    pub reserve: bool,
    pub hold: bool,
    pub notify: bool,
    pub mail_events: MailEvents,
    /// `user@host`; as typed where nothing had to be added.
    pub mail_to: Vec<String>,
    pub hard_queues: Vec<String>,
    pub soft_queues: Vec<String>,
    /// The site's queues this job may run in, best first.
    pub queues: Vec<String>,
    /// Why it can never run; it waits all the same.
    pub never: Option<String>,
    /// Names as typed, values as shown.
    pub hard_resources: Vec<(String, String)>,
    pub soft_resources: Vec<(String, String)>,
    pub pe: Option<(String, Vec<Stretch>)>,
    /// Slots it is given (the smallest of the range: a job on one node asks for what it needs at least).
    pub slots: u32,
    pub array: Option<Range>,
    pub task_concurrency: u64,
    /// `-hold_jid` as given.
    pub hold_jid: Vec<String>,
    /// The jobs it waits for, decided at submission.
    pub predecessors: Vec<JobId>,
    /// Seconds.
    pub s_rt: Option<u64>,
    pub h_rt: Option<u64>,
    /// Bytes for each slot that are set aside, and the most it may use: `mem_free` or `virtual_free`, and `h_vmem`.
    pub memory: Option<u64>,
    pub memory_limit: Option<u64>,
    /// The ulimits `vmem cpu fsize data stack core` for each slot: soft, hard.
    pub limits: Vec<(String, Option<u64>, Option<u64>)>,
    pub release: Option<String>,
    pub umask: u32,
    /// jsub -continuous: the program that is started again until it exits 0.
    pub respawn: Option<String>,
    /// What is not exactly as asked, in words, for `qstat -j`.
    pub approximated: Vec<String>,
    /// `env_list` in order. Kept apart from the rest where others may read (Kubernetes: a Secret).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<(String, String)>,
}

impl Job {
    /// Number of tasks: 1 for a plain job.
    pub fn task_count(&self) -> u64 {
        self.array.map_or(1, |range| range.count())
    }

    /// The directory the job starts in.
    pub fn working_directory(&self) -> &str {
        self.cwd.as_deref().unwrap_or(&self.submitter.home)
    }
}
