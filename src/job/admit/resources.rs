//! `-l`: each request is checked against the known resources and stored as the master stores it, and what gridshim acts on is taken
//! from it (tests/compliance/qsub_resources2.rs).

use crate::error::{Error, Result};
use crate::grammar::{expression, value};
use crate::job::Job;
use crate::site::{Complex, Kind, Site, own_name};

/// Checks, stores and takes the hard and soft requests.
///
/// # Errors
/// What the master refuses, in its words.
pub fn check(job: &mut Job, site: &Site) -> Result<()> {
    let hard = stored(&job.hard_resources, site)?;
    let soft = stored(&job.soft_resources, site)?;
    for (name, value) in hard.iter().chain(&soft) {
        let is_word = site.complex(name).is_some_and(|complex| is_word(complex.kind));
        if let Some(Err(expression::Broken(place))) = is_word.then(|| expression::parse(value)) {
            return Err(Error::Rejected(format!("Parse error on position {place} of the expression \"{value}\".")));
        }
    }
    for (name, value) in &hard {
        take(job, name, value, site);
    }
    (job.hard_resources, job.soft_resources) = (hard, soft);
    Ok(())
}

fn is_word(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::CString | Kind::Host | Kind::ReString)
}

/// The list under long names; a later request for the same resource takes an earlier one's place at the end.
fn stored(asked: &[(String, String)], site: &Site) -> Result<Vec<(String, String)>> {
    let mut list: Vec<(String, String)> = Vec::new();
    for (name, value) in asked {
        let complex = requestable(name, site)?;
        let value = stored_value(complex, value, site)?;
        list.retain(|(known, _)| *known != complex.name);
        list.push((complex.name.clone(), value));
    }
    Ok(list)
}

fn requestable<'a>(asked: &str, site: &'a Site) -> Result<&'a Complex> {
    let Some(complex) = site.complex(asked) else {
        return Err(Error::Rejected(format!("unknown resource \"{asked}\"")));
    };
    if complex.name == "slots" {
        let text = "\"job\" denied: use parallel environments instead of requesting slots explicitly";
        return Err(Error::Rejected(text.into()));
    }
    if !complex.requestable {
        return Err(Error::Rejected(format!("resource \"{asked}\" configured as non requestable")));
    }
    Ok(complex)
}

/// As the master stores it: times in seconds, hosts under their own names, all else as it was written.
fn stored_value(complex: &Complex, value: &str, site: &Site) -> Result<String> {
    let name = &complex.name;
    let reject = |text: String| Err(Error::Rejected(text));
    if value.is_empty() {
        return match complex.kind {
            Kind::Bool => Ok("TRUE".into()),
            _ => reject(format!("denied: missing value for resource \"{name}\"")),
        };
    }
    // Sic: "a integer".
    let kind = match complex.kind {
        Kind::Time => "time",
        Kind::Memory => "memory",
        Kind::Int => "integer",
        Kind::Double => "double",
        Kind::Bool => "boolean",
        Kind::String if name == "qname" && value.contains('@') => {
            return reject("Queue instance names are not allowed in -l resource requests".into());
        }
        Kind::Host if !expression::is_expression(value) => {
            let own = own_name(value, site.known_hosts.iter().map(String::as_str));
            return own.map_or_else(|| reject(format!("can't resolve hostname \"{value}\"")), Ok);
        }
        Kind::String | Kind::CString | Kind::Host | Kind::ReString => return Ok(value.into()),
    };
    let stored = if complex.kind == Kind::Time { value::seconds(value) } else { value::parse(value).map(|_| value.into()) };
    stored.or_else(|_| reject(format!("attribute \"{name}\" is not a {kind} value")))
}

/// True of what a process can be limited by (setrlimit(2)): `h_cpu`, `s_vmem` and so on.
pub fn is_limit(name: &str) -> bool {
    let kinds = ["_cpu", "_fsize", "_data", "_stack", "_core", "_rss", "_vmem"];
    name.strip_prefix(['h', 's']).is_some_and(|kind| kinds.contains(&kind))
}

/// The place of such a limit in a job.
pub fn limit<'a>(job: &'a mut Job, name: &str) -> &'a mut Option<u64> {
    let (side, kind) = name.split_at(2.min(name.len()));
    let at = job.limits.iter().position(|(known, ..)| known == kind).unwrap_or_else(|| {
        job.limits.push((kind.to_string(), None, None));
        job.limits.len() - 1
    });
    let (_, soft, hard) = &mut job.limits[at];
    if side == "s_" { soft } else { hard }
}

/// Takes from a request what gridshim acts on.
fn take(job: &mut Job, name: &str, value: &str, site: &Site) {
    let number = value::parse(value).ok().and_then(value::limit);
    match name {
        "h_rt" => job.h_rt = number,
        "s_rt" => job.s_rt = number,
        "mem_free" | "virtual_free" => job.memory = job.memory.max(number),
        "release" => job.release = Some(value.to_string()),
        // Looked at where the queues are chosen.
        "qname" | "hostname" => {}
        _ if is_limit(name) => {
            if name == "h_vmem" {
                job.memory_limit = number;
            }
            *limit(job, name) = number;
        }
        _ if site.own_complexes.iter().any(|own| own.name == name) => {}
        _ => job.approximated.push(format!("-l {name}={value}: has no effect on where the job runs")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<String> {
        let site = Site::parse(include_str!("../../../compat/reference-site.toml"), "reference").expect("a site");
        let asked = crate::grammar::resources::parse(text).expect("requests");
        stored(&asked, &site).map(|list| list.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn requests_are_stored_under_long_names_and_the_last_counts() {
        for (asked, shown) in [
            ("mf=1G,vf=1G,mem_free=2G", "virtual_free=1G,mem_free=2G"),
            ("mf=1G,mem_free=2G,mf=3G", "mem_free=2G"),
            ("h_rt,dwg=,p", "h_rt=1,display_win_gui=TRUE,num_proc=TRUE"),
            ("h_rt=1:0:0.5,h_vmem=0x10G", "h_rt=3600,h_vmem=0x10G"),
            ("q=!task,h=no*", "qname=!task,hostname=no*"),
        ] {
            assert_eq!(list(asked), Ok(shown.into()), "{asked}");
        }
    }

    #[test]
    fn the_first_mistake_is_told() {
        for (asked, text) in [
            ("nosuch=1,h_rt=x", "unknown resource \"nosuch\""),
            ("p=1:2", "attribute \"num_proc\" is not a integer value"),
            ("a=", "denied: missing value for resource \"arch\""),
            ("la=1", "resource \"la\" configured as non requestable"),
            ("q=task@x", "Queue instance names are not allowed in -l resource requests"),
            ("h=no such", "can't resolve hostname \"no\""),
        ] {
            assert_eq!(list(asked), Err(Error::Rejected(text.into())), "{asked}");
        }
    }
}
