//! Mail of the local backend: what a start, an end, a deletion or a suspension has to tell. The queue is `mail` in the state directory.

use super::ends::End;
use super::paths::Paths;
use super::run::Run;
use super::store::{JobRow, TaskRow, Wish};
use crate::mail::{About, Ended, Event, Mail, Output, Post};
use crate::site::Site;
use std::io::{Read, Write};

/// The last lines of an error file are at most so many bytes, with their path.
const TAIL: u64 = 16 << 10;

/// The daemon's post office; without one nothing is sent.
pub struct Mails {
    post: Option<Post>,
    host: String,
}

impl Mails {
    /// Opens it where the site sends mail. That it cannot be opened is told in the daemon's log; jobs run all the same.
    pub fn open(paths: &Paths, site: &Site, host: &str) -> Mails {
        let log = |line: &str| {
            let _ = writeln!(std::io::stderr(), "gridshim local-daemon: {line}");
        };
        let post = site.mail.as_ref().and_then(|settings| match Post::open(&paths.mail(), settings, host, log) {
            Ok(post) => Some(post),
            Err(error) => {
                log(&format!("mail: {}: {}", paths.mail().display(), crate::error::plain(&error)));
                None
            }
        });
        Mails { post, host: host.into() }
    }

    /// True where none waits.
    pub fn is_empty(&self) -> bool {
        self.post.as_ref().is_none_or(Post::is_empty)
    }

    /// A crontab's command has ended and said something. `key` tells the run from every other.
    pub fn cron(&self, key: &str, output: &Output<'_>) {
        if let Some(post) = &self.post {
            post.put(post.compose_cron(&format!("cron/{key}"), output));
        }
    }

    fn about<'a>(&'a self, row: &'a JobRow, task: &'a TaskRow) -> About<'a> {
        let who = &row.job.submitter;
        let number = row.job.array.map(|range| range.id(task.index));
        About { id: row.id, task: number, name: &row.job.name, owner: &who.user, uid: who.uid, queue: &task.queue, host: &self.host }
    }

    fn compose(&self, row: &JobRow, task: &TaskRow, what: &str, event: &Event<'_>) -> Vec<Mail> {
        let Some(post) = &self.post else { return Vec::new() };
        // A cleared error state begins to count its attempts anew: the time tells two starts of the same number apart.
        let key = format!("{}.{}.{}/{}/{what}", task.job, task.index, task.attempt, task.since);
        post.compose(&row.job, &key, &self.about(row, task), event)
    }

    /// A shepherd was started.
    pub fn started(&self, row: &JobRow, task: &TaskRow, at: i64) {
        if let Some(post) = &self.post {
            post.put(self.compose(row, task, "b", &Event::Started { at: at as u64 }));
        }
    }

    /// Its processes were stopped, or go on.
    pub fn suspended(&self, row: &JobRow, task: &TaskRow, is_stopped: bool, at: i64) {
        if let Some(post) = &self.post {
            let event = if is_stopped { Event::Suspended } else { Event::Continued };
            post.put(self.compose(row, task, &format!("s{at}{is_stopped}"), &event));
        }
    }

    /// Runs ended. `run`: their directories, where the shepherd left the last lines of the error file.
    pub fn ended<'a>(&self, ends: impl Iterator<Item = (&'a JobRow, &'a End, Run)>) {
        let Some(post) = &self.post else { return };
        let mut mails = Vec::new();
        for (row, end, run) in ends.filter(|(_, end, _)| !end.never_began) {
            let task = &end.task;
            if task.wish == Wish::Again {
                mails.extend(self.compose(row, task, "p", &Event::Pushed));
                continue;
            }
            if task.deleting {
                // Nobody else can delete it here.
                let by = format!("{}@{}", row.job.submitter.user, self.host);
                mails.extend(self.compose(row, task, "k", &Event::Killed { by: &by }));
            }
            let record = end.record(row, &self.host);
            let tail = tail(&run);
            let again = end.fate(row.job.rerun()) == super::ends::Fate::Requeued;
            let ended = Ended {
                record: &record,
                reason: &end.report.reason,
                again,
                cause: end.report.oom.then_some("killed for using more memory than it asked for"),
                tail: &tail,
            };
            mails.extend(self.compose(row, task, "e", &Event::Ended(ended)));
        }
        post.put(mails);
    }
}

fn tail(run: &Run) -> String {
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(run.0.join("tail")) {
        let _ = file.take(TAIL).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
