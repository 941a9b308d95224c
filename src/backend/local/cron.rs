//! The user's crontab on this machine: `cron/crontab.json` is the table, `cron/mark` the last minute that was seen to, `cron/run`
//! has a directory for each command that runs, as `run` has for jobs, and `cron/runs.json` says how the last ones went.
//!
//! Whatever is due is prepared before the mark is moved, and a prepared command starts once, whenever the daemon is killed.

use super::mails::Mails;
use super::paths::Paths;
use super::run::{Run, Seen};
use super::start::{self, Shepherd};
use super::store::Trouble;
use crate::cron::{self, Crontab, OUTPUT, Planned, SET_BACK, minute};
use crate::grammar::words;
use crate::job::Submitter;
use crate::mail::Output;
use crate::record::Report;
use crate::site::Site;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::process::Child;
use std::time::Duration;

type Result<T> = std::result::Result<T, Trouble>;

#[derive(Serialize, Deserialize)]
struct Stored {
    text: String,
    installed: i64,
    owner: Submitter,
}

/// The table that is installed.
pub fn table(paths: &Paths) -> Result<Option<Crontab>> {
    let bytes = match fs::read(paths.crontab()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    let unreadable = |why: &dyn std::fmt::Display| Trouble(format!("crontab.json cannot be read: {why}"));
    let Stored { text, installed, owner } = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
    let text = STANDARD.decode(text).map_err(|error| unreadable(&error))?;
    Ok(Some(Crontab { text, installed, owner }))
}

/// Puts a table in the place of the one before.
pub fn install(paths: &Paths, table: &Crontab) -> Result<()> {
    paths.create()?;
    let stored = Stored { text: STANDARD.encode(&table.text), installed: table.installed, owner: table.owner.clone() };
    write(paths, &paths.crontab(), &serde_json::to_vec(&stored)?)
}

/// False where there was none.
pub fn uninstall(paths: &Paths) -> Result<bool> {
    match fs::remove_file(paths.crontab()) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        removed => Ok(removed.map(|()| true)?),
    }
}

/// How the last runs went, and those that go on.
pub fn runs(paths: &Paths) -> Result<Vec<cron::Run>> {
    match fs::read(paths.cron_runs()) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        bytes => Ok(serde_json::from_slice(&bytes?).unwrap_or_default()),
    }
}

/// The daemon's part.
#[derive(Default)]
pub struct Cron {
    /// Inode, time and length of the table that `owner` and `entries` are of.
    seen: Option<(u64, i64, i64, u64)>,
    table: Crontab,
    entries: Vec<Planned>,
    /// Shepherds of this daemon's own, by the names of their directories.
    children: HashMap<String, Child>,
}

/// What a pass needs of the daemon.
pub struct Tools<'a> {
    pub paths: &'a Paths,
    pub site: &'a Site,
    pub program: &'a Path,
    pub host: &'a str,
    pub mails: &'a Mails,
}

impl Cron {
    /// Starts what is due and settles what has ended. How long to sleep then; `None` where there is no table and nothing runs.
    pub fn pass(&mut self, tools: &Tools<'_>, now: i64) -> Result<Option<Duration>> {
        self.read(tools)?;
        let is_due = !self.entries.is_empty();
        if is_due {
            self.fire(tools, now)?;
        }
        let is_busy = self.settle(tools, now)?;
        let next = Duration::from_secs((60 - now.rem_euclid(60)).unsigned_abs());
        Ok(match (is_busy, is_due) {
            (true, _) => Some(Duration::from_secs(1).min(next)),
            (false, true) => Some(next),
            (false, false) => None,
        })
    }

    fn read(&mut self, tools: &Tools<'_>) -> Result<()> {
        let stamp = fs::metadata(tools.paths.crontab()).ok().map(|data| (data.ino(), data.mtime(), data.mtime_nsec(), data.len()));
        if stamp == self.seen {
            return Ok(());
        }
        self.table = table(tools.paths)?.unwrap_or_default();
        // The command has looked at it; a mistake that only this version finds is told by `gridshim cron status`.
        self.entries = self.table.entries(&with_own_jsub(tools)).unwrap_or_default();
        self.seen = stamp;
        Ok(())
    }

    fn fire(&mut self, tools: &Tools<'_>, now: i64) -> Result<()> {
        let this = minute(now);
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_string();
        let mark = fs::read_to_string(tools.paths.cron_mark()).unwrap_or_default();
        let (seen, seen_boot) = mark.trim().split_once(' ').unwrap_or(("", ""));
        // On the first day nothing is made up for.
        let seen = seen.parse().ok().filter(|seen| *seen < this + SET_BACK).unwrap_or(this - 1);
        let is_new_boot = !seen_boot.is_empty() && seen_boot != boot;
        if seen >= this && !is_new_boot && !mark.is_empty() {
            return Ok(());
        }
        let after = seen.max(self.table.before());
        for entry in &self.entries {
            let due = match entry.schedule {
                Some(_) => entry.missed(after, this),
                None => is_new_boot.then_some((this, 1)),
            };
            for number in 0..due.map_or(0, |(_, often)| often) {
                let minute = due.map_or(this, |(minute, _)| minute);
                let run = Run(tools.paths.cron_run(&format!("{}-{minute}-{number}", entry.line)));
                let mut spec = cron::spec(entry, &self.table.owner, tools.site);
                // What its commands submit belongs to this state directory.
                spec.env.extend(std::env::vars().filter(|(name, _)| name.starts_with("GRIDSHIM_")));
                run.prepare(&spec.to_bytes())?;
                fs::write(run.0.join("told"), serde_json::to_vec(&(&entry.mail_to, &entry.title))?)?;
            }
        }
        write(tools.paths, &tools.paths.cron_mark(), format!("{} {boot}\n", seen.max(this)).as_bytes())
    }

    /// True where something runs.
    fn settle(&mut self, tools: &Tools<'_>, now: i64) -> Result<bool> {
        let entries = match fs::read_dir(tools.paths.cron_running()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            entries => entries?,
        };
        let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        let mut is_busy = false;
        for name in names {
            let run = Run(tools.paths.cron_run(&name));
            let lives = self.children.get_mut(&name).is_some_and(|child| matches!(child.try_wait(), Ok(None)));
            match run.look(lives, now)? {
                Seen::Ended { report, .. } => {
                    self.children.remove(&name);
                    self.ended(tools, &name, &run, &report)?;
                }
                Seen::Alive => is_busy = true,
                Seen::NotStarted if run.0.join("spec").exists() => {
                    is_busy = true;
                    let script = Path::new("");
                    let told = Shepherd { program: tools.program, run: &run, script, index: 0, node: tools.host, restarted: false };
                    let child = start::shepherd(tools.paths, &told)
                        .map_err(|error| Trouble(format!("cannot start {}: {}", tools.program.display(), crate::error::plain(&error))))?;
                    self.children.insert(name, child);
                }
                // Half made by a daemon that was killed: it is prepared again, or was not due.
                Seen::NotStarted => fs::remove_dir_all(&run.0)?,
            }
        }
        Ok(is_busy)
    }

    fn ended(&mut self, tools: &Tools<'_>, name: &str, run: &Run, report: &Report) -> Result<()> {
        let numbers: Vec<i64> = name.split('-').filter_map(|number| number.parse().ok()).collect();
        let line = numbers.first().and_then(|line| usize::try_from(*line).ok()).unwrap_or(0);
        if let [_, minute, ..] = numbers[..] {
            let mut runs = runs(tools.paths)?;
            let (jobs, reason) = (report.jobs.clone(), report.reason.clone());
            cron::note(&mut runs, cron::Run { line, minute, exit_status: Some(report.exit_status), jobs, reason });
            write(tools.paths, &tools.paths.cron_runs(), &serde_json::to_vec(&runs)?)?;
        }
        let told = fs::read(run.0.join("told")).unwrap_or_default();
        if let Ok((Some(mail_to), title)) = serde_json::from_slice::<(Option<String>, String)>(&told)
            && let Some(text) = output(&run.0.join("output"))
        {
            let owner = &self.table.owner.user;
            tools.mails.cron(name, &Output { owner, line, mail_to: &mail_to, title: &title, text: &text });
        }
        Ok(fs::remove_dir_all(&run.0)?)
    }
}

/// The site, with this program for jsub where the site's is not there.
fn with_own_jsub(tools: &Tools<'_>) -> Site {
    let mut site = tools.site.clone();
    if site.cron.jsub.starts_with('/') && !Path::new(&site.cron.jsub).exists() {
        site.cron.jsub = format!("{} jsub", words::quote(&tools.program.to_string_lossy()));
    }
    site
}

fn output(path: &Path) -> Option<String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(OUTPUT).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes a file of `cron` whole or not at all.
fn write(paths: &Paths, path: &Path, bytes: &[u8]) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(paths.cron_running())?;
    // Two may write at once.
    let new = path.with_extension(format!("new{}", std::process::id()));
    let mut file = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(fs::rename(&new, path)?)
}
