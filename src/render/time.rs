//! Grid Engine's ways to write a time.

use chrono::{DateTime, Datelike, Local, TimeZone, Timelike};
use std::fmt::Write;

fn local(seconds: i64) -> DateTime<Local> {
    Local.timestamp_opt(seconds, 0).single().unwrap_or_default()
}

/// `11/25/2026 21:51:29`
pub fn slashes(seconds: i64) -> String {
    let mut text = String::new();
    put_slashes(&mut text, seconds);
    text
}

/// The same, behind a text. Lists have thousands: a format string would be read for each.
pub fn put_slashes(text: &mut String, seconds: i64) {
    let at = local(seconds);
    let _ = write!(text, "{:02}/{:02}/{:04} {:02}:{:02}:{:02}", at.month(), at.day(), at.year(), at.hour(), at.minute(), at.second());
}

/// `2026-11-25T21:51:29`, as the XML has it
pub fn iso(seconds: i64) -> String {
    let at = local(seconds);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

/// `Wed Nov 25 21:51:29 2026`
pub fn ctime(seconds: i64) -> String {
    local(seconds).format("%a %b %e %H:%M:%S %Y").to_string()
}
