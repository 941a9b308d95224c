//! What is told of objects; the program that would deliver it is not there, so that all of it waits.

use super::*;
use crate::backend::kubernetes::samples::{self, array, ended, job, pod, running, seen};
use crate::backend::kubernetes::watch;
use crate::request::MailEvents;
use crate::site;
use serde_json::{Value, json};

const NOW: i64 = 1_795_644_600;
const REPORT: &str = "start=1795644002\nend=1795644009\nexit_status=3\nsignal=0\nfailed=0\noom=0\nutime=1.5\nstime=0.5\nmaxrss=2048\n";

struct Case {
    dir: tempfile::TempDir,
    site: Site,
    mails: Mails,
}

impl Case {
    fn new() -> Case {
        let mail = Some(site::Mail { sendmail: Some("/nosuch/sendmail".into()), ..site::Mail::default() });
        let (dir, site) = (tempfile::tempdir().expect("a directory"), Site { mail, ..samples::site() });
        let mails = Mails::open(&dir.path().join("accounting"), &site);
        Case { dir, site, mails }
    }

    /// As after a kill.
    fn again(mut self) -> Case {
        self.mails.post = None;
        self.mails = Mails::open(&self.dir.path().join("accounting"), &self.site);
        self
    }

    fn world(jobs: Vec<SeenJob>, pods: Vec<SeenPod>) -> World {
        let mut world = World::default();
        world.job_event(watch::Event::All(jobs));
        world.pod_event(watch::Event::All(pods));
        world
    }

    fn look(&mut self, jobs: Vec<SeenJob>, pods: Vec<SeenPod>) {
        self.mails.look(&Case::world(jobs, pods), &self.site);
    }

    /// As `Mails::ended`, with this log of each pod.
    fn end(&mut self, jobs: Vec<SeenJob>, pods: Vec<SeenPod>, log: &str) {
        let world = Case::world(jobs, pods);
        let actions = super::super::plan::plan(&world, &self.site, NOW);
        let told: Vec<_> = actions.iter().filter_map(|action| run(action, &world, &self.site)).collect();
        let post = self.mails.post.as_ref().expect("a post office");
        let tail = tail_of(log).unwrap_or("");
        post.put(told.iter().flat_map(|(told, run)| told.ending(post, run, true, &self.site, tail)).collect());
    }

    /// What is in the journal: subjects and bodies.
    fn queued(&self) -> Vec<(String, String)> {
        let text = std::fs::read_to_string(self.dir.path().join("accounting.mail/journal")).expect("a journal");
        let notes = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let word = |note: &Value, field: &str| note["queued"][field].as_str().unwrap_or_default().to_string();
        notes.map(|note| (word(&note, "subject"), word(&note, "body"))).collect()
    }

    fn subjects(&self) -> Vec<String> {
        self.queued().into_iter().map(|(subject, _)| subject).collect()
    }
}

fn mailed(job: Job) -> Job {
    Job { mail_events: MailEvents { begin: true, end: true, abort: true, suspend: true }, mail_to: vec!["bob@example.org".into()], ..job }
}

fn task(metadata: Value) -> SeenJob {
    seen(&mailed(array(2, 8, 3)), 7, metadata, json!({}))
}

#[test]
fn a_start_is_told_once_whenever_the_controller_is_killed() {
    let mut case = Case::new();
    let at_work = || pod(7, 1, "node0", json!({}), running());
    case.look(vec![task(Value::Null)], vec![at_work()]);
    case.look(vec![task(Value::Null)], vec![at_work()]);
    let mut case = case.again();
    case.look(vec![task(Value::Null)], vec![at_work()]);
    case.look(vec![seen(&array(2, 8, 3), 7, Value::Null, json!({}))], vec![pod(7, 2, "node0", json!({}), running())]);
    assert_eq!(case.subjects(), ["Job-array task 7.5 (run.sh) Started"]);
    assert!(case.queued()[0].1.contains("\n Host       = node0\n"));
}

#[test]
fn an_end_is_told_with_what_the_shepherd_left_in_the_log_and_its_start_where_nobody_saw_it() {
    let mut case = Case::new();
    let over = || vec![pod(7, 1, "node0", json!({}), ended(3, REPORT))];
    case.end(vec![task(Value::Null)], over(), &format!("noise\n{TAIL_BEGINS}/home/bob/x.e7.5\none\ntwo\n"));
    let mut case = case.again();
    case.end(vec![task(Value::Null)], over(), "");
    assert_eq!(case.subjects(), ["Job-array task 7.5 (run.sh) Started", "Job-array task 7.5 (run.sh) Complete"]);
    let body = &case.queued()[1].1;
    assert!(body.contains("\n Exit Status      = 3\n") && body.ends_with("\nThe last lines of /home/bob/x.e7.5:\none\ntwo\n"), "{body}");
}

#[test]
fn errors_and_reschedulings_are_told_by_their_names() {
    let mut case = Case::new();
    let plain = || vec![seen(&Job { rerun: Some(true), ..mailed(job()) }, 7, Value::Null, json!({}))];
    let uid = |uid: &str| json!({ "uid": uid });
    let report = |failed: u32, reason: &str| format!("{}reason={reason}\n", REPORT.replace("failed=0", &format!("failed={failed}")));
    case.end(plain(), vec![pod(7, 0, "n", uid("a"), ended(100, &report(26, "no such file")))], "");
    case.end(plain(), vec![pod(7, 0, "n", uid("b"), ended(99, &report(25, "").replace("status=3", "status=99")))], "");
    let mut evicted = ended(143, &report(100, "").replace("status=3", "status=143"));
    evicted["conditions"] = json!([{ "type": "DisruptionTarget", "status": "True" }]);
    case.end(plain(), vec![pod(7, 0, "n", uid("c"), evicted)], "");
    case.end(plain(), vec![pod(7, 0, "n", uid("d"), ended(137, &report(100, "").replace("status=3", "status=137")))], "");
    let told: Vec<String> = case.subjects().into_iter().filter(|subject| !subject.ends_with("Started")).collect();
    let told: Vec<&str> = told.iter().map(|subject| subject.trim_start_matches("Job 7 (run.sh) ")).collect();
    assert_eq!(told, ["Set in error state", "Rescheduled", "Pushed rescheduling of job 7", "Aborted"]);
}

#[test]
fn suspensions_are_told_in_turn() {
    let mut case = Case::new();
    let at_work = || vec![pod(7, 0, "node0", json!({}), running())];
    let plain = |stopped: bool| {
        let notes = if stopped { json!({ "annotations": { "gridshim.io/suspended": "{\"0\":\"pod-7-0\"}" } }) } else { Value::Null };
        vec![seen(&mailed(job()), 7, notes, json!({}))]
    };
    for stopped in [false, true, true, false] {
        case.look(plain(stopped), at_work());
    }
    let mut case = case.again();
    for stopped in [false, true] {
        case.look(plain(stopped), at_work());
    }
    let mut case = case.again();
    case.look(plain(true), at_work());
    assert_eq!(case.subjects(), ["Started", "Suspended", "Continued", "Suspended"].map(|what| format!("Job 7 (run.sh) {what}")));
}

#[test]
fn the_log_of_a_pod_is_searched_for_the_shepherds_line() {
    assert_eq!(tail_of(&format!("x\n{TAIL_BEGINS}/e\na\n")), Some("/e\na\n"));
    assert_eq!(tail_of(&format!("x {TAIL_BEGINS}/e\na\n")), None);
    assert_eq!(tail_of(""), None);
}
