//! What will run: a `Job` with every default decided, and what is known of it later: its tasks' states.
//! `Request::resolve` (in `resolve.rs`) is the only way from what was asked to what will run.

mod admit;
mod alter;
mod holds;
mod resolve;
mod spec;
mod status;
mod stored;

pub use admit::{refused_for, rights};
pub use alter::{Altered, Circumstances, Other, Refusal, alter};
pub use holds::{Held, Hold, Holds, blocked};
pub use resolve::{Command, NO_ARRAY, OTHER_RANGE, Resolved, check_ranges, predecessors, resolve};
pub use status::{Deletion, Ended, JobStatus, Outcome, State, Tasks};

use crate::grammar::{slots::Stretch, tasks::Range};
use crate::record::Program;
use crate::request::{MailEvents, Said, Validation};
use serde::{Deserialize, Serialize};

/// A job's number; grows, unique in the cluster (or on this machine).
pub type JobId = u64;

/// The account of a job that names none, or an empty one.
pub const ACCOUNT: &str = "sge";

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

/// A job as it will run. `stored` writes it; what is missing there is as in `Job::default()`, whose values therefore never change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
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
    /// Lists of `[host:]path`; `None`: the default name.
    pub stdout: Option<String>,
    pub stderr: Option<String>,
    pub stdin: Option<String>,
    /// `-j y`; `None` where nothing was said.
    pub merge: Option<bool>,
    pub shell: Option<String>,
    pub priority: i32,
    pub rerun: Option<bool>,
    pub reserve: bool,
    pub holds: Holds,
    pub notify: bool,
    pub mail_events: MailEvents,
    /// `user@host`; as typed where nothing had to be added.
    pub mail_to: Vec<String>,
    pub hard_queues: Vec<String>,
    pub soft_queues: Vec<String>,
    /// The site's queues this job may run in, best first.
    pub queues: Vec<String>,
    /// Those of `queues` that are for its master (`-masterq`); empty: any.
    pub masters: Vec<String>,
    /// Why it can never run, a line for each reason; it waits all the same.
    pub never: Option<String>,
    /// Long names, values as shown.
    pub hard_resources: Vec<(String, String)>,
    pub soft_resources: Vec<(String, String)>,
    pub pe: Option<(String, Vec<Stretch>)>,
    /// The environment that `pe`, which may be a pattern, becomes.
    pub granted_pe: Option<String>,
    /// Slots it is given (the smallest of the range: a job on one node asks for what it needs at least).
    pub slots: u32,
    pub array: Option<Range>,
    pub task_concurrency: u64,
    /// `-a` and `-dl`, in seconds since 1970; 0: none.
    pub start_at: i64,
    pub deadline: i64,
    /// `-hold_jid` as given.
    pub hold_jid: Vec<String>,
    /// `-hold_jid_ad` as given.
    pub hold_jid_ad: Vec<String>,
    /// The arrays it waits for task by task, decided at submission.
    pub array_predecessors: Vec<JobId>,
    /// Kubernetes: each of its tasks waits until the controller lets it go, since some are held and others are not.
    pub gated: bool,
    /// `-ac`, `-dc`, `-sc`.
    pub context: Vec<(String, String)>,
    /// `-js`.
    pub share: u32,
    /// `-P`.
    pub project: Option<String>,
    pub department: Option<String>,
    /// `-ckpt`, the letters of `-c`, and its interval in seconds.
    pub checkpoint: Option<String>,
    pub checkpoint_when: Option<String>,
    pub checkpoint_interval: Option<u64>,
    /// `-masterq`.
    pub master_queues: Vec<String>,
    /// `-binding` as given.
    pub binding: Option<String>,
    /// `-now y`: started at once, or not at all.
    pub now: bool,
    /// `-shell n`.
    pub is_without_shell: bool,
    /// The one host there is, where that is known: whose paths count.
    pub only_host: Option<String>,
    /// `-ar`; 0: none.
    pub reservation: u32,
    pub override_tickets: u32,
    /// `-w`, which stays with the job.
    pub validation: Validation,
    /// `-C`, for show.
    pub directive_prefix: Option<String>,
    /// Lists of resources that were said, be they empty: they have a line.
    pub said: Said,
    /// How often qalter changed it; 0 is not shown.
    pub version: u32,
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
    /// The image it gets, where one is chosen for it.
    pub image: Option<Image>,
    pub umask: u32,
    /// jsub -continuous: the program that is started again until it exits 0.
    pub respawn: Option<String>,
    /// What is not exactly as asked, in words, for `qstat -j`.
    pub approximated: Vec<String>,
    /// `env_list` in order. Kept apart from the rest where others may read (Kubernetes: a Secret).
    #[serde(skip_serializing)]
    pub env: Vec<(String, String)>,
}

/// The image of a job, and how it came to be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    pub reference: String,
    /// Its name in the catalogue, where it has one.
    pub name: Option<String>,
    pub why: String,
    /// What it lacks.
    pub notes: Vec<String>,
}

impl Job {
    /// Number of tasks: 1 for a plain job.
    pub fn task_count(&self) -> u64 {
        self.array.map_or(1, |range| range.count())
    }

    /// Whether it may be run again, where something says so: `-r`, or that jstart starts it again whatever becomes of it.
    pub fn rerun(&self) -> Option<bool> {
        self.rerun.or(self.respawn.is_some().then_some(true))
    }

    /// The parallel environment it gets.
    pub fn parallel_environment(&self) -> Option<&str> {
        self.granted_pe.as_deref().or(self.pe.as_ref().map(|(name, _)| name.as_str()))
    }

    /// The directory the job starts in.
    pub fn working_directory(&self) -> &str {
        self.cwd.as_deref().unwrap_or(&self.submitter.home)
    }
}
