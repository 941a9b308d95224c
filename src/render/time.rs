//! Grid Engine's ways to write a time.

use chrono::{DateTime, Local, TimeZone};

fn local(seconds: i64) -> DateTime<Local> {
    Local.timestamp_opt(seconds, 0).single().unwrap_or_default()
}

/// `11/25/2026 21:51:29`
pub fn slashes(seconds: i64) -> String {
    local(seconds).format("%m/%d/%Y %H:%M:%S").to_string()
}

/// `2026-11-25T21:51:29`, as the XML has it
pub fn iso(seconds: i64) -> String {
    local(seconds).format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `Wed Nov 25 21:51:29 2026`
pub fn ctime(seconds: i64) -> String {
    local(seconds).format("%a %b %e %H:%M:%S %Y").to_string()
}
