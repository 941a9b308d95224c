//! Reading many Jobs at once, which is what `qstat` waits for. A list costs the API server time by its bytes, and half of a Job's are
//! its pod template and its status: first only the metadata is read, and then the whole of those alone some of whose tasks have
//! ended. No pages: the API server is four times slower with the second one than with all at once.
//!
//! ```text
//! GET jobs                                metadata only: all that is to be known of most
//! GET jobs?labelSelector=job-id in (…)    whole: those whose status tells more
//! ```

use super::client::{Api, Failure, query};
use super::objects;
use super::observe;
use super::seen::{JOB_NAME, SeenJob, SeenPod};
use super::wire::Unended;

/// With more whole Jobs than this to be asked for by number, all are read whole.
const MOST_BY_NUMBER: usize = 1000;
/// Numbers or names in one request, so that its path stays below 8 KiB.
const AT_ONCE: usize = 400;

/// All of gridshim's Jobs at a path, in no order. Consistent: no Job is missing that was there when it was called.
///
/// # Errors
/// See `Failure`.
pub async fn jobs(api: &Api, path: &str) -> Result<Vec<SeenJob>, Failure> {
    let all = format!("{path}{}", query(&[("labelSelector", objects::OURS)]));
    let (mut jobs, mut whole) = (Vec::new(), Vec::new());
    for Unended { name, metadata } in api.list(&all).await?.items {
        match (metadata, name.strip_prefix(objects::PREFIX)) {
            (Some(metadata), _) => jobs.push(observe::unended(metadata)),
            (None, Some(id)) => whole.push(id.to_string()),
            (None, None) => {}
        }
    }
    if whole.len() > MOST_BY_NUMBER {
        return Ok(api.list(&all).await?.items);
    }
    jobs.extend(by_number(api, path, &whole).await?);
    Ok(jobs)
}

/// The Jobs of these ids.
///
/// # Errors
/// See `Failure`.
pub async fn by_number(api: &Api, path: &str, ids: &[String]) -> Result<Vec<SeenJob>, Failure> {
    let mut jobs = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let selector = format!("{},{} in ({})", objects::OURS, objects::ID_LABEL, ids.join(","));
        jobs.extend(api.list(&format!("{path}{}", query(&[("labelSelector", &selector)]))).await?.items);
    }
    Ok(jobs)
}

/// The pods of a Job.
///
/// # Errors
/// See `Failure`.
pub async fn pods(api: &Api, namespace: &str, name: &str) -> Result<Vec<SeenPod>, Failure> {
    let selector = format!("{JOB_NAME}={name}");
    Ok(api.list(&format!("{}{}", objects::pods(namespace), query(&[("labelSelector", &selector)]))).await?.items)
}

/// The pods of these Jobs as the API server remembers them, some milliseconds ago: what is shown needs no more. A consistent read
/// waits up to a tenth of a second until etcd has told that nothing is missing, whenever something else was written just now.
///
/// # Errors
/// See `Failure`.
pub async fn remembered_pods(api: &Api, namespace: &str, names: &[String]) -> Result<Vec<SeenPod>, Failure> {
    let mut pods = Vec::new();
    for names in names.chunks(AT_ONCE) {
        pods.extend(remembered(api, &objects::pods(namespace), &format!("{JOB_NAME} in ({})", names.join(","))).await?);
    }
    Ok(pods)
}

/// All of gridshim's pods at a path, as the API server remembers them.
///
/// # Errors
/// See `Failure`.
pub async fn all_remembered_pods(api: &Api, path: &str) -> Result<Vec<SeenPod>, Failure> {
    remembered(api, path, objects::OURS).await
}

async fn remembered(api: &Api, path: &str, selector: &str) -> Result<Vec<SeenPod>, Failure> {
    Ok(api.list(&format!("{path}{}", query(&[("labelSelector", selector), ("resourceVersion", "0")]))).await?.items)
}
