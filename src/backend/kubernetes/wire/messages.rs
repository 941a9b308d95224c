//! Kubernetes' messages, as far as they are read: field numbers of k8s.io/api and apimachinery, `generated.proto`.

use prost::Message;
use prost::bytes::Bytes;

/// What an answer in protobuf must be wrapped in.
#[derive(Message)]
pub struct Unknown {
    #[prost(bytes = "bytes", tag = "2")]
    pub raw: Bytes,
}

/// metav1.WatchEvent.
#[derive(Message)]
pub struct WireEvent {
    #[prost(string, tag = "1")]
    pub kind: String,
    #[prost(message, optional, tag = "2")]
    pub object: Option<RawExtension>,
}

/// An object in its envelope.
#[derive(Message)]
pub struct RawExtension {
    #[prost(bytes = "bytes", tag = "1")]
    pub raw: Bytes,
}

/// metav1.Status: why not.
#[derive(Message)]
pub struct Status {
    #[prost(string, tag = "3")]
    pub message: String,
    #[prost(string, tag = "4")]
    pub reason: String,
    #[prost(int32, tag = "6")]
    pub code: i32,
}

#[derive(Message)]
pub struct Page {
    #[prost(string, tag = "2")]
    pub resource_version: String,
}

#[derive(Message)]
pub struct Pair {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub value: Bytes,
}

#[derive(Message)]
pub struct Time {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
}

#[derive(Message)]
pub struct Fields {
    #[prost(bytes = "bytes", tag = "1")]
    pub raw: Bytes,
}

#[derive(Message)]
pub struct ManagedFields {
    #[prost(message, optional, tag = "7")]
    pub fields: Option<Fields>,
    #[prost(string, tag = "8")]
    pub subresource: String,
}

#[derive(Message)]
pub struct ObjectMeta {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "3")]
    pub namespace: String,
    #[prost(string, tag = "5")]
    pub uid: String,
    #[prost(string, tag = "6")]
    pub resource_version: String,
    #[prost(message, optional, tag = "8")]
    pub creation_timestamp: Option<Time>,
    #[prost(message, optional, tag = "9")]
    pub deletion_timestamp: Option<Time>,
    #[prost(message, repeated, tag = "11")]
    pub labels: Vec<Pair>,
    #[prost(message, repeated, tag = "12")]
    pub annotations: Vec<Pair>,
    #[prost(string, repeated, tag = "14")]
    pub finalizers: Vec<String>,
    #[prost(message, repeated, tag = "17")]
    pub managed_fields: Vec<ManagedFields>,
}

/// An object without its contents.
#[derive(Message)]
pub struct Metadata {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
}

/// A Secret: its parts are pairs as annotations are.
#[derive(Message)]
pub struct WireSecret {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    #[prost(message, repeated, tag = "2")]
    pub data: Vec<Pair>,
}

/// JobCondition and PodCondition.
#[derive(Message)]
pub struct WireCondition {
    #[prost(string, tag = "1")]
    pub kind: String,
    #[prost(string, tag = "2")]
    pub status: String,
    #[prost(message, optional, tag = "4")]
    pub last_transition_time: Option<Time>,
    #[prost(bytes = "bytes", tag = "5")]
    pub reason: Bytes,
    #[prost(bytes = "bytes", tag = "6")]
    pub message: Bytes,
}

#[derive(Message)]
pub struct WireJobSpec {
    #[prost(int32, tag = "1")]
    pub parallelism: i32,
    #[prost(int32, tag = "2")]
    pub completions: i32,
    #[prost(bool, tag = "10")]
    pub suspend: bool,
}

#[derive(Message)]
pub struct WireUncounted {
    #[prost(string, repeated, tag = "1")]
    pub succeeded: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub failed: Vec<String>,
}

#[derive(Message)]
pub struct WireJobStatus {
    #[prost(message, repeated, tag = "1")]
    pub conditions: Vec<WireCondition>,
    #[prost(int32, tag = "4")]
    pub active: i32,
    #[prost(int32, tag = "5")]
    pub succeeded: i32,
    #[prost(int32, tag = "6")]
    pub failed: i32,
    #[prost(string, tag = "7")]
    pub completed_indexes: String,
    #[prost(message, optional, tag = "8")]
    pub uncounted: Option<WireUncounted>,
    #[prost(string, tag = "10")]
    pub failed_indexes: String,
    #[prost(int32, tag = "11")]
    pub terminating: i32,
}

#[derive(Message)]
pub struct WireJob {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    pub spec: Option<WireJobSpec>,
    #[prost(message, optional, tag = "3")]
    pub status: Option<WireJobStatus>,
}

#[derive(Message)]
pub struct WireGate {
    #[prost(string, tag = "1")]
    pub name: String,
}

#[derive(Message)]
pub struct WirePodSpec {
    #[prost(string, tag = "10")]
    pub node_name: String,
    #[prost(message, repeated, tag = "38")]
    pub scheduling_gates: Vec<WireGate>,
}

#[derive(Message)]
pub struct WireWaiting {
    #[prost(bytes = "bytes", tag = "1")]
    pub reason: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    pub message: Bytes,
}

#[derive(Message)]
pub struct WireRunning {
    #[prost(message, optional, tag = "1")]
    pub started_at: Option<Time>,
}

#[derive(Message)]
pub struct WireTerminated {
    #[prost(int32, tag = "1")]
    pub exit_code: i32,
    #[prost(int32, tag = "2")]
    pub signal: i32,
    #[prost(bytes = "bytes", tag = "3")]
    pub reason: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    pub message: Bytes,
    #[prost(message, optional, tag = "5")]
    pub started_at: Option<Time>,
    #[prost(message, optional, tag = "6")]
    pub finished_at: Option<Time>,
}

#[derive(Message)]
pub struct WireContainerState {
    #[prost(message, optional, tag = "1")]
    pub waiting: Option<WireWaiting>,
    #[prost(message, optional, tag = "2")]
    pub running: Option<WireRunning>,
    #[prost(message, optional, tag = "3")]
    pub terminated: Option<WireTerminated>,
}

#[derive(Message)]
pub struct WireContainer {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub state: Option<WireContainerState>,
    #[prost(message, optional, tag = "3")]
    pub last_state: Option<WireContainerState>,
    #[prost(int32, tag = "5")]
    pub restart_count: i32,
}

#[derive(Message)]
pub struct WirePodStatus {
    #[prost(string, tag = "1")]
    pub phase: String,
    #[prost(message, repeated, tag = "2")]
    pub conditions: Vec<WireCondition>,
    #[prost(bytes = "bytes", tag = "3")]
    pub message: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    pub reason: Bytes,
    #[prost(message, optional, tag = "7")]
    pub start_time: Option<Time>,
    #[prost(message, repeated, tag = "8")]
    pub container_statuses: Vec<WireContainer>,
}

#[derive(Message)]
pub struct WirePod {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "2")]
    pub spec: Option<WirePodSpec>,
    #[prost(message, optional, tag = "3")]
    pub status: Option<WirePodStatus>,
}
