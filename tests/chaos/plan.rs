//! The jobs of a run, as they follow from its seed: what each is, whom it waits for, what becomes of it. Nothing here knows a cluster.

use crate::random::Random;

/// A job to be.
#[derive(Debug, Clone)]
pub struct Design {
    /// Tasks 1 to this; 0: not an array.
    pub tasks: u64,
    /// `-tc`.
    pub at_once: u64,
    /// Tenths of a second that each run takes.
    pub pause: u64,
    /// Exit status of each run of each task: 99 is followed by another run. 137: it kills itself.
    pub codes: Vec<i32>,
    /// `-hold_jid`: numbers of earlier designs.
    pub after: Vec<usize>,
    /// `-hold_jid` names it and does not number it.
    pub by_name: bool,
    /// `-hold_jid_ad`: the number of an earlier design with the same tasks.
    pub task_after: Option<usize>,
    /// `-a`: seconds from the submission.
    pub delay: u64,
    pub hold: Hold,
    pub fate: Fate,
}

/// `-h` and what releases it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    None,
    /// `qrls JOB`.
    Job,
    /// `qrls JOB.TASK`, one after another.
    Tasks,
}

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Ends,
    /// Exit status 100: stays in the error state until it is deleted.
    Error,
    /// Deleted while it is held: never runs.
    DeletedHeld,
    /// Sleeps until it is deleted.
    DeletedRunning,
    /// One task of the array is deleted, be it waiting, running or over.
    TaskDeleted(u64),
}

impl Design {
    /// Task numbers, 0 for a job that is no array.
    pub fn task_ids(&self) -> Vec<u64> {
        if self.tasks == 0 { vec![0] } else { (1..=self.tasks).collect() }
    }

    /// True where it is not known whether the task runs at all.
    pub fn is_open(&self, task: u64) -> bool {
        matches!(self.fate, Fate::TaskDeleted(deleted) if deleted == task) || matches!(self.fate, Fate::DeletedRunning)
    }
}

fn plain(random: &mut Random) -> Design {
    Design {
        tasks: 0,
        at_once: 0,
        pause: random.within(0, 30),
        codes: vec![0],
        after: Vec::new(),
        by_name: false,
        task_after: None,
        delay: 0,
        hold: Hold::None,
        fate: Fate::Ends,
    }
}

/// So many jobs, in the order of their submission.
pub fn plan(count: usize, random: &mut Random) -> Vec<Design> {
    let mut plan: Vec<Design> = Vec::with_capacity(count);
    for number in 0..count {
        let mut design = plain(random);
        let kind = random.within(0, 99);
        let array = random.within(2, 4);
        match kind {
            0..=21 => {}
            22..=31 => design.tasks = array,
            32..=37 => (design.tasks, design.at_once) = (array, random.within(1, 2)),
            38..=52 if number > 0 => {
                // Of the last dozen: they are likely to be unfinished.
                let first = number.saturating_sub(12) as u64;
                let count = random.within(1, 2);
                design.after = (0..count).map(|_| random.within(first, number as u64 - 1) as usize).collect();
                design.after.dedup();
                design.by_name = random.one_in(2);
            }
            53..=60 => {
                let arrays: Vec<usize> = (number.saturating_sub(20)..number).filter(|&before| plan[before].tasks > 0).collect();
                design.tasks = array;
                if let Some(&before) = arrays.get(random.within(0, arrays.len().max(1) as u64 - 1) as usize) {
                    (design.tasks, design.task_after) = (plan[before].tasks, Some(before));
                }
            }
            61..=68 => design.hold = Hold::Job,
            69..=71 => (design.hold, design.tasks) = (Hold::Tasks, array),
            72..=75 => design.delay = random.within(2, 30),
            76..=81 => {
                design.codes = if random.one_in(2) { vec![99, 0] } else { vec![99, 99, 3] };
                design.tasks = if random.one_in(2) { array } else { 0 };
            }
            82..=85 => {
                (design.codes, design.fate) = (vec![100], Fate::Error);
                design.tasks = if random.one_in(3) { array } else { 0 };
            }
            86..=90 => design.codes = vec![if random.one_in(2) { 137 } else { random.within(1, 98) as i32 }],
            91..=93 => (design.hold, design.fate) = (Hold::Job, Fate::DeletedHeld),
            94..=96 => (design.pause, design.fate) = (36_000, Fate::DeletedRunning),
            97..=98 => (design.tasks, design.at_once, design.fate) = (array, 1, Fate::TaskDeleted(random.within(1, array))),
            _ => {}
        }
        plan.push(design);
    }
    plan
}
