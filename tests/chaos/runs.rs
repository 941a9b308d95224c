//! What there is to see afterwards: what the tasks wrote themselves, and what was written about them.

use crate::cluster::Cluster;
use std::collections::BTreeMap;
use std::fs;

/// A run of a task, by its own words. Nanoseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub start: u128,
    pub end: Option<u128>,
    /// The uid of its pod.
    pub pod: String,
    /// `$RESTARTED`.
    pub restarted: bool,
    pub code: Option<i32>,
}

/// The runs of one task, as they started. Task 0: the job is not an array.
pub fn of_task(cluster: &Cluster, name: &str, task: u64) -> Vec<Run> {
    let text = fs::read_to_string(cluster.directory.join(format!("runs/{name}.{task}"))).unwrap_or_default();
    parse(&text)
}

fn parse(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["start", at, pod, restarted] => {
                let start = at.parse().unwrap_or(0);
                runs.push(Run { start, end: None, pod: pod.into(), restarted: restarted == "1", code: None });
            }
            ["end", at, pod, code] => {
                if let Some(run) = runs.iter_mut().find(|run| run.pod == pod && run.end.is_none()) {
                    (run.end, run.code) = (at.parse().ok(), code.parse().ok());
                }
            }
            _ => {}
        }
    }
    runs
}

/// Every file of runs: name and task.
pub fn all(cluster: &Cluster) -> Vec<(String, u64)> {
    let entries = fs::read_dir(cluster.directory.join("runs")).expect("the runs").flatten();
    let name = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let (name, task) = name.rsplit_once('.')?;
        Some((name.to_string(), task.parse().ok()?))
    };
    entries.filter_map(name).collect()
}

/// A record of a run, of the accounting file or of its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: u64,
    pub start: u128,
    pub end: u128,
    pub exit_status: i32,
    pub failed: u32,
    /// The journal's: the pod's.
    pub uid: String,
}

/// By job name and task.
pub type Records = BTreeMap<(String, u64), Vec<Record>>;

/// The lines of the accounting file whose jobs' names begin so.
pub fn accounting(run: &str) -> Records {
    let mut records = Records::new();
    for line in fs::read_to_string(Cluster::accounting()).unwrap_or_default().lines() {
        let fields: Vec<&str> = line.split(':').collect();
        if fields.len() < 36 || !fields[4].starts_with(run) {
            continue;
        }
        let number = |at: usize| fields[at].parse().unwrap_or(0);
        let record = Record {
            id: fields[5].parse().unwrap_or(0),
            start: number(9),
            end: number(10),
            exit_status: fields[12].parse().unwrap_or(-1),
            failed: fields[11].parse().unwrap_or(0),
            uid: String::new(),
        };
        records.entry((fields[4].to_string(), fields[35].parse().unwrap_or(0))).or_default().push(record);
    }
    records.values_mut().for_each(|list| list.sort_by_key(|record| record.start));
    records
}

/// The same of its journal.
pub fn journal(run: &str) -> Records {
    let mut records = Records::new();
    for line in fs::read_to_string(Cluster::accounting().with_extension("jsonl")).unwrap_or_default().lines() {
        let Ok(entry) = serde_json::from_str::<gridshim::accounting::Record>(line) else { continue };
        if !entry.job_name.starts_with(run) {
            continue;
        }
        let uid = serde_json::from_str::<serde_json::Value>(line).ok().and_then(|value| Some(value.get("uid")?.as_str()?.to_string()));
        let record = Record {
            id: entry.job_number,
            start: entry.start_time.into(),
            end: entry.end_time.into(),
            exit_status: entry.exit_status,
            failed: entry.failed,
            uid: uid.unwrap_or_default(),
        };
        records.entry((entry.job_name, entry.task_number)).or_default().push(record);
    }
    records.values_mut().for_each(|list| list.sort_by_key(|record| record.start));
    records
}
