//! Every system call std does not offer. All `unsafe` of the shepherd is here.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

#[cfg(target_env = "musl")]
type Resource = libc::c_int;
#[cfg(not(target_env = "musl"))]
type Resource = libc::__rlimit_resource_t;

/// Signals that arrive as readable data instead of interrupting: `SIGCHLD`, `SIGTERM`, `SIGINT`, `SIGTSTP`, `SIGCONT`.
#[derive(Debug)]
pub struct Signals(File);

impl Signals {
    /// Blocks the signals and opens their file. `SIGHUP` is ignored: the shepherd outlives whoever started it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn block() -> io::Result<Signals> {
        // SAFETY: `set` is initialised by sigemptyset before any other use; all calls get valid pointers.
        let fd = unsafe {
            let mut set = std::mem::zeroed::<libc::sigset_t>();
            libc::sigemptyset(&mut set);
            for signal in [libc::SIGCHLD, libc::SIGTERM, libc::SIGINT, libc::SIGTSTP, libc::SIGCONT] {
                libc::sigaddset(&mut set, signal);
            }
            libc::signal(libc::SIGHUP, libc::SIG_IGN);
            if libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut()) != 0 {
                return Err(io::Error::last_os_error());
            }
            libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
        };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: `fd` was just opened and belongs to nobody else.
        Ok(Signals(unsafe { File::from_raw_fd(fd) }))
    }

    /// Sleeps until a signal comes or the time is over; gives the numbers of all that came.
    pub fn wait(&self, timeout: Duration) -> Vec<i32> {
        let mut poll = libc::pollfd { fd: self.0.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // Rounded up, or the last millisecond would be spent spinning.
        let millis = timeout.as_nanos().div_ceil(1_000_000).min(60_000) as libc::c_int;
        // SAFETY: `poll` is one valid pollfd.
        unsafe { libc::poll(&mut poll, 1, millis) };
        let mut seen = Vec::new();
        let mut record = [0u8; size_of::<libc::signalfd_siginfo>()];
        while matches!((&self.0).read(&mut record), Ok(length) if length == record.len()) {
            // `ssi_signo`, a u32, is the first field of signalfd_siginfo (signalfd(2)).
            seen.push(i32::from_ne_bytes([record[0], record[1], record[2], record[3]]));
        }
        seen
    }
}

/// What `reap` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaped {
    /// A child has ended: its pid and wait status.
    Child(i32, i32),
    /// There are children, none has ended.
    NoneYet,
    /// There is no child at all.
    NoChildren,
}

/// Collects one ended child without waiting.
pub fn reap() -> Reaped {
    let mut status = 0;
    // SAFETY: `status` is a valid place for the result.
    match unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) } {
        0 => Reaped::NoneYet,
        pid if pid > 0 => Reaped::Child(pid, status),
        _ => Reaped::NoChildren,
    }
}

/// Sends a signal; a negative pid is a process group, -1 everything in this pid namespace. Nothing to do if nobody is there.
pub fn kill(pid: i32, signal: i32) {
    // SAFETY: kill takes plain numbers.
    unsafe { libc::kill(pid, signal) };
}

/// Makes orphans of the job children of the shepherd, so that none gets lost.
pub fn become_subreaper() {
    // SAFETY: prctl with these plain numbers touches no memory.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
}

/// Sets the file mode creation mask.
pub fn umask(mask: u32) {
    // SAFETY: umask takes a plain number and cannot fail.
    unsafe { libc::umask((mask & 0o777) as libc::mode_t) };
}

/// Usage of all children reaped so far.
pub fn children_usage() -> libc::rusage {
    // SAFETY: a zeroed rusage is valid, and getrusage fills it.
    unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    }
}

fn resource(name: &str) -> Option<Resource> {
    Some(match name {
        "vmem" => libc::RLIMIT_AS,
        "cpu" => libc::RLIMIT_CPU,
        "fsize" => libc::RLIMIT_FSIZE,
        "data" => libc::RLIMIT_DATA,
        "stack" => libc::RLIMIT_STACK,
        "core" => libc::RLIMIT_CORE,
        "rss" => libc::RLIMIT_RSS,
        "nofile" => libc::RLIMIT_NOFILE,
        _ => return None,
    })
}

/// The present limits, soft and hard; `None` for a name that is no resource limit. `u64::MAX` is no limit.
pub fn limits(name: &str) -> Option<(u64, u64)> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the result.
    (unsafe { libc::getrlimit(resource(name)?, &mut limit) } == 0).then_some((limit.rlim_cur, limit.rlim_max))
}

/// Sets limits of this process (name, soft, hard).
pub fn limit(limits: &[(String, u64, u64)]) {
    for (resource, limit) in rlimits(limits) {
        // SAFETY: the limit is a valid one for the duration of the call.
        unsafe { libc::setrlimit(resource, &limit) };
    }
}

fn rlimits(limits: &[(String, u64, u64)]) -> Vec<(Resource, libc::rlimit)> {
    limits.iter().filter_map(|(name, soft, hard)| Some((resource(name)?, libc::rlimit { rlim_cur: *soft, rlim_max: *hard }))).collect()
}

/// Has the command start as a job does: leader of its own session, default signals, these limits (name, soft, hard), and
/// killed should the shepherd be killed, since nobody would then keep it to its limits.
pub fn as_job(command: &mut Command, limits: &[(String, u64, u64)]) {
    let limits = rlimits(limits);
    let prepare = move || {
        // SAFETY: only async-signal-safe calls, on memory that was ready before the fork.
        unsafe {
            libc::setsid();
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
            for signal in 1..32 {
                libc::signal(signal, libc::SIG_DFL);
            }
            let mut none = std::mem::zeroed::<libc::sigset_t>();
            libc::sigemptyset(&mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
            for (resource, limit) in &limits {
                libc::setrlimit(*resource, limit);
            }
        }
        Ok(())
    };
    // SAFETY: `prepare` neither allocates nor takes a lock, as is required between fork and exec.
    unsafe { command.pre_exec(prepare) };
}

/// Local time as `2026-11-25T22:12:46`.
pub fn date(seconds: u64) -> String {
    let time = seconds.try_into().unwrap_or(0);
    let mut text = [0u8; 64];
    // SAFETY: a zeroed tm is valid; the format ends with NUL; strftime writes at most `text.len()` bytes.
    let length = unsafe {
        let mut parts = std::mem::zeroed::<libc::tm>();
        libc::localtime_r(&time, &mut parts);
        libc::strftime(text.as_mut_ptr().cast(), text.len(), c"%Y-%m-%dT%H:%M:%S".as_ptr(), &parts)
    };
    String::from_utf8_lossy(&text[..length]).into_owned()
}
