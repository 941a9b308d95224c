//! Lists and watches as protobuf: what `seen` names, in Kubernetes' field numbers (k8s.io/api, generated.proto; they never change),
//! and nothing else. The API server writes it five times faster than JSON, and a reader skips what it does not know.
//!
//! ```text
//! "k8s\0" Unknown{ raw: JobList{ metadata, items: [Job…] } }        an answer of Accept: application/vnd.kubernetes.protobuf
//! ```

mod frames;
mod messages;
mod reader;

use super::client::{Failure, List};
use super::crontab::{self, SeenCrontab};
use super::seen::{
    Condition, Container, ContainerState, Gate, JobMeta, JobSpec, JobState, NameMeta, PodLabels, PodMeta, PodNotes, PodSpec, PodState,
    Running, SecretMeta, SeenJob, SeenName, SeenPod, SeenSecret, Terminated, Uncounted, Waiting,
};
pub use frames::{Frame, Frames};
use messages::{
    ManagedFields, Metadata, ObjectMeta, Pair, Status, Time, Unknown, WireCondition, WireContainer, WireContainerState, WireJob, WirePod,
    WireSecret, WireTerminated, WireUncounted, WireWaiting,
};
use prost::Message;
use prost::bytes::Bytes;
pub use reader::Reader;
use serde::Deserialize;
use serde::de::value::MapDeserializer;
use serde_json::Error as Unreadable;

pub const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
/// Objects without their contents: for secrets, which are not ours to read, and where there are many.
const METADATA: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const MAGIC: &[u8] = b"k8s\0";

/// What lists hold.
pub trait Listed: Sized {
    /// As what the API server is asked for them.
    const ACCEPT: &'static str;
    type Wire: Message + Default + std::fmt::Debug;

    /// # Errors
    /// Labels or annotations are no texts.
    fn of(wire: Self::Wire) -> Result<Self, Unreadable>;

    /// A whole answer.
    ///
    /// # Errors
    /// The bytes are no such list.
    fn read(bytes: &[u8]) -> Result<List<Self>, String> {
        let mut reader = Reader::default();
        reader.push(bytes)?;
        reader.finish()
    }
}

/// Why the API server refused, where it said so in protobuf.
pub fn refusal(bytes: &[u8]) -> Option<Failure> {
    let status = Status::decode(Unknown::decode(bytes.strip_prefix(MAGIC)?).ok()?.raw).ok()?;
    Some(Failure::Refused { code: u16::try_from(status.code).ok()?, reason: status.reason, message: status.message })
}

/// A Job of which only the metadata was read, where that says all: none of its tasks has ended. This is told by the names of the
/// status fields which the Job controller wrote (`managedFields`).
pub struct Unended {
    pub name: String,
    /// `None`: its status has to be read.
    pub metadata: Option<JobMeta>,
}

/// Status fields that are there once a task has ended.
const ENDED: [&[u8]; 4] = [b"\"f:succeeded\"", b"\"f:failed\"", b"\"f:completedIndexes\"", b"\"f:completionTime\""];

impl Listed for Unended {
    const ACCEPT: &'static str = METADATA;
    type Wire = Metadata;

    fn of(object: Metadata) -> Result<Unended, Unreadable> {
        let meta = object.metadata.unwrap_or_default();
        let name = meta.name.clone();
        let entries = &meta.managed_fields;
        let tells = |entry: &ManagedFields| {
            let raw = entry.fields.as_ref().map_or(&[][..], |fields| &fields.raw);
            entry.subresource == "status" && ENDED.iter().any(|name| memchr::memmem::find(raw, name).is_some())
        };
        // Where somebody has stripped them nothing is told.
        let is_unended = !entries.is_empty() && !entries.iter().any(tells);
        Ok(Unended { name, metadata: if is_unended { Some(meta.of_job()?) } else { None } })
    }
}

/// Texts that a client of the API server may have filled with anything; JSON has such bytes replaced, too.
fn lossy(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn text(time: Option<Time>) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(time?.seconds, 0)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

/// Labels and annotations, with `seen`'s names of them.
fn named<'de, T: Deserialize<'de>>(pairs: Vec<Pair>) -> Result<T, Unreadable> {
    // Plain strings are no options to serde; JSON's are.
    T::deserialize(MapDeserializer::new(pairs.into_iter().map(|pair| (pair.key, serde_json::Value::String(lossy(&pair.value))))))
}

/// Counts are never negative.
fn count(number: i32) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl ObjectMeta {
    fn of_job(self) -> Result<JobMeta, Unreadable> {
        Ok(JobMeta {
            name: self.name,
            namespace: self.namespace,
            uid: self.uid,
            resource_version: self.resource_version,
            creation_timestamp: text(self.creation_timestamp).unwrap_or_default(),
            deletion_timestamp: text(self.deletion_timestamp),
            annotations: named(self.annotations)?,
        })
    }
}

impl Listed for SeenJob {
    const ACCEPT: &'static str = PROTOBUF;
    type Wire = WireJob;

    fn of(job: WireJob) -> Result<SeenJob, Unreadable> {
        let (spec, status) = (job.spec.unwrap_or_default(), job.status.unwrap_or_default());
        let WireUncounted { succeeded, failed } = status.uncounted.unwrap_or_default();
        Ok(SeenJob {
            metadata: job.metadata.unwrap_or_default().of_job()?,
            spec: JobSpec { parallelism: count(spec.parallelism), completions: count(spec.completions), suspend: spec.suspend },
            status: JobState {
                active: count(status.active),
                succeeded: count(status.succeeded),
                failed: count(status.failed),
                terminating: count(status.terminating),
                completed_indexes: status.completed_indexes,
                uncounted: Uncounted { succeeded, failed },
                failed_indexes: status.failed_indexes,
                conditions: status.conditions.into_iter().map(Condition::from).collect(),
            },
        })
    }
}

impl Listed for SeenPod {
    const ACCEPT: &'static str = PROTOBUF;
    type Wire = WirePod;

    fn of(pod: WirePod) -> Result<SeenPod, Unreadable> {
        let (meta, spec, status) = (pod.metadata.unwrap_or_default(), pod.spec.unwrap_or_default(), pod.status.unwrap_or_default());
        Ok(SeenPod {
            metadata: PodMeta {
                name: meta.name,
                namespace: meta.namespace,
                uid: meta.uid,
                resource_version: meta.resource_version,
                creation_timestamp: text(meta.creation_timestamp).unwrap_or_default(),
                deletion_timestamp: text(meta.deletion_timestamp),
                finalizers: meta.finalizers,
                labels: named::<PodLabels>(meta.labels)?,
                annotations: named::<PodNotes>(meta.annotations)?,
            },
            spec: PodSpec {
                node_name: spec.node_name,
                scheduling_gates: spec.scheduling_gates.into_iter().map(|gate| Gate { name: gate.name }).collect(),
            },
            status: PodState {
                phase: status.phase,
                reason: lossy(&status.reason),
                message: lossy(&status.message),
                start_time: text(status.start_time),
                conditions: status.conditions.into_iter().map(Condition::from).collect(),
                container_statuses: status.container_statuses.into_iter().map(Container::from).collect(),
            },
        })
    }
}

impl Listed for SeenSecret {
    const ACCEPT: &'static str = METADATA;
    type Wire = Metadata;

    fn of(secret: Metadata) -> Result<SeenSecret, Unreadable> {
        let meta = secret.metadata.unwrap_or_default();
        Ok(SeenSecret {
            metadata: SecretMeta {
                name: meta.name,
                namespace: meta.namespace,
                uid: meta.uid,
                creation_timestamp: text(meta.creation_timestamp).unwrap_or_default(),
                annotations: named(meta.annotations)?,
            },
        })
    }
}

impl Listed for SeenName {
    const ACCEPT: &'static str = METADATA;
    type Wire = Metadata;

    fn of(object: Metadata) -> Result<SeenName, Unreadable> {
        Ok(SeenName { metadata: NameMeta { name: object.metadata.unwrap_or_default().name } })
    }
}

impl Listed for SeenCrontab {
    const ACCEPT: &'static str = PROTOBUF;
    type Wire = WireSecret;

    fn of(secret: WireSecret) -> Result<SeenCrontab, Unreadable> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let meta = secret.metadata.unwrap_or_default();
        Ok(SeenCrontab {
            metadata: crontab::Meta {
                name: meta.name,
                namespace: meta.namespace,
                resource_version: meta.resource_version,
                annotations: meta.annotations.into_iter().map(|pair| (pair.key, lossy(&pair.value))).collect(),
            },
            // As JSON has it.
            data: secret.data.into_iter().map(|pair| (pair.key, STANDARD.encode(&pair.value))).collect(),
        })
    }
}

impl From<WireCondition> for Condition {
    fn from(condition: WireCondition) -> Condition {
        let WireCondition { kind, status, last_transition_time, reason, message } = condition;
        Condition { kind, status, reason: lossy(&reason), message: lossy(&message), last_transition_time: text(last_transition_time) }
    }
}

impl From<WireContainer> for Container {
    fn from(container: WireContainer) -> Container {
        let state = |state: Option<WireContainerState>| state.map(ContainerState::from).unwrap_or_default();
        let WireContainer { name, state: now, last_state, restart_count } = container;
        Container { name, restart_count, state: state(now), last_state: state(last_state) }
    }
}

impl From<WireContainerState> for ContainerState {
    fn from(state: WireContainerState) -> ContainerState {
        ContainerState {
            waiting: state.waiting.map(|WireWaiting { reason, message }| Waiting { reason: lossy(&reason), message: lossy(&message) }),
            running: state.running.map(|running| Running { started_at: text(running.started_at) }),
            terminated: state.terminated.map(|WireTerminated { exit_code, signal, reason, message, started_at, finished_at }| Terminated {
                exit_code,
                signal,
                reason: lossy(&reason),
                message: lossy(&message),
                started_at: text(started_at),
                finished_at: text(finished_at),
            }),
        }
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
