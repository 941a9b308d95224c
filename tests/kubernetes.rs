//! gridshim on a real cluster: `tests/cluster/cluster.sh up` and `install` first, then
//! `GRIDSHIM_TEST_CLUSTER=1 cargo test --test kubernetes`, as root (the commands are run as bob). Without the variable every
//! test says why it is skipped.
#![cfg(feature = "client")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_secs(90);

/// The cluster, and a directory of bob's that goes with the test.
struct Cluster {
    directory: PathBuf,
    tools: String,
}

impl Cluster {
    /// `None`, with the reason on standard error, where there is no cluster to test with.
    fn of(test: &str) -> Option<Cluster> {
        if std::env::var("GRIDSHIM_TEST_CLUSTER").as_deref() != Ok("1") {
            eprintln!("skipped: {test}: GRIDSHIM_TEST_CLUSTER=1 is not set (see tests/cluster)");
            return None;
        }
        let state = std::env::var("GRIDSHIM_CLUSTER").unwrap_or_else(|_| "/var/tmp/gridshim-cluster".into());
        let directory = PathBuf::from(format!("/home/bob/gridshim-test-{test}-{}", std::process::id()));
        let made = Command::new("install").args(["-d", "-o", "bob", "-m", "755"]).arg(&directory).status().expect("install");
        assert!(made.success());
        Some(Cluster { directory, tools: format!("{state}/bin") })
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
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn accounting() -> &'static Path {
    Path::new("/var/lib/gridshim/accounting")
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LONGEST, "waited {} s for {what}", LONGEST.as_secs());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// `exit_status` and `failed` of a record.
fn end(record: &[String]) -> (&str, &str) {
    (&record[12], &record[11])
}

#[test]
fn a_job_is_its_submitter_in_the_submitters_home() {
    let Some(cluster) = Cluster::of("identity") else { return };
    let script = "id -u; id -g; id -G; id -un; getent passwd bob; pwd; echo $HOME; touch made";
    cluster.bob(&format!("echo '{script}' > who.sh; qsub -sync y -cwd -j y -o out who.sh"));
    let directory = cluster.directory.display();
    let ids = cluster.says("id -u; id -g; id -G; id -un");
    let home = "/home/bob";
    assert_eq!(
        cluster.read("out"),
        format!(
            "{ids}bob:x:{}:{}::{home}:/bin/bash\n{directory}\n{home}\n",
            ids.lines().next().unwrap_or(""),
            ids.lines().nth(1).unwrap_or("")
        )
    );
    assert_eq!(cluster.says("stat -c %U:%G out made"), "bob:tools\nbob:tools\n");
    assert_eq!(cluster.says("stat -c %a /home/bob"), "700\n");
}

#[test]
fn an_array_of_ten_runs_ten_tasks_and_leaves_ten_records() {
    let Some(cluster) = Cluster::of("array") else { return };
    let output = cluster.bob("qsub -sync y -t 2-20:2 -cwd -j y -o 'out.$TASK_ID' -N tasks -b y 'echo $SGE_TASK_ID'");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let id: u64 = said.split_whitespace().nth(2).and_then(|word| word.split('.').next()?.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    for task in (2..=20).step_by(2) {
        assert_eq!(cluster.read(&format!("out.{task}")), format!("{task}\n"));
    }
    let mut tasks: Vec<u64> = cluster.records(id, 10).iter().map(|record| record[35].parse().expect("a task")).collect();
    tasks.sort_unstable();
    assert_eq!(tasks, (2..=20).step_by(2).collect::<Vec<u64>>());
}

#[test]
fn sync_ends_as_the_job_did() {
    let Some(cluster) = Cluster::of("sync") else { return };
    let output = cluster.bob("qsub -sync y -j y -o /dev/null -b y exit 7");
    assert_eq!(output.status.code(), Some(7));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.ends_with(" exited with exit code 7.\n"), "{said}");
}

#[test]
fn a_running_job_is_killed_accounted_and_forgotten() {
    let Some(cluster) = Cluster::of("qdel") else { return };
    let id = cluster.submit("-j y -o /dev/null -b y sleep 300");
    cluster.wait_for_state(id, "r");
    assert_eq!(cluster.says(&format!("qdel {id}")), format!("bob has registered the job {id} for deletion\n"));
    cluster.wait_for_state(id, "");
    assert_eq!(end(&cluster.records(id, 1)[0]), ("137", "100"));
    until("nothing to be left", || {
        !cluster.kubectl(&format!("get jobs,pods,secrets gridshim-{id} -o name --ignore-not-found")).contains("gridshim")
    });
}

#[test]
fn a_job_deleted_before_it_ran_leaves_no_record() {
    let Some(cluster) = Cluster::of("qdel-held") else { return };
    let id = cluster.submit("-h -b y true");
    assert_eq!(cluster.state(id), "hqw");
    assert_eq!(cluster.says(&format!("qdel {id}")), format!("bob has deleted job {id}\n"));
    until("its secret to be gone", || cluster.kubectl(&format!("get secret gridshim-{id}")).contains("not found"));
    let text = std::fs::read_to_string(accounting()).unwrap_or_default();
    assert!(!text.lines().any(|line| line.split(':').nth(5) == Some(&id.to_string())));
}

#[test]
fn tasks_of_an_array_are_deleted_running_or_waiting() {
    let Some(cluster) = Cluster::of("qdel-tasks") else { return };
    let id = cluster.submit("-t 1-4 -tc 1 -cwd -j y -o 'out.$TASK_ID' -N ran -b y 'echo ran; sleep 5'");
    cluster.wait_for_state(id, "r");
    cluster.says(&format!("qdel {id}.1,{id}.3"));
    cluster.wait_for_state(id, "");
    assert_eq!([cluster.read("out.2"), cluster.read("out.3"), cluster.read("out.4")], ["ran\n", "", "ran\n"]);
    let records = cluster.records(id, 3);
    let tasks: Vec<(&str, &str)> = records.iter().map(|record| (record[35].as_str(), record[12].as_str())).collect();
    assert_eq!(tasks, [("1", "137"), ("2", "0"), ("4", "0")]);
}

#[test]
fn a_kill_for_memory_is_seen_in_the_accounts() {
    let Some(cluster) = Cluster::of("oom") else { return };
    // Each process is below the address space limit; together they are above the memory limit.
    let hog = "perl -e \"\\$x = q(a) x 80_000_000; sleep 5\"";
    let script = format!("for i in 1 2 3 4 5 6; do {hog} & done\nfor p in $(jobs -p); do wait $p || bad=$?; done\nexit $bad\n");
    std::fs::write(cluster.directory.join("hog.sh"), script).expect("script");
    let id = cluster.submit("-l h_vmem=200M -cwd -j y -o out hog.sh");
    assert_eq!(end(&cluster.records(id, 1)[0]).0, "137", "{}", cluster.read("out"));
    let journal = std::fs::read_to_string(accounting().with_extension("jsonl")).expect("journal");
    let line = journal.lines().find(|line| line.contains(&format!("\"job_number\":{id},"))).expect("a line");
    assert!(line.contains("\"oom\":true"), "{line}");
}

#[test]
fn nobody_runs_as_somebody_else() {
    use gridshim::backend::kubernetes::objects;
    use gridshim::job::{Command as Given, Submitter, resolve};
    let Some(cluster) = Cluster::of("forged") else { return };
    let site: gridshim::site::Site = toml::from_str(include_str!("../compat/reference-site.toml")).expect("a site");
    let who = Submitter {
        user: "bob".into(),
        uid: 5001,
        group: "tools".into(),
        gid: 6001,
        gids: vec![6001],
        home: "/home/bob".into(),
        shell: "/bin/bash".into(),
        ..Submitter::default()
    };
    let given = Given { file: Some("true".into()), args: Vec::new() };
    let job = resolve(gridshim::request::Request::default(), given, who, &[], &site).expect("a job").job;
    let place = objects::Place { site: &site, namespace: "grid-bob", id: 999_999_999 };
    let object = objects::job(&job, &place).expect("a Job").to_string();
    let output = cluster.bob_reading("kubectl create -f -", &object);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("pod runs as uid 5001, but namespace grid-bob belongs to uid 5002"), "{said}");
    let output = cluster.bob_reading("kubectl -n grid-alice create -f -", &object.replace("\"grid-bob\"", "\"grid-alice\""));
    assert!(String::from_utf8_lossy(&output.stderr).contains("forbidden"));
}

#[test]
fn a_job_waits_for_its_predecessor_and_longer_for_one_in_error() {
    let Some(cluster) = Cluster::of("hold") else { return };
    let first = cluster.submit("-j y -o /dev/null -N first -b y 'sleep 3; exit 100'");
    let second = cluster.submit(&format!("-hold_jid {first} -cwd -j y -o out -b y echo released"));
    assert_eq!(cluster.state(second), "hqw");
    cluster.wait_for_state(first, "Eqw");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(cluster.state(second), "hqw");
    cluster.says(&format!("qdel {first}"));
    cluster.wait_for_state(second, "");
    assert_eq!(cluster.read("out"), "released\n");
}

#[test]
fn status_99_runs_again_and_both_runs_are_accounted() {
    let Some(cluster) = Cluster::of("again") else { return };
    std::fs::write(cluster.directory.join("again.sh"), "echo $RESTARTED; [ $RESTARTED = 1 ] || exit 99; exit 4\n").expect("script");
    assert_eq!(cluster.bob("qsub -sync y -cwd -j y -o out again.sh > answer").status.code(), Some(4));
    let id = cluster.read("answer").split_whitespace().nth(2).and_then(|word| word.parse().ok()).expect("an id");
    assert_eq!(cluster.read("out"), "0\n1\n");
    let records = cluster.records(id, 2);
    assert_eq!([end(&records[0]), end(&records[1])], [("99", "25"), ("4", "0")]);
}

#[test]
fn a_killed_controller_loses_and_doubles_nothing() {
    let Some(cluster) = Cluster::of("kill9") else { return };
    let state = std::env::var("GRIDSHIM_CLUSTER").unwrap_or_else(|_| "/var/tmp/gridshim-cluster".into());
    let id = cluster.submit("-t 1-20 -tc 5 -o /dev/null -j y -b y sleep 0.5");
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(1500));
        let pid = std::fs::read_to_string(format!("{state}/pid/controller")).unwrap_or_default();
        // The file's first word is the pid; its second, if any, tells a process apart from a later one of that number.
        if let Some(pid) = pid.split_whitespace().next() {
            let _ = Command::new("kill").args(["-9", pid]).status();
        }
        let installed = Command::new("tests/cluster/cluster.sh").arg("install").stdout(Stdio::null()).status().expect("cluster.sh");
        assert!(installed.success());
    }
    cluster.wait_for_state(id, "");
    assert_eq!(cluster.records(id, 20).len(), 20);
}
