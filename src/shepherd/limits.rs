//! Resource limits of the job: a hard one alone sets both, a soft one alone leaves the hard.

use super::sys;
use crate::record::Spec;

/// No limit.
const INFINITY: u64 = u64::MAX;

/// The limits to set, as (name, soft, hard). Nobody can go above the hard limits the shepherd itself has.
pub fn of(spec: &Spec) -> Vec<(String, u64, u64)> {
    let known = spec.limits.iter().filter(|(_, (soft, hard))| soft.is_some() || hard.is_some());
    known
        .filter_map(|(name, wanted)| sys::limits(name).map(|now| (name.clone(), now, *wanted)))
        .map(|(name, now, wanted)| clamp(name, now, wanted))
        .collect()
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
    }

    #[test]
    fn unknown_names_are_left_alone() {
        let limits = [("h_bogus", (None, Some(1))), ("core", (None, Some(0)))].map(|(name, limit)| (name.to_string(), limit));
        assert_eq!(of(&Spec { limits: limits.into(), ..Spec::default() }), [("core".to_string(), 0, 0)]);
    }
}
