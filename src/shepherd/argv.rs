//! What is executed: the file and its argument vector.

use super::{Failure, strerror};
use crate::record::{Program, Spec};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The program that sets up the environment in images made by buildpacks.
pub const LAUNCHER: &str = "/cnb/lifecycle/launcher";

/// Grid Engine's `login_shells`: these get a dash before their name.
const LOGIN_SHELLS: [&str; 5] = ["bash", "sh", "ksh", "csh", "tcsh"];

/// A file and its arguments, the first of which is the name it is called by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argv {
    pub file: String,
    pub args: Vec<String>,
}

/// What comes between an image's launcher and the job. The launcher reserves more memory addresses than many jobs may have, so the
/// limits are set behind it, by this program once more.
pub struct Launched {
    /// This program's path.
    pub shepherd: String,
    /// As `limits::of` gives them.
    pub limits: Vec<(String, u64, u64)>,
}

/// Builds the vector: `-bash SCRIPT ARGS…`, `-bash -c "ARGS joined "` (each argument followed by a blank, the last too), or the
/// arguments themselves. Behind a launcher the same, without the dash: in an image made by buildpacks it sets `PATH` and the rest,
/// and a login shell's `/etc/profile` would undo it.
pub fn build(spec: &Spec, cwd: &str, script: &str, launched: Option<&Launched>) -> Argv {
    let shell = shell_path(spec, cwd);
    let mut args = match spec.program {
        Program::Exec => spec.args.clone(),
        Program::Script => [called(&shell), script.to_string()].into_iter().chain(spec.args.iter().cloned()).collect(),
        Program::Command => vec![called(&shell), "-c".into(), spec.args.iter().map(|arg| format!("{arg} ")).collect()],
    };
    let file = match spec.program {
        Program::Exec => args.first().cloned().unwrap_or_default(),
        Program::Script | Program::Command => shell,
    };
    let Some(Launched { shepherd, limits }) = launched else { return Argv { file, args } };
    if let Some(first) = args.first_mut() {
        *first = file;
    }
    let limits: Vec<String> = limits.iter().map(|(name, soft, hard)| format!("{name}:{soft}:{hard}")).collect();
    args.splice(0..0, [LAUNCHER, "--", shepherd, "--limits", &limits.join(","), "--"].map(str::to_string));
    Argv { file: LAUNCHER.into(), args }
}

/// The shell's path; a relative one is below the working directory.
fn shell_path(spec: &Spec, cwd: &str) -> String {
    if spec.shell.starts_with('/') { spec.shell.clone() } else { format!("{cwd}/{}", spec.shell) }
}

fn called(shell: &str) -> String {
    let name = shell.rsplit('/').next().unwrap_or(shell);
    if LOGIN_SHELLS.contains(&name) { format!("-{name}") } else { name.to_string() }
}

/// Says whether the shell is there at all.
///
/// # Errors
/// `failed 27`: `unable to find shell "…"`.
pub fn check_shell(spec: &Spec, cwd: &str) -> Result<(), Failure> {
    let shell = shell_path(spec, cwd);
    if spec.program == Program::Exec || Path::new(&shell).exists() {
        return Ok(());
    }
    Err(Failure::shell(format!("unable to find shell \"{shell}\"")))
}

/// Finds a file on the job's `PATH`, as execvp(3) does.
///
/// # Errors
/// `ENOENT`, or `EACCES` where a file of that name is there but cannot be executed.
pub fn search(file: &str, path: &str) -> io::Result<String> {
    if file.contains('/') {
        return Ok(file.to_string());
    }
    let mut failure = libc::ENOENT;
    for directory in path.split(':').filter(|_| !file.is_empty()) {
        let candidate = if directory.is_empty() { format!("./{file}") } else { format!("{directory}/{file}") };
        match std::fs::metadata(&candidate) {
            Ok(data) if data.is_file() && data.permissions().mode() & 0o111 != 0 => return Ok(candidate),
            Ok(_) => failure = libc::EACCES,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => failure = libc::EACCES,
            Err(_) => {}
        }
    }
    Err(io::Error::from_raw_os_error(failure))
}

impl Argv {
    /// What the real shepherd says when it cannot execute: `execvlp(a, "a" "b") failed: No such file or directory`, `failed 27`.
    pub fn failure(&self, error: &io::Error) -> Failure {
        let args: Vec<String> = self.args.iter().map(|arg| format!("\"{arg}\"")).collect();
        Failure::shell(format!("execvlp({}, {}) failed: {}", self.file, args.join(" "), strerror(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(program: Program, shell: &str, args: &[&str], launcher: bool) -> String {
        let args = args.iter().map(|arg| (*arg).to_string()).collect();
        let spec = Spec { program, shell: shell.into(), args, ..Spec::default() };
        let launched = Launched { shepherd: "/s".into(), limits: vec![("vmem".into(), 5, 6), ("cpu".into(), 7, 8)] };
        let Argv { file, args } = build(&spec, "/w", "/spool/7", launcher.then_some(&launched));
        format!("{file}: {}", args.join("|"))
    }

    #[test]
    fn known_shells_are_login_shells() {
        assert_eq!(vector(Program::Script, "/bin/bash", &["A B", "C"], false), "/bin/bash: -bash|/spool/7|A B|C");
        assert_eq!(vector(Program::Script, "/usr/bin/python3", &["A"], false), "/usr/bin/python3: python3|/spool/7|A");
        assert_eq!(vector(Program::Script, "/bin/dash", &[], false), "/bin/dash: dash|/spool/7");
        assert_eq!(vector(Program::Script, "relsh", &[], false), "/w/relsh: relsh|/spool/7");
    }

    #[test]
    fn commands_are_joined_by_blanks() {
        assert_eq!(vector(Program::Command, "/bin/sh", &["echo", "a b", "$X"], false), "/bin/sh: -sh|-c|echo a b $X ");
        assert_eq!(vector(Program::Exec, "/bin/sh", &["echo", "a b"], false), "echo: echo|a b");
    }

    #[test]
    fn buildpack_images_start_through_their_launcher() {
        let launcher = LAUNCHER;
        let own = "--|/s|--limits|vmem:5:6,cpu:7:8|--";
        assert_eq!(vector(Program::Script, "/bin/bash", &["x"], true), format!("{launcher}: {launcher}|{own}|/bin/bash|/spool/7|x"));
        assert_eq!(vector(Program::Command, "/bin/bash", &["web"], true), format!("{launcher}: {launcher}|{own}|/bin/bash|-c|web "));
        assert_eq!(vector(Program::Exec, "/bin/bash", &["web", "1"], true), format!("{launcher}: {launcher}|{own}|web|1"));
    }

    #[test]
    fn failures_name_the_whole_vector() {
        let argv = Argv { file: "/etc/passwd".into(), args: vec!["passwd".into(), "/spool/7".into()] };
        let failure = argv.failure(&io::Error::from_raw_os_error(libc::EACCES));
        assert_eq!(failure.reason, "execvlp(/etc/passwd, \"passwd\" \"/spool/7\") failed: Permission denied");
        assert_eq!(failure.failed, 27);
    }

    #[test]
    fn programs_are_searched_on_the_given_path() {
        assert_eq!(search("sh", "/nosuch:/bin").expect("found"), "/bin/sh");
        assert_eq!(search("passwd", "/etc").expect_err("not executable").raw_os_error(), Some(libc::EACCES));
        assert_eq!(search("nosuch", "/bin").expect_err("missing").raw_os_error(), Some(libc::ENOENT));
    }
}
