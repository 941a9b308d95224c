//! What is composed, against what Grid Engine sent (compat/captures/mail).

use super::*;
use proptest::prelude::*;

/// The mails of a capture: subject and body.
fn recorded(capture: &str) -> Vec<(String, String)> {
    let mut mails: Vec<(String, String)> = Vec::new();
    for line in capture.lines().filter(|line| !line.starts_with('#') && !line.starts_with("===")) {
        match line.strip_prefix("--- ") {
            Some(call) => mails.push((call.split('\'').nth(1).expect("a subject").into(), String::new())),
            None => {
                if let Some((_, body)) = mails.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    mails
}

/// Times, and what the shepherd of a host says of itself, made alike.
fn alike(text: &str) -> String {
    let digits = |pattern: &str, text: &str| -> String {
        let mut out = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let matches = rest.len() >= pattern.len()
                && rest.is_char_boundary(pattern.len())
                && rest.bytes().zip(pattern.bytes()).all(|(c, p)| if p == b'0' { c.is_ascii_digit() } else { c == p });
            if matches {
                out.push_str("MM/DD/YYYY HH:MM:SS");
                rest = &rest[pattern.len()..];
            } else {
                let c = rest.chars().next().expect("more");
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        out
    };
    digits("00/00/0000 00:00:00", text).replace("[5002:0]", "[UID:PID]")
}

/// The recorded mail of this subject must be what we compose, but for what we say below.
#[track_caller]
fn as_recorded(capture: &str, about: &About<'_>, event: &Event<'_>) {
    let text = compose(about, event);
    let same: Vec<String> = recorded(capture).into_iter().filter(|(subject, _)| *subject == text.subject).map(|(_, body)| body).collect();
    let body = alike(&text.body);
    let ours = body.split("\n\n Max memory").next().unwrap_or(&body);
    let ours = ours.split("\n\n User Time").next().unwrap_or(ours);
    assert!(same.iter().any(|body| body.trim_end_matches('\n') == ours.trim_end_matches('\n')), "{}\n{body}\n{same:#?}", text.subject);
}

fn about(name: &str) -> About<'_> {
    About { id: 1001, task: None, name, owner: "bob", uid: 5002, queue: "all.q", host: "HOST" }
}

fn record(failed: u32, exit_status: i32) -> Record {
    Record { failed, exit_status, start_time: 1_795_713_780, end_time: 1_795_713_781, ..Record::default() }
}

fn ended(record: &Record) -> Ended<'_> {
    Ended { record, reason: "", again: false, cause: None, tail: "" }
}

#[test]
fn a_start_is_told_as_recorded() {
    let capture = include_str!("../../compat/captures/mail/started.txt");
    let started = Event::Started { at: 1_795_713_780 };
    for name in ["bonly", "three", "nolist", "odd%x+~^!", "again"] {
        as_recorded(capture, &about(name), &started);
    }
    as_recorded(capture, &About { task: Some(3), ..about("arr") }, &started);
}

#[test]
fn an_end_is_told_as_recorded() {
    let capture = include_str!("../../compat/captures/mail/complete.txt");
    let with = |exit_status, wall, utime, stime, maxvmem: f64| Record {
        ru_wallclock: wall,
        ru_utime: utime,
        ru_stime: stime,
        maxvmem: maxvmem * 1048576.0,
        ..record(0, exit_status)
    };
    for (name, record) in [
        ("three", with(0, 1, 0.01, 0.01, 0.0)),
        ("eonly", with(3, 1, 0.01, 0.01, 5.0)),
        ("cpu", with(0, 4, 3.6, 0.1, 6.68)),
        ("fakeuse_3601_59.6_60.4", with(0, 3601, 59.6, 60.4, 1.852)),
        ("fakeuse_100000_90061.6_400000.2", with(0, 100_000, 90_061.6, 400_000.2, 1.734)),
    ] {
        as_recorded(capture, &about(name), &Event::Ended(ended(&record)));
    }
    // An exit status is no signal.
    as_recorded(capture, &About { queue: "continuous", ..about("a137") }, &Event::Ended(ended(&record(0, 137))));
    as_recorded(capture, &About { task: Some(3), ..about("arr") }, &Event::Ended(ended(&record(0, 3))));
}

#[test]
fn a_failed_end_is_told_as_recorded() {
    let capture = include_str!("../../compat/captures/mail/aborted.txt");
    as_recorded(capture, &about("selfkill"), &Event::Ended(ended(&record(100, 137))));
    as_recorded(capture, &about("selfterm"), &Event::Ended(ended(&record(100, 143))));
    let limit = Record { maxvmem: 1.75 * 1048576.0, ..record(37, 137) };
    as_recorded(capture, &About { queue: "continuous", ..about("hrt") }, &Event::Ended(ended(&limit)));
    as_recorded(capture, &About { queue: "continuous", ..about("xfsz") }, &Event::Ended(ended(&record(100, 153))));
    let long = Record { ru_utime: 86399.5, ru_stime: 0.4, maxvmem: 4.996 * 1048576.0, ..record(100, 137) };
    as_recorded(capture, &about("fakeuse_360001_86399.5_0.4"), &Event::Ended(ended(&long)));
}

#[test]
fn what_runs_again_and_what_cannot_run_is_told_as_recorded() {
    let capture = include_str!("../../compat/captures/mail/rescheduled.txt");
    as_recorded(capture, &about("again"), &Event::Ended(ended(&record(25, 99))));
    let asked = record(30, 100);
    let asked = Ended { reason: "exit_status of job start = 100", ..ended(&asked) };
    as_recorded(capture, &About { queue: "continuous", ..about("e100") }, &Event::Ended(asked));
    let array = About { queue: "continuous", task: Some(2), ..about("a99") };
    as_recorded(capture, &array, &Event::Ended(asked));

    let capture = include_str!("../../compat/captures/mail/error-state.txt");
    let shell = record(27, 1);
    let shell = Ended { reason: "unable to find shell \"/nonexistent/sh\"", ..ended(&shell) };
    as_recorded(capture, &About { queue: "task", ..about("badsh") }, &Event::Ended(shell));
}

#[test]
fn what_others_do_to_a_job_is_told_as_recorded() {
    let killed = include_str!("../../compat/captures/mail/killed.txt");
    as_recorded(killed, &about("adel"), &Event::Killed { by: "bob@HOST" });
    as_recorded(killed, &about("rootdela"), &Event::Killed { by: "root@HOST" });
    as_recorded(killed, &About { task: Some(2), ..about("arrdel") }, &Event::Killed { by: "bob@HOST" });
    let pushed = include_str!("../../compat/captures/mail/pushed.txt");
    as_recorded(pushed, &about("rja"), &Event::Pushed);
    as_recorded(pushed, &About { task: Some(2), ..about("arj") }, &Event::Pushed);
    let suspended = include_str!("../../compat/captures/mail/suspended.txt");
    as_recorded(suspended, &about("sus"), &Event::Suspended);
    as_recorded(suspended, &About { task: Some(1), ..about("asus") }, &Event::Continued);
}

#[test]
fn letters_choose_as_recorded() {
    let events = |letters: &str| MailEvents {
        begin: letters.contains('b'),
        end: letters.contains('e'),
        abort: letters.contains('a'),
        suspend: letters.contains('s'),
    };
    let (complete, aborted) = (record(0, 3), record(100, 137));
    let lost = Ended { again: true, ..ended(&aborted) };
    for (event, told) in [
        (Event::Started { at: 0 }, "b"),
        (Event::Ended(ended(&complete)), "e"),
        (Event::Ended(ended(&aborted)), "ae"),
        (Event::Ended(lost), "ae"),
        (Event::Killed { by: "" }, "a"),
        (Event::Pushed, "a"),
        (Event::Suspended, "s"),
        (Event::Continued, "s"),
    ] {
        for letter in ["a", "b", "e", "s", ""] {
            assert_eq!(wants(events(letter), &event), !letter.is_empty() && told.contains(letter), "{letter} {event:?}");
        }
    }
}

#[test]
fn what_grid_engine_leaves_out_stands_below() {
    let record = Record { ru_wallclock: 3, ru_maxrss: 2048, ..record(37, 137) };
    let ended = Ended { cause: Some("lost with its host (host1)"), tail: "/home/bob/x.e1\none\ntwo\u{1b}[31m\n", ..ended(&record) };
    let body = compose(&about("x"), &Event::Ended(ended)).body;
    let (_, below) = body.split_once("\n\n").expect("more");
    assert_eq!(
        below,
        " User Time        = 00:00:00\n System Time      = 00:00:00\n Wallclock Time   = 00:00:03\n Max memory       = 2.000M\n \
         The job was lost with its host (host1).\n\nThe last lines of /home/bob/x.e1:\none\ntwo [31m\n"
    );
}

proptest! {
    #[test]
    fn odd_names_stay_on_their_line(name in any::<String>(), owner in any::<String>(), reason in any::<String>(),
        tail in any::<String>(), failed in any::<u32>(), exit_status in any::<i32>(), at in any::<u64>(), real in any::<f64>()) {
        let record = Record { ru_utime: real, maxvmem: real, end_time: at, ..record(failed, exit_status) };
        let ended = Ended { reason: &reason, tail: &tail, ..ended(&record) };
        for event in [Event::Started { at }, Event::Ended(ended), Event::Killed { by: &owner }, Event::Pushed, Event::Suspended] {
            let text = compose(&About { owner: &owner, host: &name, ..about(&name) }, &event);
            prop_assert!(!text.subject.contains(char::is_control));
            prop_assert!(!text.line.contains(char::is_control));
            prop_assert!(!text.body.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
