//! `-q`, and queues and hosts asked for as resources: lists, patterns, instances, and what is unknown.

use crate::grid::{Grid, exec_host, same};
use crate::known::case;
use crate::submission::{line_of, refused, rejected, stored, stored_from_script, submit_script, verified};

fn unknown(queue: &str) -> String {
    format!("Job was rejected because job requests unknown queue \"{queue}\"")
}

/// The queue a job with these options runs in.
fn ran_in(grid: &Grid, options: &str) -> String {
    grid.bob("rm -f out");
    grid.run(&format!("{options} -cwd -j y -o out -N sentence -b y 'echo $QUEUE'"));
    grid.read("out").trim_end().to_owned()
}

#[test]
fn a_list_is_kept_as_given() {
    case(|grid| {
        for (given, shown) in [("task,all.q", "task,all.q"), ("task,task", "task,task"), ("task,", "task"), (",task", "task")] {
            assert_eq!(stored(grid, &format!("-q {given}"), "hard_queue_list"), shown);
        }
        assert_eq!(stored(grid, "-q task -q task", "hard_queue_list"), "task,task");
    });
}

#[test]
fn patterns_are_kept_as_given() {
    case(|grid| {
        for pattern in ["ta*", "t?sk", "[ta]*", "*", "task|all.q", "(task|all.q)", "!task", "!(task|all.q)", "task&ta*", "*&!task", "*@*"] {
            assert_eq!(stored(grid, &format!("-q '{pattern}'"), "hard_queue_list"), pattern);
        }
    });
}

#[test]
fn a_queue_may_be_one_of_a_host_or_a_host_group() {
    case(|grid| {
        let host = exec_host();
        let pattern = format!("task@{}*", &host[..1]);
        assert_eq!(stored(grid, &format!("-q '{pattern}'"), "hard_queue_list"), pattern);
        for (given, shown) in [
            (format!("task@{host}"), "task@{host}"),
            (format!("*@{host}"), "*@{host}"),
            ("task@@allhosts".into(), "task@@allhosts"),
            ("*@@allhosts".into(), "*@@allhosts"),
            ("*@@all*".into(), "*@@all*"),
        ] {
            assert_eq!(stored(grid, &format!("-q '{given}'"), "hard_queue_list"), shown);
        }
    });
}

#[test]
fn a_hosts_other_names_become_its_own() {
    case(|grid| {
        assert_eq!(stored(grid, "-q task@localhost", "hard_queue_list"), "task@{host}");
        assert_eq!(stored(grid, "-q task@127.0.0.1", "hard_queue_list"), "task@{host}");
    });
}

#[test]
fn what_fits_no_queue_is_an_unknown_queue() {
    case(|grid| {
        for queue in
            ["all", "TASK", "1x", "-h", "task all.q", "@allhosts", "@@allhosts", "task@nosuch", "task@no*", "task@@nosuch", "*@@no*"]
        {
            rejected(grid, &format!("-q '{queue}'"), &unknown(queue));
        }
    });
}

#[test]
fn every_unknown_queue_of_a_list_has_a_line() {
    case(|grid| {
        rejected(grid, "-q nosuch,other", &format!("{}\n{}", unknown("nosuch"), unknown("other")));
        rejected(grid, "-q task,nosuch", &unknown("nosuch"));
        rejected(grid, "-q nosuch,task", &unknown("nosuch"));
        rejected(grid, "-soft -q nosuch", &unknown("nosuch"));
    });
}

#[test]
fn the_word_none_is_an_unknown_queue_without_a_name() {
    case(|grid| {
        rejected(grid, "-q NONE", &unknown(""));
        rejected(grid, "-q none", &unknown(""));
    });
}

#[test]
fn a_queue_without_a_host_behind_its_at_has_a_line_more() {
    case(|grid| {
        let first = "No cluster queue or queue instance matches the phrase \"task@\"";
        rejected(grid, "-q task@", &format!("{first}\n{}", unknown("task@")));
    });
}

#[test]
fn an_empty_list_is_refused() {
    case(|grid| refused(grid, "-q ''", 7, "qsub: Wrong queue list format \"\" specified to -q option"));
}

#[test]
fn a_missing_list_in_a_script_makes_the_script_unreadable() {
    case(|grid| {
        let expected = "stderr:\nUnable to read script file because of error: -q option must have queue list argument\nexit 2";
        assert_eq!(submit_script(grid, "#$ -q", "").all(), expected);
    });
}

#[test]
fn hard_and_soft_queues_have_a_line_each() {
    case(|grid| {
        let id = grid.submit("-h -q all.q -soft -q task -q continuous -b y true");
        assert_eq!(line_of(grid, id, "hard_queue_list"), "all.q");
        assert_eq!(line_of(grid, id, "soft_queue_list"), "task,continuous");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        assert!(text.contains("\nhard_queue_list:            all.q\nsoft_queue_list:            task,continuous\n"), "{text}");
    });
}

#[test]
fn hard_and_soft_hold_until_the_other_is_said() {
    case(|grid| {
        for (options, hard, soft) in [
            ("-soft -q task -hard -q all.q", "all.q", "task"),
            ("-soft -q task -soft -q all.q", "-", "task,all.q"),
            ("-soft -hard -q task", "task", "-"),
            ("-hard -q task", "task", "-"),
            ("-q task -soft", "task", "-"),
        ] {
            let id = grid.submit(&format!("-h {options} -b y true"));
            assert_eq!((&*line_of(grid, id, "hard_queue_list"), &*line_of(grid, id, "soft_queue_list")), (hard, soft), "{options}");
        }
    });
}

#[test]
fn the_scripts_queues_add_up() {
    case(|grid| assert_eq!(stored_from_script(grid, "#$ -q task\n#$ -q all.q", "", "hard_queue_list"), "task,all.q"));
}

// Hard or soft: one -q on the command line makes both of the script's lists void.
#[test]
fn a_queue_on_the_command_line_replaces_hard_and_soft_queues_of_the_script() {
    case(|grid| {
        for (script, options, hard, soft) in [
            ("#$ -q task", "-q all.q", "all.q", "-"),
            ("#$ -q task", "-soft -q all.q", "-", "all.q"),
            ("#$ -soft -q task", "-q all.q", "all.q", "-"),
            ("#$ -soft -q task", "-soft -q all.q", "-", "all.q"),
            ("#$ -q nosuch", "-q task", "task", "-"),
        ] {
            let output = submit_script(grid, script, options);
            let id = crate::grid::id_of(&output);
            assert_eq!(
                (&*line_of(grid, id, "hard_queue_list"), &*line_of(grid, id, "soft_queue_list")),
                (hard, soft),
                "{script} {options}"
            );
        }
    });
}

#[test]
fn queues_of_the_request_file_are_replaced_by_script_and_command_line() {
    case(|grid| {
        grid.write(".sge_request", "-q task\n");
        assert_eq!(stored(grid, "", "hard_queue_list"), "task");
        assert_eq!(stored(grid, "-q all.q", "hard_queue_list"), "all.q");
        assert_eq!(stored_from_script(grid, "#$ -q continuous", "", "hard_queue_list"), "continuous");
        assert_eq!(stored_from_script(grid, "#$ -q continuous", "-q all.q", "hard_queue_list"), "all.q");
    });
}

#[test]
fn queues_of_a_file_of_options_add_to_the_command_lines() {
    case(|grid| {
        grid.write("opts", "-q task\n");
        assert_eq!(stored(grid, "-@ opts -q all.q", "hard_queue_list"), "task,all.q");
        assert_eq!(stored(grid, "-q all.q -@ opts", "hard_queue_list"), "all.q,task");
    });
}

#[test]
fn soft_in_a_file_of_options_ends_with_the_file() {
    case(|grid| {
        grid.write("opts", "-soft -q task\n");
        let id = grid.submit("-h -@ opts -q all.q -b y true");
        assert_eq!((&*line_of(grid, id, "hard_queue_list"), &*line_of(grid, id, "soft_queue_list")), ("all.q", "task"));
    });
}

#[test]
fn verify_shows_unknown_queues_too() {
    case(|grid| {
        assert_eq!(verified(grid, "-q nosuch@x -soft -q other", "hard_queue_list"), "nosuch@x");
        assert_eq!(verified(grid, "-q nosuch@x -soft -q other", "soft_queue_list"), "other");
    });
}

#[test]
fn a_job_runs_where_its_pattern_allows() {
    case(|grid| {
        assert_eq!(ran_in(grid, &format!("-q task@{}", exec_host())), "task");
        assert_eq!(ran_in(grid, "-q continuous@@allhosts"), "continuous");
        assert_eq!(ran_in(grid, "-q '!task&!all.q'"), "continuous");
    });
}

#[test]
fn a_queue_may_be_asked_for_as_a_resource() {
    case(|grid| {
        for (given, shown) in [
            ("q=task", "qname=task"),
            ("qname=task", "qname=task"),
            ("q=ta*", "qname=ta*"),
            ("q=task|all.q", "qname=task|all.q"),
            ("q=!task", "qname=!task"),
            ("q=task,q=all.q", "qname=all.q"),
        ] {
            assert_eq!(stored(grid, &format!("-l '{given}'"), "hard resource_list"), shown);
        }
        assert_eq!(ran_in(grid, "-l q=task"), "task");
    });
}

// Unlike -q, which knows its queues.
#[test]
fn an_unknown_queue_as_a_resource_is_accepted_and_waits() {
    case(|grid| {
        let id = grid.submit("-l q=nosuch -b y true");
        assert_eq!(line_of(grid, id, "hard resource_list"), "qname=nosuch");
        assert_eq!(grid.rows(id)[0].split_whitespace().nth(4), Some("qw"));
    });
}

#[test]
fn a_queue_instance_is_no_resource() {
    case(|grid| {
        rejected(grid, &format!("-l q=task@{}", exec_host()), "Queue instance names are not allowed in -l resource requests");
    });
}

#[test]
fn a_queue_as_a_resource_and_one_by_option_must_both_fit() {
    case(|grid| {
        let id = grid.submit("-q task -l q=all.q -b y true");
        let told = crate::grid::poll(|| {
            let text = grid.bob(&format!("qstat -j {id}")).stdout;
            text.contains(" cannot run in queue \"continuous\" because it is not contained in its hard queue list (-q)\n")
                && text.contains(&format!(
                    " (-l qname=all.q) cannot run in queue \"task@{}\" because it offers only qf:qname=task\n",
                    exec_host()
                ))
        });
        assert!(told, "{}", grid.bob(&format!("qstat -j {id}")).stdout);
    });
}

#[test]
fn a_host_may_be_asked_for_as_a_resource() {
    case(|grid| {
        let host = exec_host();
        for (given, shown) in [
            (format!("h={host}"), "hostname={host}".to_owned()),
            (format!("hostname={host}"), "hostname={host}".into()),
            ("h=localhost".into(), "hostname={host}".into()),
            ("h=127.0.0.1".into(), "hostname={host}".into()),
            (format!("h={}", host.to_uppercase()), "hostname={host}".into()),
            ("h=no*".into(), "hostname=no*".into()),
            (format!("h={host}|nosuch"), "hostname={host}|nosuch".into()),
            (format!("h=!{host}"), "hostname=!{host}".into()),
            (format!("h=({host}|x)"), "hostname=({host}|x)".into()),
        ] {
            assert_eq!(stored(grid, &format!("-l '{given}'"), "hard resource_list"), shown, "{given}");
        }
        assert_eq!(stored(grid, &format!("-soft -l h={host}"), "soft resource_list"), "hostname={host}");
    });
}

#[test]
fn a_host_that_does_not_resolve_is_rejected_unless_it_is_a_pattern() {
    case(|grid| {
        rejected(grid, "-l h=nosuch", "can't resolve hostname \"nosuch\"");
        rejected(grid, "-l h=@allhosts", "can't resolve hostname \"@allhosts\"");
        rejected(grid, "-l h=", "denied: missing value for resource \"hostname\"");
        // A resource without a value is TRUE, a host too.
        rejected(grid, "-l h", "can't resolve hostname \"TRUE\"");
    });
}

#[test]
fn verify_keeps_the_short_names() {
    case(|grid| assert_eq!(verified(grid, "-l q=task,h=nosuch", "hard resource_list"), "q=task,h=nosuch"));
}

#[test]
fn requests_list_hard_and_soft_queues() {
    case(|grid| {
        let id = grid.submit("-h -q all.q,task -soft -q task,continuous -b y true");
        let text = grid.bob("qstat -r").stdout;
        let lines = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} "))).skip(1);
        let lines: Vec<_> = lines.take_while(|line| line.starts_with("       ")).collect();
        let expected = "       Full jobname:     true
       Hard Resources:   
       Soft Resources:   
       Hard requested queues: all.q, task
       Soft requested queues: task, continuous
       Binding:          NONE";
        same(lines.join("\n"), expected);
    });
}
