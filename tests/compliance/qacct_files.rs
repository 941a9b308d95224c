//! qacct -f: files that are not there, old lines, and damaged ones.

use crate::accounting::{line, lines, shown};
use crate::grid::{Grid, same};
use crate::known::case;

fn total(wallclock: &str) -> String {
    let sums = "    WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW";
    format!("Total System Usage\n{sums}\n{}\n{wallclock}", "=".repeat(112))
}

const ONE: &str = "           60         1.500         0.250         1.750              0.100              0.200              0.000\n";

#[test]
fn a_file_that_is_not_there_is_told_on_both_streams() {
    case(|grid| {
        for options in ["", "-o", "-j", "-j 1", "-t 1"] {
            let expected = "stdout:\nno jobs running since startup\nstderr:\nnosuch: No such file or directory\nexit 1";
            same(grid.bob(&format!("qacct -f nosuch {options}")).all(), expected);
        }
    });
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    case(|grid| {
        grid.write("acct", &line(""));
        let expected = "stdout:\nno jobs running since startup\nstderr:\nerror: unable to open acct\nexit 1";
        same(grid.bob("chmod 0 acct; qacct -f acct").all(), expected);
    });
}

#[test]
fn a_directory_is_an_empty_file() {
    case(|grid| same(grid.bob("qacct -f .").all(), format!("stdout:\n{}exit 0", total(""))));
}

#[test]
fn a_pipe_is_read() {
    case(|grid| {
        grid.write("acct", &line(""));
        same(grid.bob("cat acct | qacct -f /dev/stdin").all(), format!("stdout:\n{}exit 0", total(ONE)));
    });
}

#[test]
fn a_file_needs_its_option() {
    case(|grid| {
        grid.write("acct", &line(""));
        same(grid.bob("qacct acct").all(), format!("stderr:\n{}exit 1", include_str!("../../compat/captures/help/qacct.txt")));
    });
}

#[test]
fn comments_and_empty_lines_are_passed_over() {
    case(|grid| {
        grid.write("acct", &format!("# Version: 8.1.9\n\n{}#\n", line("")));
        same(grid.bob("qacct -f acct").all(), format!("stdout:\n{}exit 0", total(ONE)));
    });
}

#[test]
fn damaged_lines_are_told_by_their_number_and_the_rest_is_used() {
    case(|grid| {
        grid.write("acct", &format!("{}junk\n# not counted\n\n{}all.q:node1:tools\n", line(""), line("")));
        let output = grid.bob("qacct -f acct");
        same(&output.stderr, "error: ignoring invalid entry in line 2\nerror: ignoring invalid entry in line 4\n");
        assert_eq!((output.code, output.stdout.lines().last().map(|row| &row[..14])), (0, Some("          120 ")));
    });
}

#[test]
fn lines_of_42_fields_and_more_are_records() {
    case(|grid| {
        let whole = line("");
        let fields: Vec<&str> = whole.trim_end().split(':').collect();
        let cut = |count: usize| fields[..count].join(":") + "\n";
        grid.write("acct", &format!("{}{}{}{}", cut(41), cut(42), cut(43), whole.trim_end().to_owned() + ":more:of:it\n"));
        let output = grid.bob("qacct -f acct -j");
        same(&output.stderr, "error: ignoring invalid entry in line 1\n");
        assert_eq!(shown(&output.stdout).len(), 3);
    });
}

#[test]
fn colons_next_to_each_other_are_one() {
    case(|grid| {
        grid.write("acct", &line("").replace(":bob:", ":::bob::"));
        assert_eq!(shown(&grid.bob("qacct -f acct -j -o bob").stdout), ["1"]);
    });
}

#[test]
fn the_last_line_needs_no_end() {
    case(|grid| {
        grid.write("acct", line("").trim_end());
        same(grid.bob("qacct -f acct").all(), format!("stdout:\n{}exit 0", total(ONE)));
    });
}

#[test]
fn numbers_are_read_as_far_as_they_go() {
    case(|grid| {
        grid.write("acct", &line("ru_wallclock=60.9x ru_utime=1.5e0s ru_stime=abc cpu=0x1p1"));
        let text = grid.bob("qacct -f acct").stdout;
        assert_eq!(text.lines().last().map(|row| &row[..55]), Some("           60         1.500         0.000         2.000"), "{text}");
    });
}

#[test]
fn a_line_of_more_than_twenty_thousand_bytes_is_cut() {
    case(|grid| {
        grid.write("acct", &(line(&format!("category={}", "c".repeat(70_000))) + &line("job_number=2")));
        let output = grid.bob("qacct -f acct -j");
        let expected: String = (1..=4).map(|number| format!("error: ignoring invalid entry in line {number}\n")).collect();
        same(&output.stderr, expected);
        assert_eq!(shown(&output.stdout), ["2"]);
    });
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    case(|grid| {
        grid.write("acct", &lines(&[""; 3000]));
        let output = grid.bob("set -o pipefail; qacct -f acct -j | head -n 1");
        let expected = "stdout:\n==============================================================\nexit 141";
        same(output.all(), expected);
    });
}

fn of_queues(grid: &Grid) {
    let host = crate::grid::exec_host();
    let on = |number: u32, queue: &str| format!("job_number={number} qname={queue} hostname={host} ru_wallclock={number}");
    grid.write("acct", &lines(&[&on(1, "all.q"), &on(2, "task"), &on(4, "continuous"), &on(8, "gone.q")]));
}

#[test]
fn requested_resources_choose_by_what_the_queue_offers_today() {
    case(|grid| {
        of_queues(grid);
        for (request, wallclock) in [
            ("q=task", "            2"),
            ("'q=t*|all.q'", "            3"),
            ("'q=!task'", "            5"),
            ("slots=4", "            7"),
            ("h_rt=3600,h_vmem=1G", "            7"),
            ("release=buster", "            7"),
            ("rerun=TRUE", "            7"),
        ] {
            let output = grid.bob(&format!("qacct -f acct -l {request}"));
            same(&output.stderr, "1 jobs ignored for accounting. Jobs' master queue no longer exists.\n");
            assert!(output.stdout.starts_with("\nTotal System Usage\n"), "{request}: {}", output.stdout);
            assert_eq!(output.stdout.lines().last().map(|row| &row[..13]), Some(wallclock), "{request}");
        }
        for request in ["slots=5", "rerun=FALSE", "release=x", "load_avg=0", "mem_free=0"] {
            let output = grid.bob(&format!("qacct -f acct -l {request}"));
            assert_eq!(output.stdout.lines().count(), 4, "{request}: {}", output.stdout);
        }
    });
}

#[test]
fn requests_that_are_none_are_told() {
    case(|grid| {
        of_queues(grid);
        for (request, text) in [
            ("nosuch=1", "unknown resource \"nosuch\""),
            ("h_rt=1:0", "attribute \"h_rt\" is not a time value"),
            ("h_vmem=8gb", "attribute \"h_vmem\" is not a memory value"),
            ("slots=x", "attribute \"slots\" is not a integer value"),
        ] {
            same(grid.bob(&format!("qacct -f acct -l {request}")).all(), format!("stderr:\nerror: {text}\nexit 1"));
        }
        let usage = include_str!("../../compat/captures/help/qacct.txt");
        let expected = format!("stderr:\nerror: denied: missing value for resource \"q\"\n{usage}exit 1");
        same(grid.bob("qacct -f acct -l q").all(), expected);
    });
}

#[test]
fn a_host_groups_queues_are_those_of_its_hosts() {
    case(|grid| {
        of_queues(grid);
        let output = grid.bob("qacct -f acct -q 't*@@allhosts'");
        same(&output.stderr, "error: Invalid sge_strtok_r call, last is NULL\n");
        assert_eq!(output.stdout.lines().nth(2).and_then(|row| row.split_whitespace().nth(1)), Some("task"), "{}", output.stdout);
        let expected = "stderr:\nerror: Invalid sge_strtok_r call, last is NULL\nNo queues remaining after -q queue selection\nexit 1";
        same(grid.bob("qacct -f acct -q '*@@nosuch'").all(), expected);
    });
}
