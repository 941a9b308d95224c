//! The recordings of compat/captures/{qconf,qquota} replayed over a backend in memory: each command line printed there must print
//! the same here, on the same stream, with the same exit code.

#[path = "support/bench.rs"]
mod bench;

use bench::Bench;
use gridshim::backend::fake::Fake;
use gridshim::host::Host;
use gridshim::job::{JobStatus, State, Submitter, Tasks};
use gridshim::site::Site;

fn reference(more: &str) -> Site {
    let text = include_str!("../compat/reference-site.toml");
    // Tables of their own come first, so that they do not end up in the last table of the reference.
    let (keys, tables) = text.split_at(text.find("[[").expect("a table"));
    Site::parse(&format!("{keys}{more}{tables}"), "reference").expect("a site")
}

fn hosts() -> Vec<Host> {
    vec![Host { name: "host1".into(), processors: 2, ..Host::default() }]
}

fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '\\') => {}
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What a line prints, in the form of the recordings.
fn run(site: &Site, jobs: &[JobStatus], user: &str, line: &str) -> String {
    let words = words(line);
    let submitter = Submitter { user: user.into(), host: "host1".into(), ..Submitter::default() };
    let backend = Fake { hosts: hosts(), ..Fake::default() };
    *backend.jobs.borrow_mut() = jobs.iter().map(|job| (job.clone(), Vec::new())).collect();
    let (out, err, code) = Bench::of(site.clone(), submitter, backend).run_words(&words);
    let usage = match words[0].as_str() {
        "qquota" => gridshim::options::qquota::TABLE.help(""),
        _ => gridshim::options::qconf::TABLE.help(""),
    };
    let err: String = err.replace(&usage, "<usage>\n").lines().map(|line| format!("2> {line}\n")).collect();
    format!("{}{err}exit {code}\n", out.replace(&usage, "<usage>\n"))
}

/// Runs every command of a recording that is not skipped, and gives those that print something else. A blank line that our
/// recordings' filters leave between objects is none of the command's.
fn replay(site: &Site, jobs: &[JobStatus], capture: &str, skipped: &[&str]) -> (usize, String) {
    let is_command = |line: &&str| line.starts_with("# q") || line.contains("$ q");
    let lines: Vec<&str> = capture.lines().collect();
    let mut wrong = String::new();
    let mut count = 0;
    for (at, header) in lines.iter().enumerate().filter(|(_, line)| is_command(line)) {
        let (user, command) = header.split_once(' ').expect("a command");
        let user = if user == "#" { "root" } else { user.trim_end_matches('$') };
        let expected: String = lines[at + 1..].iter().take_while(|line| !is_command(line)).map(|line| format!("{line}\n")).collect();
        if skipped.iter().any(|skip| command.starts_with(skip)) {
            continue;
        }
        count += 1;
        let ours = run(site, jobs, user, command);
        if ours != expected {
            wrong.push_str(&format!("{header}\n--- theirs\n{expected}--- ours\n{ours}\n"));
        }
    }
    (count, wrong)
}

#[test]
fn what_qconf_shows() {
    // Event clients come and go there, and hosts are in no order.
    let (count, wrong) =
        replay(&reference(""), &[], include_str!("../compat/captures/qconf/show.txt"), &["qconf -secl", "qconf -sobjl exechost hostname"]);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 80, "{count}");
}

#[test]
fn what_qconf_denies() {
    let (count, wrong) = replay(&reference(""), &[], include_str!("../compat/captures/qconf/denied.txt"), &[]);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 95, "{count}");
}

#[test]
fn objects_of_every_kind() {
    let site = reference(
        r#"
[[user_list]]
name = "recul"
entries = ["bob", "alice"]
[[user_list]]
name = "recdept"
type = ["DEPT"]
entries = ["@tools", "alice"]
[[project]]
name = "recproj"
oticket = 5
fshare = 7
acl = ["arusers", "deadlineusers"]
[[calendar]]
name = "reccal"
year = "1.1.2030,25.12.2030=off"
week = "mon-fri=20-6"
[[checkpointing_environment]]
name = "recckpt"
when = "smxr"
[[host_group]]
name = "@recempty"
[[host_group]]
name = "@recinner"
hostlist = ["host1"]
[[host_group]]
name = "@recouter"
hostlist = ["@recinner", "host1"]
[[resource_quota_set]]
name = "reca"
description = "what it is for"
limit = [
    "users {bob} queues task to slots=10,h_vmem=4G",
    "name second users {*} hosts {@allhosts} to slots=$num_proc*2",
    "to s=99,h_rt=1:0:0",
]
[[resource_quota_set]]
name = "recb"
description = "\"quoted\""
limit = ["hosts !x,host1 queues {*} users {*,!alice} pes smp to slots=3"]
"#,
    );
    let (count, wrong) = replay(&site, &[], include_str!("../compat/captures/qconf/objects.txt"), &["qconf -a", "qconf -A"]);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 20, "{count}");
}

#[test]
fn phrases_that_name_queues() {
    // The recording keeps the first lines of queues alone.
    let capture = include_str!("../compat/captures/qconf/phrases.txt");
    let site = reference("");
    let mut count = 0;
    for block in capture.split("# ").filter(|block| !block.is_empty()) {
        let (command, expected) = block.split_once('\n').expect("a command");
        let is_kept = |line: &&str| {
            let mut fields = line.splitn(2, ' ');
            let is_attribute =
                fields.next().is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
                    && fields.next().is_some_and(|value| value.starts_with(' '));
            !is_attribute || line.starts_with("qname") || line.starts_with("hostname")
        };
        let ours: String = run(&site, &[], "root", command).lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
        assert_eq!(ours, expected, "{command}");
        count += 1;
    }
    assert!(count >= 18, "{count}");
}

/// The four jobs of the recordings: two in task, one of two slots in continuous, one in all.q.
fn jobs(site: &Site) -> Vec<JobStatus> {
    let job = |id: u64, queue: &str, slots: u32| {
        let submitter = Submitter { user: "bob".into(), host: "host1".into(), group: "tools".into(), ..Submitter::default() };
        let command = gridshim::job::Command { file: Some("sleep".into()), args: Vec::new() };
        let mut job = gridshim::job::resolve(Default::default(), command, submitter, &[], site).expect("a job").job;
        job.pe = (slots > 1).then(|| ("smp".to_string(), vec![(slots, slots)]));
        let tasks = Tasks {
            started: Some(1),
            queue: Some(queue.into()),
            host: Some("host1".into()),
            slots,
            ..Tasks::waiting(Vec::new(), State::Running { restarted: false })
        };
        JobStatus { id, submitted: 1, job, tasks: vec![tasks], successors: Vec::new(), array_successors: Vec::new(), reasons: Vec::new() }
    };
    vec![job(1, "task", 1), job(2, "task", 1), job(3, "continuous", 2), job(4, "all.q", 1)]
}

/// The sets that a recording begins with, as tables of site.toml.
fn sets(capture: &str) -> String {
    let mut text = String::new();
    for line in capture.replace(" \\\n   ", "").lines().take_while(|line| !line.starts_with("# ")) {
        let (name, value) = line.trim().split_once(' ').map_or((line.trim(), ""), |(name, value)| (name, value.trim()));
        match name {
            "{" => text.push_str("[[resource_quota_set]]\n"),
            "name" => text.push_str(&format!("name = \"{value}\"\n")),
            "enabled" => text.push_str(&format!("enabled = {}\nlimit = [\n", value.to_lowercase())),
            "limit" => text.push_str(&format!("    \"{value}\",\n")),
            "}" => text.push_str("]\n"),
            _ => {}
        }
    }
    text
}

#[test]
fn quotas_and_their_use() {
    for capture in [
        include_str!("../compat/captures/qquota/empty.txt"),
        include_str!("../compat/captures/qquota/braces.txt"),
        include_str!("../compat/captures/qquota/lists.txt"),
        include_str!("../compat/captures/qquota/exclusions.txt"),
    ] {
        let list = "[[user_list]]\nname = \"recul\"\nentries = [\"bob\", \"root\"]\n";
        let site = reference(&format!("{list}{}", sets(capture)));
        let (count, wrong) = replay(&site, &jobs(&site), capture, &[]);
        assert!(wrong.is_empty(), "{wrong}");
        assert!(count > 10, "{count}");
    }
}

#[test]
fn a_manager_is_told_where_to_change_what_qconf_cannot() {
    use gridshim::options::Fate;
    let site = reference("operators = [\"olga\"]\n");
    let mut count = 0;
    for row in gridshim::options::qconf::TABLE.rows {
        let Fate::Refused(why) = row.fate else { continue };
        let line = format!("qconf {} queue slots 3 object -sql", row.name);
        let ours = run(&site, &[], "root", &line);
        // Some take fewer words; the manager is refused before the wrong one is met.
        assert!(ours.starts_with(&format!("2> qconf: {}: {why}", row.name)) && ours.ends_with("\nexit 1\n"), "{line}: {ours}");
        assert_eq!(ours.lines().count(), 2, "{line}: {ours}");
        count += 1;
    }
    assert!(count > 90, "{count}");
    let calendar = "2> qconf: -acal: the configuration is site.toml: edit [[calendar]] there (there is none yet: the built-in settings are in \
                    force; write /etc/gridshim/site.toml)\nexit 1\n";
    assert_eq!(run(&site, &[], "root", "qconf -acal x"), calendar);
    assert!(
        run(&site, &[], "olga", "qconf -au u l").starts_with("2> qconf: -au: the configuration is site.toml: edit [[user_list]] there")
    );
    assert!(run(&site, &[], "olga", "qconf -aq q").starts_with("2> denied: \"olga\" must be manager"));
    // Nothing is stopped for anybody, whatever is said (compat/differences.md).
    for options in ["-km", "-ks", "-ke all", "-kej all"] {
        assert_eq!(run(&site, &[], "bob", &format!("qconf {options}")), "2> shutdown requires manager privileges\nexit 1\n");
    }
}
