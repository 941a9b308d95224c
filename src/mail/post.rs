//! The post office: takes mails at any time, and delivers them in a thread of its own, so that no slow server holds up a job.

use super::deliver::{Deliverer, Failure};
use super::digest::{self, Limits, Parcel};
use super::output::{self, Output};
use super::queue::Queue;
use super::{About, Event, Mail, mails, wants};
use crate::job::Job;
use crate::site;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A mail that nobody takes is tried again after a minute, then two, four, up to four hours; after five days it is given up.
const FIRST_PAUSE: u64 = 60;
const LAST_PAUSE: u64 = 4 * 3600;
const PATIENCE: u64 = 5 * 24 * 3600;

/// Where mail is handed in.
pub struct Post {
    shared: Arc<Shared>,
    settings: site::Mail,
    host: String,
}

struct Shared {
    state: Mutex<State>,
    /// Something was queued, or it is over.
    news: Condvar,
    deliverer: Deliverer,
    limits: Limits,
    log: fn(&str),
}

struct State {
    queue: Queue,
    /// Failures of single mails: how many, and when the next try is.
    failures: HashMap<String, (u32, u64)>,
    /// The same where nobody took any.
    nobody: (u32, u64),
    is_over: bool,
}

impl Post {
    /// Opens the queue in that directory and begins to deliver. `host`: this host's name. `log` gets a line for what goes wrong.
    ///
    /// # Errors
    /// The queue cannot be opened, or no thread be made.
    pub fn open(directory: &Path, settings: &site::Mail, host: &str, log: fn(&str)) -> std::io::Result<Post> {
        let queue = Queue::open(directory)?;
        let limits = Limits { per_job: settings.most_per_job, per_owner: settings.most_per_owner, window: settings.window };
        let state = Mutex::new(State { queue, failures: HashMap::new(), nobody: (0, 0), is_over: false });
        let deliverer = Deliverer::new(settings, host);
        let shared = Arc::new(Shared { state, news: Condvar::new(), deliverer, limits, log });
        let post = Post { shared: shared.clone(), settings: settings.clone(), host: host.into() };
        std::thread::Builder::new().name("mail".into()).spawn(move || shared.work())?;
        Ok(post)
    }

    /// The mails that a job wants of an event; `key` tells it from every other event.
    pub fn compose(&self, job: &Job, key: &str, about: &About<'_>, event: &Event<'_>) -> Vec<Mail> {
        if !wants(job.mail_events, event) {
            return Vec::new();
        }
        mails(key, about, event, &super::addresses(job, &self.settings, &self.host), now())
    }

    /// The mails with the output of a crontab's command, one for each address of the table's `MAILTO`.
    pub fn compose_cron(&self, key: &str, about: &Output<'_>) -> Vec<Mail> {
        let host = self.settings.domain.as_deref().unwrap_or(&self.host);
        output::compose(key, about, host, &self.host, now())
    }

    /// Queues those that are not known yet; when it returns they are durable.
    pub fn put(&self, mails: Vec<Mail>) {
        if mails.is_empty() {
            return;
        }
        let count = mails.len();
        match self.shared.state().queue.put(mails) {
            Ok(0) => {}
            Ok(refused) => (self.shared.log)(&format!("mail: too many wait: {refused} are lost")),
            Err(error) => (self.shared.log)(&format!("mail: cannot be queued, {count} are lost: {}", crate::error::plain(&error))),
        }
        self.shared.news.notify_all();
    }

    /// True where a mail of this key, to whomever, was queued before.
    pub fn is_known(&self, job: &Job, key: &str) -> bool {
        let list = super::addresses(job, &self.settings, &self.host);
        list.first().is_none_or(|to| self.shared.state().queue.is_known(&format!("{key}/{to}")))
    }

    /// True where nothing waits.
    pub fn is_empty(&self) -> bool {
        self.shared.state().queue.waiting.is_empty()
    }
}

impl Drop for Post {
    /// Has the thread end behind the mail that it is at.
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.news.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut state = self.state();
        while !state.is_over {
            let now = now();
            let next = if state.nobody.1 > now { Some(state.nobody.1) } else { None };
            let (parcel, next) = match next {
                Some(_) => (None, next),
                None => state.next(self.limits, now),
            };
            state = match parcel {
                Some(parcel) => {
                    drop(state);
                    self.send(&parcel, now);
                    self.state()
                }
                None => {
                    let pause = next.map_or(3600, |next| next.saturating_sub(now).clamp(1, 3600));
                    self.news.wait_timeout(state, Duration::from_secs(pause)).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Sends what leaves as one, and notes what became of it.
    fn send(&self, (mails, held): &(Vec<Mail>, bool), now: u64) {
        let all: Vec<&Mail> = mails.iter().collect();
        let Some(first) = all.first() else { return };
        let answer = if all.len() == 1 {
            self.deliverer.deliver(first)
        } else {
            let (subject, body) = digest::text(&all);
            self.deliverer.deliver(&Mail { subject, body, key: format!("digest.{}", first.key), ..(*first).clone() })
        };
        let keys: Vec<String> = mails.iter().map(|mail| mail.key.clone()).collect();
        let mut state = self.state();
        let log = |error: std::io::Error| (self.log)(&format!("mail: cannot be noted: {}", crate::error::plain(&error)));
        match answer {
            Ok(()) => {
                state.nobody = (0, 0);
                state.failures.retain(|key, _| !keys.contains(key));
                let what = digest::noted(&all, *held, now);
                state.queue.sent(keys, what).unwrap_or_else(log);
                let window = self.limits.window;
                state.queue.sent.retain(|sent| sent.at + window > now);
            }
            Err(Failure::Never(why)) => {
                for mail in mails {
                    (self.log)(&format!("mail: \"{}\" to {} is given up: {why}", mail.subject, mail.to));
                    state.queue.drop(&mail.key).unwrap_or_else(log);
                }
            }
            Err(Failure::Later(why)) => {
                for mail in mails {
                    let tries = state.failures.get(&mail.key).map_or(0, |(tries, _)| *tries);
                    let next = now + pause(tries);
                    (self.log)(&format!("mail: \"{}\" to {} is tried again in {} s: {why}", mail.subject, mail.to, next - now));
                    state.failures.insert(mail.key.clone(), (tries + 1, next));
                }
                self.give_up(&mut state, mails, now);
            }
            Err(Failure::Nobody(why)) => {
                let (tries, _) = state.nobody;
                state.nobody = (tries + 1, now + pause(tries));
                (self.log)(&format!("mail: {why}; tried again in {} s", pause(tries)));
                self.give_up(&mut state, mails, now);
            }
        }
    }

    fn give_up(&self, state: &mut State, mails: &[Mail], now: u64) {
        for mail in mails.iter().filter(|mail| mail.queued + PATIENCE < now) {
            (self.log)(&format!("mail: \"{}\" to {} is given up after {} days", mail.subject, mail.to, PATIENCE / 86400));
            state.failures.remove(&mail.key);
            let _ = state.queue.drop(&mail.key);
        }
    }
}

impl State {
    /// What leaves next, and whether it was held back; else when to look again.
    fn next(&self, limits: Limits, now: u64) -> (Option<(Vec<Mail>, bool)>, Option<u64>) {
        let again = |mail: &Mail| self.failures.get(&mail.key).map_or(0, |(_, next)| *next);
        let due = digest::due(&self.queue.waiting, |mail| again(mail) <= now, &self.queue.sent, limits, now);
        let parcel = due
            .parcels
            .into_iter()
            .next()
            .map(|Parcel { mails, held }| (mails.into_iter().filter_map(|at| self.queue.waiting.get(at).cloned()).collect(), held));
        let retry = self.queue.waiting.iter().map(again).filter(|next| *next > now).min();
        (parcel, due.next.into_iter().chain(retry).min())
    }
}

fn pause(tries: u32) -> u64 {
    FIRST_PAUSE.saturating_mul(1 << tries.min(16)).min(LAST_PAUSE)
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
#[path = "post_tests.rs"]
mod tests;
