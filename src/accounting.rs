//! Grid Engine's accounting line: 45 fields with colons between (accounting(5); compat/captures/qacct/accounting-lines.txt),
//! written by both backends and read by qacct, and the JSON Lines kept beside it.

use crate::job::{Job, JobId};
use crate::record::Report;
use std::io::{BufRead, Write};
use std::path::Path;

/// One run of one task, as accounting knows it.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Record {
    pub qname: String,
    pub hostname: String,
    pub group: String,
    pub owner: String,
    pub job_name: String,
    pub job_number: JobId,
    pub account: String,
    pub priority: i32,
    /// Seconds since 1970.
    pub submission_time: u64,
    pub start_time: u64,
    pub end_time: u64,
    pub failed: u32,
    pub exit_status: i32,
    pub ru_wallclock: u64,
    pub ru_utime: f64,
    pub ru_stime: f64,
    /// KiB.
    pub ru_maxrss: u64,
    pub ru_minflt: u64,
    pub ru_majflt: u64,
    pub ru_inblock: u64,
    pub ru_oublock: u64,
    pub ru_nvcsw: u64,
    pub ru_nivcsw: u64,
    /// `NONE` where none was asked for.
    pub granted_pe: String,
    pub slots: u32,
    /// 0: not an array.
    pub task_number: u64,
    pub cpu: f64,
    pub mem: f64,
    pub io: f64,
    pub category: String,
    /// Bytes.
    pub maxvmem: f64,
}

impl Record {
    /// The record of a run that ended. `queue` and `host` are where it ran.
    pub fn of(id: JobId, job: &Job, task: Option<u64>, submitted: u64, queue: &str, host: &str, report: &Report) -> Record {
        Record {
            qname: queue.into(),
            hostname: host.into(),
            group: job.submitter.group.clone(),
            owner: job.submitter.user.clone(),
            job_name: job.name.clone(),
            job_number: id,
            account: job.account.clone(),
            priority: 0,
            submission_time: submitted,
            start_time: report.start,
            end_time: report.end,
            failed: report.failed,
            exit_status: report.exit_status,
            ru_wallclock: report.end.saturating_sub(report.start),
            ru_utime: report.utime,
            ru_stime: report.stime,
            ru_maxrss: report.maxrss,
            ru_minflt: report.minflt,
            ru_majflt: report.majflt,
            ru_inblock: report.inblock,
            ru_oublock: report.oublock,
            ru_nvcsw: report.nvcsw,
            ru_nivcsw: report.nivcsw,
            granted_pe: job.pe.as_ref().map_or_else(|| "NONE".into(), |(name, _)| name.clone()),
            slots: job.slots,
            task_number: task.unwrap_or(0),
            cpu: report.utime + report.stime,
            mem: report.mem,
            io: report.io,
            category: category(job),
            maxvmem: report.maxvmem as f64,
        }
    }

    /// The line, without its end.
    pub fn to_line(&self) -> String {
        let r = self;
        // A colon in a name would shift every field behind it; the master refuses them, an old file may not.
        let text = |value: &str| value.replace([':', '\n'], "_");
        format!(
            "{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{:.6}:{:.6}:{:.6}:0:0:0:0:{}:{}:0:{:.6}:{}:0:0:0:{}:{}:NONE:defaultdepartment:{}:{}:{}:{:.6}:{:.6}:{:.6}:{}:0.000000:NONE:{:.6}:0:0",
            text(&r.qname),
            text(&r.hostname),
            text(&r.group),
            text(&r.owner),
            text(&r.job_name),
            r.job_number,
            text(&r.account),
            r.priority,
            r.submission_time,
            r.start_time,
            r.end_time,
            r.failed,
            r.exit_status,
            r.ru_wallclock,
            r.ru_utime,
            r.ru_stime,
            r.ru_maxrss as f64,
            r.ru_minflt,
            r.ru_majflt,
            r.ru_inblock as f64,
            r.ru_oublock,
            r.ru_nvcsw,
            r.ru_nivcsw,
            text(&r.granted_pe),
            r.slots,
            r.task_number,
            r.cpu,
            r.mem,
            r.io,
            text(&r.category),
            r.maxvmem
        )
    }

    /// Reads a line; `None` for comments and lines of another shape.
    pub fn parse(line: &str) -> Option<Record> {
        if line.starts_with('#') {
            return None;
        }
        let f: Vec<&str> = line.trim_end().split(':').collect();
        if f.len() < 43 {
            return None;
        }
        let whole = |at: usize| f[at].parse::<f64>().map(|number| number as u64).ok();
        Some(Record {
            qname: f[0].into(),
            hostname: f[1].into(),
            group: f[2].into(),
            owner: f[3].into(),
            job_name: f[4].into(),
            job_number: f[5].parse().ok()?,
            account: f[6].into(),
            priority: f[7].parse().ok()?,
            submission_time: whole(8)?,
            start_time: whole(9)?,
            end_time: whole(10)?,
            failed: f[11].parse().ok()?,
            exit_status: f[12].parse().ok()?,
            ru_wallclock: whole(13)?,
            ru_utime: f[14].parse().ok()?,
            ru_stime: f[15].parse().ok()?,
            ru_maxrss: whole(16)?,
            ru_minflt: whole(21)?,
            ru_majflt: whole(22)?,
            ru_inblock: whole(24)?,
            ru_oublock: whole(25)?,
            ru_nvcsw: whole(29)?,
            ru_nivcsw: whole(30)?,
            granted_pe: f[33].into(),
            slots: f[34].parse().ok()?,
            task_number: f[35].parse().ok()?,
            cpu: f[36].parse().ok()?,
            mem: f[37].parse().ok()?,
            io: f[38].parse().ok()?,
            category: f[39].into(),
            maxvmem: f[42].parse().ok()?,
        })
    }
}

/// `-q continuous -l h_rt=3600 -pe smp 2`, `NONE` where nothing was asked for.
fn category(job: &Job) -> String {
    let mut words: Vec<String> = Vec::new();
    if !job.hard_queues.is_empty() {
        words.push(format!("-q {}", job.hard_queues.join(",")));
    }
    if !job.hard_resources.is_empty() {
        let list: Vec<String> = job.hard_resources.iter().map(|(name, value)| format!("{name}={value}")).collect();
        words.push(format!("-l {}", list.join(",")));
    }
    if let Some((pe, stretches)) = &job.pe {
        words.push(format!("-pe {pe} {}", crate::grammar::slots::print(stretches)));
    }
    if words.is_empty() { "NONE".into() } else { words.join(" ") }
}

/// Appends lines in one write and makes them durable before it returns: what is written once must not be lost.
///
/// # Errors
/// The file cannot be opened, written or synced.
pub fn append(path: &Path, lines: &[String]) -> std::io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    let mut text = lines.join("\n");
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

/// Streams the records of a file that `wanted` takes; memory stays bounded however long the file is.
///
/// # Errors
/// The file cannot be opened or read.
pub fn read(path: &Path, mut wanted: impl FnMut(Record)) -> std::io::Result<()> {
    let mut reader = std::io::BufReader::with_capacity(1 << 16, std::fs::File::open(path)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if let Some(record) = Record::parse(&String::from_utf8_lossy(&line)) {
            wanted(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_engines_own_lines_are_read_and_written_back() {
        let capture = include_str!("../compat/captures/qacct/accounting-lines.txt");
        let mut count = 0;
        for line in capture.lines().filter(|line| line.contains(':') && !line.starts_with('#')) {
            let record = Record::parse(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(record.to_line(), line);
            count += 1;
        }
        assert!(count >= 9, "{count} lines");
    }
}
