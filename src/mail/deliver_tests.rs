//! Real messages to a server and to a program that keep them.

use super::*;
use proptest::prelude::*;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

fn mail() -> Mail {
    Mail {
        key: "1.0.0/e/bob@example.org".into(),
        to: "Bob <bob@example.org>".into(),
        subject: "Job 1 (x) Complete".into(),
        body: "Job 1 (x) Complete\n User = bob\n.\n\u{e9}nd\n".into(),
        owner: "bob".into(),
        job: 1,
        line: String::new(),
        queued: 7,
    }
}

/// A server that has one conversation: it answers RCPT as told, and gives what it was told.
fn server(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let talk = move || {
        let (stream, _) = listener.accept().expect("a client");
        let mut lines = BufReader::new(stream.try_clone().expect("a stream"));
        let say = |mut stream: &TcpStream, text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).expect("said");
        let (mut heard, mut in_data) = (String::new(), false);
        say(&stream, "220 here");
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
            heard.push_str(&line);
            match line.trim_end() {
                "." if in_data => {
                    in_data = false;
                    say(&stream, "250 taken");
                }
                _ if in_data => {}
                "DATA" => {
                    in_data = true;
                    say(&stream, "354 go on");
                }
                "QUIT" => say(&stream, "221 bye"),
                word if word.starts_with("RCPT") => say(&stream, answer),
                _ => say(&stream, "250 yes"),
            }
            line.clear();
        }
        heard
    };
    (address, std::thread::spawn(talk))
}

fn through_smtp(address: &str) -> Deliverer {
    Deliverer::new(&site::Mail { smtp: Some(address.into()), domain: Some("grid.example.org".into()), ..site::Mail::default() }, "node1")
}

#[test]
fn a_message_reaches_an_smtp_server() {
    let (address, heard) = server("250 yes");
    assert_eq!(through_smtp(&address).deliver(&mail()), Ok(()));
    let heard = heard.join().expect("heard");
    for line in [
        "EHLO node1",
        "MAIL FROM:<gridshim@grid.example.org>",
        "RCPT TO:<bob@example.org>",
        "From: gridshim@grid.example.org",
        "To: Bob <bob@example.org>",
        "Subject: Job 1 (x) Complete",
        "Auto-Submitted: auto-generated",
        "Message-ID: <1.0.0.e.bob.example.org.7@grid.example.org>",
        // A lone point must not end the message.
        "..",
    ] {
        assert!(heard.lines().any(|heard| heard.starts_with(line)), "{line}\n{heard}");
    }
    assert!(heard.contains("\r\nDate: "));
    // Whatever the encoding, the body's plain lines are in it.
    assert!(heard.contains("=C3=A9nd") || heard.contains("énd"), "{heard}");
}

#[test]
fn a_server_refuses_for_now_or_for_ever_or_is_not_there() {
    let (address, heard) = server("450 later");
    assert!(matches!(through_smtp(&address).deliver(&mail()), Err(Failure::Later(_))));
    drop(heard);
    let (address, _heard) = server("550 nobody of that name");
    assert!(matches!(through_smtp(&address).deliver(&mail()), Err(Failure::Never(why)) if why.contains("nobody of that name")));
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").to_string();
    assert!(matches!(through_smtp(&free).deliver(&mail()), Err(Failure::Nobody(why)) if why.contains(&free)));
    for to in ["no address", "\u{2db8}@\u{8f0}", "\u{e9}@h", "a\r\nb@h"] {
        let odd = Mail { to: to.into(), ..mail() };
        assert!(matches!(through_smtp(&free).deliver(&odd), Err(Failure::Never(_))), "{to}");
    }
}

#[test]
fn nothing_is_said_to_a_server_that_cannot_protect_it() {
    let (address, heard) = server("250 yes");
    let settings = site::Mail { tls: MailTls::Starttls, ..through_smtp(&address).settings };
    assert!(matches!(Deliverer::new(&settings, "node1").deliver(&mail()), Err(Failure::Nobody(_))));
    let heard = heard.join().expect("heard");
    assert!(heard.starts_with("EHLO ") && !heard.contains("MAIL FROM"), "{heard}");
}

fn program(directory: &std::path::Path, script: &str) -> PathBuf {
    let path = directory.join("sendmail");
    // By a process of its own: what another thread's child has open for writing cannot be run.
    let write = ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\""];
    let written = Command::new("sh").args(write).arg(&path).arg(script).status().expect("a shell");
    assert!(written.success());
    path
}

#[test]
fn a_message_reaches_a_program_like_sendmail() {
    let dir = tempfile::tempdir().expect("a directory");
    let here = dir.path().display();
    let path = program(dir.path(), &format!("printf '%s\\n' \"$@\" > {here}/args; cat > {here}/message"));
    let settings = site::Mail { sendmail: Some(path), ..site::Mail::default() };
    assert_eq!(Deliverer::new(&settings, "node1").deliver(&mail()), Ok(()));
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect("written");
    assert_eq!(read("args"), "-i\n-f\ngridshim@node1\n--\nbob@example.org\n");
    let message = read("message");
    assert!(message.contains("\nSubject: Job 1 (x) Complete\n") && !message.contains('\r'), "{message}");
}

#[test]
fn a_program_refuses_for_now_or_for_ever_or_is_not_there() {
    let dir = tempfile::tempdir().expect("a directory");
    let told = |script: &str| {
        let settings = site::Mail { sendmail: Some(program(dir.path(), script)), ..site::Mail::default() };
        Deliverer::new(&settings, "node1").deliver(&mail())
    };
    assert!(matches!(told("echo full >&2; exit 75"), Err(Failure::Later(why)) if why.ends_with("full")));
    assert!(matches!(told("exit 67"), Err(Failure::Never(_))));
    // One that reads nothing is content with it.
    assert_eq!(told("exit 0"), Ok(()));
    let settings = site::Mail { sendmail: Some("/nosuch/sendmail".into()), ..site::Mail::default() };
    assert!(matches!(Deliverer::new(&settings, "node1").deliver(&mail()), Err(Failure::Nobody(_))));
}

proptest! {
    #[test]
    fn nothing_of_a_job_becomes_a_header(subject in any::<String>(), to in any::<String>(), key in any::<String>(), body in any::<String>()) {
        let settings = site::Mail { sendmail: Some("/s".into()), ..site::Mail::default() };
        let sender = Deliverer::new(&settings, "node1");
        for to in [to, "bob@example.org".into(), format!("b\r\nBcc: x@y <{subject}@h>")] {
            let odd = Mail { subject: format!("{subject}\r\nBcc: eve@example.org\r\n\r\nx"), to, key: key.clone(), body: body.clone(), ..mail() };
            let Ok(message) = sender.message(&odd) else { continue };
            let text = message.formatted();
            let end = text.windows(4).position(|four| four == b"\r\n\r\n").expect("a body");
            let head = String::from_utf8(text[..end].to_vec()).expect("ASCII");
            prop_assert!(head.is_ascii() && !head.replace("\r\n", "").contains(['\r', '\n']));
            let known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version", "Content-Transfer-Encoding"];
            for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
                prop_assert!(known.contains(&line.split(':').next().unwrap_or("")), "{head}");
            }
            prop_assert_eq!(message.envelope().to().len(), 1);
        }
    }
}
