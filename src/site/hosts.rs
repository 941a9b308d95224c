//! Hosts as the site sees them: what they offer, and the host groups that name several. Which hosts there are the backend knows.

use super::{Queue, Site};
use crate::grammar::pattern;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A host group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostGroup {
    /// With its `@`.
    pub name: String,
    /// Hosts, patterns of hosts and other groups.
    #[serde(default)]
    pub hostlist: Vec<String>,
}

/// What some hosts offer beside `[host_values]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostSettings {
    /// A host or a pattern of hosts.
    pub name: String,
    #[serde(default)]
    pub complex_values: BTreeMap<String, String>,
}

/// `@allhosts`: every host, unless the site says otherwise.
fn built_in() -> &'static [HostGroup] {
    static ALL: LazyLock<Vec<HostGroup>> = LazyLock::new(|| vec![HostGroup { name: "@allhosts".into(), hostlist: vec!["*".into()] }]);
    &ALL
}

impl Site {
    /// A host group by its name, `@` included.
    pub fn host_group(&self, name: &str) -> Option<&HostGroup> {
        self.own_host_groups.iter().chain(built_in()).find(|group| group.name == name)
    }

    /// Every host group, by name.
    pub fn host_groups(&self) -> Vec<&HostGroup> {
        let built_in = built_in().iter().filter(|group| !self.own_host_groups.iter().any(|own| own.name == group.name));
        let mut all: Vec<&HostGroup> = self.own_host_groups.iter().chain(built_in).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The hosts that a host list names, each once: groups are opened, patterns replaced by the `known` hosts that match. A plain
    /// name is given whether it is known or not.
    pub fn hosts_of(&self, hostlist: &[String], known: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        self.gather(hostlist, known, &mut Vec::new(), &mut found);
        found
    }

    fn gather<'a>(&'a self, hostlist: &'a [String], known: &[String], open: &mut Vec<&'a str>, found: &mut Vec<String>) {
        for word in hostlist {
            if word.starts_with('@') {
                if let Some(group) = self.host_group(word).filter(|group| !open.contains(&group.name.as_str())) {
                    open.push(&group.name);
                    self.gather(&group.hostlist, known, open, found);
                    open.pop();
                }
                continue;
            }
            let is_pattern = pattern::is_pattern(word);
            let matching = known.iter().filter(|host| is_pattern && pattern::matches(word, host));
            for host in matching.chain((!is_pattern).then_some(word)) {
                if !found.contains(host) {
                    found.push(host.clone());
                }
            }
        }
    }

    /// The known hosts on which a queue has an instance, in the order of `known`.
    pub fn hosts_of_queue(&self, queue: &Queue, known: &[String]) -> Vec<String> {
        let named = self.hosts_of(&queue.hostlist, known);
        known.iter().filter(|host| named.contains(host)).cloned().collect()
    }

    /// True where the host is in the group.
    pub fn is_in_host_group(&self, host: &str, group: &str) -> bool {
        let host = [host.to_string()];
        self.hosts_of(&[group.to_string()], &host).contains(&host[0])
    }

    /// What a host offers: `[host_values]`, and over it every `[[host]]` that matches.
    pub fn values_of_host(&self, host: &str) -> BTreeMap<String, String> {
        let mut values = self.host_values.clone();
        for settings in self.hosts.iter().filter(|settings| pattern::matches(&settings.name, host)) {
            values.extend(settings.complex_values.clone());
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_hosts_patterns_and_groups() {
        let text = "[[host_group]]\nname = \"@web\"\nhostlist = [\"web-*\", \"proxy\"]\n[[host_group]]\nname = \"@all\"\n\
                    hostlist = [\"@web\", \"db\"]\n[[host]]\nname = \"web-*\"\ncomplex_values = { gpu = \"1\" }\n[[complex]]\nname = \"gpu\"\ntype = \"INT\"\n";
        let site = Site::parse(text, "site.toml").expect("a site");
        let known: Vec<String> = ["db", "web-1", "web-2", "x"].map(String::from).to_vec();
        assert_eq!(site.hosts_of(&["@all".into()], &known), ["web-1", "web-2", "proxy", "db"]);
        assert_eq!(site.hosts_of_queue(&Queue { hostlist: vec!["@all".into()], ..Queue::named("q") }, &known), ["db", "web-1", "web-2"]);
        assert!(site.is_in_host_group("web-7", "@all") && !site.is_in_host_group("x", "@all") && site.is_in_host_group("x", "@allhosts"));
        assert_eq!(site.values_of_host("web-1").get("gpu").map(String::as_str), Some("1"));
        assert!(site.values_of_host("db").is_empty());
        assert_eq!(site.host_groups().iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["@all", "@allhosts", "@web"]);
    }
}
