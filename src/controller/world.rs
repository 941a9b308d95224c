//! What the controller knows: the objects as last seen. Everything it decides follows from here, so that it may be killed at any
//! moment and begin again with two lists.

use super::bars::Bars;
use super::idle::Idlers;
use crate::backend::kubernetes::objects::now;
use crate::backend::kubernetes::pod::CONTAINER;
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, SeenSecret};
use crate::backend::kubernetes::watch::Event;
use std::collections::{BTreeMap, HashMap};

/// Seconds between the going of a job and the coming of the one that replaces it, at most.
const GRACE: i64 = 3;

/// Seconds that what watches pods is behind what watches Jobs, at most.
const LAG: i64 = 300;

/// Namespace and name.
pub type Key = (String, String);

/// A Job that went before it had ended.
#[derive(Debug, Clone, Copy)]
pub struct Gone {
    /// Seconds since 1970.
    pub at: i64,
    /// The Secrets were listed since: they say whether it is being replaced.
    pub is_checked: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub struct World {
    pub jobs: BTreeMap<Key, SeenJob>,
    /// Deleted Jobs whose pods are still to be accounted.
    pub departed: BTreeMap<Key, SeenJob>,
    /// Jobs that went before they had ended, by name: one of the same name may be about to come.
    pub recently_gone: BTreeMap<String, Gone>,
    pub pods: BTreeMap<Key, SeenPod>,
    /// How many pods of a Job have been seen, by its uid. No pod goes unaccounted: with as many seen as have ended, all ends are known.
    pub seen: HashMap<String, u64>,
    /// Secrets as last listed.
    pub secrets: Vec<SeenSecret>,
    /// Jobs that start no more pods, or get theirs with a gate, as the ConfigMaps say; `None`: not read yet.
    pub bars: Option<Bars>,
    /// The cluster gives pods of started arrays gates.
    pub can_gate: bool,
    /// Jobs without pods that might have some.
    pub idlers: Idlers,
    /// When one of them was touched last, in seconds since 1970.
    pub touched: i64,
    pub jobs_known: bool,
    pub pods_known: bool,
    pub secrets_known: bool,
}

impl World {
    /// Nothing is missing: what is not here is nowhere.
    pub fn is_complete(&self) -> bool {
        self.jobs_known && self.pods_known
    }

    pub fn job_event(&mut self, event: Event<SeenJob>) {
        match event {
            Event::All(list) => {
                let now: BTreeMap<Key, SeenJob> = list.into_iter().map(|job| (job_key(&job), job)).collect();
                let before = std::mem::replace(&mut self.jobs, now);
                for (key, job) in before {
                    if !self.jobs.contains_key(&key) {
                        self.note_gone(&job);
                        self.departed.insert(key, job);
                    }
                }
                self.jobs_known = true;
            }
            Event::Changed(job) => {
                self.jobs.insert(job_key(&job), job);
            }
            Event::Gone(job) => {
                self.jobs.remove(&job_key(&job));
                self.note_gone(&job);
                self.departed.insert(job_key(&job), job);
            }
        }
    }

    fn note_gone(&mut self, job: &SeenJob) {
        if !job.is_over() {
            self.recently_gone.insert(job.metadata.name.clone(), Gone { at: now(), is_checked: false });
        }
    }

    pub fn pod_event(&mut self, event: Event<SeenPod>) {
        match event {
            Event::All(list) => {
                list.iter().for_each(|pod| self.see(pod));
                let remembered = list.into_iter().map(|pod| (pod_key(&pod), self.with_start(pod))).collect();
                self.pods = remembered;
                // What had ended by then was accounted and is gone, beside those that are there; some may be both, and count twice.
                for job in self.jobs.values().chain(self.departed.values()) {
                    let seen = self.seen.entry(job.metadata.uid.clone()).or_default();
                    let gone = job.ends_to_come();
                    *seen = if self.pods_known { gone.max(*seen) } else { gone.saturating_add(*seen) };
                }
                self.pods_known = true;
            }
            Event::Changed(pod) => {
                self.see(&pod);
                let pod = self.with_start(pod);
                self.pods.insert(pod_key(&pod), pod);
            }
            Event::Gone(pod) => {
                self.pods.remove(&pod_key(&pod));
            }
        }
    }

    /// Counts a pod that was not known.
    fn see(&mut self, pod: &SeenPod) {
        if self.pods.get(&pod_key(pod)).is_none_or(|before| before.metadata.uid != pod.metadata.uid) {
            *self.seen.entry(pod.metadata.labels.controller_uid.clone()).or_default() += 1;
        }
    }

    /// True where the end of each of its pods that Kubernetes has counted was told here, too: what watches Jobs may be ahead of what
    /// watches pods. Not for ever: a pod that was counted and went as this controller began may be missing here.
    pub fn knows_ends_of(&self, job: &SeenJob, now: i64) -> bool {
        let is_long_ago = job.ended_at().flatten().is_some_and(|at| at.saturating_add(LAG) <= now);
        is_long_ago || job.ends() <= self.seen.get(&job.metadata.uid).copied().unwrap_or(0)
    }

    /// The pod, with the start of its container where it was seen before and a kubelet that was killed since has forgotten it.
    fn with_start(&self, mut pod: SeenPod) -> SeenPod {
        let before = self.pods.get(&pod_key(&pod)).filter(|before| before.metadata.uid == pod.metadata.uid);
        let known = before.and_then(SeenPod::container).and_then(|state| {
            let running = state.running.as_ref().and_then(|running| running.started_at.clone());
            running.or_else(|| state.terminated.as_ref()?.started_at.clone())
        });
        let own = pod.status.container_statuses.iter_mut().find(|container| container.name == CONTAINER);
        if let (Some(known), Some(end)) = (known, own.and_then(|container| container.state.terminated.as_mut())) {
            end.started_at.get_or_insert(known);
        }
        pod
    }

    pub fn secrets(&mut self, list: Vec<SeenSecret>) {
        self.secrets = list;
        self.secrets_known = true;
        self.recently_gone.values_mut().for_each(|gone| gone.is_checked = true);
    }

    /// The Job of this Secret was made again, and will be seen in a moment.
    pub fn recreated(&mut self, key: &Key) {
        self.secrets.retain(|secret| secret.metadata.namespace != key.0 || secret.metadata.name != key.1);
        self.recently_gone.insert(key.1.clone(), Gone { at: now(), is_checked: true });
    }

    /// True where the Secrets must be listed to know what is to be done.
    pub fn wants_secrets(&self) -> bool {
        !self.secrets_known || self.recently_gone.values().any(|gone| !gone.is_checked)
    }

    /// True where the policy that gives pods gates must be looked for: it has come since, or somebody has taken it away.
    pub fn wants_gates(&self) -> bool {
        !self.can_gate && self.jobs.values().any(|job| job.is_gated_by_admission() && !job.is_over())
    }

    /// The Job a pod belongs to, be it deleted.
    pub fn job_of(&self, pod: &SeenPod) -> Option<&SeenJob> {
        let key = (pod.metadata.namespace.clone(), pod.metadata.labels.job_name.clone());
        let (live, gone) = (self.jobs.get(&key), self.departed.get(&key));
        // A job that was replaced has the same name; what they say of the task is the same where the old one is forgotten.
        live.filter(|job| pod.is_of(job)).or_else(|| gone.filter(|job| pod.is_of(job))).or(live).or(gone)
    }

    /// True while a job of this name may be about to come again: qalter replaces those that have not started, and notes it in the
    /// Secret before it takes the old one away. Without knowing the Secrets every job may.
    pub fn may_return(&self, name: &str, now: i64) -> bool {
        let is_replaced = |secret: &SeenSecret| secret.metadata.name == name && secret.metadata.annotations.replacing.is_some();
        !self.secrets_known
            || self.recently_gone.get(name).is_some_and(|gone| !gone.is_checked || now < gone.at + GRACE)
            || self.secrets.iter().any(is_replaced)
    }

    /// Forgets deleted Jobs without pods.
    pub fn forget(&mut self) {
        let now = now();
        self.recently_gone.retain(|_, gone| !gone.is_checked || now < gone.at + GRACE);
        let is_done = |(namespace, name): &Key, job: &SeenJob| {
            let is_its = |pod: &SeenPod| pod.metadata.namespace == *namespace && pod.metadata.labels.job_name == *name;
            self.knows_ends_of(job, now) && !self.pods.values().any(is_its)
        };
        let done: Vec<Key> = self.departed.iter().filter(|(key, job)| is_done(key, job)).map(|(key, _)| key.clone()).collect();
        for job in done.iter().filter_map(|key| self.departed.remove(key)) {
            self.seen.remove(&job.metadata.uid);
        }
    }
}

pub fn job_key(job: &SeenJob) -> Key {
    (job.metadata.namespace.clone(), job.metadata.name.clone())
}

pub fn pod_key(pod: &SeenPod) -> Key {
    (pod.metadata.namespace.clone(), pod.metadata.name.clone())
}
