//! Beside a real Kueue: `tests/cluster/cluster.sh kueue` first, then `GRIDSHIM_TEST_KUEUE=1` with the rest (`make test-kueue`).

use super::*;

/// The ClusterQueue's CPU quota as long as this lives; then, once every job has ended, it is beyond what anybody asks for again.
struct Quota<'a>(&'a Cluster);

impl Quota<'_> {
    fn of<'a>(cluster: &'a Cluster, cpu: &str) -> Quota<'a> {
        let quota = Quota(cluster);
        quota.set(cpu);
        quota
    }

    fn set(&self, cpu: &str) {
        let patch = format!(r#"[{{"op":"replace","path":"/spec/resourceGroups/0/flavors/0/resources/0/nominalQuota","value":"{cpu}"}}]"#);
        let done = self.0.root("kubectl", &["patch", "clusterqueue", "gridshim", "--type=json", "-p", &patch]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Quota<'_> {
    fn drop(&mut self) {
        // Who took a job's room before Kubernetes has counted its end would make it run once more, without its directory.
        let finished = r#"get workloads -o jsonpath='{range .items[*]}{.status.conditions[?(@.type=="Finished")].status}{"\n"}{end}'"#;
        if !std::thread::panicking() {
            until("every job to be counted", || self.0.kubectl(finished).lines().all(|line| line == "True"));
        }
        self.set("1000");
    }
}

fn cluster(test: &str) -> Option<Cluster> {
    if std::env::var("GRIDSHIM_TEST_KUEUE").as_deref() != Ok("1") {
        eprintln!("skipped: {test}: GRIDSHIM_TEST_KUEUE=1 is not set (see tests/cluster)");
        return None;
    }
    Cluster::alone(test)
}

/// A label of the job's Job.
fn label(cluster: &Cluster, id: u64, name: &str) -> String {
    cluster.kubectl(&format!(r"get job gridshim-{id} -o jsonpath='{{.metadata.labels.kueue\.x-k8s\.io/{name}}}'"))
}

#[test]
fn a_job_over_quota_waits_with_the_reason_and_then_runs() {
    let Some(cluster) = cluster("quota") else { return };
    let _quota = Quota::of(&cluster, "20m");
    let first = cluster.submit("-pe smp 2 -o /dev/null -j y -b y sleep 1000");
    cluster.wait_for_state(first, "r");
    let second = cluster.submit("-cwd -j y -o out -b y echo ran");
    until("the reason", || cluster.says(&format!("qstat -j {second}")).contains("waits for quota"));
    assert_eq!(cluster.state(second), "qw");
    cluster.says(&format!("qdel {first}"));
    cluster.wait_for_state(second, "");
    assert_eq!(cluster.read("out"), "ran\n");
    assert_eq!(cluster.records(second, 1).len(), 1);
}

#[test]
fn a_held_job_is_in_no_queue() {
    let Some(cluster) = cluster("gate") else { return };
    let quota = Quota::of(&cluster, "0");
    let held = cluster.submit("-h -cwd -j y -o out -b y echo released");
    let waiting = cluster.submit("-cwd -j y -o out2 -b y echo released");
    assert_eq!((cluster.state(held).as_str(), cluster.state(waiting).as_str()), ("hqw", "qw"));
    assert_eq!((label(&cluster, held, "queue-name").as_str(), label(&cluster, waiting, "queue-name").as_str()), ("", "all.q"));
    cluster.says(&format!("qhold {waiting}"));
    assert_eq!((cluster.state(waiting).as_str(), label(&cluster, waiting, "queue-name").as_str()), ("hqw", ""));
    quota.set("1000");
    let free = cluster.submit("-cwd -j y -o out3 -sync y -b y echo free");
    assert_eq!((cluster.state(free).as_str(), cluster.read("out3").as_str()), ("", "free\n"));
    assert_eq!((cluster.state(held).as_str(), cluster.state(waiting).as_str()), ("hqw", "hqw"));
    cluster.says(&format!("qrls {held} {waiting}"));
    until("both", || cluster.read("out") == "released\n" && cluster.read("out2") == "released\n");
}

#[test]
fn a_job_that_waits_for_quota_can_be_changed_and_deleted() {
    let Some(cluster) = cluster("alter") else { return };
    let quota = Quota::of(&cluster, "0");
    let id = cluster.submit("-q all.q -cwd -j y -o out -b y echo changed");
    let gone = cluster.submit("-b y sleep 1");
    assert_eq!(label(&cluster, id, "priority-class"), "gridshim-normal");
    cluster.says(&format!("qalter -p -5 -q task -N other {id}"));
    assert_eq!((label(&cluster, id, "priority-class").as_str(), label(&cluster, id, "queue-name").as_str()), ("gridshim-low", "task"));
    cluster.says(&format!("qdel {gone}"));
    until("it to be gone", || cluster.state(gone).is_empty());
    quota.set("1000");
    until("its end", || cluster.read("out") == "changed\n");
    assert_eq!(cluster.records(id, 1)[0][4], "other");
}

#[test]
fn an_array_wider_than_the_quota_runs_with_fewer_tasks_at_a_time() {
    let Some(cluster) = cluster("width") else { return };
    let _quota = Quota::of(&cluster, "20m");
    let id = cluster.submit("-t 1-6 -o /dev/null -j y -b y sleep 0.5");
    assert_eq!(cluster.records(id, 6).len(), 6);
    cluster.wait_for_state(id, "");
}

#[test]
fn a_preempted_job_runs_again_later_and_each_run_has_its_record() {
    let Some(cluster) = cluster("preempt") else { return };
    let quota = Quota::of(&cluster, "10m");
    for rerun in ["y", "n"] {
        let name = format!("low{rerun}");
        let low = cluster.submit(&format!(
            "-p -5 -r {rerun} -N {name} -cwd -j y -o {name}.out -b y 'echo run >> {name}.began; until [ -e {name}.go ]; do sleep 0.2; done'"
        ));
        until("its first run", || cluster.read(&format!("{name}.began")) == "run\n");
        let high = cluster.submit("-N high -o /dev/null -j y -b y sleep 1000");
        cluster.wait_for_state(high, "r");
        cluster.wait_for_state(low, "Rq");
        assert_eq!(end(&cluster.records(low, 1)[0]).1, "25");
        assert!(cluster.says(&format!("qstat -j {low}")).contains("had to make room"));
        cluster.says(&format!("qdel {high}"));
        until("its second run", || cluster.read(&format!("{name}.began")) == "run\nrun\n");
        cluster.bob(&format!("touch {name}.go"));
        cluster.wait_for_state(low, "");
        let records = cluster.records(low, 2);
        assert_eq!((records.len(), end(&records[1])), (2, ("0", "0")));
        assert_eq!(cluster.records(high, 1).len(), 1);
    }
    quota.set("20m");
    // Who waits for it does so until it has really ended.
    let waits = std::thread::scope(|scope| {
        let answer =
            scope.spawn(|| cluster.bob("qsub -sync y -p -5 -N waits -cwd -j y -o waits -pe smp 2 -b y 'sleep 4; exit 7'").status.code());
        until("its start", || !cluster.says("qstat -s r").is_empty());
        cluster.submit("-N high -o /dev/null -j y -b y sleep 1");
        answer.join().expect("an answer")
    });
    assert_eq!(waits, Some(7));
}
