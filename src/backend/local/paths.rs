//! Where the state is: `$GRIDSHIM_STATE`, else `$XDG_STATE_HOME/gridshim`, else `~/.local/state/gridshim`, for its user alone.

use crate::error::{Error, Result};
use crate::job::JobId;
use crate::site;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use users::os::unix::UserExt;

/// The state directory and the names in it.
#[derive(Debug, Clone)]
pub struct Paths {
    root: PathBuf,
}

impl Paths {
    /// By this process's environment and the password file.
    ///
    /// # Errors
    /// The user has no home directory.
    pub fn of_process() -> Result<Paths> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = || variable("HOME").or_else(|| users::get_user_by_uid(users::get_effective_uid()).map(|user| user.home_dir().into()));
        let root = variable(site::STATE)
            .or_else(|| variable("XDG_STATE_HOME").filter(|base| base.is_absolute()).map(|base| base.join("gridshim")))
            .or_else(|| home().map(|home| home.join(".local/state/gridshim")))
            .ok_or_else(|| Error::Backend(format!("no home directory for the jobs' state; set ${}", site::STATE)))?;
        Ok(Paths::at(&root))
    }

    /// A directory by name; a relative one is taken from the working directory.
    pub fn at(root: &Path) -> Paths {
        Paths { root: std::path::absolute(root).unwrap_or_else(|_| root.into()) }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn database(&self) -> PathBuf {
        self.root.join("state.db")
    }

    pub fn scripts(&self) -> PathBuf {
        self.root.join("job_scripts")
    }

    /// The copied script; its path is the job's `$0`.
    pub fn script(&self, id: JobId) -> PathBuf {
        self.scripts().join(id.to_string())
    }

    pub fn runs(&self) -> PathBuf {
        self.root.join("run")
    }

    /// The directory of one start; `attempt` counts what is to be run again (exit 99).
    pub fn run(&self, id: JobId, index: u64, attempt: u32) -> PathBuf {
        self.runs().join(format!("{id}.{index}.{attempt}"))
    }

    pub fn waiters(&self) -> PathBuf {
        self.root.join("waiters")
    }

    pub fn accounting(&self) -> PathBuf {
        self.root.join("accounting")
    }

    fn cron(&self) -> PathBuf {
        self.root.join("cron")
    }

    pub fn crontab(&self) -> PathBuf {
        self.cron().join("crontab.json")
    }

    /// The last minute whose commands are prepared, and of which start of this machine.
    pub fn cron_mark(&self) -> PathBuf {
        self.cron().join("mark")
    }

    pub fn cron_runs(&self) -> PathBuf {
        self.cron().join("runs.json")
    }

    pub fn cron_running(&self) -> PathBuf {
        self.cron().join("run")
    }

    /// The directory of one command: `LINE-MINUTE-NUMBER`.
    pub fn cron_run(&self, name: &str) -> PathBuf {
        self.cron_running().join(name)
    }

    pub fn once(&self) -> PathBuf {
        self.root.join("once.lock")
    }

    pub fn mail(&self) -> PathBuf {
        self.root.join("mail")
    }

    pub fn lock(&self) -> PathBuf {
        self.root.join("daemon.lock")
    }

    pub fn wake(&self) -> PathBuf {
        self.root.join("wake.sock")
    }

    pub fn log(&self) -> PathBuf {
        self.root.join("daemon.log")
    }

    /// Makes what is missing. A directory of gridshim's, or an empty one, that others may look into is closed to them; any
    /// other one (`GRIDSHIM_STATE=/tmp`, say) is refused and left as it is.
    ///
    /// # Errors
    /// It cannot be made, or belongs to somebody else.
    pub fn create(&self) -> io::Result<()> {
        let make = |path: &Path| DirBuilder::new().recursive(true).mode(0o700).create(path);
        make(&self.root)?;
        let there = std::fs::metadata(&self.root)?;
        if there.uid() != users::get_effective_uid() {
            return Err(io::Error::other("the directory belongs to another user"));
        }
        if there.mode() & 0o077 != 0 {
            let is_ours = self.database().try_exists()? || std::fs::read_dir(&self.root)?.next().is_none();
            if !is_ours {
                return Err(io::Error::other("the directory is not empty and holds no jobs of gridshim's"));
            }
            std::fs::set_permissions(&self.root, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        }
        for path in [self.scripts(), self.runs(), self.waiters()] {
            make(&path)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_state_directory_is_closed_to_others() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().join("a/b");
        std::fs::create_dir_all(&root).expect("made");
        std::fs::set_permissions(&root, PermissionsExt::from_mode(0o755)).expect("opened");
        let paths = Paths::at(&root);
        paths.create().expect("created");
        assert_eq!(std::fs::metadata(&root).expect("there").mode() & 0o777, 0o700);
        assert!(paths.scripts().is_dir() && paths.runs().is_dir());
    }

    #[test]
    fn a_directory_of_other_things_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).expect("opened");
        std::fs::write(dir.path().join("thesis.txt"), "").expect("written");
        assert!(Paths::at(dir.path()).create().is_err());
        assert_eq!(std::fs::metadata(dir.path()).expect("there").mode() & 0o777, 0o755);
    }
}
