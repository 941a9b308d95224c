//! `qstat -xml`.

use crate::grid::same;
use crate::known::case;

const OPENING: &str = "<?xml version='1.0'?>
<job_info  xmlns:xsd=\"http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd\">
";

/// The `job_list` element that holds the job, normalised.
fn element(grid: &crate::grid::Grid, command: &str, id: u64) -> String {
    let text = grid.bob(command).stdout;
    let holds = |part: &&str| part.contains(&format!("<JB_job_number>{id}</JB_job_number>"));
    let part = text.split_inclusive("</job_list>\n").find(holds).unwrap_or_else(|| panic!("{id} is not in {text}"));
    let start = part.rfind("    <job_list").expect("an element");
    let text = grid.normal(&part[start..], id);
    crate::grid::mask(&text, ">d.ddddd<", ">{prior}<")
}

#[test]
fn without_jobs_the_skeleton_is_printed() {
    case(|grid| {
        let _guard = grid.only_alice();
        let expected = format!("stdout:\n{OPENING}  <queue_info>\n  </queue_info>\n  <job_info>\n  </job_info>\n</job_info>\nexit 0");
        same(grid.alice("qstat -xml").all(), expected);
    });
}

#[test]
fn a_waiting_job_is_an_element() {
    case(|grid| {
        let id = grid.submit("-h -N nightly_sample_run -b y true");
        let expected = r#"    <job_list state="pending">
      <JB_job_number>{id}</JB_job_number>
      <JAT_prio>{prior}</JAT_prio>
      <JB_name>nightly_sample_run</JB_name>
      <JB_owner>bob</JB_owner>
      <state>hqw</state>
      <JB_submission_time>{date}</JB_submission_time>
      <queue_name></queue_name>
      <slots>1</slots>
    </job_list>
"#;
        same(element(grid, "qstat -xml", id), expected);
    });
}

#[test]
fn a_running_job_is_an_element() {
    case(|grid| {
        let id = grid.submit("-q task -N runs -b y sleep 60");
        grid.wait_for_state(id, "r");
        let expected = r#"    <job_list state="running">
      <JB_job_number>{id}</JB_job_number>
      <JAT_prio>{prior}</JAT_prio>
      <JB_name>runs</JB_name>
      <JB_owner>bob</JB_owner>
      <state>r</state>
      <JAT_start_time>{date}</JAT_start_time>
      <queue_name>task@{host}</queue_name>
      <slots>1</slots>
    </job_list>
"#;
        same(element(grid, "qstat -xml", id), expected);
    });
}

#[test]
fn an_array_has_its_tasks() {
    case(|grid| {
        let id = grid.submit("-h -N arr -t 1-9:2 -b y true");
        let text = element(grid, "qstat -xml", id);
        assert!(text.ends_with("      <slots>1</slots>\n      <tasks>1-9:2</tasks>\n    </job_list>\n"), "{text}");
    });
}

#[test]
fn running_jobs_are_in_the_queues_part_and_waiting_ones_in_the_inner_part() {
    case(|grid| {
        let waiting = grid.submit("-h -b y true");
        let running = grid.submit("-b y sleep 60");
        grid.wait_for_state(running, "r");
        let text = grid.bob("qstat -xml").stdout;
        assert!(text.starts_with(&format!("{OPENING}  <queue_info>\n")), "{text}");
        assert!(text.ends_with("  </job_info>\n</job_info>\n"), "{text}");
        let (queues, jobs) = text.split_once("  </queue_info>\n  <job_info>\n").expect("two parts");
        assert!(queues.contains(&format!(">{running}<")) && !queues.contains(&format!(">{waiting}<")));
        assert!(jobs.contains(&format!(">{waiting}<")) && !jobs.contains(&format!(">{running}<")));
    });
}

#[test]
fn requests_are_elements_too() {
    case(|grid| {
        let id = grid.submit("-h -N asks -l h_rt=60 -q task -pe smp 2-4 -b y true");
        let text = element(grid, "qstat -r -xml", id);
        let expected = r#"      <slots>2</slots>
      <full_job_name>asks</full_job_name>
      <requested_pe name="smp">2-4</requested_pe>
      <hard_request name="h_rt" resource_contribution="0.000000">60</hard_request>
      <hard_req_queue>task</hard_req_queue>
      <binding>NONE</binding>
    </job_list>
"#;
        assert!(text.ends_with(expected), "{text}");
    });
}

#[test]
fn a_finished_job_is_a_zombie() {
    case(|grid| {
        let id = grid.run("-N finished -b y true");
        let expected = r#"    <job_list state="zombie">
      <JB_job_number>{id}</JB_job_number>
      <JAT_prio>{prior}</JAT_prio>
      <JB_name>finished</JB_name>
      <JB_owner>bob</JB_owner>
      <state>z</state>
      <JB_submission_time>{date}</JB_submission_time>
      <queue_name></queue_name>
      <slots>1</slots>
    </job_list>
"#;
        same(element(grid, "qstat -s z -xml", id), expected);
    });
}

#[test]
fn an_unknown_job_is_a_document_and_no_failure() {
    case(|grid| {
        let output = grid.bob("qstat -j 9999999 -xml");
        let expected = "stdout:
<?xml version='1.0'?>
<unknown_jobs >
    <ST_name>9999999</ST_name>
</unknown_jobs>
exit 0";
        same(output.all(), expected);
    });
}

#[test]
fn a_jobs_detail_begins_like_this() {
    case(|grid| {
        let id = grid.submit("-h -N det -b y true");
        let text = grid.normal(&grid.bob(&format!("qstat -j {id} -xml")).stdout, id);
        let text = crate::grid::mask(&text, "dddddddddd", "{seconds}");
        let expected = r#"<?xml version='1.0'?>
<detailed_job_info  xmlns:xsd="http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/detailed_job_info.xsd">
  <djob_info>
    <element>
      <JB_job_number>{id}</JB_job_number>
      <JB_ar>0</JB_ar>
      <JB_exec_file>job_scripts/{id}</JB_exec_file>
      <JB_submission_time>{seconds}</JB_submission_time>
      <JB_owner>bob</JB_owner>
      <JB_uid>5002</JB_uid>
      <JB_group>tools</JB_group>
      <JB_gid>6001</JB_gid>
      <JB_account>sge</JB_account>
      <JB_merge_stderr>false</JB_merge_stderr>
      <JB_mail_list>
        <element>
          <MR_user>bob</MR_user>
          <MR_host>{host}</MR_host>
        </element>
      </JB_mail_list>
      <JB_notify>false</JB_notify>
      <JB_job_name>det</JB_job_name>
"#;
        assert_eq!(text.get(..expected.len()), Some(expected), "{text}");
        assert!(text.ends_with("</detailed_job_info>\n"), "{text}");
    });
}
