//! Crontabs of many users at once: how long before its minute each command's pod runs (or after it), whether there is one for each, and
//! how often the API server is asked for that. On the test cluster with pretended nodes (`make bench-cron`). Being slow is no failure: the exit code is 0.
//! `--tables N`, `--minutes N` for a quick look. What these tables ask for at the full hour, the most, is due at the next minute that is
//! a multiple of five: no run has to wait for the hour.

#[path = "shared/requests.rs"]
mod requests;

use futures::stream::StreamExt;
use gridshim::backend::kubernetes::client::{Api, Failure};
use gridshim::backend::kubernetes::seen::SeenPod;
use gridshim::backend::kubernetes::{crontab, objects, watch};
use gridshim::cron::{Crontab, Planned, clock};
use gridshim::job::Submitter;
use gridshim::site::Site;
use requests::{asked, count_requests};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

type Problem = String;

/// Entries of a table, as on Toolforge: every five and ten minutes, each hour at its own minute or at the full hour, daily.
const ENTRIES: usize = 5;
const WIDTH: usize = 16;
/// Seconds for the tables to be made in.
const INSTALLING: i64 = 90;
/// Seconds over which the shepherds spread the commands of a minute.
const SPREAD: f64 = crontab::SPREAD as f64 / 1000.0;
/// Goal of the project, in seconds.
const LATE: f64 = 5.0;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("benchmarks: nothing done; make bench-cron runs them");
        return;
    }
    let number = |name: &str, default: i64| {
        let given = words.iter().skip_while(|word| *word != name).nth(1);
        given.and_then(|word| word.parse().ok()).unwrap_or(default)
    };
    let (tables, minutes) = (number("--tables", 1000), number("--minutes", 5));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(|error| error.to_string()).and_then(|runtime| runtime.block_on(run(tables, minutes)));
    if let Err(problem) = done {
        println!("benchmarks: {problem}");
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

async fn run(tables: i64, minutes: i64) -> Result<(), Problem> {
    let api = Api::open().await.map_err(|failure| format!("{failure}; KUBECONFIG must name the administrator's file"))?;
    let site = Site::parse(include_str!("../compat/reference-site.toml"), "reference").map_err(|error| error.to_string())?;
    count_requests(&api).await?;
    let full = next_five();
    let all: Vec<(String, Crontab, Vec<Planned>)> = (0..tables).map(|number| table(number, full % 60, &site)).collect::<Result<_, _>>()?;
    let made: Vec<Result<(), Problem>> =
        futures::stream::iter(all.iter()).map(|table| install(&api, table, &site)).buffer_unordered(WIDTH).collect().await;
    made.into_iter().collect::<Result<(), Problem>>()?;
    println!("{tables} crontabs of {ENTRIES} entries each");
    let seen = watched(&api, &all, full, minutes).await;
    let gone: Vec<_> = futures::stream::iter(all.iter())
        .map(|(namespace, ..)| async { api.delete(&space(namespace), "Background").await })
        .buffer_unordered(WIDTH)
        .collect()
        .await;
    println!("{} namespaces removed", gone.iter().filter(|gone| gone.is_ok()).count());
    seen
}

/// The minute since 1970, a multiple of five, that stands for the full hour: with time to make the tables before it.
fn next_five() -> i64 {
    ((now() as i64 + INSTALLING) / 300 + 1) * 5
}

/// What is seen of the commands that are due in so many minutes.
async fn watched(api: &Api, all: &[(String, Crontab, Vec<Planned>)], full: i64, minutes: i64) -> Result<(), Problem> {
    let first = (now() as i64 / 60 + 1).max(full + 1 - minutes);
    let mut due: BTreeSet<(String, String)> = BTreeSet::new();
    for minute in first..first + minutes {
        for (namespace, _, entries) in all {
            let is_due = |entry: &&Planned| entry.schedule.is_some_and(|schedule| clock::due(&schedule, entry.zone, minute) > 0);
            due.extend(entries.iter().filter(is_due).map(|entry| (namespace.clone(), format!("cron-{}-{minute}-0", entry.line))));
        }
    }
    let before = asked(api).await?;
    let mut pods = std::pin::pin!(watch::watch::<SeenPod>(api, objects::ALL_PODS, &[("labelSelector", crontab::OURS)]));
    let mut begun: BTreeMap<(String, String), Begun> = BTreeMap::new();
    let end = ((first + minutes) * 60) as f64 + 30.0;
    while now() < end {
        let next = tokio::time::timeout(Duration::from_secs_f64((end - now()).max(0.1)), pods.next()).await;
        let Ok(Some(Ok(event))) = next else { continue };
        let found = match event {
            watch::Event::All(all) => all,
            watch::Event::Changed(pod) => vec![pod],
            watch::Event::Gone(_) => Vec::new(),
        };
        for pod in found {
            let late = now() - pod.metadata.labels.cron_minute.parse::<f64>().unwrap_or(0.0) * 60.0;
            let runs = ["Running", "Succeeded"].contains(&pod.status.phase.as_str());
            let begun = begun.entry((pod.metadata.namespace, pod.metadata.name)).or_default();
            begun.made.get_or_insert(late);
            if runs {
                begun.runs.get_or_insert(late);
            }
            begun.uids.insert(pod.metadata.uid);
        }
    }
    let after = asked(api).await?;
    let mut late: Vec<f64> = due.iter().filter_map(|key| begun.get(key)?.runs).collect();
    late.sort_by(f64::total_cmp);
    for minute in (first..first + minutes).filter(|minute| minute % 5 == 0) {
        let is_its = |key: &&(String, String)| key.1.ends_with(&format!("-{minute}-0"));
        let its: Vec<&Begun> = due.iter().filter(is_its).filter_map(|key| begun.get(key)).collect();
        let last = |of: fn(&Begun) -> Option<f64>| its.iter().filter_map(|begun| of(begun)).fold(f64::MIN, f64::max);
        let (made, runs) = (last(|begun| begun.made), last(|begun| begun.runs));
        println!(
            "minute {} of the hour: {} commands; the last pod is made {}, and runs {}",
            minute % 60,
            its.len(),
            side(made),
            side(runs)
        );
    }
    let missing = due.len() - late.len();
    let twice = begun.values().filter(|begun| begun.uids.len() > 1).count();
    // Pods of the minute behind the last one may be there already.
    let is_watched = |key: &(String, String)| (first..first + minutes).any(|minute| key.1.contains(&format!("-{minute}-")));
    let unexpected = begun.keys().filter(|key| is_watched(key) && !due.contains(*key)).count();
    let at = |part: f64| late.get(((late.len() as f64 * part) as usize).min(late.len().saturating_sub(1))).copied().unwrap_or(0.0);
    println!(
        "{} commands due in {minutes} minutes, {missing} not begun, {twice} begun twice, {unexpected} begun in another minute",
        due.len()
    );
    println!("pods run: {} (median), {} (99 of 100), {} (the last)", side(at(0.5)), side(at(0.99)), side(at(1.0)));
    println!(
        "the last command is begun {:.2} s after its minute has, {SPREAD} s of that so that not all submit at once; goal {LATE} s",
        at(1.0).max(SPREAD)
    );
    let asked = after.controller - before.controller;
    println!("requests of the controller: {:.0} a minute, {:.2} a command", asked / minutes as f64, asked / due.len().max(1) as f64);
    Ok(())
}

/// What is seen of a command's pods: their uids, and seconds behind the beginning of its minute.
#[derive(Default)]
struct Begun {
    uids: BTreeSet<String>,
    made: Option<f64>,
    runs: Option<f64>,
}

fn side(seconds: f64) -> String {
    if seconds < 0.0 { format!("{:.2} s before", -seconds) } else { format!("{seconds:.2} s after") }
}

fn user(number: i64) -> String {
    format!("cron{number}")
}

fn space(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}")
}

fn table(number: i64, full: i64, site: &Site) -> Result<(String, Crontab, Vec<Planned>), Problem> {
    // Spread over hours and minutes, the same in every run.
    let at = |salt: i64, most: u64| {
        let mixed = (number as u64 * 1000 + salt as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)) % most
    };
    let entry = |salt: i64| match at(salt, 20) {
        0 | 1 => "*/5 * * * *".to_string(),
        2 | 3 => format!("{}-59/10 * * * *", full % 10),
        4 => format!("{}-59/15 * * * *", full % 15),
        5 => format!("{full} * * * *"),
        6..=12 => format!("{} * * * *", at(salt + 50, 60)),
        _ => format!("{} {} * * *", at(salt + 50, 60), at(salt + 90, 24)),
    };
    let text: String = (0..ENTRIES as i64).map(|salt| format!("{} jsub -N n{salt} true\n", entry(salt))).collect();
    let owner = Submitter {
        user: user(number),
        uid: 5002,
        group: "tools".into(),
        gid: 6001,
        gids: vec![6001],
        home: "/home/bob".into(),
        shell: "/bin/bash".into(),
        ..Submitter::default()
    };
    let crontab = Crontab { text: text.into_bytes(), installed: now() as i64, owner };
    let entries = crontab.entries(site).map_err(|mistake| mistake.what.to_string())?;
    Ok((format!("grid-{}", user(number)), crontab, entries))
}

async fn install(api: &Api, (namespace, crontab, _): &(String, Crontab, Vec<Planned>), site: &Site) -> Result<(), Problem> {
    let secret: Value = crontab::secret(crontab, namespace, site, |_| None)?;
    let object = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": namespace,
        "labels": { "app.kubernetes.io/managed-by": "gridshim", "pod-security.kubernetes.io/enforce": "privileged" },
        "annotations": {
            "gridshim.io/user": crontab.owner.user, "gridshim.io/uid": "5002", "gridshim.io/gid": "6001", "gridshim.io/gids": "6001",
            "gridshim.io/home": "/home/bob", "gridshim.io/volumes": "/home/bob",
        },
    } });
    let made = |answer: Result<(), Failure>| match answer {
        Err(failure) if !failure.is_there_already() => Err(failure.to_string()),
        _ => Ok(()),
    };
    made(api.create("/api/v1/namespaces", &object).await)?;
    // As deploy/add-user.sh makes it.
    let range = json!({ "apiVersion": "v1", "kind": "LimitRange", "metadata": { "name": "gridshim" }, "spec": { "limits": [] } });
    made(api.create(&format!("{}/limitranges", space(namespace)), &range).await)?;
    crontab::install(api, namespace, &secret).await.map_err(|failure| failure.to_string())
}
