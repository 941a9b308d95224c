//! The local backend as its callers see it: the built program, a state directory of its own. States are waited for, with
//! deadlines only a broken backend reaches; the daemon is killed at the end of every test.

use gridshim::backend::{Backend, Filter, local::Local};
use gridshim::grammar::tasks::Range;
use gridshim::job::{Command, Ended, Job, JobId, Outcome, State, Submitter, resolve};
use gridshim::record::Program;
use gridshim::request::Request;
use gridshim::site::Site;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridshim");
const DEADLINE: Duration = Duration::from_secs(90);

/// A state directory, a site file and a directory for outputs.
struct Machine {
    directory: tempfile::TempDir,
}

impl Machine {
    fn new(slots: u32) -> Machine {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let directory = tempfile::tempdir().expect("a directory");
        // TMPDIR is named by job id: unique on this machine.
        let base = u64::from(std::process::id()) * 100_000 + NEXT.fetch_add(1, Ordering::Relaxed) * 1000;
        let site = format!("backend = \"local\"\njob_id_base = {base}\n[[queue]]\nname = \"all.q\"\nslots = {slots}\n");
        fs::write(directory.path().join("site.toml"), site).expect("written");
        Machine { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn local(&self) -> Local {
        let site = Site::read(&self.path("site.toml")).expect("a site");
        Local::at(&site, &self.path("state"), Path::new(PROGRAM))
    }

    /// A job that runs this with bash.
    fn job(&self, command: &str) -> Job {
        let site = Site::read(&self.path("site.toml")).expect("a site");
        let here = self.directory.path().to_string_lossy().into_owned();
        let submitter = Submitter {
            user: "me".into(),
            group: "us".into(),
            home: here.clone(),
            shell: "/bin/bash".into(),
            workdir: here.clone(),
            host: "here".into(),
            ..Submitter::default()
        };
        let file = Some("job.sh".to_string());
        let mut job = resolve(Request::default(), Command { file, args: Vec::new() }, submitter, &[], &site).expect("a job").job;
        job.program = Program::Command;
        job.name = "t".into();
        job.file = command.into();
        job.stdout = Some("/dev/null".into());
        job.merge = Some(true);
        job
    }

    fn submit(&self, command: &str) -> JobId {
        self.local().submit(&self.job(command), b"").expect("submitted")
    }

    /// qsub and the like, as a process.
    fn run(&self, words: &[&str]) -> Output {
        let mut process = Process::new(PROGRAM);
        process.args(words).env("GRIDSHIM_STATE", self.path("state")).env("GRIDSHIM_SITE", self.path("site.toml"));
        process.env("GRIDSHIM_BACKEND", "local").current_dir(self.directory.path());
        process.output().expect("ran")
    }

    fn states(&self) -> HashMap<JobId, Vec<State>> {
        let jobs = self.local().jobs(&Filter::of("me")).expect("jobs");
        jobs.into_iter().map(|status| (status.id, status.tasks.into_iter().map(|tasks| tasks.state).collect())).collect()
    }

    fn is(&self, id: JobId, state: &State) -> bool {
        self.states().get(&id).is_some_and(|states| states.contains(state))
    }

    fn wait_for_running(&self, id: JobId) {
        until("running", || self.is(id, &State::Running { restarted: false }));
    }

    fn wait_until_gone(&self) {
        until("gone", || self.states().is_empty());
    }

    fn lines(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.path(name)).unwrap_or_default().lines().map(String::from).collect()
    }

    /// The job numbers of the accounting lines.
    fn accounted(&self) -> Vec<String> {
        self.lines("state/accounting").iter().map(|line| line.split(':').nth(5).unwrap_or("").to_string()).collect()
    }

    /// Where the daemon's number is, a live one's.
    fn daemon(&self) -> Option<libc::pid_t> {
        let pid = fs::read_to_string(self.path("state/daemon.lock")).ok()?.trim().parse().ok()?;
        let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        String::from_utf8_lossy(&command).contains("local-daemon").then_some(pid)
    }

    fn kill_daemon(&self) {
        if let Some(pid) = self.daemon() {
            // SAFETY: a plain system call.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }

    fn wait(&self, id: JobId, job: &Job) -> Vec<Ended> {
        let mut told = Vec::new();
        self.local().wait(id, job, &mut |ended| told.push(ended)).expect("waited");
        told
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let local = self.local();
        for status in local.jobs(&Filter::of("me")).unwrap_or_default() {
            let _ = local.delete(&status, None);
        }
        let begun = Instant::now();
        while !self.states().is_empty() && begun.elapsed() < Duration::from_secs(10) {
            sleep(Duration::from_millis(50));
        }
        self.kill_daemon();
    }
}

fn until(what: &str, mut there: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !there() {
        assert!(begun.elapsed() < DEADLINE, "never {what}");
        sleep(Duration::from_millis(20));
    }
}

fn exited(status: i32) -> Ended {
    Ended::Exited { task: None, status, signal: 0 }
}

#[test]
fn a_job_runs_is_waited_for_and_accounted() {
    let machine = Machine::new(2);
    let mut job = machine.job("true");
    job.program = Program::Script;
    job.stdout = Some(machine.path("out").to_string_lossy().into_owned());
    let id = machine.local().submit(&job, b"echo $JOB_ID $0\nexit 3\n").expect("submitted");
    assert_eq!(machine.wait(id, &job), [exited(3)]);
    assert_eq!(machine.lines("out"), [format!("{id} {}", machine.path(&format!("state/job_scripts/{id}")).display())]);
    assert_eq!(machine.accounted(), [id.to_string()]);
    assert!(machine.states().is_empty());
    let finished = machine.local().jobs(&Filter { finished: true, ..Filter::of("me") }).expect("jobs");
    assert_eq!(finished.iter().map(|status| (status.id, status.tasks[0].state.clone())).collect::<Vec<_>>(), [(id, State::Finished)]);
    until("tidy", || {
        fs::read_dir(machine.path("state/run")).expect("read").count() == 0 && !machine.path(&format!("state/job_scripts/{id}")).exists()
    });
}

#[test]
fn looking_at_nothing_makes_nothing() {
    let machine = Machine::new(1);
    assert!(machine.states().is_empty());
    assert!(!machine.path("state").exists());
}

#[test]
fn jobs_wait_for_slots_holds_and_predecessors() {
    let machine = Machine::new(1);
    let first = machine.submit("sleep 300");
    machine.wait_for_running(first);
    let second = machine.submit("true");
    let mut held = machine.job("true");
    held.holds = gridshim::job::Holds::by_user(1);
    let held = machine.local().submit(&held, b"").expect("submitted");
    let mut after = machine.job("true");
    after.hold_jid = vec![second.to_string(), "nosuch".into()];
    let after = machine.local().submit(&after, b"").expect("submitted");
    let jobs = machine.local().jobs(&Filter::of("me")).expect("jobs");
    let states: Vec<_> = jobs.iter().map(|status| (status.id, status.tasks[0].letters())).collect();
    assert_eq!(states, [(first, "r"), (second, "qw"), (held, "hqw"), (after, "hqw")]);
    assert!(jobs[1].reasons[0].ends_with("dropped because it is full"), "{:?}", jobs[1].reasons);
    assert_eq!((&jobs[1].successors, &jobs[3].job.predecessors), (&vec![after], &vec![second]));
    let outcome = machine.local().delete(&jobs[0], None).expect("deleted");
    assert_eq!(outcome[0].outcome, Outcome::Registered);
    until("only the held one", || machine.states().keys().copied().eq([held]));
    let status = machine.local().jobs(&Filter::of("me")).expect("jobs").remove(0);
    let released = gridshim::job::Job { holds: gridshim::job::Holds::default(), ..status.job.clone() };
    machine.local().change(&status, &released).expect("released");
    machine.wait_until_gone();
    machine.local().change(&status, &released).expect("it has ended: nothing to change");
    let line = &machine.lines("state/accounting")[0];
    assert_eq!(line.split(':').skip(11).take(2).collect::<Vec<_>>(), ["100", "137"], "{line}");
}

#[test]
fn an_array_runs_in_its_width_and_is_deleted_in_part() {
    let machine = Machine::new(4);
    let mut job = machine.job("sleep 300");
    job.array = Some(Range { first: 2, last: 20, step: 2 });
    job.task_concurrency = 2;
    let local = machine.local();
    let id = local.submit(&job, b"").expect("submitted");
    until("two run", || machine.states()[&id].iter().filter(|state| matches!(state, State::Running { .. })).count() == 2);
    let status = local.jobs(&Filter::of("me")).expect("jobs").remove(0);
    assert_eq!(
        status.tasks.iter().map(|tasks| tasks.ids.clone()).collect::<Vec<_>>(),
        [vec![2], vec![4], (3..=10).map(|i| i * 2).collect()]
    );
    let delete = |range: Option<Range>| {
        let answer = local.delete(&status, range).expect("deleted");
        answer.into_iter().map(|deletion| (deletion.ids, deletion.outcome)).collect::<Vec<_>>()
    };
    assert_eq!(
        delete(Some(Range { first: 6, last: 10, step: 1 })),
        [(vec![6, 8, 10], Outcome::Deleted), (vec![7, 9], Outcome::NoSuchTask)]
    );
    assert_eq!(delete(Some(Range { first: 2, last: 2, step: 1 })), [(vec![2], Outcome::Registered)]);
    until("12 runs", || {
        let jobs = local.jobs(&Filter::of("me")).expect("jobs");
        jobs[0].tasks.iter().any(|tasks| tasks.ids == [12] && tasks.state == State::Running { restarted: false })
    });
    let answer = delete(None);
    assert_eq!(answer, [(vec![4], Outcome::Registered), (vec![12], Outcome::Registered), (vec![], Outcome::Deleted)]);
    let ends = machine.wait(id, &job);
    // To whoever waits a task that was deleted never ended, be it that it ran (tests/compliance/qsub_sync2.rs).
    assert!([2, 4, 12].iter().all(|task| ends.contains(&Ended::Never { task: Some(*task) })), "{ends:?}");
    assert_eq!(ends.iter().filter(|end| matches!(end, Ended::Never { .. })).count(), 10, "{ends:?}");
    assert_eq!(delete(None)[0].1, Outcome::NoSuchTask);
}

#[test]
fn a_large_array_is_few_rows() {
    let machine = Machine::new(1);
    let mut job = machine.job("sleep 300");
    job.array = Some(Range { first: 1, last: 75_000, step: 1 });
    let id = machine.local().submit(&job, b"").expect("submitted");
    machine.wait_for_running(id);
    assert!(fs::metadata(machine.path("state/state.db")).expect("there").len() < 200_000);
    let status = machine.local().jobs(&Filter::of("me")).expect("jobs").remove(0);
    assert_eq!(status.tasks.iter().map(|tasks| tasks.ids.len()).collect::<Vec<_>>(), [1, 74_999]);
}

#[test]
fn status_99_runs_it_again_and_100_is_an_error() {
    let machine = Machine::new(2);
    let out = machine.path("out").display().to_string();
    let job = machine.job(&format!("echo $RESTARTED >> {out}; [ $RESTARTED = 1 ] || exit 99; exit 4"));
    let id = machine.local().submit(&job, b"").expect("submitted");
    assert_eq!(machine.wait(id, &job), [exited(4)]);
    assert_eq!(machine.lines("out"), ["0", "1"]);
    assert_eq!(machine.accounted(), [id.to_string(), id.to_string()]);
    let job = machine.job("exit 100");
    let id = machine.local().submit(&job, b"").expect("submitted");
    until("in error", || machine.is(id, &State::Error("exit_status of job start = 100".into())));
    let status = machine.local().jobs(&Filter::of("me")).expect("jobs").remove(0);
    assert_eq!(machine.local().delete(&status, None).expect("deleted")[0].outcome, Outcome::Deleted);
    assert_eq!(machine.wait(id, &job), [Ended::Never { task: None }]);
}

#[test]
fn a_killed_daemon_loses_no_job_and_runs_none_twice() {
    let machine = Machine::new(30);
    let out = machine.path("ran").display().to_string();
    let go = machine.path("go").display().to_string();
    let command = format!("echo $JOB_ID >> {out}; until [ -e {go} ]; do sleep 0.1; done; sleep 0.$((RANDOM % 10))");
    let mut ids = BTreeSet::new();
    for at in 0..60 {
        ids.insert(machine.submit(&command).to_string());
        // Killed while it starts them, too.
        if at % 7 == 3 {
            machine.kill_daemon();
        }
    }
    until("30 run", || {
        let running = machine.states().values().filter(|states| matches!(states[0], State::Running { .. })).count();
        machine.kill_daemon();
        running == 30
    });
    fs::write(machine.path("go"), "").expect("written");
    for _ in 0..20 {
        machine.kill_daemon();
        let _ = machine.states();
        sleep(Duration::from_millis(70));
    }
    machine.wait_until_gone();
    let mut ran = machine.lines("ran");
    assert_eq!(ran.len(), 60);
    ran.sort();
    assert_eq!(ran.into_iter().collect::<BTreeSet<_>>(), ids);
    let accounted = machine.accounted();
    assert_eq!(accounted.len(), 60);
    assert_eq!(accounted.into_iter().collect::<BTreeSet<_>>(), ids);
    assert!(machine.lines("state/accounting").iter().all(|line| line.split(':').nth(11) == Some("0")));
}

#[test]
fn a_killed_shepherd_is_recorded_and_only_asked_for_reruns_happen() {
    let machine = Machine::new(2);
    let out = machine.path("out").display().to_string();
    let plain = machine.submit("sleep 300");
    let mut rerun = machine.job(&format!("echo $RESTARTED >> {out}; [ $RESTARTED = 1 ] || sleep 300"));
    rerun.rerun = Some(true);
    let again = machine.local().submit(&rerun, b"").expect("submitted");
    for id in [plain, again] {
        machine.wait_for_running(id);
        until("at work", || id == plain || machine.lines("out") == ["0"]);
        let pid = fs::read_to_string(machine.path(&format!("state/run/{id}.0.0/pid"))).expect("a pid");
        // SAFETY: a plain system call.
        unsafe { libc::kill(pid.trim().parse().expect("a number"), libc::SIGKILL) };
    }
    machine.wait_until_gone();
    assert_eq!(machine.lines("out"), ["0", "1"]);
    let ends: Vec<String> =
        machine.lines("state/accounting").iter().map(|line| line.split(':').skip(11).take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(ends.iter().filter(|end| *end == "100 137").count(), 2, "{ends:?}");
    assert_eq!((ends.len(), ends.last().map(String::as_str)), (3, Some("0 0")));
}

#[test]
fn two_hundred_submissions_at_once_have_two_hundred_numbers() {
    let machine = Machine::new(1);
    let ids: Vec<String> = std::thread::scope(|scope| {
        let submit = || -> Vec<String> {
            let one = || {
                let output = machine.run(&["qsub", "-terse", "-h", "-b", "y", "true"]);
                assert!(output.status.success(), "{output:?}");
                String::from_utf8(output.stdout).expect("text").trim().to_string()
            };
            (0..10).map(|_| one()).collect()
        };
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(submit)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("joined")).collect()
    });
    assert_eq!(ids.len(), 200);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 200);
    let known = machine.local().jobs(&Filter { whose: gridshim::backend::Whose::Everybodys, ..Filter::of("me") }).expect("jobs");
    assert_eq!(known.iter().map(|status| status.id.to_string()).collect::<BTreeSet<_>>(), ids.iter().cloned().collect());
    for status in &known {
        assert_eq!(machine.local().delete(status, None).expect("deleted")[0].outcome, Outcome::Deleted);
    }
}

#[test]
fn the_caller_s_streams_are_left_alone_and_the_daemon_leaves() {
    let machine = Machine::new(1);
    // `output` returns when nobody has the pipes any more.
    let output = machine.run(&["qsub", "-b", "y", "-o", "/dev/null", "-j", "y", "sleep", "2"]);
    assert!(output.status.success(), "{output:?}");
    assert!(machine.run(&["qstat"]).stdout.windows(5).any(|part| part == b"sleep"), "still there");
    until("gone", || machine.run(&["qstat"]).stdout.is_empty());
    until("left", || machine.daemon().is_none() && !machine.path("state/wake.sock").exists());
    // The next one finds nobody, and starts another.
    let job = machine.job("true");
    let id = machine.local().submit(&job, b"").expect("submitted");
    assert_eq!(machine.wait(id, &job), [exited(0)]);
}

#[test]
fn trouble_is_told_and_leaves_nothing() {
    let machine = Machine::new(1);
    fs::write(machine.path("state"), "in the way").expect("written");
    let error = machine.local().submit(&machine.job("true"), b"").expect_err("refused").to_string();
    assert!(error.contains(&machine.path("state").display().to_string()), "{error}");
    fs::remove_file(machine.path("state")).expect("removed");
    fs::create_dir(machine.path("state")).expect("made");
    fs::write(machine.path("state/state.db"), [b'x'; 8192]).expect("written");
    for error in [
        machine.local().submit(&machine.job("true"), b"").expect_err("refused").to_string(),
        machine.local().jobs(&Filter::of("me")).expect_err("refused").to_string(),
    ] {
        assert!(error.contains("state.db is damaged"), "{error}");
    }
    assert_eq!(fs::read_dir(machine.path("state/job_scripts")).expect("read").count(), 0);
    fs::remove_file(machine.path("state/state.db")).expect("removed");
    let gone = Local::at(&Site::default(), &machine.path("state"), Path::new("/nosuch/gridshim"));
    let error = gone.submit(&machine.job("true"), b"").expect_err("refused").to_string();
    assert!(error.contains("cannot start /nosuch/gridshim: No such file or directory"), "{error}");
    assert!(machine.states().is_empty());
}
