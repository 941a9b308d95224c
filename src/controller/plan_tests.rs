use super::*;
use crate::backend::kubernetes::memo;
use crate::backend::kubernetes::samples::{array, ended, job, pod, running, seen, site};
use crate::backend::kubernetes::seen::{SeenSecret, seconds};
use crate::backend::kubernetes::watch::Event;
use crate::job::Job;
use serde_json::{Value, json};

/// 2026-11-25 22:10:00 UTC, ten minutes after the samples.
const NOW: i64 = 1_795_644_600;
const REPORT: &str = "start=1795644002\nend=1795644009\nexit_status=3\nsignal=0\nfailed=0\noom=0\nutime=1.5\nstime=0.5\nmaxrss=2048\n";

fn world(jobs: Vec<SeenJob>, pods: Vec<SeenPod>) -> World {
    let mut world = World::default();
    world.secrets(Vec::new());
    world.job_event(Event::All(jobs));
    world.pod_event(Event::All(pods));
    world
}

fn plan_of(jobs: Vec<SeenJob>, pods: Vec<SeenPod>) -> Vec<Action> {
    plan(&world(jobs, pods), &site(), NOW)
}

fn plain(metadata: Value, status: Value) -> SeenJob {
    seen(&job(), 7, metadata, status)
}

fn runs(actions: &[Action]) -> Vec<&Entry> {
    actions.iter().filter_map(|action| if let Action::Account { run: Some(run), .. } = action { Some(&**run) } else { None }).collect()
}

fn over() -> Value {
    json!({ "completedIndexes": "0", "conditions": [{ "type": "Complete", "status": "True", "lastTransitionTime": "2026-11-25T22:00:10Z" }] })
}

#[test]
fn an_ended_pod_is_accounted_and_let_go() {
    let actions = plan_of(vec![seen(&array(2, 8, 3), 7, Value::Null, json!({}))], vec![pod(7, 1, "node0", json!({}), ended(3, REPORT))]);
    let [Action::Account { pod, run: Some(run), .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!((pod.1.as_str(), run.uid.as_str()), ("gridshim-7-1-abcde", "pod-7-1"));
    assert_eq!(
        run.record.to_line(),
        "all.q:node0:tools:bob:run.sh:7:sge:0:1795644000:1795644002:1795644009:0:3:7:1.500000:0.500000:2048.000000:0:0:0:0:0:0:0:0.000000:0:\
         0:0:0:0:0:NONE:defaultdepartment:NONE:1:5:2.000000:0.000000:0.000000:NONE:0.000000:NONE:0.000000:0:0"
    );
}

#[test]
fn a_pod_that_never_ran_has_no_record() {
    let unscheduled = pod(7, 0, "", json!({ "deletionTimestamp": "2026-11-25T22:00:05Z" }), json!({ "phase": "Pending" }));
    let cancelled = pod(7, 1, "node0", json!({}), ended(1, &format!("{REPORT}cancelled=1\n")));
    let actions = plan_of(vec![seen(&array(1, 9, 1), 7, Value::Null, json!({}))], vec![unscheduled, cancelled]);
    assert_eq!(actions.len(), 2);
    assert!(actions.iter().all(|action| matches!(action, Action::Account { run: None, .. })), "{actions:?}");
}

#[test]
fn without_a_report_the_record_is_what_kubernetes_knows() {
    let mut oom = ended(137, "");
    oom["containerStatuses"][0]["state"]["terminated"]["reason"] = json!("OOMKilled");
    let lost =
        json!({ "phase": "Failed", "startTime": "2026-11-25T22:00:01Z", "conditions": [{ "type": "DisruptionTarget", "status": "True" }] });
    let pods = vec![pod(7, 0, "node0", json!({}), oom), pod(7, 1, "node1", json!({}), lost), pod(7, 2, "node0", json!({}), ended(143, ""))];
    let job = Job { rerun: Some(false), ..array(1, 3, 1) };
    let actions = plan_of(vec![seen(&job, 7, Value::Null, json!({}))], pods);
    let told: Vec<(bool, i32, u32)> = runs(&actions).iter().map(|run| (run.oom, run.record.exit_status, run.record.failed)).collect();
    assert_eq!(told, [(true, 137, 37), (false, 137, 100), (false, 143, 100)]);
}

#[test]
fn a_task_that_could_not_be_started_runs_again_or_has_a_record() {
    let mut unstarted = ended(128, "");
    let end = &mut unstarted["containerStatuses"][0]["state"]["terminated"];
    end["startedAt"] = json!("1970-01-01T00:00:00Z");
    end["message"] = json!("failed to start containerd task: context canceled");
    let pods = |status: &Value| vec![pod(7, 0, "node0", json!({}), status.clone())];
    let actions = plan_of(vec![plain(Value::Null, json!({}))], pods(&unstarted));
    assert!(matches!(&actions[0], Action::Mark { marks, .. } if marks.restarted == [0]), "{actions:?}");
    assert_eq!(runs(&actions).len(), 0);
    let job = Job { rerun: Some(false), ..job() };
    let actions = plan_of(vec![seen(&job, 7, Value::Null, json!({}))], pods(&unstarted));
    let told: Vec<(i32, u32)> = runs(&actions).iter().map(|run| (run.record.exit_status, run.record.failed)).collect();
    assert_eq!(told, [(128, 1)]);
    // Deleted before, it had nothing to run any more.
    let deleted = json!({ "annotations": { "gridshim.io/deleted-tasks": "0" } });
    assert_eq!(runs(&plan_of(vec![seen(&job, 7, deleted, json!({}))], pods(&unstarted))).len(), 0);
    // It may have ended before it was known that it had begun.
    unstarted["containerStatuses"][0]["state"]["terminated"]["message"] = json!(format!("context canceled: {REPORT}"));
    let actions = plan_of(vec![plain(Value::Null, json!({}))], vec![pod(7, 0, "node0", json!({}), unstarted)]);
    assert_eq!((runs(&actions)[0].record.start_time, runs(&actions)[0].record.failed), (1_795_644_002, 25));
    // A job may end with that status itself.
    let actions =
        plan_of(vec![plain(Value::Null, json!({}))], vec![pod(7, 0, "node0", json!({}), ended(255, &REPORT.replace("=3", "=128")))]);
    assert_eq!(runs(&actions).len(), 1);
}

#[test]
fn a_run_that_its_kubelet_forgot_has_a_record_though_it_may_never_have_been() {
    let mut forgotten = ended(137, "The container could not be located when the pod was terminated");
    let end = &mut forgotten["containerStatuses"][0]["state"]["terminated"];
    (end["startedAt"], end["finishedAt"]) = (Value::Null, Value::Null);
    forgotten["startTime"] = json!("2026-11-25T22:00:01Z");
    let actions = plan_of(vec![plain(Value::Null, json!({}))], vec![pod(7, 0, "node0", json!({}), forgotten.clone())]);
    let record = &runs(&actions)[0].record;
    assert_eq!((record.exit_status, record.failed, record.end_time), (137, 100, NOW as u64));
    let deleted = json!({ "deletionTimestamp": "2026-11-25T22:00:02Z" });
    let gone = || pod(7, 0, "node0", deleted.clone(), forgotten.clone());
    let record = runs(&plan_of(vec![plain(Value::Null, json!({}))], vec![gone()]))[0].record.clone();
    assert_eq!((record.exit_status, record.failed, record.start_time), (137, 21, 1_795_644_001));
    // Its kubelet had never heard of it.
    let mut unknown = forgotten.clone();
    unknown["startTime"] = Value::Null;
    let unknown = pod(7, 0, "node0", deleted.clone(), unknown);
    assert_eq!(runs(&plan_of(vec![plain(Value::Null, json!({}))], vec![unknown])).len(), 0);
    // The kubelet that told of it was not yet there when it was given to this host, and has begun it anew.
    let mut anew = forgotten.clone();
    anew["conditions"] = json!([{ "type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-11-25T22:00:00Z" }]);
    let start = |status: &Value| {
        runs(&plan_of(vec![plain(Value::Null, json!({}))], vec![pod(7, 0, "node0", json!({}), status.clone())]))[0].record.start_time
    };
    assert_eq!(start(&anew), 1_795_644_000);
    anew["containerStatuses"][0]["state"]["terminated"]["startedAt"] = json!("2026-11-25T22:00:03Z");
    assert_eq!(start(&anew), 1_795_644_003);
    anew["containerStatuses"][0]["restartCount"] = json!(1);
    assert_eq!(start(&anew), 1_795_644_000);
    // Its kubelet had seen it run.
    let mut known = forgotten.clone();
    known["containerStatuses"][0]["lastState"] = json!({ "terminated": { "exitCode": 137, "reason": "ContainerStatusUnknown" } });
    let known = pod(7, 0, "node0", deleted.clone(), known);
    assert_eq!(runs(&plan_of(vec![plain(Value::Null, json!({}))], vec![known]))[0].record.failed, 100);
    // It was seen to run.
    let mut world = world(vec![plain(Value::Null, json!({}))], vec![pod(7, 0, "node0", json!({}), running())]);
    world.pod_event(Event::Changed(gone()));
    world.pod_event(Event::Changed(gone()));
    assert_eq!(runs(&plan(&world, &site(), NOW))[0].record.start_time, 1_795_644_002);
}

#[test]
fn a_run_whose_job_was_removed_is_not_lost() {
    let mut world = world(vec![plain(Value::Null, json!({}))], vec![pod(7, 0, "node0", json!({}), ended(3, REPORT))]);
    world.job_event(Event::Gone(plain(Value::Null, json!({}))));
    world.forget();
    assert_eq!(runs(&plan(&world, &site(), NOW))[0].record.job_name, "run.sh");
    let actions = plan_of(Vec::new(), vec![pod(7, 0, "node0", json!({}), ended(3, REPORT))]);
    let record = &runs(&actions)[0].record;
    assert_eq!((record.owner.as_str(), record.job_number, record.exit_status), ("bob", 7, 3));
    // Nobody who knew the Job is left, but its pod remembers.
    let memo = json!({ "annotations": { "gridshim.io/record": memo::of(7, &job(), "task") } });
    let actions = plan_of(Vec::new(), vec![pod(7, 0, "node0", memo, ended(3, REPORT))]);
    let record = &runs(&actions)[0].record;
    assert_eq!((record.job_name.as_str(), record.qname.as_str(), record.exit_status), ("run.sh", "task", 3));
}

#[test]
fn states_are_noted_before_the_pod_goes() {
    let failed = pod(7, 0, "node0", json!({}), ended(100, &format!("{REPORT}reason=no such file\n")));
    let again = pod(7, 1, "node0", json!({}), ended(99, REPORT));
    let actions = plan_of(vec![seen(&array(1, 2, 1), 7, Value::Null, json!({}))], vec![failed.clone(), again.clone()]);
    let Action::Mark { marks: Marks { errors, restarted, .. }, .. } = &actions[0] else { panic!("{actions:?}") };
    assert_eq!((errors[&0].as_str(), &restarted[..]), ("no such file", &[1][..]));
    assert_eq!(runs(&actions)[1].record.failed, 25);
    let notes = json!({ "annotations": { "gridshim.io/errors": "{\"0\":\"no such file\"}", "gridshim.io/restarted": "1" } });
    let actions = plan_of(vec![seen(&array(1, 2, 1), 7, notes, json!({}))], vec![failed, again]);
    assert!(!actions.iter().any(|action| matches!(action, Action::Mark { .. })), "{actions:?}");
}

#[test]
fn a_run_that_ends_as_its_job_is_suspended_is_rescheduled_whatever_r_says() {
    let taken = json!({ "deletionTimestamp": "2026-11-25T22:10:00Z", "finalizers": [FINALIZER] });
    let jobs = |metadata: Value, status: Value| vec![seen(&Job { rerun: Some(false), ..job() }, 7, metadata, status)];
    let of = |jobs: Vec<SeenJob>| plan_of(jobs, vec![pod(7, 0, "node0", taken.clone(), ended(137, REPORT))]);
    let actions = of(jobs(Value::Null, json!({})));
    let Action::Mark { marks: Marks { restarted, .. }, .. } = &actions[0] else { panic!("{actions:?}") };
    let run = &runs(&actions)[0];
    assert_eq!((&restarted[..], run.record.failed), (&[0][..], 25));
    assert!(run.cause.as_deref().is_some_and(|cause| cause.starts_with("had to make room")), "{run:?}");
    // One that Kubernetes has counted, or that qdel has ended, is over.
    let deleted = json!({ "annotations": { "gridshim.io/deleted-tasks": "0" } });
    for jobs in [jobs(Value::Null, json!({ "failedIndexes": "0" })), jobs(deleted, json!({}))] {
        assert_ne!(runs(&of(jobs))[0].record.failed, 25);
    }
}

#[test]
fn a_pod_is_deleted_once_it_is_accounted_and_counted() {
    let with = |finalizers: Value| {
        let pod = pod(7, 0, "node0", json!({ "finalizers": finalizers }), ended(0, REPORT));
        plan_of(vec![plain(Value::Null, json!({}))], vec![pod])
    };
    assert_eq!(with(json!(["batch.kubernetes.io/job-tracking"])), []);
    assert!(matches!(with(json!([]))[..], [Action::DeletePod { .. }]));
}

#[test]
fn a_running_pod_of_a_deleted_task_is_ended() {
    let deleted = json!({ "annotations": { "gridshim.io/deleted-tasks": "0" } });
    let actions = plan_of(vec![seen(&array(1, 2, 1), 7, deleted, json!({}))], vec![pod(7, 0, "node0", json!({}), running())]);
    assert!(matches!(actions[..], [Action::DeletePod { .. }]), "{actions:?}");
}

#[test]
fn a_job_waits_until_its_predecessors_are_gone_or_well_ended() {
    let waits = || seen(&Job { predecessors: vec![7], ..job() }, 8, Value::Null, json!({}));
    assert_eq!(plan_of(vec![plain(Value::Null, json!({})), waits()], vec![]), []);
    let key = ("grid-bob".to_string(), "gridshim-8".to_string());
    let release = vec![Action::Release { job: key.clone(), holds: String::new(), queue: "all.q".into() }];
    assert_eq!(plan_of(vec![waits()], vec![]), release);
    let actions = plan_of(vec![plain(Value::Null, over()), waits()], vec![]);
    assert!(actions.contains(&release[0]), "{actions:?}");
    let errors = json!({ "annotations": { "gridshim.io/errors": "{\"0\":\"x\"}" } });
    assert_eq!(plan_of(vec![plain(errors, over()), waits()], vec![]), []);
    // Its pod may still say that it ended in the error state.
    let actions = plan_of(vec![plain(Value::Null, over()), waits()], vec![pod(7, 0, "node0", json!({}), ended(0, REPORT))]);
    assert!(!actions.contains(&release[0]), "{actions:?}");
    let both = seen(&Job { predecessors: vec![7], holds: crate::job::Holds::by_user(1), ..job() }, 8, Value::Null, json!({}));
    assert_eq!(plan_of(vec![both], vec![]), [Action::Release { job: key, holds: "user".into(), queue: "all.q".into() }]);
}

#[test]
fn nothing_is_released_or_swept_before_everything_is_known() {
    let mut world = World::default();
    world.job_event(Event::All(vec![seen(&Job { predecessors: vec![7], ..job() }, 8, Value::Null, json!({}))]));
    assert_eq!(plan(&world, &site(), NOW), []);
}

#[test]
fn a_finished_job_is_removed_after_a_minute() {
    let key = ("grid-bob".to_string(), "gridshim-7".to_string());
    assert_eq!(plan_of(vec![plain(Value::Null, over())], vec![]), [Action::DeleteJob { job: key }]);
    let world = world(vec![plain(Value::Null, over())], vec![]);
    assert_eq!(plan(&world, &site(), NOW - 560), []);
    let errors = json!({ "annotations": { "gridshim.io/errors": "{\"0\":\"x\"}" } });
    assert_eq!(plan_of(vec![plain(errors, over())], vec![]), []);
}

#[test]
fn a_job_whose_end_came_before_that_of_its_pod_is_not_over_yet() {
    let counted = || {
        let mut status = over();
        status["succeeded"] = 1.into();
        plain(Value::Null, status)
    };
    let follower = || seen(&Job { predecessors: vec![7], ..job() }, 8, Value::Null, json!({}));
    let at = seconds("2026-11-25T22:00:10Z").expect("a time");
    let mut world = world(vec![follower()], vec![]);
    world.job_event(Event::Changed(counted()));
    assert_eq!(plan(&world, &site(), at + 299), []);
    // Its pod is told of, accounted and gone.
    let its = pod(7, 0, "node0", json!({ "labels": { "batch.kubernetes.io/controller-uid": "job-7" } }), ended(0, REPORT));
    world.pod_event(Event::Changed(its.clone()));
    world.pod_event(Event::Gone(its));
    let actions = plan(&world, &site(), at + 299);
    assert!(matches!(&actions[..], [Action::DeleteJob { .. }, Action::Release { .. }]), "{actions:?}");
    // The last of an array whose other tasks had ended before this controller began, one of them without being counted yet.
    let three = || array(1, 3, 1);
    let status = json!({ "completedIndexes": "0", "succeeded": 1, "uncountedTerminatedPods": { "succeeded": ["pod-7-1"] } });
    let label = json!({ "labels": { "batch.kubernetes.io/controller-uid": "job-7" } });
    let mut world = self::world(vec![seen(&three(), 7, json!({}), status), follower()], vec![pod(7, 2, "node0", label, running())]);
    let last = world.pods.values().next().expect("a pod").clone();
    let mut status = over();
    (status["completedIndexes"], status["succeeded"]) = (json!("0-2"), json!(3));
    world.job_event(Event::Changed(seen(&three(), 7, json!({}), status.clone())));
    world.pod_event(Event::Gone(last));
    let is_released = |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Release { .. }));
    assert!(is_released(&plan(&world, &site(), at + 299)));
    // One more that nobody here was told of may still be told of, but not for ever.
    status["failed"] = json!(1);
    world.job_event(Event::Changed(seen(&three(), 7, json!({}), status)));
    assert!(!is_released(&plan(&world, &site(), at + 299)) && is_released(&plan(&world, &site(), at + 300)));
    // One that ended before this controller began: the pods were listed after it.
    let mut world = self::world(vec![counted(), follower()], vec![]);
    assert_eq!(plan(&world, &site(), at + 299).len(), 2);
    world.job_event(Event::Gone(counted()));
    world.forget();
    assert!(world.departed.is_empty());
}

#[test]
fn a_secret_stays_as_long_as_its_job_and_is_swept_without_one() {
    let secret = |name: &str| -> SeenSecret {
        let meta = json!({ "name": name, "namespace": "grid-bob", "creationTimestamp": "2026-11-25T22:00:00Z" });
        serde_json::from_value(json!({ "metadata": meta })).expect("a secret")
    };
    let mut world = World::default();
    world.job_event(Event::All(vec![plain(Value::Null, json!({}))]));
    world.pod_event(Event::All(vec![pod(7, 0, "node0", Value::Null, running())]));
    world.secrets(vec![secret("gridshim-7"), secret("gridshim-6")]);
    // For ten minutes a Job may still be coming.
    assert_eq!(plan(&world, &site(), NOW - 1), []);
    let sweep = [Action::SweepSecret { secret: ("grid-bob".into(), "gridshim-6".into()) }];
    assert_eq!(plan(&world, &site(), NOW), sweep);
}

#[test]
fn finished_jobs_are_removed_a_quarter_of_the_retention_at_a_time() {
    let due = |end| removed_at(end, 60);
    assert_eq!((due(0), due(1), due(15), due(16)), (60, 75, 75, 90));
    assert_eq!((removed_at(7, 0), removed_at(7, 1), removed_at(7, i64::MAX)), (7, 8, i64::MAX));
}

#[test]
fn a_job_that_is_being_replaced_is_waited_for() {
    let waits = seen(&Job { predecessors: vec![7], ..job() }, 8, Value::Null, json!({}));
    let mut world = world(vec![plain(Value::Null, json!({})), waits], vec![]);
    let later = crate::backend::kubernetes::objects::now() + 100;
    world.job_event(Event::Gone(plain(Value::Null, json!({}))));
    assert!(world.wants_secrets());
    assert_eq!(plan(&world, &site(), later), []);
    let key = ("grid-bob".to_string(), "gridshim-7".to_string());
    let metadata = json!({ "name": key.1, "namespace": key.0, "annotations": { "gridshim.io/replacing": "true" } });
    world.secrets(vec![serde_json::from_value(json!({ "metadata": metadata })).expect("a secret")]);
    assert_eq!(plan(&world, &site(), later), [Action::Recreate { secret: key.clone() }]);
    world.recreated(&key);
    assert_eq!(plan(&world, &site(), later - 100), []);
    assert!(matches!(plan(&world, &site(), later)[..], [Action::Release { .. }]));
}

#[test]
fn what_a_host_or_memory_did_to_a_task_is_noted() {
    let mut oom = ended(137, "");
    oom["containerStatuses"][0]["state"]["terminated"]["reason"] = json!("OOMKilled");
    let mut moved = ended(143, REPORT);
    moved["conditions"] = json!([{ "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI" }]);
    let pods = || vec![pod(7, 0, "node0", json!({}), oom.clone()), pod(7, 1, "node0", json!({}), moved.clone())];
    let actions = plan_of(vec![seen(&array(1, 2, 1), 7, Value::Null, json!({}))], pods());
    let Action::Mark { marks, .. } = &actions[0] else { panic!("{actions:?}") };
    assert_eq!(marks.restarted, [1]);
    assert_eq!(
        marks.incidents.values().map(String::as_str).collect::<Vec<_>>(),
        ["killed on node0 for using more memory than it asked for", "moved away by an administrator or by qmod -rj (node0)"]
    );
    // Of a rescheduled run Grid Engine's record has no times.
    let record = &runs(&actions)[1].record;
    assert_eq!((record.failed, record.exit_status, record.start_time, record.end_time), (25, 0, 0, 0));
    let notes = json!({ "annotations": {
        "gridshim.io/restarted": "1", "gridshim.io/incidents": serde_json::to_string(&marks.incidents).expect("json"),
    } });
    let noted = seen(&array(1, 2, 1), 7, notes, json!({}));
    assert!(!plan_of(vec![noted], pods()).iter().any(|action| matches!(action, Action::Mark { .. })));
}
