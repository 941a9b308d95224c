//! `-l` in depth: values of every type, merging, hard and soft, and what is refused. Basic forms are in `qsub_resources.rs`.

use crate::grid::{Grid, id_of, same};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, stored_from_script, submit_script, verified};

const HARD: &str = "hard resource_list";
const SOFT: &str = "soft resource_list";

fn hard(grid: &Grid, list: &str) -> String {
    stored(grid, &format!("-l '{list}'"), HARD)
}

/// Both lines after a submission with these options.
fn both(grid: &Grid, options: &str) -> (String, String) {
    let id = grid.submit(&format!("-h {options} -b y true"));
    (line_of(grid, id, HARD), line_of(grid, id, SOFT))
}

/// What `-w v` says, the id it used up masked.
fn checked(grid: &Grid, options: &str) -> String {
    let text = grid.bob(&format!("qsub -w v {options} -b y true")).all();
    let mut words = text.split("Job ");
    let first = words.next().unwrap_or_default().to_owned();
    let rest = words.map(|part| format!("Job {{id}}{}", part.trim_start_matches(|c: char| c.is_ascii_digit())));
    grid.normal(&(first + &rest.collect::<String>()), 0)
}

// TIME

#[test]
fn a_time_may_be_written_in_many_ways() {
    case(|grid| {
        for (given, shown) in [
            ("::", "0"),
            ("0", "0"),
            ("0:0:0", "0"),
            ("00:90:00", "5400"),
            ("-5", "-5"),
            ("-1:0:0", "-3600"),
            ("1e3", "1000"),
            ("0x10", "16"),
            ("010", "8"),
            ("1.5:0:0", "5400"),
            ("1:0:0.5", "3600"),
            ("99999999999", "99999999999"),
        ] {
            assert_eq!(hard(grid, &format!("h_rt={given}")), format!("h_rt={shown}"), "{given}");
        }
    });
}

#[test]
fn a_fraction_of_a_second_is_rounded_half_to_even() {
    case(|grid| {
        for (given, shown) in [("1.4", "1"), ("1.5", "2"), ("2.5", "2"), ("3.5", "4")] {
            assert_eq!(hard(grid, &format!("h_rt={given}")), format!("h_rt={shown}"), "{given}");
        }
    });
}

#[test]
fn infinity_is_kept_in_its_case() {
    case(|grid| {
        for value in ["h_rt=INFINITY", "h_rt=infinity", "h_vmem=INFINITY", "cpu=INFINITY", "num_proc=INFINITY"] {
            assert_eq!(hard(grid, value), value);
        }
    });
}

#[test]
fn what_is_no_time_is_rejected() {
    case(|grid| {
        for value in ["NONE", "1:2:3:4", "=60", "\"60\""] {
            rejected(grid, &format!("-l 'h_rt={value}'"), "attribute \"h_rt\" is not a time value");
        }
    });
}

// MEMORY

#[test]
fn memory_is_kept_as_written_whatever_it_means() {
    case(|grid| {
        for value in ["1K", "1T", "1t", "0", "0x10", "0x10G", "010", "-1G", "1.5", ".5G", "1e3"] {
            assert_eq!(hard(grid, &format!("h_vmem={value}")), format!("h_vmem={value}"));
        }
    });
}

#[test]
fn what_is_no_memory_is_rejected() {
    case(|grid| {
        for value in ["1P", "1GB", "1b", "b"] {
            rejected(grid, &format!("-l h_vmem={value}"), "attribute \"h_vmem\" is not a memory value");
        }
    });
}

// INT and DOUBLE

#[test]
fn an_integer_takes_what_a_number_may_be() {
    case(|grid| {
        for value in ["2", "-2", "2.5", "2K", "0x2"] {
            assert_eq!(hard(grid, &format!("num_proc={value}")), format!("num_proc={value}"));
        }
    });
}

#[test]
fn what_is_no_integer_is_rejected() {
    case(|grid| {
        for value in ["abc", "1:2"] {
            // Sic: "a integer".
            rejected(grid, &format!("-l p={value}"), "attribute \"num_proc\" is not a integer value");
        }
    });
}

#[test]
fn a_double_takes_what_a_number_may_be() {
    case(|grid| {
        for value in ["50", "50.5", ".5", "-1", "1e3", "1K"] {
            assert_eq!(hard(grid, &format!("cpu={value}")), format!("cpu={value}"));
        }
        rejected(grid, "-l cpu=x", "attribute \"cpu\" is not a double value");
    });
}

// BOOL

#[test]
fn a_boolean_is_kept_as_written() {
    case(|grid| {
        for value in ["TRUE", "true", "True", "FALSE", "false", "0", "1", "2"] {
            assert_eq!(hard(grid, &format!("display_win_gui={value}")), format!("display_win_gui={value}"));
        }
    });
}

#[test]
fn a_boolean_without_a_value_is_true() {
    case(|grid| {
        assert_eq!(hard(grid, "dwg"), "display_win_gui=TRUE");
        assert_eq!(hard(grid, "dwg="), "display_win_gui=TRUE");
    });
}

#[test]
fn what_is_no_boolean_is_rejected() {
    case(|grid| {
        for value in ["yes", "y", "t", "f", "abc"] {
            rejected(grid, &format!("-l dwg={value}"), "attribute \"display_win_gui\" is not a boolean value");
        }
    });
}

// STRING

#[test]
fn a_string_may_be_a_pattern_and_is_kept() {
    case(|grid| {
        for value in ["lx-amd64", "lx-*", "lx-*|sol*", "!lx*", "(lx-*|sol*)&!x", "x=y", "a:b", "NONE", "none", "\"lx-*|sol*\""] {
            assert_eq!(hard(grid, &format!("arch={value}")), format!("arch={value}"));
        }
    });
}

#[test]
fn a_string_ends_at_a_comma_or_blank() {
    case(|grid| {
        assert_eq!(hard(grid, "a=b c"), "arch=b,calendar=TRUE");
        rejected(grid, "-l release=a,b", "unknown resource \"b\"");
        rejected(grid, "-l 'release=a\\,b'", "unknown resource \"b\"");
        rejected(grid, "-l 'h_vmem=1 G'", "unknown resource \"G\"");
    });
}

// Names and lists

// TIME makes a number of it (1), BOOL has it anyway; all others keep the word.
#[test]
fn a_resource_without_a_value_is_the_word_true() {
    case(|grid| {
        for (given, shown) in [
            ("h_rt", "h_rt=1"),
            ("h_vmem", "h_vmem=TRUE"),
            ("p", "num_proc=TRUE"),
            ("cpu", "cpu=TRUE"),
            ("a", "arch=TRUE"),
            ("release", "release=TRUE"),
        ] {
            assert_eq!(hard(grid, given), shown);
        }
    });
}

#[test]
fn an_empty_value_is_rejected_under_the_long_name() {
    case(|grid| {
        for (given, name) in
            [("h_rt=", "h_rt"), ("h_vmem=", "h_vmem"), ("p=", "num_proc"), ("cpu=", "cpu"), ("a=", "arch"), ("release=", "release")]
        {
            rejected(grid, &format!("-l {given}"), &format!("denied: missing value for resource \"{name}\""));
        }
        rejected(grid, "-l 'h_rt= 60'", "denied: missing value for resource \"h_rt\"");
    });
}

#[test]
fn a_shortcut_becomes_the_name() {
    case(|grid| {
        for (given, shown) in [
            ("mf=1G", "mem_free=1G"),
            ("vf=2G", "virtual_free=2G"),
            ("core=2", "m_core=2"),
            ("topo=x", "m_topology=x"),
            ("c=x", "calendar=x"),
        ] {
            assert_eq!(hard(grid, given), shown);
        }
    });
}

#[test]
fn shortcut_and_name_are_the_same_resource_and_the_last_counts() {
    case(|grid| {
        assert_eq!(hard(grid, "mf=1G,mem_free=2G"), "mem_free=2G");
        assert_eq!(hard(grid, "mem_free=2G,mf=1G"), "mem_free=1G");
        assert_eq!(stored(grid, "-l mf=1G -l mem_free=2G", HARD), "mem_free=2G");
    });
}

#[test]
fn within_a_list_a_repeated_name_is_replaced_in_its_place() {
    case(|grid| {
        assert_eq!(hard(grid, "h_rt=60,h_vmem=1G,h_rt=70"), "h_rt=70,h_vmem=1G");
        // Names are compared as written first: the second mf goes where the first was, before mem_free.
        assert_eq!(hard(grid, "mf=1G,mem_free=2G,mf=3G"), "mem_free=2G");
    });
}

#[test]
fn a_name_given_in_two_spellings_or_lists_moves_to_the_end() {
    case(|grid| {
        assert_eq!(hard(grid, "mf=1G,vf=1G,mem_free=2G"), "virtual_free=1G,mem_free=2G");
        assert_eq!(stored(grid, "-l mf=1G,vf=1G -l mf=2G", HARD), "virtual_free=1G,mem_free=2G");
        assert_eq!(stored(grid, "-l mf=1G,vf=1G -l mem_free=2G", HARD), "virtual_free=1G,mem_free=2G");
    });
}

#[test]
fn empty_elements_and_blanks_are_passed_over() {
    case(|grid| {
        assert_eq!(hard(grid, ",h_rt=60"), "h_rt=60");
        assert_eq!(hard(grid, "h_rt=60,"), "h_rt=60");
        assert_eq!(hard(grid, "h_rt=60,,s_rt=50"), "h_rt=60,s_rt=50");
        assert_eq!(hard(grid, "h_rt=60 s_rt=50"), "h_rt=60,s_rt=50");
        assert_eq!(hard(grid, "h_rt=60, s_rt=50"), "h_rt=60,s_rt=50");
    });
}

// The line is there, with nothing behind the blanks.
#[test]
fn an_empty_list_is_accepted_and_shown_as_an_empty_line() {
    case(|grid| {
        for list in ["", ","] {
            let id = grid.submit(&format!("-h -l '{list}' -b y true"));
            let text = grid.bob(&format!("qstat -j {id}")).stdout;
            assert!(text.contains("\nhard resource_list:         \n"), "{text}");
        }
        assert_eq!(stored(grid, "-l h_rt=60 -l ''", HARD), "h_rt=60");
    });
}

#[test]
fn unknown_names_are_rejected_the_first_one_only() {
    case(|grid| {
        for (given, name) in [
            ("nosuch", "nosuch"),
            ("H_RT=60", "H_RT"),
            ("h_rt:60", "h_rt:60"),
            ("h_rt>60", "h_rt>60"),
            ("h_rt|s_rt=60", "h_rt|s_rt"),
            ("mem*=1G", "mem*"),
            ("2h_rt=60", "2h_rt"),
            ("nosuch=1,other=2", "nosuch"),
            ("nosuch=1,h_rt=x", "nosuch"),
        ] {
            rejected(grid, &format!("-l '{given}'"), &format!("unknown resource \"{name}\""));
        }
        rejected(grid, "-l h_rt=x,h_vmem=y", "attribute \"h_rt\" is not a time value");
        rejected(grid, "-soft -l nosuch=1", "unknown resource \"nosuch\"");
        rejected(grid, "-soft -l h_rt=x", "attribute \"h_rt\" is not a time value");
    });
}

#[test]
fn a_resource_without_a_name_is_refused_by_qsub() {
    case(|grid| {
        refused(grid, "-l =60", 7, "error: unknown resource \"\"\nqsub: Wrong resource list format \"=60\" specified to -l option");
    });
}

#[test]
fn what_cannot_be_requested_is_rejected_under_the_name_given() {
    case(|grid| {
        for (given, name) in
            [("rerun=TRUE", "rerun"), ("re", "re"), ("la=1", "la"), ("load_avg=1", "load_avg"), ("tmp=/x", "tmp"), ("seq=1", "seq")]
        {
            rejected(grid, &format!("-l {given}"), &format!("resource \"{name}\" configured as non requestable"));
        }
        let slots = "\"job\" denied: use parallel environments instead of requesting slots explicitly";
        rejected(grid, "-l s=2", slots);
        rejected(grid, "-l s", slots);
    });
}

// Hard and soft

#[test]
fn hard_and_soft_switch_for_what_follows() {
    case(|grid| {
        for (options, hard, soft) in [
            ("-l h_rt=60 -soft -l h_rt=70", "h_rt=60", "h_rt=70"),
            ("-soft -l h_rt=60 -hard -l h_rt=70", "h_rt=70", "h_rt=60"),
            ("-soft -l h_rt=60,mf=1G", "-", "h_rt=60,mem_free=1G"),
            ("-soft -l h_rt=60 -l h_rt=70", "-", "h_rt=70"),
            ("-hard -l h_rt=60 -soft -l mf=1G -hard -l vf=1G -soft -l a=x", "h_rt=60,virtual_free=1G", "mem_free=1G,arch=x"),
        ] {
            assert_eq!(both(grid, options), (hard.into(), soft.into()), "{options}");
        }
    });
}

#[test]
fn hard_and_soft_of_script_and_command_line_are_merged_apart() {
    case(|grid| {
        for (script, options, hard, soft) in [
            ("#$ -l h_rt=60", "-soft -l h_rt=70", "h_rt=60", "h_rt=70"),
            ("#$ -soft -l h_rt=60", "-l h_rt=70", "h_rt=70", "h_rt=60"),
            ("#$ -soft -l h_rt=60,mf=1G", "-soft -l h_rt=70", "-", "mem_free=1G,h_rt=70"),
            ("#$ -soft -l h_rt=60,mf=1G", "-hard -l vf=1G", "virtual_free=1G", "h_rt=60,mem_free=1G"),
        ] {
            let id = id_of(&submit_script(grid, script, options));
            assert_eq!((line_of(grid, id, HARD), line_of(grid, id, SOFT)), (hard.into(), soft.into()), "{script} {options}");
        }
    });
}

// Other sources

#[test]
fn directives_are_merged_by_name() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -l h_rt=60\n#$ -l h_rt=70", "", HARD), "h_rt=70");
        assert_eq!(stored_from_script(grid, "#$ -l h_rt=60\n#$ -l mf=1G", "", HARD), "h_rt=60,mem_free=1G");
        assert_eq!(stored_from_script(grid, "#$ -l h_rt=60,mf=1G", "-l mem_free=2G", HARD), "h_rt=60,mem_free=2G");
    });
}

#[test]
fn quotes_in_a_directive_keep_blanks_and_go() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -l 'h_rt=60, mf=1G'", "", HARD), "h_rt=60,mem_free=1G");
        assert_eq!(stored_from_script(grid, "#$ -l \"a=lx-*|sol*\"", "", HARD), "arch=lx-*|sol*");
        assert_eq!(stored_from_script(grid, "#$ -l a=lx-*|sol*", "", HARD), "arch=lx-*|sol*");
        assert_eq!(submit_script(grid, "#$ -l h_rt=60, mf=1G", "").all(), "stderr:\nqsub: Unknown option \n\nexit 5");
    });
}

#[test]
fn a_missing_list_in_a_script_makes_the_script_unreadable() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: -l option must have argument\nexit 2";
        assert_eq!(submit_script(grid, "#$ -l", "").all(), expected);
    });
}

#[test]
fn request_file_script_and_command_line_are_merged_by_name() {
    case(|grid| {
        grid.write(".sge_request", "-l h_rt=60,mf=1G\n");
        assert_eq!(stored(grid, "", HARD), "h_rt=60,mem_free=1G");
        assert_eq!(stored(grid, "-l h_rt=70", HARD), "mem_free=1G,h_rt=70");
        assert_eq!(stored_from_script(grid, "#$ -l vf=3G,h_rt=80", "", HARD), "mem_free=1G,virtual_free=3G,h_rt=80");
    });
}

#[test]
fn in_a_file_of_options_it_is_the_place_on_the_command_line_that_counts() {
    case(|grid| {
        grid.write("opts", "-l h_rt=60,mf=1G\n");
        assert_eq!(stored(grid, "-@ opts -l h_rt=70", HARD), "mem_free=1G,h_rt=70");
        assert_eq!(stored(grid, "-l h_rt=70 -@ opts", HARD), "h_rt=60,mem_free=1G");
    });
}

// Where they are shown

#[test]
fn requests_list_them_one_a_line_the_hard_ones_with_their_urgency() {
    case(|grid| {
        let list = "h_rt=1:0:0,mf=1.5G,cpu=0.5,p=2,dwg,a=lx-*|sol*";
        let id = grid.submit(&format!("-h -l '{list}' -soft -l s_rt=50,release=buster -b y true"));
        let text = grid.bob("qstat -r").stdout;
        let lines = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} "))).skip(1);
        let lines: Vec<_> = lines.take_while(|line| line.starts_with("       ")).collect();
        let expected = "       Full jobname:     true
       Hard Resources:   h_rt=3600 (0.000000)
                         mem_free=1.5G (0.000000)
                         cpu=0.5 (0.000000)
                         num_proc=2 (0.000000)
                         display_win_gui=TRUE (0.000000)
                         arch=lx-*|sol* (0.000000)
       Soft Resources:   s_rt=50
                         release=buster
       Binding:          NONE";
        same(lines.join("\n"), expected);
    });
}

#[test]
fn verify_shows_them_as_typed() {
    case(|grid| {
        let list = "h_rt=1:0:0,mf=1.5G,dwg,a=lx-*|sol*";
        assert_eq!(verified(grid, &format!("-l '{list}'"), HARD), "h_rt=1:0:0,mf=1.5G,dwg=TRUE,a=lx-*|sol*");
        assert_eq!(verified(grid, "-l nosuch,h_rt=x,h_rt", HARD), "nosuch=TRUE,h_rt=TRUE");
        assert_eq!(verified(grid, "-l 'h_rt=60,,s='", HARD), "h_rt=60,s=");
    });
}

#[test]
fn a_check_compares_with_what_the_host_offers() {
    case(|grid| {
        for (given, shown, offer) in [
            ("a=nosuch", "arch=nosuch", "hl:arch=lx-amd64"),
            ("a=!lx*", "arch=!lx*", "hl:arch=lx-amd64"),
            ("release=nosuch", "release=nosuch", "hf:release=buster"),
        ] {
            let expected = format!(
                "stderr:\nUnable to run job: Job {{id}} (-l {shown}) cannot run at host \"{{host}}\" because it offers only {offer}\n\
                 verification: no suitable queues\nExiting.\nexit 1"
            );
            same(checked(grid, &format!("-l '{given}'")), expected);
        }
    });
}

// Checks leave out what hosts report from time to time (cpu, mem_free, virtual_free): they find no host that has it.
#[test]
fn a_check_does_not_know_load_values_and_names_every_queue() {
    case(|grid| {
        let line = |queue: &str| {
            format!("Job {{id}} (-l cpu=100) cannot run in queue \"{queue}@{{host}}\" because job requests unknown resource (cpu)\n")
        };
        let lines = [line("all.q"), line("continuous"), line("task")].concat();
        same(checked(grid, "-l cpu=100"), format!("stderr:\nUnable to run job: {lines}verification: no suitable queues\nExiting.\nexit 1"));
    });
}

#[test]
fn a_check_is_content_with_patterns_limits_and_soft_requests() {
    case(|grid| {
        for options in
            ["-l 'a=nosuch|lx*'", "-l release=buster", "-l 'release=b*'", "-l h_rt=99999999", "-soft -l release=nosuch", "-soft -l p=99"]
        {
            assert_eq!(checked(grid, options), "stdout:\nverification: found suitable queue(s)\nexit 0", "{options}");
        }
    });
}
