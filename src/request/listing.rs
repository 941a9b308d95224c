//! What `qstat`, `qhost` and `qselect` are asked for: which jobs, which queues, in which layout.

/// The layout of qstat's list: each option adds columns, elements or lines of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// `-f`: jobs stand under their queues. `-F` and `-explain` say it too.
    pub full: bool,
    /// `-ext`, `-urg`, `-pri`.
    pub extended: bool,
    pub urgency: bool,
    pub priority: bool,
    /// `-r`.
    pub requests: bool,
    /// `-t`: a row for each slot, and times beside `-ext`.
    pub tasks: bool,
    /// `-g t`: a row for each slot.
    pub each_slot: bool,
    /// `-g d`: a row for each waiting task.
    pub each_task: bool,
    /// `-g c`: cluster queues alone.
    pub clusters: bool,
    /// `-ne`: no queue without running jobs.
    pub only_used: bool,
    /// `-ncb`.
    pub no_binding: bool,
    /// `-F`: every resource of the queues, or those named here.
    pub resources: Option<Vec<String>>,
    /// The letters of `-explain`.
    pub explain: String,
}

impl Layout {
    /// True where rows of running jobs are one for each slot.
    pub fn by_slot(&self) -> bool {
        self.tasks || self.each_slot
    }

    /// True where the times of submission and start are shown: `-ext` alone leaves them out.
    pub fn has_times(&self) -> bool {
        !self.extended || self.urgency || self.priority || self.tasks
    }

    /// True where running jobs come queue by queue instead of by number (compat/captures/qstat/columns.txt).
    pub fn by_queue(&self) -> bool {
        self.full || self.urgency || self.each_slot || self.each_task
    }
}

/// The states of jobs that `-s` lets through; nothing said: all unfinished ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct States {
    pub pending: bool,
    pub running: bool,
    pub suspended: bool,
    pub finished: bool,
    /// Holds of a user, an operator, the system, jobs before and tasks before; and a start time.
    pub user: bool,
    pub operator: bool,
    pub system: bool,
    pub job: bool,
    pub array: bool,
    pub start_time: bool,
}

impl States {
    /// `a` or nothing at all: pending, running and suspended.
    pub const UNFINISHED: States = States {
        pending: true,
        running: true,
        suspended: true,
        finished: false,
        user: false,
        operator: false,
        system: false,
        job: false,
        array: false,
        start_time: false,
    };

    /// Reads a value of `-s`. Holds of two letters are known in one order only, and what cannot be read in it falls apart: `hjhd` is
    /// `hj`, `h` and an unknown `d`, while `hdhj` is two holds (compat/captures/qstat/state-words.txt).
    pub fn parse(mut word: &str) -> Option<States> {
        let mut states = States::default();
        while !word.is_empty() {
            let before = word;
            for letters in ["hu", "hs", "ho", "hd", "hj", "ha", "h", "p", "r", "s", "z", "a"] {
                if let Some(rest) = word.strip_prefix(letters) {
                    states.add(letters);
                    word = rest;
                }
            }
            if word == before {
                return None;
            }
        }
        Some(states)
    }

    fn add(&mut self, letters: &str) {
        match letters {
            "p" => self.pending = true,
            "r" => self.running = true,
            "s" => self.suspended = true,
            "z" => self.finished = true,
            "a" => (self.pending, self.running, self.suspended) = (true, true, true),
            "hu" => self.user = true,
            "ho" => self.operator = true,
            "hs" => self.system = true,
            "hj" => self.job = true,
            "hd" => self.array = true,
            "ha" => self.start_time = true,
            _ => {
                (self.user, self.operator, self.system) = (true, true, true);
                (self.job, self.array, self.start_time) = (true, true, true);
            }
        }
    }

    /// True where a hold is asked for.
    pub fn is_by_hold(&self) -> bool {
        self.user || self.operator || self.system || self.job || self.array || self.start_time
    }
}

/// Which queue instances are meant: `-q`, `-l`, `-pe`, `-U` and `-qs`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    pub queues: Vec<String>,
    /// Names as typed.
    pub resources: Vec<(String, String)>,
    pub parallel_environments: Vec<String>,
    pub users: Vec<String>,
    /// Letters; a queue needs one of them.
    pub states: String,
}

impl Selection {
    /// True where anything is asked.
    pub fn is_asked(&self) -> bool {
        self.restricts_jobs() || !self.states.is_empty()
    }

    /// True where waiting jobs are shown only if they could run in a selected queue; `-qs` alone asks for queues only.
    pub fn restricts_jobs(&self) -> bool {
        !(self.queues.is_empty() && self.resources.is_empty() && self.parallel_environments.is_empty() && self.users.is_empty())
    }
}

/// The letters that `-qs` knows, and those that `-explain` knows.
pub const QUEUE_STATES: &str = "acdosuACDES";
/// See `QUEUE_STATES`.
pub const EXPLAINED: &str = "acAE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_are_read_in_one_order() {
        let holds = |word: &str| States::parse(word).map(|s| [s.user, s.operator, s.system, s.array, s.job, s.start_time]);
        assert_eq!(holds("huhohd"), Some([true, true, false, true, false, false]));
        assert_eq!(holds("hdhj"), Some([false, false, false, true, true, false]));
        assert_eq!(holds("hdh"), Some([true; 6]));
        assert_eq!(holds("hjphd"), Some([false, false, false, true, true, false]));
        for word in ["hjhd", "hahd", "hohu", "huhu", "x", "p,r", "hx", "d", "é"] {
            assert_eq!(States::parse(word), None, "{word}");
        }
        assert_eq!(States::parse("hjhs").map(|s| (s.suspended, s.user)), Some((true, true)));
        assert_eq!(
            States::parse("haha"),
            Some(States { user: true, operator: true, system: true, job: true, array: true, start_time: true, ..States::UNFINISHED })
        );
        assert_eq!(States::parse("prs"), Some(States::UNFINISHED));
    }
}
