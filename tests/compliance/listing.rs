//! Pictures of qstat's lists in which only places count: our jobs' lines and the lines around them, digits masked.

use crate::grid::{exec_host, host};

/// `@host` and the blanks behind it in the width of `@{host}`.
fn mask_places(line: &str) -> String {
    let mut line = line.to_string();
    for name in [exec_host(), host(), "host1".into()] {
        let place = format!("@{name}");
        let mut from = 0;
        while let Some(at) = line[from..].find(&place).map(|at| at + from) {
            let end = at + place.len();
            let blanks = line[end..].len() - line[end..].trim_start_matches(' ').len();
            let width = (place.len() + blanks).max("@{host}".len() + 1);
            let by = if blanks > 1 { format!("{:<width$}", "@{host}") } else { format!("@{{host}}{}", " ".repeat(blanks)) };
            line.replace_range(end - place.len()..end + blanks, &by);
            from = at + by.len();
        }
    }
    line
}

/// Numbers differ, their places do not; what a running job has used is not always known.
fn mask_numbers(line: &str) -> String {
    // A queue's load has one digit before the point, or two.
    let mut line = line.to_string();
    if line.get(31..35) == Some("BIP ") {
        line.replace_range(52..60, "9.99    ");
    }
    let digits: String = line.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let digits = digits.replace("9:99:99:99 9.99999 9.99999", "NA         NA      NA     ");
    // An array's urgency comes and goes, and jobs wait for one second or ten.
    let none = "        9        9        9        9 ";
    ["     9999     9999        9        9 ", "     9999     9999       99        9 "]
        .iter()
        .fold(digits, |line, some| line.replace(some, none))
}

/// The number a row begins with.
fn number(line: &str) -> Option<u64> {
    line.get(..8)?.trim().parse().ok()
}

/// What a list shows of these jobs: their rows with the lines below them, and all lines that belong to no job. Jobs are called
/// `{1}`, `{2}` in the order given.
pub fn picture(text: &str, ids: &[u64]) -> String {
    let mut ours = true;
    let mut kept = Vec::new();
    for line in text.lines() {
        match number(line) {
            Some(id) => match ids.iter().position(|known| *known == id) {
                Some(at) => {
                    ours = true;
                    kept.push(format!("    {{{}}}{}", at + 1, mask_numbers(&mask_places(&line[7..]))));
                }
                None => ours = false,
            },
            // Lines below a row, but for a queue's resources.
            None if line.starts_with("      ") => {
                if ours {
                    kept.push(mask_numbers(&mask_places(line)));
                }
            }
            None => {
                ours = true;
                kept.push(mask_numbers(&mask_places(line)));
            }
        }
    }
    kept.join("\n")
}

/// The rows alone, without header, queues and the lines below.
pub fn rows(text: &str, ids: &[u64]) -> Vec<String> {
    picture(text, ids).lines().filter(|line| line.starts_with("    {")).map(str::to_owned).collect()
}

/// Which of the jobs a list shows, in its order; a job with several rows several times.
pub fn shown(text: &str, ids: &[u64]) -> Vec<usize> {
    text.lines().filter_map(number).filter_map(|id| ids.iter().position(|known| *known == id)).map(|at| at + 1).collect()
}

/// The elements of an XML list about these jobs, digits masked, jobs called by their place.
pub fn elements(text: &str, ids: &[u64]) -> String {
    let mut found = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("<job_list ") {
        let begin = rest[..at].rfind('\n').map_or(0, |line| line + 1);
        let end = at + rest[at..].find("</job_list>\n").expect("an end") + "</job_list>\n".len();
        let element = &rest[begin..end];
        let id = element.split("<JB_job_number>").nth(1).and_then(|after| after.split('<').next()).and_then(|text| text.parse().ok());
        if let Some(place) = ids.iter().position(|known| Some(*known) == id) {
            for line in element.lines() {
                let is_number = line.contains("<JB_job_number>");
                let line = if is_number {
                    line.replace(&ids[place].to_string(), &format!("{{{}}}", place + 1))
                } else {
                    mask_numbers(&mask_places(line))
                };
                found.push_str(&line);
                found.push('\n');
            }
        }
        rest = &rest[end..];
    }
    found
}
