//! The controller: does what outlives a client. It accounts ended pods, starts jobs whose predecessors have ended, notes error
//! states and cleans up (architecture D9). It keeps nothing that is not in the objects or in the accounting files.
//!
//! ```text
//! watch of Jobs, watch of pods -> World -> plan (pure) -> Actions -> apply -> objects, accounting
//! ```

mod apply;
mod books;
mod plan;
mod record;
mod world;

use crate::backend::kubernetes::client::{Api, METADATA_ONLY, query};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, SeenSecret};
use crate::backend::kubernetes::{ACCOUNTING, objects, watch};
use crate::error::{Error, Result};
use crate::site::Site;
use books::Books;
use futures::FutureExt;
use futures::stream::StreamExt;
use std::time::{Duration, Instant};
use world::World;

/// Looks for what only time makes due.
const TICK: Duration = Duration::from_secs(5);
/// Events that come within this are planned for together.
const TOGETHER: Duration = Duration::from_millis(20);
/// Secrets are listed, not watched: a Job's own is known by name.
const SECRETS_EVERY: Duration = Duration::from_secs(600);

/// Runs until it is ended.
///
/// # Errors
/// No cluster is configured, or the accounting file cannot be opened.
pub fn run(site: Site) -> Result<()> {
    let level = std::env::var("GRIDSHIM_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(tracing::Level::INFO);
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).init();
    if site.kubernetes.is_none() {
        return Err(Error::Backend("gridshim controller: no cluster is configured: site.toml has no [kubernetes] table".into()));
    }
    let path = site.accounting_path().unwrap_or_else(|| ACCOUNTING.into());
    let books = Books::open(&path)
        .map_err(|error| Error::Backend(format!("gridshim controller: {}: {}", path.display(), crate::error::plain(&error))))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Backend(format!("gridshim controller: {}", crate::error::plain(&error))))?;
    runtime.block_on(work(site, books))
}

async fn work(site: Site, mut books: Books) -> Result<()> {
    let api = Api::open().await.map_err(|failure| Error::Backend(format!("gridshim controller: {failure}")))?;
    let selector = [("labelSelector", objects::OURS)];
    let mut jobs = std::pin::pin!(watch::watch::<SeenJob>(&api, objects::ALL_JOBS, &selector));
    let mut pods = std::pin::pin!(watch::watch::<SeenPod>(&api, objects::ALL_PODS, &selector));
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut world = World::default();
    let mut secrets_at: Option<Instant> = None;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|error| Error::Backend(format!("gridshim controller: {}", crate::error::plain(&error))))?;
    loop {
        tokio::select! {
            event = jobs.next() => take(event, |event| world.job_event(event)),
            event = pods.next() => take(event, |event| world.pod_event(event)),
            _ = tick.tick() => world.forget(),
            _ = terminate.recv() => return Ok(()),
        }
        tokio::time::sleep(TOGETHER).await;
        while let Some(event) = jobs.next().now_or_never() {
            take(event, |event| world.job_event(event));
        }
        while let Some(event) = pods.next().now_or_never() {
            take(event, |event| world.pod_event(event));
        }
        if world.is_complete() && secrets_at.is_none_or(|at| at.elapsed() > SECRETS_EVERY) {
            secrets_at = Some(Instant::now());
            match api.list::<SeenSecret>(&format!("{}{}", objects::ALL_SECRETS, query(&selector)), METADATA_ONLY).await {
                Ok(list) => world.secrets(list.items),
                Err(failure) => tracing::warn!(%failure, "cannot list secrets"),
            }
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let actions = plan::plan(&world, &site, i64::try_from(now).unwrap_or(0));
        if !actions.is_empty() {
            tracing::debug!(?actions);
            apply::apply(actions, &mut world, &mut books, &api, &site).await;
        }
    }
}

/// A watch's word, or why it has none.
fn take<T>(
    event: Option<std::result::Result<watch::Event<T>, crate::backend::kubernetes::client::Failure>>,
    known: impl FnOnce(watch::Event<T>),
) {
    match event {
        Some(Ok(event)) => known(event),
        Some(Err(failure)) => tracing::warn!(%failure, "watching"),
        None => {}
    }
}
