//! `-ac`, `-dc` and `-sc`: the variables a job carries for its users, shown by `qstat -j`.

use crate::grid::id_of;
use crate::known::case;
use crate::submission::{refused, stored, stored_from_script, verified};

#[test]
fn variables_are_added() {
    case(|grid| {
        assert_eq!(stored(grid, "-ac A=1", "context"), "A=1");
        assert_eq!(stored(grid, "-ac A=1,B=2", "context"), "A=1,B=2");
        assert_eq!(stored(grid, "-ac A=1 -ac B=2", "context"), "A=1,B=2");
    });
}

#[test]
fn a_variable_without_a_value_is_shown_with_none() {
    case(|grid| {
        assert_eq!(stored(grid, "-ac A", "context"), "A=NONE");
        assert_eq!(stored(grid, "-ac A=", "context"), "A=NONE");
        assert_eq!(stored(grid, "-ac A=1,B", "context"), "A=1,B=NONE");
    });
}

#[test]
fn a_later_value_replaces_the_earlier_in_its_place() {
    case(|grid| {
        assert_eq!(stored(grid, "-ac A=1 -ac A=2", "context"), "A=2");
        assert_eq!(stored(grid, "-ac B=1,A=1,B=2", "context"), "B=2,A=1");
    });
}

#[test]
fn blanks_equals_signs_and_any_names_are_kept() {
    case(|grid| {
        assert_eq!(stored(grid, "-ac 'A=x y'", "context"), "A=x y");
        assert_eq!(stored(grid, "-ac A=a=b", "context"), "A=a=b");
        assert_eq!(stored(grid, "-ac 1A=1", "context"), "1A=1");
        assert_eq!(stored(grid, "-ac 'A B=1'", "context"), "A B=1");
        assert_eq!(stored(grid, "-ac \u{e9}=\u{fc}", "context"), "\u{e9}=\u{fc}");
    });
}

#[test]
fn empty_elements_are_passed_over() {
    case(|grid| {
        assert_eq!(stored(grid, "-ac ,A=1", "context"), "A=1");
        assert_eq!(stored(grid, "-ac A=1,,B=2", "context"), "A=1,B=2");
    });
}

#[test]
fn variables_are_taken_away() {
    case(|grid| {
        assert_eq!(stored(grid, "-ac A=1,B=2 -dc A", "context"), "B=2");
        assert_eq!(stored(grid, "-ac A=1,B=2,C=3 -dc A,C", "context"), "B=2");
        assert_eq!(stored(grid, "-sc A=1,B=2 -dc A", "context"), "B=2");
    });
}

#[test]
fn without_variables_there_is_no_line() {
    case(|grid| {
        assert_eq!(stored(grid, "", "context"), "-");
        assert_eq!(stored(grid, "-ac A=1 -dc A", "context"), "-");
    });
}

#[test]
fn taking_away_what_is_not_there_is_no_error() {
    case(|grid| {
        assert_eq!(stored(grid, "-dc A", "context"), "-");
        assert_eq!(stored(grid, "-dc NOSUCH -ac A=1", "context"), "A=1");
    });
}

#[test]
fn the_options_act_in_the_order_given() {
    case(|grid| {
        assert_eq!(stored(grid, "-dc A -ac A=1", "context"), "A=1");
        assert_eq!(stored(grid, "-ac A=1 -sc B=2", "context"), "B=2");
        assert_eq!(stored(grid, "-sc B=2 -ac A=1", "context"), "B=2,A=1");
        assert_eq!(stored(grid, "-sc A=1 -sc B=2", "context"), "B=2");
    });
}

#[test]
fn a_value_given_to_take_away_does_not_matter() {
    case(|grid| assert_eq!(stored(grid, "-ac A=1,B=2 -dc A=9", "context"), "B=2"));
}

#[test]
fn directives_come_before_the_command_line() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -ac A=1\n#$ -ac B=2", "", "context"), "A=1,B=2");
        assert_eq!(stored_from_script(grid, "#$ -ac A=1,B=1", "-ac B=2,C=2", "context"), "A=1,B=2,C=2");
        assert_eq!(stored_from_script(grid, "#$ -ac A=1,B=1", "-dc B", "context"), "A=1");
        assert_eq!(stored_from_script(grid, "#$ -dc B", "-ac B=2,C=2", "context"), "B=2,C=2");
    });
}

#[test]
fn set_on_the_command_line_drops_the_directives() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -ac A=1,B=1", "-sc C=2", "context"), "C=2");
        assert_eq!(stored_from_script(grid, "#$ -sc A=1,B=1", "-sc C=2", "context"), "C=2");
        assert_eq!(stored_from_script(grid, "#$ -sc A=1,B=1", "-ac C=2", "context"), "A=1,B=1,C=2");
    });
}

#[test]
fn a_request_file_comes_before_the_command_line() {
    case(|grid| {
        grid.write(".sge_request", "-ac A=1,B=1\n");
        assert_eq!(stored(grid, "-ac B=2,C=2", "context"), "A=1,B=2,C=2");
        assert_eq!(stored(grid, "-sc C=2", "context"), "C=2");
    });
}

#[test]
fn an_empty_list_is_refused() {
    case(|grid| {
        for option in ["-ac", "-sc", "-dc"] {
            refused(grid, &format!("{option} ''"), 7, &format!("qsub: Wrong context list format {option} \"\""));
        }
    });
}

#[test]
fn a_variable_without_a_name_is_refused() {
    case(|grid| refused(grid, "-ac =1", 7, "qsub: Wrong context list format -ac \"=1\""));
}

#[test]
fn each_option_has_its_own_words_for_a_missing_list() {
    case(|grid| {
        for (option, text) in [
            ("-ac", "-ac option must have a context_list list argument"),
            ("-dc", "-dc option must have a simple_context_list list argument"),
            ("-sc", "-sc option must have context list argument"),
        ] {
            assert_eq!(grid.bob(&format!("qsub {option}")).all(), format!("stderr:\nqsub: {text}\nexit 2"));
        }
    });
}

// The list still holds a mark ahead of what each option brought: + for -ac, - for -dc, = for -sc.
#[test]
fn verify_shows_the_options_not_their_outcome() {
    case(|grid| {
        assert_eq!(verified(grid, "-ac A=1,B=2", "context"), "+=NONE,A=1,B=2");
        assert_eq!(verified(grid, "-ac A=1,B=2 -dc A -sc C=3", "context"), "+=NONE,A=1,B=2,-=NONE,A=NONE,==NONE,C=3");
    });
}

#[test]
fn the_job_itself_does_not_see_them() {
    case(|grid| {
        let output = grid.bob("qsub -ac MINE=1 -cwd -j y -o out -N sentence -b y 'echo [$MINE]'");
        grid.wait_until_gone(id_of(&output));
        assert_eq!(grid.read("out"), "[]\n");
    });
}
