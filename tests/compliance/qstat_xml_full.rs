//! `qstat -xml` in every layout: elements, their order and attributes. Digits are masked.

use crate::grid::{Grid, same};
use crate::known::case;
use crate::listing::elements;

const OPENING: &str = "<?xml version='1.0'?>
<job_info  xmlns:xsd=\"http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd\">
";

fn list(grid: &Grid, options: &str, id: u64) -> String {
    elements(&grid.bob(&format!("qstat -xml {options}")).stdout, &[id])
}

#[test]
fn an_empty_list_is_a_skeleton_in_every_layout() {
    case(|grid| {
        let expected = format!("{OPENING}  <queue_info>\n  </queue_info>\n  <job_info>\n  </job_info>\n</job_info>\n");
        for options in ["", "-ext", "-r", "-urg -pri -t", "-g d", "-s z", "-f -qs d", "-q task"] {
            same(grid.bob(&format!("qstat -xml -u nosuch {options}")).stdout, &expected);
        }
    });
}

#[test]
fn numbers_of_the_scheduler_come_behind_the_priority() {
    case(|grid| {
        let id = grid.submit("-h -p -5 -N x -b y true");
        let expected = "    <job_list state=\"pending\">
      <JB_job_number>{1}</JB_job_number>
      <JAT_prio>9.99999</JAT_prio>
      <JAT_ntix>9.99999</JAT_ntix>
      <JB_nppri>9.99999</JB_nppri>
      <JB_nurg>9.99999</JB_nurg>
      <JB_priority>-9</JB_priority>
      <JB_name>x</JB_name>
      <JB_owner>bob</JB_owner>
      <state>hqw</state>
      <JB_submission_time>9999-99-99T99:99:99</JB_submission_time>
      <queue_name></queue_name>
      <slots>9</slots>
    </job_list>
";
        same(list(grid, "-pri", id), expected);
    });
}

#[test]
fn urgency_has_its_contributions() {
    case(|grid| {
        let id = grid.submit("-h -N x -b y true");
        let expected = "      <JAT_prio>9.99999</JAT_prio>
      <JB_nurg>9.99999</JB_nurg>
      <JB_rrcontr>9</JB_rrcontr>
      <JB_wtcontr>9</JB_wtcontr>
      <JB_dlcontr>9</JB_dlcontr>
      <JB_name>x</JB_name>
";
        let text = list(grid, "-urg", id);
        assert!(text.contains(expected), "{text}");
    });
}

#[test]
fn more_elements_replace_the_times() {
    case(|grid| {
        let id = grid.submit("-h -N x -js 7 -b y true");
        let expected = "    <job_list state=\"pending\">
      <JB_job_number>{1}</JB_job_number>
      <JAT_prio>9.99999</JAT_prio>
      <JAT_ntix>9.99999</JAT_ntix>
      <JB_name>x</JB_name>
      <JB_owner>bob</JB_owner>
      <JB_project></JB_project>
      <JB_department>defaultdepartment</JB_department>
      <state>hqw</state>
      <tickets>9</tickets>
      <JB_override_tickets>9</JB_override_tickets>
      <JB_jobshare>9</JB_jobshare>
      <otickets>9</otickets>
      <ftickets>9</ftickets>
      <stickets>9</stickets>
      <JAT_share>9.99999</JAT_share>
      <queue_name></queue_name>
      <slots>9</slots>
    </job_list>
";
        same(list(grid, "-ext", id), expected);
        // A job's share is not shown here.
        let text = grid.bob("qstat -ext -xml").stdout;
        let element = text.split("</job_list>").find(|element| element.contains(&format!(">{id}<"))).expect("an element");
        assert!(element.contains("<JB_jobshare>0</JB_jobshare>"), "{element}");
    });
}

#[test]
fn everything_at_once_has_one_order() {
    case(|grid| {
        let id = grid.submit("-h -N x -t 1-3 -b y true");
        let text = list(grid, "-ext -urg -pri -t -r", id);
        let names: Vec<&str> = text.lines().filter_map(|line| line.trim_start().strip_prefix('<')?.split(['>', ' ']).next()).collect();
        let expected = "job_list JB_job_number JAT_prio JAT_ntix JB_nppri JB_nurg JB_rrcontr JB_wtcontr JB_dlcontr JB_priority JB_name JB_owner \
                        JB_project JB_department state JB_submission_time tickets JB_override_tickets JB_jobshare otickets ftickets stickets \
                        JAT_share queue_name master slots tasks full_job_name binding /job_list";
        assert_eq!(names.join(" "), expected);
    });
}

#[test]
fn every_slot_is_an_element_of_one_slot() {
    case(|grid| {
        let id = grid.submit("-N x -q continuous -pe smp 2 -t 3-4 -tc 1 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = list(grid, "-g t", id);
        let element = |role: &str| {
            format!(
                "    <job_list state=\"running\">
      <JB_job_number>{{1}}</JB_job_number>
      <JAT_prio>9.99999</JAT_prio>
      <JB_name>x</JB_name>
      <JB_owner>bob</JB_owner>
      <state>r</state>
      <JAT_start_time>9999-99-99T99:99:99</JAT_start_time>
      <queue_name>continuous@{{host}}</queue_name>
      <master>{role}</master>
      <slots>9</slots>
      <tasks>9</tasks>
    </job_list>
"
            )
        };
        assert!(text.starts_with(&format!("{}{}", element("MASTER"), element("SLAVE"))), "{text}");
        // The waiting task has no role and all the slots it asks for.
        assert!(text.ends_with("      <master></master>\n      <slots>9</slots>\n      <tasks>9</tasks>\n    </job_list>\n"), "{text}");
        assert_eq!(text.replace('T', "").matches("<job_list ").count(), 3);
    });
}

#[test]
fn waiting_tasks_one_by_one_are_elements_each() {
    case(|grid| {
        let id = grid.submit("-h -t 1-3 -b y true");
        let text = grid.bob("qstat -g d -xml").stdout;
        let tasks: Vec<&str> = text.split("<job_list ").filter(|element| element.contains(&format!(">{id}<"))).collect();
        assert_eq!(tasks.len(), 3);
        assert!((1..=3).all(|task| tasks[task - 1].contains(&format!("<tasks>{task}</tasks>"))), "{text}");
    });
}

#[test]
fn queues_hold_their_running_jobs() {
    case(|grid| {
        let id = grid.submit("-N x -q task -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = grid.bob("qstat -f -xml -q task -s r").stdout;
        let expected = format!(
            "{OPENING}  <queue_info>
    <Queue-List>
      <name>task@{{host}}</name>
      <qtype>BIP</qtype>
"
        );
        assert!(grid.normal(&text, 0).starts_with(&expected), "{text}");
        let names: Vec<&str> =
            text.lines().skip(4).take(7).filter_map(|line| line.trim_start().strip_prefix('<')?.split('>').next()).collect();
        assert_eq!(names, ["name", "qtype", "slots_used", "slots_resv", "slots_total", "load_avg", "arch"]);
        let expected = "      <job_list state=\"running\">
        <JB_job_number>{1}</JB_job_number>
        <JAT_prio>9.99999</JAT_prio>
        <JB_name>x</JB_name>
        <JB_owner>bob</JB_owner>
        <state>r</state>
        <JAT_start_time>9999-99-99T99:99:99</JAT_start_time>
        <slots>9</slots>
      </job_list>
";
        same(elements(&text, &[id]), expected);
        assert!(text.ends_with("    </Queue-List>\n  </queue_info>\n  <job_info>\n  </job_info>\n</job_info>\n"), "{text}");
    });
}

#[test]
fn resources_of_queues_are_elements_with_their_kind() {
    case(|grid| {
        let text = grid.bob("qstat -F arch,release,h_rt,qname -xml -u nosuch -q task").stdout;
        let expected = r#"      <arch>lx-amd64</arch>
      <resource name="arch" type="hl">lx-amd64</resource>
      <resource name="release" type="hf">buster</resource>
      <resource name="qname" type="qf">task</resource>
      <resource name="h_rt" type="qf">infinity</resource>
    </Queue-List>
"#;
        assert!(text.contains(expected), "{text}");
    });
}

#[test]
fn cluster_queues_are_elements_without_jobs() {
    case(|grid| {
        for (options, more) in [
            ("-g c", ""),
            (
                "-g c -ext",
                " suspend_manual suspend_threshold suspend_on_subordinate suspend_calendar unknown load_alarm disabled_manual disabled_calendar \
                 ambiguous orphaned error",
            ),
        ] {
            let text = grid.bob(&format!("qstat {options} -xml -q task")).stdout;
            assert!(text.starts_with(&format!("{OPENING}  <cluster_queue_summary>\n    <name>task</name>\n")), "{text}");
            let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("    <")?.split('>').next()).collect();
            assert_eq!(names.join(" "), format!("name load used resv available total temp_disabled manual_intervention{more}"));
            assert!(text.ends_with("  </cluster_queue_summary>\n</job_info>\n"), "{text}");
        }
    });
}

#[test]
fn names_are_escaped_and_not_cut() {
    case(|grid| {
        let id = grid.submit("-h -N 'a&b<c>d\"e_long_name' -b y true");
        // Not `&lt;`.
        let name = "a&amp;b%lt;c&gt;d&quot;e_long_name";
        assert!(list(grid, "", id).contains(&format!("<JB_name>{name}</JB_name>")));
        assert!(grid.bob(&format!("qstat -j {id} -xml")).stdout.contains(&format!("<JB_job_name>{name}</JB_job_name>")));
    });
}
