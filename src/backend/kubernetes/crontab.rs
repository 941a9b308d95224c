//! A user's crontab: one Secret in their namespace, with the table as it was installed and what the shepherd reads for each entry.
//! The controller makes a pod of it whenever an entry is due (controller/cron.rs).

use super::client::{Api, Failure};
use super::objects::{self, OWNER_LABEL, owner_label};
use super::seen::SeenPod;
use super::{passwd, pod};
use crate::cron::{self, Crontab, Run};
use crate::job::Submitter;
use crate::site::{BACKEND, Site};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The Secret, in the user's namespace.
pub const NAME: &str = "gridshim-crontab";
/// Selects crontabs and the pods of their commands, and none of the jobs' objects.
pub const OURS: &str = "app.kubernetes.io/managed-by=gridshim-cron";
const MANAGED_BY: &str = "gridshim-cron";
/// When it was installed, in seconds since 1970.
const INSTALLED: &str = "gridshim.io/installed";
/// JSON: how the last runs went, written by the controller.
pub const RUNS: &str = "gridshim.io/runs";
/// Which starts of theirs the nodes were in when `@reboot` was looked at, behind commas.
pub const BOOTS: &str = "gridshim.io/boots";
/// On a pod: the line it runs, counted from 1, and the minute it was due in, since 1970.
pub const LINE: &str = "gridshim.io/cron-line";
pub const MINUTE: &str = "gridshim.io/cron-minute";
/// On a pod: which table it was made for (`version`).
const TABLE: &str = "gridshim.io/cron-table";
/// Milliseconds over which the users' commands of a minute are spread: most are due at the full hour, and all of them submit.
pub const SPREAD: u64 = 3000;
const JSON_PATCH: &str = "application/json-patch+json";
const SECRET_BYTES: usize = 1 << 20;

/// A Secret of a crontab.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SeenCrontab {
    pub metadata: Meta,
    pub data: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    pub name: String,
    pub namespace: String,
    pub resource_version: String,
    pub annotations: BTreeMap<String, String>,
}

impl SeenCrontab {
    /// The table; `None` where somebody made it otherwise. Whose it is the namespace says: the admission policy sees to the ids.
    pub fn table(&self) -> Option<Crontab> {
        let part = |name: &str| STANDARD.decode(self.data.get(name)?).ok();
        let owner: Submitter = serde_json::from_slice(&part("owner")?).ok()?;
        let installed = self.metadata.annotations.get(INSTALLED)?.parse().ok()?;
        Some(Crontab { text: part("crontab")?, installed, owner })
    }

    /// The nodes' starts that were noted.
    pub fn boots(&self) -> Option<BTreeSet<String>> {
        Some(self.metadata.annotations.get(BOOTS)?.split(',').map(String::from).collect())
    }

    /// How the last runs went.
    pub fn runs(&self) -> Vec<Run> {
        self.metadata.annotations.get(RUNS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// Tells one table of a user from the next.
pub fn version(table: &Crontab) -> String {
    format!("{:016x}", mixed(&(table.installed, &table.text)))
}

fn mixed(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// The Secret of a table.
///
/// # Errors
/// It has a mistake, or is too large.
pub fn secret(table: &Crontab, namespace: &str, site: &Site, group_name: impl Fn(u32) -> Option<String>) -> Result<Value, String> {
    let owner = &table.owner;
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        ("crontab".into(), table.text.clone()),
        ("owner".into(), serde_json::to_vec(owner).map_err(|error| error.to_string())?),
        ("passwd".into(), passwd::passwd(owner).into_bytes()),
        ("group".into(), passwd::group(owner, group_name).into_bytes()),
        ("command".into(), pod::command().into_bytes()),
    ];
    for entry in table.entries(site).map_err(|mistake| format!("line {}: {}", mistake.line, mistake.what))? {
        let mut spec = cron::spec(&entry, owner, site);
        if !spec.env.iter().any(|(name, _)| name == BACKEND) {
            // Where most tools are still on the grid, this one is not.
            spec.env.push((BACKEND.into(), "kubernetes".into()));
        }
        parts.push((format!("spec-{}", entry.line), spec.to_bytes()));
    }
    let size: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
    if size > SECRET_BYTES {
        return Err(format!("the crontab is too large: {size} bytes, and {SECRET_BYTES} are possible"));
    }
    let data: Map<String, Value> = parts.into_iter().map(|(name, bytes)| (name, STANDARD.encode(bytes).into())).collect();
    Ok(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": NAME,
            "namespace": namespace,
            "labels": labels(&owner.user),
            "annotations": { INSTALLED: table.installed.to_string() },
        },
        "type": "gridshim.io/crontab",
        "data": data,
    }))
}

fn labels(user: &str) -> Value {
    json!({ "app.kubernetes.io/managed-by": MANAGED_BY, OWNER_LABEL: owner_label(user) })
}

/// An entry that is due: line, minute since 1970 and which of that minute's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick {
    pub line: usize,
    pub minute: i64,
    pub number: usize,
}

impl Tick {
    /// The tick of a pod; `None` for one that is no crontab's.
    pub fn of(pod: &SeenPod) -> Option<Tick> {
        let labels = &pod.metadata.labels;
        let number = pod.metadata.name.rsplit_once('-')?.1.parse().ok()?;
        Some(Tick { line: labels.cron_line.parse().ok()?, minute: labels.cron_minute.parse().ok()?, number })
    }

    /// The name of its pod: no two are made for the same.
    pub fn pod_name(self) -> String {
        format!("cron-{}-{}-{}", self.line, self.minute, self.number)
    }
}

/// The pod that runs an entry of the table of this `version`. It may be made before its minute: its command is begun in the first
/// seconds of that.
///
/// # Errors
/// No cluster is configured, or a quantity in site.toml cannot be read.
pub fn pod(tick: Tick, version: &str, owner: &Submitter, namespace: &str, site: &Site) -> Result<Value, String> {
    let settings = site.kubernetes.as_ref().ok_or("no cluster is configured")?;
    let mut labels = labels(&owner.user);
    (labels[LINE], labels[MINUTE]) = (tick.line.to_string().into(), tick.minute.to_string().into());
    labels[TABLE] = version.into();
    let not_before = tick.minute * 60_000 + (mixed(&namespace) % SPREAD) as i64;
    Ok(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": tick.pod_name(), "namespace": namespace, "labels": labels },
        "spec": pod::of_cron(owner, NAME, tick.line, not_before, settings)?,
    }))
}

/// The crontab of a namespace.
///
/// # Errors
/// See `Failure`.
pub async fn get(api: &Api, namespace: &str) -> Result<Option<SeenCrontab>, Failure> {
    match api.get(&objects::secret_path(namespace, NAME)).await {
        Err(failure) if failure.is_not_found() => Ok(None),
        seen => seen.map(Some),
    }
}

/// Puts it in the place of the one before: one request, two for the first.
///
/// # Errors
/// See `Failure`.
pub async fn install(api: &Api, namespace: &str, secret: &Value) -> Result<(), Failure> {
    let change = json!([
        { "op": "replace", "path": "/data", "value": secret["data"] },
        { "op": "add", "path": "/metadata/annotations", "value": secret["metadata"]["annotations"] },
    ]);
    let path = objects::secret_path(namespace, NAME);
    let replace = async || api.patch::<Value>(&path, JSON_PATCH, &change).await.map(|_| ());
    match replace().await {
        Err(failure) if failure.is_not_found() => match api.create(&objects::secrets(namespace), secret).await {
            Err(failure) if failure.is_there_already() => replace().await,
            made => made,
        },
        replaced => replaced,
    }
}

/// Removes it; false where there is none.
///
/// # Errors
/// See `Failure`.
pub async fn uninstall(api: &Api, namespace: &str) -> Result<bool, Failure> {
    let path = objects::secret_path(namespace, NAME);
    match api.call(http::Method::DELETE, &path, "application/json", "application/json", b"{}".to_vec()).await {
        Err(failure) if failure.is_not_found() => Ok(false),
        removed => removed.map(|_| true),
    }
}

/// What a pod tells of its run; `None` for a pod that is no crontab's.
pub fn run(pod: &SeenPod) -> Option<Run> {
    let Tick { line, minute, .. } = Tick::of(pod)?;
    let mut run = Run { line, minute, ..Run::default() };
    match (super::observe::report(pod), pod.terminated()) {
        (Some(report), _) if report.cancelled => {
            (run.exit_status, run.reason) = (Some(report.exit_status), "its host stopped it before its minute".into());
        }
        (Some(report), _) => {
            (run.exit_status, run.jobs, run.reason) = (Some(report.exit_status), report.jobs, report.reason);
        }
        (None, Some(end)) => run.exit_status = Some(end.exit_code),
        (None, None) if pod.is_withdrawn() => run.reason = pod.status.message.clone(),
        (None, None) if pod.has_ended() => {
            (run.exit_status, run.reason) = (Some(137), format!("lost with its host: {}", pod.status.reason))
        }
        (None, None) => run.reason = super::observe::why(pod).unwrap_or_default(),
    }
    Some(run)
}

#[cfg(test)]
mod tests {
    use super::super::samples::site;
    use super::*;

    fn table() -> Crontab {
        let owner =
            Submitter { user: "bob".into(), uid: 5002, gid: 6001, gids: vec![6001], home: "/home/bob".into(), ..Submitter::default() };
        Crontab { text: b"# a\n*/5 * * * * jsub x\n".to_vec(), installed: 1_795_644_000, owner }
    }

    #[test]
    fn a_table_comes_back_as_it_was_installed() {
        let secret = secret(&table(), "grid-bob", &site(), |_| None).expect("a secret");
        let seen: SeenCrontab = serde_json::from_value(secret.clone()).expect("read");
        assert_eq!(seen.table(), Some(table()));
        assert!(secret["data"]["spec-2"].is_string() && secret["data"]["spec-1"].is_null());
    }

    #[test]
    fn a_pod_is_exactly_its_owner_and_named_by_line_and_minute() {
        let site = site();
        let tick = Tick { line: 2, minute: 29_927_400, number: 0 };
        let pod = pod(tick, &version(&table()), &table().owner, "grid-bob", &site).expect("a pod");
        assert_eq!(pod["metadata"]["name"], "cron-2-29927400-0");
        assert_eq!(pod["spec"]["securityContext"]["runAsUser"], 5002);
        let items = pod["spec"]["volumes"][0]["secret"]["items"].to_string();
        assert!(items.contains("spec-2") && !items.contains("cancelled"), "{items}");
        let words: Vec<&str> =
            pod["spec"]["containers"][0]["command"].as_array().expect("words").iter().filter_map(Value::as_str).collect();
        let not_before = words.iter().skip_while(|word| **word != "--not-before").nth(1).and_then(|word| word.parse::<i64>().ok());
        assert!(not_before.is_some_and(|time| (0..SPREAD as i64).contains(&(time - 29_927_400 * 60_000))), "{words:?}");
        let seen: SeenPod = serde_json::from_value(pod).expect("read");
        assert_eq!(seen.metadata.labels.cron_table, version(&table()));
        let later = Crontab { installed: table().installed + 1, ..table() };
        assert_ne!(version(&later), version(&table()));
        assert_eq!(run(&seen).map(|run| (run.line, run.minute, run.exit_status)), Some((2, 29_927_400, None)));
    }
}
