//! Which runtimes programs need: a corpus with expected answers, and files that want to harm.

#[path = "runtime/judge.rs"]
mod judge;

use gridshim::runtime::{Disk, Files, Kind, Needs, Submitted, detect, detect_within};
use judge::{Judgement, cases, score};
use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Cases that are not answered as expected, each with its reason; one that is must leave the list.
const KNOWN: &str = include_str!("runtime/known.txt");

#[test]
fn the_corpus_is_answered_as_expected() {
    let known: BTreeSet<&str> = KNOWN.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(':').next()).collect();
    let (mut judgements, mut wrong): (Vec<Judgement>, Vec<String>) = (Vec::new(), Vec::new());
    for case in cases() {
        let judgement = case.judge(&case.answer());
        match (judgement.faults.is_empty(), known.contains(case.name.as_str())) {
            (false, false) => wrong.push(format!("{}: {}", case.name, judgement.faults.join("; "))),
            (true, true) => wrong.push(format!("{}: is right, and must leave tests/runtime/known.txt", case.name)),
            _ => {}
        }
        judgements.push(judgement);
    }
    let (precision, recall) = score(&judgements);
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}\nprecision {precision:.3}, recall {recall:.3}",
        wrong.len(),
        judgements.len(),
        wrong.join("\n")
    );
    assert!(judgements.len() >= 150 && precision >= 0.97 && recall >= 0.97, "precision {precision:.3}, recall {recall:.3}");
}

/// The disk, but for one file that never answers.
struct Stalled {
    path: PathBuf,
    was_asked: Arc<AtomicBool>,
}

impl Files for Stalled {
    fn kind(&self, path: &Path) -> Kind {
        Disk.kind(path)
    }

    fn open(&self, path: &Path) -> Option<File> {
        if path == self.path {
            self.was_asked.store(true, Ordering::SeqCst);
            loop {
                std::thread::park();
            }
        }
        Disk.open(path)
    }

    fn real(&self, path: &Path) -> PathBuf {
        Disk.real(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        Disk.list(path)
    }

    fn link(&self, path: &Path) -> Option<PathBuf> {
        Disk.link(path)
    }
}

fn home_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a directory");
    for (name, content) in files {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(&path, content).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    home
}

fn of(home: &Path, words: &[&str]) -> Submitted {
    let words = words.iter().map(|word| (*word).to_string()).collect();
    Submitted { words, directory: home.into(), home: home.into(), ..Submitted::default() }
}

fn names(needs: &Needs) -> Vec<&str> {
    needs.runtimes.keys().map(|language| language.name()).collect()
}

#[test]
fn a_file_system_that_does_not_answer_costs_the_answer_and_no_more() {
    let home = home_with(&[("run.sh", b"#!/bin/sh\npython3 a.py\n./far\n"), ("a.py", b""), ("far", b"#!/usr/bin/perl\n")]);
    let was_asked = Arc::new(AtomicBool::new(false));
    let files = Stalled { path: home.path().join("far").canonicalize().expect("a path"), was_asked: was_asked.clone() };
    // However slow this machine is: it is asked, and the answer comes all the same.
    let mut patience = Duration::from_millis(100);
    while !was_asked.load(Ordering::SeqCst) {
        let files = Stalled { path: files.path.clone(), was_asked: was_asked.clone() };
        assert_eq!(detect_within(of(home.path(), &["run.sh"]), files, patience), None);
        patience *= 2;
    }
    assert_eq!(names(&detect_within(of(home.path(), &["run.sh"]), Disk, Duration::from_secs(60)).expect("an answer")), ["perl", "python"]);
}

#[test]
fn what_is_no_regular_file_is_left_alone() {
    let home = home_with(&[("run.sh", b"#!/bin/sh\n./pipe\n./device\npython3 pipe\n./socket\nnode x.js")]);
    let path = |name: &str| std::ffi::CString::new(home.path().join(name).as_os_str().as_encoded_bytes()).expect("a path");
    // SAFETY: mkfifo only reads the path it is given.
    assert_eq!(unsafe { libc::mkfifo(path("pipe").as_ptr(), 0o755) }, 0);
    std::os::unix::fs::symlink("/dev/zero", home.path().join("device")).expect("a link");
    let _socket = std::os::unix::net::UnixListener::bind(home.path().join("socket")).expect("a socket");
    assert_eq!(names(&detect(&of(home.path(), &["run.sh"]), &Disk)), ["node", "python"]);
    assert_eq!(names(&detect(&of(home.path(), &["pipe"]), &Disk)), Vec::<&str>::new());
}

#[test]
fn of_huge_files_the_beginning_is_read_and_of_many_some() {
    let mut huge = b"#!/bin/sh\nperl first.pl\n".to_vec();
    huge.resize(64 << 20, b'\n');
    huge.extend(b"ruby last.rb\n");
    let home = home_with(&[("huge.sh", &huge)]);
    assert_eq!(names(&detect(&of(home.path(), &["huge.sh"]), &Disk)), ["perl"]);

    let files: Vec<(String, String)> =
        (0..400).map(|at| (format!("s{at}.sh"), format!("#!/bin/sh\n./s{}.sh\n./s{}.sh\n", at + 1, at * 2 + 1))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let many = home_with(&files);
    assert!(detect(&of(many.path(), &["s0.sh"]), &Disk).is_partial);
}

#[test]
fn a_script_that_grows_without_end_does_not() {
    let double = "A=x\n".to_string() + &"A=$A$A\n".repeat(200) + "for a in $A $A; do for b in $A; do B+=$A$B; done; done\npython3 x.py\n";
    let calls = "f() { f; f; f; }\ng() { g $1$1 $2; }\nf\ng a b\nperl x.pl\n";
    let home = home_with(&[("double.sh", double.as_bytes()), ("calls.sh", calls.as_bytes())]);
    assert_eq!(names(&detect(&of(home.path(), &["sh", "double.sh"]), &Disk)), ["python"]);
    assert!(detect(&of(home.path(), &["sh", "calls.sh"]), &Disk).is_partial);
}

#[test]
fn nothing_is_run() {
    let home = home_with(&[
        ("run.sh", b"#!/bin/sh\ntouch \"$HOME/ran\"\nX=$(touch $HOME/ran); . ./env.sh\n`touch ran`\nmake\n./tool\n"),
        ("env.sh", b"touch $HOME/ran\n"),
        ("Makefile", b"X := $(shell touch ran)\nall:\n\ttouch ran\n"),
        ("tool", b"#!/usr/bin/env python3\nopen('ran', 'w')\n"),
    ]);
    assert_eq!(names(&detect(&of(home.path(), &["run.sh"]), &Disk)), ["python"]);
    assert!(!home.path().join("ran").exists());
}

#[test]
fn a_script_is_looked_at_as_it_is_submitted() {
    let home = home_with(&[("a.py", b"import os\nos.system('node x.js')\n")]);
    let submitted = |script: &str, shell: Option<&str>| {
        let what = Submitted { script: Some(script.into()), shell: shell.map(Into::into), ..of(home.path(), &["STDIN"]) };
        detect(&what, &Disk)
    };
    assert_eq!(names(&submitted("#!/bin/sh\n#$ -N x\npython3 a.py | perl -ne print\n", None)), ["node", "perl", "python"]);
    assert_eq!(names(&submitted("import os\nos.system('php x.php')\n", Some("/usr/bin/python3"))), ["php", "python"]);
    let place = submitted("#\n\nruby x.rb\n", Some("/bin/bash")).runtimes.values().next().expect("ruby").evidence[0].shown(home.path());
    assert_eq!(place, "STDIN:3");
}
