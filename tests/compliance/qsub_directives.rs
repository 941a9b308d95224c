//! `#$` lines: which count, how they are read, and who wins against the command line.

use crate::grid::{Grid, id_of};
use crate::known::case;

/// The name a held submission of this script is confirmed under.
fn name_of(grid: &Grid, script: &str, options: &str) -> String {
    grid.write("job.sh", script);
    let output = grid.bob(&format!("qsub -h {options} job.sh"));
    assert_eq!(output.code, 0, "{script:?}\n{}", output.all());
    id_of(&output);
    output.stdout.split('"').nth(1).expect("a quoted name").to_owned()
}

/// A line of `qstat -j` after a held submission of this script.
fn detail(grid: &Grid, script: &str, options: &str, label: &str) -> String {
    grid.write("job.sh", script);
    let id = grid.submit(&format!("-h {options} job.sh"));
    let text = grid.bob(&format!("qstat -j {id}")).stdout;
    let value = text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(':'));
    value.unwrap_or("").trim().to_owned()
}

#[test]
fn a_directive_counts_anywhere_in_the_script() {
    case(|grid| {
        assert_eq!(name_of(grid, "#$ -N top\n#!/bin/sh\ntrue\n", ""), "top");
        assert_eq!(name_of(grid, "#!/bin/sh\ntrue\n# note\n#$ -N late\n", ""), "late");
    });
}

#[test]
fn no_blank_is_needed_after_the_prefix() {
    case(|grid| assert_eq!(name_of(grid, "#$-N tight\n", ""), "tight"));
}

#[test]
fn lines_that_only_look_like_directives_do_not_count() {
    case(|grid| {
        for line in ["##$ -N x", "# $ -N x", "# #$ -N x", "  #$ -N x", "#S -N x", "# -N x"] {
            assert_eq!(name_of(grid, &format!("{line}\ntrue\n"), ""), "job.sh", "{line}");
        }
    });
}

#[test]
fn a_hash_begins_a_comment_blank_before_it_or_not() {
    case(|grid| {
        assert_eq!(name_of(grid, "#$ -N a    # why\n", ""), "a");
        assert_eq!(name_of(grid, "#$ -N n#c\n", ""), "n");
    });
}

#[test]
fn quotes_are_taken_off() {
    case(|grid| {
        assert_eq!(name_of(grid, "#$ -N 'single'\n", ""), "single");
        assert_eq!(name_of(grid, "#$ -N \"double\"\n", ""), "double");
    });
}

#[test]
fn blanks_inside_quotes_are_kept() {
    case(|grid| assert_eq!(detail(grid, "#$ -v 'A=x y'\n", "", "env_list"), "TERM=NONE,A=x y"));
}

#[test]
fn many_options_may_stand_on_one_line() {
    case(|grid| {
        let script = "#$ -N many -j y -o log -l h_rt=60\n#$ \ntrue\n";
        assert_eq!(detail(grid, script, "", "stdout_path_list"), "NONE:NONE:log");
        assert_eq!(detail(grid, script, "", "merge"), "y");
        assert_eq!(detail(grid, script, "", "job_name"), "many");
    });
}

#[test]
fn a_left_over_word_is_refused() {
    case(|grid| {
        for line in ["#$ -N a b", "#$ -S /usr/bin/env python"] {
            grid.write("job.sh", &format!("{line}\ntrue\n"));
            assert_eq!(grid.bob("qsub job.sh").all(), "stderr:\nqsub: Unknown option \n\nexit 5", "{line}");
        }
    });
}

#[test]
fn every_left_over_word_is_complained_about() {
    case(|grid| {
        grid.write("job.sh", "#$ \u{2013}l h_rt=1\ntrue\n");
        assert_eq!(grid.bob("qsub job.sh").all(), "stderr:\nqsub: Unknown option \n\nqsub: Unknown option \n\nexit 5");
    });
}

#[test]
fn an_unknown_option_in_a_script_is_refused() {
    case(|grid| {
        grid.write("job.sh", "#$ -nosuch\ntrue\n");
        assert_eq!(
            grid.bob("qsub job.sh").all(),
            "stderr:\nUnable to read script file because of error: invalid option argument \"-nosuch\"\nexit 2"
        );
    });
}

#[test]
fn the_command_line_beats_the_script() {
    case(|grid| assert_eq!(name_of(grid, "#$ -N script\n", "-N line"), "line"));
}

#[test]
fn the_last_of_two_directives_wins_with_a_warning() {
    case(|grid| {
        grid.write("job.sh", "#$ -N a\n#$ -N b\n");
        let output = grid.bob("qsub -h job.sh");
        let id = id_of(&output);
        let expected = "stdout:\nwarning: \"-N\" option has already been set, overriding previous setting\n\
                        Your job {id} (\"b\") has been submitted\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
    });
}

#[test]
fn resources_of_script_and_command_line_are_merged_by_name() {
    case(|grid| {
        let script = "#$ -l h_vmem=1G,h_rt=60\n";
        assert_eq!(detail(grid, script, "-l h_vmem=4G", "hard resource_list"), "h_rt=60,h_vmem=4G");
    });
}

#[test]
fn the_queue_of_the_command_line_replaces_the_scripts() {
    case(|grid| assert_eq!(detail(grid, "#$ -q task\n", "-q all.q", "hard_queue_list"), "all.q"));
}

#[test]
fn predecessors_of_script_and_command_line_add_up() {
    case(|grid| assert_eq!(detail(grid, "#$ -hold_jid nosuch1\n", "-hold_jid nosuch2", "jid_predecessor_list (req)"), "nosuch1,nosuch2"));
}

#[test]
fn mail_options_of_script_and_command_line_add_up() {
    case(|grid| assert_eq!(detail(grid, "#$ -m b\n", "-m e", "mail_options"), "be"));
}

#[test]
fn soft_ends_with_its_line() {
    case(|grid| {
        let script = "#$ -soft -l h_rt=5\n#$ -l s_rt=4\n";
        assert_eq!(detail(grid, script, "", "hard resource_list"), "s_rt=4");
        assert_eq!(detail(grid, script, "", "soft resource_list"), "h_rt=5");
    });
}

#[test]
fn another_prefix_may_be_chosen_or_none() {
    case(|grid| {
        let script = "#$ -N dollar\n#SGE -N other\n";
        assert_eq!(name_of(grid, script, "-C '#SGE'"), "other");
        assert_eq!(name_of(grid, script, "-C ''"), "job.sh");
    });
}

#[test]
fn clear_makes_the_scripts_directives_void() {
    case(|grid| {
        grid.write("job.sh", "#$ -N script\nsleep 1\n");
        let output = grid.bob("qsub -clear -h job.sh");
        id_of(&output);
        assert!(output.stdout.contains("(\"job.sh\")"), "{}", output.all());
    });
}
