//! qresub (compat/captures/qresub-answers.txt).

use crate::grid::{Grid, id_of};
use crate::known::case;

const LATER: &str = "-a 203601010000";

/// Lines of `qstat -j` that no two jobs share.
fn own(line: &str) -> bool {
    ["job_number:", "exec_file:", "submission_time:", "usage", "scheduling info:", "binding", " "]
        .iter()
        .any(|label| line.starts_with(label))
}

fn copied(grid: &Grid, id: u64) -> String {
    let text = grid.bob(&format!("qstat -j {id}")).stdout;
    text.lines().filter(|line| !own(line)).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_answer_is_qsubs() {
    case(|grid| {
        let id = grid.submit(&format!("-N again {LATER} -b y true"));
        let output = grid.bob(&format!("qresub {id}"));
        let copy = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\nYour job {copy} (\"again\") has been submitted\nexit 0"));
        assert!(copy > id);
        assert_eq!((grid.states(id), grid.states(copy)), (vec!["qw".into()], vec!["qw".into()]));
    });
}

#[test]
fn everything_that_was_asked_for_is_copied() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        grid.write("job.sh", "echo hi\n");
        let id = grid.submit(&format!(
            "{LATER} -cwd -N many -j y -o out -e err -i /dev/null -l h_rt=60 -soft -l h_vmem=1G -hard -q task,all.q -masterq task -pe smp 2-4 \
             -hold_jid {first},nosuch -v A=1,B=2 -m be -M b@e.org -p -5 -r y -S /bin/sh -A acct -R y -notify -ac K=V job.sh x 'y z'"
        ));
        let copy = id_of(&grid.bob(&format!("qresub {id}")));
        crate::grid::same(copied(grid, copy), copied(grid, id));
        assert_eq!(grid.attribute(copy, "jid_predecessor_list"), Some(first.to_string()));
    });
}

#[test]
fn what_was_altered_is_copied_as_altered() {
    case(|grid| {
        let id = grid.submit(&format!("-N old {LATER} -b y true"));
        grid.bob(&format!("qalter -N new -l h_rt=77 -p -9 {id}"));
        let copy = id_of(&grid.bob(&format!("qresub {id}")));
        assert_eq!(grid.attribute(copy, "job_name").as_deref(), Some("new"));
        assert_eq!(grid.attribute(copy, "hard resource_list").as_deref(), Some("h_rt=77"));
        assert_eq!(grid.attribute(copy, "priority").as_deref(), Some("-9"));
        assert_eq!(grid.attribute(copy, "version"), grid.attribute(id, "version"));
    });
}

#[test]
fn the_verification_is_not_copied() {
    case(|grid| {
        let id = grid.submit(&format!("-w w {LATER} -b y true"));
        let copy = id_of(&grid.bob(&format!("qresub {id}")));
        assert_eq!(grid.attribute(id, "verify_suitable_queues").as_deref(), Some("1"));
        assert_eq!(grid.attribute(copy, "verify_suitable_queues"), None);
    });
}

#[test]
fn holds_are_not_copied() {
    case(|grid| {
        let id = grid.submit(&format!("-h {LATER} -b y true"));
        let copy = id_of(&grid.bob(&format!("qresub {id}")));
        assert_eq!(grid.states(copy), ["qw"]);
    });
}

#[test]
fn a_managers_holds_are_not_copied_either() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -b y true"));
        grid.root(&format!("qhold -h os {id}"));
        let copy = id_of(&grid.bob(&format!("qresub {id}")));
        assert_eq!((grid.states(id), grid.states(copy)), (vec!["hqw".into()], vec!["qw".into()]));
    });
}

#[test]
fn the_script_need_not_be_there_any_more() {
    case(|grid| {
        grid.write("job.sh", "echo ran $1 $SGE_O_WORKDIR\n");
        let id = grid.submit("-h -cwd -j y -o out job.sh arg");
        std::fs::remove_file(format!("{}/job.sh", grid.dir())).expect("it was there");
        let copy = id_of(&grid.bob(&format!("cd /tmp; qresub {id}")));
        grid.wait_until_gone(copy);
        assert_eq!(grid.normal(&grid.read("out"), 0), "ran arg {dir}\n");
    });
}

#[test]
fn an_array_is_copied_with_all_its_tasks() {
    case(|grid| {
        let id = grid.submit(&format!("-N arr -t 2-9:3 -tc 2 {LATER} -b y true"));
        grid.bob(&format!("qdel {id}.5"));
        let output = grid.bob(&format!("qresub {id}"));
        let copy = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\nYour job-array {copy}.2-9:3 (\"arr\") has been submitted\nexit 0"));
        assert_eq!(grid.states(copy), ["qw 2-8:3"]);
        assert_eq!(grid.attribute(copy, "maximum concurrency").as_deref(), Some("2"));
    });
}

#[test]
fn tasks_cannot_be_copied() {
    case(|grid| {
        let id = grid.submit("-h -t 1-3 -b y true");
        let expected = "stderr:\ndenied: the selected option works only on jobs and not on tasks\nexit 4";
        assert_eq!(grid.answer(id, "qresub {id}.2"), expected);
        assert_eq!(grid.answer(id, "qresub {id} -t 2"), expected);
        let expected = "stderr:\nfound lonely '-t 1-3' option (The -t option needs a leading job name).\nexit 2";
        assert_eq!(grid.answer(id, "qresub -t 1-3 {id}"), expected);
    });
}

#[test]
fn a_running_job_is_copied() {
    case(|grid| {
        let id = grid.submit("-N run -cwd -j y -o /dev/null -b y sleep 120");
        grid.wait_for_state(id, "r");
        let output = grid.bob(&format!("qresub -h u {id}"));
        let copy = grid.bob(&format!("qstat | awk '$3 == \"run\" && $5 == \"hqw\" && $1 > {id} {{print $1}}' | head -1"));
        let copy: u64 = copy.stdout.trim().parse().expect("an id");
        let expected = format!("stdout:\nmodified hold of job {id}\nYour job {copy} (\"run\") has been submitted\nexit 0");
        assert_eq!(output.all(), expected);
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn a_hold_is_told_of_the_original_and_set_on_the_copy() {
    case(|grid| {
        let id = grid.submit(&format!("-N again {LATER} -b y true"));
        let output = grid.bob(&format!("qresub -h u {id}"));
        let copy = id_of(&output);
        let expected = format!("stdout:\nmodified hold of job {id}\nYour job {copy} (\"again\") has been submitted\nexit 0");
        assert_eq!(output.all(), expected);
        assert_eq!((grid.states(id), grid.states(copy)), (vec!["qw".into()], vec!["hqw".into()]));
    });
}

#[test]
fn the_hold_of_an_array_is_told_task_by_task() {
    case(|grid| {
        let id = grid.submit(&format!("-N arr -t 1-3 {LATER} -b y true"));
        let output = grid.bob(&format!("qresub {id} -h u"));
        let copy = id_of(&output);
        let tasks: String = (1..=3).map(|task| format!("modified hold of job-array task {id}.{task}\n")).collect();
        assert_eq!(output.all(), format!("stdout:\n{tasks}Your job-array {copy}.1-3:1 (\"arr\") has been submitted\nexit 0"));
        assert_eq!((grid.states(id), grid.states(copy)), (vec!["qw 1-3:1".into()], vec!["hqw 1-3:1".into()]));
    });
}

#[test]
fn kinds_of_holds_that_take_off_change_nothing() {
    case(|grid| {
        let id = grid.submit(&format!("-h -N again {LATER} -b y true"));
        for kinds in ["n", "U", "O", "S", "UO", "''"] {
            let output = grid.bob(&format!("qresub -h {kinds} {id}"));
            let copy = id_of(&output);
            assert_eq!(output.all(), format!("stdout:\nYour job {copy} (\"again\") has been submitted\nexit 0"), "{kinds}");
            assert_eq!(grid.states(copy), ["qw"], "{kinds}");
        }
    });
}

#[test]
fn holds_of_operators_and_managers_are_theirs() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let operator = "stdout:\ndenied: \"bob\" must be operator to set operator hold\nexit 10";
        let manager = "stdout:\ndenied: \"bob\" must be manager to set manager hold\nexit 10";
        for (kinds, expected) in [("o", operator), ("uo", operator), ("s", manager), ("uos", manager)] {
            assert_eq!(grid.answer(id, &format!("qresub -h {kinds} {{id}}")), expected, "{kinds}");
        }
        let expected = "stderr:\nqalter: Unknown hold list \"x\" specified to -h option\nexit 7";
        assert_eq!(grid.answer(id, "qresub -h x {id}"), expected);
    });
}

/// Submits jobs a, b and c and gives what `qresub` of a list of them prints: their names, or the lines of errors.
fn lists(grid: &Grid, lists: &[(&str, &[&str])]) {
    let ids = ["a", "b", "c"].map(|name| grid.submit(&format!("-N {name} {LATER} -b y true")).to_string());
    for (list, expected) in lists {
        let line = list.replace('a', &ids[0]).replace('b', &ids[1]).replace('c', &ids[2]);
        let output = grid.bob(&format!("qresub {line}"));
        let word = |line: &str| line.split('"').nth(1).unwrap_or(line).to_owned();
        let words: Vec<_> = output.stdout.lines().map(word).collect();
        let code = if expected.iter().any(|word| word.contains('9')) { 4 } else { 0 };
        assert_eq!((words, output.code), (expected.iter().map(|word| word.to_string()).collect(), code), "{list}: {}", output.all());
    }
}

#[test]
fn the_last_job_of_a_list_comes_first() {
    case(|grid| {
        lists(
            grid,
            &[("a b", &["b", "a"]), ("a,b", &["b", "a"]), ("c a b", &["b", "c", "a"]), ("a b c", &["c", "a", "b"]), ("a a", &["a", "a"])],
        )
    });
}

#[test]
fn behind_an_unknown_id_nothing_is_submitted_but_the_other_unknown_ones_are_told() {
    case(|grid| {
        lists(
            grid,
            &[
                ("a 9999999", &["9999999"]),
                ("a b 9999999", &["9999999"]),
                ("a 9999999 b", &["b", "a", "9999999"]),
                ("9999999 a b", &["b", "9999999"]),
                ("9999998 a 9999999", &["9999999", "9999998"]),
                ("a 9999998 b 9999999 c", &["c", "a", "9999998", "9999999"]),
            ],
        )
    });
}

#[test]
fn finished_and_deleted_jobs_are_gone() {
    case(|grid| {
        let finished = grid.run("-b y true");
        assert_eq!(grid.answer(finished, "qresub {id}"), "stdout:\njob \"{id}\" does not exist\nexit 4");
        let deleted = grid.submit("-h -b y true");
        grid.bob(&format!("qdel {deleted}"));
        grid.wait_until_gone(deleted);
        assert_eq!(grid.answer(deleted, "qresub {id}"), "stdout:\njob \"{id}\" does not exist\nexit 4");
    });
}

#[test]
fn names_and_patterns_are_the_job_0() {
    case(|grid| {
        let name = grid.name("nm");
        grid.submit(&format!("-h -N {name} -b y true"));
        for job in [name, "nosuch".into(), "'nosuch*'".into()] {
            assert_eq!(grid.bob(&format!("qresub {job}")).all(), "stdout:\njob \"0\" does not exist\nexit 4");
        }
    });
}

#[test]
fn a_name_in_a_list_is_an_unknown_id() {
    case(|grid| {
        let id = grid.submit(&format!("-N again {LATER} -b y true"));
        assert_eq!(grid.answer(id, "qresub {id} nosuch"), "stdout:\njob \"0\" does not exist\nexit 4");
        let output = grid.bob(&format!("qresub nosuch {id}"));
        let copy = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\nYour job {copy} (\"again\") has been submitted\njob \"0\" does not exist\nexit 4"));
    });
}

#[test]
fn what_begins_with_a_digit_is_an_id() {
    case(|grid| {
        for job in ["0", "5x", "5 6"] {
            let expected = format!("stderr:\nERROR! \"{job}\" is an invalid job-task identifier\nexit 2");
            assert_eq!(grid.bob(&format!("qresub '{job}'")).all(), expected);
        }
        assert_eq!(grid.bob("qresub ''").all(), "stderr:\nqalter: Wrong job id list format \"\" specified\nexit 7");
    });
}

#[test]
fn somebody_elses_job_is_not_copied() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let denied = "job rejected: alice@{host} is not allowed to resubmit jobs of user bob\n";
        let unknown = "job \"9999999\" does not exist\n";
        let alice = |line: &str| grid.normal(&grid.alice(&line.replace("{id}", &id.to_string())).all(), id);
        assert_eq!(alice("qresub {id}"), format!("stdout:\n{denied}exit 4"));
        assert_eq!(alice("qresub -h u {id}"), format!("stdout:\n{denied}exit 4"));
        assert_eq!(alice("qresub 9999999 {id}"), format!("stdout:\n{denied}{unknown}exit 4"));
        assert_eq!(alice("qresub {id} 9999999"), format!("stdout:\n{unknown}{denied}exit 4"));
    });
}

#[test]
fn only_h_is_an_option() {
    case(|grid| {
        for option in ["-terse", "-N x", "-u bob", "-sync n", "-p -5", "-q task", "-l h_rt=5", "-w v", "-hold_jid 5", "-now n"] {
            let expected = format!("stderr:\nUnknown option {option}\n\nexit 5");
            assert_eq!(grid.bob(&format!("qresub {option} 9999999")).all(), expected);
        }
        let expected = "stderr:\nqalter: invalid option argument \"-x\"\nexit 2";
        assert_eq!(grid.bob("qresub -x 9999999").all(), expected);
        assert_eq!(grid.bob("qresub -h").all(), "stderr:\nqalter: -h option must have argument\nexit 2");
    });
}

#[test]
fn without_anything_the_usage_comes_and_the_error() {
    case(|grid| {
        let output = grid.bob("qresub");
        assert_eq!((output.code, &*output.stdout), (1, ""));
        assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qresub [options] job_id_list\n"), "{}", output.stderr);
        assert!(output.stderr.ends_with("\nERROR! no option argument\n"), "{}", output.stderr);
        assert_eq!(grid.bob("qresub -h u").all(), "exit 0");
    });
}
