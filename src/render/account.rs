//! `qacct -j`'s records (compat/captures/qacct/transcripts/records.txt): labels of 12, values of 20, and Grid Engine's units.

use super::{number, time};
use crate::accounting::failed_text;
use crate::accounting::line::{Line, field};
use std::io::Write;

/// The name of a signal, as strsignal has it (transcripts/records.txt on files/status).
fn signal_text(signal: i32) -> String {
    let name = match signal {
        1 => "Hangup",
        2 => "Interrupt",
        3 => "Quit",
        4 => "Illegal instruction",
        5 => "Trace/breakpoint trap",
        6 => "Aborted",
        7 => "Bus error",
        8 => "Floating point exception",
        9 => "Killed",
        10 => "User defined signal 1",
        11 => "Segmentation fault",
        12 => "User defined signal 2",
        13 => "Broken pipe",
        14 => "Alarm clock",
        15 => "Terminated",
        16 => "Stack fault",
        17 => "Child exited",
        18 => "Continued",
        19 => "Stopped (signal)",
        20 => "Stopped",
        21 => "Stopped (tty input)",
        22 => "Stopped (tty output)",
        23 => "Urgent I/O condition",
        24 => "CPU time limit exceeded",
        25 => "File size limit exceeded",
        26 => "Virtual timer expired",
        27 => "Profiling timer expired",
        28 => "Window changed",
        29 => "I/O possible",
        30 => "Power failure",
        31 => "Bad system call",
        34..=64 => return format!("Real-time signal {}", signal - 34),
        other => return format!("Unknown signal {other}"),
    };
    name.into()
}

/// A number of bytes: powers of 1024, three decimals. Below 1024 the sign is lost.
fn bytes(value: f64) -> String {
    if value.abs() < 1024.0 || value.is_nan() {
        return format!("{}B", number(value.abs(), 3));
    }
    let mut value = value;
    let mut unit = "";
    for larger in ["KB", "MB", "GB", "TB"] {
        if value.abs() < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    format!("{}{unit}", number(value, 3))
}

/// The same of a field in GB.
fn gigabytes(value: f64) -> String {
    bytes(value * 1024.0 * 1024.0 * 1024.0)
}

/// Adds one record, the line of 62 before it included.
pub fn render(record: &Line<'_>, text: &mut Vec<u8>) {
    text.extend(b"==============================================================\n");
    padded(text, "qname", record.text(field::QNAME));
    padded(text, "hostname", record.text(field::HOSTNAME));
    padded(text, "group", record.text(field::GROUP));
    padded(text, "owner", record.text(field::OWNER));
    padded(text, "project", record.text(field::PROJECT));
    padded(text, "department", record.text(field::DEPARTMENT));
    padded(text, "jobname", record.text(field::JOB_NAME));
    whole(text, "jobnumber", signed(record, field::JOB_NUMBER));
    match signed(record, field::TASK_NUMBER) {
        0 => plain(text, "taskid", "undefined"),
        task => whole(text, "taskid", task),
    }
    padded(text, "account", record.text(field::ACCOUNT));
    whole(text, "priority", signed(record, field::PRIORITY));
    plain(text, "qsub_time", &time::ctime(record.word(field::SUBMISSION_TIME).into()));
    plain(text, "start_time", &at(record, field::START_TIME, "-/-"));
    plain(text, "end_time", &at(record, field::END_TIME, "-/-"));
    padded(text, "granted_pe", record.text(field::GRANTED_PE));
    whole(text, "slots", signed(record, field::SLOTS));
    match record.word(field::FAILED) {
        0 => plain(text, "failed", "0    "),
        code => plain(text, "failed", &format!("{:<3} : {}", code as i32, failed_text(code))),
    }
    match record.word(field::EXIT_STATUS) {
        status @ 0..=127 => whole(text, "exit_status", status.into()),
        status => plain(text, "exit_status", &format!("{:<20} ({})", status as i32, signal_text((status as i32).wrapping_sub(128)))),
    }
    plain(text, "ru_wallclock", &format!("{}s", number(record.whole(field::RU_WALLCLOCK) as f64, 0)));
    seconds(text, "ru_utime", record.real(field::RU_UTIME));
    seconds(text, "ru_stime", record.real(field::RU_STIME));
    // KiB in the file, shown as if they were bytes: Grid Engine's own oddity.
    for (label, field) in [
        ("ru_maxrss", field::RU_MAXRSS),
        ("ru_ixrss", field::RU_IXRSS),
        ("ru_ismrss", field::RU_ISMRSS),
        ("ru_idrss", field::RU_IDRSS),
        ("ru_isrss", field::RU_ISRSS),
    ] {
        plain(text, label, &bytes(record.whole(field) as u64 as f64));
    }
    for (label, field) in [
        ("ru_minflt", field::RU_MINFLT),
        ("ru_majflt", field::RU_MAJFLT),
        ("ru_nswap", field::RU_NSWAP),
        ("ru_inblock", field::RU_INBLOCK),
        ("ru_oublock", field::RU_OUBLOCK),
        ("ru_msgsnd", field::RU_MSGSND),
        ("ru_msgrcv", field::RU_MSGRCV),
        ("ru_nsignals", field::RU_NSIGNALS),
        ("ru_nvcsw", field::RU_NVCSW),
        ("ru_nivcsw", field::RU_NIVCSW),
    ] {
        whole(text, label, record.whole(field));
    }
    seconds(text, "cpu", record.real(field::CPU));
    plain(text, "mem", &format!("{}s", gigabytes(record.real(field::MEM))));
    plain(text, "io", &gigabytes(record.real(field::IO)));
    seconds(text, "iow", record.real(field::IOW));
    plain(text, "maxvmem", &bytes(record.real(field::MAXVMEM)));
    match signed(record, field::ARID) {
        0 => plain(text, "arid", "undefined"),
        id => whole(text, "arid", id),
    }
    plain(text, "ar_sub_time", &at(record, field::AR_SUBMISSION_TIME, "undefined"));
    text.extend(b"category     ");
    text.extend(record.text(field::CATEGORY));
    text.push(b'\n');
}

fn padded(text: &mut Vec<u8>, label: &str, value: &[u8]) {
    let _ = write!(text, "{label:<12} ");
    text.extend_from_slice(value);
    text.resize(text.len() + 20usize.saturating_sub(value.len()), b' ');
    text.push(b'\n');
}

fn plain(text: &mut Vec<u8>, label: &str, value: &str) {
    let _ = writeln!(text, "{label:<12} {value}");
}

fn whole(text: &mut Vec<u8>, label: &str, value: i64) {
    let _ = writeln!(text, "{label:<12} {value:<20}");
}

fn seconds(text: &mut Vec<u8>, label: &str, value: f64) {
    let _ = writeln!(text, "{label:<12} {}s", number(value, 3));
}

/// Numbers of 32 bits are shown with a sign.
fn signed(record: &Line<'_>, field: usize) -> i64 {
    (record.word(field) as i32).into()
}

fn at(record: &Line<'_>, field: usize, never: &str) -> String {
    match record.word(field) {
        0 => never.into(),
        seconds => time::ctime(seconds.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounting::line::Places;

    /// Grid Engine's lines through our qacct against Grid Engine's qacct.
    #[test]
    fn records_are_shown_as_grid_engine_shows_them() {
        let lines = include_str!("../../compat/captures/qacct/accounting-lines.txt");
        let untimed = |text: &str| text.lines().filter(|line| !line.contains("_time ")).map(String::from).collect::<Vec<_>>();
        for (id, capture) in [
            (1070, include_str!("../../compat/captures/qacct/fine.txt")),
            (1076, include_str!("../../compat/captures/qacct/limit.txt")),
            (1066, include_str!("../../compat/captures/qacct/deleted.txt")),
            (1073, include_str!("../../compat/captures/qacct/parallel.txt")),
        ] {
            let mut places = Places::default();
            let mut ours = Vec::new();
            for text in lines.split_inclusive('\n') {
                if let Some(line) = places.find(text.as_bytes())
                    && line.word(field::JOB_NUMBER) == id
                {
                    render(&line, &mut ours);
                }
            }
            let theirs: Vec<String> = untimed(capture).into_iter().take_while(|line| !line.starts_with("exit ")).collect();
            assert_eq!(untimed(&String::from_utf8_lossy(&ours)), theirs, "job {id}");
        }
    }

    #[test]
    fn units_change_at_1024_before_rounding() {
        for (value, shown) in
            [(1023.9999, "1024.000B"), (1024.0, "1.000KB"), (-1.0, "1.000B"), (-2048.0, "-2.000KB"), (f64::INFINITY, "infTB")]
        {
            assert_eq!(bytes(value), shown);
        }
    }
}
