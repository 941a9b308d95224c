//! The shepherd as its callers see it: the built program, a spec, a run directory. Nothing here measures time: states are
//! waited for, with deadlines only a broken shepherd reaches.

use gridshim::record::{Program, Report, Spec};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const SHEPHERD: &str = env!("CARGO_BIN_EXE_gridshim-shepherd");
const DEADLINE: Duration = Duration::from_secs(60);

/// A job in a directory of its own.
struct Job {
    directory: tempfile::TempDir,
    spec: Spec,
    script: String,
    options: Vec<String>,
}

fn job(script: &str) -> Job {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let directory = tempfile::tempdir().expect("a directory");
    // TMPDIR is named by job id: unique on this machine.
    let job_id = u64::from(std::process::id()) * 1000 + NEXT.fetch_add(1, Ordering::Relaxed);
    let spec = Spec {
        job_id,
        job_name: "t".into(),
        owner: "me".into(),
        home: directory.path().to_string_lossy().into_owned(),
        queue: "q".into(),
        slots: 1,
        shell: "/bin/bash".into(),
        cwd: directory.path().to_string_lossy().into_owned(),
        stdout: "out".into(),
        stderr: "err".into(),
        umask: 0o022,
        ..Spec::default()
    };
    Job { directory, spec, script: script.into(), options: Vec::new() }
}

impl Job {
    fn with(mut self, change: impl FnOnce(&mut Spec)) -> Job {
        change(&mut self.spec);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn command(&self) -> Command {
        let run = self.path("run");
        fs::create_dir_all(&run).expect("run directory");
        fs::write(self.path("spec"), self.spec.to_bytes()).expect("spec");
        fs::write(self.path("script"), &self.script).expect("script");
        let mut command = Command::new(SHEPHERD);
        command.arg("--spec").arg(self.path("spec")).arg("--script").arg(self.path("script")).arg("--run-dir").arg(run);
        command.args(["--node", "vm"]).args(&self.options).env("LEAK", "1").stdin(Stdio::null());
        command
    }

    fn start(&self) -> Child {
        self.command().spawn().expect("shepherd")
    }

    fn report(&self) -> Report {
        Report::parse(&self.text("run/report")).expect("a report")
    }

    /// Exit code and report.
    fn run(&self) -> (i32, Report) {
        let status = self.command().status().expect("shepherd");
        (status.code().expect("an exit code"), self.report())
    }

    fn wait_for(&self, name: &str, text: &str) {
        until(|| self.text(name).contains(text), &format!("{text} in {name}: {}", self.text(name)));
    }

    fn number(&self, name: &str) -> i32 {
        until(|| self.text(name).ends_with('\n'), name);
        self.text(name).trim().parse().expect("a number")
    }
}

fn until(condition: impl Fn() -> bool, what: &str) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < DEADLINE, "never: {what}");
        sleep(Duration::from_millis(10));
    }
}

fn alive(pid: i32) -> bool {
    // A zombie whose parent is slow is dead enough.
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").arg(name).arg(child.id().to_string()).status().expect("kill");
    assert!(status.success());
}

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect()
}

#[test]
fn exit_statuses_pass_through() {
    // What container runtimes say of containers that did not start, or were lost with their host, is no job's word.
    for (status, own) in [(0, 0), (3, 3), (101, 101), (137, 137), (128, 254), (255, 254)] {
        let (code, report) = job(&format!("exit {status}")).run();
        assert_eq!((code, report.exit_status, report.failed, report.signal), (own, status, 0, 0));
        assert!(!report.is_error_state() && report.start > 0 && report.end >= report.start);
    }
}

#[test]
fn exit_99_asks_for_a_requeue_and_100_for_the_error_state() {
    let (code, report) = job("exit 99").run();
    assert_eq!((code, report.failed, report.is_error_state()), (99, 25, false));
    let (code, report) = job("exit 100").run();
    assert_eq!((code, report.failed, report.exit_status), (100, 30, 100));
    assert_eq!(report.reason, "exit_status of job start = 100");
}

#[test]
fn a_death_by_signal_is_128_and_more() {
    let (code, report) = job("kill -TERM $$").run();
    assert_eq!((code, report.exit_status, report.signal, report.failed), (143, 143, 15, 100));
}

#[test]
fn scripts_get_a_login_shell_and_their_arguments() {
    let job = job("tr '\\0' '|' </proc/$$/cmdline; echo; pwd; umask; readlink /proc/self/fd/0; echo $JOB_SCRIPT")
        .with(|spec| spec.args = vec!["a b".into(), "$X".into()]);
    assert_eq!(job.run().0, 0);
    let (script, cwd) = (job.path("script"), job.directory.path());
    let expected = format!("-bash|{0}|a b|$X|\n{1}\n0022\n/dev/null\n{0}\n", script.display(), cwd.display());
    assert_eq!(job.text("out"), expected);
}

#[test]
fn commands_go_through_the_shell_and_exec_does_not() {
    let args = ["echo", "a  b", "$((1+1))"].map(String::from).to_vec();
    let job = job("").with(|spec| (spec.program, spec.args) = (Program::Command, args));
    assert_eq!(job.run().0, 0);
    assert_eq!(job.text("out"), "a b 2\n");
    let job = job_exec(&["printf", "%s|", "a  b", "$X"]);
    assert_eq!(job.run().0, 0);
    assert_eq!(job.text("out"), "a  b|$X|");
}

fn job_exec(args: &[&str]) -> Job {
    job("").with(|spec| (spec.program, spec.args) = (Program::Exec, args.iter().map(|arg| (*arg).to_string()).collect()))
}

#[test]
fn the_environment_is_made_from_nothing() {
    let job = job_exec(&["env"]).with(|spec| {
        spec.env = env(&[("TERM", ""), ("PATH", "/bin:/usr/bin"), ("JOB_ID", "1"), ("MINE", "x=y")]);
        (spec.first, spec.last, spec.step) = (2, 8, 3);
        spec.pe = Some("smp".into());
    });
    let mut command = job.command();
    assert!(command.args(["--index", "1", "--restarted"]).status().expect("shepherd").success());
    let out = job.text("out");
    let (id, run) = (job.spec.job_id, job.path("run"));
    let tmpdir = format!("/tmp/{id}.5.q");
    for line in [
        format!("JOB_ID={id}"),
        "MINE=x=y".into(),
        "SGE_TASK_ID=5".into(),
        "RESTARTED=1".into(),
        format!("TMPDIR={tmpdir}"),
        format!("PATH={tmpdir}:/bin:/usr/bin"),
        format!("PE_HOSTFILE={}/pe_hostfile", run.display()),
        "HOSTNAME=vm".into(),
    ] {
        assert!(out.lines().any(|have| have == line), "{line} in {out}");
    }
    assert!(!out.contains("LEAK="), "{out}");
    assert_eq!(job.text("run/pe_hostfile"), "vm 1 q@vm UNDEFINED\n");
    assert!(!Path::new(&tmpdir).exists());
}

#[test]
fn tmpdir_lives_as_long_as_the_job_and_links_in_it_are_not_followed() {
    let job = job("stat -c %a $TMPDIR; mkdir $TMPDIR/d; ln -s $HOME/keep $TMPDIR/d/link; echo $TMPDIR");
    fs::create_dir(job.path("keep")).expect("a directory");
    fs::write(job.path("keep/file"), "").expect("a file");
    assert_eq!(job.run().0, 0);
    let tmpdir = format!("/tmp/{}.1.q", job.spec.job_id);
    assert_eq!(job.text("out"), format!("755\n{tmpdir}\n"));
    assert!(!Path::new(&tmpdir).exists() && job.path("keep/file").exists());
}

#[test]
fn outputs_are_appended_to_and_may_be_one_file() {
    let job = job("echo one; echo two >&2").with(|spec| spec.stderr = "out".into());
    fs::write(job.path("out"), "old\n").expect("old output");
    assert_eq!(job.run().0, 0);
    assert_eq!(job.text("out"), "old\none\ntwo\n");
}

#[test]
fn merged_output_has_the_default_name() {
    let job = job("echo one; echo two >&2; echo $SGE_STDERR_PATH").with(|spec| {
        spec.stdout.clear();
        spec.merge = true;
    });
    assert_eq!(job.run().0, 0);
    let name = format!("t.o{}", job.spec.job_id);
    assert_eq!(job.text(&name), format!("one\ntwo\n{}\n", job.path(&name).display()));
    assert!(!job.path("err").exists());
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(job.path(&name)).expect("output").permissions().mode() & 0o777, 0o644);
}

#[test]
fn standard_input_may_be_a_file() {
    let job = job("cat; echo $SGE_STDIN_PATH").with(|spec| spec.stdin = "in.$TASK_ID".into());
    fs::write(job.path("in.0"), "hello\n").expect("input");
    assert_eq!(job.run().0, 0);
    assert_eq!(job.text("out"), format!("hello\n{}\n", job.path("in.0").display()));
}

fn error_state(job: &Job, failed: u32, reason: &str) {
    let (code, report) = job.run();
    assert_eq!((code, report.failed, report.reason.as_str(), report.exit_status), (100, failed, reason, 0));
    assert!(!Path::new(&format!("/tmp/{}.1.q", job.spec.job_id)).exists());
}

#[test]
fn files_that_cannot_be_opened_put_the_job_in_error_state() {
    let missing = "No such file or directory";
    error_state(
        &job("").with(|spec| spec.stdout = "/nosuch/x".into()),
        26,
        &format!("error: can't open output file \"/nosuch/x\": {missing}"),
    );
    let slash = job("").with(|spec| spec.stderr = "nosuch/".into());
    let path = slash.path("nosuch/");
    error_state(&slash, 26, &format!("error: can't open output file \"{}\": Is a directory", path.display()));
    error_state(&job("").with(|spec| spec.stdin = "/nosuch/in".into()), 26, "error: can't open /nosuch/in as dummy input file");
    error_state(&job("").with(|spec| spec.stdin = "/tmp".into()), 26, "\"/tmp\" is a directory not a file");
}

#[test]
fn directories_and_shells_that_are_not_there_put_the_job_in_error_state() {
    let gone = job("").with(|spec| spec.cwd = "/nosuch".into());
    error_state(&gone, 28, "error: can't chdir to /nosuch: No such file or directory");
    error_state(&job("").with(|spec| spec.cwd = "rel".into()), 28, "error: can't chdir to rel: No such file or directory");
    let shell = job("").with(|spec| spec.shell = "/nosuch/shell".into());
    error_state(&shell, 27, "unable to find shell \"/nosuch/shell\"");
    assert!(shell.path("out").exists(), "outputs are made before the shell is looked for");
    let relative = job("").with(|spec| spec.shell = "bash".into());
    error_state(&relative, 27, &format!("unable to find shell \"{}\"", relative.path("bash").display()));
}

#[test]
fn programs_that_cannot_be_executed_put_the_job_in_error_state() {
    let reason = "execvlp(nosuchcmd, \"nosuchcmd\" \"a\" \"b\") failed: No such file or directory";
    error_state(&job_exec(&["nosuchcmd", "a", "b"]), 27, reason);
    error_state(&job_exec(&["/etc/passwd"]), 27, "execvlp(/etc/passwd, \"/etc/passwd\") failed: Permission denied");
    let shell = job("").with(|spec| spec.shell = "/etc/passwd".into());
    let reason = format!("execvlp(/etc/passwd, \"passwd\" \"{}\") failed: Permission denied", shell.path("script").display());
    error_state(&shell, 27, &reason);
}

#[test]
fn the_input_is_blamed_before_the_directory_and_that_before_outputs_and_shell() {
    let bad = |input: &str| {
        job("").with(|spec| {
            spec.stdin = input.into();
            spec.cwd = "/nosuch".into();
            spec.stdout = "/nosuch/x".into();
            spec.shell = "/nosuch/shell".into();
        })
    };
    error_state(&bad("/nosuch/in"), 26, "error: can't open /nosuch/in as dummy input file");
    error_state(&bad(""), 28, "error: can't chdir to /nosuch: No such file or directory");
}

#[test]
fn an_unreadable_spec_is_reported() {
    let job = job("");
    let mut command = job.command();
    fs::write(job.path("spec"), "job_id=x\0").expect("spec");
    assert_eq!(command.status().expect("shepherd").code(), Some(100));
    let report = job.report();
    assert_eq!((report.failed, report.reason.as_str()), (1, "cannot read the job's spec: spec field job_id cannot be read"));
}

#[test]
fn s_rt_warns_the_job_and_what_left_its_group() {
    let script =
        "trap 'echo warned' USR1; setsid bash -c 'trap \"echo child warned; exit\" USR1; echo ready; while :; do sleep 0.1; done' &
        while ! grep -q '^warned' out || ! grep -q child out; do sleep 0.1; done; exit 4";
    let job = job(script).with(|spec| (spec.s_rt, spec.h_rt) = (Some(4), Some(60)));
    let (code, report) = job.run();
    assert_eq!((code, report.failed), (4, 0), "{}{}", job.text("out"), job.text("err"));
}

#[test]
fn s_rt_kills_a_job_that_does_not_care() {
    let (code, report) = job("sleep 600").with(|spec| spec.s_rt = Some(1)).run();
    assert_eq!((code, report.signal, report.failed), (138, 10, 100));
}

#[test]
fn h_rt_kills_and_is_a_limit() {
    let job = job("trap '' TERM USR1 USR2; setsid sleep 600 & echo $! >pid; wait").with(|spec| spec.h_rt = Some(3));
    let (code, report) = job.run();
    assert_eq!((code, report.exit_status, report.signal, report.failed), (137, 137, 9, 37));
    assert!(!alive(job.number("pid")));
}

#[test]
fn h_rt_with_notify_lets_the_job_end() {
    let job = job("trap 'exit 6' USR2; while :; do sleep 0.1; done").with(|spec| (spec.h_rt, spec.notify) = (Some(3), Some(600)));
    let (code, report) = job.run();
    assert_eq!((code, report.failed), (6, 37));
}

#[test]
fn a_stop_kills_at_once_even_what_called_setsid() {
    let script =
        "trap 'echo trapped' TERM INT HUP USR1 USR2; (setsid bash -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 600; done' &)
        echo ready; while :; do sleep 600; done";
    let job = job(script);
    let mut child = job.start();
    job.wait_for("out", "ready");
    let grandchild = job.number("pid");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("shepherd").code(), Some(137));
    let report = job.report();
    assert_eq!((report.signal, report.failed), (9, 100));
    assert!(!alive(grandchild));
    assert_eq!(job.text("out"), "ready\n");
}

#[test]
fn notify_gives_the_job_its_time() {
    let job = job("trap 'echo bye; exit 7' USR2; echo ready; while :; do sleep 0.1; done").with(|spec| spec.notify = Some(600));
    let mut child = job.start();
    job.wait_for("out", "ready");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("shepherd").code(), Some(7));
    assert_eq!((job.text("out").as_str(), job.report().failed), ("ready\nbye\n", 0));
}

#[test]
fn notify_ends_with_the_kill() {
    let job = job("trap 'echo no' USR2; echo ready; while :; do sleep 0.1; done").with(|spec| spec.notify = Some(1));
    let mut child = job.start();
    job.wait_for("out", "ready");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("shepherd").code(), Some(137));
    assert_eq!((job.text("out").as_str(), job.report().failed), ("ready\nno\n", 100));
}

#[test]
fn what_the_job_leaves_behind_is_killed() {
    let job = job("setsid sleep 600 & echo $! >a; nohup sleep 600 >/dev/null 2>&1 & echo $! >b; exit 3");
    assert_eq!(job.run().0, 3);
    assert!(!alive(job.number("a")) && !alive(job.number("b")));
}

#[test]
fn limits_are_set() {
    let limits = BTreeMap::from([
        ("vmem".to_string(), (None, Some(512_000 << 10))),
        ("cpu".to_string(), (Some(2), Some(3))),
        ("core".to_string(), (Some(0), None)),
    ]);
    let job = job("ulimit -Sv; ulimit -Hv; ulimit -St; ulimit -Ht; ulimit -Sc").with(|spec| spec.limits = limits);
    assert_eq!(job.run().0, 0);
    assert_eq!(job.text("out"), "512000\n512000\n2\n3\n0\n");
}

#[test]
fn a_cpu_limit_ends_the_job() {
    let limits = BTreeMap::from([("cpu".to_string(), (Some(1), None))]);
    let (code, report) = job("while :; do :; done").with(|spec| spec.limits = limits).run();
    assert_eq!((code, report.failed), (128 + 24, 100));
    assert!(report.utime + report.stime > 0.5 && report.maxvmem > 0 && report.maxrss > 0, "{report:?}");
}

#[test]
fn a_continuous_job_runs_until_it_succeeds() {
    let job = job("echo run; [ $(grep -c run out) = 3 ]").with(|spec| (spec.respawn, spec.respawn_name) = (Some(0), "./tool".into()));
    assert_eq!(job.run().0, 0);
    assert_eq!(job.text("out"), "run\nrun\nrun\n");
    let lines = job.text("err");
    assert_eq!(lines.lines().filter(|line| line.starts_with('[') && line.ends_with("./tool exited with code 0. Respawning...")).count(), 2);
    assert_eq!(lines.lines().count(), 2, "{lines}");
}

#[test]
fn a_stop_ends_a_continuous_job_between_two_runs() {
    let job = job("exit 1").with(|spec| spec.respawn = Some(600));
    let mut child = job.start();
    job.wait_for("err", "Respawning...");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("shepherd").code(), Some(137));
    assert_eq!(job.report().failed, 100);
}

#[test]
fn a_run_directory_runs_once() {
    let job = job("echo run");
    assert_eq!(job.run().0, 0);
    let before = job.text("run/report");
    assert_eq!(job.run().0, 0);
    assert_eq!((job.text("out").as_str(), job.text("run/report")), ("run\n", before));
    assert!(job.number("run/pid") > 0 && job.number("run/start") > 0);
}

#[test]
fn many_shepherds_at_once_run_one_job() {
    let job = job("echo run; sleep 0.3");
    // All commands first: making one writes the spec anew, which a running shepherd might be reading.
    let mut commands: Vec<Command> = (0..8).map(|_| job.command()).collect();
    let children: Vec<Child> = commands.iter_mut().map(|command| command.spawn().expect("shepherd")).collect();
    for mut child in children {
        assert_eq!(child.wait().expect("shepherd").code(), Some(0), "{}", job.text("run/report"));
    }
    assert_eq!(job.text("out"), "run\n");
}

#[test]
fn the_lock_is_free_when_the_shepherd_has_ended_although_a_file_stays_open() {
    let job = job("ls -l /proc/$$/fd >fds; exit 0");
    assert_eq!(job.run().0, 0);
    assert!(!job.text("fds").contains("run/"), "{}", job.text("fds"));
    fs::File::open(job.path("run/lock")).expect("lock").try_lock().expect("free");
}

#[test]
fn the_death_of_the_starter_does_not_matter() {
    let job = job("echo ready; while [ ! -e go ]; do sleep 0.05; done; echo done");
    let shepherd = job.command();
    let words: Vec<String> =
        [shepherd.get_program()].into_iter().chain(shepherd.get_args()).map(|word| word.to_string_lossy().into_owned()).collect();
    let mut starter = Command::new("bash").args(["-c", "\"$@\" & wait", "starter"]).args(words).process_group(0).spawn().expect("bash");
    job.wait_for("out", "ready");
    let shepherd = job.number("run/pid");
    assert!(Command::new("kill").args(["-HUP", &shepherd.to_string()]).status().expect("kill").success());
    signal(&starter, "-KILL");
    starter.wait().expect("bash");
    fs::write(job.path("go"), "").expect("go");
    until(|| job.path("run/report").exists(), "a report");
    assert_eq!((job.report().exit_status, job.text("out").as_str()), (0, "ready\ndone\n"));
}

#[test]
fn whoever_waits_is_woken_after_the_report() {
    let mut job = job("exit 5");
    let socket = std::os::unix::net::UnixDatagram::bind(job.path("wake")).expect("socket");
    job.options = vec!["--wake".into(), job.path("wake").to_string_lossy().into_owned()];
    assert_eq!(job.run().0, 5);
    socket.set_nonblocking(true).expect("socket");
    let mut byte = [0; 8];
    assert_eq!(socket.recv(&mut byte).expect("a byte"), 1);
}

#[test]
fn a_pod_gets_its_termination_message() {
    let mut job = job("exit 5");
    job.options = vec!["--report".into(), job.path("message").to_string_lossy().into_owned()];
    assert_eq!(job.run().0, 5);
    assert_eq!(job.text("message"), job.text("run/report"));
    // A full disk does not change the exit code.
    let full = job_exec(&["false"]);
    let status = full.command().args(["--report", "/dev/full"]).stderr(Stdio::null()).status().expect("shepherd");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn it_installs_itself() {
    let directory = tempfile::tempdir().expect("a directory");
    assert!(Command::new(SHEPHERD).arg("--install").arg(directory.path()).status().expect("shepherd").success());
    use std::os::unix::fs::PermissionsExt;
    let copy = fs::metadata(directory.path().join("gridshim-shepherd")).expect("a copy");
    assert_eq!(copy.permissions().mode() & 0o777, 0o755);
}

/// As in a pod: without a run directory the lines go to standard output, which is the pod's log.
#[test]
fn the_error_files_last_lines_are_the_pods_log_where_mail_is_wanted() {
    for wanted in [true, false] {
        let job = job("for n in {1..25}; do echo word $n >&2; done; echo out; exit 3").with(|spec| spec.tail = wanted);
        fs::write(job.path("spec"), job.spec.to_bytes()).expect("spec");
        fs::write(job.path("script"), &job.script).expect("script");
        let mut command = Command::new(SHEPHERD);
        command.arg("--spec").arg(job.path("spec")).arg("--script").arg(job.path("script"));
        command.arg("--report").arg(job.path("message")).args(["--node", "vm"]);
        let output = command.stdin(Stdio::null()).output().expect("shepherd");
        assert_eq!(output.status.code(), Some(3));
        let lines: String = (6..=25).map(|n| format!("word {n}\n")).collect();
        let told = format!("{}{}\n{lines}", gridshim::record::TAIL_BEGINS, job.path("err").display());
        assert_eq!(String::from_utf8_lossy(&output.stdout), if wanted { told } else { String::new() });
        // What everybody may read has nothing of it.
        assert!(!job.text("message").contains("word"), "{}", job.text("message"));
    }
}
