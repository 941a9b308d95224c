//! What is read of Jobs and pods: only the fields that gridshim looks at. A list of ten thousand Jobs is read four to ten times
//! faster this way than into the full types (architecture D7).

use serde::Deserialize;
use std::collections::HashMap;

/// Kubernetes' labels of the pods of a Job.
pub const JOB_NAME: &str = "batch.kubernetes.io/job-name";
pub const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// A Job.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SeenJob {
    pub metadata: JobMeta,
    pub spec: JobSpec,
    pub status: JobState,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobMeta {
    pub name: String,
    pub namespace: String,
    pub uid: String,
    pub resource_version: String,
    pub creation_timestamp: String,
    pub deletion_timestamp: Option<String>,
    pub annotations: JobNotes,
}

/// gridshim's annotations of a Job (`objects` names and writes them).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct JobNotes {
    #[serde(rename = "gridshim.io/job")]
    pub job: Option<String>,
    #[serde(rename = "gridshim.io/queue")]
    pub queue: Option<String>,
    #[serde(rename = "gridshim.io/predecessors")]
    pub predecessors: Option<String>,
    #[serde(rename = "gridshim.io/hold")]
    pub hold: Option<String>,
    #[serde(rename = "gridshim.io/errors")]
    pub errors: Option<String>,
    #[serde(rename = "gridshim.io/deleted-tasks")]
    pub deleted_tasks: Option<String>,
    #[serde(rename = "gridshim.io/restarted")]
    pub restarted: Option<String>,
    #[serde(rename = "gridshim.io/incidents")]
    pub incidents: Option<String>,
    #[serde(rename = "gridshim.io/suspended")]
    pub suspended: Option<String>,
    #[serde(rename = "gridshim.io/submitted")]
    pub submitted: Option<String>,
    #[serde(rename = "gridshim.io/gates")]
    pub gates: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct JobSpec {
    pub parallelism: u64,
    pub completions: u64,
    pub suspend: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobState {
    pub active: u64,
    /// Pods that have ended well, and those that have not, as far as Kubernetes has counted them.
    pub succeeded: u64,
    pub failed: u64,
    pub terminating: u64,
    pub completed_indexes: String,
    #[serde(rename = "uncountedTerminatedPods")]
    pub uncounted: Uncounted,
    pub failed_indexes: String,
    pub conditions: Vec<Condition>,
}

/// Uids of pods that have ended and that Kubernetes is about to count.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Uncounted {
    pub succeeded: Vec<String>,
    pub failed: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
    pub last_transition_time: Option<String>,
}

/// A pod.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SeenPod {
    pub metadata: PodMeta,
    pub spec: PodSpec,
    pub status: PodState,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodMeta {
    pub name: String,
    pub namespace: String,
    pub uid: String,
    pub resource_version: String,
    pub creation_timestamp: String,
    pub deletion_timestamp: Option<String>,
    pub finalizers: Vec<String>,
    pub labels: PodLabels,
    pub annotations: PodNotes,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PodNotes {
    #[serde(rename = "gridshim.io/record")]
    pub record: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PodLabels {
    #[serde(rename = "batch.kubernetes.io/job-name")]
    pub job_name: String,
    #[serde(rename = "batch.kubernetes.io/job-completion-index")]
    pub index: String,
    #[serde(rename = "gridshim.io/job-id")]
    pub job_id: String,
    #[serde(rename = "batch.kubernetes.io/controller-uid")]
    pub controller_uid: String,
    #[serde(rename = "gridshim.io/cron-line")]
    pub cron_line: String,
    #[serde(rename = "gridshim.io/cron-minute")]
    pub cron_minute: String,
    #[serde(rename = "gridshim.io/cron-table")]
    pub cron_table: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    pub node_name: String,
    pub scheduling_gates: Vec<Gate>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Gate {
    pub name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodState {
    pub phase: String,
    pub reason: String,
    pub message: String,
    pub start_time: Option<String>,
    pub conditions: Vec<Condition>,
    pub container_statuses: Vec<Container>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    pub name: String,
    pub restart_count: i32,
    pub state: ContainerState,
    pub last_state: ContainerState,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContainerState {
    pub waiting: Option<Waiting>,
    pub running: Option<Running>,
    pub terminated: Option<Terminated>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Waiting {
    pub reason: String,
    pub message: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Running {
    pub started_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terminated {
    pub exit_code: i32,
    pub signal: i32,
    pub reason: String,
    pub message: String,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
}

/// An object of which only the name is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SeenName {
    pub metadata: NameMeta,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct NameMeta {
    pub name: String,
}

/// A Secret without its contents.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SeenSecret {
    pub metadata: SecretMeta,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecretMeta {
    pub name: String,
    pub namespace: String,
    pub uid: String,
    pub creation_timestamp: String,
    pub annotations: SecretNotes,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SecretNotes {
    #[serde(rename = "gridshim.io/replacing")]
    pub replacing: Option<String>,
}

impl SeenJob {
    /// gridshim's id, from the name; `None` for a Job that is not gridshim's.
    pub fn id(&self) -> Option<u64> {
        self.metadata.name.strip_prefix(super::objects::PREFIX)?.parse().ok()
    }

    /// When it was submitted, as `objects::SUBMITTED` has it.
    pub fn submitted(&self) -> String {
        let made = || seconds(&self.metadata.creation_timestamp).unwrap_or(0).to_string();
        self.metadata.annotations.submitted.clone().unwrap_or_else(made)
    }

    /// True for an array that had started before single tasks of it were held: an admission policy gives its pods their gates.
    pub fn is_gated_by_admission(&self) -> bool {
        self.metadata.annotations.gates.as_deref() == Some(super::objects::BY_ADMISSION)
    }

    /// True as long as anything holds it.
    pub fn is_held(&self) -> bool {
        self.metadata.annotations.hold.as_deref().is_some_and(|holds| !holds.is_empty())
    }

    /// True where Kubernetes makes pods for it, unless a bar keeps them out.
    pub fn makes_pods(&self) -> bool {
        !self.spec.suspend && !self.is_over() && self.metadata.deletion_timestamp.is_none()
    }

    /// True once every index has ended and every pod is gone or has ended.
    pub fn is_over(&self) -> bool {
        self.ended_at().is_some()
    }

    /// How many of its pods have ended and are counted.
    pub fn ends(&self) -> u64 {
        self.status.succeeded.saturating_add(self.status.failed)
    }

    /// How many of its pods will be counted, whatever becomes of those that still run.
    pub fn ends_to_come(&self) -> u64 {
        let uncounted = self.status.uncounted.succeeded.len() + self.status.uncounted.failed.len();
        self.ends().saturating_add(u64::try_from(uncounted).unwrap_or(u64::MAX))
    }

    /// When it ended; the outer `None`: it has not.
    pub fn ended_at(&self) -> Option<Option<i64>> {
        let ended = |condition: &&Condition| matches!(condition.kind.as_str(), "Complete" | "Failed") && condition.status == "True";
        self.status.conditions.iter().find(ended).map(|condition| condition.last_transition_time.as_deref().and_then(seconds))
    }
}

impl SeenPod {
    /// The index it runs.
    pub fn index(&self) -> Option<u64> {
        self.metadata.labels.index.parse().ok()
    }

    /// True as long as somebody keeps it from going under this name.
    pub fn has_finalizer(&self, name: &str) -> bool {
        self.metadata.finalizers.iter().any(|finalizer| finalizer == name)
    }

    /// The job's container.
    fn own(&self) -> Option<&Container> {
        self.status.container_statuses.iter().find(|container| container.name == super::pod::CONTAINER)
    }

    /// The state of the job's container.
    pub fn container(&self) -> Option<&ContainerState> {
        self.own().map(|container| &container.state)
    }

    /// How the job's container ended, where it did.
    pub fn terminated(&self) -> Option<&Terminated> {
        self.container()?.terminated.as_ref()
    }

    /// True where its node knows that it ran, and not how it ended: a pod of ours never starts its container again.
    pub fn used_to_run(&self) -> bool {
        self.own().is_some_and(|container| container.last_state.terminated.is_some())
    }

    /// True where what its node knows is of a second container: it has lost sight of the first, which may have run.
    pub fn is_made_anew(&self) -> bool {
        self.own().is_some_and(|container| container.restart_count > 0)
    }

    /// When its host, which has begun with it, was given it, in seconds since 1970. That host's `startTime` may be later: a kubelet that
    /// starts anew before it has told of the pod sets it anew (seen in tests/chaos).
    pub fn taken_at(&self) -> Option<i64> {
        let begun = self.status.start_time.as_deref().and_then(seconds)?;
        let bound = self.status.conditions.iter().find(|condition| condition.kind == "PodScheduled" && condition.status == "True");
        let bound = bound.and_then(|condition| condition.last_transition_time.as_deref()).and_then(seconds);
        Some(bound.map_or(begun, |at| at.min(begun)))
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.status.phase.as_str(), "Succeeded" | "Failed")
    }

    /// True until the controller lets its task go.
    pub fn is_gated(&self) -> bool {
        self.spec.scheduling_gates.iter().any(|gate| gate.name == super::objects::GATE)
    }

    /// True where nothing keeps the scheduler from giving it to a host, and none has it yet.
    pub fn awaits_host(&self) -> bool {
        let is_live = self.metadata.deletion_timestamp.is_none() && !self.has_ended();
        is_live && self.spec.node_name.is_empty() && !self.is_gated()
    }

    /// True where it is of this Job, and not of an earlier one of its name.
    pub fn is_of(&self, job: &SeenJob) -> bool {
        self.metadata.labels.controller_uid.is_empty()
            || job.metadata.uid.is_empty()
            || self.metadata.labels.controller_uid == job.metadata.uid
    }

    /// Taken back before anything of it ran.
    pub fn is_withdrawn(&self) -> bool {
        self.status.conditions.iter().any(|condition| condition.kind == super::objects::WITHDRAWN && condition.status == "True")
    }

    /// A pod that was lost with its node, evicted or preempted, not one that ended by itself.
    pub fn is_disrupted(&self) -> bool {
        self.disruption().is_some()
    }

    /// Why it was taken from its host, in Kubernetes' word.
    pub fn disruption(&self) -> Option<&str> {
        let disrupted = |condition: &&Condition| condition.kind == "DisruptionTarget" && condition.status == "True";
        self.status.conditions.iter().find(disrupted).map(|condition| condition.reason.as_str())
    }
}

/// Pods by namespace and name of their Job.
pub fn by_job<'a>(pods: impl IntoIterator<Item = &'a SeenPod>) -> HashMap<(&'a str, &'a str), Vec<&'a SeenPod>> {
    let mut pods_of: HashMap<(&str, &str), Vec<&SeenPod>> = HashMap::new();
    for pod in pods {
        pods_of.entry((&pod.metadata.namespace, &pod.metadata.labels.job_name)).or_default().push(pod);
    }
    pods_of
}

/// Seconds since 1970 of a time as Kubernetes writes it.
pub fn seconds(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp())
}
