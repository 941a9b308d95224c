//! Nodes as hosts.

use super::client::{Api, Failure, List};
use super::pod;
use super::seen::Condition;
use crate::host::Host;
use serde::Deserialize;

const NODES: &str = "/api/v1/nodes";

/// What is read of a node.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SeenNode {
    pub metadata: Meta,
    pub spec: Spec,
    pub status: Status,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Meta {
    pub name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Spec {
    pub unschedulable: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    pub allocatable: Sizes,
    pub capacity: Sizes,
    pub conditions: Vec<Condition>,
    pub node_info: Info,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sizes {
    pub cpu: String,
    pub memory: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Info {
    pub architecture: String,
}

/// The hosts, by name.
///
/// # Errors
/// See `Failure`.
pub async fn hosts(api: &Api) -> Result<Vec<Host>, Failure> {
    // From the API server's memory: nodes change rarely, and this list is long.
    let nodes: List<SeenNode> = api.get(&format!("{NODES}?resourceVersion=0")).await?;
    let mut hosts: Vec<Host> = nodes.items.iter().map(host).collect();
    hosts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(hosts)
}

/// One node: its allocatable CPUs, its memory; load and use are not known to the API server.
fn host(node: &SeenNode) -> Host {
    let processors = pod::thousandths(&node.status.allocatable.cpu).map_or(0, |thousandths| (thousandths / 1000) as u32);
    let ready = node.status.conditions.iter().find(|condition| condition.kind == "Ready");
    Host {
        name: node.metadata.name.clone(),
        arch: Host::arch_of(&node.status.node_info.architecture),
        processors,
        sockets: 1,
        cores: processors,
        threads: processors,
        load: None,
        memory_total: pod::bytes(&node.status.capacity.memory),
        memory_used: None,
        swap_total: None,
        swap_used: None,
        is_unreachable: ready.is_none_or(|ready| ready.status != "True"),
        is_disabled: node.spec.unschedulable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_a_host() {
        let text = r#"{"metadata":{"name":"node0"},"spec":{"unschedulable":true},"status":{"allocatable":{"cpu":"1900m","memory":"1Gi"},
            "capacity":{"cpu":"2","memory":"2097152Ki"},"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"architecture":"amd64"}}}"#;
        let host = host(&serde_json::from_str(text).expect("a node"));
        assert_eq!((host.name.as_str(), host.arch.as_str(), host.processors), ("node0", "lx-amd64", 1));
        assert_eq!((host.memory_total, host.is_disabled, host.is_unreachable), (Some(2 << 30), true, false));
    }
}
