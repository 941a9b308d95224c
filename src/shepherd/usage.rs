//! What the job used. Time and faults come from the kernel at the end; address space has to be looked at while it runs.

use super::{processes, sys};
use crate::record::Report;
use std::collections::HashMap;
use std::time::Duration;

const GIB: f64 = (1u64 << 30) as f64;
/// Linux' USER_HZ, the same on all machines.
const TICKS: f64 = 100.0;

/// Samples of the job's processes.
#[derive(Debug, Default)]
pub struct Usage {
    maxvmem: u64,
    /// Bytes, at the last look.
    vmem: u64,
    /// Seconds of the living, and of the children they have waited for, at the last look.
    cpu: f64,
    /// GB·seconds of CPU time (accounting(5)).
    mem: f64,
    /// Ticks seen, by pid and birth.
    seen: HashMap<(i32, u64), u64>,
    samples: u32,
}

impl Usage {
    /// Looks once at every process of the job.
    pub fn sample(&mut self) {
        self.samples = self.samples.saturating_add(1);
        let alive: Vec<_> = processes::of_job().into_iter().filter_map(processes::read).collect();
        self.vmem = alive.iter().map(|process| process.vmem).sum();
        self.maxvmem = self.maxvmem.max(self.vmem);
        self.cpu = alive.iter().map(|process| process.ticks + process.reaped).sum::<u64>() as f64 / TICKS;
        let mut seen = HashMap::new();
        for process in alive {
            let key = (process.pid, process.born);
            let since = process.ticks.saturating_sub(self.seen.get(&key).copied().unwrap_or(0));
            self.mem += since as f64 / TICKS * process.vmem as f64 / GIB;
            seen.insert(key, process.ticks);
        }
        self.seen = seen;
    }

    /// Bytes of address space of all processes together.
    pub fn vmem(&self) -> u64 {
        self.vmem
    }

    /// Seconds of processor time of all processes, also of those that have ended.
    pub fn cpu(&self) -> f64 {
        self.cpu + Usage::ended_cpu()
    }

    /// Of what has ended alone.
    pub fn ended_cpu() -> f64 {
        let usage = sys::children_usage();
        seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Until the next look: 20 ms at first, doubling up to a second.
    pub fn pause(&self) -> Duration {
        Duration::from_millis(20u64.checked_shl(self.samples.min(10)).unwrap_or(1000).min(1000))
    }

    /// Writes all that is known when the last process has been reaped.
    pub fn fill(&self, report: &mut Report) {
        let usage = sys::children_usage();
        let count = |value: libc::c_long| u64::try_from(value).unwrap_or(0);
        report.utime = seconds(usage.ru_utime);
        report.stime = seconds(usage.ru_stime);
        report.maxrss = count(usage.ru_maxrss);
        report.minflt = count(usage.ru_minflt);
        report.majflt = count(usage.ru_majflt);
        report.inblock = count(usage.ru_inblock);
        report.oublock = count(usage.ru_oublock);
        report.nvcsw = count(usage.ru_nvcsw);
        report.nivcsw = count(usage.ru_nivcsw);
        // A job too short to be seen had at least what was resident.
        report.maxvmem = self.maxvmem.max(report.maxrss << 10);
        report.mem = self.mem;
        report.io = transferred("/proc/self/io").saturating_sub(transferred("/proc/thread-self/io")) as f64 / GIB;
    }
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

/// Bytes read and written. A process' file counts its reaped children, its thread's does not: the difference is theirs.
fn transferred(file: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.trim().parse::<u64>().ok()).unwrap_or(0);
    value("rchar:").saturating_add(value("wchar:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_far_apart_in_the_long_run() {
        let pause = |samples| Usage { samples, ..Usage::default() }.pause().as_millis();
        assert_eq!((pause(0), pause(1), pause(5), pause(6), pause(u32::MAX)), (20, 40, 640, 1000, 1000));
    }
}
