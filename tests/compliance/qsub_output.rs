//! `-o`, `-e`, `-j`, `-cwd`, `-wd`: which files a job leaves, where, and what they are called.

use crate::known::case;

#[test]
fn output_and_error_are_named_after_job_and_id() {
    case(|grid| {
        let id = grid.run("-cwd -N files -b y 'echo out; echo err >&2'");
        assert_eq!(grid.files(), [format!("files.e{id}"), format!("files.o{id}")]);
        assert_eq!(grid.read(&format!("files.o{id}")), "out\n");
        assert_eq!(grid.read(&format!("files.e{id}")), "err\n");
    });
}

#[test]
fn both_files_are_made_even_when_empty() {
    case(|grid| {
        let id = grid.run("-cwd -N quiet -b y true");
        assert_eq!(grid.files(), [format!("quiet.e{id}"), format!("quiet.o{id}")]);
    });
}

#[test]
fn output_goes_to_the_home_directory_unless_told() {
    case(|grid| {
        let name = grid.name("home");
        let id = grid.run(&format!("-N {name} -b y pwd"));
        let path = format!("/home/bob/{name}.o{id}");
        let text = grid.read(&path);
        grid.bob(&format!("rm {path} /home/bob/{name}.e{id}"));
        assert_eq!(text, "/home/bob\n");
        assert!(grid.files().is_empty());
    });
}

#[test]
fn merged_output_is_one_file() {
    case(|grid| {
        let id = grid.run("-cwd -N merged -j y -b y 'echo out; echo err >&2'");
        assert_eq!(grid.files(), [format!("merged.o{id}")]);
        assert_eq!(grid.read(&format!("merged.o{id}")), "out\nerr\n");
    });
}

#[test]
fn an_error_path_is_ignored_when_merged() {
    case(|grid| {
        grid.run("-cwd -o out -e err -j y -N sentence -b y 'echo x; echo y >&2'");
        assert_eq!(grid.files(), ["out"]);
    });
}

#[test]
fn named_files_are_relative_to_the_jobs_directory() {
    case(|grid| {
        grid.bob("mkdir sub");
        grid.run(&format!("-wd {}/sub -o ../out -e err -N sentence -b y 'echo x; pwd >&2'", grid.dir()));
        assert_eq!(grid.read("out"), "x\n");
        assert_eq!(grid.read("sub/err"), format!("{}/sub\n", grid.dir()));
    });
}

#[test]
fn an_existing_file_is_appended_to() {
    case(|grid| {
        grid.write("out", "old\n");
        grid.run("-cwd -o out -e err -b y echo new");
        assert_eq!(grid.read("out"), "old\nnew\n");
    });
}

#[test]
fn the_same_file_takes_both_streams() {
    case(|grid| {
        grid.run("-cwd -o both -e both -N sentence -b y 'echo x; echo y >&2'");
        assert_eq!(grid.read("both"), "x\ny\n");
    });
}

#[test]
fn a_directory_gets_the_default_names() {
    case(|grid| {
        grid.bob("mkdir log");
        let id = grid.run(&format!("-cwd -N dirs -o log -e {}/log/ -b y echo x", grid.dir()));
        assert_eq!(grid.read(&format!("log/dirs.o{id}")), "x\n");
        assert_eq!(grid.read(&format!("log/dirs.e{id}")), "");
    });
}

#[test]
fn variables_in_a_path_are_expanded() {
    case(|grid| {
        let id = grid.run("-cwd -N vars -o 'o.$JOB_NAME.$JOB_ID.$USER' -e 'e.$JOB_NAME_$JOB_ID' -b y true");
        assert_eq!(grid.files(), [format!("e.vars_{id}"), format!("o.vars.{id}.bob")]);
    });
}

#[test]
fn other_variables_stay_as_they_are() {
    case(|grid| {
        let id = grid.run("-cwd -j y -o 'o.${JOB_ID}.$SGE_TASK_ID.$OTHER.$JOB_ID' -b y true");
        assert_eq!(grid.files(), [format!("o.${{JOB_ID}}.$SGE_TASK_ID.$OTHER.{id}")]);
    });
}

#[test]
fn the_task_id_is_zero_outside_an_array() {
    case(|grid| {
        grid.run("-cwd -j y -o 'o.$TASK_ID' -b y true");
        assert_eq!(grid.files(), ["o.0"]);
    });
}

#[test]
fn an_arrays_files_end_with_the_task() {
    case(|grid| {
        let id = grid.run("-cwd -N tasks -j y -t 1-2 -b y 'echo $SGE_TASK_ID'");
        assert_eq!(grid.files(), [format!("tasks.o{id}.1"), format!("tasks.o{id}.2")]);
        assert_eq!(grid.read(&format!("tasks.o{id}.2")), "2\n");
    });
}

#[test]
fn the_task_id_is_expanded_in_an_arrays_path() {
    case(|grid| {
        grid.run("-cwd -j y -o 'o.$TASK_ID' -t 2-4:2 -b y true");
        assert_eq!(grid.files(), ["o.2", "o.4"]);
    });
}

#[test]
fn an_empty_host_before_a_colon_is_dropped() {
    case(|grid| {
        grid.run("-cwd -j y -o :out -b y echo x");
        assert_eq!(grid.read("out"), "x\n");
    });
}

#[test]
fn files_are_made_readable_for_all_whatever_the_submitters_umask() {
    case(|grid| {
        let output = grid.bob("umask 077; qsub -cwd -j y -o out -b y umask");
        grid.wait_until_gone(crate::grid::id_of(&output));
        assert_eq!(grid.bob("stat -c '%a %U %G' out").stdout, "644 bob tools\n");
        assert_eq!(grid.read("out"), "0022\n");
    });
}

#[test]
fn a_missing_directory_puts_the_job_in_error_state() {
    case(|grid| {
        let id = grid.submit("-cwd -N noout -o /nosuch/dir/x -b y true");
        grid.wait_for_state(id, "Eqw");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        let reason = text.lines().find(|line| line.starts_with("error reason")).expect("a reason");
        let reason = crate::grid::mask_dates(reason);
        assert!(reason.starts_with("error reason          1:      {date} [5002:"), "{reason}");
        assert!(reason.ends_with("]: error: can't open output file \"/nosuch/dir/x\": No such file or directory"), "{reason}");
    });
}

#[test]
fn a_missing_working_directory_puts_the_job_in_error_state() {
    case(|grid| {
        let id = grid.submit("-wd /nosuch/dir -b y true");
        grid.wait_for_state(id, "Eqw");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        assert!(text.contains(": error: can't chdir to /nosuch/dir: No such file or directory"), "{text}");
    });
}
