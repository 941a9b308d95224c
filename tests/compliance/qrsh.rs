//! `qrsh` with a command, without a terminal: refusals, which of qsub's options it knows, and what the command gets.

use crate::grid::{Grid, same};
use crate::known::case;

/// All of a command's output; kept from waiting for ever.
fn said(grid: &Grid, line: &str) -> String {
    grid.bob(&format!("timeout -s KILL 60 {line}")).all()
}

const NO_PLACE: &str = "stderr:\nYour \"qrsh\" request could not be scheduled, try again later.\nexit 1";

#[test]
fn help_begins_like_qsubs() {
    case(|grid| {
        for command in ["qrsh", "qlogin", "qsh"] {
            let text = grid.bob(&format!("{command} -help"));
            let first: Vec<_> = text.stdout.lines().take(3).collect();
            let usage = format!("usage: {command} [options]");
            assert_eq!(first, ["SGE 8.1.9", &usage, "   [-ac context_list]                       add context variable(s)"]);
            assert_eq!((text.code, &*text.stderr), (0, ""));
        }
    });
}

#[test]
fn help_is_the_original_text() {
    case(|grid| {
        let kept = include_str!("../../compat/captures/help/qrsh.txt");
        same(said(grid, "qrsh -help"), format!("stdout:\n{kept}exit 0"));
    });
}

#[test]
fn without_a_place_it_is_refused_at_once() {
    case(|grid| {
        for options in ["-pe smp 99", "-now y -pe smp 99", "-now y -l release=nosuch"] {
            assert_eq!(said(grid, &format!("qrsh {options} true")), NO_PLACE, "{options}");
        }
        assert_eq!(said(grid, "qrsh -now y -pe smp 99"), NO_PLACE);
    });
}

#[test]
fn a_login_without_a_place_was_confirmed_first() {
    case(|grid| {
        let text = said(grid, "qlogin -now y -pe smp 99");
        let (before, after) = text.split_once("Your job ").expect("a confirmation");
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
        let expected = " (\"QLOGIN\") has been submitted\nstderr:\nwaiting for interactive job to be scheduled ...\
                        Your \"qlogin\" request could not be scheduled, try again later.\nexit 1";
        assert_eq!((before, after), ("stdout:\n", expected));
    });
}

#[test]
fn a_window_needs_a_display() {
    case(|grid| {
        assert_eq!(said(grid, "qsh -now y -pe smp 99"), "stderr:\nerror: no DISPLAY variable found with interactive job \nexit 1");
    });
}

// Unlike qsub's: no first and last line around the reason.
#[test]
fn a_refusal_by_the_master_is_the_reason_alone() {
    case(|grid| {
        for (options, reason) in [
            ("-q nosuch", "Job was rejected because job requests unknown queue \"nosuch\""),
            ("-l nosuch=1", "unknown resource \"nosuch\""),
            ("-P nosuch", "job rejected: the requested project \"nosuch\" does not exist"),
            ("-pe nosuch 2", "job rejected: the requested parallel environment \"nosuch\" does not exist"),
            ("-w e -l release=nosuch", "error: no suitable queues"),
        ] {
            assert_eq!(said(grid, &format!("qrsh {options} true")), format!("stderr:\n{reason}\nexit 1"), "{options}");
        }
    });
}

// Unlike qsub's: `error: ` for `qsub: `, and always 1.
#[test]
fn a_bad_option_has_another_prefix_and_status_than_qsubs() {
    case(|grid| {
        for (options, text) in [
            ("-bogus", "invalid option argument \"-bogus\""),
            ("-f", "invalid option argument \"-f\""),
            ("-N", "-N option must have argument"),
            ("-S", "-S option must have path_name argument"),
            ("-now maybe true", "invalid option argument \"-now maybe\""),
            ("-p 2000 true", "invalid priority \"2000\".  Must be an integer from -1023 to 1024"),
        ] {
            assert_eq!(said(grid, &format!("qrsh {options}")), format!("stderr:\nerror: {text}\nexit 1"), "{options}");
        }
    });
}

#[test]
fn options_for_jobs_in_the_background_are_unknown() {
    case(|grid| {
        for option in [
            "-t 1",
            "-tc 1",
            "-sync y",
            "-terse",
            "-i x",
            "-S /bin/sh",
            "-c n",
            "-ckpt x",
            "-r n",
            "-C x",
            "-a 203601010000",
            "-dl 203601010000",
            "-shell n",
            "-ot 1",
            "-u bob",
            "-he y",
            "-cat x",
        ] {
            let name = option.split(' ').next().unwrap_or_default();
            assert_eq!(said(grid, &format!("qrsh {option} true")), format!("stderr:\nerror: Unknown option {name}\nexit 1"));
        }
    });
}

#[test]
fn the_other_options_are_known() {
    case(|grid| {
        for option in [
            "-h",
            "-o x",
            "-e x",
            "-j y",
            "-m b",
            "-M a@b",
            "-A x",
            "-ac A=1",
            "-hold_jid nosuch",
            "-hold_jid_ad nosuch",
            "-R y",
            "-V",
            "-v A=1",
            "-cwd",
            "-wd /tmp",
            "-p -1",
            "-js 1",
            "-b y",
            "-notify",
            "-pty n",
            "-noshell",
            "-nostdin",
            "-display x",
            "-w n",
            "-masterq task",
            "-binding linear:1",
            "-soft",
            "-hard",
            "-clear",
            "-ar 0",
            "-N x",
            "-now n",
            "-q task",
            "-l h_rt=5",
            "-pe smp 2",
        ] {
            let text = said(grid, &format!("qrsh {option} -verify true"));
            assert!(text.starts_with("stdout:\njob_number:                 unassigned\n"), "{option}: {text}");
        }
    });
}

#[test]
fn verify_shows_how_an_interactive_job_differs() {
    case(|grid| {
        let lines = |line: &str| {
            let text = grid.bob(line).stdout;
            let wanted = ["job_name:", "stderr_path", "stdout_path", "restart:", "job_type:"];
            let lines: Vec<_> = text.lines().filter(|line| wanted.iter().any(|label| line.starts_with(label))).collect();
            lines.join("\n")
        };
        let expected = |name: &str, kind: &str| {
            format!(
                "stderr_path_list:           NONE:NONE:/dev/null\njob_name:                   {name}\n\
                 stdout_path_list:           NONE:NONE:/dev/null\nrestart:                    n\njob_type:                   {kind}"
            )
        };
        same(lines("qrsh -verify true"), expected("true", "binary,immediate"));
        same(lines("qrsh -verify"), expected("QRLOGIN", "immediate"));
        same(lines("qlogin -verify"), expected("QLOGIN", "immediate"));
        same(lines("qrsh -now n -verify true"), expected("true", "binary"));
    });
}

#[test]
fn the_request_file_counts_but_for_options_it_does_not_know() {
    case(|grid| {
        grid.write(".sge_request", "-A request -t 1-2\n");
        let output = grid.bob("qrsh -verify true");
        assert!(output.stdout.contains("\naccount:                    request\n"), "{}", output.all());
        assert!(!output.stdout.contains("job-array"), "{}", output.all());
    });
}

#[test]
fn a_check_runs_nothing() {
    case(|grid| {
        assert_eq!(said(grid, "qrsh -w v echo ran"), "stdout:\nverification: found suitable queue(s)\nexit 0");
        let text = said(grid, "qrsh -w v -l release=nosuch echo ran");
        let end = " because it offers only hf:release=buster\nverification: no suitable queues\nexit 1";
        assert!(text.starts_with("stderr:\nJob ") && text.ends_with(end), "{text}");
    });
}

#[test]
fn to_go_on_inside_a_job_needs_a_job() {
    case(|grid| {
        let expected = "stderr:\nerror: \"qrsh\" called with option \"-inherit\", but \"JOB_ID\" not set in environment\nexit 1";
        assert_eq!(said(grid, &format!("qrsh -inherit {} true", crate::grid::exec_host())), expected);
        assert_eq!(said(grid, "qrsh -inherit"), expected);
    });
}

// Run commands

#[test]
fn the_commands_status_is_qrshs() {
    case(|grid| {
        for (command, code) in [("true", 0), ("exit 3", 3), ("'exit 255'", 255), ("'kill -9 $$'", 137)] {
            assert_eq!(said(grid, &format!("qrsh -now n {command}")), format!("exit {code}"), "{command}");
        }
        assert_eq!(said(grid, "qrsh -now n nosuchcommand"), "stderr:\nbash: line 1: nosuchcommand: command not found\nexit 127");
    });
}

#[test]
fn the_commands_streams_are_qrshs() {
    case(|grid| {
        assert_eq!(said(grid, "qrsh -now n 'echo out; echo err >&2'"), "stdout:\nout\nstderr:\nerr\nexit 0");
        assert_eq!(grid.bob("echo input | timeout -s KILL 60 qrsh -now n cat").all(), "stdout:\ninput\nexit 0");
    });
}

#[test]
fn the_command_is_read_again_by_a_shell_at_home_unless_told() {
    case(|grid| {
        assert_eq!(said(grid, "qrsh -now n echo '$HOME' 'a   b'"), "stdout:\n/home/bob a b\nexit 0");
        assert_eq!(said(grid, "qrsh -now n pwd"), "stdout:\n/home/bob\nexit 0");
        assert_eq!(said(grid, "qrsh -now n -cwd pwd"), format!("stdout:\n{}\nexit 0", grid.dir()));
    });
}

#[test]
fn the_job_is_called_after_its_first_word_and_has_no_terminal() {
    case(|grid| {
        assert_eq!(said(grid, "qrsh -now n 'echo $JOB_NAME $JOB_SCRIPT; tty'"), "stdout:\necho QRSH\nnot a tty\nexit 1");
        assert_eq!(said(grid, "qrsh -now n -N own 'echo $JOB_NAME'"), "stdout:\nown\nexit 0");
    });
}

#[test]
fn a_script_is_sent_along_when_it_is_said_to_be_none() {
    case(|grid| {
        grid.write("job.sh", "echo ran \"$#\" \"$1\"\n");
        // Its arguments are read again too: two words.
        assert_eq!(said(grid, "qrsh -now n -b n job.sh 'a b'"), "stdout:\nran 2 a\nexit 0");
        assert_eq!(said(grid, "qrsh -now n -b n nosuch"), "stderr:\nerror: error opening nosuch: No such file or directory\nexit 1");
    });
}
