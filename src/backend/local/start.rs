//! Processes that outlive their starter: the daemon, and a shepherd for every start.

use super::paths::Paths;
use super::run::Run;
use super::store::Trouble;
use crate::site;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Starts the daemon. It leaves by itself where one is at work already.
///
/// # Errors
/// No processes, or the program is gone.
pub fn daemon(paths: &Paths, program: &Path, site: Option<&Path>) -> Result<(), Trouble> {
    let mut command = Command::new(program);
    command.arg("local-daemon");
    environment(&mut command);
    command.env(site::STATE, paths.root());
    if let Some(path) = site.and_then(|path| std::path::absolute(path).ok()) {
        command.env(site::SITE, path);
    }
    detach(&mut command, paths, true)?;
    let mut child =
        command.spawn().map_err(|error| Trouble(format!("cannot start {}: {}", program.display(), crate::error::plain(&error))))?;
    // This is the process in between, which has left already.
    let _ = child.wait();
    Ok(())
}

/// What a shepherd is told on its command line.
pub struct Shepherd<'a> {
    pub program: &'a Path,
    pub run: &'a Run,
    pub script: &'a Path,
    pub index: u64,
    pub node: &'a str,
    pub restarted: bool,
}

/// Starts a shepherd in a prepared run directory.
///
/// # Errors
/// No processes, or the program is gone.
pub fn shepherd(paths: &Paths, told: &Shepherd<'_>) -> io::Result<Child> {
    let directory = &told.run.0;
    let mut command = Command::new(told.program);
    command.arg("shepherd").arg("--spec").arg(directory.join("spec")).arg("--script").arg(told.script);
    command.arg("--index").arg(told.index.to_string());
    command.arg("--run-dir").arg(directory).arg("--node").arg(told.node).arg("--wake").arg(paths.wake());
    if told.restarted {
        command.arg("--restarted");
    }
    environment(&mut command);
    detach(&mut command, paths, false)?;
    command.spawn()
}

/// `PATH`, `HOME` and what steers gridshim: nothing else of the caller's reaches jobs but what they ask for.
fn environment(command: &mut Command) {
    command.env_clear();
    for (name, value) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GRIDSHIM_") || matches!(&*text, "PATH" | "HOME" | "SGE_ROOT" | "SGE_CELL") {
            command.env(&name, value);
        }
    }
}

/// In a session of its own, with nothing of the caller's: no streams, no descriptors, no signal settings, no directory.
/// `twice`: as nobody's child, so that the caller need not reap it.
fn detach(command: &mut Command, paths: &Paths, twice: bool) -> io::Result<()> {
    let log = log(paths)?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).current_dir("/");
    // SAFETY: system calls only, on plain numbers, between fork and exec.
    unsafe {
        command.pre_exec(move || {
            libc::setsid();
            if twice {
                match libc::fork() {
                    -1 => return Err(io::Error::last_os_error()),
                    0 => {}
                    _ => libc::_exit(0),
                }
            }
            libc::umask(0o022);
            for signal in 1..=libc::SIGRTMAX() {
                libc::signal(signal, libc::SIG_DFL);
            }
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
            // On exec only: the pipe that tells of a failed exec is among them.
            if libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) != 0 {
                for descriptor in 3..1024 {
                    libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
                }
            }
            Ok(())
        });
    }
    Ok(())
}

/// The log of the daemon and the shepherds, begun anew from a megabyte on.
fn log(paths: &Paths) -> io::Result<File> {
    let log = OpenOptions::new().create(true).append(true).mode(0o600).open(paths.log())?;
    if log.metadata()?.len() > 1 << 20 {
        log.set_len(0)?;
    }
    Ok(log)
}
