//! The daemon: one for each state directory. A pass looks at what runs, writes down what ended, and starts what can start; between
//! passes it sleeps until it is woken. It leaves when there was nothing to do for a while.

use super::cron::{Cron, Tools};
use super::ends::{End, account};
use super::mails::Mails;
use super::next::{starts, take};
use super::paths::Paths;
use super::run::{Run, Seen};
use super::start::{self, Shepherd};
use super::store::{JobRow, Store, TaskRow, Trouble, Wish, has_work, job, now, tasks_in, until_start};
use super::sweep::sweep;
use super::wait::poke;
use super::wake::{self, Listener};
use crate::error::{Error, Result};
use crate::job::JobId;
use crate::record::Report;
use crate::site::Site;
use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

/// How long there is nothing to do before the daemon leaves.
const IDLE: Duration = Duration::from_secs(10);
/// Starts of a shepherd that come to nothing before the task is given up.
const TRIES: u32 = 5;

/// Runs the jobs of this process's state directory until there are none.
///
/// # Errors
/// The state directory cannot be used.
pub fn daemon(site: &Site) -> Result<()> {
    let paths = Paths::of_process()?;
    let failed = |trouble: Trouble| Error::Backend(format!("gridshim local-daemon: {}: {trouble}", paths.root().display()));
    let program = std::env::current_exe().map_err(|error| failed(error.into()))?;
    paths.create().map_err(|error| failed(error.into()))?;
    let Some(lock) = only_one(&paths).map_err(failed)? else { return Ok(()) };
    let store = Store::open(&paths).map_err(failed)?;
    let host = host_name();
    let mut daemon = Daemon {
        site: site.clone(),
        mails: Mails::open(&paths, site, &host),
        host,
        program,
        lock,
        store,
        children: HashMap::new(),
        failures: HashMap::new(),
        ended: HashSet::new(),
        swept: None,
        cron: Cron::default(),
        paths: paths.clone(),
    };
    daemon.serve().map_err(failed)
}

/// The lock of the one daemon; `None` where another is at work, which was woken instead. One that is leaving is waited for.
fn only_one(paths: &Paths) -> std::result::Result<Option<File>, Trouble> {
    let mut lock = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(paths.lock())?;
    let begun = Instant::now();
    while lock.try_lock().is_err() {
        if wake::send(&paths.wake()) {
            return Ok(None);
        }
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(Trouble("daemon.lock is held, and nobody listens".into()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // For people to read; on a full disk it is done without.
    let _ = lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id()));
    Ok(Some(lock))
}

/// This machine's name.
pub fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map_or_else(|_| "localhost".into(), |name| name.trim().to_string())
}

/// A start: job, index, attempt.
type Key = (JobId, u64, u32);

fn key(task: &TaskRow) -> Key {
    (task.job, task.index, task.attempt)
}

struct Daemon {
    site: Site,
    paths: Paths,
    program: PathBuf,
    host: String,
    lock: File,
    store: Store,
    mails: Mails,
    /// Shepherds of this daemon's own.
    children: HashMap<Key, Child>,
    /// Shepherds that came to nothing: how often, and when last.
    failures: HashMap<Key, (u32, Instant)>,
    /// Those that were told to end.
    ended: HashSet<Key>,
    swept: Option<Instant>,
    cron: Cron,
}

impl Daemon {
    fn serve(&mut self) -> std::result::Result<(), Trouble> {
        loop {
            let listener = Listener::bind(&self.paths.wake())?;
            if !self.until_idle(&listener) {
                // The directory is another's now: its socket too.
                std::mem::forget(listener);
                return Ok(());
            }
            // Whoever commits after the name is gone starts a daemon; what was committed before is seen now.
            drop(listener);
            if !self.store.read(has_work)? && self.crontab()?.is_none() {
                return Ok(());
            }
        }
    }

    /// Passes until there was nothing to do for a while; false where the state directory was taken away.
    fn until_idle(&mut self, listener: &Listener) -> bool {
        let mut idle_since = Instant::now();
        let mut trouble_wait = Duration::from_secs(1);
        loop {
            if !self.is_mine() {
                return false;
            }
            let wait = match self.pass() {
                Ok(Some(pause)) => {
                    trouble_wait = Duration::from_secs(1);
                    idle_since = Instant::now();
                    pause
                }
                // What is to be delivered, or tried again, is work.
                Ok(None) if !self.mails.is_empty() => {
                    idle_since = Instant::now();
                    IDLE
                }
                Ok(None) => match IDLE.checked_sub(idle_since.elapsed()) {
                    Some(left) if !left.is_zero() => left,
                    _ => return true,
                },
                Err(trouble) => {
                    eprintln_line(&format!("gridshim local-daemon: {trouble}; trying again"));
                    idle_since = Instant::now();
                    trouble_wait = (trouble_wait * 2).min(Duration::from_secs(30));
                    std::thread::sleep(Duration::from_millis(200));
                    trouble_wait
                }
            };
            listener.wait(wait);
        }
    }

    /// How long to sleep while there is work: not long where a killed shepherd would tell nobody.
    fn pause(&mut self) -> std::result::Result<Option<Duration>, Trouble> {
        let reached = wake::fits(&self.paths.wake());
        self.store.read(|tx| {
            let moves = "SELECT EXISTS (SELECT 1 FROM tasks WHERE state IN ('active', 'requeued'))";
            Ok(match (has_work(tx)?, tx.query_row(moves, [], |row| row.get::<_, bool>(0))?) {
                (false, _) => None,
                // A job too large for what there is: only a client can change that.
                (true, false) => Some(Duration::from_secs(until_start(tx)?.clamp(1, 60))),
                (true, true) => Some(Duration::from_millis(if reached { 1000 } else { 200 })),
            })
        })
    }

    /// False where the lock's file was removed or replaced: another daemon may be at work on what has this name now.
    fn is_mine(&mut self) -> bool {
        let same = |file: &std::fs::Metadata, other: &std::fs::Metadata| (file.dev(), file.ino()) == (other.dev(), other.ino());
        let (Ok(ours), Ok(there)) = (self.lock.metadata(), std::fs::metadata(self.paths.lock())) else { return false };
        same(&ours, &there) && self.store.is_current(&self.paths)
    }

    /// What is due of the crontab; how long to sleep then.
    fn crontab(&mut self) -> std::result::Result<Option<Duration>, Trouble> {
        let tools = Tools { paths: &self.paths, site: &self.site, program: &self.program, host: &self.host, mails: &self.mails };
        self.cron.pass(&tools, now())
    }

    /// One pass; how long to sleep then, `None` where there is no work.
    fn pass(&mut self) -> std::result::Result<Option<Duration>, Trouble> {
        if self.swept.is_none_or(|last| last.elapsed() > Duration::from_secs(600)) {
            self.paths.create()?;
            sweep(&self.paths, &mut self.store)?;
            self.swept = Some(Instant::now());
        }
        let over: HashSet<Key> =
            self.children.iter_mut().filter_map(|(key, child)| (!matches!(child.try_wait(), Ok(None))).then_some(*key)).collect();
        self.children.retain(|key, _| !over.contains(key));
        let active = self.store.read(|tx| tasks_in(tx, "active"))?;
        let mut ends = Vec::new();
        let mut idle: Vec<TaskRow> = Vec::new();
        for task in active {
            let run = self.run(&task);
            match run.look(self.children.contains_key(&key(&task)), now())? {
                Seen::Ended { report, lost } => ends.push(End { task, report, lost, never_began: false }),
                Seen::Alive | Seen::NotStarted if task.deleting && run.forestall()? => {
                    ends.push(End { task, report: Report::default(), lost: false, never_began: true });
                }
                Seen::Alive if (task.deleting || task.wish == Wish::Again) && !self.ended.contains(&key(&task)) => {
                    if run.signal(libc::SIGTERM) {
                        self.ended.insert(key(&task));
                    }
                }
                Seen::Alive if !task.deleting => {
                    let is_stopped = task.wish == Wish::Suspended;
                    if run.suspend(is_stopped)?
                        && let Some(row) = self.store.read(|tx| job(tx, task.job, false))?
                    {
                        self.mails.suspended(&row, &task, is_stopped, now());
                    }
                }
                Seen::Alive => {}
                Seen::NotStarted if over.contains(&key(&task)) => {
                    let tries = self.failures.get(&key(&task)).map_or(1, |(tries, _)| tries + 1);
                    self.failures.insert(key(&task), (tries, Instant::now()));
                    if tries >= TRIES && run.forestall()? {
                        let reason = "cannot start the shepherd (daemon.log in the state directory says why)".to_string();
                        let at = now() as u64;
                        let report = Report { start: at, end: at, failed: 1, reason, ..Report::default() };
                        ends.push(End { task, report, lost: false, never_began: false });
                    }
                }
                Seen::NotStarted => idle.push(task),
            }
        }
        let started = self.commit(&mut ends)?;
        for end in &ends {
            self.forget(end);
        }
        poke(&self.paths, |id| ends.iter().any(|end| end.task.job == id));
        for task in idle.into_iter().chain(started) {
            let rested = self.failures.get(&key(&task)).is_none_or(|(_, last)| last.elapsed() >= Duration::from_secs(1));
            if rested {
                self.start(&task)?;
            }
        }
        let cron = self.crontab()?;
        Ok([self.pause()?, cron].into_iter().flatten().min())
    }

    fn run(&self, task: &TaskRow) -> Run {
        Run(self.paths.run(task.job, task.index, task.attempt))
    }

    /// The accounting lines first, then one commit of the ends and of what starts in the slots they leave.
    fn commit(&mut self, ends: &mut [End]) -> std::result::Result<Vec<TaskRow>, Trouble> {
        let (site, paths, host, mails) = (&self.site, &self.paths, &self.host, &self.mails);
        if ends.is_empty() && !self.store.read(|tx| Ok(!starts(tx, site)?.is_empty()))? {
            return Ok(Vec::new());
        }
        self.store.change(|tx| {
            let mut rows: HashMap<JobId, JobRow> = HashMap::new();
            for end in ends.iter_mut() {
                // A deletion may have come since; it must not be run again then.
                end.task.deleting = tx
                    .prepare_cached("SELECT deleting FROM tasks WHERE job = ?1 AND task = ?2")?
                    .query_row([end.task.job as i64, end.task.index as i64], |row| row.get(0))?;
                if !rows.contains_key(&end.task.job) {
                    let row = job(tx, end.task.job, false)?;
                    rows.extend(row.map(|row| (row.id, row)));
                }
            }
            let row_of = |end: &End| rows.get(&end.task.job);
            let accountable = ends.iter().filter(|end| !end.never_began);
            let lines: Vec<String> = accountable.filter_map(|end| Some(end.line(row_of(end)?, host))).collect();
            if !lines.is_empty() {
                let accounted: i64 = tx.query_row("SELECT value FROM meta WHERE key = 'accounted'", [], |row| row.get(0))?;
                let length = account(paths, accounted as u64, lines)?;
                tx.execute("UPDATE meta SET value = ?1 WHERE key = 'accounted'", [length as i64])?;
            }
            // Before the commit: behind it nobody would see these ends again.
            let run = |end: &End| Run(paths.run(end.task.job, end.task.index, end.task.attempt));
            mails.ended(ends.iter().filter_map(|end| Some((row_of(end)?, end, run(end)))));
            for end in ends.iter() {
                end.store(tx, row_of(end).and_then(|row| row.job.rerun()))?;
            }
            let mut started = Vec::new();
            for start in starts(tx, site)? {
                take(tx, &start, &mut started)?;
            }
            Ok(started)
        })
    }

    /// What is left of a run that is written down.
    fn forget(&mut self, end: &End) {
        let key = key(&end.task);
        self.failures.remove(&key);
        self.ended.remove(&key);
        let _ = std::fs::remove_dir_all(self.run(&end.task).0);
        let left = self.store.read(|tx| Ok(job(tx, end.task.job, false)?.is_some_and(|row| row.unfinished)));
        if matches!(left, Ok(false)) {
            let _ = std::fs::remove_file(self.paths.script(end.task.job));
        }
    }

    /// Starts the shepherd of a task that is active by the database.
    fn start(&mut self, task: &TaskRow) -> std::result::Result<(), Trouble> {
        let Some(row) = self.store.read(|tx| job(tx, task.job, true))? else { return Ok(()) };
        let run = self.run(task);
        let slots = if task.slots > 0 { task.slots } else { row.job.slots };
        run.prepare(&row.job.spec(row.id, &self.site.queue_or_default(&task.queue), slots).to_bytes())?;
        let told = Shepherd {
            program: &self.program,
            run: &run,
            script: &self.paths.script(row.id),
            index: task.index,
            node: &self.host,
            restarted: task.attempt > 0,
        };
        let child = start::shepherd(&self.paths, &told)
            .map_err(|error| Trouble(format!("cannot start {}: {}", self.program.display(), crate::error::plain(&error))))?;
        self.children.insert(key(task), child);
        self.mails.started(&row, task, now());
        Ok(())
    }
}

fn eprintln_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
