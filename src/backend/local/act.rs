//! `qmod` on jobs: what is wished is noted with the task, and the daemon's next pass does it.

use super::Local;
use super::store::{Store, Trouble, Wish, job, settle};
use super::submit::describe;
use crate::backend::Act;
use crate::job::JobId;
use rusqlite::params;

/// Notes what is to become of these tasks (ids; none for a job that is no array).
pub fn act(local: &Local, id: JobId, tasks: &[u64], act: Act) -> Result<(), Trouble> {
    let Some(mut store) = Store::existing(&local.paths)? else { return Ok(()) };
    store.change(|tx| {
        let Some(row) = job(tx, id, false)? else { return Ok(()) };
        let mut pending = row.pending;
        let indexes: Vec<u64> = row.job.array.map_or_else(|| vec![0], |range| tasks.iter().filter_map(|task| range.index(*task)).collect());
        for index in indexes {
            let this = params![id as i64, index as i64];
            match act {
                // As if it had never been started: the next start is its first.
                Act::ClearError => {
                    if tx.execute("DELETE FROM tasks WHERE job = ?1 AND task = ?2 AND state = 'error'", this)? > 0 {
                        pending.insert(index);
                    }
                }
                Act::Suspend | Act::Resume | Act::Reschedule => {
                    let wish = match act {
                        Act::Suspend => Wish::Suspended,
                        Act::Reschedule => Wish::Again,
                        _ => Wish::None,
                    };
                    let sql =
                        "UPDATE tasks SET wish = ?3 WHERE job = ?1 AND task = ?2 AND state = 'active' AND deleting = 0 AND wish <> 'again'";
                    tx.execute(sql, params![id as i64, index as i64, wish.word()])?;
                }
            }
        }
        settle(tx, id, Some(&pending))?;
        describe(tx, id, &row.job, &pending)
    })?;
    local.wake()
}
