//! `qstat`'s list without `-f` (compat/captures/qstat/columns.txt). Nothing at all, not even the header, when there is no row.

use super::{Rows, Sheet, columns, requests};

/// The list of these rows.
pub fn render(rows: &Rows<'_>, sheet: &Sheet<'_>) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    columns::header(&mut text, sheet);
    for row in rows.running.iter().chain(&rows.waiting).chain(&rows.finished) {
        columns::row(&mut text, row, sheet);
        if sheet.layout.requests {
            requests::lines(&mut text, row, sheet);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{State, Tasks};
    use crate::render::{rows, tests_support::status};
    use crate::request::listing::Layout;
    use crate::site::Site;

    #[test]
    fn columns_stand_where_grid_engine_has_them() {
        let mut running = status(1063, "a_long_name.sh");
        running.tasks = vec![Tasks {
            started: Some(1_795_643_477),
            queue: Some("all.q".into()),
            host: Some("host1".into()),
            ..Tasks::waiting(vec![], State::Running { restarted: false })
        }];
        let mut array = status(1060, "many");
        array.tasks[0].ids = vec![1, 3, 5, 7, 9];
        let jobs = [array, running];
        let (layout, site) = (Layout::default(), Site::default());
        let sheet = Sheet { layout: &layout, site: &site, now: 1_795_643_480, by_queue: false };
        let text = render(&rows(&jobs, &sheet, |_| true), &sheet);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1].len(), 113);
        assert_eq!(lines[2].len(), 110);
        assert!(lines[2].starts_with("   1063 0.50000 a_long_nam bob          r     "), "{}", lines[2]);
        assert_eq!(&lines[2][66..], "all.q@host1                        1        ");
        assert!(lines[3].starts_with("   1060 0.50000 many       bob          qw    "));
        assert_eq!(&lines[3][66..], "                                   1 1-9:2");
        assert_eq!(render(&Rows::default(), &sheet), "");
    }
}
