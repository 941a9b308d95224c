//! `qconf`'s smaller objects: parallel environments, host groups, user lists, projects, users, calendars, checkpointing
//! environments, resource quota sets (compat/captures/qconf/objects.txt).

use super::{Attribute, folded, lines, list, truth};
use crate::grammar::pattern;
use crate::host::Host;
use crate::site::{Calendar, Checkpointing, HostGroup, ParallelEnvironment, Project, ResourceQuotaSet, Site, User, UserList, UserListKind};
use std::fmt::Write;

/// `-sp` (compat/captures/qconf-sp.txt).
pub fn pe(pe: &ParallelEnvironment) -> String {
    let attributes: &[Attribute] = &[
        ("pe_name", pe.name.clone()),
        ("slots", pe.slots.to_string()),
        ("user_lists", list(&pe.user_lists, " ")),
        ("xuser_lists", list(&pe.xuser_lists, " ")),
        ("start_proc_args", pe.start_proc_args.clone()),
        ("stop_proc_args", pe.stop_proc_args.clone()),
        ("allocation_rule", pe.allocation_rule.clone()),
        ("control_slaves", truth(pe.control_slaves)),
        ("job_is_first_task", truth(pe.job_is_first_task)),
        ("urgency_slots", pe.urgency_slots.clone()),
        ("accounting_summary", truth(pe.accounting_summary)),
        ("qsort_args", pe.qsort_args.clone()),
    ];
    lines(attributes, 19)
}

/// A list of hosts and groups as shown: patterns are the hosts that match.
pub fn hostlist(words: &[String], hosts: &[Host]) -> String {
    let mut shown: Vec<String> = Vec::new();
    for word in words {
        match pattern::is_pattern(word) {
            true => shown.extend(hosts.iter().map(|host| &host.name).filter(|name| pattern::matches(word, name)).cloned()),
            false => shown.push(word.clone()),
        }
    }
    list(&shown, " ")
}

/// `-shgrp`.
pub fn host_group(group: &HostGroup, hosts: &[Host]) -> String {
    unaligned(&[("group_name", group.name.clone()), ("hostlist", hostlist(&group.hostlist, hosts))])
}

/// `-shgrp_tree`: the groups within it, each with its hosts.
pub fn host_group_tree(group: &HostGroup, site: &Site, hosts: &[Host]) -> String {
    let mut text = String::new();
    branch(group, site, hosts, 0, &mut text);
    text
}

fn branch(group: &HostGroup, site: &Site, hosts: &[Host], depth: usize, text: &mut String) {
    let _ = writeln!(text, "{}{}", "   ".repeat(depth), group.name);
    let names = hostlist(&group.hostlist, hosts);
    for word in names.split(' ').filter(|word| *word != "NONE") {
        match site.host_group(word) {
            // A site is checked for groups within themselves.
            Some(inner) => branch(inner, site, hosts, depth + 1, text),
            None => {
                let _ = writeln!(text, "{}{word}", "   ".repeat(depth + 1));
            }
        }
    }
}

/// `-su`.
pub fn user_list(list: &UserList) -> String {
    let kinds: Vec<&str> = [(UserListKind::Acl, "ACL"), (UserListKind::Dept, "DEPT")]
        .into_iter()
        .filter_map(|(kind, word)| list.kinds.contains(&kind).then_some(word))
        .collect();
    let attributes: &[Attribute] = &[
        ("name", list.name.clone()),
        ("type", kinds.join(" ")),
        ("fshare", list.fshare.to_string()),
        ("oticket", list.oticket.to_string()),
        ("entries", super::list(&list.entries, ",")),
    ];
    lines(attributes, 8)
}

/// `-sprj`.
pub fn project(project: &Project) -> String {
    unaligned(&[
        ("name", project.name.clone()),
        ("oticket", project.oticket.to_string()),
        ("fshare", project.fshare.to_string()),
        ("acl", list(&project.acl, " ")),
        ("xacl", list(&project.xacl, " ")),
    ])
}

/// `-suser`.
pub fn user(user: &User) -> String {
    unaligned(&[
        ("name", user.name.clone()),
        ("oticket", user.oticket.to_string()),
        ("fshare", user.fshare.to_string()),
        ("delete_time", user.delete_time.to_string()),
        ("default_project", user.default_project.clone().unwrap_or_else(|| "NONE".into())),
    ])
}

/// One blank between name and value.
fn unaligned(attributes: &[Attribute]) -> String {
    attributes.iter().map(|(name, value)| lines(&[(name, value.clone())], name.len() + 1)).collect()
}

/// `-scal`.
pub fn calendar(calendar: &Calendar) -> String {
    lines(&[("calendar_name", calendar.name.clone()), ("year", calendar.year.clone()), ("week", calendar.week.clone())], 17)
}

/// `-sckpt`. The letters of `when` come in an order of their own.
pub fn ckpt(ckpt: &Checkpointing) -> String {
    let when: String = "xsmr".chars().filter(|letter| ckpt.when.contains(*letter)).collect();
    let attributes: &[Attribute] = &[
        ("ckpt_name", ckpt.name.clone()),
        ("interface", ckpt.interface.clone()),
        ("ckpt_command", ckpt.ckpt_command.clone()),
        ("migr_command", ckpt.migr_command.clone()),
        ("restart_command", ckpt.restart_command.clone()),
        ("clean_command", ckpt.clean_command.clone()),
        ("ckpt_dir", ckpt.ckpt_dir.clone()),
        ("signal", ckpt.signal.clone()),
        ("when", when),
    ];
    lines(attributes, 19)
}

/// `-srqs`, one set.
pub fn resource_quota_set(set: &ResourceQuotaSet, site: &Site) -> String {
    let mut text = String::from("{\n");
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{}", folded(&format!("   {name:<13}{value}"), 16, "   "));
    };
    line("name", &set.name);
    line("description", set.description.as_deref().unwrap_or("NONE"));
    line("enabled", &truth(set.enabled));
    for rule in &set.limits {
        line("limit", &site.normal_rule(rule).to_string());
    }
    text + "}\n"
}
