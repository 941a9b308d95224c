//! This machine as the one host there is.

use super::daemon::host_name;
use crate::host::Host;

/// What the kernel says of this machine; what it does not say is unknown.
pub fn this() -> Host {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let memory = read("/proc/meminfo");
    let bytes = |name: &str| {
        let line = memory.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    };
    let used = |total: &str, free: &str| Some(bytes(total)?.saturating_sub(bytes(free)?));
    let load: Vec<f64> = read("/proc/loadavg").split(' ').take(3).filter_map(|word| word.parse().ok()).collect();
    let processors = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let (sockets, cores) = topology(&read("/proc/cpuinfo"));
    Host {
        name: host_name(),
        arch: Host::arch_of(std::env::consts::ARCH),
        processors,
        sockets,
        cores: if cores == 0 { processors } else { cores },
        threads: processors,
        load: <[f64; 3]>::try_from(load).ok(),
        memory_total: bytes("MemTotal"),
        memory_used: used("MemTotal", "MemAvailable"),
        swap_total: bytes("SwapTotal"),
        swap_used: used("SwapTotal", "SwapFree"),
        is_unreachable: false,
        is_disabled: false,
    }
}

/// Sockets and cores by /proc/cpuinfo; at least one socket, and no cores where it does not say.
fn topology(text: &str) -> (u32, u32) {
    let mut cores: Vec<(String, String)> = Vec::new();
    for processor in text.split("\n\n") {
        let field = |name: &str| {
            let line = processor.lines().find(|line| line.split(':').next().is_some_and(|label| label.trim() == name))?;
            Some(line.split_once(':')?.1.trim().to_string())
        };
        if let (Some(socket), Some(core)) = (field("physical id"), field("core id"))
            && !cores.contains(&(socket.clone(), core.clone()))
        {
            cores.push((socket, core));
        }
    }
    let mut sockets: Vec<&String> = cores.iter().map(|(socket, _)| socket).collect();
    sockets.sort();
    sockets.dedup();
    (sockets.len().max(1) as u32, cores.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_and_cores_are_counted_once() {
        let cpu = |socket, core| format!("processor\t: 0\nphysical id\t: {socket}\ncore id\t\t: {core}\n\n");
        assert_eq!(topology(&[cpu(0, 0), cpu(0, 1), cpu(1, 0), cpu(1, 0)].concat()), (2, 3));
        assert_eq!(topology(""), (1, 0));
        assert!(this().memory_total.is_some_and(|bytes| bytes > 1 << 20));
    }
}
