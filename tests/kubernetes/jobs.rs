//! Jobs from submission to their records: identity, arrays, deletion, limits, refusals.

use super::*;

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
    let line = |id: u64| {
        assert_eq!(end(&cluster.records(id, 1)[0]), ("137", "37"), "{}", cluster.read("out"));
        let journal = std::fs::read_to_string(accounting().with_extension("jsonl")).expect("journal");
        journal.lines().find(|line| line.contains(&format!("\"job_number\":{id},"))).expect("a line").to_string()
    };
    // What lies in a file system of memory is in no process's address space.
    std::fs::write(cluster.directory.join("hog.sh"), "head -c 60000000 /dev/zero >/dev/shm/hog\nsleep 1\n").expect("script");
    let told = line(cluster.submit("-l h_vmem=20M -S /bin/sh -cwd -j y -o out hog.sh"));
    assert!(told.contains("\"oom\":true") && told.contains("for using more memory than it asked for"), "{told}");
    // Each process is below the address space limit; together they are above it.
    let hog = "perl -e \"\\$x = q(a) x 80_000_000; sleep 5\"";
    std::fs::write(cluster.directory.join("many.sh"), format!("for i in 1 2 3; do {hog} & done\nwait\n")).expect("script");
    let told = line(cluster.submit("-l h_vmem=200M -cwd -j y -o out many.sh"));
    assert!(told.contains("\"oom\":false") && told.contains("by a limit of"), "{told}");
}

#[test]
fn nobody_runs_as_somebody_else() {
    use gridshim::backend::kubernetes::objects;
    use gridshim::job::{Command as Given, Submitter, resolve};
    let Some(cluster) = Cluster::of("forged") else { return };
    let site: gridshim::site::Site = toml::from_str(include_str!("../../compat/reference-site.toml")).expect("a site");
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
