//! What qacct -j makes of the fields: texts, units, and what stands for nothing.

use crate::accounting::{line, value};
use crate::grid::Grid;
use crate::known::case;

fn record(grid: &Grid, changes: &str) -> String {
    grid.write("acct", &line(changes));
    let output = grid.bob("TZ=UTC qacct -f acct -j 1");
    assert_eq!((output.code, &*output.stderr), (0, ""), "{}", output.all());
    output.stdout
}

#[test]
fn project_department_and_account_are_the_records() {
    case(|grid| {
        let text = record(grid, "project=bio department=lab account=grant_17 priority=-5");
        for (label, expected) in [
            ("project", "bio                 "),
            ("department", "lab                 "),
            ("account", "grant_17            "),
            ("priority", "-5                  "),
        ] {
            assert_eq!(value(&text, label), expected);
        }
    });
}

#[test]
fn long_names_are_not_cut() {
    case(|grid| {
        let text = record(grid, "owner=an_owner_of_more_than_twenty_letters");
        assert_eq!(value(&text, "owner"), "an_owner_of_more_than_twenty_letters");
    });
}

#[test]
fn failed_codes_have_their_texts() {
    case(|grid| {
        for (code, text) in [
            ("0", "0    "),
            ("1", "1   : assumedly before job"),
            ("7", "7   : before prolog"),
            ("21", "21  : in recognizing job"),
            ("25", "25  : rescheduling"),
            ("26", "26  : opening input/output file"),
            ("27", "27  : searching requested shell"),
            ("28", "28  : changing into working directory"),
            ("37", "37  : qmaster enforced h_rt, h_cpu, or h_vmem limit"),
            ("38", "38  : adding supplementary group"),
            ("100", "100 : assumedly after job"),
            ("99", "99  : invalid execution state"),
        ] {
            assert_eq!(value(&record(grid, &format!("failed={code}")), "failed"), text);
        }
    });
}

#[test]
fn a_status_above_127_is_a_signal() {
    case(|grid| {
        for (status, text) in [
            ("0", "0                   "),
            ("127", "127                 "),
            ("128", "128                  (Unknown signal 0)"),
            ("137", "137                  (Killed)"),
            ("139", "139                  (Segmentation fault)"),
            ("140", "140                  (User defined signal 2)"),
            ("143", "143                  (Terminated)"),
            ("152", "152                  (CPU time limit exceeded)"),
            ("162", "162                  (Real-time signal 0)"),
            ("255", "255                  (Unknown signal 127)"),
        ] {
            assert_eq!(value(&record(grid, &format!("exit_status={status}")), "exit_status"), text);
        }
    });
}

#[test]
fn sizes_have_units_of_1024() {
    case(|grid| {
        for (bytes, text) in [
            ("0", "0.000B"),
            ("1023.9999", "1024.000B"),
            ("1024", "1.000KB"),
            ("1048576", "1.000MB"),
            ("5230592", "4.988MB"),
            ("1073741824", "1.000GB"),
            ("1099511627776", "1.000TB"),
            ("1e18", "909494.702TB"),
        ] {
            assert_eq!(value(&record(grid, &format!("maxvmem={bytes}")), "maxvmem"), text);
        }
    });
}

#[test]
fn memory_and_transfers_are_gigabytes_in_the_file() {
    case(|grid| {
        let text = record(grid, "mem=2048.5 io=0.000037 iow=1.5");
        assert_eq!((value(&text, "mem"), value(&text, "io"), value(&text, "iow")), ("2.000TBs", "38.797KB", "1.500s"));
    });
}

#[test]
fn the_resident_size_is_shown_as_if_it_were_bytes() {
    case(|grid| assert_eq!(value(&record(grid, "ru_maxrss=5000.000000"), "ru_maxrss"), "4.883KB"));
}

#[test]
fn seconds_have_three_decimals_and_wallclock_none() {
    case(|grid| {
        let text = record(grid, "ru_wallclock=86400 ru_utime=0.0005 ru_stime=1234567.8909 cpu=1e6");
        assert_eq!(value(&text, "ru_wallclock"), "86400s");
        assert_eq!((value(&text, "ru_utime"), value(&text, "ru_stime"), value(&text, "cpu")), ("0.001s", "1234567.891s", "1000000.000s"));
    });
}

#[test]
fn a_time_that_never_was_is_a_dash() {
    case(|grid| {
        let text = record(grid, "start_time=0 end_time=0");
        assert_eq!((value(&text, "start_time"), value(&text, "end_time")), ("-/-", "-/-"));
        assert_eq!(value(&text, "qsub_time"), "Wed Nov 25 21:51:38 2026");
    });
}

#[test]
fn days_below_ten_have_a_blank() {
    case(|grid| assert_eq!(value(&record(grid, "end_time=1782864000"), "end_time"), "Wed Jul  1 00:00:00 2026"));
}

#[test]
fn times_are_in_the_callers_zone() {
    case(|grid| {
        grid.write("acct", &line(""));
        let text = grid.bob("TZ=America/New_York qacct -f acct -j 1").stdout;
        assert_eq!(value(&text, "start_time"), "Wed Nov 25 16:51:40 2026");
    });
}

#[test]
fn an_advance_reservation_has_its_id_and_time() {
    case(|grid| {
        let text = record(grid, "arid=5 ar_submission_time=1795640000");
        assert_eq!((value(&text, "arid"), value(&text, "ar_sub_time")), ("5                   ", "Wed Nov 25 20:53:20 2026"));
    });
}
