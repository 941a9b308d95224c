//! `-h`, `-hold_jid` and `-hold_jid_ad` in their forms: what counts as a hold, and what `qstat -j` says of it.

use crate::grid::{Grid, id_of, replace_word};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, submit_script};

fn state(grid: &Grid, id: u64) -> String {
    grid.rows(id).first().and_then(|row| row.split_whitespace().nth(4)).unwrap_or("none").to_owned()
}

/// A held array job of this range.
fn array(grid: &Grid, range: &str) -> u64 {
    grid.submit(&format!("-h -t {range} -b y true"))
}

/// Which tasks of an array still wait, as the table shows them.
fn waiting(grid: &Grid, id: u64) -> String {
    grid.rows(id).first().and_then(|row| row.split_whitespace().last()).unwrap_or("none").to_owned()
}

#[track_caller]
fn wait_until_waiting(grid: &Grid, id: u64, tasks: &str) {
    assert!(crate::grid::poll(|| waiting(grid, id) == tasks), "{:?}", grid.rows(id));
}

const LATER: &str = "-a 203601010000";
const OTHER_RANGE: &str = "This array job must have the same range of sub-tasks as the dependent array job specified with -hold_jid_ad";
const NO_ARRAY: &str = "Can only specify \"-hold_jid_ad\" option with an array job (using \"-t\" option)";

#[test]
fn the_hold_option_takes_no_argument() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: error opening u: No such file or directory\nexit 14";
        assert_eq!(grid.bob("qsub -h u -b y true").all(), expected);
        grid.write("o", "true\n");
        let id = grid.submit("-h o");
        assert_eq!((line_of(grid, id, "script_file"), state(grid, id)), ("o".into(), "hqw".into()));
    });
}

#[test]
fn a_script_may_hold_itself() {
    case(|grid| {
        grid.write("job.sh", "#$ -h\ntrue\n");
        assert_eq!(state(grid, grid.submit("job.sh")), "hqw");
    });
}

#[test]
fn an_argument_of_the_hold_option_in_a_script_is_left_over() {
    case(|grid| {
        grid.write("job.sh", "#$ -h u\ntrue\n");
        assert_eq!(grid.bob("qsub job.sh").all(), "stderr:\nqsub: Unknown option \n\nexit 5");
    });
}

// Surprising: the option does not add up and does not merely repeat itself.
#[test]
fn two_holds_are_none() {
    case(|grid| {
        let output = grid.bob(&format!("qsub -h -h {LATER} -b y true"));
        let id = id_of(&output);
        let expected = "stdout:\nqsub: warning: \"-h\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"true\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
        assert_eq!(state(grid, id), "qw");
    });
}

#[test]
fn any_number_of_holds_but_one_is_none() {
    case(|grid| {
        assert_eq!(state(grid, grid.submit(&format!("{LATER} -h -b y true"))), "hqw");
        for holds in ["-h -h -h", "-h -h -h -h"] {
            assert_eq!(state(grid, grid.submit(&format!("{LATER} {holds} -b y true"))), "qw", "{holds}");
        }
    });
}

#[test]
fn a_hold_in_the_script_and_on_the_command_line_is_none() {
    case(|grid| {
        let output = submit_script(grid, &format!("#$ -h\n#$ {LATER}"), "");
        let id = id_of(&output);
        // No warning here.
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nYour job {id} (\"job.sh\") has been submitted\nexit 0");
        assert_eq!(state(grid, id), "qw");
    });
}

#[test]
fn a_hold_in_the_request_file_and_on_the_command_line_is_none() {
    case(|grid| {
        grid.write(".sge_request", "-h\n");
        assert_eq!(state(grid, grid.submit(&format!("{LATER} -b y true"))), "hqw");
        assert_eq!(state(grid, grid.submit(&format!("{LATER} -h -b y true"))), "qw");
    });
}

#[test]
fn a_hold_of_the_user_is_asked_for_with_hu() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let listed: Vec<_> = ["hu", "ho", "hs", "hd", "hj", "ha", "h"]
            .into_iter()
            .filter(|kind| !grid.rows_of(&format!("qstat -s {kind}"), id).is_empty())
            .collect();
        assert_eq!(listed, ["hu", "h"]);
    });
}

#[test]
fn jobs_to_wait_for_are_shown_as_given_and_as_found() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit("-h -b y true");
        for (option, given, found) in [
            (format!("-hold_jid {first},{second}"), format!("{first},{second}"), format!("{first},{second}")),
            (format!("-hold_jid {first} -hold_jid {second}"), format!("{first},{second}"), format!("{first},{second}")),
            (format!("-hold_jid ,{first},,{second}"), format!("{first},{second}"), format!("{first},{second}")),
            (format!("-hold_jid {first},{first}"), format!("{first},{first}"), format!("{first},{first}")),
            // Two in one word: only the first is found, and no error.
            (format!("-hold_jid '{first} {second}'"), format!("{first} {second}"), format!("{first}")),
        ] {
            let id = grid.submit(&format!("{option} -b y true"));
            assert_eq!(line_of(grid, id, "jid_predecessor_list (req)"), given, "{option}");
            assert_eq!(line_of(grid, id, "jid_predecessor_list"), found, "{option}");
            assert_eq!(state(grid, id), "hqw");
        }
    });
}

#[test]
fn what_is_not_there_is_shown_as_given_only() {
    case(|grid| {
        for given in ["9999999", "nosuch", "no*such", "-1", "1x", "x:", "a@b", "nosuch,9999999"] {
            let id = grid.submit(&format!("-h -hold_jid '{given}' -b y true"));
            assert_eq!(line_of(grid, id, "jid_predecessor_list (req)"), given);
            assert_eq!(line_of(grid, id, "jid_predecessor_list"), "-", "{given}");
        }
    });
}

#[test]
fn a_finished_job_is_shown_as_given_only() {
    case(|grid| {
        let first = grid.run("-b y true");
        let id = grid.submit(&format!("-h -hold_jid {first} -b y true"));
        assert_eq!(line_of(grid, id, "jid_predecessor_list (req)"), first.to_string());
        assert_eq!(line_of(grid, id, "jid_predecessor_list"), "-");
    });
}

#[test]
fn a_task_cannot_be_waited_for() {
    case(|grid| {
        let first = array(grid, "1-3");
        rejected(grid, &format!("-hold_jid {first}.1"), &format!("denied: job \"{first}.1\" not found"));
    });
}

#[test]
fn an_empty_list_is_refused() {
    case(|grid| {
        refused(grid, "-hold_jid ''", 7, "qsub: Wrong jid_hold list format \"\" specified to -hold_jid option");
        refused(grid, "-hold_jid_ad ''", 7, "qsub: Wrong jid_hold_ad list format \"\" specified to -hold_jid_ad option");
    });
}

#[test]
fn a_missing_list_is_refused() {
    case(|grid| {
        assert_eq!(grid.bob("qsub -hold_jid_ad").all(), "stderr:\nqsub: -hold_jid_ad option must have argument\nexit 2");
    });
}

#[test]
fn names_may_be_patterns_of_several_kinds() {
    case(|grid| {
        let name = grid.name("kind");
        let first = grid.submit(&format!("-h -N {name} -b y true"));
        let stem = name.strip_suffix(|_: char| true).expect("a name").to_owned();
        let last = &name[stem.len()..];
        for pattern in [name.clone(), format!("{stem}*"), format!("{stem}?"), format!("{stem}[{last}]"), format!("{name}*")] {
            let id = grid.submit(&format!("-hold_jid '{pattern}' -b y true"));
            assert_eq!(line_of(grid, id, "jid_predecessor_list"), first.to_string(), "{pattern}");
        }
        let id = grid.submit(&format!("-h -hold_jid '{}' -b y true", name.to_uppercase()));
        assert_eq!(line_of(grid, id, "jid_predecessor_list"), "-", "letters' case counts");
    });
}

#[test]
fn a_job_of_the_same_name_does_not_wait_for_itself() {
    case(|grid| {
        let name = grid.name("own");
        let first = grid.submit(&format!("-h -N {name} -b y true"));
        let id = grid.submit(&format!("-N {name} -hold_jid {name} -b y true"));
        assert_eq!(line_of(grid, id, "jid_predecessor_list"), first.to_string());
    });
}

#[test]
fn somebody_elses_job_is_waited_for_by_id_but_not_by_name() {
    case(|grid| {
        let _guard = grid.only_alice();
        let name = grid.name("hers");
        let first = id_of(&grid.alice(&format!("qsub -h -N {name} -b y true")));
        let by_name = grid.submit(&format!("-h -hold_jid {name},'{name}*' -b y true"));
        assert_eq!(line_of(grid, by_name, "jid_predecessor_list"), "-");
        let by_id = grid.submit(&format!("-hold_jid {first} -b y true"));
        assert_eq!(line_of(grid, by_id, "jid_predecessor_list"), first.to_string());
        assert_eq!(state(grid, by_id), "hqw");
    });
}

#[test]
fn a_job_that_waits_for_another_says_so_as_scheduling_info() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-hold_jid {first} -b y true"));
        let told = crate::grid::poll(|| grid.bob(&format!("qstat -j {id}")).stdout.contains("  job dropped because of job dependencies\n"));
        assert!(told, "{}", grid.bob(&format!("qstat -j {id}")).stdout);
    });
}

#[test]
fn an_array_may_wait_task_by_task() {
    case(|grid| {
        let first = array(grid, "1-2");
        let second = grid.submit(&format!("-hold_jid_ad {first} -t 1-2 -b y true"));
        assert_eq!(line_of(grid, second, "ja_ad_predecessor_list"), first.to_string());
        assert_eq!(line_of(grid, first, "ja_ad_successor_list"), second.to_string());
        // Unlike -hold_jid, there is no line for the text as given.
        assert_eq!(line_of(grid, second, "jid_predecessor_list (req)"), "-");
        assert_eq!((state(grid, second), waiting(grid, second)), ("hqw".into(), "1,2".into()));
        grid.bob(&format!("qrls {first}.1"));
        wait_until_waiting(grid, second, "2");
        assert_eq!(state(grid, second), "hqw");
        grid.bob(&format!("qrls {first}.2"));
        grid.wait_until_gone(second);
    });
}

#[test]
fn arrays_that_wait_task_by_task_are_asked_for_with_hd() {
    case(|grid| {
        let first = array(grid, "1-2");
        let second = grid.submit(&format!("-hold_jid_ad {first} -t 1-2 -b y true"));
        let listed: Vec<_> = ["hu", "ho", "hs", "hd", "hj", "ha", "h"]
            .into_iter()
            .filter(|kind| !grid.rows_of(&format!("qstat -s {kind}"), second).is_empty())
            .collect();
        assert_eq!(listed, ["hd", "h"]);
    });
}

#[test]
fn a_failed_task_releases_its_counterpart_and_so_does_a_deleted_one() {
    case(|grid| {
        let first = grid.submit("-h -t 1-2 -b y exit 1");
        let second = grid.submit(&format!("-hold_jid_ad {first} -t 1-2 -b y true"));
        grid.bob(&format!("qrls {first}.1"));
        wait_until_waiting(grid, second, "2");
        grid.bob(&format!("qdel {first}.2"));
        grid.wait_until_gone(second);
    });
}

#[test]
fn first_and_last_task_must_be_the_same_but_not_the_step() {
    case(|grid| {
        let first = array(grid, "1-4:2");
        for range in ["1-4", "4-1", "1-4:2", "1-4:3"] {
            let id = grid.submit(&format!("-h -t {range} -hold_jid_ad {first} -b y true"));
            assert_eq!(line_of(grid, id, "ja_ad_predecessor_list"), first.to_string(), "{range}");
        }
        // The last task counts as given: 1-4:2 ends with task 3 and still is not 1-3.
        for range in ["1-3", "1-3:2", "2-4", "1", "1-5"] {
            rejected(grid, &format!("-t {range} -hold_jid_ad {first}"), OTHER_RANGE);
        }
    });
}

#[test]
fn a_task_of_a_greater_step_releases_all_tasks_up_to_the_next() {
    case(|grid| {
        let first = array(grid, "1-4:2");
        let second = grid.submit(&format!("-hold_jid_ad {first} -t 1-4 -b y true"));
        grid.bob(&format!("qrls {first}.1"));
        wait_until_waiting(grid, second, "3,4");
        grid.bob(&format!("qrls {first}.3"));
        grid.wait_until_gone(second);
    });
}

#[test]
fn a_task_of_a_greater_step_waits_for_all_tasks_up_to_the_next() {
    case(|grid| {
        let first = array(grid, "1-4");
        let second = grid.submit(&format!("-hold_jid_ad {first} -t 1-4:2 -b y true"));
        grid.bob(&format!("qrls {first}.1"));
        wait_until_waiting(grid, first, "2-4:1");
        assert_eq!(waiting(grid, second), "1,3");
        grid.bob(&format!("qrls {first}.2"));
        wait_until_waiting(grid, second, "3");
    });
}

#[test]
fn both_sides_must_be_arrays() {
    case(|grid| {
        let plain = grid.submit("-h -b y true");
        let first = array(grid, "1-3");
        rejected(grid, &format!("-hold_jid_ad {first}"), NO_ARRAY);
        rejected(grid, "-hold_jid_ad nosuch", NO_ARRAY);
        rejected(grid, &format!("-hold_jid_ad {plain} -t 1-3"), NO_ARRAY);
        let expected = format!("stderr:\nUnable to run job: {NO_ARRAY}\nExiting.\nexit 1");
        assert_eq!(submit_script(grid, &format!("#$ -hold_jid_ad {first}"), "").all(), expected);
    });
}

#[test]
fn unknown_and_finished_arrays_are_passed_over() {
    case(|grid| {
        let finished = grid.run("-t 1-3 -b y true");
        let first = array(grid, "1-3");
        for (given, found) in [
            ("nosuch".to_owned(), "-".to_owned()),
            ("9999999".into(), "-".into()),
            (finished.to_string(), "-".into()),
            (format!("nosuch,{first},{finished}"), first.to_string()),
        ] {
            assert_eq!(stored(grid, &format!("-t 1-3 -hold_jid_ad {given}"), "ja_ad_predecessor_list"), found, "{given}");
        }
    });
}

#[test]
fn arrays_are_found_by_name_and_pattern_and_add_up() {
    case(|grid| {
        let name = grid.name("ad");
        let first = grid.submit(&format!("-h -N {name} -t 1-3 -b y true"));
        let second = array(grid, "1-3");
        for option in [format!("-hold_jid_ad {name},{second}"), format!("-hold_jid_ad '{name}*' -hold_jid_ad {second}")] {
            let found = stored(grid, &format!("-t 1-3 {option}"), "ja_ad_predecessor_list");
            let found = replace_word(&replace_word(&found, &first.to_string(), "{first}"), &second.to_string(), "{second}");
            assert_eq!(found, "{first},{second}", "{option}");
        }
    });
}

#[test]
fn a_script_may_name_the_array_it_waits_for() {
    case(|grid| {
        let first = array(grid, "1-3");
        let output = submit_script(grid, &format!("#$ -t 1-3\n#$ -hold_jid_ad {first}"), "");
        assert_eq!(line_of(grid, id_of(&output), "ja_ad_predecessor_list"), first.to_string());
    });
}

#[test]
fn both_kinds_of_waiting_go_together() {
    case(|grid| {
        let plain = grid.submit("-h -b y true");
        let first = array(grid, "1-2");
        let id = grid.submit(&format!("-hold_jid {plain} -hold_jid_ad {first} -t 1-2 -b y true"));
        assert_eq!(line_of(grid, id, "jid_predecessor_list"), plain.to_string());
        assert_eq!(line_of(grid, id, "ja_ad_predecessor_list"), first.to_string());
        let listed = |kind: &str| !grid.rows_of(&format!("qstat -s {kind}"), id).is_empty();
        assert!(listed("hj") && listed("hd"));
    });
}

#[test]
fn verify_shows_what_was_given_but_not_the_arrays() {
    case(|grid| {
        let output = grid.bob("qsub -verify -hold_jid 9999999,a -hold_jid b -hold_jid_ad 9999998,c -t 1-3 -b y true");
        assert!(
            output.stdout.contains("\njid_predecessor_list (req): 9999999,a,b\njob-array tasks:            1-3:1\n"),
            "{}",
            output.all()
        );
        assert!(!output.stdout.contains("9999998"), "{}", output.all());
    });
}
