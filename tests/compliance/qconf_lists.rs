//! qconf's lists: one name a line, and what is said where there is none.

use crate::grid::{Grid, exec_host, host, same};
use crate::known::case;

/// The whole picture of `qconf OPTIONS` as bob.
fn qconf(grid: &Grid, options: &str) -> String {
    grid.bob(&format!("qconf {options}")).all()
}

#[test]
fn queues_are_listed_by_name() {
    case(|grid| same(qconf(grid, "-sql"), "stdout:\nall.q\ncontinuous\ntask\nexit 0"));
}

#[test]
fn parallel_environments_are_listed_by_name() {
    case(|grid| same(qconf(grid, "-spl"), "stdout:\nmake\nsmp\nexit 0"));
}

#[test]
fn managers_are_listed() {
    case(|grid| same(qconf(grid, "-sm"), "stdout:\nroot\nsgeadmin\nexit 0"));
}

#[test]
fn no_operator_is_an_error() {
    case(|grid| same(qconf(grid, "-so"), "stderr:\nno operator defined\nexit 1"));
}

#[test]
fn user_lists_of_grid_engines_own_are_always_there() {
    case(|grid| same(qconf(grid, "-sul"), "stdout:\narusers\ndeadlineusers\ndefaultdepartment\nexit 0"));
}

#[test]
fn host_groups_are_listed() {
    case(|grid| same(qconf(grid, "-shgrpl"), "stdout:\n@allhosts\nexit 0"));
}

#[test]
fn no_project_is_an_error() {
    case(|grid| same(qconf(grid, "-sprjl"), "stderr:\nno project list defined\nexit 1"));
}

#[test]
fn no_calendar_is_an_error() {
    case(|grid| same(qconf(grid, "-scall"), "stderr:\nno calendar defined\nexit 1"));
}

#[test]
fn no_checkpointing_environment_is_an_error() {
    case(|grid| same(qconf(grid, "-sckptl"), "stderr:\nno ckpt interface definition defined\nexit 1"));
}

#[test]
fn no_local_configuration_is_an_error() {
    case(|grid| same(qconf(grid, "-sconfl"), "stderr:\nno config defined\nexit 1"));
}

#[test]
fn no_resource_quota_set_is_an_error_in_two_ways() {
    case(|grid| {
        same(qconf(grid, "-srqsl"), "stderr:\nno resource quota set list defined\nexit 1");
        same(qconf(grid, "-srqs"), "stderr:\nNo resource quota set found\nexit 1");
        same(qconf(grid, "-srqs nosuch"), "stderr:\nNo resource quota set found\nexit 1");
    });
}

#[test]
fn a_share_tree_that_is_not_there_is_told_in_two_ways() {
    case(|grid| {
        same(qconf(grid, "-sstree"), "stderr:\nno sharetree element\nexit 1");
        for options in ["-sst", "-sstnode /x", "-rsstnode /x"] {
            same(qconf(grid, options), "stderr:\nNo sharetree\nexit 0");
        }
    });
}

#[test]
fn nothing_is_detached() {
    case(|grid| same(qconf(grid, "-sds"), "exit 0"));
}

#[test]
fn execution_hosts_are_listed() {
    case(|grid| same(qconf(grid, "-sel"), format!("stdout:\n{}\nexit 0", exec_host())));
}

#[test]
fn this_host_may_submit_and_administrate() {
    case(|grid| {
        for options in ["-ss", "-sh"] {
            let output = grid.bob(&format!("qconf {options}"));
            assert_eq!((output.code, output.stderr.as_str()), (0, ""));
            assert!(output.stdout.lines().any(|line| line == host()), "{options}: {}", output.stdout);
        }
    });
}

#[test]
fn the_scheduler_runs_on_this_host() {
    case(|grid| {
        same(qconf(grid, "-sss"), format!("stdout:\n{}\nexit 0", host()));
        let output = grid.bob("qconf -secl");
        let lines: Vec<&str> = output.stdout.lines().take(3).collect();
        assert_eq!(lines[0], "      ID NAME            HOST                     ");
        assert_eq!(lines[1], "-".repeat(50));
        assert_eq!(lines[2], format!("       1 scheduler       {:<25}", host()));
    });
}
