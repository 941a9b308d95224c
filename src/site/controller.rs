//! The controller's settings.

use serde::Deserialize;

/// The `[controller]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// `ADDRESS:PORT` where Prometheus finds `/metrics` and kubelet `/livez` and `/readyz`; unset: nowhere.
    pub listen: Option<String>,
    /// Seconds that a finished job stays, for those who wait for it and for `qstat -s z`.
    #[serde(default = "default_retention")]
    pub retention: u64,
}

impl Default for Controller {
    fn default() -> Controller {
        Controller { listen: None, retention: default_retention() }
    }
}

fn default_retention() -> u64 {
    60
}
