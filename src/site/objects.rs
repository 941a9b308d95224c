//! Calendars and checkpointing environments (compat/captures/qconf/objects.txt).

use super::Site;
use serde::Deserialize;

/// A calendar. gridshim shows it; queues are not switched off by it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub name: String,
    #[serde(default = "upper_none")]
    pub year: String,
    #[serde(default = "upper_none")]
    pub week: String,
}

/// A checkpointing environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpointing {
    pub name: String,
    #[serde(default = "default_interface")]
    pub interface: String,
    #[serde(default = "none")]
    pub ckpt_command: String,
    #[serde(default = "none")]
    pub migr_command: String,
    #[serde(default = "none")]
    pub restart_command: String,
    #[serde(default = "none")]
    pub clean_command: String,
    #[serde(default = "default_dir")]
    pub ckpt_dir: String,
    #[serde(default = "none")]
    pub signal: String,
    /// Letters of `smxr`: at shutdown, at the minimum CPU interval, at suspension, rescheduled.
    #[serde(default = "default_when")]
    pub when: String,
}

impl Site {
    /// A calendar by its exact name.
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.name == name)
    }

    /// A checkpointing environment by its exact name.
    pub fn ckpt(&self, name: &str) -> Option<&Checkpointing> {
        self.checkpointing.iter().find(|ckpt| ckpt.name == name)
    }
}

fn upper_none() -> String {
    "NONE".into()
}
fn none() -> String {
    "none".into()
}
fn default_interface() -> String {
    "userdefined".into()
}
fn default_dir() -> String {
    "/tmp".into()
}
fn default_when() -> String {
    "sx".into()
}
