//! How jobs become pods, and where the real Grid Engine is for tools that have not moved.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How jobs become pods.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kubernetes {
    /// One namespace per user: `{user}` is replaced.
    #[serde(default = "default_namespace")]
    pub namespace: String,
    /// Image of a job that asks for none.
    pub image: String,
    /// `-l release=NAME` to image.
    #[serde(default)]
    pub releases: BTreeMap<String, String>,
    /// Directories of the nodes that are mounted at the same path, beside the home.
    #[serde(default)]
    pub shares: Vec<String>,
    #[serde(default)]
    pub home: Home,
    #[serde(default)]
    pub shepherd: Shepherd,
    /// An image that holds `/gridshim`, built for the jobs' images, and `/etc/site.toml`: a crontab's commands find jsub and the others
    /// below /usr/bin then. Unset: the jobs' image has them.
    pub commands: Option<String>,
    /// Most pods of one array at a time.
    #[serde(default = "default_parallelism")]
    pub max_parallelism: u64,
    /// CPU request of one slot, as Kubernetes writes it; there is no limit, so that no job is throttled.
    #[serde(default = "default_cpu")]
    pub cpu_per_slot: String,
    /// Memory request and limit of a job that asks for none; unset: none.
    pub default_memory: Option<String>,
    /// Where it is installed.
    pub kueue: Option<Kueue>,
    /// Image pull policy of the job's container.
    #[serde(default = "default_pull_policy")]
    pub image_pull_policy: String,
}

/// Kueue: jobs wait in its queues until there is quota for them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kueue {
    /// Queue to LocalQueue of the user's namespace; a queue that is not here has a LocalQueue of its own name.
    #[serde(default)]
    pub local_queues: BTreeMap<String, String>,
    /// WorkloadPriorityClass to the least `-p` that is in it.
    #[serde(default)]
    pub priority_classes: BTreeMap<String, i32>,
}

impl Kueue {
    /// The LocalQueue of a queue.
    pub fn local_queue<'a>(&'a self, queue: &'a str) -> &'a str {
        self.local_queues.get(queue).map_or(queue, String::as_str)
    }

    /// The class of a priority: of those it is in, the highest.
    pub fn priority_class(&self, priority: i32) -> Option<&str> {
        let within = self.priority_classes.iter().filter(|(_, least)| **least <= priority);
        within.max_by_key(|(_, least)| **least).map(|(name, _)| name.as_str())
    }
}

/// How the home gets into the pod.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "kebab-case")]
pub enum Home {
    /// The node has it mounted at the same path.
    #[default]
    HostPath,
    /// An NFS export; `{user}` in the path is replaced.
    Nfs { server: String, path: String },
    /// A PersistentVolumeClaim in the user's namespace.
    Claim { name: String },
}

/// How the shepherd gets into the pod.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shepherd {
    #[serde(default)]
    pub from: ShepherdFrom,
    #[serde(default = "default_shepherd_image")]
    pub image: String,
}

impl Default for Shepherd {
    fn default() -> Shepherd {
        Shepherd { from: ShepherdFrom::default(), image: default_shepherd_image() }
    }
}

/// The ways the shepherd comes in (architecture D8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShepherdFrom {
    #[default]
    ImageVolume,
    InitContainer,
    /// The job's image has it at /opt/gridshim.
    Baked,
}

/// The real Grid Engine, for tools that have not moved.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Where its commands are.
    #[serde(default = "default_grid_bin")]
    pub bin: PathBuf,
}

impl Default for Grid {
    fn default() -> Grid {
        Grid { bin: default_grid_bin() }
    }
}

fn default_namespace() -> String {
    "grid-{user}".into()
}
fn default_parallelism() -> u64 {
    1000
}
fn default_cpu() -> String {
    "100m".into()
}
fn default_pull_policy() -> String {
    "IfNotPresent".into()
}
fn default_shepherd_image() -> String {
    "localhost/gridshim/shepherd:dev".into()
}
fn default_grid_bin() -> PathBuf {
    "/usr/bin".into()
}
