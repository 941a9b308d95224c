//! qalter of jobs that run: almost everything is accepted and shown, and the running job goes on as it was
//! (compat/captures/qalter-answers.txt).

use crate::grid::Grid;
use crate::known::case;

fn running(grid: &Grid, options: &str) -> u64 {
    let id = grid.submit(&format!("{options} -b y sleep 120"));
    grid.wait_for_state(id, "r");
    id
}

fn alters(grid: &Grid, id: u64, options: &str, line: &str, label: &str, value: &str) {
    assert_eq!(grid.answer(id, &format!("qalter {options} {{id}}")), format!("stdout:\n{line}\nexit 0"), "{options}");
    assert_eq!(grid.attribute(id, label).as_deref(), Some(value), "{options}");
}

#[test]
fn name_account_and_priority_change_at_once() {
    case(|grid| {
        let id = running(grid, "-N old");
        alters(grid, id, "-N other", "modified job name of job {id}", "job_name", "other");
        alters(grid, id, "-A acct", "modified account of job {id}", "account", "acct");
        alters(grid, id, "-p -5", "bob@{host} sets scheduling priority of job {id} to -5", "priority", "-5");
        alters(grid, id, "-ac A=1", "modified context of job {id}", "context", "A=1");
        assert_eq!(grid.rows(id)[0].get(16..26), Some("other     "));
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn requests_change_in_the_listing() {
    case(|grid| {
        let id = running(grid, "");
        alters(grid, id, "-l h_rt=600", "modified hard resource list of job {id}", "hard resource_list", "h_rt=600");
        alters(grid, id, "-soft -l h_rt=7", "modified soft resource list of job {id}", "soft resource_list", "h_rt=7");
        alters(grid, id, "-q all.q", "modified hard queue list of job {id}", "hard_queue_list", "all.q");
        let lines = "modified parallel environment of job {id}\nmodified slot range of job {id}";
        alters(grid, id, "-pe smp 2", lines, "parallel environment", "smp range: 2");
        assert_eq!(grid.rows(id)[0].get(97..102), Some("    1"), "the slots stay those that were given");
    });
}

#[test]
fn paths_change_in_the_listing() {
    case(|grid| {
        let id = running(grid, "-cwd -o out -j y");
        alters(grid, id, "-o /tmp/out", "modified stdout path list of job {id}", "stdout_path_list", "NONE:NONE:/tmp/out");
        alters(grid, id, "-e /tmp/err", "modified stderr path list of job {id}", "stderr_path_list", "NONE:NONE:/tmp/err");
        alters(grid, id, "-wd /tmp", "modified working directory of job {id}", "cwd", "/tmp");
        alters(grid, id, "-S /bin/sh", "modified shell list of job {id}", "shell_list", "NONE:/bin/sh");
    });
}

#[test]
fn behaviour_changes_in_the_listing() {
    case(|grid| {
        let id = running(grid, "-r y");
        alters(grid, id, "-r n", "modified restart behaviour of job {id}", "restart", "n");
        alters(grid, id, "-R y", "modified reservation behaviour of job {id}", "reserve", "y");
        alters(grid, id, "-m be", "modified mail options of job {id}", "mail_options", "be");
        alters(grid, id, "-M a@b.c", "modified mail list of job {id}", "mail_list", "a@b.c");
        alters(grid, id, "-v A=1", "modified environment of job {id}", "env_list", "A=1");
        alters(grid, id, "-a 203601010000", "modified start time of job {id}", "execution_time", "Tue Jan  1 00:00:00 2036");
    });
}

#[test]
fn the_running_job_keeps_its_output_and_its_variables() {
    case(|grid| {
        grid.write("job.sh", "echo start\nuntil [ -e go ]; do sleep 0.2; done\necho $A $JOB_NAME\n");
        let id = grid.submit("-N old -cwd -j y -o out -v A=old job.sh");
        grid.wait_for_file("out");
        grid.bob(&format!("qalter -N new -o other -v A=new {id}"));
        grid.write("go", "");
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "start\nold old\n");
        assert!(!grid.files().contains(&"other".into()), "{:?}", grid.files());
    });
}

#[test]
fn predecessors_do_not_stop_it() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = running(grid, "");
        let expected =
            format!("stdout:\nmodified job id hold list of job {{id}}\n   blocking jobs: {first}\n   exited jobs:   NONE\nexit 0");
        assert_eq!(grid.answer(id, &format!("qalter -hold_jid {first} {{id}}")), expected);
        assert_eq!(grid.attribute(id, "jid_predecessor_list"), Some(first.to_string()));
    });
}

#[test]
fn a_hold_is_shown_beside_the_r() {
    case(|grid| {
        let id = running(grid, "");
        assert_eq!(grid.answer(id, "qalter -h u {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["hr"]);
        assert_eq!(grid.answer(id, "qalter -h U {id}"), "stdout:\nmodified hold of job {id}\nexit 0");
        assert_eq!(grid.states(id), ["r"]);
    });
}

#[test]
fn it_is_not_verified() {
    case(|grid| {
        let id = running(grid, "");
        for letter in ["v", "p", "e", "w"] {
            let expected = "stdout:\nverification: job is already running or is held\nexit 0";
            assert_eq!(grid.answer(id, &format!("qalter -w {letter} {{id}}")), expected);
        }
    });
}

#[test]
fn what_is_refused_is_refused_as_for_a_waiting_one() {
    case(|grid| {
        let id = running(grid, "");
        let denied = |options: &str| grid.answer(id, &format!("qalter {options} {{id}}"));
        assert_eq!(denied("-q nosuch"), "stdout:\nJob was rejected because job requests unknown queue \"nosuch\"\nexit 1");
        assert_eq!(denied("-p 10"), "stdout:\ndenied: \"bob\" must be operator to increase job priority\nexit 1");
        assert_eq!(denied("-tc 2"), "stdout:\ninvalid option argument \"task concurrency\"\nexit 1");
    });
}

#[test]
fn the_concurrency_of_an_array_that_runs_is_raised() {
    case(|grid| {
        let id = grid.submit("-t 1-3 -tc 1 -b y sleep 120");
        grid.wait_for_state(id, "r");
        assert_eq!(grid.answer(id, "qalter -tc 2 {id}"), "stdout:\nmodified task concurrency of job {id}\nexit 0");
        let two_run = || grid.states(id).iter().filter(|state| state.starts_with("r ")).count() == 2;
        assert!(crate::grid::poll(two_run), "{:?}", grid.states(id));
    });
}

#[test]
fn a_requeued_job_runs_as_altered() {
    case(|grid| {
        grid.write("job.sh", "echo $RESTARTED $A >> log\n[ $RESTARTED = 1 ] && exit 0\nuntil [ -e go ]; do sleep 0.2; done\nexit 99\n");
        let id = grid.submit("-cwd -j y -o /dev/null -r y -v A=old job.sh");
        grid.wait_for_file("log");
        grid.bob(&format!("qalter -v A=new {id}"));
        grid.write("go", "");
        grid.wait_until_gone(id);
        assert_eq!(grid.read("log"), "0 old\n1 new\n");
    });
}
