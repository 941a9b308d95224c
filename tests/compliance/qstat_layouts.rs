//! Every layout of qstat: the columns of `-ext`, `-urg`, `-pri`, `-t` and `-g t`, alone and together, with and without `-f`. What they
//! must look like is recorded in compat/captures/qstat/columns.txt, with jobs of another user's.

use crate::grid::{Grid, same};
use crate::known::case;
use crate::listing::picture;

const RECORDED: &str = include_str!("../../compat/captures/qstat/columns.txt");

/// What was recorded for a command, as a picture of its three jobs.
fn recorded(command: &str) -> String {
    let part = RECORDED.split("$ ").find_map(|part| part.strip_prefix(command)?.strip_prefix('\n')).expect("a recording");
    let text = part.split("--exit 0\n").next().expect("a good end");
    // The recording's user had a name of one letter more.
    picture(text, &[3584, 3585, 3588]).replace("dora", "bob ")
}

/// A parallel job and an array that run, and a held job.
fn jobs(grid: &Grid) -> [u64; 3] {
    let parallel = grid.submit("-N par -q continuous -pe smp 2 -b y sleep 100");
    let array = grid.submit("-N arr -t 1-3 -tc 1 -q task -p -7 -b y sleep 100");
    let held = grid.submit("-h -N held -b y true");
    grid.wait_for_state(parallel, "r");
    grid.wait_for_state(array, "r");
    [parallel, array, held]
}

/// The layouts with these options look as recorded, by rows of jobs and by rows of slots.
fn look_as_recorded(grid: &Grid, options: &[&str]) {
    let ids = jobs(grid);
    for option in options {
        for more in ["", " -t", " -g t"] {
            let command = format!("qstat{option}{more}");
            let output = grid.bob(&command);
            assert_eq!((output.code, &*output.stderr), (0, ""), "{command}");
            same(format!("{command}\n{}", picture(&output.stdout, &ids)), format!("{command}\n{}", recorded(&command)));
        }
    }
}

#[test]
fn the_plain_list() {
    case(|grid| look_as_recorded(grid, &["", " -f"]));
}

#[test]
fn priorities() {
    case(|grid| look_as_recorded(grid, &[" -pri", " -f -pri"]));
}

#[test]
fn urgency() {
    case(|grid| look_as_recorded(grid, &[" -urg", " -f -urg"]));
}

#[test]
fn urgency_and_priorities() {
    case(|grid| look_as_recorded(grid, &[" -urg -pri", " -f -urg -pri"]));
}

#[test]
fn more_columns() {
    case(|grid| look_as_recorded(grid, &[" -ext", " -f -ext"]));
}

#[test]
fn more_columns_and_priorities() {
    case(|grid| look_as_recorded(grid, &[" -ext -pri", " -f -ext -pri"]));
}

#[test]
fn more_columns_and_urgency() {
    case(|grid| look_as_recorded(grid, &[" -ext -urg", " -f -ext -urg"]));
}

#[test]
fn all_columns_at_once() {
    case(|grid| look_as_recorded(grid, &[" -ext -urg -pri", " -f -ext -urg -pri"]));
}

#[test]
fn waiting_tasks_one_by_one_in_every_column() {
    case(|grid| {
        let ids = jobs(grid);
        for command in ["qstat -g d -ext", "qstat -g dt", "qstat -t -g d"] {
            same(format!("{command}\n{}", picture(&grid.bob(command).stdout, &ids)), format!("{command}\n{}", recorded(command)));
        }
    });
}

#[test]
fn requests_stand_below_every_row_in_every_layout() {
    case(|grid| {
        let ids = jobs(grid);
        for command in ["qstat -t -r", "qstat -f -r -ext"] {
            same(format!("{command}\n{}", picture(&grid.bob(command).stdout, &ids)), format!("{command}\n{}", recorded(command)));
        }
    });
}

#[test]
fn resources_stand_below_their_queue_and_above_its_jobs() {
    case(|grid| {
        let ids = jobs(grid);
        for command in ["qstat -f -F num_proc -ext", "qstat -F num_proc -r"] {
            same(format!("{command}\n{}", picture(&grid.bob(command).stdout, &ids)), format!("{command}\n{}", recorded(command)));
        }
    });
}

#[test]
fn cluster_queues_are_a_table_of_their_own() {
    case(|grid| {
        let narrow = "CLUSTER QUEUE                   CQLOAD   USED    RES  AVAIL  TOTAL aoACDS  cdsuE  ";
        let wide = format!("{narrow}    s     A     S     C     u     a     d     D     c     o     E");
        for (command, header, dashes, length) in [("qstat -g c", narrow, 80, 81), ("qstat -g c -ext", &wide, 146, 147)] {
            let text = grid.bob(command).stdout;
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[..2], [header, &"-".repeat(dashes)]);
            let names: Vec<&str> = lines[2..].iter().map(|line| line[..30].trim_end()).collect();
            assert_eq!(names, ["all.q", "continuous", "task"]);
            assert!(lines[2..].iter().all(|line| line.len() == length && line[30..].split_whitespace().count() >= 7), "{text}");
        }
    });
}

#[test]
fn cluster_queues_count_the_slots_in_use() {
    case(|grid| {
        let id = grid.submit("-q continuous -pe smp 3 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = grid.bob("qstat -g c -q continuous").stdout;
        let line = text.lines().nth(2).expect("a queue");
        let words: Vec<u32> = line.split_whitespace().skip(2).map(|word| word.parse().expect("a number")).collect();
        let [used, reserved, available, total, ..] = words[..] else { panic!("{text}") };
        assert!(used >= 3 && reserved == 0 && available == total - used && total == 4, "{text}");
        // Other options of the list are left aside.
        assert_eq!(grid.bob("qstat -g cdt -f -u nosuch -q task").stdout.lines().count(), 3);
    });
}
