//! qhold and qrls of array tasks (compat/captures/qhold-qrls-answers.txt).

use crate::known::case;

const LATER: &str = "-a 203601010000";

/// The line of every task, in this order.
fn tasks(id: u64, tasks: &[u32]) -> String {
    let lines: String = tasks.iter().map(|task| format!("modified hold of job-array task {id}.{task}\n")).collect();
    format!("stdout:\n{lines}exit 0")
}

#[test]
fn a_waiting_array_is_held_task_by_task() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -t 1-9:4 -b y true"));
        assert_eq!(grid.bob(&format!("qhold {id}")).all(), tasks(id, &[1, 5, 9]));
        assert_eq!(grid.states(id), ["hqw 1-9:4"]);
        assert_eq!(grid.bob(&format!("qhold {id}")).all(), "exit 0");
        assert_eq!(grid.bob(&format!("qrls {id}")).all(), tasks(id, &[1, 5, 9]));
        assert_eq!(grid.states(id), ["qw 1-9:4"]);
    });
}

#[test]
fn single_tasks_are_held_and_qstat_has_two_rows() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -t 1-6 -b y true"));
        assert_eq!(grid.bob(&format!("qhold {id}.2")).all(), tasks(id, &[2]));
        assert_eq!(grid.states(id), ["qw 1,3-6:1", "hqw 2"]);
        assert_eq!(grid.bob(&format!("qhold {id}.2-3")).all(), tasks(id, &[3]), "those that change");
        assert_eq!(grid.states(id), ["qw 1,4-6:1", "hqw 2,3"]);
        assert_eq!(grid.bob(&format!("qrls {id}.1-3")).all(), tasks(id, &[2, 3]));
        assert_eq!(grid.states(id), ["qw 1-6:1"]);
    });
}

#[test]
fn ranges_of_tasks_come_in_all_forms() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -t 1-6 -b y true"));
        assert_eq!(grid.bob(&format!("qhold {id}.1-6:2")).all(), tasks(id, &[1, 3, 5]));
        assert_eq!(grid.states(id), ["qw 2-6:2", "hqw 1-5:2"]);
        assert_eq!(grid.bob(&format!("qrls {id} -t 3")).all(), tasks(id, &[3]));
        assert_eq!(grid.states(id), ["qw 2,3,4,6", "hqw 1,5"]);
        assert_eq!(grid.bob(&format!("qrls {id} -t 1-5")).all(), tasks(id, &[1, 5]));
        assert_eq!(grid.bob(&format!("qhold {id} -t 2,3")).all(), tasks(id, &[2, 3]));
        assert_eq!(grid.bob(&format!("qrls {id}.0")).all(), tasks(id, &[2, 3]), "0 is all of them");
        assert_eq!(grid.bob(&format!("qhold {id}.1,{id}.4")).all(), tasks(id, &[1, 4]));
        assert_eq!(grid.bob(&format!("qrls {id}.4 {id}.1")).all(), tasks(id, &[4, 1]));
        assert_eq!(grid.bob(&format!("qhold {id}.6-4")).all(), tasks(id, &[4, 5, 6]), "turned round");
    });
}

#[test]
fn unknown_tasks_are_left_out_in_silence() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -t 1-6 -b y true"));
        assert_eq!(grid.bob(&format!("qhold {id}.99")).all(), "exit 0");
        assert_eq!(grid.bob(&format!("qhold {id}.5-99")).all(), tasks(id, &[5, 6]));
    });
}

#[test]
fn tasks_that_are_none_are_refused() {
    case(|grid| {
        for job in ["5.x", "5.", "5x", "0"] {
            let expected = format!("stderr:\nERROR! \"{job}\" is an invalid job-task identifier\nexit 2");
            assert_eq!(grid.bob(&format!("qhold {job}")).all(), expected);
        }
        let expected = "stderr:\nqalter: -t option only allows one range specification\nexit 7";
        assert_eq!(grid.bob("qhold 5 -t 1-2,4-5").all(), expected);
        let expected = "stderr:\nfound lonely '-t 1' option (The -t option needs a leading job name).\nexit 2";
        assert_eq!(grid.bob("qhold -t 1 5").all(), expected);
    });
}

#[test]
fn tasks_of_named_jobs_are_given_with_t_alone() {
    case(|grid| {
        let name = grid.name("arr");
        let id = grid.submit(&format!("{LATER} -N {name} -t 1-6 -b y true"));
        assert_eq!(grid.bob(&format!("qhold {name} -t 1")).all(), tasks(id, &[1]));
        assert_eq!(grid.bob(&format!("qhold '{name}*' -t 2-3")).all(), tasks(id, &[2, 3]));
        let expected = format!("stdout:\ndenied: job \"{name}.1\" does not exist\nexit 3");
        assert_eq!(grid.bob(&format!("qrls {name}.1")).all(), expected);
        assert_eq!(grid.bob(&format!("qrls {name}")).all(), tasks(id, &[1, 2, 3]));
    });
}

#[test]
fn a_range_of_tasks_is_of_the_job_before_it() {
    case(|grid| {
        let array = grid.submit(&format!("{LATER} -t 1-3 -b y true"));
        let plain = grid.submit(&format!("{LATER} -b y true"));
        let expected = format!("stdout:\nmodified hold of job-array task {array}.1\nmodified hold of job {plain}\nexit 0");
        assert_eq!(grid.bob(&format!("qhold {array} -t 1 {plain}")).all(), expected);
        assert_eq!(grid.states(array), ["qw 2,3", "hqw 1"]);
    });
}

#[test]
fn a_job_that_is_no_array_is_its_own_first_task() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -b y true"));
        assert_eq!(grid.answer(id, "qhold {id}.1"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qrls {id} -t 1"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.answer(id, "qhold {id}.2"), "exit 0");
        assert_eq!(grid.answer(id, "qhold {id}.1-3"), "stdout:\n{id} is not a job array\nexit 4");
        assert_eq!(grid.answer(id, "qalter -h u {id}.1-3"), "stdout:\n{id} is not a job array\nexit 1");
        assert_eq!(grid.states(id), ["qw"]);
    });
}

#[test]
fn an_arrays_waiting_tasks_are_told_before_its_running_ones() {
    case(|grid| {
        let id = grid.submit("-t 1-3 -tc 1 -b y sleep 120");
        grid.wait_for_state(id, "r");
        assert_eq!(grid.bob(&format!("qhold {id}")).all(), tasks(id, &[2, 3, 1]));
        assert_eq!(grid.states(id), ["hr 1", "hqw 2,3"]);
        assert_eq!(grid.bob(&format!("qrls {id}")).all(), tasks(id, &[2, 3, 1]));
        assert_eq!(grid.bob(&format!("qhold {id}.1")).all(), tasks(id, &[1]));
        assert_eq!(grid.states(id), ["hr 1", "qw 2,3"]);
        assert_eq!(grid.bob(&format!("qhold {id}.1-2")).all(), tasks(id, &[2]));
        assert_eq!(grid.states(id), ["hr 1", "qw 3", "hqw 2"]);
    });
}

#[test]
fn released_tasks_run_while_the_others_wait() {
    case(|grid| {
        let id = grid.submit("-cwd -j y -o 'out.$TASK_ID' -h -t 1-3 -b y echo ran");
        grid.bob(&format!("qrls {id}.2"));
        assert!(crate::grid::poll(|| grid.states(id) == ["hqw 1,3"]), "{:?}", grid.states(id));
        assert_eq!(grid.files(), ["out.2"]);
    });
}

#[test]
fn qalter_holds_tasks_too() {
    case(|grid| {
        let id = grid.submit(&format!("{LATER} -t 1-5:2 -b y true"));
        assert_eq!(grid.bob(&format!("qalter -h u {id}.3")).all(), tasks(id, &[3]));
        assert_eq!(grid.states(id), ["qw 1,5", "hqw 3"]);
        assert_eq!(grid.bob(&format!("qalter -h u {id} -t 1-3")).all(), tasks(id, &[1]));
        assert_eq!(grid.bob(&format!("qalter -h U {id}.1,{id}.3")).all(), tasks(id, &[1, 3]));
        assert_eq!(grid.bob(&format!("qalter -h u {id} -t 1-5:4")).all(), tasks(id, &[1, 5]));
        assert_eq!(grid.bob(&format!("qalter -h U {id}.2")).all(), "exit 0");
        assert_eq!(grid.bob(&format!("qalter -h U {id}.1-99")).all(), tasks(id, &[1, 5]));
        let expected = "stdout:\ndenied: \"bob\" must be manager to set manager hold\nexit 1";
        assert_eq!(grid.bob(&format!("qalter -h s {id}")).all(), expected);
    });
}
