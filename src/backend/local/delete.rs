//! Deletion: what waits is gone at once, in a transaction that the daemon's starts cannot get between; what runs is marked, and
//! the daemon ends it.

use super::Local;
use super::store::{Store, TaskRow, Trouble, Wish, job, settle, tasks_of};
use super::wait;
use crate::grammar::tasks::Range;
use crate::job::{Deletion, JobId, Outcome};
use rusqlite::params;

/// Deletes a job, or the tasks of the range.
pub fn delete(local: &Local, id: JobId, tasks: Option<Range>) -> Result<Vec<Deletion>, Trouble> {
    let nothing = vec![Deletion { ids: vec![tasks.map_or(1, |range| range.first)], outcome: Outcome::NoSuchTask }];
    let Some(mut store) = Store::existing(&local.paths)? else { return Ok(nothing) };
    let answer = store.change(|tx| {
        let Some(row) = job(tx, id, false)?.filter(|row| row.unfinished) else { return Ok(None) };
        let array = row.job.array;
        let mut pending = row.pending.clone();
        let rows: Vec<TaskRow> = tasks_of(tx, id, false)?.into_iter().filter(|task| !task.is_gone()).collect();
        if rows.is_empty() && pending.is_empty() {
            return Ok(None);
        }
        let mut deleted: Vec<u64> = Vec::new();
        let mut answer: Vec<Deletion> = Vec::new();
        let mut one = |task: &TaskRow, deleted: &mut Vec<u64>| -> Result<(), Trouble> {
            let ids = array.map_or(Vec::new(), |range| vec![range.id(task.index)]);
            let mark = "UPDATE tasks SET deleting = 1 WHERE job = ?1 AND task = ?2";
            match (task.state.as_str(), task.deleting) {
                ("active", true) => answer.push(Deletion { ids, outcome: Outcome::AlreadyInDeletion }),
                // It waits already, whatever is left of the run before.
                ("active", false) if task.wish == Wish::Again => {
                    tx.execute(mark, params![id as i64, task.index as i64])?;
                    deleted.push(task.index);
                }
                ("active", false) => {
                    tx.execute(mark, params![id as i64, task.index as i64])?;
                    answer.push(Deletion { ids, outcome: Outcome::Registered });
                }
                _ => {
                    tx.execute("DELETE FROM tasks WHERE job = ?1 AND task = ?2", params![id as i64, task.index as i64])?;
                    deleted.push(task.index);
                }
            }
            Ok(())
        };
        match tasks {
            None => {
                for task in &rows {
                    one(task, &mut deleted)?;
                }
                if !pending.is_empty() || !deleted.is_empty() {
                    answer.push(Deletion { ids: Vec::new(), outcome: Outcome::Deleted });
                }
                pending = Default::default();
            }
            Some(range) => {
                let mut unknown: Vec<u64> = Vec::new();
                for asked in (0..range.count().min(local.site.max_array_tasks)).map(|at| range.id(at)) {
                    let index = array.map_or((asked == 1).then_some(0), |array| array.index(asked));
                    match index.map(|index| (index, rows.iter().find(|task| task.index == index))) {
                        Some((_, Some(task))) => one(task, &mut deleted)?,
                        Some((index, None)) if pending.remove(index) => deleted.push(index),
                        _ => unknown.push(asked),
                    }
                }
                if !deleted.is_empty() {
                    let ids = array.map_or(Vec::new(), |array| deleted.iter().map(|index| array.id(*index)).collect());
                    answer.push(Deletion { ids, outcome: Outcome::Deleted });
                }
                if !unknown.is_empty() {
                    answer.push(Deletion { ids: unknown, outcome: Outcome::NoSuchTask });
                }
            }
        }
        settle(tx, id, Some(&pending))?;
        let left = job(tx, id, false)?.is_some_and(|row| row.unfinished);
        Ok(Some((answer, left)))
    })?;
    let Some((answer, left)) = answer else { return Ok(nothing) };
    if !left {
        let _ = std::fs::remove_file(local.paths.script(id));
    }
    wait::poke(&local.paths, |waits_for| waits_for == id);
    // What runs is to be ended, and what waited for this job can start.
    let woken = local.wake();
    if answer.iter().any(|deletion| deletion.outcome == Outcome::Registered) {
        woken?;
    }
    Ok(answer)
}
