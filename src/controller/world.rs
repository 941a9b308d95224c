//! What the controller knows: the objects as last seen. Everything it decides follows from here, so that it may be killed at any
//! moment and begin again with two lists.

use crate::backend::kubernetes::seen::{SeenJob, SeenPod, SeenSecret};
use crate::backend::kubernetes::watch::Event;
use std::collections::{BTreeMap, HashSet};

/// Namespace and name.
pub type Key = (String, String);

/// See the module.
#[derive(Debug, Default)]
pub struct World {
    pub jobs: BTreeMap<Key, SeenJob>,
    /// Deleted Jobs whose pods are still to be accounted.
    pub departed: BTreeMap<Key, SeenJob>,
    pub pods: BTreeMap<Key, SeenPod>,
    /// Secrets as last listed.
    pub secrets: Vec<SeenSecret>,
    /// Uids of Jobs that own their Secret.
    pub owned: HashSet<String>,
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
                self.owned.remove(&job.metadata.uid);
                self.departed.insert(job_key(&job), job);
            }
        }
    }

    pub fn pod_event(&mut self, event: Event<SeenPod>) {
        match event {
            Event::All(list) => {
                self.pods = list.into_iter().map(|pod| (pod_key(&pod), pod)).collect();
                self.pods_known = true;
            }
            Event::Changed(pod) => {
                self.pods.insert(pod_key(&pod), pod);
            }
            Event::Gone(pod) => {
                self.pods.remove(&pod_key(&pod));
            }
        }
    }

    pub fn secrets(&mut self, list: Vec<SeenSecret>) {
        for secret in &list {
            self.owned.extend(secret.metadata.owner_references.iter().map(|owner| owner.uid.clone()));
        }
        self.secrets = list;
        self.secrets_known = true;
    }

    /// The Job a pod belongs to, be it deleted.
    pub fn job_of(&self, pod: &SeenPod) -> Option<&SeenJob> {
        let key = (pod.metadata.namespace.clone(), pod.metadata.labels.job_name.clone());
        self.jobs.get(&key).or_else(|| self.departed.get(&key))
    }

    /// Forgets deleted Jobs without pods.
    pub fn forget(&mut self) {
        let pods = &self.pods;
        self.departed.retain(|(namespace, name), _| {
            pods.values().any(|pod| pod.metadata.namespace == *namespace && pod.metadata.labels.job_name == *name)
        });
    }
}

pub fn job_key(job: &SeenJob) -> Key {
    (job.metadata.namespace.clone(), job.metadata.name.clone())
}

pub fn pod_key(pod: &SeenPod) -> Key {
    (pod.metadata.namespace.clone(), pod.metadata.name.clone())
}
