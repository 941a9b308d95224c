//! `qstat -xml` (compat/captures/qstat-xml/list.txt, list-f.txt, everything.txt): one element a line, in the order that parsers
//! rely on.

use super::writer::{Xml, escape};
use super::{Role, Row, Rows, Sheet, by_instance, columns, full, priority, queue_instance, requests, time};
use crate::grammar::tasks;
use crate::host::Instance;
use std::fmt::Write;

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd";

/// A document that is begun; `</job_info>` ends it.
pub fn document() -> Xml {
    Xml { text: format!("<?xml version='1.0'?>\n<job_info  xmlns:xsd=\"{SCHEMA}\">\n"), depth: 1 }
}

/// The document of these rows; the skeleton when there is none.
pub fn render(rows: &Rows<'_>, instances: &[Instance<'_>], sheet: &Sheet<'_>) -> String {
    let mut xml = document();
    xml.group("queue_info", |xml| match sheet.layout.full {
        true => queues(xml, rows, instances, sheet),
        false => rows.running.iter().for_each(|row| job_list(xml, row, "running", sheet)),
    });
    xml.group("job_info", |xml| {
        rows.waiting.iter().for_each(|row| job_list(xml, row, "pending", sheet));
        rows.finished.iter().for_each(|row| job_list(xml, row, "zombie", sheet));
    });
    xml.text.push_str("</job_info>\n");
    xml.text
}

fn queues(xml: &mut Xml, rows: &Rows<'_>, instances: &[Instance<'_>], sheet: &Sheet<'_>) {
    let (of, elsewhere) = by_instance(&rows.running, instances);
    for (instance, inside) in instances.iter().zip(&of).filter(|(instance, _)| !sheet.layout.only_used || instance.used > 0) {
        xml.group("Queue-List", |xml| {
            xml.element("name", &instance.name());
            xml.element("qtype", &instance.types(sheet.site));
            for (name, slots) in [("slots_used", instance.used), ("slots_resv", 0), ("slots_total", instance.total)] {
                xml.element(name, &slots.to_string());
            }
            if let Some(load) = instance.host.load_avg() {
                xml.element("load_avg", &format!("{load:.5}"));
            }
            xml.element("arch", &instance.host.arch);
            let states = instance.states(sheet.site);
            if !states.is_empty() {
                xml.element("state", &states);
            }
            let reasons = full::reasons(instance, sheet);
            if !reasons.is_empty() {
                xml.element("load-alarm-reason", &reasons.join("\n\t"));
            }
            for offer in full::shown_offers(instance, sheet) {
                xml.with("resource", &[("name", &offer.name), ("type", offer.dominance)], &offer.value.shown());
            }
            inside.iter().for_each(|row| job_list(xml, row, "running", sheet));
        });
    }
    for inside in full::orphans(&elsewhere) {
        xml.group("Queue-List", |xml| {
            let used = full::used(&inside).to_string();
            let name = queue_instance(inside[0].tasks);
            let elements = [("name", name.as_str()), ("qtype", "BIP"), ("slots_used", &used), ("slots_resv", "0"), ("slots_total", &used)];
            elements.iter().chain(&[("state", "o")]).for_each(|(name, value)| xml.element(name, value));
            inside.iter().for_each(|row| job_list(xml, row, "running", sheet));
        });
    }
}

fn job_list(xml: &mut Xml, row: &Row<'_>, state: &str, sheet: &Sheet<'_>) {
    let Row { status, tasks, .. } = row;
    let (job, layout) = (&status.job, sheet.layout);
    xml.group(&format!("job_list state=\"{state}\""), |xml| {
        xml.element("JB_job_number", &status.id.to_string());
        xml.element("JAT_prio", &format!("{:7.5}", priority(status, tasks, sheet.now)));
        if layout.extended || layout.urgency || layout.priority {
            numbers(xml, row, sheet);
        }
        xml.element("JB_name", &job.name);
        xml.element("JB_owner", &job.submitter.user);
        if layout.extended {
            xml.element("JB_project", job.project.as_deref().unwrap_or(""));
            xml.element("JB_department", columns::department(status));
        }
        xml.element("state", tasks.letters());
        if layout.has_times() {
            match tasks.state.is_running() {
                true => xml.element("JAT_start_time", &time::iso(tasks.started.unwrap_or(status.submitted))),
                false => xml.element("JB_submission_time", &time::iso(status.submitted)),
            }
        }
        if layout.urgency && job.deadline > 0 {
            xml.element("JB_deadline", &time::iso(job.deadline));
        }
        if layout.extended {
            for (name, value) in [
                ("tickets", 0),
                ("JB_override_tickets", job.override_tickets),
                // Whatever `-js` says.
                ("JB_jobshare", 0),
                ("otickets", 0),
                ("ftickets", 0),
                ("stickets", 0),
            ] {
                xml.element(name, &value.to_string());
            }
            xml.element("JAT_share", "0.00000");
        }
        if !layout.full {
            xml.element("queue_name", &queue_instance(tasks));
        }
        if layout.by_slot() {
            let role = match row.role {
                Role::Whole => "",
                Role::Master => "MASTER",
                Role::Slave => "SLAVE",
            };
            xml.element("master", role);
        }
        let slots = if row.role == Role::Whole { status.slots(tasks) } else { 1 };
        xml.element("slots", &slots.to_string());
        if !row.ids.is_empty() {
            xml.element("tasks", &tasks::compact(row.ids));
        }
        if layout.requests {
            requests::elements(xml, row, sheet);
        }
    });
}

fn numbers(xml: &mut Xml, row: &Row<'_>, sheet: &Sheet<'_>) {
    let layout = sheet.layout;
    let numbers = columns::numbers(row.status, row.tasks, sheet);
    for (is, name, number) in [
        (layout.extended || layout.priority, "JAT_ntix", numbers.tickets),
        (layout.priority, "JB_nppri", numbers.priority),
        (layout.urgency || layout.priority, "JB_nurg", numbers.urgency),
    ] {
        if is {
            xml.element(name, &format!("{number:.5}"));
        }
    }
    if layout.urgency {
        for (name, number) in [("JB_rrcontr", numbers.resources), ("JB_wtcontr", numbers.waiting), ("JB_dlcontr", numbers.deadline)] {
            xml.element(name, &number.to_string());
        }
    }
    if layout.priority {
        xml.element("JB_priority", &row.status.job.priority.to_string());
    }
}

/// `qstat -xml -j` of jobs that do not exist (compat/captures/qstat-xml/unknown.txt).
pub fn unknown_jobs(names: &[String]) -> String {
    let mut text = String::from("<?xml version='1.0'?>\n<unknown_jobs >\n");
    for name in names {
        let _ = writeln!(text, "    <ST_name>{}</ST_name>", escape(name));
    }
    text.push_str("</unknown_jobs>\n");
    text
}
