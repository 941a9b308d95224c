//! How a job gets its image.

use serde::Deserialize;
use std::path::PathBuf;

/// `[images]`: jobs get an image that holds what they need. Without this table all have `[kubernetes] image`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Images {
    /// A catalogue (images/catalog.toml is the example), instead of the built-in one or before it.
    pub catalog: Option<PathBuf>,
    /// Images of the built-in catalogue may be chosen; unset: where neither of the others is given.
    pub builtin: Option<bool>,
    /// `NAMESPACE/NAME` of a ConfigMap in Toolforge's schema, read at each submission; its images come before all others.
    pub config_map: Option<String>,
    /// Programs are looked at for what they need.
    #[serde(default = "yes")]
    pub detect: bool,
    /// Milliseconds after which a program is no longer looked at, and the default is taken.
    #[serde(default = "default_patience")]
    pub patience_ms: u64,
    /// The image of a job that needs nothing in particular, or more than any image has: a name of the catalogue. Unset: `grid` where
    /// there is one, else `[kubernetes] image`.
    pub default: Option<String>,
    /// images/build.sh, for `gridshim image build`.
    #[serde(default = "default_builder")]
    pub builder: PathBuf,
    /// Where kpack is installed: it builds what `gridshim image build` asks for.
    pub kpack: Option<Kpack>,
    /// The first that fits decides, before what the program needs.
    #[serde(default, rename = "rule")]
    pub rules: Vec<ImageRule>,
}

/// Jobs of these users, in these queues and of these names (each a pattern; unset: all) get this image.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageRule {
    pub user: Option<String>,
    pub queue: Option<String>,
    pub name: Option<String>,
    /// A name of the catalogue, or a whole reference.
    pub image: String,
}

/// How images are asked for of kpack (images/kpack has the builder).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpack {
    /// Where the Image objects are.
    #[serde(default = "default_namespace")]
    pub namespace: String,
    /// The reference of an image; `{name}` is replaced.
    pub tag: String,
    /// An image with nothing in it: kpack wants a source, and the runtimes come with the request.
    pub source: String,
    /// The ClusterBuilder.
    #[serde(default = "default_kpack_builder")]
    pub builder: String,
    #[serde(default = "default_service_account")]
    pub service_account: String,
}

fn default_namespace() -> String {
    "gridshim-images".into()
}
fn default_kpack_builder() -> String {
    "gridshim".into()
}
fn default_service_account() -> String {
    "registry".into()
}
fn default_builder() -> PathBuf {
    "/usr/local/share/gridshim/images/build.sh".into()
}
fn yes() -> bool {
    true
}
fn default_patience() -> u64 {
    250
}

impl Images {
    /// Whether the built-in images may be chosen: a site that has its own did not build them.
    pub fn has_builtin(&self) -> bool {
        self.builtin.unwrap_or(self.catalog.is_none() && self.config_map.is_none())
    }
}

impl super::Site {
    /// The release that jsub asks for where nobody does: the hosts', else the first that has an image, else the last one there was.
    pub fn default_release(&self) -> &str {
        let first = || self.kubernetes.as_ref()?.releases.keys().next();
        self.host_values.get("release").or_else(first).map_or("buster", String::as_str)
    }
}

impl Default for Images {
    fn default() -> Images {
        Images {
            catalog: None,
            builtin: None,
            config_map: None,
            detect: true,
            patience_ms: default_patience(),
            default: None,
            builder: default_builder(),
            kpack: None,
            rules: Vec::new(),
        }
    }
}
