//! `qstat -j -xml` (compat/captures/qstat-xml/job-many.txt, compat/captures/qstat-j/labels.txt): the elements that were asked for and
//! those that every job has, in Grid Engine's order.

use super::writer::Xml;
use super::{scheduling, time};
use crate::grammar::{duration, memory};
use crate::job::{Job, JobStatus, State};
use crate::record::Program;
use crate::site::{Consumable, Kind, Site};

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/detailed_job_info.xsd";

/// The document of these jobs.
pub fn render(jobs: &[JobStatus], site: &Site) -> String {
    let mut xml = Xml { text: format!("<?xml version='1.0'?>\n<detailed_job_info  xmlns:xsd=\"{SCHEMA}\">\n"), depth: 1 };
    xml.group("djob_info", |xml| {
        for status in jobs {
            xml.group("element", |xml| element(xml, status, site));
        }
    });
    scheduling::elements(&mut xml, jobs);
    xml.text.push_str("</detailed_job_info>\n");
    xml.text
}

fn element(xml: &mut Xml, status: &JobStatus, site: &Site) {
    let job = &status.job;
    let who = &job.submitter;
    all(
        xml,
        &[
            ("JB_job_number", status.id.to_string()),
            ("JB_ar", job.reservation.to_string()),
            ("JB_exec_file", format!("job_scripts/{}", status.id)),
            ("JB_submission_time", status.submitted.to_string()),
            ("JB_owner", who.user.clone()),
            ("JB_uid", who.uid.to_string()),
            ("JB_group", who.group.clone()),
            ("JB_gid", who.gid.to_string()),
            ("JB_account", job.account.clone()),
            ("JB_merge_stderr", job.merge.unwrap_or(false).to_string()),
        ],
    );
    mail_list(xml, job);
    if let Some(project) = &job.project {
        xml.element("JB_project", project);
    }
    all(xml, &[("JB_notify", job.notify.to_string()), ("JB_job_name", job.name.clone())]);
    paths(xml, "JB_stdout_path_list", job.stdout.as_deref());
    xml.element("JB_jobshare", &job.share.to_string());
    resources(xml, "JB_hard_resource_list", &job.hard_resources, site);
    resources(xml, "JB_soft_resource_list", &job.soft_resources, site);
    queues(xml, "JB_hard_queue_list", &job.hard_queues);
    queues(xml, "JB_soft_queue_list", &job.soft_queues);
    paths(xml, "JB_shell_list", job.shell.as_deref());
    environment(xml, job);
    list(xml, "JB_job_args", "element", &job.args, |xml, arg| xml.element("ST_name", arg));
    xml.element("JB_script_file", &job.file);
    tasks(xml, status);
    list(xml, "JB_context", "context_list", &job.context, |xml, (name, value)| variable(xml, name, value));
    if let Some(cwd) = &job.cwd {
        xml.element("JB_cwd", cwd);
    }
    paths(xml, "JB_stderr_path_list", job.stderr.as_deref());
    let number = |xml: &mut Xml, id: &u64| xml.element("JRE_job_number", &id.to_string());
    list(xml, "JB_jid_predecessor_list", "job_predecessors", &job.predecessors, number);
    list(xml, "JB_ja_ad_predecessor_list", "job_predecessors_ad", &job.array_predecessors, number);
    asked_predecessors(xml, job);
    list(xml, "JB_ja_ad_request_list", "element", &job.hold_jid_ad, |xml, _| xml.element("JRE_job_number", "0"));
    list(xml, "JB_jid_successor_list", "ulong_sublist", &status.successors, number);
    list(xml, "JB_ja_ad_successor_list", "ulong_sublist", &status.array_successors, number);
    all(xml, &[("JB_deadline", job.deadline.to_string()), ("JB_execution_time", job.start_at.max(0).to_string())]);
    if let Some(ckpt) = job.checkpoint.as_ref().filter(|name| !name.is_empty()) {
        xml.element("JB_checkpoint_name", ckpt);
    }
    all(
        xml,
        &[
            ("JB_checkpoint_attr", checkpoint_number(job).to_string()),
            ("JB_checkpoint_interval", job.checkpoint_interval.unwrap_or(0).to_string()),
        ],
    );
    if let Some(prefix) = &job.directive_prefix {
        xml.element("JB_directive_prefix", prefix);
    }
    all(xml, &[("JB_reserve", job.reserve.to_string()), ("JB_mail_options", mail_number(job).to_string())]);
    paths(xml, "JB_stdin_path_list", job.stdin.as_deref());
    let restart = job.rerun.map_or(0, |rerun| if rerun { 1 } else { 2 });
    all(xml, &[("JB_priority", (1024 + job.priority).to_string()), ("JB_restart", restart.to_string()), ("JB_verify", "0".into())]);
    queues(xml, "JB_master_hard_queue_list", &job.master_queues);
    xml.element("JB_script_size", "0");
    if let Some((pe, stretches)) = &job.pe {
        xml.element("JB_pe", pe);
        list(xml, "JB_pe_range", "ranges", stretches, |xml, (low, high)| range(xml, u64::from(*low), u64::from(*high), 1));
    }
    // They stand there twice.
    asked_predecessors(xml, job);
    all(
        xml,
        &[
            ("JB_verify_suitable_queues", job.validation.number().to_string()),
            ("JB_soft_wallclock_gmt", "0".into()),
            ("JB_hard_wallclock_gmt", "0".into()),
            ("JB_override_tickets", job.override_tickets.to_string()),
            ("JB_version", job.version.to_string()),
        ],
    );
    let (first, last, step) = job.array.map_or((1, 1, 1), |range| (range.first, range.last, range.step));
    xml.group("JB_ja_structure", |xml| xml.group("task_id_range", |xml| range(xml, first, last, step)));
    xml.element("JB_type", &type_number(job).to_string());
    binding(xml, job.binding.as_deref());
    xml.element("JB_ja_task_concurrency", &job.task_concurrency.to_string());
    xml.element("JB_nurg", "0.000000");
}

fn all(xml: &mut Xml, elements: &[(&str, String)]) {
    elements.iter().for_each(|(name, value)| xml.element(name, value));
}

/// A list in an element of its own; nothing where it is empty.
fn list<T>(xml: &mut Xml, name: &str, item: &str, values: &[T], body: impl Fn(&mut Xml, &T)) {
    if !values.is_empty() {
        xml.group(name, |xml| values.iter().for_each(|value| xml.group(item, |xml| body(xml, value))));
    }
}

fn range(xml: &mut Xml, first: u64, last: u64, step: u64) {
    all(xml, &[("RN_min", first.to_string()), ("RN_max", last.to_string()), ("RN_step", step.to_string())]);
}

fn variable(xml: &mut Xml, name: &str, value: &str) {
    xml.element("VA_variable", name);
    if !value.is_empty() {
        xml.element("VA_value", value);
    }
}

fn mail_list(xml: &mut Xml, job: &Job) {
    let who = &job.submitter;
    // The default address, the submitter's own, stands in an element of another name (captures: job-held.txt, job-many.txt).
    let item = if job.mail_to == [format!("{}@{}", who.user, who.host)] { "element" } else { "mail_list" };
    xml.group("JB_mail_list", |xml| {
        for to in &job.mail_to {
            let (user, host) = to.split_once('@').unwrap_or((to, ""));
            let host = if host == "NONE" { "" } else { host };
            xml.group(item, |xml| all(xml, &[("MR_user", user.into()), ("MR_host", host.into())]));
        }
    });
}

fn paths(xml: &mut Xml, name: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    let values: Vec<&str> = value.split(',').collect();
    list(xml, name, "path_list", &values, |xml, value| {
        let (host, path) = value.split_once(':').unwrap_or(("", value));
        all(
            xml,
            &[("PN_path", path.into()), ("PN_host", host.into()), ("PN_file_host", String::new()), ("PN_file_staging", "false".into())],
        );
    });
}

fn resources(xml: &mut Xml, name: &str, requests: &[(String, String)], site: &Site) {
    list(xml, name, "qstat_l_requests", requests, |xml, (name, value)| {
        let complex = site.complex(name);
        let kind = complex.map_or(Kind::String, |complex| complex.kind);
        let infinite = |number: Option<u64>| number.map_or(f64::MAX, |number| number as f64);
        let number = match kind {
            Kind::Time => duration::parse(value).ok().map(infinite),
            Kind::Memory => memory::parse(value).ok().map(infinite),
            Kind::Bool => Some(f64::from(u8::from(value.eq_ignore_ascii_case("true") || value == "1"))),
            Kind::Int | Kind::Double => value.parse().ok(),
            Kind::String | Kind::CString | Kind::Host | Kind::ReString => None,
        };
        all(
            xml,
            &[
                ("CE_name", name.clone()),
                ("CE_valtype", kind_number(kind).into()),
                ("CE_stringval", value.clone()),
                ("CE_doubleval", format!("{:.6}", number.unwrap_or(0.0))),
            ],
        );
        let consumable = match complex.map_or(Consumable::No, |complex| complex.consumable) {
            Consumable::No => "0",
            Consumable::Yes => "1",
            Consumable::Job => "2",
        };
        for (name, value) in [
            ("CE_relop", "0"),
            ("CE_consumable", consumable),
            ("CE_dominant", "0"),
            ("CE_pj_doubleval", "0.000000"),
            ("CE_pj_dominant", "0"),
            ("CE_requestable", "0"),
            ("CE_tagged", "0"),
        ] {
            xml.element(name, value);
        }
    });
}

fn kind_number(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "1",
        Kind::String => "2",
        Kind::Time => "3",
        Kind::Memory => "4",
        Kind::Bool => "5",
        Kind::CString => "6",
        Kind::Host => "7",
        Kind::Double => "8",
        Kind::ReString => "9",
    }
}

fn queues(xml: &mut Xml, name: &str, queues: &[String]) {
    list(xml, name, "destin_ident_list", queues, |xml, queue| xml.element("QR_name", queue));
}

fn asked_predecessors(xml: &mut Xml, job: &Job) {
    list(xml, "JB_jid_request_list", "element", &job.hold_jid, |xml, word| {
        xml.element("JRE_job_number", "0");
        xml.element("JRE_job_name", word);
    });
}

/// The letters of `-c` (compat/captures/qstat/projects.txt).
fn checkpoint_number(job: &Job) -> u32 {
    let letters = job.checkpoint_when.as_deref().unwrap_or("");
    [('m', 1), ('s', 2), ('x', 4), ('n', 8), ('r', 16)].iter().filter(|(letter, _)| letters.contains(*letter)).map(|(_, bit)| bit).sum()
}

fn mail_number(job: &Job) -> u32 {
    let letters = job.mail_events.letters();
    [('a', 1 << 18), ('b', 1 << 19), ('e', 1 << 20), ('s', 1 << 22)]
        .iter()
        .filter(|(letter, _)| letters.contains(*letter))
        .map(|(_, bit)| bit)
        .sum()
}

fn type_number(job: &Job) -> u32 {
    let binary = if job.program == Program::Script { 0 } else { 64 };
    let array = if job.array.is_some() { 128 } else { 0 };
    let no_shell = if job.program == Program::Exec { 256 } else { 0 };
    u32::from(job.now) | binary | array | no_shell
}

/// Tasks that run or are in the error state; what they have used is known at their end.
fn tasks(xml: &mut Xml, status: &JobStatus) {
    let with_state = status.tasks.iter().filter(|tasks| tasks.state.is_running() || matches!(tasks.state, State::Error(_)));
    let each: Vec<_> = with_state
        .flat_map(|tasks| match tasks.ids.as_slice() {
            [] => vec![(1, tasks)],
            ids => ids.iter().map(|id| (*id, tasks)).collect(),
        })
        .collect();
    list(xml, "JB_ja_tasks", "ulong_sublist", &each, |xml, (id, tasks)| {
        let is_running = tasks.state.is_running();
        all(xml, &[("JAT_status", if is_running { "128" } else { "0" }.into()), ("JAT_task_number", id.to_string())]);
        if let State::Error(reason) = &tasks.state {
            xml.group("JAT_message_list", |xml| {
                xml.group("ulong_sublist", |xml| {
                    let at = time::slashes(tasks.started.unwrap_or(status.submitted));
                    xml.element("QIM_type", "1");
                    xml.element("QIM_message", &format!("{at} [{}:0]: {reason}", status.job.submitter.uid));
                });
            });
        }
        let started = tasks.started.filter(|_| is_running).unwrap_or(0);
        all(xml, &[("JAT_start_time", started.to_string()), ("JAT_ntix", "0.500000".into())]);
    });
}

/// `set linear:2`, `env explicit:0,0:0,1`, `pe striding:2:1`, as it was asked for.
fn binding(xml: &mut Xml, asked: Option<&str>) {
    let (place, what) = asked.and_then(|asked| asked.split_once(' ')).unwrap_or(("", ""));
    let (strategy, numbers) = what.split_once(':').unwrap_or((what, ""));
    let kind = match place {
        "set" => 3,
        "env" => 2,
        "pe" => 1,
        _ => 0,
    };
    let numbers: Vec<&str> = numbers.split([':', ',']).collect();
    let number = |at: usize| numbers.get(at).filter(|text| text.parse::<u32>().is_ok()).copied().unwrap_or("0");
    let (name, amount, step, socket, core) = match strategy {
        "linear" if numbers.len() > 1 => ("linear", number(0), "0", number(1), number(2)),
        "linear" => ("linear_automatic", number(0), "0", "0", "0"),
        "striding" if numbers.len() > 2 => ("striding", number(0), number(1), number(2), number(3)),
        "striding" => ("striding_automatic", number(0), number(1), "0", "0"),
        "explicit" => ("explicit", "0", "0", "0", "0"),
        _ => ("no_job_binding", "0", "0", "0", "0"),
    };
    xml.group("JB_binding", |xml| {
        xml.group(if asked.is_some() { "binding" } else { "element" }, |xml| {
            all(
                xml,
                &[
                    ("BN_strategy", name.into()),
                    ("BN_type", kind.to_string()),
                    ("BN_parameter_n", amount.into()),
                    ("BN_parameter_socket_offset", socket.into()),
                    ("BN_parameter_core_offset", core.into()),
                    ("BN_parameter_striding_step_size", step.into()),
                ],
            );
            match name {
                "explicit" => xml.element("BN_parameter_explicit", what),
                "no_job_binding" => xml.element("BN_parameter_explicit", "no_explicit_binding"),
                _ => {}
            }
        });
    });
}

fn environment(xml: &mut Xml, job: &Job) {
    let who = &job.submitter;
    let origin = [
        ("HOME", &who.o_home),
        ("LOGNAME", &who.o_log_name),
        ("PATH", &who.o_path),
        ("SHELL", &who.o_shell),
        ("TZ", &who.o_tz),
        ("MAIL", &who.o_mail),
    ];
    xml.group("JB_env_list", |xml| {
        let mut put = |name: &str, value: &str| xml.group("job_sublist", |xml| variable(xml, name, value));
        let mut put_origin = |name: &str, value: &str| put(&format!("__SGE_PREFIX__O_{name}"), value);
        for (name, value) in origin {
            if let Some(value) = value {
                put_origin(name, value);
            }
        }
        // The terminal comes first of the job's own, and ahead of where the job comes from.
        let terminal = job.env.iter().position(|(name, _)| name == "TERM").filter(|at| *at == 0);
        if terminal.is_some() {
            put("TERM", &job.env[0].1);
        }
        for (name, value) in [("HOST", &who.host), ("WORKDIR", &who.workdir)] {
            put(&format!("__SGE_PREFIX__O_{name}"), value);
        }
        job.env.iter().skip(usize::from(terminal.is_some())).for_each(|(name, value)| put(name, value));
    });
}
