//! Crontabs: what a user's table means, minute by minute, for the local daemon and for the cluster's controller alike.
//!
//! ```text
//! table -> grammar::crontab -> entries, each with the settings above it -> wrap -> due (clock) -> Spec -> shepherd
//! ```

pub mod clock;
mod spec;
mod wrap;

pub use spec::spec;
pub use wrap::wrap;

use crate::grammar::crontab::{self, Item, Mistake};
use crate::grammar::schedule::Schedule;
use crate::job::Submitter;
use crate::site::Site;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A clock that went back by more than this, in minutes, was set: what was due since is not waited for.
pub const SET_BACK: i64 = 180;
/// Of a command's output so many bytes are mailed.
pub const OUTPUT: u64 = 1 << 20;

/// A user's table as it was installed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crontab {
    /// Byte for byte.
    pub text: Vec<u8>,
    /// When, in seconds since 1970: nothing was due before.
    pub installed: i64,
    pub owner: Submitter,
}

/// An entry with all that the table says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Counted from 1.
    pub line: usize,
    /// Its schedule as written.
    pub when: String,
    /// `None`: at the start of the system.
    pub schedule: Option<Schedule>,
    pub zone: Tz,
    /// As written, up to its first percent sign: the subject of its mail.
    pub title: String,
    /// For the shell.
    pub command: String,
    pub input: Option<String>,
    pub env: Vec<(String, String)>,
    /// `None`: to nobody.
    pub mail_to: Option<String>,
}

/// How the last run of an entry went, as `gridshim cron status` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Run {
    pub line: usize,
    /// The minute it was due in, since 1970; of `@reboot` that of its start.
    pub minute: i64,
    /// `None`: it has not ended, or not begun.
    pub exit_status: Option<i32>,
    /// The jobs it submitted.
    pub jobs: Vec<u64>,
    /// Why it does not run.
    pub reason: String,
}

impl Crontab {
    /// The last minute that is none of this table's, since 1970. One that is installed as a minute begins counts for it.
    pub fn before(&self) -> i64 {
        minute(self.installed - 1)
    }

    /// Its entries.
    ///
    /// # Errors
    /// The first mistake in the table.
    pub fn entries(&self, site: &Site) -> Result<Vec<Planned>, Mistake> {
        let owner = &self.owner;
        let mut zone = site.cron.time_zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or_else(clock::zone_here);
        let mut env: Vec<(String, String)> =
            [("HOME", owner.home.as_str()), ("LOGNAME", &owner.user), ("PATH", "/usr/bin:/bin"), ("SHELL", "/bin/sh")]
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .to_vec();
        let mut mail_to = Some(owner.user.clone());
        let mut entries = Vec::new();
        for item in crontab::parse(&self.text)? {
            match item {
                // Who it runs as is not the table's to say.
                Item::Setting { name, .. } if name == "LOGNAME" || name.is_empty() => {}
                Item::Setting { name, value } => {
                    match name.as_str() {
                        "MAILTO" => mail_to = Some(value.clone()).filter(|to| !to.is_empty()),
                        "CRON_TZ" => zone = value.parse().unwrap_or(zone),
                        _ => {}
                    }
                    env.retain(|(known, _)| *known != name);
                    env.push((name, value));
                }
                Item::Entry(entry) => {
                    let wrapped = if site.cron.wrap { wrap(&entry.command, entry.line, &site.cron.jsub) } else { None };
                    let (command, input) = crontab::split(wrapped.as_deref().unwrap_or(&entry.command));
                    entries.push(Planned {
                        line: entry.line,
                        when: entry.when.clone(),
                        schedule: entry.schedule,
                        zone,
                        title: entry.split().0,
                        command,
                        input,
                        env: env.clone(),
                        mail_to: mail_to.clone(),
                    });
                }
            }
        }
        Ok(entries)
    }
}

impl Planned {
    /// The minutes in which it was due behind `after`, the last one alone, and how often it was; `until` is now.
    pub fn missed(&self, after: i64, until: i64) -> Option<(i64, usize)> {
        let schedule = self.schedule.as_ref()?;
        let minute = clock::last(schedule, self.zone, after, until)?;
        Some((minute, clock::due(schedule, self.zone, minute)))
    }

    /// When it is due next.
    pub fn next(&self, after: i64) -> Option<i64> {
        clock::next(self.schedule.as_ref()?, self.zone, after)
    }
}

/// Puts a run in the place of an earlier one of its line.
pub fn note(runs: &mut Vec<Run>, run: Run) {
    match runs.iter_mut().find(|known| known.line == run.line) {
        Some(known) if known.minute <= run.minute => *known = run,
        Some(_) => {}
        None => runs.push(run),
    }
}

/// This minute, since 1970.
pub fn minute(seconds: i64) -> i64 {
    seconds.div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_count_for_the_entries_below_them() {
        let owner = Submitter { user: "bob".into(), home: "/home/bob".into(), ..Submitter::default() };
        let text = b"* * * * * jsub a\nMAILTO=\"\"\nLOGNAME=root\nPATH=/x\nCRON_TZ=Asia/Tokyo\n0 9 * * * cat%in\n".to_vec();
        let entries = Crontab { text, owner, installed: 0 }.entries(&Site::default()).expect("entries");
        assert_eq!((entries[0].mail_to.as_deref(), entries[0].command.as_str()), (Some("bob"), "jsub a"));
        let last = &entries[1];
        assert_eq!((last.line, &last.mail_to, last.zone), (6, &None, Tz::Asia__Tokyo));
        assert_eq!((last.command.as_str(), last.input.as_deref()), ("/usr/bin/jsub -N cron-5 -once -quiet cat", Some("in\n")));
        let value = |name: &str| last.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!((value("LOGNAME"), value("PATH"), value("HOME"), value("USER")), (Some("bob"), Some("/x"), Some("/home/bob"), None));
        // 09:00 in Tokyo.
        assert_eq!(last.next(0), Some(24 * 60));
        assert_eq!(last.missed(0, 3 * 24 * 60 + 5), Some((3 * 24 * 60, 1)));
    }
}
