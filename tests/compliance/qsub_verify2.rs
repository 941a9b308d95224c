//! `-verify` with everything, `-w` in its five forms, and `-help`. Basic forms are in `qsub_verify.rs`.

use crate::grid::{Grid, id_of, same};
use crate::known::case;
use crate::submission::{refused, stored, submit_script, verified};

/// What qsub prints, job ids masked in the lines about why a job cannot run.
fn checked(grid: &Grid, options: &str) -> String {
    let text = grid.bob(&format!("qsub {options} -b y true")).all();
    let mut words = text.split("Job ");
    let first = words.next().unwrap_or_default().to_owned();
    let rest = words.map(|part| match part.trim_start_matches(|c: char| c.is_ascii_digit()) {
        rest if rest.len() < part.len() => format!("Job {{id}}{rest}"),
        _ => format!("Job {part}"),
    });
    grid.normal(&(first + &rest.collect::<String>()), 0)
}

/// A refusal for these reasons, each a line.
fn unsuitable(reasons: &[&str]) -> String {
    let lines: Vec<_> = reasons.iter().map(|reason| format!("Job {{id}} {reason}\n")).collect();
    format!("stderr:\nUnable to run job: {}verification: no suitable queues\nExiting.\nexit 1", lines.concat())
}

const FOUND: &str = "stdout:\nverification: found suitable queue(s)\nexit 0";
const NOT_LISTED: &str = "because it is not contained in its hard queue list (-q)";

/// The lines of a listing from `sge_o_host` on.
fn after_host(text: &str) -> String {
    let lines: Vec<_> = text.lines().skip_while(|line| !line.starts_with("sge_o_host")).skip(1).collect();
    lines.join("\n")
}

#[test]
fn verify_prints_all_options_in_one_order() {
    case(|grid| {
        grid.write("run.sh", "echo hello\n");
        let output = grid.bob(
            "qsub -verify -wd /tmp -N many -j y -o o,h:p -e e -i i -l h_rt=60,mf=1G -soft -l a=x -hard -q task,all.q -soft -q continuous \
             -masterq task -pe smp 2-4 -hold_jid 1,x -v A=1,B='x y' -m be -M bob@example.org,al -p -5 -r y -S /bin/sh -A acct -t 1-10:3 \
             -tc 2 -a 203601010000 -dl 203701010000 -P proj -ckpt ck -c sx -js 7 -ar 8 -R y -notify -now y -ac K=V -C '#%' -w e -h \
             -shell n -binding linear:1 -sync y -terse run.sh a 'b c'",
        );
        let expected = "execution_time:             Tue Jan  1 00:00:00 2036
account:                    acct
checkpoint_object:          ck
checkpoint_attr:            sx    
cwd:                        /tmp
directive_prefix:           #%
stderr_path_list:           NONE:NONE:e
reserve:                    y
merge:                      y
hard resource_list:         h_rt=60,mf=1G
soft resource_list:         a=x
mail_options:               be
mail_list:                  bob@example.org,al@NONE
notify:                     TRUE
job_name:                   many
stdout_path_list:           NONE:NONE:o
stdin_path_list:            NONE:NONE:i
priority:                   -5
jobshare:                   7
hard_queue_list:            task,all.q
soft_queue_list:            continuous
restart:                    y
shell_list:                 NONE:/bin/sh
verify:                     -verify
env_list:                   TERM,A=1,B=x y
job_args:                   a,b c
master hard queue_list:     task
script_size:                11
script_file:                run.sh
script_ptr:            
echo hello

parallel environment:  smp range: 2-4
jid_predecessor_list (req): 1,x
verify_suitable_queues:     2
project:                    proj
ar_id:                      8
job-array tasks:            1-10:3
maximum concurrency:        2
context:                    +=NONE,K=V
job_type:                   noshell,immediate";
        assert_eq!((output.code, &*output.stderr), (0, ""));
        let first =
            "job_number:                 unassigned\ndeadline:                   Thu Jan  1 00:00:00 2037\nowner:                      \n";
        assert!(output.stdout.starts_with(first), "{}", output.stdout);
        // Neither -h nor -binding nor -sync nor -terse leave a trace.
        same(after_host(&output.stdout), expected);
    });
}

#[test]
fn verify_prints_a_script_from_standard_input() {
    case(|grid| {
        let output = grid.bob("printf 'echo hi\\n' | qsub -verify");
        assert!(output.stdout.contains("\njob_name:                   STDIN\n"), "{}", output.all());
        let end = "\nscript_size:                8\nscript_file:                STDIN\nscript_ptr:            \necho hi\n\njob_type:                   NONE\n";
        assert!(output.stdout.ends_with(end), "{}", output.all());
    });
}

#[test]
fn verify_ends_a_script_with_one_line_end_more() {
    case(|grid| {
        grid.write("run.sh", "a\nb");
        let text = grid.bob("qsub -verify run.sh").stdout;
        let end = "\nscript_size:                3\nscript_file:                run.sh\nscript_ptr:            \na\nb\njob_type:                   NONE\n";
        assert!(text.ends_with(end), "{text}");
        grid.write("empty.sh", "");
        let text = grid.bob("qsub -verify empty.sh").stdout;
        // And no size.
        assert!(
            text.ends_with("\nscript_file:                empty.sh\nscript_ptr:            \n\njob_type:                   NONE\n"),
            "{text}"
        );
    });
}

#[test]
fn verify_shows_what_the_master_would_reject() {
    case(|grid| {
        assert_eq!(verified(grid, "-N 1x", "job_name"), "1x");
        assert_eq!(verified(grid, "-t 0", "job-array tasks"), "0-0:1");
        assert_eq!(verified(grid, "-p 5", "priority"), "5");
        assert_eq!(verified(grid, "-wd rel", "cwd"), "rel");
        assert_eq!(verified(grid, "-o nosuch:b,c", "stdout_path_list"), "nosuch:NONE:b");
        assert_eq!(verified(grid, "-S nosuch:/bin/sh,/bin/bash", "shell_list"), "nosuch:/bin/sh,NONE:/bin/bash");
    });
}

#[test]
fn verify_refuses_what_qsub_refuses() {
    case(|grid| {
        for (options, text, code) in [
            ("-N a/b", "qsub: argument to -N option must not contain / ", 2),
            ("-p 2000", "qsub: invalid priority \"2000\".  Must be an integer from -1023 to 1024", 7),
            ("-M ''", "qsub: Wrong mail list format \"\" specified to -M option", 7),
        ] {
            refused(grid, &format!("-verify {options}"), code, text);
        }
        assert_eq!(grid.bob("qsub -verify -b y").all(), "stderr:\nqsub: command required for a binary job\nexit 2");
        let expected = "stderr:\nUnable to read script file because of error: error opening nosuch.sh: No such file or directory\nexit 14";
        assert_eq!(grid.bob("qsub -verify nosuch.sh").all(), expected);
    });
}

#[test]
fn verify_turns_ranges_and_letters_into_their_usual_form() {
    case(|grid| {
        assert_eq!(verified(grid, "-t 5", "job-array tasks"), "5-5:1");
        assert_eq!(verified(grid, "-t 5-1", "job-array tasks"), "1-5:1");
        assert_eq!(verified(grid, "-m sabe", "mail_options"), "abes");
        assert_eq!(verified(grid, "-m n", "mail_options"), "-");
        assert_eq!(verified(grid, "-M a,b@c", "mail_list"), "a@NONE,b@c");
    });
}

// Just the other way round than in `qstat -j`, which shows an empty value as NONE and an unset variable not at all.
#[test]
fn verify_shows_a_variable_that_is_not_set_as_none_and_an_empty_one_without_a_value() {
    case(|grid| {
        assert_eq!(verified(grid, "-v NOSUCH", "env_list"), "TERM,NOSUCH=NONE");
        assert_eq!(verified(grid, "-v A=,B=1", "env_list"), "TERM,A,B=1");
    });
}

#[test]
fn terse_and_waiting_do_not_matter_to_verify() {
    case(|grid| {
        let plain = grid.bob("qsub -verify -b y true").all();
        for options in ["-terse -verify", "-verify -terse", "-verify -verify", "-verify -sync y", "-verify -h"] {
            same(grid.bob(&format!("qsub {options} -b y true")).all(), &plain);
        }
    });
}

#[test]
fn a_script_and_a_request_file_may_ask_for_verify() {
    case(|grid| {
        assert!(submit_script(grid, "#$ -verify", "").stdout.starts_with("job_number:                 unassigned\n"));
        grid.write(".sge_request", "-verify\n");
        assert!(grid.bob("qsub -b y true").stdout.starts_with("job_number:                 unassigned\n"));
    });
}

// -w

#[test]
fn the_level_of_checking_is_shown_as_a_number() {
    case(|grid| {
        for (level, number) in [("n", "-"), ("w", "1"), ("e", "2")] {
            assert_eq!(stored(grid, &format!("-w {level}"), "verify_suitable_queues"), number);
            assert_eq!(verified(grid, &format!("-w {level}"), "verify_suitable_queues"), number);
        }
        assert_eq!(verified(grid, "-w v", "verify_suitable_queues"), "3");
        assert_eq!(verified(grid, "-w p", "verify_suitable_queues"), "4");
    });
}

#[test]
fn the_level_of_checking_is_one_small_letter() {
    case(|grid| {
        for level in ["x", "N", "nv", ""] {
            refused(grid, &format!("-w '{level}'"), 7, &format!("qsub: invalid option argument \"-w {level}\""));
        }
        assert_eq!(grid.bob("qsub -w").all(), "stderr:\nqsub: -w option must have argument\nexit 2");
    });
}

#[test]
fn a_warning_goes_to_standard_output_ahead_of_the_confirmation() {
    case(|grid| {
        for (options, what) in [
            ("-l release=nosuch", "job {id}"),
            ("-pe smp 99", "job {id}"),
            ("-q task -l q=all.q", "job {id}"),
            ("-l release=nosuch -t 1-3", "job-array {id}.1-3:1"),
        ] {
            let output = grid.bob(&format!("qsub -w w -h {options} -b y true"));
            let expected = format!("stdout:\nwarning: no suitable queues\nYour {what} (\"true\") has been submitted\nexit 0");
            assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
        }
    });
}

#[test]
fn terse_silences_the_warning() {
    case(|grid| {
        let output = grid.bob("qsub -w w -terse -h -l release=nosuch -b y true");
        assert_eq!(output.all(), format!("stdout:\n{}\nexit 0", id_of(&output)));
    });
}

#[test]
fn an_error_gives_no_reason() {
    case(|grid| {
        let expected = "stderr:\nUnable to run job: error: no suitable queues\nExiting.\nexit 1";
        for options in ["-l release=nosuch", "-l release=nosuch -t 1-3", "-q task -l q=all.q", "-pe smp 99"] {
            assert_eq!(checked(grid, &format!("-w e {options}")), expected, "{options}");
        }
        let output = submit_script(grid, "#$ -w e\n#$ -l release=nosuch", "");
        assert_eq!(output.all(), expected);
    });
}

#[test]
fn checks_submit_nothing_whatever_else_is_asked_for() {
    case(|grid| {
        for options in ["", "-t 1-3", "-terse", "-sync y", "-h", "-hold_jid 1", "-a 203601010000"] {
            assert_eq!(checked(grid, &format!("-w v {options}")), FOUND, "{options}");
            assert_eq!(checked(grid, &format!("-w p {options}")), FOUND, "{options}");
        }
    });
}

#[test]
fn a_script_may_ask_to_be_checked_and_the_command_line_takes_it_back() {
    case(|grid| {
        assert_eq!(submit_script(grid, "#$ -w v", "").all(), FOUND);
        id_of(&submit_script(grid, "#$ -w v", "-w n"));
    });
}

#[test]
fn a_check_names_the_queues_that_are_not_listed() {
    case(|grid| {
        let [all, continuous, task] = ["all.q", "continuous", "task"].map(|queue| format!("cannot run in queue \"{queue}\" {NOT_LISTED}"));
        let offer = "(-l qname=all.q) cannot run in queue \"task@{host}\" because it offers only qf:qname=task";
        for level in ["v", "p"] {
            same(checked(grid, &format!("-w {level} -q task -l q=all.q")), unsuitable(&[&all, &continuous, offer]));
        }
        let release = "(-l release=nosuch) cannot run at host \"{host}\" because it offers only hf:release=buster";
        same(checked(grid, "-w v -q task -l release=nosuch"), unsuitable(&[&all, &continuous, release]));
        let slots = "cannot run in PE \"smp\" because it only offers 0 slots";
        same(checked(grid, "-w v -q all.q -masterq task -pe smp 2"), unsuitable(&[&continuous, &task, slots]));
    });
}

#[test]
fn a_check_says_what_a_host_offers_after_all_hard_requests_sorted_by_name() {
    case(|grid| {
        let offer = "cannot run at host \"{host}\" because it offers only hf:release=buster";
        let expected = unsuitable(&[&format!("(-l arch=lx*,h_vmem=1G,release=nosuch) {offer}")]);
        same(checked(grid, "-w v -l h_vmem=1G,release=nosuch,a=lx* -soft -l s_rt=50"), expected);
    });
}

// "in queue" for "at host", with the host's name.
#[test]
fn a_check_of_a_parallel_job_calls_the_host_a_queue() {
    case(|grid| {
        let release = "(-l release=nosuch) cannot run in queue \"{host}\" because it offers only hf:release=buster";
        let slots = "cannot run in PE \"smp\" because it only offers 0 slots";
        same(checked(grid, "-w v -pe smp 2 -l release=nosuch"), unsuitable(&[release, slots]));
    });
}

#[test]
fn a_check_of_too_many_slots_names_every_environment() {
    case(|grid| {
        let slots = |name: &str| format!("cannot run in PE \"{name}\" because it only offers 0 slots");
        same(checked(grid, "-w v -pe make 99"), unsuitable(&[&slots("make")]));
        same(checked(grid, "-w p -pe smp 99"), unsuitable(&[&slots("smp")]));
        let text = checked(grid, "-w v -pe '*' 99");
        assert!(text.contains(&slots("smp")) && text.contains(&slots("make")), "{text}");
    });
}

#[test]
fn a_bad_request_is_rejected_before_it_is_checked() {
    case(|grid| {
        let expected = "stderr:\nUnable to run job: job rejected: the requested project \"nosuch\" does not exist\nExiting.\nexit 1";
        assert_eq!(checked(grid, "-w v -P nosuch"), expected);
    });
}

// A name is looked at last: the job fits, and is refused all the same.
#[test]
fn a_check_of_a_bad_name_says_both() {
    case(|grid| {
        let expected = "stderr:\nUnable to run job: denied: \"1x\" is not a valid object name (cannot start with a digit)\n\
                        verification: found suitable queue(s)\nExiting.\nexit 1";
        assert_eq!(checked(grid, "-w v -N 1x"), expected);
    });
}

// -help

#[test]
fn help_wins_against_all_other_options() {
    case(|grid| {
        let whole = grid.bob("qsub -help").all();
        for line in ["qsub -N x -help", "qsub -help -q nosuch -b y true", "qsub -help x y", "qsub -help nosuch.sh"] {
            same(grid.bob(line).all(), &whole);
        }
    });
}

#[test]
fn help_does_not_help_where_an_option_is_bad() {
    case(|grid| {
        for line in ["qsub -bogus -help", "qsub -help -bogus"] {
            assert_eq!(grid.bob(line).all(), "stderr:\nqsub: invalid option argument \"-bogus\"\nexit 2", "{line}");
        }
        assert_eq!(grid.bob("qsub -help -N").all(), "stderr:\nqsub: -N option must have argument\nexit 2");
        assert_eq!(grid.bob("qsub -helpx").all(), "stderr:\nqsub: invalid option argument \"-helpx\"\nexit 2");
    });
}

#[test]
fn help_after_the_program_is_an_argument() {
    case(|grid| {
        let id = grid.submit("-h -b y true -help");
        assert_eq!(crate::submission::line_of(grid, id, "job_args"), "-help");
    });
}
