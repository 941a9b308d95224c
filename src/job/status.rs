//! What a backend knows of a job: states, groups of tasks that share one, and what became of a deletion.

use super::{Held, Job, JobId};

/// The state of a task, one of Grid Engine's letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Pending,
    /// `Tasks::held` says by what.
    Held,
    /// `Eqw`, with the error reason.
    Error(String),
    /// Exit 99 or a lost node: waits to be started again.
    Requeued,
    /// Given to a host, not started yet.
    Transferring {
        restarted: bool,
    },
    Running {
        restarted: bool,
    },
    /// Its processes are stopped (`qmod -sj`).
    Suspended {
        restarted: bool,
    },
    /// Deletion registered, still running, or stopped.
    Deleting {
        suspended: bool,
    },
    /// Ended; only `-s z` shows it.
    Finished,
}

impl State {
    /// Running in `qstat`'s order of rows and in XML (`state="running"`).
    pub fn is_running(&self) -> bool {
        matches!(self, State::Transferring { .. } | State::Running { .. } | State::Suspended { .. } | State::Deleting { .. })
    }
}

/// Tasks that share a state. Running tasks are one group each, waiting ones of a job are together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    /// Task ids in order; empty for a job that is no array.
    pub ids: Vec<u64>,
    pub state: State,
    /// The holds on them, be they waiting or running.
    pub held: Held,
    /// Seconds since 1970.
    pub started: Option<i64>,
    /// Queue and host, once it was given to one.
    pub queue: Option<String>,
    pub host: Option<String>,
    /// Slots each was given; 0 while it waits.
    pub slots: u32,
}

impl Tasks {
    /// Waiting tasks.
    pub fn waiting(ids: Vec<u64>, state: State) -> Tasks {
        Tasks { ids, state, held: Held::default(), started: None, queue: None, host: None, slots: 0 }
    }

    /// The letters of `qstat`'s state column.
    pub fn letters(&self) -> &'static str {
        let (letters, held) = match &self.state {
            State::Pending => ("qw", "hqw"),
            State::Held => ("hqw", "hqw"),
            State::Error(_) => ("Eqw", "Ehqw"),
            State::Requeued => ("Rq", "hRq"),
            State::Transferring { restarted: false } => ("t", "ht"),
            State::Transferring { restarted: true } => ("Rt", "hRt"),
            State::Running { restarted: false } => ("r", "hr"),
            State::Running { restarted: true } => ("Rr", "hRr"),
            State::Suspended { restarted: false } => ("s", "hs"),
            State::Suspended { restarted: true } => ("Rs", "hRs"),
            State::Deleting { suspended: false } => ("dr", "dhr"),
            State::Deleting { suspended: true } => ("ds", "dhs"),
            State::Finished => ("z", "z"),
        };
        if self.held.any() { held } else { letters }
    }
}

/// A job and its tasks: the unfinished ones, or where finished ones were asked for, those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStatus {
    pub id: JobId,
    /// Seconds since 1970.
    pub submitted: i64,
    pub job: Job,
    pub tasks: Vec<Tasks>,
    /// Jobs that wait for this one, and arrays that wait for it task by task.
    pub successors: Vec<JobId>,
    pub array_successors: Vec<JobId>,
    /// Why it waits, in words, for `scheduling info`.
    pub reasons: Vec<String>,
}

impl JobStatus {
    /// Slots of these tasks, all together: as granted, or as asked for at least while they wait.
    pub fn slots(&self, tasks: &Tasks) -> u32 {
        if tasks.slots > 0 { tasks.slots } else { self.job.slots }
    }
}

/// What became of a task that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was waiting and is gone.
    Deleted,
    /// It runs and will be killed.
    Registered,
    /// Somebody deleted it before.
    AlreadyInDeletion,
    /// The array has no such unfinished task.
    NoSuchTask,
}

/// Outcomes of one deletion: task ids that share one (none for a plain job, or for all that waits of an array).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    pub ids: Vec<u64>,
    pub outcome: Outcome,
}

/// The end of a task, as `-sync y` needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Exit status, and the signal's number if one ended it, else 0.
    Exited { task: Option<u64>, status: i32, signal: i32 },
    /// Deleted while it waited, or in the error state.
    Never { task: Option<u64> },
}
