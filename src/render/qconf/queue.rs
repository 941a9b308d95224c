//! `qconf -sq`: a cluster queue, an instance of it, the template of new ones.

use super::{Attribute, lines, list, pairs, truth};
use crate::host::Host;
use crate::site::{Queue, QueueType, SIZE_LIMITS, Site, TIME_LIMITS};

/// Where the values begin.
const COLUMN: usize = 22;

/// A cluster queue (compat/captures/qconf-sq.txt). Slots that follow the cores of the hosts are shown host by host, which is how
/// Grid Engine's installation writes them.
pub fn cluster(queue: &Queue, site: &Site, hosts: &[Host]) -> String {
    lines(&attributes(queue, site, hosts), COLUMN)
}

/// The attributes of a cluster queue, for `-sobjl` too.
pub fn attributes(queue: &Queue, site: &Site, hosts: &[Host]) -> Vec<Attribute> {
    let slots = queue.slots.map_or_else(
        || {
            let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
            let on = site.hosts_of_queue(queue, &names);
            let each = hosts.iter().filter(|host| on.contains(&host.name)).map(|host| format!(",[{}={}]", host.name, host.processors));
            format!("1{}", each.collect::<String>())
        },
        |slots| slots.to_string(),
    );
    let hostlist = super::objects::hostlist(&queue.hostlist, hosts);
    common(queue, site, ("hostlist", hostlist), slots, qtype(queue))
}

/// A queue on one host: the host instead of the list, and the type with a blank behind it (compat/captures/qconf/instance.txt).
pub fn instance(queue: &Queue, site: &Site, host: &Host) -> String {
    let slots = queue.slots.unwrap_or(host.processors).to_string();
    lines(&common(queue, site, ("hostname", host.name.clone()), slots, format!("{} ", qtype(queue))), COLUMN)
}

/// What a new queue is made from (compat/captures/qconf-sq-template.txt).
pub fn template() -> String {
    let queue = Queue { shell: "/bin/sh".into(), slots: Some(1), hostlist: Vec::new(), ..Queue::named("template") };
    let mut attributes = attributes(&queue, &Site::default(), &[]);
    for (_, value) in attributes.iter_mut().filter(|(name, _)| *name == "pe_list") {
        *value = "make smp mpi".into();
    }
    lines(&attributes, COLUMN)
}

fn qtype(queue: &Queue) -> String {
    let words: Vec<&str> = [(QueueType::Batch, "BATCH"), (QueueType::Interactive, "INTERACTIVE")]
        .into_iter()
        .filter_map(|(kind, word)| queue.is_of(kind).then_some(word))
        .collect();
    if words.is_empty() { "NONE".into() } else { words.join(" ") }
}

fn common(queue: &Queue, site: &Site, hosts: Attribute, slots: String, qtype: String) -> Vec<Attribute> {
    let shown = |name: &'static str| (name, queue.attribute(name).to_string());
    let pes: Vec<String> = site.pes_of(queue).iter().map(|pe| pe.name.clone()).collect();
    let mut all = vec![
        ("qname", queue.name.clone()),
        hosts,
        ("seq_no", queue.seq_no.to_string()),
        ("load_thresholds", pairs(&queue.load_thresholds)),
        shown("suspend_thresholds"),
        shown("nsuspend"),
        shown("suspend_interval"),
        ("priority", queue.priority.to_string()),
        shown("min_cpu_interval"),
        shown("processors"),
        ("qtype", qtype),
        ("ckpt_list", list(&queue.ckpt_list, " ")),
        ("pe_list", list(&pes, " ")),
        ("rerun", truth(queue.rerun)),
        ("slots", slots),
        ("tmpdir", queue.tmpdir.clone()),
        ("shell", queue.shell.clone()),
        shown("prolog"),
        shown("epilog"),
        shown("shell_start_mode"),
        shown("starter_method"),
        shown("suspend_method"),
        shown("resume_method"),
        shown("terminate_method"),
        ("notify", notify(queue.notify)),
        ("owner_list", list(&queue.owner_list, " ")),
        ("user_lists", list(&queue.user_lists, " ")),
        ("xuser_lists", list(&queue.xuser_lists, " ")),
        ("subordinate_list", list(&queue.subordinate_list, " ")),
        ("complex_values", pairs(&queue.complex_values)),
        ("projects", list(&queue.projects, " ")),
        ("xprojects", list(&queue.xprojects, " ")),
        ("calendar", queue.calendar.clone().unwrap_or_else(|| "NONE".into())),
        shown("initial_state"),
    ];
    all.extend(TIME_LIMITS.iter().chain(SIZE_LIMITS).map(|name| (*name, queue.limit(name).to_string())));
    all
}

/// Grid Engine's default is written `00:00:60`.
fn notify(seconds: u64) -> String {
    if seconds == 60 { "00:00:60".into() } else { format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> Site {
        Site::parse(include_str!("../../../compat/reference-site.toml"), "reference").expect("a site")
    }

    #[test]
    fn queues_are_shown_as_recorded() {
        let site = reference();
        let task = site.queue("task").expect("a queue");
        assert_eq!(cluster(task, &site, &[]), include_str!("../../../compat/captures/qconf-sq.txt"));
        assert_eq!(template(), include_str!("../../../compat/captures/qconf-sq-template.txt"));
        let host = Host { name: "host1".into(), ..Host::default() };
        assert_eq!(instance(task, &site, &host), include_str!("../../../compat/captures/qconf/instance.txt"));
    }

    #[test]
    fn slots_follow_the_cores() {
        let host = |name: &str, processors| Host { name: name.into(), processors, ..Host::default() };
        let queue = Queue { notify: 3690, ..Queue::named("q") };
        let text = cluster(&queue, &Site::default(), &[host("a", 4), host("b", 8)]);
        assert!(text.contains("\nslots                 1,[a=4],[b=8]\n") && text.contains("\nnotify                01:01:30\n"), "{text}");
        assert!(text.contains("\nload_thresholds       np_load_avg=1.75\n") && text.contains("\npe_list               make smp mpi\n"));
    }
}
