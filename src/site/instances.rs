//! Words that mean queue instances: `queue`, `queue@host`, `queue@@group`, each side an expression (tests/compliance/qsub_queues.rs).

use super::{Queue, Site};
use crate::grammar::expression;
use std::net::{IpAddr, ToSocketAddrs};

/// A host's own name for another name of it; the name itself where it is no known host's; `None` where it does not resolve at all.
pub fn own_name<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.collect();
    if let Some(host) = known.iter().find(|host| host.eq_ignore_ascii_case(word)) {
        return Some((*host).into());
    }
    let sought = addresses(word);
    let is_it = |host: &&&str| addresses(host).iter().any(|address| sought.contains(address));
    if sought.is_empty() { None } else { Some(known.iter().find(is_it).map_or(word, |host| host).to_string()) }
}

fn addresses(name: &str) -> Vec<IpAddr> {
    (name, 0).to_socket_addrs().map(|found| found.map(|at| at.ip()).collect()).unwrap_or_default()
}

impl Site {
    /// True where the word means the queue's instance on a host; `None`: on a host that is not known.
    pub fn is_meant(&self, word: &str, queue: &str, host: Option<&str>) -> bool {
        let (queue_part, place) = word.split_once('@').map_or((word, None), |(queue, place)| (queue, Some(place)));
        expression::matches(queue_part, queue)
            && place.is_none_or(|place| match host {
                Some(host) => self.is_on(place, host),
                None => !place.starts_with('@') || self.host_groups().iter().any(|group| expression::matches(place, &group.name)),
            })
    }

    /// True where what stands behind a word's first `@` means the host.
    pub fn is_on(&self, place: &str, host: &str) -> bool {
        if place.starts_with('@') {
            let groups = self.host_groups();
            let mut meant = groups.iter().filter(|group| expression::matches(place, &group.name));
            return meant.any(|group| self.is_in_host_group(host, &group.name));
        }
        expression::matches(&place.to_lowercase(), &host.to_lowercase())
    }

    /// True where the word means any queue instance.
    pub fn means_any(&self, word: &str) -> bool {
        self.queues.iter().any(|queue| self.on_hosts(queue).into_iter().any(|host| self.is_meant(word, &queue.name, host)))
    }

    /// The known hosts of a queue; `None` for one that is not known.
    pub fn on_hosts(&self, queue: &Queue) -> Vec<Option<&str>> {
        if self.known_hosts.is_empty() {
            return vec![None];
        }
        let on = self.hosts_of_queue(queue, &self.known_hosts);
        self.known_hosts.iter().filter(|host| on.contains(host)).map(|host| Some(host.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_instances_as_qselect_answers_them() {
        let text = "[[host_group]]\nname = \"@web\"\nhostlist = [\"web*\"]\n[[queue]]\nname = \"task\"\n[[queue]]\nname = \"all.q\"\nhostlist = [\"@web\"]\n";
        let mut site = Site::parse(text, "site.toml").expect("a site");
        site.known_hosts = vec!["vm".into(), "web1".into()];
        let meant = |word: &str| {
            let of = |queue| site.on_hosts(queue).into_iter().flatten().filter(|host| site.is_meant(word, &queue.name, Some(host)));
            site.queues.iter().flat_map(|queue| of(queue).map(|host| format!("{}@{host}", queue.name))).collect::<Vec<_>>().join(" ")
        };
        for (word, found) in [
            ("*", "task@vm task@web1 all.q@web1"),
            ("task@VM", "task@vm"),
            ("task@(v*|x)", "task@vm"),
            ("task|all.q@!vm", "task@web1 all.q@web1"),
            ("*@@web|@x", "task@web1 all.q@web1"),
            ("*@@*", "task@vm task@web1 all.q@web1"),
            ("task&*@*", "task@vm task@web1"),
            ("*@!@web", "task@vm task@web1 all.q@web1"),
            ("all.q@vm", ""),
            ("*@(@web)", ""),
            ("*@@!web", ""),
            ("@web", ""),
            ("(task@vm)", ""),
            ("task@", ""),
        ] {
            assert_eq!(meant(word), found, "{word}");
            assert_eq!(site.means_any(word), !found.is_empty(), "{word}");
        }
        site.known_hosts.clear();
        assert!(site.means_any("task@anywhere") && site.means_any("task@@w*") && !site.means_any("task@@nosuch"));
    }

    #[test]
    fn a_host_has_one_name_of_its_own() {
        let own = |word| own_name(word, ["localhost", "node7"].into_iter());
        assert_eq!((own("NODE7"), own("127.0.0.1")), (Some("node7".into()), Some("localhost".into())));
        assert_eq!(own("no such host"), None);
    }
}
