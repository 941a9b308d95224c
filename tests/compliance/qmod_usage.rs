//! qmod: queues, which are not an ordinary user's to change; unknown jobs; the command line (compat/captures/qmod-answers.txt).

use crate::known::case;

#[test]
fn unknown_jobs_are_neither_queue_nor_job() {
    case(|grid| {
        for option in ["-sj", "-usj", "-cj", "-rj", "-s", "-us"] {
            for job in ["9999999", "nosuchname", "nosuch*"] {
                let expected = format!("stdout:\ninvalid queue or job \"{job}\"\nexit 1");
                assert_eq!(grid.bob(&format!("qmod {option} '{job}'")).all(), expected, "{option}");
            }
        }
        assert_eq!(grid.bob("qmod -sj 9999999.1").all(), "stdout:\ninvalid queue or job \"9999999\"\nexit 1");
    });
}

#[test]
fn unknown_jobs_are_no_queue_to_clearing_and_rescheduling_without_j() {
    case(|grid| {
        for option in ["-c", "-r"] {
            for job in ["9999999", "nosuchname", "nosuch*"] {
                assert_eq!(grid.bob(&format!("qmod {option} '{job}'")).all(), format!("stdout:\ninvalid queue \"{job}\"\nexit 1"));
            }
        }
    });
}

#[test]
fn what_begins_with_a_digit_is_an_id() {
    case(|grid| {
        for job in ["0", "1x"] {
            let expected = format!("stderr:\nERROR! \"{job}\" is an invalid job-task identifier\nexit 1");
            assert_eq!(grid.bob(&format!("qmod -sj {job}")).all(), expected);
        }
    });
}

#[test]
fn queues_are_not_an_ordinary_users_to_change() {
    case(|grid| {
        let denied = "bob - you have no permission to modify queue \"task@{host}\"\n";
        for options in ["-d", "-e", "-c", "-s", "-us", "-r", "-cq", "-sq", "-usq", "-rq", "-f -d", "-f -e"] {
            let output = grid.bob(&format!("qmod {options} task"));
            assert_eq!(grid.normal(&output.all(), 0), format!("stdout:\n{denied}exit 1"), "{options}");
        }
        for queue in ["'task@*'", "task@$(hostname)", "task@@allhosts"] {
            let output = grid.bob(&format!("qmod -d {queue}"));
            assert_eq!(grid.normal(&output.all(), 0), format!("stdout:\n{denied}exit 1"), "{queue}");
        }
    });
}

#[test]
fn several_queues_are_refused_one_by_one() {
    case(|grid| {
        let denied = |queue: &str| format!("bob - you have no permission to modify queue \"{queue}@{{host}}\"\n");
        let expected = format!("stdout:\n{}{}exit 1", denied("task"), denied("all.q"));
        for line in ["qmod -d task,all.q", "qmod -d task all.q", "qmod -d task -e all.q"] {
            assert_eq!(grid.normal(&grid.bob(line).all(), 0), expected, "{line}");
        }
        let expected = format!("stdout:\n{}{}{}exit 1", denied("all.q"), denied("continuous"), denied("task"));
        for line in ["qmod -d '*'", "qmod -d '*@@allhosts'"] {
            assert_eq!(grid.normal(&grid.bob(line).all(), 0), expected, "{line}");
        }
    });
}

#[test]
fn unknown_queues() {
    case(|grid| {
        for option in ["-d", "-e", "-cq", "-sq", "-usq", "-rq", "-c", "-r"] {
            for queue in ["nosuch", "nosuch@nohost", "@allhosts"] {
                let expected = format!("stdout:\ninvalid queue \"{queue}\"\nexit 1");
                assert_eq!(grid.bob(&format!("qmod {option} {queue}")).all(), expected, "{option}");
            }
        }
        assert_eq!(grid.bob("qmod -sj task").all(), "stdout:\ninvalid queue or job \"task\"\nexit 1");
    });
}

#[test]
fn without_an_option_the_usage_comes_and_the_error() {
    case(|grid| {
        for (line, error) in [
            ("qmod", "ERROR! no option argument"),
            ("qmod -x", "invalid option argument \"-x\""),
            ("qmod 5", "invalid option argument \"5\""),
            ("qmod -dq task", "invalid option argument \"-dq\""),
            ("qmod -sj ''", "-sj option must have argument\ninvalid option argument \"\""),
            ("qmod -sj -x", "-sj option must have argument\ninvalid option argument \"-x\""),
            ("qmod -t 1", "found lonely '-t 1' option (The -t option needs a leading job name).\ntoo many options"),
        ] {
            let output = grid.bob(line);
            assert_eq!((output.code, &*output.stdout), (1, ""), "{line}");
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qmod [options]\n"), "{}", output.stderr);
            assert!(output.stderr.ends_with(&format!("\n{error}\n")), "{line}: {}", output.stderr);
        }
    });
}

#[test]
fn a_missing_argument_comes_without_the_usage() {
    case(|grid| {
        for option in ["-sj", "-usj", "-cj", "-rj", "-s", "-us", "-c", "-r", "-d", "-e", "-cq", "-sq", "-usq", "-rq"] {
            let expected = format!("stderr:\n{option} option must have argument\nexit 1");
            assert_eq!(grid.bob(&format!("qmod {option}")).all(), expected);
        }
        assert_eq!(grid.bob("qmod -f").all(), "exit 0");
    });
}

#[test]
fn two_dashes_give_the_help_as_well() {
    case(|grid| {
        let output = grid.bob("qmod --help");
        assert!(output.stdout.starts_with("SGE 8.1.9\nusage: qmod [options]\n"), "{}", output.stdout);
        assert_eq!((output.code, &*output.stderr), (0, ""));
    });
}
