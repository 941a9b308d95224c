//! Options from files: `-@`, and `.sge_request` in the working directory.

use crate::grid::id_of;
use crate::known::case;
use crate::submission::line_of;

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

#[test]
fn a_directive_may_name_a_file_of_options() {
    case(|grid| {
        grid.write("opts", "-N fromfile\n-A filed\n");
        grid.write("job.sh", "#$ -N script\n#$ -@ opts\n#$ -A script\ntrue\n");
        let output = grid.bob("qsub -h job.sh");
        let id = id_of(&output);
        // What the file sets again is not warned of, what is set again after it is.
        let expected = "stdout:\nwarning: \"-A\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"fromfile\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
        assert_eq!(line_of(grid, id, "account"), "script");
    });
}

#[test]
fn a_request_file_may_name_a_file_of_options() {
    case(|grid| {
        grid.write("opts", "-N fromfile -q all.q\n");
        grid.write(".sge_request", "-@ opts -q task\n-h\n");
        let id = grid.submit("-b y true");
        assert_eq!(line_of(grid, id, "job_name"), "fromfile");
        assert_eq!(line_of(grid, id, "hard_queue_list"), "all.q,task");
    });
}

// Surprising: nothing is said of it.
#[test]
fn a_file_that_cannot_be_used_voids_the_rest_of_its_line_in_a_script_or_request_file() {
    case(|grid| {
        grid.write("wrong", "-N wrong -bogus\n");
        for file in ["missing", "wrong"] {
            grid.write("job.sh", &format!("#$ -A acct -@ {file} -j y\n#$ -notify\n"));
            let id = grid.submit("-h job.sh");
            let lines = ["account", "job_name", "merge", "notify"].map(|label| line_of(grid, id, label));
            assert_eq!(lines, ["acct", "job.sh", "-", "TRUE"], "{file}");
        }
        grid.write(".sge_request", "-A acct -@ missing -j y\n-notify\n");
        let id = grid.submit("-h -b y true");
        let lines = ["account", "job_name", "merge", "notify"].map(|label| line_of(grid, id, label));
        assert_eq!(lines, ["acct", "true", "-", "TRUE"]);
    });
}

#[test]
fn a_file_that_cannot_be_used_voids_the_rest_of_the_command_line_and_the_script() {
    case(|grid| {
        let id = id_of(&grid.bob("echo true | qsub -h -N early -@ missing -A late job.sh"));
        let lines = ["account", "job_name", "script_file"].map(|label| line_of(grid, id, label));
        assert_eq!(lines, ["sge", "early", "STDIN"]);
    });
}

#[test]
fn a_left_over_word_in_a_request_file_or_a_file_of_options_is_refused() {
    case(|grid| {
        grid.write("job.sh", "true\n");
        grid.write("opts", "-N fromfile word\n");
        let expected = "stderr:\nqsub: Unknown option \n\nexit 5";
        assert_eq!(grid.bob("qsub -@ opts job.sh").all(), expected);
        grid.write(".sge_request", "-N request word\n");
        assert_eq!(grid.bob("qsub job.sh").all(), expected);
    });
}

#[test]
fn what_a_request_file_sets_twice_is_warned_of_before_everything_else() {
    case(|grid| {
        grid.write(".sge_request", "-h\n-A x\n-A y\n");
        grid.write("job.sh", "#$ -N a\n#$ -N b\n");
        let output = grid.bob("qsub -j y -j n job.sh");
        let expected = "stdout:\nwarning: \"-A\" option has already been set, overriding previous setting\n\
                        qsub: warning: \"-j\" option has already been set, overriding previous setting\n\
                        warning: \"-N\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"b\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn what_a_file_of_options_sets_again_is_not_warned_of() {
    case(|grid| {
        grid.write("opts", "-N one -N fromfile\n");
        let output = grid.bob("qsub -h -N line -@ opts -b y true");
        assert_eq!(grid.normal(&output.all(), id_of(&output)), "stdout:\nYour job {id} (\"fromfile\") has been submitted\nexit 0");
        let output = grid.bob("qsub -h -@ opts -N line -b y true");
        let expected = "stdout:\nqsub: warning: \"-N\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"line\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn soft_ends_with_each_line_of_a_file_and_begins_with_none() {
    case(|grid| {
        grid.write("opts", "-soft\n-q all.q\n");
        let id = grid.submit("-h -@ opts -b y true");
        assert_eq!(line_of(grid, id, "hard_queue_list"), "all.q");
        let id = grid.submit("-h -soft -@ opts -q task -b y true");
        assert_eq!((line_of(grid, id, "hard_queue_list"), line_of(grid, id, "soft_queue_list")), ("all.q".into(), "task".into()));
    });
}

#[test]
fn a_prefix_counts_on_the_command_line_alone() {
    case(|grid| {
        grid.write("job.sh", "#$ -N dollar\n#$ -C %%\n%% -N percent\n");
        grid.write("opts", "-C %%\n");
        assert_eq!(line_of(grid, grid.submit("-h -C %% job.sh"), "job_name"), "percent");
        assert_eq!(line_of(grid, grid.submit("-h job.sh"), "job_name"), "dollar");
        assert_eq!(line_of(grid, grid.submit("-h -@ opts job.sh"), "job_name"), "dollar");
        grid.write(".sge_request", "-C %%\n");
        assert_eq!(line_of(grid, grid.submit("-h job.sh"), "job_name"), "dollar");
    });
}
