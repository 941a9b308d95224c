//! Who runs the commands, and the systems that answer them.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// All jobs of a benchmark have this name: an interrupted run's are found by it.
pub const NAME: &str = "gsbench";

pub type Problem = String;

/// Who runs the commands.
pub struct User {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    pub home: PathBuf,
    /// We are root and become this user.
    pub by_setuid: bool,
}

/// One column.
pub struct System {
    pub name: &'static str,
    /// Directory of the real commands, or our program, which takes the command's name from argv[0].
    program: Program,
    environment: Vec<(&'static str, String)>,
    /// How many jobs of ours wait on it.
    pub waiting: usize,
    /// It failed and takes no part any more.
    pub out: bool,
}

pub enum Program {
    Directory(&'static str),
    Multicall(PathBuf),
}

/// A directory of the user's, removed at the end.
pub struct Scratch(pub PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// bob if we are root, else ourselves.
pub fn who() -> Result<User, Problem> {
    let uid = fs::metadata("/proc/self").map_err(|error| format!("/proc/self: {error}"))?.uid();
    let accounts = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    let by_setuid = uid == 0;
    let mut rows = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>()).filter(|row| row.len() >= 6);
    let row = rows.find(|row| if by_setuid { row[0] == "bob" } else { row[2] == uid.to_string() });
    let row = row.ok_or("no user bob: tests/compliance/real-grid-engine.sh and tests/cluster/cluster.sh make one")?;
    let number = |text: &str| text.parse().map_err(|_| format!("/etc/passwd: {text} is no number"));
    Ok(User { name: row[0].into(), uid: number(row[2])?, gid: number(row[3])?, home: row[5].into(), by_setuid })
}

/// In the user's home: pods see it at the same path.
pub fn scratch(user: &User) -> Result<Scratch, Problem> {
    let dir = user.home.join(format!("gridshim-bench-{}", std::process::id()));
    let failed = |error| format!("{}: {error}", dir.display());
    fs::create_dir(&dir).map_err(failed)?;
    let scratch = Scratch(dir.clone());
    let stamp = dir.join("stamp.sh");
    fs::write(&stamp, "#!/bin/sh\ndate +%s.%N > \"$1.tmp\"\nmv \"$1.tmp\" \"$1\"\n").map_err(failed)?;
    fs::set_permissions(&stamp, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    give(user, &stamp)?;
    give(user, &dir)?;
    Ok(scratch)
}

pub fn give(user: &User, path: &Path) -> Result<(), Problem> {
    let given = if user.by_setuid { chown(path, Some(user.uid), Some(user.gid)) } else { Ok(()) };
    given.map_err(|error| format!("{}: {error}", path.display()))
}

/// The systems that answer, in the order of the columns; why one is left out is printed.
pub fn systems(user: &User, dir: &Path) -> Vec<System> {
    let grid = vec![("SGE_ROOT", "/var/lib/gridengine".to_string()), ("SGE_CELL", "default".to_string())];
    let theirs = if Path::new("/usr/bin/qsub").exists() {
        Ok(System { name: "theirs", program: Program::Directory("/usr/bin"), environment: grid, waiting: 0, out: false })
    } else {
        Err("no /usr/bin/qsub".into())
    };
    let candidates = [("theirs", theirs), ("local", local(user, dir)), ("kubernetes", kubernetes(user, dir))];
    let mut systems = Vec::new();
    for (name, candidate) in candidates {
        match candidate.and_then(|system| answers(user, system)) {
            Ok(system) => systems.push(system),
            Err(reason) => println!("{name}: left out: {reason}"),
        }
    }
    systems
}

pub fn local(user: &User, dir: &Path) -> Result<System, Problem> {
    let state = dir.join("state");
    fs::create_dir(&state).map_err(|error| format!("{}: {error}", state.display()))?;
    give(user, &state)?;
    let environment = vec![("GRIDSHIM_BACKEND", "local".into()), ("GRIDSHIM_STATE", state.display().to_string()), site(dir)?];
    Ok(System { name: "local", program: ours(dir)?, environment, waiting: 0, out: false })
}

pub fn kubernetes(user: &User, dir: &Path) -> Result<System, Problem> {
    let config = user.home.join(".kube/config");
    if !config.exists() {
        return Err(format!("no {}: tests/cluster/cluster.sh up makes it", config.display()));
    }
    let environment = vec![("GRIDSHIM_BACKEND", "kubernetes".into()), ("KUBECONFIG", config.display().to_string()), site(dir)?];
    Ok(System { name: "kubernetes", program: ours(dir)?, environment, waiting: 0, out: false })
}

pub fn repository() -> PathBuf {
    option_env!("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// The site of the test systems, copied to where the user may read it.
pub fn site(dir: &Path) -> Result<(&'static str, String), Problem> {
    let copy = dir.join("site.toml");
    let given = repository().join("compat/reference-site.toml");
    fs::copy(&given, &copy).map_err(|error| format!("{}: {error}", given.display()))?;
    Ok(("GRIDSHIM_SITE", copy.display().to_string()))
}

/// `$GRIDSHIM_BIN`, the installed program, or the one just built; the user may have no way into the directory it is in, so a copy.
pub fn ours(dir: &Path) -> Result<Program, Problem> {
    let copy = dir.join("gridshim");
    if copy.exists() {
        return Ok(Program::Multicall(copy));
    }
    let given = std::env::var_os("GRIDSHIM_BIN").filter(|path| !path.is_empty()).map(PathBuf::from);
    let known = [PathBuf::from("/usr/local/lib/gridshim/gridshim"), repository().join("target/release/gridshim")];
    let program = given.or_else(|| known.into_iter().find(|path| path.exists())).ok_or("no gridshim: cargo build --release makes it")?;
    fs::copy(&program, &copy).map_err(|error| format!("{}: {error}", program.display()))?;
    println!("gridshim: {} ({:.1} MB)", program.display(), fs::metadata(&copy).map_or(0.0, |file| file.len() as f64 / 1e6));
    Ok(Program::Multicall(copy))
}

/// Asks for the jobs, with a deadline, and deletes what an interrupted run has left.
pub fn answers(user: &User, mut system: System) -> Result<System, Problem> {
    let mut child = system.command(user, "qstat", &[]).spawn().map_err(|error| format!("qstat: {error}"))?;
    let end = Instant::now() + Duration::from_secs(15);
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            return Err("qstat gives no answer in 15 s".into());
        }
        sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("qstat: {} {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    delete_all(user, &mut system);
    Ok(system)
}

impl System {
    /// A command as the user, in the user's home, with a bare environment.
    pub fn command(&self, user: &User, name: &str, words: &[&str]) -> Command {
        let mut command = match &self.program {
            Program::Directory(dir) => Command::new(format!("{dir}/{name}")),
            Program::Multicall(file) => Command::new(file),
        };
        command.arg0(name).args(words).env_clear().current_dir(&user.home);
        let home = user.home.display().to_string();
        command.envs([("HOME", home.as_str()), ("USER", &user.name), ("LOGNAME", &user.name), ("SHELL", "/bin/bash")]);
        command.envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8")]).envs(self.environment.iter().map(|(n, v)| (n, v)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if user.by_setuid {
            // std gives up root's other groups when it changes the user.
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Runs it to the end; gives milliseconds and what it printed.
    pub fn timed(&self, user: &User, name: &str, words: &[&str]) -> Result<(f64, Output), Problem> {
        let mut command = self.command(user, name, words);
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("{name}: {error}"))?;
        Ok((start.elapsed().as_secs_f64() * 1e3, output))
    }

    /// The result; a failure is told once and ends this system's part, not the others'.
    pub fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result
            .map_err(|problem| {
                println!("{}: left out from here on: {problem}", self.name);
                self.out = true;
            })
            .ok()
    }

    pub fn is_ours(&self) -> bool {
        matches!(self.program, Program::Multicall(_))
    }

    /// Submits with these words; gives milliseconds and the id.
    pub fn submit(&self, user: &User, words: &[&str]) -> Result<(f64, String), Problem> {
        let (milliseconds, output) = self.timed(user, "qsub", words)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match text.split_whitespace().nth(2).filter(|_| output.status.success()) {
            Some(id) => Ok((milliseconds, id.to_string())),
            None => Err(format!("qsub: {} {text}{}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
        }
    }
}

/// Deletes every job of ours, and waits until they are gone.
pub fn delete_all(user: &User, system: &mut System) {
    // Grid Engine takes up to a minute for a thousand.
    let end = Instant::now() + Duration::from_secs(90 + system.waiting as u64 / 15);
    system.waiting = 0;
    loop {
        let Ok((_, output)) = system.timed(user, "qstat", &[]) else { return };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let rows = text.lines().skip(2).map(|line| line.split_whitespace().collect::<Vec<_>>());
        let left: Vec<Vec<&str>> = rows.filter(|row| row.get(2) == Some(&NAME)).collect();
        if left.is_empty() {
            return;
        }
        if Instant::now() > end {
            println!("{}: {} jobs could not be deleted", system.name, left.len());
            return;
        }
        let alive: Vec<&str> = left.iter().filter(|row| !row[4].contains('d')).map(|row| row[0]).collect();
        if !alive.is_empty() {
            let _ = system.timed(user, "qdel", &alive);
        }
        sleep(Duration::from_millis(300));
    }
}
