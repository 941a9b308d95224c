//! Cluster queues and the parallel environments they offer, as `qconf -sq` and `-sp` show them
//! (compat/captures/qconf-sq.txt, qconf-sp.txt).

use super::Site;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A cluster queue. Keys are Grid Engine's attributes; what gridshim has no use for is in `attributes`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    pub name: String,
    /// Hosts, patterns of hosts and host groups on which there is an instance of the queue.
    #[serde(default = "all_hosts")]
    pub hostlist: Vec<String>,
    /// Slots on each host; unset: as many as the cores of the machine.
    pub slots: Option<u32>,
    /// The shell of jobs without -S.
    #[serde(default = "default_shell")]
    pub shell: String,
    /// Jobs without -r may be started again after a node was lost.
    #[serde(default)]
    pub rerun: bool,
    /// Seconds between the warning and the kill of a -notify job.
    #[serde(default = "default_notify")]
    pub notify: u64,
    /// `h_rt`, `h_vmem`, …: the most a job may ask for, and what it gets if it asks for nothing.
    #[serde(default)]
    pub limits: BTreeMap<String, String>,
    /// Jobs that name no queue go to the first queue that is not only for those who name it.
    #[serde(default)]
    pub only_by_name: bool,
    #[serde(default)]
    pub seq_no: u32,
    #[serde(default)]
    pub priority: i32,
    #[serde(default = "both_types")]
    pub qtype: Vec<QueueType>,
    /// Parallel environments it offers; unset: every one of the site.
    pub pe_list: Option<Vec<String>>,
    /// Checkpointing environments it offers.
    #[serde(default)]
    pub ckpt_list: Vec<String>,
    #[serde(default = "default_tmpdir")]
    pub tmpdir: String,
    /// `{ np_load_avg = "1.75" }`: a host above it shows the state `a`.
    #[serde(default = "default_thresholds")]
    pub load_thresholds: BTreeMap<String, String>,
    /// Resources the queue offers on each host.
    #[serde(default)]
    pub complex_values: BTreeMap<String, String>,
    /// User lists that may use the queue, and those that may not; empty: everybody, nobody.
    #[serde(default)]
    pub user_lists: Vec<String>,
    #[serde(default)]
    pub xuser_lists: Vec<String>,
    /// Projects that may use the queue, and those that may not; empty: every job, none.
    #[serde(default)]
    pub projects: Vec<String>,
    #[serde(default)]
    pub xprojects: Vec<String>,
    /// Users who may disable, suspend and clear the queue.
    #[serde(default)]
    pub owner_list: Vec<String>,
    #[serde(default)]
    pub subordinate_list: Vec<String>,
    pub calendar: Option<String>,
    /// Attributes of `ATTRIBUTES` that are shown as they are written and do nothing.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// What a queue runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum QueueType {
    Batch,
    Interactive,
}

/// Attributes of a queue that are only shown, with Grid Engine's defaults (compat/captures/qconf-sq-template.txt).
pub const ATTRIBUTES: &[(&str, &str)] = &[
    ("suspend_thresholds", "NONE"),
    ("nsuspend", "1"),
    ("suspend_interval", "00:05:00"),
    ("min_cpu_interval", "00:05:00"),
    ("processors", "UNDEFINED"),
    ("prolog", "NONE"),
    ("epilog", "NONE"),
    ("shell_start_mode", "posix_compliant"),
    ("starter_method", "NONE"),
    ("suspend_method", "NONE"),
    ("resume_method", "NONE"),
    ("terminate_method", "NONE"),
    ("initial_state", "default"),
];

/// The limits of a queue, in `qconf -sq`'s order: times, then sizes.
pub const TIME_LIMITS: &[&str] = &["s_rt", "h_rt", "s_cpu", "h_cpu"];
/// See `TIME_LIMITS`.
pub const SIZE_LIMITS: &[&str] =
    &["s_fsize", "h_fsize", "s_data", "h_data", "s_stack", "h_stack", "s_core", "h_core", "s_rss", "h_rss", "s_vmem", "h_vmem"];

impl Queue {
    /// A queue of that name with the defaults of site.toml's keys.
    pub fn named(name: &str) -> Queue {
        Queue {
            name: name.into(),
            hostlist: all_hosts(),
            slots: None,
            shell: default_shell(),
            rerun: false,
            notify: default_notify(),
            limits: BTreeMap::new(),
            only_by_name: false,
            seq_no: 0,
            priority: 0,
            qtype: both_types(),
            pe_list: None,
            ckpt_list: Vec::new(),
            tmpdir: default_tmpdir(),
            load_thresholds: default_thresholds(),
            complex_values: BTreeMap::new(),
            user_lists: Vec::new(),
            xuser_lists: Vec::new(),
            projects: Vec::new(),
            xprojects: Vec::new(),
            owner_list: Vec::new(),
            subordinate_list: Vec::new(),
            calendar: None,
            attributes: BTreeMap::new(),
        }
    }

    /// An attribute of `ATTRIBUTES`, Grid Engine's default where the site says nothing.
    pub fn attribute(&self, name: &str) -> &str {
        let default = || ATTRIBUTES.iter().find(|(known, _)| *known == name).map_or("NONE", |(_, value)| value);
        self.attributes.get(name).map_or_else(default, String::as_str)
    }

    /// A limit as the site writes it, else `INFINITY`.
    pub fn limit(&self, name: &str) -> &str {
        self.limits.get(name).map_or("INFINITY", String::as_str)
    }

    /// True where jobs of that type run in the queue.
    pub fn is_of(&self, kind: QueueType) -> bool {
        self.qtype.contains(&kind)
    }
}

/// A parallel environment. Whatever the allocation rule says, every slot of a job is on one host.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParallelEnvironment {
    pub name: String,
    #[serde(default = "default_pe_slots")]
    pub slots: u32,
    #[serde(default)]
    pub user_lists: Vec<String>,
    #[serde(default)]
    pub xuser_lists: Vec<String>,
    #[serde(default = "none")]
    pub start_proc_args: String,
    #[serde(default = "none")]
    pub stop_proc_args: String,
    /// `$pe_slots`, `$fill_up`, `$round_robin` or a number.
    #[serde(default = "default_rule")]
    pub allocation_rule: String,
    #[serde(default)]
    pub control_slaves: bool,
    #[serde(default = "yes")]
    pub job_is_first_task: bool,
    /// `min`, `max`, `avg` or a number.
    #[serde(default = "default_urgency")]
    pub urgency_slots: String,
    #[serde(default)]
    pub accounting_summary: bool,
    #[serde(default = "none")]
    pub qsort_args: String,
}

impl ParallelEnvironment {
    /// One of that name with the defaults of site.toml's keys.
    pub fn named(name: &str) -> ParallelEnvironment {
        ParallelEnvironment {
            name: name.into(),
            slots: default_pe_slots(),
            user_lists: Vec::new(),
            xuser_lists: Vec::new(),
            start_proc_args: none(),
            stop_proc_args: none(),
            allocation_rule: default_rule(),
            control_slaves: false,
            job_is_first_task: true,
            urgency_slots: default_urgency(),
            accounting_summary: false,
            qsort_args: none(),
        }
    }
}

impl Site {
    /// A queue by its exact name.
    pub fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// A queue by its exact name; one that the site has no longer has the defaults.
    pub fn queue_or_default(&self, name: &str) -> Cow<'_, Queue> {
        self.queue(name).map_or_else(|| Cow::Owned(Queue::named(name)), Cow::Borrowed)
    }

    /// A parallel environment by its exact name.
    pub fn pe(&self, name: &str) -> Option<&ParallelEnvironment> {
        self.parallel_environments.iter().find(|pe| pe.name == name)
    }

    /// The parallel environments a queue offers, in its `pe_list`'s order.
    pub fn pes_of<'a>(&'a self, queue: &'a Queue) -> Vec<&'a ParallelEnvironment> {
        match &queue.pe_list {
            None => self.parallel_environments.iter().collect(),
            Some(names) => names.iter().filter_map(|name| self.pe(name)).collect(),
        }
    }

    /// The queues that offer a parallel environment.
    pub fn queues_with_pe<'a>(&'a self, pe: &str) -> Vec<&'a Queue> {
        self.queues.iter().filter(|queue| self.pes_of(queue).iter().any(|known| known.name == pe)).collect()
    }
}

/// The queues of a site without a file.
pub(super) fn default_queues() -> Vec<Queue> {
    let queue = |name: &str, only_by_name| Queue { rerun: true, only_by_name, ..Queue::named(name) };
    vec![queue("all.q", false), queue("task", true), queue("continuous", true)]
}

/// The parallel environments of a site that names none: those of Grid Engine's queue template.
pub(super) fn default_pes() -> Vec<ParallelEnvironment> {
    ["make", "smp", "mpi"].iter().map(|name| ParallelEnvironment::named(name)).collect()
}

fn all_hosts() -> Vec<String> {
    vec!["@allhosts".into()]
}
fn both_types() -> Vec<QueueType> {
    vec![QueueType::Batch, QueueType::Interactive]
}
fn default_thresholds() -> BTreeMap<String, String> {
    BTreeMap::from([("np_load_avg".into(), "1.75".into())])
}
fn default_tmpdir() -> String {
    "/tmp".into()
}
fn default_shell() -> String {
    "/bin/bash".into()
}
fn default_notify() -> u64 {
    60
}
fn default_pe_slots() -> u32 {
    999
}
fn default_rule() -> String {
    "$pe_slots".into()
}
fn default_urgency() -> String {
    "min".into()
}
fn none() -> String {
    "NONE".into()
}
fn yes() -> bool {
    true
}
