//! qhold and qrls: kinds of holds and who may do what (compat/captures/qhold-qrls-answers.txt).

use crate::grid::Grid;
use crate::known::case;

const LATER: &str = "-a 203601010000";

/// A job that waits without a hold, and does not start.
fn waiting(grid: &Grid) -> u64 {
    grid.submit(&format!("{LATER} -b y true"))
}

#[test]
fn a_waiting_job_is_held_and_released() {
    case(|grid| {
        let id = waiting(grid);
        assert_eq!(grid.answer(id, "qhold {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["hqw"]);
        assert_eq!(grid.answer(id, "qrls {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["qw"]);
    });
}

#[test]
fn what_changes_nothing_says_nothing() {
    case(|grid| {
        let id = waiting(grid);
        assert_eq!(grid.answer(id, "qrls {id}"), "exit 0");
        grid.bob(&format!("qhold {id}"));
        assert_eq!(grid.answer(id, "qhold {id}"), "exit 0");
        assert_eq!(grid.answer(id, "qhold -h '' {id}"), "exit 0");
    });
}

#[test]
fn the_users_hold_is_the_default() {
    case(|grid| {
        let id = waiting(grid);
        grid.bob(&format!("qhold {id}"));
        assert_eq!(grid.answer(id, "qhold -h u {id}"), "exit 0");
        assert_eq!(grid.answer(id, "qrls -h u {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qrls {id}"), "exit 0");
    });
}

#[test]
fn a_user_may_not_set_an_operators_or_the_systems_hold() {
    case(|grid| {
        let id = waiting(grid);
        let operator = "stdout:\ndenied: \"bob\" must be operator to set operator hold\nexit 10";
        let manager = "stdout:\ndenied: \"bob\" must be manager to set manager hold\nexit 10";
        for (kinds, expected) in [("o", operator), ("s", manager), ("uo", operator), ("us", manager), ("uos", manager)] {
            assert_eq!(grid.answer(id, &format!("qhold -h {kinds} {{id}}")), expected, "{kinds}");
        }
        assert_eq!(grid.states(id), ["qw"]);
    });
}

#[test]
fn a_user_takes_off_others_holds_in_silence_when_there_are_none() {
    case(|grid| {
        let id = waiting(grid);
        for kinds in ["o", "s", "uos"] {
            assert_eq!(grid.answer(id, &format!("qrls -h {kinds} {{id}}")), "exit 0", "{kinds}");
        }
    });
}

#[test]
fn a_manager_sets_every_kind_of_hold() {
    case(|grid| {
        let id = waiting(grid);
        for kinds in ["u", "o", "s", "uo", "uos"] {
            let output = grid.root(&format!("qhold -h {kinds} {id}"));
            assert_eq!(grid.normal(&output.all(), id), "stdout:\nmodified hold of job {id}\nexit 0", "{kinds}");
            assert_eq!(grid.states(id), ["hqw"], "{kinds}");
            let output = grid.root(&format!("qrls -h {kinds} {id}"));
            assert_eq!(grid.normal(&output.all(), id), "stdout:\nmodified hold of job {id}\nexit 0", "{kinds}");
            assert_eq!(grid.states(id), ["qw"], "{kinds}");
        }
    });
}

#[test]
fn a_user_releases_the_users_hold_a_manager_set() {
    case(|grid| {
        let id = waiting(grid);
        grid.root(&format!("qhold {id}"));
        assert_eq!(grid.answer(id, "qrls {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["qw"]);
    });
}

#[test]
fn a_user_does_not_release_a_managers_holds() {
    case(|grid| {
        let id = waiting(grid);
        grid.root(&format!("qhold -h o {id}"));
        assert_eq!(grid.answer(id, "qrls {id}"), "exit 0", "the user's hold alone is asked for, and there is none");
        let denied = "stdout:\ndenied: \"bob\" must be operator to remove operator hold\nexit 10";
        assert_eq!(grid.answer(id, "qrls -h o {id}"), denied);
        let denied = "stdout:\ndenied: \"bob\" must be manager to remove manager hold\nexit 10";
        assert_eq!(grid.answer(id, "qrls -h uos {id}"), denied);
        grid.root(&format!("qrls -h o {id}; qhold -h s {id}"));
        assert_eq!(grid.answer(id, "qrls -h s {id}"), denied);
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn every_kind_of_hold_has_to_be_released() {
    case(|grid| {
        let id = waiting(grid);
        grid.root(&format!("qhold -h uos {id}"));
        assert_eq!(grid.answer(id, "qrls {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["hqw"]);
        grid.root(&format!("qrls -h o {id}"));
        assert_eq!(grid.states(id), ["hqw"]);
        assert_eq!(grid.root(&format!("qrls -h o {id}")).all(), "exit 0");
        grid.root(&format!("qrls -h s {id}"));
        assert_eq!(grid.states(id), ["qw"]);
    });
}

#[test]
fn kinds_qalter_knows_are_unknown_here() {
    case(|grid| {
        for kind in ["n", "U", "O", "S", "x", "9999999"] {
            let expected = format!("stderr:\nqalter: Unknown hold list \"{kind}\" specified to -h option\nexit 7");
            assert_eq!(grid.bob(&format!("qhold -h {kind} 9999999")).all(), expected);
            assert_eq!(grid.bob(&format!("qrls -h {kind} 9999999")).all(), expected);
        }
    });
}

#[test]
fn qalter_sets_and_releases_too() {
    case(|grid| {
        let id = waiting(grid);
        assert_eq!(grid.answer(id, "qalter -h u {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qalter -h u {id}"), "exit 0");
        assert_eq!(grid.answer(id, "qalter -h U {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qalter -h U {id}"), "exit 0");
        for kinds in ["O", "S", "UO", "USO", "n", "''"] {
            assert_eq!(grid.answer(id, &format!("qalter -h {kinds} {{id}}")), "exit 0", "{kinds}");
        }
        assert_eq!(grid.states(id), ["qw"]);
    });
}

#[test]
fn qalter_exits_with_1_where_qhold_exits_with_10() {
    case(|grid| {
        let id = waiting(grid);
        assert_eq!(grid.answer(id, "qalter -h o {id}"), "stdout:\ndenied: \"bob\" must be operator to set operator hold\nexit 1");
        assert_eq!(grid.answer(id, "qalter -h us {id}"), "stdout:\ndenied: \"bob\" must be manager to set manager hold\nexit 1");
    });
}

#[test]
fn a_user_may_not_take_off_all_holds() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let manager = "denied: \"bob\" must be manager to remove manager hold\n";
        assert_eq!(grid.answer(id, "qalter -h n {id}"), format!("stdout:\n{manager}exit 1"));
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn an_operators_hold_among_all_holds_is_told_too() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let manager = "denied: \"bob\" must be manager to remove manager hold\n";
        grid.root(&format!("qalter -h o {id}"));
        let operator = "denied: \"bob\" must be operator to remove operator hold\n";
        assert_eq!(grid.answer(id, "qalter -h n {id}"), format!("stdout:\n{manager}{operator}exit 1"));
    });
}

#[test]
fn a_manager_takes_off_all_holds() {
    case(|grid| {
        let id = waiting(grid);
        grid.root(&format!("qhold -h uos {id}"));
        let output = grid.root(&format!("qalter -h n {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["qw"]);
        assert_eq!(grid.root(&format!("qalter -h n {id}")).all(), "exit 0");
    });
}

#[test]
fn a_hold_comes_on_top_of_a_predecessor() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-hold_jid {first} -b y true"));
        assert_eq!(grid.answer(id, "qrls {id}"), "exit 0", "the predecessor is no hold of the user");
        assert_eq!(grid.answer(id, "qhold {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qrls {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn a_running_job_may_be_held_for_its_next_start() {
    case(|grid| {
        let id = grid.submit("-b y sleep 120");
        grid.wait_for_state(id, "r");
        assert_eq!(grid.answer(id, "qhold {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qhold {id}"), "exit 0");
        assert_eq!(grid.states(id), ["hr"]);
        assert_eq!(grid.answer(id, "qrls {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn a_requeued_job_waits_for_its_release() {
    case(|grid| {
        grid.write("job.sh", "echo $RESTARTED >> log\n[ $RESTARTED = 1 ] && exit 0\nuntil [ -e go ]; do sleep 0.2; done\nexit 99\n");
        let id = grid.submit("-cwd -j y -o /dev/null -r y job.sh");
        grid.wait_for_file("log");
        grid.bob(&format!("qhold {id}"));
        grid.write("go", "");
        grid.wait_for_state(id, "hRq");
        assert_eq!(grid.read("log"), "0\n");
        grid.bob(&format!("qrls {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read("log"), "0\n1\n");
    });
}
