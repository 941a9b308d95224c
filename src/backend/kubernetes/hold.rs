//! The user hold of a job that has not started: one of the kinds in the Job's hold annotation, for as long as which the Job is
//! suspended. A started Job is left alone, since suspending it would kill its pods.

use super::client::{Api, Failure, MERGE};
use super::objects;
use super::seen::SeenJob;
use crate::job::JobStatus;
use serde_json::{Value, json};

/// Sets the hold or takes it; false where it was so already.
///
/// # Errors
/// See `Failure`; setting it on a job that has started.
pub async fn user(api: &Api, namespace: &str, job: &JobStatus, held: bool) -> Result<bool, Failure> {
    let path = objects::job_path(namespace, &objects::name(job.id));
    let mut tries = 0;
    loop {
        let seen: SeenJob = match api.get(&path).await {
            Err(failure) if failure.is_not_found() => return Ok(false),
            seen => seen?,
        };
        let now = seen.metadata.annotations.hold.as_deref().unwrap_or("");
        let Some(left) = changed(now, held) else { return Ok(false) };
        let has_started = seen.status.active > 0 || job.tasks.iter().any(|tasks| tasks.state.is_running());
        if held && has_started {
            return Err(Failure::Setup(format!("job {} has started: holding it is not possible yet", job.id)));
        }
        let mut kept = job.job.clone();
        kept.hold = held;
        kept.env.clear();
        let note = serde_json::to_string(&kept).map_err(|error| Failure::Setup(error.to_string()))?;
        let change = json!({
            "metadata": {
                "resourceVersion": seen.metadata.resource_version,
                "annotations": { objects::HOLD: if left.is_empty() { Value::Null } else { left.clone().into() }, objects::JOB: note },
            },
            "spec": { "suspend": !left.is_empty() },
        });
        match api.patch::<Value>(&path, MERGE, &change).await {
            Err(failure) if failure.is_conflict() && tries < 8 => tries += 1,
            Err(failure) => return Err(failure),
            Ok(_) => return Ok(true),
        }
    }
}

/// The kinds of hold after the change; `None` where nothing changes.
fn changed(now: &str, held: bool) -> Option<String> {
    let kinds: Vec<&str> = now.split(',').filter(|kind| !kind.is_empty()).collect();
    if kinds.contains(&"user") == held {
        return None;
    }
    let others = kinds.into_iter().filter(|kind| *kind != "user");
    Some(if held { std::iter::once("user").chain(others).collect::<Vec<_>>() } else { others.collect() }.join(","))
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn other_kinds_of_hold_stay() {
        assert_eq!(changed("", true).as_deref(), Some("user"));
        assert_eq!(changed("jid", true).as_deref(), Some("user,jid"));
        assert_eq!(changed("user,jid", false).as_deref(), Some("jid"));
        assert_eq!(changed("user", false).as_deref(), Some(""));
        assert_eq!(changed("user", true), None);
        assert_eq!(changed("jid", false), None);
    }
}
