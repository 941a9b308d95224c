//! The minutes in which schedules are due, against a library that others trust: ten thousand schedules, ten years.

use chrono::{DateTime, Utc};
use croner::Cron;
use gridshim::cron::clock;
use gridshim::grammar::schedule::Schedule;
use std::str::FromStr;

/// xorshift: the same schedules in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn field(&mut self, least: u64, most: u64) -> String {
        let span = most - least + 1;
        let number = |random: &mut Random| least + random.below(span);
        match self.below(8) {
            0..=2 => "*".into(),
            3 => format!("*/{}", 1 + self.below(span)),
            4 => number(self).to_string(),
            5 => {
                let (a, b) = (number(self), number(self));
                format!("{}-{}", a.min(b), a.max(b))
            }
            6 => {
                let (a, b) = (number(self), number(self));
                format!("{}-{}/{}", a.min(b), a.max(b), 1 + self.below(span))
            }
            _ => (0..1 + self.below(4)).map(|_| number(self).to_string()).collect::<Vec<_>>().join(","),
        }
    }

    fn schedule(&mut self) -> [String; 5] {
        let mut fields = [self.field(0, 59), self.field(0, 23), self.field(1, 31), self.field(1, 12), self.field(0, 6)];
        // A day field with a star and a step is any day to cron when it comes to the rule of both, and none to the library.
        for at in [2, 4] {
            if fields[at].starts_with("*/") && fields[6 - at] != "*" {
                fields[at] = "*".into();
            }
        }
        fields
    }
}

#[test]
fn schedules_are_due_when_a_trusted_library_says() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let begin = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").expect("a time").timestamp() / 60;
    let ten_years = 10 * 365 * 24 * 60 + 3 * 24 * 60;
    let (mut never, mut compared) = (0, 0);
    for _ in 0..10_000 {
        let text = random.schedule().join(" ");
        let ours = Schedule::read(text.as_bytes(), &mut 0).expect("a schedule");
        let theirs = Cron::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut minute = begin + random.below(ten_years as u64) as i64;
        for _ in 0..1 {
            let at: DateTime<Utc> = DateTime::from_timestamp(minute * 60, 0).expect("a time");
            let expected = theirs.find_next_occurrence(&at, false).ok().map(|time| time.timestamp() / 60);
            let found = clock::next(&ours, chrono_tz::Tz::UTC, minute);
            assert_eq!(found, expected, "{text} behind {at}");
            compared += 1;
            let Some(next) = found else {
                never += 1;
                break;
            };
            minute = next;
        }
    }
    assert!(compared > 9_900 && never < 1000, "{compared} {never}");
}
