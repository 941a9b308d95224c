use super::*;
use crate::job::Submitter;

/// 2026-11-27 00:00 UTC.
const DAY: i64 = 29_928_960;

fn crons(text: &str, installed: i64, runs: Vec<Run>) -> Crons {
    let site = Site { cron: crate::site::Cron { time_zone: Some("UTC".into()), ..Default::default() }, ..Site::default() };
    let crontab = Crontab { text: text.into(), installed: installed * 60, owner: Submitter::default() };
    let entries = crontab.entries(&site).expect("entries");
    let tables = BTreeMap::from([("grid-bob".to_string(), Table { crontab, entries, runs, boots: None })]);
    Crons { tables: Some(tables), pods: Some(BTreeMap::new()), mark: DAY, ..Crons::default() }
}

fn due(crons: &Crons) -> Vec<(usize, i64)> {
    crons.waiting.iter().map(|due| (due.line, due.minute - DAY)).collect()
}

#[test]
fn what_was_missed_is_done_once_the_last_time_of_each() {
    let mut crons = crons("*/5 * * * * jsub a\n30 0 * * * jsub b\n0 0 1 1 * jsub c\n", DAY, Vec::new());
    crons.look(DAY + 47);
    assert_eq!(due(&crons), [(1, 45), (2, 30)]);
    crons.look(DAY + 47);
    crons.look(DAY + 49);
    crons.look(DAY + 20);
    assert_eq!((due(&crons).len(), crons.mark), (2, DAY + 49));
    // What could not be begun until its next time is not done twice.
    crons.look(DAY + 50);
    assert_eq!(due(&crons), [(2, 30), (1, 50)]);
    crons.look(DAY - 1000);
    assert_eq!(crons.mark, DAY - 1000);
}

#[test]
fn nothing_is_due_before_its_table_was_there_or_behind_a_run_that_is_noted() {
    let mut early = crons("* * * * * jsub a\n", DAY + 10, Vec::new());
    early.tables.as_mut().and_then(|tables| tables.get_mut("grid-bob")).expect("a table").crontab.installed += 1;
    early.look(DAY + 10);
    assert_eq!(due(&early), []);
    early.look(DAY + 11);
    assert_eq!(due(&early), [(1, 11)]);
    let run = Run { line: 1, minute: DAY + 1, exit_status: Some(0), ..Run::default() };
    let mut noted = crons("* * * * * jsub a\n", DAY - 10, vec![run]);
    noted.look(DAY + 1);
    assert_eq!(due(&noted), []);
}

#[test]
fn what_is_due_at_the_start_waits_until_no_node_is_in_its_old_one() {
    let boots = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_string()).collect::<BTreeSet<String>>());
    let mut crons = crons("@reboot jsub a\n", DAY, Vec::new());
    crons.boots = boots(&["one", "two"]);
    // As it is installed, only noted.
    assert_eq!((crons.starts(), due(&crons)), (vec!["grid-bob".to_string()], Vec::new()));
    let set = |crons: &mut Crons, seen| crons.tables.as_mut().and_then(|tables| tables.get_mut("grid-bob")).expect("a table").boots = seen;
    set(&mut crons, boots(&["two", "three"]));
    assert_eq!((crons.starts(), due(&crons)), (Vec::new(), Vec::new()));
    set(&mut crons, boots(&["three", "four"]));
    assert_eq!((crons.starts(), due(&crons)), (vec!["grid-bob".to_string()], vec![(1, 0)]));
}
