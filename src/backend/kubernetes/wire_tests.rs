use super::messages::{Fields, Page, RawExtension, WireEvent, WireJobSpec, WireJobStatus, WirePodSpec, WirePodStatus};
use super::*;

/// As the API server sends it: fields that nobody here knows stand between the known ones.
#[derive(Message)]
struct Envelope {
    #[prost(message, optional, tag = "1")]
    kind: Option<Pair>,
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

fn answer(kind: &str, raw: Vec<u8>) -> Bytes {
    let envelope = Envelope { kind: Some(pair("v1", kind)), raw };
    [MAGIC, &envelope.encode_to_vec()].concat().into()
}

#[derive(Message)]
struct Listing<T: Message + Default + std::fmt::Debug> {
    #[prost(message, optional, tag = "1")]
    page: Option<Page>,
    #[prost(message, repeated, tag = "2")]
    items: Vec<T>,
}

fn list<T: Message + Default + std::fmt::Debug>(item: T) -> Bytes {
    let page = Page { resource_version: "77".into() };
    answer("List", Listing { page: Some(page), items: vec![item] }.encode_to_vec())
}

fn pair(key: &str, value: &str) -> Pair {
    Pair { key: key.into(), value: Bytes::copy_from_slice(value.as_bytes()) }
}

fn meta() -> ObjectMeta {
    ObjectMeta {
        name: "gridshim-7".into(),
        namespace: "grid-bob".into(),
        creation_timestamp: Some(Time { seconds: 1_800_000_000 }),
        annotations: vec![pair("gridshim.io/job", "{}"), pair("other", "x"), pair("gridshim.io/hold", "user")],
        labels: vec![pair("batch.kubernetes.io/job-name", "gridshim-7"), pair("batch.kubernetes.io/job-completion-index", "4")],
        ..ObjectMeta::default()
    }
}

#[test]
fn jobs_are_read() {
    let status = WireJobStatus {
        conditions: vec![WireCondition { kind: "Complete".into(), status: "True".into(), ..WireCondition::default() }],
        completed_indexes: "0-3".into(),
        ..WireJobStatus::default()
    };
    let job =
        WireJob { metadata: Some(meta()), spec: Some(WireJobSpec { parallelism: 3, completions: 5, suspend: true }), status: Some(status) };
    let list = SeenJob::read(&list(job)).expect("a list");
    assert_eq!(list.metadata.resource_version, "77");
    let job = &list.items[0];
    assert_eq!((job.id(), job.submitted().as_str(), job.is_over()), (Some(7), "1800000000", true));
    assert_eq!((job.spec.completions, job.spec.suspend, job.status.completed_indexes.as_str()), (5, true, "0-3"));
    assert_eq!((job.metadata.annotations.job.as_deref(), job.metadata.annotations.hold.as_deref()), (Some("{}"), Some("user")));
}

#[test]
fn a_text_that_is_none_spoils_no_list() {
    let annotations = vec![Pair { key: "gridshim.io/errors".into(), value: Bytes::from_static(b"a\xffb") }];
    let job = WireJob { metadata: Some(ObjectMeta { annotations, ..meta() }), ..WireJob::default() };
    let list = SeenJob::read(&list(job)).expect("a list");
    assert_eq!(list.items[0].metadata.annotations.errors.as_deref(), Some("a\u{fffd}b"));
}

#[test]
fn a_list_may_come_in_pieces_and_must_come_whole() {
    let job = WireJob { metadata: Some(meta()), ..WireJob::default() };
    let bytes = list(job);
    for size in 1..bytes.len() {
        let mut reader = Reader::<SeenJob>::default();
        bytes.chunks(size).for_each(|piece| reader.push(piece).expect("a piece"));
        assert_eq!(reader.finish().expect("a list").items.len(), 1, "{size}");
        assert!(SeenJob::read(&bytes[..size]).is_err(), "{size}");
    }
}

#[test]
fn pods_are_read() {
    let terminated = WireTerminated { exit_code: 3, finished_at: Some(Time { seconds: 1 }), ..WireTerminated::default() };
    let state = WireContainerState { terminated: Some(terminated), ..WireContainerState::default() };
    let status = WirePodStatus {
        phase: "Failed".into(),
        container_statuses: vec![WireContainer { name: "job".into(), state: Some(state), restart_count: 1, last_state: None }],
        ..WirePodStatus::default()
    };
    let pod = WirePod {
        metadata: Some(meta()),
        spec: Some(WirePodSpec { node_name: "node0".into(), ..WirePodSpec::default() }),
        status: Some(status),
    };
    let pod = SeenPod::read(&list(pod)).expect("a list").items.remove(0);
    let end = pod.terminated().expect("an end");
    assert_eq!((pod.index(), pod.has_ended(), pod.spec.node_name.as_str()), (Some(4), true, "node0"));
    assert!(pod.is_made_anew() && !pod.used_to_run());
    assert_eq!((end.exit_code, end.finished_at.as_deref()), (3, Some("1970-01-01T00:00:01Z")));
}

#[test]
fn metadata_alone_says_all_until_a_task_ends() {
    let entry = |subresource: &str, fields: &'static str| ManagedFields {
        fields: Some(Fields { raw: Bytes::from_static(fields.as_bytes()) }),
        subresource: subresource.into(),
    };
    let read = |managed_fields| {
        let object = Metadata { metadata: Some(ObjectMeta { managed_fields, ..meta() }) };
        Unended::read(&list(object)).expect("a list").items.remove(0)
    };
    let spec = || entry("", r#"{"f:spec":{"f:failed":{}}}"#);
    let waiting = read(vec![spec(), entry("status", r#"{"f:status":{"f:failedIndexes":{},"f:ready":{},"f:startTime":{}}}"#)]);
    assert_eq!((waiting.name.as_str(), waiting.metadata.map(|meta| meta.annotations.hold)), ("gridshim-7", Some(Some("user".into()))));
    assert!(read(vec![spec()]).metadata.is_some(), "the Job controller has not seen it");
    for told in
        [r#"{"f:status":{"f:succeeded":{}}}"#, r#"{"f:status":{"f:failed":{},"f:active":{}}}"#, r#"{"f:status":{"f:completedIndexes":{}}}"#]
    {
        assert!(read(vec![spec(), entry("status", told)]).metadata.is_none(), "{told}");
    }
    assert!(read(Vec::new()).metadata.is_none(), "somebody stripped who wrote what");
}

#[test]
fn refusals_are_read_and_nothing_else_is() {
    let status = Status { message: "jobs is forbidden".into(), reason: "Forbidden".into(), code: 403 };
    let failure = refusal(&answer("Status", status.encode_to_vec())).expect("a refusal");
    assert!(failure.is_forbidden() && failure.to_string() == "Kubernetes refuses: jobs is forbidden", "{failure}");
    for bytes in [&b""[..], b"k8s", b"{}", b"k8s\0\x12\xff"] {
        assert!(refusal(bytes).is_none() && SeenJob::read(bytes).is_err() && SeenPod::read(bytes).is_err());
    }
}

/// A frame of a watch.
fn frame(kind: &str, object: impl Message) -> Vec<u8> {
    let object = RawExtension { raw: answer("Job", object.encode_to_vec()) };
    let event = WireEvent { kind: kind.into(), object: Some(object) }.encode_to_vec();
    [&(event.len() as u32).to_be_bytes()[..], &event].concat()
}

#[test]
fn watches_are_read_as_they_come() {
    let job = || WireJob { metadata: Some(meta()), ..WireJob::default() };
    let mark = Metadata { metadata: Some(ObjectMeta { resource_version: "78".into(), ..ObjectMeta::default() }) };
    let gone = Status { message: "too old".into(), reason: "Expired".into(), code: 410 };
    let bytes = [frame("ADDED", job()), frame("BOOKMARK", mark), frame("DELETED", job()), frame("ERROR", gone)].concat();
    for size in [1, 7, bytes.len()] {
        let mut frames = Frames::<SeenJob>::default();
        let mut told = Vec::new();
        for chunk in bytes.chunks(size) {
            frames.push(chunk);
            while let Some(frame) = frames.take().expect("a frame") {
                told.push(match frame {
                    Frame::Changed(job) => format!("changed {}", job.metadata.name),
                    Frame::Gone(job) => format!("gone {}", job.metadata.name),
                    Frame::Bookmark(version) => version,
                    Frame::Refused(failure) => format!("refused: {}", failure.is_expired()),
                });
            }
        }
        assert_eq!(told, ["changed gridshim-7", "78", "gone gridshim-7", "refused: true"]);
    }
}

#[test]
fn events_that_cannot_be_read_are_told() {
    let read = |bytes: &[u8]| {
        let mut frames = Frames::<SeenJob>::default();
        frames.push(bytes);
        frames.take().map(|frame| frame.is_some())
    };
    assert_eq!((read(b""), read(b"\0\0\0\x05ab")), (Ok(false), Ok(false)));
    for bytes in [&b"\0\0\0\x02\xff\xff"[..], b"\0\0\0\0", &frame("RENAMED", WireJob::default())] {
        assert!(read(bytes).is_err(), "{bytes:?}");
    }
}
