//! Grid Engine's accounting file: lines of 45 fields with colons between (accounting(5); compat/captures/qacct/accounting-lines.txt).
//! Both backends append `Record`s; qacct reads lines, of which it takes the fields its question needs and copies none.

mod failed;
pub mod line;
pub mod lines;
mod record;
pub mod totals;

pub use failed::failed_text;
pub use record::Record;

use std::io::Write;
use std::path::Path;

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

/// Streams the records of a file; memory stays bounded however long the file is.
///
/// # Errors
/// The file cannot be opened or read.
pub fn read(path: &Path, mut wanted: impl FnMut(Record)) -> std::io::Result<()> {
    let mut lines = lines::Lines::new(std::fs::File::open(path)?);
    while let Some(text) = lines.next_line()? {
        if let Some(record) = Record::parse_bytes(text) {
            wanted(record);
        }
    }
    Ok(())
}
