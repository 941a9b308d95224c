use super::*;
use crate::backend::kubernetes::crontab;
use crate::backend::kubernetes::objects::WITHDRAWN;
use crate::backend::kubernetes::samples;
use crate::job::Submitter;
use serde_json::json;

/// 2026-11-27 00:00 UTC.
const DAY: i64 = 29_928_960;

fn crons(text: &str, installed: i64, runs: Vec<Run>) -> Crons {
    let site = Site { cron: crate::site::Cron { time_zone: Some("UTC".into()), ..Default::default() }, ..Site::default() };
    let crontab = Crontab { text: text.into(), installed: installed * 60, owner: Submitter::default() };
    let (entries, version) = (crontab.entries(&site).expect("entries"), crontab::version(&crontab));
    let table = Table { crontab, version, entries, runs, boots: None, mark: DAY };
    let tables = BTreeMap::from([("grid-bob".to_string(), table)]);
    Crons { tables: Some(tables), pods: Some(BTreeMap::new()), mark: DAY, ..Crons::default() }
}

/// The beginning of a minute of the day, in seconds since 1970.
fn at(minute: i64) -> i64 {
    (DAY + minute) * 60
}

fn due(crons: &Crons) -> Vec<(usize, i64)> {
    crons.waiting.iter().map(|due| (due.tick.line, due.tick.minute - DAY)).collect()
}

#[test]
fn what_was_missed_is_done_once_the_last_time_of_each() {
    let mut crons = crons("*/5 * * * * jsub a\n30 0 * * * jsub b\n0 0 1 1 * jsub c\n", DAY, Vec::new());
    crons.look(at(47));
    assert_eq!(due(&crons), [(1, 45), (2, 30)]);
    crons.look(at(47));
    crons.look(at(49));
    crons.look(at(20));
    assert_eq!((due(&crons).len(), crons.mark), (2, DAY + 49));
    // What could not be begun until its next time is not done twice.
    crons.look(at(50));
    assert_eq!(due(&crons), [(2, 30), (1, 50)]);
    crons.look(at(-1000));
    assert_eq!(crons.mark, DAY - 1000);
}

#[test]
fn nothing_is_due_before_its_table_was_there_or_behind_a_run_that_is_noted() {
    let mut early = crons("* * * * * jsub a\n", DAY + 10, Vec::new());
    early.tables.as_mut().and_then(|tables| tables.get_mut("grid-bob")).expect("a table").crontab.installed += 1;
    early.look(at(10));
    assert_eq!(due(&early), []);
    early.look(at(11));
    assert_eq!(due(&early), [(1, 11)]);
    let run = Run { line: 1, minute: DAY + 1, exit_status: Some(0), ..Run::default() };
    let mut noted = crons("* * * * * jsub a\n", DAY - 10, vec![run]);
    noted.look(at(1));
    assert_eq!(due(&noted), []);
}

#[test]
fn what_is_due_at_the_start_waits_until_no_node_is_in_its_old_one() {
    let boots = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_string()).collect::<BTreeSet<String>>());
    let mut crons = crons("@reboot jsub a\n", DAY, Vec::new());
    crons.boots = boots(&["one", "two"]);
    // As it is installed, only noted.
    assert_eq!((crons.starts(at(0)), due(&crons)), (vec!["grid-bob".to_string()], Vec::new()));
    let set = |crons: &mut Crons, seen| crons.tables.as_mut().and_then(|tables| tables.get_mut("grid-bob")).expect("a table").boots = seen;
    set(&mut crons, boots(&["two", "three"]));
    assert_eq!((crons.starts(at(0)), due(&crons)), (Vec::new(), Vec::new()));
    set(&mut crons, boots(&["three", "four"]));
    assert_eq!((crons.starts(at(0)), due(&crons)), (vec!["grid-bob".to_string()], vec![(1, 0)]));
}

#[test]
fn a_pod_is_made_ahead_and_a_missed_tick_is_not_lost_for_it() {
    let mut crons = crons("*/5 * * * * jsub a\n", DAY, Vec::new());
    crons.look(at(5) - LEAD - 1);
    assert_eq!(due(&crons), []);
    crons.look(at(5) - LEAD);
    assert_eq!((due(&crons), crons.mark), (vec![(1, 5)], DAY + 5));
    crons.waiting.clear();
    crons.look(at(5));
    assert_eq!(due(&crons), []);
    // Nobody was at work from before one tick until shortly before the next: both are done.
    crons.look(at(15) - 5);
    assert_eq!(due(&crons), [(1, 10), (1, 15)]);
    crons.look(at(15));
    assert_eq!(due(&crons), [(1, 15)]);
}

/// The Secret of bob's table.
fn secret(text: &str, installed: i64) -> SeenCrontab {
    let owner = Submitter { user: "bob".into(), ..Submitter::default() };
    let table = Crontab { text: text.into(), installed, owner };
    serde_json::from_value(crontab::secret(&table, "grid-bob", &samples::site(), |_| None).expect("a secret")).expect("read")
}

/// The pods of what is due, made.
fn make(crons: &mut Crons, now: i64) -> Vec<SeenPod> {
    let due = crons.take_due(now);
    let made = due.into_iter().map(|due| {
        let table = &crons.tables.as_ref().expect("tables")[&due.namespace];
        let pod = crontab::pod(due.tick, &table.version, &table.crontab.owner, &due.namespace, &samples::site()).expect("a pod");
        serde_json::from_value::<SeenPod>(pod).expect("read")
    });
    made.collect()
}

/// What is there fifteen seconds before noon of an hourly table, and the pod that is made for it then.
fn before_noon() -> (Crons, SeenPod) {
    let noon = at(12 * 60);
    let mut crons = Crons { mark: DAY + 11 * 60, pods: Some(BTreeMap::new()), ..Crons::default() };
    crons.table_event(Event::All(vec![secret("0 * * * * jsub a\n", at(0))]), &samples::site(), at(11 * 60));
    crons.look(noon - 15);
    let mut made = make(&mut crons, noon - 15);
    assert_eq!(made.iter().map(|pod| pod.metadata.name.as_str()).collect::<Vec<_>>(), ["cron-1-29929680-0"]);
    (crons, made.remove(0))
}

#[test]
fn a_table_that_is_replaced_takes_back_the_pods_that_wait() {
    let (site, noon) = (samples::site(), at(12 * 60));
    let (mut crons, old) = before_noon();
    crons.pod_event(Event::Changed(old.clone()), noon - 15);
    assert!(crons.unwanted(noon - 15).is_empty() && make(&mut crons, noon - 15).is_empty());
    // What the controller notes in it makes no new table of it.
    crons.table_event(Event::Changed(secret("0 * * * * jsub a\n", at(0))), &site, noon - 14);
    crons.look(noon - 14);
    assert!(crons.unwanted(noon - 14).is_empty() && crons.waiting.is_empty());
    // Its successor's pod has the same name: it is made once the other is gone.
    crons.table_event(Event::Changed(secret("0 * * * * jsub b\n", noon - 12)), &site, noon - 12);
    crons.look(noon - 12);
    assert_eq!(crons.unwanted(noon - 12).len(), 1);
    assert!(make(&mut crons, noon - 12).is_empty() && crons.waiting.len() == 1);
    crons.pod_event(Event::Gone(old.clone()), noon - 11);
    let new = make(&mut crons, noon - 11);
    assert_eq!((new.len(), crons.waiting.len()), (1, 0));
    crons.pod_event(Event::Changed(new[0].clone()), noon - 11);
    assert!(crons.unwanted(noon - 10).is_empty());
    // As its minute is about to begin it is left alone, and has the tick.
    crons.table_event(Event::Changed(secret("0 * * * * jsub c\n", noon - 2)), &site, noon - 2);
    crons.look(noon - 2);
    assert!(crons.unwanted(noon - 2).is_empty() && make(&mut crons, noon - 2).is_empty() && crons.waiting.is_empty());
    crons.look(noon);
    assert!(make(&mut crons, noon).is_empty());
}

#[test]
fn a_table_that_is_removed_takes_back_the_pods_that_wait_and_those_alone() {
    let (site, noon) = (samples::site(), at(12 * 60));
    let mut crons = Crons { mark: DAY + 11 * 60 + 58, pods: Some(BTreeMap::new()), ..Crons::default() };
    let table = secret("* * * * * jsub a\n", at(0));
    crons.table_event(Event::All(vec![table.clone()]), &site, noon - 70);
    crons.look(noon - 60);
    crons.look(noon - 15);
    let pods = make(&mut crons, noon - 15);
    assert_eq!(pods.len(), 2);
    crons.pod_event(Event::All(pods), noon - 15);
    crons.table_event(Event::Gone(table), &site, noon - 10);
    assert_eq!(crons.unwanted(noon - 10), [("grid-bob".to_string(), "cron-1-29929680-0".to_string())]);
    let mut going = crons.pods.as_ref().and_then(|pods| pods.values().next_back()).expect("a pod").clone();
    going.metadata.deletion_timestamp = Some("2026-11-27T11:59:50Z".into());
    crons.pod_event(Event::Changed(going), noon - 9);
    assert!(crons.unwanted(noon - 9).is_empty());
}

#[test]
fn a_pod_that_its_node_gives_up_before_its_minute_is_made_again() {
    let noon = at(12 * 60);
    let (mut crons, mut pod) = before_noon();
    // As a node is shut down the pod stays, and says that nothing was run.
    pod.status = samples::pod(1, 0, "node0", json!({}), samples::ended(1, "cancelled=1\n")).status;
    crons.pod_event(Event::Changed(pod.clone()), noon - 12);
    assert_eq!(crons.unwanted(noon - 12).len(), 1);
    assert!(crons.unwanted(noon - 1).is_empty() && make(&mut crons, noon - 12).is_empty());
    crons.pod_event(Event::Gone(pod.clone()), noon - 11);
    assert_eq!(make(&mut crons, noon - 11).len(), 1);
    // One that goes later has had its minute.
    crons.pod_event(Event::Gone(pod), noon + 1);
    assert!(crons.waiting.is_empty());
}

#[test]
fn a_pod_that_its_node_forgets_is_made_again_unless_its_line_has_had_a_later_minute() {
    let (site, noon) = (samples::site(), at(12 * 60));
    let (mut crons, mut pod) = before_noon();
    let (name, key) = (pod.metadata.name.clone(), pod_key(&pod));
    pod.spec.node_name = "node0".into();
    pod.metadata.resource_version = "12".into();
    pod.status = serde_json::from_value(json!({
        "phase": "Pending",
        "conditions": [{ "type": "PodReadyToStartContainers", "status": "False", "lastTransitionTime": "2026-11-27T11:59:50Z" }],
        "containerStatuses": [{ "name": "job", "state": { "waiting": {} } }],
    }))
    .expect("a status");
    crons.pod_event(Event::Changed(pod.clone()), noon - 10);
    assert!(crons.forgotten(noon + 109).is_empty() && crons.unwanted(noon + 110).is_empty());
    assert_eq!(crons.forgotten(noon + 110), [(key.clone(), "12".to_string())]);
    pod.status.phase = "Failed".into();
    pod.status.conditions[0] = serde_json::from_value(json!({ "type": WITHDRAWN, "status": "True" })).expect("a condition");
    crons.pod_event(Event::Changed(pod.clone()), noon + 111);
    assert!(crons.forgotten(noon + 111).is_empty());
    assert_eq!(crons.unwanted(noon + 111), [key]);
    crons.pod_event(Event::Gone(pod.clone()), noon + 112);
    crons.look(noon + 112);
    let again = make(&mut crons, noon + 112).remove(0);
    assert_eq!(again.metadata.name, name);
    crons.table_event(Event::Changed(secret("0 * * * * jsub a\n", at(0))), &site, noon + 112);
    let table = crons.tables.as_mut().and_then(|tables| tables.get_mut("grid-bob")).expect("a table");
    table.runs.push(Run { line: 1, minute: DAY + 13 * 60, ..Run::default() });
    crons.pod_event(Event::Gone(pod), noon + 3700);
    assert!(crons.waiting.is_empty());
}
