//! `-l`, `-q`, `-pe`, `-p`, `-m`, `-M` and their like: what is stored, as `qstat -j` shows it, and what a job gets.

use crate::grid::Grid;
use crate::known::case;

/// One line's value of `qstat -j` for a held submission with these options; `-` if there is no such line.
fn stored(grid: &Grid, options: &str, label: &str) -> String {
    let id = grid.submit(&format!("-h {options} -b y true"));
    let text = grid.bob(&format!("qstat -j {id}")).stdout;
    let value = text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(':'));
    grid.normal(value.map_or("-", str::trim), id)
}

#[test]
fn memory_values_are_kept_as_written() {
    case(|grid| {
        for value in ["h_vmem=8G", "h_vmem=8g", "h_vmem=512M", "h_vmem=16.5G", "h_vmem=1048576", "mem_free=1M", "virtual_free=300m"] {
            assert_eq!(stored(grid, &format!("-l {value}"), "hard resource_list"), value);
        }
    });
}

#[test]
fn times_are_stored_in_seconds() {
    case(|grid| {
        for (value, seconds) in
            [("24:00:00", "86400"), ("2:0:0", "7200"), (":50:", "3000"), ("4::", "14400"), ("86400", "86400"), ("99:59:00", "359940")]
        {
            assert_eq!(stored(grid, &format!("-l h_rt={value}"), "hard resource_list"), format!("h_rt={seconds}"));
        }
        assert_eq!(stored(grid, "-l s_rt=1:0:0", "hard resource_list"), "s_rt=3600");
    });
}

#[test]
fn several_resources_add_up_and_the_later_value_wins() {
    case(|grid| {
        assert_eq!(stored(grid, "-l h_rt=60 -l h_vmem=1G", "hard resource_list"), "h_rt=60,h_vmem=1G");
        assert_eq!(stored(grid, "-l h_rt=60,h_vmem=1G -l h_rt=90", "hard resource_list"), "h_vmem=1G,h_rt=90");
    });
}

#[test]
fn a_string_resource_is_kept() {
    case(|grid| assert_eq!(stored(grid, "-l release=buster", "hard resource_list"), "release=buster"));
}

#[test]
fn soft_requests_are_listed_apart() {
    case(|grid| {
        assert_eq!(stored(grid, "-soft -l h_rt=5 -hard -l s_rt=4", "soft resource_list"), "h_rt=5");
        assert_eq!(stored(grid, "-soft -l h_rt=5 -hard -l s_rt=4", "hard resource_list"), "s_rt=4");
    });
}

#[test]
fn queues_add_up() {
    case(|grid| {
        assert_eq!(stored(grid, "-q task,all.q", "hard_queue_list"), "task,all.q");
        assert_eq!(stored(grid, "-q task -q all.q", "hard_queue_list"), "task,all.q");
    });
}

#[test]
fn a_job_runs_in_the_queue_it_asks_for() {
    case(|grid| {
        grid.run("-cwd -j y -o out -q continuous -N sentence -b y 'echo $QUEUE'");
        assert_eq!(grid.read("out"), "continuous\n");
    });
}

#[test]
fn a_queue_may_be_a_pattern() {
    case(|grid| {
        grid.run("-cwd -j y -o out -q 'cont*' -N sentence -b y 'echo $QUEUE'");
        assert_eq!(grid.read("out"), "continuous\n");
    });
}

#[test]
fn slot_ranges_are_normalised() {
    case(|grid| {
        for (given, shown) in [("2", "2"), ("2-4", "2-4"), ("4-2", "2-4"), ("2-", "2-9999999"), ("-4", "1-4"), ("4-4", "4")] {
            assert_eq!(stored(grid, &format!("-pe smp {given}"), "parallel environment"), format!("smp range: {shown}"), "{given}");
        }
    });
}

#[test]
fn a_parallel_job_gets_its_slots_and_a_host_file() {
    case(|grid| {
        grid.run("-cwd -j y -o out -q task -pe smp 2 -N sentence -b y 'echo $NSLOTS $NHOSTS $PE; cut -d\" \" -f2-3 $PE_HOSTFILE'");
        let expected = format!("2 1 smp\n2 task@{}\n", crate::grid::exec_host());
        assert_eq!(grid.read("out"), expected);
    });
}

#[test]
fn mail_options_are_shown_in_one_order() {
    case(|grid| {
        assert_eq!(stored(grid, "-m beas", "mail_options"), "abes");
        assert_eq!(stored(grid, "-m ea", "mail_options"), "ae");
        assert_eq!(stored(grid, "-m n", "mail_options"), "-");
    });
}

#[test]
fn mail_goes_to_the_submitter_unless_told() {
    case(|grid| {
        assert_eq!(stored(grid, "", "mail_list"), "bob@{host}");
        assert_eq!(stored(grid, "-M a@example.org,b@example.org", "mail_list"), "a@example.org,b@example.org");
        assert_eq!(stored(grid, "-M bob", "mail_list"), "bob@NONE");
    });
}

#[test]
fn a_negative_priority_is_shown() {
    case(|grid| {
        assert_eq!(stored(grid, "-p -10", "priority"), "-10");
        assert_eq!(stored(grid, "", "priority"), "-");
    });
}

#[test]
fn account_restart_shell_and_notify_are_shown() {
    case(|grid| {
        assert_eq!(stored(grid, "-A mine", "account"), "mine");
        assert_eq!(stored(grid, "", "account"), "sge");
        assert_eq!(stored(grid, "-r y", "restart"), "y");
        assert_eq!(stored(grid, "-r n", "restart"), "n");
        assert_eq!(stored(grid, "-S /bin/sh", "shell_list"), "NONE:/bin/sh");
        assert_eq!(stored(grid, "-notify", "notify"), "TRUE");
    });
}

#[test]
fn variables_are_listed_after_the_terminal() {
    case(|grid| assert_eq!(stored(grid, "-v A=1,B='x y' -v C=", "env_list"), "TERM=NONE,A=1,B=x y,C=NONE"));
}

#[test]
fn a_memory_limit_becomes_the_shells_limit() {
    case(|grid| {
        grid.run("-cwd -j y -o out -l h_vmem=1G -N sentence -b y 'ulimit -v'");
        assert_eq!(grid.read("out"), "1048576\n");
    });
}

#[test]
fn a_memory_limit_is_multiplied_by_the_slots() {
    case(|grid| {
        grid.run("-cwd -j y -o out -l h_vmem=1G -pe smp 2 -N sentence -b y 'ulimit -v'");
        assert_eq!(grid.read("out"), "2097152\n");
    });
}

#[test]
fn a_small_letter_counts_in_thousands() {
    case(|grid| {
        grid.run("-cwd -j y -o out -l h_vmem=1024000k -N sentence -b y 'ulimit -v'");
        assert_eq!(grid.read("out"), "1000000\n");
    });
}

#[test]
fn a_job_that_asks_for_too_many_slots_is_accepted_and_waits() {
    case(|grid| {
        let id = grid.submit("-pe smp 99 -b y true");
        assert_eq!(grid.rows(id)[0].split_whitespace().nth(4), Some("qw"));
    });
}

#[test]
fn an_impossible_job_is_refused_when_asked_to_check() {
    case(|grid| {
        let expected = "stderr:\nUnable to run job: error: no suitable queues\nExiting.\nexit 1";
        assert_eq!(grid.bob("qsub -w e -pe smp 99 -b y true").all(), expected);
    });
}
