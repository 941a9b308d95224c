//! gridshim on a real cluster: `tests/cluster/cluster.sh up` and `install` first, then
//! `GRIDSHIM_TEST_CLUSTER=1 cargo test --test kubernetes`, as root (the commands are run as bob). Without the variable every
//! test says why it is skipped.
#![cfg(feature = "client")]

mod controller;
mod cron;
mod images;
mod jobs;
mod jstart;
mod kueue;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_secs(90);

/// Held by every test: alone by those that take all of the cluster's room, or its controller.
static TURN: RwLock<()> = RwLock::new(());

/// Only kept until the test's end.
enum Turn {
    Shared { _turn: RwLockReadGuard<'static, ()> },
    Alone { _turn: RwLockWriteGuard<'static, ()> },
}

/// The cluster, and a directory of bob's that goes with the test.
struct Cluster {
    directory: PathBuf,
    state: String,
    tools: String,
    _turn: Turn,
}

impl Cluster {
    /// `None`, with the reason on standard error, where there is no cluster to test with.
    fn of(test: &str) -> Option<Cluster> {
        Cluster::with(test, || Turn::Shared { _turn: TURN.read().unwrap_or_else(std::sync::PoisonError::into_inner) })
    }

    /// For a test beside which no other may run.
    fn alone(test: &str) -> Option<Cluster> {
        Cluster::with(test, || Turn::Alone { _turn: TURN.write().unwrap_or_else(std::sync::PoisonError::into_inner) })
    }

    fn with(test: &str, turn: impl FnOnce() -> Turn) -> Option<Cluster> {
        if std::env::var("GRIDSHIM_TEST_CLUSTER").as_deref() != Ok("1") {
            eprintln!("skipped: {test}: GRIDSHIM_TEST_CLUSTER=1 is not set (see tests/cluster)");
            return None;
        }
        let _turn = turn();
        let state = std::env::var("GRIDSHIM_CLUSTER").unwrap_or_else(|_| "/var/tmp/gridshim-cluster".into());
        let directory = PathBuf::from(format!("/home/bob/gridshim-test-{test}-{}", std::process::id()));
        let made = Command::new("install").args(["-d", "-o", "bob", "-m", "755"]).arg(&directory).status().expect("install");
        assert!(made.success());
        Some(Cluster { directory, tools: format!("{state}/bin"), state, _turn })
    }

    /// Runs a shell command as bob, in the test's directory, as cron would: a small environment, no terminal.
    fn bob(&self, command: &str) -> Output {
        self.bob_reading(command, "")
    }

    fn bob_reading(&self, command: &str, input: &str) -> Output {
        use std::io::Write;
        let mut child = Command::new("runuser")
            .args(["-u", "bob", "--", "env", "-i", "HOME=/home/bob", "USER=bob", "LOGNAME=bob", "SHELL=/bin/bash"])
            .arg(format!("PATH=/usr/local/bin:/usr/bin:/bin:{}", self.tools))
            .args(["bash", "-c", command])
            .current_dir(&self.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runuser");
        child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("input");
        child.wait_with_output().expect("bob's command")
    }

    fn says(&self, command: &str) -> String {
        let output = self.bob(command);
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    fn submit(&self, words: &str) -> u64 {
        let said = self.says(&format!("qsub -terse {words}"));
        said.trim().split('.').next().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("qsub {words}: {said}"))
    }

    fn state(&self, id: u64) -> String {
        let rows = self.says("qstat");
        let row = rows.lines().find(|row| row.split_whitespace().next() == Some(&id.to_string()));
        row.and_then(|row| row.split_whitespace().nth(4)).unwrap_or("").to_string()
    }

    /// State and tasks of each of its rows.
    fn states(&self, id: u64) -> Vec<String> {
        let listing = self.says("qstat");
        let rows = listing.lines().filter(|row| row.split_whitespace().next() == Some(&id.to_string()));
        let of = |row: &str| format!("{} {}", row.get(40..46).unwrap_or("").trim(), row.get(103..).unwrap_or("").trim());
        rows.map(of).collect()
    }

    fn wait_for_state(&self, id: u64, state: &str) {
        until(&format!("job {id} to be '{state}'"), || self.state(id) == state);
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.join(name)).unwrap_or_default()
    }

    /// The accounting lines of a job, split at the colons, once there are so many.
    fn records(&self, id: u64, count: usize) -> Vec<Vec<String>> {
        let of_job = || -> Vec<Vec<String>> {
            let text = std::fs::read_to_string(accounting()).unwrap_or_default();
            let lines = text.lines().map(|line| line.split(':').map(String::from).collect::<Vec<_>>());
            lines.filter(|fields| fields.get(5) == Some(&id.to_string())).collect()
        };
        until(&format!("{count} records of job {id}"), || of_job().len() >= count);
        of_job()
    }

    fn kubectl(&self, words: &str) -> String {
        self.says(&format!("kubectl {words}"))
    }

    /// True while the controller says that no more of it may start.
    fn barred(&self, id: u64) -> bool {
        let map = self.root("kubectl", &["-n", "grid-bob", "get", "configmap", "gridshim-held", "-o", "jsonpath={.data}"]);
        String::from_utf8_lossy(&map.stdout).contains(&format!("gridshim-{id}\""))
    }

    /// A command of this machine's root with the administrator's kubeconfig.
    fn root(&self, program: &str, words: &[&str]) -> Output {
        let path = format!("/usr/local/bin:/usr/bin:/bin:{}", self.tools);
        let mut command = Command::new("env");
        command.arg(format!("PATH={path}")).arg(format!("KUBECONFIG={}/admin.kubeconfig", self.state)).arg(program).args(words);
        command.current_dir(&self.directory).output().expect("ran")
    }

    /// Kills the controller and starts another.
    fn kill_controller(&self) {
        self.restart_controller(None);
    }

    /// The same, with a site file that only the new one reads.
    fn restart_controller(&self, site: Option<&Path>) {
        self.end_controller("-9");
        self.start_controller(site);
    }

    fn end_controller(&self, signal: &str) {
        let pid = self.pid("controller");
        if !pid.is_empty() {
            let _ = Command::new("kill").args([signal, &pid]).status();
        }
    }

    /// Of one of the cluster's own processes; empty where it never ran.
    fn pid(&self, name: &str) -> String {
        let text = std::fs::read_to_string(format!("{}/pid/{name}", self.state)).unwrap_or_default();
        // The second word, if any, tells a process apart from a later one of that number.
        text.split_whitespace().next().unwrap_or("").to_string()
    }

    fn start_controller(&self, site: Option<&Path>) {
        let mut install = Command::new("tests/cluster/cluster.sh");
        if let Some(site) = site {
            install.env("GRIDSHIM_SITE", site);
        }
        let installed = install.arg("install").stdout(Stdio::null()).status().expect("cluster.sh");
        assert!(installed.success());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn accounting() -> &'static Path {
    Path::new("/var/lib/gridshim/accounting")
}

fn until(what: &str, is_so: impl FnMut() -> bool) {
    until_within(LONGEST, what, is_so);
}

fn until_within(longest: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < longest, "waited {} s for {what}", longest.as_secs());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// `exit_status` and `failed` of a record.
fn end(record: &[String]) -> (&str, &str) {
    (&record[12], &record[11])
}
