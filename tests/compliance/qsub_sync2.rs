//! `-sync y` with arrays, signals, deletions and refusals. Basic forms are in `qsub_sync.rs`.

use crate::grid::{Grid, Output, id_of};
use crate::known::case;

/// Output and exit status of a submission, its id masked.
fn normal(grid: &Grid, output: &Output) -> String {
    grid.normal(&output.all(), id_of(output))
}

/// What follows the confirmation, one line of both streams after the other.
fn told(grid: &Grid, output: &Output) -> Vec<String> {
    let id = id_of(output);
    let mut lines: Vec<_> =
        [&output.stdout, &output.stderr].into_iter().flat_map(|text| text.lines()).map(|l| grid.normal(l, id)).collect();
    lines.retain(|line| !line.starts_with("Your job") && !line.starts_with("bob has"));
    lines.sort();
    lines
}

#[test]
fn tasks_that_fail_are_told_on_standard_error_and_good_ones_on_standard_output() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -t 1-3 -tc 1 -N sentence -b y 'exit $((SGE_TASK_ID - 1))'");
        let expected = "stdout:\nYour job-array {id}.1-3:1 (\"sentence\") has been submitted\nJob {id}.1 exited with exit code 0.\n\
                        stderr:\nJob {id}.2 exited with exit code 1.\nJob {id}.3 exited with exit code 2.\nexit 1";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn the_status_is_that_of_the_first_task_to_fail_not_the_greatest() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -t 1-3 -tc 1 -N sentence -b y 'exit $((4 - SGE_TASK_ID))'");
        assert_eq!(output.code, 3, "{}", output.all());
        // The first in time, whatever its number.
        let job = "if [ $SGE_TASK_ID = 1 ]; then until [ -e second ]; do sleep 0.2; done; sleep 3; exit 5; fi; touch second; exit 6";
        let output = grid.bob(&format!("qsub -sync y -cwd -q continuous,task -t 1-2 -N sentence -b y '{job}'"));
        assert_eq!(output.code, 6, "{}", output.all());
        assert!(
            normal(grid, &output).contains("\nJob {id}.2 exited with exit code 6.\nJob {id}.1 exited with exit code 5.\n"),
            "{}",
            output.all()
        );
    });
}

#[test]
fn only_the_tasks_of_the_range_are_told() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -t 5-9:2 -b y true");
        assert_eq!(told(grid, &output), [5, 7, 9].map(|task| format!("Job {{id}}.{task} exited with exit code 0.")));
        assert_eq!(output.code, 0);
    });
}

#[test]
fn a_task_that_dies_by_a_signal_is_told_and_ends_with_one() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -t 1-2 -N sentence -b y 'test $SGE_TASK_ID = 1 || kill -15 $$'");
        let expected = "stdout:\nYour job-array {id}.1-2:1 (\"sentence\") has been submitted\nJob {id}.1 exited with exit code 0.\n\
                        stderr:\nJob {id}.2 exited because of signal SIGTERM\nexit 1";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn signals_are_named() {
    case(|grid| {
        for signal in ["TERM", "USR1", "KILL", "HUP", "INT"] {
            let output = grid.bob(&format!("qsub -sync y -N sentence -b y 'trap - {signal}; kill -{signal} $$; sleep 5'"));
            assert_eq!(output.stderr, format!("Job {} exited because of signal SIG{signal}\n", id_of(&output)));
            assert_eq!(output.code, 1);
        }
    });
}

#[test]
fn the_greatest_status_is_255() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N sentence -b y 'exit 255'");
        let expected = "stdout:\nYour job {id} (\"sentence\") has been submitted\nstderr:\nJob {id} exited with exit code 255.\nexit 255";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn terse_prints_an_arrays_range_and_only_the_failures() {
    case(|grid| {
        let output = grid.bob("qsub -terse -sync y -t 1-2 -b y true");
        assert_eq!(normal(grid, &output), "stdout:\n{id}.1-2:1\nexit 0");
        let output = grid.bob("qsub -terse -sync y -t 1-2 -tc 1 -b y exit 2");
        let expected = "stdout:\n{id}.1-2:1\nstderr:\nJob {id}.1 exited with exit code 2.\nJob {id}.2 exited with exit code 2.\nexit 2";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn a_running_job_that_is_deleted_ends_with_zero() {
    case(|grid| {
        let name = grid.name("gone");
        let line = format!(
            "qsub -sync y -N {name} -b y sleep 60 & \
             until qstat | grep '^.\\{{16\\}}{}' | grep -q ' r  '; do sleep 0.3; done; qdel {name} >/dev/null; wait $!",
            &name[..10]
        );
        let output = grid.bob(&line);
        let expected = "stdout:\nYour job {id} (\"gone{tag}\") has been submitted\nstderr:\nUnable to run job {id}\nexit 0";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn every_task_of_a_deleted_array_is_told() {
    case(|grid| {
        let name = grid.name("gone");
        let output = grid
            .bob(&format!("qsub -sync y -h -t 1-2 -N {name} -b y true & until qdel {name} | grep -q deleted; do sleep 0.3; done; wait $!"));
        let expected = "stdout:\nYour job-array {id}.1-2:1 (\"gone{tag}\") has been submitted\n\
                        stderr:\nUnable to run job {id}.1\nUnable to run job {id}.2\nexit 0";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn a_deleted_task_does_not_end_the_waiting_for_the_others() {
    case(|grid| {
        let name = grid.name("gone");
        let output = grid.bob(&format!(
            "qsub -sync y -h -t 1-2 -N {name} -b y true & until qdel {name} -t 1 | grep -q deleted; do sleep 0.3; done; \
             qrls {name} >/dev/null; wait $!"
        ));
        let lines = told(grid, &output);
        assert_eq!(lines, ["Job {id}.2 exited with exit code 0.", "Unable to run job {id}.1"]);
        assert_eq!(output.code, 0);
    });
}

#[test]
fn a_job_that_starts_anew_is_waited_for() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N sentence -b y 'test $RESTARTED = 1 || exit 99'");
        let expected = "stdout:\nYour job {id} (\"sentence\") has been submitted\nJob {id} exited with exit code 0.\nexit 0";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn a_refused_job_is_not_waited_for() {
    case(|grid| {
        for (options, text) in [
            (
                "-q nosuch -b y true",
                "stderr:\nUnable to run job: Job was rejected because job requests unknown queue \"nosuch\"\nExiting.\nexit 1",
            ),
            ("-w e -l release=nosuch -b y true", "stderr:\nUnable to run job: error: no suitable queues\nExiting.\nexit 1"),
            (
                "nosuch.sh",
                "stderr:\nUnable to read script file because of error: error opening nosuch.sh: No such file or directory\nexit 14",
            ),
        ] {
            assert_eq!(grid.bob(&format!("qsub -sync y {options}")).all(), text);
        }
    });
}

#[test]
fn the_switch_needs_a_value() {
    case(|grid| {
        assert_eq!(grid.bob("qsub -sync -b y true").all(), "stderr:\nqsub: invalid option argument \"-sync -b\"\nexit 7");
        assert_eq!(grid.bob("qsub -sync").all(), "stderr:\nqsub: -sync option must have argument\nexit 2");
    });
}
