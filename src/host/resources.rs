//! What hosts and queue instances offer, as `-F` shows it and `-l` compares it, in Grid Engine's order
//! (compat/captures/qstat/resources.txt, compat/captures/qhost/answers.txt).

use super::{Host, Instance, Taken};
use crate::grammar::value;
use crate::site::{Consumable, Kind, Relop, SIZE_LIMITS, Site, TIME_LIMITS};

/// The value of a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    /// A whole number; qhost shows it as a fraction.
    Whole(f64),
    Number(f64),
    /// Bytes.
    Memory(f64),
    /// Seconds, as shown.
    Time(f64, String),
}

/// A resource that is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// `hl`: measured on the host; `hf`, `hc`: the host's, fixed or used up by jobs; `qf`, `qc`: the queue's.
    pub dominance: &'static str,
    pub name: String,
    pub value: Value,
    /// It does not change by itself: qstat and qselect look at no others (compat/captures/qselect/resources.txt).
    pub is_static: bool,
}

impl Value {
    /// As qstat shows it.
    pub fn shown(&self) -> String {
        match self {
            Value::Text(text) | Value::Time(_, text) => text.clone(),
            Value::Whole(number) => format!("{number:.0}"),
            Value::Number(number) => format!("{number:.6}"),
            Value::Memory(bytes) if bytes.is_infinite() => "infinity".into(),
            Value::Memory(bytes) => size(*bytes, 3),
        }
    }

    /// As qhost shows it.
    pub fn shown_as_fraction(&self) -> String {
        match self {
            Value::Whole(number) => format!("{number:.6}"),
            other => other.shown(),
        }
    }

    /// As a load value is told of: memory in megabytes (compat/captures/qstat/thresholds.txt).
    pub fn reported(&self) -> String {
        match self {
            Value::Memory(bytes) => format!("{:.6}M", bytes / 1_048_576.0),
            other => other.shown(),
        }
    }

    /// The number of a value that is one; seconds, bytes.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Whole(number) | Value::Number(number) | Value::Memory(number) | Value::Time(number, _) => Some(*number),
            Value::Text(_) => None,
        }
    }

    fn less(self, taken: f64) -> Value {
        match self {
            Value::Whole(number) => Value::Whole(number - taken),
            Value::Number(number) => Value::Number(number - taken),
            Value::Memory(number) => Value::Memory(number - taken),
            Value::Time(number, _) => time(number - taken),
            text => text,
        }
    }
}

/// Seconds as `01:00:00`, or `infinity`.
fn time(seconds: f64) -> Value {
    let shown = match seconds {
        seconds if seconds.is_infinite() => "infinity".into(),
        seconds => {
            let whole = seconds as u64;
            format!("{:02}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
        }
    };
    Value::Time(seconds, shown)
}

/// Bytes with a unit: `21.028G`, `795.5M`, `0.0`.
pub fn size(bytes: f64, decimals: usize) -> String {
    let units = [(1u64 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")];
    match units.iter().find(|(unit, _)| bytes >= *unit as f64) {
        Some((unit, letter)) => format!("{:.decimals$}{letter}", bytes / *unit as f64),
        None => format!("{bytes:.decimals$}"),
    }
}

impl Host {
    /// The sockets, cores and threads as letters: `SCC`, `SCTTCTT`.
    fn topology(&self) -> String {
        let (sockets, cores) = (self.sockets.max(1), self.cores.max(1));
        let threads = if self.threads > cores { "T".repeat((self.threads / cores) as usize) } else { String::new() };
        format!("S{}", format!("C{threads}").repeat((cores / sockets).max(1) as usize)).repeat(sockets as usize)
    }

    /// A measured value by its name.
    pub fn load_value(&self, name: &str) -> Option<Value> {
        self.measured().into_iter().find(|offer| offer.name == name).map(|offer| offer.value)
    }

    /// What the host's own daemon would report; what is not known is left out.
    fn measured(&self) -> Vec<Offer> {
        let mut all = Vec::new();
        let mut offer = |name: &str, value: Option<Value>, is_static: bool| {
            all.extend(value.map(|value| Offer { dominance: "hl", name: name.into(), value, is_static }));
        };
        let load = |at: usize| self.load.map(|load| load[at]);
        let bytes = |bytes: Option<u64>| bytes.map(|bytes| Value::Memory(bytes as f64));
        let free = |total: Option<u64>, used: Option<u64>| Some(total?.saturating_sub(used?));
        let sum = |a: Option<u64>, b: Option<u64>| Some(a? + b.unwrap_or(0));
        for (name, at) in [("load_avg", 1), ("load_short", 0), ("load_medium", 1), ("load_long", 2)] {
            offer(name, load(at).map(Value::Number), false);
        }
        offer("arch", Some(Value::Text(self.arch.clone())), true);
        offer("num_proc", Some(Value::Whole(f64::from(self.processors))), true);
        let (total, used, swap, swapped) = (self.memory_total, self.memory_used, self.swap_total, self.swap_used);
        offer("mem_free", bytes(free(total, used)), false);
        offer("swap_free", bytes(free(swap, swapped)), false);
        offer("virtual_free", bytes(sum(free(total, used), free(swap, swapped))), false);
        offer("mem_total", bytes(total), true);
        offer("swap_total", bytes(swap), true);
        offer("virtual_total", bytes(sum(total, swap)), true);
        offer("mem_used", bytes(used), false);
        offer("swap_used", bytes(swapped), false);
        offer("virtual_used", bytes(sum(used, swapped)), false);
        offer("m_topology", Some(Value::Text(self.topology())), true);
        offer("m_topology_inuse", Some(Value::Text(self.topology())), false);
        for (name, count) in [("m_socket", self.sockets), ("m_core", self.cores), ("m_thread", self.threads)] {
            offer(name, Some(Value::Whole(f64::from(count))), true);
        }
        for (name, at) in [("np_load_avg", 1), ("np_load_short", 0), ("np_load_medium", 1), ("np_load_long", 2)] {
            offer(name, load(at).map(|load| Value::Number(load / f64::from(self.processors.max(1)))), false);
        }
        all.retain(|offer| offer.is_static || !self.is_unreachable);
        all
    }

    /// What the host offers: what is measured, then the site's values, less what is used up.
    pub fn offers(&self, site: &Site, taken: &Taken) -> Vec<Offer> {
        let mut all = self.measured();
        all.extend(site.values_of_host(&self.name).iter().map(|(name, value)| configured("h", name, value, site).less(taken)));
        all
    }
}

impl Offer {
    fn less(self, taken: &Taken) -> Offer {
        match taken.get(&self.name) {
            Some(taken) => Offer { value: self.value.less(*taken), ..self },
            None => self,
        }
    }
}

/// A value of site.toml.
fn configured(place: &'static str, name: &str, value: &str, site: &Site) -> Offer {
    let complex = site.complex(name);
    let is_used_up = complex.is_some_and(|complex| complex.consumable != Consumable::No);
    let dominance = match (place, is_used_up) {
        ("h", false) => "hf",
        ("h", true) => "hc",
        (_, false) => "qf",
        (_, true) => "qc",
    };
    let kind = complex.map_or(Kind::String, |complex| complex.kind);
    let name = complex.map_or(name, |complex| &complex.name);
    Offer { dominance, name: name.into(), value: read(kind, value).unwrap_or_else(|| Value::Text(value.into())), is_static: true }
}

/// A value of a resource's kind, as requests and site.toml write it; `None` where it is none.
pub fn read(kind: Kind, text: &str) -> Option<Value> {
    let number = match text {
        "T" | "t" => Some(1.0),
        "F" | "f" => Some(0.0),
        text => value::parse(text).ok(),
    };
    match kind {
        Kind::Time => number.map(|seconds| Value::Time(seconds, text.into())),
        Kind::Memory => number.map(Value::Memory),
        Kind::Int => number.map(Value::Whole),
        Kind::Double | Kind::Bool => number.map(Value::Number),
        Kind::String | Kind::CString | Kind::Host | Kind::ReString => Some(Value::Text(text.into())),
    }
}

impl Instance<'_> {
    /// What the queue instance offers: the host's, then the queue's own. Where both say something, the host's words count, and of
    /// numbers what is harder to satisfy.
    pub fn offers(&self, site: &Site) -> Vec<Offer> {
        let mut all = self.host.offers(site, &self.taken_on_host);
        let queue = self.queue;
        let mut offer = |dominance, name: &str, value| all.push(Offer { dominance, name: name.into(), value, is_static: true });
        let text = |text: &str| Value::Text(text.into());
        let of_kind = |kind, shown: &str| match read(kind, shown) {
            Some(Value::Time(seconds, _)) => time(seconds),
            Some(value) => value,
            None => text(shown),
        };
        offer("qf", "qname", text(&queue.name));
        offer("qf", "hostname", text(&self.host.name));
        offer("qc", "slots", Value::Whole(f64::from(self.total.saturating_sub(self.used))));
        offer("qf", "tmpdir", text(&queue.tmpdir));
        offer("qf", "seq_no", Value::Whole(f64::from(queue.seq_no)));
        offer("qf", "rerun", Value::Number(f64::from(u8::from(queue.rerun))));
        offer("qf", "calendar", text(queue.calendar.as_deref().unwrap_or("NONE")));
        for (limits, kind) in [(TIME_LIMITS, Kind::Time), (SIZE_LIMITS, Kind::Memory)] {
            limits.iter().for_each(|name| offer("qf", name, of_kind(kind, queue.limit(name))));
        }
        offer("qf", "min_cpu_interval", of_kind(Kind::Time, queue.attribute("min_cpu_interval")));
        for (name, value) in &queue.complex_values {
            let own = configured("q", name, value, site).less(&self.taken);
            match all.iter_mut().find(|offer| offer.name == own.name) {
                None => all.push(own),
                Some(of_host) => {
                    let relop = site.complex(name).map_or(Relop::Equal, |complex| complex.relop());
                    // A request the queue could just meet is no problem for the host: the queue decides.
                    if of_host.value != own.value && own.value.number().is_some() && satisfies(&of_host.value, relop, &own.value) {
                        *of_host = own;
                    }
                }
            }
        }
        all
    }
}

/// True when what is offered satisfies a request.
pub fn satisfies(offer: &Value, relop: Relop, request: &Value) -> bool {
    match (request.number(), offer.number()) {
        (Some(asked), Some(has)) => match relop {
            Relop::Equal => asked == has,
            Relop::NotEqual => asked != has,
            Relop::AtMost => asked <= has,
            Relop::AtLeast => asked >= has,
            Relop::Less => asked < has,
            Relop::More => asked > has,
            Relop::Exclusive => true,
        },
        _ => crate::grammar::expression::matches(&request.shown(), &offer.shown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_like_grid_engines() {
        assert_eq!(size(837.273_438 * 1_048_576.0, 1), "837.3M");
        assert_eq!(Value::Memory(0.0).shown(), "0.000");
        assert_eq!(Value::Memory(24105.5625 * 1_048_576.0).shown(), "23.541G");
        assert_eq!((Value::Whole(2.0).shown(), Value::Whole(2.0).shown_as_fraction()), ("2".into(), "2.000000".into()));
        let host = Host { processors: 4, sockets: 1, cores: 2, threads: 4, ..Host::default() };
        assert_eq!(host.topology(), "SCTTCTT");
        assert_eq!(Host { processors: 2, sockets: 1, cores: 2, threads: 2, ..Host::default() }.topology(), "SCC");
    }

    /// compat/captures/qselect/resources.txt
    #[test]
    fn requests_are_compared_as_the_resource_says() {
        let is = |kind, relop, asked: &str, has: &str| {
            satisfies(&read(kind, has).expect("a value"), relop, &read(kind, asked).expect("a value"))
        };
        assert!(is(Kind::Memory, Relop::AtMost, "1G", "2G") && !is(Kind::Memory, Relop::AtMost, "3G", "2G"));
        assert!(is(Kind::Time, Relop::AtMost, "INFINITY", "INFINITY") && is(Kind::Time, Relop::AtMost, "60", "0:1:0"));
        assert!(is(Kind::Double, Relop::AtLeast, "100", "9.8") && !is(Kind::Double, Relop::AtLeast, "1", "9.8"));
        assert!(is(Kind::String, Relop::Equal, "!task", "all.q") && is(Kind::String, Relop::Equal, "lx*|x", "lx-amd64"));
        assert!(is(Kind::Bool, Relop::Equal, "TRUE", "1") && read(Kind::Int, "x").is_none());
    }
}
