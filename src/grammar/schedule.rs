//! When an entry of a crontab is due: five fields, or a word behind `@`, as Debian's cron reads them
//! (compat/captures/crontab/tables.jsonl).

use super::Malformed;

/// The minutes, hours and days of an entry; each set has a bit for each number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    pub minutes: u64,
    pub hours: u32,
    pub days: u32,
    pub months: u16,
    /// Sunday is 0, and 7 is put there too.
    pub weekdays: u8,
    /// Any day of the month, or of the week: these fields began with a star.
    pub any_day: bool,
    pub any_weekday: bool,
    /// Minute or hour began with a star: the clock's jumps do not matter to it.
    pub is_wild: bool,
}

/// Numbers of a time of day and its date; months from 1, Sunday 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    pub minute: u32,
    pub hour: u32,
    pub day: u32,
    pub month: u32,
    pub weekday: u32,
}

impl Schedule {
    /// True of a day on which it may be due. With a star in either day field both must hold, else one is enough.
    pub fn is_on(&self, clock: &Clock) -> bool {
        let (day, weekday) = (self.days >> clock.day & 1 == 1, self.weekdays >> clock.weekday & 1 == 1);
        let is_day = if self.any_day || self.any_weekday { day && weekday } else { day || weekday };
        self.months >> clock.month & 1 == 1 && is_day
    }

    /// True in an hour in which it may be due, whatever the day.
    pub fn is_in_hour(&self, hour: u32) -> bool {
        self.hours >> hour & 1 == 1
    }

    /// True in a minute in which it is due.
    pub fn matches(&self, clock: &Clock) -> bool {
        self.minutes >> clock.minute & 1 == 1 && self.is_in_hour(clock.hour) && self.is_on(clock)
    }

    /// The schedule behind an `@`, but for `reboot`.
    ///
    /// # Errors
    /// No such word; upper case is none either.
    pub fn named(word: &str) -> Result<Schedule, Malformed> {
        let text = match word {
            "yearly" | "annually" => "0 0 1 1 *",
            "monthly" => "0 0 1 * *",
            "weekly" => "0 0 * * 0",
            "daily" | "midnight" => "0 0 * * *",
            "hourly" => "0 * * * *",
            _ => return Err(Malformed),
        };
        let mut at = 0;
        Schedule::read(text.as_bytes(), &mut at).map_err(|_| Malformed)
    }

    /// Reads the five fields at `at` and goes behind them and the blanks there.
    ///
    /// # Errors
    /// The field that is wrong, as cron names it; `at` is there.
    pub fn read(text: &[u8], at: &mut usize) -> Result<Schedule, &'static str> {
        let mut sets = [0u64; 5];
        let mut stars = [false; 5];
        for (number, field) in FIELDS.iter().enumerate() {
            stars[number] = text.get(*at) == Some(&b'*');
            sets[number] = field.list(text, at).ok_or(field.mistake)?;
            // Whatever else is in the field is passed over, as cron does: 1.5 is 1.
            *at += text[*at..].iter().take_while(|byte| !is_blank(**byte)).count();
            *at += text[*at..].iter().take_while(|byte| is_blank(**byte)).count();
        }
        let sundays = 1 | 1 << 7;
        if sets[4] & sundays != 0 {
            sets[4] |= sundays;
        }
        Ok(Schedule {
            minutes: sets[0],
            hours: sets[1] as u32,
            days: sets[2] as u32,
            months: sets[3] as u16,
            weekdays: sets[4] as u8,
            any_day: stars[2],
            any_weekday: stars[4],
            is_wild: stars[0] || stars[1],
        })
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// One of the five.
struct Field {
    least: u32,
    most: u32,
    /// Names of numbers from `least` on.
    names: &'static [&'static str],
    mistake: &'static str,
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FIELDS: [Field; 5] = [
    Field { least: 0, most: 59, names: &[], mistake: "bad minute" },
    Field { least: 0, most: 23, names: &[], mistake: "bad hour" },
    Field { least: 1, most: 31, names: &[], mistake: "bad day-of-month" },
    Field { least: 1, most: 12, names: MONTHS, mistake: "bad month" },
    Field { least: 0, most: 7, names: WEEKDAYS, mistake: "bad day-of-week" },
];

impl Field {
    /// Ranges behind commas.
    fn list(&self, text: &[u8], at: &mut usize) -> Option<u64> {
        let mut set = 0;
        loop {
            set |= self.range(text, at)?;
            if text.get(*at) != Some(&b',') {
                return Some(set);
            }
            *at += 1;
        }
    }

    /// `*`, `N` or `N-N`, and behind the first and the last of these `/N`.
    fn range(&self, text: &[u8], at: &mut usize) -> Option<u64> {
        let (first, last) = if text.get(*at) == Some(&b'*') {
            *at += 1;
            (self.least, self.most)
        } else {
            let first = self.number(text, at, self.names)?;
            match text.get(*at) {
                Some(b'-') => {
                    *at += 1;
                    (first, self.number(text, at, self.names)?)
                }
                Some(b'/') => return None,
                _ => (first, first),
            }
        };
        let mut step = 1;
        if text.get(*at) == Some(&b'/') {
            *at += 1;
            let begun = *at;
            step = self.digits(text, at)?;
            if step == 0 {
                *at = begun;
                return None;
            }
        }
        // A range that ends before it begins holds nothing.
        Some((first..=last).step_by(step as usize).fold(0, |set, number| set | 1 << number))
    }

    /// A number or a name, within the field's bounds.
    fn number(&self, text: &[u8], at: &mut usize, names: &[&str]) -> Option<u32> {
        let word = word(text, *at);
        let named = || {
            let place = names.iter().position(|name| word.eq_ignore_ascii_case(name.as_bytes()))?;
            Some(self.least + place as u32)
        };
        let number = if word.iter().all(u8::is_ascii_digit) { digits(word) } else { named() };
        let number = number.filter(|number| (self.least..=self.most).contains(number))?;
        *at += word.len();
        Some(number)
    }

    fn digits(&self, text: &[u8], at: &mut usize) -> Option<u32> {
        let word = word(text, *at);
        let number = digits(word)?;
        *at += word.len();
        Some(number)
    }
}

/// Letters and digits.
fn word(text: &[u8], at: usize) -> &[u8] {
    let rest = &text[at.min(text.len())..];
    &rest[..rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()]
}

fn digits(word: &[u8]) -> Option<u32> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Schedule, (&'static str, usize)> {
        let mut at = 0;
        Schedule::read(text.as_bytes(), &mut at).map_err(|mistake| (mistake, at))
    }

    fn set(numbers: &[u32]) -> u64 {
        numbers.iter().fold(0, |set, number| set | 1 << number)
    }

    #[test]
    fn fields_are_lists_of_ranges() {
        let schedule = read("1-5,30,*/20 22-2 1,31 jan,Mar-apr mon-fri").expect("a schedule");
        assert_eq!(schedule.minutes, set(&[1, 2, 3, 4, 5, 30, 0, 20, 40]));
        assert_eq!((schedule.hours, schedule.months), (0, set(&[1, 3, 4]) as u16));
        assert_eq!((schedule.days, schedule.weekdays), (set(&[1, 31]) as u32, 0b11_1110));
        assert_eq!(read("* * * * 7").expect("a schedule").weekdays, 0b1000_0001);
        assert_eq!(read("* * * * 5-7").expect("a schedule").weekdays, 0b1110_0001);
        assert_eq!(read("*/90 * * * *").expect("a schedule").minutes, 1);
    }

    #[test]
    fn what_follows_a_range_in_its_field_is_passed_over() {
        for (odd, plain) in [("1.5", "1"), ("1-2-70", "1-2"), ("*5", "*"), ("5*", "5"), ("*x/5", "*"), ("1;70", "1"), ("0~30", "0")] {
            assert_eq!(read(&format!("{odd} * * * *")), read(&format!("{plain} * * * *")).map(|plain| Schedule { ..plain }), "{odd}");
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (text, mistake, at) in [
            ("60 * * * *", "bad minute", 0),
            ("3/4 * * * *", "bad minute", 1),
            ("*/0 * * * *", "bad minute", 2),
            ("1,,2 * * * *", "bad minute", 2),
            ("1x * * * *", "bad minute", 0),
            ("70-2 * * * *", "bad minute", 0),
            ("0 24 * * *", "bad hour", 2),
            ("0 0 ? * *", "bad day-of-month", 4),
            ("0 0 1 january *", "bad month", 6),
            ("0 0 * * 8", "bad day-of-week", 8),
            ("1 2 3 4 ", "bad day-of-week", 8),
        ] {
            assert_eq!(read(text), Err((mistake, at)), "{text}");
        }
    }

    #[test]
    fn a_star_in_either_day_field_makes_both_count() {
        // Friday the 13th.
        let clock = |day, weekday| Clock { minute: 0, hour: 0, day, month: 3, weekday };
        let either = read("0 0 13 * 5").expect("a schedule");
        assert!(either.matches(&clock(13, 1)) && either.matches(&clock(6, 5)) && !either.matches(&clock(6, 1)));
        let both = read("0 0 */2 * 5").expect("a schedule");
        assert!(both.matches(&clock(13, 5)) && !both.matches(&clock(6, 5)) && !both.matches(&clock(13, 1)));
    }
}
