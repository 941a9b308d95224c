//! One accounting line: where its fields are, and what they say. Nothing is copied.

use crate::grammar::number;

/// Places of the fields, as accounting(5) orders them.
pub mod field {
    pub const QNAME: usize = 0;
    pub const HOSTNAME: usize = 1;
    pub const GROUP: usize = 2;
    pub const OWNER: usize = 3;
    pub const JOB_NAME: usize = 4;
    pub const JOB_NUMBER: usize = 5;
    pub const ACCOUNT: usize = 6;
    pub const PRIORITY: usize = 7;
    pub const SUBMISSION_TIME: usize = 8;
    pub const START_TIME: usize = 9;
    pub const END_TIME: usize = 10;
    pub const FAILED: usize = 11;
    pub const EXIT_STATUS: usize = 12;
    pub const RU_WALLCLOCK: usize = 13;
    pub const RU_UTIME: usize = 14;
    pub const RU_STIME: usize = 15;
    pub const RU_MAXRSS: usize = 16;
    pub const RU_IXRSS: usize = 17;
    pub const RU_ISMRSS: usize = 18;
    pub const RU_IDRSS: usize = 19;
    pub const RU_ISRSS: usize = 20;
    pub const RU_MINFLT: usize = 21;
    pub const RU_MAJFLT: usize = 22;
    pub const RU_NSWAP: usize = 23;
    pub const RU_INBLOCK: usize = 24;
    pub const RU_OUBLOCK: usize = 25;
    pub const RU_MSGSND: usize = 26;
    pub const RU_MSGRCV: usize = 27;
    pub const RU_NSIGNALS: usize = 28;
    pub const RU_NVCSW: usize = 29;
    pub const RU_NIVCSW: usize = 30;
    pub const PROJECT: usize = 31;
    pub const DEPARTMENT: usize = 32;
    pub const GRANTED_PE: usize = 33;
    pub const SLOTS: usize = 34;
    pub const TASK_NUMBER: usize = 35;
    pub const CPU: usize = 36;
    pub const MEM: usize = 37;
    pub const IO: usize = 38;
    pub const CATEGORY: usize = 39;
    pub const IOW: usize = 40;
    pub const PE_TASKID: usize = 41;
    pub const MAXVMEM: usize = 42;
    pub const ARID: usize = 43;
    pub const AR_SUBMISSION_TIME: usize = 44;
}

/// How many fields are read, and how many a record has at least (compat/captures/qacct/transcripts/records.txt on files/fields).
const FIELDS: usize = 45;
const LEAST: usize = 42;

/// True for comments, and for lines of at most one byte: they are passed over and not even counted.
fn is_nothing(text: &[u8]) -> bool {
    matches!(text, [] | [_] | [b'#', ..])
}

/// The job number of a line, without finding the other fields; `None` where the line ends before it.
pub fn job_number(text: &[u8]) -> Option<u32> {
    if is_nothing(text) {
        return None;
    }
    // Colons are counted eight bytes at a time; where some are next to each other, fields are.
    let (eights, _) = text.as_chunks::<8>();
    let (mut left, mut before) = (field::JOB_NUMBER as u32, 1 << 7);
    for (at, eight) in eights.iter().enumerate() {
        let mut found = colons(u64::from_le_bytes(*eight));
        if found & (found << 8 | before) != 0 {
            break;
        }
        before = found >> 56;
        let count = found.count_ones();
        if count >= left {
            for _ in 1..left {
                found &= found - 1;
            }
            let start = at * 8 + found.trailing_zeros() as usize / 8 + 1;
            match text.get(start) {
                None | Some(b':') => break,
                Some(_) => return Some(number::word(&text[start..])),
            }
        }
        left -= count;
    }
    field_by_field(text)
}

fn field_by_field(text: &[u8]) -> Option<u32> {
    let mut fields = text.split(|&byte| byte == b':').filter(|field| !field.is_empty());
    fields.nth(field::JOB_NUMBER).map(number::word)
}

/// Room for the places of a line's fields, used for one line after another.
#[derive(Debug, Clone)]
pub struct Places {
    /// Begin and end of each field.
    at: [(u32, u32); FIELDS],
    count: usize,
}

impl Default for Places {
    fn default() -> Places {
        Places { at: [(0, 0); FIELDS], count: 0 }
    }
}

/// A line with the places of its fields. A field that is missing at the end is empty, and the last one has the line's end.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    text: &'a [u8],
    places: &'a Places,
}

impl Places {
    /// Finds the fields; colons next to each other count as one. `None` for comments and empty lines.
    pub fn find<'a>(&'a mut self, text: &'a [u8]) -> Option<Line<'a>> {
        self.count = 0;
        if is_nothing(text) {
            return None;
        }
        let mut start = 0u32;
        let mut take = |end: u32| {
            if end > start && self.count < FIELDS {
                self.at[self.count] = (start, end);
                self.count += 1;
            }
            start = end + 1;
        };
        // Eight bytes at a time: a bit for every colon among them.
        let (eights, rest) = text.as_chunks::<8>();
        for (at, eight) in eights.iter().enumerate() {
            let mut colons = colons(u64::from_le_bytes(*eight));
            while colons != 0 {
                take(at as u32 * 8 + colons.trailing_zeros() / 8);
                colons &= colons - 1;
            }
        }
        for (at, _) in rest.iter().enumerate().filter(|(_, byte)| **byte == b':') {
            take((eights.len() * 8 + at) as u32);
        }
        take(text.len() as u32);
        Some(Line { text, places: self })
    }
}

impl<'a> Line<'a> {
    /// True where there are fields up to this one.
    pub fn has(&self, field: usize) -> bool {
        field < self.places.count
    }

    /// True where nothing is missing that every release of Grid Engine writes.
    pub fn is_whole(&self) -> bool {
        self.places.count >= LEAST
    }

    /// A field as it is.
    pub fn text(&self, field: usize) -> &'a [u8] {
        if field >= self.places.count {
            return &[];
        }
        let (start, end) = self.places.at[field];
        &self.text[start as usize..end as usize]
    }

    /// A field as a number of 32 bits without sign.
    pub fn word(&self, field: usize) -> u32 {
        number::word(self.text(field))
    }

    /// A field as a whole number.
    pub fn whole(&self, field: usize) -> i64 {
        number::whole(self.text(field))
    }

    /// A field as a real number.
    pub fn real(&self, field: usize) -> f64 {
        number::real(self.text(field))
    }

    /// True for the job itself, false for what a slave task of a parallel job used.
    pub fn is_master(&self) -> bool {
        self.text(field::PE_TASKID) == b"NONE"
    }
}

/// The highest bit of every byte that is a colon.
fn colons(eight: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let other = eight ^ 0x3a3a_3a3a_3a3a_3a3a;
    !(((other & LOW) + LOW) | other | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[u8] = include_bytes!("../../compat/captures/qacct/files/one");

    #[test]
    fn fields_are_found() {
        let mut places = Places::default();
        let line = places.find(ONE).expect("a record");
        assert_eq!((line.text(field::QNAME), line.text(field::CATEGORY)), (&b"all.q"[..], &b"NONE"[..]));
        assert_eq!((line.word(field::JOB_NUMBER), line.real(field::RU_UTIME), line.is_master()), (1, 1.5, true));
        assert_eq!(line.text(field::AR_SUBMISSION_TIME), b"0\n");
        assert_eq!(job_number(ONE), Some(1));
    }

    #[test]
    fn colons_next_to_each_other_are_one() {
        let text = String::from_utf8_lossy(ONE).replace(":job:", "::job:::");
        let mut places = Places::default();
        let line = format!(":{text}");
        assert_eq!(places.find(line.as_bytes()).expect("a record").text(field::JOB_NAME), b"job");
        assert_eq!(job_number(line.as_bytes()), Some(1));
    }

    #[test]
    fn the_job_number_is_the_same_with_and_without_finding_the_fields() {
        for file in [
            &include_bytes!("../../compat/captures/qacct/files/damaged")[..],
            include_bytes!("../../compat/captures/qacct/files/fields"),
            include_bytes!("../../compat/captures/qacct/files/many"),
        ] {
            for text in file.split_inclusive(|&byte| byte == b'\n') {
                let mut places = Places::default();
                let found = places.find(text).filter(|line| line.has(field::JOB_NUMBER)).map(|line| line.word(field::JOB_NUMBER));
                assert_eq!(found, job_number(text), "{}", String::from_utf8_lossy(text));
            }
        }
    }
}
