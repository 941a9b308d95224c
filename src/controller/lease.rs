//! One controller at a time: the Lease `gridshim-controller`, as other controllers of Kubernetes hold theirs. Whoever cannot renew
//! it in time stops before another may take it. Clocks of other hosts are not believed: a Lease is old once it has not changed
//! for its whole time by our own clock.

use crate::backend::kubernetes::client::{Api, Failure, MERGE};
use chrono::{SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long others wait for a holder that has gone silent.
const DURATION: Duration = Duration::from_secs(15);
/// A holder that could not renew for so long stops.
const DEADLINE: Duration = Duration::from_secs(10);
/// Between two looks, and between two renewals.
const PAUSE: Duration = Duration::from_secs(2);
const NAME: &str = "gridshim-controller";
/// Where the controller runs, and its Lease is.
const NAMESPACE: &str = "gridshim-system";

/// What is read of a Lease.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Seen {
    metadata: Meta,
    spec: Spec,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Meta {
    resource_version: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    holder_identity: Option<String>,
    lease_duration_seconds: Option<u64>,
    lease_transitions: Option<u64>,
    renew_time: Option<String>,
}

impl Seen {
    fn holder(&self) -> &str {
        self.spec.holder_identity.as_deref().unwrap_or("")
    }
}

/// The Lease, held or not.
pub struct Lease {
    api: Api,
    holder: String,
    /// As last read, and since when it is so.
    seen: Option<(Seen, Instant)>,
    /// When the last renewal that got through was sent.
    renewed: Option<Instant>,
    /// When whoever had it before renewed it last, by their clock.
    before: Option<String>,
}

impl Lease {
    /// `holder`: the pod's name. A process that comes again under the same name takes its own Lease up at once; that the one before
    /// is dead the accounting file's lock says.
    pub fn new(api: &Api, holder: String) -> Lease {
        Lease { api: api.clone(), holder, seen: None, renewed: None, before: None }
    }

    /// Waits until it is ours.
    pub async fn acquire(&mut self) {
        let mut told = String::new();
        self.renewed = None;
        loop {
            match self.attempt().await {
                Ok(true) => {
                    tracing::info!(holder = self.holder, "holds the lease");
                    return;
                }
                Ok(false) => {
                    let holder = self.seen.as_ref().map_or("", |(seen, _)| seen.holder());
                    if told != holder {
                        tracing::info!(holder, "another controller is at work: waiting for its lease");
                        told = holder.into();
                    }
                }
                Err(failure) => tracing::warn!(%failure, "cannot read the lease"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Until when a controller was at work before this one took the lease, in seconds since 1970; `None`: none ever was.
    pub fn at_work_until(&self) -> Option<i64> {
        chrono::DateTime::parse_from_rfc3339(self.before.as_deref()?).ok().map(|time| time.timestamp())
    }

    /// Renews it, again and again; returns once it is lost.
    pub async fn keep(&mut self) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let left = self.renewed.map_or(Duration::ZERO, |at| DEADLINE.saturating_sub(at.elapsed()));
            match tokio::time::timeout(left, self.attempt()).await {
                Ok(Ok(true)) => {}
                // Somebody wrote a note on it: the next look tells whether more than that.
                Ok(Ok(false)) if self.seen.as_ref().is_some_and(|(seen, _)| seen.holder() == self.holder) => {}
                Ok(Ok(false)) => return tracing::error!("another controller has taken the lease"),
                Ok(Err(failure)) => tracing::warn!(%failure, "cannot renew the lease"),
                Err(_) => return tracing::error!("the lease could not be renewed for {} s", DEADLINE.as_secs()),
            }
        }
    }

    /// Gives it away, so that nobody has to wait.
    pub async fn release(&mut self) {
        if let Some((seen, _)) = &self.seen
            && seen.holder() == self.holder
        {
            let change = json!({
                "metadata": { "resourceVersion": seen.metadata.resource_version },
                "spec": { "holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": time() },
            });
            let _: Result<Value, Failure> = self.api.patch(&path(), MERGE, &change).await;
        }
    }

    /// One look and, where it is or may become ours, one write that fails should anybody else have written meanwhile.
    async fn attempt(&mut self) -> Result<bool, Failure> {
        let begun = Instant::now();
        let there: Seen = match self.api.get(&path()).await {
            Err(failure) if failure.is_not_found() => {
                let object = json!({
                    "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": NAME },
                    "spec": spec(&self.holder, Some(0)),
                });
                match self.api.create(&leases(), &object).await {
                    // Somebody was faster.
                    Err(failure) if !failure.is_there_already() => return Err(failure),
                    _ => return Ok(false),
                }
            }
            there => there?,
        };
        if self.seen.as_ref().is_none_or(|(seen, _)| *seen != there) {
            self.seen = Some((there.clone(), begun));
        }
        let since = self.seen.as_ref().map_or(begun, |(_, since)| *since);
        if !is_free(&there, &self.holder, begun.saturating_duration_since(since)) {
            return Ok(false);
        }
        if self.renewed.is_none() {
            self.before.clone_from(&there.spec.renew_time);
        }
        let transitions = (there.holder() != self.holder).then(|| there.spec.lease_transitions.unwrap_or(0).saturating_add(1));
        let change = json!({
            "metadata": { "resourceVersion": there.metadata.resource_version },
            "spec": spec(&self.holder, transitions),
        });
        match self.api.patch::<Seen>(&path(), MERGE, &change).await {
            Err(failure) if failure.is_conflict() => Ok(false),
            Err(failure) => Err(failure),
            Ok(seen) => {
                self.seen = Some((seen, begun));
                self.renewed = Some(begun);
                Ok(true)
            }
        }
    }
}

/// True where `who` may write itself in: it is the holder, nobody is, or the holder has been silent for its time.
fn is_free(seen: &Seen, who: &str, silent: Duration) -> bool {
    let term = seen.spec.lease_duration_seconds.map_or(DURATION, Duration::from_secs);
    seen.holder() == who || seen.holder().is_empty() || silent >= term
}

fn spec(holder: &str, transitions: Option<u64>) -> Value {
    let mut spec = json!({ "holderIdentity": holder, "leaseDurationSeconds": DURATION.as_secs(), "renewTime": time() });
    if let Some(transitions) = transitions {
        spec["acquireTime"] = time().into();
        spec["leaseTransitions"] = transitions.into();
    }
    spec
}

/// A MicroTime.
fn time() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn leases() -> String {
    format!("/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases")
}

fn path() -> String {
    format!("{}/{NAME}", leases())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(by: &str) -> Seen {
        let spec =
            Spec { holder_identity: Some(by.into()), lease_duration_seconds: Some(15), lease_transitions: Some(3), renew_time: None };
        Seen { metadata: Meta::default(), spec }
    }

    #[test]
    fn a_lease_is_free_to_its_holder_and_to_all_once_it_is_silent() {
        let seconds = Duration::from_secs;
        assert!(is_free(&held("a"), "a", seconds(0)));
        assert!(!is_free(&held("a"), "b", seconds(14)));
        assert!(is_free(&held("a"), "b", seconds(15)));
        assert!(is_free(&held(""), "b", seconds(0)));
        assert!(is_free(&Seen::default(), "b", seconds(0)));
    }

    #[test]
    fn a_holder_stops_before_another_may_begin() {
        // A renewal is written at the latest `DEADLINE` after the last one that got through.
        assert!(DEADLINE + PAUSE < DURATION);
    }
}
