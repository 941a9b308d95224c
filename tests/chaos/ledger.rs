//! What was asked of the cluster during a run, and what it said: the one thing that all threads share.

use crate::plan::Design;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A `qsub`. Each has a name of its own, so that a job is known whatever its `qsub` said.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub name: String,
    /// `None`: it said that it failed.
    pub id: Option<u64>,
    pub said: String,
}

/// A request that was repeated until it succeeded: nanoseconds before the first try and after the last.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub begun: u128,
    pub ended: u128,
    pub tries: usize,
    pub said: String,
}

/// What happened to a design.
#[derive(Debug, Clone)]
pub struct Entry {
    pub design: Design,
    pub attempts: Vec<Attempt>,
    /// `-a`, nanoseconds since 1970.
    pub not_before: u128,
    /// Task (0: all) to its `qrls`.
    pub released: HashMap<u64, Request>,
    /// Task (0: all) to its `qdel`.
    pub deleted: HashMap<u64, Request>,
    /// Answers that are not true.
    pub untrue: Vec<String>,
}

impl Entry {
    /// The `qsub` that said it succeeded: the last one.
    pub fn accepted(&self) -> Option<(&str, u64)> {
        self.attempts.iter().find_map(|attempt| Some((attempt.name.as_str(), attempt.id?)))
    }
}

/// All of them, by number.
pub struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    pub fn of(plan: Vec<Design>) -> Ledger {
        let entry = |design| Entry {
            design,
            attempts: Vec::new(),
            not_before: 0,
            released: HashMap::new(),
            deleted: HashMap::new(),
            untrue: Vec::new(),
        };
        Ledger(Mutex::new(plan.into_iter().map(entry).collect()))
    }

    pub fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Name and id of a design's job, once there is one.
    pub fn accepted(&self, number: usize) -> Option<(String, u64)> {
        self.lock()[number].accepted().map(|(name, id)| (name.to_string(), id))
    }
}
