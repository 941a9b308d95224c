//! `qstat -s` and the letters of a job's state.

use crate::grid::Grid;
use crate::known::case;

fn listed(grid: &Grid, option: &str, id: u64) -> bool {
    !grid.rows_of(&format!("qstat {option}"), id).is_empty()
}

fn state(grid: &Grid, id: u64) -> String {
    grid.rows(id).first().and_then(|row| row.split_whitespace().nth(4)).unwrap_or("none").to_owned()
}

#[test]
fn pending_and_running_jobs_can_be_asked_for() {
    case(|grid| {
        let waiting = grid.submit("-h -b y true");
        let running = grid.submit("-b y sleep 60");
        grid.wait_for_state(running, "r");
        assert!(listed(grid, "-s p", waiting) && !listed(grid, "-s p", running));
        assert!(listed(grid, "-s r", running) && !listed(grid, "-s r", waiting));
        assert!(listed(grid, "-s pr", running) && listed(grid, "-s pr", waiting));
        assert!(listed(grid, "-s a", running) && listed(grid, "-s a", waiting));
    });
}

#[test]
fn held_jobs_can_be_asked_for() {
    case(|grid| {
        let held = grid.submit("-h -b y true");
        let free = grid.submit("-pe smp 99 -b y true");
        assert!(listed(grid, "-s h", held) && !listed(grid, "-s h", free));
        assert!(listed(grid, "-s hu", held) && !listed(grid, "-s hu", free));
        assert!(!listed(grid, "-s ho", held));
    });
}

#[test]
fn jobs_that_wait_for_others_can_be_asked_for() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit(&format!("-hold_jid {first} -b y true"));
        assert!(listed(grid, "-s hj", second) && !listed(grid, "-s hj", first));
    });
}

#[test]
fn suspended_jobs_are_none() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert!(!listed(grid, "-s s", id));
    });
}

#[test]
fn finished_jobs_can_be_asked_for() {
    case(|grid| {
        let id = grid.run("-N finished -b y true");
        let rows = grid.rows_of("qstat -s z", id);
        assert_eq!(rows.len(), 1);
        let expected = "   {id} {prior} finished   bob          z     MM/DD/YYYY hh:mm:ss                                    1        ";
        assert_eq!(crate::grid::normal_row(&rows[0], id), expected);
    });
}

#[test]
fn an_unknown_letter_is_refused_after_the_usage() {
    case(|grid| {
        let usage = include_str!("../../compat/captures/help/qstat.txt");
        assert_eq!(grid.bob("qstat -s x").all(), format!("stderr:\n{usage}ERROR! wrong argument to -s option\nexit 1"));
    });
}

#[test]
fn a_missing_letter_is_refused() {
    case(|grid| assert_eq!(grid.bob("qstat -s").all(), "stderr:\n-s option must have argument\nexit 1"));
}

#[test]
fn a_waiting_job_is_qw_and_a_held_one_hqw() {
    case(|grid| {
        let held = grid.submit("-h -b y true");
        let free = grid.submit("-pe smp 99 -b y true");
        assert_eq!((state(grid, held), state(grid, free)), ("hqw".into(), "qw".into()));
    });
}

#[test]
fn a_job_waiting_for_another_is_hqw() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit(&format!("-hold_jid {first} -b y true"));
        assert_eq!(state(grid, second), "hqw");
    });
}

#[test]
fn a_job_for_later_is_qw() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -b y true");
        assert_eq!(state(grid, id), "qw");
    });
}

#[test]
fn a_running_job_that_is_held_is_hr() {
    case(|grid| {
        let id = grid.submit("-b y sleep 60");
        grid.wait_for_state(id, "r");
        grid.bob(&format!("qhold {id}"));
        assert_eq!(state(grid, id), "hr");
    });
}
