//! qalter -w: scripts ask with it why a job waits (compat/captures/qalter-answers.txt).

use crate::known::case;

const MODE: &str = "verify_suitable_queues";
const LATER: &str = "-a 203601010000";

#[test]
fn a_job_that_fits_nowhere_is_told_why() {
    case(|grid| {
        let id = grid.submit("-l release=nosuch -b y true");
        let expected = "stdout:\nJob {id} (-l release=nosuch) cannot run at host \"{host}\" because it offers only hf:release=buster\n\
                        verification: no suitable queues\nexit 1";
        assert_eq!(grid.answer(id, "qalter -w v {id}"), expected);
        assert_eq!(grid.answer(id, "qalter -w p {id}"), expected);
        assert_eq!(grid.attribute(id, MODE), None);
    });
}

#[test]
fn too_many_slots_are_told() {
    case(|grid| {
        let id = grid.submit("-pe smp 99 -b y true");
        let expected =
            "stdout:\nJob {id} cannot run in PE \"smp\" because it only offers 0 slots\nverification: no suitable queues\nexit 1";
        assert_eq!(grid.answer(id, "qalter -w v {id}"), expected);
        assert_eq!(grid.answer(id, "qalter -w p {id}"), expected);
    });
}

#[test]
fn as_an_error_it_is_one_line_and_nothing_changes() {
    case(|grid| {
        let id = grid.submit("-l release=nosuch -b y true");
        assert_eq!(grid.answer(id, "qalter -w e {id}"), "stdout:\nerror: no suitable queues\nexit 1");
        assert_eq!(grid.attribute(id, MODE), None);
        let other = grid.submit(&format!("{LATER} -b y true"));
        assert_eq!(grid.answer(other, "qalter -w e -l release=nosuch {id}"), "stdout:\nerror: no suitable queues\nexit 1");
        assert_eq!(grid.attribute(other, "hard resource_list"), None);
    });
}

#[test]
fn as_a_warning_the_job_is_altered_and_the_exit_is_1_all_the_same() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -b y true"));
        let expected = "stdout:\nmodified hard resource list of job {id}\nwarning: no suitable queues\nexit 1";
        assert_eq!(grid.answer(id, "qalter -w w -l release=nosuch {id}"), expected);
        assert_eq!(grid.attribute(id, "hard resource_list").as_deref(), Some("release=nosuch"));
        assert_eq!(grid.attribute(id, MODE).as_deref(), Some("1"));
    });
}

#[test]
fn a_job_that_fits_is_told_so_too() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -b y true"));
        let found = "stdout:\nverification: found suitable queue(s)\nexit 0";
        assert_eq!(grid.answer(id, "qalter -w v {id}"), found);
        assert_eq!(grid.answer(id, "qalter -w p {id}"), found);
        assert_eq!(grid.answer(id, "qalter -w e {id}"), "exit 0");
        assert_eq!(grid.attribute(id, MODE).as_deref(), Some("2"));
        assert_eq!(grid.answer(id, "qalter -w w {id}"), "exit 0");
        assert_eq!(grid.attribute(id, MODE).as_deref(), Some("1"));
        assert_eq!(grid.answer(id, "qalter -w n {id}"), "exit 0");
        assert_eq!(grid.attribute(id, MODE), None);
    });
}

#[test]
fn a_job_that_waits_for_another_is_verified() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-hold_jid {first} -b y true"));
        assert_eq!(grid.answer(id, "qalter -w v {id}"), "stdout:\nverification: found suitable queue(s)\nexit 0");
    });
}

#[test]
fn verification_tries_the_alteration_and_does_not_make_it() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -b y true"));
        let expected = "stdout:\nverification: found suitable queue(s)\nexit 0";
        assert_eq!(grid.answer(id, "qalter -w v -N other -q task {id}"), expected);
        let expected = "stdout:\nJob {id} (-l release=nosuch) cannot run at host \"{host}\" because it offers only hf:release=buster\n\
                        verification: no suitable queues\nexit 1";
        assert_eq!(grid.answer(id, "qalter -w v -l release=nosuch {id}"), expected);
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("true"));
        assert_eq!(grid.attribute(id, "hard_queue_list"), None);
    });
}

#[test]
fn a_held_job_is_not_verified_but_keeps_the_mode() {
    case(|grid| {
        let id = grid.submit("-h -l release=nosuch -b y true");
        for (letter, mode) in [("v", "3"), ("p", "4"), ("e", "2"), ("w", "1")] {
            let expected = "stdout:\nverification: job is already running or is held\nexit 0";
            assert_eq!(grid.answer(id, &format!("qalter -w {letter} {{id}}")), expected);
            assert_eq!(grid.attribute(id, MODE).as_deref(), Some(mode));
        }
        assert_eq!(grid.answer(id, "qalter -w n {id}"), "exit 0");
        assert_eq!(grid.attribute(id, MODE), None);
    });
}

#[test]
fn the_alteration_of_a_held_job_is_made_in_every_mode_but_v_and_p_do_not_say_so() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let verification = "verification: job is already running or is held\nexit 0";
        for (letter, line) in [("e", "modified job name of job {id}\n"), ("w", "modified job name of job {id}\n"), ("v", ""), ("p", "")] {
            let name = grid.name(letter);
            let expected = format!("stdout:\n{line}{verification}");
            assert_eq!(grid.answer(id, &format!("qalter -w {letter} -N {name} {{id}}")), expected);
            assert_eq!(grid.attribute(id, "job_name"), Some(name), "-w {letter}");
        }
    });
}

#[test]
fn the_next_alteration_forgets_the_mode() {
    case(|grid| {
        let id = grid.submit(&format!("-w e {LATER} -b y true"));
        assert_eq!(grid.attribute(id, MODE).as_deref(), Some("2"));
        assert_eq!(grid.answer(id, "qalter -l release=nosuch {id}"), "stdout:\nmodified hard resource list of job {id}\nexit 0");
        assert_eq!(grid.attribute(id, MODE), None);
    });
}
