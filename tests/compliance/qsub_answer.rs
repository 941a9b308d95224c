//! What qsub prints when it has accepted a job: the line every script takes the id from.

use crate::grid::id_of;
use crate::known::case;
use std::time::{Duration, Instant};

#[test]
fn a_job_is_confirmed_in_one_line() {
    case(|grid| {
        let output = grid.bob("qsub -h -N fine -b y true");
        let id = id_of(&output);
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nYour job {id} (\"fine\") has been submitted\nexit 0");
    });
}

#[test]
fn an_array_is_confirmed_with_its_range() {
    case(|grid| {
        let output = grid.bob("qsub -h -N fine -t 1-10:2 -b y true");
        let id = id_of(&output);
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nYour job-array {id}.1-10:2 (\"fine\") has been submitted\nexit 0");
    });
}

#[test]
fn terse_prints_the_id_alone() {
    case(|grid| {
        let output = grid.bob("qsub -terse -h -b y true");
        let id = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\n{id}\nexit 0"));
    });
}

#[test]
fn terse_prints_an_arrays_range_too() {
    case(|grid| {
        let output = grid.bob("qsub -terse -h -t 1-3 -b y true");
        let id = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\n{id}.1-3:1\nexit 0"));
    });
}

#[test]
fn terse_prints_the_range_of_an_array_of_one_task() {
    case(|grid| {
        let output = grid.bob("qsub -terse -h -t 3 -b y true");
        let id = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\n{id}.3-3:1\nexit 0"));
    });
}

#[test]
fn terse_may_stand_in_the_script() {
    case(|grid| {
        grid.write("job.sh", "#$ -terse -h\ntrue\n");
        let output = grid.bob("qsub job.sh");
        assert_eq!(output.all(), format!("stdout:\n{}\nexit 0", id_of(&output)));
    });
}

#[test]
fn ids_grow() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit("-h -b y true");
        assert!(second > first, "{first} {second}");
    });
}

#[test]
fn the_job_does_not_hold_its_submitters_output_open() {
    case(|grid| {
        let start = Instant::now();
        let output = grid.bob("id=$(qsub -terse -b y sleep 50); qdel $id >/dev/null; echo $id");
        id_of(&output);
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    });
}

#[test]
fn a_switch_takes_yes_no_and_any_case() {
    case(|grid| {
        for switch in ["-b yes", "-b Y", "-b Yes", "-b YES"] {
            grid.submit(&format!("-h {switch} -j Yes -r no -now N -shell yes true"));
        }
    });
}
