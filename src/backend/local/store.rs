//! `state.db`: the jobs, and a row for every task that was started. Every change is one immediate transaction, on disk before
//! it returns.

use super::paths::Paths;
use crate::error::plain;
use crate::grammar::indexes::Indexes;
use crate::job::{Job, JobId};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What went wrong, in words that follow the name of the state directory.
#[derive(Debug)]
pub struct Trouble(pub String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        Trouble(plain(&error))
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Trouble {
        Trouble(format!("state.db holds a job that cannot be read: {error}"))
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        Trouble(match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => "No space left on device".into(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                format!("state.db is damaged ({error}); move it away to begin anew without the jobs in it")
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => "state.db cannot be written: Permission denied".into(),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "state.db is locked by another process".into(),
            _ => format!("state.db: {error}"),
        })
    }
}

type Result<T> = std::result::Result<T, Trouble>;

const VERSION: i64 = 2;

/// `pending`: the indices never started. `tasks.state`: active (to be started or running), requeued, error, finished.
/// `seq` counts a job's ended tasks in the order they ended. `meta.accounted`: length of the accounting file at the last commit.
/// Version 2 is in `SECOND`.
const SCHEMA: &str = "
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, submitted INTEGER NOT NULL, name TEXT NOT NULL, priority INTEGER NOT NULL,
    slots INTEGER NOT NULL, concurrency INTEGER NOT NULL, queues TEXT NOT NULL, startable INTEGER NOT NULL,
    job TEXT NOT NULL, env TEXT NOT NULL, pending TEXT NOT NULL, unfinished INTEGER NOT NULL, ended INTEGER) STRICT;
CREATE INDEX jobs_in_order ON jobs (unfinished, priority DESC, id);
CREATE TABLE tasks (
    job INTEGER NOT NULL, task INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL, deleting INTEGER NOT NULL,
    queue TEXT NOT NULL, since INTEGER NOT NULL, exit_status INTEGER NOT NULL, signal INTEGER NOT NULL, reason TEXT NOT NULL,
    seq INTEGER, PRIMARY KEY (job, task)) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_by_state ON tasks (state, job);
CREATE INDEX tasks_by_end ON tasks (job, seq);
CREATE TABLE predecessors (job INTEGER NOT NULL, predecessor INTEGER NOT NULL, PRIMARY KEY (job, predecessor)) STRICT, WITHOUT ROWID;
CREATE INDEX successors ON predecessors (predecessor);
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('accounted', 0);
";

/// What version 2 added. `held`: the indexes with a hold. `start_at`: seconds since 1970. `ranges`: slot ranges where there is a
/// choice, else empty. `by_task`: the dependency is from task to task. `tasks.slots`: as granted, 0 for the job's. `tasks.wish`:
/// `suspend` or `again` (to be ended and run again).
const SECOND: &str = "
ALTER TABLE jobs ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN start_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN ranges TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN slots INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN wish TEXT NOT NULL DEFAULT '';
ALTER TABLE predecessors ADD COLUMN by_task INTEGER NOT NULL DEFAULT 0;
";

/// An open `state.db`.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// Device and inode: a file that was moved away is noticed.
    file: (u64, u64),
}

impl Store {
    /// Opens it, or makes it.
    ///
    /// # Errors
    /// No space, no rights, damaged, or of a newer gridshim.
    pub fn open(paths: &Paths) -> Result<Store> {
        // Turning a new file to WAL may be refused as busy without the busy handler being asked.
        let begun = Instant::now();
        loop {
            match Store::try_open(paths) {
                Err(error) if is_busy(&error) && begun.elapsed() < Duration::from_secs(30) => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error.into()),
                Ok((connection, version)) if version <= VERSION => {
                    let file = identity(&paths.database())?;
                    return Ok(Store { connection, file });
                }
                Ok(_) => return Err(Trouble("state.db was written by a newer gridshim".into())),
            }
        }
    }

    /// Opens it if there is one.
    ///
    /// # Errors
    /// As `open`.
    pub fn existing(paths: &Paths) -> Result<Option<Store>> {
        if paths.database().try_exists()? { Store::open(paths).map(Some) } else { Ok(None) }
    }

    fn try_open(paths: &Paths) -> rusqlite::Result<(Connection, i64)> {
        let path = paths.database();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let version = |connection: &Connection| connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
        let found = version(&connection)?;
        if found < VERSION {
            if found == 0 && !is_on_network(paths.root()) {
                connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            }
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let found = version(&tx)?;
            for (number, change) in [(1, SCHEMA), (2, SECOND)] {
                if found < number {
                    tx.execute_batch(change)?;
                    tx.pragma_update(None, "user_version", number)?;
                }
            }
            tx.commit()?;
        }
        let found = version(&connection)?;
        Ok((connection, found))
    }

    /// True while this is still the file of that name.
    pub fn is_current(&self, paths: &Paths) -> bool {
        identity(&paths.database()).is_ok_and(|file| file == self.file)
    }

    /// A change: all of it or nothing, and on disk when this returns.
    ///
    /// # Errors
    /// `work`'s, or the commit's.
    pub fn change<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.within(TransactionBehavior::Immediate, work)
    }

    /// Reads one consistent state.
    ///
    /// # Errors
    /// `work`'s.
    pub fn read<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.within(TransactionBehavior::Deferred, work)
    }

    fn within<T>(&mut self, behavior: TransactionBehavior, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let value = work(&tx)?;
        match tx.commit() {
            Ok(()) => Ok(value),
            Err(error) => Err(self.explained(error)),
        }
    }

    /// An I/O error with the operating system's reason (a full quota, say), which SQLite keeps to itself.
    fn explained(&self, error: rusqlite::Error) -> Trouble {
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            // SAFETY: the handle is that of an open connection.
            let number = unsafe { rusqlite::ffi::sqlite3_system_errno(self.connection.handle()) };
            if number != 0 {
                return std::io::Error::from_raw_os_error(number).into();
            }
        }
        error.into()
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

/// WAL needs memory shared between the processes, which two hosts do not have: network homes keep SQLite's rollback journal.
fn is_on_network(path: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let Ok(path) = std::ffi::CString::new(path.as_os_str().as_bytes()) else { return false };
    // SAFETY: an all-zero statfs is a valid value, and the call only fills it.
    let (status, kind) = unsafe {
        let mut found: libc::statfs = std::mem::zeroed();
        (libc::statfs(path.as_ptr(), &raw mut found), found.f_type as u64 & 0xffff_ffff)
    };
    // NFS, SMB, CIFS, SMB2, AFS, Ceph, FUSE.
    status == 0 && [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x00c3_6400, 0x6573_5546].contains(&kind)
}

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// A row of `jobs`.
#[derive(Debug, Clone)]
pub struct JobRow {
    pub id: JobId,
    pub submitted: i64,
    pub job: Job,
    pub pending: Indexes,
    pub unfinished: bool,
}

/// A row of `tasks`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    pub job: JobId,
    pub index: u64,
    pub attempt: u32,
    pub state: String,
    pub deleting: bool,
    pub queue: String,
    /// When it came into its state.
    pub since: i64,
    pub exit_status: i32,
    pub signal: i32,
    pub reason: String,
    /// As granted; 0: the job's.
    pub slots: u32,
    pub wish: Wish,
}

/// What is to become of a task that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wish {
    #[default]
    None,
    /// It is stopped, or about to be.
    Suspended,
    /// It is to be ended and run again.
    Again,
}

impl Wish {
    /// As the database has it.
    pub fn word(self) -> &'static str {
        match self {
            Wish::None => "",
            Wish::Suspended => "suspend",
            Wish::Again => "again",
        }
    }

    fn of(word: &str) -> Wish {
        match word {
            "suspend" => Wish::Suspended,
            "again" => Wish::Again,
            _ => Wish::None,
        }
    }
}

/// The columns of a `TaskRow`.
pub const TASK: &str = "job, task, attempt, state, deleting, queue, since, exit_status, signal, reason, slots, wish";

impl TaskRow {
    /// From a row of the columns `TASK`.
    ///
    /// # Errors
    /// A column of another type.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<TaskRow> {
        Ok(TaskRow {
            job: row.get::<_, i64>(0)? as JobId,
            index: row.get::<_, i64>(1)? as u64,
            attempt: row.get(2)?,
            state: row.get(3)?,
            deleting: row.get(4)?,
            queue: row.get(5)?,
            since: row.get(6)?,
            exit_status: row.get(7)?,
            signal: row.get(8)?,
            reason: row.get(9)?,
            slots: row.get(10)?,
            wish: Wish::of(&row.get::<_, String>(11)?),
        })
    }

    /// It was to run again and was deleted: for everybody but the daemon, which still ends its last run, it is no more.
    pub fn is_gone(&self) -> bool {
        self.state == "active" && self.deleting && self.wish == Wish::Again
    }
}

/// A job by id; its environment only where it is wanted.
///
/// # Errors
/// The database's.
pub fn job(tx: &Transaction<'_>, id: JobId, with_env: bool) -> Result<Option<JobRow>> {
    let mut statement = tx.prepare_cached("SELECT submitted, job, env, pending, unfinished FROM jobs WHERE id = ?1")?;
    let found = statement.query_row([id as i64], |row| {
        let env: Option<String> = if with_env { Some(row.get(2)?) } else { None };
        Ok((row.get(0)?, row.get::<_, String>(1)?, env, row.get::<_, String>(3)?, row.get(4)?))
    });
    let Some((submitted, job, env, pending, unfinished)) = found.optional()? else { return Ok(None) };
    let mut job: Job = serde_json::from_str(&job)?;
    if let Some(env) = env {
        job.env = serde_json::from_str(&env)?;
    }
    Ok(Some(JobRow { id, submitted, job, pending: Indexes::parse(&pending), unfinished }))
}

/// A job's tasks in these states.
///
/// # Errors
/// The database's.
pub fn tasks_of(tx: &Transaction<'_>, id: JobId, finished: bool) -> Result<Vec<TaskRow>> {
    let mut statement = tx.prepare_cached(&if finished {
        format!("SELECT {TASK} FROM tasks WHERE job = ?1 ORDER BY task")
    } else {
        format!("SELECT {TASK} FROM tasks WHERE state IN ('active', 'requeued', 'error') AND job = ?1 ORDER BY task")
    })?;
    let rows = statement.query_map([id as i64], TaskRow::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All tasks in a state.
///
/// # Errors
/// The database's.
pub fn tasks_in(tx: &Transaction<'_>, state: &str) -> Result<Vec<TaskRow>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {TASK} FROM tasks WHERE state = ?1 ORDER BY job, task"))?;
    let rows = statement.query_map([state], TaskRow::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Stores which tasks were never started, and whether anything is left to do.
///
/// # Errors
/// The database's.
pub fn settle(tx: &Transaction<'_>, id: JobId, pending: Option<&Indexes>) -> Result<()> {
    if let Some(pending) = pending {
        tx.prepare_cached("UPDATE jobs SET pending = ?2 WHERE id = ?1")?.execute(params![id as i64, pending.to_string()])?;
    }
    tx.prepare_cached(
        "UPDATE jobs SET unfinished = 0, ended = ?2 WHERE id = ?1 AND unfinished = 1 AND pending = ''
         AND NOT EXISTS (SELECT 1 FROM tasks WHERE state IN ('active', 'requeued', 'error') AND job = ?1)",
    )?
    .execute(params![id as i64, now()])?;
    Ok(())
}

/// Jobs with a task that could run if it had slots, and where a task has to wait for another job's, if that one has ended.
pub const STARTABLE: &str = "unfinished = 1 AND startable = 1 AND NOT EXISTS (SELECT 1 FROM predecessors p
    JOIN jobs before ON before.id = p.predecessor WHERE p.job = jobs.id AND p.by_task = 0 AND before.unfinished = 1)";
/// No unfinished job is before it at all.
const FREE: &str = "NOT EXISTS (SELECT 1 FROM predecessors p JOIN jobs before ON before.id = p.predecessor
    WHERE p.job = jobs.id AND before.unfinished = 1)";

/// Seconds until the next job's start time (`-a`); many where there is none.
///
/// # Errors
/// The database's.
pub fn until_start(tx: &Transaction<'_>) -> Result<u64> {
    let sql = format!("SELECT min(start_at) FROM jobs WHERE {STARTABLE} AND pending <> '' AND start_at > ?1");
    let next: Option<i64> = tx.prepare_cached(&sql)?.query_row([now()], |row| row.get(0))?;
    Ok(next.map_or(u64::MAX, |at| (at - now()).max(0) as u64))
}

/// True while something runs or could: what a daemon is there for. Held jobs and those in error state need a client first.
///
/// # Errors
/// The database's.
pub fn has_work(tx: &Transaction<'_>) -> Result<bool> {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM tasks WHERE state IN ('active', 'requeued'))
         OR EXISTS (SELECT 1 FROM jobs WHERE {STARTABLE} AND {FREE} AND pending <> '')"
    );
    Ok(tx.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}
