//! `qstat`'s default table (compat/captures/qstat/options.txt). Nothing at all, not even the header, when there is no row.

use super::{Row, priority, queue_instance, time};
use crate::grammar::tasks;
use std::fmt::Write;

/// The table of these rows.
pub fn render(rows: &[Row<'_>]) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    text.push_str("job-ID  prior   name       user         state submit/start at     queue                          slots ja-task-ID \n");
    text.push_str(&"-".repeat(113));
    text.push('\n');
    for Row { status, tasks } in rows {
        let at = if tasks.state.is_running() { tasks.started.unwrap_or(status.submitted) } else { status.submitted };
        let job = &status.job;
        let ids = if tasks.ids.is_empty() { "       ".to_string() } else { tasks::compact(&tasks.ids) };
        let _ = writeln!(
            text,
            "{:>7} {:7.5} {:<10.10} {:<12.12} {:<5.5} {:<19} {:<30.30} {:>5} {ids}",
            status.id,
            priority(job, &tasks.state),
            job.name,
            job.submitter.user,
            tasks.state.letters(),
            time::slashes(at),
            queue_instance(tasks),
            job.slots
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::job::{State, Tasks};
    use crate::render::{rows, table, tests_support::status};

    #[test]
    fn columns_stand_where_grid_engine_has_them() {
        let mut running = status(1063, "a_long_name.sh");
        running.tasks = vec![Tasks {
            ids: vec![],
            state: State::Running { restarted: false },
            started: Some(1_795_643_477),
            queue: Some("all.q".into()),
            host: Some("host1".into()),
        }];
        let mut array = status(1060, "many");
        array.tasks[0].ids = vec![1, 3, 5, 7, 9];
        let jobs = [array, running];
        let text = table::render(&rows(&jobs, |_, _| true));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2].len(), 110);
        assert!(lines[2].starts_with("   1063 0.50000 a_long_nam bob          r     "), "{}", lines[2]);
        assert_eq!(&lines[2][66..], "all.q@host1                        1        ");
        assert!(lines[3].starts_with("   1060 0.50000 many       bob          qw    "));
        assert_eq!(&lines[3][66..], "                                   1 1-9:2");
        assert_eq!(table::render(&[]), "");
    }
}
