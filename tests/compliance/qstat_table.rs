//! qstat's table: the header, the rows to the byte, whose jobs, and in which order.

use crate::grid::{Grid, normal_row};
use crate::known::case;

const HEADER: &str = "job-ID  prior   name       user         state submit/start at     queue                          slots ja-task-ID ";

/// The only row of a job, normalised.
fn row(grid: &Grid, id: u64) -> String {
    let rows = grid.rows_of("qstat", id);
    assert_eq!(rows.len(), 1, "{rows:?}");
    normal_row(&rows[0], id)
}

#[test]
fn without_jobs_nothing_is_printed() {
    case(|grid| {
        let _guard = grid.only_alice();
        assert_eq!(grid.alice("qstat").all(), "exit 0");
        assert_eq!(grid.alice("qstat -s p").all(), "exit 0");
    });
}

#[test]
fn a_user_without_jobs_gives_nothing() {
    case(|grid| assert_eq!(grid.bob("qstat -u nosuchuser").all(), "exit 0"));
}

#[test]
fn the_header_has_two_lines() {
    case(|grid| {
        grid.submit("-h -b y true");
        let text = grid.bob("qstat").stdout;
        let lines: Vec<_> = text.lines().take(2).collect();
        assert_eq!(lines, [HEADER, &"-".repeat(113)]);
    });
}

#[test]
fn a_held_job_is_a_row() {
    case(|grid| {
        let id = grid.submit("-h -N held -b y true");
        let expected = "   {id} {prior} held       bob          hqw   MM/DD/YYYY hh:mm:ss                                    1        ";
        assert_eq!(row(grid, id), expected);
        assert!(grid.rows(id)[0].contains(" 0.00000 "));
    });
}

#[test]
fn a_running_job_is_a_row() {
    case(|grid| {
        let id = grid.submit("-q task -N runs -b y sleep 60");
        grid.wait_for_state(id, "r");
        let expected = "   {id} {prior} runs       bob          r     MM/DD/YYYY hh:mm:ss task@{host}                        1        ";
        assert_eq!(row(grid, id), expected);
    });
}

#[test]
fn a_long_name_is_cut_to_ten_characters() {
    case(|grid| {
        let id = grid.submit("-h -N nightly_sample_run -b y true");
        let expected = "   {id} {prior} nightly_sa bob          hqw   MM/DD/YYYY hh:mm:ss                                    1        ";
        assert_eq!(row(grid, id), expected);
    });
}

#[test]
fn a_parallel_job_shows_its_slots() {
    case(|grid| {
        let id = grid.submit("-h -N wide -pe smp 3-4 -b y true");
        let expected = "   {id} {prior} wide       bob          hqw   MM/DD/YYYY hh:mm:ss                                    3        ";
        assert_eq!(row(grid, id), expected);
    });
}

#[test]
fn an_arrays_waiting_tasks_are_one_row() {
    case(|grid| {
        for (range, shown) in [("1-10:3", "1-10:3"), ("1-5", "1-5:1"), ("5-6", "5,6"), ("2-4:2", "2,4"), ("7", "7")] {
            let id = grid.submit(&format!("-h -N arr -t {range} -b y true"));
            let expected = format!(
                "   {{id}} {{prior}} arr        bob          hqw   MM/DD/YYYY hh:mm:ss                                    1 {shown}"
            );
            assert_eq!(row(grid, id), expected);
        }
    });
}

#[test]
fn an_arrays_running_tasks_have_a_row_each() {
    case(|grid| {
        let id = grid.submit("-q all.q -N arr -t 1-3 -tc 2 -b y sleep 60");
        let both = crate::grid::poll(|| grid.rows(id).iter().filter(|row| row.split_whitespace().nth(4) == Some("r")).count() == 2);
        assert!(both, "{:?}", grid.rows(id));
        let rows: Vec<_> = grid.rows_of("qstat", id).iter().map(|row| normal_row(row, id)).collect();
        let expected = [
            "   {id} {prior} arr        bob          r     MM/DD/YYYY hh:mm:ss all.q@{host}                       1 1",
            "   {id} {prior} arr        bob          r     MM/DD/YYYY hh:mm:ss all.q@{host}                       1 2",
            "   {id} {prior} arr        bob          qw    MM/DD/YYYY hh:mm:ss                                    1 3",
        ];
        assert_eq!(rows, expected);
    });
}

#[test]
fn running_jobs_come_before_waiting_ones() {
    case(|grid| {
        let waiting = grid.submit("-h -b y true");
        let running = grid.submit("-b y sleep 60");
        grid.wait_for_state(running, "r");
        let text = grid.bob("qstat").stdout;
        let place = |id: u64| text.find(&format!("{id:>7} ")).expect("a row");
        assert!(place(running) < place(waiting), "{text}");
    });
}

#[test]
fn one_sees_only_ones_own_jobs_unless_asking_for_all() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let _guard = grid.only_alice();
        assert_eq!(grid.alice("qstat").stdout, "");
        let is_there = |text: &str| text.lines().any(|line| line.starts_with(&format!("{id:>7} ")));
        assert!(is_there(&grid.alice("qstat -u '*'").stdout));
        assert!(is_there(&grid.alice("qstat -u bob").stdout));
        assert!(is_there(&grid.alice("qstat -u alice,bob").stdout));
    });
}

#[test]
fn ones_own_name_lists_the_same_as_none() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert_eq!(grid.rows_of("qstat -u bob", id), grid.rows_of("qstat", id));
    });
}

#[test]
fn the_full_name_is_among_the_requests() {
    case(|grid| {
        let id = grid.submit("-h -N nightly_sample_run -l h_rt=60,h_vmem=1G -q task,all.q -pe smp 2-4 -b y true");
        let text = grid.bob("qstat -r").stdout;
        let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} ")));
        lines.next();
        let lines: Vec<_> = lines.take_while(|line| line.starts_with("      ")).collect();
        let expected = [
            "       Full jobname:     nightly_sample_run",
            "       Requested PE:     smp 2-4",
            "       Hard Resources:   h_rt=60 (0.000000)",
            "                         h_vmem=1G (0.000000)",
            "       Soft Resources:   ",
            "       Hard requested queues: task, all.q",
            "       Binding:          NONE",
        ];
        assert_eq!(lines, expected);
    });
}

#[test]
fn tasks_can_be_listed_one_by_one() {
    case(|grid| {
        let id = grid.submit("-h -t 1-3 -b y true");
        let tasks: Vec<_> = grid.rows_of("qstat -g d", id).iter().map(|row| row[103..].to_owned()).collect();
        assert_eq!(tasks, ["1", "2", "3"]);
    });
}

#[test]
fn an_unknown_queue_lists_nothing_and_fails() {
    case(|grid| {
        grid.submit("-h -b y true");
        assert_eq!(grid.bob("qstat -q nosuch").all(), "exit 1");
    });
}
