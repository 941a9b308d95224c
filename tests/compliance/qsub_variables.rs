//! `-v` and `-V`: which variables of the submitter reach the job.

use crate::known::case;

#[test]
fn nothing_is_exported_by_default() {
    case(|grid| {
        let output = grid.bob("export MINE=1; qsub -cwd -j y -o out -N sentence -b y 'echo [$MINE]'");
        grid.wait_until_gone(crate::grid::id_of(&output));
        assert_eq!(grid.read("out"), "[]\n");
    });
}

#[test]
fn a_variable_is_given_with_its_value() {
    case(|grid| {
        grid.run("-cwd -j y -o out -v A=1,B='x y',C=a=b -N sentence -b y 'echo \"[$A] [$B] [$C]\"'");
        assert_eq!(grid.read("out"), "[1] [x y] [a=b]\n");
    });
}

#[test]
fn a_variable_without_a_value_is_taken_from_the_environment() {
    case(|grid| {
        let output = grid.bob("export MINE=here; qsub -cwd -j y -o out -v MINE -N sentence -b y 'echo [$MINE]'");
        grid.wait_until_gone(crate::grid::id_of(&output));
        assert_eq!(grid.read("out"), "[here]\n");
    });
}

#[test]
fn later_lists_add_to_earlier_ones() {
    case(|grid| {
        grid.run("-cwd -j y -o out -v A=1 -v B=2 -N sentence -b y 'echo $A $B'");
        assert_eq!(grid.read("out"), "1 2\n");
    });
}

#[test]
fn a_comma_ends_a_value() {
    case(|grid| {
        grid.run("-cwd -j y -o out -v A=1,2,,B=3 -N sentence -b y 'echo \"[$A] [$B]\"'");
        assert_eq!(grid.read("out"), "[1] [3]\n");
    });
}

#[test]
fn the_whole_environment_is_exported_on_demand() {
    case(|grid| {
        let output = grid.bob("export MINE='a  b'; qsub -V -cwd -j y -o out -N sentence -b y 'echo \"[$MINE]\"'");
        grid.wait_until_gone(crate::grid::id_of(&output));
        assert_eq!(grid.read("out"), "[a  b]\n");
    });
}

#[test]
fn the_whole_environment_wins_against_a_single_variable() {
    case(|grid| {
        let output = grid.bob("export A=env; qsub -V -v A=option -cwd -j y -o out -N sentence -b y 'echo $A'");
        grid.wait_until_gone(crate::grid::id_of(&output));
        assert_eq!(grid.read("out"), "env\n");
    });
}

#[test]
fn a_variable_of_several_lines_survives() {
    case(|grid| {
        let output = grid.bob("export MINE=$'a\\nb'; qsub -V -cwd -j y -o out -N sentence -b y 'echo \"[$MINE]\"'");
        grid.wait_until_gone(crate::grid::id_of(&output));
        assert_eq!(grid.read("out"), "[a\nb]\n");
    });
}
