//! Many jobs: how fast 16 clients at once submit them, and how long qstat takes when they wait.

use crate::report::{Line, take_turns};
use crate::systems::{NAME, Problem, System, User, delete_all};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

const CLIENTS: usize = 16;

/// With every number of waiting jobs in turn: the submissions up to it, `qstat` and `qstat -xml`.
pub fn measure(user: &User, systems: &mut [System], numbers: &[usize], rounds: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for &number in numbers {
        let mut samples = BTreeMap::new();
        for system in systems.iter_mut().filter(|system| !system.out) {
            println!("{}: {number} jobs by {CLIENTS} clients", system.name);
            let submitted = fill(user, system, number);
            if let Some(milliseconds) = system.keep(submitted) {
                samples.insert(system.name, vec![milliseconds]);
            }
        }
        lines.push(Line { title: format!("a job of {number}, {CLIENTS} clients"), key: format!("submit_{number}"), samples });
        for (title, key, words) in [("qstat", "qstat", &[][..]), ("qstat -xml", "qstat_xml", &["-xml"])] {
            let title = format!("{title}, {number} jobs waiting");
            lines.push(take_turns(&title, &format!("{key}_{number}"), systems, rounds, |system, _| {
                let (milliseconds, output) = system.timed(user, "qstat", words)?;
                let shown = String::from_utf8_lossy(&output.stdout).matches(NAME).count();
                let is_whole = output.status.success() && shown >= number;
                is_whole.then_some(milliseconds).ok_or_else(|| format!("qstat: {}, {shown} of {number} jobs", output.status))
            }));
        }
    }
    for system in systems.iter_mut() {
        delete_all(user, system);
    }
    lines
}

/// Held jobs until so many wait; the milliseconds from the first to the last, by job.
fn fill(user: &User, system: &mut System, number: usize) -> Result<f64, Problem> {
    let missing = number.saturating_sub(system.waiting);
    let (next, start) = (AtomicUsize::new(0), Instant::now());
    let client = || -> Result<(), Problem> {
        while next.fetch_add(1, Ordering::Relaxed) < missing {
            system.submit(user, &["-h", "-N", NAME, "-o", "/dev/null", "-e", "/dev/null", "-b", "y", "true"])?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        let ends = clients.into_iter().map(|client| client.join().unwrap_or_else(|_| Err("a client panicked".into())));
        ends.collect::<Result<Vec<()>, Problem>>()
    })?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    system.waiting += missing;
    Ok(milliseconds / missing.max(1) as f64)
}
