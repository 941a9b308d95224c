//! `qstat -f`: queues with their jobs, what waits, what has finished, `-ne`, and which words of `-s` show what.

use crate::grid::{Grid, poll, same};
use crate::known::case;
use crate::listing::{picture, rows, shown};

const HEADER: &str = "queuename                      qtype resv/used/tot. load_avg arch          states";

#[test]
fn queues_are_shown_whether_there_are_jobs_or_not() {
    case(|grid| {
        let text = picture(&grid.bob("qstat -f -u nosuch").stdout, &[]);
        let dashes = "-".repeat(81);
        let queue = |name: &str| format!("{dashes}\n{:30} BIP   9/9/9          9.99     lx-amd99      \n", format!("{name}@{{host}}"));
        let expected = format!("{HEADER}\n{}{}{}", queue("all.q"), queue("continuous"), queue("task"));
        same(text + "\n", expected);
    });
}

#[test]
fn waiting_jobs_have_a_part_of_their_own() {
    case(|grid| {
        let id = grid.submit("-h -N waits -b y true");
        let text = picture(&grid.bob("qstat -f -q task").stdout, &[id]);
        let hashes = "#".repeat(76);
        let title = " - PENDING JOBS - PENDING JOBS - PENDING JOBS - PENDING JOBS - PENDING JOBS";
        let row = "    {1} 9.99999 waits      bob          hqw   99/99/9999 99:99:99     9        ";
        assert!(text.ends_with(&format!("      \n\n{hashes}\n{title}\n{hashes}\n{row}")), "{text}");
    });
}

#[test]
fn finished_jobs_have_a_part_of_their_own() {
    case(|grid| {
        let id = grid.run("-N ended -b y true");
        let there = poll(|| !rows(&grid.bob("qstat -s z").stdout, &[id]).is_empty());
        assert!(there);
        let text = picture(&grid.bob("qstat -f -s z -q task").stdout, &[id]);
        let hashes = "#".repeat(76);
        let title = " --  FINISHED JOBS  -  FINISHED JOBS  -  FINISHED JOBS  -  FINISHED JOBS  --  ";
        let row = "    {1} 9.99999 ended      bob          z     99/99/9999 99:99:99     9        ";
        assert!(text.contains(&format!("\n{hashes}\n{title}\n{hashes}\n")), "{text}");
        assert!(text.contains(row), "{text}");
    });
}

#[test]
fn without_queues_the_waiting_jobs_come_without_a_header() {
    case(|grid| {
        let id = grid.submit("-h -N waits -b y true");
        let text = grid.bob("qstat -f -qs d").stdout;
        assert!(text.starts_with(&format!("\n{}\n - PENDING JOBS", "#".repeat(76))), "{text}");
        assert_eq!(shown(&text, &[id]), [1]);
    });
}

#[test]
fn empty_queues_can_be_left_out() {
    case(|grid| {
        let id = grid.submit("-q continuous -b y sleep 60");
        grid.wait_for_state(id, "r");
        let all = grid.bob("qstat -f -u nosuch").stdout;
        let used = grid.bob("qstat -f -ne -u nosuch").stdout;
        assert!(used.contains("\ncontinuous@") && used.starts_with(HEADER) && used.len() <= all.len(), "{used}");
        assert!(!used.contains(" 0/0/4 "), "{used}");
        // Without -f there is nothing to leave out.
        assert_eq!(rows(&grid.bob("qstat -ne").stdout, &[id]), rows(&grid.bob("qstat").stdout, &[id]));
    });
}

#[test]
fn a_queue_alone_is_shown_with_its_jobs() {
    case(|grid| {
        let id = grid.submit("-q task -N here -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = picture(&grid.bob("qstat -f -q task -s r").stdout, &[id]);
        let expected = format!(
            "{HEADER}\n{}\ntask@{{host}}                    BIP   9/9/9          9.99     lx-amd99      \n    {{1}} 9.99999 here       bob          r     99/99/9999 99:99:99     9        ",
            "-".repeat(81)
        );
        same(text, expected);
    });
}

/// Jobs that wait with a user's hold, for another one, for another array, and for a time; and one that runs with a hold.
fn holds(grid: &Grid) -> [u64; 5] {
    let user = grid.submit("-h -t 1-2 -N user -b y true");
    let job = grid.submit(&format!("-N job -hold_jid {user} -b y true"));
    let array = grid.submit(&format!("-N array -t 1-2 -hold_jid_ad {user} -b y true"));
    let time = grid.submit("-N time -a 203512312359 -b y true");
    let running = grid.submit("-N runs -q task -b y sleep 60");
    grid.wait_for_state(running, "r");
    grid.bob(&format!("qhold {running}"));
    [user, job, array, time, running]
}

#[test]
fn kinds_of_holds_are_shown_one_by_one_and_together() {
    case(|grid| {
        let ids = holds(grid);
        let of = |word: &str| shown(&grid.bob(&format!("qstat -s {word}")).stdout, &ids);
        assert_eq!((of("hu"), of("hj"), of("hd"), of("ha")), (vec![5, 1], vec![2], vec![3], vec![4]));
        assert_eq!((of("ho"), of("hs")), (vec![], vec![]));
        let mut all = of("h");
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3, 4, 5]);
        assert_eq!((of("hdhj"), of("hjha")), (vec![2, 3], vec![2, 4]));
    });
}

#[test]
fn holds_narrow_the_waiting_jobs_and_not_the_running_ones() {
    case(|grid| {
        let ids = holds(grid);
        let of = |word: &str| shown(&grid.bob(&format!("qstat -s {word}")).stdout, &ids);
        assert_eq!((of("r"), of("rhj"), of("phj"), of("hjp"), of("ahj")), (vec![5], vec![5, 2], vec![2], vec![2], vec![5, 2]));
        assert_eq!(of("p").len(), 4);
        assert_eq!((of("s"), of("shu")), (vec![], vec![5, 1]));
    });
}

#[test]
fn the_last_of_several_states_counts() {
    case(|grid| {
        let ids = holds(grid);
        let of = |words: &str| shown(&grid.bob(&format!("qstat {words}")).stdout, &ids);
        assert_eq!((of("-s p -s r"), of("-s p r"), of("-s hu -s hj"), of("-s r -s hd")), (vec![5], vec![5], vec![2], vec![3]));
    });
}

#[test]
fn holds_of_two_letters_are_read_in_one_order_only() {
    case(|grid| {
        let ids = holds(grid);
        let of = |word: &str| {
            let output = grid.bob(&format!("qstat -s {word}"));
            let last = output.stderr.lines().last().unwrap_or("").to_string();
            (shown(&output.stdout, &ids).len(), output.code, last)
        };
        let wrong = || (0, 1, "ERROR! wrong argument to -s option".to_string());
        for word in ["hjhd", "hjhu", "huhu", "hahd", "hdhd", "hohu", "hud", "hx", "p,r", "P"] {
            assert_eq!(of(word), wrong(), "{word}");
        }
        // `hahs` is `ha`, `h` and `s`.
        assert_eq!(of("hahs"), (5, 0, String::new()));
        assert_eq!(of("hjphd"), (2, 0, String::new()));
    });
}

#[test]
fn a_suspended_job_is_not_a_running_one() {
    case(|grid| {
        let id = grid.submit("-q task -N susp -b y sleep 60");
        grid.wait_for_state(id, "r");
        grid.bob(&format!("qmod -sj {id}"));
        grid.wait_for_state(id, "s");
        let of = |word: &str| shown(&grid.bob(&format!("qstat -s {word}")).stdout, &[id]);
        assert_eq!((of("s"), of("r"), of("rs"), of("p"), of("a")), (vec![1], vec![], vec![1], vec![], vec![1]));
    });
}

#[test]
fn running_jobs_come_by_number_and_in_some_layouts_by_queue() {
    case(|grid| {
        let ids = [grid.submit("-q task -b y sleep 60"), grid.submit("-q all.q -b y sleep 60"), grid.submit("-q continuous -b y sleep 60")];
        ids.iter().for_each(|id| grid.wait_for_state(*id, "r"));
        for options in ["", "-ext", "-pri", "-t", "-r", "-ne", "-s r"] {
            assert_eq!(shown(&grid.bob(&format!("qstat {options}")).stdout, &ids), [1, 2, 3], "{options}");
        }
        for options in ["-urg", "-g d", "-g t", "-f", "-q '*'", "-ext -urg"] {
            assert_eq!(shown(&grid.bob(&format!("qstat {options}")).stdout, &ids), [2, 3, 1], "{options}");
        }
    });
}

#[test]
fn waiting_jobs_come_by_priority_and_number() {
    case(|grid| {
        let ids = [grid.submit("-h -b y true"), grid.submit("-h -p -5 -b y true"), grid.submit("-l release=nosuch -b y true")];
        // The one without a hold has a priority as soon as the scheduler has looked at it.
        let there = poll(|| shown(&grid.bob("qstat").stdout, &ids) == [3, 1, 2]);
        assert!(there, "{}", grid.bob("qstat").stdout);
    });
}

#[test]
fn several_users_are_a_list_of_words_or_of_commas() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        for users in ["bob", "nosuch,bob", "nosuch bob", "'b*'", "'b?b'", "'[a-c]ob'", "'*'", "nosuch -u bob"] {
            assert_eq!(shown(&grid.bob(&format!("qstat -u {users}")).stdout, &[id]), [1], "{users}");
        }
        for users in ["nosuch", "@tools", "5002", "'nosuch bob'", "@arusers"] {
            assert_eq!(shown(&grid.bob(&format!("qstat -u {users}")).stdout, &[id]), [0usize; 0], "{users}");
        }
    });
}
