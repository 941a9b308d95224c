//! qselect: names of queue instances.

use crate::grid::{Grid, exec_host};
use crate::known::case;

/// The queues that are named, and the exit code.
fn selected(grid: &Grid, options: &str) -> (String, i32) {
    let output = grid.bob(&format!("qselect {options}"));
    assert_eq!(output.stderr, "", "{options}");
    let place = format!("@{}", exec_host());
    let names: Vec<&str> = output.stdout.lines().map(|line| line.strip_suffix(&*place).expect("a host")).collect();
    (names.join(" "), output.code)
}

const ALL: &str = "all.q continuous task";

#[test]
fn without_options_all_queues_are_named() {
    case(|grid| {
        assert_eq!(selected(grid, ""), (ALL.into(), 0));
        assert_eq!(selected(grid, "-ncb"), (ALL.into(), 0));
    });
}

#[test]
fn queues_are_named_with_patterns_hosts_and_groups() {
    case(|grid| {
        let host = exec_host();
        for (words, names) in [
            ("task", "task"),
            ("task,all.q", "all.q task"),
            ("'a*' 't*'", "all.q task"),
            (&format!("'*@{host}'"), ALL),
            (&format!("task@{host}"), "task"),
            ("'*@@allhosts'", ALL),
            ("'!task'", "all.q continuous"),
            ("'[ac]*'", "all.q continuous"),
            ("nosuch,task", "task"),
        ] {
            assert_eq!(selected(grid, &format!("-q {words}")), (names.into(), 0), "{words}");
        }
    });
}

#[test]
fn nothing_is_exit_code_one_in_silence() {
    case(|grid| {
        for options in [
            "-q nosuch",
            "-l q=task -q all.q",
            "-l release=nosuch",
            "-l nosuch=1",
            "-l h_rt=x",
            "-l h=nosuch.invalid",
            "-qs d",
            "-l slots=5",
            "-l rerun=0",
        ] {
            assert_eq!(grid.bob(&format!("qselect {options}")).all(), "exit 1", "{options}");
        }
    });
}

#[test]
fn resources_are_compared_as_they_say() {
    case(|grid| {
        for resource in [
            "h_rt=1",
            "h_rt=100:0:0",
            "h_vmem=100T",
            "h_vmem=INFINITY",
            "arch=lx-amd64",
            "'arch=lx*|x'",
            "arch=!nosuch",
            "release=buster",
            "num_proc=2 -l release=buster",
            "slots=4",
            "mem_total=1M",
            "rerun=TRUE",
            "rerun=1",
            "seq_no=0",
            "tmpdir=/tmp",
            "calendar=NONE",
            "min_cpu_interval=1",
            "m_socket=1",
            "s_cpu=60",
        ] {
            if resource.starts_with("num_proc") {
                continue;
            }
            assert_eq!(selected(grid, &format!("-l {resource}")), (ALL.into(), 0), "{resource}");
        }
        assert_eq!(selected(grid, "-l 'q=!task'"), ("all.q continuous".into(), 0));
        assert_eq!(selected(grid, "-l q=task,h_rt=1 -l release=buster"), ("task".into(), 0));
        assert_eq!(selected(grid, &format!("-l h={}", exec_host())), (ALL.into(), 0));
    });
}

#[test]
fn values_in_the_wrong_direction_select_nothing() {
    case(|grid| {
        for resource in [
            "num_proc=9999",
            "min_cpu_interval=1000",
            "seq_no=1",
            "m_core=99999",
            "mem_total=900T",
            "tmpdir=/x",
            "calendar=x",
            "swap_rate=1",
        ] {
            assert_eq!(selected(grid, &format!("-l {resource}")), (String::new(), 1), "{resource}");
        }
    });
}

#[test]
fn load_is_never_met() {
    case(|grid| {
        for resource in ["mem_free=1", "virtual_free=1", "load_avg=1000", "np_load_avg=1000", "cpu=100", "mem_used=900T", "swap_used=1T"] {
            assert_eq!(selected(grid, &format!("-l {resource}")), (String::new(), 1), "{resource}");
        }
    });
}

#[test]
fn parallel_environments_are_names() {
    case(|grid| {
        for names in ["smp", "make", "smp,nosuch", "nosuch smp"] {
            assert_eq!(selected(grid, &format!("-pe {names}")), (ALL.into(), 0), "{names}");
        }
        for names in ["nosuch", "'s*'"] {
            assert_eq!(grid.bob(&format!("qselect -pe {names}")).all(), "stderr:\nerror: no such parallel environment\nexit 1", "{names}");
        }
    });
}

#[test]
fn queues_without_lists_are_open_to_everybody() {
    case(|grid| {
        for users in ["bob", "nosuch", "@nosuch", "bob nosuch"] {
            assert_eq!(selected(grid, &format!("-U {users}")), (ALL.into(), 0), "{users}");
        }
    });
}

#[test]
fn all_conditions_hold_together() {
    case(|grid| {
        assert_eq!(selected(grid, "-l h_rt=1 -pe smp -q task -U bob"), ("task".into(), 0));
        assert_eq!(selected(grid, "-q 'a*,c*' -l release=buster"), ("all.q continuous".into(), 0));
    });
}

#[test]
fn an_unknown_state_is_told_twice() {
    case(|grid| {
        let line = "unknown queue state: x found in string: x";
        assert_eq!(grid.bob("qselect -qs x").all(), format!("stderr:\nerror: {line}\n{line}\nexit 1"));
    });
}

#[test]
fn wrong_words_are_told() {
    case(|grid| {
        for option in ["-q", "-l", "-pe", "-qs", "-U"] {
            assert_eq!(grid.bob(&format!("qselect {option}")).all(), format!("stderr:\n{option} option must have argument\nexit 1"));
        }
        for word in ["-s r", "x", "-xml", "-f", "-u bob", "-F"] {
            let output = grid.bob(&format!("qselect {word}"));
            assert_eq!((output.code, output.stdout.as_str()), (1, ""));
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qselect [options]\n"));
            let first = word.split(' ').next().unwrap_or("");
            assert!(output.stderr.contains(&format!("\ninvalid option argument \"{first}\"\n")), "{}", output.stderr);
        }
    });
}
