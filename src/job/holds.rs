//! What keeps tasks from being started: the holds that people set, and all that is known of a waiting task.

use crate::grammar::indexes::Indexes;
use crate::grammar::tasks::Range;
use serde::{Deserialize, Serialize};

/// The holds that people set: a submitter's, an operator's, a manager's (`-h u|o|s`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    User,
    Operator,
    System,
}

impl Hold {
    /// All, in the order in which they are shown.
    pub const ALL: [Hold; 3] = [Hold::User, Hold::Operator, Hold::System];

    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Hold::User => 'u',
            Hold::Operator => 'o',
            Hold::System => 's',
        }
    }
}

/// Which tasks (indexes from 0) have which hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holds {
    pub user: Indexes,
    pub operator: Indexes,
    pub system: Indexes,
}

impl Holds {
    /// A user hold on all of so many tasks.
    pub fn by_user(count: u64) -> Holds {
        Holds { user: Indexes::first(count), ..Holds::default() }
    }

    /// The tasks with a hold.
    pub fn of(&self, hold: Hold) -> &Indexes {
        match hold {
            Hold::User => &self.user,
            Hold::Operator => &self.operator,
            Hold::System => &self.system,
        }
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, hold: Hold) -> &mut Indexes {
        match hold {
            Hold::User => &mut self.user,
            Hold::Operator => &mut self.operator,
            Hold::System => &mut self.system,
        }
    }

    /// Forgets what is on other tasks than these.
    pub fn keep(&mut self, tasks: &Indexes) {
        for hold in [&mut self.user, &mut self.operator, &mut self.system] {
            *hold = hold.within(tasks);
        }
    }

    /// The tasks with any hold.
    pub fn any(&self) -> Indexes {
        let mut all = self.user.clone();
        all.extend(&self.operator);
        all.extend(&self.system);
        all
    }

    /// What holds this task.
    pub fn on(&self, index: u64) -> Held {
        Held {
            user: self.user.contains(index),
            operator: self.operator.contains(index),
            system: self.system.contains(index),
            ..Held::default()
        }
    }
}

/// What keeps a task from being started, or would if it were not started already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    pub user: bool,
    pub operator: bool,
    pub system: bool,
    /// `-hold_jid`: a job it waits for has not ended.
    pub job: bool,
    /// `-hold_jid_ad`: the task it waits for has not ended.
    pub array: bool,
    /// It was given a start time (`-a`), be it past; no `h` among the letters of its state (tests/compliance/qsub_start_time.rs).
    pub time: bool,
}

impl Held {
    /// True where anything holds it.
    pub fn any(self) -> bool {
        self.user || self.operator || self.system || self.job || self.array
    }
}

/// The tasks of an array that have to wait for these unfinished ones of another with the same first and last task. A task stands for
/// all ids up to the next: 1-4:2 has one for 1 and 2, and one for 3 and 4 (tests/compliance/qsub_hold_kinds.rs).
pub fn blocked(own: Range, other: Range, unfinished: &Indexes) -> Indexes {
    if own == other {
        return unfinished.clone();
    }
    let mut blocked = Indexes::default();
    for id in unfinished.iter().map(|index| other.id(index)) {
        let (low, high) = ((id + 1).saturating_sub(own.step).max(own.first), (id + other.step - 1).min(own.reached()));
        if low <= high {
            blocked.add((low - own.first).div_ceil(own.step), (high - own.first) / own.step);
        }
    }
    blocked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_stands_for_all_up_to_the_next() {
        let range = |first, last, step| Range { first, last, step };
        let blocked = |own, other, unfinished| blocked(own, other, &Indexes::parse(unfinished)).to_string();
        assert_eq!(blocked(range(1, 3, 1), range(1, 3, 1), "1-2"), "1-2");
        assert_eq!(blocked(range(1, 4, 1), range(1, 4, 2), "1"), "2-3");
        assert_eq!(blocked(range(1, 4, 2), range(1, 4, 1), "1"), "0");
        assert_eq!(blocked(range(1, 4, 2), range(1, 4, 1), "2-3"), "1");
        assert_eq!(blocked(range(1, 4, 3), range(1, 4, 1), "0-3"), "0-1");
    }
}
