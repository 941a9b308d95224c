//! From a wait status to Grid Engine's way of saying it, and to the shepherd's exit code.

use super::watch::Ended;
use crate::record::Report;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// Fills in exit status, signal, `failed` and reason. `oom`: the kernel killed a process of this container for memory.
///
/// Codes of the real one: 100 for a death by signal, 37 for h_rt (also when the job ended in its notify time), 25 for exit
/// status 99, 30 with the reason for 100, else 0.
pub fn fill(report: &mut Report, ended: Ended, oom: bool) {
    let status = ExitStatus::from_raw(ended.status);
    report.signal = status.signal().unwrap_or(0);
    report.exit_status = status.code().unwrap_or(128 + report.signal);
    report.oom = oom;
    report.failed = if ended.overtime || (oom && report.exit_status == 128 + libc::SIGKILL) {
        37
    } else if report.signal != 0 {
        100
    } else {
        match report.exit_status {
            99 => 25,
            100 => 30,
            _ => 0,
        }
    };
    if report.failed == 30 {
        report.reason = "exit_status of job start = 100".into();
    }
}

/// What container runtimes give a container that could not be started, and one whose host started anew: no shepherd ends so.
const UNSTARTED: i32 = 128;
const LOST: i32 = 255;
/// Instead; the report has the true status.
const FAILED: i32 = 254;

/// The shepherd's exit code.
pub fn exit_code(report: &Report) -> i32 {
    match report.exit_status {
        _ if report.is_error_state() => 100,
        UNSTARTED | LOST => FAILED,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(status: i32, overtime: bool, oom: bool) -> (i32, i32, u32, i32) {
        let mut report = Report::default();
        fill(&mut report, Ended { status, overtime }, oom);
        (report.exit_status, report.signal, report.failed, exit_code(&report))
    }

    #[test]
    fn codes_are_those_of_grid_engine() {
        assert_eq!(after(0, false, false), (0, 0, 0, 0));
        assert_eq!(after(3 << 8, false, false), (3, 0, 0, 3));
        assert_eq!(after(137 << 8, false, false), (137, 0, 0, 137));
        assert_eq!(after(128 << 8, false, false), (128, 0, 0, 254));
        assert_eq!(after(255 << 8, false, false), (255, 0, 0, 254));
        assert_eq!(after(libc::SIGUSR1, false, false), (138, 10, 100, 138));
        assert_eq!(after(libc::SIGKILL, true, false), (137, 9, 37, 137));
        assert_eq!(after(0, true, false), (0, 0, 37, 0));
        assert_eq!(after(99 << 8, false, false), (99, 0, 25, 99));
        assert_eq!(after(100 << 8, false, false), (100, 0, 30, 100));
    }

    #[test]
    fn memory_counts_as_a_limit_only_if_the_job_died_of_it() {
        assert_eq!(after(libc::SIGKILL, false, true), (137, 9, 37, 137));
        assert_eq!(after(137 << 8, false, true), (137, 0, 37, 137));
        assert_eq!(after(1 << 8, false, true), (1, 0, 0, 1));
    }
}
