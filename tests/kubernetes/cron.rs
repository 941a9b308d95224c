//! A crontab in the cluster: bob's commands run on the minute, in pods, and submit jobs.

use super::controller::WithMail;
use super::{Cluster, until_within};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A minute until the next one, and what a busy machine takes.
const LONGEST: Duration = Duration::from_secs(180);

/// The table is gone at the end, whatever comes.
struct Installed<'a>(&'a Cluster);

impl Drop for Installed<'_> {
    fn drop(&mut self) {
        self.0.says("crontab -r");
        let label = "app.kubernetes.io/managed-by=gridshim-cron";
        self.0.root("kubectl", &["-n", "grid-bob", "delete", "pods", "-l", label, "--wait=true"]);
    }
}

fn script(cluster: &Cluster, body: &str) {
    let path = cluster.directory.join("p.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("a script");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

#[test]
fn a_crontabs_commands_run_on_the_minute_and_submit_jobs() {
    let Some(cluster) = Cluster::alone("cron") else { return };
    let here = cluster.directory.display().to_string();
    script(&cluster, "echo \"$JOB_NAME\"");
    let table = format!(
        "# bob's\nA = b c\n\
         * * * * * cd {here} && jsub -o {here}/out -e {here}/err -N cronnamed ./p.sh > said; env > env; date +\\%s >> ticks\n\
         * * * * * cd {here} && ./p.sh\n\
         * * * * * jsub -N cronpiped -o {here}/out2 -e {here}/err2 {here}/p.sh | tr a-z A-Z > {here}/piped; cat > {here}/input%one%two\n\
         0 0 30 2 * jsub never\n"
    );
    let _installed = Installed(&cluster);
    let installed = cluster.bob_reading("crontab -", &table);
    assert!(installed.status.success() && installed.stderr.is_empty(), "{installed:?}");
    assert_eq!(cluster.says("crontab -l"), table);
    assert!(cluster.says("crontab -n - <<< '61 * * * * x'").contains("gridshim: line 1, column 1: bad minute: 61 * * * * x"));
    until_within(LONGEST, "a first run", || !cluster.read("ticks").is_empty());
    cluster.kill_controller();
    until_within(LONGEST, "its job", || cluster.read("out").contains("cronnamed\n"));
    assert!(cluster.read("said").starts_with("Your job "), "{}", cluster.read("said"));
    let env = cluster.read("env");
    for line in ["SHELL=/bin/sh", "A=b c", "LOGNAME=bob", "HOME=/home/bob", "PATH=/usr/bin:/bin"] {
        assert!(env.lines().any(|known| known == line), "{line}: {env}");
    }
    assert!(!env.contains("JOB_ID=") && !env.contains("SGE_") && !env.contains("KUBERNETES"), "{env}");
    until_within(LONGEST, "the pipe", || cluster.read("piped").starts_with("YOUR JOB ") && cluster.read("input") == "one\ntwo\n");
    // The second entry calls no grid command: it became the job cron-3, of the working directory.
    until_within(LONGEST, "the wrapped job", || {
        std::fs::read_to_string("/home/bob/cron-3.out").is_ok_and(|text| text.contains("cron-3\n"))
    });
    until_within(LONGEST, "the status", || {
        let status = cluster.says("gridshim cron status");
        let is_told = |line: &str| {
            let row = status.lines().find(|row| row.starts_with(line)).unwrap_or_default().to_string();
            let words: Vec<&str> = row.split_whitespace().collect();
            // line, five fields, date, time, zone, exit, jobs
            words.get(9) == Some(&"0") && words.get(10).is_some_and(|jobs| jobs.parse::<u64>().is_ok())
        };
        is_told("3 ") && is_told("5 ") && status.lines().any(|row| row.starts_with("6 ") && row.contains(" never "))
    });
    assert!(!minutes(&cluster).is_empty());
    assert_eq!(cluster.says("crontab -r; crontab -l"), "no crontab for bob\n");
    let _ = std::fs::remove_file("/home/bob/cron-3.out");
    let _ = std::fs::remove_file("/home/bob/cron-3.err");
}

/// The minutes in which a command ran that appends the time to `ticks`: none twice, and none left out.
fn minutes(cluster: &Cluster) -> Vec<u64> {
    let minutes: Vec<u64> = cluster.read("ticks").lines().filter_map(|line| Some(line.parse::<u64>().ok()? / 60)).collect();
    assert!(minutes.windows(2).all(|two| two[1] == two[0] + 1), "{minutes:?}");
    minutes
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time")
}

#[test]
fn a_tick_that_falls_into_an_outage_is_made_up_for() {
    let Some(cluster) = Cluster::alone("cron-outage") else { return };
    let here = cluster.directory.display().to_string();
    let _installed = Installed(&cluster);
    let installed = cluster.bob_reading("crontab -", &format!("* * * * * jlocal date +\\%s >> {here}/ticks\n"));
    assert!(installed.status.success(), "{installed:?}");
    until_within(LONGEST, "a first run", || !minutes(&cluster).is_empty());
    // The API server answers nobody from before pods of a minute are made until it is well begun: the controller loses its lease.
    let minute = (now().as_secs() + 55) / 60 + 1;
    let tell =
        |signal: &str| assert!(Command::new("kill").args([signal, &cluster.pid("kube-apiserver")]).status().expect("kill").success());
    std::thread::sleep(Duration::from_secs(minute * 60 - 50).saturating_sub(now()));
    tell("-STOP");
    std::thread::sleep(Duration::from_secs(minute * 60 + 8).saturating_sub(now()));
    tell("-CONT");
    until_within(LONGEST, "the run of that minute, and the next", || {
        let seen = minutes(&cluster);
        seen.contains(&minute) && seen.contains(&(minute + 1))
    });
}

#[test]
fn a_table_that_is_replaced_while_its_pod_waits_is_the_one_that_runs() {
    let Some(cluster) = Cluster::alone("cron-replaced") else { return };
    let here = cluster.directory.display().to_string();
    let _installed = Installed(&cluster);
    let install = |name: &str| {
        let table = format!("* * * * * jlocal echo {name} $(date +\\%s) >> {here}/ticks\n");
        assert!(cluster.bob_reading("crontab -", &table).status.success());
    };
    // The minute of a pod that waits for it, with time to install another table.
    let waiting = || {
        let labels = cluster.kubectl("get pods -l app.kubernetes.io/managed-by=gridshim-cron -o jsonpath='{.items[*].metadata.labels}'");
        let minutes = labels.split("gridshim.io/cron-minute\":\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<u64>().ok());
        minutes.filter(|minute| minute * 60 >= now().as_secs() + 8).max()
    };
    install("table0");
    // A machine that is too busy to install it in time is given other chances; whatever comes, one table has the minute.
    let has_taken_over = |attempt: usize| {
        let mut minute = None;
        until_within(LONGEST, "a pod that waits", || {
            minute = waiting();
            minute.is_some()
        });
        let (minute, name) = (minute.unwrap_or_default(), format!("table{attempt}"));
        install(&name);
        let mut ran = Vec::new();
        until_within(LONGEST, "the next minute's run", || {
            let text = cluster.read("ticks");
            let runs = text
                .lines()
                .filter_map(|line| line.split_once(' '))
                .filter_map(|(name, time)| Some((name, time.parse::<u64>().ok()? / 60)));
            let runs: Vec<(String, u64)> = runs.map(|(name, minute)| (name.to_string(), minute)).collect();
            ran = runs.iter().filter(|run| run.1 == minute).map(|run| run.0.clone()).collect();
            runs.iter().any(|run| run.1 == minute + 1)
        });
        assert_eq!(ran.len(), 1, "{ran:?}");
        ran[0] == name
    };
    assert!((1..5).any(has_taken_over));
}

#[test]
fn output_is_mailed_to_those_the_table_names() {
    let Some(cluster) = Cluster::alone("cron-mail") else { return };
    let _with_mail = WithMail::of(&cluster);
    let _installed = Installed(&cluster);
    let table = "MAILTO=alice@example.org,carol@example.org\n* * * * * jlocal echo to both; echo oops >&2\n* * * * * jlocal true\n\
                 MAILTO=\"\"\n* * * * * jlocal echo nobody\n";
    let installed = cluster.bob_reading("GRIDSHIM_SITE=$PWD/site.toml crontab -", table);
    assert!(installed.status.success(), "{installed:?}");
    let mails = || -> Vec<String> {
        let files = std::fs::read_dir(cluster.directory.join("in")).into_iter().flatten().flatten();
        files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect()
    };
    until_within(LONGEST, "two mails", || mails().len() >= 2);
    for mail in mails() {
        assert!(mail.contains("Subject: Cron <bob@") && mail.contains("> jlocal echo to both; echo oops >&2\n"), "{mail}");
        assert!(mail.contains("To: alice@example.org\n") || mail.contains("To: carol@example.org\n"), "{mail}");
        assert!(mail.replace("\r", "").ends_with("\n\nto both\noops\n"), "{mail:?}");
    }
}

#[test]
fn of_two_at_the_same_instant_one_is_refused() {
    let Some(cluster) = Cluster::of("once") else { return };
    script(&cluster, "sleep 60");
    let name = format!("once{}", std::process::id());
    let line = format!("for i in 1 2 3 4; do jsub -once -N {name} -o $PWD/o -e $PWD/e ./p.sh & done; wait; jstop {name}");
    let said = cluster.says(&line);
    let told = cluster.read("e");
    assert_eq!(said.matches("Your job ").count(), 1, "{said} {told}");
    assert_eq!(told.matches(&format!("there is a job named '{name}' already active")).count(), 3, "{told}");
    assert!(!cluster.kubectl("get secrets -l app.kubernetes.io/managed-by=gridshim-once").contains("gridshim-once"));
}
