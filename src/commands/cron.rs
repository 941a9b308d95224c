//! `gridshim cron status`: what becomes of the entries of a crontab.

use super::Context;
use crate::cron::{Planned, Run};
use crate::error::{Error, Result};
use crate::grammar::crontab::Mistake;
use crate::render::aligned::aligned;
use chrono::DateTime;

/// A line for each entry: its last run, how that ended, the jobs it submitted, and when it runs next.
///
/// # Errors
/// The backend cannot be reached, or holds a table that this version cannot read.
pub fn status(context: &mut Context) -> Result<u8> {
    let user = context.submitter.user.clone();
    let Some(table) = context.backend()?.crontab(&user)? else {
        context.complain(&format!("{}\n", super::crontab::none(&user)));
        return Ok(1);
    };
    let entries = table.entries(&context.site).map_err(|Mistake { line, column, what, .. }| Error::Exact {
        text: format!("gridshim: the crontab's line {line}, column {column}: {what}"),
        code: 1,
    })?;
    let runs = context.backend()?.cron_runs(&user)?;
    let now = chrono::Utc::now().timestamp().div_euclid(60);
    let text = render(&entries, &runs, now);
    context.print(&text);
    Ok(0)
}

const HEAD: [&str; 7] = ["line", "when", "last run", "exit", "jobs", "next run", "command"];

/// `now`: this minute, since 1970.
fn render(entries: &[Planned], runs: &[Run], now: i64) -> String {
    let mut rows: Vec<([String; 7], &str)> = vec![(HEAD.map(String::from), "")];
    for entry in entries {
        let run = runs.iter().find(|run| run.line == entry.line);
        let at = |minute: i64| {
            let time = DateTime::from_timestamp(minute * 60, 0).unwrap_or_default().with_timezone(&entry.zone);
            time.format("%Y-%m-%d %H:%M %Z").to_string()
        };
        let dash = || "-".to_string();
        let jobs = run.map_or_else(String::new, |run| run.jobs.iter().map(u64::to_string).collect::<Vec<_>>().join(","));
        let next = match (entry.schedule, entry.next(now)) {
            (None, _) => "at the start".into(),
            (Some(_), next) => next.map_or_else(|| "never".into(), at),
        };
        let row = [
            entry.line.to_string(),
            entry.when.split_whitespace().collect::<Vec<_>>().join(" "),
            run.map_or_else(dash, |run| at(run.minute)),
            run.and_then(|run| run.exit_status).map_or_else(dash, |status| status.to_string()),
            Some(jobs).filter(|jobs| !jobs.is_empty()).unwrap_or_else(dash),
            next,
            entry.title.clone(),
        ];
        rows.push((row, run.map_or("", |run| run.reason.as_str())));
    }
    let (rows, reasons): (Vec<[String; 7]>, Vec<&str>) = rows.into_iter().unzip();
    let mut text = String::new();
    for (line, reason) in aligned(&rows).iter().zip(reasons) {
        text.push_str(&format!("{line}\n"));
        if !reason.is_empty() {
            text.push_str(&format!("      {reason}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cron::Crontab;
    use crate::site::Site;

    #[test]
    fn every_entry_has_its_line() {
        let text = b"CRON_TZ=UTC\n*/5 * * * * jsub a\n0 0 30 2 * b\n@reboot jsub c\n".to_vec();
        let entries = Crontab { text, ..Crontab::default() }.entries(&Site::default()).expect("entries");
        let run = Run { line: 2, minute: 29_928_960, exit_status: Some(0), jobs: vec![1004], reason: String::new() };
        let wrong = Run { line: 3, minute: 29_928_961, reason: "no host".into(), ..Run::default() };
        let expected = "\
line  when         last run              exit  jobs  next run              command
2     */5 * * * *  2026-11-27 00:00 UTC  0     1004  2026-11-27 00:05 UTC  jsub a
3     0 0 30 2 *   2026-11-27 00:01 UTC  -     -     never                 b
      no host
4     @reboot      -                     -     -     at the start          jsub c
";
        assert_eq!(render(&entries, &[run, wrong], 29_928_962), expected);
    }
}
