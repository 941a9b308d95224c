//! `-sq` with its phrases and `-sobjl`: what is found by name, pattern or value.

use super::Done;
use super::show::{hosts, shown, told};
use crate::commands::Context;
use crate::error::Result;
use crate::grammar::pattern;
use crate::host::Host;
use crate::render::qconf::{Attribute, host, queue};
use crate::site::Site;
use std::net::ToSocketAddrs;

/// True where the name is this host's or can be resolved.
pub fn is_host(context: &Context, name: &str) -> bool {
    name == context.submitter.host || (name, 0).to_socket_addrs().is_ok()
}

/// Queues and instances of queues, those of one phrase with an empty line between them. Grid Engine's way with phrases that match nothing: the last one is told and the command fails,
/// unless a later phrase matches; then all before it are told as errors after the first queue, nothing more is looked at, and the
/// command succeeds (compat/captures/qconf/phrases.txt).
pub fn queues(context: &mut Context, words: &[String]) -> Result<Done> {
    let phrases: Vec<&str> =
        words.iter().flat_map(|word| word.split(|c: char| c == ',' || c.is_whitespace())).filter(|phrase| !phrase.is_empty()).collect();
    if phrases.is_empty() {
        return Ok(shown(context, &queue::template()));
    }
    if let Some(phrase) = phrases.iter().find(|phrase| phrase.starts_with('@')) {
        let text =
            format!("The queue name \"{phrase}\" is not correct.  Queue names may not begin with @.  Perhaps you mean \"*{phrase}\"?");
        return Ok(told(context, &text, Done::FAILED));
    }
    let needs_hosts = phrases.iter().any(|phrase| phrase.contains('@')) || context.site.queues.iter().any(|queue| queue.slots.is_none());
    let hosts = if needs_hosts { hosts(context)? } else { Vec::new() };
    let mut shown_already: Vec<String> = Vec::new();
    let mut unmatched: Vec<&str> = Vec::new();
    for phrase in phrases {
        let found = matching(&context.site, &hosts, phrase);
        if found.is_empty() {
            if !unmatched.contains(&phrase) {
                unmatched.push(phrase);
            }
            continue;
        }
        let new: Vec<_> = found.into_iter().filter(|(name, _)| !shown_already.contains(name)).collect();
        for (number, (name, text)) in new.into_iter().enumerate() {
            if number > 0 {
                context.print("\n");
            }
            context.print(&text);
            shown_already.push(name);
            if !unmatched.is_empty() {
                context.complain(&unmatched.iter().map(|phrase| format!("error: {}\n", no_match(phrase))).collect::<String>());
                return Ok(Done::WELL);
            }
        }
    }
    Ok(unmatched.last().map_or(Done::WELL, |phrase| told(context, &no_match(phrase), Done::FAILED)))
}

fn no_match(phrase: &str) -> String {
    format!("No cluster queue or queue instance matches the phrase \"{phrase}\"")
}

/// The queues or instances a phrase stands for, by name, with their text.
fn matching(site: &Site, hosts: &[Host], phrase: &str) -> Vec<(String, String)> {
    let (name, on) = phrase.split_once('@').map_or((phrase, None), |(name, on)| (name, Some(on)));
    let mut queues: Vec<_> = site.queues.iter().filter(|queue| pattern::matches(name, &queue.name)).collect();
    queues.sort_by(|a, b| a.name.cmp(&b.name));
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let is_on = |host: &Host, on: &str| match on.starts_with('@') {
        true => site.is_in_host_group(&host.name, on),
        false => pattern::matches(on, &host.name),
    };
    let mut found = Vec::new();
    for queue in queues {
        let Some(on) = on else {
            found.push((queue.name.clone(), queue::cluster(queue, site, hosts)));
            continue;
        };
        let has = site.hosts_of_queue(queue, &names);
        for host in hosts.iter().filter(|host| has.contains(&host.name) && is_on(host, on)) {
            found.push((format!("{}@{}", queue.name, host.name), queue::instance(queue, site, host)));
        }
    }
    found
}

/// `-sobjl KIND ATTRIBUTE VALUE`: the names of objects whose attribute, as shown, matches the value. Queue domains, queue instances
/// and kinds that do not exist match nothing, as recorded.
pub fn objects(context: &mut Context, words: &[String]) -> Result<Done> {
    let [kind, attribute, value] = words else { return Ok(Done::WELL) };
    let hosts = hosts(context)?;
    let site = &context.site;
    let mut found = Vec::new();
    let matches = |attributes: &[Attribute]| attributes.iter().any(|(name, shown)| name == attribute && pattern::matches(value, shown));
    match kind.as_str() {
        "queue" => {
            found.extend(site.queues.iter().filter(|it| matches(&queue::attributes(it, site, &hosts))).map(|it| it.name.clone()));
            found.sort();
        }
        "exechost" => {
            let pseudo = ["template", "global"].into_iter().filter(|name| matches(&host::pseudo_attributes(name)));
            found.extend(pseudo.map(String::from));
            found.extend(hosts.iter().filter(|it| matches(&host::attributes(it, site))).map(|it| it.name.clone()));
        }
        _ => {}
    }
    Ok(shown(context, &found.iter().map(|name| format!("{name}\n")).collect::<String>()))
}
