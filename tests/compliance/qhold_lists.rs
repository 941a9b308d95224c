//! qhold and qrls of several jobs, other people's jobs, and what they refuse (compat/captures/qhold-qrls-answers.txt).

use crate::grid::{Grid, id_of};
use crate::known::case;

const LATER: &str = "-a 203601010000";

/// A job that waits without a hold, and does not start.
fn waiting(grid: &Grid) -> u64 {
    grid.submit(&format!("{LATER} -b y true"))
}

#[test]
fn names_and_patterns_find_jobs() {
    case(|grid| {
        let stem = grid.name("nm");
        let one = grid.submit(&format!("{LATER} -N {stem}1 -b y true"));
        let two = grid.submit(&format!("{LATER} -N {stem}2 -b y true"));
        let first = format!("stdout:\nmodified hold of job {one}\nexit 0");
        assert_eq!(grid.bob(&format!("qhold {stem}1")).all(), first);
        assert_eq!(grid.bob(&format!("qrls {stem}1")).all(), first);
        let both = format!("stdout:\nmodified hold of job {one}\nmodified hold of job {two}\nexit 0");
        assert_eq!(grid.bob(&format!("qhold '{stem}?'")).all(), both);
        assert_eq!(grid.bob(&format!("qrls '{stem}[12]'")).all(), both);
        assert_eq!(grid.bob(&format!("qhold {stem}1,{stem}2")).all(), both);
    });
}

#[test]
fn jobs_may_be_separated_by_blanks_or_commas() {
    case(|grid| {
        let (one, two) = (waiting(grid), waiting(grid));
        let both = format!("stdout:\nmodified hold of job {one}\nmodified hold of job {two}\nexit 0");
        assert_eq!(grid.bob(&format!("qhold {one},{two}")).all(), both);
        assert_eq!(grid.bob(&format!("qrls {one} {two}")).all(), both);
        let first = format!("stdout:\nmodified hold of job {one}\nexit 0");
        assert_eq!(grid.bob(&format!("qhold {one},")).all(), first);
        assert_eq!(grid.bob(&format!("qrls ,{one}")).all(), first);
        assert_eq!(grid.bob(&format!("qhold {one} {one}")).all(), first, "the second time nothing changes");
    });
}

#[test]
fn the_known_ones_of_a_list_are_held_all_the_same() {
    case(|grid| {
        let (one, two) = (waiting(grid), waiting(grid));
        let expected =
            format!("stdout:\nmodified hold of job {one}\ndenied: job \"9999999\" does not exist\nmodified hold of job {two}\nexit 3");
        assert_eq!(grid.bob(&format!("qhold {one} 9999999 {two}")).all(), expected);
    });
}

#[test]
fn unknown_ids_names_and_patterns() {
    case(|grid| {
        for command in ["qhold", "qrls"] {
            for job in ["9999999", "nosuchname", "nosuch*"] {
                let expected = format!("stdout:\ndenied: job \"{job}\" does not exist\nexit 3");
                assert_eq!(grid.bob(&format!("{command} '{job}'")).all(), expected);
            }
        }
        let expected = "stdout:\ndenied: job \"9999998\" does not exist\ndenied: job \"9999999\" does not exist\nexit 3";
        assert_eq!(grid.bob("qhold 9999998,9999999").all(), expected);
        assert_eq!(grid.bob("qhold ''").all(), "stderr:\nqalter: Wrong job id list format \"\" specified\nexit 7");
    });
}

#[test]
fn somebody_elses_job_is_neither_held_nor_released() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\ndenied: \"alice\" must be at least owner of job {id} to change job attributes\nexit 18";
        for command in ["qhold", "qrls", "qhold -h o", "qrls -h s"] {
            assert_eq!(grid.normal(&grid.alice(&format!("{command} {id}")).all(), id), expected);
        }
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn the_exit_code_is_that_of_the_first_error() {
    case(|grid| {
        let _guard = grid.only_alice();
        let hers = id_of(&grid.alice("qsub -h -b y true"));
        let own = waiting(grid);
        let denied = format!("denied: \"bob\" must be at least owner of job {hers} to change job attributes\n");
        let unknown = "denied: job \"9999999\" does not exist\n";
        let done = format!("modified hold of job {own}\n");
        let output = grid.bob(&format!("qhold {hers} 9999999 {own}"));
        assert_eq!(output.all(), format!("stdout:\n{denied}{unknown}{done}exit 18"));
        let output = grid.bob(&format!("qrls 9999999 {hers} {own}"));
        assert_eq!(output.all(), format!("stdout:\n{unknown}{denied}{done}exit 3"));
    });
}

#[test]
fn a_pattern_ends_at_the_first_job_of_somebody_else() {
    case(|grid| {
        let _guard = grid.only_alice();
        let stem = grid.name("pat");
        let one = grid.submit(&format!("{LATER} -N {stem}1 -b y true"));
        let hers = id_of(&grid.alice(&format!("qsub -h -N {stem}2 -b y true")));
        let three = grid.submit(&format!("{LATER} -N {stem}3 -b y true"));
        let denied = format!("denied: \"bob\" must be at least owner of job {hers} to change job attributes\n");
        let output = grid.bob(&format!("qhold '{stem}*'"));
        assert_eq!(output.all(), format!("stdout:\nmodified hold of job {one}\n{denied}exit 18"));
        assert_eq!(grid.states(three), ["qw"]);
        let output = grid.bob(&format!("qhold {stem}2"));
        assert_eq!(output.all(), format!("stdout:\n{denied}exit 18"));
    });
}

#[test]
fn all_jobs_of_a_user_are_held_and_released() {
    case(|grid| {
        let _guard = grid.only_alice();
        let plain = id_of(&grid.alice(&format!("qsub {LATER} -b y true")));
        let array = id_of(&grid.alice(&format!("qsub {LATER} -t 1-2 -b y true")));
        let expected = format!(
            "stdout:\nmodified hold of job {plain}\nmodified hold of job-array task {array}.1\nmodified hold of job-array task {array}.2\nexit 0"
        );
        assert_eq!(grid.alice("qhold -u alice").all(), expected);
        assert_eq!(grid.alice("qrls -u alice,nosuchuser").all(), expected);
        assert_eq!(grid.alice("qhold -u alice -h u").all(), expected);
        assert_eq!(grid.alice(&format!("qrls -u alice {plain}")).all(), expected, "the list is not looked at");
    });
}

#[test]
fn all_jobs_of_somebody_else_are_not_ones_own_to_hold() {
    case(|grid| {
        let _guard = grid.only_alice();
        let plain = id_of(&grid.alice(&format!("qsub {LATER} -b y true")));
        grid.alice(&format!("qsub {LATER} -b y true"));
        let expected = format!("stdout:\ndenied: \"bob\" must be at least owner of job {plain} to change job attributes\nexit 18");
        assert_eq!(grid.bob("qhold -u alice").all(), expected);
    });
}

#[test]
fn a_user_without_jobs_is_told() {
    case(|grid| {
        let expected = "stdout:\nThe job * of user(s) nosuchuser does not exist\nexit 3";
        assert_eq!(grid.bob("qhold -u nosuchuser").all(), expected);
        assert_eq!(grid.bob("qrls -u nosuchuser").all(), expected);
        assert_eq!(grid.bob("qhold -uall").all(), "stderr:\nUnknown option -uall\n\nexit 5");
    });
}

#[test]
fn without_a_job_the_usage_comes_and_the_error() {
    case(|grid| {
        for (line, name) in [("qhold", "qhold"), ("qrls", "qrls"), ("qhold -h u", "qhold")] {
            let output = grid.bob(line);
            assert_eq!((output.code, &*output.stdout), (1, ""), "{line}");
            assert!(output.stderr.starts_with(&format!("SGE 8.1.9\nusage: {name} [options] job_task_list\n")), "{}", output.stderr);
            assert!(output.stderr.ends_with("\nERROR! no option argument\n"), "{}", output.stderr);
        }
    });
}

#[test]
fn errors_of_the_command_line_are_told_by_qalter() {
    case(|grid| {
        for command in ["qhold", "qrls"] {
            let expected = "stderr:\nqalter: invalid option argument \"-x\"\nexit 2";
            assert_eq!(grid.bob(&format!("{command} -x 5")).all(), expected);
            assert_eq!(grid.bob(&format!("{command} -h")).all(), "stderr:\nqalter: -h option must have argument\nexit 2");
            assert_eq!(grid.bob(&format!("{command} -u")).all(), "stderr:\nqalter: -u option must have a list usernames\nexit 2");
        }
    });
}

#[test]
fn options_may_follow_the_job_and_the_last_kind_counts() {
    case(|grid| {
        let id = waiting(grid);
        assert_eq!(grid.answer(id, "qhold {id} -h u"), "stdout:\nmodified hold of job {id}\nexit 0");
        let warning = "stdout:\nqalter: warning: \"-h\" option has already been set, overriding previous setting\nexit 0";
        assert_eq!(grid.answer(id, "qrls -h u -h o {id}"), warning);
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn options_of_qalter_are_carried_out() {
    case(|grid| {
        let id = waiting(grid);
        let expected = "stdout:\nmodified hold of job {id}\nbob@{host} sets scheduling priority of job {id} to -5\nexit 0";
        assert_eq!(grid.answer(id, "qhold -p -5 {id}"), expected);
        assert_eq!(grid.answer(id, "qrls -N other {id}"), "stdout:\nmodified hold of job {id}\nmodified job name of job {id}\nexit 0");
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("other"));
    });
}
