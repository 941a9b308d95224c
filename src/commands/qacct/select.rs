//! Which records a question takes, by their fields.

use super::super::Context;
use crate::accounting::line::{Line, field};
use crate::error::{Error, Result};
use crate::grammar::tasks::Range;
use crate::grammar::{number, wildcard};
use crate::host::Host;
use crate::options::qacct::{Jobs, Question};
use crate::site::Site;
use std::time::{SystemTime, UNIX_EPOCH};

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Takes,
    Passes,
    /// It ends too early, which is told.
    Damaged,
}

/// The conditions of a question, all of which hold for a record that is taken.
#[derive(Debug, Default)]
pub struct Selection {
    jobs: Jobs,
    tasks: Option<Range>,
    /// Compared without minding case.
    host: Option<String>,
    /// A number was replaced by the group's name.
    pub group: Option<String>,
    queues: Option<Queues>,
    owner: Option<String>,
    project: Option<String>,
    department: Option<String>,
    pe: Option<String>,
    account: Option<String>,
    /// 0: any.
    slots: u32,
    reservation: u32,
    /// The field, the first and the last second.
    span: Option<(usize, i64, i64)>,
    masters_only: bool,
}

/// What `-q` names.
#[derive(Debug)]
enum Queues {
    /// Patterns of queue and host.
    Patterns(Vec<(String, Option<String>)>),
    /// With a host group among them: the queues there are, on their hosts.
    Instances(Vec<(String, String)>),
}

impl Selection {
    /// The conditions of a question.
    ///
    /// # Errors
    /// A host group on whose hosts there is no such queue; no backend to ask for hosts.
    pub fn of(context: &mut Context, question: &Question) -> Result<Selection> {
        let has_span = question.begin.is_some() || question.end.is_some() || question.days.is_some();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs() as i64);
        let (first, last) = question.span(now);
        let time = if question.by_end { field::END_TIME } else { field::START_TIME };
        Ok(Selection {
            jobs: question.jobs.clone(),
            tasks: question.tasks,
            host: question.host.word.clone(),
            group: question.group.word.as_deref().map(group_name),
            queues: queues(context, question)?,
            owner: question.owner.word.clone(),
            project: question.project.word.clone(),
            department: question.department.word.clone(),
            pe: question.pe.word.clone(),
            account: question.account.word.clone(),
            slots: question.slots.number,
            reservation: question.reservation.number,
            span: has_span.then_some((time, first, last)),
            masters_only: question.masters_only,
        })
    }

    /// Looks at a line as Grid Engine does, field by field: what a condition passes over is never found damaged by what is missing
    /// behind it (transcripts/damaged.txt).
    pub fn choose(&self, line: &Line<'_>) -> Choice {
        // What must be there, and the conditions that are looked at then.
        let stages: [(usize, &dyn Fn() -> bool); 9] = [
            (field::HOSTNAME, &|| self.has_place(line)),
            (field::GROUP, &|| is(&self.group, line, field::GROUP)),
            (field::OWNER, &|| is(&self.owner, line, field::OWNER)),
            (field::JOB_NUMBER, &|| self.has_job(line)),
            (field::ACCOUNT, &|| is(&self.account, line, field::ACCOUNT)),
            (field::END_TIME, &|| self.span.is_none_or(|(field, first, last)| (first..=last).contains(&line.word(field).into()))),
            (field::PROJECT, &|| is(&self.project, line, field::PROJECT)),
            (field::DEPARTMENT, &|| is(&self.department, line, field::DEPARTMENT) && self.has_size(line)),
            (field::PE_TASKID, &|| {
                // Without a job, tasks are asked for in vain: nothing is taken.
                let can_be_told = self.jobs.all || self.jobs.is_given() || self.tasks.is_none();
                can_be_told && (!self.masters_only || line.is_master()) && is_number(self.reservation, line, field::ARID)
            }),
        ];
        for (last, holds) in stages {
            if !line.has(last) {
                return Choice::Damaged;
            }
            if !holds() {
                return Choice::Passes;
            }
        }
        Choice::Takes
    }

    fn has_place(&self, line: &Line<'_>) -> bool {
        self.queues.as_ref().is_none_or(|queues| queues.takes(line))
            && self.host.as_ref().is_none_or(|host| line.text(field::HOSTNAME).eq_ignore_ascii_case(host.as_bytes()))
    }

    fn has_job(&self, line: &Line<'_>) -> bool {
        let Jobs { all, number, name } = &self.jobs;
        if *all || !self.jobs.is_given() {
            return true;
        }
        let is_named = || name.as_ref().is_some_and(|name| wildcard::matches(name.as_bytes(), line.text(field::JOB_NAME)));
        line.word(field::JOB_NUMBER) == *number || is_named()
    }

    fn has_size(&self, line: &Line<'_>) -> bool {
        let has_task = |range: Range| range.index(line.word(field::TASK_NUMBER).into()).is_some();
        is(&self.pe, line, field::GRANTED_PE)
            && is_number(self.slots, line, field::SLOTS)
            && (self.jobs.all || self.tasks.is_none_or(has_task))
    }
}

fn is(word: &Option<String>, line: &Line<'_>, field: usize) -> bool {
    word.as_ref().is_none_or(|word| line.text(field) == word.as_bytes())
}

fn is_number(number: u32, line: &Line<'_>, field: usize) -> bool {
    number == 0 || line.word(field) == number
}

impl Queues {
    fn takes(&self, line: &Line<'_>) -> bool {
        let (queue, host) = (line.text(field::QNAME), line.text(field::HOSTNAME));
        match self {
            Queues::Patterns(all) => all.iter().any(|(queues, hosts)| {
                let is_on = |hosts: &String| wildcard::matches(hosts.as_bytes(), host);
                wildcard::matches(queues.as_bytes(), queue) && hosts.as_ref().is_none_or(is_on)
            }),
            Queues::Instances(all) => all.iter().any(|(name, on)| name.as_bytes() == queue && on.as_bytes() == host),
        }
    }
}

/// A group's name where the word begins with the number of one.
fn group_name(word: &str) -> String {
    let id = number::whole_prefix(word.as_bytes()).map(|(id, _)| id as u32);
    let group = id.and_then(users::get_group_by_gid);
    group.map_or_else(|| word.into(), |group| group.name().to_string_lossy().into_owned())
}

fn queues(context: &mut Context, question: &Question) -> Result<Option<Queues>> {
    let split = |word: &String| match word.split_once('@') {
        Some((queues, hosts)) => (queues.to_string(), Some(hosts.to_string()).filter(|hosts| !hosts.is_empty())),
        None => (word.clone(), None),
    };
    let patterns: Vec<(String, Option<String>)> = question.queue.words.iter().map(split).collect();
    if !patterns.iter().any(|(_, hosts)| hosts.as_ref().is_some_and(|hosts| hosts.starts_with('@'))) {
        return Ok((!patterns.is_empty()).then_some(Queues::Patterns(patterns)));
    }
    if question.requests.is_none() {
        // Grid Engine's own mishap, told once (transcripts/complexes.txt).
        context.complain("error: Invalid sge_strtok_r call, last is NULL\n");
    }
    let hosts = context.backend()?.hosts()?;
    let found: Vec<(String, String)> =
        patterns.iter().flat_map(|(queues, on)| instances(&context.site, &hosts, queues, on.as_deref())).collect();
    if found.is_empty() {
        return Err(Error::Exact { text: "No queues remaining after -q queue selection".into(), code: 1 });
    }
    Ok(Some(Queues::Instances(found)))
}

/// The queues that match on the hosts that match, or that are in the groups that match.
fn instances(site: &Site, hosts: &[Host], queues: &str, on: Option<&str>) -> Vec<(String, String)> {
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let is_in_group = |groups: &str, host: &str| {
        let mut groups = site.host_groups().into_iter().filter(|group| wildcard::matches(groups.as_bytes(), group.name.as_bytes()));
        groups.any(|group| site.is_in_host_group(host, &group.name))
    };
    let is_on = |host: &String| match on {
        None => true,
        Some(groups) if groups.starts_with('@') => is_in_group(groups, host),
        Some(hosts) => wildcard::matches(hosts.as_bytes(), host.as_bytes()),
    };
    let queues = site.queues.iter().filter(|queue| wildcard::matches(queues.as_bytes(), queue.name.as_bytes()));
    let all = queues.flat_map(|queue| site.hosts_of_queue(queue, &names).into_iter().map(|host| (queue.name.clone(), host)));
    all.filter(|(_, host)| is_on(host)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_groups_number_is_its_name() {
        for word in ["0", "0x", " +0", "4294967296"] {
            assert_eq!(group_name(word), "root", "{word}");
        }
        for word in ["tools", "", "99999999"] {
            assert_eq!(group_name(word), word);
        }
    }

    #[test]
    fn a_host_groups_queues_are_the_sites() {
        let hosts = [Host { name: "host1".into(), ..Host::default() }];
        let site = Site::default();
        for on in [None, Some("@all*"), Some("host?")] {
            assert_eq!(instances(&site, &hosts, "*", on).len(), site.queues.len());
        }
        for (queue, on) in [("*", Some("@nosuch")), ("*", Some("other")), ("nosuch", None)] {
            assert!(instances(&site, &hosts, queue, on).is_empty());
        }
    }
}
