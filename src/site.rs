//! The cluster's settings, `site.toml`: `$GRIDSHIM_SITE`, else `/etc/gridshim/site.toml`, else built-in defaults. A mistake is
//! told with file, line, column and the line itself. Every environment variable gridshim reads is named here.

mod complexes;
mod read;

pub use complexes::{Complex, Kind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Environment variables that change what gridshim does, with what they do; the manual prints this list.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    (SITE, "path of site.toml instead of /etc/gridshim/site.toml"),
    (BACKEND, "kubernetes, local or grid: use this backend, whatever site.toml says"),
    (STATE, "directory of the local backend's state instead of $XDG_STATE_HOME/gridshim or ~/.local/state/gridshim"),
    ("KUBECONFIG", "the kubeconfig to use instead of ~/.kube/config"),
    ("XDG_STATE_HOME", "base of the local backend's state directory"),
    ("SGE_ROOT", "where the accounting file is looked for when site.toml names none; handed on to jobs"),
    ("SGE_CELL", "the cell below SGE_ROOT, default if unset; handed on to jobs"),
    ("HOME", "home directory, for configuration files"),
    ("PATH", "where jsub looks for programs"),
    ("JOBUTILS_JSUBRC", "the file jsub reads instead of ~/.jsubrc"),
    ("JOBUTILS_QSUB", "a program jsub hands its job to instead of gridshim's own qsub"),
    ("GRIDSHIM_LOG", "the controller's log level: error, warn, info, debug or trace"),
];

/// Names of the variables read in more than one place.
pub const SITE: &str = "GRIDSHIM_SITE";
pub const BACKEND: &str = "GRIDSHIM_BACKEND";
pub const STATE: &str = "GRIDSHIM_STATE";

/// Where jobs go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackendKind {
    Kubernetes,
    Local,
    /// The untouched command line is handed to the real Grid Engine.
    Grid,
}

/// Everything site.toml can say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Unset: `kubernetes` when there is a `[kubernetes]` table, else `local`.
    pub backend: Option<BackendKind>,
    /// Added to the counter's generation: the first job has this id plus one.
    #[serde(default)]
    pub job_id_base: u64,
    /// May change everybody's jobs.
    #[serde(default = "default_managers")]
    pub managers: Vec<String>,
    /// The cluster's accounting file; unset: `$SGE_ROOT/$SGE_CELL/common/accounting`. The local backend keeps its own with its state.
    pub accounting: Option<PathBuf>,
    /// Most tasks of an array (Grid Engine's max_aj_tasks).
    #[serde(default = "default_array_tasks")]
    pub max_array_tasks: u64,
    #[serde(default = "default_queues", rename = "queue")]
    pub queues: Vec<Queue>,
    #[serde(default = "default_pes", rename = "parallel_environment")]
    pub parallel_environments: Vec<ParallelEnvironment>,
    /// Resources beyond Grid Engine's own.
    #[serde(default, rename = "complex")]
    pub own_complexes: Vec<Complex>,
    /// What the hosts offer: a request for another value can never run.
    #[serde(default)]
    pub host_values: BTreeMap<String, String>,
    pub kubernetes: Option<Kubernetes>,
    #[serde(default)]
    pub grid: Grid,
    /// Where it was read; `None`: built in.
    #[serde(skip)]
    pub path: Option<PathBuf>,
}

/// A cluster queue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    pub name: String,
    /// Slots on each host; unset: as many as the cores of the machine.
    pub slots: Option<u32>,
    /// The shell of jobs without -S.
    #[serde(default = "default_shell")]
    pub shell: String,
    /// Jobs without -r may be started again after a node was lost.
    #[serde(default)]
    pub rerun: bool,
    /// Seconds between the warning and the kill of a -notify job.
    #[serde(default = "default_notify")]
    pub notify: u64,
    /// `h_rt`, `h_vmem`, …: the most a job may ask for, and what it gets if it asks for nothing.
    #[serde(default)]
    pub limits: BTreeMap<String, String>,
    /// Jobs that name no queue go to the first queue that is not only for those who name it.
    #[serde(default)]
    pub only_by_name: bool,
}

/// A parallel environment; every slot of a job is on one host (`$pe_slots`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParallelEnvironment {
    pub name: String,
    #[serde(default = "default_pe_slots")]
    pub slots: u32,
}

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
    /// Most pods of one array at a time.
    #[serde(default = "default_parallelism")]
    pub max_parallelism: u64,
    /// CPU request of one slot, as Kubernetes writes it; there is no limit, so that no job is throttled.
    #[serde(default = "default_cpu")]
    pub cpu_per_slot: String,
    /// Memory request and limit of a job that asks for none; unset: none.
    pub default_memory: Option<String>,
    /// Image pull policy of the job's container.
    #[serde(default = "default_pull_policy")]
    pub image_pull_policy: String,
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

fn default_managers() -> Vec<String> {
    vec!["root".into()]
}
fn default_array_tasks() -> u64 {
    75_000
}
fn default_queues() -> Vec<Queue> {
    let queue = |name: &str, only_by_name| Queue {
        name: name.into(),
        slots: None,
        shell: default_shell(),
        rerun: true,
        notify: default_notify(),
        limits: BTreeMap::new(),
        only_by_name,
    };
    vec![queue("all.q", false), queue("task", true), queue("continuous", true)]
}
fn default_pes() -> Vec<ParallelEnvironment> {
    ["make", "smp", "mpi"].iter().map(|name| ParallelEnvironment { name: (*name).into(), slots: default_pe_slots() }).collect()
}
fn default_shell() -> String {
    "/bin/bash".into()
}
fn default_notify() -> u64 {
    60
}
fn default_pe_slots() -> u32 {
    999
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

impl Default for Site {
    fn default() -> Site {
        Site {
            backend: None,
            job_id_base: 0,
            managers: default_managers(),
            accounting: None,
            max_array_tasks: default_array_tasks(),
            queues: default_queues(),
            parallel_environments: default_pes(),
            own_complexes: vec![Complex::text("release")],
            host_values: BTreeMap::new(),
            kubernetes: None,
            grid: Grid::default(),
            path: None,
        }
    }
}

impl Site {
    /// The backend to use: `$GRIDSHIM_BACKEND`'s word, the file's, or by whether a cluster is configured.
    ///
    /// # Errors
    /// The variable holds another word, or asks for a cluster that is not configured.
    pub fn backend(&self, forced: Option<&str>) -> Result<BackendKind, String> {
        let kind = match forced.filter(|word| !word.is_empty()) {
            Some("kubernetes") => BackendKind::Kubernetes,
            Some("local") => BackendKind::Local,
            Some("grid") => BackendKind::Grid,
            Some(other) => return Err(format!("{BACKEND}={other}: expected kubernetes, local or grid")),
            None => self.backend.unwrap_or(if self.kubernetes.is_some() { BackendKind::Kubernetes } else { BackendKind::Local }),
        };
        if kind == BackendKind::Kubernetes && self.kubernetes.is_none() {
            let place = self.path.as_ref().map_or("the built-in settings".to_string(), |path| path.display().to_string());
            return Err(format!("no cluster is configured: {place} has no [kubernetes] table"));
        }
        Ok(kind)
    }

    /// A queue by its exact name.
    pub fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// A resource by name or shortcut, the site's own first.
    pub fn complex(&self, name: &str) -> Option<&Complex> {
        self.own_complexes.iter().chain(complexes::grid_engine()).find(|complex| complex.name == name || complex.shortcut == name)
    }

    /// The namespace of a user's jobs.
    pub fn namespace(&self, user: &str) -> Option<String> {
        self.kubernetes.as_ref().map(|kubernetes| kubernetes.namespace.replace("{user}", user))
    }

    /// The accounting file where the site, or Grid Engine's own environment, names one.
    pub fn accounting_path(&self) -> Option<PathBuf> {
        self.accounting.clone().or_else(|| {
            let root = std::env::var_os("SGE_ROOT")?;
            let cell = std::env::var_os("SGE_CELL").unwrap_or_else(|| "default".into());
            Some(PathBuf::from(root).join(cell).join("common/accounting"))
        })
    }
}
