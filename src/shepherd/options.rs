//! The command line: `--spec FILE --script FILE [--index N] [--report FILE] [--node NAME] [--run-dir DIR] [--wake SOCKET]
//! [--restarted]
//! [--cancelled FILE] [--not-before MILLISECONDS]`, or `--install DIR`, or in a running pod `--suspend` and `--resume`, or behind an image's launcher
//! `--limits NAME:SOFT:HARD,… -- PROGRAM ARGUMENT…`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Where the kubelet looks for a container's last words.
pub const TERMINATION_LOG: &str = "/dev/termination-log";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Invocation {
    /// Copy this program into a directory (an init container's work) and end.
    Install(PathBuf),
    /// Send this signal to the shepherd of this container, which is its process 1.
    Tell(i32),
    /// Set these limits (name, soft, hard) and become this command.
    Become {
        limits: Vec<(String, u64, u64)>,
        command: Vec<OsString>,
    },
    Run(Options),
}

/// One run of one task.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    pub spec: PathBuf,
    /// The spooled copy, `$0` of the job.
    pub script: PathBuf,
    /// Position of the task in its array, from 0.
    pub index: u64,
    /// Termination message, if one is wanted.
    pub report: Option<PathBuf>,
    pub node: String,
    /// The local backend's directory for this task.
    pub run_dir: Option<PathBuf>,
    /// Datagram socket that gets one byte when all is done.
    pub wake: Option<PathBuf>,
    pub restarted: bool,
    /// Task ids that ran before, `,3,7,`.
    pub restarted_tasks: String,
    /// Task ids, one a line, that were deleted while they waited: they end without running anything.
    pub cancelled: Option<PathBuf>,
    /// Nothing is run before this time, in milliseconds since 1970.
    pub not_before: Option<u64>,
}

/// Reads the arguments behind the program's name; `env` answers for what is not given there.
///
/// # Errors
/// A sentence naming the argument.
pub fn parse(args: Vec<OsString>, env: impl Fn(&str) -> Option<OsString>) -> Result<Invocation, String> {
    let (mut spec, mut script, mut index, mut report, mut node) = (None, None, None, None, None);
    let (mut run_dir, mut wake, mut install, mut cancelled, mut not_before) = (None, None, None, None, None);
    let mut restarted = false;
    let mut args = args.into_iter();
    while let Some(name) = args.next() {
        let slot = match name.to_str() {
            Some("--restarted") => {
                restarted = true;
                continue;
            }
            Some("--suspend") => return Ok(Invocation::Tell(libc::SIGTSTP)),
            Some("--resume") => return Ok(Invocation::Tell(libc::SIGCONT)),
            Some("--limits") => return limited(args),
            Some("--spec") => &mut spec,
            Some("--script") => &mut script,
            Some("--index") => &mut index,
            Some("--report") => &mut report,
            Some("--node") => &mut node,
            Some("--run-dir") => &mut run_dir,
            Some("--wake") => &mut wake,
            Some("--cancelled") => &mut cancelled,
            Some("--not-before") => &mut not_before,
            Some("--install") => &mut install,
            _ => return Err(format!("unknown argument {}", name.to_string_lossy())),
        };
        *slot = Some(args.next().ok_or_else(|| format!("{} needs a value", name.to_string_lossy()))?);
    }
    if let Some(directory) = install {
        return Ok(Invocation::Install(directory.into()));
    }
    let number = |text: OsString| text.to_str().and_then(|text| text.parse::<u64>().ok());
    let index = index.or_else(|| env("JOB_COMPLETION_INDEX")).unwrap_or_else(|| "0".into());
    // The shepherd changes directory, and needs them afterwards too.
    let absolute = |path: OsString| std::path::absolute(&path).unwrap_or_else(|_| path.into());
    let run_dir = run_dir.map(absolute);
    Ok(Invocation::Run(Options {
        spec: absolute(spec.ok_or("--spec is missing")?),
        script: script.map(absolute).unwrap_or_default(),
        index: number(index).ok_or("the index is not a number")?,
        report: report.map(absolute).or_else(|| run_dir.is_none().then(|| TERMINATION_LOG.into())),
        node: node.or_else(|| env("GRIDSHIM_NODE")).map_or_else(hostname, |name| name.to_string_lossy().into_owned()),
        run_dir,
        wake: wake.map(absolute),
        cancelled: cancelled.map(absolute),
        not_before: not_before.map(|time| number(time).ok_or("--not-before is not a number")).transpose()?,
        restarted: restarted || env("GRIDSHIM_RESTARTED").as_deref() == Some(OsStr::new("1")),
        restarted_tasks: env("GRIDSHIM_RESTARTED").map_or_else(String::new, |tasks| tasks.to_string_lossy().into_owned()),
    }))
}

/// What stands behind `--limits`.
fn limited(mut args: impl Iterator<Item = OsString>) -> Result<Invocation, String> {
    let text = args.next().unwrap_or_default().to_string_lossy().into_owned();
    let limit = |text: &str| {
        let mut parts = text.split(':');
        let (name, soft, hard) = (parts.next()?, parts.next()?, parts.next()?);
        Some((name.to_string(), soft.parse().ok()?, hard.parse().ok()?))
    };
    let limits = text.split(',').filter(|text| !text.is_empty()).map(limit).collect::<Option<_>>();
    let limits = limits.ok_or_else(|| format!("--limits: {text} is no list of limits"))?;
    let command: Vec<OsString> = args.skip(1).collect();
    if command.is_empty() { Err("--limits: no command".into()) } else { Ok(Invocation::Become { limits, command }) }
}

/// This machine's name, in a pod the pod's.
pub fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map_or_else(|_| "localhost".into(), |name| name.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn behind_a_launcher_it_sets_limits_and_becomes_the_job() {
        let parsed = parse(words("--limits vmem:5:6,cpu:18446744073709551615:7 -- /bin/bash --spec x"), |_| None);
        let limits = vec![("vmem".to_string(), 5, 6), ("cpu".into(), u64::MAX, 7)];
        assert_eq!(parsed, Ok(Invocation::Become { limits, command: words("/bin/bash --spec x") }));
        for broken in ["--limits vmem:5 -- x", "--limits vmem:5:6 --", "--limits x:y:z -- x"] {
            assert!(parse(words(broken), |_| None).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_not_said_comes_from_the_environment() {
        let env = |name: &str| match name {
            "JOB_COMPLETION_INDEX" => Some("4".into()),
            "GRIDSHIM_NODE" => Some("n1".into()),
            "GRIDSHIM_RESTARTED" => Some("1".into()),
            _ => None,
        };
        let Ok(Invocation::Run(options)) = parse(words("--spec /s --script /x"), env) else { panic!("a run") };
        assert_eq!((options.index, options.node.as_str(), options.restarted), (4, "n1", true));
        assert_eq!(options.report, Some(TERMINATION_LOG.into()));
        let Ok(Invocation::Run(options)) = parse(words("--spec /s --index 2 --node n2 --run-dir /r"), env) else { panic!("a run") };
        assert_eq!((options.index, options.node.as_str(), options.report, options.not_before), (2, "n2", None, None));
        let Ok(Invocation::Run(options)) = parse(words("--spec /s --not-before 1795800000250"), env) else { panic!("a run") };
        assert_eq!(options.not_before, Some(1_795_800_000_250));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parse(words("--spec"), |_| None), Err("--spec needs a value".into()));
        assert_eq!(parse(words("--spec /s --not-before noon"), |_| None), Err("--not-before is not a number".into()));
        assert_eq!(parse(words("--bogus"), |_| None), Err("unknown argument --bogus".into()));
        assert_eq!(parse(Vec::new(), |_| None), Err("--spec is missing".into()));
        assert_eq!(parse(words("--install /d"), |_| None), Ok(Invocation::Install("/d".into())));
        assert_eq!(parse(words("--suspend"), |_| None), Ok(Invocation::Tell(libc::SIGTSTP)));
    }
}
