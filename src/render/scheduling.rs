//! Why jobs wait, in the scheduler's words: the end of `qstat -j JOB -xml`, and `qstat -j` alone, which sorts the jobs by reason
//! (compat/captures/qstat-j/summary.txt).

use super::writer::Xml;
use crate::job::{JobId, JobStatus};
use std::fmt::Write;

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/message.xsd";

/// Grid Engine's number of a reason, and the sentence for all jobs that have it. A reason of ours has the number of what no host
/// can satisfy, and stands for itself.
fn kind(reason: &str) -> (u32, &str) {
    if is_about_all(reason) {
        return (37, reason);
    }
    match reason {
        "Job is in error state" => (32, "Jobs dropped because of error state"),
        "Job is in hold state" => (33, "Jobs dropped because of hold state"),
        "execution time not reached" => (31, "Jobs can not run because execution time not reached"),
        "job dropped because of job dependencies" => (35, "Job dropped because of job dependencies"),
        "not all array tasks may be started due to 'max_aj_instances'" => {
            (45, "Not all array tasks may be started due to 'max_aj_instances'")
        }
        _ if reason.contains("is not contained in its hard queue list") => {
            (6, "Jobs can not run because queue instance is not contained in its hard queue list")
        }
        _ if reason.starts_with("cannot run in PE ") => {
            (24, "Jobs can not run because available slots combined under PE are not in range of job")
        }
        _ if reason.contains(" cannot run at host ") => (0, "Jobs can not run because no host can satisfy the resource requirements"),
        other => (0, other),
    }
}

/// True where it is said of a queue, not of a job: `queue instance "q@h" dropped because it is full`.
fn is_about_all(reason: &str) -> bool {
    reason.starts_with("queue instance ") && reason.contains(" dropped because ")
}

/// What is said of queues, each once.
fn about_all(jobs: &[JobStatus]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for reason in jobs.iter().flat_map(|status| &status.reasons).filter(|reason| is_about_all(reason)) {
        if !found.contains(&reason.as_str()) {
            found.push(reason);
        }
    }
    found
}

/// Jobs that have the same reasons, with these.
fn groups(jobs: &[JobStatus]) -> Vec<(Vec<JobId>, Vec<&str>)> {
    let mut found: Vec<(Vec<JobId>, Vec<&str>)> = Vec::new();
    for status in jobs {
        let reasons: Vec<&str> = status.reasons.iter().map(String::as_str).filter(|reason| !is_about_all(reason)).collect();
        match found.iter_mut().find(|(_, known)| *known == reasons) {
            Some((ids, _)) => ids.push(status.id),
            None => found.push((vec![status.id], reasons)),
        }
    }
    found.retain(|(_, reasons)| !reasons.is_empty());
    found
}

/// `qstat -j` alone.
pub fn summary(jobs: &[JobStatus]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let all = about_all(jobs);
    if !all.is_empty() {
        parts.push(format!("{:<28}{}\n", "scheduling info:", all.join(&format!("\n{:28}", ""))));
    }
    let mut sentences: Vec<(&str, Vec<JobId>)> = Vec::new();
    for status in jobs {
        for reason in status.reasons.iter().filter(|reason| !is_about_all(reason)) {
            let sentence = kind(reason).1;
            match sentences.iter_mut().find(|(known, _)| *known == sentence) {
                Some((_, ids)) if ids.contains(&status.id) => {}
                Some((_, ids)) => ids.push(status.id),
                None => sentences.push((sentence, vec![status.id])),
            }
        }
    }
    for (sentence, ids) in sentences {
        let rows: Vec<String> =
            ids.chunks(8).map(|row| format!("\t{}", row.iter().map(u64::to_string).collect::<Vec<_>>().join(",\t"))).collect();
        parts.push(format!("{sentence}\n{}\n", rows.join(",\n")));
    }
    parts.join("\n")
}

/// `qstat -j -xml` alone.
pub fn summary_xml(jobs: &[JobStatus]) -> String {
    let mut xml = Xml { text: format!("<?xml version='1.0'?>\n<message  xmlns:xsd=\"{SCHEMA}\">\n"), depth: 1 };
    xml.group("element", |xml| messages(xml, jobs, |reason| kind(reason).1));
    xml.text.push_str("</message>\n");
    xml.text
}

/// The messages about these jobs, each in its own words.
pub fn elements(xml: &mut Xml, jobs: &[JobStatus]) {
    xml.group("messages", |xml| xml.group("element", |xml| messages(xml, jobs, |reason| reason)));
}

fn messages(xml: &mut Xml, jobs: &[JobStatus], words: impl Fn(&str) -> &str) {
    let groups = groups(jobs);
    if !groups.is_empty() {
        xml.group("SME_message_list", |xml| {
            for (ids, reasons) in &groups {
                for (at, reason) in reasons.iter().enumerate() {
                    // From the second message about the same jobs on, their numbers stand in elements of another name.
                    let name = if at == 0 { "ulong_sublist" } else { "element" };
                    xml.group("element", |xml| {
                        xml.group("MES_job_number_list", |xml| {
                            ids.iter().for_each(|id| xml.group(name, |xml| xml.element("ULNG_value", &id.to_string())));
                        });
                        message(xml, kind(reason).0, words(reason));
                    });
                }
            }
        });
    }
    let all = about_all(jobs);
    if !all.is_empty() {
        xml.group("SME_global_message_list", |xml| {
            all.iter().for_each(|reason| xml.group("element", |xml| message(xml, kind(reason).0, reason)));
        });
    }
}

fn message(xml: &mut Xml, number: u32, words: &str) {
    xml.element("MES_message_number", &number.to_string());
    xml.element("MES_message", words);
}

/// The `scheduling info` lines of one job.
pub fn lines(text: &mut String, status: &JobStatus) {
    for (at, reason) in status.reasons.iter().enumerate() {
        let label = if at == 0 { "scheduling info:" } else { "" };
        let _ = writeln!(text, "{label:<28}{reason}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::tests_support::status;

    #[test]
    fn the_summary_has_eight_jobs_in_a_row() {
        let with = |id, reasons: &[&str]| JobStatus { reasons: reasons.iter().map(|r| r.to_string()).collect(), ..status(id, "x") };
        let full = "queue instance \"continuous@host1\" dropped because it is full";
        let mut jobs: Vec<JobStatus> = (1..=9).map(|id| with(id, &[full, "Job is in hold state"])).collect();
        let other = |queue| format!("cannot run in queue \"{queue}\" because it is not contained in its hard queue list (-q)");
        jobs.push(with(10, &[full, &other("all.q"), &other("task")]));
        let expected = format!(
            "scheduling info:            {full}\n\nJobs dropped because of hold state\n\t1,\t2,\t3,\t4,\t5,\t6,\t7,\t8,\n\t9\n\n\
             Jobs can not run because queue instance is not contained in its hard queue list\n\t10\n"
        );
        assert_eq!(summary(&jobs), expected);
        let xml = summary_xml(&jobs);
        assert_eq!(xml.matches("<ulong_sublist>").count(), 10);
        assert!(xml.ends_with("    </SME_global_message_list>\n  </element>\n</message>\n"), "{xml}");
        assert_eq!(summary(&[]), "");
    }
}
