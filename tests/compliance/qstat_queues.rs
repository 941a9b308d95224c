//! Which queues `-q`, `-l`, `-pe`, `-U` and `-qs` mean, which jobs are shown then, and what `-F` says of queues.

use crate::grid::{Grid, same};
use crate::known::case;
use crate::listing::{picture, shown};

/// What becomes of the jobs: their places in the list, and the exit code. Nothing may be said.
fn outcome(grid: &Grid, options: &str, ids: &[u64]) -> (Vec<usize>, i32) {
    let output = grid.bob(&format!("qstat {options}"));
    assert_eq!(output.stderr, "", "{options}");
    (shown(&output.stdout, ids), output.code)
}

#[test]
fn running_jobs_are_those_in_the_queues() {
    case(|grid| {
        let ids = [grid.submit("-q all.q -b y sleep 60"), grid.submit("-q task -b y sleep 60")];
        ids.iter().for_each(|id| grid.wait_for_state(*id, "r"));
        for (queues, expected) in
            [("all.q", vec![1]), ("task", vec![2]), ("'a*,task'", vec![1, 2]), ("all.q task", vec![1, 2]), ("continuous", vec![])]
        {
            assert_eq!(outcome(grid, &format!("-s r -q {queues}"), &ids), (expected, 0), "{queues}");
        }
        assert_eq!(outcome(grid, "-s r -q all.q -q task", &ids), (vec![1, 2], 0));
        assert_eq!(outcome(grid, "-s r -l q=task", &ids), (vec![2], 0));
    });
}

#[test]
fn queues_are_named_with_patterns_hosts_and_groups() {
    case(|grid| {
        let id = [grid.submit("-q task -b y sleep 60")];
        grid.wait_for_state(id[0], "r");
        let host = crate::grid::exec_host();
        for queues in
            [format!("task@{host}"), "'t*'".into(), "'*@@allhosts'".into(), format!("'*@{host}'"), "'!all.q'".into(), "'all.q|task'".into()]
        {
            assert_eq!(outcome(grid, &format!("-s r -q {queues}"), &id), (vec![1], 0), "{queues}");
        }
    });
}

#[test]
fn a_queue_that_is_none_ends_with_one_in_silence() {
    case(|grid| {
        let id = [grid.submit("-h -b y true")];
        for queues in
            ["nosuch", "@allhosts", "'*@nosuch'", "'*@@nosuch'", "TASK", "task@", "nosuch -f", "nosuch -xml", "nosuch -g c", "nosuch -s p"]
        {
            assert_eq!(grid.bob(&format!("qstat -q {queues}")).all(), "exit 1", "{queues}");
        }
        assert_eq!(outcome(grid, "-q nosuch,task", &id), (vec![1], 0));
    });
}

#[test]
fn waiting_jobs_are_those_that_could_run_in_the_queues() {
    case(|grid| {
        let asks =
            ["-b y true", "-q task -b y true", "-q all.q -b y true", "-q task,all.q -b y true", "-q 't*' -b y true", "-l q=task -b y true"];
        let ids = asks.map(|options| grid.submit(&format!("-h {options}")));
        assert_eq!(outcome(grid, "-s p -q task", &ids), (vec![1, 2, 4, 6], 0));
        // A pattern of queues is found by no queue.
        assert_eq!(outcome(grid, "-s p -q '*'", &ids), (vec![1, 2, 3, 4, 6], 0));
    });
}

#[test]
fn resources_count_for_waiting_jobs_and_slots_do_not() {
    case(|grid| {
        let asks = [
            "-l release=buster",
            "-l release=nosuch",
            "-l h_rt=60,h_vmem=1G",
            "-l num_proc=9999",
            "-pe smp 99",
            "-soft -l release=nosuch",
            "-p -1000",
        ];
        let ids = asks.map(|options| grid.submit(&format!("-h {options} -b y true")));
        for options in ["-q task", "-pe smp", "-U bob", "-l h_rt=1", "-l release=buster"] {
            assert_eq!(outcome(grid, &format!("-s p {options}"), &ids), (vec![1, 3, 5, 6, 7], 0), "{options}");
        }
    });
}

#[test]
fn what_changes_by_itself_is_never_met() {
    case(|grid| {
        let ids = [grid.submit("-h -l mem_free=1 -b y true"), grid.submit("-h -b y true")];
        assert_eq!(outcome(grid, "-s p -q task", &ids), (vec![2], 0));
        for resource in ["mem_free=1", "load_avg=100", "cpu=100", "np_load_avg=100", "mem_used=100G"] {
            assert_eq!(outcome(grid, &format!("-l {resource}"), &ids), (vec![], 0), "{resource}");
        }
    });
}

#[test]
fn an_array_behind_another_is_always_shown() {
    case(|grid| {
        let before = grid.submit("-h -t 1-2 -b y true");
        let ids = [before, grid.submit(&format!("-t 1-2 -hold_jid_ad {before} -q all.q -b y true"))];
        assert_eq!(outcome(grid, "-s p -l release=nosuch", &ids), (vec![2], 0));
        assert_eq!(outcome(grid, "-s p -q task", &ids), (vec![1, 2], 0));
    });
}

#[test]
fn resources_that_queues_offer_are_compared() {
    case(|grid| {
        let id = [grid.submit("-h -b y true")];
        for resource in [
            "h_rt=10",
            "h_rt",
            "arch='lx*'",
            "num_proc=0 -l h_rt=1",
            "release=buster",
            "slots=4",
            "rerun=1",
            "q=task,h_rt=1",
            "mem_total=1M",
            "m_core=1",
        ] {
            let (found, code) = outcome(grid, &format!("-l {resource}"), &id);
            assert_eq!((found.len(), code), (usize::from(!resource.starts_with("num_proc")), 0), "{resource}");
        }
        for resource in ["release=nosuch", "slots=5", "q=nosuch", "arch=nosuch", "num_proc=9999"] {
            assert_eq!(outcome(grid, &format!("-l {resource}"), &id), (vec![], 0), "{resource}");
        }
    });
}

#[test]
fn unknown_resources_hosts_and_bad_values_end_with_one_in_silence() {
    case(|grid| {
        for resource in ["nosuch=1", "h=nosuch.invalid", "h_rt=x", "num_proc=x", "nosuch=1 -f", "nosuch=1 -xml"] {
            assert_eq!(grid.bob(&format!("qstat -l {resource}")).all(), "exit 1", "{resource}");
        }
    });
}

#[test]
fn parallel_environments_are_names_not_patterns() {
    case(|grid| {
        let id = [grid.submit("-h -b y true")];
        for names in ["smp", "make", "smp,nosuch", "nosuch smp"] {
            assert_eq!(outcome(grid, &format!("-pe {names}"), &id), (vec![1], 0), "{names}");
        }
        for names in ["nosuch", "'s*'", "'*'", "nosuch -f", "nosuch -xml"] {
            assert_eq!(grid.bob(&format!("qstat -pe {names}")).all(), "stderr:\nerror: no such parallel environment\nexit 1", "{names}");
        }
    });
}

#[test]
fn queues_without_lists_are_open_to_everybody() {
    case(|grid| {
        let id = [grid.submit("-h -b y true")];
        for users in ["bob", "nosuch", "@nosuch", "'*'", "root"] {
            assert_eq!(outcome(grid, &format!("-U {users}"), &id), (vec![1], 0), "{users}");
        }
    });
}

#[test]
fn states_of_queues_leave_the_waiting_jobs_alone() {
    case(|grid| {
        let ids = [grid.submit("-h -b y true"), grid.submit("-q task -b y sleep 60")];
        grid.wait_for_state(ids[1], "r");
        for states in ["d", "s", "E", "dsoDSE"] {
            assert_eq!(outcome(grid, &format!("-qs {states}"), &ids), (vec![1], 0), "{states}");
        }
        assert_eq!(outcome(grid, "-qs d -q task", &ids), (vec![], 0));
    });
}

/// The lines about resources in the block of a queue.
fn resources(grid: &Grid, options: &str) -> String {
    let text = grid.bob(&format!("qstat -u nosuch -q task {options}")).stdout;
    text.lines().filter_map(|line| line.strip_prefix('\t')).map(|line| format!("{line}\n")).collect()
}

#[test]
fn resources_are_shown_in_grid_engines_order() {
    case(|grid| {
        let text = resources(grid, "-F qname,hostname,release,h_rt,tmpdir,arch,rerun,seq_no,calendar,min_cpu_interval,h_vmem");
        let expected = "hl:arch=lx-amd64
hf:release=buster
qf:qname=task
qf:hostname={host}
qf:tmpdir=/tmp
qf:seq_no=0
qf:rerun=1.000000
qf:calendar=NONE
qf:h_rt=infinity
qf:h_vmem=infinity
qf:min_cpu_interval=00:05:00
";
        same(grid.normal(&text, 0), expected);
    });
}

#[test]
fn resources_are_named_by_shortcuts_commas_and_blanks() {
    case(|grid| {
        let expected = "qf:qname=task\nqf:tmpdir=/tmp\n";
        for names in ["qname,tmpdir", "q,tmp", "'q tmp'", "nosuch,q,tmp"] {
            assert_eq!(resources(grid, &format!("-F {names}")), expected, "{names}");
        }
        // Of several words, and of several options, the last counts.
        assert_eq!((resources(grid, "-F tmp q"), resources(grid, "-F q -F tmp")), ("qf:qname=task\n".into(), "qf:tmpdir=/tmp\n".into()));
        assert_eq!(resources(grid, "-F nosuch"), "");
    });
}

#[test]
fn the_slots_that_are_left_are_a_resource() {
    case(|grid| {
        let id = grid.submit("-q task -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = grid.bob("qstat -F slots -q task -u nosuch").stdout;
        let line = text.lines().nth(2).expect("a queue");
        let used: u32 = line[37..52].split('/').nth(1).and_then(|used| used.parse().ok()).expect("slots in use");
        assert!(text.ends_with(&format!("\n\tqc:slots={}\n", 4 - used)), "{text}");
    });
}

#[test]
fn all_resources_are_shown_without_a_name() {
    case(|grid| {
        let text = resources(grid, "-F");
        let names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
        for name in [
            "hl:load_avg",
            "hl:arch",
            "hl:num_proc",
            "hl:mem_free",
            "hl:mem_total",
            "hl:m_topology",
            "hl:np_load_avg",
            "hf:release",
            "qf:qname",
            "qc:slots",
            "qf:s_rt",
            "qf:h_vmem",
        ] {
            assert!(names.contains(&name), "{name}: {text}");
        }
        let place = |name: &str| names.iter().position(|known| *known == name);
        // The other load values stand in the order in which the host first reported them, which differs from start to start.
        let order = ["hl:load_avg", "hl:np_load_avg", "hf:release", "qf:qname", "qc:slots", "qf:h_rt", "qf:min_cpu_interval"].map(place);
        assert!(order.is_sorted(), "{text}");
        assert!(picture(&grid.bob("qstat -F -u nosuch -q task").stdout, &[]).starts_with("queuename  "));
    });
}
