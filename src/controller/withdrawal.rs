//! Pods that are taken back before anything of them has run: they fail with a condition that says so, which their Job's failure policy
//! ignores and of which there is no record.

use super::world::Key;
use crate::backend::kubernetes::client::{Api, Failure, STRATEGIC};
use crate::backend::kubernetes::objects::{self, WITHDRAWN};
use crate::backend::kubernetes::seen::SeenPod;
use serde_json::json;

/// Why a pod is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// Its job is held.
    Held,
    /// Its host never started it (stuck.rs).
    Forgotten,
}

/// Takes a pod back; `None` where something has become of it since this version: a host has it, or it is gone, and the watch will tell.
///
/// # Errors
/// See `Failure`.
pub async fn withdraw(api: &Api, pod: &Key, version: &str, why: Withdrawal) -> Result<Option<SeenPod>, Failure> {
    let (reason, why) = match why {
        Withdrawal::Held => ("Held", "its job is held"),
        Withdrawal::Forgotten => ("Forgotten", "its host made it and never started it"),
    };
    let condition = json!({ "type": WITHDRAWN, "status": "True", "reason": reason, "message": why, "lastTransitionTime": objects::time() });
    let change = json!({
        "metadata": { "resourceVersion": version },
        "status": { "phase": "Failed", "reason": "Withdrawn", "message": why, "conditions": [condition] },
    });
    match api.patch(&format!("{}/status", objects::pod_path(&pod.0, &pod.1)), STRATEGIC, &change).await {
        Err(failure) if failure.is_conflict() || failure.is_not_found() => Ok(None),
        seen => seen.map(Some),
    }
}
