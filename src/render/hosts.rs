//! `qhost` (compat/captures/qhost.txt, qhost-q.txt, qhost-j.txt, compat/captures/qhost/answers.txt).

use super::{Role, Row, Sheet, priority, queue_instance, time};
use crate::grammar::tasks;
use crate::host::resources::{Offer, size};
use crate::host::{Host, Instance, Taken};
use std::collections::HashMap;
use std::fmt::Write;

/// What is listed.
pub struct Listing<'a> {
    pub hosts: &'a [&'a Host],
    /// The row `global` too.
    pub with_global: bool,
    /// Sockets, cores and threads too.
    pub with_topology: bool,
    /// `-F`: every resource, or these.
    pub resources: Option<&'a [String]>,
    /// What jobs use up on the hosts.
    pub taken: &'a HashMap<String, Taken>,
    pub with_queues: bool,
    pub instances: &'a [Instance<'a>],
    /// Slots of running jobs.
    pub rows: &'a [Row<'a>],
    pub sheet: &'a Sheet<'a>,
}

impl Listing<'_> {
    /// The resources that are asked for.
    pub fn offers(&self, host: &Host) -> Vec<Offer> {
        let Some(names) = self.resources else { return Vec::new() };
        let site = self.sheet.site;
        let is_named =
            |known: &str| names.iter().any(|name| name == known || site.complex(name).is_some_and(|complex| complex.name == known));
        let none = Taken::new();
        let taken = self.taken.get(&host.name).unwrap_or(&none);
        host.offers(site, taken).into_iter().filter(|offer| names.is_empty() || is_named(&offer.name)).collect()
    }

    /// A host's queues, each with its jobs; one nameless place of all its jobs where queues are not asked for.
    pub fn places(&self, host: &Host) -> Vec<(Option<&Instance<'_>>, Vec<&Row<'_>>)> {
        let here: Vec<&Row<'_>> = self.rows.iter().filter(|row| row.tasks.host.as_deref() == Some(&host.name)).collect();
        if !self.with_queues {
            return vec![(None, here)];
        }
        let of_host = self.instances.iter().filter(|instance| instance.host.name == host.name);
        of_host.map(|instance| (Some(instance), here.iter().copied().filter(|row| instance.runs(row.tasks)).collect())).collect()
    }
}

/// The columns of a host; `-` for what is not known.
pub fn values(host: &Host) -> [(&'static str, String); 10] {
    let count = |count: u32| if count == 0 { "-".into() } else { count.to_string() };
    let bytes = |bytes: Option<u64>| bytes.map_or("-".into(), |bytes| size(bytes as f64, 1));
    // What changes is not known of a host that is not heard of (compat/captures/qstat/unreachable.txt).
    let changing = |value: Option<u64>| bytes(value.filter(|_| !host.is_unreachable));
    [
        ("arch_string", if host.arch.is_empty() { "-".into() } else { host.arch.clone() }),
        ("num_proc", count(host.processors)),
        ("m_socket", count(host.sockets)),
        ("m_core", count(host.cores)),
        ("m_thread", count(host.threads)),
        ("load_avg", host.load_avg().map_or("-".into(), |load| format!("{load:.2}"))),
        ("mem_total", bytes(host.memory_total)),
        ("mem_used", changing(host.memory_used)),
        ("swap_total", bytes(host.swap_total)),
        ("swap_used", changing(host.swap_used)),
    ]
}

/// The row of all hosts together, which offers nothing of itself.
pub fn global() -> Host {
    Host { name: "global".into(), ..Host::default() }
}

/// The table. Nothing at all where there is no row.
pub fn text(listing: &Listing<'_>) -> String {
    let mut text = String::new();
    if listing.hosts.is_empty() && !listing.with_global {
        return text;
    }
    let topology = if listing.with_topology { " NSOC NCOR NTHR" } else { "" };
    let _ = writeln!(text, "HOSTNAME                ARCH         NCPU{topology}  LOAD  MEMTOT  MEMUSE  SWAPTO  SWAPUS");
    let _ = writeln!(text, "{}", "-".repeat(79 + topology.len()));
    if listing.with_global {
        row(&mut text, &global(), listing);
    }
    for host in listing.hosts {
        row(&mut text, host, listing);
        for (at, offer) in listing.offers(host).iter().enumerate() {
            // The first of those that were named stands behind a title, and in its line.
            let title = if at == 0 && listing.resources.is_some_and(|names| !names.is_empty()) { "    Host Resource(s):   " } else { "" };
            let _ = writeln!(text, "{title}   {}:{}={}", offer.dominance, offer.name, offer.value.shown_as_fraction());
        }
        for (instance, rows) in listing.places(host) {
            if let Some(instance) = instance {
                let slots = format!("0/{}/{}", instance.used, instance.total);
                let (name, types, states) = (&instance.queue.name, instance.types(listing.sheet.site), instance.states(listing.sheet.site));
                let _ = writeln!(text, "   {name:<20} {types:<5.5} {slots:<13} {states}");
            } else if !rows.is_empty() {
                text.push_str("   job-ID  prior   name       user         state submit/start at     queue      master ja-task-ID \n");
                let _ = writeln!(text, "   {}", "-".repeat(94));
            }
            rows.iter().for_each(|row| job(&mut text, row, listing));
        }
    }
    text
}

fn row(text: &mut String, host: &Host, listing: &Listing<'_>) {
    let [(_, arch), (_, processors), topology @ .., load, total, used, swap, swapped] = values(host);
    let _ = write!(text, "{:<23} {arch:<12} {processors:>4}", host.name);
    if listing.with_topology {
        topology.iter().for_each(|(_, count)| {
            let _ = write!(text, " {count:>4}");
        });
    }
    let _ = writeln!(text, " {:>5} {:>7} {:>7} {:>7} {:>7}", load.1, total.1, used.1, swap.1, swapped.1);
}

fn job(text: &mut String, row: &Row<'_>, listing: &Listing<'_>) {
    let Row { status, tasks, .. } = row;
    match row.role {
        Role::Slave => {
            let _ = write!(text, "{:69}", "");
        }
        Role::Master | Role::Whole => {
            let prior = priority(status, tasks, listing.sheet.now);
            let (job, started) = (&status.job, time::slashes(tasks.started.unwrap_or(status.submitted)));
            let _ = write!(text, "   {:>7} {prior:7.5} {:<10.10} {:<12.12} ", status.id, job.name, job.submitter.user);
            let _ = write!(text, "{:<5.5} {started} ", tasks.letters());
        }
    }
    if !listing.with_queues {
        let _ = write!(text, "{:<10.10} ", queue_instance(tasks));
    }
    let role = if row.role == Role::Slave { "SLAVE" } else { "MASTER" };
    let ids = if row.ids.is_empty() { "       ".into() } else { tasks::compact(row.ids) };
    let _ = writeln!(text, "{role:<6} {ids}");
}
