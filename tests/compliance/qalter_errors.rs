//! qalter: what it refuses, on which stream and with which exit code (compat/captures/qalter-answers.txt).

use crate::grid::Grid;
use crate::known::case;

/// Options qalter itself refuses before it asks anybody: standard error and the exit code.
fn refuses(grid: &Grid, options: &str, text: &str, code: i32) {
    assert_eq!(grid.bob(&format!("qalter {options} 9999999")).all(), format!("stderr:\n{text}\nexit {code}"), "{options}");
}

/// Options the master refuses for a held job: standard output, exit 1.
fn denies(grid: &Grid, id: u64, options: &str, text: &str) {
    assert_eq!(grid.answer(id, &format!("qalter {options} {{id}}")), format!("stdout:\n{text}\nexit 1"), "{options}");
}

#[test]
fn without_anything_the_usage_comes_and_the_error() {
    case(|grid| {
        let output = grid.bob("qalter");
        assert_eq!((output.code, &*output.stdout), (1, ""));
        assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qalter [options] job_task_list\n"), "{}", output.stderr);
        assert!(output.stderr.ends_with("\nERROR! no option argument\n"), "{}", output.stderr);
    });
}

#[test]
fn options_without_a_job_do_nothing_and_say_nothing() {
    case(|grid| {
        assert_eq!(grid.bob("qalter -p -5").all(), "exit 0");
        assert_eq!(grid.bob("qalter -N 9999999").all(), "exit 0", "the id is taken for the name");
    });
}

#[test]
fn a_job_without_options_is_left_alone_in_silence() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert_eq!(grid.answer(id, "qalter {id}"), "exit 0");
        assert_eq!(grid.bob("qalter 9999999").all(), "stdout:\ndenied: job \"9999999\" does not exist\nexit 1");
    });
}

#[test]
fn unknown_options_are_invalid() {
    case(|grid| {
        for option in ["-x", "--help", "-version", "-b y", "-shell n", "-ackpt x", "-astnode /a=1", "-dul x", "-srqs", "-1", "-s"] {
            let name = option.split(' ').next().unwrap();
            refuses(grid, option, &format!("qalter: invalid option argument \"{name}\""), 2);
        }
    });
}

#[test]
fn options_of_qsub_alone_are_unknown_in_other_words() {
    case(|grid| {
        let options = ["-sync y", "-now y", "-clear", "-terse", "-C x", "-display x", "-noshell", "-pty y", "-he y", "-uall"];
        for option in options {
            refuses(grid, option, &format!("Unknown option {option}\n"), 5);
        }
    });
}

#[test]
fn a_missing_argument() {
    case(|grid| {
        let missing = |option: &str| grid.bob(&format!("qalter {option}")).all();
        assert_eq!(missing("-h"), "stderr:\nqalter: -h option must have argument\nexit 2");
        assert_eq!(missing("-pe smp"), "stderr:\nqalter: -pe option must have range as 2nd argument\nexit 2");
        assert_eq!(missing("-@"), "stderr:\nqalter: -@ option must have file argument\nexit 2");
        assert_eq!(missing("-u"), "stderr:\nqalter: -u option must have a list usernames\nexit 2");
    });
}

#[test]
fn the_job_is_taken_for_the_argument_that_is_missing() {
    case(|grid| {
        for option in
            ["-l", "-q", "-N", "-A", "-o", "-S", "-v", "-ac", "-sc", "-dc", "-wd", "-hold_jid", "-tc", "-js", "-P", "-M", "-masterq"]
        {
            assert_eq!(grid.bob(&format!("qalter {option} 9999999")).all(), "exit 0", "{option}");
        }
        refuses(grid, "-j", "qalter: invalid option argument \"-j 9999999\"", 7);
        refuses(grid, "-r", "qalter: invalid option argument \"-r 9999999\"", 7);
        refuses(grid, "-R", "qalter: invalid option argument \"-R 9999999\"", 7);
        refuses(grid, "-w", "qalter: invalid option argument \"-w 9999999\"", 7);
        refuses(grid, "-h", "qalter: Unknown hold list \"9999999\" specified to -h option", 7);
        refuses(grid, "-m", "qalter: Wrong mail options list format \"9999999\" specified to -m option", 7);
        refuses(grid, "-p", "qalter: invalid priority \"9999999\".  Must be an integer from -1023 to 1024", 7);
    });
}

#[test]
fn values_that_are_no_choice() {
    case(|grid| {
        for option in ["-j maybe", "-r x", "-R x", "-w x"] {
            refuses(grid, option, &format!("qalter: invalid option argument \"{option}\""), 7);
        }
        refuses(grid, "-m x", "qalter: Wrong mail options list format \"x\" specified to -m option", 7);
        for list in ["x", "u,o", "nu"] {
            refuses(grid, &format!("-h {list}"), &format!("qalter: Unknown hold list \"{list}\" specified to -h option"), 7);
        }
    });
}

#[test]
fn numbers_that_are_none() {
    case(|grid| {
        for priority in ["2000", "-1024", "1025", "abc", "1.5", ""] {
            let text = format!("qalter: invalid priority \"{priority}\".  Must be an integer from -1023 to 1024");
            refuses(grid, &format!("-p '{priority}'"), &text, 7);
        }
        for limit in ["x", "-1"] {
            let text = format!("qalter: invalid task concurrency number \"{limit}\". Must be an integer greater or equal to 0.");
            refuses(grid, &format!("-tc {limit}"), &text, 7);
        }
        refuses(grid, "-js x", "qalter: invalid jobshare, must be an unsigned integer", 2);
        refuses(grid, "-js -1", "qalter: invalid jobshare, must be an unsigned integer", 2);
        refuses(grid, "-ot x", "qalter: invalid override tickets, must be an unsigned integer", 2);
        refuses(grid, "-ar x", "qalter: invalid advance reservation id, must be an unsigned integer", 2);
        let text = "qalter: Numerical value invalid!\nThe initial portion of string \"x\" contains no decimal number";
        refuses(grid, "-pe smp x", text, 7);
    });
}

#[test]
fn dates_that_are_none() {
    case(|grid| {
        let text = "\nInvalid format of date/hour-minute field.\nqalter: Wrong date/time format \"x\" specified to -a option";
        refuses(grid, "-a x", text, 7);
        let text = "\nInvalid month specification.\nqalter: Wrong date/time format \"99999999\" specified to -a option";
        refuses(grid, "-a 99999999", text, 7);
        let text = "\nInvalid format of date/hour-minute field.\nqalter: Wrong date/time format \"x\" specified to -dl option";
        refuses(grid, "-dl x", text, 7);
    });
}

#[test]
fn lists_that_are_empty() {
    case(|grid| {
        refuses(grid, "-q ''", "qalter: Wrong queue list format \"\" specified to -q option", 7);
        refuses(grid, "-q ,", "qalter: Wrong queue list format \",\" specified to -q option", 7);
        refuses(grid, "-masterq ''", "qalter: Wrong queue list format \"\" specified to -masterq option", 7);
        refuses(grid, "-o ''", "qalter: Wrong stdout path list format \"\" specified to -o option", 7);
        refuses(grid, "-e ''", "qalter: Wrong path list format \"\" specified to -e option", 7);
        refuses(grid, "-i ''", "qalter: Wrong path list format \"\" specified to -e option", 7);
        refuses(grid, "-S ''", "qalter: Wrong shell list format \"\" specified to -S option", 7);
        refuses(grid, "-M ''", "qalter: Wrong mail list format \"\" specified to -M option", 7);
        refuses(grid, "-hold_jid ''", "qalter: Wrong jid_hold list format \"\" specified to -hold_jid option", 7);
        refuses(grid, "-v ''", "qalter: Wrong variable list format -v \"\" or environment variable not set", 7);
        refuses(grid, "-v =1", "qalter: Wrong variable list format -v \"=1\" or environment variable not set", 7);
        for option in ["-ac", "-dc", "-sc"] {
            refuses(grid, &format!("{option} ''"), &format!("qalter: Wrong context list format {option} \"\""), 7);
        }
        refuses(grid, "-l =5", "error: unknown resource \"\"\nqalter: Wrong resource list format \"=5\" specified to -l option", 7);
    });
}

#[test]
fn other_arguments_qalter_refuses_itself() {
    case(|grid| {
        refuses(grid, "-N a/b", "qalter: argument to -N option must not contain / ", 2);
        let text = "qalter: -binding option contains errors: couldn't parse binding parameter (no strategy found)";
        refuses(grid, "-binding x", text, 2);
        refuses(grid, "-jsv /nosuch", "qalter: JSV \"/nosuch\" is either not a file or not executable", 3);
    });
}

#[test]
fn a_file_of_options_that_is_missing_or_wrong_brings_the_usage() {
    case(|grid| {
        grid.write("bad", "-bogus\n");
        for file in ["nosuch", "bad"] {
            let output = grid.bob(&format!("qalter -@ {file} 9999999"));
            assert_eq!((output.code, &*output.stdout), (1, ""), "{file}");
            assert!(output.stderr.ends_with("\nERROR! no option argument\n"), "{file}: {}", output.stderr);
        }
    });
}

#[test]
fn names_that_are_refused() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        denies(grid, id, "-N 1abc", "denied: \"1abc\" is not a valid object name (cannot start with a digit)");
        denies(grid, id, "-N none", "Keyword (\"NONE\") not allowed as objectname");
        denies(grid, id, "-N all", "Keyword (\"ALL\") not allowed as objectname");
        denies(grid, id, "-N a:b", "Colon (':') not allowed in objectname");
        denies(grid, id, "-N a@b", "At ('@') not allowed in objectname");
        denies(grid, id, "-N 'a*'", "Asterisk ('*') not allowed in objectname");
        denies(grid, id, "-A a:b", "Colon (':') not allowed in objectname");
        denies(grid, id, "-A ''", "NULL pointer passed as object name for \"account string\"");
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
    });
}

#[test]
fn requests_that_are_refused() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        denies(grid, id, "-l nosuch=1", "unknown resource \"nosuch\"");
        denies(grid, id, "-soft -l nosuch=1", "unknown resource \"nosuch\"");
        denies(grid, id, "-l h_rt=abc", "attribute \"h_rt\" is not a time value");
        denies(grid, id, "-l h_vmem=1X", "attribute \"h_vmem\" is not a memory value");
        denies(grid, id, "-l h_rt=", "denied: missing value for resource \"h_rt\"");
        denies(grid, id, "-l slots=2", "\"job\" denied: use parallel environments instead of requesting slots explicitly");
        denies(grid, id, "-l rerun=1", "resource \"rerun\" configured as non requestable");
        denies(grid, id, "-l h=nosuchhost", "can't resolve hostname \"nosuchhost\"");
        assert_eq!(grid.attribute(id, "hard resource_list"), None);
    });
}

#[test]
fn queues_that_are_not_there() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        denies(grid, id, "-q nosuch", "Job was rejected because job requests unknown queue \"nosuch\"");
        denies(grid, id, "-soft -q nosuch", "Job was rejected because job requests unknown queue \"nosuch\"");
        denies(grid, id, "-masterq nosuch", "Job was rejected because job requests unknown queue \"nosuch\"");
        denies(grid, id, "-q task@nosuch", "Job was rejected because job requests unknown queue \"task@nosuch\"");
        denies(grid, id, "-q @allhosts", "Job was rejected because job requests unknown queue \"@allhosts\"");
        let both = "Job was rejected because job requests unknown queue \"a\"\nJob was rejected because job requests unknown queue \"b\"";
        denies(grid, id, "-q a,b", both);
    });
}

#[test]
fn other_things_that_are_not_there() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        denies(grid, id, "-pe nosuch 2", "denied: parallel environment \"nosuch\" does not exist");
        denies(grid, id, "-P nosuch", "job rejected: the requested project \"nosuch\" does not exist");
        denies(grid, id, "-ckpt nosuch", "denied: checkpointing environment \"nosuch\" does not exist");
        denies(grid, id, "-dl 203601010000", "job rejected: the user \"bob\" is not a deadline initiation user");
        denies(grid, id, "-e nosuchhost:b", "can't resolve hostname \"nosuchhost\"");
        denies(grid, id, "-hold_jid {id}.1", "denied: job \"{id}.1\" not found");
        denies(grid, id, "-o a -o b", "ERROR! two files are specified for the same host");
    });
}

#[test]
fn no_slots_are_refused_after_the_environment_was_answered() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let text = "modified parallel environment of job {id}\n\"job\" rejected: pe range must be greater than zero";
        denies(grid, id, "-pe smp 0", text);
        assert_eq!(grid.attribute(id, "parallel environment"), None);
    });
}

#[test]
fn a_job_that_is_no_array_has_no_task_concurrency() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        denies(grid, id, "-tc 2", "invalid option argument \"task concurrency\"");
        denies(grid, id, "-N x -tc 2", "modified job name of job {id}\ninvalid option argument \"task concurrency\"");
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
    });
}

#[test]
fn one_refused_attribute_undoes_those_that_were_answered() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        let text = "bob@{host} sets scheduling priority of job {id} to -20\nmodified job name of job {id}\n\
                    Job was rejected because job requests unknown queue \"nosuch\"";
        denies(grid, id, "-q nosuch -N other -p -20", text);
        let text = "bob@{host} sets scheduling priority of job {id} to -22\nmodified account of job {id}\n\
                    job rejected: the requested project \"nosuch\" does not exist";
        denies(grid, id, "-p -22 -P nosuch -A z", text);
        assert_eq!(grid.attribute(id, "priority"), None);
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
        assert_eq!(grid.attribute(id, "account").as_deref(), Some("sge"));
    });
}

#[test]
fn a_priority_that_may_not_be_is_refused_before_anything_else() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        denies(grid, id, "-A y -p 5 -N other", "denied: \"bob\" must be operator to increase job priority");
        assert_eq!(grid.attribute(id, "account").as_deref(), Some("sge"));
    });
}
