//! Watches the running job: time limits, notification, the kill, restarts. One loop around poll(2), asleep in between.

use super::launch::Launch;
use super::sys::{self, Reaped, Signals};
use super::usage::Usage;
use super::{Failure, processes};
use crate::record::Spec;
use std::time::{Duration, Instant};

/// How long killed processes are waited for: one that hangs in the kernel must not hide how the job ended.
const PATIENCE: Duration = Duration::from_secs(10);
/// SIGKILL as a wait status, for a job that was killed between two runs or cannot be reaped.
const KILLED: i32 = libc::SIGKILL;

/// How the job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Wait status of the program's last run.
    pub status: i32,
    /// It had used up its `h_rt`, `h_cpu` or `h_vmem`.
    pub overtime: bool,
}

/// What is due when.
#[derive(Debug)]
struct Watch<'a> {
    spec: &'a Spec,
    launch: &'a Launch,
    signals: &'a Signals,
    usage: &'a mut Usage,
    /// The running program; `None` between two runs.
    job: Option<i32>,
    sample: Instant,
    warn: Option<Instant>,
    hard: Option<Instant>,
    kill: Option<Instant>,
    /// When the processes are to be stopped.
    halt: Option<Instant>,
    again: Option<Instant>,
    /// How a crontab's command ended, while what it left in the background goes on: cron waits for that.
    over: Option<i32>,
    /// No further run.
    stopping: bool,
    overtime: bool,
    /// Soft limits that were told of.
    warned: Vec<&'static str>,
}

/// Runs the program to its end; `started` is told once, right after the start.
///
/// # Errors
/// When the program cannot be executed.
pub fn run(spec: &Spec, launch: &Launch, signals: &Signals, usage: &mut Usage, started: impl FnOnce()) -> Result<Ended, Failure> {
    let job = Some(launch.start()?);
    let now = Instant::now();
    started();
    let after = |seconds: Option<u64>| now.checked_add(Duration::from_secs(seconds?));
    let (warn, hard) = (after(spec.s_rt), after(spec.h_rt));
    let sample = now + usage.pause();
    let mut watch = Watch {
        spec,
        launch,
        signals,
        usage,
        job,
        sample,
        warn,
        hard,
        kill: None,
        halt: None,
        again: None,
        over: None,
        stopping: false,
        overtime: false,
        warned: Vec::new(),
    };
    loop {
        match watch.turn() {
            Ok(None) => {}
            Ok(Some(status)) => return Ok(Ended { status, overtime: watch.overtime }),
            Err(failure) => {
                sweep(signals, None);
                return Err(failure);
            }
        }
    }
}

impl Watch<'_> {
    /// Sleeps until something happens and deals with it; the wait status when the job is over.
    fn turn(&mut self) -> Result<Option<i32>, Failure> {
        let due = [self.warn, self.hard, self.kill, self.halt, self.again].into_iter().flatten().fold(self.sample, Instant::min);
        let signals = self.signals.wait(due.saturating_duration_since(Instant::now()));
        if let Some(status) = self.reap() {
            return self.ended(status);
        }
        if self.over.is_some() && processes::of_job().is_empty() {
            return Ok(self.over);
        }
        for signal in signals {
            match signal {
                libc::SIGCHLD => {}
                libc::SIGTSTP => self.suspend(),
                libc::SIGCONT => {
                    self.halt = None;
                    processes::tell_all(libc::SIGCONT);
                }
                _ => self.stop(),
            }
        }
        self.timers()
    }

    fn timers(&mut self) -> Result<Option<i32>, Failure> {
        let now = Instant::now();
        let due = |time: Option<Instant>| time.is_some_and(|time| time <= now);
        if due(self.hard) {
            self.hard = None;
            self.overtime = true;
            self.stop();
        }
        if due(self.kill) {
            return Ok(Some(sweep(self.signals, self.job).unwrap_or(KILLED)));
        }
        if due(self.halt) {
            self.halt = None;
            processes::tell_all(libc::SIGSTOP);
        }
        if due(self.warn) {
            self.warn = None;
            // The loop of jstart dies of this signal, so nothing is started again.
            self.stopping = true;
            if self.job.is_none() {
                sweep(self.signals, None);
                return Ok(Some(libc::SIGUSR1));
            }
            self.tell(libc::SIGUSR1);
        }
        if due(self.again) {
            self.again = None;
            self.job = Some(self.launch.start()?);
        }
        if self.sample <= now {
            self.usage.sample();
            self.enforce();
            self.sample = now + self.usage.pause();
        }
        Ok(None)
    }

    /// The end is wanted: at once, or with `-notify` after `SIGUSR2` and some time (also at h_rt).
    fn stop(&mut self) {
        self.stopping = true;
        let now = Instant::now();
        if self.kill.is_some() {
            return;
        }
        match (self.spec.notify, self.job) {
            (Some(seconds), Some(_)) => {
                self.tell(libc::SIGUSR2);
                self.kill = now.checked_add(Duration::from_secs(seconds));
            }
            _ => self.kill = Some(now),
        }
    }

    /// Compares what the whole job uses with its limits: those of a process know nothing of the others (recorded:
    /// tests/compliance/job_limits.rs). Beyond the soft one it is told, beyond the hard one killed.
    fn enforce(&mut self) {
        for (name, used) in [("cpu", self.usage.cpu() as u64), ("vmem", self.usage.vmem())] {
            let (soft, hard) = self.spec.limits.get(name).copied().unwrap_or_default();
            let is_over = |limit: Option<u64>| limit.is_some_and(|limit| if name == "cpu" { used >= limit } else { used > limit });
            if is_over(hard) {
                (self.overtime, self.stopping) = (true, true);
                self.kill = Some(Instant::now());
            } else if is_over(soft) && !self.warned.contains(&name) {
                self.warned.push(name);
                self.tell(libc::SIGXCPU);
            }
        }
    }

    /// `qmod -sj`: at once, or with `-notify` after `SIGUSR1` and some time.
    fn suspend(&mut self) {
        let now = Instant::now();
        self.halt = match (self.spec.notify, self.job) {
            (Some(seconds), Some(_)) => {
                self.tell(libc::SIGUSR1);
                now.checked_add(Duration::from_secs(seconds))
            }
            _ => Some(now),
        };
    }

    fn tell(&self, signal: i32) {
        if let Some(job) = self.job {
            processes::warn(job, signal);
        }
    }

    /// Collects whatever has ended; the job's wait status if it is among them.
    fn reap(&self) -> Option<i32> {
        let mut ended = None;
        while let Reaped::Child(pid, status) = sys::reap() {
            if Some(pid) == self.job {
                ended = Some(status);
            }
        }
        ended
    }

    fn ended(&mut self, status: i32) -> Result<Option<i32>, Failure> {
        if let (Some(pause), false, true) = (self.spec.respawn, self.stopping, status != 0) {
            self.job = None;
            self.launch.complain(&respawn_line(&self.spec.respawn_name, &sys::date(super::rundir::now())));
            self.again = Instant::now().checked_add(Duration::from_secs(pause));
            return Ok(None);
        }
        if self.spec.bare && !self.stopping && !processes::of_job().is_empty() {
            (self.job, self.over) = (None, Some(status));
            return Ok(None);
        }
        sweep(self.signals, None);
        // The kernel may be faster than the next look.
        let cpu = self.spec.limits.get("cpu").and_then(|(_, hard)| *hard);
        self.overtime |= status == KILLED && cpu.is_some_and(|hard| Usage::ended_cpu() >= hard as f64);
        Ok(Some(status))
    }
}

/// The line that jsub's `-continuous` loop writes to the job's standard error before each restart. The code is always 0 there,
/// because `$?` is read behind the `date` of the same echo (compat/captures/jsub/real-loop-and-down.txt).
pub fn respawn_line(program: &str, date: &str) -> String {
    format!("[{date}] {program} exited with code 0. Respawning...\n")
}

/// Kills and reaps until no process is left (a forking one is not caught at the first try). Gives the job's wait status.
fn sweep(signals: &Signals, job: Option<i32>) -> Option<i32> {
    let mut ended = None;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        processes::kill_all();
        loop {
            match sys::reap() {
                Reaped::Child(pid, status) if Some(pid) == job => ended = Some(status),
                Reaped::Child(..) => {}
                Reaped::NoneYet => break,
                Reaped::NoChildren => return ended,
            }
        }
        signals.wait(Duration::from_millis(20));
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_restart_line_is_jsubs() {
        let line = respawn_line("./script", "2026-11-25T22:12:46");
        assert_eq!(line, "[2026-11-25T22:12:46] ./script exited with code 0. Respawning...\n");
    }
}
