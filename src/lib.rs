//! gridshim: Grid Engine's commands and Toolforge's wrappers, running their jobs on Kubernetes or on this machine.
//!
//! ```text
//! argv, #$ lines, files -> options -> Request -> job::resolve -> Job -> Backend::submit -> JobId -> render -> bytes, exit code
//! qstat, qdel, qacct    -> options -> Query   -> Backend::jobs / accounting -> JobStatus | Record -> render -> bytes, exit code
//! program, its files    -> runtime::detect -> Needs -> runtime::choose (catalogue) -> the Job's image
//! crontab               -> grammar::crontab -> cron -> Backend::install; every minute: cron::clock -> Spec -> shepherd
//! in the cluster: objects -> observe -> World -> controller::plan -> Actions -> apply -> objects
//! ```
//!
//! `tests/imports.rs` checks who may import whom. Without the feature `client` only the shepherd and what it reads are built.

#[cfg(feature = "client")]
pub mod accounting;
#[cfg(feature = "client")]
pub mod backend;
#[cfg(feature = "client")]
pub mod commands;
#[cfg(feature = "client")]
pub mod controller;
#[cfg(feature = "client")]
pub mod cron;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "client")]
pub mod grammar;
#[cfg(feature = "client")]
pub mod host;
#[cfg(feature = "client")]
pub mod job;
#[cfg(feature = "client")]
pub mod mail;
#[cfg(feature = "client")]
pub mod options;
#[cfg(feature = "client")]
pub mod pages;
pub mod record;
#[cfg(feature = "client")]
pub mod render;
#[cfg(feature = "client")]
pub mod request;
#[cfg(feature = "client")]
pub mod runtime;
pub mod shepherd;
#[cfg(feature = "client")]
pub mod site;
