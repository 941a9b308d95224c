//! The queues of `-q`, `-masterq` and `-l qname=`, `hostname=`: which words are known, how they are stored, and where the job may run.

use crate::error::{Error, Result};
use crate::grammar::{expression, pattern};
use crate::job::Job;
use crate::site::{Queue, Site, own_name};

/// Gives hosts in the words their own names, and checks that each word means a queue instance.
///
/// # Errors
/// A line for each word that means none.
pub fn known(words: &mut [String], site: &Site) -> Result<()> {
    let mut unknown = Vec::new();
    for word in words {
        own_host(word, site);
        if site.means_any(word) {
            continue;
        }
        if word.ends_with('@') {
            unknown.push(format!("No cluster queue or queue instance matches the phrase \"{word}\""));
        }
        let shown = if word.eq_ignore_ascii_case("none") { "" } else { word };
        unknown.push(format!("Job was rejected because job requests unknown queue \"{shown}\""));
    }
    if unknown.is_empty() { Ok(()) } else { Err(Error::Rejected(unknown.join("\n"))) }
}

/// `task@localhost` becomes `task@vm`.
fn own_host(word: &mut String, site: &Site) {
    let Some((queue, host)) = word.split_once('@') else { return };
    if host.starts_with('@') || expression::is_expression(host) {
        return;
    }
    if let Some(own) = own_name(host, site.known_hosts.iter().map(String::as_str)) {
        *word = format!("{queue}@{own}");
    }
}

/// Decides in which of the site's queues the job may run, those for its master first, and which are for its master.
pub fn choose(job: &mut Job, site: &Site) {
    let place = Place::of(job);
    let mut found: Vec<&Queue> = Vec::new();
    for word in &job.hard_queues {
        found.extend(site.queues.iter().filter(|queue| place.holds(queue, Some(word), site)));
    }
    if job.hard_queues.is_empty() {
        let is_open = |queue: &&Queue| !place.queues.is_empty() || !queue.only_by_name;
        found.extend(site.queues.iter().filter(is_open).filter(|queue| place.holds(queue, None, site)));
    }
    if let Some((pe, _)) = &job.pe {
        found.retain(|queue| site.pes_of(queue).iter().any(|offered| pattern::matches(pe, &offered.name)));
    }
    let mut queues: Vec<String> = Vec::new();
    for queue in &found {
        if !queues.contains(&queue.name) {
            queues.push(queue.name.clone());
        }
    }
    let is_masters = |queue: &&Queue| job.master_queues.iter().any(|word| place.holds(queue, Some(word), site));
    job.masters = found.iter().copied().filter(is_masters).map(|queue| queue.name.clone()).collect();
    if !job.master_queues.is_empty() {
        let (mut first, others): (Vec<_>, Vec<_>) = queues.into_iter().partition(|queue| job.masters.contains(queue));
        // Without its master's queue no task starts.
        if !first.is_empty() {
            first.extend(others);
        }
        queues = first;
    }
    job.queues = queues;
    not_everywhere(job, &place, site);
}

/// What `-l qname=` and `-l hostname=` ask for.
struct Place {
    queues: Vec<String>,
    /// In small letters.
    hosts: Vec<String>,
}

impl Place {
    fn of(job: &Job) -> Place {
        let of = |name: &str| job.hard_resources.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect();
        let hosts: Vec<String> = of("hostname");
        Place { queues: of("qname"), hosts: hosts.iter().map(|host| host.to_lowercase()).collect() }
    }

    fn allows(&self, host: &str) -> bool {
        self.hosts.iter().all(|wanted| expression::matches(wanted, &host.to_lowercase()))
    }

    /// True where the word, if there is one, and the resources mean an instance of the queue.
    fn holds(&self, queue: &Queue, word: Option<&str>, site: &Site) -> bool {
        let on = |host: Option<&str>| {
            host.is_none_or(|host| self.allows(host)) && word.is_none_or(|word| site.is_meant(word, &queue.name, host))
        };
        self.queues.iter().all(|wanted| expression::matches(wanted, &queue.name)) && site.on_hosts(queue).into_iter().any(on)
    }
}

/// A job that is not for every host may be given to any, which is told.
fn not_everywhere(job: &mut Job, place: &Place, site: &Site) {
    let all = |fits: &dyn Fn(&str) -> bool| !site.known_hosts.is_empty() && site.known_hosts.iter().all(|host| fits(host));
    for word in job.hard_queues.iter().chain(&job.master_queues) {
        let Some((_, host)) = word.split_once('@') else { continue };
        if !matches!(host, "*" | "@*" | "@allhosts") && !all(&|known| site.is_on(host, known)) {
            job.approximated.push(format!("-q {word}: runs on any host, not only on {host}"));
        }
    }
    if !place.hosts.is_empty() && !all(&|known| place.allows(known)) {
        job.approximated.push(format!("-l hostname={}: runs on any host", place.hosts.join(",")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let mut site = Site::parse(include_str!("../../../compat/reference-site.toml"), "reference").expect("a site");
        site.known_hosts = vec!["localhost".into()];
        site
    }

    #[test]
    fn every_unknown_word_has_its_line() {
        let unknown = |queue: &str| format!("Job was rejected because job requests unknown queue \"{queue}\"");
        let first = "No cluster queue or queue instance matches the phrase \"task@\"".to_string();
        let mut words = ["none", "task", "task@", "x"].map(String::from);
        assert_eq!(known(&mut words, &site()), Err(Error::Rejected([unknown(""), first, unknown("task@"), unknown("x")].join("\n"))));
    }

    #[test]
    fn hosts_take_their_own_names() {
        let mut words = ["task@127.0.0.1", "*@LOCALHOST", "task@l*"].map(String::from);
        assert_eq!(known(&mut words, &site()), Ok(()));
        assert_eq!(words, ["task@localhost", "*@localhost", "task@l*"]);
    }
}
