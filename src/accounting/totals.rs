//! Sums of usage: of everything, or of each combination of some fields. One pass over the file; what is kept grows with the rows
//! of the answer alone.

use super::line::{Line, field};
use std::collections::HashMap;

/// What is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    pub wallclock: f64,
    pub utime: f64,
    pub stime: f64,
    pub cpu: f64,
    pub mem: f64,
    pub io: f64,
    pub iow: f64,
}

impl Usage {
    fn add(&mut self, line: &Line<'_>) {
        self.wallclock += line.whole(field::RU_WALLCLOCK) as f64;
        self.utime += line.real(field::RU_UTIME);
        self.stime += line.real(field::RU_STIME);
        self.cpu += line.real(field::CPU);
        self.mem += line.real(field::MEM);
        self.io += line.real(field::IO);
        self.iow += line.real(field::IOW);
    }
}

/// A field that rows are made for, in the order of the columns (transcripts/keys.txt).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Host,
    Queue,
    Group,
    Owner,
    Project,
    Department,
    Pe,
    Slots,
    Reservation,
    Account,
}

impl Column {
    /// Every column, from left to right.
    pub const ALL: [Column; 10] = [
        Column::Host,
        Column::Queue,
        Column::Group,
        Column::Owner,
        Column::Project,
        Column::Department,
        Column::Pe,
        Column::Slots,
        Column::Reservation,
        Column::Account,
    ];

    /// Where its field is.
    pub fn field(self) -> usize {
        match self {
            Column::Host => field::HOSTNAME,
            Column::Queue => field::QNAME,
            Column::Group => field::GROUP,
            Column::Owner => field::OWNER,
            Column::Project => field::PROJECT,
            Column::Department => field::DEPARTMENT,
            Column::Pe => field::GRANTED_PE,
            Column::Slots => field::SLOTS,
            Column::Reservation => field::ARID,
            Column::Account => field::ACCOUNT,
        }
    }

    /// True for numbers, which are compared and shown as such.
    pub fn is_number(self) -> bool {
        matches!(self, Column::Slots | Column::Reservation)
    }
}

/// What a row has in a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Text(Vec<u8>),
    Number(u32),
}

/// One line of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub key: Vec<Value>,
    pub usage: Usage,
}

/// Sums that grow line by line.
#[derive(Debug, Default)]
pub struct Totals {
    columns: Vec<Column>,
    rows: Vec<Row>,
    known: HashMap<Vec<u8>, usize>,
    /// The last line's key, and its row: neighbours are often of one kind.
    key: Vec<u8>,
    last: Option<usize>,
}

impl Totals {
    /// A row for each combination of the columns' fields; without columns one row for all.
    pub fn new(columns: Vec<Column>) -> Totals {
        Totals { columns, ..Totals::default() }
    }

    /// Adds a line.
    pub fn add(&mut self, line: &Line<'_>) {
        let row = self.row(line);
        self.rows[row].usage.add(line);
    }

    fn row(&mut self, line: &Line<'_>) -> usize {
        if self.columns.is_empty() && !self.rows.is_empty() {
            return 0;
        }
        let before = std::mem::take(&mut self.key);
        let mut key = Vec::with_capacity(before.capacity());
        for column in &self.columns {
            match column {
                _ if column.is_number() => key.extend(line.word(column.field()).to_be_bytes()),
                // Host names do not mind case; the first spelling is the row's.
                Column::Host => {
                    key.extend(line.text(column.field()).iter().map(u8::to_ascii_lowercase));
                    key.push(b':');
                }
                _ => {
                    key.extend(line.text(column.field()));
                    key.push(b':');
                }
            }
        }
        let row = match self.last.filter(|_| key == before).or_else(|| self.known.get(&key).copied()) {
            Some(row) => row,
            None => {
                self.known.insert(key.clone(), self.rows.len());
                self.rows.push(Row { key: self.values(line), usage: Usage::default() });
                self.rows.len() - 1
            }
        };
        (self.key, self.last) = (key, Some(row));
        row
    }

    fn values(&self, line: &Line<'_>) -> Vec<Value> {
        let value = |column: &Column| match column.is_number() {
            true => Value::Number(line.word(column.field())),
            false => Value::Text(line.text(column.field()).to_vec()),
        };
        self.columns.iter().map(value).collect()
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows, by their columns from left to right: names by their bytes, numbers by size. The account does not count; rows that
    /// differ in nothing else stand the later the earlier they were seen.
    pub fn rows(&self) -> Vec<&Row> {
        let ordered = self.columns.iter().filter(|column| **column != Column::Account).count();
        let mut rows: Vec<&Row> = self.rows.iter().rev().collect();
        rows.sort_by(|a, b| a.key[..ordered].cmp(&b.key[..ordered]));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::Places;
    use super::*;

    fn sums(columns: Vec<Column>) -> Vec<(Vec<Value>, f64)> {
        let mut totals = Totals::new(columns);
        let mut places = Places::default();
        for text in include_bytes!("../../compat/captures/qacct/files/hosts").split(|&byte| byte == b'\n') {
            if let Some(line) = places.find(text) {
                totals.add(&line);
            }
        }
        totals.rows().into_iter().map(|row| (row.key.clone(), row.usage.wallclock)).collect()
    }

    #[test]
    fn without_columns_there_is_one_row() {
        assert_eq!(sums(Vec::new()), [(Vec::new(), f64::from((1u32 << 29) - 2))]);
    }

    #[test]
    fn accounts_are_in_no_order() {
        let mut totals = Totals::new(vec![Column::Owner, Column::Account]);
        for account in ["b", "c", "a"] {
            let text = include_str!("../../compat/captures/qacct/files/one").replace(":sge:", &format!(":{account}:"));
            totals.add(&Places::default().find(text.as_bytes()).expect("a record"));
        }
        let shown: Vec<_> = totals.rows().iter().map(|row| row.key[1].clone()).collect();
        assert_eq!(shown, ["a", "c", "b"].map(|account| Value::Text(account.into())));
    }

    #[test]
    fn spellings_of_a_host_are_one_host() {
        let text = |word: &str| vec![Value::Text(word.into())];
        let hosts: Vec<_> = sums(vec![Column::Host]).into_iter().map(|(key, _)| key).collect();
        assert_eq!(hosts, [text("host1"), text("node1"), text("node1.example.org"), text("other")]);
    }
}
