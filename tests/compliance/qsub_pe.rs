//! `-pe`: names, patterns, ranges of slots, and how many slots a job gets.

use crate::grid::{Grid, exec_host, poll, same};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, stored_from_script, submit_script, verified, warned};

const LABEL: &str = "parallel environment";

/// What is shown for a range, without the name.
fn range(grid: &Grid, given: &str) -> String {
    let value = stored(grid, &format!("-pe smp '{given}'"), LABEL);
    value.strip_prefix("smp range: ").expect("name and range").to_owned()
}

/// The lines of `qstat -r` about a job, its row left out.
fn requests(grid: &Grid, id: u64) -> String {
    let text = grid.bob("qstat -r").stdout;
    let lines = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} "))).skip(1);
    let lines: Vec<_> = lines.take_while(|line| line.starts_with("       ")).collect();
    grid.normal(&lines.join("\n"), id)
}

#[test]
fn a_list_of_ranges_is_sorted_and_joined() {
    case(|grid| {
        for (given, shown) in [
            ("1,2,4", "1,2,4"),
            ("1-2,4", "1,2,4"),
            ("4,1-2", "1,2,4"),
            ("3-1,5", "1-3,5"),
            ("1-3,2-4", "1-4"),
            ("1,1,1", "1"),
            ("1-3,5-7", "1-3,5-7"),
            ("1,3-5,7-", "1,3-5,7-9999999"),
            ("1,", "1"),
            (",1", "1"),
        ] {
            assert_eq!(range(grid, given), shown, "{given}");
        }
    });
}

// Two numbers next to each other are a list, from three on it is a range.
#[test]
fn a_range_of_two_is_shown_as_a_list() {
    case(|grid| {
        assert_eq!(range(grid, "1-2"), "1,2");
        assert_eq!(range(grid, "2-3"), "2,3");
        assert_eq!(range(grid, "-2"), "1,2");
        assert_eq!(range(grid, "1-3"), "1-3");
    });
}

#[test]
fn blanks_and_colons_part_numbers_too() {
    case(|grid| {
        assert_eq!(range(grid, "1 2"), "1,2");
        assert_eq!(range(grid, "1:2"), "1,2");
        assert_eq!(range(grid, " 2"), "2");
        assert_eq!(range(grid, "+2"), "2");
    });
}

// What stands behind a number is read as a range in ways nobody meant.
#[test]
fn some_odd_ranges_are_accepted() {
    case(|grid| {
        assert_eq!(range(grid, "-"), "1,9999999");
        assert_eq!(range(grid, "2x"), "2-9999999");
        assert_eq!(range(grid, "1.5"), "1-5");
        assert_eq!(range(grid, "1--3"), "1--3");
        assert_eq!(range(grid, "99999999999"), "1215752191");
    });
}

#[test]
fn a_range_has_no_step() {
    case(|grid| {
        refused(grid, "-pe smp 2-8:2", 7, "qsub: Range specifier \"8:2\" has unknown trailer \":2\"");
        refused(grid, "-pe smp 1-2-3", 7, "qsub: Range specifier \"2-3\" has unknown trailer \"-3\"");
        let text = "error: unexpected \"UNDEFINED\" following range\nqsub: Range specifier \"7:2\" has unknown trailer \":2\"\n\
                    qsub: unexpected \"UNDEFINED\" following range";
        refused(grid, "-pe smp 1-3,5-7:2,9-", 7, text);
    });
}

#[test]
fn a_range_is_of_numbers() {
    case(|grid| {
        for (given, shown) in [("abc", "abc"), ("2-x", "x"), ("x-2", "x-2")] {
            let text = format!("qsub: Numerical value invalid!\nThe initial portion of string \"{shown}\" contains no decimal number");
            refused(grid, &format!("-pe smp {given}"), 7, &text);
        }
    });
}

#[test]
fn a_range_begins_above_zero() {
    case(|grid| {
        for given in ["0-2", "1-0", "0,2"] {
            rejected(grid, &format!("-pe smp {given}"), "\"job\" rejected: pe range must be greater than zero");
        }
    });
}

#[test]
fn the_table_shows_the_least_number_of_slots() {
    case(|grid| {
        for (given, slots) in [("2-4", "2"), ("4,2", "2"), ("-4", "1"), ("99999999", "99999999")] {
            let id = grid.submit(&format!("-h -pe smp {given} -b y true"));
            assert_eq!(grid.rows(id)[0].split_whitespace().last(), Some(slots));
        }
    });
}

#[test]
fn the_name_may_be_a_pattern_and_is_kept() {
    case(|grid| {
        for name in ["sm*", "*", "s?p", "make"] {
            assert_eq!(stored(grid, &format!("-pe '{name}' 2"), LABEL), format!("{name} range: 2"));
        }
    });
}

#[test]
fn a_pattern_must_fit_and_letters_case_counts() {
    case(|grid| {
        for name in ["no*", "SMP", "-h"] {
            let reason = format!("job rejected: the requested parallel environment \"{name}\" does not exist");
            rejected(grid, &format!("-pe '{name}' 2"), &reason);
        }
    });
}

#[test]
fn a_choice_of_names_is_rejected() {
    case(|grid| rejected(grid, "-pe 'smp|make' 2", "Pipe ('|') not allowed in objectname"));
}

#[test]
fn an_empty_name_is_no_request() {
    case(|grid| assert_eq!(stored(grid, "-pe '' 2", LABEL), "-"));
}

#[test]
fn the_last_of_two_wins_with_a_warning() {
    case(|grid| {
        let id = warned(grid, "-pe smp 2 -pe make 3", "-pe");
        assert_eq!(line_of(grid, id, LABEL), "make range: 3");
    });
}

#[test]
fn in_a_script_the_warning_has_no_prefix() {
    case(|grid| {
        let output = submit_script(grid, "#$ -pe smp 2\n#$ -pe make 3", "");
        let id = crate::grid::id_of(&output);
        let expected = "stdout:\nwarning: \"-pe\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"job.sh\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
    });
}

#[test]
fn the_command_line_beats_script_and_request_file_without_a_warning() {
    case(|grid| {
        assert_eq!(stored_from_script(grid, "#$ -pe smp 2", "", LABEL), "smp range: 2");
        assert_eq!(stored_from_script(grid, "#$ -pe smp 2", "-pe make 3", LABEL), "make range: 3");
        grid.write(".sge_request", "-pe smp 2\n");
        assert_eq!(stored(grid, "", LABEL), "smp range: 2");
        assert_eq!(stored(grid, "-pe make 3", LABEL), "make range: 3");
    });
}

#[test]
fn a_missing_range_has_its_own_words() {
    case(|grid| {
        assert_eq!(grid.bob("qsub -pe smp").all(), "stderr:\nqsub: -pe option must have range as 2nd argument\nexit 2");
        let expected = "stderr:\nUnable to read script file because of error: -pe option must have range as 2nd argument\nexit 2";
        assert_eq!(submit_script(grid, "#$ -pe smp", "").all(), expected);
    });
}

#[test]
fn a_bad_range_in_a_script_makes_the_script_unreadable() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: Numerical value invalid!\n\
                        The initial portion of string \"x\" contains no decimal number\nexit 7";
        assert_eq!(submit_script(grid, "#$ -pe smp x", "").all(), expected);
        assert_eq!(submit_script(grid, "#$ -pe smp 2 3", "").all(), "stderr:\nqsub: Unknown option \n\nexit 5");
    });
}

#[test]
fn verify_shows_even_what_the_master_rejects() {
    case(|grid| {
        assert_eq!(verified(grid, "-pe nosuch 0", LABEL), "nosuch range: 0");
        assert_eq!(verified(grid, "-pe smp 3-1", LABEL), "smp range: 1-3");
    });
}

#[test]
fn a_job_gets_no_more_slots_than_its_queue_has() {
    case(|grid| {
        grid.run("-pe smp 1-99 -q task -cwd -j y -o out -N sentence -b y 'echo $NSLOTS $NHOSTS $NQUEUES $PE $QUEUE'");
        let text = grid.read("out");
        let (slots, rest) = text.split_once(' ').expect("five words");
        // Others' jobs may leave less than four slots.
        assert!((1..=4).contains(&slots.parse().unwrap_or(0)), "{text}");
        assert_eq!(rest, "1 1 smp task\n");
    });
}

#[test]
fn of_a_list_the_greatest_number_that_fits_is_taken() {
    case(|grid| {
        grid.run("-pe smp 1,3,99 -q task -cwd -j y -o out -N sentence -b y 'echo $NSLOTS'");
        // Others' jobs may leave less than three slots.
        assert!(["3\n", "1\n"].contains(&&*grid.read("out")), "{}", grid.read("out"));
    });
}

#[test]
fn a_pattern_becomes_the_name_of_one_environment() {
    case(|grid| {
        grid.run("-pe 's*' 2 -q task -cwd -j y -o out -N sentence -b y 'echo $NSLOTS $PE'");
        assert_eq!(grid.read("out"), "2 smp\n");
    });
}

#[test]
fn the_masters_queue_comes_first_and_gives_one_slot_if_others_have_the_rest() {
    case(|grid| {
        grid.write("job.sh", "echo $NSLOTS $NHOSTS $NQUEUES $QUEUE; cat $PE_HOSTFILE");
        let host = exec_host();
        let expected = format!("2 1 2 task\n{host} 1 task@{host} UNDEFINED\n{host} 1 continuous@{host} UNDEFINED\n");
        let mut text = String::new();
        // The other queue may be full at the moment.
        let seen = poll(|| {
            grid.bob("rm -f out");
            grid.run("-pe smp 2 -q continuous,task -masterq task -cwd -j y -o out job.sh");
            text = grid.read("out");
            text == expected
        });
        assert!(seen, "{text}");
    });
}

#[test]
fn a_job_that_asks_for_too_much_says_so_as_scheduling_info() {
    case(|grid| {
        let id = grid.submit("-pe smp 99 -b y true");
        let told = poll(|| {
            let text = grid.bob(&format!("qstat -j {id}")).stdout;
            text.contains(" cannot run in PE \"smp\" because it only offers ") && text.contains(" slots\n")
        });
        assert!(told, "{}", grid.bob(&format!("qstat -j {id}")).stdout);
    });
}

#[test]
fn requests_of_a_waiting_job_name_environment_and_masters_queues() {
    case(|grid| {
        let id = grid.submit("-h -pe 'sm*' 2-3 -masterq task -q all.q -b y true");
        let expected = "       Full jobname:     true
       Requested PE:     sm* 2,3
       Hard Resources:   
       Soft Resources:   
       Hard requested queues: all.q
       Master task hard requested queues: task
       Binding:          NONE";
        same(requests(grid, id), expected);
    });
}

#[test]
fn requests_of_a_running_job_show_what_was_granted() {
    case(|grid| {
        let id = grid.submit("-pe 's*' 1 -q continuous,task -masterq task -b y sleep 60");
        grid.wait_for_state(id, "r");
        let expected = "       Full jobname:     sleep
       Master Queue:     task@{host}
       Requested PE:     s* 1
       Granted PE:       smp 1
       Hard Resources:   
       Soft Resources:   
       Hard requested queues: continuous, task
       Master task hard requested queues: task
       Binding:          NONE";
        same(requests(grid, id), expected);
    });
}

#[test]
fn an_array_of_parallel_tasks_asks_for_slots_each() {
    case(|grid| {
        let id = grid.submit("-h -pe smp 2 -t 1-3 -b y true");
        let row = grid.rows(id).remove(0);
        assert!(row.ends_with("    2 1-3:1"), "{row}");
    });
}

#[test]
fn a_check_counts_the_slots_of_all_queues() {
    case(|grid| {
        assert_eq!(grid.bob("qsub -w v -pe smp 5 -b y true").all(), "stdout:\nverification: found suitable queue(s)\nexit 0");
        assert_eq!(grid.bob("qsub -w v -pe smp 1-999 -b y true").code, 0);
        assert_eq!(grid.bob("qsub -w v -pe smp 13 -b y true").code, 1);
    });
}
