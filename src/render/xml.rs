//! `qstat -xml` (compat/captures/qstat-xml/list.txt): one element a line, in the order that parsers rely on.

use super::{Row, priority, time};
use crate::grammar::tasks;
use crate::job::State;
use quick_xml::escape::escape;
use std::fmt::Write;

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd";

/// The document of these rows; the skeleton when there is none.
pub fn render(rows: &[Row<'_>]) -> String {
    let (running, waiting): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.tasks.state.is_running());
    let mut text = format!("<?xml version='1.0'?>\n<job_info  xmlns:xsd=\"{SCHEMA}\">\n  <queue_info>\n");
    running.iter().for_each(|row| job_list(&mut text, row, "running"));
    text.push_str("  </queue_info>\n  <job_info>\n");
    for row in waiting {
        job_list(&mut text, row, if row.tasks.state == State::Finished { "zombie" } else { "pending" });
    }
    text.push_str("  </job_info>\n</job_info>\n");
    text
}

fn job_list(text: &mut String, Row { status, tasks }: &Row<'_>, state: &str) {
    let job = &status.job;
    let _ = writeln!(text, "    <job_list state=\"{state}\">");
    let mut element = |name: &str, value: String| {
        let _ = writeln!(text, "      <{name}>{}</{name}>", escape(value));
    };
    element("JB_job_number", status.id.to_string());
    element("JAT_prio", format!("{:7.5}", priority(job, &tasks.state)));
    element("JB_name", job.name.clone());
    element("JB_owner", job.submitter.user.clone());
    element("state", tasks.state.letters().into());
    if tasks.state.is_running() {
        element("JAT_start_time", time::iso(tasks.started.unwrap_or(status.submitted)));
    } else {
        element("JB_submission_time", time::iso(status.submitted));
    }
    element("queue_name", super::queue_instance(tasks));
    element("slots", job.slots.to_string());
    if !tasks.ids.is_empty() {
        element("tasks", tasks::compact(&tasks.ids));
    }
    text.push_str("    </job_list>\n");
}

/// `qstat -xml -j` of jobs that do not exist (compat/captures/qstat-xml/unknown.txt).
pub fn unknown_jobs(names: &[String]) -> String {
    let mut text = String::from("<?xml version='1.0'?>\n<unknown_jobs >\n");
    for name in names {
        let _ = writeln!(text, "    <ST_name>{}</ST_name>", escape(name.as_str()));
    }
    text.push_str("</unknown_jobs>\n");
    text
}
