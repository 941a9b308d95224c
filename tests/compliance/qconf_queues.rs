//! `qconf -sq`: queues, instances of queues, phrases and patterns, the template.

use crate::grid::{Grid, exec_host, mask_hosts, same};
use crate::known::case;

/// The names of the queues shown, errors and exit code.
fn names(grid: &Grid, phrases: &str) -> String {
    let output = grid.bob(&format!("qconf -sq {phrases}"));
    let names: Vec<&str> = output.stdout.lines().filter_map(|line| line.strip_prefix("qname                 ")).collect();
    format!("{} | {}exit {}", names.join(" "), output.stderr.replace('\n', " "), output.code)
}

fn none(phrase: &str) -> String {
    format!("No cluster queue or queue instance matches the phrase \"{phrase}\"")
}

#[test]
fn a_queue_has_these_attributes() {
    case(|grid| {
        let expected = include_str!("../../compat/captures/qconf-sq.txt");
        same(grid.bob("qconf -sq task").all(), format!("stdout:\n{expected}exit 0"));
    });
}

#[test]
fn without_a_name_the_template_is_shown() {
    case(|grid| {
        let expected = include_str!("../../compat/captures/qconf-sq-template.txt");
        same(grid.bob("qconf -sq").all(), format!("stdout:\n{expected}exit 0"));
        assert_eq!(names(grid, "''"), "template | exit 0");
        assert_eq!(names(grid, ","), "template | exit 0");
    });
}

#[test]
fn an_instance_has_a_host_instead_of_a_list() {
    case(|grid| {
        let expected = include_str!("../../compat/captures/qconf/instance.txt").replace("host1", "{host}");
        let output = grid.bob(&format!("qconf -sq task@{}", exec_host()));
        same(mask_hosts(&output.all()), format!("stdout:\n{expected}exit 0"));
    });
}

#[test]
fn patterns_and_lists_name_several() {
    case(|grid| {
        assert_eq!(names(grid, "'*'"), "all.q continuous task | exit 0");
        assert_eq!(names(grid, "task,all.q"), "task all.q | exit 0");
        assert_eq!(names(grid, "task all.q"), "task all.q | exit 0");
        assert_eq!(names(grid, "'task all.q'"), "task all.q | exit 0");
        assert_eq!(names(grid, "task,task"), "task | exit 0");
        assert_eq!(names(grid, "'*@@allhosts'"), "all.q continuous task | exit 0");
    });
}

#[test]
fn queues_of_one_pattern_have_an_empty_line_between_them() {
    case(|grid| {
        assert_eq!(grid.bob("qconf -sq '*'").stdout.matches("\n\nqname").count(), 2);
        assert_eq!(grid.bob("qconf -sq task,all.q").stdout.matches("\n\nqname").count(), 0);
    });
}

#[test]
fn a_phrase_that_matches_nothing_is_an_error() {
    case(|grid| {
        assert_eq!(names(grid, "nosuch"), format!(" | {} exit 1", none("nosuch")));
        assert_eq!(names(grid, "task@nosuch"), format!(" | {} exit 1", none("task@nosuch")));
        assert_eq!(names(grid, "task@@nosuch"), format!(" | {} exit 1", none("task@@nosuch")));
    });
}

#[test]
fn only_the_last_unmatched_phrase_is_told() {
    case(|grid| {
        assert_eq!(names(grid, "n1,n2"), format!(" | {} exit 1", none("n2")));
        assert_eq!(names(grid, "task,n1,n2"), format!("task | {} exit 1", none("n2")));
    });
}

#[test]
fn a_match_after_unmatched_phrases_is_shown_and_ends_the_search_with_success() {
    case(|grid| {
        assert_eq!(names(grid, "n1,n2,task,n3"), format!("task | error: {} error: {} exit 0", none("n1"), none("n2")));
        assert_eq!(names(grid, "n1,'*'"), format!("all.q | error: {} exit 0", none("n1")));
    });
}

#[test]
fn a_phrase_may_not_begin_with_an_at_sign() {
    case(|grid| {
        let text = "The queue name \"@x\" is not correct.  Queue names may not begin with @.  Perhaps you mean \"*@x\"?";
        same(grid.bob("qconf -sq task,@x").all(), format!("stderr:\n{text}\nexit 1"));
    });
}

#[test]
fn an_unmatched_phrase_does_not_stop_the_next_option() {
    case(|grid| {
        let text = format!("stdout:\nmake\nsmp\nstderr:\n{}\nexit 1", none("nosuch"));
        same(grid.bob("qconf -sq nosuch -spl").all(), text);
    });
}

#[test]
fn queues_are_found_by_a_value_as_shown() {
    case(|grid| {
        let all = "stdout:\nall.q\ncontinuous\ntask\nexit 0";
        for (query, expected) in [
            ("queue slots 4", all),
            ("queue slots 5", "exit 0"),
            ("queue qname 't*'", "stdout:\ntask\nexit 0"),
            ("queue pe_list 'smp make'", all),
            ("queue pe_list smp", "exit 0"),
            ("queue shell '*bash'", all),
            ("queue rerun true", "exit 0"),
            ("queue hostlist @allhosts", all),
            ("queue_instance slots 4", "exit 0"),
            ("nosuch slots 4", "exit 0"),
        ] {
            same(grid.bob(&format!("qconf -sobjl {query}")).all(), expected);
        }
    });
}
