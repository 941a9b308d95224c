//! Limits: what a job's processes have (`ulimit`), and what becomes of a job that goes beyond them.

use crate::grid::Grid;
use crate::job_end::end;
use crate::known::case;

const LETTERS: &str = "t f d s c v m";

/// What `ulimit` says in a job of these options: soft limits, then hard ones, of time, file size, data, stack, core, address
/// space and resident set, in seconds and KiB.
fn limits(grid: &Grid, options: &str) -> String {
    let show = |kind: &str| LETTERS.split(' ').map(|letter| format!("$(ulimit -{kind}{letter})")).collect::<Vec<_>>().join(" ");
    grid.write("job.sh", &format!("echo {}\necho {}\n", show("S"), show("H")));
    grid.run(&format!("-cwd -j y -o out {options} job.sh"));
    let text = grid.read("out").replace("unlimited", "-");
    grid.bob("rm -f out");
    text
}

const LIMIT: &str = "failed       37  : qmaster enforced h_rt, h_cpu, or h_vmem limit\nexit_status  137                  (Killed)";

#[test]
fn nothing_is_limited_that_is_not_asked_for() {
    case(|grid| assert_eq!(limits(grid, ""), "- - - - - - -\n- - - - - - -\n"));
}

#[test]
fn a_hard_limit_is_the_soft_one_too() {
    case(|grid| {
        let options = "-l h_cpu=100,h_fsize=10M,h_data=500M,h_stack=8M,h_core=2M,h_vmem=600M,h_rss=1G";
        let line = "100 10240 512000 8192 2048 614400 1048576\n";
        assert_eq!(limits(grid, options), format!("{line}{line}"));
    });
}

#[test]
fn a_soft_limit_leaves_the_hard_one() {
    case(|grid| {
        let options = "-l s_cpu=100,s_fsize=10M,s_data=500M,s_stack=8M,s_core=2M,s_vmem=600M,s_rss=1G";
        assert_eq!(limits(grid, options), "100 10240 512000 8192 2048 614400 1048576\n- - - - - - -\n");
    });
}

#[test]
fn soft_and_hard_limits_stand_beside_each_other() {
    case(|grid| {
        let options = "-l s_cpu=50,h_cpu=100,s_vmem=400M,h_vmem=500M,s_stack=4M,h_stack=8M";
        assert_eq!(limits(grid, options), "50 - - 4096 - 409600 -\n100 - - 8192 - 512000 -\n");
    });
}

#[test]
fn some_limits_are_meant_for_each_slot() {
    case(|grid| {
        let options = "-pe smp 2 -l h_cpu=100,h_fsize=10M,h_data=100M,h_stack=8M,h_core=1M,h_vmem=500M,h_rss=100M";
        let line = "200 10240 204800 16384 1024 1024000 102400\n";
        assert_eq!(limits(grid, options), format!("{line}{line}"));
    });
}

#[test]
fn limits_with_which_nothing_could_run_are_raised() {
    case(|grid| {
        let options = "-l h_cpu=1,h_fsize=1,h_data=1,h_stack=1,h_core=1,h_vmem=9M,h_rss=1";
        let line = "2 15 10240 1024 0 10240 10240\n";
        assert_eq!(limits(grid, options), format!("{line}{line}"));
        let options = "-pe smp 2 -l h_cpu=1,h_data=600k,h_stack=600k";
        assert_eq!(limits(grid, options), "4 - 20480 2048 - - -\n4 - 20480 2048 - - -\n");
    });
}

#[test]
fn the_cpu_limit_kills() {
    case(|grid| {
        let id = grid.submit("-l h_cpu=1 -b y -shell n /bin/sh -c 'while :; do :; done'");
        assert_eq!(end(grid, id), LIMIT);
    });
}

#[test]
fn the_cpu_limit_counts_all_processes_together() {
    case(|grid| {
        grid.write("job.sh", "for n in 1 2 3; do (while :; do :; done) & done\nwait\n");
        let id = grid.submit("-cwd -j y -o out -l h_cpu=4 job.sh");
        assert_eq!(end(grid, id), LIMIT);
    });
}

#[test]
fn the_soft_cpu_limit_sends_xcpu() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -l s_cpu=1 -b y -shell n /bin/sh -c 'while :; do :; done'");
        assert!(output.stderr.ends_with(" exited because of signal SIGXCPU\n"), "{}", output.all());
        assert_eq!(
            end(grid, crate::grid::id_of(&output)),
            "failed       100 : assumedly after job\nexit_status  152                  (CPU time limit exceeded)"
        );
    });
}

#[test]
fn the_soft_cpu_limit_is_told_to_all_processes() {
    case(|grid| {
        grid.write("job.sh", "trap 'echo told; exit 5' XCPU\n(while :; do :; done) &\nwhile :; do sleep 0.1; done\n");
        let output = grid.bob("qsub -sync y -cwd -j y -o out -l s_cpu=1 job.sh");
        assert_eq!(output.code, 5, "{}", output.all());
        assert!(grid.read("out").contains("told"), "{}", grid.read("out"));
    });
}

/// Three processes, each well below what they are above together.
const MEMORY: &str =
    "trap 'echo told' XCPU\nfor n in 1 2 3; do perl -e '$x = \"a\" x 60_000_000; sleep 5' & done\nwait; wait; wait; exit 6\n";

#[test]
fn the_memory_limit_counts_all_processes_together() {
    case(|grid| {
        grid.write("job.sh", MEMORY);
        let id = grid.submit("-cwd -j y -o out -l h_vmem=150M job.sh");
        assert_eq!(end(grid, id), LIMIT);
    });
}

#[test]
fn the_soft_memory_limit_sends_xcpu() {
    case(|grid| {
        grid.write("job.sh", MEMORY);
        let output = grid.bob("qsub -sync y -cwd -j y -o out -l s_vmem=150M job.sh");
        assert_eq!(output.code, 6, "{}", output.all());
        assert!(grid.read("out").contains("told"), "{}", grid.read("out"));
    });
}

#[test]
fn resident_memory_is_not_counted() {
    case(|grid| {
        grid.write("job.sh", MEMORY);
        let output = grid.bob("qsub -sync y -cwd -j y -o out -l h_rss=100M job.sh");
        assert_eq!((output.code, grid.read("out").as_str()), (6, ""));
    });
}

#[test]
fn a_file_beyond_the_limit_is_cut_by_a_signal() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -cwd -j y -o out -l h_fsize=20k -b y -shell n /usr/bin/head -c 50000 /dev/zero");
        assert!(output.stderr.ends_with(" exited because of signal SIGXFSZ\n"), "{}", output.all());
        assert_eq!(grid.read("out").len(), 20_000);
    });
}
