//! qmod: which jobs it takes, suspending them and letting them go on (compat/captures/qmod-answers.txt).

use crate::grid::{Grid, poll};
use crate::known::case;
use std::time::Duration;

fn running(grid: &Grid, options: &str) -> u64 {
    let id = grid.submit(&format!("{options} -b y sleep 120"));
    grid.wait_for_state(id, "r");
    id
}

/// An array of which the first `count` tasks run and two wait.
fn running_array(grid: &Grid, count: usize) -> u64 {
    let id = grid.submit(&format!("-t 1-{} -tc {count} -b y sleep 120", count + 2));
    let all_run = || grid.states(id).iter().filter(|state| state.starts_with("r ")).count() == count;
    assert!(poll(all_run), "{:?}", grid.states(id));
    id
}

/// Whether a job goes on that writes to the file `beat` all the time.
fn beats(grid: &Grid) -> bool {
    let before = grid.read("beat");
    std::thread::sleep(Duration::from_secs(1));
    grid.read("beat") != before
}

fn refused(id: u64) -> String {
    format!("stdout:\nModify operation can not be applied on job-array task {id}.1 in pending/hold state\nexit 0")
}

#[test]
fn a_running_job_is_suspended_and_continued() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qmod -sj {id}"), "stdout:\nbob - suspended job {id}\nexit 0");
        assert_eq!(grid.states(id), ["s"]);
        assert_eq!(grid.answer(id, "qmod -usj {id}"), "stdout:\nbob - unsuspended job {id}\nexit 0");
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn the_second_time_is_told() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qmod -usj {id}"), "stdout:\nbob - job {id} is already unsuspended\nexit 0");
        grid.bob(&format!("qmod -sj {id}"));
        assert_eq!(grid.answer(id, "qmod -sj {id}"), "stdout:\nbob - job {id} is already suspended\nexit 0");
        assert_eq!(grid.states(id), ["s"]);
    });
}

#[test]
fn the_options_without_j_take_jobs_as_well() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qmod -s {id}"), "stdout:\nbob - suspended job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qmod -us {id}"), "stdout:\nbob - unsuspended job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qmod -c {id}"), "stdout:\nJob {id} is not in error state\nexit 1");
    });
}

#[test]
fn force_has_words_of_its_own() {
    case(|grid| {
        let id = running(grid, "");
        let suspended = "stdout:\nbob - forced suspension of job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qmod -f -sj {id}"), suspended);
        assert_eq!(grid.answer(id, "qmod -f -sj {id}"), suspended, "the second time too");
        assert_eq!(grid.states(id), ["s"]);
        assert_eq!(grid.answer(id, "qmod -f -usj {id}"), "stdout:\nbob@{host} forced unsuspension of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qmod -f -usj {id}"), "stdout:\nbob - forced enabling of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn a_suspended_job_stands_still() {
    case(|grid| {
        grid.write("job.sh", "until [ -e go ]; do echo >> beat; sleep 0.1; done\n");
        let id = grid.submit("-cwd -j y -o /dev/null job.sh");
        grid.wait_for_file("beat");
        grid.wait_for_state(id, "r");
        grid.bob(&format!("qmod -sj {id}"));
        assert!(poll(|| !beats(grid)), "it goes on while suspended");
        grid.bob(&format!("qmod -usj {id}"));
        assert!(poll(|| beats(grid)), "it does not go on again");
        grid.write("go", "");
        grid.wait_until_gone(id);
    });
}

#[test]
fn a_suspended_job_may_be_held_and_released() {
    case(|grid| {
        let id = running(grid, "");
        grid.bob(&format!("qmod -sj {id}; qhold {id}"));
        assert_eq!(grid.states(id), ["hs"]);
        grid.bob(&format!("qrls {id}"));
        assert_eq!(grid.states(id), ["s"]);
    });
}

#[test]
fn waiting_jobs_are_not_changed() {
    case(|grid| {
        let held = grid.submit("-h -b y true");
        let later = grid.submit("-a 203601010000 -b y true");
        for options in ["-sj", "-usj", "-cj", "-rj", "-s", "-us", "-c", "-r", "-f -sj", "-f -rj"] {
            assert_eq!(grid.bob(&format!("qmod {options} {held}")).all(), refused(held), "{options}");
            assert_eq!(grid.bob(&format!("qmod {options} {later}")).all(), refused(later), "{options}");
        }
        assert_eq!((grid.states(held), grid.states(later)), (vec!["hqw".into()], vec!["qw".into()]));
    });
}

#[test]
fn an_arrays_running_tasks_are_suspended_and_the_waiting_ones_not_mentioned() {
    case(|grid| {
        let id = running_array(grid, 2);
        let lines = |verb: &str| format!("stdout:\nbob - {verb} job-array task {{id}}.1\nbob - {verb} job-array task {{id}}.2\nexit 0");
        assert_eq!(grid.answer(id, "qmod -sj {id}"), lines("suspended"));
        assert_eq!(grid.states(id), ["s 1", "s 2", "qw 3,4"]);
        let already = "stdout:\nbob - job-array task {id}.1 is already suspended\nbob - job-array task {id}.2 is already suspended\nexit 0";
        assert_eq!(grid.answer(id, "qmod -sj {id}"), already);
        assert_eq!(grid.answer(id, "qmod -usj {id}"), lines("unsuspended"));
    });
}

#[test]
fn single_tasks_are_suspended() {
    case(|grid| {
        let id = running_array(grid, 2);
        assert_eq!(grid.answer(id, "qmod -sj {id}.1"), "stdout:\nbob - suspended job-array task {id}.1\nexit 0");
        assert_eq!(grid.states(id), ["s 1", "r 2", "qw 3,4"]);
        let expected = "stdout:\nbob - unsuspended job-array task {id}.1\nbob - job-array task {id}.2 is already unsuspended\nexit 0";
        assert_eq!(grid.answer(id, "qmod -usj {id} -t 1-2"), expected);
    });
}

#[test]
fn waiting_tasks_that_are_named_are_refused() {
    case(|grid| {
        let id = running_array(grid, 1);
        let refused = "Modify operation can not be applied on job-array task {id}.2 in pending/hold state\n";
        assert_eq!(grid.answer(id, "qmod -sj {id}.2"), format!("stdout:\n{refused}exit 0"));
        assert_eq!(grid.answer(id, "qmod -sj {id}.1-2"), format!("stdout:\nbob - suspended job-array task {{id}}.1\n{refused}exit 0"));
    });
}

#[test]
fn tasks_that_are_none() {
    case(|grid| {
        let id = running_array(grid, 1);
        assert_eq!(grid.answer(id, "qmod -sj {id}.9"), "stdout:\ninvalid queue or job \"{id}\"\nexit 1");
        let expected = "stderr:\nERROR! \"{id}.x\" is an invalid job-task identifier\nexit 1";
        assert_eq!(grid.answer(id, "qmod -sj {id}.x"), expected);
        assert_eq!(grid.answer(id, "qmod -sj {id}.0"), "stdout:\nbob - suspended job-array task {id}.1\nexit 0", "0 is all of them");
    });
}

#[test]
fn a_job_that_is_no_array_is_its_own_first_task() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qmod -sj {id}.1"), "stdout:\nbob - suspended job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qmod -usj {id} -t 1"), "stdout:\nbob - unsuspended job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qmod -sj {id}.2"), "stdout:\ninvalid queue or job \"{id}\"\nexit 1");
    });
}

#[test]
fn jobs_are_separated_by_blanks_and_not_by_commas() {
    case(|grid| {
        let (one, two) = (running(grid, ""), running(grid, ""));
        let expected = format!("stdout:\nbob - suspended job {one}\ninvalid queue or job \"9999999\"\nbob - suspended job {two}\nexit 1");
        assert_eq!(grid.bob(&format!("qmod -sj {one} 9999999 {two}")).all(), expected);
        let expected = format!("stderr:\nERROR! \"{one},{two}\" is an invalid job-task identifier\nexit 1");
        assert_eq!(grid.bob(&format!("qmod -usj {one},{two}")).all(), expected);
    });
}

#[test]
fn names_and_patterns_find_jobs() {
    case(|grid| {
        let stem = grid.name("nm");
        let one = running(grid, &format!("-N {stem}1"));
        let two = running(grid, &format!("-N {stem}2"));
        assert_eq!(grid.bob(&format!("qmod -sj {stem}1")).all(), format!("stdout:\nbob - suspended job {one}\nexit 0"));
        let expected = format!("stdout:\nbob - unsuspended job {one}\nbob - job {two} is already unsuspended\nexit 0");
        assert_eq!(grid.bob(&format!("qmod -usj '{stem}*'")).all(), expected);
        assert_eq!(grid.bob(&format!("qmod -sj {stem}1.1")).all(), format!("stdout:\ninvalid queue or job \"{stem}1.1\"\nexit 1"));
    });
}

#[test]
fn a_name_is_a_queue_to_the_options_without_j() {
    case(|grid| {
        let name = grid.name("nm");
        running(grid, &format!("-r n -N {name}"));
        for option in ["-c", "-r"] {
            assert_eq!(grid.bob(&format!("qmod {option} {name}")).all(), format!("stdout:\ninvalid queue \"{name}\"\nexit 1"));
        }
        for option in ["-s", "-us"] {
            let expected = format!("stdout:\ninvalid queue or job \"{name}\"\nexit 1");
            assert_eq!(grid.bob(&format!("qmod {option} {name}")).all(), expected);
        }
    });
}

#[test]
fn several_actions_go_into_one_call() {
    case(|grid| {
        let id = running(grid, "");
        let expected = "stdout:\nbob - suspended job {id}\nbob - unsuspended job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qmod -sj {id} -usj {id}"), expected);
    });
}

#[test]
fn somebody_elses_jobs_are_not_changed() {
    case(|grid| {
        let id = running(grid, "");
        let held = grid.submit("-h -b y true");
        for options in ["-sj", "-usj", "-cj", "-rj", "-s", "-us", "-c", "-r", "-f -sj", "-f -rj"] {
            for job in [id, held] {
                let expected = format!("stdout:\nalice - you have no permission to modify job \"{job}\"\nexit 1");
                assert_eq!(grid.alice(&format!("qmod {options} {job}")).all(), expected, "{options}");
            }
        }
        let output = grid.alice(&format!("qmod -sj {id} 9999999 {held}"));
        let denied = |job| format!("alice - you have no permission to modify job \"{job}\"\n");
        let expected = format!("stdout:\n{}invalid queue or job \"9999999\"\n{}exit 1", denied(id), denied(held));
        assert_eq!(output.all(), expected);
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn a_name_of_several_people_goes_on_behind_somebody_elses_job() {
    case(|grid| {
        let _guard = grid.only_alice();
        let name = grid.name("shared");
        let one = grid.submit(&format!("-h -N {name} -b y true"));
        let hers = crate::grid::id_of(&grid.alice(&format!("qsub -h -N {name} -b y true")));
        let two = grid.submit(&format!("-h -N {name} -b y true"));
        let waits = |id| format!("Modify operation can not be applied on job-array task {id}.1 in pending/hold state\n");
        let expected = format!("stdout:\n{}bob - you have no permission to modify job \"{hers}\"\n{}exit 1", waits(one), waits(two));
        assert_eq!(grid.bob(&format!("qmod -sj {name}")).all(), expected);
    });
}

#[test]
fn owner_and_manager_undo_each_others_suspension() {
    case(|grid| {
        let id = running(grid, "");
        let root = |line: &str| grid.normal(&grid.root(&line.replace("{id}", &id.to_string())).all(), id);
        assert_eq!(root("qmod -sj {id}"), "stdout:\nroot - suspended job {id}\nexit 0");
        assert_eq!(root("qmod -sj {id}"), "stdout:\nroot - job {id} is already suspended\nexit 0");
        assert_eq!(grid.answer(id, "qmod -usj {id}"), "stdout:\nbob - unsuspended job {id}\nexit 0");
        grid.bob(&format!("qmod -sj {id}"));
        assert_eq!(root("qmod -usj {id}"), "stdout:\nroot - unsuspended job {id}\nexit 0");
    });
}
