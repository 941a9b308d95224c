//! One run of one task from beginning to end.

use super::argv::Launched;
use super::options::{self, Options};
use super::paths::Names;
use super::rundir::{self, RunDir};
use super::sys::{self, Signals};
use super::tail::Tail;
use super::usage::Usage;
use super::{Failure, argv, bare, environment, launch::Launch, limits, oom, outcome, streams, strerror, watch};
use crate::record::{Report, Spec};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A crontab's pod is there some seconds before its minute: where it would have to wait for longer, the node's clock is wrong.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Runs the task, leaves its report wherever one is wanted, and gives the shepherd's exit code.
pub fn run(options: &Options) -> i32 {
    // First of all, so that no signal is lost.
    let signals = Signals::block();
    let claim = match options.run_dir.as_deref().map(RunDir::claim) {
        None => None,
        Some(Ok(Some(claim))) => Some(claim),
        Some(Ok(None)) => return 0,
        Some(Err(error)) => {
            eprintln!("gridshim-shepherd: cannot take the run directory: {}", strerror(&error));
            return 100;
        }
    };
    let begun = rundir::now();
    let report = signals
        .map_err(|error| Failure::internal("cannot block signals", &error))
        .and_then(|signals| attempt(options, claim.as_ref(), &signals))
        .unwrap_or_else(|failure| failure.report(begun));
    if let Some(claim) = &claim {
        claim.write_report(&report);
    }
    if let Some(path) = &options.report {
        rundir::write_message(path, &report);
    }
    if let Some(socket) = &options.wake {
        rundir::wake(socket);
    }
    outcome::exit_code(&report)
}

fn attempt(options: &Options, claim: Option<&RunDir>, signals: &Signals) -> Result<Report, Failure> {
    let bytes = fs::read(&options.spec).map_err(|error| Failure::internal("cannot read the job's spec", &strerror(&error)))?;
    let spec = Spec::parse(&bytes).map_err(|error| Failure::internal("cannot read the job's spec", &error))?;
    sys::become_subreaper();
    sys::umask(spec.umask);

    // Behind the spec: what is installed while this waits is for the minutes to come.
    let is_called_off = options.not_before.is_some_and(|time| !wait_until(time, signals));
    if is_called_off || spec.task_id(options.index).is_some_and(|task| is_cancelled(options, task)) {
        let now = rundir::now();
        return Ok(Report { start: now, end: now, exit_status: 1, cancelled: true, ..Report::default() });
    }
    if spec.bare {
        return command(&spec, claim, signals);
    }
    let names = Names { spec: &spec, task: spec.task_id(options.index), host: &options.node };
    let label = format!("{}.{}", spec.job_id, names.task.unwrap_or(1));
    // Another user of the local backend may have a job of the same number: then the directory bears the user's name too.
    let tmpdir = format!("/tmp/{label}.{}", spec.queue);
    let tmpdir = Scratch::make(tmpdir.clone().into()).or_else(|_| Scratch::make(format!("{tmpdir}.{}", spec.owner).into()))?;
    // Without a run directory (in a pod) the spool directory is as short-lived as TMPDIR.
    let spool = match claim {
        Some(claim) => (claim.path.clone(), None),
        None => {
            let scratch = Scratch::make(format!("/tmp/.gridshim-{label}").into())?;
            (scratch.0.clone(), Some(scratch))
        }
    };
    let hostfile = environment::hostfile(&spec, &options::hostname(), &options.node);
    let written = fs::write(spool.0.join("pe_hostfile"), hostfile);
    written.map_err(|error| Failure::internal("cannot write pe_hostfile", &strerror(&error)))?;
    let (launch, tail) = prepare(options, names, &tmpdir.0, &spool.0)?;

    let (mut report, mut usage) = (Report::default(), Usage::default());
    let kills = oom::kills();
    report.start = rundir::now();
    let started = || {
        if let Some(claim) = claim {
            claim.started_at(report.start);
        }
    };
    let ended = watch::run(&spec, &launch, signals, &mut usage, started)?;
    report.end = rundir::now();
    usage.fill(&mut report);
    // Outside a pod the counter is that of the whole machine or session.
    let oom = std::process::id() == 1 && oom::kills() > kills;
    outcome::fill(&mut report, ended, oom);
    if let Some(tail) = tail {
        tail.keep(claim.map(|claim| claim.path.as_path()));
    }
    Ok(report)
}

/// A command of a crontab.
fn command(spec: &Spec, claim: Option<&RunDir>, signals: &Signals) -> Result<Report, Failure> {
    let scratch = if claim.is_none() { Some(Scratch::make("/tmp/.gridshim-cron".into())?) } else { None };
    let spool = claim.map(|claim| claim.path.clone()).or_else(|| scratch.as_ref().map(|scratch| scratch.0.clone()));
    let (launch, kept) = bare::prepare(spec, &spool.unwrap_or_default())?;
    let (mut report, mut usage) = (Report { start: rundir::now(), ..Report::default() }, Usage::default());
    let started = || {
        if let Some(claim) = claim {
            claim.started_at(report.start);
        }
    };
    match watch::run(spec, &launch, signals, &mut usage, started) {
        Ok(ended) => outcome::fill(&mut report, ended, false),
        Err(failure) => report = failure.report(report.start),
    }
    report.end = rundir::now();
    usage.fill(&mut report);
    kept.settle(spec, claim.is_some(), &mut report);
    Ok(report)
}

/// Sleeps until this time, in milliseconds since 1970; false where a signal said meanwhile that nothing is to be run.
fn wait_until(time: u64, signals: &Signals) -> bool {
    let begun = Instant::now();
    loop {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = Duration::from_millis(time).saturating_sub(now).min(LONGEST_WAIT.saturating_sub(begun.elapsed()));
        if left.is_zero() {
            return true;
        }
        // Second by second: the clock may be set.
        if signals.wait(left.min(Duration::from_secs(1))).iter().any(|signal| [libc::SIGTERM, libc::SIGINT].contains(signal)) {
            return false;
        }
    }
}

/// True where the task stands in the file of those that were deleted while they waited.
fn is_cancelled(options: &Options, task: u64) -> bool {
    let Some(path) = &options.cancelled else { return false };
    fs::read_to_string(path).is_ok_and(|text| text.lines().any(|line| line.parse() == Ok(task)))
}

fn prepare(options: &Options, names: Names, tmpdir: &Path, spool: &Path) -> Result<(Launch, Option<Tail>), Failure> {
    let spec = names.spec;
    let paths = streams::resolve(&names)?;
    let streams = streams::open(&paths, spec.merge)?;
    let tail = spec.tail.then(|| Tail::of(&paths.stderr));
    argv::check_shell(spec, &paths.cwd)?;
    let script = options.script.to_string_lossy();
    let launcher = Path::new(argv::LAUNCHER).exists();
    let settings = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    // The launcher goes to its application's directory, which is the job's.
    let inherited = settings.filter(|(name, _)| launcher && name.starts_with("CNB_") && name != "CNB_APP_DIR");
    let inherited = inherited.chain(launcher.then(|| ("CNB_APP_DIR".to_string(), paths.cwd.clone())));
    let (tmpdir, spool) = (tmpdir.to_string_lossy(), spool.to_string_lossy());
    let restarted = options.restarted || names.task.is_some_and(|task| options.restarted_tasks.contains(&format!(",{task},")));
    let place = environment::Place { names, paths: &paths, script: &script, tmpdir: &tmpdir, spool: &spool, restarted };
    let env = environment::build(&place, inherited);
    let limits = limits::of(spec);
    let (launched, limits) = if launcher { (Some(Launched { shepherd: own_path(), limits }), Vec::new()) } else { (None, limits) };
    Ok((Launch { argv: argv::build(spec, &paths.cwd, &script, launched.as_ref()), env, streams, limits }, tail))
}

/// Where this program is.
fn own_path() -> String {
    std::env::current_exe().map_or_else(|_| "gridshim-shepherd".into(), |path| path.to_string_lossy().into_owned())
}

/// A directory of mode 755 that goes away with everything in it.
struct Scratch(PathBuf);

impl Scratch {
    /// Makes it, or takes over what an earlier run of the same task left.
    fn make(path: PathBuf) -> Result<Scratch, Failure> {
        let made = DirBuilder::new().mode(0o755).create(&path).or_else(|error| {
            let old = fs::symlink_metadata(&path)?;
            let ours = fs::metadata("/proc/self")?.uid() == old.uid() && old.is_dir();
            if error.kind() == io::ErrorKind::AlreadyExists && ours { Ok(()) } else { Err(error) }
        });
        match made.and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755))) {
            Ok(()) => Ok(Scratch(path)),
            Err(error) => Err(Failure::internal(&format!("error: can't create directory {}", path.display()), &strerror(&error))),
        }
    }
}

impl Drop for Scratch {
    /// Best effort; links are removed, not followed.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
