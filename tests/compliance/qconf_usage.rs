//! How qconf reads its command line, and whom it lets change something.

use crate::grid::{Grid, host, same};
use crate::known::case;

const QUEUES: &str = "stdout:\nall.q\ncontinuous\ntask\n";

fn denied(role: &str, times: usize) -> String {
    format!("stderr:\n{}", format!("denied: \"bob\" must be {role} for this operation\n").repeat(times))
}

/// First lines of standard error, which may end with the usage, and the exit code.
fn complaint(grid: &Grid, line: &str, lines: usize) -> (String, i32) {
    let output = grid.bob(line);
    (output.stderr.lines().take(lines).collect::<Vec<_>>().join("\n"), output.code)
}

#[test]
fn several_options_are_done_one_after_another() {
    case(|grid| same(grid.bob("qconf -sql -spl").all(), format!("{QUEUES}make\nsmp\nexit 0")));
}

#[test]
fn an_empty_list_does_not_stop_the_next_option() {
    case(|grid| same(grid.bob("qconf -so -sql").all(), format!("{QUEUES}stderr:\nno operator defined\nexit 1")));
}

#[test]
fn what_stands_before_a_wrong_word_is_done() {
    case(|grid| {
        for word in ["foo", "-nosuch", "-ar", "-verbose"] {
            let wrong = format!("stderr:\nerror: invalid option argument \"{word}\"\nUsage: qconf -help\nexit 1");
            same(grid.bob(&format!("qconf -sql {word}")).all(), format!("{QUEUES}{wrong}"));
        }
    });
}

#[test]
fn a_missing_word_brings_the_usage() {
    case(|grid| {
        for (options, named) in [("-sp", "-sp"), ("-scal", "-scal"), ("-sobjl", "-sobjl"), ("-sobjl queue", "queue"), ("-dq", "-dq")] {
            let first = format!("error: no option argument provided to \"{named}\"\nSGE 8.1.9\nusage: qconf [options]");
            assert_eq!(complaint(grid, &format!("qconf {options}"), 3), (first, 1));
        }
    });
}

#[test]
fn a_word_that_must_be_there_may_look_like_an_option() {
    case(|grid| same(grid.bob("qconf -sp -sql").all(), "stderr:\n-sql is not a parallel environment\nexit 1"));
}

#[test]
fn without_a_word_the_usage_is_an_error() {
    case(|grid| {
        let output = grid.bob("qconf");
        assert_eq!((output.code, output.stdout.as_str()), (1, ""));
        assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qconf [options]\n"));
        assert!(output.stderr.ends_with("\nERROR! no option argument\n"));
    });
}

#[test]
fn help_ends_the_command() {
    case(|grid| {
        let output = grid.bob("qconf -sql -help -spl");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        assert!(output.stdout.starts_with("all.q\ncontinuous\ntask\nSGE 8.1.9\nusage: qconf [options]\n"));
        assert!(!output.stdout.ends_with("make\nsmp\n"));
    });
}

#[test]
fn an_ordinary_user_is_denied_changes() {
    case(|grid| {
        for options in ["-aq recq", "-mq recq", "-dq recq", "-ap recpe", "-mc", "-mconf", "-msconf", "-aprj", "-mhgrp @recg", "-mu recl"] {
            same(grid.bob(&format!("qconf {options} -sql")).all(), format!("{}exit 1", denied("manager", 1)));
        }
    });
}

#[test]
fn after_some_denials_the_next_option_is_done() {
    case(|grid| {
        for options in ["-am recu", "-ao recu", "-dcal recc", "-dp recpe", "-dprj recp", "-drqs recr", "-duser recu", "-dckpt recc"] {
            same(grid.bob(&format!("qconf {options} -sql")).all(), format!("{QUEUES}{}exit 1", denied("manager", 1)));
        }
    });
}

#[test]
fn a_list_of_hosts_is_denied_host_by_host() {
    case(|grid| same(grid.bob("qconf -de reca,recb").all(), format!("{}exit 1", denied("manager", 2))));
}

#[test]
fn user_lists_are_operators_business() {
    case(|grid| {
        same(grid.bob("qconf -au reca,recb recl,recm").all(), format!("{}exit 1", denied("operator", 4)));
        same(grid.bob("qconf -dul recl").all(), format!("{}exit 1", denied("operator", 1)));
        let users = "stderr:\naccess list \"recl\" doesn't exist\nexit 1";
        same(grid.bob("qconf -du recu recl").all(), users);
        same(grid.bob("qconf -du recu arusers").all(), "stderr:\nuser \"recu\" is not in access list \"arusers\"\nexit 1");
    });
}

#[test]
fn a_host_must_exist_before_it_is_denied() {
    case(|grid| {
        same(grid.bob("qconf -ah recnosuch").all(), "stderr:\ncan't resolve hostname \"recnosuch\"\nexit 1");
        same(grid.bob(&format!("qconf -ah {}", host())).all(), format!("{}exit 0", denied("manager", 1)));
    });
}

#[test]
fn a_file_must_be_there_before_it_is_denied() {
    case(|grid| {
        let missing = "error: error opening file \"/nosuch\" for reading: No such file or directory\n";
        same(grid.bob("qconf -Acal /nosuch").all(), format!("stderr:\n{missing}error reading in file\nexit 1"));
        same(grid.bob("qconf -Ae /nosuch").all(), format!("stderr:\n{missing}invalid format\nexit 1"));
        same(grid.bob("qconf -Aq /nosuch").all(), format!("{}exit 1", denied("manager", 1)));
        same(grid.bob("qconf -Aprj").all(), "stderr:\nno file argument given\nexit 1");
    });
}

#[test]
fn attributes_are_changed_of_known_kinds_alone() {
    case(|grid| {
        same(grid.bob("qconf -aattr foo a b c").all(), "stderr:\nModification of object \"foo\" not supported\nexit 1");
        same(grid.bob("qconf -aattr queue slots 3").all(), "stderr:\nqconf: missing object list\nexit 1");
        same(grid.bob("qconf -mattr queue slots 3 recq").all(), format!("{}exit 1", denied("manager", 1)));
    });
}

#[test]
fn monitoring_the_scheduler_is_denied_with_success() {
    case(|grid| {
        let denial = "stderr:\nstarting scheduler monitoring requires manager privileges\n";
        same(grid.bob("qconf -tsm -sql").all(), format!("{QUEUES}{denial}exit 0"));
    });
}
