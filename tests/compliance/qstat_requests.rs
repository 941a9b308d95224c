//! `qstat -r`: the lines below a row, and the elements of `-r -xml`.

use crate::grid::{Grid, same};
use crate::known::case;
use crate::listing::{elements, picture};

/// The lines that `qstat` with these options shows below the job's first row.
fn lines(grid: &Grid, options: &str, id: u64) -> String {
    let text = grid.bob(&format!("qstat {options}")).stdout;
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} ")));
    lines.next();
    lines.take_while(|line| line.starts_with("      ") && !line.contains("SLAVE")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_job_that_asks_for_nothing_has_four_lines() {
    case(|grid| {
        let id = grid.submit("-h -N plain -b y true");
        let expected = "       Full jobname:     plain
       Hard Resources:   
       Soft Resources:   
       Binding:          NONE
";
        same(lines(grid, "-r", id), expected);
        same(lines(grid, "-f -r", id), expected);
    });
}

#[test]
fn every_kind_of_request_has_its_line() {
    case(|grid| {
        let before = grid.submit("-h -t 1-2 -b y true");
        let options = format!(
            "-h -t 1-2 -N asks -l h_rt=60,mem_free=1M -soft -l h_vmem=1G,s_rt=7 -q task -hard -q all.q,continuous -masterq all.q -pe smp 2-4,7 \
             -hold_jid {before},nosuch -hold_jid_ad {before} -binding linear:2"
        );
        let id = grid.submit(&format!("{options} -b y true"));
        let expected = format!(
            "       Full jobname:     asks
       Requested PE:     smp 2-4,7
       Hard Resources:   h_rt=60 (0.000000)
                         mem_free=1M (0.000000)
       Soft Resources:   h_vmem=1G
                         s_rt=7
       Hard requested queues: all.q, continuous
       Soft requested queues: task
       Master task hard requested queues: all.q
       Predecessor Jobs (request): {before}, nosuch
       Predecessor Jobs: {before}
       Predecessor Array Jobs (request): {before}
       Predecessor Array Jobs: {before}
       Binding:          set linear:2
"
        );
        same(lines(grid, "-r", id), expected);
    });
}

#[test]
fn the_binding_can_be_left_out() {
    case(|grid| {
        let id = grid.submit("-h -N plain -b y true");
        let expected = "       Full jobname:     plain\n       Hard Resources:   \n       Soft Resources:   \n";
        same(lines(grid, "-r -ncb", id), expected);
        let text = elements(&grid.bob("qstat -r -ncb -xml").stdout, &[id]);
        assert!(text.ends_with("      <full_job_name>plain</full_job_name>\n    </job_list>\n"), "{text}");
    });
}

#[test]
fn a_running_job_has_a_master_queue_and_what_it_was_granted() {
    case(|grid| {
        let id = grid.submit("-q continuous -N par -pe smp 1-2 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let expected = "       Full jobname:     par
       Master Queue:     continuous@{host}
       Requested PE:     smp 1,2
       Granted PE:       smp 2
       Hard Resources:   
       Soft Resources:   
       Hard requested queues: continuous
       Binding:          NONE
";
        let text = lines(grid, "-r", id);
        // With one slot left, it would have been given one.
        same(grid.normal(&text, 0).replace("Granted PE:       smp 1\n", "Granted PE:       smp 2\n"), expected);
    });
}

#[test]
fn every_slots_row_has_the_lines_again() {
    case(|grid| {
        let id = grid.submit("-q continuous -N par -pe smp 2 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = grid.bob("qstat -f -t -r -q continuous").stdout;
        let ours: Vec<&str> = text.lines().skip_while(|line| !line.starts_with(&format!("{id:>7} "))).take(18).collect();
        assert_eq!(ours[1..9], ours[10..18], "{text}");
        assert_eq!(ours[9].trim_end(), format!("{:66}SLAVE", ""));
    });
}

#[test]
fn requests_are_elements_in_the_same_order() {
    case(|grid| {
        let before = grid.submit("-h -t 1-2 -b y true");
        let options = format!(
            "-h -t 1-2 -N asks -l h_rt=60 -soft -l h_vmem=1G -q task -hard -q all.q,continuous -masterq all.q -pe smp 2-4 -hold_jid {before},nosuch \
             -hold_jid_ad {before}"
        );
        let id = grid.submit(&format!("{options} -b y true"));
        let text = elements(&grid.bob("qstat -r -xml").stdout, &[id]);
        let from = text.find("      <tasks>").expect("tasks");
        let number: String = before.to_string().chars().map(|_| '9').collect();
        let expected = format!(
            r#"      <tasks>9,9</tasks>
      <full_job_name>asks</full_job_name>
      <requested_pe name="smp">9-9</requested_pe>
      <hard_request name="h_rt" resource_contribution="9.999999">99</hard_request>
      <soft_request name="h_vmem">9G</soft_request>
      <hard_req_queue>all.q</hard_req_queue>
      <hard_req_queue>continuous</hard_req_queue>
      <soft_req_queue>task</soft_req_queue>
      <master_hard_req_queue>all.q</master_hard_req_queue>
      <predecessor_jobs_req>{number}</predecessor_jobs_req>
      <predecessor_jobs_req>nosuch</predecessor_jobs_req>
      <predecessor_jobs>{number}</predecessor_jobs>
      <ad_predecessor_jobs_req>{number}</ad_predecessor_jobs_req>
      <ad_predecessor_jobs>{number}</ad_predecessor_jobs>
      <binding>NONE</binding>
    </job_list>
"#
        );
        same(&text[from..], expected);
    });
}

#[test]
fn a_granted_parallel_environment_is_an_element() {
    case(|grid| {
        let id = grid.submit("-q continuous -N par -pe smp 2 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = elements(&grid.bob("qstat -r -xml").stdout, &[id]);
        let expected = r#"      <full_job_name>par</full_job_name>
      <requested_pe name="smp">9</requested_pe>
      <granted_pe name="smp">9</granted_pe>
      <hard_req_queue>continuous</hard_req_queue>
      <binding>NONE</binding>
    </job_list>
"#;
        assert!(text.ends_with(expected), "{text}");
    });
}

#[test]
fn rows_keep_their_columns_above_the_requests() {
    case(|grid| {
        let id = grid.submit("-h -N plain -b y true");
        let with = picture(&grid.bob("qstat -ext -r").stdout, &[id]);
        let without = picture(&grid.bob("qstat -ext").stdout, &[id]);
        assert!(with.starts_with(&without), "{with}");
    });
}
