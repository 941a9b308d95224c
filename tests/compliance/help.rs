//! `-help`, and what the asking commands print when they are called wrongly.

use crate::grid::{Grid, same};
use crate::known::case;

fn first_lines(grid: &Grid, command: &str) -> String {
    let output = grid.bob(&format!("{command} -help"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{command}");
    output.stdout.lines().take(2).collect::<Vec<_>>().join("\n")
}

/// The help text kept from the real system; every line of it must be printed.
fn whole(grid: &Grid, command: &str, kept: &str) {
    same(grid.bob(&format!("{command} -help")).all(), format!("stdout:\n{kept}exit 0"));
}

#[test]
fn help_begins_with_the_version_and_the_usage() {
    case(|grid| {
        for (command, what) in [
            ("qsub", "[options]"),
            ("qstat", "[options]"),
            ("qacct", "[options]"),
            ("qdel", "[options] job_task_list"),
            ("qhold", "[options] job_task_list"),
            ("qrls", "[options] job_task_list"),
            ("qalter", "[options] job_task_list"),
            ("qconf", "[options]"),
            ("qquota", "[options]"),
        ] {
            assert_eq!(first_lines(grid, command), format!("SGE 8.1.9\nusage: {command} {what}"));
        }
    });
}

#[test]
fn qsub_help_is_the_original_text() {
    case(|grid| whole(grid, "qsub", include_str!("../../compat/captures/help/qsub.txt")));
}

#[test]
fn qstat_help_is_the_original_text() {
    case(|grid| whole(grid, "qstat", include_str!("../../compat/captures/help/qstat.txt")));
}

#[test]
fn qdel_help_is_the_original_text() {
    case(|grid| whole(grid, "qdel", include_str!("../../compat/captures/help/qdel.txt")));
}

#[test]
fn qacct_help_is_the_original_text() {
    case(|grid| whole(grid, "qacct", include_str!("../../compat/captures/help/qacct.txt")));
}

#[test]
fn qstat_with_a_number_prints_the_usage_and_the_error() {
    case(|grid| {
        let usage = include_str!("../../compat/captures/help/qstat.txt");
        same(grid.bob("qstat 17").all(), format!("stderr:\n{usage}invalid option argument \"17\"\nexit 1"));
    });
}

#[test]
fn qstat_with_an_unknown_option_prints_the_usage_and_the_error() {
    case(|grid| {
        let usage = include_str!("../../compat/captures/help/qstat.txt");
        same(grid.bob("qstat -a").all(), format!("stderr:\n{usage}invalid option argument \"-a\"\nexit 1"));
    });
}

#[test]
fn qdel_without_a_job_prints_the_usage_and_says_so_on_standard_output() {
    case(|grid| {
        let usage = include_str!("../../compat/captures/help/qdel.txt");
        same(grid.bob("qdel").all(), format!("stdout:\nERROR! no option argument\nstderr:\n{usage}exit 1"));
    });
}

#[test]
fn qacct_with_an_unknown_option_prints_the_usage_and_the_error() {
    case(|grid| {
        let usage = include_str!("../../compat/captures/help/qacct.txt");
        let output = grid.bob("qacct -nosuch");
        same(output.all(), format!("stderr:\n{usage}exit 1"));
    });
}
