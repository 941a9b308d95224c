//! One mail for many: a pure function of what waits and what was sent. A job's first mails of a window leave at once, and so do its
//! owner's; what is more waits for a minute, and is then one mail. Each digest of a window waits twice as long as the one before,
//! so that a job that starts and fails for days tells of it ever less often.

use super::Mail;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Seconds that the first digest of a window waits for more.
const PAUSE: u64 = 60;
/// Lines of a digest; what is more is counted.
const LINES: usize = 500;

/// What was sent: one mail, or a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Seconds since 1970.
    pub at: u64,
    pub owner: String,
    /// Jobs, with how many of their events it told.
    pub jobs: Vec<(u64, usize)>,
    pub digest: bool,
}

/// The site's limits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub per_job: usize,
    pub per_owner: usize,
    /// Seconds.
    pub window: u64,
}

/// Mails that leave as one: positions in what waits. `held`: they were held back before, be it one alone.
#[derive(Debug, PartialEq, Eq)]
pub struct Parcel {
    pub mails: Vec<usize>,
    pub held: bool,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub struct Due {
    pub parcels: Vec<Parcel>,
    /// When the next is, in seconds since 1970, where one is held back.
    pub next: Option<u64>,
}

/// Decides. `is_ready`: its turn has come, after a failure.
pub fn due(waiting: &[Mail], is_ready: impl Fn(&Mail) -> bool, sent: &[Sent], limits: Limits, now: u64) -> Due {
    let recent: Vec<&Sent> = sent.iter().filter(|sent| sent.at + limits.window > now).collect();
    // Of a job its events count, of an owner the mails: one large array must not silence the owner's other jobs.
    let mut events: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    let mut digests: BTreeMap<(&str, u64), u32> = BTreeMap::new();
    let mut mails: BTreeMap<&str, usize> = BTreeMap::new();
    for sent in &recent {
        *mails.entry(&sent.owner).or_default() += 1;
        for (job, told) in &sent.jobs {
            *events.entry((&sent.owner, *job)).or_default() += told;
            *digests.entry((&sent.owner, *job)).or_default() += u32::from(sent.digest);
        }
    }
    let mut due = Due { parcels: Vec::new(), next: None };
    let mut held: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, mail) in waiting.iter().enumerate().filter(|(_, mail)| is_ready(mail)) {
        let of_job = events.entry((&mail.owner, mail.job)).or_default();
        let of_owner = mails.entry(&mail.owner).or_default();
        if *of_job < limits.per_job && *of_owner < limits.per_owner {
            due.parcels.push(Parcel { mails: vec![at], held: false });
            *of_owner += 1;
        } else {
            held.entry((&mail.owner, &mail.to)).or_default().push(at);
        }
        *of_job += 1;
    }
    for ((owner, _), positions) in held {
        let until = |at: &usize| {
            let before = digests.get(&(owner, waiting[*at].job)).copied().unwrap_or(0);
            waiting[*at].queued.saturating_add(PAUSE.saturating_mul(1 << before.min(16)).min(limits.window))
        };
        // Where one must leave, the others leave with it.
        match positions.iter().map(until).min() {
            Some(at) if at > now => due.next = Some(due.next.unwrap_or(u64::MAX).min(at)),
            _ => due.parcels.push(Parcel { mails: positions, held: true }),
        }
    }
    due
}

/// What is noted of mails that were sent as one.
pub fn noted(mails: &[&Mail], held: bool, now: u64) -> Sent {
    let mut jobs: BTreeMap<u64, usize> = BTreeMap::new();
    for mail in mails {
        *jobs.entry(mail.job).or_default() += 1;
    }
    let owner = mails.first().map_or_else(String::new, |mail| mail.owner.clone());
    Sent { at: now, owner, jobs: jobs.into_iter().collect(), digest: held }
}

/// Subject and body of a digest.
pub fn text(mails: &[&Mail]) -> (String, String) {
    let mut jobs: Vec<u64> = mails.iter().map(|mail| mail.job).collect();
    jobs.sort_unstable();
    jobs.dedup();
    let subject = match jobs[..] {
        [job] => format!("Job {job}: {} mails in one", mails.len()),
        _ => format!("{} jobs: {} mails in one", jobs.len(), mails.len()),
    };
    let mut body = format!("{subject}: there were too many to send each alone.\n\n");
    for mail in mails.iter().take(LINES) {
        let _ = writeln!(body, "{}", mail.line);
    }
    if mails.len() > LINES {
        let _ = writeln!(body, "and {} more", mails.len() - LINES);
    }
    (subject, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { per_job: 3, per_owner: 5, window: 3600 };

    fn mail(job: u64, number: usize, queued: u64) -> Mail {
        let key = format!("{job}.{number}");
        let line = format!("Job-array task {key} (n) Complete: exit status 1, failed 0");
        Mail { key, to: "bob@h".into(), subject: String::new(), body: String::new(), owner: "bob".into(), job, line, queued }
    }

    fn alone(at: usize) -> Parcel {
        Parcel { mails: vec![at], held: false }
    }

    #[test]
    fn the_first_leave_alone_and_the_rest_as_one() {
        let waiting: Vec<Mail> = (0..100).map(|number| mail(7, number, 1000)).collect();
        let first = due(&waiting, |_| true, &[], LIMITS, 1000);
        assert_eq!(first, Due { parcels: vec![alone(0), alone(1), alone(2)], next: Some(1060) });
        let sent: Vec<Sent> = waiting[..3].iter().map(|mail| noted(&[mail], false, 1000)).collect();
        let later = due(&waiting[3..], |_| true, &sent, LIMITS, 1060);
        assert_eq!(later, Due { parcels: vec![Parcel { mails: (0..97).collect(), held: true }], next: None });
        let (subject, body) = text(&waiting[3..].iter().collect::<Vec<_>>());
        assert_eq!(subject, "Job 7: 97 mails in one");
        assert_eq!(body.lines().nth(2), Some("Job-array task 7.3 (n) Complete: exit status 1, failed 0"));
    }

    /// What leaves of a job that tells something every so many seconds, for a day.
    fn of_a_day(every: u64) -> usize {
        let (mut waiting, mut sent, mut parcels) = (Vec::new(), Vec::new(), 0);
        for now in 0..24 * 3600 {
            if now % every == 0 {
                waiting.push(mail(7, now as usize, now));
            }
            let mut gone = Vec::new();
            for parcel in due(&waiting, |_| true, &sent, LIMITS, now).parcels {
                let mails: Vec<&Mail> = parcel.mails.iter().map(|at| &waiting[*at]).collect();
                sent.push(noted(&mails, parcel.held, now));
                gone.extend(parcel.mails);
                parcels += 1;
            }
            let mut at = 0;
            waiting.retain(|_| (!gone.contains(&at), at += 1).0);
            sent.retain(|sent: &Sent| sent.at + LIMITS.window > now);
        }
        parcels
    }

    #[test]
    fn a_flapping_job_tells_ever_less_often() {
        for every in [20, 100, 600] {
            let parcels = of_a_day(every);
            assert!((24..150).contains(&parcels), "{parcels} mails of an event every {every} s");
        }
    }

    #[test]
    fn an_owner_has_a_limit_too_and_others_do_not_feel_it() {
        let mut waiting: Vec<Mail> = (0..8).map(|job| mail(job, 0, 1000)).collect();
        waiting.push(Mail { owner: "alice".into(), ..mail(99, 0, 1000) });
        let first = due(&waiting, |_| true, &[], LIMITS, 1000);
        assert_eq!(first.parcels, [0, 1, 2, 3, 4, 8].map(alone));
        let parcel: Vec<&Mail> = waiting[5..8].iter().collect();
        assert_eq!(text(&parcel).0, "3 jobs: 3 mails in one");
        assert_eq!(due(&waiting, |mail| mail.job == 99, &[], LIMITS, 1000), Due { parcels: vec![alone(8)], next: None });
    }

    #[test]
    fn a_large_array_does_not_silence_its_owners_other_jobs() {
        let mut waiting: Vec<Mail> = (0..100).map(|number| mail(7, number, 1000)).collect();
        waiting.push(mail(8, 0, 1000));
        let first = due(&waiting, |_| true, &[], LIMITS, 1000);
        assert_eq!(first.parcels, [0, 1, 2, 100].map(alone));
        let digest = Sent { at: 1060, owner: "bob".into(), jobs: vec![(7, 97)], digest: true };
        let another: Vec<Mail> = (0..10).map(|number| mail(9, number, 1100)).collect();
        assert_eq!(due(&another, |_| true, &[digest], LIMITS, 1100).next, Some(1160));
    }

    #[test]
    fn a_long_digest_counts_what_it_leaves_out() {
        let waiting: Vec<Mail> = (0..LINES + 3).map(|number| mail(7, number, 0)).collect();
        assert!(text(&waiting.iter().collect::<Vec<_>>()).1.ends_with("\nand 3 more\n"));
    }
}
