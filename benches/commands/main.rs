//! How long the commands take beside Grid Engine's own, in one run on one machine: submit, list, start of the process, and the
//! way from qsub to the job's first instruction. Run by `make bench`, which starts the real Grid Engine and the test cluster; a
//! system that is not there loses its column, with the reason.
//!
//! All systems take their turn in every round, in changing order, and a ratio is the median of the rounds' own ratios, so that
//! a busy machine is busy for all of them. Root runs the commands as bob, by setuid and not through su, which takes milliseconds.
//! Being slow is no failure: the exit code is 0. Numbers also go to `target/bench.json`.
//! For a quick look: `--rounds N`, and `--jobs 1500,10000` (how many jobs wait in the lists; 0: no long list).

mod many;
mod median;
mod report;
mod systems;

use report::{Line, goals, json, save, table, take_turns};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use systems::{NAME, Problem, System, User, delete_all, scratch, systems, who};

/// Waiting jobs of every system while qstat is measured.
const WAITING: usize = 100;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this program too, without the word that `cargo bench` gives.
    if !words.iter().any(|word| word == "--bench") {
        println!("benchmarks: nothing done; make bench runs them");
        return;
    }
    let given = |name: &str| words.iter().skip_while(|word| *word != name).nth(1);
    let rounds = given("--rounds").and_then(|word| word.parse().ok()).unwrap_or(40).max(1);
    let numbers = given("--jobs").map_or("1500,10000", |word| word.as_str()).split(',');
    let numbers: Vec<usize> = numbers.filter_map(|word| word.parse().ok()).filter(|&number| number > 0).collect();
    if let Err(problem) = run(rounds, &numbers) {
        println!("benchmarks: {problem}");
    }
}

fn run(rounds: usize, numbers: &[usize]) -> Result<(), Problem> {
    let user = who()?;
    let scratch = scratch(&user)?;
    let dir = scratch.0.as_path();
    let mut systems = systems(&user, dir);
    if systems.is_empty() {
        return Err("no system to measure".into());
    }
    let late = rounds.min((rounds / 3).max(10));
    println!("{rounds} rounds ({late} of whole jobs), as {}, the systems in turn; times in milliseconds", user.name);
    let mut lines = measure(&user, &mut systems, dir, rounds, late);
    lines.extend(many::measure(&user, &mut systems, numbers, late));
    for system in &mut systems {
        delete_all(&user, system);
    }
    print!("\n{}\n{}", table(&lines, &systems), goals(&lines));
    let file = save(&json(&lines, &user, rounds)).map_err(|error| format!("target/bench.json: {error}"))?;
    println!("\nraw numbers: {}", file.display());
    Ok(())
}

fn measure(user: &User, systems: &mut [System], dir: &Path, rounds: usize, late: usize) -> Vec<Line> {
    let start = take_turns("process start, without a call", "start", systems, rounds, |system, _| {
        let (name, word) = if system.is_ours() { ("gridshim", "--list") } else { ("qsub", "-help") };
        system.timed(user, name, &[word]).map(|(milliseconds, _)| milliseconds)
    });

    let held = ["-h", "-N", NAME, "-o", "/dev/null", "-e", "/dev/null", "-b", "y", "true"];
    let submit = |system: &mut System| {
        let (milliseconds, _) = system.submit(user, &held)?;
        system.waiting += 1;
        Ok(milliseconds)
    };
    let qsub = take_turns("qsub, a held job", "qsub", systems, rounds, |system, _| submit(system));
    for system in systems.iter_mut() {
        while system.waiting < WAITING && !system.out {
            let submitted = submit(system);
            system.keep(submitted);
        }
    }

    let mut shown = BTreeMap::new();
    let mut qstat = take_turns("", "qstat", systems, rounds, |system, _| {
        let (milliseconds, output) = system.timed(user, "qstat", &[])?;
        if !output.status.success() {
            return Err(format!("qstat: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        shown.insert(system.name, output.stdout.split(|&byte| byte == b'\n').count().saturating_sub(3));
        Ok(milliseconds)
    });
    // Others may have jobs of this user's, too.
    let (least, most) = (shown.values().min().copied().unwrap_or(0), shown.values().max().copied().unwrap_or(0));
    qstat.title = format!("qstat, {} jobs waiting", if least == most { least.to_string() } else { format!("{least} to {most}") });
    for system in systems.iter_mut() {
        delete_all(user, system);
    }

    let stamp = dir.join("stamp.sh").display().to_string();
    let first = take_turns("qsub to the first instruction", "first_instruction", systems, late, |system, round| {
        let file = dir.join(format!("{}.{round}", system.name));
        until_first_instruction(user, system, &stamp, &file)
    });
    vec![qsub, qstat, start, first]
}

/// Submits a job that writes the time into a file; milliseconds from before qsub's start.
fn until_first_instruction(user: &User, system: &System, stamp: &str, file: &Path) -> Result<f64, Problem> {
    let began = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    let path = file.display().to_string();
    let (_, id) = system.submit(user, &["-N", NAME, "-o", "/dev/null", "-e", "/dev/null", "-b", "y", stamp, &path])?;
    let seconds = stamped(file).map_err(|problem| format!("job {id} {problem}"))?;
    Ok((seconds - began.as_secs_f64()) * 1e3)
}

/// Waits for the file a job writes the time into.
fn stamped(file: &Path) -> Result<f64, Problem> {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Ok(text) = fs::read_to_string(file) {
            return text.trim().parse().map_err(|_| format!("wrote \"{}\" instead of a time", text.trim()));
        }
        if Instant::now() > end {
            return Err("has not begun after 60 s".into());
        }
        sleep(Duration::from_millis(5));
    }
}
