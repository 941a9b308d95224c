//! What the controller does: order, second runs, holds, mail, and that it may be killed or not be alone.

use super::*;

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
    // In the midst of it whenever a controller begins anew, and waited for.
    let id = cluster.submit("-t 1-20 -tc 2 -o /dev/null -j y -b y sleep 0.5");
    let behind = cluster.submit(&format!("-hold_jid {id} -o /dev/null -j y -b y true"));
    let single: Vec<u64> = (0..30).map(|_| cluster.submit("-o /dev/null -j y -b y sleep 0.5")).collect();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(1500));
        cluster.kill_controller();
    }
    until("no job to be left", || cluster.says("qstat").is_empty());
    assert_eq!(cluster.records(id, 20).len(), 20);
    for id in single.into_iter().chain([behind]) {
        assert_eq!(cluster.records(id, 1).len(), 1, "{id}");
    }
}

/// What `/metrics`, `/livez` or `/readyz` of a controller answers.
fn ask(port: u16, path: &str) -> String {
    use std::io::{Read, Write};
    let mut text = String::new();
    if let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) {
        let _ = write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let _ = stream.read_to_string(&mut text);
    }
    text
}

#[test]
fn a_started_array_that_is_held_starts_no_more_tasks_and_loses_none() {
    let Some(cluster) = Cluster::of("held") else { return };
    let id = cluster.submit("-t 1-7 -tc 3 -cwd -N held -b y 'echo $SGE_TASK_ID >> began; until [ -e go ]; do sleep 0.2; done'");
    let began = || cluster.read("began").lines().count();
    until("three tasks", || began() == 3);
    assert_eq!(cluster.says(&format!("qhold {id}")).lines().count(), 7);
    until("the bar", || cluster.barred(id));
    cluster.bob("touch go");
    assert_eq!(cluster.records(id, 3).len(), 3);
    until("the rest to be held", || cluster.says("qstat").contains("hqw"));
    // The Job controller would have made pods at once.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(began(), 3, "{}", cluster.says("qstat"));
    let told = cluster.says(&format!("qrls {id}"));
    assert_eq!(told.lines().count(), 4, "{told}");
    until("the rest", || began() == 7);
    assert_eq!(cluster.records(id, 7).len(), 7);
    until("its name to be taken off", || !cluster.barred(id));
}

/// Which tasks have begun, in this order, and how many of them were there at a time at most.
fn begun(log: &str) -> (Vec<u64>, usize) {
    let (mut tasks, mut now, mut most) = (Vec::new(), 0_usize, 0);
    for line in log.lines() {
        match line.split_at(1) {
            ("+", task) => (now, _) = (now + 1, tasks.push(task.parse().expect("a task"))),
            _ => now = now.saturating_sub(1),
        }
        most = most.max(now);
    }
    (tasks, most)
}

/// A task that tells of its begin and its end, and goes on until it is let.
const BODY: &str = "'echo +$SGE_TASK_ID >> $JOB_NAME; until [ -e go.$JOB_NAME ]; do sleep 0.2; done; echo -$SGE_TASK_ID >> $JOB_NAME'";

#[test]
fn single_tasks_of_a_started_array_are_held_and_the_others_go_on() {
    let Some(cluster) = Cluster::alone("tasks") else { return };
    let narrow = cluster.submit(&format!("-t 1-6 -tc 2 -cwd -N narrow -o /dev/null -j y -b y {BODY}"));
    let tasks = || begun(&cluster.read("narrow")).0;
    until("two tasks", || tasks().len() == 2);
    let told = cluster.says(&format!("qhold {narrow}.3-4"));
    if cluster.root("kubectl", &["get", "clusterqueues"]).status.success() {
        // compat/differences.md: held tasks would have the quota of the others.
        assert!(told.contains("Kueue") && !told.contains("modified"), "{told}");
        cluster.says(&format!("qdel {narrow}"));
        return cluster.wait_for_state(narrow, "");
    }
    assert_eq!(told.lines().count(), 2, "{told}");
    assert_eq!(cluster.states(narrow), ["r 1", "r 2", "qw 5,6", "hqw 3,4"]);
    until("the gates", || cluster.barred(narrow));
    cluster.bob("touch go.narrow");
    assert_eq!(cluster.records(narrow, 4).len(), 4);
    std::thread::sleep(Duration::from_secs(3));
    let (mut those, most) = begun(&cluster.read("narrow"));
    those.sort();
    assert_eq!((those, most), (vec![1, 2, 5, 6], 2), "{}", cluster.says("qstat"));
    assert_eq!(cluster.states(narrow), ["hqw 3,4"]);
    cluster.says(&format!("qrls {narrow}.4"));
    until("the fourth task", || tasks().last() == Some(&4));
    cluster.says(&format!("qrls {narrow}.3"));
    assert_eq!(cluster.records(narrow, 6).len(), 6);
    until("its name to be taken off", || !cluster.barred(narrow));
}

#[test]
fn a_held_task_whose_pod_no_host_has_room_for_gives_its_place_up() {
    let Some(cluster) = Cluster::alone("large") else { return };
    let tasks = || begun(&cluster.read("large")).0;
    let large = cluster.submit(&format!("-t 1-4 -l h_vmem=10G -cwd -N large -o /dev/null -j y -b y {BODY}"));
    until("two tasks", || tasks().len() == 2);
    let waiting = (1..=4).find(|task| !tasks().contains(task)).expect("one that waits");
    cluster.says(&format!("qhold {large}.{waiting}"));
    until("the gates", || cluster.barred(large));
    cluster.bob("touch go.large");
    assert_eq!(cluster.records(large, 3).len(), 3);
    assert_eq!(cluster.states(large), [format!("hqw {waiting}")]);
    assert!(!tasks().contains(&waiting));
    cluster.says(&format!("qrls {large}"));
    assert_eq!(cluster.records(large, 4).len(), 4);
}

#[test]
fn of_two_controllers_one_works_and_the_other_takes_over() {
    let Some(cluster) = Cluster::alone("lease") else { return };
    let port = 18_080;
    let mut standby = Command::new("/usr/local/lib/gridshim/gridshim")
        .args(["controller", "--listen", &format!("127.0.0.1:{port}")])
        .env("KUBECONFIG", format!("{}/controller.kubeconfig", cluster.state))
        .env("POD_NAME", "standby")
        .stderr(Stdio::null())
        .spawn()
        .expect("a controller");
    let leads = |is: u8| ask(port, "/metrics").lines().any(|line| line == format!("gridshim_leader {is}"));
    until("the second controller", || leads(0));
    assert!(ask(port, "/readyz").starts_with("HTTP/1.1 200"), "one that waits is ready");
    let before = cluster.submit("-b y true");
    assert_eq!(cluster.records(before, 1).len(), 1);
    assert!(leads(0));
    cluster.end_controller("-TERM");
    until("the second controller's lease", || leads(1));
    let behind = cluster.submit("-b y true");
    assert_eq!(cluster.records(behind, 1).len(), 1);
    until("its knowledge of the cluster", || ask(port, "/readyz").starts_with("HTTP/1.1 200"));
    assert!(ask(port, "/metrics").lines().any(|line| line == "gridshim_records_total 1"), "{}", ask(port, "/metrics"));
    // One that dies without a word is waited for.
    standby.kill().expect("killed");
    standby.wait().expect("ended");
    cluster.start_controller(None);
    let last = cluster.submit("-b y true");
    assert_eq!(cluster.records(last, 1).len(), 1);
}

/// The controller without its own site file again, whatever becomes of the test.
pub struct WithMail<'a>(&'a Cluster);

impl WithMail<'_> {
    /// A controller that sends mail into the directory `in`, by its site file `site.toml`.
    pub fn of(cluster: &Cluster) -> WithMail<'_> {
        use std::os::unix::fs::PermissionsExt;
        let here = cluster.directory.display();
        let mailer = cluster.directory.join("sendmail");
        let script = format!("#!/bin/sh\nmkdir -p {here}/in; cat > {here}/new.$$; mv {here}/new.$$ {here}/in/$(date +%s%N)\n");
        std::fs::write(&mailer, script).expect("a mailer");
        std::fs::set_permissions(&mailer, PermissionsExt::from_mode(0o755)).expect("a program");
        let site = std::fs::read_to_string("compat/reference-site.toml").expect("a site");
        let site = format!("{site}\n[mail]\nsendmail = \"{}\"\n", mailer.display());
        std::fs::write(cluster.directory.join("site.toml"), site).expect("a site");
        cluster.restart_controller(Some(&cluster.directory.join("site.toml")));
        WithMail(cluster)
    }
}

impl Drop for WithMail<'_> {
    fn drop(&mut self) {
        self.0.kill_controller();
    }
}

/// Subjects and bodies of what was sent about a job, in order.
fn mails(directory: &Path, id: u64) -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory.join("in")).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let (head, body) = text.split_once("\n\n")?;
        let subject = head.lines().find_map(|line| line.strip_prefix("Subject: "))?;
        Some((subject.to_string(), body.to_string()))
    };
    files.into_iter().filter_map(read).filter(|(subject, _)| subject.contains(&id.to_string())).collect()
}

#[test]
fn mail_tells_of_starts_ends_and_suspensions_with_the_error_files_last_lines() {
    let Some(cluster) = Cluster::alone("mail") else { return };
    let here = cluster.directory.display();
    let _with_mail = WithMail::of(&cluster);

    let to = "-M bob@example.org -shell n -b y";
    let failing = cluster.submit(&format!("-m bea -N failing -o /dev/null -e $PWD/err {to} sh -c 'echo oops >&2; exit 3'"));
    let killed = cluster.submit(&format!("-m ae -N killed -t 1-2 -o /dev/null -e /dev/null {to} sh -c 'kill -9 $$'"));
    let stopped = cluster.submit(&format!("-m s -N stopped -o /dev/null -e /dev/null {to} sleep 60"));
    let silent = cluster.submit(&format!("-m n -N silent -o /dev/null -e /dev/null {to} true"));
    let subjects = |id: u64| mails(&cluster.directory, id).into_iter().map(|(subject, _)| subject).collect::<Vec<_>>();

    until("the mails of the failing job", || subjects(failing).len() >= 2);
    assert_eq!(subjects(failing), ["Started", "Complete"].map(|what| format!("Job {failing} (failing) {what}")));
    let body = mails(&cluster.directory, failing)[1].1.clone();
    assert!(body.contains("\n Exit Status      = 3\n"), "{body}");
    assert!(body.ends_with(&format!("\nThe last lines of {here}/err:\noops\n")), "{body}");

    until("the mails of the killed tasks", || subjects(killed).len() >= 2);
    let mut told = subjects(killed);
    told.sort();
    assert_eq!(told, ["1", "2"].map(|task| format!("Job-array task {killed}.{task} (killed) Aborted")));

    cluster.wait_for_state(stopped, "r");
    cluster.says(&format!("qmod -sj {stopped}"));
    until("the suspension to be told", || subjects(stopped).len() == 1);
    cluster.restart_controller(Some(&cluster.directory.join("site.toml")));
    cluster.says(&format!("qmod -usj {stopped}"));
    until("the continuation to be told", || subjects(stopped).len() == 2);
    assert_eq!(subjects(stopped), ["Suspended", "Continued"].map(|what| format!("Job {stopped} (stopped) {what}")));
    cluster.says(&format!("qdel {stopped}"));
    assert!(subjects(silent).is_empty() && subjects(failing).len() == 2 && subjects(killed).len() == 2);
}

/// The API server, stopped until this goes.
struct Stopped(String);

impl Stopped {
    fn new(cluster: &Cluster) -> Stopped {
        let pid = cluster.pid("kube-apiserver");
        assert!(Command::new("kill").args(["-STOP", &pid]).status().expect("kill").success());
        Stopped(pid)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-CONT", &self.0]).status();
    }
}

#[test]
fn a_controller_that_loses_its_lease_stops_and_takes_it_up_again() {
    let Some(cluster) = Cluster::alone("lost-lease") else { return };
    // It has it, at last, where the cluster has just been started.
    let first = cluster.submit("-b y true");
    assert_eq!(cluster.records(first, 1).len(), 1);
    let controller = cluster.pid("controller");
    let log = || std::fs::read_to_string(format!("{}/log/controller.log", cluster.state)).expect("a log");
    let told = |what: &str| log().matches(what).count();
    let (lost, held) = ("the lease could not be renewed", "holds the lease");
    let before = (told(lost), told(held));
    let stopped = Stopped::new(&cluster);
    until("the loss", || told(lost) > before.0);
    drop(stopped);
    until("the lease", || told(held) > before.1);
    let id = cluster.submit("-b y true");
    assert_eq!(cluster.records(id, 1).len(), 1);
    assert_eq!(cluster.pid("controller"), controller);
}
