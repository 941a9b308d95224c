//! What is written: one run of one task, as a line and as JSON.

use super::line::{Line, Places, field};
use crate::job::{Job, JobId};
use crate::record::Report;

/// One run of one task, as accounting knows it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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
    /// `NONE` where none was asked for.
    #[serde(default = "none")]
    pub project: String,
    #[serde(default = "default_department")]
    pub department: String,
    #[serde(default)]
    pub iow: f64,
    /// `NONE` for the job itself; the task of a slave of a parallel job.
    #[serde(default = "none")]
    pub pe_taskid: String,
    /// 0: no advance reservation.
    #[serde(default)]
    pub arid: u64,
    #[serde(default)]
    pub ar_submission_time: u64,
}

fn none() -> String {
    "NONE".into()
}

fn default_department() -> String {
    "defaultdepartment".into()
}

impl Default for Record {
    fn default() -> Record {
        Record {
            qname: String::new(),
            hostname: String::new(),
            group: String::new(),
            owner: String::new(),
            job_name: String::new(),
            job_number: 0,
            account: String::new(),
            priority: 0,
            submission_time: 0,
            start_time: 0,
            end_time: 0,
            failed: 0,
            exit_status: 0,
            ru_wallclock: 0,
            ru_utime: 0.0,
            ru_stime: 0.0,
            ru_maxrss: 0,
            ru_minflt: 0,
            ru_majflt: 0,
            ru_inblock: 0,
            ru_oublock: 0,
            ru_nvcsw: 0,
            ru_nivcsw: 0,
            granted_pe: none(),
            slots: 0,
            task_number: 0,
            cpu: 0.0,
            mem: 0.0,
            io: 0.0,
            category: none(),
            maxvmem: 0.0,
            project: none(),
            department: default_department(),
            iow: 0.0,
            pe_taskid: none(),
            arid: 0,
            ar_submission_time: 0,
        }
    }
}

impl Record {
    /// The record of a run that ended. `queue` and `host` are where it ran.
    pub fn of(id: JobId, job: &Job, task: Option<u64>, submitted: u64, queue: &str, host: &str, report: &Report) -> Record {
        let mut record = Record {
            qname: queue.into(),
            hostname: host.into(),
            group: job.submitter.group.clone(),
            owner: job.submitter.user.clone(),
            job_name: job.name.clone(),
            job_number: id,
            account: job.account.clone(),
            submission_time: submitted,
            granted_pe: job.parallel_environment().unwrap_or("NONE").into(),
            slots: job.slots,
            task_number: task.unwrap_or(0),
            category: category(job),
            project: job.project.clone().unwrap_or_else(none),
            department: job.department.clone().unwrap_or_else(default_department),
            ..Record::default()
        };
        record.run(report);
        record
    }

    /// Enters what the run says of itself.
    pub fn run(&mut self, report: &Report) {
        self.start_time = report.start;
        self.end_time = report.end;
        self.failed = report.failed;
        self.exit_status = report.exit_status;
        self.ru_wallclock = report.end.saturating_sub(report.start);
        self.ru_utime = report.utime;
        self.ru_stime = report.stime;
        self.ru_maxrss = report.maxrss;
        self.ru_minflt = report.minflt;
        self.ru_majflt = report.majflt;
        self.ru_inblock = report.inblock;
        self.ru_oublock = report.oublock;
        self.ru_nvcsw = report.nvcsw;
        self.ru_nivcsw = report.nivcsw;
        self.cpu = report.utime + report.stime;
        self.mem = report.mem;
        self.io = report.io;
        self.maxvmem = report.maxvmem as f64;
    }

    /// The line, without its end.
    pub fn to_line(&self) -> String {
        let r = self;
        // A colon in a name would shift every field behind it, and so would nothing at all: readers take two colons for one.
        let text = |value: &str| if value.is_empty() { none() } else { value.replace([':', '\n', '\0'], "_") };
        format!(
            "{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{}:{:.6}:{:.6}:{:.6}:0:0:0:0:{}:{}:0:{:.6}:{}:0:0:0:{}:{}:{}:{}:{}:{}:{}:{:.6}:{:.6}:{:.6}:{}:{:.6}:{}:{:.6}:{}:{}",
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
            text(&r.project),
            text(&r.department),
            text(&r.granted_pe),
            r.slots,
            r.task_number,
            r.cpu,
            r.mem,
            r.io,
            text(&r.category),
            r.iow,
            text(&r.pe_taskid),
            r.maxvmem,
            r.arid,
            r.ar_submission_time
        )
    }

    /// Reads a line; `None` for comments and damaged lines.
    pub fn parse(line: &str) -> Option<Record> {
        Record::parse_bytes(line.as_bytes())
    }

    /// The same of bytes that need not be UTF-8.
    pub fn parse_bytes(line: &[u8]) -> Option<Record> {
        let mut places = Places::default();
        let line = places.find(line.strip_suffix(b"\n").unwrap_or(line)).filter(Line::is_whole)?;
        Some(Record::from(&line))
    }
}

impl From<&Line<'_>> for Record {
    fn from(line: &Line<'_>) -> Record {
        let text = |field| String::from_utf8_lossy(line.text(field)).into_owned();
        let count = |field| u64::try_from(line.whole(field)).unwrap_or(0);
        Record {
            qname: text(field::QNAME),
            hostname: text(field::HOSTNAME),
            group: text(field::GROUP),
            owner: text(field::OWNER),
            job_name: text(field::JOB_NAME),
            job_number: count(field::JOB_NUMBER),
            account: text(field::ACCOUNT),
            priority: line.whole(field::PRIORITY) as i32,
            submission_time: count(field::SUBMISSION_TIME),
            start_time: count(field::START_TIME),
            end_time: count(field::END_TIME),
            failed: line.word(field::FAILED),
            exit_status: line.whole(field::EXIT_STATUS) as i32,
            ru_wallclock: count(field::RU_WALLCLOCK),
            ru_utime: line.real(field::RU_UTIME),
            ru_stime: line.real(field::RU_STIME),
            ru_maxrss: count(field::RU_MAXRSS),
            ru_minflt: count(field::RU_MINFLT),
            ru_majflt: count(field::RU_MAJFLT),
            ru_inblock: count(field::RU_INBLOCK),
            ru_oublock: count(field::RU_OUBLOCK),
            ru_nvcsw: count(field::RU_NVCSW),
            ru_nivcsw: count(field::RU_NIVCSW),
            granted_pe: text(field::GRANTED_PE),
            slots: line.word(field::SLOTS),
            task_number: count(field::TASK_NUMBER),
            cpu: line.real(field::CPU),
            mem: line.real(field::MEM),
            io: line.real(field::IO),
            category: text(field::CATEGORY),
            maxvmem: line.real(field::MAXVMEM),
            project: text(field::PROJECT),
            department: text(field::DEPARTMENT),
            iow: line.real(field::IOW),
            pe_taskid: text(field::PE_TASKID),
            arid: count(field::ARID),
            ar_submission_time: count(field::AR_SUBMISSION_TIME),
        }
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
        words.push(format!("-pe {pe} {}", crate::grammar::slots::ids(stretches)));
    }
    if words.is_empty() { "NONE".into() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_engines_own_lines_are_read_and_written_back() {
        let capture = include_str!("../../compat/captures/qacct/accounting-lines.txt");
        let mut count = 0;
        for line in capture.lines().filter(|line| line.contains(':') && !line.starts_with('#')) {
            let record = Record::parse(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(record.to_line(), line);
            count += 1;
        }
        assert!(count >= 9, "{count} lines");
    }

    #[test]
    fn an_empty_text_does_not_shift_the_fields_behind_it() {
        let record = Record { job_number: 7, project: "web".into(), ..Record::default() };
        let again = Record::parse(&record.to_line()).expect("a record");
        assert_eq!((again.job_number, again.project.as_str(), again.owner.as_str()), (7, "web", "NONE"));
    }

    /// As an older release wrote it: without project, department and what follows them.
    #[test]
    fn json_of_an_older_release_is_read() {
        let mut json = serde_json::to_value(Record::default()).expect("json");
        let fields = json.as_object_mut().expect("an object");
        for new in ["project", "department", "iow", "pe_taskid", "arid", "ar_submission_time"] {
            fields.remove(new).expect("a field");
        }
        assert_eq!(serde_json::from_value::<Record>(json).expect("a record"), Record::default());
    }
}
