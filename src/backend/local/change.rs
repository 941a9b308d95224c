//! `qalter`, `qhold` and `qrls`: what a job is, replaced in one transaction that the daemon's starts cannot get between.

use super::Local;
use super::store::{Store, Trouble, job};
use super::submit::{bind, describe};
use crate::job::{Job, JobId};
use rusqlite::params;

/// Stores the new description. Tasks that have started run on as they were started.
pub fn change(local: &Local, id: JobId, new: &Job) -> Result<(), Trouble> {
    let Some(mut store) = Store::existing(&local.paths)? else { return Ok(()) };
    store.change(|tx| {
        let Some(row) = job(tx, id, false)?.filter(|row| row.unfinished) else { return Ok(()) };
        let mut new = new.clone();
        if (&new.hold_jid, &new.hold_jid_ad) != (&row.job.hold_jid, &row.job.hold_jid_ad) {
            bind(tx, id, &mut new)?;
        }
        if !new.env.is_empty() {
            tx.execute("UPDATE jobs SET env = ?2 WHERE id = ?1", params![id as i64, serde_json::to_string(&new.env)?])?;
        }
        describe(tx, id, &new, &row.pending)
    })?;
    // What was held, or waited for more than there is, may start now.
    local.wake()
}
