//! The two small files between gridshim and the shepherd: the `Spec` that says what to run, written once per job, and the
//! `Report` that says how one task ended, small enough for a pod's termination message (4096 bytes).
//!
//! Both are `KEY=VALUE` pairs; the `Spec` ends each with NUL (a value may hold line ends), the `Report` with a line end
//! (it is read by people in `kubectl describe`). Only std is used here: the static shepherd links nothing else.

use std::collections::BTreeMap;

/// What stands in a pod's log before the path of the job's error file and, on the lines below, its last lines, where mail is wanted.
pub const TAIL_BEGINS: &str = "gridshim: last lines of ";

/// How the job's program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "client", derive(serde::Serialize, serde::Deserialize))]
pub enum Program {
    /// `SHELL SCRIPT ARGS…`: a script copied at submission.
    #[default]
    Script,
    /// `SHELL -c "ARGS joined by blanks"`: `qsub -b y`.
    Command,
    /// `execvp(ARGS[0], ARGS)`: `qsub -b y -shell n`.
    Exec,
}

/// Names the file in which submissions within a crontab's command leave their jobs' numbers.
pub const CRON_JOBS: &str = "GRIDSHIM_CRON_JOBS";

/// So many of the jobs that a command submitted are told.
const MOST_JOBS: usize = 20;

/// True of a resource whose limit is meant for each slot; the others are as asked for, however many slots there are (recorded:
/// tests/compliance/job_limits.rs).
pub fn is_per_slot(limit: &str) -> bool {
    matches!(limit, "cpu" | "data" | "stack" | "vmem")
}

/// What the shepherd needs to know of a job. Shared by all of the job's tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spec {
    pub job_id: u64,
    pub job_name: String,
    pub owner: String,
    /// Password-file values of the owner, as the submit host knows them.
    pub home: String,
    pub login_shell: String,
    pub account: String,
    /// Cluster queue name, `QUEUE` in the job.
    pub queue: String,
    /// Parallel environment, if any.
    pub pe: Option<String>,
    pub slots: u32,
    /// First and last task id and the step; all 0 when the job is not an array.
    pub first: u64,
    pub last: u64,
    pub step: u64,
    pub program: Program,
    /// The shell that starts the job (`-S`, else the queue's).
    pub shell: String,
    /// `SCRIPT`: the script's own arguments. `COMMAND`, `EXEC`: the command and its arguments.
    pub args: Vec<String>,
    /// What `REQUEST`/`JOB_SCRIPT`-like variables call the program (`STDIN`, a script's name, a command).
    pub request_name: String,
    /// Working directory; relative ones are the shepherd's error, the client resolves them.
    pub cwd: String,
    /// `-o`, `-e`, `-i` as given, unexpanded, host part removed; empty: the default name.
    pub stdout: String,
    pub stderr: String,
    pub stdin: String,
    /// `-j y`.
    pub merge: bool,
    /// File mode creation mask of the job and its output files (0o022 in Grid Engine).
    pub umask: u32,
    /// Seconds; `None` is no limit.
    pub s_rt: Option<u64>,
    pub h_rt: Option<u64>,
    /// `-notify`: seconds between the warning signal and the kill.
    pub notify: Option<u64>,
    /// Resource limits `name` -> (soft, hard), already multiplied by the slots where that is meant (`is_per_slot`); names as in Grid Engine without the
    /// prefix: `vmem` (bytes), `cpu` (seconds), `fsize`, `data`, `stack`, `core`, `rss` (bytes). `None` is no limit.
    pub limits: BTreeMap<String, (Option<u64>, Option<u64>)>,
    /// jsub -continuous: start the program again until it exits 0, this many seconds apart.
    pub respawn: Option<u64>,
    /// What the line written before each new start calls the program.
    pub respawn_name: String,
    /// Mail is wanted at the end: the last lines of the error file are kept for it.
    pub tail: bool,
    /// A command of a crontab: its environment is `env` and nothing else, its output is one, it has no number.
    pub bare: bool,
    /// What is on its standard input then.
    pub input: String,
    /// Where its output is appended then; empty: it is handed on.
    pub log: String,
    /// Variables of the submission (`-v`, `-V` and Grid Engine's `SGE_O_*`, `TERM`), in this order.
    pub env: Vec<(String, String)>,
}

/// How one run of one task ended.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "client", derive(serde::Serialize, serde::Deserialize))]
pub struct Report {
    /// Seconds since 1970.
    pub start: u64,
    pub end: u64,
    /// Grid Engine's exit status: 128 + signal for a death by signal.
    pub exit_status: i32,
    /// The signal that ended the job, 0 if none.
    pub signal: i32,
    /// Grid Engine's `failed` code: 0, 100 (died by a signal), 37 (a limit), 26 (output file), 27 (working directory), 1 …
    pub failed: u32,
    /// `Eqw`'s error reason without its date, or empty.
    pub reason: String,
    /// The kernel killed a process of the job for memory.
    pub oom: bool,
    /// Nothing was run: the task was deleted while it waited.
    pub cancelled: bool,
    /// Numbers of the jobs that a crontab's command submitted, the last ones.
    #[cfg_attr(feature = "client", serde(default))]
    pub jobs: Vec<u64>,
    /// Seconds.
    pub utime: f64,
    pub stime: f64,
    /// KiB.
    pub maxrss: u64,
    pub minflt: u64,
    pub majflt: u64,
    pub inblock: u64,
    pub oublock: u64,
    pub nvcsw: u64,
    pub nivcsw: u64,
    /// Bytes.
    pub maxvmem: u64,
    /// GB·seconds and GB.
    pub mem: f64,
    pub io: f64,
}

impl Report {
    /// True where the task is to be shown as `Eqw`: it could not be started, or asked for it with exit status 100.
    pub fn is_error_state(&self) -> bool {
        !self.reason.is_empty()
    }
}

fn push(out: &mut Vec<u8>, key: &str, value: &str) {
    out.extend_from_slice(key.as_bytes());
    out.push(b'=');
    out.extend(value.bytes().filter(|&byte| byte != 0));
    out.push(0);
}

fn limit(value: Option<u64>) -> String {
    value.map_or_else(|| "-".to_string(), |number| number.to_string())
}

impl Spec {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Spec {
            job_id,
            job_name,
            owner,
            home,
            login_shell,
            account,
            queue,
            pe,
            slots,
            first,
            last,
            step,
            program,
            shell,
            args,
            request_name,
            cwd,
            stdout,
            stderr,
            stdin,
            merge,
            umask,
            s_rt,
            h_rt,
            notify,
            limits,
            respawn,
            respawn_name,
            tail,
            bare,
            input,
            log,
            env,
        } = self;
        let mut out = Vec::new();
        push(&mut out, "job_id", &job_id.to_string());
        for (key, value) in [
            ("job_name", job_name),
            ("owner", owner),
            ("home", home),
            ("login_shell", login_shell),
            ("account", account),
            ("queue", queue),
            ("shell", shell),
            ("request_name", request_name),
            ("cwd", cwd),
            ("stdout", stdout),
            ("stderr", stderr),
            ("stdin", stdin),
            ("respawn_name", respawn_name),
            ("input", input),
            ("log", log),
        ] {
            push(&mut out, key, value);
        }
        if let Some(pe) = pe {
            push(&mut out, "pe", pe);
        }
        push(&mut out, "slots", &slots.to_string());
        push(&mut out, "tasks", &format!("{first}-{last}:{step}"));
        push(
            &mut out,
            "program",
            match program {
                Program::Script => "script",
                Program::Command => "command",
                Program::Exec => "exec",
            },
        );
        push(&mut out, "merge", if *merge { "1" } else { "0" });
        push(&mut out, "umask", &format!("{umask:o}"));
        for (key, is_so) in [("tail", tail), ("bare", bare)] {
            if *is_so {
                push(&mut out, key, "1");
            }
        }
        for (key, value) in [("s_rt", s_rt), ("h_rt", h_rt), ("notify", notify), ("respawn", respawn)] {
            if let Some(value) = value {
                push(&mut out, key, &value.to_string());
            }
        }
        for (name, (soft, hard)) in limits {
            push(&mut out, "limit", &format!("{name} {} {}", limit(*soft), limit(*hard)));
        }
        for arg in args {
            push(&mut out, "arg", arg);
        }
        for (name, value) in env {
            push(&mut out, "env", &format!("{name}={value}"));
        }
        out
    }

    /// Reads what `to_bytes` wrote. Unknown keys are ignored, so that an older shepherd understands a newer client.
    ///
    /// # Errors
    /// A sentence naming the field that cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Spec, String> {
        let mut spec = Spec { slots: 1, umask: 0o022, ..Spec::default() };
        for field in bytes.split(|&byte| byte == 0).filter(|field| !field.is_empty()) {
            let field = String::from_utf8_lossy(field);
            let Some((key, value)) = field.split_once('=') else {
                return Err(format!("spec field without a value: {field}"));
            };
            let bad = || format!("spec field {key} cannot be read");
            let number = || value.parse::<u64>().map_err(|_| bad());
            let text = || value.to_string();
            match key {
                "job_id" => spec.job_id = number()?,
                "job_name" => spec.job_name = text(),
                "owner" => spec.owner = text(),
                "home" => spec.home = text(),
                "login_shell" => spec.login_shell = text(),
                "account" => spec.account = text(),
                "queue" => spec.queue = text(),
                "shell" => spec.shell = text(),
                "request_name" => spec.request_name = text(),
                "cwd" => spec.cwd = text(),
                "stdout" => spec.stdout = text(),
                "stderr" => spec.stderr = text(),
                "stdin" => spec.stdin = text(),
                "respawn_name" => spec.respawn_name = text(),
                "pe" => spec.pe = Some(text()),
                "slots" => spec.slots = value.parse().map_err(|_| bad())?,
                "tasks" => {
                    let (first, rest) = value.split_once('-').ok_or_else(bad)?;
                    let (last, step) = rest.split_once(':').ok_or_else(bad)?;
                    spec.first = first.parse().map_err(|_| bad())?;
                    spec.last = last.parse().map_err(|_| bad())?;
                    spec.step = step.parse().map_err(|_| bad())?;
                }
                "program" => {
                    spec.program = match value {
                        "script" => Program::Script,
                        "command" => Program::Command,
                        "exec" => Program::Exec,
                        _ => return Err(bad()),
                    }
                }
                "merge" => spec.merge = value == "1",
                "umask" => spec.umask = u32::from_str_radix(value, 8).map_err(|_| bad())?,
                "s_rt" => spec.s_rt = Some(number()?),
                "h_rt" => spec.h_rt = Some(number()?),
                "notify" => spec.notify = Some(number()?),
                "respawn" => spec.respawn = Some(number()?),
                "tail" => spec.tail = value == "1",
                "bare" => spec.bare = value == "1",
                "input" => spec.input = text(),
                "log" => spec.log = text(),
                "limit" => {
                    let mut words = value.split(' ');
                    let (Some(name), Some(soft), Some(hard)) = (words.next(), words.next(), words.next()) else {
                        return Err(bad());
                    };
                    let read = |word: &str| if word == "-" { Ok(None) } else { word.parse().map(Some).map_err(|_| bad()) };
                    spec.limits.insert(name.to_string(), (read(soft)?, read(hard)?));
                }
                "arg" => spec.args.push(text()),
                "env" => {
                    let (name, value) = value.split_once('=').ok_or_else(bad)?;
                    spec.env.push((name.to_string(), value.to_string()));
                }
                _ => {}
            }
        }
        Ok(spec)
    }

    /// The task id of an index counted from 0; `None` when the job is not an array.
    pub fn task_id(&self, index: u64) -> Option<u64> {
        (self.step != 0).then(|| self.first.saturating_add(index.saturating_mul(self.step)))
    }
}

impl Report {
    /// The termination message: at most 4096 bytes, the reason cut if need be.
    pub fn to_text(&self) -> String {
        let Report {
            start,
            end,
            exit_status,
            signal,
            failed,
            reason,
            oom,
            cancelled,
            jobs,
            utime,
            stime,
            maxrss,
            minflt,
            majflt,
            inblock,
            oublock,
            nvcsw,
            nivcsw,
            maxvmem,
            mem,
            io,
        } = self;
        let jobs = match &jobs[jobs.len().saturating_sub(MOST_JOBS)..] {
            [] => String::new(),
            jobs => format!("jobs={}\n", jobs.iter().map(u64::to_string).collect::<Vec<_>>().join(",")),
        };
        let reason: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(700).collect();
        format!(
            "start={start}\nend={end}\nexit_status={exit_status}\nsignal={signal}\nfailed={failed}\noom={}\nutime={utime:.6}\nstime={stime:.6}\n\
             maxrss={maxrss}\nminflt={minflt}\nmajflt={majflt}\ninblock={inblock}\noublock={oublock}\nnvcsw={nvcsw}\nnivcsw={nivcsw}\n\
             maxvmem={maxvmem}\nmem={mem:.6}\nio={io:.6}\n{}{jobs}reason={reason}\n",
            u8::from(*oom),
            if *cancelled { "cancelled=1\n" } else { "" }
        )
    }

    /// Reads what `to_text` wrote; `None` if it is something else (a container that ended without its shepherd's word).
    pub fn parse(text: &str) -> Option<Report> {
        let mut report = Report::default();
        let mut seen = false;
        for line in text.lines() {
            let (key, value) = line.split_once('=')?;
            match key {
                "start" => report.start = value.parse().ok()?,
                "end" => report.end = value.parse().ok()?,
                "exit_status" => {
                    report.exit_status = value.parse().ok()?;
                    seen = true;
                }
                "signal" => report.signal = value.parse().ok()?,
                "failed" => report.failed = value.parse().ok()?,
                "oom" => report.oom = value == "1",
                "cancelled" => report.cancelled = value == "1",
                "jobs" => report.jobs = value.split(',').filter_map(|id| id.parse().ok()).collect(),
                "utime" => report.utime = value.parse().ok()?,
                "stime" => report.stime = value.parse().ok()?,
                "maxrss" => report.maxrss = value.parse().ok()?,
                "minflt" => report.minflt = value.parse().ok()?,
                "majflt" => report.majflt = value.parse().ok()?,
                "inblock" => report.inblock = value.parse().ok()?,
                "oublock" => report.oublock = value.parse().ok()?,
                "nvcsw" => report.nvcsw = value.parse().ok()?,
                "nivcsw" => report.nivcsw = value.parse().ok()?,
                "maxvmem" => report.maxvmem = value.parse().ok()?,
                "mem" => report.mem = value.parse().ok()?,
                "io" => report.io = value.parse().ok()?,
                "reason" => report.reason = value.to_string(),
                _ => {}
            }
        }
        seen.then_some(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_reads_back_as_written() {
        let spec = Spec {
            job_id: 1007,
            job_name: "a,b".into(),
            pe: Some("smp".into()),
            slots: 3,
            first: 2,
            last: 8,
            step: 3,
            program: Program::Command,
            args: vec!["echo".into(), "a=b\nc".into(), String::new()],
            umask: 0o077,
            tail: true,
            h_rt: Some(60),
            limits: BTreeMap::from([("vmem".to_string(), (None, Some(1 << 30)))]),
            env: vec![("A".into(), "x=y\nz".into()), ("B".into(), String::new())],
            ..Spec::default()
        };
        assert_eq!(Spec::parse(&spec.to_bytes()), Ok(spec));
    }

    #[test]
    fn a_report_reads_back_and_fits_a_termination_message() {
        let report = Report { exit_status: 137, signal: 9, failed: 37, reason: "ö".repeat(5000), utime: 0.25, ..Report::default() };
        let text = report.to_text();
        assert!(text.len() < 4096);
        let back = Report::parse(&text).expect("a report");
        assert_eq!((back.exit_status, back.failed, back.utime), (137, 37, 0.25));
        assert_eq!(Report::parse("Killed"), None);
    }

    #[test]
    fn task_ids_step_from_the_first() {
        let spec = Spec { first: 2, last: 8, step: 3, ..Spec::default() };
        assert_eq!((spec.task_id(0), spec.task_id(2)), (Some(2), Some(8)));
        assert_eq!(Spec::default().task_id(0), None);
    }
}
