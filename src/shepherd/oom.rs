//! Whether the kernel killed a process of this container for memory: the `oom_kill` counter of its control group.

use std::fs;

/// Version 2 and version 1 of control groups, as seen from inside a container.
const COUNTERS: [&str; 2] = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"];

/// Kills counted so far; 0 where no counter can be read.
pub fn kills() -> u64 {
    COUNTERS.iter().find_map(|path| parse(&fs::read_to_string(path).ok()?)).unwrap_or(0)
}

fn parse(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_read() {
        assert_eq!(parse("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n"), Some(2));
        assert_eq!(parse("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"), Some(1));
        assert_eq!(parse("oom_kill_disable 0\n"), None);
    }
}
