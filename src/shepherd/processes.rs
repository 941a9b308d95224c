//! The processes of the job: everything that descends from the shepherd. As their subreaper it stays the ancestor of those
//! that called setsid or lost their parents.

use super::argv::LAUNCHER;
use super::sys;
use std::fs;
use std::path::Path;

/// Descriptions of one process from `/proc/PID/stat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Process {
    pub pid: i32,
    pub parent: i32,
    pub group: i32,
    /// Clock ticks of its own, user and system.
    pub ticks: u64,
    /// Clock ticks of its children that it has waited for.
    pub reaped: u64,
    /// Clock ticks after boot: tells one use of a pid from the next.
    pub born: u64,
    /// Bytes of address space.
    pub vmem: u64,
}

/// Reads one process; `None` if it is gone.
pub fn read(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut process = parse(&stat)?;
    // What an image's launcher reserves until the job takes its place is none of the job's.
    if stat.contains("(launcher)") && fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == Path::new(LAUNCHER)) {
        process.vmem = 0;
    }
    Some(process)
}

fn parse(stat: &str) -> Option<Process> {
    // The name, in parentheses, may hold anything.
    let pid = stat.split(' ').next()?.parse().ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(Process {
        pid,
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        ticks: number(14)? + number(15)?,
        reaped: number(16)? + number(17)?,
        born: number(22)?,
        vmem: number(23)?,
    })
}

/// All descendants of the shepherd.
pub fn of_job() -> Vec<i32> {
    let me = i32::try_from(std::process::id()).unwrap_or(1);
    if fs::metadata("/proc/thread-self/children").is_ok() { by_children(me) } else { by_parents(me) }
}

fn by_children(me: i32) -> Vec<i32> {
    let mut found = vec![me];
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        next += 1;
        for thread in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace().filter_map(|word| word.parse().ok()) {
                if !found.contains(&child) {
                    found.push(child);
                }
            }
        }
    }
    found.split_off(1)
}

fn by_parents(me: i32) -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all: Vec<Process> = entries.filter_map(|entry| read(entry.file_name().to_str()?.parse().ok()?)).collect();
    let mut found = vec![me];
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        next += 1;
        found.extend(all.iter().filter(|process| process.parent == pid).map(|process| process.pid));
    }
    found.split_off(1)
}

/// Warns the job (`SIGUSR1`, `SIGUSR2`): its process group, then whatever left it.
pub fn warn(job: i32, signal: i32) {
    let others: Vec<Process> = of_job().into_iter().filter_map(read).filter(|process| process.group != job).collect();
    sys::kill(-job, signal);
    for process in others {
        sys::kill(process.pid, signal);
    }
}

/// Stops the job's processes (`SIGSTOP`), or lets them go on (`SIGCONT`).
pub fn tell_all(signal: i32) {
    for pid in of_job() {
        sys::kill(pid, signal);
    }
}

/// Kills all there is. One call may miss what is being forked at that moment.
pub fn kill_all() {
    if std::process::id() == 1 {
        sys::kill(-1, libc::SIGKILL);
        return;
    }
    for pid in of_job() {
        sys::kill(pid, libc::SIGKILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_blanks_and_parentheses_do_not_confuse() {
        let stat = "77 (a) b) S 5 77 77 0 -1 4194304 1 2 0 0 30 12 9 9 20 0 1 0 4711 8192000 100 18446744073709551615";
        let expected = Process { pid: 77, parent: 5, group: 77, ticks: 42, reaped: 18, born: 4711, vmem: 8_192_000 };
        assert_eq!(parse(stat), Some(expected));
        assert_eq!(parse("77 (x"), None);
    }

    #[test]
    fn a_process_can_read_itself() {
        let me = i32::try_from(std::process::id()).expect("a pid");
        assert_eq!(read(me).map(|process| process.pid), Some(me));
    }

    #[test]
    fn both_ways_find_a_child() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("sleep");
        let pid = i32::try_from(child.id()).expect("a pid");
        assert!(of_job().contains(&pid));
        assert!(by_parents(i32::try_from(std::process::id()).expect("a pid")).contains(&pid));
        child.kill().expect("kill");
        child.wait().expect("wait");
    }
}
