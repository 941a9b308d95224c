//! What is due of the users' crontabs, and which pods are there for it. Nothing here asks anybody.
//!
//! A pod is made some seconds before its minute, and its shepherd waits: most crontabs are due at the full hour, and neither the API
//! server nor a node makes a thousand pods in a second. A table that is replaced meanwhile takes its waiting pods back, and one that
//! its node gives up before its minute, or has forgotten, is made again.

use super::stuck::is_forgotten;
use super::world::{Key, pod_key};
use crate::backend::kubernetes::crontab::{self, SeenCrontab, Tick};
use crate::backend::kubernetes::observe;
use crate::backend::kubernetes::seen::SeenPod;
use crate::backend::kubernetes::watch::Event;
use crate::cron::{Crontab, Planned, Run, SET_BACK, minute};
use crate::site::Site;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// A controller that was killed may have left so many minutes' commands undone although it had the lease.
const UNDONE: i64 = 2;
/// Seconds before its minute in which a pod is made; less than a minute. For a thousand tables at the full hour an API server of two
/// cores needs half of it (benches/cron.rs).
pub const LEAD: i64 = 40;
/// Seconds before its minute in which a waiting pod is left alone: taken back, it might be killed as it begins.
const SETTLED: i64 = 3;

/// A user's table.
pub struct Table {
    pub crontab: Crontab,
    pub version: String,
    pub entries: Vec<Planned>,
    pub runs: Vec<Run>,
    /// The starts of the nodes that `@reboot` has been looked at for; `None`: not yet.
    pub boots: Option<BTreeSet<String>>,
    /// The last minute that it was looked at for.
    pub mark: i64,
}

impl Table {
    /// `None` for one that cannot be read.
    fn read(seen: &SeenCrontab, site: &Site, mark: i64) -> Option<Table> {
        let crontab = seen.table()?;
        let entries = crontab.entries(site).ok()?;
        Some(Table { version: crontab::version(&crontab), entries, crontab, runs: seen.runs(), boots: seen.boots(), mark })
    }
}

/// An entry of a namespace's table that is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub namespace: String,
    pub tick: Tick,
}

impl Due {
    fn key(&self) -> Key {
        (self.namespace.clone(), self.tick.pod_name())
    }
}

#[derive(Default)]
pub struct Crons {
    pub tables: Option<BTreeMap<String, Table>>,
    pub pods: Option<BTreeMap<Key, SeenPod>>,
    /// Which starts of theirs the nodes are in.
    pub boots: Option<BTreeSet<String>>,
    /// The last minute that was looked at: this one, or the next where that is near.
    pub mark: i64,
    pub waiting: Vec<Due>,
    /// When it is tried again, after which pause.
    pub again: Option<(Instant, Duration)>,
    /// A table has come since all were looked at.
    fresh: bool,
}

impl Crons {
    /// Begins with what was left since `before`, when a controller was last at work. All times here are in seconds since 1970.
    pub fn since(before: Option<i64>, now: i64) -> Crons {
        let mark = before.map_or(minute(now), |at| (minute(at) - UNDONE).min(minute(now)));
        Crons { mark, ..Crons::default() }
    }

    pub fn table_event(&mut self, event: Event<SeenCrontab>, site: &Site, now: i64) {
        self.tables.get_or_insert_default();
        match event {
            Event::All(all) => {
                let there: Vec<String> = all.iter().map(|seen| seen.metadata.namespace.clone()).collect();
                all.iter().for_each(|seen| self.put(seen, site, now));
                self.tables.iter_mut().for_each(|tables| tables.retain(|namespace, _| there.contains(namespace)));
            }
            Event::Changed(seen) => self.put(&seen, site, now),
            Event::Gone(seen) if seen.metadata.name == crontab::NAME => {
                _ = self.tables.as_mut().and_then(|tables| tables.remove(&seen.metadata.namespace));
            }
            Event::Gone(_) => {}
        }
    }

    fn put(&mut self, seen: &SeenCrontab, site: &Site, now: i64) {
        let Some(tables) = self.tables.as_mut().filter(|_| seen.metadata.name == crontab::NAME) else { return };
        let namespace = &seen.metadata.namespace;
        let Some(mut table) = Table::read(seen, site, self.mark.min(minute(now))) else {
            tracing::warn!(namespace, "a crontab that cannot be read");
            tables.remove(namespace);
            return;
        };
        match tables.get(namespace) {
            Some(known) if known.version == table.version => table.mark = known.mark,
            _ => {
                self.waiting.retain(|due| due.namespace != *namespace || due.tick.minute <= minute(now));
                self.fresh = true;
            }
        }
        tables.insert(namespace.clone(), table);
    }

    pub fn pod_event(&mut self, event: Event<SeenPod>, now: i64) {
        let pods = self.pods.get_or_insert_default();
        match event {
            Event::All(all) => *pods = all.into_iter().map(|pod| (pod_key(&pod), pod)).collect(),
            Event::Changed(pod) => _ = pods.insert(pod_key(&pod), pod),
            Event::Gone(pod) => {
                pods.remove(&pod_key(&pod));
                self.waiting.extend(self.unbegun(&pod, now));
            }
        }
    }

    /// What this pod waited for, where that is still to be done.
    fn unbegun(&self, pod: &SeenPod, now: i64) -> Option<Due> {
        let (namespace, tick) = (&pod.metadata.namespace, Tick::of(pod)?);
        let table = self.tables.as_ref()?.get(namespace)?;
        let is_unbegun = !is_settled(tick.minute, now) || (pod.is_withdrawn() && self.is_newest(namespace, table, tick));
        (is_unbegun && table.version == pod.metadata.labels.cron_table).then(|| Due { namespace: namespace.clone(), tick })
    }

    /// True where no later minute of its line has been begun.
    fn is_newest(&self, namespace: &str, table: &Table, tick: Tick) -> bool {
        let is_later = |line: usize, minute: i64| line == tick.line && minute > tick.minute;
        let in_namespace = self.pods.iter().flatten().filter(|(key, _)| key.0 == namespace);
        !table.runs.iter().any(|run| is_later(run.line, run.minute))
            && !in_namespace.filter_map(|(_, pod)| Tick::of(pod)).any(|other| is_later(other.line, other.minute))
    }

    /// Finds what was due up to this minute, of each entry the last time, and what is about to be.
    pub fn look(&mut self, now: i64) {
        let this = minute(now);
        if this < self.mark - SET_BACK {
            // The clock was set: what it says now counts.
            self.mark = this;
            self.tables.iter_mut().flatten().for_each(|(_, table)| table.mark = this);
        }
        self.look_until(this);
        self.look_until(minute(now + LEAD));
        self.fresh = false;
        // Of what could not be begun yet the newest is enough.
        let newest: BTreeMap<(String, usize), i64> = {
            let past = self.waiting.iter().filter(|due| due.tick.minute <= this);
            let mut minutes: Vec<_> = past.map(|due| ((due.namespace.clone(), due.tick.line), due.tick.minute)).collect();
            minutes.sort();
            minutes.into_iter().collect()
        };
        let is_newest = |due: &Due| newest.get(&(due.namespace.clone(), due.tick.line)).is_none_or(|minute| due.tick.minute >= *minute);
        self.waiting.retain(is_newest);
    }

    fn look_until(&mut self, this: i64) {
        if this <= self.mark && !self.fresh {
            return;
        }
        for (namespace, table) in self.tables.iter_mut().flatten().filter(|(_, table)| table.mark < this) {
            let after = table.mark.max(table.crontab.before());
            table.mark = this;
            for entry in &table.entries {
                let Some((minute, often)) = entry.missed(after, this) else { continue };
                if table.runs.iter().any(|run| run.line == entry.line && run.minute >= minute) {
                    continue;
                }
                let due = |number| Due { namespace: namespace.clone(), tick: Tick { line: entry.line, minute, number } };
                self.waiting.extend((0..often).map(due));
            }
        }
        self.mark = self.mark.max(this);
    }

    /// Finds what is due at the start of the system: once none of the nodes is in the start that it was in. Gives the namespaces
    /// whose tables are to note the nodes' starts.
    pub fn starts(&mut self, now: i64) -> Vec<String> {
        let (Some(tables), Some(boots), Some(pods)) = (&self.tables, &self.boots, &self.pods) else { return Vec::new() };
        let mut namespaces = Vec::new();
        for (namespace, table) in tables {
            let entries: Vec<&Planned> = table.entries.iter().filter(|entry| entry.schedule.is_none()).collect();
            if entries.is_empty() || boots.is_empty() || table.boots.as_ref().is_some_and(|seen| !seen.is_disjoint(boots)) {
                continue;
            }
            namespaces.push(namespace.clone());
            let is_there = |line: usize| {
                let of_line = |(key, pod): (&Key, &SeenPod)| key.0 == *namespace && pod.metadata.labels.cron_line == line.to_string();
                pods.iter().any(of_line)
            };
            for entry in entries.iter().filter(|entry| table.boots.is_some() && !is_there(entry.line)) {
                let tick = Tick { line: entry.line, minute: minute(now), number: 0 };
                self.waiting.push(Due { namespace: namespace.clone(), tick });
            }
        }
        namespaces
    }

    /// Takes what is due and has no pod. What waits for an older table's pod to go stays.
    pub fn take_due(&mut self, now: i64) -> Vec<Due> {
        let (Some(tables), Some(pods)) = (&self.tables, &self.pods) else { return Vec::new() };
        let (mut due, mut waiting) = (Vec::new(), Vec::new());
        for one in std::mem::take(&mut self.waiting) {
            let table = tables.get(&one.namespace);
            let Some(table) = table.filter(|table| table.entries.iter().any(|entry| entry.line == one.tick.line)) else { continue };
            match pods.get(&one.key()) {
                None => due.push(one),
                // It had this tick, or is the older table's, which has.
                Some(pod) if pod.metadata.labels.cron_table == table.version || is_settled(one.tick.minute, now) => {}
                Some(_) => waiting.push(one),
            }
        }
        self.waiting = waiting;
        due
    }

    /// Pods that their node has forgotten, each with its version. Nothing of them has run, and they are to be withdrawn.
    pub fn forgotten(&self, now: i64) -> Vec<(Key, String)> {
        let forgotten = self.pods.iter().flatten().filter(|(_, pod)| is_forgotten(pod, now));
        forgotten.map(|(key, pod)| (key.clone(), pod.metadata.resource_version.clone())).collect()
    }

    /// Pods that are withdrawn; and those whose minute is to come and that are no more wanted: their table was replaced or removed, or
    /// their node has stopped them.
    pub fn unwanted(&self, now: i64) -> Vec<Key> {
        let is_unwanted = |(key, pod): &(&Key, &SeenPod)| {
            let table = self.tables.as_ref().and_then(|tables| tables.get(&key.0));
            let is_superseded = table.is_none_or(|table| table.version != pod.metadata.labels.cron_table);
            let is_early = Tick::of(pod).is_some_and(|tick| !is_settled(tick.minute, now));
            pod.metadata.deletion_timestamp.is_none()
                && (pod.is_withdrawn() || (is_early && (is_superseded || observe::was_cancelled(pod))))
        };
        self.pods.iter().flatten().filter(is_unwanted).map(|(key, _)| key.clone()).collect()
    }
}

/// True for a minute that has begun or is about to.
pub fn is_settled(minute: i64, now: i64) -> bool {
    minute * 60 - SETTLED <= now
}

#[cfg(test)]
#[path = "ticks_tests.rs"]
mod tests;
