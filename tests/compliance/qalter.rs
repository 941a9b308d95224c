//! qalter: one option on a waiting job, its answer and what `qstat -j` then shows (compat/captures/qalter-answers.txt).

use crate::grid::Grid;
use crate::known::case;

/// A held job is altered once; the answer is one line, and `label` of `qstat -j` changes to `value`.
fn alters(grid: &Grid, options: &str, line: &str, label: &str, value: &str) {
    let id = grid.submit("-h -b y true");
    again(grid, id, options, line, label, Some(value));
}

fn again(grid: &Grid, id: u64, options: &str, line: &str, label: &str, value: Option<&str>) {
    assert_eq!(grid.answer(id, &format!("qalter {options} {{id}}")), format!("stdout:\n{line}\nexit 0"));
    assert_eq!(grid.attribute(id, label).map(|text| grid.normal(&text, id)).as_deref(), value, "{options}");
}

#[test]
fn the_name() {
    case(|grid| alters(grid, "-N other", "modified job name of job {id}", "job_name", "other"));
}

#[test]
fn the_account() {
    case(|grid| alters(grid, "-A acct", "modified account of job {id}", "account", "acct"));
}

#[test]
fn the_start_time() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert_eq!(grid.attribute(id, "execution_time"), None);
        assert_eq!(grid.answer(id, "qalter -a 203601010000 {id}"), "stdout:\nmodified start time of job {id}\nexit 0");
        assert_eq!(grid.attribute(id, "execution_time").as_deref(), Some("Tue Jan  1 00:00:00 2036"));
        assert_eq!(grid.answer(id, "qalter -a 202001010000.30 {id}"), "stdout:\nmodified start time of job {id}\nexit 0");
        assert_eq!(grid.attribute(id, "execution_time").as_deref(), Some("Wed Jan  1 00:00:30 2020"));
    });
}

#[test]
fn a_start_time_that_is_past_lets_the_job_start() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -cwd -j y -o out -b y echo ran");
        assert_eq!(grid.states(id), ["qw"]);
        assert_eq!(grid.answer(id, "qalter -a 202001010000 {id}"), "stdout:\nmodified start time of job {id}\nexit 0");
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn context_variables_are_added_and_overwritten() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified context of job {id}";
        again(grid, id, "-ac A=1,B", line, "context", Some("A=1,B=NONE"));
        again(grid, id, "-ac A=2,C=x", line, "context", Some("A=2,B=NONE,C=x"));
    });
}

#[test]
fn context_variables_are_taken_away() {
    case(|grid| {
        let id = grid.submit("-h -ac A=2,B,C=x -b y true");
        let line = "modified context of job {id}";
        again(grid, id, "-dc B", line, "context", Some("A=2,C=x"));
        again(grid, id, "-dc NOSUCH", line, "context", Some("A=2,C=x"));
        again(grid, id, "-dc C,A", line, "context", None);
    });
}

#[test]
fn context_variables_are_set_anew() {
    case(|grid| {
        let id = grid.submit("-h -ac A=2,B -b y true");
        again(grid, id, "-sc D=4", "modified context of job {id}", "context", Some("D=4"));
    });
}

#[test]
fn context_options_are_carried_out_in_their_order() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified context of job {id}";
        again(grid, id, "-ac A=1 -sc B=2 -dc A", line, "context", Some("B=2"));
        again(grid, id, "-ac A=1,C=3 -dc B", line, "context", Some("A=1,C=3"));
    });
}

#[test]
fn the_working_directory() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified working directory of job {id}";
        again(grid, id, "-wd /tmp", line, "cwd", Some("/tmp"));
        again(grid, id, "-wd relative", line, "cwd", Some("relative"));
    });
}

#[test]
fn the_working_directory_is_removed_by_cwd() {
    case(|grid| {
        let id = grid.submit("-h -cwd -b y true");
        again(grid, id, "-cwd", "modified working directory of job {id}", "cwd", None);
    });
}

#[test]
fn the_output_path() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified stdout path list of job {id}";
        again(grid, id, "-o /tmp/out", line, "stdout_path_list", Some("NONE:NONE:/tmp/out"));
        again(grid, id, "-o :x", line, "stdout_path_list", Some("NONE:NONE:x"));
        again(grid, id, "-o '$HOME/x'", line, "stdout_path_list", Some("NONE:NONE:$HOME/x"));
    });
}

#[test]
fn the_error_path() {
    case(|grid| alters(grid, "-e err", "modified stderr path list of job {id}", "stderr_path_list", "NONE:NONE:err"));
}

#[test]
fn the_input_path_need_not_exist() {
    case(|grid| alters(grid, "-i /nosuch/x", "modified stdin path list of job {id}", "stdin_path_list", "NONE:NONE:/nosuch/x"));
}

#[test]
fn merging_of_the_streams() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified output merge behaviour of job {id}";
        again(grid, id, "-j y", line, "merge", Some("y"));
        again(grid, id, "-j n", line, "merge", None);
        again(grid, id, "-j yes", line, "merge", Some("y"));
    });
}

#[test]
fn the_job_share() {
    case(|grid| alters(grid, "-js 5", "bob@{host} sets job share of job {id} to 5", "jobshare", "5"));
}

#[test]
fn the_mail_list_is_replaced() {
    case(|grid| {
        let id = grid.submit("-h -M old@b.c -b y true");
        let line = "modified mail list of job {id}";
        again(grid, id, "-M a@b.c", line, "mail_list", Some("a@b.c"));
        again(grid, id, "-M a,b@c", line, "mail_list", Some("a@NONE,b@c"));
        again(grid, id, "-M a@b -M c@d", line, "mail_list", Some("a@b,c@d"));
    });
}

#[test]
fn the_mail_options_are_replaced() {
    case(|grid| {
        let id = grid.submit("-h -m be -b y true");
        let line = "modified mail options of job {id}";
        again(grid, id, "-m a", line, "mail_options", Some("a"));
        again(grid, id, "-m b -m e", line, "mail_options", Some("be"));
        again(grid, id, "-m n", line, "mail_options", None);
    });
}

#[test]
fn notification() {
    case(|grid| alters(grid, "-notify", "modified notify behaviour of job {id}", "notify", "TRUE"));
}

#[test]
fn restarting() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert_eq!(grid.attribute(id, "restart"), None);
        let line = "modified restart behaviour of job {id}";
        again(grid, id, "-r y", line, "restart", Some("y"));
        again(grid, id, "-r n", line, "restart", Some("n"));
    });
}

#[test]
fn reservation() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified reservation behaviour of job {id}";
        again(grid, id, "-R y", line, "reserve", Some("y"));
        again(grid, id, "-R n", line, "reserve", None);
    });
}

#[test]
fn the_shell() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified shell list of job {id}";
        again(grid, id, "-S /bin/sh", line, "shell_list", Some("NONE:/bin/sh"));
        again(grid, id, "-S sh", line, "shell_list", Some("NONE:sh"));
    });
}

#[test]
fn variables_replace_all_that_there_were() {
    case(|grid| {
        let id = grid.submit("-h -v OLD=1 -b y true");
        let line = "modified environment of job {id}";
        again(grid, id, "-v A=1", line, "env_list", Some("A=1"));
        again(grid, id, "-v 'B=x y',NOSUCH", line, "env_list", Some("B=x y,NOSUCH=NONE"));
        again(grid, id, "-v A=1 -v B=2", line, "env_list", Some("A=1,B=2"));
        again(grid, id, "-v HOME", line, "env_list", Some("HOME=/home/bob"));
    });
}

#[test]
fn the_whole_environment_replaces_what_there_was() {
    case(|grid| {
        let id = grid.submit("-h -v OLD=1 -b y true");
        let output = grid.answer(id, "export MINE=here; qalter -V {id}");
        assert_eq!(output, "stdout:\nmodified environment of job {id}\nexit 0");
        let list = grid.attribute(id, "env_list").unwrap_or_default();
        assert!(list.contains("MINE=here") && list.contains("HOME=/home/bob") && !list.contains("OLD="), "{list}");
    });
}

#[test]
fn a_variable_stays_where_the_whole_environment_is_taken_as_well() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        grid.bob(&format!("export MINE=here; qalter -V -v A=1 {id}"));
        let list = grid.attribute(id, "env_list").unwrap_or_default();
        assert!(list.starts_with("A=1,") && list.contains("MINE=here"), "{list}");
    });
}

#[test]
fn the_binding() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = "modified binding of job {id}";
        again(grid, id, "-binding linear:1", line, "binding", Some("set linear:1"));
        again(grid, id, "-binding env linear:1", line, "binding", Some("env linear:1"));
    });
}

#[test]
fn the_priority_may_be_lowered() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        again(grid, id, "-p -5", "bob@{host} sets scheduling priority of job {id} to -5", "priority", Some("-5"));
        again(grid, id, "-p -10", "bob@{host} sets scheduling priority of job {id} to -10", "priority", Some("-10"));
        again(grid, id, "-p -10", "bob@{host} sets scheduling priority of job {id} to -10", "priority", Some("-10"));
    });
}

#[test]
fn the_priority_may_not_be_raised_not_even_back() {
    case(|grid| {
        let id = grid.submit("-h -p -10 -b y true");
        for priority in [-9, 0, 10] {
            let expected = "stdout:\ndenied: \"bob\" must be operator to increase job priority\nexit 1";
            assert_eq!(grid.answer(id, &format!("qalter -p {priority} {{id}}")), expected);
        }
        assert_eq!(grid.attribute(id, "priority").as_deref(), Some("-10"));
    });
}

#[test]
fn a_manager_raises_the_priority() {
    case(|grid| {
        let id = grid.submit("-h -p -10 -b y true");
        let output = grid.root(&format!("qalter -p 7 {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nroot@{host} sets scheduling priority of job {id} to 7\nexit 0");
        assert_eq!(grid.attribute(id, "priority").as_deref(), Some("7"));
        grid.root(&format!("qalter -p 0 {id}"));
        assert_eq!(grid.attribute(id, "priority"), None);
    });
}

#[test]
fn a_manager_sets_override_tickets_and_an_ordinary_user_does_not() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\ndenied: \"bob\" must be operator to change amount of override tickets\nexit 1";
        assert_eq!(grid.answer(id, "qalter -ot 5 {id}"), expected);
        let output = grid.root(&format!("qalter -ot 5 {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nroot@{host} sets override tickets of job {id} to 5\nexit 0");
        assert_eq!(grid.attribute(id, "oticket").as_deref(), Some("5"));
    });
}

#[test]
fn the_task_concurrency_of_an_array() {
    case(|grid| {
        let id = grid.submit("-h -t 1-6:2 -b y true");
        let line = "modified task concurrency of job {id}";
        again(grid, id, "-tc 2", line, "maximum concurrency", Some("2"));
        again(grid, id, "-tc 0", line, "maximum concurrency", None);
    });
}

#[test]
fn checkpointing_occasions_without_an_environment_are_not_answered() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        for occasion in ["s", "n", "00:10:00", "x"] {
            assert_eq!(grid.answer(id, &format!("qalter -c {occasion} {{id}}")), "exit 0");
        }
    });
}

#[test]
fn an_empty_name_or_project_changes_nothing_and_says_nothing() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        assert_eq!(grid.answer(id, "qalter -N '' {id}"), "exit 0");
        assert_eq!(grid.answer(id, "qalter -P '' {id}"), "exit 0");
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
    });
}

#[test]
fn a_blank_in_a_name_or_account_changes_nothing_and_says_nothing() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        assert_eq!(grid.answer(id, "qalter -N 'a b' {id}"), "exit 0");
        assert_eq!(grid.answer(id, "qalter -A 'a b' {id}"), "exit 0");
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
        assert_eq!(grid.attribute(id, "account").as_deref(), Some("sge"));
    });
}

#[test]
fn the_job_runs_as_altered() {
    case(|grid| {
        let name = grid.name("new");
        let id = grid.submit("-h -cwd -N old -o old -v A=old -S /bin/bash -b y 'echo $A $JOB_NAME'");
        grid.bob(&format!("qalter -N {name} -o out -j y -v A=new -h U {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), format!("new {name}\n"));
    });
}

#[test]
fn the_default_output_file_is_called_after_the_new_name() {
    case(|grid| {
        let id = grid.submit("-h -cwd -j y -N old -b y echo ran");
        grid.bob(&format!("qalter -N new {id}; qrls {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read(&format!("new.o{id}")), "ran\n");
    });
}

#[test]
fn a_job_whose_directory_was_removed_by_cwd_runs_at_home() {
    case(|grid| {
        let id = grid.submit(&format!("-h -cwd -j y -o {}/out -b y pwd", grid.dir()));
        grid.bob(&format!("qalter -cwd {id}; qrls {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "/home/bob\n");
    });
}

#[test]
fn verify_prints_a_job_of_its_own_and_changes_nothing() {
    case(|grid| {
        let id = grid.submit("-h -N kept -b y true");
        assert_eq!(grid.answer(id, "qalter -verify {id}"), "stdout:\njob_name:                   \n\nexit 0");
        assert_eq!(grid.answer(id, "qalter -verify -N other {id}"), "stdout:\njob_name:                   other\n\nexit 0");
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("kept"));
    });
}
