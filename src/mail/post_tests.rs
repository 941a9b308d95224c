//! The post office with a program that keeps what it gets.

use super::*;
use crate::accounting::Record;
use crate::mail::Ended;
use crate::request::MailEvents;
use std::path::PathBuf;
use std::time::Instant;

struct Office {
    dir: tempfile::TempDir,
    settings: site::Mail,
}

/// Settings whose program keeps each message as a file, while there is no file `closed`.
fn office() -> Office {
    let dir = tempfile::tempdir().expect("a directory");
    let here = dir.path().display();
    let path = dir.path().join("sendmail");
    let script = format!(
        "[ ! -e {here}/closed ] || exit 75\nmkdir -p {here}/in\ncat > {here}/new.$$; mv {here}/new.$$ {here}/in/$(date +%s%N).$$\n"
    );
    // By a process of its own: what another thread's child has open for writing cannot be run.
    let write = ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\""];
    let written = std::process::Command::new("sh").args(write).arg(&path).arg(script).status().expect("a shell");
    assert!(written.success());
    let settings = site::Mail { sendmail: Some(path), most_per_job: 2, ..site::Mail::default() };
    Office { dir, settings }
}

impl Office {
    fn spool(&self) -> PathBuf {
        self.dir.path().join("spool")
    }

    fn open(&self) -> Post {
        Post::open(&self.spool(), &self.settings, "node1", |line| println!("{line}")).expect("opened")
    }

    fn subjects(&self) -> Vec<String> {
        let mut files: Vec<_> =
            std::fs::read_dir(self.dir.path().join("in")).into_iter().flatten().flatten().map(|file| file.path()).collect();
        files.sort();
        let subject = |path: PathBuf| {
            let text = std::fs::read_to_string(path).expect("read");
            text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_string()
        };
        files.into_iter().map(subject).collect()
    }

    fn wait_for(&self, count: usize) -> Vec<String> {
        let begun = Instant::now();
        while self.subjects().len() < count && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.subjects()
    }
}

fn ended(post: &Post, number: u64, task: u64) -> Vec<Mail> {
    let job = Job { mail_to: vec!["bob@h".into()], mail_events: MailEvents { end: true, ..MailEvents::default() }, ..Job::default() };
    let about = About { id: number, task: Some(task), name: "n", owner: "bob", uid: 1, queue: "q", host: "h" };
    let record = Record::default();
    let end = Ended { record: &record, reason: "", again: false, cause: None, tail: "" };
    assert!(post.compose(&job, "k", &about, &Event::Started { at: 1 }).is_empty());
    post.compose(&job, &format!("{number}.{task}/e"), &about, &Event::Ended(end))
}

#[test]
fn what_is_queued_is_delivered_once() {
    let office = office();
    let post = office.open();
    post.put(ended(&post, 1, 1));
    post.put(ended(&post, 1, 1));
    assert_eq!(office.wait_for(1), ["Job-array task 1.1 (n) Complete"]);
    drop(post);
    let post = office.open();
    post.put(ended(&post, 1, 1));
    post.put(ended(&post, 2, 1));
    assert_eq!(office.wait_for(2), ["Job-array task 1.1 (n) Complete", "Job-array task 2.1 (n) Complete"]);
}

#[test]
fn what_was_queued_before_a_kill_is_delivered_after_it() {
    let office = office();
    std::fs::write(office.dir.path().join("closed"), "").expect("closed");
    let post = office.open();
    post.put(ended(&post, 1, 1));
    assert!(!post.is_empty());
    drop(post);
    std::fs::remove_file(office.dir.path().join("closed")).expect("opened");
    let post = office.open();
    assert_eq!(office.wait_for(1).len(), 1);
    let begun = Instant::now();
    while !post.is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(post.is_empty());
}

#[test]
fn an_array_becomes_a_few_mails_and_a_digest() {
    let office = office();
    let post = office.open();
    let old = now() - 100;
    let mut mails: Vec<Mail> = (1..=30).flat_map(|task| ended(&post, 1, task)).collect();
    // Held for a minute already.
    mails.iter_mut().for_each(|mail| mail.queued = old);
    post.put(mails);
    let subjects = office.wait_for(3);
    assert_eq!(subjects, ["Job-array task 1.1 (n) Complete", "Job-array task 1.2 (n) Complete", "Job 1: 28 mails in one"]);
}

#[test]
fn pauses_grow_to_hours() {
    assert_eq!([0, 1, 2, 8, 60].map(pause), [60, 120, 240, 14_400, 14_400]);
}
