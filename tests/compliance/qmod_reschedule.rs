//! qmod: rescheduling, and clearing of the error state (compat/captures/qmod-answers.txt, qmod-rj-single-host.txt).

use crate::grid::{Grid, poll};
use crate::known::case;

fn running(grid: &Grid, options: &str) -> u64 {
    let id = grid.submit(&format!("{options} -b y sleep 120"));
    grid.wait_for_state(id, "r");
    id
}

/// An array of which the first two tasks run and two wait.
fn running_array(grid: &Grid, options: &str) -> u64 {
    let id = grid.submit(&format!("{options} -t 1-4 -tc 2 -b y sleep 120"));
    let both_run = || grid.states(id).iter().filter(|state| state.starts_with("r ")).count() == 2;
    assert!(poll(both_run), "{:?}", grid.states(id));
    id
}

/// A job in the error state.
fn failed(grid: &Grid) -> u64 {
    let id = grid.submit("-o /nosuch/x -b y true");
    grid.wait_for_state(id, "Eqw");
    id
}

#[test]
fn a_job_is_rescheduled() {
    case(|grid| {
        let id = running(grid, "-r y");
        assert_eq!(grid.answer(id, "qmod -rj {id}"), "stdout:\nPushed rescheduling of job {id} on host {host}\nexit 0");
        let state = grid.states(id).concat();
        assert!(["Rq", "Rt", "Rr"].contains(&&*state), "{state}");
    });
}

#[test]
fn rescheduling_without_j_takes_jobs_as_well() {
    case(|grid| {
        let id = running(grid, "-r y");
        assert_eq!(grid.answer(id, "qmod -r {id}"), "stdout:\nPushed rescheduling of job {id} on host {host}\nexit 0");
    });
}

#[test]
fn a_queue_makes_jobs_rerunnable_that_do_not_ask() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qmod -rj {id}"), "stdout:\nPushed rescheduling of job {id} on host {host}\nexit 0");
    });
}

#[test]
fn rescheduling_leaves_a_record() {
    case(|grid| {
        let id = running(grid, "-r y");
        grid.bob(&format!("qhold {id}; qmod -rj {id}"));
        let record = grid.wait_for_accounting(id);
        assert!(record.contains("\nfailed       25  : rescheduling\nexit_status  0 "), "{record}");
        assert!(record.contains("\nstart_time   -/-\nend_time     -/-\n"), "{record}");
    });
}

#[test]
fn a_job_that_is_not_rerunnable_is_told_so() {
    case(|grid| {
        let id = running(grid, "-r n");
        assert_eq!(grid.answer(id, "qmod -rj {id}"), "stdout:\nThe job {id} is not restartable\nexit 0");
        assert_eq!(grid.answer(id, "qmod -r {id}"), "stdout:\nThe job {id} is not restartable\nexit 0");
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn force_reschedules_what_is_not_rerunnable() {
    case(|grid| {
        let id = running(grid, "-r n");
        assert_eq!(grid.answer(id, "qmod -f -rj {id}"), "stdout:\nForced rescheduling of job {id} on host {host}\nexit 0");
        let state = grid.states(id).concat();
        assert!(["Rq", "Rt", "Rr"].contains(&&*state), "{state}");
    });
}

#[test]
fn a_job_rescheduled_and_held_waits() {
    case(|grid| {
        let id = running(grid, "-r y");
        grid.bob(&format!("qhold {id}; qmod -rj {id}"));
        assert_eq!(grid.states(id), ["hRq"]);
        for option in ["-sj", "-usj", "-rj"] {
            assert_eq!(grid.answer(id, &format!("qmod {option} {{id}}")), "exit 0", "{option} says nothing");
        }
        assert_eq!(grid.states(id), ["hRq"]);
    });
}

#[test]
fn a_suspended_job_is_rescheduled_too() {
    case(|grid| {
        let id = running(grid, "-r y");
        grid.bob(&format!("qmod -sj {id}; qhold {id}"));
        assert_eq!(grid.answer(id, "qmod -rj {id}"), "stdout:\nPushed rescheduling of job {id} on host {host}\nexit 0");
        assert_eq!(grid.states(id), ["hRq"]);
    });
}

#[test]
fn tasks_are_rescheduled_one_by_one() {
    case(|grid| {
        let id = running_array(grid, "-r y");
        grid.bob(&format!("qhold {id}"));
        let expected = "stdout:\nPushed rescheduling of job-array task {id}.1 on host {host}\nexit 0";
        assert_eq!(grid.answer(id, "qmod -rj {id}.1"), expected);
        let states = grid.states(id);
        assert!(states.contains(&"hr 2".into()) && states.contains(&"hRq 1".into()) && states.contains(&"hqw 3,4".into()), "{states:?}");
        let expected = "stdout:\nPushed rescheduling of job-array task {id}.2 on host {host}\nexit 0";
        assert_eq!(grid.answer(id, "qmod -rj {id}"), expected);
    });
}

#[test]
fn the_error_state_is_cleared_and_the_exit_is_1() {
    case(|grid| {
        let id = failed(grid);
        grid.bob(&format!("qhold {id}"));
        assert_eq!(grid.answer(id, "qmod -cj {id}"), "stdout:\nbob@{host} cleared error state of job {id}\nexit 1");
        assert_eq!(grid.states(id), ["hqw"]);
        assert_eq!(grid.answer(id, "qmod -cj {id}"), "stdout:\nJob {id} is not in error state\nexit 1");
    });
}

#[test]
fn a_cleared_job_runs_once_its_fault_is_mended() {
    case(|grid| {
        let id = grid.submit("-wd /nosuch -j y -b y true");
        grid.wait_for_state(id, "Eqw");
        grid.bob(&format!("qalter -wd {} -o out {id}; qmod -cj {id}", grid.dir()));
        grid.wait_until_gone(id);
        assert_eq!(grid.files(), ["out"]);
    });
}

#[test]
fn clearing_without_j_takes_jobs_as_well() {
    case(|grid| {
        let id = failed(grid);
        assert_eq!(grid.answer(id, "qmod -c {id}"), "stdout:\nbob@{host} cleared error state of job {id}\nexit 1");
    });
}

#[test]
fn a_running_job_has_no_error_to_clear() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qmod -cj {id}"), "stdout:\nJob {id} is not in error state\nexit 1");
        let array = running_array(grid, "");
        let expected = "stdout:\nJob-array task {id}.1 is not in error state\nJob-array task {id}.2 is not in error state\nexit 1";
        assert_eq!(grid.answer(array, "qmod -cj {id}"), expected);
        assert_eq!(grid.answer(array, "qmod -cj {id}.1"), "stdout:\nJob-array task {id}.1 is not in error state\nexit 1");
    });
}

#[test]
fn the_error_states_of_tasks_are_cleared_one_by_one() {
    case(|grid| {
        let id = grid.submit("-o /nosuch/x -t 1-3 -b y true");
        assert!(poll(|| grid.states(id) == ["Eqw 1-3:1"]), "{:?}", grid.states(id));
        grid.bob(&format!("qhold {id}"));
        assert_eq!(grid.answer(id, "qmod -cj {id}.2"), "stdout:\nbob@{host} cleared error state of job-array task {id}.2\nexit 1");
        assert_eq!(grid.states(id), ["Ehqw 1,3", "hqw 2"]);
        let expected = "stdout:\nbob@{host} cleared error state of job-array task {id}.1\nJob-array task {id}.2 is not in error state\n\
                        bob@{host} cleared error state of job-array task {id}.3\nexit 1";
        assert_eq!(grid.answer(id, "qmod -cj {id}"), expected);
        assert_eq!(grid.states(id), ["hqw 1-3:1"]);
    });
}

#[test]
fn a_failed_job_is_neither_suspended_nor_rescheduled_and_nothing_is_said() {
    case(|grid| {
        let id = failed(grid);
        for option in ["-sj", "-usj", "-rj"] {
            assert_eq!(grid.answer(id, &format!("qmod {option} {{id}}")), "exit 0", "{option}");
        }
        assert_eq!(grid.states(id), ["Eqw"]);
    });
}

#[test]
fn a_manager_clears_anybodys_job() {
    case(|grid| {
        let id = failed(grid);
        let output = grid.root(&format!("qmod -cj {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nroot@{host} cleared error state of job {id}\nexit 1");
    });
}
