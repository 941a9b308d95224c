//! Holds on jobs that have started. Suspending such a Job would end its running pods, so it is barred instead: its name is put
//! into a ConfigMap of its namespace, and an admission policy (deploy/base/held.yaml) lets no more pods of it come. Those that
//! have no host yet are withdrawn: they fail with a condition that the Job's failure policy ignores.

use super::idle;
use super::plan::Action;
use super::withdrawal::Withdrawal;
use super::world::{World, pod_key};
use crate::backend::kubernetes::client::{Api, Failure, MERGE};
use crate::backend::kubernetes::objects::{self, BARS};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Namespace to names of barred jobs.
pub type Bars = BTreeMap<String, BTreeSet<String>>;

/// True where nothing more of it may start although its Job is not suspended.
fn is_barred(job: &SeenJob) -> bool {
    job.is_held() && job.makes_pods()
}

/// What the ConfigMaps are to say, where that is something else than they do, and the pods to withdraw.
pub fn plan(world: &World, pods_of: &HashMap<(&str, &str), Vec<&SeenPod>>) -> Vec<Action> {
    let Some(known) = &world.bars else { return Vec::new() };
    let mut wanted: Bars = known.keys().map(|namespace| (namespace.clone(), BTreeSet::new())).collect();
    let mut withdrawn = Vec::new();
    for ((namespace, name), job) in world.jobs.iter().filter(|(_, job)| is_barred(job)) {
        wanted.entry(namespace.clone()).or_default().insert(name.clone());
        // Not before the bar is there: another pod would come at once.
        if !known.get(namespace).is_some_and(|names| names.contains(name)) {
            continue;
        }
        let is_early = |pod: &&&SeenPod| {
            pod.is_of(job)
                && pod.spec.node_name.is_empty()
                && !pod.is_gated()
                && !pod.has_ended()
                && pod.metadata.deletion_timestamp.is_none()
        };
        let pods = pods_of.get(&(namespace.as_str(), name.as_str())).into_iter().flatten().filter(is_early);
        withdrawn.extend(pods.map(|pod| Action::Withdraw {
            pod: pod_key(pod),
            version: pod.metadata.resource_version.clone(),
            why: Withdrawal::Held,
        }));
    }
    let none = BTreeSet::new();
    let differs = |(namespace, names): &(String, BTreeSet<String>)| known.get(namespace).unwrap_or(&none) != names;
    let bars = wanted.into_iter().filter(differs).map(|(namespace, names)| Action::Bar {
        unbarred: known.get(&namespace).unwrap_or(&none).difference(&names).cloned().collect(),
        names,
        namespace,
    });
    bars.chain(withdrawn).collect()
}

/// A ConfigMap, as far as it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ConfigMap {
    metadata: Meta,
    data: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Meta {
    namespace: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List {
    items: Option<Vec<ConfigMap>>,
}

/// What the cluster's ConfigMaps say.
///
/// # Errors
/// See `Failure`.
pub async fn read(api: &Api) -> Result<Bars, Failure> {
    let selector = crate::backend::kubernetes::client::query(&[("fieldSelector", &format!("metadata.name={BARS}"))]);
    let list: List = api.get(&format!("{}{selector}", objects::ALL_CONFIG_MAPS)).await?;
    let maps = list.items.unwrap_or_default().into_iter();
    Ok(maps.map(|map| (map.metadata.namespace, map.data.into_keys().collect())).collect())
}

/// Writes a namespace's ConfigMap. The Jobs that are free again are touched, or their controller would look at them once a minute.
///
/// # Errors
/// See `Failure`.
pub async fn write(api: &Api, namespace: &str, names: &BTreeSet<String>, unbarred: &[String]) -> Result<(), Failure> {
    let mut data: Map<String, Value> = names.iter().map(|name| (name.clone(), "".into())).collect();
    let path = format!("{}/{BARS}", objects::config_maps(namespace));
    data.extend(unbarred.iter().map(|name| (name.clone(), Value::Null)));
    match api.patch::<Value>(&path, MERGE, &json!({ "data": data })).await {
        Err(failure) if failure.is_not_found() => {
            data.retain(|_, value| !value.is_null());
            let object = json!({
                "apiVersion": "v1", "kind": "ConfigMap", "data": data,
                "metadata": { "name": BARS, "namespace": namespace, "labels": { "app.kubernetes.io/managed-by": "gridshim" } },
            });
            api.create(&objects::config_maps(namespace), &object).await?;
        }
        written => _ = written?,
    }
    for name in unbarred {
        idle::touch(api, namespace, name).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "bars_tests.rs"]
mod tests;
