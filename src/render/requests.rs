//! The lines and elements that `-r` adds to a row (compat/captures/qstat/options-r.txt, compat/captures/qstat-xml/list-r.txt).

use super::writer::Xml;
use super::{Row, Sheet, queue_instance};
use crate::grammar::slots;
use crate::host::resources::read;
use crate::job::Job;
use crate::site::{Consumable, Site};
use std::fmt::Write;

/// What a request adds to a job's urgency: as much for each slot as the site says (compat/captures/qstat/projects.txt).
pub fn contribution(job: &Job, name: &str, value: &str, site: &Site) -> f64 {
    let Some(complex) = site.complex(name).filter(|complex| complex.urgency != 0) else { return 0.0 };
    let amount = read(complex.kind, value).and_then(|value| value.number()).unwrap_or(1.0);
    let slots = if complex.consumable == Consumable::Yes { f64::from(job.slots) } else { 1.0 };
    complex.urgency as f64 * amount * slots
}

fn numbers(ids: &[u64]) -> Vec<String> {
    ids.iter().map(u64::to_string).collect()
}

/// The lists of a job, each with its label and its element.
fn lists(job: &Job) -> [(&'static str, &'static str, Vec<String>); 7] {
    [
        ("Hard requested queues", "hard_req_queue", job.hard_queues.clone()),
        ("Soft requested queues", "soft_req_queue", job.soft_queues.clone()),
        ("Master task hard requested queues", "master_hard_req_queue", job.master_queues.clone()),
        ("Predecessor Jobs (request)", "predecessor_jobs_req", job.hold_jid.clone()),
        ("Predecessor Jobs", "predecessor_jobs", numbers(&job.predecessors)),
        ("Predecessor Array Jobs (request)", "ad_predecessor_jobs_req", job.hold_jid_ad.clone()),
        ("Predecessor Array Jobs", "ad_predecessor_jobs", numbers(&job.array_predecessors)),
    ]
}

/// Writes the lines.
pub fn lines(text: &mut String, row: &Row<'_>, sheet: &Sheet<'_>) {
    let (job, tasks) = (&row.status.job, row.tasks);
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "       {:<17} {value}", format!("{label}:"));
    };
    line("Full jobname", &job.name);
    let is_running = tasks.state.is_running();
    if is_running {
        line("Master Queue", &queue_instance(tasks));
    }
    if let Some((pe, stretches)) = &job.pe {
        line("Requested PE", &format!("{pe} {}", slots::ids(stretches)));
        if is_running {
            line("Granted PE", &format!("{} {}", job.parallel_environment().unwrap_or(pe), row.status.slots(tasks)));
        }
    }
    if let Some(ckpt) = &job.checkpoint {
        line("Checkpoint Env.", ckpt);
    }
    let hard = job
        .hard_resources
        .iter()
        .map(|(name, value)| format!("{name}={value} ({:.6})", contribution(job, name, value, sheet.site)))
        .collect();
    let soft: Vec<String> = job.soft_resources.iter().map(|(name, value)| format!("{name}={value}")).collect();
    for (label, resources) in [("Hard Resources", hard), ("Soft Resources", soft)] {
        line(label, &resources.join("\n                         "));
    }
    for (label, _, values) in lists(job) {
        if !values.is_empty() {
            line(label, &values.join(", "));
        }
    }
    if !sheet.layout.no_binding {
        line("Binding", job.binding.as_deref().unwrap_or("NONE"));
    }
}

/// Writes the elements.
pub fn elements(xml: &mut Xml, row: &Row<'_>, sheet: &Sheet<'_>) {
    let (job, tasks) = (&row.status.job, row.tasks);
    xml.element("full_job_name", &job.name);
    if let Some((pe, stretches)) = &job.pe {
        xml.with("requested_pe", &[("name", pe)], &slots::ids(stretches));
        if tasks.state.is_running() {
            xml.with("granted_pe", &[("name", job.parallel_environment().unwrap_or(pe))], &row.status.slots(tasks).to_string());
        }
    }
    for (name, value) in &job.hard_resources {
        let contribution = format!("{:.6}", contribution(job, name, value, sheet.site));
        xml.with("hard_request", &[("name", name), ("resource_contribution", &contribution)], value);
    }
    for (name, value) in &job.soft_resources {
        xml.with("soft_request", &[("name", name)], value);
    }
    for (_, element, values) in lists(job) {
        values.iter().for_each(|value| xml.element(element, value));
    }
    if !sheet.layout.no_binding {
        xml.element("binding", job.binding.as_deref().unwrap_or("NONE"));
    }
}
