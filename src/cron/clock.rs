//! From a schedule to the minutes in which it is due, in a time zone. Debian's cron on the days when the clock is changed: what
//! names minute and hour is made up for when its time is left out, and not done again when its time comes twice; what has a star
//! in either goes by the clock. Minutes count from 1970, UTC.

use crate::grammar::schedule::{Clock, Schedule};
use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;

/// The longest that a date may have to be waited for: 29 February, over 2100.
const LONGEST: i64 = 9 * 366 * 24 * 60;
/// A change of the clock; what is more is a new time.
const CHANGE: i64 = 180;

/// The zone's own time, in minutes since 1970.
fn local(zone: Tz, minute: i64) -> i64 {
    let Some(at) = DateTime::from_timestamp(minute * 60, 0) else { return minute };
    minute + i64::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc() / 60)
}

fn naive(local: i64) -> NaiveDateTime {
    DateTime::from_timestamp(local * 60, 0).unwrap_or_default().naive_utc()
}

fn clock(local: i64) -> Clock {
    let at = naive(local);
    Clock { minute: at.minute(), hour: at.hour(), day: at.day(), month: at.month(), weekday: at.weekday().num_days_from_sunday() }
}

/// How often it is due in this minute: once or not at all, but for what a change of the clock left out.
pub fn due(schedule: &Schedule, zone: Tz, minute: i64) -> usize {
    let here = local(zone, minute);
    if schedule.is_wild {
        return usize::from(schedule.matches(&clock(here)));
    }
    let before = local(zone, minute - 1);
    let left_out = here - before - 1;
    if (1..CHANGE).contains(&left_out) {
        return (before + 1..=here).filter(|local| schedule.matches(&clock(*local))).count();
    }
    let is_second = match zone.from_local_datetime(&naive(here)) {
        LocalResult::Ambiguous(first, _) => first.timestamp() / 60 < minute && minute - first.timestamp() / 60 < CHANGE,
        _ => false,
    };
    usize::from(!is_second && schedule.matches(&clock(here)))
}

/// The first minute behind `after` in which it is due; `None`: never.
pub fn next(schedule: &Schedule, zone: Tz, after: i64) -> Option<i64> {
    first(schedule, zone, after, after + LONGEST)
}

/// The same, up to `until`.
fn first(schedule: &Schedule, zone: Tz, after: i64, until: i64) -> Option<i64> {
    // A range that ends before it begins.
    if schedule.minutes == 0 || schedule.hours == 0 || schedule.months == 0 {
        return None;
    }
    let mut minute = after + 1;
    while minute <= until {
        if due(schedule, zone, minute) > 0 {
            return Some(minute);
        }
        let here = clock(local(zone, minute));
        // Hour by hour, so that no change of the clock is passed over.
        minute += if schedule.is_on(&here) && schedule.is_in_hour(here.hour) { 1 } else { i64::from(60 - here.minute) };
    }
    None
}

/// The last minute behind `after`, up to `until`, in which it was due.
pub fn last(schedule: &Schedule, zone: Tz, after: i64, until: i64) -> Option<i64> {
    first(schedule, zone, after, until)?;
    (after + 1..=until).rev().find(|minute| due(schedule, zone, *minute) > 0)
}

/// The zone of this machine.
pub fn zone_here() -> Tz {
    let named = || std::env::var("TZ").ok().filter(|zone| !zone.is_empty()).or_else(|| iana_time_zone::get_timezone().ok());
    named().and_then(|zone| zone.trim_start_matches(':').parse().ok()).unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(text: &str) -> Schedule {
        Schedule::read(text.as_bytes(), &mut 0).expect("a schedule")
    }

    fn minute(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).expect("a time").timestamp() / 60
    }

    /// The local times at which it is due between two times, in Berlin.
    fn due_between(text: &str, from: &str, until: &str) -> Vec<String> {
        let (schedule, zone) = (schedule(text), Tz::Europe__Berlin);
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).expect("a time").with_timezone(&zone).format("%H:%M%z").to_string();
        (minute(from)..minute(until)).flat_map(|minute| vec![at(minute); due(&schedule, zone, minute)]).collect()
    }

    #[test]
    fn what_the_clock_leaves_out_is_made_up_for() {
        // 2026-03-29, 01:00 UTC: 02:00 becomes 03:00.
        let day = |text| due_between(text, "2026-03-29T00:30:00Z", "2026-03-29T02:30:00Z");
        assert_eq!(day("30 2 * * *"), ["03:00+0200"]);
        assert_eq!(day("0,30 2 * * *"), ["03:00+0200", "03:00+0200"]);
        assert_eq!(day("0 3 * * *"), ["03:00+0200"]);
        assert_eq!(day("30 * * * *"), ["01:30+0100", "03:30+0200"]);
        assert_eq!(day("*/30 2 * * *"), [""; 0]);
        assert_eq!(next(&schedule("30 2 * * *"), Tz::Europe__Berlin, minute("2026-03-28T12:00:00Z")), Some(minute("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn what_comes_twice_is_done_once() {
        // 2026-10-25, 01:00 UTC: 03:00 becomes 02:00.
        let day = |text| due_between(text, "2026-10-25T00:00:00Z", "2026-10-25T02:30:00Z");
        assert_eq!(day("30 2 * * *"), ["02:30+0200"]);
        assert_eq!(day("30 * * * *"), ["02:30+0200", "02:30+0100"]);
        assert_eq!(day("*/30 2 * * *"), ["02:00+0200", "02:30+0200", "02:00+0100", "02:30+0100"]);
        assert_eq!(day("0 3 * * *"), ["03:00+0100"]);
    }

    #[test]
    fn the_last_missed_one_is_found_and_what_never_comes_is_not() {
        let (zone, from) = (Tz::UTC, minute("2026-11-27T00:00:00Z"));
        assert_eq!(last(&schedule("*/5 * * * *"), zone, from, from + 17), Some(from + 15));
        assert_eq!(last(&schedule("0 0 * * *"), zone, from, from + 600), None);
        assert_eq!(next(&schedule("0 0 30 2 *"), zone, from), None);
        assert_eq!(next(&schedule("22-2 * * * *"), zone, from), None);
        assert_eq!(next(&schedule("0 0 29 2 *"), zone, from), Some(minute("2028-02-29T00:00:00Z")));
    }
}
