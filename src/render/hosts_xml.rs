//! `qhost -xml` (compat/captures/qhost-xml.txt, compat/captures/qhost/xml.txt): attributes in single quotes, and queues and jobs
//! beside their host's values.

use super::hosts::{Listing, global, values};
use super::writer::escape;
use super::{Role, Row, priority, queue_instance};
use crate::grammar::tasks;
use crate::host::Host;
use std::fmt::Write;

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qhost/qhost.xsd";

/// The document.
pub fn render(listing: &Listing<'_>) -> String {
    let mut text = format!("<?xml version='1.0'?>\n<qhost xmlns:xsd=\"{SCHEMA}\">\n");
    if listing.with_global {
        open(&mut text, &global(), listing);
        text.push_str(" </host>\n");
    }
    for host in listing.hosts {
        open(&mut text, host, listing);
        for offer in listing.offers(host) {
            let (name, value) = (escape(&offer.name).into_owned(), offer.value.shown_as_fraction());
            let dominance = offer.dominance;
            let _ = writeln!(text, "   <resourcevalue name='{name}' dominance='{dominance}'>{}</resourcevalue>", escape(&value));
        }
        for (instance, rows) in listing.places(host) {
            if let Some(instance) = instance {
                let name = &instance.queue.name;
                let _ = writeln!(text, " <queue name='{name}'>");
                for (key, value) in [
                    ("qtype_string", instance.types(listing.sheet.site)),
                    ("slots_used", instance.used.to_string()),
                    ("slots", instance.total.to_string()),
                    ("slots_resv", "0".into()),
                    ("state_string", instance.states(listing.sheet.site)),
                ] {
                    let _ = writeln!(text, "   <queuevalue qname='{name}' name='{key}'>{value}</queuevalue>");
                }
                text.push_str(" </queue>\n");
            }
            rows.iter().for_each(|row| job(&mut text, row, listing));
        }
        text.push_str(" </host>\n");
    }
    text.push_str("</qhost>\n");
    text
}

fn open(text: &mut String, host: &Host, listing: &Listing<'_>) {
    let _ = writeln!(text, " <host name='{}'>", escape(&host.name));
    for (name, value) in values(host) {
        if listing.with_topology || !name.starts_with("m_") {
            let _ = writeln!(text, "   <hostvalue name='{name}'>{value}</hostvalue>");
        }
    }
}

fn job(text: &mut String, row: &Row<'_>, listing: &Listing<'_>) {
    let Row { status, tasks, .. } = row;
    let id = status.id;
    let mut values = vec![
        ("priority", format!("'{:.6}'", priority(status, tasks, listing.sheet.now))),
        ("qinstance_name", queue_instance(tasks)),
        ("job_name", status.job.name.clone()),
        ("job_owner", status.job.submitter.user.clone()),
        ("job_state", tasks.letters().to_string()),
        ("start_time", tasks.started.unwrap_or(status.submitted).to_string()),
    ];
    if !listing.with_queues {
        values.push(("queue_name", queue_instance(tasks)));
    }
    values.push(("pe_master", if row.role == Role::Slave { "SLAVE" } else { "MASTER" }.into()));
    if !row.ids.is_empty() {
        values.push(("taskid", tasks::compact(row.ids)));
    }
    let _ = writeln!(text, " <job name='{id}'>");
    for (name, value) in values {
        // The quotes of the priority are in the original's text.
        let shown = if name == "priority" { value } else { escape(&value).into_owned() };
        let _ = writeln!(text, "   <jobvalue jobid='{id}' name='{name}'>{shown}</jobvalue>");
    }
    text.push_str(" </job>\n");
}
