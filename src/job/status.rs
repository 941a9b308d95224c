//! What a backend knows of a job: states, groups of tasks that share one, and what became of a deletion.

use super::{Job, JobId};

/// The state of a task, one of Grid Engine's letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Pending,
    /// A user hold or a predecessor.
    Held,
    /// `Eqw`, with the error reason.
    Error(String),
    /// Exit 99 or a lost node: waits to be started again.
    Requeued,
    /// Given to a host, not started yet.
    Transferring,
    Running {
        restarted: bool,
    },
    /// Deletion registered, still running.
    Deleting,
    /// Ended; only `-s z` shows it.
    Finished,
}

impl State {
    /// The letters of `qstat`'s state column.
    pub fn letters(&self) -> &'static str {
        match self {
            State::Pending => "qw",
            State::Held => "hqw",
            State::Error(_) => "Eqw",
            State::Requeued => "Rq",
            State::Transferring => "t",
            State::Running { restarted: false } => "r",
            State::Running { restarted: true } => "Rr",
            State::Deleting => "dr",
            State::Finished => "z",
        }
    }

    /// Running in `qstat`'s order of rows and in XML (`state="running"`).
    pub fn is_running(&self) -> bool {
        matches!(self, State::Transferring | State::Running { .. } | State::Deleting)
    }
}

/// Tasks that share a state. Running tasks are one group each, waiting ones of a job are together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    /// Task ids in order; empty for a job that is no array.
    pub ids: Vec<u64>,
    pub state: State,
    /// Seconds since 1970.
    pub started: Option<i64>,
    /// Queue and host, once it was given to one.
    pub queue: Option<String>,
    pub host: Option<String>,
}

/// A job and its tasks: the unfinished ones, or where finished ones were asked for, those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStatus {
    pub id: JobId,
    /// Seconds since 1970.
    pub submitted: i64,
    pub job: Job,
    pub tasks: Vec<Tasks>,
    /// Jobs that wait for this one.
    pub successors: Vec<JobId>,
    /// Why it waits, in words, for `scheduling info`.
    pub reasons: Vec<String>,
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
