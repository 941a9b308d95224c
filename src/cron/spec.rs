//! What the shepherd runs for an entry: the shell with the command, in nothing but cron's own environment.

use super::Planned;
use crate::job::Submitter;
use crate::record::{Program, Spec};
use crate::site::Site;

/// The spec of an entry. Where the site sends mail its output is kept for that, else appended to the user's log.
pub fn spec(entry: &Planned, owner: &Submitter, site: &Site) -> Spec {
    let shell = entry.env.iter().find(|(name, _)| name == "SHELL").map_or("/bin/sh", |(_, shell)| shell);
    let home = entry.env.iter().find(|(name, _)| name == "HOME").map_or(owner.home.as_str(), |(_, home)| home);
    let log = if site.mail.is_some() || entry.mail_to.is_none() { String::new() } else { format!("{}/{}", owner.home, site.cron.log) };
    Spec {
        job_name: format!("cron-{}", entry.line.saturating_sub(1)),
        owner: owner.user.clone(),
        home: owner.home.clone(),
        login_shell: owner.shell.clone(),
        slots: 1,
        program: Program::Exec,
        shell: shell.into(),
        args: vec![shell.into(), "-c".into(), entry.command.clone()],
        request_name: entry.title.clone(),
        cwd: home.into(),
        umask: 0o022,
        env: entry.env.clone(),
        bare: true,
        input: entry.input.clone().unwrap_or_default(),
        log,
        ..Spec::default()
    }
}
