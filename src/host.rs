//! The hosts that run jobs, and the queue instances on them: what `qhost`, `qselect` and `qstat -f` show. On Kubernetes a node
//! is a host; locally this machine is the only one.

pub mod resources;
pub mod select;
pub mod suitable;

use crate::job::{JobStatus, Tasks};
use crate::site::{Consumable, Queue, QueueType, Site};
use resources::Value;
use std::collections::{BTreeMap, HashMap};

/// A host as Grid Engine's execution daemon would describe it. `None`: not known here, shown as a dash.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Host {
    pub name: String,
    /// Grid Engine's word for system and processor: `lx-amd64`.
    pub arch: String,
    pub processors: u32,
    pub sockets: u32,
    pub cores: u32,
    pub threads: u32,
    /// Of the last minute, five and fifteen minutes.
    pub load: Option<[f64; 3]>,
    /// Bytes.
    pub memory_total: Option<u64>,
    pub memory_used: Option<u64>,
    pub swap_total: Option<u64>,
    pub swap_used: Option<u64>,
    /// No word from it (a node that is not ready): `u` in its queues' states.
    pub is_unreachable: bool,
    /// It takes no new jobs (a cordoned node): `d`.
    pub is_disabled: bool,
}

impl Host {
    /// Grid Engine's name of the architecture that Rust and Kubernetes call `arch`.
    pub fn arch_of(arch: &str) -> String {
        match arch {
            "x86_64" | "amd64" => "lx-amd64".into(),
            "x86" | "386" => "lx-x86".into(),
            "aarch64" | "arm64" => "lx-arm64".into(),
            other => format!("lx-{other}"),
        }
    }

    /// `load_avg`, the load of five minutes.
    pub fn load_avg(&self) -> Option<f64> {
        self.load.filter(|_| !self.is_unreachable).map(|load| load[1])
    }

    /// The same for each processor.
    pub fn np_load_avg(&self) -> Option<f64> {
        self.load_avg().map(|load| load / f64::from(self.processors.max(1)))
    }
}

/// A queue on a host.
#[derive(Debug, Clone)]
pub struct Instance<'a> {
    pub queue: &'a Queue,
    pub host: &'a Host,
    pub total: u32,
    /// Slots of the tasks that run in it.
    pub used: u32,
    /// What those tasks, and all on the host, use up of other resources.
    pub taken: Taken,
    pub taken_on_host: Taken,
}

/// Amounts of resources, by name.
pub type Taken = BTreeMap<String, f64>;

/// A load threshold that is reached.
#[derive(Debug, Clone, PartialEq)]
pub enum Alarm<'a> {
    /// Name, value and threshold.
    Reached(&'a str, Value, &'a str),
    /// Nothing is heard of the host.
    Unknown(&'a str),
}

impl<'a> Instance<'a> {
    /// One where nothing runs.
    pub fn empty(queue: &'a Queue, host: &'a Host, total: u32) -> Instance<'a> {
        Instance { queue, host, total, used: 0, taken: Taken::new(), taken_on_host: Taken::new() }
    }

    /// `queue@host`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.queue.name, self.host.name)
    }

    /// `BIPC`: batch, interactive, parallel, checkpointing (compat/captures/qstat/thresholds.txt).
    pub fn types(&self, site: &Site) -> String {
        let letters = [
            (self.queue.is_of(QueueType::Batch), 'B'),
            (self.queue.is_of(QueueType::Interactive), 'I'),
            (!site.pes_of(self.queue).is_empty(), 'P'),
            (!self.queue.ckpt_list.is_empty(), 'C'),
        ];
        let shown: String = letters.iter().filter(|(is, _)| *is).map(|(_, letter)| letter).collect();
        if shown.is_empty() { "N".into() } else { shown }
    }

    /// The letters of the states column: load alarm, disabled, unknown (compat/captures/qstat/unreachable.txt).
    pub fn states(&self, site: &Site) -> String {
        let letters = [(!self.alarms(site).is_empty(), "a"), (self.host.is_disabled, "d"), (self.host.is_unreachable, "u")];
        letters.iter().filter(|(on, _)| *on).map(|(_, letters)| *letters).collect()
    }

    /// The load thresholds that are reached.
    pub fn alarms(&self, site: &Site) -> Vec<Alarm<'_>> {
        let mut found = Vec::new();
        for (name, limit) in &self.queue.load_thresholds {
            if self.host.is_unreachable {
                found.push(Alarm::Unknown(name));
            } else if let (Some(load), Some(complex)) = (self.host.load_value(name), site.complex(name))
                && resources::read(complex.kind, limit).is_some_and(|limit| resources::satisfies(&limit, complex.relop(), &load))
            {
                found.push(Alarm::Reached(name, load, limit));
            }
        }
        found
    }

    /// True where these tasks run in it.
    pub fn runs(&self, tasks: &Tasks) -> bool {
        tasks.state.is_running() && tasks.queue.as_deref() == Some(&self.queue.name) && tasks.host.as_deref() == Some(&self.host.name)
    }
}

/// What running tasks use up of the site's consumable resources: by host, and by queue and host.
fn taken(site: &Site, jobs: &[JobStatus]) -> (HashMap<String, Taken>, HashMap<(String, String), Taken>) {
    let (mut of_hosts, mut of_queues): (HashMap<String, Taken>, HashMap<(String, String), Taken>) = Default::default();
    let consumables = || site.own_complexes.iter().filter(|complex| complex.consumable != Consumable::No);
    if consumables().next().is_none() {
        return (of_hosts, of_queues);
    }
    for status in jobs {
        for tasks in status.tasks.iter().filter(|tasks| tasks.state.is_running()) {
            let (Some(queue), Some(host)) = (&tasks.queue, &tasks.host) else { continue };
            for (name, amount) in &status.job.hard_resources {
                let Some(complex) = consumables().find(|complex| complex.name == *name || complex.shortcut == *name) else { continue };
                let Some(amount) = resources::read(complex.kind, amount).and_then(|value| value.number()) else { continue };
                let times = if complex.consumable == Consumable::Yes { f64::from(status.slots(tasks)) } else { 1.0 };
                *of_hosts.entry(host.clone()).or_default().entry(complex.name.clone()).or_default() += amount * times;
                *of_queues.entry((queue.clone(), host.clone())).or_default().entry(complex.name.clone()).or_default() += amount * times;
            }
        }
    }
    (of_hosts, of_queues)
}

/// What running tasks use up on each host.
pub fn taken_on_hosts(site: &Site, jobs: &[JobStatus]) -> HashMap<String, Taken> {
    taken(site, jobs).0
}

/// Every queue on every host it is on, by queue and host name, with the slots in use by these jobs (everybody's).
pub fn instances<'a>(site: &'a Site, hosts: &'a [Host], jobs: &[JobStatus]) -> Vec<Instance<'a>> {
    let mut used: HashMap<(&str, &str), u32> = HashMap::new();
    for status in jobs {
        for tasks in status.tasks.iter().filter(|tasks| tasks.state.is_running()) {
            if let (Some(queue), Some(host)) = (&tasks.queue, &tasks.host) {
                *used.entry((queue, host)).or_default() += status.slots(tasks);
            }
        }
    }
    let (of_hosts, of_queues) = taken(site, jobs);
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let mut found: Vec<Instance<'a>> = Vec::new();
    for queue in &site.queues {
        let on = site.hosts_of_queue(queue, &names);
        for host in hosts.iter().filter(|host| on.contains(&host.name)) {
            found.push(Instance {
                queue,
                host,
                total: queue.slots.unwrap_or(host.processors).max(1),
                used: used.get(&(queue.name.as_str(), host.name.as_str())).copied().unwrap_or(0),
                taken: of_queues.get(&(queue.name.clone(), host.name.clone())).cloned().unwrap_or_default(),
                taken_on_host: of_hosts.get(&host.name).cloned().unwrap_or_default(),
            });
        }
    }
    found.sort_by(|a, b| (&a.queue.name, &a.host.name).cmp(&(&b.queue.name, &b.host.name)));
    found
}
