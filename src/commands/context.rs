//! What every command is given: the site, who calls, the environment, the streams, and the backend when it is asked for.

use crate::backend::{Backend, kubernetes::Kubernetes, local::Local};
use crate::error::{Error, Result};
use crate::job::Submitter;
use crate::runtime::catalog::Catalog;
use crate::site::{self, BackendKind, Site};
use std::io::Write;
use users::os::unix::UserExt;

/// Where a command writes.
pub struct Streams {
    pub out: Box<dyn Write>,
    pub err: Box<dyn Write>,
}

/// See the module.
pub struct Context {
    pub site: Site,
    pub submitter: Submitter,
    /// The process's environment, in its order.
    pub environment: Vec<(String, String)>,
    pub streams: Streams,
    /// Given instead of the process's standard input.
    pub stdin: Option<Vec<u8>>,
    /// The images there are, once they are read.
    pub(super) catalog: Option<Catalog>,
    backend: Option<Box<dyn Backend>>,
}

impl Context {
    /// The context of this process.
    ///
    /// # Errors
    /// A broken site.toml, an unknown user.
    pub fn of_process() -> Result<Context> {
        let site = Site::load().map_err(Error::Site)?;
        let environment =
            std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())).collect();
        let streams = Streams { out: Box::new(std::io::stdout()), err: Box::new(std::io::stderr()) };
        Ok(Context { site, submitter: submitter()?, environment, streams, stdin: None, catalog: None, backend: None })
    }

    /// A context for tests.
    pub fn of(site: Site, submitter: Submitter, streams: Streams, backend: Box<dyn Backend>) -> Context {
        Context { site, submitter, environment: Vec::new(), streams, stdin: None, catalog: None, backend: Some(backend) }
    }

    /// Which backend this site and environment use.
    ///
    /// # Errors
    /// `$GRIDSHIM_BACKEND` names none, or a cluster that is not configured.
    pub fn backend_kind(&self) -> Result<BackendKind> {
        self.site.backend(self.variable(site::BACKEND)).map_err(Error::Site)
    }

    /// The backend, opened at its first use.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn backend(&mut self) -> Result<&dyn Backend> {
        if self.backend.is_none() {
            self.backend = Some(match self.backend_kind()? {
                BackendKind::Kubernetes => Box::new(Kubernetes::open(&self.site)?),
                BackendKind::Local => Box::new(Local::open(&self.site)?),
                BackendKind::Grid => return Err(Error::Backend("the backend grid runs the real commands".into())),
            });
        }
        self.backend.as_deref().ok_or_else(|| Error::Backend("no backend".into()))
    }

    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Writes to standard output; a closed pipe is nobody's error.
    pub fn print(&mut self, text: &str) {
        let _ = self.streams.out.write_all(text.as_bytes());
    }

    /// Writes to standard error.
    pub fn complain(&mut self, text: &str) {
        let _ = self.streams.err.write_all(text.as_bytes());
    }
}

/// The facts of the calling process. Identity comes from the kernel and the password file, never from the environment.
fn submitter() -> Result<Submitter> {
    let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let uid = users::get_effective_uid();
    let gid = users::get_effective_gid();
    let user =
        users::get_user_by_uid(uid).ok_or_else(|| Error::Backend(format!("error: user id {uid} has no entry in the password file")))?;
    let group = group_name(gid);
    let mut gids: Vec<u32> = users::group_access_list().map(|groups| groups.iter().map(users::Group::gid).collect()).unwrap_or_default();
    if !gids.contains(&gid) {
        gids.insert(0, gid);
    }
    // One that is gone is no reason not to show or delete jobs; submissions need it (`qsub::run_for`).
    let workdir = working_directory(variable("PWD")).unwrap_or_default();
    let name = user.name().to_string_lossy().into_owned();
    Ok(Submitter {
        user: name.clone(),
        uid,
        group,
        gid,
        gids,
        home: user.home_dir().to_string_lossy().into_owned(),
        shell: user.shell().to_string_lossy().into_owned(),
        o_home: variable("HOME"),
        o_log_name: variable("LOGNAME"),
        o_path: variable("PATH"),
        o_shell: variable("SHELL"),
        o_mail: variable("MAIL"),
        o_tz: variable("TZ"),
        workdir,
        host: hostname(),
    })
}

/// The group's name; one that has none is called by its number.
pub(super) fn group_name(gid: u32) -> String {
    users::get_group_by_gid(gid).map_or_else(|| gid.to_string(), |group| group.name().to_string_lossy().into_owned())
}

/// `$PWD` where it is the working directory (it keeps the links of the way the user came), else the kernel's path.
fn working_directory(pwd: Option<String>) -> std::io::Result<String> {
    use std::os::unix::fs::MetadataExt;
    let here = std::fs::metadata(".")?;
    let is_here = |pwd: &String| std::fs::metadata(pwd).is_ok_and(|there| there.dev() == here.dev() && there.ino() == here.ino());
    if let Some(pwd) = pwd.filter(|pwd| pwd.starts_with('/') && is_here(pwd)) {
        return Ok(pwd);
    }
    Ok(std::env::current_dir()?.to_string_lossy().into_owned())
}

/// The machine's own name, as Grid Engine calls a host.
fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map_or_else(|_| "localhost".into(), |name| name.trim().to_string())
}
