//! What the controller tells a Prometheus of itself. Names and units are as Prometheus wants them; no user's words are among the
//! labels.

use super::plan::Action;
use super::world::World;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// An action, by its name, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Done {
    action: &'static str,
    result: &'static str,
}

/// All of them, and what the health endpoints ask.
pub struct Metrics {
    registry: Registry,
    leader: Gauge,
    jobs: Gauge,
    pods: Gauge,
    actions: Family<Done, Counter>,
    records: Counter,
    delay: Histogram,
    planning: Histogram,
    unwritten: Counter,
    /// When the controller last came round.
    beat: Mutex<Instant>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let seconds = || Histogram::new(exponential_buckets(0.001, 2.0, 16));
        let mut metrics = Metrics {
            registry: Registry::with_prefix("gridshim"),
            leader: Gauge::default(),
            jobs: Gauge::default(),
            pods: Gauge::default(),
            actions: Family::default(),
            records: Counter::default(),
            delay: seconds(),
            planning: seconds(),
            unwritten: Counter::default(),
            beat: Mutex::new(Instant::now()),
        };
        let Metrics { registry, leader, jobs, pods, actions, records, delay, planning, unwritten, beat: _ } = &mut metrics;
        registry.register("leader", "1 while this controller holds the lease", leader.clone());
        registry.register("jobs", "Jobs that are known", jobs.clone());
        registry.register("pods", "Pods that are known", pods.clone());
        registry.register("actions", "What was done, by kind and result", actions.clone());
        registry.register("records", "Accounting records that were written", records.clone());
        registry.register("record_delay_seconds", "From the end of a run to its record on the disk", delay.clone());
        registry.register("planning_seconds", "Duration of one planning", planning.clone());
        registry.register("accounting_failures", "Times that the accounting file could not be written", unwritten.clone());
        metrics
    }
}

impl Metrics {
    pub fn leads(&self, is_leader: bool) {
        self.leader.set(i64::from(is_leader));
    }

    /// One planning, of this world.
    pub fn planned(&self, world: &World, took: Duration) {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.jobs.set(count(world.jobs.len()));
        self.pods.set(count(world.pods.len()));
        self.planning.observe(took.as_secs_f64());
    }

    pub fn did(&self, action: &'static str, is_done: bool) {
        let result = if is_done { "done" } else { "failed" };
        self.actions.get_or_create(&Done { action, result }).inc();
    }

    /// Records that are on the disk now, of runs that ended at these times (seconds since 1970).
    pub fn wrote(&self, ends: impl Iterator<Item = u64>, now: f64) {
        for end in ends {
            self.records.inc();
            // Runs end in whole seconds.
            self.delay.observe((now - end as f64 - 1.0).max(0.0));
        }
    }

    pub fn could_not_write(&self) {
        self.unwritten.inc();
    }

    /// The controller came round.
    pub fn beat(&self) {
        *self.beat.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
    }

    /// How long it has not.
    pub fn silence(&self) -> Duration {
        self.beat.lock().unwrap_or_else(std::sync::PoisonError::into_inner).elapsed()
    }

    /// As Prometheus reads it (OpenMetrics text).
    pub fn text(&self) -> String {
        let mut text = String::new();
        match prometheus_client::encoding::text::encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}

impl Action {
    /// Its name among the metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Action::Mark { .. } => "mark",
            Action::Account { .. } => "account",
            Action::DeletePod { .. } => "delete_pod",
            Action::Release { .. } => "release",
            Action::Ungate { .. } => "ungate",
            Action::Bar { .. } => "bar",
            Action::Widen { .. } => "widen",
            Action::Withdraw { .. } => "withdraw",
            Action::Touch { .. } => "touch",
            Action::DeleteJob { .. } => "delete_job",
            Action::SweepSecret { .. } => "sweep_secret",
            Action::Recreate { .. } => "recreate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_as_prometheus_reads_it() {
        let metrics = Metrics::default();
        metrics.leads(true);
        metrics.did("account", true);
        metrics.did("account", false);
        metrics.wrote([100, 101].into_iter(), 102.5);
        let text = metrics.text();
        for line in [
            "gridshim_leader 1",
            "gridshim_actions_total{action=\"account\",result=\"done\"} 1",
            "gridshim_actions_total{action=\"account\",result=\"failed\"} 1",
            "gridshim_records_total 2",
            "gridshim_record_delay_seconds_count 2",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} is missing:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
