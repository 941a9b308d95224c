//! qalter: requests for resources, queues and environments; several options in one call
//! (compat/captures/qalter-answers.txt).

use crate::grid::Grid;
use crate::known::case;

const HARD: &str = "hard resource_list";
const QUEUES: &str = "hard_queue_list";

/// Alters and expects the lines given, success, and `label` of `qstat -j` to be `value` then.
fn alters(grid: &Grid, id: u64, options: &str, lines: &[&str], label: &str, value: Option<&str>) {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(grid.answer(id, &format!("qalter {options} {{id}}")), format!("stdout:\n{lines}exit 0"));
    assert_eq!(grid.attribute(id, label).map(|text| grid.normal(&text, id)).as_deref(), value, "{options}");
}

#[test]
fn resources_replace_all_that_were_requested() {
    case(|grid| {
        let id = grid.submit("-h -l h_rt=60,h_vmem=1G -b y true");
        let line = ["modified hard resource list of job {id}"];
        alters(grid, id, "-l h_vmem=2G", &line, HARD, Some("h_vmem=2G"));
        alters(grid, id, "-l h_rt=1:0:0,h_vmem=2G", &line, HARD, Some("h_rt=3600,h_vmem=2G"));
    });
}

#[test]
fn resource_options_of_one_call_add_up() {
    case(|grid| {
        let id = grid.submit("-h -l h_rt=60 -b y true");
        let line = ["modified hard resource list of job {id}"];
        alters(grid, id, "-l h_rt=5 -l h_vmem=1G", &line, HARD, Some("h_rt=5,h_vmem=1G"));
        alters(grid, id, "-l h_rt=5,h_rt=6", &line, HARD, Some("h_rt=6"));
    });
}

#[test]
fn resources_are_stored_as_qsub_stores_them() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = ["modified hard resource list of job {id}"];
        alters(grid, id, "-l h_rt", &line, HARD, Some("h_rt=1"));
        alters(grid, id, "-l q=task", &line, HARD, Some("qname=task"));
        alters(grid, id, "-l 'h_rt=5 '", &line, HARD, Some("h_rt=5"));
        alters(grid, id, "-l h=$(hostname)", &line, HARD, Some("hostname={host}"));
    });
}

#[test]
fn an_empty_list_takes_all_resources_away_and_leaves_a_line_without_a_value() {
    case(|grid| {
        let id = grid.submit("-h -l h_rt=60 -b y true");
        let line = ["modified hard resource list of job {id}"];
        alters(grid, id, "-l ''", &line, HARD, Some(""));
        alters(grid, id, "-l h_rt=5", &line, HARD, Some("h_rt=5"));
        alters(grid, id, "-l ,", &line, HARD, Some(""));
        let detail = grid.bob(&format!("qstat -j {id}")).stdout;
        assert!(detail.contains("\nhard resource_list:         \n"), "{detail}");
    });
}

#[test]
fn soft_requests_stand_beside_the_hard_ones() {
    case(|grid| {
        let id = grid.submit("-h -l h_rt=60 -b y true");
        alters(grid, id, "-soft -l h_rt=7", &["modified soft resource list of job {id}"], HARD, Some("h_rt=60"));
        assert_eq!(grid.attribute(id, "soft resource_list").as_deref(), Some("h_rt=7"));
        let lines =
            ["modified hard resource list of job {id}", "modified soft resource list of job {id}", "modified soft queue list of job {id}"];
        alters(grid, id, "-hard -l h_rt=5 -soft -l h_rt=6 -q task", &lines, HARD, Some("h_rt=5"));
        assert_eq!(grid.attribute(id, "soft resource_list").as_deref(), Some("h_rt=6"));
        assert_eq!(grid.attribute(id, "soft_queue_list").as_deref(), Some("task"));
    });
}

#[test]
fn hard_and_soft_alone_change_nothing() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert_eq!(grid.answer(id, "qalter -soft {id}"), "exit 0");
        assert_eq!(grid.answer(id, "qalter -hard {id}"), "exit 0");
    });
}

#[test]
fn queues_replace_those_requested_before() {
    case(|grid| {
        let id = grid.submit("-h -q task -b y true");
        let line = ["modified hard queue list of job {id}"];
        alters(grid, id, "-q continuous", &line, QUEUES, Some("continuous"));
        alters(grid, id, "-q task,all.q", &line, QUEUES, Some("task,all.q"));
        alters(grid, id, "-q all.q -q task", &line, QUEUES, Some("all.q,task"));
    });
}

#[test]
fn queues_may_be_patterns() {
    case(|grid| {
        let id = grid.submit("-h -q task -b y true");
        let line = ["modified hard queue list of job {id}"];
        for pattern in ["*", "task@*", "task|all.q", "!task"] {
            alters(grid, id, &format!("-q '{pattern}'"), &line, QUEUES, Some(pattern));
        }
    });
}

#[test]
fn hard_and_soft_queues_in_one_call() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let lines = ["modified hard queue list of job {id}", "modified soft queue list of job {id}"];
        alters(grid, id, "-soft -q all.q -hard -q task", &lines, QUEUES, Some("task"));
        assert_eq!(grid.attribute(id, "soft_queue_list").as_deref(), Some("all.q"));
    });
}

#[test]
fn the_master_queues() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let line = ["modified master hard queue list of job {id}"];
        alters(grid, id, "-masterq task", &line, "master hard queue_list", Some("task"));
        alters(grid, id, "-masterq 'all.q,t*'", &line, "master hard queue_list", Some("all.q,t*"));
    });
}

#[test]
fn a_job_runs_in_the_queue_it_was_altered_to() {
    case(|grid| {
        let id = grid.submit("-N sentence -h -q task -cwd -j y -o out -b y 'echo $QUEUE'");
        grid.bob(&format!("qalter -q continuous {id}; qrls {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "continuous\n");
    });
}

#[test]
fn the_parallel_environment_and_its_slots_are_two_lines() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let lines = ["modified parallel environment of job {id}", "modified slot range of job {id}"];
        for (given, shown) in [
            ("smp 2", "smp range: 2"),
            ("smp 2-4", "smp range: 2-4"),
            ("smp 4-2", "smp range: 2-4"),
            ("smp -4", "smp range: 1-4"),
            ("smp 2-", "smp range: 2-9999999"),
            ("smp 1,2,4", "smp range: 1,2,4"),
            ("'s*' 2", "s* range: 2"),
        ] {
            alters(grid, id, &format!("-pe {given}"), &lines, "parallel environment", Some(shown));
        }
        assert_eq!(grid.rows(id)[0].get(98..102), Some("   2"), "the slots of the table follow");
    });
}

#[test]
fn a_job_runs_with_the_slots_it_was_altered_to() {
    case(|grid| {
        let id = grid.submit("-N sentence -h -cwd -j y -o out -b y 'echo $NSLOTS $PE'");
        grid.bob(&format!("qalter -pe smp 2 {id}; qrls {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "2 smp\n");
    });
}

#[test]
fn the_answers_come_in_an_order_of_their_own() {
    case(|grid| {
        let id = grid.submit("-a 203601010000 -b y true");
        let options = "-ac K=1 -soft -l h_vmem=1G -hold_jid nosuch -hard -l h_rt=8 -a 203701010000 -wd /tmp -v Z=1 -S /bin/sh -notify -R y \
                       -r y -M m@n -m b -i ii -e ee -o oo -j y -js 4 -binding linear:1 -q all.q -masterq task -pe smp 2 -N x9 -A ac -p -21";
        let lines = "\
bob@{host} sets scheduling priority of job {id} to -21
bob@{host} sets job share of job {id} to 4
modified start time of job {id}
modified account of job {id}
modified working directory of job {id}
modified stderr path list of job {id}
modified stdin path list of job {id}
modified reservation behaviour of job {id}
modified output merge behaviour of job {id}
modified hard resource list of job {id}
modified soft resource list of job {id}
modified mail options of job {id}
modified mail list of job {id}
modified job name of job {id}
modified job id hold list of job {id}
   blocking jobs: NONE
   exited jobs:   NONE
modified notify behaviour of job {id}
modified stdout path list of job {id}
modified parallel environment of job {id}
modified slot range of job {id}
modified binding of job {id}
modified hard queue list of job {id}
modified master hard queue list of job {id}
modified restart behaviour of job {id}
modified shell list of job {id}
modified environment of job {id}
modified context of job {id}
";
        crate::grid::same(grid.answer(id, &format!("qalter {options} {{id}}")), format!("stdout:\n{lines}exit 0"));
    });
}

#[test]
fn a_hold_comes_before_everything_else() {
    case(|grid| {
        let id = grid.submit("-h -a 203601010000 -b y true");
        let expected = "stdout:\nmodified hold of job {id}\nbob@{host} sets scheduling priority of job {id} to -5\n\
                        modified hard resource list of job {id}\nmodified job name of job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qalter -N z -l h_rt=5 -h U -p -5 {id}"), expected);
    });
}

#[test]
fn a_hold_and_predecessors_do_not_go_into_one_call() {
    case(|grid| {
        let id = grid.submit("-h -a 203601010000 -b y true");
        let expected = "stdout:\nmodified hold of job {id}\nThe specified option works only on jobs ({id})\nexit 1";
        assert_eq!(grid.answer(id, "qalter -hold_jid 9999999 -h U {id}"), expected);
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn an_option_given_twice_is_warned_of_on_standard_output() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\nqalter: warning: \"-N\" option has already been set, overriding previous setting\n\
                        modified job name of job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qalter -N a -N b {id}"), expected);
        assert_eq!(grid.attribute(id, "job_name").as_deref(), Some("b"));
    });
}

#[test]
fn the_last_priority_counts_without_a_warning() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\nbob@{host} sets scheduling priority of job {id} to -20\nexit 0";
        assert_eq!(grid.answer(id, "qalter -p -5 -p -20 {id}"), expected);
    });
}

#[test]
fn options_may_follow_the_job() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\nbob@{host} sets scheduling priority of job {id} to -8\nmodified job name of job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qalter -p -8 {id} -N late"), expected);
    });
}

#[test]
fn options_may_come_from_a_file() {
    case(|grid| {
        grid.write("opts", "-N fromfile\n-p -3\n");
        let id = grid.submit("-h -b y true");
        let expected = "stdout:\nbob@{host} sets scheduling priority of job {id} to -3\nmodified job name of job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qalter -@ opts {id}"), expected);
        assert_eq!(grid.answer(id, "qalter {id} -@ opts"), expected);
        assert_eq!(grid.answer(id, "qalter -p -4 -@ opts {id}"), expected, "the later one counts");
        let expected = "stdout:\nbob@{host} sets scheduling priority of job {id} to -5\nmodified job name of job {id}\nexit 0";
        assert_eq!(grid.answer(id, "qalter -@ opts -p -5 {id}"), expected);
    });
}

#[test]
fn the_request_files_are_not_read() {
    case(|grid| {
        grid.write(".sge_request", "-p -30\n");
        let id = grid.submit("-clear -h -b y true");
        assert_eq!(grid.answer(id, "qalter -N other {id}"), "stdout:\nmodified job name of job {id}\nexit 0");
    });
}
