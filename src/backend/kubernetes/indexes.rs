//! Sets of completion indexes as Kubernetes writes them, `1,3-5,7`, which are also gridshim's own annotations of task indexes.

use std::fmt::Write;

/// A set as sorted, separate, inclusive stretches: 75,000 finished tasks are one stretch, not 75,000 numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indexes(Vec<(u64, u64)>);

impl Indexes {
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
        self.0.iter().map(|(start, end)| end - start + 1).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|&(start, end)| start..=end)
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
}
