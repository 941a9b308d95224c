//! The options that show something (compat/captures/qconf/show.txt, objects.txt).

use super::{Done, find};
use crate::commands::Context;
use crate::error::Result;
use crate::grammar::pattern;
use crate::host::Host;
use crate::options::qconf::Step;
use crate::render::qconf::{complexes, config, host, objects};

/// Runs one option.
///
/// # Errors
/// No backend where hosts are asked for.
pub fn run(context: &mut Context, step: &Step) -> Result<Done> {
    let word = step.words.first().map_or("", String::as_str);
    let done = match step.name {
        "-sq" => return find::queues(context, &step.words),
        "-sobjl" => return find::objects(context, &step.words),
        "-sc" => shown(context, &complexes::complexes(&context.site)),
        "-ssconf" => shown(context, &config::scheduler(&context.site)),
        "-sconf" => return configurations(context, word),
        "-sconfl" => list(context, Vec::new(), "no config defined"),
        "-sql" => list(context, sorted(context.site.queues.iter().map(|it| &it.name)), "no queues defined"),
        "-spl" => list(context, sorted(context.site.parallel_environments.iter().map(|it| &it.name)), "no parallel environment defined"),
        "-sm" => list(context, context.site.managers.clone(), "no manager defined"),
        "-so" => list(context, context.site.operators.clone(), "no operator defined"),
        "-sul" => list(context, sorted(context.site.user_lists().into_iter().map(|it| &it.name)), "no userset list defined"),
        "-shgrpl" => list(context, sorted(context.site.host_groups().into_iter().map(|it| &it.name)), "no host group list defined"),
        "-sprjl" => list(context, sorted(context.site.projects.iter().map(|it| &it.name)), "no project list defined"),
        "-suserl" => list(context, sorted(context.site.users.iter().map(|it| &it.name)), "no user list defined"),
        "-scall" => list(context, sorted(context.site.calendars.iter().map(|it| &it.name)), "no calendar defined"),
        "-sckptl" => list(context, sorted(context.site.checkpointing.iter().map(|it| &it.name)), "no ckpt interface definition defined"),
        "-srqsl" => {
            list(context, context.site.resource_quota_sets.iter().map(|it| it.name.clone()).collect(), "no resource quota set list defined")
        }
        "-sel" => {
            let names = hosts(context)?.into_iter().map(|host| host.name).collect();
            list(context, names, "no execution host defined")
        }
        "-sh" => {
            let names = access(context, context.site.admin_hosts.clone())?;
            list(context, names, "no administrative host defined")
        }
        "-ss" => {
            let names = access(context, context.site.submit_hosts.clone())?;
            list(context, names, "no submit host defined")
        }
        "-sp" => one(context, context.site.pe(word).map(objects::pe), &format!("{word} is not a parallel environment"), true),
        "-scal" => one(context, context.site.calendar(word).map(objects::calendar), &format!("{word} is not a calendar"), true),
        "-sckpt" => {
            let text = context.site.ckpt(word).map(objects::ckpt);
            one(context, text, &format!("{word} is not a checkpointing interface definition"), true)
        }
        "-sprj" => one(context, context.site.project(word).map(objects::project), &format!("{word} is not known as a project"), false),
        "-shgrp" | "-shgrp_tree" | "-shgrp_resolved" => return host_group(context, step.name, word),
        "-se" => return exec_host(context, word),
        "-su" => user_lists(context, word),
        "-suser" => users(context, word),
        "-srqs" => quota_sets(context, word),
        "-sss" => shown(context, &format!("{}\n", context.submitter.host)),
        "-secl" => {
            let rule = "-".repeat(50);
            let row = format!("{:>8} {:<15} {:<25}", 1, "scheduler", context.submitter.host);
            shown(context, &format!("      ID NAME            HOST                     \n{rule}\n{row}\n"))
        }
        "-sst" | "-sstnode" | "-rsstnode" => told(context, "No sharetree", Done::WELL),
        "-sstree" => told(context, "no sharetree element", Done::FAILED),
        // Grid Engine prints nothing where nothing is detached (-sds); every option of the table is above.
        _ => Done::WELL,
    };
    Ok(done)
}

/// The hosts of the backend, by name.
pub fn hosts(context: &mut Context) -> Result<Vec<Host>> {
    context.backend()?.hosts()
}

pub fn shown(context: &mut Context, text: &str) -> Done {
    context.print(text);
    Done::WELL
}

pub fn told(context: &mut Context, line: &str, done: Done) -> Done {
    context.complain(&format!("{line}\n"));
    done
}

fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<String> = names.cloned().collect();
    names.sort();
    names
}

/// One name a line, or the line for none.
fn list(context: &mut Context, names: Vec<String>, none: &str) -> Done {
    if names.is_empty() {
        return told(context, none, Done::FAILED);
    }
    shown(context, &names.iter().map(|name| format!("{name}\n")).collect::<String>())
}

/// An object, or the line that there is none; after which Grid Engine stops for some kinds and goes on for others.
fn one(context: &mut Context, text: Option<String>, unknown: &str, ends: bool) -> Done {
    match text {
        Some(text) => shown(context, &text),
        None => told(context, unknown, Done { code: 1, ends }),
    }
}

/// The site's list, else every host and the one the command runs on.
fn access(context: &mut Context, listed: Option<Vec<String>>) -> Result<Vec<String>> {
    if let Some(listed) = listed {
        return Ok(listed);
    }
    let mut names: Vec<String> = hosts(context)?.into_iter().map(|host| host.name).collect();
    names.push(context.submitter.host.clone());
    names.sort();
    names.dedup();
    Ok(names)
}

fn configurations(context: &mut Context, words: &str) -> Result<Done> {
    let mut code = 0;
    for (number, name) in if words.is_empty() { "global" } else { words }.split(',').enumerate() {
        if number > 0 {
            context.print("\n");
        }
        if name == "global" {
            let text = config::global(&context.site);
            context.print(&text);
            continue;
        }
        let line = match find::is_host(context, name) {
            true => format!("configuration {name} not defined"),
            false => format!("can't resolve hostname \"{name}\": can't resolve host name"),
        };
        code = told(context, &line, Done::FAILED).code;
    }
    Ok(Done { code, ends: false })
}

fn exec_host(context: &mut Context, name: &str) -> Result<Done> {
    if matches!(name, "global" | "template") {
        return Ok(shown(context, &host::pseudo(name)));
    }
    let hosts = hosts(context)?;
    Ok(match hosts.iter().find(|host| host.name == name) {
        Some(found) => shown(context, &host::host(found, &context.site)),
        // A host that runs no jobs: not recorded, the reference has none.
        None if find::is_host(context, name) => told(context, &format!("{name} is not an execution host"), Done::ENDED),
        None => told(context, &format!("can't resolve hostname \"{name}\""), Done::ENDED),
    })
}

fn host_group(context: &mut Context, option: &str, name: &str) -> Result<Done> {
    if context.site.host_group(name).is_none() {
        return Ok(told(context, &format!("Host group \"{name}\" does not exist"), Done::FAILED));
    }
    let hosts = hosts(context)?;
    let Some(group) = context.site.host_group(name) else { return Ok(Done::FAILED) };
    let text = match option {
        "-shgrp" => objects::host_group(group, &hosts),
        "-shgrp_tree" => objects::host_group_tree(group, &context.site, &hosts),
        _ => {
            let known: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
            let resolved = context.site.hosts_of(&[name.to_string()], &known);
            if resolved.is_empty() { String::new() } else { format!("{}\n", resolved.join(" ")) }
        }
    };
    Ok(shown(context, &text))
}

/// Lists with an empty line between them; the first unknown one is told, the known ones are shown.
fn user_lists(context: &mut Context, words: &str) -> Done {
    let (mut texts, mut unknown) = (Vec::new(), Vec::new());
    for name in words.split(',') {
        match context.site.user_list(name) {
            Some(list) => texts.push(objects::user_list(list)),
            None => unknown.push(format!("denied: access list \"{name}\" does not exist\n")),
        }
    }
    context.print(&texts.join("\n"));
    context.complain(&unknown.concat());
    if unknown.is_empty() { Done::WELL } else { Done::FAILED }
}

/// Users with an empty line before every one but the first, known or not; an unknown one is no failure.
fn users(context: &mut Context, words: &str) -> Done {
    for (number, name) in words.split(',').enumerate() {
        if number > 0 {
            context.print("\n");
        }
        match context.site.user(name).map(objects::user) {
            Some(text) => context.print(&text),
            None => context.complain(&format!("{name} is not known as a user\n")),
        }
    }
    Done::WELL
}

/// The sets that names or patterns stand for, in the site's order; all without a word.
fn quota_sets(context: &mut Context, words: &str) -> Done {
    let site = &context.site;
    let is_asked = |name: &str| words.is_empty() || words.split(',').any(|word| pattern::matches(word, name));
    let sets = site.resource_quota_sets.iter().filter(|set| is_asked(&set.name));
    let text: String = sets.map(|set| objects::resource_quota_set(set, site)).collect();
    if text.is_empty() { told(context, "No resource quota set found", Done::FAILED) } else { shown(context, &text) }
}
