//! Mail of real jobs on the local backend: what arrives is what Grid Engine sent (compat/captures/mail), and below it what it does not
//! say. The mailer is a script that keeps each message; the daemon is killed at the end of every test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridshim");
const DEADLINE: Duration = Duration::from_secs(90);

/// A state directory, a site that sends mail, and what was sent.
struct Machine {
    directory: tempfile::TempDir,
}

/// One message.
#[derive(Debug, Clone)]
struct Received {
    to: String,
    subject: String,
    body: String,
}

impl Machine {
    fn new(more: &str) -> Machine {
        let machine = Machine { directory: tempfile::tempdir().expect("a directory") };
        let here = machine.directory.path().display();
        let base = u64::from(std::process::id()) * 100_000 + u64::from(line_number(more)) * 1000 + 50_000;
        let mailer = machine.path("sendmail");
        let script = format!("mkdir -p {here}/in; cat > {here}/in/.$$; mv {here}/in/.$$ {here}/in/$(date +%s%N).$$");
        // By a process of its own: what another thread's child has open for writing cannot be run.
        let write = ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\""];
        assert!(Command::new("sh").args(write).arg(&mailer).arg(script).status().expect("a shell").success());
        let site = format!(
            "backend = \"local\"\njob_id_base = {base}\n[[queue]]\nname = \"all.q\"\nslots = 8\n[mail]\nsendmail = \"{}\"\n{more}\n",
            mailer.display()
        );
        fs::write(machine.path("site.toml"), site).expect("written");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn run(&self, words: &str) -> Output {
        let mut process = Command::new("sh");
        process.arg("-c").arg(format!("exec {PROGRAM} {words}")).env("GRIDSHIM_STATE", self.path("state"));
        process.env("GRIDSHIM_SITE", self.path("site.toml")).env("GRIDSHIM_BACKEND", "local").current_dir(self.directory.path());
        process.env_remove("SGE_ROOT").output().expect("ran")
    }

    /// Submits, and gives the id.
    fn qsub(&self, words: &str) -> String {
        let output = self.run(&format!("qsub -terse {words}"));
        let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        text.split('.').next().unwrap_or_default().to_string()
    }

    /// Messages as they came, by job.
    fn received(&self, id: &str) -> Vec<Received> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path("in")).into_iter().flatten().flatten().map(|file| file.path()).collect();
        files.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
        files.sort();
        let read = |path: PathBuf| {
            let text = fs::read_to_string(path).expect("read");
            let (head, body) = text.split_once("\n\n").expect("a head");
            let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_string();
            Received { to: header("To: "), subject: header("Subject: "), body: body.into() }
        };
        files.into_iter().map(read).filter(|mail| mail.subject.contains(id)).collect()
    }

    /// Waits for so many messages about the job, and gives them once no more come.
    fn wait_for(&self, id: &str, count: usize) -> Vec<Received> {
        until(&format!("{count} mails about {id}"), || self.received(id).len() >= count);
        std::thread::sleep(Duration::from_millis(300));
        let mails = self.received(id);
        assert_eq!(mails.len(), count, "{mails:#?}");
        mails
    }

    fn daemon(&self) -> Option<libc::pid_t> {
        let pid: libc::pid_t = fs::read_to_string(self.path("state/daemon.lock")).ok()?.trim().parse().ok()?;
        let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        String::from_utf8_lossy(&command).contains("local-daemon").then_some(pid)
    }

    fn kill_daemon(&self) {
        if let Some(pid) = self.daemon() {
            // SAFETY: a system call on plain numbers.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.run("qdel -u '*'");
        self.kill_daemon();
    }
}

/// Different for different texts, for job ids that are a test's own: TMPDIR is named by them.
fn line_number(text: &str) -> u16 {
    text.bytes().fold(7, |sum, byte| (sum * 31 + u16::from(byte)) % 40)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < DEADLINE, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The mails of a capture: subject and body.
fn recorded(name: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("compat/captures/mail").join(name);
    let mut mails: Vec<(String, String)> = Vec::new();
    for line in fs::read_to_string(path).expect("a capture").lines().filter(|line| !line.starts_with('#') && !line.starts_with("===")) {
        match line.strip_prefix("--- ") {
            Some(call) => mails.push((call.split('\'').nth(1).expect("a subject").into(), String::new())),
            None => {
                if let Some((_, body)) = mails.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    mails
}

/// Ids, times, places, people and amounts made alike.
fn alike(text: &str, id: &str) -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").expect("a name").trim().to_string();
    let mut out = String::new();
    for line in text.trim_end_matches('\n').lines() {
        let line = line.replace(id, "1001").replace(&format!("host {host}."), "host HOST.");
        let label = line.split(" =").next().unwrap_or("").trim();
        let value = match label {
            "User" | "Queue" | "Host" | "Start Time" | "End Time" | "User Time" | "System Time" | "Wallclock Time" | "CPU" | "Max vmem"
                if line.starts_with(' ') =>
            {
                let value = line.split_once("= ").map_or("", |(_, value)| value);
                let is_of = |pattern: &str| {
                    value.len() == pattern.len()
                        && value.bytes().zip(pattern.bytes()).all(|(c, p)| c == p || (p == b'0' && c.is_ascii_digit()))
                };
                let is_time = is_of("00/00/0000 00:00:00") || value == "MM/DD/YYYY HH:MM:SS";
                Some(match label {
                    "Max vmem" => "AMOUNT",
                    "Start Time" | "End Time" if is_time => "TIME",
                    "User Time" | "System Time" | "Wallclock Time" | "CPU" if is_of("00:00:00") => "DURATION",
                    "Queue" if value.contains('@') => "QUEUE@HOST",
                    "User" | "Queue" | "Host" if !value.is_empty() => "NAME",
                    _ => value,
                })
            }
            _ => None,
        };
        match value {
            Some(value) => out.push_str(&format!("{}= {value}", line.split('=').next().unwrap_or(""))),
            None => out.push_str(&reason(&line)),
        }
        out.push('\n');
    }
    out.trim_end_matches('\n').into()
}

/// `TIME [UID:PID]: why` without its numbers, and without what the recorded one cut off; who deleted without the name.
fn reason(line: &str) -> String {
    if let Some((before, _)) = line.split_once(" was killed by ") {
        return format!("{before} was killed by SOMEBODY");
    }
    match line.split_once("]: ") {
        Some((before, why)) if before.contains(" [") => format!("TIME: {}", why.trim_end_matches("rectory")),
        _ => line.into(),
    }
}

/// The mail must be the recorded one of its subject, but for what we say below it.
#[track_caller]
fn as_recorded(capture: &str, mail: &Received, id: &str) {
    let subject = mail.subject.replace(id, "1001");
    let same: Vec<String> =
        recorded(capture).into_iter().filter(|(known, _)| *known == subject).map(|(_, body)| alike(&body, "1001")).collect();
    let ours = mail.body.split("\n\n").next().unwrap_or("");
    assert!(same.contains(&alike(ours, id)), "{subject}\n{}\n{same:#?}", alike(ours, id));
}

fn subjects(mails: &[Received], id: &str) -> Vec<String> {
    mails.iter().map(|mail| mail.subject.replace(id, "1001")).collect()
}

// Without a login shell, whose profile is the machine's business.
const O: &str = "-o /dev/null -e /dev/null -shell n -b y";

#[test]
fn a_job_tells_of_its_start_and_its_end() {
    let machine = Machine::new("domain = \"grid.example.org\"");
    let id = machine.qsub(&format!("-m bea -M bob@example.org,alice@example.org,joe -N three {O} sleep 1"));
    let mails = machine.wait_for(&id, 6);
    let mut to: Vec<&str> = mails[..3].iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["alice@example.org", "bob@example.org", "joe@grid.example.org"]);
    mails[..3].iter().for_each(|mail| as_recorded("started.txt", mail, &id));
    mails[3..].iter().for_each(|mail| as_recorded("complete.txt", mail, &id));

    let id = machine.qsub(&format!("-m b -M bob@example.org -N bonly {O} sleep 0"));
    as_recorded("started.txt", &machine.wait_for(&id, 1)[0], &id);
    let none = machine.qsub(&format!("-m n -M bob@example.org -N silent {O} sleep 0"));
    let array = machine.qsub(&format!("-m bea -M bob@example.org -N arr -t 1-3:2 {O} sh -c 'exit $SGE_TASK_ID'"));
    let mut mails = machine.wait_for(&array, 4);
    mails.sort_by(|a, b| a.subject.cmp(&b.subject));
    assert_eq!(
        subjects(&mails, &array),
        ["1 (arr) Complete", "1 (arr) Started", "3 (arr) Complete", "3 (arr) Started"].map(|rest| format!("Job-array task 1001.{rest}"))
    );
    as_recorded("complete.txt", &mails[0], &array);
    as_recorded("started.txt", &mails[1], &array);
    assert!(machine.received(&none).is_empty());
}

#[test]
fn the_end_has_the_last_lines_of_the_error_file() {
    let machine = Machine::new("");
    let out = machine.path("out");
    let words = format!("-m e -M bob@example.org -N eonly -o /dev/null -e {} -shell n -b y", out.display());
    let id = machine.qsub(&format!("{words} sh -c 'for n in $(seq 30); do echo line $n >&2; done; exit 3'"));
    let mails = machine.wait_for(&id, 1);
    as_recorded("complete.txt", &mails[0], &id);
    let lines: String = (11..=30).map(|n| format!("line {n}\n")).collect();
    assert!(mails[0].body.ends_with(&format!("\nThe last lines of {}:\n{lines}", out.display())), "{}", mails[0].body);
    assert!(mails[0].body.contains("\n Max memory       = "));
    // What an earlier job wrote is not told, and with -j y it is the one file there is.
    let words = format!("-m e -M bob@example.org -N eonly -j y -o {} -shell n -b y", out.display());
    let id = machine.qsub(&format!("{words} sh -c 'echo out; echo err >&2; exit 3'"));
    let mails = machine.wait_for(&id, 1);
    assert!(mails[0].body.ends_with(&format!("\nThe last lines of {}:\nout\nerr\n", out.display())), "{}", mails[0].body);
}

#[test]
fn failures_are_told_for_a_and_for_e() {
    let machine = Machine::new("from = \"Grid <grid@example.org>\"");
    let to = "-M bob@example.org";
    let id = machine.qsub(&format!("-m a {to} -N selfkill {O} sh -c 'kill -9 $$'"));
    as_recorded("aborted.txt", &machine.wait_for(&id, 1)[0], &id);
    let id = machine.qsub(&format!("-m be {to} -N selfterm {O} sh -c 'kill -TERM $$'"));
    let mails = machine.wait_for(&id, 2);
    assert_eq!(subjects(&mails, &id), ["Job 1001 (selfterm) Started", "Job 1001 (selfterm) Aborted"]);
    as_recorded("aborted.txt", &mails[1], &id);
    let limited = machine.qsub(&format!("-m e {to} -N ehrt -l h_rt=1 {O} sleep 60"));
    let silent = machine.qsub(&format!("-m a {to} -N afail3 {O} sh -c 'exit 3'"));
    let asked = machine.qsub(&format!("-m bea {to} -N e100 {O} sh -c 'exit 100'"));
    let mails = machine.wait_for(&asked, 2);
    as_recorded("started.txt", &mails[0], &asked);
    as_recorded("rescheduled.txt", &mails[1], &asked);
    let broken = machine.qsub(&format!("-m bea {to} -N eqw -o /nonexistent/x -e /dev/null -shell n -b y sleep 0"));
    let mails = machine.wait_for(&broken, 2);
    as_recorded("started.txt", &mails[0], &broken);
    as_recorded("error-state.txt", &mails[1], &broken);
    let mark = machine.path("mark");
    let again = machine.qsub(&format!("-m bea {to} -N again {O} sh -c '[ -e {0} ] || {{ touch {0}; exit 99; }}'", mark.display()));
    let mails = machine.wait_for(&again, 4);
    assert_eq!(subjects(&mails, &again), ["Started", "Rescheduled", "Started", "Complete"].map(|what| format!("Job 1001 (again) {what}")));
    as_recorded("rescheduled.txt", &mails[1], &again);
    as_recorded("complete.txt", &mails[3], &again);
    as_recorded("aborted.txt", &machine.wait_for(&limited, 1)[0], &limited);
    assert!(machine.received(&silent).is_empty());
}

#[test]
fn what_others_do_to_a_job_is_told() {
    let machine = Machine::new("most_per_job = 20");
    let to = "-M bob@example.org";
    let id = machine.qsub(&format!("-m a {to} -N adel {O} sleep 60"));
    let only_end = machine.qsub(&format!("-m e {to} -N edel {O} sleep 60"));
    let array = machine.qsub(&format!("-m a {to} -N arrdel -t 1-3 {O} sleep 60"));
    let held = machine.qsub(&format!("-m bea {to} -N held -h {O} sleep 60"));
    let stopped = machine.qsub(&format!("-m s {to} -N sus {O} sleep 60"));
    let pushed = machine.qsub(&format!("-m a {to} -N rja -r y {O} sleep 60"));
    let all_run = || {
        let listed = String::from_utf8_lossy(&machine.run("qstat -u '*' -s r").stdout).into_owned();
        listed.lines().filter(|line| line.split_whitespace().nth(4) == Some("r")).count() == 7
    };
    until("all run", all_run);
    machine.run(&format!("qdel {id} {only_end} {held} {array}.2"));
    let mails = machine.wait_for(&id, 2);
    as_recorded("killed.txt", &mails[0], &id);
    as_recorded("aborted.txt", &mails[1], &id);
    assert_eq!(subjects(&machine.wait_for(&only_end, 1), &only_end), ["Job 1001 (edel) Aborted"]);
    let mails = machine.wait_for(&array, 2);
    as_recorded("killed.txt", &mails[0], &array);
    assert_eq!(mails[1].subject.replace(&array, "1001"), "Job-array task 1001.2 (arrdel) Aborted");
    machine.run(&format!("qmod -sj {stopped}"));
    as_recorded("suspended.txt", &machine.wait_for(&stopped, 1)[0], &stopped);
    machine.run(&format!("qmod -usj {stopped}"));
    as_recorded("suspended.txt", &machine.wait_for(&stopped, 2)[1], &stopped);
    machine.run(&format!("qmod -rj {pushed}"));
    as_recorded("pushed.txt", &machine.wait_for(&pushed, 1)[0], &pushed);
    // A waiting job's deletion tells nobody.
    assert!(machine.received(&held).is_empty());
}

#[test]
fn a_killed_daemon_loses_no_mail_and_sends_none_twice() {
    let machine = Machine::new("window = 7200");
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(machine.qsub(&format!("-m be -M bob@example.org -N killed {O} sleep 0.3")));
        std::thread::sleep(Duration::from_millis(150));
        machine.kill_daemon();
    }
    // Somebody must start one.
    machine.qsub(&format!("-N last {O} sleep 0"));
    for id in &ids {
        until(&format!("the end of {id}"), || subjects(&machine.received(id), id).contains(&"Job 1001 (killed) Complete".to_string()));
    }
    std::thread::sleep(Duration::from_millis(500));
    for id in &ids {
        let told = subjects(&machine.received(id), id);
        let count = |what: &str| told.iter().filter(|subject| subject.ends_with(what)).count();
        // Killed between the mailer's end and the note of it, the daemon sends once more: at least once is what mail can have.
        assert!((1..=2).contains(&count("Complete")) && count("Started") <= 2, "{told:?}");
    }
}

#[test]
fn an_array_is_a_few_mails_and_a_digest() {
    let machine = Machine::new("most_per_job = 3\nwindow = 1");
    let id = machine.qsub(&format!("-m e -M bob@example.org -N many -t 1-40 {O} sh -c 'exit 1'"));
    until("a digest", || machine.received(&id).iter().any(|mail| mail.subject.contains("mails in one")));
    until("all are told", || {
        let mails = machine.received(&id);
        let told: usize = mails.iter().map(|mail| mail.body.matches("(many) Complete: exit status 1, failed 0").count()).sum();
        let alone = mails.iter().filter(|mail| mail.subject.ends_with("(many) Complete")).count();
        told + alone == 40
    });
    assert!(machine.received(&id).len() < 35);
}

#[test]
fn without_a_table_nothing_is_sent_and_the_job_says_so() {
    let machine = Machine::new("");
    let site = fs::read_to_string(machine.path("site.toml")).expect("read");
    fs::write(machine.path("site.toml"), site.split("[mail]").next().unwrap_or("")).expect("written");
    let id = machine.qsub(&format!("-m b -M bob@example.org -N silent {O} sleep 60"));
    let told = String::from_utf8_lossy(&machine.run(&format!("qstat -j {id}")).stdout).into_owned();
    assert!(told.contains("-m: no mail is sent: site.toml has no [mail] table"), "{told}");
}
