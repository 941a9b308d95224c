//! How long the commands take beside Grid Engine's own, in one run on one machine: submit, list, start of the process, and the
//! way from qsub to the job's first instruction. Run by `make bench`, which starts the real Grid Engine and the test cluster; a
//! system that is not there loses its column, with the reason.
//!
//! All systems take their turn in every round, in changing order, and a ratio is the median of the rounds' own ratios, so that
//! a busy machine is busy for all of them. Root runs the commands as bob, by setuid and not through su, which takes milliseconds.
//! Being slow is no failure: the exit code is 0. Numbers also go to `target/bench.json`. `--rounds N` for a quick look.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Waiting jobs of every system while qstat is measured.
const WAITING: usize = 100;
/// All jobs of a benchmark have this name: an interrupted run's are found by it.
const NAME: &str = "gsbench";
/// Goals of the project: share of Grid Engine's time, and milliseconds.
const QSUB_GOAL: f64 = 0.35;
const QSTAT_GOAL: f64 = 0.35;
const START_GOAL: f64 = 3.0;

type Problem = String;

/// Who runs the commands.
struct User {
    name: String,
    uid: u32,
    gid: u32,
    home: PathBuf,
    /// We are root and become this user.
    by_setuid: bool,
}

/// One column.
struct System {
    name: &'static str,
    /// Directory of the real commands, or our program, which takes the command's name from argv[0].
    program: Program,
    environment: Vec<(&'static str, String)>,
    /// How many jobs of ours wait on it.
    waiting: usize,
    /// It failed and takes no part any more.
    out: bool,
}

enum Program {
    Directory(&'static str),
    Multicall(PathBuf),
}

/// A directory of the user's, removed at the end.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One line of the table: each system's milliseconds, round by round.
struct Line {
    title: String,
    key: &'static str,
    samples: BTreeMap<&'static str, Vec<f64>>,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this program too, without the word that `cargo bench` gives.
    if !words.iter().any(|word| word == "--bench") {
        println!("benchmarks: nothing done; make bench runs them");
        return;
    }
    let rounds = words.iter().skip_while(|word| *word != "--rounds").nth(1).and_then(|word| word.parse().ok()).unwrap_or(40).max(1);
    if let Err(problem) = run(rounds) {
        println!("benchmarks: {problem}");
    }
}

fn run(rounds: usize) -> Result<(), Problem> {
    let user = who()?;
    let scratch = scratch(&user)?;
    let dir = scratch.0.as_path();
    let mut systems = systems(&user, dir);
    if systems.is_empty() {
        return Err("no system to measure".into());
    }
    let late = rounds.min((rounds / 3).max(10));
    println!("{rounds} rounds ({late} of whole jobs), as {}, the systems in turn; times in milliseconds", user.name);
    let lines = measure(&user, &mut systems, dir, rounds, late);
    for system in &mut systems {
        delete_all(&user, system);
    }
    print!("\n{}\n{}", table(&lines, &systems), goals(&lines));
    let file = save(&json(&lines, &user, rounds)).map_err(|error| format!("target/bench.json: {error}"))?;
    println!("\nraw numbers: {}", file.display());
    Ok(())
}

// ---- who and what ---------------------------------------------------------------------------------------------------------

/// bob if we are root, else ourselves.
fn who() -> Result<User, Problem> {
    let uid = fs::metadata("/proc/self").map_err(|error| format!("/proc/self: {error}"))?.uid();
    let accounts = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    let by_setuid = uid == 0;
    let mut rows = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>()).filter(|row| row.len() >= 6);
    let row = rows.find(|row| if by_setuid { row[0] == "bob" } else { row[2] == uid.to_string() });
    let row = row.ok_or("no user bob: tests/compliance/real-grid-engine.sh and tests/cluster/cluster.sh make one")?;
    let number = |text: &str| text.parse().map_err(|_| format!("/etc/passwd: {text} is no number"));
    Ok(User { name: row[0].into(), uid: number(row[2])?, gid: number(row[3])?, home: row[5].into(), by_setuid })
}

/// In the user's home: pods see it at the same path.
fn scratch(user: &User) -> Result<Scratch, Problem> {
    let dir = user.home.join(format!("gridshim-bench-{}", std::process::id()));
    let failed = |error| format!("{}: {error}", dir.display());
    fs::create_dir(&dir).map_err(failed)?;
    let scratch = Scratch(dir.clone());
    let stamp = dir.join("stamp.sh");
    fs::write(&stamp, "#!/bin/sh\ndate +%s.%N > \"$1.tmp\"\nmv \"$1.tmp\" \"$1\"\n").map_err(failed)?;
    fs::set_permissions(&stamp, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    give(user, &stamp)?;
    give(user, &dir)?;
    Ok(scratch)
}

fn give(user: &User, path: &Path) -> Result<(), Problem> {
    let given = if user.by_setuid { chown(path, Some(user.uid), Some(user.gid)) } else { Ok(()) };
    given.map_err(|error| format!("{}: {error}", path.display()))
}

/// The systems that answer, in the order of the columns; why one is left out is printed.
fn systems(user: &User, dir: &Path) -> Vec<System> {
    let grid = vec![("SGE_ROOT", "/var/lib/gridengine".to_string()), ("SGE_CELL", "default".to_string())];
    let theirs = if Path::new("/usr/bin/qsub").exists() {
        Ok(System { name: "theirs", program: Program::Directory("/usr/bin"), environment: grid, waiting: 0, out: false })
    } else {
        Err("no /usr/bin/qsub".into())
    };
    let candidates = [("theirs", theirs), ("local", local(user, dir)), ("kubernetes", kubernetes(user, dir))];
    let mut systems = Vec::new();
    for (name, candidate) in candidates {
        match candidate.and_then(|system| answers(user, system)) {
            Ok(system) => systems.push(system),
            Err(reason) => println!("{name}: left out: {reason}"),
        }
    }
    systems
}

fn local(user: &User, dir: &Path) -> Result<System, Problem> {
    let state = dir.join("state");
    fs::create_dir(&state).map_err(|error| format!("{}: {error}", state.display()))?;
    give(user, &state)?;
    let environment = vec![("GRIDSHIM_BACKEND", "local".into()), ("GRIDSHIM_STATE", state.display().to_string()), site(dir)?];
    Ok(System { name: "local", program: ours(dir)?, environment, waiting: 0, out: false })
}

fn kubernetes(user: &User, dir: &Path) -> Result<System, Problem> {
    let config = user.home.join(".kube/config");
    if !config.exists() {
        return Err(format!("no {}: tests/cluster/cluster.sh up makes it", config.display()));
    }
    let environment = vec![("GRIDSHIM_BACKEND", "kubernetes".into()), ("KUBECONFIG", config.display().to_string()), site(dir)?];
    Ok(System { name: "kubernetes", program: ours(dir)?, environment, waiting: 0, out: false })
}

fn repository() -> PathBuf {
    option_env!("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// The site of the test systems, copied to where the user may read it.
fn site(dir: &Path) -> Result<(&'static str, String), Problem> {
    let copy = dir.join("site.toml");
    let given = repository().join("compat/reference-site.toml");
    fs::copy(&given, &copy).map_err(|error| format!("{}: {error}", given.display()))?;
    Ok(("GRIDSHIM_SITE", copy.display().to_string()))
}

/// `$GRIDSHIM_BIN`, the installed program, or the one just built; the user may have no way into the directory it is in, so a copy.
fn ours(dir: &Path) -> Result<Program, Problem> {
    let copy = dir.join("gridshim");
    if copy.exists() {
        return Ok(Program::Multicall(copy));
    }
    let given = std::env::var_os("GRIDSHIM_BIN").filter(|path| !path.is_empty()).map(PathBuf::from);
    let known = [PathBuf::from("/usr/local/lib/gridshim/gridshim"), repository().join("target/release/gridshim")];
    let program = given.or_else(|| known.into_iter().find(|path| path.exists())).ok_or("no gridshim: cargo build --release makes it")?;
    fs::copy(&program, &copy).map_err(|error| format!("{}: {error}", program.display()))?;
    println!("gridshim: {} ({:.1} MB)", program.display(), fs::metadata(&copy).map_or(0.0, |file| file.len() as f64 / 1e6));
    Ok(Program::Multicall(copy))
}

/// Asks for the jobs, with a deadline, and deletes what an interrupted run has left.
fn answers(user: &User, mut system: System) -> Result<System, Problem> {
    let mut child = system.command(user, "qstat", &[]).spawn().map_err(|error| format!("qstat: {error}"))?;
    let end = Instant::now() + Duration::from_secs(15);
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            return Err("qstat gives no answer in 15 s".into());
        }
        sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("qstat: {} {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    delete_all(user, &mut system);
    Ok(system)
}

impl System {
    /// A command as the user, in the user's home, with a bare environment.
    fn command(&self, user: &User, name: &str, words: &[&str]) -> Command {
        let mut command = match &self.program {
            Program::Directory(dir) => Command::new(format!("{dir}/{name}")),
            Program::Multicall(file) => Command::new(file),
        };
        command.arg0(name).args(words).env_clear().current_dir(&user.home);
        let home = user.home.display().to_string();
        command.envs([("HOME", home.as_str()), ("USER", &user.name), ("LOGNAME", &user.name), ("SHELL", "/bin/bash")]);
        command.envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8")]).envs(self.environment.iter().map(|(n, v)| (n, v)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if user.by_setuid {
            // std gives up root's other groups when it changes the user.
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Runs it to the end; gives milliseconds and what it printed.
    fn timed(&self, user: &User, name: &str, words: &[&str]) -> Result<(f64, Output), Problem> {
        let mut command = self.command(user, name, words);
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("{name}: {error}"))?;
        Ok((start.elapsed().as_secs_f64() * 1e3, output))
    }

    /// The result; a failure is told once and ends this system's part, not the others'.
    fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result
            .map_err(|problem| {
                println!("{}: left out from here on: {problem}", self.name);
                self.out = true;
            })
            .ok()
    }

    fn is_ours(&self) -> bool {
        matches!(self.program, Program::Multicall(_))
    }

    /// Submits with these words; gives milliseconds and the id.
    fn submit(&self, user: &User, words: &[&str]) -> Result<(f64, String), Problem> {
        let (milliseconds, output) = self.timed(user, "qsub", words)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match text.split_whitespace().nth(2).filter(|_| output.status.success()) {
            Some(id) => Ok((milliseconds, id.to_string())),
            None => Err(format!("qsub: {} {text}{}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
        }
    }
}

// ---- measuring ------------------------------------------------------------------------------------------------------------

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

/// Lets every system take its turn in every round. Whoever comes first finds the machine as the last round left it: each does
/// in turn. One round more than asked for, the first, only warms the caches.
fn take_turns(
    title: &str,
    key: &'static str,
    systems: &mut [System],
    rounds: usize,
    mut take: impl FnMut(&mut System, usize) -> Result<f64, Problem>,
) -> Line {
    let mut samples: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let count = systems.len();
    for round in 0..=rounds {
        for place in 0..count {
            let system = &mut systems[(round + place) % count];
            if system.out {
                continue;
            }
            let taken = take(system, round);
            if let Some(milliseconds) = system.keep(taken).filter(|_| round > 0) {
                samples.entry(system.name).or_default().push(milliseconds);
            }
        }
    }
    Line { title: title.into(), key, samples }
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

/// Deletes every job of ours, and waits until they are gone.
fn delete_all(user: &User, system: &mut System) {
    let end = Instant::now() + Duration::from_secs(90);
    system.waiting = 0;
    loop {
        let Ok((_, output)) = system.timed(user, "qstat", &[]) else { return };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let rows = text.lines().skip(2).map(|line| line.split_whitespace().collect::<Vec<_>>());
        let left: Vec<Vec<&str>> = rows.filter(|row| row.get(2) == Some(&NAME)).collect();
        if left.is_empty() {
            return;
        }
        if Instant::now() > end {
            println!("{}: {} jobs could not be deleted", system.name, left.len());
            return;
        }
        let alive: Vec<&str> = left.iter().filter(|row| !row[4].contains('d')).map(|row| row[0]).collect();
        if !alive.is_empty() {
            let _ = system.timed(user, "qdel", &alive);
        }
        sleep(Duration::from_millis(300));
    }
}

// ---- telling --------------------------------------------------------------------------------------------------------------

impl Line {
    fn median(&self, system: &str) -> Option<f64> {
        median(self.samples.get(system)?.clone())
    }

    /// Median of the rounds' ratios to Grid Engine's time in the same round.
    fn ratio(&self, system: &str) -> Option<f64> {
        let (ours, theirs) = (self.samples.get(system)?, self.samples.get("theirs")?);
        median(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

fn table(lines: &[Line], systems: &[System]) -> String {
    let (mut head, mut names) = (format!("{:<32}", ""), format!("{:<32}", ""));
    for system in systems {
        let ratio = if system.is_ours() { "   ratio" } else { "" };
        let _ = write!(head, "  {:>9}{:>9}{ratio}", "median", "min");
        let width = 18 + ratio.len();
        let _ = write!(names, "  {:>width$}", system.name);
    }
    let mut text = format!("{names}\n{head}\n");
    for line in lines {
        let _ = write!(text, "{:<32}", line.title);
        for system in systems {
            let least = line.samples.get(system.name).and_then(|samples| samples.iter().copied().reduce(f64::min));
            let cell = |value: Option<f64>, decimals: usize| value.map_or_else(|| "-".into(), |value| format!("{value:.decimals$}"));
            let decimals = if line.key == "first_instruction" { 0 } else { 1 };
            let _ = write!(text, "  {:>9}{:>9}", cell(line.median(system.name), decimals), cell(least, decimals));
            if system.is_ours() {
                let _ = write!(text, "{:>8}", cell(line.ratio(system.name), 2));
            }
        }
        text.push('\n');
    }
    text
}

fn goals(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut say = |what: String, value: Option<f64>, goal: f64, unit: &str| {
        let verdict = match value {
            Some(value) if value <= goal => format!("{value:.2}{unit}  met"),
            Some(value) => format!("{value:.2}{unit}  not met"),
            None => "not measured".into(),
        };
        let _ = writeln!(text, "goal: {what:<34} <= {goal}{unit:<10} {verdict}");
    };
    for line in lines {
        for system in ["local", "kubernetes"] {
            match line.key {
                "qsub" => say(format!("qsub, {system}"), line.ratio(system), QSUB_GOAL, " of theirs"),
                "qstat" => say(format!("qstat, {system}"), line.ratio(system), QSTAT_GOAL, " of theirs"),
                _ => {}
            }
        }
        if line.key == "start" {
            say("process start".into(), line.median("local").or_else(|| line.median("kubernetes")), START_GOAL, " ms");
        }
    }
    text
}

fn json(lines: &[Line], user: &User, rounds: usize) -> String {
    let mut parts = Vec::new();
    for line in lines {
        let systems: Vec<String> = line
            .samples
            .iter()
            .map(|(system, samples)| {
                let samples: Vec<String> = samples.iter().map(|value| format!("{value:.3}")).collect();
                format!("      \"{system}\": [{}]", samples.join(", "))
            })
            .collect();
        parts.push(format!("    \"{}\": {{\n{}\n    }}", line.key, systems.join(",\n")));
    }
    let when = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let measured = parts.join(",\n");
    format!(
        "{{\n  \"unix_time\": {when},\n  \"user\": \"{}\",\n  \"rounds\": {rounds},\n  \"milliseconds\": {{\n{measured}\n  }}\n}}\n",
        user.name
    )
}

fn save(text: &str) -> std::io::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    fs::create_dir_all(&target)?;
    let file = target.join("bench.json");
    fs::write(&file, text)?;
    Ok(file)
}
