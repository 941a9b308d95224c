//! `qstat -j -xml` (compat/captures/qstat-xml/job-many.txt): the elements that were asked for, in Grid Engine's order.

use crate::grammar::{duration, memory};
use crate::job::{Job, JobStatus};
use crate::record::Program;
use crate::site::{Kind, Site};
use quick_xml::escape::escape;
use std::fmt::Write;

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/detailed_job_info.xsd";

/// Writes indented elements.
struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    fn element(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "{:1$}<{name}>{2}</{name}>", "", self.depth * 2, escape(value));
    }

    fn group(&mut self, name: &str, body: impl FnOnce(&mut Xml)) {
        let _ = writeln!(self.text, "{:1$}<{name}>", "", self.depth * 2);
        self.depth += 1;
        body(self);
        self.depth -= 1;
        let _ = writeln!(self.text, "{:1$}</{name}>", "", self.depth * 2);
    }

    fn paths(&mut self, name: &str, value: &Option<String>) {
        let Some(value) = value else { return };
        let (host, path) = value.split_once(':').unwrap_or(("", value));
        self.group(name, |xml| {
            xml.group("path_list", |xml| {
                xml.element("PN_path", path);
                xml.element("PN_host", host);
                xml.element("PN_file_host", "");
                xml.element("PN_file_staging", "false");
            });
        });
    }

    fn resources(&mut self, name: &str, list: &[(String, String)], site: &Site) {
        if list.is_empty() {
            return;
        }
        self.group(name, |xml| {
            for (name, value) in list {
                let kind = site.complex(name).map_or(Kind::String, |complex| complex.kind);
                let number = match kind {
                    Kind::Time => duration::parse(value).ok().flatten(),
                    Kind::Memory => memory::parse(value).ok().flatten(),
                    _ => value.parse::<u64>().ok(),
                };
                xml.group("qstat_l_requests", |xml| {
                    xml.element("CE_name", name);
                    xml.element("CE_valtype", kind_number(kind));
                    xml.element("CE_stringval", value);
                    xml.element("CE_doubleval", &format!("{:.6}", number.unwrap_or(0) as f64));
                    for (name, value) in [
                        ("CE_relop", "0"),
                        ("CE_consumable", "0"),
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
        });
    }

    fn queues(&mut self, name: &str, list: &[String]) {
        if !list.is_empty() {
            self.group(name, |xml| {
                for queue in list {
                    xml.group("destin_ident_list", |xml| xml.element("QR_name", queue));
                }
            });
        }
    }
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

/// The document of these jobs.
pub fn render(jobs: &[JobStatus], site: &Site) -> String {
    let mut xml = Xml { text: format!("<?xml version='1.0'?>\n<detailed_job_info  xmlns:xsd=\"{SCHEMA}\">\n"), depth: 1 };
    xml.group("djob_info", |xml| {
        for status in jobs {
            xml.group("element", |xml| element(xml, status, site));
        }
    });
    xml.group("messages", |xml| {
        for status in jobs {
            for reason in &status.reasons {
                xml.group("element", |xml| {
                    xml.group("SME_message_list", |xml| {
                        xml.group("element", |xml| {
                            xml.group("MES_job_number_list", |xml| {
                                xml.group("ulong_sublist", |xml| xml.element("ULNG_value", &status.id.to_string()));
                            });
                            xml.element("MES_message", reason);
                        });
                    });
                });
            }
        }
    });
    xml.text.push_str("</detailed_job_info>\n");
    xml.text
}

fn element(xml: &mut Xml, status: &JobStatus, site: &Site) {
    let job = &status.job;
    let who = &job.submitter;
    for (name, value) in [
        ("JB_job_number", status.id.to_string()),
        ("JB_ar", "0".into()),
        ("JB_exec_file", format!("job_scripts/{}", status.id)),
        ("JB_submission_time", status.submitted.to_string()),
        ("JB_owner", who.user.clone()),
        ("JB_uid", who.uid.to_string()),
        ("JB_group", who.group.clone()),
        ("JB_gid", who.gid.to_string()),
        ("JB_account", job.account.clone()),
        ("JB_merge_stderr", job.merge.unwrap_or(false).to_string()),
    ] {
        xml.element(name, &value);
    }
    // The default address, the submitter's own, stands in an element of another name (captures: job-held.txt, job-many.txt).
    let kind = if job.mail_to == [format!("{}@{}", who.user, who.host)] { "element" } else { "mail_list" };
    xml.group("JB_mail_list", |xml| {
        for to in &job.mail_to {
            let (user, host) = to.split_once('@').unwrap_or((to, ""));
            xml.group(kind, |xml| {
                xml.element("MR_user", user);
                xml.element("MR_host", host);
            });
        }
    });
    xml.element("JB_notify", &job.notify.to_string());
    xml.element("JB_job_name", &job.name);
    xml.paths("JB_stdout_path_list", &job.stdout);
    xml.element("JB_jobshare", "0");
    xml.resources("JB_hard_resource_list", &job.hard_resources, site);
    xml.resources("JB_soft_resource_list", &job.soft_resources, site);
    xml.queues("JB_hard_queue_list", &job.hard_queues);
    xml.queues("JB_soft_queue_list", &job.soft_queues);
    xml.paths("JB_shell_list", &job.shell);
    environment(xml, job);
    if !job.args.is_empty() {
        xml.group("JB_job_args", |xml| {
            for arg in &job.args {
                xml.group("element", |xml| xml.element("ST_name", arg));
            }
        });
    }
    xml.element("JB_script_file", &job.file);
    if let Some(cwd) = &job.cwd {
        xml.element("JB_cwd", cwd);
    }
    xml.paths("JB_stderr_path_list", &job.stderr);
    if !job.predecessors.is_empty() {
        xml.group("JB_jid_predecessor_list", |xml| {
            for id in &job.predecessors {
                xml.group("job_predecessors", |xml| xml.element("JRE_job_number", &id.to_string()));
            }
        });
    }
    xml.element("JB_reserve", &job.reserve.to_string());
    xml.paths("JB_stdin_path_list", &job.stdin);
    xml.element("JB_priority", &(1024 + job.priority).to_string());
    xml.element(
        "JB_restart",
        match job.rerun {
            None => "0",
            Some(true) => "1",
            Some(false) => "2",
        },
    );
    if let Some((pe, stretches)) = &job.pe {
        xml.element("JB_pe", pe);
        xml.group("JB_pe_range", |xml| {
            for (low, high) in stretches {
                xml.group("ranges", |xml| {
                    xml.element("RN_min", &low.to_string());
                    xml.element("RN_max", &high.to_string());
                    xml.element("RN_step", "1");
                });
            }
        });
    }
    let (first, last, step) = job.array.map_or((1, 1, 1), |range| (range.first, range.last, range.step));
    xml.group("JB_ja_structure", |xml| {
        xml.group("task_id_range", |xml| {
            xml.element("RN_min", &first.to_string());
            xml.element("RN_max", &last.to_string());
            xml.element("RN_step", &step.to_string());
        });
    });
    xml.element(
        "JB_type",
        match job.program {
            Program::Script => "0",
            Program::Command => "2",
            Program::Exec => "10",
        },
    );
    xml.element("JB_ja_task_concurrency", &job.task_concurrency.to_string());
}

fn environment(xml: &mut Xml, job: &Job) {
    xml.group("JB_env_list", |xml| {
        let who = &job.submitter;
        let origin = [
            ("HOME", &who.o_home),
            ("LOGNAME", &who.o_log_name),
            ("PATH", &who.o_path),
            ("SHELL", &who.o_shell),
            ("MAIL", &who.o_mail),
            ("TZ", &who.o_tz),
        ];
        let origin = origin.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
        for (name, value) in origin.chain([("HOST", &who.host), ("WORKDIR", &who.workdir)]) {
            xml.group("job_sublist", |xml| {
                xml.element("VA_variable", &format!("__SGE_PREFIX__O_{name}"));
                xml.element("VA_value", value);
            });
        }
        for (name, value) in &job.env {
            xml.group("job_sublist", |xml| {
                xml.element("VA_variable", name);
                if !value.is_empty() {
                    xml.element("VA_value", value);
                }
            });
        }
    });
}
