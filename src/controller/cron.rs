//! Crontabs in the cluster: a pod for each entry whenever it is due (ticks.rs). Its name says which line and which minute, so that
//! none is made twice; what was due while no controller was at work is made up for, the last time of each entry.
//!
//! Kubernetes' own CronJobs are not used: their controller asks twenty times a second at most by default, and most crontabs are
//! due at the full hour; and they know neither cron's rule of both day fields nor what it does as the clock is changed.

use super::feed::Feed;
use super::metrics::Metrics;
use super::ticks::{Crons, Due, LEAD, Table, is_settled};
use super::withdrawal::{Withdrawal, withdraw};
use super::world::Key;
use crate::backend::kubernetes::client::{Api, Failure, MERGE};
use crate::backend::kubernetes::crontab::{self, SeenCrontab};
use crate::backend::kubernetes::seen::SeenPod;
use crate::backend::kubernetes::watch::Event;
use crate::backend::kubernetes::{ACCOUNTING, objects, pod::CONTAINER};
use crate::backend::local::host_name;
use crate::cron::{self, OUTPUT, Run};
use crate::mail::{Output, Post};
use crate::site::Site;
use futures::stream::StreamExt;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

/// A command's pod stays for so many minutes: for `kubectl`, and so that nobody makes it again.
const KEPT: i64 = 5;
/// Events that are read ahead: while commands are begun the watches rest, which share the thread with that.
const AHEAD: usize = 16;
/// Requests at a time.
const WIDTH: usize = 128;
/// Until what could not be begun is tried again; doubled up to the longest.
const AGAIN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// What the watches tell.
#[expect(clippy::large_enum_variant, reason = "most of what comes is pods")]
enum Told {
    Table(Event<SeenCrontab>),
    Pod(Event<SeenPod>),
}

impl Told {
    fn to(self, crons: &mut Crons, site: &Site) {
        match self {
            Told::Table(event) => crons.table_event(event, site, objects::now()),
            Told::Pod(event) => crons.pod_event(event, objects::now()),
        }
    }
}

/// Until it is dropped. `before`: when a controller was last at work, in seconds since 1970.
pub async fn work(site: &Site, api: &Api, metrics: &Metrics, before: Option<i64>) {
    let selector = [("labelSelector", crontab::OURS)];
    let mut feed = Feed::new(AHEAD);
    feed.watch(api, objects::ALL_SECRETS, &selector, Told::Table);
    feed.watch(api, objects::ALL_PODS, &selector, Told::Pod);
    let post = post(site).await;
    let mut crons = Crons::since(before, objects::now());
    loop {
        let again = crons.again.map(|(at, _)| at.saturating_duration_since(Instant::now()));
        let pause = again.unwrap_or(LONGEST).min(until_next());
        tokio::select! {
            told = feed.next() => told.into_iter().for_each(|told| told.to(&mut crons, site)),
            () = tokio::time::sleep(pause) => {}
        }
        while let Some(told) = feed.ready() {
            told.to(&mut crons, site);
        }
        if crons.tables.is_none() || crons.pods.is_none() {
            continue;
        }
        if crons.boots.is_none() {
            crons.boots = boots(api).await;
        }
        crons.look(objects::now());
        let started = crons.starts(objects::now());
        if crons.again.is_none_or(|(at, _)| at <= Instant::now()) {
            begin(&mut crons, site, api, metrics).await;
            take_back(&mut crons, api, metrics).await;
        }
        note_boots(&mut crons, started, api).await;
        settle(&mut crons, api, metrics, post.as_ref()).await;
    }
}

/// The starts (boot ids) of all nodes, as their kubelets tell them; `None` where they cannot be read now.
async fn boots(api: &Api) -> Option<BTreeSet<String>> {
    let nodes: serde_json::Value = match api.get("/api/v1/nodes").await {
        Ok(nodes) => nodes,
        Err(failure) => {
            tracing::warn!(%failure, "cannot list nodes: @reboot has to wait");
            return None;
        }
    };
    let id = |node: &serde_json::Value| node["status"]["nodeInfo"]["bootID"].as_str().filter(|id| !id.is_empty()).map(String::from);
    Some(nodes["items"].as_array()?.iter().filter_map(id).collect())
}

/// Notes the nodes' starts in tables, so that their `@reboot` is not done again before the next one.
async fn note_boots(crons: &mut Crons, namespaces: Vec<String>, api: &Api) {
    let (Some(tables), Some(boots)) = (&mut crons.tables, &crons.boots) else { return };
    for namespace in namespaces {
        let text = boots.iter().cloned().collect::<Vec<_>>().join(",");
        let change = json!({ "metadata": { "annotations": { crontab::BOOTS: text } } });
        let path = objects::secret_path(&namespace, crontab::NAME);
        match api.patch::<serde_json::Value>(&path, MERGE, &change).await {
            Err(failure) => tracing::warn!(namespace, %failure, "the nodes' starts cannot be noted"),
            Ok(_) => _ = tables.get_mut(&namespace).map(|table| table.boots = Some(boots.clone())),
        }
    }
}

/// Until pods of the next minute are made.
fn until_next() -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let ahead = now.as_millis() + LEAD as u128 * 1000;
    Duration::from_millis(60_000 - (ahead % 60_000) as u64)
}

async fn post(site: &Site) -> Option<Post> {
    let settings = site.mail.clone()?;
    let mut directory = site.accounting_path().unwrap_or_else(|| ACCOUNTING.into()).into_os_string();
    directory.push(".cron-mail");
    let opened = tokio::task::spawn_blocking(move || {
        Post::open(std::path::Path::new(&directory), &settings, &host_name(), |line| tracing::warn!("{line}"))
    });
    match opened.await {
        Ok(Ok(post)) => Some(post),
        Ok(Err(error)) => {
            tracing::error!(error = crate::error::plain(&error), "no mail of crontabs can be queued");
            None
        }
        Err(_) => None,
    }
}

/// Withdraws pods that their node has forgotten, and removes those that are no more wanted.
async fn take_back(crons: &mut Crons, api: &Api, metrics: &Metrics) {
    for (key, version) in crons.forgotten(objects::now()) {
        let withdrawn = withdraw(api, &key, &version, Withdrawal::Forgotten).await;
        metrics.did("withdraw_cron", withdrawn.is_ok());
        match withdrawn {
            Ok(seen) => seen.into_iter().for_each(|pod| crons.pod_event(Event::Changed(pod), objects::now())),
            Err(failure) => tracing::warn!(pod = key.1, %failure, "a pod that its host has forgotten cannot be withdrawn"),
        }
    }
    let pods = crons.unwanted(objects::now());
    if delete(pods, api, metrics).await.values().any(Result::is_err) {
        crons.again = Some((Instant::now() + AGAIN, AGAIN));
    }
}

/// Makes the pods of what is due.
async fn begin(crons: &mut Crons, site: &Site, api: &Api, metrics: &Metrics) {
    let pause = crons.again.take().map_or(AGAIN, |(_, pause)| (pause * 2).min(LONGEST));
    let due = crons.take_due(objects::now());
    let tables = crons.tables.as_ref();
    let made = due.into_iter().filter_map(|due| {
        let Table { version, crontab, .. } = tables?.get(&due.namespace)?;
        let pod = crontab::pod(due.tick, version, &crontab.owner, &due.namespace, site);
        Some(async move {
            let made = match &pod {
                Ok(pod) => api.create(&objects::pods(&due.namespace), pod).await,
                Err(why) => Err(Failure::Setup(why.clone())),
            };
            (due, made)
        })
    });
    let made: Vec<(Due, Result<(), Failure>)> = futures::stream::iter(made).buffer_unordered(WIDTH).collect().await;
    for (due, made) in made {
        let is_there = made.as_ref().is_err_and(Failure::is_there_already);
        metrics.did("begin_cron", made.is_ok() || is_there);
        let Err(failure) = made else { continue };
        if is_there && is_settled(due.tick.minute, objects::now()) {
            continue;
        }
        // One that is there may be an older table's: the watch will tell.
        if !is_there {
            let line = due.tick.line;
            tracing::warn!(namespace = due.namespace, line, %failure, "a crontab's command cannot be begun");
            if let Some(table) = crons.tables.as_mut().and_then(|tables| tables.get_mut(&due.namespace)) {
                let reason = format!("cannot be begun: {failure}");
                cron::note(&mut table.runs, Run { line, minute: due.tick.minute - 1, reason, ..Run::default() });
            }
        }
        crons.waiting.push(due);
        crons.again = Some((Instant::now() + pause, pause));
    }
}

/// Notes and mails what has ended, and removes pods after a while.
async fn settle(crons: &mut Crons, api: &Api, metrics: &Metrics, post: Option<&Post>) {
    let (Some(tables), Some(pods)) = (&mut crons.tables, &mut crons.pods) else { return };
    let ended = |pod: &&SeenPod| {
        pod.metadata.deletion_timestamp.is_none() && !pod.is_withdrawn() && (pod.has_ended() || pod.terminated().is_some())
    };
    let mut fresh: BTreeMap<String, Vec<(Run, &SeenPod)>> = BTreeMap::new();
    let mut old = Vec::new();
    for pod in pods.values().filter(ended) {
        // What ends before its minute has not run.
        let Some(run) = crontab::run(pod).filter(|run| is_settled(run.minute, objects::now())) else { continue };
        let namespace = &pod.metadata.namespace;
        let known = tables.get(namespace).is_none_or(|table| is_noted(table, &run));
        if !known {
            fresh.entry(namespace.clone()).or_default().push((run, pod));
        } else if run.minute + KEPT < crons.mark {
            old.push((namespace.clone(), pod.metadata.name.clone()));
        }
    }
    let mut notes = Vec::new();
    for (namespace, runs) in &fresh {
        let Some(table) = tables.get(namespace) else { continue };
        let mut noted = table.runs.clone();
        for (run, pod) in runs {
            mail(table, run, pod, api, post).await;
            cron::note(&mut noted, run.clone());
        }
        noted.retain(|run| table.entries.iter().any(|entry| entry.line == run.line));
        notes.push((namespace.clone(), noted));
    }
    let written = notes.into_iter().map(|(namespace, noted)| async move {
        let text = serde_json::to_string(&noted).unwrap_or_default();
        let change = json!({ "metadata": { "annotations": { crontab::RUNS: text } } });
        let path = objects::secret_path(&namespace, crontab::NAME);
        let written = api.patch::<serde_json::Value>(&path, MERGE, &change).await;
        (namespace, noted, written.map(|_| ()))
    });
    let written: Vec<_> = futures::stream::iter(written).buffer_unordered(WIDTH).collect().await;
    for (namespace, noted, written) in written {
        metrics.did("note_cron", written.is_ok());
        match written {
            Err(failure) if !failure.is_not_found() => tracing::warn!(namespace, %failure, "a run of a crontab cannot be noted"),
            _ => {
                if let Some(table) = tables.get_mut(&namespace) {
                    table.runs = noted;
                }
            }
        }
    }
    for (key, deleted) in delete(old, api, metrics).await {
        if deleted.is_ok() {
            pods.remove(&key);
        }
    }
}

/// Deletes pods, and gives what became of each.
async fn delete(pods: Vec<Key>, api: &Api, metrics: &Metrics) -> HashMap<Key, Result<(), Failure>> {
    let deletions = pods.into_iter().map(|(namespace, name)| async move {
        let deleted = api.delete(&objects::pod_path(&namespace, &name), "Background").await;
        ((namespace, name), deleted)
    });
    let deleted: HashMap<_, _> = futures::stream::iter(deletions).buffer_unordered(WIDTH).collect().await;
    deleted.values().for_each(|deleted: &Result<(), Failure>| metrics.did("delete_cron", deleted.is_ok()));
    deleted
}

/// True where this run, or a later one of its line, is noted; of a line that is there no more nothing is.
fn is_noted(table: &Table, run: &Run) -> bool {
    let is_there = table.entries.iter().any(|entry| entry.line == run.line);
    !is_there || table.runs.iter().any(|noted| noted.line == run.line && noted.minute >= run.minute && noted.exit_status.is_some())
}

/// Queues the output of a command for those the table names.
async fn mail(table: &Table, run: &Run, pod: &SeenPod, api: &Api, post: Option<&Post>) {
    let entry = table.entries.iter().find(|entry| entry.line == run.line);
    let (Some(post), Some(entry)) = (post, entry) else { return };
    let Some(mail_to) = &entry.mail_to else { return };
    let path = objects::pod_path(&pod.metadata.namespace, &pod.metadata.name);
    let path = format!("{path}/log?container={CONTAINER}&limitBytes={OUTPUT}");
    let text = match api.call(http::Method::GET, &path, "application/json", "*/*", Vec::new()).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(failure) => {
            tracing::warn!(pod = pod.metadata.name, %failure, "a command's output cannot be read");
            format!("(the output cannot be read: {failure})\n")
        }
    };
    if text.is_empty() {
        return;
    }
    let owner = &table.crontab.owner.user;
    let output = Output { owner, line: run.line, mail_to, title: &entry.title, text: &text };
    post.put(post.compose_cron(&format!("cron/{}", pod.metadata.uid), &output));
}
