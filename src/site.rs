//! The cluster's settings, `site.toml`: `$GRIDSHIM_SITE`, else `/etc/gridshim/site.toml`, else built-in defaults. A mistake is
//! told with file, line, column and the line itself. Every environment variable gridshim reads is named here.

mod check;
mod complexes;
mod controller;
mod cron;
mod hosts;
mod images;
mod instances;
mod kubernetes;
mod mail;
mod objects;
mod people;
mod queues;
mod quotas;
mod read;
pub mod settings;

pub use complexes::{Complex, Consumable, Kind, Relop};
pub use controller::Controller;
pub use cron::Cron;
pub use hosts::{HostGroup, HostSettings};
pub use images::{ImageRule, Images, Kpack};
pub use instances::own_name;
pub use kubernetes::{Grid, Home, Kubernetes, Kueue, Shepherd, ShepherdFrom};
pub use mail::{Mail, MailTls};
pub use objects::{Calendar, Checkpointing};
pub use people::{DEFAULT_DEPARTMENT, Project, User, UserList, UserListKind};
pub use queues::{ATTRIBUTES, ParallelEnvironment, Queue, QueueType, SIZE_LIMITS, TIME_LIMITS};
use queues::{default_pes, default_queues};
pub use quotas::{ResourceQuotaSet, is_dynamic, reckoned};
pub use read::DEFAULT_PATH;
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
    ("GRIDSHIM_IMAGE", "the image of the jobs that are submitted: a name of the catalogue, or a whole reference"),
    ("JOBUTILS_JSUBRC", "the file jsub reads instead of ~/.jsubrc"),
    ("JOBUTILS_QSUB", "a program jsub hands its job to instead of gridshim's own qsub"),
    ("GRIDSHIM_CRON_JOBS", "set for a crontab's commands: the file in which they leave the numbers of their jobs"),
    ("EDITOR", "the editor of crontab -e; VISUAL is asked first"),
    ("GRIDSHIM_LOG", "the controller's log level: error, warn, info, debug or trace"),
    ("GRIDSHIM_LOG_FORMAT", "json: the controller logs an object a line"),
    ("POD_NAME", "what the controller calls itself in its lease instead of the host's name"),
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
    /// May change everybody's jobs, and not the configuration.
    #[serde(default)]
    pub operators: Vec<String>,
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
    /// What some hosts offer beside that.
    #[serde(default, rename = "host")]
    pub hosts: Vec<HostSettings>,
    /// Host groups beside, or instead of, Grid Engine's `@allhosts`; `host_groups()` gives all.
    #[serde(default, rename = "host_group")]
    pub own_host_groups: Vec<HostGroup>,
    /// User lists beside, or instead of, Grid Engine's own; `user_lists()` gives all.
    #[serde(default, rename = "user_list")]
    pub own_user_lists: Vec<UserList>,
    #[serde(default, rename = "project")]
    pub projects: Vec<Project>,
    #[serde(default, rename = "user")]
    pub users: Vec<User>,
    #[serde(default, rename = "calendar")]
    pub calendars: Vec<Calendar>,
    #[serde(default, rename = "checkpointing_environment")]
    pub checkpointing: Vec<Checkpointing>,
    #[serde(default, rename = "resource_quota_set")]
    pub resource_quota_sets: Vec<ResourceQuotaSet>,
    /// Unset: every host.
    pub submit_hosts: Option<Vec<String>>,
    /// Unset: every host.
    pub admin_hosts: Option<Vec<String>>,
    /// Attributes of the global configuration that `qconf -sconf` shows otherwise than Grid Engine's defaults.
    #[serde(default)]
    pub configuration: BTreeMap<String, String>,
    /// The same of the scheduler's, `qconf -ssconf`.
    #[serde(default)]
    pub scheduler: BTreeMap<String, String>,
    pub kubernetes: Option<Kubernetes>,
    /// How jobs get their images; unset: all have `kubernetes.image`.
    pub images: Option<Images>,
    /// How mail is sent; unset: not at all.
    pub mail: Option<Mail>,
    #[serde(default)]
    pub controller: Controller,
    #[serde(default)]
    pub cron: Cron,
    #[serde(default)]
    pub grid: Grid,
    /// The hosts there are, where a command has asked its backend for them; empty: not known.
    #[serde(skip)]
    pub known_hosts: Vec<String>,
    /// Where it was read; `None`: built in.
    #[serde(skip)]
    pub path: Option<PathBuf>,
}

fn default_managers() -> Vec<String> {
    vec!["root".into()]
}
fn default_array_tasks() -> u64 {
    75_000
}
impl Default for Site {
    fn default() -> Site {
        Site {
            backend: None,
            job_id_base: 0,
            managers: default_managers(),
            operators: Vec::new(),
            accounting: None,
            max_array_tasks: default_array_tasks(),
            queues: default_queues(),
            parallel_environments: default_pes(),
            own_complexes: vec![Complex::text("release")],
            host_values: BTreeMap::new(),
            hosts: Vec::new(),
            own_host_groups: Vec::new(),
            own_user_lists: Vec::new(),
            projects: Vec::new(),
            users: Vec::new(),
            calendars: Vec::new(),
            checkpointing: Vec::new(),
            resource_quota_sets: Vec::new(),
            submit_hosts: None,
            admin_hosts: None,
            configuration: BTreeMap::new(),
            scheduler: BTreeMap::new(),
            images: None,
            kubernetes: None,
            controller: Controller::default(),
            cron: Cron::default(),
            mail: None,
            grid: Grid::default(),
            known_hosts: Vec::new(),
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

    /// The namespace of a user's jobs.
    pub fn namespace(&self, user: &str) -> Option<String> {
        self.kubernetes.as_ref().map(|kubernetes| kubernetes.namespace.replace("{user}", user))
    }

    /// Kueue's settings, where the site has it.
    pub fn kueue(&self) -> Option<&Kueue> {
        self.kubernetes.as_ref()?.kueue.as_ref()
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
