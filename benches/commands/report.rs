//! Rounds, their lines in the table, and the goals.

use crate::median::median;
use crate::systems::{Problem, System, User, repository};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Goals of the project: share of Grid Engine's time, and milliseconds.
const QSUB_GOAL: f64 = 0.35;
const QSTAT_GOAL: f64 = 0.35;
const START_GOAL: f64 = 3.0;
/// With 1,500 jobs and more.
const LONG_QSTAT_GOAL: f64 = 0.5;
/// Three times as many a second.
const SUBMIT_GOAL: f64 = 0.333;

/// One line of the table: each system's milliseconds, round by round.
pub struct Line {
    pub title: String,
    pub key: String,
    pub samples: BTreeMap<&'static str, Vec<f64>>,
}

/// Lets every system take its turn in every round. Whoever comes first finds the machine as the last round left it: each does
/// in turn. One round more than asked for, the first, only warms the caches.
pub fn take_turns(
    title: &str,
    key: &str,
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
    Line { title: title.into(), key: key.into(), samples }
}

impl Line {
    pub fn median(&self, system: &str) -> Option<f64> {
        median(self.samples.get(system)?.clone())
    }

    /// Median of the rounds' ratios to Grid Engine's time in the same round.
    pub fn ratio(&self, system: &str) -> Option<f64> {
        let (ours, theirs) = (self.samples.get(system)?, self.samples.get("theirs")?);
        median(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect())
    }
}

pub fn table(lines: &[Line], systems: &[System]) -> String {
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

pub fn goals(lines: &[Line]) -> String {
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
            match line.key.as_str() {
                "qsub" => say(format!("qsub, {system}"), line.ratio(system), QSUB_GOAL, " of theirs"),
                "qstat" => say(format!("qstat, {system}"), line.ratio(system), QSTAT_GOAL, " of theirs"),
                key if key.starts_with("qstat") => say(format!("{key}, {system}"), line.ratio(system), LONG_QSTAT_GOAL, " of theirs"),
                "submit_1500" => say(format!("submit_1500, {system}"), line.ratio(system), SUBMIT_GOAL, " of theirs"),
                _ => {}
            }
        }
        if line.key == "start" {
            say("process start".into(), line.median("local").or_else(|| line.median("kubernetes")), START_GOAL, " ms");
        }
    }
    text
}

pub fn json(lines: &[Line], user: &User, rounds: usize) -> String {
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

pub fn save(text: &str) -> std::io::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    fs::create_dir_all(&target)?;
    let file = target.join("bench.json");
    fs::write(&file, text)?;
    Ok(file)
}
