//! The commands over a backend in memory: their answers, without any job running.

#[path = "support/bench.rs"]
mod bench;

use bench::Bench;
use gridshim::backend::fake::Fake;
use gridshim::job::Ended;

#[test]
fn a_submission_is_told_in_grid_engines_words() {
    let mut bench = Bench::new();
    assert_eq!(bench.run("qsub -b y sleep 60"), ("Your job 1000 (\"sleep\") has been submitted\n".into(), String::new(), 0));
    assert_eq!(bench.run("qsub -t 1-10:2 -N a -b y true").0, "Your job-array 1001.1-10:2 (\"a\") has been submitted\n");
    assert_eq!(bench.run("qsub -terse -t 7 -b y true").0, "1002.7-7:1\n");
}

#[test]
fn refusals_leave_nothing_behind() {
    let mut bench = Bench::new();
    for (line, err, code) in [
        ("qsub -x", "qsub: invalid option argument \"-x\"\n", 2),
        ("qsub -N", "qsub: -N option must have argument\n", 2),
        ("qsub -j maybe x", "qsub: invalid option argument \"-j maybe\"\n", 7),
        ("qsub -N a/b -b y true", "qsub: argument to -N option must not contain / \n", 2),
        ("qsub -q nosuch -b y true", "Unable to run job: Job was rejected because job requests unknown queue \"nosuch\"\nExiting.\n", 1),
        ("qsub -l h_rt=1:2 -b y true", "Unable to run job: attribute \"h_rt\" is not a time value\nExiting.\n", 1),
        ("qsub -l nosuch=1 -b y true", "Unable to run job: unknown resource \"nosuch\"\nExiting.\n", 1),
        (
            "qsub -pe nosuch 2 -b y true",
            "Unable to run job: job rejected: the requested parallel environment \"nosuch\" does not exist\nExiting.\n",
            1,
        ),
        (
            "qsub -p 5 -b y true",
            "Unable to run job: job rejected: positive submission priority requires operator privileges\nExiting.\n",
            1,
        ),
        ("qsub -b y /x/1abc", "Unable to run job: denied: \"1abc\" is not a valid object name (cannot start with a digit)\nExiting.\n", 1),
        (
            "qsub /nonexistent/x",
            "Unable to read script file because of error: error opening /nonexistent/x: No such file or directory\n",
            14,
        ),
        (
            "qsub -dl 01010000 -b y true",
            "Unable to run job: job rejected: the user \"bob\" is not a deadline initiation user\nExiting.\n",
            1,
        ),
    ] {
        assert_eq!(bench.run(line), (String::new(), err.into(), code), "{line}");
    }
    assert_eq!(bench.run("qstat"), (String::new(), String::new(), 0));
}

#[test]
fn said_twice_is_warned_of_on_standard_output() {
    let mut bench = Bench::new();
    let (out, _, _) = bench.run("qsub -N a -N b -b y true");
    let expected =
        "qsub: warning: \"-N\" option has already been set, overriding previous setting\nYour job 1000 (\"b\") has been submitted\n";
    assert_eq!(out, expected);
}

#[test]
fn waiting_tells_each_end_and_gives_the_jobs_status() {
    let ends = vec![Ended::Exited { task: None, status: 3, signal: 0 }];
    let mut bench = Bench::with(Fake { ends, ..Fake::default() });
    let (out, err, code) = bench.run("qsub -sync y -b y false");
    assert_eq!(
        (out.as_str(), err.as_str(), code),
        ("Your job 1000 (\"false\") has been submitted\n", "Job 1000 exited with exit code 3.\n", 3)
    );
    let killed = Fake { ends: vec![Ended::Exited { task: None, status: 137, signal: 9 }], ..Fake::default() };
    let (_, err, code) = Bench::with(killed).run("qsub -sync y -b y false");
    assert_eq!((err.as_str(), code), ("Job 1000 exited because of signal SIGKILL\n", 1));
    let never = Fake { ends: vec![Ended::Never { task: None }], ..Fake::default() };
    let (_, err, code) = Bench::with(never).run("qsub -sync y -b y false");
    assert_eq!((err.as_str(), code), ("Unable to run job 1000\n", 0));
}

#[test]
fn deleting_is_told_on_standard_output() {
    let mut bench = Bench::new();
    bench.run("qsub -h -N a -b y true");
    assert_eq!(bench.run("qdel 1000,77"), ("bob has deleted job 1000\ndenied: job \"77\" does not exist\n".into(), String::new(), 1));
    assert_eq!(bench.run("qdel nosuch"), ("The job nosuch of user(s) bob does not exist\n".into(), String::new(), 1));
    assert_eq!(bench.run("qdel 0"), (String::new(), "error: ERROR! \"0\" is an invalid job-task identifier\n".into(), 1));
    assert_eq!(bench.run("qdel -u *"), ("denied: \"bob\" must be manager to modify all jobs\n".into(), String::new(), 1));
    assert_eq!(bench.run("qdel -u alice"), ("There is no job registered for the following users: alice\n".into(), String::new(), 1));
}

#[test]
fn details_show_what_was_asked_and_what_is_approximated() {
    let mut bench = Bench::new();
    bench.run("qsub -N many -pe smp 2-4 -m be -M bob@example.org -hold_jid 5,x -b y sleep 9");
    let (out, _, code) = bench.run("qstat -j many");
    assert_eq!(code, 0);
    for line in [
        "job_number:                 1000",
        "mail_options:               be",
        "parallel environment:  smp range: 2-4",
        "jid_predecessor_list (req): 5,x",
        "job_args:                   9",
        "job_type:                   binary",
        "approximated:               -m: no mail is sent: site.toml has no [mail] table",
    ] {
        assert!(out.lines().any(|shown| shown == line), "{line} in\n{out}");
    }
    assert_eq!(bench.run("qstat -j 99,98"), (String::new(), "Following jobs do not exist: \n99, 98\n".into(), 1));
    assert_eq!(bench.run("qstat -xml -j 99").2, 0);
}

#[test]
fn job_answers_by_its_exit_code() {
    let mut bench = Bench::new();
    bench.run("qsub -h -N held -b y true");
    assert_eq!(bench.run("job held"), ("1000\n".into(), String::new(), 2));
    assert_eq!(bench.run("job -v held").0, "Job 'held' is pending as id 1000\n");
    assert_eq!(bench.run("job nosuch"), (String::new(), String::new(), 0));
    assert_eq!(bench.run("job -v nosuch").0, "No job 'nosuch' is currently queued or running.\n");
    assert_eq!(bench.run("jstop nosuch"), (String::new(), "No job 'nosuch' is currently queued or running\n".into(), 1));
    assert_eq!(bench.run("jstop held").0, "bob has deleted job 1000\n");
}

#[test]
fn job_words_are_checked_as_the_original_does() {
    let mut bench = Bench::new();
    let usage = "usage: job [-h] [-v | -q] JOBNAME\njob: error: ";
    assert_eq!(bench.run("job a b"), (String::new(), format!("{usage}unrecognized arguments: b\n"), 2));
    assert_eq!(bench.run("job -v"), (String::new(), format!("{usage}the following arguments are required: JOBNAME\n"), 2));
}
