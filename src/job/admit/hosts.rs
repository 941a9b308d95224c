//! Hosts that a job names in its lists of paths.

use crate::error::{Error, Result};
use crate::grammar::paths;
use crate::job::Job;
use crate::site::{Site, own_name};

/// Gives the hosts their own names and checks the lists: hosts must exist, each with one path.
///
/// # Errors
/// A line for each list that the master refuses.
pub fn of_paths(job: &mut Job, site: &Site) -> Result<()> {
    // One host there is: its paths count.
    job.only_host = if let [only] = &site.known_hosts[..] { Some(only.clone()) } else { None };
    let known: Vec<&str> = site.known_hosts.iter().map(String::as_str).chain([job.submitter.host.as_str()]).collect();
    let mut refusals = Vec::new();
    let mut lists = [(&mut job.stdout, true), (&mut job.stderr, true), (&mut job.stdin, true), (&mut job.shell, false)];
    for (list, is_file) in &mut lists {
        let Some(list) = list else { continue };
        match checked(list, *is_file, &known) {
            Ok(own) => *list = own,
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(Error::Rejected(refusals.join("\n"))) }
}

/// Tells of paths that are for other hosts than the one whose paths count.
pub fn told(job: &mut Job) {
    let here = job.only_host.clone().unwrap_or_else(|| job.submitter.host.clone());
    for list in [&job.stdout, &job.stderr, &job.stdin, &job.shell].into_iter().flatten() {
        let others = paths::parse(list).into_iter().map(|(host, _)| host).filter(|host| !host.is_empty() && *host != here);
        job.approximated.extend(others.map(|host| format!("a path is for host {host}: where the job runs elsewhere, another one counts")));
    }
}

fn checked(list: &str, is_file: bool, known: &[&str]) -> std::result::Result<String, String> {
    let mut own: Vec<(String, &str)> = Vec::new();
    for (host, path) in paths::parse(list) {
        let name = match host {
            "" => String::new(),
            host => own_name(host, known.iter().copied()).ok_or_else(|| format!("can't resolve hostname \"{host}\""))?,
        };
        if path.is_empty() && is_file {
            return Err("paths may not be empty strings".into());
        }
        own.push((name, path));
    }
    let is_twice = own.iter().enumerate().any(|(at, (host, _))| own[..at].iter().any(|(known, _)| known == host));
    if is_twice {
        return Err("ERROR! two files are specified for the same host".into());
    }
    Ok(paths::print(own.iter().map(|(host, path)| (host.as_str(), *path))))
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn hosts_have_one_path_each() {
        let known = ["localhost"];
        for (list, outcome) in [
            ("127.0.0.1:x,y", Ok("localhost:x,y")),
            ("x,y", Err("ERROR! two files are specified for the same host")),
            ("LOCALHOST:a,localhost:b", Err("ERROR! two files are specified for the same host")),
            ("/y,no such:/x", Err("can't resolve hostname \"no such\"")),
            ("localhost:", Err("paths may not be empty strings")),
        ] {
            assert_eq!(checked(list, true, &known), outcome.map(String::from).map_err(String::from), "{list}");
        }
        assert_eq!(checked("localhost:", false, &known), Ok("localhost:".into()));
    }
}
