//! Why a job can run nowhere, in the scheduler's words: what `-w` and `scheduling info` tell (recorded with `qsub -w v`).

use super::resources::{Offer, read, satisfies};
use super::{Host, Instance, Taken, instances};
use crate::grammar::pattern;
use crate::job::{Job, JobId};
use crate::site::{Complex, Kind, Site};

/// What counts as an obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// What no time will change.
    Ever,
    /// Grid Engine's check for `-w`: what hosts measure from time to time (free memory, load) it does not know.
    Check,
}

/// A request, with what it asks for.
struct Wanted<'a> {
    complex: &'a Complex,
    value: &'a str,
}

/// True where what these words of `-q` and requests of `-l` mean depends on which hosts there are.
pub fn depends_on_hosts<'a>(
    mut words: impl Iterator<Item = &'a String>,
    resources: impl Iterator<Item = &'a (String, String)>,
    site: &Site,
) -> bool {
    const MEASURED: [&str; 10] =
        ["hostname", "arch", "num_proc", "m_socket", "m_core", "m_thread", "m_topology", "mem_total", "swap_total", "virtual_total"];
    let is_own = |name: &str| site.hosts.iter().any(|host| host.complex_values.contains_key(name));
    let mut complexes = resources.filter_map(|(name, _)| site.complex(name));
    words.any(|word| word.contains('@')) || complexes.any(|complex| MEASURED.contains(&complex.name.as_str()) || is_own(&complex.name))
}

/// Why a job can run nowhere, a line for each obstacle. Without hosts only what does not depend on them is looked at.
pub fn nowhere(job: &Job, hosts: &[Host], look: Look, site: &Site) -> Option<String> {
    let lines = if hosts.is_empty() {
        let host = Host { name: job.submitter.host.clone(), is_unreachable: true, ..Host::default() };
        let anywhere = |queue| Instance::empty(queue, &host, queue.slots.unwrap_or(u32::MAX));
        let mut all: Vec<Instance<'_>> = site.queues.iter().map(anywhere).collect();
        all.sort_by(|a, b| a.queue.name.cmp(&b.queue.name));
        obstacles(job, &all, Look::Ever, site)
    } else {
        obstacles(job, &instances(site, hosts, &[]), look, site)
    };
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The lines with the job's number before each.
pub fn of_job(id: JobId, lines: &str) -> String {
    lines.lines().map(|line| format!("Job {id} {line}")).collect::<Vec<_>>().join("\n")
}

/// One line for each obstacle; none where the job can run in some queue instance.
fn obstacles(job: &Job, instances: &[Instance<'_>], look: Look, site: &Site) -> Vec<String> {
    let mut lines = Vec::new();
    let mut left = in_hard_queues(job, instances, site, &mut lines);
    let wanted = wanted(job, site);
    let request = request(job);
    let is_parallel = job.pe.is_some();
    left.retain(|instance| fits_host(instance, &wanted, site, (&request, is_parallel), &mut lines));
    left.retain(|instance| fits_queue(instance, &wanted, look, site, &request, &mut lines));
    match &job.pe {
        None if !left.is_empty() => Vec::new(),
        None if lines.is_empty() => vec!["no queue satisfies the request".into()],
        None => lines,
        Some((name, _)) => {
            let short: Vec<String> = short_of_slots(job, name, &left, site);
            lines.extend(short.iter().cloned());
            if short.is_empty() { Vec::new() } else { lines }
        }
    }
}

/// `(-l arch=x,h_rt=60) `, by name; nothing where nothing is asked for.
fn request(job: &Job) -> String {
    let mut asked: Vec<String> = job.hard_resources.iter().map(|(name, value)| format!("{name}={value}")).collect();
    asked.sort();
    if asked.is_empty() { String::new() } else { format!("(-l {}) ", asked.join(",")) }
}

/// The requests that offers are compared with, by name.
fn wanted<'a>(job: &'a Job, site: &'a Site) -> Vec<Wanted<'a>> {
    // What names an image is nothing that hosts have.
    let has_image = |name: &str, value: &str| match name {
        "image" => site.images.is_some(),
        "release" => site.images.is_some() || site.kubernetes.as_ref().is_some_and(|k| k.releases.contains_key(value)),
        _ => false,
    };
    let mut wanted: Vec<Wanted<'a>> = job
        .hard_resources
        .iter()
        .filter_map(|(name, value)| Some(Wanted { complex: site.complex(name)?, value }))
        .filter(|wanted| !has_image(&wanted.complex.name, wanted.value))
        .filter(|wanted| wanted.complex.name != "hostname" || !site.known_hosts.is_empty())
        .collect();
    wanted.sort_by(|a, b| a.complex.name.cmp(&b.complex.name));
    wanted
}

fn in_hard_queues<'a, 'b>(job: &Job, instances: &'a [Instance<'b>], site: &Site, lines: &mut Vec<String>) -> Vec<&'a Instance<'b>> {
    let is_named = job.hard_resources.iter().any(|(name, _)| name == "qname");
    let is_meant = |instance: &&Instance<'_>| {
        let host = (!site.known_hosts.is_empty()).then_some(instance.host.name.as_str());
        let means = |word: &String| site.is_meant(word, &instance.queue.name, host);
        if job.hard_queues.is_empty() { is_named || !instance.queue.only_by_name } else { job.hard_queues.iter().any(means) }
    };
    let left: Vec<&Instance<'_>> = instances.iter().filter(is_meant).collect();
    if !job.hard_queues.is_empty() {
        let mut others: Vec<&str> = instances.iter().map(|instance| instance.queue.name.as_str()).collect();
        others.dedup();
        others.retain(|queue| left.iter().all(|instance| instance.queue.name != *queue));
        lines.extend(
            others.iter().map(|queue| format!("cannot run in queue \"{queue}\" because it is not contained in its hard queue list (-q)")),
        );
    }
    left
}

/// The first request that a list of offers does not satisfy. What none offers is passed over.
fn refused<'o>(offers: &'o [Offer], wanted: &[Wanted<'_>]) -> Option<&'o Offer> {
    offers.iter().find(|offer| {
        let asked = wanted.iter().find(|wanted| wanted.complex.name == offer.name);
        let value = asked.and_then(|wanted| Some((wanted.complex.relop(), read(wanted.complex.kind, &comparable(wanted))?)));
        offer.is_static && value.is_some_and(|(relop, value)| !satisfies(&offer.value, relop, &value))
    })
}

/// Hosts are compared in small letters.
fn comparable(wanted: &Wanted<'_>) -> String {
    if wanted.complex.kind == Kind::Host { wanted.value.to_lowercase() } else { wanted.value.to_string() }
}

/// What the host does not offer is told once for the host. Fixed values come first.
fn fits_host(
    instance: &Instance<'_>,
    wanted: &[Wanted<'_>],
    site: &Site,
    (request, is_parallel): (&str, bool),
    lines: &mut Vec<String>,
) -> bool {
    let mut offers = instance.host.offers(site, &Taken::new());
    // What is not known of the host is no offer.
    offers.retain(|offer| offer.dominance != "hl" || !instance.host.arch.is_empty());
    offers.sort_by(|a, b| (a.dominance == "hl", &a.name).cmp(&(b.dominance == "hl", &b.name)));
    let Some(offer) = refused(&offers, wanted) else { return true };
    // Sic: a host is called a queue here.
    let place = if is_parallel { "in queue" } else { "at host" };
    let line = format!("{request}cannot run {place} \"{}\" because it offers only {}", instance.host.name, shown(offer));
    if !lines.contains(&line) {
        lines.push(line);
    }
    false
}

fn shown(offer: &Offer) -> String {
    format!("{}:{}={}", offer.dominance, offer.name, offer.value.shown_as_fraction())
}

fn fits_queue(instance: &Instance<'_>, wanted: &[Wanted<'_>], look: Look, site: &Site, request: &str, lines: &mut Vec<String>) -> bool {
    let mut offers = instance.offers(site);
    offers.sort_by(|a, b| a.name.cmp(&b.name));
    let own: Vec<Offer> = offers.iter().filter(|offer| offer.dominance.starts_with('q') && offer.name != "slots").cloned().collect();
    let unknown = wanted.iter().find(|wanted| !offers.iter().any(|offer| offer.is_static && offer.name == wanted.complex.name));
    let line = match (refused(&own, wanted), unknown) {
        (Some(offer), _) if offer.name == "calendar" => format!("\"{}\" because of cluster queue", instance.queue.name),
        (Some(offer), _) => format!("\"{}\" because it offers only {}", instance.name(), shown(offer)),
        (None, Some(unknown)) if look == Look::Check => {
            format!("\"{}\" because job requests unknown resource ({})", instance.name(), unknown.complex.name)
        }
        (None, _) => return true,
    };
    lines.push(format!("{request}cannot run in queue {line}"));
    false
}

/// A line for each environment that is meant, where none has slots enough. A task's slots are on one host, in any of its queues.
fn short_of_slots(job: &Job, name: &str, left: &[&Instance<'_>], site: &Site) -> Vec<String> {
    let mut short = Vec::new();
    for pe in site.parallel_environments.iter().filter(|pe| pattern::matches(name, &pe.name)) {
        let offers = |instance: &&&Instance<'_>| site.pes_of(instance.queue).iter().any(|known| known.name == pe.name);
        let on = |host: &Host| -> u64 {
            let there: Vec<_> = left.iter().filter(|instance| instance.host.name == host.name).filter(offers).collect();
            let has_master = job.master_queues.is_empty() || there.iter().any(|instance| job.masters.contains(&instance.queue.name));
            if has_master { there.iter().map(|instance| u64::from(instance.total)).sum() } else { 0 }
        };
        let most = left.iter().map(|instance| on(instance.host)).max().unwrap_or(0).min(u64::from(pe.slots));
        if most >= u64::from(job.slots) {
            return Vec::new();
        }
        short.push(format!("cannot run in PE \"{}\" because it only offers 0 slots", pe.name));
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Command, Submitter, resolve};
    use crate::request::Request;

    fn obstacles_of(job: Job, look: Look) -> String {
        let mut site = Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site");
        let mut host = Host { name: "vm".into(), arch: "lx-amd64".into(), processors: 2, cores: 2, ..Host::default() };
        host.memory_total = Some(24_152 << 20);
        let hosts = [host];
        site.known_hosts = vec!["vm".into()];
        nowhere(&job, &hosts, look, &site).unwrap_or_default()
    }

    fn asks(resources: &[(&str, &str)]) -> Job {
        let hard_resources = resources.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let command = Command { file: Some("x.sh".into()), args: Vec::new() };
        let job = resolve(Request::default(), command, Submitter::default(), &[], &Site::default()).expect("a job").job;
        Job { hard_resources, ..job }
    }

    #[test]
    fn hosts_come_before_queues_and_requests_are_told_by_name() {
        for (asked, text) in [
            (
                &[("h_rt", "60"), ("release", "x"), ("arch", "x")][..],
                "(-l arch=x,h_rt=60,release=x) cannot run at host \"vm\" because it offers only hf:release=buster",
            ),
            (&[("num_proc", "99")], "(-l num_proc=99) cannot run at host \"vm\" because it offers only hl:num_proc=2.000000"),
            (&[("mem_total", "1000G")], "(-l mem_total=1000G) cannot run at host \"vm\" because it offers only hl:mem_total=23.586G"),
            (&[("arch", "!x|y"), ("hostname", "VM*"), ("qname", "task"), ("mem_free", "1G")], ""),
        ] {
            assert_eq!(obstacles_of(asks(asked), Look::Ever), text);
        }
    }

    #[test]
    fn queues_have_a_line_each() {
        let line = |queue: &str| format!("(-l hostname=!vm) cannot run in queue \"{queue}@vm\" because it offers only qf:hostname=vm");
        assert_eq!(obstacles_of(asks(&[("hostname", "!vm")]), Look::Ever), [line("all.q"), line("continuous"), line("task")].join("\n"));
        let job = Job { hard_queues: vec!["task".into()], ..asks(&[("cpu", "1")]) };
        let not = |queue: &str| format!("cannot run in queue \"{queue}\" because it is not contained in its hard queue list (-q)");
        let unknown = "(-l cpu=1) cannot run in queue \"task@vm\" because job requests unknown resource (cpu)".to_string();
        assert_eq!(obstacles_of(job, Look::Check), [not("all.q"), not("continuous"), unknown].join("\n"));
    }

    #[test]
    fn without_hosts_only_what_the_site_says_counts() {
        let site = Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site");
        let why = |asked: &[(&str, &str)]| nowhere(&asks(asked), &[], Look::Check, &site);
        assert_eq!(why(&[("arch", "x"), ("hostname", "x"), ("cpu", "1")]), None);
        assert!(why(&[("release", "x")]).is_some() && why(&[("qname", "x")]).is_some());
        let depends =
            |word: &str, name: &str| depends_on_hosts([word.to_string()].iter(), [(name.to_string(), String::new())].iter(), &site);
        assert!(depends("task@x", "h_rt") && depends("task", "h") && !depends("task", "h_rt"));
    }

    #[test]
    fn slots_of_all_queues_count() {
        let parallel = |slots| Job { pe: Some(("*".into(), vec![(slots, slots)])), slots, ..asks(&[]) };
        let none = |pe: &str| format!("cannot run in PE \"{pe}\" because it only offers 0 slots");
        assert_eq!(obstacles_of(parallel(12), Look::Ever), "");
        assert_eq!(obstacles_of(parallel(13), Look::Ever), [none("smp"), none("make")].join("\n"));
        let job = Job { master_queues: vec!["all.q".into()], ..parallel(2) };
        assert_eq!(obstacles_of(job, Look::Ever), [none("smp"), none("make")].join("\n"));
    }
}
