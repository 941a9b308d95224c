//! What a job finds when it starts: variables, directories, shell, standard input.

use crate::grid::{Grid, exec_host, host};
use crate::known::case;

/// What a bash script prints as a job of bob's with these options.
fn printed(grid: &Grid, options: &str, script: &str) -> String {
    grid.write("job.sh", script);
    grid.run(&format!("-cwd -j y -o out {options} job.sh"));
    grid.read("out")
}

#[test]
fn the_job_knows_itself() {
    case(|grid| {
        grid.write("job.sh", "echo $JOB_ID $JOB_NAME $REQNAME $REQUEST $QUEUE\n");
        let id = grid.run("-cwd -j y -o out -q task -N known job.sh");
        assert_eq!(grid.read("out"), format!("{id} known known known task\n"));
    });
}

#[test]
fn counts_are_one_for_a_plain_job() {
    case(|grid| assert_eq!(printed(grid, "", "echo $NSLOTS $NHOSTS $NQUEUES $RESTARTED\n"), "1 1 1 0\n"));
}

#[test]
fn task_variables_are_the_word_undefined_outside_an_array() {
    case(|grid| {
        let script = "echo $SGE_TASK_ID $SGE_TASK_FIRST $SGE_TASK_LAST $SGE_TASK_STEPSIZE\n";
        assert_eq!(printed(grid, "", script), "undefined undefined undefined undefined\n");
    });
}

#[test]
fn all_of_grid_engines_variables_are_there() {
    case(|grid| {
        let text = printed(grid, "", "env | cut -d= -f1 | sort\n");
        let names = "ARC ENVIRONMENT HOME HOSTNAME JOB_ID JOB_NAME JOB_SCRIPT LOGNAME NHOSTS NQUEUES NSLOTS PATH QUEUE REQNAME REQUEST \
                     RESTARTED SGE_ACCOUNT SGE_ARCH SGE_BINARY_PATH SGE_CELL SGE_CWD_PATH SGE_JOB_SPOOL_DIR SGE_O_HOME SGE_O_HOST \
                     SGE_O_LOGNAME SGE_O_MAIL SGE_O_PATH SGE_O_SHELL SGE_O_WORKDIR SGE_ROOT SGE_STDERR_PATH SGE_STDIN_PATH SGE_STDOUT_PATH \
                     SGE_TASK_FIRST SGE_TASK_ID SGE_TASK_LAST SGE_TASK_STEPSIZE SHELL TERM TMP TMPDIR USER";
        let missing: Vec<_> = names.split_whitespace().filter(|name| !text.lines().any(|line| line == *name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{text}");
    });
}

#[test]
fn the_user_is_the_submitter() {
    case(|grid| {
        let script = "echo $USER $LOGNAME $HOME $(id -un) $(id -gn) $(id -u)\n";
        assert_eq!(printed(grid, "", script), "bob bob /home/bob bob tools 5002\n");
    });
}

#[test]
fn it_is_a_batch_environment() {
    case(|grid| assert_eq!(printed(grid, "", "echo $ENVIRONMENT $ARC $SGE_ARCH $SGE_ACCOUNT\n"), "BATCH lx-amd64 lx-amd64 sge\n"));
}

#[test]
fn the_submitters_surroundings_are_told() {
    case(|grid| {
        let script = "echo $SGE_O_HOME $SGE_O_HOST $SGE_O_LOGNAME $SGE_O_SHELL $SGE_O_WORKDIR\n";
        assert_eq!(printed(grid, "", script), format!("/home/bob {} bob /bin/bash {}\n", host(), grid.dir()));
    });
}

#[test]
fn the_paths_of_the_streams_are_told() {
    case(|grid| {
        let script = "echo $SGE_STDOUT_PATH; echo $SGE_STDIN_PATH; echo $SGE_CWD_PATH; pwd\n";
        let dir = grid.dir();
        assert_eq!(printed(grid, "", script), format!("{dir}/out\n/dev/null\n{dir}\n{dir}\n"));
    });
}

#[test]
fn the_default_path_of_the_error_stream_is_told() {
    case(|grid| {
        grid.write("job.sh", "echo $SGE_STDERR_PATH\n");
        let id = grid.run("-cwd -o out job.sh");
        assert_eq!(grid.read("out"), format!("{}/job.sh.e{id}\n", grid.dir()));
    });
}

#[test]
fn the_temporary_directory_is_the_jobs_own() {
    case(|grid| {
        grid.write("job.sh", "echo $TMPDIR; [ \"$TMP\" = \"$TMPDIR\" ] && stat -c '%U %a' $TMPDIR\n");
        let id = grid.run("-cwd -j y -o out -q task job.sh");
        assert_eq!(grid.read("out"), format!("/tmp/{id}.1.task\nbob 755\n"));
    });
}

#[test]
fn the_temporary_directory_is_removed_afterwards() {
    case(|grid| {
        let path = printed(grid, "", "touch $TMPDIR/file; echo $TMPDIR\n");
        let gone = crate::grid::poll(|| grid.bob(&format!("test -e {}", path.trim())).code == 1);
        assert!(gone, "{path}");
    });
}

#[test]
fn the_hosts_name_is_told() {
    case(|grid| assert_eq!(printed(grid, "", "echo $HOSTNAME\n"), format!("{}\n", exec_host())));
}

#[test]
fn the_shell_is_a_login_shell() {
    case(|grid| assert_eq!(printed(grid, "", "shopt -q login_shell && echo login\n"), "login\n"));
}

#[test]
fn the_scripts_own_name_is_the_job_id() {
    case(|grid| {
        grid.write("job.sh", "basename $0; basename $(dirname $0); [ \"$JOB_SCRIPT\" = \"$0\" ] && echo same\n");
        let id = grid.run("-cwd -j y -o out job.sh");
        assert_eq!(grid.read("out"), format!("{id}\njob_scripts\nsame\n"));
    });
}

#[test]
fn standard_input_is_empty() {
    case(|grid| assert_eq!(printed(grid, "", "wc -c; readlink /proc/self/fd/0\n"), "0\n/dev/null\n"));
}

#[test]
fn standard_input_may_be_a_file() {
    case(|grid| {
        grid.write("in", "some text\n");
        assert_eq!(printed(grid, "-i in", "cat\n"), "some text\n");
    });
}

#[test]
fn variables_are_the_same_for_a_program() {
    case(|grid| {
        let id = grid.run("-cwd -j y -o out -N prog -b y 'echo $JOB_ID $JOB_NAME $SGE_TASK_ID'");
        assert_eq!(grid.read("out"), format!("{id} prog undefined\n"));
    });
}

#[test]
fn there_is_no_terminal() {
    case(|grid| assert_eq!(printed(grid, "", "tty; echo \"[$TERM]\"\n"), "not a tty\n[]\n"));
}

#[test]
fn a_commands_error_names_the_spooled_script() {
    case(|grid| {
        grid.write("job.sh", "nosuchcommand\n");
        let id = grid.run("-cwd -j y -o out job.sh");
        let text = grid.read("out");
        assert!(text.ends_with(&format!("/job_scripts/{id}: line 1: nosuchcommand: command not found\n")), "{text}");
    });
}

#[test]
fn a_programs_error_names_the_shell() {
    case(|grid| {
        grid.run("-cwd -j y -o out -N prog -b y nosuchcommand");
        assert_eq!(grid.read("out"), "-bash: line 1: nosuchcommand: command not found\n");
    });
}
