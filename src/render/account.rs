//! `qacct -j`'s records (compat/captures/qacct): labels of 12, values of 20, and Grid Engine's units.

use super::time;
use crate::accounting::Record;
use std::fmt::Write;

/// The texts of `failed` codes that were seen on Grid Engine, or stand in accounting(5).
fn failed_text(code: u32) -> &'static str {
    match code {
        1 => "assumedly before job",
        3 => "before writing config",
        7 => "before prolog",
        8 => "in prolog",
        10 => "in pestart",
        19 => "before writing exit_status",
        21 => "in recognizing job",
        25 => "rescheduling",
        26 => "opening input/output file",
        27 => "searching requested shell",
        28 => "changing into working directory",
        37 => "qmaster enforced h_rt, h_cpu, or h_vmem limit",
        100 => "assumedly after job",
        _ => "unknown",
    }
}

/// The name Grid Engine puts behind an exit status above 128.
fn signal_text(exit_status: i32) -> &'static str {
    match exit_status - 128 {
        1 => "Hangup",
        2 => "Interrupt",
        3 => "Quit",
        4 => "Illegal instruction",
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
        24 => "CPU time limit exceeded",
        25 => "File size limit exceeded",
        _ => "",
    }
}

/// A number of bytes as qacct shows it: powers of 1024, three decimals.
fn bytes(value: f64) -> String {
    let mut value = value;
    for unit in ["B", "KB", "MB", "GB"] {
        if value < 1024.0 {
            return format!("{value:.3}{unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.3}TB")
}

/// One record, the line of 62 before it included.
pub fn render(record: &Record) -> String {
    let mut text = String::from("==============================================================\n");
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{label:<12} {value}");
    };
    let padded = |value: &str| format!("{value:<20}");
    let at = |seconds: u64| if seconds == 0 { "-/-".to_string() } else { time::ctime(i64::try_from(seconds).unwrap_or(0)) };
    line("qname", &padded(&record.qname));
    line("hostname", &padded(&record.hostname));
    line("group", &padded(&record.group));
    line("owner", &padded(&record.owner));
    line("project", &padded("NONE"));
    line("department", &padded("defaultdepartment"));
    line("jobname", &padded(&record.job_name));
    line("jobnumber", &padded(&record.job_number.to_string()));
    match record.task_number {
        0 => line("taskid", "undefined"),
        task => line("taskid", &padded(&task.to_string())),
    }
    line("account", &padded(&record.account));
    line("priority", &padded(&record.priority.to_string()));
    line("qsub_time", &at(record.submission_time));
    line("start_time", &at(record.start_time));
    line("end_time", &at(record.end_time));
    line("granted_pe", &padded(&record.granted_pe));
    line("slots", &padded(&record.slots.to_string()));
    match record.failed {
        0 => line("failed", &format!("{:<5}", 0)),
        code => line("failed", &format!("{code:<3} : {}", failed_text(code)).replace("100  :", "100 :")),
    }
    match signal_text(record.exit_status) {
        "" => line("exit_status", &padded(&record.exit_status.to_string())),
        name => line("exit_status", &format!("{:<20} ({name})", record.exit_status)),
    }
    line("ru_wallclock", &format!("{}s", record.ru_wallclock));
    line("ru_utime", &format!("{:.3}s", record.ru_utime));
    line("ru_stime", &format!("{:.3}s", record.ru_stime));
    // KiB in the file, shown as if they were bytes: Grid Engine's own oddity.
    line("ru_maxrss", &bytes(record.ru_maxrss as f64));
    for label in ["ru_ixrss", "ru_ismrss", "ru_idrss", "ru_isrss"] {
        line(label, &bytes(0.0));
    }
    for (label, count) in [
        ("ru_minflt", record.ru_minflt),
        ("ru_majflt", record.ru_majflt),
        ("ru_nswap", 0),
        ("ru_inblock", record.ru_inblock),
        ("ru_oublock", record.ru_oublock),
        ("ru_msgsnd", 0),
        ("ru_msgrcv", 0),
        ("ru_nsignals", 0),
        ("ru_nvcsw", record.ru_nvcsw),
        ("ru_nivcsw", record.ru_nivcsw),
    ] {
        line(label, &padded(&count.to_string()));
    }
    line("cpu", &format!("{:.3}s", record.cpu));
    line("mem", &format!("{}s", bytes(record.mem * 1024.0 * 1024.0 * 1024.0)));
    line("io", &bytes(record.io * 1024.0 * 1024.0 * 1024.0));
    line("iow", "0.000s");
    line("maxvmem", &bytes(record.maxvmem));
    line("arid", "undefined");
    line("ar_sub_time", "undefined");
    line("category", &record.category);
    text
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::accounting::Record;

    /// Grid Engine's lines through our qacct against Grid Engine's qacct.
    #[test]
    fn records_are_shown_as_grid_engine_shows_them() {
        let lines = include_str!("../../compat/captures/qacct/accounting-lines.txt");
        let by_id = |id: u64| lines.lines().filter_map(Record::parse).find(|record| record.job_number == id).expect("a line");
        for (id, capture) in [
            (1070, include_str!("../../compat/captures/qacct/fine.txt")),
            (1076, include_str!("../../compat/captures/qacct/limit.txt")),
            (1066, include_str!("../../compat/captures/qacct/deleted.txt")),
            (1073, include_str!("../../compat/captures/qacct/parallel.txt")),
        ] {
            let untimed = |text: &str| text.lines().filter(|line| !line.contains("_time ")).map(String::from).collect::<Vec<_>>();
            let theirs: Vec<String> = untimed(capture).into_iter().take_while(|line| !line.starts_with("exit ")).collect();
            assert_eq!(untimed(&render(&by_id(id))), theirs, "job {id}");
        }
    }
}
