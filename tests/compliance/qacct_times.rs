//! qacct -b, -e, -d and -E.

use crate::accounting::{lines, shown};
use crate::grid::{Grid, same};
use crate::known::case;
use std::time::{SystemTime, UNIX_EPOCH};

/// Starts at 1000, 2000, 3000 seconds of 1970; the ends are in another order.
fn file(grid: &Grid) {
    grid.write(
        "acct",
        &lines(&[
            "job_number=1 start_time=1000 end_time=5000",
            "job_number=2 start_time=2000 end_time=4000",
            "job_number=3 start_time=3000 end_time=3500",
            "job_number=4 start_time=0 end_time=0",
            "job_number=5",
        ]),
    );
}

fn found(grid: &Grid, options: &str) -> Vec<String> {
    file(grid);
    let output = grid.bob(&format!("TZ=UTC qacct -f acct -j {options}"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{options}\n{}", output.all());
    shown(&output.stdout)
}

#[test]
fn jobs_that_started_since_then() {
    case(|grid| {
        assert_eq!(found(grid, "-b 197001010033.20"), ["2", "3", "5"]);
        assert_eq!(found(grid, "-b 197001010033.21"), ["3", "5"]);
    });
}

#[test]
fn jobs_that_started_until_then() {
    case(|grid| {
        assert_eq!(found(grid, "-e 197001010033.20"), ["1", "2", "4"]);
        assert_eq!(found(grid, "-e 197001010033.19"), ["1", "4"]);
    });
}

#[test]
fn both_make_a_span() {
    case(|grid| assert_eq!(found(grid, "-b 197001010020 -e 197001010040"), ["2"]));
}

#[test]
fn the_ends_may_count_instead() {
    case(|grid| {
        assert_eq!(found(grid, "-E -b 197001010101"), ["1", "2", "5"]);
        assert_eq!(found(grid, "-E -e 197001010101"), ["3", "4"]);
    });
}

#[test]
fn the_century_the_year_and_the_seconds_may_be_left_out() {
    case(|grid| {
        for time in ["202611252151.40", "2611252151.40", "202611252151", "2611252151"] {
            assert_eq!(found(grid, &format!("-b {time}")), ["5"], "{time}");
        }
        for time in ["202611252151.41", "2611252151.41", "202611252152"] {
            assert_eq!(found(grid, &format!("-b {time}")), [""; 0], "{time}");
        }
    });
}

#[test]
fn without_a_year_it_is_this_one() {
    case(|grid| {
        let output = grid.bob("date +%s; date -d \"$(date +%Y)-06-15 12:00:00\" +%s");
        let summer = output.stdout.lines().nth(1).expect("a time").to_owned();
        grid.write("acct", &lines(&[&format!("start_time={summer}")]));
        assert_eq!(shown(&grid.bob("qacct -f acct -j -b 06151200").stdout), ["1"]);
        assert_eq!(shown(&grid.bob("qacct -f acct -j -b 06151200.01").stdout), [""; 0]);
    });
}

#[test]
fn short_years_begin_in_1970() {
    case(|grid| {
        assert_eq!(found(grid, "-b 7001010045"), ["3", "5"]);
        assert_eq!(found(grid, "-b 6901010045"), [""; 0]);
    });
}

#[test]
fn days_count_until_now() {
    case(|grid| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
        let started = |number: u32, ago: u64| format!("job_number={number} start_time={}", now - ago);
        let ago = [started(1, 10 * 86_400), started(2, 2 * 86_400 - 600), started(3, 600)];
        grid.write("acct", &lines(&ago.each_ref().map(String::as_str)));
        assert_eq!(shown(&grid.bob("qacct -f acct -j -d 2").stdout), ["2", "3"]);
        assert_eq!(shown(&grid.bob("qacct -f acct -j -d 1").stdout), ["3"]);
        assert_eq!(shown(&grid.bob("qacct -f acct -j -d 30").stdout), ["1", "2", "3"]);
    });
}

#[test]
fn days_count_from_a_begin_and_to_an_end() {
    case(|grid| {
        assert_eq!(found(grid, "-b 197001010020 -d 1"), ["2", "3"]);
        assert_eq!(found(grid, "-e 202611260000 -d 1"), ["5"]);
    });
}

#[test]
fn sums_have_a_span_too() {
    case(|grid| {
        file(grid);
        let text = grid.bob("TZ=UTC qacct -f acct -o -b 202601010000").stdout;
        assert!(text.lines().nth(2).is_some_and(|row| row.starts_with("bob              60 ")), "{text}");
    });
}

#[test]
fn what_is_no_time_is_told_before_the_usage() {
    case(|grid| {
        let usage = include_str!("../../compat/captures/help/qacct.txt");
        for (word, sentence) in [
            ("x", "Invalid format of date/hour-minute field."),
            ("2359", "Invalid format of date/hour-minute field."),
            ("13010000", "Invalid month specification."),
            ("11320000", "Invalid day specification."),
            ("11252400", "Invalid hour specification."),
            ("11252360", "Invalid minute specification."),
            ("11252359.60", "Invalid seconds specification."),
            ("11252359.6", "Invalid format of seconds field."),
            ("196801010000", "Couldn't generate date from input. Perhaps a date before 1970 was specified."),
        ] {
            for option in ["-b", "-e"] {
                same(grid.bob(&format!("qacct {option} {word}")).all(), format!("stderr:\n\n{sentence}\n{usage}exit 1"));
            }
        }
        same(grid.bob("qacct -d x").all(), format!("stderr:\n{usage}exit 1"));
    });
}
