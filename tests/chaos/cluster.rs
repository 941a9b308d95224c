//! The test cluster, and bob's directory on it: commands as he runs them, what root sees, waits that end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What runs in every task: appends to a file of its own what happens. An append of one line is one write, so that even two
/// runs at once would both be seen.
const TASK: &str = r#"#!/bin/bash
marker=$1 pause=$2 codes=(${3//,/ })
task=$SGE_TASK_ID; [ "$task" != undefined ] || task=0
file=runs/$marker.$task pod=$(sed -n 's|.*/pods/\([0-9a-f-]*\)/etc-hosts .*|\1|p' /proc/self/mountinfo)
echo "start $(date +%s%N) $pod $RESTARTED" >> "$file"
run=$(grep -c ^start "$file")
[ "$run" -le ${#codes[@]} ] || run=${#codes[@]}
code=${codes[run - 1]}
sleep "$pause"
echo "end $(date +%s%N) $pod $code" >> "$file"
[ "$code" != 137 ] || kill -9 $$
exit "$code"
"#;

/// Longer than any command may take, whatever is dead.
const LONGEST_COMMAND: &str = "180";

/// The cluster and the run's directory.
pub struct Cluster {
    pub state: PathBuf,
    pub directory: PathBuf,
}

/// What a command said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

impl Cluster {
    pub fn open(run: &str) -> Cluster {
        let state = std::env::var("GRIDSHIM_CLUSTER").unwrap_or_else(|_| "/var/tmp/gridshim-cluster".into());
        let directory = PathBuf::from(format!("/home/bob/gridshim-chaos-{run}"));
        let runs = directory.join("runs");
        let made = Command::new("install").args(["-d", "-o", "bob", "-m", "755"]).arg(&directory).arg(&runs).status().expect("install");
        assert!(made.success());
        std::fs::write(directory.join("task.sh"), TASK).expect("a script");
        Cluster { state: state.into(), directory }
    }

    /// A command of bob's, in the run's directory, as cron would run it.
    pub fn bob(&self, words: &[String]) -> Said {
        let begun = Instant::now();
        let output = Command::new("runuser")
            .args(["-u", "bob", "--", "env", "-i", "HOME=/home/bob", "USER=bob", "LOGNAME=bob", "SHELL=/bin/bash"])
            .args(["PATH=/usr/local/bin:/usr/bin:/bin", "timeout", LONGEST_COMMAND])
            .args(words)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .output()
            .expect("runuser");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr), took: begun.elapsed() }
    }

    /// As the administrator.
    pub fn kubectl(&self, words: &[&str]) -> Output {
        Command::new(self.state.join("bin/kubectl"))
            .arg("--kubeconfig")
            .arg(self.state.join("admin.kubeconfig"))
            .arg("--request-timeout=20s")
            .args(words)
            .stdin(Stdio::null())
            .output()
            .expect("kubectl")
    }

    /// gridshim's objects in bob's namespace, as `kind/name`; `None` where the API server does not say.
    pub fn objects(&self) -> Option<Vec<String>> {
        let output =
            self.kubectl(&["-n", "grid-bob", "get", "jobs,pods,secrets", "-o", "name", "-l", "app.kubernetes.io/managed-by=gridshim"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then(|| text.lines().map(String::from).collect())
    }

    /// What containerd still has of the first node.
    pub fn containers(&self) -> Option<Vec<String>> {
        self.containerd(&["containers", "ls", "-q"])
    }

    /// Containers that were made and never started, as their kubelet was killed in between, with their sandboxes: the next kubelet
    /// tries to remove them for ever, and containerd refuses. Nothing of a job ever ran in them.
    pub fn stuck(&self) -> BTreeSet<String> {
        let tasks = self.containerd(&["tasks", "ls"]).unwrap_or_default();
        let made = tasks.iter().filter(|line| line.ends_with("CREATED")).filter_map(|line| line.split_whitespace().next());
        let sandboxes = self.log().sandboxes;
        made.flat_map(|id| [Some(id.to_string()), sandboxes.get(id).cloned()]).flatten().collect()
    }

    fn containerd(&self, words: &[&str]) -> Option<Vec<String>> {
        let output = Command::new(self.state.join("bin/ctr"))
            .args(["-a", "/run/gridshim-cluster/0/containerd.sock", "-n", "k8s.io"])
            .args(words)
            .output()
            .expect("ctr");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then(|| text.lines().map(|line| line.trim_end().to_string()).collect())
    }

    /// The uids of pods whose container containerd stopped as it began: the kubelet that had asked for it was gone.
    pub fn torn(&self) -> BTreeSet<String> {
        self.log().torn
    }

    fn log(&self) -> Log {
        let after = |line: &str, word: &str| line.split_once(word).and_then(|(_, rest)| rest.split("\\\"").next().map(String::from));
        let (mut pods, mut log) = (BTreeMap::new(), Log::default());
        let file = std::fs::File::open(self.state.join("log/containerd0.log")).expect("containerd's log");
        for line in std::io::BufReader::new(file).lines().map_while(Result::ok) {
            if let (Some(uid), Some(sandbox)) = (after(&line, "uid:\\\""), after(&line, "returns sandbox id \\\"")) {
                pods.insert(sandbox, uid);
            } else if let (Some(sandbox), Some(container)) =
                (after(&line, "within sandbox \\\""), after(&line, "returns container id \\\""))
            {
                log.sandboxes.insert(container, sandbox);
            } else if line.contains("level=error") && line.contains("context canceled") {
                let container = after(&line, "msg=\"StartContainer for \\\"");
                log.torn.extend(container.and_then(|container| pods.get(log.sandboxes.get(&container)?)).cloned());
            }
        }
        log
    }

    /// The rows of bob's `qstat`: id, name, state; `None` where it fails.
    pub fn listed(&self) -> Option<Vec<(u64, String, String)>> {
        let said = self.bob(&["qstat".into()]);
        let row = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            Some((words.first()?.parse().ok()?, (*words.get(2)?).to_string(), (*words.get(4)?).to_string()))
        };
        (said.code == Some(0)).then(|| said.out.lines().filter_map(row).collect())
    }

    pub fn accounting() -> &'static Path {
        Path::new("/var/lib/gridshim/accounting")
    }
}

/// What containerd's log tells.
#[derive(Default)]
struct Log {
    /// Container to sandbox.
    sandboxes: BTreeMap<String, String>,
    torn: BTreeSet<String>,
}

/// Nanoseconds since 1970, as the tasks' `date` tells them.
pub fn nanoseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos())
}

/// Waits; false when it took longer.
pub fn until(longest: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > longest {
            return false;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    true
}
