//! The letters of a job's state that other commands bring about, and `qstat -s` with them
//! (compat/captures/qmod-answers.txt, qhold-qrls-answers.txt, qdel-answers.txt).

use crate::grid::{Grid, poll};
use crate::known::case;

fn running(grid: &Grid, options: &str) -> u64 {
    let id = grid.submit(&format!("{options} -b y sleep 60"));
    grid.wait_for_state(id, "r");
    id
}

fn failed(grid: &Grid) -> u64 {
    let id = grid.submit("-o /nosuch/x -b y true");
    grid.wait_for_state(id, "Eqw");
    id
}

/// The selections of `letters` that list the job.
fn listing(grid: &Grid, id: u64, letters: &[&'static str]) -> Vec<&'static str> {
    letters.iter().copied().filter(|letter| !grid.rows_of(&format!("qstat -s {letter}"), id).is_empty()).collect()
}

const ALL: [&str; 11] = ["p", "r", "s", "hu", "ho", "hs", "hd", "hj", "ha", "h", "a"];

#[test]
fn a_suspended_job_is_s() {
    case(|grid| {
        let id = running(grid, "-N susp");
        grid.bob(&format!("qmod -sj {id}"));
        assert_eq!(grid.states(id), ["s"]);
        let row = crate::grid::normal_row(&grid.rows(id)[0], id);
        let queue = row.get(66..96).unwrap_or_default().trim_end();
        assert!(queue.ends_with("@{host}"), "the queue stays: {row}");
        assert_eq!(listing(grid, id, &ALL), ["s", "a"]);
    });
}

#[test]
fn a_suspended_and_held_job_is_hs() {
    case(|grid| {
        let id = running(grid, "");
        grid.bob(&format!("qmod -sj {id}; qhold {id}"));
        assert_eq!(grid.states(id), ["hs"]);
    });
}

#[test]
fn a_job_in_the_error_state_is_pending() {
    case(|grid| {
        let id = failed(grid);
        assert_eq!(grid.states(id), ["Eqw"]);
        assert_eq!(listing(grid, id, &ALL), ["p", "a"]);
    });
}

#[test]
fn a_failed_and_held_job_is_ehqw() {
    case(|grid| {
        let id = failed(grid);
        grid.bob(&format!("qhold {id}"));
        assert_eq!(grid.states(id), ["Ehqw"]);
        assert_eq!(listing(grid, id, &ALL), ["p", "hu", "h", "a"]);
        grid.bob(&format!("qrls {id}"));
        assert_eq!(grid.states(id), ["Eqw"]);
    });
}

#[test]
fn a_rescheduled_and_held_job_is_hrq() {
    case(|grid| {
        let id = running(grid, "-r y");
        grid.bob(&format!("qhold {id}; qmod -rj {id}"));
        assert_eq!(grid.states(id), ["hRq"]);
        let row = &grid.rows(id)[0];
        assert_eq!(row.get(66..96).map(str::trim), Some(""), "no queue any more");
        assert_eq!(listing(grid, id, &ALL), ["p", "hu", "h", "a"]);
    });
}

#[test]
fn a_job_that_is_being_deleted_has_a_d_in_front() {
    case(|grid| {
        let plain = running(grid, "");
        let held = running(grid, "");
        let suspended = running(grid, "");
        grid.bob(&format!("qhold {held}; qmod -sj {suspended}"));
        // The master may be quicker than the next command, so several are asked at once.
        let listing = grid.bob(&format!("qdel {plain} {held} {suspended} >/dev/null; qstat"));
        for (id, states) in [(plain, ["dr", "r"]), (held, ["dhr", "hr"]), (suspended, ["ds", "s"])] {
            let row = listing.stdout.lines().find(|line| line.split_whitespace().next() == Some(&id.to_string()));
            let state = row.and_then(|row| row.split_whitespace().nth(4));
            assert!(state.is_none_or(|state| state == states[0]), "{state:?} and not {}", states[0]);
        }
    });
}

#[test]
fn kinds_of_holds_are_selected() {
    case(|grid| {
        let held = |kind: &str| {
            let id = grid.submit("-pe smp 99 -b y true");
            grid.root(&format!("qhold -h {kind} {id}"));
            id
        };
        for (kind, selection) in [("u", "hu"), ("o", "ho"), ("s", "hs")] {
            let id = held(kind);
            assert_eq!(grid.states(id), ["hqw"]);
            assert_eq!(listing(grid, id, &ALL), ["p", selection, "h", "a"], "{kind}");
        }
        let id = held("uos");
        assert_eq!(listing(grid, id, &ALL), ["p", "hu", "ho", "hs", "h", "a"]);
    });
}

#[test]
fn jobs_that_wait_for_others_are_selected() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-hold_jid {first} -b y true"));
        assert_eq!(listing(grid, id, &ALL), ["p", "hj", "h", "a"]);
        grid.bob(&format!("qhold {id}"));
        assert_eq!(listing(grid, id, &ALL), ["p", "hu", "hj", "h", "a"]);
    });
}

#[test]
fn jobs_with_a_start_time_are_selected_among_the_held_even_when_it_is_past() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -b y true");
        assert_eq!(grid.states(id), ["qw"]);
        assert_eq!(listing(grid, id, &ALL), ["p", "ha", "h", "a"]);
        grid.bob(&format!("qalter -pe smp 99 -a 202001010000 {id}"));
        assert_eq!(listing(grid, id, &ALL), ["p", "ha", "h", "a"]);
    });
}

#[test]
fn arrays_that_wait_task_by_task_are_selected() {
    case(|grid| {
        let first = grid.submit("-h -t 1-3 -b y true");
        let id = grid.submit(&format!("-t 1-3 -hold_jid_ad {first} -b y true"));
        assert_eq!(grid.states(id), ["hqw 1-3:1"]);
        assert_eq!(listing(grid, id, &ALL), ["p", "hd", "h", "a"]);
    });
}

#[test]
fn running_held_jobs() {
    case(|grid| {
        let id = running(grid, "");
        grid.bob(&format!("qhold {id}"));
        assert_eq!(grid.states(id), ["hr"]);
        assert_eq!(listing(grid, id, &ALL), ["r", "hu", "h", "a"]);
    });
}

#[test]
fn selections_add_up() {
    case(|grid| {
        let suspended = running(grid, "");
        grid.bob(&format!("qmod -sj {suspended}"));
        let held = grid.submit("-h -b y true");
        let free = grid.submit("-a 203601010000 -b y true");
        let listed = |option: &str| [suspended, held, free].map(|id| !grid.rows_of(&format!("qstat -s {option}"), id).is_empty());
        assert_eq!(listed("ps"), [true, true, true]);
        assert_eq!(listed("rs"), [true, false, false]);
        assert_eq!(listed("shu"), [true, true, false]);
        assert_eq!(listed("prs"), [true, true, true]);
    });
}

#[test]
fn partly_held_arrays_are_two_rows_of_which_one_is_selected() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -t 1-6 -b y true");
        grid.bob(&format!("qhold {id}.2"));
        assert_eq!(grid.states(id), ["qw 1,3-6:1", "hqw 2"]);
        let rows = grid.rows_of("qstat -s hu", id);
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].ends_with(" 2"), "{rows:?}");
    });
}

#[test]
fn an_array_may_be_in_several_states_at_once() {
    case(|grid| {
        let id = grid.submit("-t 1-5 -tc 2 -b y sleep 60");
        assert!(poll(|| grid.states(id) == ["r 1", "r 2", "qw 3-5:1"]), "{:?}", grid.states(id));
        grid.bob(&format!("qmod -sj {id}.1; qhold {id}.2; qhold {id}.4"));
        assert_eq!(grid.states(id), ["s 1", "hr 2", "qw 3,5", "hqw 4"]);
    });
}

#[test]
fn a_failed_array_is_one_row() {
    case(|grid| {
        let id = grid.submit("-o /nosuch/x -t 1-3 -b y true");
        assert!(poll(|| grid.states(id) == ["Eqw 1-3:1"]), "{:?}", grid.states(id));
        grid.bob(&format!("qhold {id}.2"));
        let mut states = grid.states(id);
        states.sort();
        assert_eq!(states, ["Ehqw 2", "Eqw 1,3"]);
    });
}
