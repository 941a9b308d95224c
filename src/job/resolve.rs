//! The one place of defaults: from a `Request` to a `Job`. What the master refuses is in `admit`.

use super::admit::admit;
use super::{Holds, Job, JobId, Submitter};
use crate::error::Result;
use crate::grammar::tasks::Range;
use crate::grammar::{name, pattern};
use crate::record::Program;
use crate::request::{Cwd, Edit, Request, Validation, edited};
use crate::site::Site;

/// What resolving gives: the job, and how the client is to behave.
#[derive(Debug)]
pub struct Resolved {
    pub job: Job,
    /// The master refuses what the job is, and what it asks for is in order; later checks may add to it.
    pub refusal: Option<String>,
    pub sync: bool,
    pub terse: bool,
    pub verify: bool,
    pub validation: Validation,
}

/// The positional part of a submission.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Script path or command; `None`: the script came from standard input.
    pub file: Option<String>,
    pub args: Vec<String>,
}

/// Decides every default. `environment` is the submitting process's, for `-V` and for `-v NAME`.
///
/// # Errors
/// What Grid Engine's master refuses, in its words.
pub fn resolve(
    request: Request,
    command: Command,
    submitter: Submitter,
    environment: &[(String, String)],
    site: &Site,
) -> Result<Resolved> {
    let Request {
        name,
        account,
        cwd,
        stdout,
        stderr,
        stdin,
        merge,
        shell,
        binary,
        use_shell,
        priority,
        rerun,
        reserve,
        hold,
        notify,
        sync,
        validation,
        directive_prefix,
        scanned_prefix: _,
        reads_binary: _,
        help: _,
        tasks,
        task_concurrency,
        pe,
        terse,
        verify,
        whole_environment,
        clear: _,
        soft: _,
        env,
        queues,
        soft_queues,
        hard_resources,
        soft_resources,
        hold_jid,
        mail_events,
        mail_cleared: _,
        mail_to,
        respawn,
        start_at,
        deadline,
        context,
        hold_jid_ad,
        share,
        project,
        checkpoint,
        checkpoint_when,
        checkpoint_interval,
        master_queues,
        binding,
        now,
        reservation,
        // qalter's alone.
        override_tickets: _,
        holds: _,
        said,
    } = request;
    let is_binary = binary.is_some_and(|asked| asked.value);
    let is_without_shell = use_shell.as_ref().is_some_and(|asked| !asked.value);
    let program = match (is_binary, is_without_shell) {
        (false, _) => Program::Script,
        (true, false) => Program::Command,
        (true, true) => Program::Exec,
    };
    let file = command.file.unwrap_or_else(|| "STDIN".into());
    let name = name.map_or_else(|| name::base_name(&file).to_string(), |asked| asked.value);
    let env = environment_of_job(whole_environment, env, environment, verify);
    let checked = validation.map_or(Validation::None, |asked| asked.value);
    let job = Job {
        program,
        args: command.args,
        account: account.map_or_else(|| super::ACCOUNT.into(), |asked| asked.value),
        cwd: cwd.and_then(|asked| match asked.value {
            Cwd::Current => Some(submitter.workdir.clone()),
            Cwd::Path(path) => Some(path).filter(|path| !path.is_empty()),
        }),
        stdout: stdout.map(|asked| asked.value),
        stderr: stderr.map(|asked| asked.value),
        stdin: stdin.map(|asked| asked.value),
        merge: merge.map(|asked| asked.value),
        shell: shell.map(|asked| asked.value),
        priority: priority.map_or(0, |asked| asked.value),
        rerun: rerun.map(|asked| asked.value),
        reserve: reserve.is_some_and(|asked| asked.value),
        holds: if hold.is_some_and(|asked| asked.value) {
            Holds::by_user(tasks.as_ref().map_or(1, |asked| asked.value.count()))
        } else {
            Holds::default()
        },
        notify: notify.is_some_and(|asked| asked.value),
        mail_events: mail_events.map(|asked| asked.value).unwrap_or_default(),
        mail_to: if mail_to.is_empty() { vec![format!("{}@{}", submitter.user, submitter.host)] } else { mail_to },
        hard_queues: queues,
        soft_queues,
        queues: Vec::new(),
        masters: Vec::new(),
        never: None,
        hard_resources,
        soft_resources,
        slots: pe.as_ref().map_or(1, |asked| asked.value.1.iter().map(|(low, _)| *low).min().unwrap_or(1)),
        pe: pe.map(|asked| asked.value),
        granted_pe: None,
        array: tasks.map(|asked| asked.value),
        task_concurrency: task_concurrency.map_or(0, |asked| asked.value),
        start_at: start_at.map_or(0, |asked| asked.value),
        deadline: deadline.map_or(0, |asked| asked.value),
        hold_jid,
        predecessors: Vec::new(),
        hold_jid_ad,
        array_predecessors: Vec::new(),
        gated: false,
        context: if verify { marked(&context) } else { edited(Vec::new(), &context) },
        share: share.map_or(0, |asked| asked.value),
        project: project.map(|asked| asked.value).filter(|name| !name.is_empty()),
        department: None,
        checkpoint: checkpoint.map(|asked| asked.value),
        checkpoint_when: checkpoint_when.map(|asked| asked.value),
        checkpoint_interval: checkpoint_interval.map(|asked| asked.value),
        master_queues,
        binding: binding.map(|asked| asked.value),
        now: now.is_some_and(|asked| asked.value),
        is_without_shell,
        only_host: None,
        // `-ar` asks for the check too, and `-ar 0` for nothing else (tests/compliance/qsub_projects.rs).
        validation: if reservation.is_some() { Validation::Error } else { checked },
        reservation: reservation.map_or(0, |asked| asked.value),
        override_tickets: 0,
        directive_prefix: directive_prefix.map(|asked| asked.value).filter(|prefix| !prefix.is_empty()),
        said,
        version: 0,
        s_rt: None,
        h_rt: None,
        memory: None,
        memory_limit: None,
        limits: Vec::new(),
        release: None,
        image: None,
        umask: 0o022,
        respawn,
        approximated: Vec::new(),
        env,
        name,
        file,
        submitter,
    };
    let sync = sync.is_some_and(|asked| asked.value);
    let mut resolved = Resolved { job, refusal: None, sync, terse, verify, validation: checked };
    if !verify {
        resolved.refusal = admit(&mut resolved.job, site)?;
    }
    Ok(resolved)
}

/// `env_list`: TERM first, always and with an empty value (as Grid Engine's qsub), then `-v`; with `-V` the whole environment,
/// which wins over `-v` whatever the order.
///
/// A variable that is not set exports nothing; `-verify` shows it as NONE.
fn environment_of_job(
    whole: bool,
    asked: Vec<(String, Option<String>)>,
    environment: &[(String, String)],
    verify: bool,
) -> Vec<(String, String)> {
    let value_of = |name: &str| environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let mut env: Vec<(String, String)> = vec![("TERM".into(), String::new())];
    let mut set = |name: String, value: String| match env.iter_mut().find(|(known, _)| *known == name) {
        Some((_, old)) => *old = value,
        None => env.push((name, value)),
    };
    for (name, value) in asked {
        if let Some(value) = value.or_else(|| value_of(&name)).or_else(|| verify.then(|| "NONE".into())) {
            set(name, value);
        }
    }
    if whole {
        for (name, value) in environment {
            set(name.clone(), value.clone());
        }
    }
    env
}

/// The context as `-verify` shows it: what each option brought, behind a mark of its own.
fn marked(edits: &[Edit]) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    for edit in edits {
        let (mark, variables) = match edit {
            Edit::Add(variables) => ("+", variables.clone()),
            Edit::Delete(names) => ("-", names.iter().map(|name| (name.clone(), String::new())).collect()),
            Edit::Set(variables) => ("=", variables.clone()),
        };
        shown.push((mark.to_string(), String::new()));
        shown.extend(variables);
    }
    shown
}

/// An array that is to wait, task by task, for one with other tasks; and a job that is no array, or is to wait for none.
pub const OTHER_RANGE: &str = "This array job must have the same range of sub-tasks as the dependent array job specified with -hold_jid_ad";
pub const NO_ARRAY: &str = "Can only specify \"-hold_jid_ad\" option with an array job (using \"-t\" option)";

/// Whether an array may wait, task by task, for one of that range. First and last task count, not the step.
///
/// # Errors
/// The master's sentence.
pub fn check_ranges(own: Option<Range>, other: Option<Range>) -> std::result::Result<(), &'static str> {
    match (own, other) {
        (Some(own), Some(other)) if (own.first, own.last) == (other.first, other.last) => Ok(()),
        (Some(_), Some(_)) => Err(OTHER_RANGE),
        _ => Err(NO_ARRAY),
    }
}

/// Which unfinished jobs `-hold_jid` binds to: `(id, name, own)` of each; ids are anybody's, names and patterns one's own. In the
/// order of the words, and as often as they are said.
pub fn predecessors<'a>(words: &[String], jobs: impl Iterator<Item = (JobId, &'a str, bool)>) -> Vec<JobId> {
    let jobs: Vec<(JobId, &str, bool)> = jobs.collect();
    let mut found: Vec<JobId> = Vec::new();
    for word in words {
        // `17 18` in one word is 17.
        let number = word.split(' ').next().unwrap_or("").parse::<JobId>().ok();
        let bound =
            |(id, name, own): &&(JobId, &str, bool)| number.map_or_else(|| *own && pattern::matches(word, name), |asked| asked == *id);
        found.extend(jobs.iter().filter(bound).map(|(id, ..)| *id));
    }
    found
}
