//! The tables and the pages made from them: nothing is there twice, nothing is without its sentence, and manual, completions and
//! `-help` name every option.

#[path = "support/bench.rs"]
mod bench;

use bench::Bench;
use gridshim::commands::COMMANDS;
use gridshim::options::{Fate, TABLES, Value, entries, jsub};
use gridshim::pages::{Page, roff};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

const GRIDSHIM: &str = env!("CARGO_BIN_EXE_gridshim");

/// What gridshim prints.
fn printed(words: &[&str]) -> String {
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/compat/reference-site.toml");
    let output = Command::new(GRIDSHIM).args(words).env("GRIDSHIM_SITE", site).output().expect("gridshim runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Runs a program that may not be installed; `None`, and a loud line, where it is not.
fn run(program: &str, words: &[&str], input: &str) -> Option<(bool, String)> {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("SKIPPED: {program} is not installed; what it would check is not checked");
        return None;
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    // What does not read its input is no error.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), text))
}

#[test]
fn no_option_is_there_twice_or_without_its_sentence() {
    let jsub = ("jsub", jsub::entries());
    for (command, entries) in TABLES.iter().map(|(command, _)| (*command, entries(command))).chain([jsub]) {
        let mut names = BTreeSet::new();
        for entry in entries {
            let what = format!("{command} {}", entry.name);
            assert!(names.insert(entry.name), "{what} is there twice");
            assert!(entry.name.starts_with('-') && !entry.help.is_empty(), "{what}");
            assert_eq!(entry.value == Value::None, entry.takes.is_empty(), "{what}: a value, and what it is called");
            if let Fate::NoEffect(why) | Fate::Refused(why) = entry.fate {
                assert!(!why.is_empty(), "{what} says no reason");
            }
        }
    }
}

#[test]
fn every_command_with_options_has_its_table_on_the_list() {
    // jsub's dialect has a table of its own; job and jstop have one word.
    let others = ["jsub", "jstart", "qcronsub", "jstop", "job", "jlocal", "crontab"];
    for command in COMMANDS.iter().filter(|command| command.run.is_some() && !others.contains(&command.name)) {
        assert!(TABLES.iter().any(|(name, _)| *name == command.name), "{}: options::TABLES lacks its table", command.name);
    }
    for (command, _) in TABLES {
        assert_eq!(TABLES.iter().filter(|(other, _)| other == command).count(), 1, "{command}");
    }
}

#[test]
fn every_command_has_a_page_with_every_option() {
    let list = printed(&["man"]);
    for command in COMMANDS {
        let page = roff(&Page::of(command.name, command.about, command.run.is_some()));
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "\"EXIT STATUS\"", "FILES", "\"SEE ALSO\""] {
            assert!(page.contains(&format!(".SH {section}\n")), "{} lacks {section}; src/pages/texts.rs", command.name);
        }
        for (variable, _) in gridshim::site::ENVIRONMENT {
            assert!(page.contains(variable), "{} lacks {variable}", command.name);
        }
        assert!(list.contains(command.about) && list.contains(&format!("\\fB{}\\fR(1)", command.name)), "{}", command.name);
        assert_eq!(printed(&["man", command.name]), page);
        for entry in Page::of(command.name, command.about, true).entries {
            assert!(page.contains(&format!("\\fB{}\\fR", entry.name.replace('-', "\\-"))), "{} lacks {}", command.name, entry.name);
        }
    }
}

#[test]
fn pages_are_clean_roff() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("man1");
    printed(&["man", "--directory", path.to_str().expect("a path")]);
    for name in std::iter::once("gridshim").chain(COMMANDS.iter().map(|command| command.name)) {
        let file = path.join(format!("{name}.1"));
        assert!(file.exists(), "{name}.1");
        let Some((is_good, told)) = run("groff", &["-man", "-ww", "-z", "-Tutf8", "-Kutf8", file.to_str().expect("a path")], "") else {
            return;
        };
        assert!(is_good && told.is_empty(), "{name}: {told}");
    }
}

#[test]
fn completions_are_the_shells_language_and_name_every_option() {
    for shell in ["bash", "zsh", "fish"] {
        let script = printed(&["completions", shell]);
        for (command, _) in TABLES {
            for entry in Page::of(command, "", true).entries {
                let name = if shell == "fish" { format!("-o {} ", entry.name.trim_start_matches('-')) } else { entry.name.to_string() };
                assert!(script.contains(&name), "{shell}: {command} {name}");
            }
        }
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &script).expect("written");
        if let Some((is_good, told)) = run(shell, &["-n", file.path().to_str().expect("a path")], "") {
            assert!(is_good && told.is_empty(), "{shell}: {told}");
        }
    }
}

#[test]
fn bash_offers_options_values_and_jobs() {
    let script = printed(&["completions", "bash"]);
    let offered = |line: &[&str]| {
        let qstat = "qstat() { printf 'job-ID\\n---\\n 17 0.5 a\\n 18 0.5 b\\n'; }; gridshim() { echo \"asked $*\"; }\n";
        let words: Vec<String> = line.iter().map(|word| format!("'{word}'")).collect();
        let at = line.len() - 1;
        let call = format!(
            "COMP_WORDS=({}); COMP_CWORD={at}; _gridshim {} '{}' '{}'; echo \"${{COMPREPLY[*]}}\"\n",
            words.join(" "),
            line[0],
            line[at],
            line[at - 1]
        );
        run("bash", &["--norc"], &format!("{script}{qstat}{call}")).map(|(_, told)| told.trim().to_string())
    };
    for (line, expected) in [
        (&["qsub", "-hold_"][..], "-hold_jid"),
        (&["qsub", "-j", ""], "y n"),
        (&["qstat", "-s", "h"], "hu ho hs hd hj ha h"),
        (&["qdel", ""], "17 18"),
        (&["qsub", "-hold_jid", "18"], "18"),
        (&["qsub", "-q", ""], "asked words queues"),
        (&["qsub", "-pe", "smp", ""], ""),
        (&["gridshim", "qde"], "qdel"),
        (&["gridshim", "qdel", "1"], "17 18"),
        (&["gridshim", "completions", "z"], "zsh"),
    ] {
        let Some(told) = offered(line) else { return };
        assert!(told.starts_with(expected) && (!expected.is_empty() || told.is_empty()), "{line:?}: {told}");
    }
}

#[test]
fn fish_offers_options_values_and_jobs() {
    let script = printed(&["completions", "fish"]);
    let ask = |line: &str| {
        let stubs = "function qstat; printf 'job-ID\\n---\\n 17 0.5 a\\n'; end; function gridshim; echo asked; end\n";
        run("fish", &["--no-config"], &format!("{stubs}{script}complete -C '{line}'\n")).map(|(_, told)| told)
    };
    for (line, expected) in [
        ("qsub -hold_", "-hold_jid\t"),
        ("qstat -s h", "hu"),
        ("qdel 1", "17\ta"),
        ("qsub -hold_jid 1", "17\ta"),
        ("qsub -q a", "asked"),
        ("gridshim qde", "qdel\tdelete jobs"),
    ] {
        let Some(told) = ask(line) else { return };
        assert!(told.lines().any(|offer| offer.starts_with(expected)), "{line}: {told}");
    }
}

#[test]
fn sites_names_are_offered() {
    assert_eq!(printed(&["words", "queues"]), "all.q\ncontinuous\ntask\n");
    assert!(printed(&["words", "resources"]).lines().any(|name| name == "h_rt"));
    assert!(printed(&["words", "parallel-environments"]).lines().any(|name| name == "smp"));
}

/// Scripts look at the first line for the version, at the second for what the command takes.
#[test]
fn helps_first_lines_are_grid_engines() {
    let captures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("compat/captures/help");
    let mut compared = 0;
    for command in COMMANDS.iter().filter(|command| command.run.is_some()) {
        let Ok(capture) = std::fs::read_to_string(captures.join(format!("{}.txt", command.name))) else { continue };
        let (out, err, code) = Bench::new().run(&format!("{} -help", command.name));
        let first_two = |text: &str| text.lines().take(2).map(String::from).collect::<Vec<_>>();
        assert_eq!((first_two(&out), err.as_str(), code), (first_two(&capture), "", 0), "{} -help", command.name);
        compared += 1;
    }
    assert!(compared >= 6, "{compared} commands were compared");
}
