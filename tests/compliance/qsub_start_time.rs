//! `-a` and `-dl`: a job that may not start before a time, and one that should have by then.

use crate::grid::{Grid, id_of};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, stored_from_script, submit_script, verified, warned};

/// A time of this year as `qstat -j` writes it.
fn this_year(grid: &Grid, month_and_day: &str) -> String {
    let output = grid.bob(&format!("LC_ALL=C date -d \"$(date +%Y)-{month_and_day}\" '+%a %b %e %T %Y'"));
    output.stdout.trim_end().to_owned()
}

fn state(grid: &Grid, id: u64) -> String {
    grid.rows(id).first().and_then(|row| row.split_whitespace().nth(4)).unwrap_or("none").to_owned()
}

#[test]
fn a_full_date_is_shown_as_execution_time() {
    case(|grid| {
        assert_eq!(stored(grid, "-a 203601020304", "execution_time"), "Wed Jan  2 03:04:00 2036");
        assert_eq!(stored(grid, "-a 203611121314.15", "execution_time"), "Wed Nov 12 13:14:15 2036");
    });
}

#[test]
fn the_century_may_be_left_out() {
    case(|grid| {
        assert_eq!(stored(grid, "-a 3601010000", "execution_time"), "Tue Jan  1 00:00:00 2036");
        assert_eq!(stored(grid, "-a 3601010000.59", "execution_time"), "Tue Jan  1 00:00:59 2036");
    });
}

#[test]
fn two_digits_from_seventy_on_are_of_the_last_century() {
    case(|grid| {
        assert_eq!(stored(grid, "-a 6901010000", "execution_time"), "Tue Jan  1 00:00:00 2069");
        assert_eq!(stored(grid, "-a 9901010000", "execution_time"), "Fri Jan  1 00:00:00 1999");
    });
}

#[test]
fn the_year_may_be_left_out_and_is_this_one_even_if_the_time_is_past() {
    case(|grid| {
        assert_eq!(stored(grid, "-a 12312359", "execution_time"), this_year(grid, "12-31 23:59:00"));
        assert_eq!(stored(grid, "-a 12312359.30", "execution_time"), this_year(grid, "12-31 23:59:30"));
        assert_eq!(stored(grid, "-a 01010000", "execution_time"), this_year(grid, "01-01 00:00:00"));
    });
}

#[test]
fn a_dot_without_seconds_is_accepted() {
    case(|grid| assert_eq!(stored(grid, "-a 203601010000.", "execution_time"), "Tue Jan  1 00:00:00 2036"));
}

#[test]
fn a_day_that_the_month_has_not_runs_into_the_next() {
    case(|grid| assert_eq!(stored(grid, "-a 203602300000", "execution_time"), "Sat Mar  1 00:00:00 2036"));
}

#[test]
fn a_time_after_2038_is_kept() {
    case(|grid| assert_eq!(stored(grid, "-a 204001010000", "execution_time"), "Sun Jan  1 00:00:00 2040"));
}

#[test]
fn a_time_past_is_stored_as_given() {
    case(|grid| assert_eq!(stored(grid, "-a 200001010000", "execution_time"), "Sat Jan  1 00:00:00 2000"));
}

#[test]
fn without_a_time_there_is_no_line() {
    case(|grid| assert_eq!(stored(grid, "", "execution_time"), "-"));
}

#[test]
fn a_job_whose_time_is_past_runs_at_once() {
    case(|grid| {
        let id = grid.run("-a 200001010000 -cwd -j y -o out -b y echo ran");
        assert_eq!(grid.read("out"), "ran\n");
        assert!(grid.rows(id).is_empty());
    });
}

#[test]
fn a_job_runs_when_its_time_has_come() {
    case(|grid| {
        let output =
            grid.bob("at=$(date -d '5 seconds' +%Y%m%d%H%M.%S); echo $at >at; qsub -a $at -cwd -j y -o out -b y date +%Y%m%d%H%M.%S");
        grid.wait_until_gone(id_of(&output));
        assert!(grid.read("out") >= grid.read("at"), "{} {}", grid.read("out"), grid.read("at"));
    });
}

#[test]
fn a_value_of_the_wrong_length_or_not_of_digits_is_refused() {
    case(|grid| {
        let values = ["now", "1", "12:00", "203601", "2036010100001", "20360101000000", "-203601010000", "+203601010000", "20360101T0000"];
        for value in values {
            let text =
                format!("\nInvalid format of date/hour-minute field.\nqsub: Wrong date/time format \"{value}\" specified to -a option");
            refused(grid, &format!("-a {value}"), 7, &text);
        }
    });
}

#[test]
fn each_field_has_its_own_complaint() {
    case(|grid| {
        for (value, what) in [
            ("203613010000", "month"),
            ("203600010000", "month"),
            ("20361301", "month"),
            ("2036-01-01", "month"),
            ("203601320000", "day"),
            ("203601000000", "day"),
            ("203601012400", "hour"),
            ("203601010060", "minute"),
            ("203601010000.60", "seconds"),
            ("203601010000.99", "seconds"),
        ] {
            let text = format!("\nInvalid {what} specification.\nqsub: Wrong date/time format \"{value}\" specified to -a option");
            refused(grid, &format!("-a {value}"), 7, &text);
        }
    });
}

#[test]
fn seconds_are_two_digits() {
    case(|grid| {
        for value in ["203601010000.5", "203601010000.555"] {
            let text = format!("\nInvalid format of seconds field.\nqsub: Wrong date/time format \"{value}\" specified to -a option");
            refused(grid, &format!("-a {value}"), 7, &text);
        }
    });
}

#[test]
fn an_empty_value_and_a_time_before_1970_are_refused() {
    case(|grid| {
        refused(grid, "-a ''", 7, "\nno date specified\nqsub: Wrong date/time format \"\" specified to -a option");
        let text = "\nCouldn't generate date from input. Perhaps a date before 1970 was specified.\n\
                    qsub: Wrong date/time format \"190001010000\" specified to -a option";
        refused(grid, "-a 190001010000", 7, text);
    });
}

#[test]
fn a_missing_value_is_refused() {
    case(|grid| {
        assert_eq!(grid.bob("qsub -a").all(), "stderr:\nqsub: -a option must have argument\nexit 2");
        assert_eq!(grid.bob("qsub -dl").all(), "stderr:\nqsub: -dl option must have argument\nexit 2");
    });
}

#[test]
fn the_last_of_two_times_wins_with_a_warning() {
    case(|grid| {
        let id = warned(grid, "-a 203601010000 -a 203701010000", "-a");
        assert_eq!(line_of(grid, id, "execution_time"), "Thu Jan  1 00:00:00 2037");
    });
}

#[test]
fn a_script_may_hold_the_time_and_the_command_line_beats_it() {
    case(|grid| {
        let script = "#$ -a 203601010000";
        assert_eq!(stored_from_script(grid, script, "", "execution_time"), "Tue Jan  1 00:00:00 2036");
        assert_eq!(stored_from_script(grid, script, "-a 203701010000", "execution_time"), "Thu Jan  1 00:00:00 2037");
    });
}

#[test]
fn a_bad_time_in_a_script_makes_the_script_unreadable() {
    case(|grid| {
        let expected = "stderr:\n\nInvalid format of date/hour-minute field.\n\
                        Unable to read script file because of error: Wrong date/time format \"rubbish\" specified to -a option\nexit 7";
        assert_eq!(submit_script(grid, "#$ -a rubbish", "").all(), expected);
    });
}

#[test]
fn a_bad_time_in_a_request_file_has_no_prefix() {
    case(|grid| {
        grid.write(".sge_request", "-a rubbish\n");
        let expected =
            "stderr:\n\nInvalid format of date/hour-minute field.\nWrong date/time format \"rubbish\" specified to -a option\nexit 7";
        assert_eq!(grid.bob("qsub -h -b y true").all(), expected);
    });
}

#[test]
fn a_job_for_later_waits_as_qw_with_its_submission_time_in_the_table() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -N later -b y true");
        assert_eq!(state(grid, id), "qw");
        let row = grid.rows(id).remove(0);
        assert!(!row.contains("2036") && row.contains(" 0.00000 "), "{row}");
    });
}

#[test]
fn a_job_for_later_says_so_as_scheduling_info() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -b y true");
        let told = crate::grid::poll(|| grid.bob(&format!("qstat -j {id}")).stdout.contains("  execution time not reached\n"));
        assert!(told, "{}", grid.bob(&format!("qstat -j {id}")).stdout);
    });
}

#[test]
fn jobs_with_a_time_past_or_not_can_be_asked_for_as_held() {
    case(|grid| {
        let later = grid.submit("-a 203601010000 -b y true");
        let held = grid.submit("-h -b y true");
        let past = grid.submit("-a 200001010000 -h -b y true");
        let listed = |option: &str, id| !grid.rows_of(&format!("qstat -s {option}"), id).is_empty();
        assert!(listed("ha", later) && listed("h", later) && listed("p", later), "{:?}", grid.rows(later));
        assert!(!listed("hu", later) && !listed("hj", later) && !listed("hd", later) && !listed("ho", later) && !listed("hs", later));
        assert!(!listed("ha", held));
        // It is the option that counts, not the time.
        assert!(listed("ha", past));
    });
}

#[test]
fn a_job_for_later_that_is_held_too_is_hqw() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -h -b y true");
        assert_eq!(state(grid, id), "hqw");
        assert!(!grid.rows_of("qstat -s ha", id).is_empty() && !grid.rows_of("qstat -s hu", id).is_empty());
    });
}

#[test]
fn an_array_may_have_a_time() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -t 1-3 -b y true");
        assert_eq!(line_of(grid, id, "execution_time"), "Tue Jan  1 00:00:00 2036");
        assert_eq!(state(grid, id), "qw");
    });
}

#[test]
fn checking_does_not_mind_the_time() {
    case(|grid| {
        let output = grid.bob("qsub -a 203601010000 -w v -b y true");
        assert_eq!(output.all(), "stdout:\nverification: found suitable queue(s)\nexit 0");
    });
}

#[test]
fn verify_shows_time_and_deadline() {
    case(|grid| {
        assert_eq!(verified(grid, "-a 203601010000", "execution_time"), "Tue Jan  1 00:00:00 2036");
        let text = grid.bob("qsub -verify -dl 203601010000 -b y true").stdout;
        // The deadline is the second line, ahead of the owner.
        assert!(
            text.starts_with("job_number:                 unassigned\ndeadline:                   Tue Jan  1 00:00:00 2036\nowner: "),
            "{text}"
        );
    });
}

#[test]
fn a_deadline_is_for_deadline_users() {
    case(|grid| {
        let reason = "job rejected: the user \"bob\" is not a deadline initiation user";
        rejected(grid, "-dl 203601010000", reason);
        rejected(grid, "-dl 200001010000", reason);
        let expected = format!("stderr:\nUnable to run job: {reason}\nExiting.\nexit 1");
        assert_eq!(submit_script(grid, "#$ -dl 203601010000", "").all(), expected);
    });
}

#[test]
fn a_bad_deadline_is_refused_by_qsub() {
    case(|grid| {
        let text = "\nInvalid format of date/hour-minute field.\nqsub: Wrong date/time format \"rubbish\" specified to -dl option";
        refused(grid, "-dl rubbish", 7, text);
        // The next word is the value, whatever it is.
        let text = "\nInvalid format of date/hour-minute field.\nqsub: Wrong date/time format \"-N\" specified to -dl option";
        refused(grid, "-dl -N x", 7, text);
    });
}
