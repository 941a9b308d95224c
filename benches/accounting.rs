//! qacct on a long accounting file beside Grid Engine's own, in one run on the same file: the sums of everything, one job, and
//! the owners. Run by `make bench`; without the real qacct its column is empty.
//!
//! Both take their turn in every round, in changing order, and a ratio is the median of the rounds' own ratios, so that a busy
//! machine is busy for both. What they print must be the same. Being slow is no failure: the exit code is 0.
//! `--lines N` and `--rounds N` for a quick look.

#[path = "commands/median.rs"]
mod median;

use median::median;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

type Problem = String;

/// Goal of the project: share of Grid Engine's time.
const GOAL: f64 = 0.3;
const THEIRS: &str = "/usr/bin/qacct";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this program too, without the word that `cargo bench` gives.
    if !words.iter().any(|word| word == "--bench") {
        println!("benchmarks: nothing done; make bench runs them");
        return;
    }
    let number = |name: &str, default: usize| {
        let given = words.iter().skip_while(|word| *word != name).nth(1);
        given.and_then(|word| word.parse().ok()).unwrap_or(default).max(1)
    };
    if let Err(problem) = run(number("--lines", 1_000_000), number("--rounds", 7)) {
        println!("benchmarks: {problem}");
    }
}

fn run(lines: usize, rounds: usize) -> Result<(), Problem> {
    let ours = ours()?;
    let theirs = Path::new(THEIRS).exists().then(|| PathBuf::from(THEIRS));
    let file = Scratch(target().join(format!("accounting-{}", std::process::id())));
    let bytes = write(&file.0, lines).map_err(|error| format!("{}: {error}", file.0.display()))?;
    println!("qacct on {lines} lines ({:.0} MB), {rounds} rounds; times in seconds; ours: {}", bytes as f64 / 1e6, ours.display());
    println!("{:<22}{:>10}{:>10}{:>10}{:>10}{:>8}  goal", "", "theirs", "min", "ours", "min", "ratio");
    let middle = (lines / 2).to_string();
    for (title, options) in [("sums of everything", vec![]), ("one job (-j ID)", vec!["-j", &middle]), ("owners (-o)", vec!["-o"])] {
        println!("{}", measure(title, &options, theirs.as_deref(), &ours, &file.0, rounds)?);
    }
    for (title, options) in [("sums of everything", vec![]), ("every record (-j)", vec!["-j"])] {
        let peak = peak(&ours, &options, &file.0)?;
        println!(
            "peak memory, {title}: {}",
            peak.map_or("not measured".into(), |kilobytes| format!("{:.1} MB", kilobytes as f64 / 1024.0))
        );
    }
    Ok(())
}

// ---- what is measured ------------------------------------------------------------------------------------------------------

/// A file that is removed at the end.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn target() -> PathBuf {
    let repository = option_env!("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
    let _ = fs::create_dir_all(&target);
    target
}

/// `$GRIDSHIM_BIN`, or the release program just built.
fn ours() -> Result<PathBuf, Problem> {
    let given = std::env::var_os("GRIDSHIM_BIN").filter(|path| !path.is_empty()).map(PathBuf::from);
    let known = target().join("release/gridshim");
    given.or_else(|| known.exists().then_some(known)).ok_or_else(|| "no gridshim: cargo build --release makes it".into())
}

/// Lines as a busy grid writes them, always the same; gives the file's size.
fn write(path: &Path, lines: usize) -> std::io::Result<u64> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    let mut state = 88_172_645_463_325_252u64;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    writeln!(out, "# Version: 8.1.9\n#")?;
    for number in 1..=lines {
        let queue = ["all.q", "task", "continuous"][next(3) as usize];
        let (owner, wallclock, task) = (next(40), next(100_000), if next(4) == 0 { next(500) + 1 } else { 0 });
        let (utime, stime) = (next(100_000_000_000), next(10_000_000_000));
        let (start, status, size) = (1_700_000_000 + number, if next(20) == 0 { 137 } else { 0 }, next(4_000_000));
        let (seconds, micros) = (|value: u64| value / 1_000_000, |value: u64| value % 1_000_000);
        let cpu = utime + stime;
        writeln!(
            out,
            "{queue}:node{}.example.org:tools:tool.user{owner}:job-{}:{number}:sge:0:{start}:{}:{}:{}:{status}:{wallclock}:{}.{:06}:{}.{:06}:\
             {size}.000000:0:0:0:0:{}:0:0:0.000000:{}:0:0:0:{}:{}:NONE:defaultdepartment:NONE:1:{task}:{}.{:06}:{}.{:06}:0.{:06}:\
             -q {queue} -l h_rt=3600,h_vmem=1G:0.000000:NONE:{}.000000:0:0",
            next(30),
            next(1000),
            start + 5,
            start + 5 + wallclock as usize,
            if status == 0 { 0 } else { 100 },
            seconds(utime),
            micros(utime),
            seconds(stime),
            micros(stime),
            next(100_000),
            next(10_000),
            next(5_000),
            next(5_000),
            seconds(cpu),
            micros(cpu),
            next(5_000),
            next(1_000_000),
            next(1_000_000),
            next(4_000_000_000),
        )?;
    }
    out.flush()?;
    fs::metadata(path).map(|file| file.len())
}

fn command(program: &Path, options: &[&str], file: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg0("qacct").arg("-f").arg(file).args(options).env_clear();
    command.envs([("HOME", "/tmp"), ("PATH", "/usr/bin:/bin"), ("SGE_ROOT", "/var/lib/gridengine"), ("SGE_CELL", "default")]);
    command.stdin(Stdio::null());
    command
}

fn timed(program: &Path, options: &[&str], file: &Path) -> Result<(f64, Output), Problem> {
    let mut command = command(program, options, file);
    let start = Instant::now();
    let output = command.output().map_err(|error| format!("{}: {error}", program.display()))?;
    Ok((start.elapsed().as_secs_f64(), output))
}

/// One line of the table. The first round only warms the caches.
fn measure(title: &str, options: &[&str], theirs: Option<&Path>, ours: &Path, file: &Path, rounds: usize) -> Result<String, Problem> {
    let (mut their_times, mut our_times, mut differ) = (Vec::new(), Vec::new(), false);
    for round in 0..=rounds {
        let mut outputs = Vec::new();
        for turn in 0..2 {
            let is_ours = (round + turn) % 2 == 0;
            let Some(program) = (if is_ours { Some(ours) } else { theirs }) else { continue };
            let (seconds, output) = timed(program, options, file)?;
            if round > 0 {
                (if is_ours { &mut our_times } else { &mut their_times }).push(seconds);
            }
            outputs.push((output.stdout, output.stderr, output.status.code()));
        }
        differ |= outputs.len() == 2 && outputs[0] != outputs[1];
    }
    let ratio = median(our_times.iter().zip(&their_times).map(|(ours, theirs)| ours / theirs).collect());
    let verdict = match ratio {
        Some(ratio) if ratio <= GOAL => "met",
        Some(_) => "not met",
        None => "not measured",
    };
    let cell = |value: Option<f64>| value.map_or_else(|| "-".into(), |value| format!("{value:.3}"));
    let mut text = format!("{title:<22}");
    for times in [&their_times, &our_times] {
        let _ = write!(text, "{:>10}{:>10}", cell(median(times.clone())), cell(times.iter().copied().reduce(f64::min)));
    }
    let _ = write!(text, "{:>8}  <= {GOAL} {verdict}", ratio.map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}")));
    if differ {
        text.push_str("; THE OUTPUTS DIFFER");
    }
    Ok(text)
}

/// The most memory that was resident, in KiB, in a run of its own: what the kernel last said of it.
fn peak(program: &Path, options: &[&str], file: &Path) -> Result<Option<u64>, Problem> {
    let mut child =
        command(program, options, file).stdout(Stdio::null()).spawn().map_err(|error| format!("{}: {error}", program.display()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut most = None;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).or(most);
        sleep(Duration::from_millis(1));
    }
    Ok(most)
}
