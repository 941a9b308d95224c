//! `qconf -se`: an execution host with its load (compat/captures/qconf-se.txt).

use super::{Attribute, lines, pairs};
use crate::host::Host;
use crate::site::Site;

const COLUMN: usize = 22;

/// A host of the cluster.
pub fn host(host: &Host, site: &Site) -> String {
    lines(&attributes(host, site), COLUMN)
}

/// `global` and `template`, the hosts that are none: what they offer is offered everywhere, and gridshim's site keeps that with
/// the hosts.
pub fn pseudo(name: &str) -> String {
    lines(&of(name, "NONE".into(), "NONE".into(), 0), COLUMN)
}

/// The attributes of a pseudo host, for `-sobjl`.
pub fn pseudo_attributes(name: &str) -> Vec<Attribute> {
    of(name, "NONE".into(), "NONE".into(), 0)
}

/// The attributes of a host, for `-sobjl` too.
pub fn attributes(host: &Host, site: &Site) -> Vec<Attribute> {
    of(&host.name, pairs(&site.values_of_host(&host.name)), load_values(host), host.processors)
}

fn of(name: &str, complex_values: String, load_values: String, processors: u32) -> Vec<Attribute> {
    let none = |name| (name, "NONE".to_string());
    vec![
        ("hostname", name.to_string()),
        none("load_scaling"),
        ("complex_values", complex_values),
        ("load_values", load_values),
        ("processors", processors.to_string()),
        none("user_lists"),
        none("xuser_lists"),
        none("projects"),
        none("xprojects"),
        none("usage_scaling"),
        none("report_variables"),
    ]
}

/// What is known of the load, in Grid Engine's order; what the backend does not know is left out.
pub fn load_values(host: &Host) -> String {
    let mut values: Vec<(&str, String)> = Vec::new();
    let [short, medium, long] = host.load.map_or([None; 3], |load| load.map(Some));
    let loads = [("avg", medium), ("short", short), ("medium", medium), ("long", long)];
    let mut add = |name: &'static str, value: Option<String>| values.extend(value.map(|value| (name, value)));
    let per_processor = |load: f64| load / f64::from(host.processors.max(1));
    for ((_, load), name) in loads.iter().zip(["load_avg", "load_short", "load_medium", "load_long"]) {
        add(name, load.map(|load| format!("{load:.6}")));
    }
    add("arch", (!host.arch.is_empty()).then(|| host.arch.clone()));
    add("num_proc", Some(host.processors.to_string()));
    let megabytes = |bytes: Option<u64>| bytes.map(|bytes| format!("{:.6}M", bytes as f64 / 1_048_576.0));
    let free = |total: Option<u64>, used: Option<u64>| Some(total?.saturating_sub(used?));
    let sum = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
    let memory_free = free(host.memory_total, host.memory_used);
    let swap_free = free(host.swap_total, host.swap_used);
    add("mem_free", megabytes(memory_free));
    add("swap_free", megabytes(swap_free));
    add("virtual_free", megabytes(sum(memory_free, swap_free)));
    add("mem_total", megabytes(host.memory_total));
    add("swap_total", megabytes(host.swap_total));
    add("virtual_total", megabytes(sum(host.memory_total, host.swap_total)));
    add("mem_used", megabytes(host.memory_used));
    add("swap_used", megabytes(host.swap_used));
    add("virtual_used", megabytes(sum(host.memory_used, host.swap_used)));
    let topology = topology(host);
    add("m_topology", topology.clone());
    add("m_topology_inuse", topology);
    for (name, count) in [("m_socket", host.sockets), ("m_core", host.cores), ("m_thread", host.threads)] {
        add(name, (count > 0).then(|| count.to_string()));
    }
    for ((_, load), name) in loads.iter().zip(["np_load_avg", "np_load_short", "np_load_medium", "np_load_long"]) {
        add(name, load.map(|load| format!("{:.6}", per_processor(load))));
    }
    values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

/// `SCTTCTT`: each socket with its cores, a core with its threads where it has more than one.
fn topology(host: &Host) -> Option<String> {
    if host.sockets == 0 || host.cores < host.sockets {
        return None;
    }
    let threads = host.threads / host.cores;
    let core = format!("C{}", if threads > 1 { "T".repeat(threads as usize) } else { String::new() });
    Some(format!("S{}", core.repeat((host.cores / host.sockets) as usize)).repeat(host.sockets as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_shown_as_recorded() {
        let site = Site::parse(include_str!("../../../compat/reference-site.toml"), "reference").expect("a site");
        let megabytes = |number: f64| Some((number * 1_048_576.0) as u64);
        let host = Host {
            name: "host1".into(),
            arch: "lx-amd64".into(),
            processors: 2,
            sockets: 1,
            cores: 2,
            threads: 2,
            load: Some([3.883789, 3.334473, 1.863770]),
            memory_total: megabytes(24105.5625),
            memory_used: megabytes(837.273438),
            swap_total: Some(0),
            swap_used: Some(0),
            ..Host::default()
        };
        let recorded = include_str!("../../../compat/captures/qconf-se.txt");
        let unfold = |text: &str| text.replace(" \\\n                      ", "");
        // gridshim does not measure `cpu`.
        let expected = unfold(recorded).replace("cpu=98.200000,", "");
        assert_eq!(unfold(&super::host(&host, &site)), expected);
        assert_eq!(
            super::super::lines(&[("load_values", unfold(recorded).lines().nth(3).unwrap_or("")[22..].into())], 22),
            recorded.lines().skip(3).take(10).collect::<Vec<_>>().join("\n") + "\n"
        );
    }

    #[test]
    fn unknown_values_are_left_out() {
        let host = Host { name: "h".into(), processors: 4, sockets: 2, cores: 4, threads: 8, ..Host::default() };
        assert_eq!(
            load_values(&host),
            "num_proc=4,m_topology=SCTTCTTSCTTCTT,m_topology_inuse=SCTTCTTSCTTCTT,m_socket=2,m_core=4,m_thread=8"
        );
    }
}
