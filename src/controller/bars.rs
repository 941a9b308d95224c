//! Holds on jobs that have started. Suspending such a Job would end its running pods, so it is barred instead: its name is put
//! into a ConfigMap of its namespace, and an admission policy (deploy/base/held.yaml) lets no more pods of it come. Those that
//! have no host yet are withdrawn: they fail with a condition that the Job's failure policy ignores. Where single tasks are held
//! another policy (deploy/optional/gates.yaml) gives each new pod a gate (gates.rs).

use super::idle;
use super::plan::Action;
use super::withdrawal::Withdrawal;
use super::world::World;
use crate::backend::kubernetes::client::{Api, Failure, MERGE};
use crate::backend::kubernetes::objects::{self, BARS};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// What becomes of new pods of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// They are refused.
    Shut,
    /// They come with a gate.
    Gated,
}

/// Names of jobs of a namespace.
pub type Names = BTreeMap<String, Bar>;

/// By namespace.
pub type Bars = BTreeMap<String, Names>;

impl Bar {
    /// As the policies read it.
    fn text(self) -> &'static str {
        match self {
            Bar::Shut => "",
            Bar::Gated => "gates",
        }
    }

    fn read(text: &str) -> Bar {
        if text == Bar::Gated.text() { Bar::Gated } else { Bar::Shut }
    }
}

/// What is to become of new pods of this Job, where that is not what its template says.
fn wanted(job: &SeenJob, can_gate: bool) -> Option<Bar> {
    if job.is_held() && job.makes_pods() {
        return Some(Bar::Shut);
    }
    // Suspended by somebody else it may go on at any time. Where nobody gives gates any more, rather nothing starts than what is held.
    let is_there = !job.is_over() && job.metadata.deletion_timestamp.is_none();
    (job.is_gated_by_admission() && is_there).then_some(if can_gate { Bar::Gated } else { Bar::Shut })
}

/// What the ConfigMaps are to say, where that is something else than they do, and the pods to withdraw.
pub fn plan(world: &World, pods_of: &HashMap<(&str, &str), Vec<&SeenPod>>) -> Vec<Action> {
    let Some(known) = &world.bars else { return Vec::new() };
    let mut all: Bars = known.keys().map(|namespace| (namespace.clone(), Names::new())).collect();
    let mut withdrawn = Vec::new();
    for ((namespace, name), job) in &world.jobs {
        let Some(bar) = wanted(job, world.can_gate) else { continue };
        all.entry(namespace.clone()).or_default().insert(name.clone(), bar);
        // Not before the bar is there: another pod would come at once.
        if !job.is_held() || known.get(namespace).and_then(|names| names.get(name)) != Some(&bar) {
            continue;
        }
        let pods = pods_of.get(&(namespace.as_str(), name.as_str())).into_iter().flatten();
        let early = pods.filter(|pod| pod.is_of(job) && pod.awaits_host());
        withdrawn.extend(early.map(|pod| Action::withdraw(pod, Withdrawal::Held)));
    }
    let none = Names::new();
    let differs = |(namespace, names): &(String, Names)| known.get(namespace).unwrap_or(&none) != names;
    let bars = all.into_iter().filter(differs).map(|(namespace, names)| Action::Bar {
        unbarred: freed(known.get(&namespace).unwrap_or(&none), &names),
        names,
        namespace,
    });
    bars.chain(withdrawn).collect()
}

/// Jobs whose pods may come again, or of which nothing is said any more.
fn freed(before: &Names, now: &Names) -> Vec<String> {
    let is_freed = |(name, bar): &(&String, &Bar)| match now.get(*name) {
        None => true,
        Some(new) => **bar == Bar::Shut && *new == Bar::Gated,
    };
    before.iter().filter(is_freed).map(|(name, _)| name.clone()).collect()
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
    Ok(maps.map(|map| (map.metadata.namespace, map.data.into_iter().map(|(name, text)| (name, Bar::read(&text))).collect())).collect())
}

/// Writes a namespace's ConfigMap. The Jobs that are free again are touched, or their controller would look at them once a minute.
///
/// # Errors
/// See `Failure`.
pub async fn write(api: &Api, namespace: &str, names: &Names, unbarred: &[String]) -> Result<(), Failure> {
    let mut data: Map<String, Value> = names.iter().map(|(name, bar)| (name.clone(), bar.text().into())).collect();
    let path = format!("{}/{BARS}", objects::config_maps(namespace));
    data.extend(unbarred.iter().filter(|name| !names.contains_key(*name)).map(|name| (name.clone(), Value::Null)));
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
