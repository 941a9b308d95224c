//! A command of a crontab: cron's environment and nothing of Grid Engine's, one file for both streams of output, what the table
//! says on standard input. Recorded of Debian's cron (compat/captures/crontab).

use super::launch::Launch;
use super::streams::Streams;
use super::{Failure, argv, limits, strerror, sys};
use crate::record::{CRON_JOBS, Report, Spec};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// What a command leaves.
pub struct Kept {
    output: PathBuf,
    jobs: PathBuf,
}

/// Opens the files in `spool`, which is this run's alone, and enters the home directory where that can be done.
///
/// # Errors
/// The files cannot be made.
pub fn prepare(spec: &Spec, spool: &Path) -> Result<(Launch, Kept), Failure> {
    let kept = Kept { output: spool.join("output"), jobs: spool.join("jobs") };
    let failed = |error: io::Error| Failure::internal("cannot keep the command's output", &strerror(&error));
    let open = |name: &str| OpenOptions::new().create(true).truncate(true).read(true).write(true).open(spool.join(name));
    let mut stdin = open("input").map_err(failed)?;
    stdin.write_all(spec.input.as_bytes()).and_then(|()| stdin.rewind()).map_err(failed)?;
    let stdout = OpenOptions::new().create(true).append(true).open(&kept.output).map_err(failed)?;
    let stderr = stdout.try_clone().map_err(failed)?;
    // As cron: where there is no home, somewhere.
    let _ = std::env::set_current_dir(&spec.cwd);
    let mut env: BTreeMap<String, String> = spec.env.iter().filter(|(name, _)| !name.is_empty() && !name.contains('=')).cloned().collect();
    env.insert(CRON_JOBS.into(), kept.jobs.to_string_lossy().into_owned());
    let argv = argv::build(spec, &spec.cwd, "", None);
    let launch = Launch { argv, env, streams: Streams { stdin, stdout, stderr }, limits: limits::of(spec) };
    if !Path::new(&spec.shell).exists() {
        launch.complain(&format!("{}: execle: No such file or directory\n", spec.shell));
    }
    Ok((launch, kept))
}

impl Kept {
    /// Tells the jobs and hands the output on: to the user's log, or as `output` in the run directory, or without one (in a pod) on
    /// standard output.
    pub fn settle(&self, spec: &Spec, has_directory: bool, report: &mut Report) {
        let numbers = std::fs::read_to_string(&self.jobs).unwrap_or_default();
        report.jobs = numbers.lines().filter_map(|line| line.trim().parse().ok()).collect();
        let Ok(output) = File::open(&self.output) else { return };
        if output.metadata().is_ok_and(|data| data.len() == 0) {
            return;
        }
        let handed = if !spec.log.is_empty() {
            append(output, spec, report.start)
        } else if has_directory {
            Ok(())
        } else {
            io::copy(&mut &output, &mut io::stdout()).map(|_| ())
        };
        if let Err(error) = handed {
            eprintln!("gridshim-shepherd: the command's output is lost: {}", strerror(&error));
        }
    }
}

/// One write below a heading, so that two commands' outputs do not mix.
fn append(mut output: File, spec: &Spec, start: u64) -> io::Result<()> {
    let mut text = format!("[{}] {}: {}\n", sys::date(start), spec.job_name, spec.request_name).into_bytes();
    output.read_to_end(&mut text)?;
    if text.last() != Some(&b'\n') {
        text.push(b'\n');
    }
    OpenOptions::new().create(true).append(true).open(&spec.log)?.write_all(&text)
}
