//! The controller: does what outlives a client. It accounts ended pods, starts jobs whose predecessors have ended, notes error
//! states and cleans up (architecture D9). It keeps nothing that is not in the objects or in the accounting files.
//!
//! ```text
//! lease -> watch of Jobs, watch of pods -> World -> plan (pure) -> Actions -> apply -> objects, accounting
//! ```

mod apply;
mod bars;
mod books;
mod cron;
mod endpoints;
mod events;
mod feed;
mod gates;
mod idle;
mod lease;
mod mails;
mod metrics;
pub mod plan;
mod record;
mod removal;
mod stuck;
mod ticks;
mod withdrawal;
pub mod world;

use crate::backend::kubernetes::client::{Api, Failure, query};
use crate::backend::kubernetes::seen::{SeenJob, SeenPod, SeenSecret};
use crate::backend::kubernetes::watch::Event;
use crate::backend::kubernetes::{ACCOUNTING, change, objects};
use crate::backend::local::host_name;
use crate::error::{Error, Result};
use crate::site::Site;
use books::Books;
use endpoints::Health;
use feed::Feed;
use lease::Lease;
use mails::Mails;
use metrics::Metrics;
use removal::Pace;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use world::World;

/// Looks for what only time makes due.
const TICK: Duration = Duration::from_secs(5);
/// Events that come within this are planned for together.
const TOGETHER: Duration = Duration::from_millis(20);
/// Events that are read ahead.
const AHEAD: usize = 4096;
/// Secrets are listed, not watched: a Job's own is known by name.
const SECRETS_EVERY: Duration = Duration::from_secs(600);
/// And when a Job has gone that may be being replaced, but no more often than this.
const SECRETS_SOON: Duration = Duration::from_secs(2);
/// And where the policy is missing that gives pods of started arrays gates.
const GATES_SOON: Duration = Duration::from_secs(10);

/// Until a controller that has the accounting file is looked for again.
const BOOKS_EVERY: Duration = Duration::from_millis(200);

/// Runs until it is ended.
///
/// # Errors
/// No cluster is configured, or the accounting file cannot be opened.
pub fn run(site: Site) -> Result<()> {
    log();
    if site.kubernetes.is_none() {
        return Err(Error::Backend("gridshim controller: no cluster is configured: site.toml has no [kubernetes] table".into()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Backend(format!("gridshim controller: {}", crate::error::plain(&error))))?;
    // The watches are tasks of this thread.
    let ended = tokio::task::LocalSet::new().block_on(&runtime, lead(site));
    runtime.shutdown_background();
    ended
}

fn log() {
    let level = std::env::var("GRIDSHIM_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(tracing::Level::INFO);
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false);
    if std::env::var("GRIDSHIM_LOG_FORMAT").as_deref() == Ok("json") { lines.json().init() } else { lines.init() }
}

/// Waits for the lease, works as long as it is held, and gives it away at the end.
async fn lead(site: Site) -> Result<()> {
    let failed = |error: std::io::Error| Error::Backend(format!("gridshim controller: {}", crate::error::plain(&error)));
    let api = Api::open().await.map_err(|failure| Error::Backend(format!("gridshim controller: {failure}")))?;
    let health = Arc::new(Health { metrics: Metrics::default(), ready: AtomicBool::new(true) });
    if let Some(address) = &site.controller.listen {
        endpoints::serve(address, health.clone()).await?;
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).map_err(failed)?;
    let holder = std::env::var("POD_NAME").ok().filter(|name| !name.is_empty()).unwrap_or_else(host_name);
    let mut lease = Lease::new(&api, holder);
    loop {
        let waits = async {
            loop {
                health.metrics.beat();
                tokio::time::sleep(TICK).await;
            }
        };
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            () = waits => {}
            () = lease.acquire() => {}
        }
        health.metrics.leads(true);
        health.ready.store(false, Ordering::Relaxed);
        let at_work_until = lease.at_work_until();
        // The lease is looked at first: whatever was slow, nothing more is done without it. All that was known is forgotten then.
        let ended = tokio::select! {
            biased;
            () = lease.keep() => None,
            _ = terminate.recv() => Some(Ok(())),
            _ = interrupt.recv() => Some(Ok(())),
            failed = work(&site, &api, &health) => Some(failed),
            () = cron::work(&site, &api, &health.metrics, at_work_until) => None,
        };
        if let Some(ended) = ended {
            lease.release().await;
            return ended;
        }
        health.metrics.leads(false);
        health.ready.store(true, Ordering::Relaxed);
    }
}

/// The accounting file, as soon as no other controller has it: one that was killed lets it go at once.
async fn books(path: &Path, health: &Health) -> Result<Books> {
    let mut told = false;
    loop {
        health.metrics.beat();
        let opened = Books::open(path)
            .map_err(|error| Error::Backend(format!("gridshim controller: {}: {}", path.display(), crate::error::plain(&error))))?;
        if let Some(books) = opened {
            return Ok(books);
        }
        if !std::mem::replace(&mut told, true) {
            tracing::warn!(file = %path.display(), "another controller has the accounting file: waiting until it ends");
        }
        tokio::time::sleep(BOOKS_EVERY).await;
    }
}

/// Plans and does, until it is dropped.
async fn work(site: &Site, api: &Api, health: &Health) -> Result<()> {
    let path = site.accounting_path().unwrap_or_else(|| ACCOUNTING.into());
    let mut books = books(&path, health).await?;
    // It waits for the one before, which may be in the midst of a delivery; the lease is renewed meanwhile.
    let opening = {
        let (path, site) = (path.clone(), site.clone());
        tokio::task::spawn_blocking(move || Mails::open(&path, &site))
    };
    let mut mails = opening.await.map_err(|error| Error::Backend(format!("gridshim controller: mail: {error}")))?;
    let selector = [("labelSelector", objects::OURS)];
    let mut feed = Feed::new(AHEAD);
    feed.watch(api, objects::ALL_JOBS, &selector, Told::Job);
    let mut watches_pods = false;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut world = World::default();
    let mut secrets_at: Option<Instant> = None;
    let mut planning = Duration::ZERO;
    let mut removals = Pace::default();
    loop {
        tokio::select! {
            told = feed.next() => told.into_iter().for_each(|told| told.to(&mut world)),
            () = removals.due() => {}
            _ = tick.tick() => {
                world.forget();
                idle::note(&mut world, objects::now());
                if world.pods_known {
                    books.forget(world.pods.values().map(|pod| pod.metadata.uid.as_str()));
                }
            }
        }
        // As long again as planning took: the watches share this thread with it.
        tokio::time::sleep(TOGETHER.max(planning)).await;
        while let Some(told) = feed.ready() {
            told.to(&mut world);
        }
        // Pods are listed after Jobs: then they are newer than what the Jobs say of them.
        if world.jobs_known && !watches_pods {
            watches_pods = true;
            feed.watch(api, objects::ALL_PODS, &selector, Told::Pod);
        }
        health.metrics.beat();
        if world.is_complete() {
            health.ready.store(true, Ordering::Relaxed);
        }
        let pause = if world.wants_secrets() {
            SECRETS_SOON
        } else if world.wants_gates() {
            GATES_SOON
        } else {
            SECRETS_EVERY
        };
        if world.is_complete() && secrets_at.is_none_or(|at| at.elapsed() > pause) {
            secrets_at = Some(Instant::now());
            match api.list::<SeenSecret>(&format!("{}{}", objects::ALL_SECRETS, query(&selector))).await {
                Ok(list) => world.secrets(list.items),
                Err(failure) => tracing::warn!(%failure, "cannot list secrets"),
            }
            let read = async { Ok::<_, Failure>((change::gives_gates(api).await?, bars::read(api).await?)) };
            match read.await {
                Ok((can_gate, bars)) => (world.can_gate, world.bars) = (can_gate, Some(bars)),
                Err(failure) => tracing::warn!(%failure, "cannot read which started jobs are held"),
            }
        }
        let begun = Instant::now();
        let actions = removals.of(plan::plan(&world, site, objects::now()), &world, begun);
        planning = begun.elapsed();
        health.metrics.planned(&world, planning);
        mails.look(&world, site);
        if !actions.is_empty() {
            tracing::debug!(?actions);
            let tools = apply::Tools { api, site, metrics: &health.metrics, mails: &mails };
            apply::apply(actions, &mut world, &mut books, &tools).await;
        }
    }
}

/// What the watches tell.
enum Told {
    Job(Event<SeenJob>),
    Pod(Event<SeenPod>),
}

impl Told {
    fn to(self, world: &mut World) {
        match self {
            Told::Job(event) => world.job_event(event),
            Told::Pod(event) => world.pod_event(event),
        }
    }
}
