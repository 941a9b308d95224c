//! Every layout of qstat against what Grid Engine printed (compat/captures/qstat/columns.txt), digits aside.

use super::tests_support::status;
use super::*;
use crate::host::{Host, instances};
use crate::job::Held;
use crate::options::qstat;

/// Numbers differ, their places do not. What a job has used so far is not known here.
fn masked(text: &str) -> String {
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    digits.replace("9:99:99:99 9.99999 9.99999", "NA         NA      NA     ")
}

fn jobs() -> Vec<JobStatus> {
    let running = |queue: &str, slots, ids: Vec<u64>| Tasks {
        started: Some(1_795_643_477),
        queue: Some(queue.into()),
        host: Some("host1".into()),
        slots,
        ..Tasks::waiting(ids, State::Running { restarted: false })
    };
    let named = |id, name: &str| {
        let mut status = status(id, name);
        status.job.submitter.user = "dora".into();
        status
    };
    let mut parallel = named(3584, "par");
    parallel.job.pe = Some(("smp".into(), vec![(2, 2)]));
    parallel.job.slots = 2;
    parallel.job.hard_queues = vec!["continuous".into()];
    parallel.tasks = vec![running("continuous", 2, vec![])];
    let mut array = named(3585, "arr");
    array.job.priority = -7;
    array.job.array = Some(crate::grammar::tasks::Range { first: 1, last: 3, step: 1 });
    array.job.hard_queues = vec!["task".into()];
    array.tasks = vec![running("task", 1, vec![1]), Tasks::waiting(vec![2, 3], State::Pending)];
    let mut held = named(3588, "held");
    held.tasks[0] = Tasks { held: Held { user: true, ..Held::default() }, ..Tasks::waiting(vec![], State::Held) };
    vec![parallel, array, held]
}

#[test]
fn every_layout_is_grid_engines() {
    let site = Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site");
    let host = Host {
        name: "host1".into(),
        arch: "lx-amd64".into(),
        processors: 2,
        sockets: 1,
        cores: 2,
        threads: 2,
        load: Some([10.0, 10.45, 10.0]),
        ..Host::default()
    };
    let (hosts, jobs) = ([host], jobs());
    let capture = include_str!("../../compat/captures/qstat/columns.txt");
    let mut count = 0;
    for part in capture.split("$ qstat").skip(1) {
        let (line, text) = part.split_once('\n').expect("a command and its output");
        let text = text.strip_suffix("--exit 0\n").expect("a good end");
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        let query = qstat::parse(&words).expect("a query");
        let sheet = Sheet { layout: &query.layout, site: &site, now: 1_795_643_480, by_queue: query.layout.by_queue() };
        // Other people's jobs had slots, too.
        let found: Vec<Instance<'_>> =
            instances(&site, &hosts, &jobs).into_iter().map(|known| Instance { used: known.used.max(1), ..known }).collect();
        let rows = rows(&jobs, &sheet, |tasks| query.shows(tasks));
        let ours = match (query.layout.clusters, query.layout.full) {
            (true, _) => clusters::table(&found, &site, query.layout.extended),
            (false, true) => full::render(&rows, &found, &sheet),
            (false, false) => table::render(&rows, &sheet),
        };
        // How long jobs have waited is of one or two digits.
        let (ours, theirs) = (masked(&ours), masked(text));
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            assert_eq!(ours, theirs, "qstat{line}");
        }
        assert_eq!(ours.lines().count(), theirs.lines().count(), "qstat{line}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}
