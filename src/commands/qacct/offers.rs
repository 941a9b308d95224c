//! `-l`: whether the queue in which a job ran offers what is asked for, today. Grid Engine asks its master; here the site and the
//! backend's hosts say it (compat/captures/qacct/transcripts/complexes.txt).

use super::super::Context;
use crate::error::{Error, Result};
use crate::grammar::{duration, memory, pattern};
use crate::host::Host;
use crate::site::{Complex, Kind, Queue, Relop, SIZE_LIMITS, Site, TIME_LIMITS};
use std::collections::HashMap;

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Fits,
    DoesNot,
    /// The queue, or its host, is no more.
    Gone,
}

/// The requests, and what was found of each queue so far.
#[derive(Debug)]
pub struct Offers {
    requests: Vec<(String, String)>,
    hosts: Vec<Host>,
    known: HashMap<Vec<u8>, Verdict>,
}

impl Offers {
    /// Asks the backend for its hosts.
    ///
    /// # Errors
    /// There is no backend, or it does not answer.
    pub fn of(context: &mut Context, requests: Vec<(String, String)>) -> Result<Offers> {
        Ok(Offers { requests, hosts: context.backend()?.hosts()?, known: HashMap::new() })
    }

    /// Judges the queue of a record. Requests are looked at when there is a first record, and never without one.
    ///
    /// # Errors
    /// A resource is unknown or its value is none of its kind.
    pub fn judge(&mut self, site: &Site, queue: &[u8], host: &[u8]) -> Result<Verdict> {
        let name = [queue, b"@", host].concat();
        if let Some(verdict) = self.known.get(&name) {
            return Ok(*verdict);
        }
        if self.known.is_empty() {
            self.requests.iter().try_for_each(|(name, value)| check(site, &self.hosts, name, value))?;
        }
        let queue = site.queues.iter().find(|known| known.name.as_bytes() == queue);
        let host = self.hosts.iter().find(|known| known.name.as_bytes().eq_ignore_ascii_case(host));
        let instance = queue.zip(host).filter(|(queue, host)| !site.hosts_of_queue(queue, std::slice::from_ref(&host.name)).is_empty());
        let verdict = match instance {
            None => Verdict::Gone,
            Some((queue, host)) if self.requests.iter().all(|(name, value)| offers(site, queue, host, name, value)) => Verdict::Fits,
            Some(_) => Verdict::DoesNot,
        };
        self.known.insert(name, verdict);
        Ok(verdict)
    }
}

fn check(site: &Site, hosts: &[Host], name: &str, value: &str) -> Result<()> {
    let told = |text: String| Error::Exact { text: format!("error: {text}"), code: 1 };
    let complex = site.complex(name).ok_or_else(|| told(format!("unknown resource \"{name}\"")))?;
    let name = &complex.name;
    let kind = match complex.kind {
        Kind::Host if !pattern::is_pattern(value) && !value.contains(['!', '&']) => {
            let is_known = hosts.iter().any(|host| host.name.eq_ignore_ascii_case(value));
            return if is_known { Ok(()) } else { Err(told(format!("can't resolve hostname \"{value}\""))) };
        }
        Kind::String | Kind::CString | Kind::ReString | Kind::Host => return Ok(()),
        Kind::Bool => "boolean",
        Kind::Int => "integer",
        Kind::Double => "double",
        Kind::Time => "time",
        Kind::Memory => "memory",
    };
    match number(complex.kind, value) {
        None => Err(told(format!("attribute \"{name}\" is not a {kind} value"))),
        Some(value) if value < 0.0 && complex.consumable != Default::default() => {
            Err(told(format!("attribute \"{name}\" is consumable but has a negative value")))
        }
        Some(_) => Ok(()),
    }
}

/// A value that is compared as a number.
fn number(kind: Kind, text: &str) -> Option<f64> {
    let size = |size: Option<u64>| size.map_or(f64::INFINITY, |size| size as f64);
    match kind {
        Kind::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "yes" | "y" => Some(1.0),
            "false" | "f" | "0" | "no" | "n" => Some(0.0),
            _ => None,
        },
        Kind::Time => duration::parse(text).ok().map(size),
        Kind::Memory => memory::parse(text).ok().map(size),
        _ => text.parse().ok().or_else(|| memory::parse(text).ok().map(size)),
    }
}

/// True where the queue on the host offers at least what is asked for. What it says of nothing it does not offer.
fn offers(site: &Site, queue: &Queue, host: &Host, name: &str, asked: &str) -> bool {
    let Some((complex, offered)) = site.complex(name).and_then(|complex| Some((complex, offered(site, queue, host, complex)?))) else {
        return false;
    };
    let relop = complex.relop();
    match complex.kind {
        Kind::String | Kind::ReString => pattern::holds(asked, &offered) == (relop != Relop::NotEqual),
        Kind::CString | Kind::Host => pattern::holds(&asked.to_lowercase(), &offered.to_lowercase()) == (relop != Relop::NotEqual),
        kind => match number(kind, asked).zip(number(kind, &offered)) {
            None => false,
            Some((asked, offered)) => match relop {
                Relop::Equal | Relop::Exclusive => asked == offered,
                Relop::NotEqual => asked != offered,
                Relop::AtMost => asked <= offered,
                Relop::AtLeast => asked >= offered,
                Relop::Less => asked < offered,
                Relop::More => asked > offered,
            },
        },
    }
}

/// What there is of a resource. Of load nobody knows how it was when the job ran: Grid Engine gives nothing for it either.
fn offered(site: &Site, queue: &Queue, host: &Host, complex: &Complex) -> Option<String> {
    let name = complex.name.as_str();
    let sum = |sizes: [Option<u64>; 2]| Some((sizes[0]? + sizes[1]?).to_string());
    let given = || queue.complex_values.get(name).cloned().or_else(|| site.values_of_host(&host.name).get(name).cloned());
    match name {
        "qname" => Some(queue.name.clone()),
        "hostname" => Some(host.name.clone()),
        "slots" => Some(queue.slots.unwrap_or(host.processors).to_string()),
        "rerun" => Some(u8::from(queue.rerun).to_string()),
        "seq_no" => Some(queue.seq_no.to_string()),
        "tmpdir" => Some(queue.tmpdir.clone()),
        "calendar" => Some(queue.calendar.clone().unwrap_or_else(|| "NONE".into())),
        "min_cpu_interval" => Some(queue.attribute(name).into()),
        limit if TIME_LIMITS.contains(&limit) || SIZE_LIMITS.contains(&limit) => Some(queue.limit(limit).into()),
        "arch" => Some(given().unwrap_or_else(|| host.arch.clone())),
        "num_proc" => Some(host.processors.to_string()),
        "m_socket" => Some(host.sockets.to_string()),
        "m_core" => Some(host.cores.to_string()),
        "m_thread" => Some(host.threads.to_string()),
        "mem_total" => host.memory_total.map(|bytes| bytes.to_string()),
        "swap_total" => host.swap_total.map(|bytes| bytes.to_string()),
        "virtual_total" => sum([host.memory_total, host.swap_total]),
        _ => given(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(requests: &[(&str, &str)], queue: &str, host: &str) -> Result<Verdict> {
        let text = "[[queue]]\nname = \"task\"\nslots = 4\nrerun = true\nlimits = { h_rt = \"1:0:0\" }\n";
        let site = Site::parse(text, "site.toml").expect("a site");
        let hosts = vec![Host { name: "host1".into(), arch: "lx-amd64".into(), processors: 2, ..Host::default() }];
        let requests = requests.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Offers { requests, hosts, known: HashMap::new() }.judge(&site, queue.as_bytes(), host.as_bytes())
    }

    #[test]
    fn a_queue_fits_what_it_offers() {
        for (name, value, expected) in [
            ("q", "t*|x", Verdict::Fits),
            ("q", "!task", Verdict::DoesNot),
            ("s", "4", Verdict::Fits),
            ("slots", "5", Verdict::DoesNot),
            ("slots", "2.5", Verdict::Fits),
            ("h_rt", "3600", Verdict::Fits),
            ("h_rt", "3601", Verdict::DoesNot),
            ("h_vmem", "INFINITY", Verdict::Fits),
            ("re", "TRUE", Verdict::Fits),
            ("re", "0", Verdict::DoesNot),
            ("mci", "0:5:0", Verdict::Fits),
            ("h", "HOST1", Verdict::Fits),
            ("arch", "lx-*", Verdict::Fits),
            ("mem_free", "0", Verdict::DoesNot),
            ("load_avg", "0", Verdict::DoesNot),
        ] {
            assert_eq!(verdict(&[(name, value)], "task", "host1"), Ok(expected), "{name}={value}");
        }
        assert_eq!(verdict(&[("q", "*")], "gone", "host1"), Ok(Verdict::Gone));
        assert_eq!(verdict(&[], "task", "host2"), Ok(Verdict::Gone));
        assert_eq!(verdict(&[], "task", "HOST1"), Ok(Verdict::Fits));
    }

    #[test]
    fn values_that_are_none_are_told() {
        for (name, value, text) in [
            ("nosuch", "1", "error: unknown resource \"nosuch\""),
            ("h_rt", "1:0", "error: attribute \"h_rt\" is not a time value"),
            ("h_vmem", "8gb", "error: attribute \"h_vmem\" is not a memory value"),
            ("s", "x", "error: attribute \"slots\" is not a integer value"),
            ("slots", "-1", "error: attribute \"slots\" is consumable but has a negative value"),
            ("re", "x", "error: attribute \"rerun\" is not a boolean value"),
            ("h", "nosuch", "error: can't resolve hostname \"nosuch\""),
        ] {
            assert_eq!(verdict(&[(name, value)], "task", "host1"), Err(Error::Exact { text: text.into(), code: 1 }));
        }
    }
}
