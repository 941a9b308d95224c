//! The options that would change something: an ordinary user gets Grid Engine's denial, a manager the place to edit
//! (compat/captures/qconf/denied.txt).

use super::Done;
use super::find::is_host;
use super::show::told;
use crate::commands::Context;
use crate::error::{Result, plain};
use crate::options::qconf::Step;
use crate::site::DEFAULT_PATH;
use std::path::Path;

/// For these an operator's rights are enough.
const OPERATORS: &[&str] = &["-au", "-Au", "-du", "-dul"];

/// After the denial Grid Engine goes on with the next option.
const GOES_ON: &[&str] = &[
    "-Acal", "-Ackpt", "-Aconf", "-Ap", "-Mc", "-Mcal", "-Mckpt", "-Mconf", "-Mp", "-ah", "-am", "-ao", "-as", "-astnode", "-au", "-cq",
    "-dcal", "-dckpt", "-dconf", "-de", "-dh", "-dm", "-do", "-dp", "-dprj", "-drqs", "-ds", "-dstree", "-du", "-dul", "-duser",
];

/// One denial for each word of the list.
const EACH: &[&str] = &["-ah", "-as", "-dconf", "-de", "-dh", "-ds"];

/// These look for the file first; the second line of their complaint.
const READS: &[(&str, &str)] = &[
    ("-Acal", "error reading in file"),
    ("-Ackpt", "error reading in file"),
    ("-Ae", "invalid format"),
    ("-Ap", "error reading in file"),
    ("-Aprj", "error reading in file"),
    ("-Astree", "error reading in file"),
    ("-Au", "error reading in file"),
    ("-Auser", "error reading in file"),
    ("-Mc", "Complex attribute file \"{}\" is not correct"),
    ("-Mcal", "error reading in file"),
    ("-Mckpt", "error reading in file"),
    ("-Me", "invalid format"),
    ("-Mp", "error reading in file"),
    ("-Mstree", "error reading in file"),
    ("-Mu", "error reading in file"),
    ("-Muser", "error reading in file"),
    ("-Aconf", "error reading configuration from file {}"),
];

/// Refuses one option.
///
/// # Errors
/// None of its own.
pub fn run(context: &mut Context, step: &Step, why: &str) -> Result<Done> {
    let user = context.submitter.user.clone();
    let is_operators = OPERATORS.contains(&step.name);
    if context.site.is_manager(&user) || (is_operators && context.site.is_operator(&user)) {
        let path = context.site.path.clone();
        let file = match path {
            Some(path) => path.display().to_string(),
            None => format!("there is none yet: the built-in settings are in force; write {DEFAULT_PATH}"),
        };
        let file = if why.contains("site.toml") { format!(" ({file})") } else { String::new() };
        return Ok(told(context, &format!("qconf: {}: {why}{file}", step.name), Done::ENDED));
    }
    let role = if is_operators { "operator" } else { "manager" };
    let denial = format!("denied: \"{user}\" must be {role} for this operation");
    if let Some(done) = before_denial(context, step, &denial) {
        return Ok(done);
    }
    let words = step.words.first().map_or("", String::as_str);
    let times = match step.name {
        "-au" => words.split(',').count() * step.words.get(1).map_or(1, |lists| lists.split(',').count()),
        name if EACH.contains(&name) => words.split(',').count(),
        _ => 1,
    };
    context.complain(&format!("{denial}\n").repeat(times));
    Ok(Done { code: 1, ends: !GOES_ON.contains(&step.name) })
}

/// What some options say before, or instead of, the denial.
fn before_denial(context: &mut Context, step: &Step, denial: &str) -> Option<Done> {
    let word = step.words.first().map_or("", String::as_str);
    match step.name {
        "-ah" | "-as" | "-dconf" => {
            let mut code = 0;
            for host in word.split(',') {
                let is_known = is_host(context, host);
                if !is_known {
                    code = told(context, &format!("can't resolve hostname \"{host}\""), Done::FAILED).code;
                }
                if is_known || step.name == "-dconf" {
                    context.complain(&format!("{denial}\n"));
                }
            }
            Some(Done { code, ends: false })
        }
        "-Aconf" if word.is_empty() => Some(told(context, "configuration global already exists", Done::FAILED)),
        "-Aconf" | "-Mconf" => {
            let word = if word.is_empty() { "global" } else { word };
            let host = Path::new(word).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            if host != "global" && !is_host(context, &host) {
                context.complain(&format!("can't resolve hostname \"{word}\": can't resolve host name\n"));
            }
            if step.name == "-Mconf" && host != "global" {
                return Some(told(context, &format!("configuration {host} does not exist"), Done::FAILED));
            }
            unreadable(context, "-Aconf", word)
        }
        "-aattr" | "-dattr" | "-mattr" | "-rattr" | "-Aattr" | "-Dattr" | "-Mattr" | "-Rattr" => {
            if !matches!(word, "queue" | "exechost" | "pe" | "ckpt" | "hostgroup" | "resource_quota") {
                return Some(told(context, &format!("Modification of object \"{word}\" not supported"), Done::ENDED));
            }
            let file = step.words.get(1).filter(|_| step.name.starts_with(['-']) && step.name[1..].starts_with(char::is_uppercase))?;
            let reason = std::fs::File::open(file).err()?;
            let text = format!("{}\nerror: invalid option argument \"{file}\"\nUsage: qconf -help", not_opened(file, &reason));
            Some(told(context, &text, Done::ENDED))
        }
        "-purge" if word != "queue" => Some(told(context, &format!("error: Modification of object \"{word}\" not supported"), Done::ENDED)),
        "-purge" => {
            let instance = step.words.get(2).map_or("", String::as_str);
            let line = match instance.split_once('@') {
                None => format!("error: Given object_instance \"{instance}\" is incomplete"),
                Some((queue, _)) if context.site.queue(queue).is_none() => {
                    format!("error: Cluster queue entry \"{queue}\" does not exist")
                }
                Some(_) => return None,
            };
            Some(told(context, &line, Done::ENDED))
        }
        "-du" => {
            let lists = step.words.get(1).map_or("", String::as_str);
            let mut lines = String::new();
            for list in lists.split(',') {
                match context.site.user_list(list) {
                    None => lines.push_str(&format!("access list \"{list}\" doesn't exist\n")),
                    Some(known) => {
                        for user in word.split(',').filter(|user| !known.entries.iter().any(|entry| entry == user)) {
                            lines.push_str(&format!("user \"{user}\" is not in access list \"{list}\"\n"));
                        }
                    }
                }
            }
            if lines.is_empty() {
                return None;
            }
            context.complain(&lines);
            Some(Done::FAILED)
        }
        "-cq" => {
            let unknown: Vec<&str> = word.split(',').filter(|name| context.site.queue(name).is_none()).collect();
            if unknown.is_empty() {
                return None;
            }
            context.complain(&unknown.iter().map(|name| format!("invalid queue or job \"{name}\"\n")).collect::<String>());
            Some(Done::FAILED)
        }
        "-dstnode" => Some(told(context, "No sharetree", Done::FAILED)),
        "-mstnode" => Some(told(context, "No sharetree", Done::WELL)),
        "-astnode" => {
            context.complain(&word.split(',').map(|node| format!("setting \n{node}\n")).collect::<String>());
            Some(told(context, denial, Done::WELL))
        }
        "-tsm" => Some(told(context, "starting scheduler monitoring requires manager privileges", Done::WELL)),
        // The real one was not asked: it is known to do what it denies (compat/differences.md).
        "-km" | "-ks" | "-ke" | "-kej" => Some(told(context, "shutdown requires manager privileges", Done::ENDED)),
        name => unreadable(context, name, word),
    }
}

/// The complaint of an option that reads a file which cannot be opened.
fn unreadable(context: &mut Context, name: &str, file: &str) -> Option<Done> {
    let (_, then) = READS.iter().find(|(known, _)| *known == name)?;
    let reason = std::fs::File::open(file).err()?;
    let text = format!("{}\n{}", not_opened(file, &reason), then.replace("{}", file));
    let ends = !matches!(name, "-Mc" | "-Aconf");
    Some(told(context, &text, Done { code: 1, ends }))
}

fn not_opened(file: &str, reason: &std::io::Error) -> String {
    format!("error: error opening file \"{file}\" for reading: {}", plain(reason))
}
