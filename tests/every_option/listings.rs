//! The options of the commands that show or delete: each must change what is printed, or what is done.

use crate::bench::Bench;
use crate::{Example, example, judge, words};
use gridshim::backend::fake::Fake;
use gridshim::host::Host;
use gridshim::job::State;
use gridshim::site::Site;

fn host(name: &str, is_disabled: bool) -> Host {
    Host {
        name: name.into(),
        arch: "lx-amd64".into(),
        processors: 4,
        sockets: 1,
        cores: 4,
        threads: 4,
        load: Some([0.5, 0.25, 0.125]),
        memory_total: Some(16 << 30),
        is_disabled,
        ..Host::default()
    }
}

/// Two hosts and four jobs: 1000 runs, 1001 waits, 1002 is held, 1003 is alice's and runs.
fn bench() -> Bench {
    let mut first = Bench::new();
    for line in ["qsub -N runs -pe smp 2 -l h_rt=60", "qsub -N waits -t 1-3 -p -5", "qsub -N held -h", "qsub -N hers"] {
        assert_eq!(first.run(&format!("{line} -b y true")).2, 0, "{line}");
    }
    let mut jobs = first.jobs();
    for job in jobs.iter_mut().filter(|job| matches!(job.id, 1000 | 1003)) {
        for tasks in &mut job.tasks {
            tasks.state = State::Running { restarted: false };
            tasks.started = Some(1_700_000_100);
            tasks.queue = Some(if job.id == 1000 { "all.q" } else { "task" }.into());
            tasks.host = Some("host1".into());
            tasks.slots = job.job.slots;
        }
    }
    jobs[0].job.project = Some("water".into());
    jobs[3].job.submitter.user = "alice".into();
    let jobs = jobs.into_iter().map(|job| (job, b"true\n".to_vec())).collect::<Vec<_>>();
    let hosts = vec![host("host1", false), host("host2", true)];
    let mut bench = Bench::with(Fake { jobs: jobs.into(), hosts, ..Fake::default() });
    let quota =
        |name: &str, rule: &str| format!("\n[[resource_quota_set]]\nname = \"{name}\"\nenabled = true\nlimit = [\"{rule} to slots=10\"]\n");
    let quotas: String = [("a", "users {*}"), ("b", "queues {all.q,task}"), ("c", "pes {*}"), ("d", "hosts {*}"), ("e", "projects {*}")]
        .iter()
        .map(|(name, rule)| quota(name, rule))
        .collect();
    let lists = "\n[[user_list]]\nname = \"some\"\nentries = [\"alice\"]\n";
    let alarm = "load_thresholds = { np_load_avg = \"0.01\" }\nuser_lists = [\"some\"]";
    let reference = include_str!("../../compat/reference-site.toml").replacen("load_thresholds = {}", alarm, 1);
    let text = format!("{reference}{quotas}{lists}");
    bench.context.site = Site::parse(&text, "site").expect("a site");
    bench
}

/// What a command prints and leaves. Only a manager can force.
fn run(line: Vec<String>) -> (String, String, u8, Vec<String>) {
    let mut bench = bench();
    if line.iter().any(|word| word == "-f") && line[0] == "qdel" {
        bench.context.submitter.user = "root".into();
    }
    let (out, err, code) = bench.run_words(&line);
    let jobs = bench.jobs().iter().map(|status| format!("{} {:?} {:?}", status.id, status.job, status.tasks)).collect();
    (out, err, code, jobs)
}

/// Judges a command whose options stand alone, or with one other before or behind them.
fn listing(command: &str, other: &str, examples: &[Example]) {
    judge(command, examples, &[], &["alone", "first", "last"], |place, option, group| {
        let is_itself = words(other).iter().any(|word| word == option);
        let other = if place == "alone" || is_itself { Vec::new() } else { words(other) };
        let line = if place == "first" { [words(command), group.to_vec(), other] } else { [words(command), other, group.to_vec()] };
        run(line.concat())
    });
}

#[test]
fn every_option_of_qstat_counts() {
    let examples = [
        Example { option: "-explain", before: "-f", value: "a", after: "" },
        example("-g", "d"),
        example("-l", "nosuch=1"),
        Example { option: "-ne", before: "-f", value: "", after: "" },
        Example { option: "-ncb", before: "-r", value: "", after: "" },
        example("-pe", "nosuch"),
        example("-q", "nosuch"),
        Example { option: "-qs", before: "-f", value: "d", after: "" },
        example("-s", "h"),
        example("-u", "alice"),
        Example { option: "-U", before: "-f", value: "nosuch", after: "" },
    ];
    listing("qstat", "-pri", &examples);
}

#[test]
fn every_option_of_qdel_counts() {
    let examples = [
        Example { option: "-f", before: "", value: "", after: "1000" },
        Example { option: "-t", before: "1001", value: "2", after: "" },
        // It narrows what names mean.
        Example { option: "-u", before: "", value: "alice", after: "held" },
    ];
    listing("qdel", "1002", &examples);
}

#[test]
fn every_option_of_qmod_counts() {
    let job = |option| example(option, "1000");
    let queue = |option| example(option, "task");
    let examples = [
        job("-c"),
        job("-cj"),
        queue("-cq"),
        queue("-d"),
        queue("-e"),
        job("-r"),
        job("-rj"),
        queue("-rq"),
        job("-s"),
        job("-sj"),
        queue("-sq"),
        Example { option: "-t", before: "-sj 1001", value: "2", after: "" },
        job("-us"),
        job("-usj"),
        queue("-usq"),
        Example { option: "-f", before: "", value: "", after: "-sj 1000" },
    ];
    listing("qmod", "-cj 1002", &examples);
}

#[test]
fn every_option_of_qhost_and_qselect_counts() {
    listing("qhost", "-q", &[example("-h", "host2"), example("-l", "nosuch=1"), example("-u", "bob")]);
    let examples =
        [example("-l", "nosuch=1"), example("-pe", "nosuch"), example("-q", "task"), example("-qs", "d"), example("-U", "nosuch")];
    listing("qselect", "-q all.q", &examples);
}

#[test]
fn every_option_of_qquota_counts() {
    let examples = [
        example("-h", "nosuch"),
        example("-l", "h_vmem"),
        example("-u", "nosuch"),
        example("-pe", "nosuch"),
        example("-P", "nosuch"),
        example("-q", "continuous"),
    ];
    listing("qquota", "-xml", &examples);
}

#[test]
fn every_option_of_qconf_counts() {
    let values: Vec<Example> = gridshim::options::entries("qconf")
        .iter()
        .map(|entry| match entry.value {
            gridshim::options::Value::None => example(entry.name, ""),
            gridshim::options::Value::Two(..) => example(entry.name, "queue slots"),
            _ => example(entry.name, "x"),
        })
        .collect();
    listing("qconf", "", &values);
}

/// Three runs: two of bob's, of which one is a slave task of a parallel job, and one of alice's.
const ACCOUNTING: &str = "\
all.q:host1:tools:bob:one:7:acct:0:1600000000:1600000010:1600009000:0:0:60:1.5:0.25:5000:0:0:0:0:475:0:0:0:16:0:0:0:5:7:proj:dep:NONE:1:2:1.75:0.1:0.2:-q all.q:0:NONE:1000:0:0
task:host2:staff:bob:two:8:sge:0:1700000000:1700000010:1700000070:0:0:60:1.5:0.25:5000:0:0:0:0:475:0:0:0:16:0:0:0:5:7:NONE:defaultdepartment:smp:2:0:1.75:0.1:0.2:-pe smp 2:0:1.host2:1000:0:0
task:host2:staff:alice:three:9:sge:0:1700000000:1700000010:1700000070:0:0:60:1.5:0.25:5000:0:0:0:0:475:0:0:0:16:0:0:0:5:7:NONE:defaultdepartment:NONE:1:0:1.75:0.1:0.2:NONE:0:NONE:1000:5:1600000000
";

#[test]
fn every_option_of_qacct_counts() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let accounting = write("accounting", ACCOUNTING);
    let other = write("other", ACCOUNTING.lines().next().expect("a line"));
    let examples = [
        example("-b", "202201010000"),
        example("-d", "3"),
        example("-e", "202201010000"),
        // 2020-09-13, 13 o'clock: between the start and the end of the first run.
        Example { option: "-E", before: "-b 202009131300", value: "", after: "" },
        example("-f", "{other}"),
        example("-l", "arch=nosuch"),
        example("-o", "alice"),
        example("-u", "alice"),
        Example { option: "-t", before: "-j 7", value: "1", after: "" },
    ];

    judge("qacct", &examples, &[], &["alone", "first", "last"], |place, option, group| {
        let group: Vec<String> = group.iter().map(|word| word.replace("{other}", &other.to_string_lossy())).collect();
        let more = words(if place == "alone" || option == "-g" { "" } else { "-g" });
        let line = if place == "first" { [words("qacct"), group, more] } else { [words("qacct"), more, group] };
        let mut bench = Bench::with(Fake { accounting: accounting.clone(), ..Fake::default() });
        bench.run_words(&line.concat())
    });
}
