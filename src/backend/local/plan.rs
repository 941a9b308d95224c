//! Which waiting tasks start now: a pure function from slots and waiting jobs to starts.
//!
//! The caller gives the jobs in their order and leaves out held ones. What does not fit is passed over: a small job behind a
//! large one runs, as in Grid Engine without reservations.

use crate::grammar::slots::Stretch;
use crate::job::JobId;
use std::collections::BTreeMap;

/// The slots there are, and those in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    /// Queue and free slots; the queues without a number of their own share `shared`.
    own: BTreeMap<String, Option<u32>>,
    shared: u32,
}

impl Slots {
    /// `queues`: name and slots; `None` shares the machine's cores with the other queues that say nothing.
    pub fn new<'a>(cores: u32, queues: impl IntoIterator<Item = (&'a str, Option<u32>)>) -> Slots {
        Slots { own: queues.into_iter().map(|(name, slots)| (name.to_string(), slots)).collect(), shared: cores.max(1) }
    }

    /// Slots free in a queue; 0 in an unknown one.
    pub fn free(&self, queue: &str) -> u32 {
        match self.own.get(queue) {
            Some(Some(free)) => *free,
            Some(None) => self.shared,
            None => 0,
        }
    }

    /// Takes slots; more than there are leaves none (a site file may have become smaller than what runs).
    pub fn take(&mut self, queue: &str, slots: u32) {
        let free = match self.own.get_mut(queue) {
            Some(Some(free)) => free,
            // Jobs of a queue that is gone run on cores all the same.
            Some(None) | None => &mut self.shared,
        };
        *free = free.saturating_sub(slots);
    }

    fn any(&self) -> bool {
        self.own.keys().any(|queue| self.free(queue) > 0)
    }
}

/// A job with tasks that could start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub id: JobId,
    /// Queues it may run in, best first.
    pub queues: Vec<String>,
    /// Slots of one task.
    pub slots: u32,
    /// Where there is a choice: the numbers of slots a task may be given, the most that fits first; else empty.
    pub ranges: Vec<Stretch>,
    /// Tasks that wait, tasks that run, and `-tc`: how many may run at once, 0 for any number.
    pub tasks: u64,
    pub running: u64,
    pub concurrency: u64,
}

/// So many tasks of a job start in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub id: JobId,
    pub queue: String,
    pub tasks: u64,
    /// Slots of each.
    pub slots: u32,
}

/// The most slots that may be given and fit; `None` where not even the least does.
fn most(ranges: &[Stretch], free: u32) -> Option<u32> {
    ranges.iter().filter(|(low, _)| *low <= free).map(|(_, high)| (*high).min(free)).max()
}

/// The starts, in the order of the jobs. Looks at no more jobs than it needs to fill the slots.
pub fn plan(mut slots: Slots, waiting: impl IntoIterator<Item = Waiting>) -> Vec<Start> {
    let mut starts = Vec::new();
    if !slots.any() {
        return starts;
    }
    for job in waiting {
        let mut left = match job.concurrency {
            0 => job.tasks,
            most => job.tasks.min(most.saturating_sub(job.running)),
        };
        for queue in &job.queues {
            if job.ranges.is_empty() {
                let each = job.slots.max(1);
                let tasks = left.min(u64::from(slots.free(queue) / each));
                if tasks > 0 {
                    slots.take(queue, each * tasks as u32);
                    left -= tasks;
                    starts.push(Start { id: job.id, queue: queue.clone(), tasks, slots: each });
                }
                continue;
            }
            while left > 0
                && let Some(most) = most(&job.ranges, slots.free(queue)).filter(|most| *most > 0)
            {
                slots.take(queue, most);
                left -= 1;
                starts.push(Start { id: job.id, queue: queue.clone(), tasks: 1, slots: most });
            }
        }
        if !slots.any() {
            break;
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn job(id: JobId, queues: &[&str], slots: u32, tasks: u64) -> Waiting {
        Waiting { id, queues: queues.iter().map(|q| (*q).into()).collect(), slots, ranges: Vec::new(), tasks, running: 0, concurrency: 0 }
    }

    fn start(id: JobId, queue: &str, tasks: u64) -> Start {
        Start { id, queue: queue.into(), tasks, slots: 1 }
    }

    #[test]
    fn queues_without_slots_share_the_cores() {
        let slots = Slots::new(4, [("all.q", None), ("task", None), ("long", Some(2))]);
        let jobs = [job(1, &["all.q"], 1, 3), job(2, &["task"], 1, 3), job(3, &["long"], 1, 3)];
        assert_eq!(plan(slots, jobs), [start(1, "all.q", 3), start(2, "task", 1), start(3, "long", 2)]);
    }

    #[test]
    fn a_job_takes_its_queues_in_order_and_a_small_one_passes_a_large_one() {
        let slots = Slots::new(1, [("a", Some(1)), ("b", Some(3))]);
        let jobs = [job(1, &["b"], 4, 1), job(2, &["a", "b"], 1, 2), job(3, &["b"], 2, 1)];
        assert_eq!(plan(slots, jobs), [start(2, "a", 1), start(2, "b", 1), Start { slots: 2, ..start(3, "b", 1) }]);
    }

    #[test]
    fn of_a_choice_the_most_that_fits_is_given() {
        let choice = |ranges: &[Stretch]| Waiting { ranges: ranges.to_vec(), ..job(1, &["a"], 1, 1) };
        let given = |ranges: &[Stretch]| plan(Slots::new(1, [("a", Some(4))]), [choice(ranges)]).first().map(|start| start.slots);
        assert_eq!(given(&[(2, 3)]), Some(3));
        assert_eq!(given(&[(2, 9_999_999)]), Some(4));
        assert_eq!(given(&[(5, 7), (3, 3), (1, 1)]), Some(3));
        assert_eq!(given(&[(5, 7)]), None);
    }

    #[test]
    fn tc_bounds_what_runs_at_once() {
        let slots = Slots::new(8, [("a", None)]);
        let jobs = [
            Waiting { running: 1, concurrency: 3, ..job(1, &["a"], 1, 9) },
            Waiting { running: 3, concurrency: 3, ..job(2, &["a"], 1, 9) },
        ];
        assert_eq!(plan(slots, jobs), [start(1, "a", 2)]);
    }

    #[test]
    fn an_unknown_queue_has_no_slots() {
        assert_eq!(plan(Slots::new(8, [("a", None)]), [job(1, &["gone"], 1, 1), job(2, &[], 1, 1)]), []);
    }

    fn a_job() -> impl Strategy<Value = Waiting> {
        let queue = prop::sample::select(vec!["a", "b", "c", "gone"]);
        (prop::collection::vec(queue, 0..4), 1u32..6, 0u64..100_000, 0u64..5, 0u64..5).prop_map(
            |(mut queues, slots, tasks, running, concurrency)| {
                queues.dedup();
                Waiting { running, concurrency, ..job(1, &queues, slots, tasks) }
            },
        )
    }

    proptest! {
        #[test]
        fn never_more_than_there_is_and_never_less_than_fits(
            cores in 1u32..9, a in prop::option::of(0u32..5), b in prop::option::of(0u32..5),
            mut jobs in prop::collection::vec(a_job(), 0..20),
        ) {
            for (at, job) in jobs.iter_mut().enumerate() {
                job.id = at as JobId;
            }
            let slots = Slots::new(cores, [("a", a), ("b", b), ("c", None)]);
            let starts = plan(slots.clone(), jobs.clone());
            let mut used: BTreeMap<&str, u64> = BTreeMap::new();
            let mut given: BTreeMap<JobId, u64> = BTreeMap::new();
            for start in &starts {
                let job = &jobs[start.id as usize];
                prop_assert!(job.queues.contains(&start.queue) && start.queue != "gone" && start.tasks > 0);
                *used.entry(&start.queue).or_default() += start.tasks * u64::from(job.slots);
                *given.entry(start.id).or_default() += start.tasks;
                prop_assert_eq!(start.slots, job.slots);
            }
            let shared: u64 = [("a", a), ("b", b), ("c", None)].iter().filter(|(_, own)| own.is_none()).filter_map(|(q, _)| used.get(q)).sum();
            prop_assert!(shared <= u64::from(cores));
            for (queue, own) in [("a", a), ("b", b)] {
                prop_assert!(own.is_none_or(|own| used.get(queue).copied().unwrap_or(0) <= u64::from(own)));
            }
            let mut left = slots;
            for start in &starts {
                left.take(&start.queue, jobs[start.id as usize].slots * start.tasks as u32);
            }
            for job in &jobs {
                let got = given.get(&job.id).copied().unwrap_or(0);
                prop_assert!(got <= job.tasks);
                prop_assert!(job.concurrency == 0 || got == 0 || got + job.running <= job.concurrency);
                let more = got < job.tasks && (job.concurrency == 0 || got + job.running < job.concurrency);
                prop_assert!(!more || job.queues.iter().all(|queue| left.free(queue) < job.slots));
            }
        }
    }
}
