//! Pods that their node has forgotten. A kubelet that dies after it has made a container and before it has started it, and that finds
//! the pod's sandbox gone then, does nothing more about a pod that is never to run twice: it stays `Pending` for good (Kubernetes 1.36, in
//! tests/chaos). Nothing of its task has run: it is withdrawn, and its Job makes another; a crontab's is made again (ticks.rs).

use super::plan::Action;
use super::withdrawal::Withdrawal;
use super::world::World;
use crate::backend::kubernetes::seen::{SeenPod, seconds};

/// Seconds that a kubelet has for making a sandbox anew.
const PATIENCE: i64 = 120;

/// The pods to withdraw.
pub fn plan(world: &World, now: i64) -> Vec<Action> {
    let forgotten = world.pods.values().filter(|pod| is_forgotten(pod, now));
    forgotten.map(|pod| Action::withdraw(pod, Withdrawal::Forgotten)).collect()
}

/// True for a pod that its node will do nothing more about. It has run nothing.
pub fn is_forgotten(pod: &SeenPod, now: i64) -> bool {
    if pod.status.phase != "Pending" || pod.spec.node_name.is_empty() || pod.metadata.deletion_timestamp.is_some() {
        return false;
    }
    // Whatever else is waited for has a name: ContainerCreating, ImagePullBackOff and so on.
    let is_made = pod.container().and_then(|state| state.waiting.as_ref()).is_some_and(|waiting| waiting.reason.is_empty());
    let is_without_sandbox = pod.status.conditions.iter().any(|condition| {
        let since = condition.last_transition_time.as_deref().and_then(seconds);
        condition.kind == "PodReadyToStartContainers" && condition.status == "False" && since.is_some_and(|at| at + PATIENCE <= now)
    });
    is_made && is_without_sandbox && !pod.used_to_run()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::kubernetes::samples;
    use serde_json::{Value, json};

    fn waiting(state: Value, sandbox: &str) -> SeenPod {
        let condition = json!({ "type": "PodReadyToStartContainers", "status": sandbox, "lastTransitionTime": "2026-11-25T22:00:00Z" });
        let containers = json!([{ "name": "job", "restartCount": 1, "state": state }]);
        let status = json!({ "phase": "Pending", "conditions": [condition], "containerStatuses": containers });
        samples::pod(7, 0, "node0", json!({}), status)
    }

    #[test]
    fn a_container_that_is_made_and_has_lost_its_sandbox_is_forgotten_after_two_minutes() {
        let (made, at) = (json!({ "waiting": {} }), seconds("2026-11-25T22:00:00Z").expect("a time"));
        assert!(is_forgotten(&waiting(made.clone(), "False"), at + 120));
        assert!(!is_forgotten(&waiting(made.clone(), "False"), at + 119));
        assert!(!is_forgotten(&waiting(made, "True"), at + 120));
        assert!(!is_forgotten(&waiting(json!({ "waiting": { "reason": "ContainerCreating" } }), "False"), at + 120));
        assert!(!is_forgotten(&samples::pod(7, 0, "node0", json!({}), samples::running()), at + 120));
    }
}
