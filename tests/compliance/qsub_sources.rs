//! Where options come from and who wins: `~/.sge_request`, `./.sge_request`, `#$` lines, `-@` files and the command line;
//! `-clear` and `-C`; options given twice. Basic forms are in `qsub_files.rs` and `qsub_directives.rs`.

use crate::grid::{Grid, id_of};
use crate::known::case;
use crate::submission::{line_of, stored, stored_from_script, submit_script, verified};

const LATER: &str = "-a 203601010000";

/// The account after a held submission.
fn account(grid: &Grid, options: &str) -> String {
    stored(grid, options, "account")
}

/// The name a held submission of `job.sh` is confirmed under.
fn name_of(grid: &Grid, options: &str) -> String {
    let output = grid.bob(&format!("qsub -h {options} job.sh"));
    assert_eq!(output.code, 0, "{options}\n{}", output.all());
    let id = id_of(&output);
    line_of(grid, id, "job_name")
}

fn state(grid: &Grid, id: u64) -> String {
    grid.rows(id).first().and_then(|row| row.split_whitespace().nth(4)).unwrap_or("none").to_owned()
}

/// What two values of an option, one in a script and one on the command line, come to.
#[track_caller]
fn script_and_line(grid: &Grid, script: &str, line: &str, label: &str, expected: &str) {
    let output = submit_script(grid, &format!("#$ {script}"), line);
    let id = id_of(&output);
    assert_eq!(grid.normal(&output.all(), id).lines().count(), 3, "no warning: {}", output.all());
    assert_eq!(line_of(grid, id, label).replace(grid.dir(), "{dir}"), expected, "{script} | {line}");
}

// The same option from two sources

#[test]
fn most_options_of_the_command_line_replace_the_scripts_without_a_warning() {
    case(|grid| {
        for (script, line, label, expected) in [
            ("-A x", "-A y", "account", "y"),
            ("-N x", "-N y", "job_name", "y"),
            ("-cwd", "-wd /tmp", "cwd", "/tmp"),
            ("-wd /tmp", "-cwd", "cwd", "{dir}"),
            ("-o x", "-o y", "stdout_path_list", "NONE:NONE:y"),
            ("-e x", "-e y", "stderr_path_list", "NONE:NONE:y"),
            ("-i x", "-i y", "stdin_path_list", "NONE:NONE:y"),
            ("-j y", "-j n", "merge", "-"),
            ("-p -1", "-p -2", "priority", "-2"),
            ("-p -1", "-p 0", "priority", "-"),
            ("-r y", "-r n", "restart", "n"),
            ("-S /bin/sh", "-S /bin/bash", "shell_list", "NONE:/bin/bash"),
            ("-t 1-2", "-t 3-4", "job-array tasks", "3-4:1"),
            ("-w e", "-w n", "verify_suitable_queues", "-"),
            ("-b n", "-notify", "notify", "TRUE"),
        ] {
            script_and_line(grid, script, line, label, expected);
        }
    });
}

#[test]
fn lists_of_the_command_line_are_added_to_the_scripts() {
    case(|grid| {
        for (script, line, label, expected) in [
            ("-M a@b", "-M c@d", "mail_list", "a@b,c@d"),
            ("-m b", "-m e", "mail_options", "be"),
            ("-hold_jid no1", "-hold_jid no2", "jid_predecessor_list (req)", "no1,no2"),
            ("-v A=1,C=1", "-v A=2,B=3", "env_list", "TERM=NONE,A=2,C=1,B=3"),
            ("-ac A=1", "-ac B=1", "context", "A=1,B=1"),
        ] {
            script_and_line(grid, script, line, label, expected);
        }
    });
}

#[test]
fn no_mail_on_the_command_line_takes_back_the_scripts() {
    case(|grid| {
        script_and_line(grid, "-m b", "-m n", "mail_options", "-");
        script_and_line(grid, "-m n", "-m e", "mail_options", "e");
    });
}

#[test]
fn the_request_file_behaves_like_the_script() {
    case(|grid| {
        for (request, line, label, expected) in [
            ("-A x", "-A y", "account", "y"),
            ("-cwd", "-wd /tmp", "cwd", "/tmp"),
            ("-o x", "-o y", "stdout_path_list", "NONE:NONE:y"),
            ("-S /bin/sh", "-S /bin/bash", "shell_list", "NONE:/bin/bash"),
            ("-p -4", "-p -5", "priority", "-5"),
            ("-w e", "-w n", "verify_suitable_queues", "-"),
            ("-t 1-3", "-t 5-6", "job-array tasks", "5-6:1"),
            ("-m b", "-m e", "mail_options", "be"),
            ("-M a@b", "-M c@d", "mail_list", "a@b,c@d"),
            ("-v A=1,C=1", "-v A=2,B=3", "env_list", "TERM=NONE,A=2,C=1,B=3"),
            ("-hold_jid no1", "-hold_jid no2", "jid_predecessor_list (req)", "no1,no2"),
            ("-masterq task -pe smp 2", "-masterq all.q", "master hard queue_list", "task,all.q"),
            ("-soft -l h_rt=5", "-l h_rt=6", "hard resource_list", "h_rt=6"),
        ] {
            grid.write(".sge_request", &format!("{request}\n"));
            assert_eq!(stored(grid, line, label), expected, "{request} | {line}");
        }
    });
}

#[test]
fn the_script_stands_between_request_file_and_command_line() {
    case(|grid| {
        grid.write(".sge_request", "-A request -m a -v R=1,X=r\n");
        let script = "#$ -A script\n#$ -m b\n#$ -v S=1,X=s";
        assert_eq!(stored_from_script(grid, script, "", "account"), "script");
        assert_eq!(stored_from_script(grid, script, "-A line", "account"), "line");
        assert_eq!(stored_from_script(grid, script, "-m e", "mail_options"), "abe");
        assert_eq!(stored_from_script(grid, script, "-v L=1", "env_list"), "TERM=NONE,R=1,X=s,S=1,L=1");
    });
}

// Surprising: a wait asked for anywhere cannot be taken back.
#[test]
fn waiting_for_the_end_cannot_be_switched_off() {
    case(|grid| {
        let waited = |line: &str| {
            let output = grid.bob(line);
            let id = id_of(&output);
            assert!(grid.normal(&output.all(), id).contains("Job {id} exited with exit code 0.\n"), "{line}: {}", output.all());
        };
        waited("qsub -sync y -sync n -b y true");
        grid.write("job.sh", "#$ -sync y\ntrue\n");
        waited("qsub -sync n job.sh");
        grid.write(".sge_request", "-sync y\n");
        waited("qsub -sync n -b y true");
    });
}

#[test]
fn the_whole_environment_adds_to_variables_of_another_source() {
    case(|grid| {
        grid.write("job.sh", "#$ -v A=script,B=script\ntrue\n");
        let output = grid.bob("export A=environment C=environment; qsub -h -V job.sh");
        let list = line_of(grid, id_of(&output), "env_list");
        assert!(list.starts_with("TERM=NONE,A=environment,B=script,"), "{list}");
        assert!(list.contains(",C=environment"), "{list}");
    });
}

// The same option twice in one source

#[test]
fn these_options_warn_when_given_twice() {
    case(|grid| {
        for (option, first, second) in [
            ("-a", "203601010000", "203701010000"),
            ("-A", "x", "y"),
            ("-b", "y", "y"),
            ("-C", "x", "y"),
            ("-j", "y", "n"),
            ("-N", "x", "y"),
            ("-now", "n", "n"),
            ("-r", "y", "n"),
            ("-R", "y", "n"),
            ("-shell", "y", "n"),
            ("-sync", "n", "n"),
            ("-w", "n", "w"),
        ] {
            let binary = if option == "-b" { "" } else { "-b y" };
            let output = grid.bob(&format!("qsub -terse -h {option} {first} {option} {second} {binary} true"));
            let expected =
                format!("stdout:\nqsub: warning: \"{option}\" option has already been set, overriding previous setting\n{{id}}\nexit 0");
            assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
        }
    });
}

#[test]
fn these_options_do_not_warn_when_given_twice() {
    case(|grid| {
        for options in [
            "-c n -c n",
            "-cwd -cwd",
            "-cwd -wd /tmp",
            "-e x -e y",
            "-i x -i y",
            "-o x -o y",
            "-js 1 -js 2",
            "-m b -m e",
            "-M a@b -M c@d",
            "-notify -notify",
            "-p -1 -p -2",
            "-S /bin/sh -S /bin/bash",
            "-tc 1 -tc 2 -t 1-9",
            "-t 1-2 -t 3-4",
            "-terse -terse",
            "-v A=1 -v A=2",
            "-V -V",
            "-hold_jid no1 -hold_jid no2",
            "-ac A=1 -ac B=1",
            "-q task -q task",
            "-l h_rt=1 -l h_rt=2",
            "-hard -hard",
            "-soft -soft",
        ] {
            let output = grid.bob(&format!("qsub -terse -h {options} -b y true"));
            assert_eq!(output.stdout.lines().count(), 1, "{options}: {}", output.all());
            id_of(&output);
        }
    });
}

#[test]
fn the_last_of_two_paths_on_the_command_line_counts() {
    case(|grid| {
        assert_eq!(stored(grid, "-o x -o y", "stdout_path_list"), "NONE:NONE:y");
        assert_eq!(stored(grid, "-wd /tmp -cwd", "cwd").replace(grid.dir(), "{dir}"), "{dir}");
        assert_eq!(stored(grid, "-S /bin/sh -S /bin/bash", "shell_list"), "NONE:/bin/bash");
    });
}

#[test]
fn a_script_warns_of_the_same_options_without_the_prefix() {
    case(|grid| {
        let twice = "-A a,-A b,-m b,-m e,-j y,-j n,-o x,-o y,-S /bin/sh,-S /bin/bash,-p -1,-p -2,-t 1-2,-t 1-3,-N a -N b,-w n,-w w,\
                     -r y,-r n,-R y,-R y,-now n,-now n,-b n,-b n,-shell y,-shell y,-sync n,-sync n,-cwd,-cwd,-hold_jid n1,-hold_jid n2,\
                     -M a@b,-M c@d,-v A=1,-v A=2";
        let script: String = twice.split(',').map(|option| format!("#$ {option}\n")).collect();
        let output = submit_script(grid, &script, "-terse");
        let warnings = ["-A", "-j", "-N", "-w", "-r", "-R", "-now", "-b", "-shell", "-sync"]
            .map(|option| format!("warning: \"{option}\" option has already been set, overriding previous setting\n"));
        let expected = format!("stdout:\n{}{{id}}.1-3:1\nexit 0", warnings.concat());
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn a_request_file_warns_without_the_prefix() {
    case(|grid| {
        grid.write(".sge_request", "-A one\n-A two\n");
        let output = grid.bob("qsub -terse -h -b y true");
        let expected = "stdout:\nwarning: \"-A\" option has already been set, overriding previous setting\n{id}\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

// Files of options

#[test]
fn a_file_of_options_and_the_command_line_follow_the_order() {
    case(|grid| {
        grid.write("one", "-A one\n");
        grid.write("two", "-A two\n");
        assert_eq!(account(grid, "-@ one -@ two"), "two");
        assert_eq!(account(grid, "-A line -@ one"), "one");
        assert_eq!(account(grid, "-@ one -A line"), "line");
    });
}

#[test]
fn only_an_option_after_the_file_warns() {
    case(|grid| {
        grid.write("one", "-A one -A two\n");
        for (options, warnings) in [("-@ one -@ one", 0), ("-A line -@ one", 0), ("-@ one -A line", 1)] {
            let output = grid.bob(&format!("qsub -terse -h {options} -b y true"));
            id_of(&output);
            let warning = "qsub: warning: \"-A\" option has already been set, overriding previous setting\n";
            assert_eq!(output.stdout.matches(warning).count(), warnings, "{options}: {}", output.all());
            assert_eq!(output.stdout.lines().count(), warnings + 1, "{options}: {}", output.all());
        }
    });
}

#[test]
fn a_file_of_options_may_hold_comments_empty_lines_and_quotes() {
    case(|grid| {
        grid.write("opts", "# a comment\n-A mine # why\n\n  -v A=\"x y\",B=1\n-v 'C=u v'\n");
        let id = grid.submit("-h -@ opts -b y true");
        assert_eq!(line_of(grid, id, "account"), "mine");
        assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE,A=x y,B=1,C=u v");
    });
}

#[test]
fn a_file_of_options_may_be_named_in_another_file_a_script_or_the_request_file() {
    case(|grid| {
        grid.write("one", "-A one\n");
        grid.write("two", "-@ one\n");
        assert_eq!(account(grid, "-@ two"), "one");
        assert_eq!(stored_from_script(grid, "#$ -@ one", "", "account"), "one");
        grid.write(".sge_request", "-@ one\n");
        assert_eq!(account(grid, ""), "one");
    });
}

#[test]
fn a_file_of_options_cannot_name_the_script() {
    case(|grid| {
        grid.write("job.sh", "true\n");
        grid.write("opts", "-A mine\njob.sh\n");
        // The word stays a left over one: the script is then read from standard input.
        let expected = "stderr:\nUnable to read script file because of error: no input read from stdin\nexit 4";
        assert_eq!(grid.bob("qsub -h -@ opts").all(), expected);
        grid.write("opts", "-b y true a\n");
        let expected = "stderr:\nqsub: Unknown option \n\nqsub: Unknown option \n\nqsub: command required for a binary job\nexit 5";
        assert_eq!(grid.bob("qsub -h -@ opts").all(), expected);
        grid.write("opts", "-A mine\n");
        assert_eq!(name_of(grid, "-@ opts"), "job.sh");
    });
}

// Surprising: the real error is lost, and the command line behind the file too.
#[test]
fn a_bad_option_in_a_file_of_options_is_not_named() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: no input read from stdin\nexit 4";
        for text in ["-bogus", "-N", "-N a/b", "-p 2000"] {
            grid.write("opts", &format!("{text}\n"));
            assert_eq!(grid.bob("qsub -h -@ opts -b y true").all(), expected, "{text}");
        }
        assert_eq!(grid.bob("qsub -h -@ missing -b y true").all(), expected);
        let expected = format!("stderr:\nerror: fread(\"adir\") failed: Is a directory\n{}", &expected["stderr:\n".len()..]);
        assert_eq!(grid.bob("mkdir adir; qsub -h -@ adir -b y true").all(), expected);
    });
}

#[test]
fn a_left_over_word_in_a_file_of_options_is_refused() {
    case(|grid| {
        grid.write("opts", "stray\n");
        assert_eq!(grid.bob("qsub -h -@ opts -b y true").all(), "stderr:\nqsub: Unknown option \n\nexit 5");
    });
}

#[test]
fn an_empty_file_of_options_is_fine_and_a_missing_name_is_not() {
    case(|grid| {
        grid.write("opts", "");
        assert_eq!(account(grid, "-@ opts"), "sge");
        assert_eq!(grid.bob("qsub -@").all(), "stderr:\nqsub: -@ option must have file argument\nexit 2");
    });
}

// The request file

#[test]
fn a_request_file_may_hold_comments_and_any_option() {
    case(|grid| {
        grid.write(".sge_request", "-A x\n#-N c\n  -N lead\n-v A=1 # c\n-b y -terse\n");
        let output = grid.bob("qsub -h true");
        let id = id_of(&output);
        assert_eq!(output.all(), format!("stdout:\n{id}\nexit 0"));
        assert_eq!(line_of(grid, id, "account"), "x");
        assert_eq!(line_of(grid, id, "job_name"), "lead");
        assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE,A=1");
    });
}

#[test]
fn errors_in_a_request_file_have_no_prefix() {
    case(|grid| {
        for (text, message, code) in [
            ("-N", "-N option must have argument", 2),
            ("-p 2000", "invalid priority \"2000\".  Must be an integer from -1023 to 1024", 7),
            ("-bogus", "invalid option argument \"-bogus\"", 2),
            ("stray", "qsub: Unknown option \n", 5),
            ("-l nosuch=1", "Unable to run job: unknown resource \"nosuch\"\nExiting.", 1),
        ] {
            grid.write(".sge_request", &format!("{text}\n"));
            assert_eq!(grid.bob("qsub -h -b y true").all(), format!("stderr:\n{message}\nexit {code}"), "{text}");
        }
    });
}

#[test]
fn an_unreadable_request_file_is_warned_of_and_passed_over() {
    case(|grid| {
        grid.write(".sge_request", "-A x\n");
        let output = grid.bob("chmod 0 .sge_request; qsub -terse -h -b y true");
        let expected = "stdout:\nwarning: error opening {dir}/.sge_request: Permission denied\n{id}\nexit 0";
        assert_eq!(grid.normal(&output.all(), id_of(&output)), expected);
    });
}

#[test]
fn a_directory_is_no_request_file() {
    case(|grid| {
        let output = grid.bob("mkdir .sge_request; qsub -h -b y true");
        let expected =
            "stderr:\nerror: fread(\"{dir}/.sge_request\") failed: Is a directory\nerror reading from file {dir}/.sge_request\nexit 4";
        assert_eq!(grid.normal(&output.all(), 0), expected);
    });
}

#[test]
fn the_request_file_is_the_working_directorys_not_the_scripts() {
    case(|grid| {
        grid.write(".sge_request", "-A above\n");
        grid.write("job.sh", "true\n");
        let output = grid.bob("mkdir sub; cd sub; qsub -h ../job.sh");
        assert_eq!(line_of(grid, id_of(&output), "account"), "sge");
    });
}

#[test]
fn help_is_not_for_files() {
    case(|grid| {
        grid.write(".sge_request", "-help\n");
        assert_eq!(grid.bob("qsub -h -b y true").stderr, "qsub: -help not allowed in this context\n");
    });
}

/// Alice's request file, gone when the case ends.
struct HomeFile<'a>(&'a Grid);

impl Drop for HomeFile<'_> {
    fn drop(&mut self) {
        self.0.root("rm -f /home/alice/.sge_request");
    }
}

#[test]
fn the_request_file_at_home_comes_before_the_working_directorys() {
    case(|grid| {
        let _guard = grid.only_alice();
        let _file = HomeFile(grid);
        // Nothing but context, so that nobody's jobs change.
        grid.root("echo '-ac HOMES=1,BOTH=home' >/home/alice/.sge_request; chmod 644 /home/alice/.sge_request");
        let submit = |before: &str| {
            let output = grid.alice(&format!("d=$(mktemp -d); cd $d; {before}; qsub -h -b y true; rm -r $d"));
            line_of(grid, id_of(&output), "context")
        };
        assert_eq!(submit("true"), "HOMES=1,BOTH=home");
        assert_eq!(submit("echo '-ac BOTH=here' >.sge_request"), "HOMES=1,BOTH=here");
        // It is the home of the password file that counts.
        assert_eq!(submit("export HOME=$d"), "HOMES=1,BOTH=home");
    });
}

// -clear

#[test]
fn clear_drops_what_stands_before_it_on_the_command_line() {
    case(|grid| {
        let output = grid.bob(&format!("qsub -h -A a -v A=1 -clear -v B=1 {LATER} -b y true"));
        let id = id_of(&output);
        assert_eq!(state(grid, id), "qw", "-h is gone too");
        assert_eq!(line_of(grid, id, "account"), "sge");
        assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE,B=1");
    });
}

#[test]
fn clear_drops_request_file_and_script_wherever_it_stands() {
    case(|grid| {
        grid.write(".sge_request", "-A request\n");
        grid.write("job.sh", "#$ -N script -v S=1\ntrue\n");
        for options in ["-clear -h", "-N line -clear -h"] {
            let id = id_of(&grid.bob(&format!("qsub {options} job.sh")));
            assert_eq!(line_of(grid, id, "account"), "sge", "{options}");
            assert_eq!(line_of(grid, id, "job_name"), "job.sh", "{options}");
            assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE", "{options}");
        }
        let id = id_of(&grid.bob("qsub -clear -N line -h job.sh"));
        assert_eq!(line_of(grid, id, "job_name"), "line");
    });
}

#[test]
fn clear_drops_files_of_options_before_it() {
    case(|grid| {
        grid.write("opts", "-A mine\n");
        let account = |options: &str| line_of(grid, id_of(&grid.bob(&format!("qsub {options} -h -b y true"))), "account");
        assert_eq!(account("-@ opts -clear"), "sge");
        assert_eq!(account("-clear -@ opts"), "mine");
    });
}

#[test]
fn clear_in_a_file_of_options_drops_the_command_line_before_it() {
    case(|grid| {
        grid.write("opts", "-A mine -clear -N fromfile\n");
        let id = id_of(&grid.bob("qsub -v A=1 -@ opts -h -b y true"));
        assert_eq!(line_of(grid, id, "account"), "sge");
        assert_eq!(line_of(grid, id, "job_name"), "fromfile");
        assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE");
    });
}

#[test]
fn clear_in_a_script_drops_request_file_and_directives_before_it_but_not_the_command_line() {
    case(|grid| {
        grid.write(".sge_request", "-A request\n");
        let output = submit_script(grid, "#$ -N script\n#$ -clear\n#$ -v S=1", "-v L=1");
        let id = id_of(&output);
        assert_eq!(line_of(grid, id, "job_name"), "job.sh");
        assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE,S=1,L=1");
        assert_eq!(line_of(grid, id, "account"), "sge");
    });
}

#[test]
fn clear_in_a_request_file_drops_its_lines_before_it_and_nothing_else() {
    case(|grid| {
        grid.write(".sge_request", "-A request -clear -v R=1\n");
        assert_eq!(account(grid, ""), "sge");
        let output = submit_script(grid, "#$ -N script -v S=1", "");
        let id = id_of(&output);
        assert_eq!(line_of(grid, id, "env_list"), "TERM=NONE,R=1,S=1");
        assert_eq!(line_of(grid, id, "job_name"), "script");
    });
}

// -C

#[test]
fn another_prefix_is_shown_and_scanned_for() {
    case(|grid| {
        grid.write("job.sh", "#SGE -N sge\n#$ -N dollar\n#PBS -N pbs\n");
        for (prefix, name, shown) in
            [("#SGE", "sge", "#SGE"), ("#PBS", "pbs", "#PBS"), ("", "job.sh", "-"), ("\"", "job.sh", "\""), ("NONE", "job.sh", "NONE")]
        {
            let id = grid.submit(&format!("-h -C '{prefix}' job.sh"));
            assert_eq!((&*line_of(grid, id, "job_name"), &*line_of(grid, id, "directive_prefix")), (name, shown), "{prefix}");
        }
        assert_eq!(line_of(grid, grid.submit("-h job.sh"), "directive_prefix"), "-");
        assert_eq!(verified(grid, "-C '#SGE'", "directive_prefix"), "#SGE");
    });
}

#[test]
fn a_prefix_that_fits_other_comments_reads_them_as_options() {
    case(|grid| {
        grid.write("job.sh", "#SGE -N sge\n#$ -N dollar\n# -N hash\n");
        let output = grid.bob("qsub -h -C '#' job.sh");
        let warning = "warning: \"-N\" option has already been set, overriding previous setting\n";
        let unknown = "qsub: Unknown option \n\n";
        // `SGE` and `$` are left over words.
        assert_eq!(output.all(), format!("stdout:\n{warning}{warning}stderr:\n{unknown}{unknown}exit 5"));
    });
}

#[test]
fn a_prefix_in_a_script_or_a_file_is_void() {
    case(|grid| {
        let script = "% -N percent\n#$ -N dollar\n";
        grid.write("job.sh", &format!("#$ -C '%'\n{script}"));
        assert_eq!(name_of(grid, ""), "dollar");
        grid.write("job.sh", script);
        grid.write("opts", "-C %\n");
        assert_eq!(name_of(grid, "-@ opts"), "dollar");
        grid.write(".sge_request", "-C %\n");
        assert_eq!(name_of(grid, ""), "dollar");
    });
}

// Surprising: the warning says the opposite, and so does the line of `qstat -j`.
#[test]
fn the_first_of_two_prefixes_is_scanned_for_and_the_last_is_shown() {
    case(|grid| {
        grid.write("job.sh", "% -N percent\n#$ -N dollar\n");
        let id = id_of(&grid.bob("qsub -h -C '%' -C '#$' job.sh"));
        assert_eq!(line_of(grid, id, "job_name"), "percent");
        assert_eq!(line_of(grid, id, "directive_prefix"), "#$");
    });
}

#[test]
fn a_hash_after_the_option_in_a_script_is_a_comment() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: -C option must have argument\nexit 2";
        assert_eq!(submit_script(grid, "#$ -C #SGE", "").all(), expected);
        assert_eq!(grid.bob("qsub -C").all(), "stderr:\nqsub: -C option must have argument\nexit 2");
    });
}
