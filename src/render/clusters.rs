//! `qstat -g c`: the cluster queues with their slots (compat/captures/qstat/options-gc.txt, queue-states.txt,
//! compat/captures/qstat-xml/cluster-queues.txt).

use super::writer::Xml;
use super::xml::document;
use crate::host::Instance;
use crate::site::Site;
use std::fmt::Write;

/// The letters of `-ext`'s columns, with their elements.
const STATES: [(char, &str); 11] = [
    ('s', "suspend_manual"),
    ('A', "suspend_threshold"),
    ('S', "suspend_on_subordinate"),
    ('C', "suspend_calendar"),
    ('u', "unknown"),
    ('a', "load_alarm"),
    ('d', "disabled_manual"),
    ('D', "disabled_calendar"),
    ('c', "ambiguous"),
    ('o', "orphaned"),
    ('E', "error"),
];

/// One cluster queue.
struct Cluster<'a> {
    name: &'a str,
    /// Load for each processor, of the hosts that tell it.
    load: Option<f64>,
    used: u32,
    available: u32,
    total: u32,
    /// Slots that come back by themselves (`aoACDS`), and those that somebody has to see to (`cdsuE`).
    temporary: u32,
    manual: u32,
    states: [u32; 11],
}

fn clusters<'a>(instances: &'a [Instance<'_>], site: &Site) -> Vec<Cluster<'a>> {
    let mut found: Vec<Cluster<'a>> = Vec::new();
    for group in instances.chunk_by(|a, b| a.queue.name == b.queue.name) {
        let loads: Vec<f64> = group.iter().filter_map(|instance| instance.host.np_load_avg()).collect();
        let slots =
            |is: &dyn Fn(&str) -> bool| group.iter().filter(|instance| is(&instance.states(site))).map(|instance| instance.total).sum();
        let manual = |states: &str| states.contains(|letter| "cdsuE".contains(letter));
        found.push(Cluster {
            name: &group[0].queue.name,
            load: (!loads.is_empty()).then(|| loads.iter().sum::<f64>() / loads.len() as f64),
            used: group.iter().map(|instance| instance.used).sum(),
            available: group
                .iter()
                .filter(|instance| instance.states(site).is_empty())
                .map(|instance| instance.total.saturating_sub(instance.used))
                .sum(),
            total: group.iter().map(|instance| instance.total).sum(),
            temporary: slots(&|states| !states.is_empty() && !manual(states)),
            manual: slots(&manual),
            states: STATES.map(|(letter, _)| slots(&|states| states.contains(letter))),
        });
    }
    found
}

/// The table.
pub fn table(instances: &[Instance<'_>], site: &Site, extended: bool) -> String {
    let mut text = String::new();
    let found = clusters(instances, site);
    if found.is_empty() {
        return text;
    }
    text.push_str("CLUSTER QUEUE                   CQLOAD   USED    RES  AVAIL  TOTAL aoACDS  cdsuE  ");
    if extended {
        text.push_str("    s     A     S     C     u     a     d     D     c     o     E");
    }
    let _ = writeln!(text, "\n{}", "-".repeat(if extended { 146 } else { 80 }));
    for cluster in found {
        let load = cluster.load.map_or("-NA-".into(), |load| format!("{load:.2}"));
        let Cluster { name, used, available, total, temporary, manual, .. } = cluster;
        let _ = write!(text, "{name:<30.30} {load:>7} {used:>6} {:>6} {available:>6} {total:>6} {temporary:>6} {manual:>6} ", 0);
        if extended {
            cluster.states.iter().for_each(|count| {
                let _ = write!(text, "{count:>5} ");
            });
        }
        text.push('\n');
    }
    text
}

/// The document.
pub fn xml(instances: &[Instance<'_>], site: &Site, extended: bool) -> String {
    let mut xml = document();
    for cluster in clusters(instances, site) {
        xml.group("cluster_queue_summary", |xml| summary(xml, &cluster, extended));
    }
    xml.text.push_str("</job_info>\n");
    xml.text
}

fn summary(xml: &mut Xml, cluster: &Cluster<'_>, extended: bool) {
    xml.element("name", cluster.name);
    if let Some(load) = cluster.load {
        xml.element("load", &format!("{load:.5}"));
    }
    for (name, count) in [
        ("used", cluster.used),
        ("resv", 0),
        ("available", cluster.available),
        ("total", cluster.total),
        ("temp_disabled", cluster.temporary),
        ("manual_intervention", cluster.manual),
    ] {
        xml.element(name, &count.to_string());
    }
    if extended {
        for ((_, name), count) in STATES.iter().zip(cluster.states) {
            xml.element(name, &count.to_string());
        }
    }
}
