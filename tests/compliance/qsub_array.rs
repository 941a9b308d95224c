//! `-t` and `-tc`: ranges, what a task sees, and how many run at a time.

use crate::grid::{Grid, id_of};
use crate::known::case;

/// The range a held submission is confirmed with.
fn range(grid: &Grid, option: &str) -> String {
    let output = grid.bob(&format!("qsub -terse -h -t {option} -b y true"));
    let id = id_of(&output).to_string();
    output.stdout.trim_end().strip_prefix(&id).expect("the id first").trim_start_matches('.').to_owned()
}

#[test]
fn a_single_number_is_an_array_of_one_task() {
    case(|grid| {
        assert_eq!(range(grid, "7"), "7-7:1");
        assert_eq!(range(grid, "1"), "1-1:1");
    });
}

#[test]
fn a_colon_may_stand_for_the_dash() {
    case(|grid| assert_eq!(range(grid, "1:3"), "1-3:1"));
}

#[test]
fn a_range_is_turned_round() {
    case(|grid| assert_eq!(range(grid, "5-1"), "1-5:1"));
}

#[test]
fn the_upper_end_is_confirmed_as_given_and_listed_as_reached() {
    case(|grid| {
        let output = grid.bob("qsub -h -t 1-20:3 -b y true");
        let id = id_of(&output);
        assert!(output.stdout.contains(".1-20:3 ("), "{}", output.all());
        assert_eq!(grid.rows(id)[0].split_whitespace().last(), Some("1-19:3"));
    });
}

#[test]
fn a_task_knows_its_id_and_the_range() {
    case(|grid| {
        let id = grid.run("-cwd -N t -j y -t 2-8:3 -b y 'echo $SGE_TASK_ID $SGE_TASK_FIRST $SGE_TASK_LAST $SGE_TASK_STEPSIZE'");
        assert_eq!(grid.read(&format!("t.o{id}.2")), "2 2 8 3\n");
        assert_eq!(grid.read(&format!("t.o{id}.5")), "5 2 8 3\n");
        assert_eq!(grid.read(&format!("t.o{id}.8")), "8 2 8 3\n");
    });
}

#[test]
fn the_last_task_is_told_as_given_though_it_is_never_reached() {
    case(|grid| {
        let id = grid.run("-cwd -N t -j y -t 1-5:3 -b y 'echo $SGE_TASK_LAST'");
        assert_eq!(grid.files(), [format!("t.o{id}.1"), format!("t.o{id}.4")]);
        assert_eq!(grid.read(&format!("t.o{id}.1")), "5\n");
    });
}

#[test]
fn all_tasks_share_the_job_id_and_the_script() {
    case(|grid| {
        grid.write("job.sh", "echo $JOB_ID $1\n");
        let id = grid.run("-cwd -j y -o out.\\$TASK_ID -t 1-2 job.sh arg");
        assert_eq!(grid.read("out.1"), format!("{id} arg\n"));
        assert_eq!(grid.read("out.2"), format!("{id} arg\n"));
    });
}

#[test]
fn no_more_tasks_run_than_allowed() {
    case(|grid| {
        let id = grid.submit("-cwd -j y -o log -t 1-3 -tc 1 -N sentence -b y 'mkdir alone && sleep 0.3 && rmdir alone && echo ok'");
        grid.wait_until_gone(id);
        assert_eq!(grid.read("log"), "ok\nok\nok\n");
    });
}

#[test]
fn a_limit_above_the_number_of_tasks_is_accepted() {
    case(|grid| {
        grid.submit("-h -t 1-2 -tc 50 -b y true");
    });
}

#[test]
fn tasks_end_with_their_own_statuses() {
    case(|grid| {
        let id = grid.submit("-t 1-2 -N sentence -b y 'exit $((SGE_TASK_ID - 1))'");
        let text = grid.accounting_of_tasks(id, 2);
        let mut statuses: Vec<_> = text.lines().filter(|l| l.starts_with("exit_status")).map(str::trim_end).collect();
        statuses.sort();
        assert_eq!(statuses, ["exit_status  0", "exit_status  1"]);
    });
}
