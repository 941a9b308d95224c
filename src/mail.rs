//! Mail about jobs (`-m`, `-M`): Grid Engine's words, which are recorded in compat/captures/mail, and below them what it does not say.
//!
//! ```text
//! what happened -> compose (pure) -> Mail -> Queue (a journal) -> digest (pure): one by one, or one for many -> deliver -> sendmail, SMTP
//! ```
//!
//! What is queued is durable and queued once, whenever its process is killed. It may be delivered twice only where the process is
//! killed, or its disk is full, between the server's word and the note of it.

pub mod compose;
mod deliver;
mod digest;
mod output;
mod post;
mod queue;

pub use compose::{About, Ended, Event, compose, wants};
pub use output::Output;
pub use post::Post;

use crate::job::Job;
use crate::site;
use serde::{Deserialize, Serialize};

/// At most so many addresses of one job are written to.
const ADDRESSES: usize = 50;

/// One mail to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// What it is about, and to whom: no two of the same key are queued.
    pub key: String,
    /// `user@host`.
    pub to: String,
    pub subject: String,
    pub body: String,
    /// The job's owner and id.
    pub owner: String,
    pub job: u64,
    /// What a digest says of it, in a line.
    pub line: String,
    /// When it was queued, in seconds since 1970.
    pub queued: u64,
}

/// Who is written to: the job's list, as Grid Engine takes it apart. A missing host, `@NONE`, is `domain`, or `host` where the site
/// names none; `domain` also replaces the submit host of a submitter who gave no list.
pub fn addresses(job: &Job, settings: &site::Mail, host: &str) -> Vec<String> {
    let own = format!("{}@{}", job.submitter.user, job.submitter.host);
    let domain = settings.domain.as_deref();
    let whole = |address: &String| match address.rsplit_once('@') {
        Some((user, "NONE")) => format!("{user}@{}", domain.unwrap_or(host)),
        Some((user, _)) if *address == own => domain.map_or_else(|| address.clone(), |domain| format!("{user}@{domain}")),
        Some(_) => address.clone(),
        None => format!("{address}@{}", domain.unwrap_or(host)),
    };
    let mut list: Vec<String> = Vec::new();
    for address in job.mail_to.iter().map(whole) {
        if list.len() < ADDRESSES && !list.contains(&address) {
            list.push(address);
        }
    }
    list
}

/// The mails of one event, one for each address; `key` tells the event from every other.
pub fn mails(key: &str, about: &About<'_>, event: &Event<'_>, to: &[String], now: u64) -> Vec<Mail> {
    let text = compose(about, event);
    let mail = |to: &String| Mail {
        key: format!("{key}/{to}"),
        to: to.clone(),
        subject: text.subject.clone(),
        body: text.body.clone(),
        owner: about.owner.into(),
        job: about.id,
        line: text.line.clone(),
        queued: now,
    };
    to.iter().map(mail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_host_gets_one() {
        let mut job = Job::default();
        (job.submitter.user, job.submitter.host) = ("bob".into(), "login".into());
        job.mail_to = ["joe@NONE", "a@h", "bob@login"].map(String::from).to_vec();
        let settings = site::Mail::default();
        assert_eq!(addresses(&job, &settings, "node"), ["joe@node", "a@h", "bob@login"]);
        let settings = site::Mail { domain: Some("example.org".into()), ..settings };
        assert_eq!(addresses(&job, &settings, "node"), ["joe@example.org", "a@h", "bob@example.org"]);
    }
}
