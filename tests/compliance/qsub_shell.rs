//! `-S`, `-o`, `-e`, `-i` with hosts and lists; `-shell`, `-b`, `-notify`, `-r`, `-wd` in odd forms.

use crate::grid::{exec_host, id_of};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, stored_from_script, submit_script};

const TWICE: &str = "ERROR! two files are specified for the same host";

// -S

#[test]
fn a_shell_may_be_for_a_host() {
    case(|grid| {
        let host = exec_host();
        for (given, shown) in [
            ("/bin/sh".to_owned(), "NONE:/bin/sh"),
            ("sh".into(), "NONE:sh"),
            (":/bin/sh".into(), "NONE:/bin/sh"),
            ("/bin/sh -x".into(), "NONE:/bin/sh -x"),
            (format!("{host}:/bin/sh"), "{host}:/bin/sh"),
            ("localhost:/bin/sh".into(), "{host}:/bin/sh"),
            (format!("{host}:/bin/sh,/bin/bash"), "{host}:/bin/sh,NONE:/bin/bash"),
            (format!("/bin/bash,{host}:/bin/sh"), "NONE:/bin/bash,{host}:/bin/sh"),
            (format!("{host}:"), "{host}:NONE"),
        ] {
            assert_eq!(stored(grid, &format!("-S '{given}'"), "shell_list"), shown, "{given}");
        }
    });
}

#[test]
fn the_hosts_own_shell_is_taken_wherever_it_stands_in_the_list() {
    case(|grid| {
        let host = exec_host();
        for list in [format!("{host}:/bin/sh,/bin/bash"), format!("/bin/bash,{host}:/bin/sh")] {
            grid.bob("rm -f out");
            grid.run(&format!("-S {list} -cwd -j y -o out -N sentence -b y 'echo $0 $SHELL'"));
            assert_eq!(grid.read("out"), "-sh /bin/sh\n", "{list}");
        }
    });
}

#[test]
fn two_shells_for_the_same_host_are_rejected() {
    case(|grid| {
        rejected(grid, "-S /bin/sh,/bin/bash", TWICE);
        rejected(grid, &format!("-S {host}:/bin/sh,{host}:/bin/bash", host = exec_host()), TWICE);
    });
}

#[test]
fn a_host_must_resolve() {
    case(|grid| {
        for option in ["-S", "-o", "-e", "-i"] {
            rejected(grid, &format!("{option} nosuch:/x,/y"), "can't resolve hostname \"nosuch\"");
            rejected(grid, &format!("{option} /y,nosuch:/x"), "can't resolve hostname \"nosuch\"");
        }
        rejected(grid, "-o a:b:c", "can't resolve hostname \"a\"");
    });
}

// The last one replaces only what is for the same host.
#[test]
fn lists_given_twice_are_merged_by_host() {
    case(|grid| {
        let host = exec_host();
        assert_eq!(stored(grid, "-S /bin/sh -S /bin/bash", "shell_list"), "NONE:/bin/bash");
        assert_eq!(stored(grid, &format!("-S /bin/sh -S {host}:/bin/bash"), "shell_list"), "NONE:/bin/sh,{host}:/bin/bash");
        assert_eq!(stored(grid, &format!("-S {host}:/bin/sh,/bin/ksh -S /bin/bash"), "shell_list"), "{host}:/bin/sh,NONE:/bin/bash");
        assert_eq!(
            stored_from_script(grid, "#$ -S /bin/sh", &format!("-S {host}:/bin/bash"), "shell_list"),
            "NONE:/bin/sh,{host}:/bin/bash"
        );
        assert_eq!(stored(grid, &format!("-o x -o {host}:z"), "stdout_path_list"), "NONE:NONE:x");
        assert_eq!(stored_from_script(grid, &format!("#$ -o {host}:x,y"), "-o z", "stdout_path_list"), "{host}:NONE:x");
    });
}

#[test]
fn an_empty_list_of_shells_is_refused() {
    case(|grid| {
        refused(grid, "-S ''", 7, "qsub: Wrong shell list format \"\" specified to -S option");
        assert_eq!(grid.bob("qsub -S").all(), "stderr:\nqsub: -S option must have path_name argument\nexit 2");
    });
}

#[test]
fn a_shell_is_given_the_spooled_script() {
    case(|grid| {
        grid.write("job.sh", "echo ${0##*/} $SHELL\n");
        let id = grid.run("-S /bin/sh -cwd -j y -o out job.sh");
        assert_eq!(grid.read("out"), format!("{id} /bin/sh\n"));
    });
}

// -o, -e, -i

#[test]
fn of_a_list_of_paths_only_the_first_is_shown() {
    case(|grid| {
        let host = exec_host();
        for (option, label) in [("-o", "stdout_path_list"), ("-e", "stderr_path_list"), ("-i", "stdin_path_list")] {
            assert_eq!(stored(grid, &format!("{option} {host}:x,y"), label), "{host}:NONE:x");
            assert_eq!(stored(grid, &format!("{option} y,{host}:x"), label), "NONE:NONE:y");
        }
    });
}

#[test]
fn paths_are_kept_as_given() {
    case(|grid| {
        let host = exec_host();
        for (given, shown) in [
            (":x".to_owned(), "NONE:NONE:x".to_owned()),
            ("a b".into(), "NONE:NONE:a b".into()),
            ("/tmp/".into(), "NONE:NONE:/tmp/".into()),
            ("$HOME/x".into(), "NONE:NONE:$HOME/x".into()),
            ("~/x".into(), "NONE:NONE:~/x".into()),
            ("~alice/x".into(), "NONE:NONE:~alice/x".into()),
            ("localhost:x".into(), "{host}:NONE:x".into()),
            (format!("{host}:b:c"), "{host}:NONE:b:c".into()),
        ] {
            assert_eq!(stored(grid, &format!("-o '{given}'"), "stdout_path_list"), shown, "{given}");
        }
    });
}

#[test]
fn the_hosts_own_path_is_taken_wherever_it_stands_in_the_list() {
    case(|grid| {
        let host = exec_host();
        grid.run(&format!("-o {host}:one,two -cwd -j y -N sentence -b y true"));
        grid.run(&format!("-o four,{host}:three -cwd -j y -N sentence -b y true"));
        assert_eq!(grid.files(), ["one", "three"]);
    });
}

#[test]
fn input_comes_from_the_file_named() {
    case(|grid| {
        grid.write("in", "from input\n");
        grid.run("-i in -cwd -j y -o out -b y cat");
        grid.run(&format!("-i {}:in,nosuch -cwd -j y -o out -b y cat", exec_host()));
        assert_eq!(grid.read("out"), "from input\nfrom input\n");
    });
}

#[test]
fn two_paths_for_the_same_host_are_rejected_with_a_line_each() {
    case(|grid| {
        rejected(grid, "-o x,y", TWICE);
        rejected(grid, &format!("-o {host}:a,{host}:b", host = exec_host()), TWICE);
        rejected(grid, "-e x,y -i u,v", &format!("{TWICE}\n{TWICE}"));
    });
}

// The text for -i names -e.
#[test]
fn an_empty_path_is_refused() {
    case(|grid| {
        refused(grid, "-o ''", 7, "qsub: Wrong stdout path list format \"\" specified to -o option");
        refused(grid, "-o ,", 7, "qsub: Wrong stdout path list format \",\" specified to -o option");
        refused(grid, "-e ''", 7, "qsub: Wrong path list format \"\" specified to -e option");
        refused(grid, "-i ''", 7, "qsub: Wrong path list format \"\" specified to -e option");
        rejected(grid, &format!("-o {}:", exec_host()), "paths may not be empty strings");
    });
}

#[test]
fn a_working_directory_is_kept_as_given() {
    case(|grid| {
        for given in ["rel", "/tmp/", "/tmp/../tmp", "$HOME", "~"] {
            assert_eq!(stored(grid, &format!("-wd '{given}'"), "cwd"), given);
        }
        assert_eq!(stored(grid, "-wd ''", "cwd"), "-");
    });
}

// -shell and -b

#[test]
fn without_a_shell_is_shown_as_a_kind_of_job() {
    case(|grid| {
        assert_eq!(stored(grid, "-shell n", "job_type"), "binary,noshell");
        assert_eq!(stored(grid, "-shell y", "job_type"), "binary");
        assert_eq!(stored_from_script(grid, "#$ -shell n", "", "job_type"), "noshell");
        assert_eq!(stored_from_script(grid, "#$ -shell n", "-shell y", "job_type"), "NONE");
    });
}

#[test]
fn a_script_is_run_by_a_shell_all_the_same() {
    case(|grid| {
        grid.write("job.sh", "echo ran\n");
        grid.run("-shell n -cwd -j y -o out job.sh");
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn a_program_without_a_shell_is_found_in_the_path() {
    case(|grid| {
        grid.run("-shell n -cwd -j y -o out -b y echo '$HOME' 'a b' '*'");
        assert_eq!(grid.read("out"), "$HOME a b *\n");
    });
}

#[test]
fn a_program_needs_a_name() {
    case(|grid| {
        for line in ["qsub -b y", "qsub -b y -h", "qsub -h -b y -N x"] {
            assert_eq!(grid.bob(line).all(), "stderr:\nqsub: command required for a binary job\nexit 2", "{line}");
        }
        let expected = "stderr:\nUnable to run job: job rejected cause there is no job_name in the request\nExiting.\nexit 1";
        assert_eq!(grid.bob("qsub -h -b y ''").all(), expected);
    });
}

#[test]
fn a_program_need_not_be_there() {
    case(|grid| {
        let id = grid.submit("-h -b y ./x/y/z a 'b c' -N n");
        assert_eq!(line_of(grid, id, "job_name"), "z");
        assert_eq!(line_of(grid, id, "script_file"), "./x/y/z");
        assert_eq!(line_of(grid, id, "job_args"), "a,b c,-N,n");
    });
}

// Surprising: the first one says how the line is read, the last one what is sent to the master.
#[test]
fn of_two_binary_switches_neither_wins() {
    case(|grid| {
        let warning = "stdout:\nqsub: warning: \"-b\" option has already been set, overriding previous setting\n";
        let script = "stderr:\nUnable to read script file because of error: error opening true: No such file or directory\nexit 14";
        assert_eq!(grid.bob("qsub -h -b n -b y true").all(), format!("{warning}{script}"));
        let program = "stderr:\nUnable to run job: job rejected: no script in your request\nExiting.\nexit 1";
        assert_eq!(grid.bob("qsub -h -b y -b n true").all(), format!("{warning}{program}"));
    });
}

// Surprising: it is read for its directives, and then run by its path like any program, from the job's directory.
#[test]
fn a_script_that_calls_itself_a_program_is_run_as_one() {
    case(|grid| {
        let output = submit_script(grid, "#$ -b y -N own", "");
        let id = id_of(&output);
        assert_eq!(line_of(grid, id, "job_type"), "binary");
        assert_eq!(line_of(grid, id, "job_name"), "own");
        grid.write("run.sh", "#!/bin/sh\n#$ -b y\necho ran $0\n");
        grid.bob("chmod +x run.sh");
        grid.run("-cwd -j y -o out ./run.sh");
        assert_eq!(grid.read("out"), "ran ./run.sh\n");
        let output = grid.bob("qsub -sync y -cwd -j y -o log run.sh");
        assert_eq!((output.code, &*grid.read("log")), (127, "-bash: line 1: run.sh: command not found\n"));
    });
}

// -notify, -r and the like

#[test]
fn notify_takes_no_value() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: error opening y: No such file or directory\nexit 14";
        assert_eq!(grid.bob("qsub -h -notify y -b y true").all(), expected);
    });
}

#[test]
fn a_restart_is_shown_when_asked_for_either_way() {
    case(|grid| {
        for (given, shown) in [("-r y", "y"), ("-r yes", "y"), ("-r n", "n"), ("", "-")] {
            assert_eq!(stored(grid, given, "restart"), shown, "{given}");
        }
    });
}

#[test]
fn the_next_word_is_a_switches_value_whatever_it_is() {
    case(|grid| {
        for option in ["-j", "-r", "-shell", "-b"] {
            assert_eq!(grid.bob(&format!("qsub {option}")).all(), format!("stderr:\nqsub: {option} option must have argument\nexit 2"));
            let expected = format!("stderr:\nqsub: invalid option argument \"{option} -h\"\nexit 7");
            assert_eq!(grid.bob(&format!("qsub {option} -h")).all(), expected);
        }
        for option in ["-i", "-e", "-wd"] {
            assert_eq!(grid.bob(&format!("qsub {option}")).all(), format!("stderr:\nqsub: {option} option must have argument\nexit 2"));
        }
    });
}
