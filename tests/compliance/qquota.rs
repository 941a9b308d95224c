//! qquota where there is no resource quota set. What it shows of sets is replayed from recordings (tests/recorded.rs).

use crate::grid::same;
use crate::known::case;

const EMPTY: &str = "stdout:\n<?xml version='1.0'?>\n<qquota_result xmlns=\"http://arc.liv.ac.uk/repos/darcs/sge/source/source/dist/util/\
                     resources/schemas/qquota/qquota.xsd\">\n</qquota_result>\nexit 0";

#[test]
fn without_quotas_nothing_is_printed() {
    case(|grid| {
        for options in
            ["", "-u '*'", "-u bob,alice carol", "-q task", "-h nosuch", "-P x", "-pe smp", "-l slots=3", "-l nosuch", "-u", "-q"]
        {
            same(grid.bob(&format!("qquota {options}")).all(), "exit 0");
        }
    });
}

#[test]
fn the_document_without_quotas_is_empty() {
    case(|grid| {
        same(grid.bob("qquota -xml").all(), EMPTY);
        same(grid.bob("qquota -u -xml").all(), EMPTY);
    });
}

#[test]
fn a_wrong_word_brings_the_usage_and_the_complaint() {
    case(|grid| {
        for (line, word) in [("foo", "foo"), ("-nosuch", "-nosuch"), ("-help x", "x"), ("''", ""), ("-xml foo bar", "foo")] {
            let output = grid.bob(&format!("qquota {line}"));
            assert_eq!((output.code, output.stdout.as_str()), (1, ""));
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qquota [options]\n"), "{}", output.stderr);
            assert!(output.stderr.ends_with(&format!("\nerror: invalid option argument \"{word}\"\n")), "{}", output.stderr);
        }
    });
}

#[test]
fn help_is_printed_where_every_word_is_known() {
    case(|grid| {
        let output = grid.bob("qquota -help -xml");
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        assert!(output.stdout.starts_with("SGE 8.1.9\nusage: qquota [options]\n"));
    });
}

#[test]
fn a_list_of_resources_that_is_missing_is_complained_of_without_failing() {
    case(|grid| same(grid.bob("qquota -l").all(), "stderr:\nerror: Invalid sge_strtok_r call, last is NULL\nexit 0"));
}
