//! `qstat -j` and `qsub -verify` (compat/captures/qstat-j, compat/captures/verify): one `label: value` line per attribute; an
//! attribute that was not asked for has no line.

use super::{scheduling, time};
use crate::grammar::{paths, slots, tasks::Range};
use crate::job::{Job, JobStatus, State};
use crate::record::Program;
use std::fmt::Write;

/// Grid Engine's line of 62 between jobs.
pub const SEPARATOR: &str = "==============================================================\n";

fn line(text: &mut String, label: &str, value: &str) {
    let _ = writeln!(text, "{:<28}{value}", format!("{label}:"));
}

/// What `qstat -j` says of a job, the separator included.
pub fn render(status: &JobStatus) -> String {
    let mut text = String::from(SEPARATOR);
    let job = &status.job;
    let who = &job.submitter;
    line(&mut text, "job_number", &status.id.to_string());
    line(&mut text, "exec_file", &format!("job_scripts/{}", status.id));
    line(&mut text, "submission_time", &time::ctime(status.submitted));
    deadline(&mut text, job);
    for (label, value) in [("owner", &who.user), ("uid", &who.uid.to_string()), ("group", &who.group), ("gid", &who.gid.to_string())] {
        line(&mut text, label, value);
    }
    origin(&mut text, job);
    start(&mut text, job);
    line(&mut text, "account", &job.account);
    before_environment(&mut text, job);
    if !job.env.is_empty() {
        let shown = |(name, value): &(String, String)| format!("{name}={}", if value.is_empty() { "NONE" } else { value });
        line(&mut text, "env_list", &job.env.iter().map(shown).collect::<Vec<_>>().join(","));
    }
    if !job.args.is_empty() {
        line(&mut text, "job_args", &job.args.join(","));
    }
    master_queues(&mut text, job);
    line(&mut text, "script_file", &job.file);
    parallel_and_predecessors(&mut text, job, slots::ids);
    let list = |ids: &[u64]| ids.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    if !job.predecessors.is_empty() {
        line(&mut text, "jid_predecessor_list", &list(&job.predecessors));
    }
    if !status.successors.is_empty() {
        line(&mut text, "jid_successor_list", &list(&status.successors));
    }
    if !job.array_predecessors.is_empty() {
        line(&mut text, "ja_ad_predecessor_list", &list(&job.array_predecessors));
    }
    if !status.array_successors.is_empty() {
        line(&mut text, "ja_ad_successor_list", &list(&status.array_successors));
    }
    after_predecessors(&mut text, job);
    array(&mut text, job);
    context(&mut text, job);
    line(&mut text, "binding", job.binding.as_deref().unwrap_or("NONE"));
    line(&mut text, "job_type", &job_type(job));
    for difference in &job.approximated {
        line(&mut text, "approximated", difference);
    }
    if let Some(image) = &job.image {
        let name = image.name.as_deref().map(|name| format!("{name}, ")).unwrap_or_default();
        line(&mut text, "image", &format!("{} ({name}{})", image.reference, image.why));
        for note in &image.notes {
            line(&mut text, "image_note", note);
        }
    }
    let numbered = |label: &str, task: u64| format!("{label:<12}{task:>3}");
    let running = || status.tasks.iter().filter(|tasks| tasks.state.is_running());
    for tasks in running() {
        let task = tasks.ids.first().copied().unwrap_or(1);
        line(&mut text, &numbered("usage", task), "cpu=00:00:00, mem=0.00000 GB s, io=0.00000 GB, vmem=N/A, maxvmem=N/A");
    }
    for tasks in running() {
        line(&mut text, &numbered("binding", tasks.ids.first().copied().unwrap_or(1)), "NONE");
    }
    for tasks in &status.tasks {
        if let State::Error(reason) = &tasks.state {
            for task in if tasks.ids.is_empty() { &[1][..] } else { &tasks.ids[..] } {
                let at = time::slashes(tasks.started.unwrap_or(status.submitted));
                let _ = writeln!(text, "error reason{task:>11}:      {at} [{}:0]: {reason}", who.uid);
            }
        }
    }
    scheduling::lines(&mut text, status);
    text
}

/// What `qsub -verify` prints; `script` is the text of a script job.
pub fn verify(job: &Job, account_said: bool, script: Option<&[u8]>) -> String {
    let mut text = String::new();
    line(&mut text, "job_number", "unassigned");
    deadline(&mut text, job);
    for (label, value) in [("owner", ""), ("uid", "0"), ("group", ""), ("gid", "0")] {
        line(&mut text, label, value);
    }
    origin(&mut text, job);
    start(&mut text, job);
    if account_said {
        line(&mut text, "account", &job.account);
    }
    before_environment(&mut text, job);
    line(&mut text, "verify", "-verify");
    let shown = |(name, value): &(String, String)| if value.is_empty() { name.clone() } else { format!("{name}={value}") };
    line(&mut text, "env_list", &job.env.iter().map(shown).collect::<Vec<_>>().join(","));
    if !job.args.is_empty() {
        line(&mut text, "job_args", &job.args.join(","));
    }
    master_queues(&mut text, job);
    if let Some(script) = script {
        line(&mut text, "script_size", &script.len().to_string());
    }
    line(&mut text, "script_file", &job.file);
    if let Some(script) = script {
        let _ = write!(text, "script_ptr:            \n{}\n", String::from_utf8_lossy(script));
    }
    parallel_and_predecessors(&mut text, job, slots::print);
    after_predecessors(&mut text, job);
    array(&mut text, job);
    context(&mut text, job);
    line(&mut text, "job_type", &job_type(job));
    text
}

fn origin(text: &mut String, job: &Job) {
    let who = &job.submitter;
    for (label, value) in [
        ("sge_o_home", &who.o_home),
        ("sge_o_log_name", &who.o_log_name),
        ("sge_o_path", &who.o_path),
        ("sge_o_shell", &who.o_shell),
        ("sge_o_tz", &who.o_tz),
    ] {
        if let Some(value) = value {
            line(text, label, value);
        }
    }
    line(text, "sge_o_workdir", &who.workdir);
    line(text, "sge_o_host", &who.host);
}

/// Of a list of paths only the first is shown: `host:NONE:path`.
fn path(list: &str) -> String {
    let (host, path) = paths::parse(list).first().copied().unwrap_or_default();
    format!("{}:NONE:{path}", named(host))
}

fn named(word: &str) -> &str {
    if word.is_empty() { "NONE" } else { word }
}

fn before_environment(text: &mut String, job: &Job) {
    let resources = |list: &[(String, String)]| list.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",");
    let optional: [(&str, Option<String>); 22] = [
        ("checkpoint_object", job.checkpoint.clone().filter(|name| !name.is_empty())),
        ("checkpoint_attr", job.checkpoint_when.as_ref().map(|when| format!("{when}    "))),
        ("checkpoint_interval", job.checkpoint_interval.map(|seconds| format!("{seconds} seconds"))),
        ("cwd", job.cwd.clone()),
        ("directive_prefix", job.directive_prefix.clone()),
        ("stderr_path_list", job.stderr.as_deref().map(path)),
        ("reserve", job.reserve.then(|| "y".into())),
        ("merge", (job.merge == Some(true)).then(|| "y".into())),
        ("hard resource_list", (!job.hard_resources.is_empty() || job.said.hard_resources).then(|| resources(&job.hard_resources))),
        ("soft resource_list", (!job.soft_resources.is_empty() || job.said.soft_resources).then(|| resources(&job.soft_resources))),
        ("mail_options", Some(job.mail_events.letters()).filter(|letters| !letters.is_empty())),
        ("mail_list", Some(job.mail_to.join(","))),
        ("notify", Some(if job.notify { "TRUE" } else { "FALSE" }.into())),
        ("job_name", Some(job.name.clone())),
        ("stdout_path_list", job.stdout.as_deref().map(path)),
        ("stdin_path_list", job.stdin.as_deref().map(path)),
        ("priority", (job.priority != 0).then(|| job.priority.to_string())),
        ("jobshare", Some(job.share.to_string())),
        ("hard_queue_list", (!job.hard_queues.is_empty()).then(|| job.hard_queues.join(","))),
        ("soft_queue_list", (!job.soft_queues.is_empty()).then(|| job.soft_queues.join(","))),
        ("restart", job.rerun.map(|rerun| if rerun { "y" } else { "n" }.into())),
        (
            "shell_list",
            job.shell.as_deref().map(|shells| {
                let shown = |(host, path): (&str, &str)| format!("{}:{}", named(host), named(path));
                paths::parse(shells).into_iter().map(shown).collect::<Vec<_>>().join(",")
            }),
        ),
    ];
    for (label, value) in optional {
        if let Some(value) = value {
            line(text, label, &value);
        }
    }
}

fn parallel_and_predecessors(text: &mut String, job: &Job, range: fn(&[slots::Stretch]) -> String) {
    if let Some((pe, stretches)) = &job.pe {
        // Two blanks, and one less of padding than the other labels have.
        let _ = writeln!(text, "parallel environment:  {pe} range: {}", range(stretches));
    }
    if !job.hold_jid.is_empty() {
        let _ = writeln!(text, "jid_predecessor_list (req): {}", job.hold_jid.join(","));
    }
}

fn deadline(text: &mut String, job: &Job) {
    if job.deadline > 0 {
        line(text, "deadline", &time::ctime(job.deadline));
    }
}

fn start(text: &mut String, job: &Job) {
    if job.start_at > 0 {
        line(text, "execution_time", &time::ctime(job.start_at));
    }
}

fn master_queues(text: &mut String, job: &Job) {
    if !job.master_queues.is_empty() {
        line(text, "master hard queue_list", &job.master_queues.join(","));
    }
}

fn after_predecessors(text: &mut String, job: &Job) {
    let number = |value: u32| (value > 0).then(|| value.to_string());
    for (label, value) in [
        ("verify_suitable_queues", number(job.validation.number())),
        ("version", number(job.version)),
        ("oticket", number(job.override_tickets)),
        ("project", job.project.clone()),
        ("ar_id", number(job.reservation)),
    ] {
        if let Some(value) = value {
            line(text, label, &value);
        }
    }
}

fn context(text: &mut String, job: &Job) {
    if !job.context.is_empty() {
        let shown = |(name, value): &(String, String)| format!("{name}={}", if value.is_empty() { "NONE" } else { value });
        line(text, "context", &job.context.iter().map(shown).collect::<Vec<_>>().join(","));
    }
}

fn array(text: &mut String, job: &Job) {
    if let Some(Range { first, last, step }) = job.array {
        line(text, "job-array tasks", &format!("{first}-{last}:{step}"));
    }
    if job.task_concurrency > 0 {
        line(text, "maximum concurrency", &job.task_concurrency.to_string());
    }
}

fn job_type(job: &Job) -> String {
    let words = [(job.program != Program::Script, "binary"), (job.is_without_shell, "noshell"), (job.now, "immediate")];
    let shown: Vec<&str> = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    if shown.is_empty() { "NONE".into() } else { shown.join(",") }
}
