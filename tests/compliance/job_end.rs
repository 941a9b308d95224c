//! How a job ends: exit statuses, signals, limits, deletion, and the statuses 99 and 100.

use crate::grid::Grid;
use crate::known::case;

/// The lines `failed` and `exit_status` of a job's record, without trailing blanks.
pub fn end(grid: &Grid, id: u64) -> String {
    let text = grid.wait_for_accounting(id);
    let wanted = |line: &&str| line.starts_with("failed ") || line.starts_with("exit_status ");
    text.lines().filter(wanted).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_good_job_ends_with_zero() {
    case(|grid| {
        let id = grid.submit("-b y true");
        assert_eq!(end(grid, id), "failed       0\nexit_status  0");
    });
}

#[test]
fn a_bad_status_is_no_failure() {
    case(|grid| {
        let id = grid.submit("-b y exit 3");
        assert_eq!(end(grid, id), "failed       0\nexit_status  3");
    });
}

#[test]
fn a_missing_command_is_127_and_no_failure() {
    case(|grid| {
        let id = grid.submit("-b y nosuchcommand");
        assert_eq!(end(grid, id), "failed       0\nexit_status  127");
    });
}

#[test]
fn a_signal_is_128_and_more() {
    case(|grid| {
        let id = grid.submit("-N dies -b y 'kill -TERM $$'; true");
        grid.wait_for_accounting(id);
        let id = grid.submit("-N dies -b y 'kill -9 $$'");
        assert_eq!(end(grid, id), "failed       100 : assumedly after job\nexit_status  137                  (Killed)");
    });
}

#[test]
fn a_deleted_job_was_killed() {
    case(|grid| {
        let id = grid.submit("-b y sleep 60");
        grid.wait_for_state(id, "r");
        grid.bob(&format!("qdel {id}"));
        assert_eq!(end(grid, id), "failed       100 : assumedly after job\nexit_status  137                  (Killed)");
    });
}

#[test]
fn a_deleted_job_gets_no_warning() {
    case(|grid| {
        grid.write("job.sh", "trap 'echo trapped' TERM INT HUP USR1 USR2\necho started\nwhile :; do sleep 0.1; done\n");
        let id = grid.submit("-cwd -j y -o out job.sh");
        grid.wait_for_file("out");
        grid.bob(&format!("qdel {id}"));
        grid.wait_until_gone(id);
        let text = grid.read("out");
        assert!(!text.contains("trapped"), "{text}");
    });
}

#[test]
fn deletion_reaches_processes_in_their_own_session() {
    case(|grid| {
        grid.write("job.sh", "setsid sh -c 'while :; do echo beat >> beats; sleep 0.1; done' &\nwait\nsleep 60\n");
        let id = grid.submit("-cwd -j y -o out job.sh");
        grid.wait_for_file("beats");
        grid.bob(&format!("qdel {id}"));
        grid.wait_until_gone(id);
        let mut beats = grid.read("beats");
        let silent = crate::grid::poll(|| {
            std::thread::sleep(std::time::Duration::from_millis(500));
            grid.read("beats").len() == std::mem::replace(&mut beats, grid.read("beats")).len()
        });
        assert!(silent, "the process lives on");
    });
}

#[test]
fn the_time_limit_kills() {
    case(|grid| {
        let id = grid.submit("-l h_rt=1 -b y sleep 60");
        let expected = "failed       37  : qmaster enforced h_rt, h_cpu, or h_vmem limit\nexit_status  137                  (Killed)";
        assert_eq!(end(grid, id), expected);
    });
}

#[test]
fn the_soft_time_limit_sends_usr1() {
    case(|grid| {
        grid.write("job.sh", "trap 'echo warned; exit 7' USR1\necho started\nwhile :; do sleep 0.1; done\n");
        let output = grid.bob("qsub -sync y -cwd -j y -o out -l s_rt=1 job.sh");
        let text = grid.read("out");
        assert!(text.contains("warned"), "{text}");
        assert_eq!(output.code, 7, "{}", output.all());
    });
}

#[test]
fn the_soft_time_limit_kills_a_job_that_does_not_listen() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -l s_rt=1 -b y sleep 60");
        assert!(output.stderr.ends_with(" exited because of signal SIGUSR1\n"), "{}", output.all());
        assert_eq!(output.code, 1);
    });
}

#[test]
fn status_99_runs_the_job_again() {
    case(|grid| {
        grid.write("job.sh", "echo $JOB_ID $RESTARTED\n[ $RESTARTED = 1 ] || exit 99\nexit 4\n");
        let output = grid.bob("qsub -sync y -cwd -j y -o out job.sh");
        let id = crate::grid::id_of(&output);
        assert_eq!(output.code, 4, "{}", output.all());
        assert_eq!(grid.read("out"), format!("{id} 0\n{id} 1\n"));
    });
}

#[test]
fn status_100_puts_the_job_in_error_state() {
    case(|grid| {
        let id = grid.submit("-b y exit 100");
        grid.wait_for_state(id, "Eqw");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        let reason = text.lines().find(|line| line.starts_with("error reason")).expect("a reason");
        assert!(reason.ends_with("exit_status of job start = 100"), "{reason}");
    });
}

#[test]
fn a_missing_shell_puts_the_job_in_error_state() {
    case(|grid| {
        grid.write("job.sh", "true\n");
        let id = grid.submit("-S /nosuch/shell job.sh");
        grid.wait_for_state(id, "Eqw");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        assert!(text.contains("unable to find shell \"/nosuch/shell\"\n"), "{text}");
    });
}

#[test]
fn memory_beyond_the_limit_cannot_be_had() {
    case(|grid| {
        grid.write("job.sh", "perl -e '$x = \"a\" x 300_000_000; print \"got it\\n\"' 2>/dev/null || echo refused\n");
        grid.run("-cwd -j y -o out -l h_vmem=200M job.sh");
        assert_eq!(grid.read("out"), "refused\n");
    });
}
