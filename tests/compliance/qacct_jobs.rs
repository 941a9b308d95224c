//! qacct -j: which records are shown, by id, name, pattern and task, alone and with other conditions.

use crate::accounting::{lines, shown};
use crate::grid::{Grid, same};
use crate::known::case;

fn file(grid: &Grid) {
    grid.write(
        "acct",
        &lines(&[
            "job_number=10 job_name=alpha",
            "job_number=11 job_name=10",
            "job_number=12 job_name=arr task_number=1",
            "job_number=12 job_name=arr task_number=2 owner=alice",
            "job_number=12 job_name=arr task_number=5",
            "job_number=12 job_name=arr task_number=5 pe_taskid=1.node2",
            "job_number=13 job_name=Alpha.sh qname=task",
        ]),
    );
}

fn found(grid: &Grid, options: &str) -> Vec<String> {
    file(grid);
    let output = grid.bob(&format!("qacct -f acct {options}"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{options}\n{}", output.all());
    shown(&output.stdout)
}

fn refused(grid: &Grid, options: &str, line: &str) {
    file(grid);
    same(grid.bob(&format!("qacct -f acct {options}")).all(), format!("stderr:\n{line}\nexit 1"));
}

#[test]
fn a_number_is_an_id_and_no_name() {
    case(|grid| {
        assert_eq!(found(grid, "-j 10"), ["10"]);
        assert_eq!(found(grid, "-j 12"), ["12.1", "12.2", "12.5", "12.5"]);
    });
}

#[test]
fn what_follows_the_digits_is_nothing() {
    case(|grid| {
        assert_eq!(found(grid, "-j 10.1"), ["10"]);
        assert_eq!(found(grid, "-j 10,12"), ["10"]);
        assert_eq!(found(grid, "-j 010"), ["10"]);
    });
}

#[test]
fn a_name_is_the_whole_name() {
    case(|grid| assert_eq!(found(grid, "-j alpha"), ["10"]));
}

#[test]
fn a_pattern_minds_case() {
    case(|grid| {
        assert_eq!(found(grid, "-j 'al*'"), ["10"]);
        assert_eq!(found(grid, "-j '[aA]lpha*'"), ["10", "13"]);
        assert_eq!(found(grid, "-j 'a??'"), ["12.1", "12.2", "12.5", "12.5"]);
    });
}

#[test]
fn a_bar_is_no_alternative() {
    case(|grid| refused(grid, "-j 'alpha|arr'", "error: job name alpha|arr not found"));
}

#[test]
fn an_unknown_pattern_is_told_as_a_name() {
    case(|grid| refused(grid, "-j 'zz*'", "error: job name zz* not found"));
}

#[test]
fn without_a_word_every_record_is_shown_and_summed_up() {
    case(|grid| {
        file(grid);
        let text = grid.bob("qacct -f acct -j").stdout;
        assert_eq!(shown(&text).len(), 7);
        let tail: Vec<_> = text.lines().rev().take(4).collect();
        assert_eq!(tail[3], "Total System Usage");
        assert!(tail[0].starts_with("          420        10.500 "), "{}", tail[0]);
    });
}

#[test]
fn zero_is_no_job_and_asks_for_the_sums() {
    case(|grid| {
        file(grid);
        same(grid.bob("qacct -f acct -j 0").all(), grid.bob("qacct -f acct").all());
    });
}

#[test]
fn with_a_job_there_is_no_table() {
    case(|grid| {
        file(grid);
        let text = grid.bob("qacct -f acct -j 10 -o -q").stdout;
        assert!(text.ends_with("category     NONE\n"), "{text}");
    });
}

#[test]
fn an_owners_records_and_table_come_together() {
    case(|grid| {
        file(grid);
        let text = grid.bob("qacct -f acct -j -o alice").stdout;
        assert_eq!(shown(&text), ["12.2"]);
        assert_eq!(text.lines().filter(|line| line.starts_with("alice ")).count(), 1, "{text}");
    });
}

#[test]
fn other_conditions_hold_for_a_job_too() {
    case(|grid| {
        assert_eq!(found(grid, "-j 12 -o alice"), ["12.2"]);
        assert_eq!(found(grid, "-j '*lpha*' -q task"), ["13"]);
        refused(grid, "-j 10 -o alice", "error: job id 10 not found");
        refused(grid, "-j alpha -P web", "error: job name alpha not found");
    });
}

#[test]
fn m_leaves_out_slave_tasks() {
    case(|grid| assert_eq!(found(grid, "-j 12 -m"), ["12.1", "12.2", "12.5"]));
}

#[test]
fn tasks_are_a_range_with_a_step() {
    case(|grid| {
        assert_eq!(found(grid, "-j 12 -t 2"), ["12.2"]);
        assert_eq!(found(grid, "-j 12 -t 1-2"), ["12.1", "12.2"]);
        assert_eq!(found(grid, "-j 12 -t 1-5:4"), ["12.1", "12.5", "12.5"]);
        assert_eq!(found(grid, "-j 12 -t 5-1"), ["12.1", "12.2", "12.5", "12.5"]);
        assert_eq!(found(grid, "-t 1 -j arr"), ["12.1"]);
    });
}

#[test]
fn of_several_ranges_the_last_counts() {
    case(|grid| assert_eq!(found(grid, "-j 12 -t 1,2"), ["12.2"]));
}

#[test]
fn tasks_from_zero_on_are_all() {
    case(|grid| assert_eq!(found(grid, "-j 12 -t 0-1"), ["12.1", "12.2", "12.5", "12.5"]));
}

#[test]
fn unknown_tasks_are_told_with_their_range() {
    case(|grid| {
        refused(grid, "-j 12 -t 7", "error: Job-array tasks 12.7-7:1 not found");
        refused(grid, "-j 12 -t 9-7:2", "error: Job-array tasks 12.7-9:2 not found");
        refused(grid, "-j arr -t 9", "error: Job-array tasks \"arr\".9-9:1 not found");
        refused(grid, "-j 10 -t 1", "error: Job-array tasks 10.1-1:1 not found");
    });
}

#[test]
fn tasks_need_a_job() {
    case(|grid| {
        file(grid);
        let usage = include_str!("../../compat/captures/help/qacct.txt");
        let expected = format!("stderr:\nerror: -t option requires -j option with an argument\n{usage}exit 1");
        same(grid.bob("qacct -f acct -t 1").all(), &expected);
        same(grid.bob("qacct -f acct -t 1 -o bob").all(), &expected);
    });
}

#[test]
fn tasks_that_are_no_range_are_told() {
    case(|grid| {
        file(grid);
        let usage = include_str!("../../compat/captures/help/qacct.txt");
        for word in ["x", "1-", "1-5:0", "1-2-3"] {
            let expected = format!("stderr:\ninvalid list of task id ranges: {word}\n{usage}exit 1");
            same(grid.bob(&format!("qacct -f acct -j 12 -t {word}")).all(), expected);
        }
        let missing = format!("stderr:\n-t option must have a list of task id ranges\n{usage}exit 1");
        same(grid.bob("qacct -f acct -j 12 -t").all(), missing);
    });
}
