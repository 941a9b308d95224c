//! Times of `-a`, `-dl` and qacct: `[[CC]YY]MMDDhhmm[.SS]`, in the local time zone (tests/compliance/qsub_start_time.rs,
//! compat/captures/qacct/transcripts/dates.txt).

use super::number;
use chrono::{DateTime, Datelike, Days, Local, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};

/// A time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// `None`: the year it is.
    pub year: Option<i32>,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    /// `.-4` is four seconds before the minute.
    pub second: i32,
}

/// Parses a time.
///
/// # Errors
/// Grid Engine's sentence, which it prints on a line of its own before the option's.
pub fn parse(text: &str) -> Result<Date, &'static str> {
    if text.is_empty() {
        return Err("no date specified");
    }
    // What follows a second point is nothing.
    let mut parts = text.split('.').map(str::as_bytes).skip_while(|part| part.is_empty());
    let digits = parts.next().unwrap_or(&[]);
    let second = match parts.find(|part| !part.is_empty()) {
        None => 0,
        Some(word) if word.len() != 2 => return Err("Invalid format of seconds field."),
        Some(word) => number::whole(word) as i32,
    };
    let year_length = match digits.len() {
        8 => 0,
        10 => 2,
        12 => 4,
        _ => return Err("Invalid format of date/hour-minute field."),
    };
    // Each field is read on its own, as atoi does it: `0x` is 0, and a sign counts as a digit's place.
    let field = |from: usize, length: usize| number::whole(&digits[from..from + length]) as i32;
    let year = match year_length {
        0 => None,
        2 => Some(field(0, 2)).map(|short| if short < 70 { 2000 + short } else { 1900 + short }),
        _ => Some(field(0, 4)),
    };
    let [month, day, hour, minute] = [0, 2, 4, 6].map(|at| field(year_length + at, 2));
    for (value, least, most, complaint) in [
        (month, 1, 12, "Invalid month specification."),
        (day, 1, 31, "Invalid day specification."),
        (hour, 0, 23, "Invalid hour specification."),
        (minute, 0, 59, "Invalid minute specification."),
        (second, -9, 59, "Invalid seconds specification."),
    ] {
        if !(least..=most).contains(&value) {
            return Err(complaint);
        }
    }
    let [month, day, hour, minute] = [month, day, hour, minute].map(i32::unsigned_abs);
    let date = Date { year, month, day, hour, minute, second };
    date.since_1970(Local::now()).map(|_| date)
}

impl Date {
    /// Seconds since 1970, not below 0; days beyond a month's last run on into the next. `now` gives the year where none was said.
    pub fn seconds(&self, now: DateTime<Local>) -> i64 {
        self.since_1970(now).unwrap_or(0)
    }

    /// The same.
    ///
    /// # Errors
    /// Grid Engine's sentence for a time before 1970.
    pub fn since_1970(&self, now: DateTime<Local>) -> Result<i64, &'static str> {
        let first = NaiveDate::from_ymd_opt(self.year.unwrap_or_else(|| now.year()), self.month, 1);
        let day = first.and_then(|first| first.checked_add_days(Days::new(u64::from(self.day) - 1)));
        let time = day.and_then(|day| day.and_hms_opt(self.hour, self.minute, 0));
        let seconds = time.map(|time| mktime(time + TimeDelta::seconds(self.second.into())));
        seconds.filter(|seconds| *seconds >= 0).ok_or("Couldn't generate date from input. Perhaps a date before 1970 was specified.")
    }
}

/// A local time as C's mktime takes it. Of a time that is there twice it finds the one nearer to the same time in UTC; one that a
/// change to summer time leaves out is the one an hour later (compat/captures/qacct/transcripts/dates.txt).
fn mktime(time: NaiveDateTime) -> i64 {
    let wanted = time.and_utc().timestamp();
    let offset = |at: i64| {
        let at = DateTime::from_timestamp(at, 0).map_or(time, |at| at.naive_utc());
        i64::from(Local.offset_from_utc_datetime(&at).fix().local_minus_utc())
    };
    let try_again = |found: i64| wanted - offset(found);
    let first = try_again(wanted);
    let second = try_again(first);
    let third = try_again(second);
    // Without end it goes to and fro where there is no such time.
    if second == first || third == second { second } else { second.max(third) }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(year) = self.year {
            write!(f, "{year:04}")?;
        }
        write!(f, "{:02}{:02}{:02}{:02}.{:02}", self.month, self.day, self.hour, self.minute, self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_are_times() {
        let of = |text| parse(text).expect("a time");
        assert_eq!(of("12312359"), Date { year: None, month: 12, day: 31, hour: 23, minute: 59, second: 0 });
        assert_eq!((of("2612312359.30").year, of("2612312359.30").second), (Some(2026), 30));
        assert_eq!(of("7001010000").year, Some(1970));
        let again = of("202612312359").to_string();
        assert_eq!(of("202612312359"), of(&again));
        let now = Local.with_ymd_and_hms(2026, 11, 26, 8, 0, 0).single().expect("a time");
        let slashes = |text| Local.timestamp_opt(of(text).seconds(now), 0).single().expect("a time").format("%m/%d/%Y %H:%M").to_string();
        assert_eq!(slashes("02300000"), "03/02/2026 00:00");
        assert_eq!(slashes("203801190315"), "01/19/2038 03:15");
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        for (text, sentence) in [
            ("", "no date specified"),
            ("x", "Invalid format of date/hour-minute field."),
            ("2359", "Invalid format of date/hour-minute field."),
            ("13010000", "Invalid month specification."),
            ("12322359", "Invalid day specification."),
            ("12312400", "Invalid hour specification."),
            ("12310060", "Invalid minute specification."),
            ("12312359.61", "Invalid seconds specification."),
            ("01010000.5", "Invalid format of seconds field."),
            ("äöü01", "Invalid month specification."),
            ("äöü0", "Invalid format of date/hour-minute field."),
        ] {
            assert_eq!(parse(text), Err(sentence), "{text}");
        }
    }
}
