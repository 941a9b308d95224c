//! Who is killed, how it comes back, and when: `kill -9`, a while of being dead, the same command line again.

use crate::cluster::{Cluster, until};
use crate::random::Random;
use crate::runs;
use std::fs::{self, File};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Longest that a daemon may need until it serves again.
const BACK: Duration = Duration::from_secs(120);
/// Longest that a kill waits for the tasks to keep step.
const STEP: Duration = Duration::from_secs(30);
/// The second controller's name, among those that `tests/cluster` gives its daemons.
const SECOND: &str = "controller-second";

/// The kinds of victims, as `tests/cluster` calls them.
pub const VICTIMS: [&str; 4] = ["controller", "kube-apiserver", "etcd", "kubelet0"];

/// A program of the cluster, and how to start it again.
struct Daemon {
    name: &'static str,
    pid: u32,
    words: Vec<String>,
    variables: Vec<(String, String)>,
    log: PathBuf,
    pid_file: PathBuf,
    /// Where we are its parent.
    child: Option<Child>,
}

/// Everything that may be killed.
pub struct Victims<'a> {
    cluster: &'a Cluster,
    daemons: Vec<Daemon>,
    pub kills: [usize; 4],
    /// Of the controller that was at work, and not of the one that waited.
    pub at_work: usize,
    /// Kills that found another victim still dead.
    pub overlapping: usize,
    /// KiB, the most that any controller had.
    pub controller_peak: u64,
}

fn strings(path: &Path) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    bytes.split(|byte| *byte == 0).filter(|word| !word.is_empty()).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// When a process started, in clock ticks since boot: what `tests/cluster` tells processes of one number apart by.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    (!rest.starts_with('Z')).then(|| rest.split(' ').nth(19).map(String::from))?
}

impl Daemon {
    fn running(cluster: &Cluster, name: &'static str) -> Daemon {
        let pid_file = cluster.state.join("pid").join(name);
        let text = fs::read_to_string(&pid_file).unwrap_or_default();
        let pid = text.split_whitespace().next().and_then(|pid| pid.parse().ok()).unwrap_or(0);
        assert!(started(pid).is_some(), "{name} does not run: tests/cluster/cluster.sh up");
        let variables = strings(&PathBuf::from(format!("/proc/{pid}/environ")));
        Daemon {
            name,
            pid,
            words: strings(&PathBuf::from(format!("/proc/{pid}/cmdline"))),
            variables: variables.iter().filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect(),
            log: cluster.state.join("log").join(format!("{name}.log")),
            pid_file,
            child: None,
        }
    }

    /// KiB.
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    fn kill(&mut self) {
        let _ = Command::new("kill").args(["-9", &self.pid.to_string()]).status();
        if let Some(mut child) = self.child.take() {
            let _ = child.wait();
        }
        assert!(until(BACK, || started(self.pid).is_none()), "{} lives on after kill -9", self.name);
    }

    /// As it was started before, in a session of its own: it outlives this program.
    fn start(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).expect("a log");
        let child = Command::new("setsid")
            .args(&self.words)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("setsid");
        self.pid = child.id();
        self.child = Some(child);
        // Written as `tests/cluster` does, which finds it again by this; its start is known as soon as it is there.
        let identity = started(self.pid).unwrap_or_default();
        fs::write(&self.pid_file, format!("{} {identity}\n", self.pid)).expect("a pid file");
    }
}

impl<'a> Victims<'a> {
    /// Finds them, and starts a second controller.
    pub fn find(cluster: &'a Cluster) -> Victims<'a> {
        let mut daemons: Vec<Daemon> = VICTIMS.iter().map(|name| Daemon::running(cluster, name)).collect();
        let first = &daemons[0];
        let mut second = Daemon {
            name: SECOND,
            pid: 0,
            words: first.words.clone(),
            variables: first.variables.clone(),
            log: cluster.state.join("log").join(format!("{SECOND}.log")),
            pid_file: cluster.state.join("pid").join(SECOND),
            child: None,
        };
        second.start();
        daemons.push(second);
        Victims { cluster, daemons, kills: [0; 4], at_work: 0, overlapping: 0, controller_peak: 0 }
    }

    /// The process that has the accounting file's lock.
    fn working_controller() -> Option<u32> {
        let held = fs::metadata(Cluster::accounting().with_extension("lock")).ok()?;
        let inode = format!(":{} ", held.ino());
        let locks = fs::read_to_string("/proc/locks").ok()?;
        // A line of one that waits has an arrow in its second column.
        let line = locks.lines().find(|line| line.contains(" FLOCK ") && !line.contains("->") && line.contains(&inode))?;
        line.split_whitespace().nth(4)?.parse().ok()
    }

    /// Kills everybody so many times, in random order at random moments, keeping step with the `tasks` that are to start: all of
    /// them have kills before and behind them. `done` is told how many kills were.
    pub fn kill_all(&mut self, times: usize, random: &mut Random, tasks: usize, done: &AtomicUsize) {
        let mut order: Vec<usize> = (0..VICTIMS.len()).flat_map(|victim| std::iter::repeat_n(victim, times)).collect();
        random.shuffle(&mut order);
        let total = order.len();
        let mut at = 0;
        while at < total {
            let due = (at * tasks / total).saturating_sub(tasks / 8);
            until(STEP, || runs::all(self.cluster).len() >= due);
            std::thread::sleep(Duration::from_millis(random.within(0, 6000)));
            let both = at + 1 < total && order[at] != order[at + 1] && random.one_in(4);
            let together = if both { 2 } else { 1 };
            let mut dead: Vec<usize> = Vec::new();
            for &victim in &order[at..at + together] {
                self.overlapping += usize::from(!dead.is_empty());
                dead.push(self.kill(victim, random));
                std::thread::sleep(Duration::from_millis(random.within(0, 500)));
            }
            std::thread::sleep(Duration::from_millis(random.within(0, 4000)));
            random.shuffle(&mut dead);
            for &daemon in &dead {
                self.daemons[daemon].start();
            }
            at += together;
            done.store(at, Ordering::Relaxed);
            self.serves();
        }
    }

    /// Kills a victim; of the two controllers the one at work, and now and then the other. Gives the daemon's place.
    fn kill(&mut self, victim: usize, random: &mut Random) -> usize {
        let mut daemon = victim;
        self.note_peaks();
        if VICTIMS[victim] == "controller" {
            let working = Victims::working_controller();
            let second = self.daemons.len() - 1;
            daemon = if working == Some(self.daemons[second].pid) { second } else { victim };
            if random.one_in(5) {
                daemon = if daemon == victim { second } else { victim };
            }
            self.at_work += usize::from(working == Some(self.daemons[daemon].pid));
        }
        self.kills[victim] += 1;
        self.daemons[daemon].kill();
        daemon
    }

    /// Waits until the API server and the kubelet answer.
    fn serves(&self) {
        let ready = || self.cluster.kubectl(&["get", "--raw", "/readyz"]).status.success();
        assert!(until(BACK, ready), "the API server does not come back");
        assert!(until(BACK, || TcpStream::connect("127.0.0.1:10250").is_ok()), "the kubelet does not come back");
    }

    /// Remembers how large the controllers became.
    pub fn note_peaks(&mut self) {
        let peaks = self.daemons.iter().filter(|daemon| daemon.name.starts_with("controller")).map(Daemon::peak);
        self.controller_peak = peaks.fold(self.controller_peak, u64::max);
    }
}

impl Drop for Victims<'_> {
    /// Everything runs again, but for the second controller.
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            if daemon.name == SECOND {
                let _ = Command::new("kill").arg(daemon.pid.to_string()).status();
                if let Some(mut child) = daemon.child.take() {
                    let _ = child.wait();
                }
                let _ = fs::remove_file(&daemon.pid_file);
            } else if started(daemon.pid).is_none() {
                daemon.start();
            }
        }
    }
}
