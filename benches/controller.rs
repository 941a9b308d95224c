//! What the controller costs: its memory with many live jobs while many tasks end, its processor time, and how many requests the
//! API server gets for a task beyond Kubernetes' own. On the test cluster, best on pretended nodes (`make bench-controller`).
//!
//! Requests are counted by the API server itself: a FlowSchema for each of the two users, controller and bob, gives each a counter
//! in its metrics. Memory is the kernel's (VmHWM, the peak). Being slow is no failure: the exit code is 0.
//! `--live N`, `--tasks N`, `--singles N` for a quick look.

#[path = "shared/requests.rs"]
mod requests;

use futures::stream::StreamExt;
use gridshim::backend::kubernetes::client::{Api, Failure};
use gridshim::backend::kubernetes::objects::{self, Place};
use gridshim::job::{Command as Given, Submitter, resolve};
use gridshim::site::Site;
use requests::{USER, asked, count_requests};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Problem = String;

/// Goals of the project.
const MEMORY: f64 = 150.0;
const REQUESTS: f64 = 3.0;

/// Tasks of one array.
const ARRAY: usize = 1000;
/// Ids of the live jobs: far from those that the counter gives.
const FIRST_ID: u64 = 900_000_000;
/// Tasks that are submitted ahead of those that have ended.
const AT_ONCE: usize = 2000;
/// Tasks between two reports.
const SHOWN: usize = 10_000;
/// Requests under way while the live jobs are made.
const WIDTH: usize = 16;
/// Nothing ended for so long: given up.
const STALLED: Duration = Duration::from_secs(300);

/// What is to be measured.
struct Size {
    live: usize,
    tasks: usize,
    singles: usize,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this program too, without the word that `cargo bench` gives.
    if !words.iter().any(|word| word == "--bench") {
        println!("benchmarks: nothing done; make bench-controller runs them");
        return;
    }
    let number = |name: &str, default: usize| {
        let given = words.iter().skip_while(|word| *word != name).nth(1);
        given.and_then(|word| word.parse().ok()).unwrap_or(default)
    };
    let size = Size { live: number("--live", 10_000), tasks: number("--tasks", 100_000), singles: number("--singles", 200) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(|error| error.to_string()).and_then(|runtime| runtime.block_on(run(&size)));
    if let Err(problem) = done {
        println!("benchmarks: {problem}");
    }
}

async fn run(size: &Size) -> Result<(), Problem> {
    let api = Api::open().await.map_err(|failure| format!("{failure}; KUBECONFIG must name the administrator's file"))?;
    count_requests(&api).await?;
    let begun = Instant::now();
    live(&api, size.live).await?;
    println!("{} live jobs made in {} s", size.live, begun.elapsed().as_secs());
    // A controller that begins with them: it reads them all at once.
    let installed = Command::new("tests/cluster/cluster.sh").arg("install").stdout(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        return Err("tests/cluster/cluster.sh install failed".into());
    }
    std::thread::sleep(Duration::from_secs(20));
    told(&format!("with {} live jobs", size.live))?;
    for (what, jobs, tasks) in [("single jobs", size.singles, 1), ("arrays", size.tasks.div_ceil(ARRAY), ARRAY)] {
        measure(&api, what, jobs, tasks).await?;
        told(&format!("after {what}"))?;
    }
    println!("goals: {MEMORY} MiB, {REQUESTS} requests a task");
    Ok(())
}

/// So many arrays, or jobs of one task: from the submission until nothing more is asked for them.
async fn measure(api: &Api, what: &str, jobs: usize, tasks: usize) -> Result<(), Problem> {
    let (before, begun, records) = (asked(api).await?, Instant::now(), records());
    let total = jobs * tasks;
    let (mut last, mut moved, mut submitted, mut shown) = (0, Instant::now(), 0, 0);
    loop {
        let done = crate::records() - records;
        if done >= total {
            break;
        }
        // So many at a time: the cluster's own programs share two cores with what is measured.
        while submitted < jobs && submitted * tasks < done + AT_ONCE {
            submit(tasks)?;
            submitted += 1;
        }
        if done > last {
            (last, moved) = (done, Instant::now());
        }
        if done / SHOWN > shown {
            shown = done / SHOWN;
            let asked = asked(api).await?.controller - before.controller;
            told(&format!("{done} tasks after {} s, {:.2} requests each", begun.elapsed().as_secs(), asked / done as f64))?;
        }
        if moved.elapsed() > STALLED {
            return Err(format!("{done} of {total} tasks have ended, and no more for {} s", STALLED.as_secs()));
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    let ended = begun.elapsed();
    // The pods of the last are taken away, and finished Jobs stay for a minute.
    std::thread::sleep(Duration::from_secs(75));
    let after = asked(api).await?;
    let per_task = |before: f64, after: f64| (after - before) / total as f64;
    let (controller, user) = (per_task(before.controller, after.controller), per_task(before.user, after.user));
    println!(
        "{what}: {total} tasks in {:.0} s; requests a task: {:.2} ({controller:.2} the controller's, {user:.2} the commands')",
        ended.as_secs_f64(),
        controller + user,
    );
    Ok(())
}

/// An array, or a job of one task.
fn submit(tasks: usize) -> Result<(), Problem> {
    let mut words = vec!["qsub", "-terse", "-o", "/dev/null", "-j", "y", "-N", "bench"];
    let range = format!("1-{tasks}");
    if tasks > 1 {
        words.extend(["-t", &range]);
    }
    words.extend(["-b", "y", "true"]);
    bob(&words)
}

/// Makes jobs of bob's with a pod each that no host takes.
async fn live(api: &Api, count: usize) -> Result<(), Problem> {
    let site = Site::parse(include_str!("../compat/reference-site.toml"), "reference").map_err(|error| error.to_string())?;
    let who = Submitter {
        user: USER.into(),
        uid: 5002,
        group: "tools".into(),
        gid: 6001,
        gids: vec![6001],
        home: "/home/bob".into(),
        shell: "/bin/bash".into(),
        workdir: "/home/bob".into(),
        host: "host1".into(),
        ..Submitter::default()
    };
    let given = Given { file: Some("live.sh".into()), args: vec!["one".into(), "two".into()] };
    let job = resolve(gridshim::request::Request::default(), given, who, &[], &site).map_err(|error| error.to_string())?.job;
    let namespace = format!("grid-{USER}");
    let make = |id: u64| {
        let place = Place { site: &site, namespace: &namespace, id };
        let object = objects::job(&job, &place);
        let secret = objects::secret(&job, b"#!/bin/sh\nexit 0\n", &place, |_| None);
        let (jobs, secrets) = (objects::jobs(&namespace), objects::secrets(&namespace));
        async move {
            let (mut object, secret): (Value, Value) = (object?, secret?);
            // The scheduler leaves them alone: ten thousand that no host fits would take it all its time.
            object["spec"]["template"]["spec"]["schedulingGates"] = json!([{ "name": "gridshim.io/bench" }]);
            made(api.create(&secrets, &secret).await)?;
            made(api.create(&jobs, &object).await)
        }
    };
    let ids = FIRST_ID..FIRST_ID + count as u64;
    let done: Vec<Result<(), Problem>> = futures::stream::iter(ids).map(make).buffer_unordered(WIDTH).collect().await;
    done.into_iter().collect()
}

/// An earlier measurement may have made it.
fn made(answer: Result<(), Failure>) -> Result<(), Problem> {
    match answer {
        Err(failure) if !failure.is_there_already() => Err(failure.to_string()),
        _ => Ok(()),
    }
}

fn bob(words: &[&str]) -> Result<(), Problem> {
    let output = Command::new("runuser")
        .args([
            "-u",
            USER,
            "--",
            "env",
            "-i",
            "HOME=/home/bob",
            "USER=bob",
            "LOGNAME=bob",
            "SHELL=/bin/bash",
            "PATH=/usr/local/bin:/usr/bin:/bin",
        ])
        .args(words)
        .current_dir("/home/bob")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{}: {said}", words.join(" "))) }
}

/// The records of the benchmark's jobs.
fn records() -> usize {
    let text = fs::read_to_string("/var/lib/gridshim/accounting").unwrap_or_default();
    text.lines().filter(|line| line.split(':').nth(4) == Some("bench")).count()
}

/// Prints what the controller has needed until now.
fn told(when: &str) -> Result<(), Problem> {
    let state = std::env::var("GRIDSHIM_CLUSTER").unwrap_or_else(|_| "/var/tmp/gridshim-cluster".into());
    let file = PathBuf::from(state).join("pid/controller");
    let pid = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let pid = pid.split_whitespace().next().unwrap_or("");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).map_err(|error| format!("the controller: {error}"))?;
    let mebibytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    };
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(") ").map_or(Vec::new(), |(_, rest)| rest.split(' ').collect());
    // In hundredths of a second, the kernel's unit on every Linux of today.
    let ticks: f64 = fields.get(11..13).unwrap_or_default().iter().filter_map(|text| text.parse::<f64>().ok()).sum();
    println!(
        "{when}: controller {:.1} MiB now, {:.1} MiB at its peak, {:.1} s of processor time",
        mebibytes("VmRSS:"),
        mebibytes("VmHWM:"),
        ticks / 100.0
    );
    Ok(())
}
