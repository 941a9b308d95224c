//! qacct's tables of sums (compat/captures/qacct/transcripts/keys.txt): names in columns as wide as the longest, numbers in
//! columns of their own rules, then seven sums.

use super::number;
use crate::accounting::totals::{Column, Row, Totals, Usage, Value};

/// What a table shows beside its sums.
pub struct Asked<'a> {
    /// The word that was asked for in each of the totals' columns; none where every one was, or where it is a pattern.
    pub words: Vec<Option<&'a str>>,
    /// There may be several rows: something was asked for without a word.
    pub is_list: bool,
}

/// A number's column is that wide at least.
const NUMBER: usize = 5;

fn title(column: Column) -> &'static str {
    match column {
        Column::Host => "HOST",
        Column::Queue => "CLUSTER QUEUE",
        Column::Group => "GROUP",
        Column::Owner => "OWNER",
        Column::Project => "PROJECT",
        Column::Department => "DEPARTMENT",
        Column::Pe => "PE",
        Column::Slots => "SLOTS",
        Column::Reservation => "AR",
        Column::Account => "ACCOUNT",
    }
}

/// A host as it was asked for, whatever its spelling; numbers with a sign.
fn shown(column: Column, value: &Value, word: Option<&str>) -> Vec<u8> {
    match value {
        Value::Text(_) if column == Column::Host && word.is_some() => word.unwrap_or_default().into(),
        Value::Text(text) => text.clone(),
        Value::Number(number) => format!("{:NUMBER$}", *number as i32).into_bytes(),
    }
}

/// The whole table; `Total System Usage` where there is no column.
pub fn render(totals: &Totals, asked: &Asked<'_>) -> Vec<u8> {
    let rows = totals.rows();
    let widths = Widths::of(totals.columns(), &rows, asked);
    let mut head = Vec::new();
    for (at, column) in totals.columns().iter().enumerate() {
        let width = if *column == Column::Reservation { widths.reservation } else { widths.row[at] };
        pad(&mut head, title(*column).as_bytes(), width);
    }
    let sums = ["WALLCLOCK", "UTIME", "STIME", "CPU", "MEMORY", "IO", "IOW"];
    head.extend(line_of(&sums.map(String::from)).into_bytes());
    let mut text = if totals.columns().is_empty() { b"Total System Usage\n".to_vec() } else { Vec::new() };
    let rule = head.len();
    text.append(&mut head);
    text.push(b'\n');
    text.resize(text.len() + rule, b'=');
    text.push(b'\n');
    // Without any wallclock time in all of them together Grid Engine shows none of the rows.
    let is_idle = rows.iter().map(|row| row.usage.wallclock).sum::<f64>() == 0.0;
    for row in rows.into_iter().filter(|_| !is_idle) {
        for (at, (column, value)) in totals.columns().iter().zip(&row.key).enumerate() {
            pad(&mut text, &shown(*column, value, asked.words.get(at).copied().flatten()), widths.row[at]);
        }
        text.extend(sums_of(&row.usage).into_bytes());
        text.push(b'\n');
    }
    text
}

/// The columns' widths in the rows, and where the titles' differ.
struct Widths {
    row: Vec<usize>,
    /// The reservations' title is as wide as the slots' column, be it there or not.
    reservation: usize,
}

impl Widths {
    fn of(columns: &[Column], rows: &[&Row], asked: &Asked<'_>) -> Widths {
        // Numbers have a blank behind them in lists alone, and one that was asked for does not widen its column.
        let blank = usize::from(asked.is_list && !rows.is_empty());
        let width = |(at, column): (usize, &Column)| {
            let word = asked.words.get(at).copied().flatten();
            let longest = rows.iter().filter_map(|row| row.key.get(at)).map(|value| shown(*column, value, word).len()).max().unwrap_or(0);
            match (column.is_number(), word) {
                (true, Some(_)) => NUMBER + blank,
                (true, None) => longest.max(NUMBER) + blank,
                // An account's column does not grow with its rows.
                (false, word) if *column == Column::Account => word.map_or(0, str::len).max(title(*column).len()) + 1,
                (false, word) => word.map_or(0, str::len).max(longest).max(title(*column).len()) + 1,
            }
        };
        let row: Vec<usize> = columns.iter().enumerate().map(width).collect();
        let slots = columns.iter().position(|column| *column == Column::Slots);
        Widths { reservation: slots.map_or(NUMBER + blank, |at| row[at]), row }
    }
}

fn pad(text: &mut Vec<u8>, word: &[u8], width: usize) {
    text.extend_from_slice(word);
    text.resize(text.len() + width.saturating_sub(word.len()), b' ');
}

fn sums_of(usage: &Usage) -> String {
    let Usage { wallclock, utime, stime, cpu, mem, io, iow } = *usage;
    line_of(&[number(wallclock, 0), number(utime, 3), number(stime, 3), number(cpu, 3), number(mem, 3), number(io, 3), number(iow, 3)])
}

fn line_of(words: &[String; 7]) -> String {
    let [wallclock, utime, stime, cpu, mem, io, iow] = words;
    format!("{wallclock:>13} {utime:>13} {stime:>13} {cpu:>13} {mem:>18} {io:>18} {iow:>18}")
}
