//! gridshim on a real cluster: `tests/cluster/cluster.sh up` and `install` first, then
//! `GRIDSHIM_TEST_CLUSTER=1 cargo test --test kubernetes`, as root (the commands are run as bob). Without the variable every
//! test says why it is skipped.
#![cfg(feature = "client")]

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

    /// A command of this machine's root with the administrator's kubeconfig.
    fn root(&self, program: &str, words: &[&str]) -> Output {
        let path = format!("/usr/local/bin:/usr/bin:/bin:{}", self.tools);
        let mut command = Command::new("env");
        command.arg(format!("PATH={path}")).arg(format!("KUBECONFIG={}/admin.kubeconfig", self.state)).arg(program).args(words);
        command.current_dir(&self.directory).output().expect("ran")
    }

    /// Kills the controller and starts another.
    fn kill_controller(&self) {
        let pid = std::fs::read_to_string(format!("{}/pid/controller", self.state)).unwrap_or_default();
        // The file's first word is the pid; its second, if any, tells a process apart from a later one of that number.
        if let Some(pid) = pid.split_whitespace().next() {
            let _ = Command::new("kill").args(["-9", pid]).status();
        }
        let installed = Command::new("tests/cluster/cluster.sh").arg("install").stdout(Stdio::null()).status().expect("cluster.sh");
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
    let Some(cluster) = Cluster::alone("kill9") else { return };
    let id = cluster.submit("-t 1-20 -tc 5 -o /dev/null -j y -b y sleep 0.5");
    let single: Vec<u64> = (0..30).map(|_| cluster.submit("-o /dev/null -j y -b y sleep 0.5")).collect();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(1500));
        cluster.kill_controller();
    }
    until("no job to be left", || cluster.says("qstat").is_empty());
    assert_eq!(cluster.records(id, 20).len(), 20);
    for id in single {
        assert_eq!(cluster.records(id, 1).len(), 1, "{id}");
    }
}

#[test]
fn two_hundred_submissions_at_once_lose_nothing() {
    const ENDED: Duration = Duration::from_secs(400);
    const CLEAN: Duration = Duration::from_secs(240);
    let Some(cluster) = Cluster::alone("many") else { return };
    let begun = Instant::now();
    let said = cluster.says(
        "for one in {1..20}; do
             for again in {1..10}; do qsub -terse -o /dev/null -j y -N many -b y -shell n /bin/true; done > ids.$one & done
         wait; cat ids.*",
    );
    let submitted = begun.elapsed();
    let ids: BTreeSet<u64> = said.lines().map(|line| line.parse().unwrap_or_else(|_| panic!("{line}"))).collect();
    assert_eq!((said.lines().count(), ids.len()), (200, 200), "{said}");
    let records = || -> Vec<u64> {
        let text = std::fs::read_to_string(accounting()).unwrap_or_default();
        let fields = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
        fields.filter(|fields| fields[12] == "0").filter_map(|fields| fields[5].parse().ok()).filter(|id| ids.contains(id)).collect()
    };
    until_within(ENDED, "200 records", || records().len() >= 200);
    let ended = begun.elapsed();
    until_within(CLEAN, "nothing of the 200 to be left", || {
        let selector = ["-l", "app.kubernetes.io/managed-by=gridshim"];
        let left = cluster.root("kubectl", &[&["-n", "grid-bob", "get", "jobs,pods,secrets", "-o", "name"], &selector[..]].concat());
        let left = String::from_utf8_lossy(&left.stdout).into_owned();
        let id = |name: &str| name.split_once("/gridshim-")?.1.split('-').next()?.parse::<u64>().ok();
        !left.lines().filter_map(id).any(|id| ids.contains(&id))
    });
    let records = records();
    assert_eq!((records.len(), records.iter().copied().collect::<BTreeSet<u64>>()), (200, ids));
    eprintln!(
        "200 jobs by 20 processes: submitted in {:.1} s, done after {:.1} s, nothing left after {:.1} s",
        submitted.as_secs_f64(),
        ended.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
}

#[test]
fn an_expired_certificate_is_one_clear_line() {
    let Some(cluster) = Cluster::of("expired") else { return };
    // openssl's `x509` makes no certificate that has ended; `ca` does.
    let script = r#"
        set -e; umask 077; mkdir ca; cd ca; touch index; echo 01 > serial
        openssl req -new -key "$1/bob.key" -subj /O=gridshim:users/CN=bob -out csr
        printf '%s\n' '[ca]' default_ca=c '[c]' new_certs_dir=. database=index serial=serial default_md=sha256 policy=p x509_extensions=e \
            '[p]' O=supplied CN=supplied '[e]' extendedKeyUsage=clientAuth > conf
        openssl ca -batch -config conf -cert "$1/ca.crt" -keyfile "$1/ca.key" -in csr -notext -out crt \
            -startdate 20200101000000Z -enddate 20200102000000Z
        cp /home/bob/.kube/config ../config
        kubectl --kubeconfig=../config config set-credentials bob --client-certificate=crt --embed-certs
        cd ..; rm -r ca; chown bob config"#;
    let made = cluster.root("bash", &["-c", script, "bash", &format!("{}/pki", cluster.state)]);
    assert!(made.status.success(), "{made:?}");
    let line = "Kubernetes does not accept your credentials: they are wrong or expired (see your kubeconfig)\n";
    let told = |command: &str| {
        let output = cluster.bob(&format!("KUBECONFIG=$PWD/config {command}"));
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).as_ref()), (Some(1), ""), "{command}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert_eq!(told("qsub -N expired -b y true"), format!("Unable to run job: {line}Exiting.\n"));
    assert_eq!(told("qstat"), format!("error: {line}"));
    assert_eq!(told("qdel 1"), format!("error: {line}"));
    assert!(!cluster.kubectl("get jobs -o yaml").contains("\"name\":\"expired\""));
}

#[test]
fn what_is_too_large_is_refused_and_what_is_large_runs() {
    let Some(cluster) = Cluster::of("large") else { return };
    std::fs::write(cluster.directory.join("big.sh"), "#".repeat(1_100_000)).expect("script");
    let refused = |command: &str, what: &str| {
        let output = cluster.bob(command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.starts_with("Unable to run job: ") && said.contains(what) && said.ends_with(" are possible\nExiting.\n"), "{said}");
        assert_eq!((output.status.code(), said.lines().count()), (Some(1), 2));
    };
    refused("qsub -N toolarge big.sh", "the script (1100000 bytes) and the environment are too large to be stored with the job");
    refused("qsub -N toolarge -b y true $(seq 60000)", "the job's arguments are too long to be stored");
    assert!(!cluster.kubectl("get jobs -o yaml").contains("\"name\":\"toolarge\""));
    let output = cluster.bob("qsub -sync y -cwd -j y -o out -b y /bin/echo $(seq 20000)");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(cluster.read("out").split_whitespace().count(), 20_000);
    let id = cluster.submit("-h -t 1-75000 -b y true");
    assert!(cluster.says("qstat").contains(" 1-75000:1\n"));
    assert_eq!(cluster.says(&format!("qdel {id}")), format!("bob has deleted job {id}\n"));
}

#[test]
fn a_user_who_was_not_added_is_told_whom_to_ask() {
    let Some(cluster) = Cluster::of("not-added") else { return };
    let output = cluster.root("qsub", &["-b", "y", "true"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let expected = "Unable to run job: you cannot run jobs in namespace grid-root: an administrator has to add you (deploy/add-user.sh); \
                    Kubernetes says: namespaces \"grid-root\" not found\nExiting.\n";
    assert_eq!((said.as_str(), output.status.code()), (expected, Some(1)));
    let output = cluster.root("qstat", &[]);
    assert_eq!((output.stdout.as_slice(), output.stderr.as_slice(), output.status.code()), (&b""[..], &b""[..], Some(0)));
}

#[test]
fn an_interrupted_wait_takes_its_job_along() {
    let Some(cluster) = Cluster::of("interrupted") else { return };
    for job in ["", "-h"] {
        // Job control: without it a shell's background processes ignore SIGINT.
        let script = format!(
            "exec 2> /dev/null; set -m; qsub -sync y -j y -o /dev/null {job} -b y sleep 300 > out 2> err & p=$!
             until [ -s out ]; do sleep 0.1; done; sleep 1; kill -INT $p; wait $p; code=$?; cat err; exit $code"
        );
        let output = cluster.bob(&script);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!((said.as_str(), output.status.code()), ("\nInterrupted!\nPlease wait while qsub shuts down.\n", Some(1)), "{job}");
        let id = cluster.read("out").split_whitespace().nth(2).and_then(|word| word.parse().ok()).expect("an id");
        cluster.wait_for_state(id, "");
    }
}

#[test]
fn a_job_deleted_by_two_at_once_has_one_record() {
    let Some(cluster) = Cluster::of("qdel-twice") else { return };
    let id = cluster.submit("-j y -o /dev/null -b y sleep 300");
    cluster.wait_for_state(id, "r");
    let said = cluster.says(&format!("qdel {id} & qdel {id}; wait"));
    let lines = [format!("bob has registered the job {id} for deletion"), format!("job {id} is already in deletion")];
    assert!(said.lines().count() == 2 && said.lines().all(|line| lines.iter().any(|known| known == line)), "{said}");
    cluster.wait_for_state(id, "");
    assert_eq!(cluster.records(id, 1).len(), 1);
}
