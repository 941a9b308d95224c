//! `-binding`: which cores a job would like, how that is shown, and what is refused. The job runs whether it gets them or not.

use crate::known::case;
use crate::submission::{refused, rejected, stored, stored_from_script, submit_script, verified};

#[test]
fn an_amount_of_cores_is_shown_with_the_kind_of_request() {
    case(|grid| {
        for (given, shown) in [
            ("linear:1", "set linear:1"),
            ("linear:2", "set linear:2"),
            ("linear:9999", "set linear:9999"),
            ("linear:1:0,0", "set linear:1:0,0"),
            ("linear:2:1,3", "set linear:2:1,3"),
        ] {
            assert_eq!(stored(grid, &format!("-binding {given}"), "binding"), shown);
        }
    });
}

#[test]
fn without_an_amount_it_is_the_number_of_slots() {
    case(|grid| {
        assert_eq!(stored(grid, "-binding linear", "binding"), "set linear:slots");
        assert_eq!(stored(grid, "-binding linear:", "binding"), "set linear:slots");
        assert_eq!(stored(grid, "-binding linear:slots", "binding"), "set linear:slots");
        assert_eq!(stored(grid, "-binding linear:slots:0,0", "binding"), "set linear:2147483647:0,0");
        assert_eq!(stored(grid, "-pe smp 2 -binding linear", "binding"), "set linear:slots");
    });
}

#[test]
fn every_so_many_cores_are_shown_with_the_step() {
    case(|grid| {
        for (given, shown) in [
            ("striding:2:1", "set striding:2:1"),
            ("striding:2:1:0,0", "set striding:2:1:0,0"),
            ("striding:2:1:1,3", "set striding:2:1:1,3"),
            ("striding:2:0", "set striding:2:0"),
        ] {
            assert_eq!(stored(grid, &format!("-binding {given}"), "binding"), shown);
        }
    });
}

#[test]
fn single_cores_are_shown_as_pairs() {
    case(|grid| {
        assert_eq!(stored(grid, "-binding explicit:0,0", "binding"), "set explicit:0,0");
        assert_eq!(stored(grid, "-binding explicit:0,0:0,1", "binding"), "set explicit:0,0:0,1");
    });
}

#[test]
fn what_is_done_with_the_cores_may_be_said_first() {
    case(|grid| {
        for kind in ["env", "pe", "set"] {
            assert_eq!(stored(grid, &format!("-binding {kind} linear:1"), "binding"), format!("{kind} linear:1"));
        }
        assert_eq!(stored(grid, "-binding env explicit:0,0", "binding"), "env explicit:0,0");
    });
}

#[test]
fn without_the_option_the_line_says_none() {
    case(|grid| assert_eq!(stored(grid, "", "binding"), "NONE"));
}

#[test]
fn the_last_of_two_counts_without_a_warning() {
    case(|grid| {
        assert_eq!(stored(grid, "-binding linear:1 -binding striding:2:1", "binding"), "set striding:2:1");
        let output = grid.bob("qsub -terse -h -binding linear:1 -binding linear:2 -b y true");
        assert_eq!(output.all(), format!("stdout:\n{}\nexit 0", crate::grid::id_of(&output)));
    });
}

#[test]
fn a_script_may_ask_for_cores_and_the_command_line_beats_it() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -binding linear:1", "", "binding"), "set linear:1");
        assert_eq!(stored_from_script(grid, "#$ -binding env linear:1", "", "binding"), "env linear:1");
        assert_eq!(stored_from_script(grid, "#$ -binding linear:1", "-binding linear:2", "binding"), "set linear:2");
        grid.write(".sge_request", "-binding linear:1\n");
        assert_eq!(stored(grid, "", "binding"), "set linear:1");
    });
}

// A second pair and everything after it is dropped; so is what follows the word for the strategy.
#[test]
fn some_odd_forms_are_accepted() {
    case(|grid| {
        assert_eq!(stored(grid, "-binding linear:1:0,0:1,1", "binding"), "set linear:1:0,0");
        assert_eq!(stored(grid, "-binding linear_automatic:1", "binding"), "set linear:1");
        assert_eq!(stored(grid, "-binding linear:99999999999", "binding"), "set linear:1215752191");
    });
}

#[test]
fn zero_cores_are_rejected_by_the_master() {
    case(|grid| {
        let reason = "job rejected: binding parameter not consistent with strategy";
        rejected(grid, "-binding linear:0", &format!("{reason} (BN_parameter is n)"));
        rejected(grid, "-binding striding:0:1", &format!("{reason} (BN_parameter_n is 0)"));
    });
}

#[test]
fn bad_forms_are_refused_by_qsub() {
    case(|grid| {
        for (value, reason) in [
            ("linear:x", "couldn't parse amount (linear)"),
            ("linear:slotsx", "couldn't parse amount (linear)"),
            ("striding:slots:2", "couldn't parse amount (striding)"),
            ("linear:-1", "couldn't parse amount (linear)"),
            ("linear:1:0", "couldn't parse core number (linear)"),
            ("striding", "couldn't parse amount (striding)"),
            ("striding:2", "couldn't parse amount (striding)"),
            ("striding:x:1", "couldn't parse amount (striding)"),
            ("explicit", "'explicit:' not found in string!"),
            ("explicit:x", "First socket is not a number!"),
            ("explicit:0", "Missing first core number!"),
            ("explicit:0,0:0,0", "<socket,core> pairs are not unique!"),
        ] {
            refused(grid, &format!("-binding {value}"), 2, &format!("qsub: -binding option contains errors: {reason}"));
        }
    });
}

#[test]
fn an_unknown_strategy_is_refused_by_qsub() {
    case(|grid| {
        let reason = "-binding option contains errors: couldn't parse binding parameter (no strategy found)";
        for value in ["foo", "foo linear:1", "env foo", "none", "NONE", "''", "LINEAR:1", "balanced:2"] {
            refused(grid, &format!("-binding {value}"), 2, &format!("qsub: {reason}"));
        }
        let expected = format!("stderr:\nUnable to read script file because of error: {reason}\nexit 2");
        assert_eq!(submit_script(grid, "#$ -binding foo", "").all(), expected);
    });
}

#[test]
fn a_missing_strategy_is_refused() {
    case(|grid| {
        for option in ["-binding", "-binding env", "-binding set"] {
            assert_eq!(grid.bob(&format!("qsub {option}")).all(), "stderr:\nqsub: -binding option must have argument\nexit 2");
        }
    });
}

#[test]
fn verify_shows_no_binding() {
    case(|grid| assert_eq!(verified(grid, "-binding linear:1", "binding"), "-"));
}

#[test]
fn the_requests_show_it_too() {
    case(|grid| {
        let id = grid.submit("-h -binding striding:2:1 -b y true");
        let text = grid.bob("qstat -r").stdout;
        let binding = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} "))).find(|line| line.contains("Binding:"));
        assert_eq!(binding, Some("       Binding:          set striding:2:1"));
    });
}

#[test]
fn a_job_that_cannot_have_its_cores_runs_without() {
    case(|grid| {
        grid.run("-binding linear:99 -cwd -j y -o out -N sentence -b y 'echo [$SGE_BINDING]'");
        assert_eq!(grid.read("out"), "[]\n");
    });
}
