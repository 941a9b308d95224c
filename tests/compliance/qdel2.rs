//! qdel of tasks, of lists in which some are refused, by force, and of jobs in every state (compat/captures/qdel-answers.txt).

use crate::grid::{Grid, id_of, poll};
use crate::known::case;

fn held(grid: &Grid, options: &str) -> u64 {
    grid.submit(&format!("-h {options} -b y true"))
}

fn running(grid: &Grid, options: &str) -> u64 {
    let id = grid.submit(&format!("{options} -b y sleep 60"));
    grid.wait_for_state(id, "r");
    id
}

/// An array of which the first `count` tasks run and two wait.
fn running_array(grid: &Grid, count: usize) -> u64 {
    let id = grid.submit(&format!("-t 1-{} -tc {count} -b y sleep 60", count + 2));
    let all_run = || grid.states(id).iter().filter(|state| state.starts_with("r ")).count() == count;
    assert!(poll(all_run), "{:?}", grid.states(id));
    id
}

/// Tries commands one after another on a held array of nine tasks: the command, the answer, the tasks left.
fn array(grid: &Grid, steps: &[(&str, &str, &str)]) {
    let id = held(grid, "-t 1-9");
    for (line, expected, left) in steps {
        assert_eq!(grid.answer(id, line), format!("stdout:\n{expected}"), "{line}");
        assert_eq!(grid.states(id), [format!("hqw {left}")], "{line}");
    }
}

#[test]
fn tasks_are_taken_with_a_dot_or_with_t() {
    case(|grid| {
        array(
            grid,
            &[
                ("qdel {id}.1", "bob has deleted job-array task {id}.1\nexit 0", "2-9:1"),
                ("qdel {id}.2-3", "bob has deleted job-array tasks 2,3 of job {id}\nexit 0", "4-9:1"),
                ("qdel {id} -t 4", "bob has deleted job-array task {id}.4\nexit 0", "5-9:1"),
                ("qdel {id} -t 5-6", "bob has deleted job-array tasks 5,6 of job {id}\nexit 0", "7-9:1"),
            ],
        );
    });
}

#[test]
fn tasks_may_be_taken_in_steps() {
    case(|grid| {
        array(
            grid,
            &[
                ("qdel {id}.1-9:4", "bob has deleted job-array tasks 1-9:4 of job {id}\nexit 0", "2-4:1,6-8:1"),
                ("qdel {id} -t 2-9:3", "bob has deleted job-array tasks 2,8 of job {id}\nexit 0", "3,4,6,7"),
            ],
        );
        array(grid, &[("qdel {id} -t 1,3,5", "bob has deleted job-array tasks 1-5:2 of job {id}\nexit 0", "2,4,6-9:1")]);
    });
}

#[test]
fn ranges_of_both_forms_are_told_twice() {
    case(|grid| {
        let expected = "bob has deleted job-array tasks 4,5 of job {id}\nbob has deleted job-array tasks 4,5,7 of job {id}\nexit 0";
        array(grid, &[("qdel {id}.4-5 -t 7", expected, "1-3:1,6,8,9")]);
    });
}

#[test]
fn the_tasks_that_are_there_are_taken_from_a_range() {
    case(|grid| {
        array(
            grid,
            &[
                ("qdel {id}.2", "bob has deleted job-array task {id}.2\nexit 0", "1,3-9:1"),
                ("qdel {id}.1-3", "bob has deleted job-array tasks 1,3 of job {id}\nexit 0", "4-9:1"),
                ("qdel {id}.8-99", "bob has deleted job-array tasks 8,9 of job {id}\nexit 0", "4-7:1"),
                ("qdel {id}.3-4", "bob has deleted job-array task {id}.4\nexit 0", "5-7:1"),
            ],
        );
    });
}

#[test]
fn tasks_that_are_not_there() {
    case(|grid| {
        array(
            grid,
            &[
                ("qdel {id}.2-9", "bob has deleted job-array tasks 2-9:1 of job {id}\nexit 0", "1"),
                ("qdel {id}.2", "job \"{id}\" task \"2\" does not exist\nexit 1", "1"),
                ("qdel {id}.0", "job \"{id}\" task \"0\" does not exist\nexit 1", "1"),
                ("qdel {id}.7-9", "job \"{id}\" task id range \"7-9:1\" comprises no tasks\nexit 1", "1"),
                ("qdel {id}.9-7", "job \"{id}\" task id range \"7-9:1\" comprises no tasks\nexit 1", "1"),
            ],
        );
    });
}

#[test]
fn several_tasks_in_a_list_have_a_line_each() {
    case(|grid| {
        array(
            grid,
            &[
                ("qdel {id}.3,{id}.4", "bob has deleted job-array task {id}.3\nbob has deleted job-array task {id}.4\nexit 0", "1,2,5-9:1"),
                (
                    "qdel {id}.1-3 {id}.7-9",
                    "bob has deleted job-array tasks 1,2 of job {id}\nbob has deleted job-array tasks 7-9:1 of job {id}\nexit 0",
                    "5,6",
                ),
            ],
        );
    });
}

#[test]
fn the_last_task_takes_the_job_along() {
    case(|grid| {
        let id = held(grid, "-t 1-2");
        assert_eq!(grid.answer(id, "qdel {id}.1-2"), "stdout:\nbob has deleted job-array tasks 1,2 of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qdel {id}.1"), "stdout:\ndenied: job \"{id}\" does not exist\nexit 1");
        let id = held(grid, "-t 5");
        assert_eq!(grid.answer(id, "qdel {id}.5"), "stdout:\nbob has deleted job-array task {id}.5\nexit 0");
        assert_eq!(grid.answer(id, "qdel {id}"), "stdout:\ndenied: job \"{id}\" does not exist\nexit 1");
    });
}

#[test]
fn tasks_of_named_jobs_are_given_with_t_alone() {
    case(|grid| {
        let name = grid.name("arr");
        let id = held(grid, &format!("-N {name} -t 1-5"));
        let answer = |line: &str| grid.answer(id, &line.replace("NAME", &name)).replace(&name, "NAME").replace("arr{tag}", "NAME");
        assert_eq!(answer("qdel NAME.1"), "stdout:\nThe job NAME.1 of user(s) bob does not exist\nexit 1");
        assert_eq!(answer("qdel NAME -t 1"), "stdout:\nbob has deleted job-array task {id}.1\nexit 0");
        assert_eq!(answer("qdel 'NAME*' -t 2-3"), "stdout:\nbob has deleted job-array tasks 2,3 of job {id}\nexit 0");
        assert_eq!(answer("qdel NAME -t 1"), "stdout:\njob \"NAME\" task \"1\" does not exist for user(s) bob\nexit 1");
        assert_eq!(grid.states(id), ["hqw 4,5"]);
    });
}

#[test]
fn a_job_that_is_no_array_is_its_own_first_task() {
    case(|grid| {
        let id = held(grid, "");
        assert_eq!(grid.answer(id, "qdel {id}.2"), "stdout:\njob \"{id}\" task \"2\" does not exist\nexit 1");
        assert_eq!(grid.answer(id, "qdel {id}.1-2"), "stdout:\nbob has deleted job-array task {id}.1\nexit 0");
        let id = held(grid, "");
        assert_eq!(grid.answer(id, "qdel {id} -t 1"), "stdout:\nbob has deleted job-array task {id}.1\nexit 0");
    });
}

#[test]
fn a_range_that_is_none() {
    case(|grid| {
        for job in ["5.x", "5.", "5x", "5 "] {
            let expected = format!("stderr:\nerror: ERROR! \"{job}\" is an invalid job-task identifier\nexit 1");
            assert_eq!(grid.bob(&format!("qdel '{job}'")).all(), expected);
        }
        let expected = "stderr:\nerror: found lonely '-t 1' option (The -t option needs a leading job name).\nexit 1";
        assert_eq!(grid.bob("qdel -t 1 5").all(), expected);
        for (line, error) in [
            ("qdel 5 -t x", "error: Numerical value invalid!\nThe initial portion of string \"x\" contains no decimal number"),
            ("qdel 5 -t", "error: -t option must have a list of task id ranges"),
            ("qdel 5 -t 1-2,4-5", "error: -t option only allows one range specification"),
        ] {
            let output = grid.bob(line);
            assert_eq!((output.code, &*output.stdout), (1, ""), "{line}");
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qdel [options] job_task_list\n"), "{}", output.stderr);
            assert!(output.stderr.ends_with(&format!("\n{error}\n")), "{line}: {}", output.stderr);
        }
    });
}

#[test]
fn a_running_task_is_registered_and_the_others_stay() {
    case(|grid| {
        let id = running_array(grid, 2);
        grid.bob(&format!("qhold {id}.3-4"));
        assert_eq!(grid.answer(id, "qdel {id}.1"), "stdout:\nbob has registered the job-array task {id}.1 for deletion\nexit 0");
        assert!(poll(|| grid.states(id) == ["r 2", "hqw 3,4"]), "{:?}", grid.states(id));
        let expected = "stdout:\nbob has registered the job-array task {id}.2 for deletion\nbob has deleted job-array task {id}.3\nexit 0";
        assert_eq!(grid.answer(id, "qdel {id}.1-3"), expected);
        assert!(poll(|| grid.states(id) == ["hqw 4"]), "{:?}", grid.states(id));
    });
}

#[test]
fn an_array_that_runs_as_a_whole_has_a_line_for_every_task() {
    case(|grid| {
        let id = running_array(grid, 3);
        grid.bob(&format!("qdel {id}.4-5"));
        let lines: String = (1..=3).map(|task| format!("bob has registered the job-array task {{id}}.{task} for deletion\n")).collect();
        assert_eq!(grid.answer(id, "qdel {id}"), format!("stdout:\n{lines}exit 0"));
        grid.wait_until_gone(id);
    });
}

#[test]
fn a_list_is_worked_through_in_its_order() {
    case(|grid| {
        let name = grid.name("nm");
        let (one, two, three) = (held(grid, &format!("-N {name}")), held(grid, ""), held(grid, ""));
        let output = grid.bob(&format!("qdel {three} {name} 9999999 nosuchname {two}"));
        let expected = format!(
            "stdout:\nbob has deleted job {three}\nbob has deleted job {one}\ndenied: job \"9999999\" does not exist\n\
             The job nosuchname of user(s) bob does not exist\nbob has deleted job {two}\nexit 1"
        );
        assert_eq!(output.all(), expected);
    });
}

#[test]
fn a_job_named_twice_is_unknown_the_second_time() {
    case(|grid| {
        let id = held(grid, "");
        let expected = "stdout:\nbob has deleted job {id}\ndenied: job \"{id}\" does not exist\nexit 1";
        assert_eq!(grid.answer(id, "qdel {id},{id}"), expected);
        let name = grid.name("nm");
        let id = held(grid, &format!("-N {name}"));
        let output = grid.bob(&format!("qdel {id} {name}"));
        let expected = format!("stdout:\nbob has deleted job {id}\nThe job {name} of user(s) bob does not exist\nexit 1");
        assert_eq!(output.all(), expected);
    });
}

#[test]
fn one_name_may_be_several_jobs() {
    case(|grid| {
        let name = grid.name("nm");
        let (one, two) = (held(grid, &format!("-N {name}")), held(grid, &format!("-N {name}")));
        let expected = format!("stdout:\nbob has deleted job {one}\nbob has deleted job {two}\nexit 0");
        assert_eq!(grid.bob(&format!("qdel {name}")).all(), expected);
    });
}

#[test]
fn patterns_have_sets_and_single_characters() {
    case(|grid| {
        let stem = grid.name("pat");
        let ids: Vec<_> = (1..=3).map(|n| held(grid, &format!("-N {stem}.{n}"))).collect();
        let expected = format!("stdout:\nbob has deleted job {}\nbob has deleted job {}\nexit 0", ids[0], ids[1]);
        assert_eq!(grid.bob(&format!("qdel '{stem}.[12]'")).all(), expected);
        let unknown = format!("stdout:\nThe job {stem}.[12] of user(s) bob does not exist\nexit 1");
        assert_eq!(grid.bob(&format!("qdel '{stem}.[12]'")).all(), unknown);
        assert_eq!(grid.bob(&format!("qdel '{stem}?3'")).all(), format!("stdout:\nbob has deleted job {}\nexit 0", ids[2]));
    });
}

#[test]
fn empty_words_of_a_list_are_skipped() {
    case(|grid| {
        let (one, two) = (held(grid, ""), held(grid, ""));
        assert_eq!(grid.bob(&format!("qdel {one},")).all(), format!("stdout:\nbob has deleted job {one}\nexit 0"));
        assert_eq!(grid.bob(&format!("qdel ,{two}")).all(), format!("stdout:\nbob has deleted job {two}\nexit 0"));
        for line in ["qdel ''", "qdel ,", "qdel -f", "qdel -u"] {
            let output = grid.bob(line);
            assert_eq!((output.code, &*output.stdout), (1, "ERROR! no option argument\n"), "{line}");
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qdel [options] job_task_list\n"), "{}", output.stderr);
        }
    });
}

#[test]
fn unknown_options_are_names() {
    case(|grid| {
        let name = |word: &str| format!("The job {word} of user(s) bob does not exist\n");
        for word in ["-x", "--help", "-uall", "-1"] {
            assert_eq!(grid.bob(&format!("qdel {word}")).all(), format!("stdout:\n{}exit 1", name(word)));
        }
        let expected = format!("stdout:\n{}{}denied: job \"9999999\" does not exist\nexit 1", name("-h"), name("u"));
        assert_eq!(grid.bob("qdel -h u 9999999").all(), expected);
        assert_eq!(grid.bob("qdel ' 5'").all(), format!("stdout:\n{}exit 1", name(" 5")), "and what begins with a blank");
    });
}

#[test]
fn tasks_of_unknown_jobs() {
    case(|grid| {
        let expected = "stdout:\ndenied: job \"9999999\" does not exist\nexit 1";
        assert_eq!(grid.bob("qdel 9999999.1").all(), expected);
        assert_eq!(grid.bob("qdel 9999999 -t 1-3").all(), expected);
    });
}

#[test]
fn ones_own_jobs_of_a_list_are_deleted_all_the_same() {
    case(|grid| {
        let _guard = grid.only_alice();
        let hers = id_of(&grid.alice("qsub -h -t 1-3 -b y true"));
        let (one, two) = (held(grid, ""), held(grid, ""));
        let denied = format!("bob - you do not have the necessary privileges to delete the job \"{hers}\"\n");
        let output = grid.bob(&format!("qdel {one} {hers} 9999999 {two}"));
        let expected = format!(
            "stdout:\nbob has deleted job {one}\n{denied}denied: job \"9999999\" does not exist\nbob has deleted job {two}\nexit 1"
        );
        assert_eq!(output.all(), expected);
        assert_eq!(grid.bob(&format!("qdel {hers}.2")).all(), format!("stdout:\n{denied}exit 1"));
        assert_eq!(grid.bob("qdel -u alice").all(), format!("stdout:\n{denied}exit 1"));
        assert_eq!(grid.bob(&format!("qdel -u alice {hers}")).all(), format!("stdout:\n{denied}exit 1"));
    });
}

#[test]
fn names_and_patterns_find_ones_own_jobs_alone() {
    case(|grid| {
        let _guard = grid.only_alice();
        let name = grid.name("shared");
        let one = held(grid, &format!("-N {name}"));
        let hers = id_of(&grid.alice(&format!("qsub -h -N {name} -b y true")));
        let two = held(grid, &format!("-N {name}"));
        let expected = format!("stdout:\nThe job {name} of user(s) root does not exist\nexit 1");
        assert_eq!(grid.root(&format!("qdel {name}")).all(), expected, "a manager's too");
        let expected = format!("stdout:\nbob has deleted job {one}\nbob has deleted job {two}\nexit 0");
        assert_eq!(grid.bob(&format!("qdel '{name}*'")).all(), expected);
        let expected = format!("stdout:\nThe job {name} of user(s) bob does not exist\nexit 1");
        assert_eq!(grid.bob(&format!("qdel {name}")).all(), expected);
        assert_eq!(grid.alice("qdel '*'").all(), format!("stdout:\nalice has deleted job {hers}\nexit 0"));
    });
}

#[test]
fn a_user_and_a_name_pick_that_users_jobs_of_the_name() {
    case(|grid| {
        let _guard = grid.only_alice();
        let name = grid.name("nm");
        let one = id_of(&grid.alice(&format!("qsub -h -N {name} -b y true")));
        grid.alice(&format!("qsub -h -N {name}2 -b y true"));
        assert_eq!(grid.alice(&format!("qdel -u alice {name}")).all(), format!("stdout:\nalice has deleted job {one}\nexit 0"));
        let expected = "stdout:\nThe job nosuch of user(s) alice does not exist\nexit 1";
        assert_eq!(grid.alice("qdel -u alice nosuch").all(), expected);
    });
}

#[test]
fn a_manager_picks_a_users_jobs_by_name() {
    case(|grid| {
        let _guard = grid.only_alice();
        let name = grid.name("nm");
        let id = id_of(&grid.alice(&format!("qsub -h -N {name}2 -b y true")));
        assert_eq!(grid.root(&format!("qdel -u alice '{name}*'")).all(), format!("stdout:\nroot has deleted job {id}\nexit 0"));
    });
}

#[test]
fn several_users_may_be_named() {
    case(|grid| {
        let _guard = grid.only_alice();
        let one = id_of(&grid.alice("qsub -h -b y true"));
        assert_eq!(grid.alice("qdel -u alice,nosuchuser").all(), format!("stdout:\nalice has deleted job {one}\nexit 0"));
        let expected = "stdout:\nThere is no job registered for the following users: nosuchuser\nexit 1";
        assert_eq!(grid.bob("qdel -u nosuchuser").all(), expected);
    });
}

#[test]
fn a_manager_deletes_by_force() {
    case(|grid| {
        let waiting = held(grid, "");
        assert_eq!(grid.root(&format!("qdel -f {waiting}")).all(), format!("stdout:\nroot has deleted job {waiting}\nexit 0"));
        let id = running(grid, "");
        assert_eq!(grid.root(&format!("qdel -f {id}")).all(), format!("stdout:\nroot forced the deletion of job {id}\nexit 0"));
        assert!(grid.rows(id).is_empty(), "it is gone at once");
        assert_eq!(grid.root("qdel -f 9999999").all(), "stdout:\ndenied: job \"9999999\" does not exist\nexit 1");
    });
}

#[test]
fn a_manager_deletes_tasks_by_force() {
    case(|grid| {
        let id = running_array(grid, 2);
        grid.bob(&format!("qhold {id}"));
        let root = |line: &str| grid.normal(&grid.root(&line.replace("{id}", &id.to_string())).all(), id);
        assert_eq!(root("qdel -f {id}.1"), "stdout:\nroot forced the deletion of job-array task {id}.1\nexit 0");
        assert_eq!(root("qdel -f {id}.3"), "stdout:\nroot has deleted job-array task {id}.3\nexit 0");
        assert_eq!(root("qdel -f {id}"), "stdout:\nroot forced the deletion of job-array task {id}.2\nroot has deleted job {id}\nexit 0");
    });
}

#[test]
fn a_suspended_job_is_deleted() {
    case(|grid| {
        let id = running(grid, "");
        grid.bob(&format!("qmod -sj {id}"));
        assert_eq!(grid.answer(id, "qdel {id}"), "stdout:\nbob has registered the job {id} for deletion\nexit 0");
        grid.wait_until_gone(id);
    });
}

#[test]
fn a_job_in_the_error_state_is_deleted_at_once() {
    case(|grid| {
        let id = grid.submit("-o /nosuch/x -b y true");
        grid.wait_for_state(id, "Eqw");
        assert_eq!(grid.answer(id, "qdel {id}"), "stdout:\nbob has deleted job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qdel {id}"), "stdout:\ndenied: job \"{id}\" does not exist\nexit 1");
    });
}

#[test]
fn a_rescheduled_job_that_waits_is_deleted_at_once() {
    case(|grid| {
        let id = running(grid, "-r y");
        grid.bob(&format!("qhold {id}; qmod -rj {id}"));
        assert_eq!(grid.answer(id, "qdel {id}"), "stdout:\nbob has deleted job {id}\nexit 0");
        assert!(grid.rows(id).is_empty());
    });
}

#[test]
fn a_finished_job_is_unknown() {
    case(|grid| {
        let id = grid.run("-b y true");
        assert_eq!(grid.answer(id, "qdel {id}"), "stdout:\ndenied: job \"{id}\" does not exist\nexit 1");
    });
}
