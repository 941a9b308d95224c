//! `-pe` and `-masterq`.

use super::queues;
use crate::error::{Error, Result};
use crate::grammar::{name, pattern, slots};
use crate::job::Job;
use crate::site::{ParallelEnvironment, Site};

/// Checks the parallel environment and the master's queues, and stores the range as the master does.
///
/// # Errors
/// What the master refuses, in its words.
pub fn check(job: &mut Job, site: &Site) -> Result<()> {
    let masters = queues::known(&mut job.master_queues, site);
    let Some((pe, stretches)) = &mut job.pe else {
        if job.master_queues.is_empty() {
            return Ok(());
        }
        let text = "job rejected: specification of master queue is not allowed for non-parallel jobs";
        return Err(Error::Rejected(match masters {
            Err(Error::Rejected(unknown)) => format!("{text}\n{unknown}"),
            _ => text.into(),
        }));
    };
    masters?;
    name::object(pe, true).map_err(Error::Rejected)?;
    if !is_known(pe, site) {
        return Err(Error::Rejected(format!("job rejected: the requested parallel environment \"{pe}\" does not exist")));
    }
    *stretches = slots::joined(stretches);
    job.slots = least(stretches)?;
    if stretches.len() > 1 || stretches.iter().any(|(low, high)| low != high) {
        let (range, least) = (slots::ids(stretches), job.slots);
        job.approximated.push(format!("-pe {pe} {range}: on Kubernetes it runs with the smallest number of slots, {least}"));
    }
    Ok(())
}

/// True where the name or pattern is one of the site's environments.
pub fn is_known(name: &str, site: &Site) -> bool {
    site.parallel_environments.iter().any(|known| pattern::matches(name, &known.name))
}

/// The smallest number of slots.
///
/// # Errors
/// It is 0.
pub fn least(stretches: &[slots::Stretch]) -> Result<u32> {
    match stretches.iter().map(|(low, _)| *low).min() {
        Some(0) | None => Err(Error::Rejected("\"job\" rejected: pe range must be greater than zero".into())),
        Some(least) => Ok(least),
    }
}

/// Decides which environment a pattern becomes: the first by name that a queue of the job's offers.
pub fn grant(job: &mut Job, site: &Site) {
    let Some((asked, _)) = &job.pe else {
        job.granted_pe = None;
        return;
    };
    let is_offered = |name: &str| {
        let mut queues = job.queues.iter().filter_map(|queue| site.queue(queue));
        queues.any(|queue| site.pes_of(queue).iter().any(|pe| pe.name == name))
    };
    let offered = |pe: &&ParallelEnvironment| pattern::matches(asked, &pe.name) && is_offered(&pe.name);
    let granted = site.parallel_environments.iter().filter(offered).map(|pe| &pe.name).min();
    job.granted_pe = granted.cloned();
}
