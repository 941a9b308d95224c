//! What the types of site.toml cannot show: names that are there twice or nowhere, values that are none.

use super::quotas::mistake;
use super::settings::{CONFIGURATION, MAX_ARRAY_TASKS, SCHEDULER};
use super::{ATTRIBUTES, SIZE_LIMITS, Site, TIME_LIMITS};
use crate::grammar::{duration, memory};
use std::collections::{BTreeMap, BTreeSet};

/// A mistake: where it stands (keys and numbers of list entries, joined by `/`), and the sentence.
#[derive(Debug)]
pub struct Mistake {
    pub path: String,
    /// The key itself is the mistake, not its value.
    pub at_key: bool,
    pub what: String,
}

type Checked = Result<(), Mistake>;

fn wrong(path: impl Into<String>, what: impl Into<String>) -> Checked {
    Err(Mistake { path: path.into(), at_key: false, what: what.into() })
}

fn wrong_key(path: impl Into<String>, what: impl Into<String>) -> Checked {
    Err(Mistake { path: path.into(), at_key: true, what: what.into() })
}

/// The first mistake.
pub fn check(site: &Site) -> Checked {
    names(site)?;
    queues(site)?;
    resources(site)?;
    people(site)?;
    hosts(site)?;
    quotas(site)?;
    settings(site)?;
    mail(site)?;
    cron(site)?;
    kubernetes(site)
}

/// Names of Grid Engine's objects: no blank, no slash, no second one of the kind.
fn names(site: &Site) -> Checked {
    fn each<'a>(key: &str, kind: &str, names: impl Iterator<Item = &'a String>) -> Checked {
        let mut seen = BTreeSet::new();
        for (at, name) in names.enumerate() {
            let path = format!("{key}/{at}/name");
            let bare = name.strip_prefix('@').filter(|_| key == "host_group").unwrap_or(name);
            let is_odd = |c: char| c.is_whitespace() || c.is_control() || "/,:\"'\\[]{}|()@%*?".contains(c);
            if bare.is_empty() || bare.contains(is_odd) || bare.starts_with(['.', '-']) {
                return wrong(path, format!("\"{name}\" is no {kind} name"));
            }
            if !seen.insert(name) {
                return wrong(path, format!("{kind} \"{name}\" is there twice"));
            }
        }
        Ok(())
    }
    each("queue", "queue", site.queues.iter().map(|it| &it.name))?;
    each("parallel_environment", "parallel environment", site.parallel_environments.iter().map(|it| &it.name))?;
    each("complex", "complex", site.own_complexes.iter().map(|it| &it.name))?;
    each("host_group", "host group", site.own_host_groups.iter().map(|it| &it.name))?;
    each("user_list", "user list", site.own_user_lists.iter().map(|it| &it.name))?;
    each("project", "project", site.projects.iter().map(|it| &it.name))?;
    each("user", "user", site.users.iter().map(|it| &it.name))?;
    each("calendar", "calendar", site.calendars.iter().map(|it| &it.name))?;
    each("checkpointing_environment", "checkpointing environment", site.checkpointing.iter().map(|it| &it.name))?;
    each("resource_quota_set", "resource quota set", site.resource_quota_sets.iter().map(|it| &it.name))
}

fn queues(site: &Site) -> Checked {
    if site.queues.is_empty() {
        return wrong("", "at least one [[queue]] is needed");
    }
    for (at, queue) in site.queues.iter().enumerate() {
        let path = |key: &str| format!("queue/{at}/{key}");
        if queue.slots == Some(0) {
            return wrong(path("slots"), format!("queue \"{}\" has no slots", queue.name));
        }
        if !(-20..=20).contains(&queue.priority) {
            return wrong(path("priority"), "priority must be from -20 to 20");
        }
        for (limit, value) in &queue.limits {
            let path = format!("queue/{at}/limits/{limit}");
            let is_value = match limit.as_str() {
                _ if value == "INFINITY" => true,
                limit if TIME_LIMITS.contains(&limit) => duration::parse(value).is_ok(),
                limit if SIZE_LIMITS.contains(&limit) => memory::parse(value).is_ok(),
                _ => return wrong_key(path, format!("\"{limit}\" is no limit of a queue")),
            };
            if !is_value {
                return wrong(path, format!("\"{value}\" is no value of {limit}"));
            }
        }
        for name in queue.attributes.keys() {
            if !ATTRIBUTES.iter().any(|(known, _)| known == name) {
                let what = format!("\"{name}\" is no attribute of a queue that is only shown");
                return wrong_key(format!("queue/{at}/attributes/{name}"), what);
            }
        }
        values(site, &format!("queue/{at}/complex_values"), &queue.complex_values)?;
        values(site, &format!("queue/{at}/load_thresholds"), &queue.load_thresholds)?;
        known(&path("hostlist"), &queue.hostlist, "host group", |host| !host.starts_with('@') || site.host_group(host).is_some())?;
        known(&path("pe_list"), queue.pe_list.as_deref().unwrap_or_default(), "parallel environment", |name| site.pe(name).is_some())?;
        known(&path("ckpt_list"), &queue.ckpt_list, "checkpointing environment", |name| site.ckpt(name).is_some())?;
        for (key, lists) in [("user_lists", &queue.user_lists), ("xuser_lists", &queue.xuser_lists)] {
            known(&path(key), lists, "user list", |name| site.user_list(name).is_some())?;
        }
        for (key, projects) in [("projects", &queue.projects), ("xprojects", &queue.xprojects)] {
            known(&path(key), projects, "project", |name| site.project(name).is_some())?;
        }
        let queue_of = |entry: &str| entry.split('=').next().is_some_and(|name| site.queue(name).is_some());
        known(&path("subordinate_list"), &queue.subordinate_list, "queue", queue_of)?;
        if let Some(calendar) = queue.calendar.as_ref().filter(|name| site.calendar(name).is_none()) {
            return wrong(path("calendar"), format!("there is no calendar \"{calendar}\""));
        }
    }
    Ok(())
}

/// Every name of a list must be known.
fn known(path: &str, names: &[String], kind: &str, is_known: impl Fn(&str) -> bool) -> Checked {
    match names.iter().enumerate().find(|(_, name)| !is_known(name)) {
        Some((at, name)) => wrong(format!("{path}/{at}"), format!("there is no {kind} \"{name}\"")),
        None => Ok(()),
    }
}

/// Every key of a map must be a resource.
fn values(site: &Site, path: &str, map: &BTreeMap<String, String>) -> Checked {
    match map.keys().find(|name| site.complex(name).is_none()) {
        Some(name) => wrong_key(format!("{path}/{name}"), format!("there is no complex \"{name}\"")),
        None => Ok(()),
    }
}

fn resources(site: &Site) -> Checked {
    for (at, pe) in site.parallel_environments.iter().enumerate() {
        let path = |key: &str| format!("parallel_environment/{at}/{key}");
        let is_number = |text: &str| text.parse::<u32>().is_ok_and(|number| number > 0);
        if !matches!(pe.allocation_rule.as_str(), "$pe_slots" | "$fill_up" | "$round_robin") && !is_number(&pe.allocation_rule) {
            return wrong(path("allocation_rule"), "allocation_rule must be $pe_slots, $fill_up, $round_robin or a number");
        }
        if !matches!(pe.urgency_slots.as_str(), "min" | "max" | "avg") && !is_number(&pe.urgency_slots) {
            return wrong(path("urgency_slots"), "urgency_slots must be min, max, avg or a number");
        }
        for (key, lists) in [("user_lists", &pe.user_lists), ("xuser_lists", &pe.xuser_lists)] {
            known(&path(key), lists, "user list", |name| site.user_list(name).is_some())?;
        }
    }
    for (at, complex) in site.own_complexes.iter().enumerate() {
        for (key, word) in [("name", &complex.name), ("shortcut", &complex.shortcut)] {
            let is_taken = |other: &&&super::Complex| other.name != complex.name && (other.name == *word || other.shortcut() == word);
            if let Some(other) = site.complexes().iter().find(is_taken) {
                return wrong(format!("complex/{at}/{key}"), format!("\"{word}\" stands for complex \"{}\"", other.name));
            }
        }
    }
    for (at, ckpt) in site.checkpointing.iter().enumerate() {
        if ckpt.when.is_empty() || ckpt.when.contains(|c| !"smxr".contains(c)) {
            return wrong(format!("checkpointing_environment/{at}/when"), "when must be letters of smxr");
        }
    }
    Ok(())
}

fn people(site: &Site) -> Checked {
    for (at, project) in site.projects.iter().enumerate() {
        for (key, lists) in [("acl", &project.acl), ("xacl", &project.xacl)] {
            known(&format!("project/{at}/{key}"), lists, "user list", |name| site.user_list(name).is_some())?;
        }
    }
    for (at, user) in site.users.iter().enumerate() {
        if let Some(project) = user.default_project.as_ref().filter(|name| site.project(name).is_none()) {
            return wrong(format!("user/{at}/default_project"), format!("there is no project \"{project}\""));
        }
    }
    for (at, list) in site.own_user_lists.iter().enumerate() {
        if list.kinds.is_empty() {
            return wrong(format!("user_list/{at}/type"), "type must be [\"ACL\"], [\"DEPT\"] or both");
        }
    }
    Ok(())
}

fn hosts(site: &Site) -> Checked {
    for (at, group) in site.own_host_groups.iter().enumerate() {
        if !group.name.starts_with('@') {
            return wrong(format!("host_group/{at}/name"), format!("\"{}\": the name of a host group begins with @", group.name));
        }
        let path = format!("host_group/{at}/hostlist");
        known(&path, &group.hostlist, "host group", |host| !host.starts_with('@') || site.host_group(host).is_some())?;
        // Whoever is reached again is in itself.
        let mut reached: Vec<&str> = Vec::new();
        let mut open: Vec<&String> = group.hostlist.iter().collect();
        while let Some(name) = open.pop() {
            if *name == group.name {
                return wrong(path, format!("host group \"{name}\" is in itself"));
            }
            if let Some(inner) = site.host_group(name).filter(|inner| !reached.contains(&inner.name.as_str())) {
                reached.push(&inner.name);
                open.extend(&inner.hostlist);
            }
        }
    }
    for (at, host) in site.hosts.iter().enumerate() {
        values(site, &format!("host/{at}/complex_values"), &host.complex_values)?;
    }
    values(site, "host_values", &site.host_values)
}

fn quotas(site: &Site) -> Checked {
    for (at, set) in site.resource_quota_sets.iter().enumerate() {
        for (number, rule) in set.limits.iter().enumerate() {
            if let Some(what) = mistake(site, rule) {
                return wrong(format!("resource_quota_set/{at}/limit/{number}"), what);
            }
        }
    }
    Ok(())
}

fn settings(site: &Site) -> Checked {
    for (table, map, known) in [("configuration", &site.configuration, CONFIGURATION), ("scheduler", &site.scheduler, SCHEDULER)] {
        for name in map.keys() {
            let path = format!("{table}/{name}");
            if name == MAX_ARRAY_TASKS {
                return wrong_key(path, "max_aj_tasks is the key max_array_tasks, outside of every table");
            }
            if !known.iter().any(|(known, _)| known == name) {
                return wrong_key(path, format!("\"{name}\" is no attribute of the {table}"));
            }
        }
    }
    Ok(())
}

fn mail(site: &Site) -> Checked {
    match site.mail.as_ref().and_then(|mail| mail.mistake()) {
        Some((key, what)) => wrong(format!("mail/{key}"), what),
        None => Ok(()),
    }
}

fn cron(site: &Site) -> Checked {
    match site.cron.mistake() {
        Some((key, what)) => wrong(format!("cron/{key}"), what),
        None => Ok(()),
    }
}

fn kubernetes(site: &Site) -> Checked {
    let Some(kubernetes) = &site.kubernetes else { return Ok(()) };
    if !kubernetes.namespace.contains("{user}") {
        return wrong("kubernetes/namespace", "the namespace pattern must hold {user}: every user has a namespace");
    }
    if kubernetes.max_parallelism == 0 || kubernetes.max_parallelism > 10_000 {
        return wrong("kubernetes/max_parallelism", "max_parallelism must be from 1 to 10000");
    }
    if let Some((at, bad)) = kubernetes.shares.iter().enumerate().find(|(_, share)| !share.starts_with('/')) {
        return wrong(format!("kubernetes/shares/{at}"), format!("share \"{bad}\" is no absolute path"));
    }
    Ok(())
}
