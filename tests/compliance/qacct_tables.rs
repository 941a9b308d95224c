//! qacct's sums: what the tables look like, what is summed up, and which records are taken.

use crate::accounting::lines;
use crate::grid::{Grid, same};
use crate::known::case;

const SUMS: &str = "    WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW";

/// Several owners, queues, hosts, projects and so on.
fn file(grid: &Grid) {
    grid.write(
        "acct",
        &lines(&[
            "job_number=1",
            "job_number=2 owner=alice group=students qname=task hostname=node2.example.org project=bio department=lab account=grant granted_pe=smp slots=4 \
             ru_wallclock=3600 ru_utime=13000.25 ru_stime=1000.25 cpu=14000.5 mem=123456.789 io=77.125 iow=3.25",
            "job_number=3 owner=bob qname=task ru_wallclock=7",
            "job_number=4 task_number=1 owner=carol granted_pe=mpi slots=16 arid=5",
            "job_number=4 task_number=1 owner=carol granted_pe=mpi slots=16 arid=5 pe_taskid=1.node2",
        ]),
    );
}

fn table(grid: &Grid, options: &str, expected: &str) {
    file(grid);
    same(grid.bob(&format!("qacct -f acct {options}")).all(), format!("stdout:\n{expected}exit 0"));
}

/// The first words of the rows.
fn rows(grid: &Grid, options: &str) -> Vec<String> {
    file(grid);
    let output = grid.bob(&format!("qacct -f acct {options}"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{}", output.all());
    output.stdout.lines().skip(2).map(|row| row.split_whitespace().next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn without_options_everything_is_summed_up() {
    case(|grid| {
        let expected = format!(
            "Total System Usage\n{SUMS}\n{}\n         3787     13006.250      1001.250     14007.500         123457.189             77.925              3.250\n",
            "=".repeat(112)
        );
        table(grid, "", &expected);
    });
}

#[test]
fn owners_have_a_row_each_by_their_names() {
    case(|grid| {
        let expected = "\
OWNER     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
======================================================================================================================
alice          3600     13000.250      1000.250     14000.500         123456.789             77.125              3.250
bob              67         3.000         0.500         3.500              0.200              0.400              0.000
carol           120         3.000         0.500         3.500              0.200              0.400              0.000
";
        table(grid, "-o", expected);
    });
}

#[test]
fn u_is_the_same_as_o() {
    case(|grid| {
        file(grid);
        same(grid.bob("qacct -f acct -u").all(), grid.bob("qacct -f acct -o").all());
        same(grid.bob("qacct -f acct -u bob").all(), grid.bob("qacct -f acct -o bob").all());
    });
}

#[test]
fn one_owner_has_one_row() {
    case(|grid| {
        let expected = "\
OWNER     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
======================================================================================================================
bob              67         3.000         0.500         3.500              0.200              0.400              0.000
";
        table(grid, "-o bob", expected);
    });
}

#[test]
fn an_owner_is_no_pattern() {
    case(|grid| assert_eq!(rows(grid, "-o 'b*'"), [""; 0]));
}

#[test]
fn nothing_found_is_a_header_alone() {
    case(|grid| {
        let header =
            "PROJECT     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW";
        table(grid, "-P none", &format!("{header}\n{}\n", "=".repeat(header.len())));
    });
}

#[test]
fn an_empty_file_has_a_header_alone() {
    case(|grid| {
        grid.write("empty", "");
        same(grid.bob("qacct -f empty").all(), format!("stdout:\nTotal System Usage\n{SUMS}\n{}\nexit 0", "=".repeat(112)));
    });
}

#[test]
fn a_column_is_as_wide_as_its_longest_name() {
    case(|grid| {
        grid.write("long", &lines(&["owner=a_very_long_owner_name", "owner=bob"]));
        let expected = "stdout:
OWNER                      WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
=======================================================================================================================================
a_very_long_owner_name            60         1.500         0.250         1.750              0.100              0.200              0.000
bob                               60         1.500         0.250         1.750              0.100              0.200              0.000
exit 0";
        same(grid.bob("qacct -f long -o").all(), expected);
    });
}

#[test]
fn cluster_queues_are_summed_up_over_their_hosts() {
    case(|grid| {
        let expected = "\
CLUSTER QUEUE     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
==============================================================================================================================
all.q                   180         4.500         0.750         5.250              0.300              0.600              0.000
task                   3607     13001.750      1000.500     14002.250         123456.889             77.325              3.250
";
        table(grid, "-q", expected);
    });
}

#[test]
fn a_named_queue_is_shown_host_by_host() {
    case(|grid| {
        let expected = "\
HOST              CLUSTER QUEUE     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
================================================================================================================================================
node1             task                      7         1.500         0.250         1.750              0.100              0.200              0.000
node2.example.org task                   3600     13000.250      1000.250     14000.500         123456.789             77.125              3.250
";
        table(grid, "-q task", expected);
    });
}

#[test]
fn a_queue_may_be_a_pattern_and_have_a_host() {
    case(|grid| {
        assert_eq!(rows(grid, "-q 't*'"), ["node1", "node2.example.org"]);
        assert_eq!(rows(grid, "-q task@node1"), ["node1"]);
        assert_eq!(rows(grid, "-q '*@*.org'"), ["node2.example.org"]);
        assert_eq!(rows(grid, "-q all.q,task"), [""; 0]);
        assert_eq!(rows(grid, "-q nosuch"), [""; 0]);
    });
}

#[test]
fn hosts_have_a_row_each() {
    case(|grid| assert_eq!(rows(grid, "-h"), ["node1", "node2.example.org"]));
}

#[test]
fn a_host_is_found_whatever_its_case() {
    case(|grid| assert_eq!(rows(grid, "-h Node2.Example.org"), ["Node2.Example.org"]));
}

#[test]
fn groups_projects_departments_accounts_and_parallel_environments_have_rows() {
    case(|grid| {
        assert_eq!(rows(grid, "-g"), ["students", "tools"]);
        assert_eq!(rows(grid, "-P"), ["NONE", "bio"]);
        assert_eq!(rows(grid, "-D"), ["defaultdepartment", "lab"]);
        assert_eq!(rows(grid, "-A"), ["grant", "sge"]);
        assert_eq!(rows(grid, "-pe"), ["NONE", "mpi", "smp"]);
    });
}

#[test]
fn each_of_them_may_be_named() {
    case(|grid| {
        assert_eq!(rows(grid, "-g students"), ["students"]);
        assert_eq!(rows(grid, "-P bio"), ["bio"]);
        assert_eq!(rows(grid, "-D lab"), ["lab"]);
        assert_eq!(rows(grid, "-A grant"), ["grant"]);
        assert_eq!(rows(grid, "-pe smp"), ["smp"]);
    });
}

#[test]
fn a_group_may_be_a_number() {
    case(|grid| {
        grid.write("groups", &lines(&["group=root", "group=tools"]));
        let text = grid.bob("qacct -f groups -g 0").stdout;
        assert_eq!(text.lines().nth(2).map(|row| &row[..6]), Some("root  "), "{text}");
    });
}

#[test]
fn slots_are_numbers_in_a_column_of_their_own() {
    case(|grid| {
        let expected = "\
SLOTS     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
======================================================================================================================
    1            67         3.000         0.500         3.500              0.200              0.400              0.000
    4          3600     13000.250      1000.250     14000.500         123456.789             77.125              3.250
   16           120         3.000         0.500         3.500              0.200              0.400              0.000
";
        table(grid, "-slots", expected);
    });
}

#[test]
fn a_number_of_slots_has_a_narrower_column() {
    case(|grid| {
        let expected = "\
SLOTS    WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
=====================================================================================================================
   16          120         3.000         0.500         3.500              0.200              0.400              0.000
";
        table(grid, "-slots 16", expected);
    });
}

#[test]
fn no_slots_and_words_are_no_condition() {
    case(|grid| {
        file(grid);
        let total = grid.bob("qacct -f acct").all();
        same(grid.bob("qacct -f acct -slots 0").all(), &total);
        same(grid.bob("qacct -f acct -slots many").all(), &total);
        same(grid.bob("qacct -f acct -ar 0").all(), &total);
    });
}

#[test]
fn advance_reservations_are_rows() {
    case(|grid| {
        assert_eq!(rows(grid, "-ar"), ["0", "5"]);
        assert_eq!(rows(grid, "-ar 5"), ["5"]);
    });
}

#[test]
fn a_reservation_that_is_no_number_is_told() {
    case(|grid| {
        let output = grid.bob("qacct -ar x");
        assert_eq!((output.code, &*output.stdout), (1, ""));
        assert!(
            output.stderr.starts_with("invalid advance reservation id, must be an unsigned integer\nSGE 8.1.9\nusage: qacct "),
            "{}",
            output.stderr
        );
    });
}

#[test]
fn several_keys_make_a_row_for_each_combination() {
    case(|grid| {
        let expected = "\
HOST              CLUSTER QUEUE GROUP    OWNER PROJECT DEPARTMENT        PE   SLOTS AR    ACCOUNT     WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
{rule}
node1             all.q         tools    bob   NONE    defaultdepartment NONE     1     0 sge                60         1.500         0.250         1.750              0.100              0.200              0.000
node1             all.q         tools    carol NONE    defaultdepartment mpi     16     5 sge               120         3.000         0.500         3.500              0.200              0.400              0.000
node1             task          tools    bob   NONE    defaultdepartment NONE     1     0 sge                 7         1.500         0.250         1.750              0.100              0.200              0.000
node2.example.org task          students alice bio     lab               smp      4     0 grant            3600     13000.250      1000.250     14000.500         123456.789             77.125              3.250
";
        table(grid, "-A -ar -slots -pe -D -P -o -g -q -h", &expected.replace("{rule}", &"=".repeat(210)));
    });
}

#[test]
fn a_named_key_chooses_and_the_others_make_rows() {
    case(|grid| assert_eq!(rows(grid, "-o bob -q"), ["all.q", "task"]));
}

#[test]
fn of_a_key_said_twice_the_last_name_counts() {
    case(|grid| {
        assert_eq!(rows(grid, "-o bob -o alice"), ["alice"]);
        assert_eq!(rows(grid, "-o bob -o"), ["bob"]);
    });
}

#[test]
fn m_leaves_out_what_slave_tasks_used() {
    case(|grid| {
        file(grid);
        let text = grid.bob("qacct -f acct -m -o carol").stdout;
        assert_eq!(text.lines().nth(2).map(|row| &row[..19]), Some("carol            60"), "{text}");
    });
}

#[test]
fn sums_may_be_wider_than_their_columns() {
    case(|grid| {
        grid.write("big", &lines(&["ru_wallclock=99999999999999 ru_utime=12345678901.5 mem=1e20"]));
        let text = grid.bob("qacct -f big").stdout;
        let expected =
            "99999999999999 12345678901.500         0.250         1.750 100000000000000000000.000              0.200              0.000";
        assert_eq!(text.lines().nth(3), Some(expected));
    });
}
