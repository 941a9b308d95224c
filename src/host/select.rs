//! Which queue instances `-q`, `-l`, `-pe`, `-U` and `-qs` mean, which waiting jobs could run in them, and which hosts qhost's `-l`
//! means (compat/captures/qstat/select.txt, pending.txt, compat/captures/qselect).

use super::resources::{Offer, Value, read, satisfies};
use super::{Host, Instance, Taken};
use crate::grammar::expression;
use crate::job::Job;
use crate::request::listing::Selection;
use crate::site::{Complex, Kind, Site, own_name};

/// Why nothing can be selected. Only qhost tells it; qstat and qselect end with 1 in silence, but for the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nothing {
    UnknownResource(String),
    /// Name, and what its values are.
    NoValue(String, &'static str),
    UnknownHost(String),
    /// `-q` names no queue.
    NoQueue,
    /// `-pe` names no parallel environment.
    NoParallelEnvironment,
}

impl std::fmt::Display for Nothing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Nothing::UnknownResource(name) => write!(f, "unknown resource \"{name}\""),
            Nothing::NoValue(name, kind) => write!(f, "attribute \"{name}\" is not a {kind} value"),
            Nothing::UnknownHost(name) => write!(f, "can't resolve hostname \"{name}\""),
            Nothing::NoQueue => f.write_str("no queue"),
            Nothing::NoParallelEnvironment => f.write_str("no such parallel environment"),
        }
    }
}

/// A request of `-l` that was checked.
struct Wanted<'a> {
    complex: &'a Complex,
    value: Value,
}

fn wanted<'a>(requests: &[(String, String)], hosts: &[Host], site: &'a Site) -> Result<Vec<Wanted<'a>>, Nothing> {
    requests
        .iter()
        .map(|(name, text)| {
            let complex = site.complex(name).ok_or_else(|| Nothing::UnknownResource(name.clone()))?;
            let kind = match complex.kind {
                Kind::Int => "integer",
                Kind::Time => "time",
                Kind::Memory => "memory",
                Kind::Bool => "boolean",
                Kind::Double => "double",
                Kind::String | Kind::CString | Kind::Host | Kind::ReString => "string",
            };
            let value = if complex.kind == Kind::Host && !expression::is_expression(text) {
                Value::Text(own_name(text, hosts.iter().map(|host| host.name.as_str())).ok_or_else(|| Nothing::UnknownHost(text.clone()))?)
            } else {
                read(complex.kind, text).ok_or_else(|| Nothing::NoValue(complex.name.clone(), kind))?
            };
            Ok(Wanted { complex, value })
        })
        .collect()
}

/// True when the offers hold everything that is wanted. What changes by itself counts only where `with_load` says so.
fn fits(offers: &[Offer], wanted: &[Wanted<'_>], with_load: bool) -> bool {
    wanted.iter().all(|wanted| {
        let offer = offers.iter().find(|offer| offer.name == wanted.complex.name);
        offer.is_some_and(|offer| (with_load || offer.is_static) && satisfies(&offer.value, wanted.complex.relop(), &wanted.value))
    })
}

/// What an instance offers to requests: all there is, whether in use or not.
fn offers(instance: &Instance<'_>, site: &Site) -> Vec<Offer> {
    Instance::empty(instance.queue, instance.host, instance.total).offers(site)
}

/// The instances that are meant.
///
/// # Errors
/// Nothing can be.
pub fn select<'a>(selection: &Selection, instances: Vec<Instance<'a>>, hosts: &[Host], site: &Site) -> Result<Vec<Instance<'a>>, Nothing> {
    let wanted = wanted(&selection.resources, hosts, site)?;
    let mut left = instances;
    if !selection.queues.is_empty() {
        left.retain(|instance| selection.queues.iter().any(|word| site.is_meant(word, &instance.queue.name, Some(&instance.host.name))));
        if left.is_empty() {
            return Err(Nothing::NoQueue);
        }
    }
    if !selection.parallel_environments.is_empty() {
        let known: Vec<&String> = selection.parallel_environments.iter().filter(|name| site.pe(name).is_some()).collect();
        if known.is_empty() {
            return Err(Nothing::NoParallelEnvironment);
        }
        left.retain(|instance| site.pes_of(instance.queue).iter().any(|pe| known.contains(&&pe.name)));
    }
    if !selection.users.is_empty() {
        left.retain(|instance| {
            let queue = instance.queue;
            selection.users.iter().all(|word| {
                let (user, group) = word.strip_prefix('@').map_or((word.as_str(), ""), |group| ("", group));
                site.lets_in(&queue.user_lists, &queue.xuser_lists, user, group)
            })
        });
    }
    if !wanted.is_empty() {
        left.retain(|instance| fits(&offers(instance, site), &wanted, false));
    }
    if !selection.states.is_empty() {
        left.retain(|instance| instance.states(site).chars().any(|letter| selection.states.contains(letter)));
    }
    Ok(left)
}

/// True where a waiting job could run in one of these instances by its queues and resources. Slots are not looked at, load is never
/// met, a pattern of queues is no queue, and an array that waits for another task by task always could.
pub fn could_run(job: &Job, instances: &[Instance<'_>], hosts: &[Host], site: &Site) -> bool {
    if !job.hold_jid_ad.is_empty() {
        return true;
    }
    let Ok(wanted) = wanted(&job.hard_resources, hosts, site) else { return false };
    instances.iter().any(|instance| {
        let in_list = |word: &String| *word == instance.queue.name || *word == instance.name();
        (job.hard_queues.is_empty() || job.hard_queues.iter().any(in_list))
            && (wanted.is_empty() || fits(&offers(instance, site), &wanted, false))
    })
}

/// The hosts that fit qhost's `-l`. Only what hosts offer is looked at, and their names are compared as they are.
///
/// # Errors
/// What is asked for is unknown.
pub fn hosts_that_fit<'a>(requests: &[(String, String)], hosts: &'a [Host], site: &Site) -> Result<Vec<&'a Host>, Nothing> {
    let wanted = wanted(requests, hosts, site)?;
    let is_named = |host: &Host, wanted: &Wanted<'_>| wanted.value == Value::Text(host.name.clone());
    let (names, others): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|wanted| wanted.complex.name == "hostname");
    let fit = |host: &&Host| names.iter().all(|wanted| is_named(host, wanted)) && fits(&host.offers(site, &Taken::new()), &others, true);
    Ok(hosts.iter().filter(fit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::instances;

    fn site() -> Site {
        Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site")
    }

    fn host() -> Host {
        let (arch, gigabyte) = (Host::arch_of("x86_64"), 1 << 30);
        Host {
            name: "host1".into(),
            arch,
            processors: 2,
            sockets: 1,
            cores: 2,
            threads: 2,
            load: Some([1.0, 2.0, 3.0]),
            memory_total: Some(20 * gigabyte),
            memory_used: Some(gigabyte),
            ..Host::default()
        }
    }

    /// compat/captures/qselect/answers.txt
    #[test]
    fn queues_are_selected_as_recorded() {
        let (site, hosts) = (site(), [host()]);
        let names = |selection: Selection| {
            let found = select(&selection, instances(&site, &hosts, &[]), &hosts, &site);
            found.map(|found| found.iter().map(|instance| instance.queue.name.clone()).collect::<Vec<_>>().join(" "))
        };
        let queues = |word: &str| names(Selection { queues: vec![word.into()], ..Selection::default() });
        for (word, found) in
            [("a*", "all.q"), ("!task", "all.q continuous"), ("*@@allhosts", "all.q continuous task"), ("task@host1", "task")]
        {
            assert_eq!(queues(word), Ok(found.into()), "{word}");
        }
        for word in ["nosuch", "@allhosts", "*@nosuch", "*@@nosuch", "all.q@", "ALL.Q"] {
            assert_eq!(queues(word), Err(Nothing::NoQueue), "{word}");
        }
        let resource = |name: &str, value: &str| names(Selection { resources: vec![(name.into(), value.into())], ..Selection::default() });
        let every = Ok("all.q continuous task".to_string());
        for (name, value) in [
            ("h_rt", "10"),
            ("arch", "lx*|x"),
            ("num_proc", "2"),
            ("slots", "4"),
            ("release", "buster"),
            ("mem_total", "1G"),
            ("h", "h*"),
            ("rerun", "TRUE"),
        ] {
            assert_eq!(resource(name, value), every, "{name}={value}");
        }
        for (name, value) in
            [("mem_free", "1G"), ("load_avg", "100"), ("slots", "5"), ("release", "x"), ("num_proc", "3"), ("swap_rate", "1")]
        {
            assert_eq!(resource(name, value), Ok(String::new()), "{name}={value}");
        }
        assert_eq!(resource("q", "task"), Ok("task".into()));
        assert_eq!(resource("nosuch", "1"), Err(Nothing::UnknownResource("nosuch".into())));
        assert_eq!(resource("h_rt", "x").expect_err("no value").to_string(), "attribute \"h_rt\" is not a time value");
        let pe = |name: &str| names(Selection { parallel_environments: vec![name.into()], ..Selection::default() });
        assert_eq!((pe("smp"), pe("s*")), (every, Err(Nothing::NoParallelEnvironment)));
        assert_eq!(names(Selection { states: "ad".into(), ..Selection::default() }), Ok(String::new()));
    }

    /// compat/captures/qhost/answers.txt
    #[test]
    fn hosts_are_compared_with_their_load() {
        let (site, hosts) = (site(), [host()]);
        let count = |name: &str, value: &str| hosts_that_fit(&[(name.into(), value.into())], &hosts, &site).map(|found| found.len());
        for (name, value, found) in [
            ("mem_free", "1G", 1),
            ("mem_free", "900G", 0),
            ("load_avg", "100", 1),
            ("load_avg", "1", 0),
            ("h", "h*", 0),
            ("h", "host1", 1),
            ("q", "task", 0),
            ("h_rt", "1", 0),
        ] {
            assert_eq!(count(name, value), Ok(found), "{name}={value}");
        }
    }
}
