//! The user hold of a job: what waits of it is not started while the hold is on.

use super::Local;
use super::store::{Store, Trouble, job};
use crate::job::JobId;
use rusqlite::params;

/// Sets the hold or takes it; false where it was so already, or nothing waits.
pub fn hold(local: &Local, id: JobId, held: bool) -> Result<bool, Trouble> {
    let Some(mut store) = Store::existing(&local.paths)? else { return Ok(false) };
    let changed = store.change(|tx| {
        let Some(mut row) = job(tx, id, false)?.filter(|row| row.unfinished && row.job.hold != held) else { return Ok(false) };
        row.job.hold = held;
        let startable = !held && row.job.never.is_none();
        tx.execute(
            "UPDATE jobs SET job = ?2, startable = ?3 WHERE id = ?1",
            params![id as i64, serde_json::to_string(&row.job)?, startable],
        )?;
        Ok(true)
    })?;
    if changed && !held {
        local.wake()?;
    }
    Ok(changed)
}
