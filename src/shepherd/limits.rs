//! Resource limits of the job's processes: a hard one alone sets both, a soft one alone leaves the hard. Where nothing is asked
//! for there is no limit, as in Grid Engine's queues.

use super::sys;
use crate::record::{Spec, is_per_slot};

/// No limit.
const INFINITY: u64 = u64::MAX;
/// Descriptors that a job may open without asking for more: enough for all, and few enough for programs that close every one.
const DESCRIPTORS: u64 = 65_536;

/// What is limited, with the least that a limit may be for each slot: Grid Engine raises smaller ones, since nothing could run
/// (recorded: tests/compliance/job_limits.rs).
const KNOWN: &[(&str, u64)] =
    &[("cpu", 2), ("fsize", 15 << 10), ("data", 10 << 20), ("stack", 1 << 20), ("core", 0), ("vmem", 10 << 20), ("rss", 10 << 20)];

/// The limits to set, as (name, soft, hard). Nobody can go above the hard limits the shepherd itself has.
pub fn of(spec: &Spec) -> Vec<(String, u64, u64)> {
    let known = KNOWN.iter().filter_map(|(name, least)| {
        let least = if is_per_slot(name) { least.saturating_mul(u64::from(spec.slots)) } else { *least };
        let wanted = spec.limits.get(*name).copied().unwrap_or_default();
        let wanted = (wanted.0.map(|soft| soft.max(least)), wanted.1.map(|hard| hard.max(least)));
        Some(clamp((*name).to_string(), sys::limits(name)?, wanted))
    });
    let descriptors = sys::limits("nofile").map(|now| clamp("nofile".into(), now, (Some(DESCRIPTORS), None)));
    known.chain(descriptors).collect()
}

fn clamp(name: String, (_, highest): (u64, u64), (soft, hard): (Option<u64>, Option<u64>)) -> (String, u64, u64) {
    let hard = hard.unwrap_or(INFINITY).min(highest);
    (name, soft.unwrap_or(hard).min(hard), hard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_limit_alone_sets_both() {
        let clamp = |now, wanted| {
            let (_, soft, hard) = super::clamp("x".into(), now, wanted);
            (soft, hard)
        };
        assert_eq!(clamp((9, INFINITY), (None, Some(5))), (5, 5));
        assert_eq!(clamp((9, INFINITY), (Some(3), None)), (3, INFINITY));
        assert_eq!(clamp((2, 4), (Some(9), Some(9))), (4, 4));
        assert_eq!(clamp((2, 4), (None, None)), (4, 4));
    }

    #[test]
    fn small_limits_are_raised_for_each_slot_and_unknown_ones_left_alone() {
        let limits = [("h_bogus", (None, Some(1))), ("core", (None, Some(0))), ("cpu", (None, Some(1))), ("fsize", (None, Some(1)))];
        let limits = limits.map(|(name, limit)| (name.to_string(), limit)).into();
        let of = of(&Spec { limits, slots: 2, ..Spec::default() });
        let find = |name: &str| of.iter().find(|(known, ..)| known == name).map(|(_, soft, hard)| (*soft, *hard));
        assert_eq!((find("core"), find("cpu"), find("fsize")), (Some((0, 0)), Some((4, 4)), Some((15_360, 15_360))));
        assert_eq!(find("h_bogus"), None);
    }
}
