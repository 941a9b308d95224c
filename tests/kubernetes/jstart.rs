//! What jstart started goes on: after its host went down with all that ran on it, and after the whole cluster did.

use crate::{Cluster, until, until_within};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Until a node is trusted again and its pods have been looked at, and Kubernetes tries again (after ten seconds at first).
const COMES_BACK: Duration = Duration::from_secs(240);

const HOST: &[&str] = &["kubelet0", "containerd0"];
const CONTROL_PLANE: &[&str] = &["controller", "kube-controller-manager", "kube-scheduler", "kube-apiserver", "etcd"];

impl Cluster {
    /// Power fails: these processes are gone, and every container with them. Then it comes back.
    fn crash(&self, names: &[&str]) {
        for name in names {
            let killed = Command::new("kill").args(["-9", &self.pid(name)]).status().expect("kill");
            assert!(killed.success(), "{name}");
        }
        // The shims' children are the containers' first processes, with which all others of them end.
        let shims = "pgrep -f '[c]ontainerd-shim-runc-v2 .*-address /run/gridshim-cluster/' | while read shim; do pkill -9 -P $shim; kill -9 $shim; done; true";
        assert!(Command::new("bash").args(["-c", shims]).status().expect("bash").success());
        let log = std::fs::File::create(self.directory.join("up.log")).expect("a log");
        let up = Command::new("tests/cluster/cluster.sh").arg("up").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).status();
        assert!(up.expect("cluster.sh").success(), "{}", self.read("up.log"));
    }
}

#[test]
fn what_jstart_started_goes_on_after_the_host_and_after_the_whole_cluster_went_down() {
    let Some(cluster) = Cluster::alone("jstart") else { return };
    let here = cluster.directory.display();
    // As long as one runs it holds the lock; a second at the same time would leave a word.
    let program = format!(
        "#!/bin/bash\nexec 9>{here}/lock\nflock -n 9 || echo twice >> {here}/began\necho $RESTARTED >> {here}/began\nsleep 600 9>&9\n"
    );
    std::fs::write(cluster.directory.join("bot"), program).expect("a program");
    std::fs::set_permissions(cluster.directory.join("bot"), PermissionsExt::from_mode(0o755)).expect("a mode");
    let said = cluster.says(&format!("jstart -N immortal -o {here}/out -e {here}/err {here}/bot"));
    let id: u64 = said.split_whitespace().nth(2).and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    let began = || cluster.read("began").lines().map(String::from).collect::<Vec<_>>();
    until("the first run", || began().len() == 1);
    cluster.crash(HOST);
    until_within(COMES_BACK, "the second run", || began().len() == 2);
    cluster.wait_for_state(id, "Rr");
    cluster.crash(&[HOST, CONTROL_PLANE].concat());
    until_within(COMES_BACK, "the third run", || began().len() == 3);
    cluster.wait_for_state(id, "Rr");
    assert_eq!(began(), ["0", "1", "1"]);
    // The runs that were lost have their records; the last has none yet.
    let records = cluster.records(id, 2);
    let failed: Vec<&str> = records.iter().map(|record| record[11].as_str()).collect();
    assert_eq!(failed, ["25", "25"], "{records:?}");
    assert!(cluster.says("job immortal").starts_with(&id.to_string()));
    cluster.says("jstop immortal");
    assert_eq!(cluster.records(id, 3).len(), 3);
    until("the job to be gone", || cluster.state(id).is_empty());
}
