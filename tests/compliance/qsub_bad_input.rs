//! Command lines and scripts that qsub or the master refuses: text, stream and exit status.

use crate::grid::Grid;
use crate::known::case;

fn refused(grid: &Grid, line: &str, expected: &str) {
    assert_eq!(grid.bob(&format!("qsub {line}")).all(), expected, "qsub {line}");
}

/// A refusal by the master: two lines, exit status 1.
fn rejected(grid: &Grid, line: &str, reason: &str) {
    refused(grid, line, &format!("stderr:\nUnable to run job: {reason}\nExiting.\nexit 1"));
}

#[test]
fn an_unknown_option_is_refused() {
    case(|grid| {
        refused(grid, "-x job.sh", "stderr:\nqsub: invalid option argument \"-x\"\nexit 2");
        refused(grid, "-W group_list=x job.sh", "stderr:\nqsub: invalid option argument \"-W\"\nexit 2");
        refused(grid, "--help", "stderr:\nqsub: invalid option argument \"--help\"\nexit 2");
    });
}

#[test]
fn a_lone_dash_is_refused() {
    case(|grid| refused(grid, "- </dev/null", "stderr:\nqsub: invalid option argument \"-\"\nexit 2"));
}

#[test]
fn a_missing_argument_is_refused() {
    case(|grid| {
        refused(grid, "-N", "stderr:\nqsub: -N option must have argument\nexit 2");
        refused(grid, "-o", "stderr:\nqsub: -o option must have argument\nexit 2");
        refused(grid, "-l", "stderr:\nqsub: -l option must have argument\nexit 2");
        refused(grid, "-pe", "stderr:\nqsub: -pe option must have pe_name argument\nexit 2");
        refused(grid, "-hold_jid", "stderr:\nqsub: -hold_jid option must have argument\nexit 2");
    });
}

#[test]
fn queue_and_task_options_have_their_own_words_for_a_missing_argument() {
    case(|grid| {
        refused(grid, "-q", "stderr:\nqsub: -q option must have queue list argument\nexit 2");
        refused(grid, "-t", "stderr:\nqsub: -t option must have a list of task id ranges\nexit 2");
    });
}

#[test]
fn a_switch_takes_only_yes_and_no() {
    case(|grid| {
        for option in ["-j maybe", "-b true", "-r x", "-shell 1", "-now x", "-sync x", "-w x"] {
            refused(grid, &format!("{option} job.sh"), &format!("stderr:\nqsub: invalid option argument \"{option}\"\nexit 7"));
        }
    });
}

#[test]
fn a_priority_out_of_range_is_refused() {
    case(|grid| {
        let expected = "stderr:\nqsub: invalid priority \"2000\".  Must be an integer from -1023 to 1024\nexit 7";
        refused(grid, "-p 2000 job.sh", expected);
        let expected = "stderr:\nqsub: invalid priority \"-1024\".  Must be an integer from -1023 to 1024\nexit 7";
        refused(grid, "-p -1024 job.sh", expected);
    });
}

#[test]
fn a_positive_priority_is_for_operators() {
    case(|grid| rejected(grid, "-p 5 -b y true", "job rejected: positive submission priority requires operator privileges"));
}

#[test]
fn task_ids_must_be_numbers() {
    case(|grid| {
        let expected = "stderr:\nqsub: Numerical value invalid!\nThe initial portion of string \"abc\" contains no decimal number\nexit 7";
        refused(grid, "-t abc job.sh", expected);
    });
}

#[test]
fn a_step_of_zero_is_refused() {
    case(|grid| refused(grid, "-t 1-10:0 job.sh", "stderr:\nqsub: Negative or zero step in range is not allowed\nexit 7"));
}

#[test]
fn task_zero_is_refused() {
    case(|grid| rejected(grid, "-t 0-5 -b y true", "job rejected: 0 is an invalid task id"));
}

#[test]
fn several_task_ranges_are_refused() {
    case(|grid| refused(grid, "-t 1-3,8 job.sh", "stderr:\nqsub: -t option only allows one range specification\nexit 7"));
}

#[test]
fn a_limit_of_tasks_needs_an_array() {
    case(|grid| rejected(grid, "-tc 2 -b y true", "invalid \"task concurrency\" value in job request"));
}

#[test]
fn mail_options_are_letters() {
    case(|grid| {
        refused(grid, "-m x job.sh", "stderr:\nqsub: Wrong mail options list format \"x\" specified to -m option\nexit 7");
        refused(grid, "-m b,e job.sh", "stderr:\nqsub: Wrong mail options list format \"b,e\" specified to -m option\nexit 7");
    });
}

#[test]
fn a_missing_script_is_refused() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: error opening missing.sh: No such file or directory\nexit 14";
        refused(grid, "missing.sh", expected);
    });
}

#[test]
fn an_unreadable_script_is_refused() {
    case(|grid| {
        grid.write("job.sh", "true\n");
        let expected = "stderr:\nUnable to read script file because of error: error opening job.sh: Permission denied\nexit 14";
        assert_eq!(grid.bob("chmod 0 job.sh; qsub job.sh").all(), expected);
    });
}

#[test]
fn a_directory_is_no_script() {
    case(|grid| {
        let expected = "stderr:\nerror: fread(\"adir\") failed: Is a directory\n\
                        Unable to read script file because of error: error reading from file adir\nexit 4";
        assert_eq!(grid.bob("mkdir adir; qsub adir").all(), expected);
    });
}

#[test]
fn an_empty_script_is_rejected() {
    case(|grid| {
        grid.write("empty.sh", "");
        rejected(grid, "empty.sh", "job rejected: no script in your request");
    });
}

#[test]
fn empty_standard_input_is_refused() {
    case(|grid| {
        refused(grid, "</dev/null", "stderr:\nUnable to read script file because of error: no input read from stdin\nexit 4");
    });
}

#[test]
fn an_unknown_queue_is_rejected() {
    case(|grid| rejected(grid, "-q nosuch -b y true", "Job was rejected because job requests unknown queue \"nosuch\""));
}

#[test]
fn a_pattern_that_fits_no_queue_is_an_unknown_queue() {
    case(|grid| rejected(grid, "-q 'gpu*' -b y true", "Job was rejected because job requests unknown queue \"gpu*\""));
}

#[test]
fn an_unknown_parallel_environment_is_rejected() {
    case(|grid| {
        rejected(grid, "-pe nosuch 2 -b y true", "job rejected: the requested parallel environment \"nosuch\" does not exist");
    });
}

#[test]
fn an_unknown_project_is_rejected() {
    case(|grid| rejected(grid, "-P nosuch -b y true", "job rejected: the requested project \"nosuch\" does not exist"));
}

#[test]
fn an_unknown_resource_is_rejected() {
    case(|grid| {
        rejected(grid, "-l nosuch=1 -b y true", "unknown resource \"nosuch\"");
        rejected(grid, "-l nodes=1:ppn=2 -b y true", "unknown resource \"nodes\"");
    });
}

#[test]
fn a_bad_memory_value_is_rejected() {
    case(|grid| {
        rejected(grid, "-l h_vmem=8gb -b y true", "attribute \"h_vmem\" is not a memory value");
        rejected(grid, "-l mem_free=lots -b y true", "attribute \"mem_free\" is not a memory value");
    });
}

#[test]
fn a_bad_time_value_is_rejected() {
    case(|grid| {
        for value in ["1h", "1:2", "12:00:00:00", "x"] {
            rejected(grid, &format!("-l h_rt={value} -b y true"), "attribute \"h_rt\" is not a time value");
        }
    });
}

#[test]
fn slots_are_not_asked_for_by_resource() {
    case(|grid| {
        rejected(grid, "-N wide -l slots=2 -b y true", "\"job\" denied: use parallel environments instead of requesting slots explicitly");
    });
}

#[test]
fn zero_slots_are_rejected() {
    case(|grid| rejected(grid, "-pe smp 0 -b y true", "\"job\" rejected: pe range must be greater than zero"));
}

#[test]
fn a_parallel_environment_without_its_name_is_refused() {
    case(|grid| {
        let expected = "stderr:\nqsub: Numerical value invalid!\nThe initial portion of string \"N\" contains no decimal number\nexit 7";
        refused(grid, "-pe 8 -N x job.sh", expected);
    });
}

#[test]
fn a_name_with_a_blank_is_rejected() {
    case(|grid| rejected(grid, "-N 'a b' -b y true", "Error reading answer list from qmaster"));
}

#[test]
fn a_host_in_an_output_path_must_resolve() {
    case(|grid| rejected(grid, "-o out.2-7:x -b y true", "can't resolve hostname \"out.2-7\""));
}
