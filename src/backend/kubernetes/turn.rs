//! Submissions of one host ask for their numbers one after another. The API server answers changes of one object at a time and
//! tries again, at its own cost, whatever came in between: with sixteen at once it spent more on the counter than on the jobs.

use fs2::FileExt;
use std::fs::File;
use std::time::{Duration, Instant};

/// After this long it is nobody's turn: whoever holds the lock may be stopped, or mean it.
const LONGEST: Duration = Duration::from_millis(400);
const BETWEEN: Duration = Duration::from_millis(1);

/// Ends when dropped.
pub struct Turn(#[allow(dead_code)] Option<File>);

impl Turn {
    /// Waits for the lock on this program's file, which everybody here shares, and not for long: it saves work, no more.
    pub async fn wait() -> Turn {
        let Some(file) = std::env::current_exe().ok().and_then(|program| File::open(program).ok()) else { return Turn(None) };
        let begun = Instant::now();
        while begun.elapsed() < LONGEST {
            match file.try_lock_exclusive() {
                Ok(()) => return Turn(Some(file)),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => tokio::time::sleep(BETWEEN).await,
                // Some file systems know no such locks.
                Err(_) => break,
            }
        }
        Turn(None)
    }
}
