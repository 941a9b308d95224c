//! `-N`: where a job's name comes from and what it may be.

use crate::grid::id_of;
use crate::known::case;

/// The name in qsub's confirmation.
fn confirmed(grid: &crate::grid::Grid, line: &str) -> String {
    let output = grid.bob(line);
    assert_eq!(output.code, 0, "{line}\n{}", output.all());
    id_of(&output);
    output.stdout.split('"').nth(1).expect("a quoted name").to_owned()
}

fn refusal(grid: &crate::grid::Grid, name: &str) -> String {
    grid.bob(&format!("qsub -h -N '{name}' -b y true")).all()
}

#[test]
fn the_name_defaults_to_the_scripts_base_name() {
    case(|grid| {
        grid.write("job.sh", "true\n");
        assert_eq!(confirmed(grid, &format!("qsub -h {}/job.sh", grid.dir())), "job.sh");
    });
}

#[test]
fn a_program_is_called_after_its_base_name() {
    case(|grid| assert_eq!(confirmed(grid, "qsub -h -b y /bin/sleep 1"), "sleep"));
}

#[test]
fn standard_input_is_called_stdin() {
    case(|grid| assert_eq!(confirmed(grid, "echo true | qsub -h"), "STDIN"));
}

#[test]
fn the_last_name_on_the_line_wins_and_a_warning_goes_to_standard_output() {
    case(|grid| {
        let output = grid.bob("qsub -h -N a -N b -b y true");
        let id = id_of(&output);
        let expected = "stdout:\nqsub: warning: \"-N\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"b\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
    });
}

#[test]
fn a_name_may_hold_punctuation() {
    case(|grid| {
        for name in ["a.b", "a-b", "a_b", "a,b", "a%b", "a[1]", ".a", "a=b", "a+b"] {
            assert_eq!(confirmed(grid, &format!("qsub -h -N '{name}' -b y true")), name);
        }
    });
}

#[test]
fn a_slash_in_a_name_is_refused_by_qsub() {
    case(|grid| {
        assert_eq!(refusal(grid, "a/b"), "stderr:\nqsub: argument to -N option must not contain / \nexit 2");
    });
}

#[test]
fn a_leading_digit_is_refused() {
    case(|grid| {
        let expected =
            "stderr:\nUnable to run job: denied: \"1abc\" is not a valid object name (cannot start with a digit)\nExiting.\nexit 1";
        assert_eq!(refusal(grid, "1abc"), expected);
    });
}

#[test]
fn a_script_whose_name_begins_with_a_digit_is_refused() {
    case(|grid| {
        grid.write("9x.sh", "true\n");
        let expected =
            "stderr:\nUnable to run job: denied: \"9x.sh\" is not a valid object name (cannot start with a digit)\nExiting.\nexit 1";
        assert_eq!(grid.bob("qsub -h 9x.sh").all(), expected);
    });
}

#[test]
fn a_script_whose_name_begins_with_a_digit_is_accepted_under_another_name() {
    case(|grid| {
        grid.write("9x.sh", "true\n");
        assert_eq!(confirmed(grid, "qsub -h -N nine 9x.sh"), "nine");
    });
}

#[test]
fn colon_at_asterisk_question_mark_and_backslash_are_refused() {
    case(|grid| {
        for (name, word) in [
            ("a:b", "Colon (':')"),
            ("a@b", "At ('@')"),
            ("a*b", "Asterisk ('*')"),
            ("a?b", "Questionmark ('?')"),
            ("a\\b", "Backslash ('\\')"),
        ] {
            let expected = format!("stderr:\nUnable to run job: {word} not allowed in objectname\nExiting.\nexit 1");
            assert_eq!(refusal(grid, name), expected);
        }
    });
}

#[test]
fn reserved_words_are_refused() {
    case(|grid| {
        for (name, word) in [("none", "NONE"), ("NONE", "NONE"), ("all", "ALL"), ("template", "TEMPLATE")] {
            let expected = format!("stderr:\nUnable to run job: Keyword (\"{word}\") not allowed as objectname\nExiting.\nexit 1");
            assert_eq!(refusal(grid, name), expected);
        }
    });
}

#[test]
fn a_long_name_is_kept_whole() {
    case(|grid| {
        let name = "n".repeat(100);
        assert_eq!(confirmed(grid, &format!("qsub -h -N {name} -b y true")), name);
    });
}
