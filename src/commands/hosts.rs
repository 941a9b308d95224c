//! Hosts for the checks of a job.

use super::Context;
use crate::host::Host;

/// The backend's hosts where they are needed; the site's checks know them then. None where they are not to be had: which hosts there
/// are is then nobody's mistake.
pub fn learn(context: &mut Context, are_needed: bool) -> Vec<Host> {
    if !are_needed {
        return Vec::new();
    }
    let hosts = context.backend().and_then(|backend| backend.hosts()).unwrap_or_default();
    context.site.known_hosts = hosts.iter().map(|host| host.name.clone()).collect();
    hosts
}
