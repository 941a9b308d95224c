//! How qstat's words are read, what is said of wrong ones, `-explain`, and the file of default options.

use crate::grid::Grid;
use crate::known::case;
use crate::listing::shown;

/// The exit code, whether the usage came first, and the lines of complaint.
fn told(grid: &Grid, words: &str) -> (i32, bool, String) {
    let output = grid.bob(&format!("qstat {words}"));
    assert_eq!(output.stdout, "", "{words}");
    let has_usage = output.stderr.starts_with("SGE 8.1.9\nusage: qstat [options]\n");
    // The usage ends with a line that begins with a blank, or names a kind of list.
    let is_complaint = |line: &&str| {
        ["error: ", "ERROR! ", "invalid option ", "unknown queue ", "wrong character ", "-"].iter().any(|begin| line.starts_with(begin))
    };
    let lines: Vec<&str> = output.stderr.lines().filter(is_complaint).collect();
    (output.code, has_usage, lines.join("\n"))
}

#[test]
fn words_that_are_no_options_are_told_after_the_usage() {
    case(|grid| {
        for (words, line) in [("dora", "dora"), ("-f x", "x"), ("-cb", "-cb"), ("--", "--"), ("-xml y", "y"), ("-r 17", "17"), ("''", "")] {
            assert_eq!(told(grid, words), (1, true, format!("invalid option argument \"{line}\"")), "{words}");
        }
        assert_eq!(told(grid, "-sdv -help"), (1, true, "invalid option argument \"-sdv\"".into()));
    });
}

#[test]
fn missing_arguments_are_told_alone() {
    case(|grid| {
        for option in ["-s", "-u", "-U", "-q", "-l", "-pe", "-qs", "-g", "-explain"] {
            assert_eq!(told(grid, option), (1, false, format!("{option} option must have argument")), "{option}");
            assert_eq!(told(grid, &format!("{option} -f")), (1, false, format!("{option} option must have argument")), "{option}");
        }
        assert_eq!(told(grid, "-s -bogus"), (1, true, "-s option must have argument\ninvalid option argument \"-bogus\"".into()));
        assert_eq!(told(grid, "-s ''"), (1, true, "-s option must have argument\ninvalid option argument \"\"".into()));
    });
}

#[test]
fn an_unknown_option_is_told_before_a_bad_value() {
    case(|grid| {
        for words in ["-s x -bogus", "-bogus -s x", "-g x -bogus", "-qs x -bogus"] {
            assert_eq!(told(grid, words), (1, true, "invalid option argument \"-bogus\"".into()), "{words}");
        }
    });
}

#[test]
fn states_of_jobs_are_looked_at_before_those_of_queues() {
    case(|grid| {
        let wrong = || (1, true, "ERROR! wrong argument to -s option".to_string());
        for words in ["-s x", "-qs x -s x", "-s x -g x", "-pe nosuch -s x", "-j -s x", "-s p x"] {
            assert_eq!(told(grid, words), wrong(), "{words}");
        }
    });
}

#[test]
fn an_unknown_state_of_queues_is_told_twice() {
    case(|grid| {
        let line = |odd: &str, word: &str| format!("unknown queue state: {odd} found in string: {word}");
        let twice = |odd: &str, word: &str| format!("error: {0}\n{0}", line(odd, word));
        let (x, y) = (line("x", "x"), line("y", "y"));
        for (words, expected) in [
            ("-qs x", twice("x", "x")),
            ("-qs a,d", twice(",", "a,d")),
            ("-qs a x", twice("x", "x")),
            ("-explain x", twice("x", "x")),
            ("-explain d", twice("d", "d")),
            ("-explain x -qs y", format!("error: {x}\nerror: {y}\n{x}\n{y}")),
            ("-qs y -explain x", format!("error: {x}\nerror: {y}\n{x}\n{y}")),
            ("-g z -qs x", format!("{}\nwrong character 'z' for -g option", twice("x", "x"))),
        ] {
            assert_eq!(told(grid, words), (1, false, expected), "{words}");
        }
    });
}

#[test]
fn groups_are_letters_and_commas() {
    case(|grid| {
        assert_eq!(told(grid, "-g x"), (1, false, "wrong character 'x' for -g option".into()));
        assert_eq!(told(grid, "-pe nosuch -g x"), (1, false, "wrong character 'x' for -g option".into()));
        let id = grid.submit("-h -t 1-2 -b y true");
        for words in ["-g d", "-g d,t", "-g d t", "-g dt", "-g d -g t"] {
            assert_eq!(shown(&grid.bob(&format!("qstat {words}")).stdout, &[id]), [1, 1], "{words}");
        }
    });
}

#[test]
fn help_wins_over_bad_values() {
    case(|grid| {
        for words in ["-help", "-s x -help", "-j 5 -help", "-help -f"] {
            let output = grid.bob(&format!("qstat {words}"));
            assert_eq!((output.code, &*output.stderr), (0, ""), "{words}");
            assert!(output.stdout.starts_with("SGE 8.1.9\nusage: qstat [options]\n"), "{words}");
        }
        assert_eq!(told(grid, "-u -help"), (1, false, "-u option must have argument".into()));
    });
}

#[test]
fn explaining_is_a_full_list() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        for words in ["-explain a", "-explain acAE", "-explain a E", "-explain aa -explain c", "-explain E -f"] {
            let text = grid.bob(&format!("qstat {words}")).stdout;
            assert!(text.starts_with("queuename  ") && text.contains("\ntask@"), "{words}: {text}");
            assert_eq!(shown(&text, &[id]), [1], "{words}");
        }
    });
}

#[test]
fn said_again_is_said_once() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        for words in ["-ext -ext", "-f -f", "-r -r", "-u bob -u bob", "-xml -xml"] {
            assert_eq!(grid.bob(&format!("qstat {words}")).code, 0, "{words}");
        }
        assert_eq!(shown(&grid.bob("qstat -u bob -u bob,bob").stdout, &[id]), [1]);
    });
}

#[test]
fn a_file_in_the_home_has_defaults_that_the_command_line_replaces() {
    case(|grid| {
        let _guard = grid.only_alice();
        let id = crate::grid::id_of(&grid.alice("qsub -h -N mine -o /dev/null -e /dev/null -b y true"));
        let of = |file: &str, words: &str| {
            let line = format!("printf '%s\\n' {file} >/home/alice/.sge_qstat; qstat {words}; rm -f /home/alice/.sge_qstat");
            let output = grid.alice(&line);
            (shown(&output.stdout, &[id]), output.stderr.lines().last().unwrap_or("").to_string())
        };
        let none = || (vec![], String::new());
        let shown = || (vec![1], String::new());
        assert_eq!(of("'-s r'", ""), none());
        assert_eq!(of("'-s r'", "-s p"), shown());
        assert_eq!(of("'# a comment' '-u nosuch # another'", ""), none());
        assert_eq!(of("'-u nosuch'", "-u alice"), shown());
        assert_eq!(of("'-s' r", ""), none());
        // No shell reads it: quotes stay.
        assert_eq!(of("\"-u 'alice'\"", ""), none());
        assert_eq!(of("x", "").1, "invalid option argument \"x\"");
    });
}
