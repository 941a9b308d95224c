//! Where a job's program comes from: a script file, standard input, or a program with `-b y`.

use crate::known::case;

#[test]
fn a_script_gets_its_arguments_as_separate_words() {
    case(|grid| {
        grid.write("job.sh", "echo \"$#\" \"[$1]\" \"[$2]\"\n");
        let id = grid.run("-cwd job.sh a 'b c'");
        assert_eq!(grid.read(&format!("job.sh.o{id}")), "2 [a] [b c]\n");
    });
}

#[test]
fn everything_after_the_script_is_an_argument() {
    case(|grid| {
        grid.write("job.sh", "echo \"$@\"\n");
        let id = grid.run("-cwd job.sh -N other -l h_rt=1");
        assert_eq!(grid.read(&format!("job.sh.o{id}")), "-N other -l h_rt=1\n");
    });
}

#[test]
fn a_script_is_read_from_standard_input() {
    case(|grid| {
        let output = grid.bob("echo 'echo from input' | qsub -cwd -N piped");
        let id = crate::grid::id_of(&output);
        grid.wait_until_gone(id);
        assert_eq!(grid.read(&format!("piped.o{id}")), "from input\n");
    });
}

#[test]
fn a_here_document_is_a_script_with_directives() {
    case(|grid| {
        let output = grid.bob("qsub <<'END'\n#$ -N heredoc\n#$ -cwd\necho \"$JOB_NAME\"\nEND\n");
        let id = crate::grid::id_of(&output);
        grid.wait_until_gone(id);
        assert_eq!(grid.read(&format!("heredoc.o{id}")), "heredoc\n");
    });
}

#[test]
fn what_follows_two_dashes_are_arguments_of_standard_input() {
    case(|grid| {
        let output = grid.bob("echo 'echo \"$@\"' | qsub -cwd -N dashes -- a b");
        let id = crate::grid::id_of(&output);
        grid.wait_until_gone(id);
        assert_eq!(grid.read(&format!("dashes.o{id}")), "a b\n");
    });
}

#[test]
fn the_script_is_copied_at_submission() {
    case(|grid| {
        grid.write("job.sh", "echo before\n");
        let id = grid.submit("-cwd -h job.sh");
        grid.write("job.sh", "echo after\n");
        grid.bob(&format!("qrls {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read(&format!("job.sh.o{id}")), "before\n");
    });
}

#[test]
fn the_script_need_not_be_executable_and_its_first_line_is_ignored() {
    case(|grid| {
        grid.write("job.sh", "#!/bin/false\n[ -n \"$BASH_VERSION\" ] && echo bash\n");
        let id = grid.run("-cwd job.sh");
        assert_eq!(grid.read(&format!("job.sh.o{id}")), "bash\n");
    });
}

#[test]
fn the_shell_option_chooses_the_interpreter() {
    case(|grid| {
        grid.write("job.pl", "print 1 + 1, \"\\n\";\n");
        let id = grid.run("-cwd -S /usr/bin/perl job.pl");
        assert_eq!(grid.read(&format!("job.pl.o{id}")), "2\n");
    });
}

#[test]
fn a_program_is_run_by_a_shell_that_reads_its_words_again() {
    case(|grid| {
        let id = grid.run("-cwd -b y -N prog echo 'a   b' '$NSLOTS' 'c;echo' d");
        assert_eq!(grid.read(&format!("prog.o{id}")), "a b 1 c\nd\n");
    });
}

#[test]
fn a_quoted_sentence_is_a_program() {
    case(|grid| {
        let id = grid.run("-cwd -b y -N sentence 'A=1; echo $A | sed s/1/one/'");
        assert_eq!(grid.read(&format!("sentence.o{id}")), "one\n");
    });
}

#[test]
fn without_a_shell_the_words_are_passed_exactly() {
    case(|grid| {
        let id = grid.run("-cwd -b y -shell n -N exact /usr/bin/printf '[%s]' 'a   b' '$NSLOTS' 'c;d'");
        assert_eq!(grid.read(&format!("exact.o{id}")), "[a   b][$NSLOTS][c;d]");
    });
}

#[test]
fn the_inner_exit_status_of_a_shell_given_as_words_is_lost() {
    case(|grid| {
        let output = grid.bob("qsub -sync y -cwd -b y sh -c 'exit 3'");
        assert_eq!(output.code, 0, "{}", output.all());
    });
}

#[test]
fn a_program_is_not_searched_for_directives() {
    case(|grid| {
        grid.write("job.sh", "#!/bin/sh\n#$ -N other\ntrue\n");
        let output = grid.bob("chmod +x job.sh; qsub -h -b y ./job.sh");
        assert!(output.stdout.contains("(\"job.sh\")"), "{}", output.all());
    });
}

#[test]
fn a_program_needs_the_binary_switch() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: error opening nosuch.py: No such file or directory\nexit 14";
        assert_eq!(grid.bob("qsub nosuch.py -x").all(), expected);
    });
}

#[test]
fn a_script_with_crlf_line_ends_keeps_its_directives() {
    case(|grid| {
        grid.write("job.sh", "#$ -N crlf\r\n#$ -h\r\ntrue\r\n");
        let output = grid.bob("qsub job.sh");
        assert!(output.stdout.contains("(\"crlf\")"), "{}", output.all());
    });
}
