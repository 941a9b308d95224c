//! The tasks of an array that were never started, as stretches: an array of 75,000 is one pair of numbers.

use std::fmt;

/// Task indices (counted from 0) in order, as inclusive stretches that do not touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indices(Vec<(u64, u64)>);

impl Indices {
    /// `0..count`.
    pub fn first(count: u64) -> Indices {
        Indices(count.checked_sub(1).map(|last| (0, last)).into_iter().collect())
    }

    /// Reads what `Display` wrote; what cannot be read is left out.
    pub fn parse(text: &str) -> Indices {
        let stretch = |word: &str| {
            let (low, high) = word.split_once('-')?;
            Some((low.parse().ok()?, high.parse().ok()?))
        };
        Indices(text.split(',').filter_map(stretch).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn count(&self) -> u64 {
        self.0.iter().map(|(low, high)| high - low + 1).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|(low, high)| *low..=*high)
    }

    /// Takes the smallest.
    pub fn pop(&mut self) -> Option<u64> {
        let (low, high) = self.0.first_mut()?;
        let taken = *low;
        if low == high {
            self.0.remove(0);
        } else {
            *low += 1;
        }
        Some(taken)
    }

    /// Takes this one; false if it is not there.
    pub fn remove(&mut self, index: u64) -> bool {
        let at = self.0.partition_point(|(_, high)| *high < index);
        match self.0.get(at).copied() {
            Some((low, high)) if low <= index => {
                let left = (low < index).then(|| (low, index - 1));
                let right = (index < high).then(|| (index + 1, high));
                self.0.splice(at..=at, left.into_iter().chain(right));
                true
            }
            _ => false,
        }
    }
}

impl fmt::Display for Indices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (low, high)) in self.0.iter().enumerate() {
            write!(f, "{}{low}-{high}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn they_are_taken_in_order_and_from_the_middle() {
        let mut left = Indices::first(75_000);
        assert_eq!((left.pop(), left.remove(5), left.remove(5), left.remove(74_999)), (Some(0), true, false, true));
        assert_eq!(left.to_string(), "1-4,6-74998");
        assert_eq!(left.count(), 74_997);
        assert_eq!(Indices::first(0).pop(), None);
    }

    proptest! {
        #[test]
        fn they_are_a_set(count in 0u64..40, taken in prop::collection::vec(0u64..45, 0..30)) {
            let mut ours = Indices::first(count);
            let mut set: std::collections::BTreeSet<u64> = (0..count).collect();
            for index in taken {
                prop_assert_eq!(ours.remove(index), set.remove(&index));
            }
            prop_assert_eq!(ours.iter().collect::<Vec<_>>(), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(Indices::parse(&ours.to_string()), ours);
        }
    }
}
