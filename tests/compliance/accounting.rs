//! Accounting lines for the qacct cases: hand-made, so that they are the same on every system.

const FIELDS: [(&str, &str); 45] = [
    ("qname", "all.q"),
    ("hostname", "node1"),
    ("group", "tools"),
    ("owner", "bob"),
    ("job_name", "job"),
    ("job_number", "1"),
    ("account", "sge"),
    ("priority", "0"),
    ("submission_time", "1795643498"),
    ("start_time", "1795643500"),
    ("end_time", "1795643560"),
    ("failed", "0"),
    ("exit_status", "0"),
    ("ru_wallclock", "60"),
    ("ru_utime", "1.500000"),
    ("ru_stime", "0.250000"),
    ("ru_maxrss", "5000.000000"),
    ("ru_ixrss", "0"),
    ("ru_ismrss", "0"),
    ("ru_idrss", "0"),
    ("ru_isrss", "0"),
    ("ru_minflt", "475"),
    ("ru_majflt", "0"),
    ("ru_nswap", "0"),
    ("ru_inblock", "0.000000"),
    ("ru_oublock", "16"),
    ("ru_msgsnd", "0"),
    ("ru_msgrcv", "0"),
    ("ru_nsignals", "0"),
    ("ru_nvcsw", "5"),
    ("ru_nivcsw", "7"),
    ("project", "NONE"),
    ("department", "defaultdepartment"),
    ("granted_pe", "NONE"),
    ("slots", "1"),
    ("task_number", "0"),
    ("cpu", "1.750000"),
    ("mem", "0.100000"),
    ("io", "0.200000"),
    ("category", "NONE"),
    ("iow", "0.000000"),
    ("pe_taskid", "NONE"),
    ("maxvmem", "10000000.000000"),
    ("arid", "0"),
    ("ar_submission_time", "0"),
];

/// A line of bob's job 1, with these fields instead: `owner=alice slots=4`.
pub fn line(changes: &str) -> String {
    let mut changes: Vec<(&str, &str)> = changes.split_whitespace().map(|word| word.split_once('=').expect("name=value")).collect();
    let mut fields: Vec<&str> = Vec::new();
    for (name, value) in FIELDS {
        let at = changes.iter().position(|(changed, _)| *changed == name);
        fields.push(at.map_or(value, |at| changes.remove(at).1));
    }
    assert!(changes.is_empty(), "no such fields: {changes:?}");
    fields.join(":") + "\n"
}

/// A file of such lines.
pub fn lines(all: &[&str]) -> String {
    all.iter().map(|changes| line(changes)).collect()
}

/// The ids and tasks of the records that qacct shows: `12.3`, `7`.
pub fn shown(text: &str) -> Vec<String> {
    let value = |line: &str| line.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("jobnumber ") {
            found.push(value(line));
        } else if line.starts_with("taskid ") && value(line) != "undefined" {
            let last = found.last_mut().expect("a number before its task");
            *last = format!("{last}.{}", value(line));
        }
    }
    found
}

/// The value of a label, with all its blanks.
pub fn value<'a>(text: &'a str, label: &str) -> &'a str {
    let line = text.lines().find(|line| line.split(' ').next() == Some(label));
    line.and_then(|line| line.get(13..)).unwrap_or_else(|| panic!("no {label} in {text}"))
}
