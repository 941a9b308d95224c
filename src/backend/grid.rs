//! The way back: the untouched command line goes to the real Grid Engine's command of the same name.

use crate::error::{Error, Result, plain};
use crate::site::Grid;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Becomes the real command; returns only when that fails.
///
/// # Errors
/// The command is not there or is gridshim's own link.
pub fn exec(grid: &Grid, name: &str, words: &[OsString]) -> Result<()> {
    let path = grid.bin.join(name);
    let canonical = path.canonicalize().map_err(|error| Error::Backend(format!("{name}: {}: {}", path.display(), plain(&error))))?;
    if std::env::current_exe().and_then(|own| own.canonicalize()).is_ok_and(|own| own == canonical) {
        let text = format!("{name}: {} is gridshim itself: [grid] bin in site.toml must name the real commands' directory", path.display());
        return Err(Error::Backend(text));
    }
    let error = Command::new(&path).args(words).exec();
    Err(Error::Backend(format!("{name}: {}: {}", path.display(), plain(&error))))
}
