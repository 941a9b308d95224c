//! qsub's options on the command line, in a directive, in a file of options and in ~/.sge_request; and those that change jobs.

use crate::bench::Bench;
use crate::{Example, example, judge, words};
use gridshim::backend::fake::Fake;
use gridshim::job::Ended;
use std::path::Path;

/// Values that have an effect, with what they need to have it.
const SUBMISSION: &[Example] = &[
    example("-a", "203601010000"),
    example("-ac", "a=1"),
    example("-ar", "1"),
    example("-A", "other"),
    example("-b", "y"),
    example("-binding", "linear:1"),
    example("-c", "s"),
    example("-ckpt", "nosuch"),
    // Something must have been said before it.
    Example { option: "-clear", before: "-N cleared", value: "", after: "" },
    // The script has a line with this prefix.
    example("-C", "%%"),
    Example { option: "-dc", before: "-ac a=1", value: "a", after: "" },
    example("-dl", "203601010000"),
    example("-e", "err"),
    // It ends what -soft began, for what follows.
    Example { option: "-hard", before: "-soft", value: "", after: "-l h_rt=60" },
    example("-hold_jid", "nosuch"),
    Example { option: "-hold_jid_ad", before: "-t 1-2", value: "1000", after: "" },
    example("-i", "in"),
    example("-j", "y"),
    example("-js", "5"),
    example("-jsv", "/nosuch"),
    example("-l", "h_rt=60"),
    example("-M", "somebody@example.org"),
    example("-m", "b"),
    Example { option: "-masterq", before: "-pe smp 2", value: "task", after: "" },
    example("-N", "named"),
    // A job that can never start is not waited for.
    Example { option: "-now", before: "-l release=nosuch", value: "y", after: "" },
    example("-o", "out"),
    example("-P", "nosuch"),
    example("-p", "-5"),
    example("-pe", "smp 2"),
    example("-q", "task"),
    example("-R", "y"),
    example("-r", "y"),
    example("-sc", "a=1"),
    // Without a program there is no shell to leave out (the manual says so too).
    Example { option: "-shell", before: "-b y", value: "n", after: "" },
    Example { option: "-soft", before: "", value: "", after: "-l h_rt=60" },
    example("-sync", "y"),
    example("-S", "/bin/sh"),
    example("-t", "1-3"),
    Example { option: "-tc", before: "-t 1-3", value: "2", after: "" },
    example("-v", "A=1"),
    // It checks what can never run.
    Example { option: "-w", before: "-l release=nosuch", value: "e", after: "" },
    example("-wd", "/tmp"),
    example("-@", "{file}"),
    example("-display", "x:0"),
    example("-he", "y"),
    example("-ot", "5"),
];

/// The other options around the one that is judged, which is none of them.
fn others(option: &str) -> [Vec<String>; 2] {
    [if option == "-A" { "-S /bin/bash" } else { "-A acct" }, "-v X=1"].map(words)
}

/// The groups of words of one source, the judged one in its position.
fn around(position: &str, option: &str, group: &[String]) -> Vec<Vec<String>> {
    let [one, two] = others(option);
    match position {
        "first" => vec![group.to_vec(), one, two],
        "between" => vec![one, group.to_vec(), two],
        _ => vec![one, two, group.to_vec()],
    }
}

fn lines(groups: &[Vec<String>], prefix: &str) -> String {
    groups.iter().filter(|group| !group.is_empty()).map(|group| format!("{prefix}{}\n", group.join(" "))).collect()
}

/// What is to be seen of a call: what was printed, the exit code, and the jobs there are now.
type Seen = (String, String, u8, Vec<String>);

fn seen(bench: &mut Bench, words: &[String]) -> Seen {
    let (out, err, code) = bench.run_words(words);
    let jobs = bench.jobs().iter().map(|status| format!("{} {:?} {:?}", status.id, status.job, status.tasks)).collect();
    (out, err, code, jobs)
}

/// A bench whose user has a home and a directory, and a variable; jobs end well at once.
fn bench(directory: &Path) -> Bench {
    let mut bench = Bench::with(Fake { ends: vec![Ended::Exited { task: None, status: 0, signal: 0 }], ..Fake::default() });
    bench.context.submitter.home = directory.join("home").to_string_lossy().into_owned();
    bench.context.submitter.workdir = directory.join("work").to_string_lossy().into_owned();
    bench.context.environment = vec![("FROM_ENVIRONMENT".into(), "1".into())];
    bench
}

fn write(path: &Path, text: &str) -> String {
    std::fs::write(path, text).expect("a file");
    path.to_string_lossy().into_owned()
}

/// Runs qsub with the options in a place.
fn submit(place: &str, option: &str, group: &[String]) -> Seen {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    std::fs::create_dir(directory.join("home")).expect("a home");
    std::fs::create_dir(directory.join("work")).expect("a directory");
    let file = write(&directory.join("nested"), "-N nested\n");
    let group: Vec<String> = group.iter().map(|word| word.replace("{file}", &file)).collect();
    let (source, position) = place.split_once(", ").expect("a place");
    let groups = around(position, option, &group);
    let mut script = String::from("#!/bin/sh\n%% -N prefixed\ntrue\n");
    let mut line = words("qsub");
    match source {
        "command line" => line.extend(groups.concat()),
        "directive" => script.push_str(&lines(&groups, "#$ ")),
        "file of options" => line.extend(["-@".to_string(), write(&directory.join("options"), &lines(&groups, ""))]),
        _ => drop(write(&directory.join("home/.sge_request"), &lines(&groups, ""))),
    }
    line.push(write(&directory.join("job.sh"), &script));
    let (out, err, code, jobs) = seen(&mut bench(directory), &line);
    // Every run has a directory of its own.
    let plain = |text: String| text.replace(&*directory.to_string_lossy(), "{dir}");
    (plain(out), plain(err), code, jobs.into_iter().map(plain).collect())
}

#[test]
fn every_option_of_qsub_counts_in_every_place() {
    let places: Vec<String> = ["command line", "directive", "file of options", "request file"]
        .iter()
        .flat_map(|source| ["first", "between", "last"].map(|position| format!("{source}, {position}")))
        .collect();
    let why = "a prefix counts on the command line alone (tests/compliance/qsub_files.rs)";
    let exemptions = [("-C", "directive", why), ("-C", "file of options", why), ("-C", "request file", why)];
    judge("qsub", SUBMISSION, &exemptions, &places.iter().map(String::as_str).collect::<Vec<_>>(), submit);
}

/// The same values change a job that waits, but for these.
fn changes(command: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = SUBMISSION
        .iter()
        .filter(|example| gridshim::options::entries(command).iter().any(|entry| entry.name == example.option))
        .filter(|example| !matches!(example.option, "-t" | "-tc" | "-hold_jid_ad" | "-dc" | "-h"))
        .map(|example| Example { ..*example })
        .collect();
    examples.extend([
        example("-dc", "old"),
        example("-h", if command == "qrls" { "u" } else { "o" }),
        example("-hold_jid_ad", "1001"),
        example("-t", "2"),
        example("-tc", "3"),
        example("-u", "bob"),
    ]);
    for option in ["-now", "-sync", "-pty"] {
        examples.retain(|example| example.option != option);
        examples.push(example(option, "y"));
    }
    examples
}

/// Runs qalter or a sister of it on a waiting array.
fn change(command: &str, place: &str, group: &[String]) -> Seen {
    let directory = tempfile::tempdir().expect("a directory");
    let mut bench = bench(directory.path());
    let held = if command == "qrls" { "-h" } else { "-notify" };
    for options in [format!("-N changed -t 1-4 -ac old=1 {held} -wd /var"), "-N other -t 1-4".to_string()] {
        assert_eq!(bench.run(&format!("qsub {options} -b y true")).2, 0, "{options}");
    }
    let file = write(&directory.path().join("nested"), "-N nested\n");
    let group: Vec<String> = group.iter().map(|word| word.replace("{file}", &file)).collect();
    // Other options than the judged one would be refused by the sisters.
    let others = if command == "qalter" { words("-A acct") } else { Vec::new() };
    let line = match place {
        "before the job" => [words(command), group, others, words("1000")].concat(),
        "behind other options" => [words(command), others, group, words("1000")].concat(),
        _ => [words(command), others, words("1000"), group].concat(),
    };
    seen(&mut bench, &line)
}

#[test]
fn every_option_of_qalter_and_its_sisters_counts_before_and_behind_the_job() {
    for command in ["qalter", "qhold", "qrls", "qresub"] {
        let places = ["before the job", "behind other options", "behind the job"];
        judge(command, &changes(command), &[], &places, |place, _, group| change(command, place, group));
    }
}
