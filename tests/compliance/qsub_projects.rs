//! `-P`, `-ckpt`, `-c`, `-js`, `-ar`, `-masterq`, `-R`, `-now` and options that belong to other commands: what is shown and what is refused.

use crate::grid::{Grid, Output, id_of, poll};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, stored_from_script, submit_script, verified, warned};

/// What a submission with `-now y` that finds no place says.
fn refused_now(grid: &Grid, confirmation: &str) -> String {
    format!(
        "stdout:\n{confirmation}\nstderr:\nWaiting for immediate job to be scheduled.\n\n\
         Your qsub request could not be scheduled; try again later.\nexit 1"
    )
    .replace("{tag}", &grid.name(""))
}

/// A submission with `-now y`, repeated while other jobs take all the slots.
fn now(grid: &Grid, options: &str) -> Output {
    let mut output = None;
    poll(|| output.insert(grid.bob(&format!("qsub -now y {options} -b y true"))).code == 0);
    output.expect("poll tries at least once")
}

#[test]
fn a_project_must_exist() {
    case(|grid| {
        rejected(grid, "-P 1a", "job rejected: the requested project \"1a\" does not exist");
        let expected = "stderr:\nUnable to run job: job rejected: the requested project \"nosuch\" does not exist\nExiting.\nexit 1";
        assert_eq!(submit_script(grid, "#$ -P nosuch", "").all(), expected);
    });
}

#[test]
fn a_project_has_an_objects_name() {
    case(|grid| {
        rejected(grid, "-P NONE", "Keyword (\"NONE\") not allowed as objectname");
        rejected(grid, "-P none", "Keyword (\"NONE\") not allowed as objectname");
        rejected(grid, "-P 'a b'", "Space (' ') not allowed in objectname");
    });
}

#[test]
fn an_empty_project_is_none_and_takes_back_the_scripts() {
    case(|grid| {
        assert_eq!(stored(grid, "-P ''", "project"), "-");
        assert_eq!(stored_from_script(grid, "#$ -P nosuch", "-P ''", "project"), "-");
    });
}

#[test]
fn the_last_of_two_projects_counts() {
    case(|grid| {
        let expected = "stdout:\nqsub: warning: \"-P\" option has already been set, overriding previous setting\n\
                        stderr:\nUnable to run job: job rejected: the requested project \"other\" does not exist\nExiting.\nexit 1";
        assert_eq!(grid.bob("qsub -P nosuch -P other -b y true").all(), expected);
    });
}

#[test]
fn a_checkpointing_environment_must_exist() {
    case(|grid| {
        rejected(grid, "-ckpt nosuch", "job rejected: the requested checkpointing environment \"nosuch\" does not exist");
        rejected(grid, "-ckpt nosuch -c s", "job rejected: the requested checkpointing environment \"nosuch\" does not exist");
        assert_eq!(stored(grid, "-ckpt ''", "checkpoint_object"), "-");
    });
}

#[test]
fn occasions_of_checkpoints_need_an_environment() {
    case(|grid| {
        for value in ["s", "m", "x", "r", "sm", "smx", "600", "0:10:0", ":10:"] {
            rejected(grid, &format!("-c {value}"), "checkpointing denied");
        }
        rejected(grid, "-c s -ckpt ''", "checkpointing denied");
    });
}

#[test]
fn no_checkpoints_may_be_asked_for_without_an_environment() {
    case(|grid| {
        assert_eq!(stored(grid, "-c n", "checkpoint_attr"), "n");
        assert_eq!(stored_from_script(grid, "#$ -c n", "", "checkpoint_attr"), "n");
        let id = grid.submit("-h -c n -b y true");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        assert!(text.contains("\ncheckpoint_attr:            n    \n"), "four blanks at the end of the line: {text}");
    });
}

#[test]
fn no_checkpoints_and_occasions_contradict_each_other() {
    case(|grid| {
        for value in ["ns", "nsmx"] {
            rejected(grid, &format!("-c {value}"), "job rejected: checkpointing with \"-c n\" requested");
        }
    });
}

#[test]
fn the_last_of_two_occasions_counts_without_a_warning() {
    case(|grid| {
        assert_eq!(stored(grid, "-c s -c n", "checkpoint_attr"), "n");
        rejected(grid, "-c n -c s", "checkpointing denied");
    });
}

#[test]
fn bad_occasions_are_refused_by_qsub() {
    case(|grid| {
        for value in ["y", "s,m", "S", "-5"] {
            refused(grid, &format!("-c {value}"), 2, "qsub: -c specifier invalid");
        }
        for value in ["0", "''", "10x", "1:2"] {
            refused(grid, &format!("-c {value}"), 2, "qsub: -c argument invalid");
        }
        let expected = "stderr:\nUnable to read script file because of error: -c specifier invalid\nexit 2";
        assert_eq!(submit_script(grid, "#$ -c y", "").all(), expected);
    });
}

#[test]
fn verify_shows_occasions_in_one_order_and_the_interval_apart() {
    case(|grid| {
        for (given, shown) in [("s", "s"), ("smx", "msx"), ("xms", "msx"), ("smxr", "msxr"), ("nsmx", "msxn"), ("sss", "s")] {
            assert_eq!(verified(grid, &format!("-c {given}"), "checkpoint_attr"), shown);
        }
        for (given, shown) in [("600", "600 seconds"), ("1:0:0", "3600 seconds"), (":10:", "600 seconds"), ("1", "1 seconds")] {
            assert_eq!(verified(grid, &format!("-c {given}"), "checkpoint_interval"), shown);
        }
        assert_eq!(verified(grid, "-ckpt any", "checkpoint_object"), "any");
    });
}

// An interval and letters are two settings: one does not replace the other.
#[test]
fn interval_and_occasions_add_up() {
    case(|grid| {
        assert_eq!(verified(grid, "-c s -c 600", "checkpoint_attr"), "s");
        assert_eq!(verified(grid, "-c s -c 600", "checkpoint_interval"), "600 seconds");
        assert_eq!(verified(grid, "-c s -c m", "checkpoint_attr"), "m");
    });
}

#[test]
fn a_job_share_is_shown() {
    case(|grid| {
        assert_eq!(stored(grid, "", "jobshare"), "0");
        assert_eq!(stored(grid, "-js 5", "jobshare"), "5");
        assert_eq!(stored(grid, "-js 5 -js 6", "jobshare"), "6");
        assert_eq!(stored_from_script(grid, "#$ -js 5", "-js 6", "jobshare"), "6");
    });
}

// Digits up to the first other character count, modulo 2^32.
#[test]
fn a_job_share_is_cut_to_32_bits_and_to_a_whole_number() {
    case(|grid| {
        assert_eq!(stored(grid, "-js 99999999999", "jobshare"), "1215752191");
        assert_eq!(stored(grid, "-js 4294967296", "jobshare"), "0");
        assert_eq!(stored(grid, "-js 1.5", "jobshare"), "1");
    });
}

#[test]
fn a_job_share_is_a_number_of_zero_or_more() {
    case(|grid| {
        for value in ["-5", "abc", "5x", "''"] {
            refused(grid, &format!("-js {value}"), 2, "qsub: invalid jobshare, must be an unsigned integer");
        }
        let expected = "stderr:\nUnable to read script file because of error: invalid jobshare, must be an unsigned integer\nexit 2";
        assert_eq!(submit_script(grid, "#$ -js x", "").all(), expected);
    });
}

#[test]
fn an_unknown_reservation_is_rejected() {
    case(|grid| {
        rejected(grid, "-ar 9999999", "the advance reservation id 9999999 is invalid");
        rejected(grid, "-ar 9999999 -ar 9999998", "the advance reservation id 9999998 is invalid");
        rejected(grid, "-ar 99999999999", "the advance reservation id 1215752191 is invalid");
    });
}

#[test]
fn a_reservation_is_a_number_of_zero_or_more() {
    case(|grid| {
        for value in ["abc", "-1", "''"] {
            refused(grid, &format!("-ar {value}"), 2, "qsub: invalid advance reservation id, must be an unsigned integer");
        }
    });
}

// It asks for no reservation, but leaves the check that goes with one.
#[test]
fn reservation_zero_is_none_and_sets_the_check() {
    case(|grid| {
        assert_eq!(stored(grid, "-ar 0", "ar_id"), "-");
        assert_eq!(stored(grid, "-ar 0", "verify_suitable_queues"), "2");
    });
}

#[test]
fn the_masters_queues_are_shown_and_add_up() {
    case(|grid| {
        let label = "master hard queue_list";
        for (given, shown) in [
            ("-masterq task", "task"),
            ("-masterq task,all.q", "task,all.q"),
            ("-masterq task -masterq all.q", "task,all.q"),
            ("-masterq 'ta*'", "ta*"),
        ] {
            assert_eq!(stored(grid, &format!("{given} -pe smp 2"), label), shown);
        }
        // Unlike -q, the command line does not replace what the script asks for.
        assert_eq!(stored_from_script(grid, "#$ -masterq task\n#$ -pe smp 2", "-masterq all.q", label), "task,all.q");
    });
}

#[test]
fn the_masters_queues_are_for_parallel_jobs() {
    case(|grid| {
        rejected(grid, "-masterq task", "job rejected: specification of master queue is not allowed for non-parallel jobs");
        rejected(grid, "-masterq nosuch -pe smp 2", "Job was rejected because job requests unknown queue \"nosuch\"");
        let both = "job rejected: specification of master queue is not allowed for non-parallel jobs\n\
                    Job was rejected because job requests unknown queue \"nosuch\"";
        rejected(grid, "-masterq nosuch", both);
    });
}

#[test]
fn a_parallel_job_starts_in_its_masters_queue() {
    case(|grid| {
        grid.run("-cwd -j y -o out -masterq continuous -pe smp 2 -N sentence -b y 'echo $QUEUE'");
        assert_eq!(grid.read("out"), "continuous\n");
    });
}

#[test]
fn a_reservation_of_slots_is_shown() {
    case(|grid| {
        assert_eq!(stored(grid, "-R y", "reserve"), "y");
        assert_eq!(stored(grid, "-R n", "reserve"), "-");
        assert_eq!(stored_from_script(grid, "#$ -R y", "-R n", "reserve"), "-");
        let id = warned(grid, "-R y -R n", "-R");
        assert_eq!(line_of(grid, id, "reserve"), "-");
        refused(grid, "-R maybe", 7, "qsub: invalid option argument \"-R maybe\"");
    });
}

#[test]
fn a_job_that_must_start_now_says_that_it_did() {
    case(|grid| {
        let output = now(grid, "");
        let expected = "stdout:\nYour job {id} (\"true\") has been submitted\nstderr:\nWaiting for immediate job to be scheduled.\n\n\
                        Your immediate job {id} has been successfully scheduled.\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn an_array_that_must_start_now_is_named_with_its_range() {
    case(|grid| {
        let output = now(grid, "-t 1-2");
        let expected = "stdout:\nYour job-array {id}.1-2:1 (\"true\") has been submitted\nstderr:\nWaiting for immediate job to be scheduled.\n\n\
                        Your immediate job {id}.1-2:1 has been successfully scheduled.\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn a_job_that_cannot_start_now_is_refused_after_its_confirmation_and_gone() {
    case(|grid| {
        for impossible in ["-pe smp 99", "-l release=nosuch"] {
            let output = grid.bob(&format!("qsub -now y {impossible} -b y true"));
            let id = id_of(&output);
            assert_eq!(grid.normal(&output.all(), id), refused_now(grid, "Your job {id} (\"true\") has been submitted"), "{impossible}");
            assert_eq!(grid.bob(&format!("qstat -j {id}")).code, 1);
        }
    });
}

#[test]
fn terse_does_not_silence_what_becomes_of_a_job_that_must_start_now() {
    case(|grid| {
        let output = grid.bob("qsub -terse -now y -pe smp 99 -b y true");
        assert_eq!(grid.normal(&output.all(), id_of(&output)), refused_now(grid, "{id}"));
    });
}

#[test]
fn a_script_may_demand_to_start_now() {
    case(|grid| {
        grid.write("job.sh", "#$ -now y\n#$ -pe smp 99\ntrue\n");
        let output = grid.bob("qsub job.sh");
        assert_eq!(grid.normal(&output.all(), id_of(&output)), refused_now(grid, "Your job {id} (\"job.sh\") has been submitted"));
    });
}

#[test]
fn one_may_wait_for_the_end_of_a_job_that_must_start_now() {
    case(|grid| {
        let output = now(grid, "-sync y");
        let expected = "stdout:\nYour job {id} (\"true\") has been submitted\nJob {id} exited with exit code 0.\n\
                        stderr:\nWaiting for immediate job to be scheduled.\n\nYour immediate job {id} has been successfully scheduled.\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
        let output = grid.bob("qsub -now y -sync y -pe smp 99 -b y true");
        let expected = refused_now(grid, "Your job {id} (\"true\") has been submitted");
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn a_bad_request_is_rejected_before_it_is_waited_for() {
    case(|grid| {
        let expected = "stderr:\nUnable to run job: Job was rejected because job requests unknown queue \"nosuch\"\nExiting.\nexit 1";
        assert_eq!(grid.bob("qsub -now y -q nosuch -b y true").all(), expected);
        let expected = "stdout:\nverification: found suitable queue(s)\nexit 0";
        assert_eq!(grid.bob("qsub -now y -w v -b y true").all(), expected);
    });
}

#[test]
fn verify_marks_a_job_that_must_start_now() {
    case(|grid| {
        assert_eq!(verified(grid, "-now y", "job_type"), "binary,immediate");
        assert_eq!(verified(grid, "-now n", "job_type"), "binary");
    });
}

#[test]
fn verify_shows_all_of_these_in_their_places() {
    case(|grid| {
        let options = "-P nosuch -ckpt c -c sm -js 5 -ar 7 -masterq task -now y -R y";
        let text = grid.bob(&format!("qsub -verify {options} -b y true")).stdout;
        let lines: Vec<_> = text.lines().skip_while(|line| !line.starts_with("sge_o_host")).skip(1).collect();
        let address = format!("mail_list:                  bob@{}", crate::grid::host());
        let expected = [
            "checkpoint_object:          c",
            "checkpoint_attr:            ms    ",
            "reserve:                    y",
            &address,
            "notify:                     FALSE",
            "job_name:                   true",
            "jobshare:                   5",
            "verify:                     -verify",
            "env_list:                   TERM",
            "master hard queue_list:     task",
            "script_file:                true",
            "verify_suitable_queues:     2",
            "project:                    nosuch",
            "ar_id:                      7",
            "job_type:                   binary,immediate",
        ];
        assert_eq!(lines, expected);
    });
}

#[test]
fn a_missing_argument_is_refused() {
    case(|grid| {
        for option in ["-P", "-ckpt", "-c", "-js", "-ar", "-R", "-now"] {
            assert_eq!(grid.bob(&format!("qsub {option}")).all(), format!("stderr:\nqsub: {option} option must have argument\nexit 2"));
        }
        assert_eq!(grid.bob("qsub -masterq").all(), "stderr:\nqsub: -masterq option must have queue list argument\nexit 2");
    });
}

#[test]
fn options_of_other_commands_are_refused() {
    case(|grid| {
        for option in ["-ot 5", "-he y", "-display :0", "-inherit", "-noshell", "-nostdin"] {
            refused(grid, option, 5, &format!("qsub: Unknown option {option}\n"));
        }
        // qalter's, qstat's and none's.
        for option in ["-nosv", "-f", "-ul", "-mods", "-tcon", "-si"] {
            refused(grid, option, 2, &format!("qsub: invalid option argument \"{option}\""));
        }
        assert_eq!(submit_script(grid, "#$ -ot 5", "").all(), "stderr:\nqsub: Unknown option -ot 5\n\nexit 5");
    });
}

#[test]
fn the_value_of_another_commands_option_is_looked_at_first() {
    case(|grid| {
        refused(grid, "-ot abc", 2, "qsub: invalid override tickets, must be an unsigned integer");
        refused(grid, "-he maybe", 7, "qsub: invalid option argument \"-he maybe\"");
    });
}

#[test]
fn a_user_and_a_terminal_may_be_asked_for_without_effect() {
    case(|grid| {
        assert_eq!(stored(grid, "-u bob", "owner"), "bob");
        assert_eq!(stored(grid, "-u alice", "owner"), "bob");
        assert_eq!(stored(grid, "-pty y", "owner"), "bob");
    });
}

#[test]
fn a_verification_script_must_be_there() {
    case(|grid| refused(grid, "-jsv /nosuch", 3, "qsub: JSV \"/nosuch\" is either not a file or not executable"));
}

#[test]
fn an_account_has_an_objects_name() {
    case(|grid| {
        rejected(grid, "-A a:b", "Colon (':') not allowed in objectname");
        rejected(grid, "-A 'a b'", "Error reading answer list from qmaster");
        assert_eq!(stored(grid, "-A ''", "account"), "sge");
        let id = warned(grid, "-A x -A y", "-A");
        assert_eq!(line_of(grid, id, "account"), "y");
    });
}

#[test]
fn priorities_are_replaced_without_a_warning() {
    case(|grid| {
        assert_eq!(stored(grid, "-p -5 -p -6", "priority"), "-6");
        assert_eq!(stored(grid, "-p 0", "priority"), "-");
        for value in ["abc", "-5x", "''"] {
            let shown = value.trim_matches('\'');
            refused(
                grid,
                &format!("-p {value}"),
                7,
                &format!("qsub: invalid priority \"{shown}\".  Must be an integer from -1023 to 1024"),
            );
        }
    });
}

#[test]
fn a_limit_of_tasks_is_a_number_of_zero_or_more() {
    case(|grid| {
        assert_eq!(stored(grid, "-t 1-10 -tc 5 -tc 6", "maximum concurrency"), "6");
        assert_eq!(stored(grid, "-t 1-10 -tc 0", "maximum concurrency"), "-");
        for value in ["abc", "-5"] {
            let text = format!("qsub: invalid task concurrency number \"{value}\". Must be an integer greater or equal to 0.");
            refused(grid, &format!("-t 1-10 -tc {value}"), 7, &text);
        }
    });
}
