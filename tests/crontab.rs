//! crontab: the recorded tables (compat/captures/crontab) once more, and a table whose commands the local daemon runs. States are
//! waited for; the daemons are killed at the end.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridshim");
/// A minute until the next one, and what a busy machine takes.
const DEADLINE: Duration = Duration::from_secs(180);

struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Bench {
        let bench = Bench(tempfile::tempdir().expect("a directory"));
        fs::create_dir(bench.path("home")).expect("made");
        let links = Command::new(PROGRAM).arg("install-links").arg(bench.path("bin")).output().expect("ran");
        assert!(links.status.success(), "{links:?}");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", line]).env_clear().current_dir(self.path("home"));
        command.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display())).env("HOME", self.path("home"));
        command.env("GRIDSHIM_STATE", self.path("state")).env("GRIDSHIM_BACKEND", "local").env("TZ", "UTC");
        command
    }

    fn run(&self, line: &str, input: &[u8]) -> Output {
        let mut child = self.command(line).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("bash");
        child.stdin.take().expect("a pipe").write_all(input).expect("written");
        child.wait_with_output().expect("ended")
    }

    fn says(&self, line: &str, input: &[u8]) -> String {
        let output = self.run(line, input);
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    fn kill_daemon(&self) {
        let Ok(text) = fs::read_to_string(self.path("state/daemon.lock")) else { return };
        let Ok(pid) = text.trim().parse::<libc::pid_t>() else { return };
        if fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| String::from_utf8_lossy(&line).contains("local-daemon")) {
            // SAFETY: a plain system call.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }

    fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let log = || fs::read_to_string(self.path("state/daemon.log")).unwrap_or_default();
            assert!(begun.elapsed() < DEADLINE, "waited for {what}: {} {}", self.says(&format!("{PROGRAM} cron status"), b""), log());
            sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.kill_daemon();
    }
}

#[derive(serde::Deserialize)]
struct Recorded {
    name: String,
    table: String,
    exit: i32,
    stderr: String,
    after: String,
}

#[test]
fn recorded_tables_are_taken_and_refused_as_recorded() {
    let bench = Bench::new();
    let kept = b"9 9 9 9 * kept\n";
    let mut refused = 0;
    for line in include_str!("../compat/captures/crontab/tables.jsonl").lines() {
        let case: Recorded = serde_json::from_str(line).expect("a case");
        assert_eq!(bench.run("crontab -", kept).status.code(), Some(0));
        let output = bench.run("crontab -", case.table.as_bytes());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // The line that names line and column is ours.
        let (ours, theirs): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| line.starts_with("gridshim: line "));
        let theirs: String = theirs.iter().flat_map(|line| [line, "\n"]).collect();
        assert_eq!((output.status.code(), theirs.as_str()), (Some(case.exit), case.stderr.as_str()), "{}", case.name);
        assert_eq!(ours.len(), usize::from(case.stderr.contains("errors in crontab file")), "{}", case.name);
        let listed = bench.run("crontab -l", b"").stdout;
        let expected = if case.after == "kept" { kept.to_vec() } else { case.table.into_bytes() };
        assert!(case.after == "kept" || case.after == "same", "{}", case.name);
        assert_eq!(String::from_utf8_lossy(&listed), String::from_utf8_lossy(&expected), "{}", case.name);
        refused += usize::from(case.exit != 0);
    }
    assert!(refused > 40, "{refused}");
}

#[test]
fn words_and_answers_are_debians() {
    let bench = Bench::new();
    let user = bench.says("id -un", b"");
    let none = format!("no crontab for {user}");
    assert_eq!(bench.says("crontab -l; echo $?", b""), format!("1\n{none}"));
    assert_eq!(bench.says("crontab -r; echo $?", b""), format!("1\n{none}"));
    assert_eq!(bench.says("crontab /nosuch; echo $?", b""), "1\n/nosuch: No such file or directory\n");
    assert_eq!(bench.says("crontab /; echo $?", b""), "1\n/: Not a regular file.\n");
    assert_eq!(bench.says("crontab -n -; echo $?", b"1 * * * * x\n"), "0\nThe syntax of the crontab file was successfully checked.\n");
    assert_eq!(bench.says("crontab -l", b""), none);
    assert_eq!(bench.says("crontab; crontab -l", b"1 * * * * x\n"), "1 * * * * x\n");
    let asked = format!("crontab: really delete {}'s crontab? (y/n) ", user.trim());
    assert_eq!(bench.says("crontab -ri; echo $?", b"q\nn\n"), format!("{asked}Please enter Y or N: 0\n"));
    assert_eq!(bench.says("crontab -l", b""), "1 * * * * x\n");
    assert_eq!(bench.says("crontab -i -r; echo $?", b"y\n"), format!("{asked}0\n"));
    assert_eq!(bench.says("crontab -l", b""), none);
    // Of many at once one stays, whole.
    let said = bench.says("for i in 1 2 3 4 5 6; do echo \"$i * * * * x\" | crontab - & done; wait; crontab -l", b"");
    assert!(said.len() == 12 && said.ends_with(" * * * * x\n"), "{said}");
}

#[test]
fn a_table_is_edited_until_it_is_right() {
    let bench = Bench::new();
    let editor = |name: &str, body: &str| {
        fs::write(bench.path(name), format!("#!/bin/sh\n{body}\n")).expect("written");
        format!("chmod 755 {0}; VISUAL='{0}' crontab -e; echo $?", bench.path(name).display())
    };
    let said = bench.says(&editor("true", "true"), b"");
    assert!(said.starts_with("0\nno crontab for ") && said.ends_with(" - using an empty one\nNo modification made\n"), "{said}");
    let said = bench.says(&editor("fails", "exit 3"), b"");
    assert!(said.starts_with("1\n") && said.ends_with("fails\" exited with status 3\n"), "{said}");
    let said = bench.says(&editor("good", "echo '7 * * * * x' > \"$1\""), b"");
    assert!(said.ends_with("crontab: installing new crontab\n"), "{said}");
    let said = bench.says(&editor("bad", "echo '77 * * * * x' >> \"$1\""), b"y\nq\nn\n");
    assert_eq!(said.matches("\":1: bad minute").count(), 2, "{said}");
    assert!(
        said.contains("Enter Y or N\nDo you want to retry the same edit? (y/n) ") && said.contains("crontab: edits left in "),
        "{said}"
    );
    assert_eq!(bench.says("crontab -l", b""), "7 * * * * x\n");
    let left = said.rsplit("left in ").next().unwrap_or("").trim();
    fs::remove_dir_all(PathBuf::from(left).parent().expect("a directory")).expect("removed");
}

#[test]
fn commands_run_on_the_minute_once_though_the_daemon_is_killed() {
    let bench = Bench::new();
    let home = bench.path("home");
    fs::write(home.join("p.sh"), "#!/bin/sh\necho from the job\n").expect("written");
    Command::new("chmod").args(["755"]).arg(home.join("p.sh")).status().expect("chmod");
    let path = format!("{}:/usr/bin:/bin", bench.path("bin").display());
    let table = format!(
        "HOME={home}\nPATH={path}\nA=b c\n\
         * * * * * jsub -N named ./p.sh > said; env > env; date +\\%s >> ticks\n\
         * * * * * jsub -N piped ./p.sh | tr a-z A-Z > piped; cat > input%line 1%line 2\n\
         * * * * * ./p.sh # wrapped\n\
         0 0 30 2 * never\n",
        home = home.display()
    );
    assert_eq!(bench.says("crontab -", table.as_bytes()), "");
    assert_eq!(bench.says("crontab -l", b""), table);
    bench.until("a first run", || fs::read_to_string(home.join("ticks")).ok().filter(|text| !text.is_empty()));
    bench.kill_daemon();
    // Whatever command comes next starts it again.
    let read = |name: &str| fs::read_to_string(home.join(name)).ok().filter(|text| !text.is_empty());
    let job = bench.until("the wrapped job", || {
        bench.says("qstat; crontab -n - <<< '* * * * * x'; crontab -l | crontab -", b"");
        read("cron-5.out")
    });
    assert_eq!(job, "from the job\n");
    assert!(read("said").expect("said").starts_with("Your job "));
    assert!(bench.until("piped", || read("piped")).starts_with("YOUR JOB "));
    assert_eq!(bench.until("input", || read("input")), "line 1\nline 2\n");
    let env = read("env").expect("an environment");
    for line in ["SHELL=/bin/sh", "A=b c", &format!("PATH={path}"), &format!("HOME={}", home.display())] {
        assert!(env.lines().any(|known| known == line), "{line}: {env}");
    }
    assert!(!env.contains("JOB_ID=") && !env.contains("SGE_") && !env.contains("USER="), "{env}");
    let status = bench.until("the status", || {
        let status = bench.says(&format!("{PROGRAM} cron status"), b"");
        let is_told = |line: &str| status.lines().any(|row| row.starts_with(line) && row.contains(" UTC  0     "));
        (is_told("4 ") && is_told("5 ") && is_told("6 ")).then_some(status)
    });
    assert!(status.lines().any(|row| row.starts_with("7 ") && row.contains("  never  ")), "{status}");
    // Each minute once.
    let ticks: Vec<u64> = read("ticks").expect("ticks").lines().filter_map(|line| line.parse().ok()).collect();
    let mut minutes: Vec<u64> = ticks.iter().map(|tick| tick / 60).collect();
    minutes.dedup();
    assert_eq!(minutes.len(), ticks.len(), "{ticks:?}");
    assert_eq!(bench.says("crontab -r", b""), "");
}

#[test]
fn output_is_mailed_to_those_the_table_names() {
    let bench = Bench::new();
    let mailer = bench.path("sendmail");
    fs::write(&mailer, format!("#!/bin/sh\ncat > {0}.$$; mv {0}.$$ {0}.$(date +%s%N).mail\n", bench.path("m").display())).expect("written");
    let site = format!("[mail]\nsendmail = \"{}\"\n", mailer.display());
    fs::write(bench.path("site.toml"), site).expect("written");
    let path = bench.path("bin").display().to_string();
    let table = format!(
        "PATH={path}:/usr/bin:/bin\nMAILTO=alice@example.org\n* * * * * jlocal echo to alice; echo oops >&2; exit 3\n\
         * * * * * jlocal true\nMAILTO=\"\"\n* * * * * jlocal echo nobody\n"
    );
    let line = format!("chmod 755 {}; GRIDSHIM_SITE={} crontab -", mailer.display(), bench.path("site.toml").display());
    assert_eq!(bench.says(&line, table.as_bytes()), "");
    let mails = || -> Vec<String> {
        let files = fs::read_dir(bench.0.path()).expect("a directory").flatten().map(|file| file.path());
        files.filter(|file| file.extension().is_some_and(|end| end == "mail")).filter_map(|file| fs::read_to_string(file).ok()).collect()
    };
    let mail = bench.until("the mail", || mails().into_iter().next());
    assert!(mail.contains("To: alice@example.org\n") && mail.contains("> jlocal echo to alice; echo oops >&2; exit 3\n"), "{mail}");
    assert!(mail.replace('\r', "").ends_with("\n\nto alice\noops\n"), "{mail:?}");
    assert!(mails().iter().all(|mail| !mail.contains("nobody")));
    assert!(!bench.path("home/cron.log").exists());
}

#[test]
fn of_two_at_the_same_instant_one_is_refused() {
    let bench = Bench::new();
    fs::write(bench.path("home/p.sh"), "#!/bin/sh\nsleep 60\n").expect("written");
    let line = "chmod 755 p.sh; for i in 1 2 3 4 5 6; do jsub -once -N only ./p.sh & done; wait; jstop only";
    let said = bench.says(line, b"");
    assert_eq!(said.matches("Your job ").count(), 1, "{said}");
    let told = fs::read_to_string(bench.path("home/only.err")).expect("errors");
    assert_eq!(told.matches("there is a job named 'only' already active").count(), 5, "{told}");
}
