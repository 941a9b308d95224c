use super::*;
use crate::job::{Command, resolve};
use crate::options::qalter::Program;

const ID: JobId = 17;

fn bob() -> Submitter {
    Submitter {
        user: "bob".into(),
        host: "host1".into(),
        home: "/home/bob".into(),
        workdir: "/home/bob/work".into(),
        ..Submitter::default()
    }
}

fn job() -> Job {
    resolve(Request::default(), Command { file: Some("x.sh".into()), args: vec![] }, bob(), &[], &Site::default()).expect("a job").job
}

fn change(job: &Job, line: &str, tasks: Option<Range>) -> Altered {
    let words: Vec<String> = line.split_whitespace().map(String::from).chain(["17".into()]).collect();
    let request = Program::Qalter.parse(&words).expect("a change").request;
    let other = |id, name: &str, owner: &str, before| Other { id, name: name.into(), owner: owner.into(), array: None, before };
    let others = [other(5, "five", "bob", vec![17]), other(6, "six", "alice", vec![])];
    let about = Circumstances {
        caller: &bob(),
        environment: &[("A".into(), "1".into())],
        site: &Site::default(),
        others: &others,
        waiting: &Indexes::first(job.task_count()),
        running: &Indexes::default(),
    };
    alter(ID, job, &request, tasks, &about)
}

fn refused(job: &Job, line: &str) -> String {
    change(job, line, None).job.expect_err("a refusal").text
}

#[test]
fn attributes_are_told_in_one_order() {
    let altered = change(&job(), "-N x -A acct -p -5 -l h_rt=60 -cwd", None);
    let lines = [
        "bob@host1 sets scheduling priority of job 17 to -5",
        "modified account of job 17",
        "modified working directory of job 17",
        "modified hard resource list of job 17",
        "modified job name of job 17",
    ];
    assert_eq!(altered.lines, lines);
    let new = altered.job.expect("a job");
    assert_eq!((new.name.as_str(), new.priority, new.h_rt, new.version), ("x", -5, Some(60), 1));
}

#[test]
fn what_follows_from_a_request_goes_with_it() {
    let long = change(&job(), "-l h_rt=60,h_vmem=1G -q task", None).job.expect("a job");
    assert_eq!((long.h_rt, long.queues.clone()), (Some(60), vec!["task".to_string()]));
    let short = change(&long, "-l h_vmem=2G", None).job.expect("a job");
    assert_eq!((short.h_rt, short.memory_limit, short.queues), (None, Some(2 << 30), vec!["task".to_string()]));
}

#[test]
fn lines_before_a_refusal_are_said() {
    let altered = change(&job(), "-q nosuch -p -20", None);
    assert_eq!(altered.lines.len(), 1);
    assert_eq!(altered.job.expect_err("refused").text, "Job was rejected because job requests unknown queue \"nosuch\"");
    assert_eq!(refused(&job(), "-p 5"), "denied: \"bob\" must be operator to increase job priority");
    assert_eq!(refused(&job(), "-tc 2"), "invalid option argument \"task concurrency\"");
    assert_eq!(refused(&job(), "-h o"), "denied: \"bob\" must be operator to set operator hold");
    assert_eq!(refused(&job(), "-hold_jid 17"), "denied: job \"17\" may not be its own jobnet predecessor");
    assert_eq!(refused(&job(), "-hold_jid 5"), "job 17 dependency change would generate a dependency cycle with job 5");
}

#[test]
fn holds_are_on_tasks() {
    let array = Job { array: Some(Range { first: 1, last: 5, step: 2 }), ..job() };
    let altered = change(&array, "-h u", Some(Range { first: 3, last: 9, step: 1 }));
    assert_eq!(altered.lines, ["modified hold of job-array task 17.3", "modified hold of job-array task 17.5"]);
    let held = altered.job.expect("a job");
    assert_eq!(held.holds.user.to_string(), "1-2");
    assert!(change(&held, "-h u", Some(Range { first: 3, last: 3, step: 1 })).lines.is_empty());
    assert_eq!(change(&held, "-h U", None).job.expect("a job").holds, Holds::default());
    assert!(change(&job(), "-h u", Some(Range { first: 1, last: 3, step: 1 })).job.expect_err("refused").is_no_array);
}

#[test]
fn waiting_is_for_what_is_there() {
    let altered = change(&job(), "-hold_jid 6,9,six", None);
    assert_eq!(altered.lines[1..], ["   blocking jobs: 6".to_string(), "   exited jobs:   9".into()]);
    assert_eq!(altered.job.expect("a job").predecessors, [6]);
}

#[test]
fn a_new_environment_replaces_the_old() {
    let new = change(&job(), "-v A,B=2", None).job.expect("a job");
    assert_eq!(new.env, [("A".to_string(), "1".to_string()), ("B".into(), "2".into())]);
}
