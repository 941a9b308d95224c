//! Options from files: `-@`, and `.sge_request` in the working directory.

use crate::grid::id_of;
use crate::known::case;

#[test]
fn options_are_read_from_a_file() {
    case(|grid| {
        grid.write("opts", "-N fromfile -h\n-j y\n");
        let output = grid.bob("qsub -@ opts -b y true");
        let id = id_of(&output);
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nYour job {id} (\"fromfile\") has been submitted\nexit 0");
    });
}

#[test]
fn a_missing_file_of_options_is_refused() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: no input read from stdin\nexit 4";
        assert_eq!(grid.bob("qsub -@ missing").all(), expected);
    });
}

#[test]
fn the_working_directorys_request_file_is_used() {
    case(|grid| {
        grid.write(".sge_request", "-N request -h\n");
        let output = grid.bob("qsub -b y true");
        id_of(&output);
        assert!(output.stdout.contains("(\"request\")"), "{}", output.all());
    });
}

#[test]
fn the_script_beats_the_request_file() {
    case(|grid| {
        grid.write(".sge_request", "-N request -h\n");
        grid.write("job.sh", "#$ -N script\n");
        let output = grid.bob("qsub job.sh");
        id_of(&output);
        assert!(output.stdout.contains("(\"script\")"), "{}", output.all());
    });
}

#[test]
fn a_bad_option_in_a_request_file_is_refused() {
    case(|grid| {
        grid.write(".sge_request", "-bogus\n");
        assert_eq!(grid.bob("qsub -b y true").all(), "stderr:\ninvalid option argument \"-bogus\"\nexit 2");
    });
}

#[test]
fn clear_makes_the_request_file_void() {
    case(|grid| {
        grid.write(".sge_request", "-N request\n");
        let output = grid.bob("qsub -clear -h -b y true");
        id_of(&output);
        assert!(output.stdout.contains("(\"true\")"), "{}", output.all());
    });
}
