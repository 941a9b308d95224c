//! `-sync y`: qsub waits, and ends as the job did.

use crate::grid::id_of;
use crate::known::case;

/// Output of a submission that may have started with an id.
fn normal(grid: &crate::grid::Grid, output: &crate::grid::Output) -> String {
    grid.normal(&output.all(), id_of(output))
}

#[test]
fn the_end_of_a_good_job_is_told_on_standard_output() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N good -b y true");
        let expected = "stdout:\nYour job {id} (\"good\") has been submitted\nJob {id} exited with exit code 0.\nexit 0";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn a_failing_jobs_status_is_qsubs_and_told_on_standard_error() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N bad -b y exit 3");
        let expected = "stdout:\nYour job {id} (\"bad\") has been submitted\nstderr:\nJob {id} exited with exit code 3.\nexit 3";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn a_missing_command_is_127() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N miss -b y nosuchcommand");
        let expected = "stdout:\nYour job {id} (\"miss\") has been submitted\nstderr:\nJob {id} exited with exit code 127.\nexit 127";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn death_by_signal_is_named_and_ends_with_one() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N dies -b y 'kill -9 $$'");
        let expected = "stdout:\nYour job {id} (\"dies\") has been submitted\nstderr:\nJob {id} exited because of signal SIGKILL\nexit 1";
        assert_eq!(normal(grid, &output), expected);
    });
}

#[test]
fn terse_prints_the_id_only() {
    case(|grid| {
        let output = grid.bob("qsub -terse -sync y -b y true");
        assert_eq!(normal(grid, &output), "stdout:\n{id}\nexit 0");
    });
}

#[test]
fn an_array_has_a_line_per_task() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -N tasks -t 1-2 -b y true");
        let text = normal(grid, &output);
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort();
        let expected = [
            "Job {id}.1 exited with exit code 0.",
            "Job {id}.2 exited with exit code 0.",
            "Your job-array {id}.1-2:1 (\"tasks\") has been submitted",
            "exit 0",
            "stdout:",
        ];
        assert_eq!(lines, expected);
    });
}

#[test]
fn an_array_ends_with_a_failing_tasks_status() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -t 1-2 -N sentence -b y 'test $SGE_TASK_ID = 1 || exit 4'");
        assert_eq!(output.code, 4, "{}", output.all());
        assert!(output.stderr.ends_with(".2 exited with exit code 4.\n"), "{}", output.all());
    });
}

#[test]
fn the_files_are_complete_when_qsub_returns() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -cwd -j y -o out -N sentence -b y 'seq 1000' >/dev/null; tail -1 out");
        assert_eq!(output.stdout, "1000\n");
    });
}

#[test]
fn the_switch_may_stand_in_the_script() {
    case(|grid| {
        grid.write("job.sh", "#$ -sync y\nexit 5\n");
        assert_eq!(grid.bob("qsub job.sh").code, 5);
    });
}

#[test]
fn a_job_deleted_while_waited_for_ends_with_zero() {
    case(|grid| {
        let name = grid.name("gone");
        let output =
            grid.bob(&format!("qsub -sync y -h -N {name} -b y true & until qdel {name} | grep -q deleted; do sleep 0.2; done; wait $!"));
        let expected = "stdout:\nYour job {id} (\"gone{tag}\") has been submitted\nstderr:\nUnable to run job {id}\nexit 0";
        assert_eq!(normal(grid, &output), expected);
    });
}
