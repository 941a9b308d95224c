//! The one place of defaults and of the master's refusals: from a `Request` to a `Job`.

use super::{Job, JobId, Submitter};
use crate::error::{Error, Result};
use crate::grammar::{Malformed, duration, memory, name, pattern, slots};
use crate::record::Program;
use crate::request::{Cwd, Request, Validation};
use crate::site::{Kind, Queue, Site};

/// What resolving gives: the job, and how the client is to behave.
#[derive(Debug)]
pub struct Resolved {
    pub job: Job,
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
        directive_prefix: _,
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
        mail_to,
        respawn,
    } = request;
    let is_binary = binary.is_some_and(|asked| asked.value);
    let program = match (is_binary, use_shell.is_some_and(|asked| !asked.value)) {
        (false, _) => Program::Script,
        (true, false) => Program::Command,
        (true, true) => Program::Exec,
    };
    let file = command.file.unwrap_or_else(|| "STDIN".into());
    let name = name.map_or_else(|| name::base_name(&file).to_string(), |asked| asked.value);
    let env = environment_of_job(whole_environment, env, environment);
    let job = Job {
        program,
        args: command.args,
        account: account.map_or_else(|| "sge".into(), |asked| asked.value),
        cwd: cwd.map(|asked| match asked.value {
            Cwd::Current => submitter.workdir.clone(),
            Cwd::Path(path) => path,
        }),
        stdout: stdout.map(|asked| asked.value),
        stderr: stderr.map(|asked| asked.value),
        stdin: stdin.map(|asked| asked.value),
        merge: merge.map(|asked| asked.value),
        shell: shell.map(|asked| asked.value),
        priority: priority.map_or(0, |asked| asked.value),
        rerun: rerun.map(|asked| asked.value),
        reserve: reserve.is_some_and(|asked| asked.value),
        hold: hold.is_some_and(|asked| asked.value),
        notify: notify.is_some_and(|asked| asked.value),
        mail_events: mail_events.map(|asked| asked.value).unwrap_or_default(),
        mail_to: if mail_to.is_empty() {
            vec![format!("{}@{}", submitter.user, submitter.host)]
        } else {
            mail_to.into_iter().map(|to| if to.contains('@') { to } else { format!("{to}@NONE") }).collect()
        },
        hard_queues: queues,
        soft_queues,
        queues: Vec::new(),
        never: None,
        hard_resources,
        soft_resources,
        slots: pe.as_ref().map_or(1, |asked| asked.value.1.iter().map(|(low, _)| *low).min().unwrap_or(1)),
        pe: pe.map(|asked| asked.value),
        array: tasks.map(|asked| asked.value),
        task_concurrency: task_concurrency.map_or(0, |asked| asked.value),
        hold_jid,
        predecessors: Vec::new(),
        s_rt: None,
        h_rt: None,
        memory: None,
        memory_limit: None,
        limits: Vec::new(),
        release: None,
        umask: 0o022,
        respawn,
        approximated: Vec::new(),
        env,
        name,
        file,
        submitter,
    };
    let sync = sync.is_some_and(|asked| asked.value);
    Ok(Resolved { job, sync, terse, verify, validation: validation.map_or(Validation::None, |asked| asked.value) })
        .and_then(|resolved| if verify { Ok(resolved) } else { admit(resolved, site) })
}

/// The checks of Grid Engine's master, which `-verify` does not make, and what follows from the site.
fn admit(mut resolved: Resolved, site: &Site) -> Result<Resolved> {
    let job = &mut resolved.job;
    let reject = |text: String| Err(Error::Rejected(text));
    if job.name.is_empty() {
        return reject("job rejected cause there is no job_name in the request".into());
    }
    // Grid Engine resolves the hosts of paths before it looks at the name (compat/captures/jsub/real-submit.txt, `-N a:b`).
    hosts(job)?;
    match name::check(&job.name) {
        Ok(()) => {}
        Err(name::Refusal::Slash) => return reject("Slash ('/') not allowed in objectname".into()),
        Err(name::Refusal::Master(text)) => return reject(text),
    }
    if job.account.contains(':') {
        return reject("Colon (':') not allowed in objectname".into());
    }
    if job.task_concurrency > 0 && job.array.is_none() {
        return reject("invalid \"task concurrency\" value in job request".into());
    }
    if job.task_count() > site.max_array_tasks {
        return reject(format!("job rejected: you tried to submit a job with more than {} tasks", site.max_array_tasks));
    }
    if job.priority > 0 && !site.managers.contains(&job.submitter.user) {
        return reject("job rejected: positive submission priority requires operator privileges".into());
    }
    resources(job, site)?;
    if let Some((pe, stretches)) = &job.pe {
        if !site.parallel_environments.iter().any(|known| pattern::matches(pe, &known.name)) {
            return reject(format!("job rejected: the requested parallel environment \"{pe}\" does not exist"));
        }
        if stretches.iter().any(|(low, _)| *low == 0) {
            return reject("\"job\" rejected: pe range must be greater than zero".into());
        }
        if stretches.len() > 1 || stretches.iter().any(|(low, high)| low != high) {
            let slots = job.slots;
            job.approximated.push(format!("-pe {pe} {}: runs with the smallest number of slots, {slots}", slots::print(stretches)));
        }
    }
    job.queues = queues(job, site)?;
    job.never = never(job, site);
    if job.mail_events != Default::default() {
        job.approximated.push("-m: no mail is sent yet".into());
    }
    if job.priority != 0 {
        job.approximated.push("-p: orders jobs on the local backend; on Kubernetes the priority is only shown".into());
    }
    if !job.soft_resources.is_empty() || !job.soft_queues.is_empty() {
        job.approximated.push("-soft: soft requests are shown and otherwise left aside".into());
    }
    if job.reserve {
        job.approximated.push("-R y: nothing is reserved".into());
    }
    Ok(resolved)
}

/// `env_list`: TERM first, always and with an empty value (as Grid Engine's qsub), then `-v`; with `-V` the whole environment,
/// which wins over `-v` whatever the order.
fn environment_of_job(whole: bool, asked: Vec<(String, Option<String>)>, environment: &[(String, String)]) -> Vec<(String, String)> {
    let value_of = |name: &str| environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let mut env: Vec<(String, String)> = vec![("TERM".into(), String::new())];
    let mut set = |name: String, value: String| match env.iter_mut().find(|(known, _)| *known == name) {
        Some((_, old)) => *old = value,
        None => env.push((name, value)),
    };
    for (name, value) in asked {
        let value = value.unwrap_or_else(|| value_of(&name).unwrap_or_default());
        set(name, value);
    }
    if whole {
        for (name, value) in environment {
            set(name.clone(), value.clone());
        }
    }
    env
}

/// Checks the hard requests against the known resources and takes from them what gridshim acts on.
fn resources(job: &mut Job, site: &Site) -> Result<()> {
    let both = job.hard_resources.iter().map(|r| (true, r)).chain(job.soft_resources.iter().map(|r| (false, r)));
    let requests: Vec<(bool, String, String)> = both.map(|(hard, (n, v))| (hard, n.clone(), v.clone())).collect();
    for (hard, asked, value) in requests {
        let Some(complex) = site.complex(&asked) else {
            return Err(Error::Rejected(format!("unknown resource \"{asked}\"")));
        };
        let name = complex.name.as_str();
        if name == "slots" {
            let text = "\"job\" denied: use parallel environments instead of requesting slots explicitly";
            return Err(Error::Rejected(text.into()));
        }
        if !complex.requestable {
            return Err(Error::Rejected(format!("resource \"{name}\" configured as non requestable")));
        }
        let no_value = |kind: &str| Error::Rejected(format!("attribute \"{name}\" is not a {kind} value"));
        // A bare name is TRUE, which counts as 1 for a number (captures: `-l h_rt` alone is 1).
        let plain = if value == "TRUE" { "1" } else { value.as_str() };
        let number = match complex.kind {
            Kind::Time => duration::parse(plain).map_err(|_| no_value("time"))?,
            Kind::Memory => memory::parse(plain).map_err(|_| no_value("memory"))?,
            Kind::Int => Some(plain.parse::<u64>().map_err(|_| no_value("integer"))?),
            Kind::Double => plain.parse::<f64>().map(|number| Some(number as u64)).map_err(|_| no_value("double"))?,
            Kind::Bool => match plain.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" | "yes" | "y" | "false" | "f" | "0" | "no" | "n" => None,
                _ => return Err(no_value("boolean")),
            },
            Kind::String | Kind::CString | Kind::Host | Kind::ReString => None,
        };
        if hard {
            take(job, name, &value, number, site)?;
        }
        // As the master stores it: long names, times in seconds (captures: `-l h_rt=1:0:0` is 3600, `-l h_rt` is 1).
        let stored = match (complex.kind, number) {
            (Kind::Time, Some(seconds)) => seconds.to_string(),
            (Kind::Memory | Kind::Int | Kind::Double, _) => plain.to_string(),
            _ => value.clone(),
        };
        let list = if hard { &mut job.hard_resources } else { &mut job.soft_resources };
        for entry in list.iter_mut().filter(|(known, _)| *known == asked) {
            *entry = (name.to_string(), stored.clone());
        }
    }
    Ok(())
}

/// Hosts in paths must exist; on which host a job runs they do not change.
fn hosts(job: &mut Job) -> Result<()> {
    use std::net::ToSocketAddrs;
    let paths = [&job.stdout, &job.stderr, &job.stdin, &job.shell];
    let named: Vec<String> =
        paths.into_iter().flatten().filter_map(|path| path.split_once(':')).map(|(host, _)| host.to_string()).collect();
    let mut unknown = Vec::new();
    for host in named.into_iter().filter(|host| !host.is_empty() && *host != job.submitter.host) {
        if (host.as_str(), 0).to_socket_addrs().is_err() {
            unknown.push(format!("can't resolve hostname \"{host}\""));
            continue;
        }
        job.approximated.push(format!("the path for host {host} is used on every host"));
    }
    // One line for each path.
    if unknown.is_empty() { Ok(()) } else { Err(Error::Rejected(unknown.join("\n"))) }
}

fn take(job: &mut Job, name: &str, value: &str, number: Option<u64>, site: &Site) -> Result<()> {
    match name {
        "h_rt" => job.h_rt = number,
        "s_rt" => job.s_rt = number,
        "mem_free" | "virtual_free" => job.memory = job.memory.max(number),
        "qname" => {}
        "release" => job.release = Some(value.to_string()),
        "hostname" => {
            if !pattern::is_pattern(value) && value != job.submitter.host && !value.contains('!') {
                return Err(Error::Rejected(format!("can't resolve hostname \"{value}\"")));
            }
            job.approximated.push(format!("-l {name}={value}: runs on any host"));
        }
        "h_vmem" | "s_vmem" | "h_cpu" | "s_cpu" | "h_fsize" | "s_fsize" | "h_data" | "s_data" | "h_stack" | "s_stack" | "h_core"
        | "s_core" => {
            let (side, limit) = name.split_at(2);
            if name == "h_vmem" {
                job.memory_limit = number;
            }
            if !job.limits.iter().any(|(known, ..)| known == limit) {
                job.limits.push((limit.to_string(), None, None));
            }
            for (known, soft, hard) in &mut job.limits {
                if known == limit {
                    *if side == "s_" { &mut *soft } else { &mut *hard } = number;
                }
            }
        }
        _ if site.own_complexes.iter().any(|own| own.name == name) => {}
        _ => job.approximated.push(format!("-l {name}={value}: has no effect on where the job runs")),
    }
    Ok(())
}

/// The site's queues the job may run in. Every name of `-q` must be known, patterns that match nothing included.
fn queues(job: &mut Job, site: &Site) -> Result<Vec<String>> {
    let mut found: Vec<&Queue> = Vec::new();
    for word in job.hard_queues.iter().chain(&job.soft_queues) {
        let queue_part = word.split('@').next().unwrap_or("");
        if !site.queues.iter().any(|queue| pattern::matches(queue_part, &queue.name)) {
            return Err(Error::Rejected(format!("Job was rejected because job requests unknown queue \"{word}\"")));
        }
    }
    let by_name: Vec<String> = if job.hard_queues.is_empty() {
        let wanted = |name: &str| site.complex(name).is_some_and(|complex| complex.name == "qname");
        job.hard_resources.iter().filter(|(name, _)| wanted(name)).map(|(_, value)| value.clone()).collect()
    } else {
        job.hard_queues.clone()
    };
    for word in &by_name {
        let (queue_part, host_part) = word.split_once('@').map_or((word.as_str(), None), |(queue, host)| (queue, Some(host)));
        if let Some(host) = host_part.filter(|host| !matches!(*host, "*" | "@allhosts")) {
            job.approximated.push(format!("-q {word}: runs on any host, not only on {host}"));
        }
        for queue in site.queues.iter().filter(|queue| pattern::matches(queue_part, &queue.name)) {
            if !found.iter().any(|known| known.name == queue.name) {
                found.push(queue);
            }
        }
    }
    if by_name.is_empty() {
        found = site.queues.iter().filter(|queue| !queue.only_by_name).collect();
    }
    if let Some(first) = found.first() {
        for (limit, value) in &first.limits {
            match limit.as_str() {
                "h_rt" => job.h_rt = at_most(job.h_rt, duration::parse(value)),
                "s_rt" => job.s_rt = at_most(job.s_rt, duration::parse(value)),
                "h_vmem" => {
                    job.memory_limit = at_most(job.memory_limit, memory::parse(value));
                    let limit = job.memory_limit;
                    job.limits.retain(|(known, ..)| known != "vmem");
                    job.limits.push(("vmem".into(), None, limit));
                }
                other => {
                    let bytes = duration::parse(value).or_else(|_| memory::parse(value)).ok().flatten();
                    let short = other.trim_start_matches("h_").trim_start_matches("s_");
                    if !job.limits.iter().any(|(known, ..)| known == short) {
                        job.limits.push((short.to_string(), None, bytes));
                    }
                }
            }
        }
    }
    Ok(found.iter().map(|queue| queue.name.clone()).collect())
}

/// Why no host can ever run the job: such jobs are accepted and wait, as in Grid Engine.
fn never(job: &Job, site: &Site) -> Option<String> {
    if job.queues.is_empty() {
        return Some("no queue satisfies the request".into());
    }
    let slots: Option<Vec<u32>> = job.queues.iter().filter_map(|name| site.queue(name)).map(|queue| queue.slots).collect();
    let most = slots.and_then(|slots| slots.into_iter().max());
    if let (Some((pe, _)), Some(most)) = (&job.pe, most.filter(|most| *most < job.slots)) {
        return Some(format!("cannot run in PE \"{pe}\" because it only offers {most} slots"));
    }
    job.hard_resources.iter().find_map(|(asked, value)| {
        let complex = site.complex(asked)?;
        let offered = site.host_values.get(&complex.name)?;
        let has_image = complex.name == "release" && site.kubernetes.as_ref().is_some_and(|k| k.releases.contains_key(value));
        let host = &job.submitter.host;
        (!pattern::matches(value, offered) && !has_image)
            .then(|| format!("(-l {asked}={value}) cannot run at host \"{host}\" because it offers only hf:{asked}={offered}"))
    })
}

fn at_most(asked: Option<u64>, limit: std::result::Result<Option<u64>, Malformed>) -> Option<u64> {
    match (asked, limit.ok().flatten()) {
        (Some(asked), Some(limit)) => Some(asked.min(limit)),
        (asked, limit) => asked.or(limit),
    }
}

/// Which of a user's unfinished jobs `-hold_jid` binds to: ids as they are, names and patterns among the user's own.
pub fn predecessors<'a>(words: &[String], own: impl Iterator<Item = (JobId, &'a str)>) -> Vec<JobId> {
    let mut found: Vec<JobId> = Vec::new();
    let own: Vec<(JobId, &str)> = own.collect();
    for word in words {
        for (id, name) in &own {
            let bound = word.parse::<JobId>().map_or_else(|_| pattern::matches(word, name), |asked| asked == *id);
            if bound && !found.contains(id) {
                found.push(*id);
            }
        }
    }
    found.sort_unstable();
    found
}
