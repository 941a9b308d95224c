//! Sets of a job's task indexes (counted from 0), written as Kubernetes writes completion indexes: `1,3-5,7`.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A set as sorted, separate, inclusive stretches: 75,000 finished tasks are one stretch, not 75,000 numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Indexes(Vec<(u64, u64)>);

impl From<String> for Indexes {
    fn from(text: String) -> Indexes {
        Indexes::parse(&text)
    }
}

impl From<Indexes> for String {
    fn from(set: Indexes) -> String {
        set.to_string()
    }
}

impl Indexes {
    /// `0..count`.
    pub fn first(count: u64) -> Indexes {
        Indexes(count.checked_sub(1).map(|last| (0, last)).into_iter().collect())
    }

    /// Reads `1,3-5,7`; what cannot be read is left out.
    pub fn parse(text: &str) -> Indexes {
        let mut set = Indexes::default();
        for word in text.split(',') {
            let (low, high) = word.split_once('-').unwrap_or((word, word));
            if let (Ok(low), Ok(high)) = (low.trim().parse(), high.trim().parse()) {
                set.add(low, high);
            }
        }
        set
    }

    /// Those below a limit: what an annotation says is somebody's word, and may be long.
    pub fn below(mut self, limit: u64) -> Indexes {
        self.0.retain(|&(start, _)| start < limit);
        if let Some((_, end)) = self.0.last_mut() {
            *end = (*end).min(limit - 1);
        }
        self
    }

    /// Adds all from `low` to `high`.
    pub fn add(&mut self, low: u64, high: u64) {
        if low > high {
            return;
        }
        // In order, which is how Kubernetes writes them, this looks at the last stretch only.
        let from = self.0.partition_point(|&(_, end)| end.saturating_add(1) < low);
        let to = from + self.0[from..].partition_point(|&(start, _)| start <= high.saturating_add(1));
        let merged = self.0[from..to].iter().fold((low, high), |(a, b), &(start, end)| (a.min(start), b.max(end)));
        self.0.splice(from..to, [merged]);
    }

    pub fn insert(&mut self, index: u64) {
        self.add(index, index);
    }

    pub fn contains(&self, index: u64) -> bool {
        let at = self.0.partition_point(|&(_, end)| end < index);
        self.0.get(at).is_some_and(|&(start, _)| start <= index)
    }

    pub fn count(&self) -> u64 {
        self.0.iter().fold(0, |sum: u64, (start, end)| sum.saturating_add((end - start).saturating_add(1)))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|&(start, end)| start..=end)
    }

    /// Takes this one; false if it is not there.
    pub fn remove(&mut self, index: u64) -> bool {
        let there = self.contains(index);
        self.take(index, index);
        there
    }

    /// Takes all from `low` to `high`.
    fn take(&mut self, low: u64, high: u64) {
        let from = self.0.partition_point(|&(_, end)| end < low);
        let to = from + self.0[from..].partition_point(|&(start, _)| start <= high);
        let left = self.0[from..to].first().filter(|&&(start, _)| start < low).map(|&(start, _)| (start, low - 1));
        let right = self.0[from..to].last().filter(|&&(_, end)| end > high).map(|&(_, end)| (high + 1, end));
        self.0.splice(from..to, left.into_iter().chain(right));
    }

    /// What is here and not in the other set.
    pub fn without(&self, other: &Indexes) -> Indexes {
        let mut left = self.clone();
        other.0.iter().for_each(|&(low, high)| left.take(low, high));
        left
    }

    /// What is in both.
    pub fn within(&self, other: &Indexes) -> Indexes {
        self.without(&self.without(other))
    }

    /// All of another set.
    pub fn extend(&mut self, other: &Indexes) {
        for &(start, end) in &other.0 {
            self.add(start, end);
        }
    }
}

impl std::fmt::Display for Indexes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (start, end)) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_char(',')?;
            }
            if start == end { write!(f, "{start}")? } else { write!(f, "{start}-{end}")? }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_kubernetes_writes_reads_back() {
        for text in ["", "0", "1,3-5,7", "0-74999"] {
            assert_eq!(Indexes::parse(text).to_string(), text);
        }
        assert_eq!(Indexes::parse("0-74999").count(), 75_000);
    }

    #[test]
    fn stretches_grow_together() {
        let mut set = Indexes::parse("1-3,7");
        set.insert(5);
        assert_eq!(set.to_string(), "1-3,5,7");
        set.add(4, 6);
        assert_eq!(set.to_string(), "1-7");
        set.add(0, 20);
        assert_eq!(set.to_string(), "0-20");
        assert!(set.contains(20) && !set.contains(21));
        assert_eq!(Indexes::parse("1-3,5-18446744073709551615").below(7).to_string(), "1-3,5-6");
        assert_eq!(Indexes::parse("3-9").below(3).to_string(), "");
        assert_eq!(Indexes::parse("3,1").iter().collect::<Vec<_>>(), [1, 3]);
    }

    proptest! {
        #[test]
        fn they_are_a_set(count in 0u64..40, taken in prop::collection::vec(0u64..45, 0..30), added in prop::collection::vec(0u64..45, 0..30)) {
            let mut ours = Indexes::first(count);
            let mut set: BTreeSet<u64> = (0..count).collect();
            for &index in &taken {
                prop_assert_eq!(ours.remove(index), set.remove(&index));
            }
            let (mut other, other_set) = (Indexes::default(), added.iter().copied().collect::<BTreeSet<u64>>());
            added.iter().for_each(|&index| other.insert(index));
            let numbers = |indexes: &Indexes| indexes.iter().collect::<Vec<_>>();
            prop_assert_eq!(numbers(&ours), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(ours.count(), set.len() as u64);
            prop_assert_eq!(numbers(&ours.without(&other)), set.difference(&other_set).copied().collect::<Vec<_>>());
            prop_assert_eq!(numbers(&ours.within(&other)), set.intersection(&other_set).copied().collect::<Vec<_>>());
            prop_assert_eq!(Indexes::parse(&ours.to_string()), ours);
        }
    }
}
