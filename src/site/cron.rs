//! The settings of crontabs.

use serde::Deserialize;

/// The `[cron]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cron {
    /// Commands that call no grid command are run through jsub, as Toolforge's crontab did.
    #[serde(default = "default_wrap")]
    pub wrap: bool,
    /// The jsub they are run through, as a shell's words. Where it is not there the local backend takes its own.
    #[serde(default = "default_jsub")]
    pub jsub: String,
    /// Of the tables that name none (`CRON_TZ`), as in `Europe/Berlin`; unset: that of the host that runs them.
    pub time_zone: Option<String>,
    /// Where the output of commands goes where no mail is sent, below the home directory.
    #[serde(default = "default_log")]
    pub log: String,
}

impl Default for Cron {
    fn default() -> Cron {
        Cron { wrap: default_wrap(), jsub: default_jsub(), time_zone: None, log: default_log() }
    }
}

fn default_wrap() -> bool {
    true
}

fn default_jsub() -> String {
    "/usr/bin/jsub".into()
}

fn default_log() -> String {
    "cron.log".into()
}

impl Cron {
    /// What is wrong with it: a key, and the sentence.
    pub fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.time_zone.as_ref().is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
            return Some(("time_zone", "time_zone must be a zone's name, as in Europe/Berlin"));
        }
        if self.log.is_empty() || self.log.contains('\0') {
            return Some(("log", "log must be a path"));
        }
        None
    }
}
