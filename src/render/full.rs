//! `qstat -f`: queue by queue, then what waits and what has finished (compat/captures/qstat/columns.txt, options-f.txt). Resources
//! (`-F`) and reasons of states (`-explain`) stand under their queue.

use super::{Row, Rows, Sheet, by_instance, columns, requests};
use crate::host::{Alarm, Instance};
use std::fmt::Write;

const HEADER: &str = "queuename                      qtype resv/used/tot. load_avg arch          states\n";
const PENDING: &str = " - PENDING JOBS - PENDING JOBS - PENDING JOBS - PENDING JOBS - PENDING JOBS\n";
const FINISHED: &str = " --  FINISHED JOBS  -  FINISHED JOBS  -  FINISHED JOBS  -  FINISHED JOBS  --  \n";

/// What is not known of an instance.
const UNKNOWN: &str = "-NA-";

/// The instances with their rows, and the other rows.
pub fn render(rows: &Rows<'_>, instances: &[Instance<'_>], sheet: &Sheet<'_>) -> String {
    let mut text = String::new();
    let (of, elsewhere) = by_instance(&rows.running, instances);
    let dashes = "-".repeat(if sheet.layout.extended { 189 } else { 81 });
    let mut block = |head: String, notes: String, inside: &[&Row<'_>]| {
        if text.is_empty() {
            text.push_str(HEADER);
        }
        let _ = write!(text, "{dashes}\n{head}\n{notes}");
        inside.iter().for_each(|row| put(&mut text, row, sheet));
    };
    for (instance, inside) in instances.iter().zip(&of).filter(|(instance, _)| !sheet.layout.only_used || instance.used > 0) {
        block(head(instance, sheet), notes(instance, sheet), inside);
    }
    for inside in orphans(&elsewhere) {
        let slots = format!("0/{0}/{0}", used(&inside));
        let name = super::queue_instance(inside[0].tasks);
        block(format!("{name:<30.30} {:<5.5} {slots:<14.14} {UNKNOWN:<8.8} {UNKNOWN:<13.13} o", "BIP"), String::new(), &inside);
    }
    let hashes = "#".repeat(if sheet.layout.extended { 186 } else { 76 });
    for (title, part) in [(PENDING, &rows.waiting), (FINISHED, &rows.finished)] {
        if !part.is_empty() {
            let _ = write!(text, "\n{hashes}\n{title}{hashes}\n");
            part.iter().for_each(|row| put(&mut text, row, sheet));
        }
    }
    text
}

fn put(text: &mut String, row: &Row<'_>, sheet: &Sheet<'_>) {
    columns::row(text, row, sheet);
    if sheet.layout.requests {
        requests::lines(text, row, sheet);
    }
}

fn head(instance: &Instance<'_>, sheet: &Sheet<'_>) -> String {
    let load = instance.host.load_avg().map_or(UNKNOWN.into(), |load| format!("{load:.2}"));
    let arch = &instance.host.arch;
    let slots = format!("0/{}/{}", instance.used, instance.total);
    let (name, types, states) = (instance.name(), instance.types(sheet.site), instance.states(sheet.site));
    format!("{name:<30.30} {types:<5.5} {slots:<14.14} {load:<8.8} {arch:<13.13} {states}")
}

fn notes(instance: &Instance<'_>, sheet: &Sheet<'_>) -> String {
    let mut text = String::new();
    for line in reasons(instance, sheet) {
        let _ = writeln!(text, "\t{line}");
    }
    for offer in shown_offers(instance, sheet) {
        let _ = writeln!(text, "\t{}:{}={}", offer.dominance, offer.name, offer.value.shown());
    }
    text
}

/// Why an instance is in alarm, where `-explain` asks for it (compat/captures/qstat/thresholds.txt, unreachable.txt).
pub fn reasons(instance: &Instance<'_>, sheet: &Sheet<'_>) -> Vec<String> {
    if !sheet.layout.explain.contains('a') {
        return Vec::new();
    }
    let alarms = instance.alarms(sheet.site);
    let lines = alarms.iter().map(|alarm| match alarm {
        Alarm::Reached(name, load, limit) => format!("alarm hl:{name}={} load-threshold={limit}", load.reported()),
        Alarm::Unknown(name) => format!("error: no value for \"{name}\" because execd is in unknown state"),
    });
    lines.collect()
}

/// The resources that `-F` asks for.
pub fn shown_offers(instance: &Instance<'_>, sheet: &Sheet<'_>) -> Vec<crate::host::resources::Offer> {
    let Some(names) = &sheet.layout.resources else { return Vec::new() };
    let is_named =
        |known: &str| names.iter().any(|name| name == known || sheet.site.complex(name).is_some_and(|complex| complex.name == known));
    let offers = instance.offers(sheet.site);
    offers.into_iter().filter(|offer| names.is_empty() || is_named(&offer.name)).collect()
}

/// Rows of queues or hosts that are no more, instance by instance: Grid Engine calls such instances orphaned.
pub fn orphans<'a, 'b>(elsewhere: &[&'b Row<'a>]) -> Vec<Vec<&'b Row<'a>>> {
    elsewhere.chunk_by(|a, b| (&a.tasks.queue, &a.tasks.host) == (&b.tasks.queue, &b.tasks.host)).map(<[_]>::to_vec).collect()
}

/// Slots of these rows.
pub fn used(rows: &[&Row<'_>]) -> u32 {
    rows.iter().filter(|row| row.role != super::Role::Slave).map(|row| row.status.slots(row.tasks)).sum()
}
