//! jsub and its family: the recorded command lines (compat/captures/jsub) once more, with a stand-in for qsub that writes its
//! arguments down; and real jobs of the local backend. States are waited for; the daemons are killed at the end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridshim");
const DEADLINE: Duration = Duration::from_secs(90);

/// The recordings that are played again.
const FILES: &[&str] =
    &["options", "memory-and-resources", "names-and-programs", "continuous", "command-line", "jsubrc", "directives", "failures-and-files"];

/// Why a case differs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The original ends in a Python traceback; gridshim says the same in one line, with the same exit code and effects.
    Traceback,
    /// The original writes Latin-1; gridshim passes the bytes.
    Latin1,
    /// An error file that cannot be written when Python ends; gridshim tells the error on the terminal and keeps its exit code.
    Full,
    /// The original takes the digits of all scripts for numbers; gridshim takes 0 to 9.
    Digits,
}

/// The cases that differ on purpose. One that became equal is an error, too.
const DIFFERENT: &[(&str, Why)] = &[
    ("l-h_vmem=", Why::Traceback),
    ("l-h_vmem=1000", Why::Traceback),
    ("l-hvmem-neg", Why::Traceback),
    ("l-virtual_free=x", Why::Traceback),
    ("path-dir", Why::Traceback),
    ("prog-dir-path", Why::Traceback),
    ("prog-dir", Why::Traceback),
    ("prog-dot", Why::Traceback),
    ("prog-empty", Why::Traceback),
    ("eq-flag-empty", Why::Traceback),
    ("jsubrc-bad-l-vmem", Why::Traceback),
    ("jsubrc-dir", Why::Traceback),
    ("script-bad-vmem", Why::Traceback),
    ("cont-euro-stderr", Why::Latin1),
    ("cont-latin1", Why::Latin1),
    ("mem-arabic-digit", Why::Digits),
    ("prog-noread", Why::Traceback),
    ("jsubrc-unreadable", Why::Traceback),
    ("err-fifo", Why::Full),
];

/// Cases that rest on files one may not read or write, and so are not played by root.
const NOT_AS_ROOT: &[&str] = &["prog-noread", "jsubrc-unreadable", "err-readonly", "opt-umask-777", "opt-umask-1000"];

/// Without HOME, the files would be made in the real home directory.
const NEVER: &str = "home-unset";

const RECORDER: &str = r#"#!/bin/sh
for word; do printf 'argv[%s]\n' "$word"; done > "$RECORD"
cat > "$RECORD.in"
[ -z "$FAKEERR" ] || echo "$FAKEERR" >&2
echo 'Your job 42 ("x") has been submitted'
exit "${FAKERC:-0}"
"#;

/// A recorded case.
#[derive(Debug, Default)]
struct Case {
    name: String,
    command: String,
    setup: String,
    env: String,
    told: Told,
}

/// What a case gave.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    exit: String,
    stdout: String,
    stderr: String,
    /// The files in the home directory: name, mode and size, and their lines behind four blanks.
    files: String,
    /// `argv[...]` lines; none: qsub was not called.
    argv: Option<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut part = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Case { name: name.into(), ..Case::default() });
            part = "";
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(named) = line.strip_prefix("--- ") {
            part = named;
            match named.strip_prefix("exit ") {
                Some(code) => case.told.exit = code.into(),
                None if named == "qsub was given" => case.told.argv = Some(String::new()),
                None => {}
            }
            continue;
        }
        let into = match part {
            "" => &mut case.command,
            "setup" => &mut case.setup,
            "env" => &mut case.env,
            "stdout" => &mut case.told.stdout,
            "stderr" => &mut case.told.stderr,
            "new or changed in the home directory" => &mut case.told.files,
            "qsub was given" if line.starts_with("argv[") => case.told.argv.get_or_insert_default(),
            _ => continue,
        };
        into.push_str(line.strip_prefix("$ ").filter(|_| part.is_empty()).unwrap_or(line));
        into.push('\n');
    }
    cases
}

/// The clock's stamps made one and the same.
fn masked(text: &str) -> String {
    let stamp = |line: &str| {
        let at = line.find('[')?;
        let end = at + line[at..].find(']')?;
        let days = ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];
        let blank = line[..at].trim().is_empty();
        (blank && end - at == 25 && days.iter().any(|day| line[at + 1..].starts_with(day)))
            .then(|| format!("{}[TIME]{}", &line[..at], &line[end + 1..]))
    };
    text.lines().map(|line| stamp(line).unwrap_or_else(|| line.into()) + "\n").collect()
}

/// A directory with the links, the stand-in for qsub and the home directories, and a local backend's state.
struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let directory = tempfile::tempdir().expect("a directory");
        let bench = Bench { directory };
        let links = bench.path("bin");
        fs::create_dir(&links).expect("made");
        let installed = Command::new(PROGRAM).arg("install-links").arg(&links).output().expect("ran");
        assert!(installed.status.success(), "{installed:?}");
        fs::write(bench.path("recorder"), RECORDER).expect("written");
        fs::set_permissions(bench.path("recorder"), fs::Permissions::from_mode(0o755)).expect("set");
        // TMPDIR is named by job id: unique on this machine.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let base = u64::from(std::process::id()) * 100_000 + NEXT.fetch_add(1, Ordering::Relaxed) * 1000;
        let site = include_str!("../compat/reference-site.toml");
        let own = site.replace("job_id_base = 999\n", &format!("job_id_base = {base}\n"));
        assert_ne!(site, own, "no job_id_base in the site file");
        fs::write(bench.path("site.toml"), own).expect("written");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn root(&self) -> String {
        self.directory.path().to_string_lossy().into_owned()
    }

    /// Runs a shell line with the links on PATH, in this home directory.
    fn shell(&self, home: &Path, line: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", line]).env_clear().current_dir(home).stdin(Stdio::null());
        command.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()));
        command.env("HOME", home).env("LOGNAME", "bob").env("TZ", "UTC");
        command.env("GRIDSHIM_STATE", self.path("state")).env("GRIDSHIM_BACKEND", "local");
        command.env("GRIDSHIM_SITE", self.path("site.toml"));
        command
    }

    fn kill_daemon(&self) {
        let Ok(text) = fs::read_to_string(self.path("state/daemon.lock")) else { return };
        let Ok(pid) = text.trim().parse::<libc::pid_t>() else { return };
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&command).contains("local-daemon") {
            // SAFETY: a plain system call.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }

    /// Plays a case in a new home directory, `ROOT/home/bob`; ROOT is taken out of all that it gave.
    fn play(&self, case: &Case) -> Told {
        let home = self.path("home/bob");
        let _ = fs::remove_dir_all(self.path("home"));
        fs::create_dir_all(home.join("d")).expect("made");
        let files = [
            ("p.sh", 0o755),
            ("my.tool-2.py", 0o755),
            (".hidden", 0o755),
            ("9lives.sh", 0o755),
            ("sp ace.sh", 0o755),
            ("d/p.sh", 0o755),
            ("noexec.txt", 0o644),
            ("noread.sh", 0o311),
        ];
        for (name, mode) in files {
            fs::write(home.join(name), "#!/bin/sh\necho\n").expect("written");
            fs::set_permissions(home.join(name), fs::Permissions::from_mode(mode)).expect("set");
        }
        let root = self.root();
        let here = |text: &str| text.replace("/home", &format!("{root}/home"));
        let set_up = self.shell(&home, &format!("umask 022; {}", here(&case.setup))).output().expect("ran");
        assert!(set_up.status.success(), "{}: {set_up:?}", case.name);
        let before = listing(&home, &root);
        for name in ["record", "record.in"] {
            let _ = fs::remove_file(self.path(name));
        }
        let env = if case.env.is_empty() { String::new() } else { format!("export {}; ", here(case.env.trim())) };
        let output = self
            .shell(&home, &format!("umask 022; {env}{}", here(&case.command)))
            .env("JOBUTILS_QSUB", self.path("recorder"))
            .env("RECORD", self.path("record"))
            .output()
            .expect("ran");
        let back = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&root, "");
        let files: Vec<String> = listing(&home, &root).into_iter().filter(|file| !before.contains(file)).collect();
        Told {
            exit: output.status.code().map_or_else(|| "none".into(), |code| code.to_string()),
            stdout: masked(&back(&output.stdout)),
            stderr: masked(&back(&output.stderr)),
            files: files.concat(),
            argv: fs::read(self.path("record")).ok().map(|bytes| back(&bytes)),
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.kill_daemon();
    }
}

/// The plain files below a directory as the recordings show them, sorted; sizes as if ROOT were not in the text.
fn listing(home: &Path, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut directories = vec![home.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory").flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
            if kind.is_dir() {
                directories.push(path);
                continue;
            }
            if !kind.is_file() {
                continue;
            }
            let mode = entry.metadata().expect("metadata").permissions().mode() & 0o7777;
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).replace(root, "");
            let name = path.strip_prefix(home).expect("inside").to_string_lossy().into_owned();
            let lines: String = text.lines().map(|line| format!("    {line}\n")).collect();
            found.push(format!("./{name} mode={mode:o} size={}\n{}", text.len(), masked(&lines)));
        }
    }
    found.sort();
    found
}

/// What the original gave; directories that grew are no news.
fn expected(case: &Case) -> Told {
    let is_file = |line: &&str| !line.starts_with("./d mode=755 ");
    let files: String = case.told.files.lines().filter(is_file).map(|line| format!("{line}\n")).collect();
    Told {
        exit: case.told.exit.clone(),
        stdout: masked(&case.told.stdout),
        stderr: masked(&case.told.stderr),
        files: masked(&files),
        argv: case.told.argv.clone(),
    }
}

#[test]
fn the_recorded_command_lines_give_what_they_gave() {
    let bench = Bench::new();
    // SAFETY: a plain system call.
    let root = unsafe { libc::geteuid() } == 0;
    let (mut equal, mut excluded, mut found, mut wrong) = (0, 0, 0, Vec::new());
    for file in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("compat/captures/jsub/{file}.txt"));
        for case in cases(&fs::read_to_string(path).expect("a recording")) {
            if case.name == NEVER || root && NOT_AS_ROOT.contains(&case.name.as_str()) {
                excluded += 1;
                continue;
            }
            let mut wanted = expected(&case);
            // Blank lines part the cases; what is printed here has none at its end.
            for text in [&mut wanted.stdout, &mut wanted.stderr, &mut wanted.files] {
                text.truncate(text.trim_end_matches('\n').len() + usize::from(!text.trim().is_empty()));
            }
            let mut told = bench.play(&case);
            // The recorder looked at the directory the command ended in.
            if case.command.starts_with("cd ") {
                told.files = wanted.files.clone();
            }
            let same = told == wanted;
            match DIFFERENT.iter().find(|(name, _)| *name == case.name) {
                None if same => equal += 1,
                None => wrong.push(format!("{file}: {}: $ {}\nwanted {wanted:#?}\ngot {told:#?}", case.name, case.command)),
                Some((_, why)) => {
                    excluded += 1;
                    found += 1;
                    let agrees = told.exit == wanted.exit && told.argv.is_some() == wanted.argv.is_some();
                    if same || *why == Why::Traceback && !agrees {
                        wrong.push(format!("{file}: {}: equal: {same}; wanted {wanted:#?}\ngot {told:#?}", case.name));
                    }
                }
            }
        }
    }
    println!("{equal} equal, {excluded} excluded");
    let played = DIFFERENT.iter().filter(|(name, _)| !(root && NOT_AS_ROOT.contains(name))).count();
    assert_eq!(found, played, "a listed case is not recorded");
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n\n"));
}

/// A home directory with real jobs in it.
struct Real {
    bench: Bench,
    home: PathBuf,
}

impl Real {
    fn new() -> Real {
        let bench = Bench::new();
        let home = bench.path("home");
        fs::create_dir(&home).expect("made");
        let real = Real { bench, home };
        real.program("p.sh", "echo out:$*\necho err >&2\n");
        real.program("three.sh", "exit 3\n");
        real.program("long.sh", "while [ ! -e \"$here/stop\" ]; do sleep 0.1; done\n");
        real.program("loop.sh", "echo start:$1\n[ -e \"$here/again\" ] && exec sleep 600\n: > \"$here/again\"\nexit 9\n");
        real
    }

    fn program(&self, name: &str, text: &str) {
        // A job's HOME is the password file's.
        fs::write(self.home.join(name), format!("#!/bin/sh\nhere={}\n{text}", self.home.display())).expect("written");
        fs::set_permissions(self.home.join(name), fs::Permissions::from_mode(0o755)).expect("set");
    }

    /// Exit code, stdout and stderr of a line.
    fn run(&self, line: &str) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.bench.shell(&self.home, line).output().expect("ran");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (status.code().unwrap_or(-1), text(stdout), text(stderr))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.home.join(name)).unwrap_or_default()
    }

    fn active(&self, name: &str) -> i32 {
        self.run(&format!("job -q {name}")).0
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        // SAFETY: a plain system call.
        let user = unsafe { libc::geteuid() };
        let _ = fs::write(self.home.join("stop"), "");
        let _ = self.run(&format!("qdel -f -u \"$(id -un {user})\""));
        let started = Instant::now();
        while started.elapsed() < DEADLINE && !self.run("qstat").1.is_empty() {
            sleep(Duration::from_millis(50));
        }
    }
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is() {
        assert!(started.elapsed() < DEADLINE, "never {what}");
        sleep(Duration::from_millis(50));
    }
}

/// The stamp and what follows it.
fn unstamped(line: &str) -> &str {
    let (stamp, text) = line.split_once("] ").unwrap_or(("", line));
    assert_eq!(stamp.len(), "[Wed Nov 25 21:50:38 2026".len(), "{line}");
    text
}

#[test]
fn a_job_writes_its_files() {
    let real = Real::new();
    let (code, out, err) = real.run("jsub -N hello ./p.sh a 'b c'");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("Your job ") && out.ends_with(" (\"hello\") has been submitted\n"), "{out}");
    until("gone", || real.active("hello") == 0);
    assert_eq!((real.read("hello.out"), real.read("hello.err")), ("out:a b c\n".into(), "err\n".into()));
    let mode = fs::metadata(real.home.join("hello.out")).expect("metadata").permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(real.run("job hello"), (0, String::new(), String::new()));
    assert_eq!(real.run("job -v hello").1, "No job 'hello' is currently queued or running.\n");
    assert_eq!(real.run("jsub -quiet -N mute ./p.sh"), (0, String::new(), String::new()));
    until("gone", || real.active("mute") == 0);
}

#[test]
fn a_rejection_is_told_in_the_error_file_alone() {
    let real = Real::new();
    assert_eq!(real.run("jsub -N bad -l h_rt=abc ./p.sh"), (1, String::new(), String::new()));
    assert_eq!(real.read("bad.err"), "Unable to run job: attribute \"h_rt\" is not a time value\nExiting.\n");
    assert_eq!(real.run("jsub -N prio -p -0.9 ./p.sh"), (7, String::new(), String::new()));
    assert_eq!(real.read("prio.err"), "qsub: invalid priority \"-0.9\".  Must be an integer from -1023 to 1024\n");
    let (code, out, err) = real.run("jsub -stderr -N where -q nosuch ./p.sh");
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(err, "Unable to run job: Job was rejected because job requests unknown queue \"nosuch\"\nExiting.\n");
    assert_eq!(real.read("where.err"), "");
    let (code, out, _) = real.run("jsub -continuous -b y -N bin ./p.sh");
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(real.read("bin.err"), "qsub: command required for a binary job\n");
}

#[test]
fn once_and_job_and_jstop() {
    let real = Real::new();
    assert_eq!(real.run("jsub -quiet -N busy ./long.sh"), (0, String::new(), String::new()));
    until("running", || real.active("busy") == 1);
    assert_eq!(real.run("jsub -once -N busy ./p.sh"), (1, String::new(), String::new()));
    assert_eq!(unstamped(&real.read("busy.err")), "there is a job named 'busy' already active\n");
    let (code, out, err) = real.run("qcronsub -quiet -stderr -N busy ./p.sh");
    assert_eq!((code, out.as_str(), unstamped(&err)), (1, "", "there is a job named 'busy' already active\n"));

    let (code, id, _) = real.run("job busy");
    assert!(code == 1 && id.trim().parse::<u64>().is_ok(), "{id}");
    let (code, out, _) = real.run("job -v busy");
    assert!(code == 1 && out.starts_with("Job 'busy' has been running since 20"), "{out}");
    assert!(out.ends_with(&format!(" as id {id}")), "{out}");
    assert_eq!(real.run("job -q busy"), (1, String::new(), String::new()));

    let (code, out, err) = real.run("qsub -h -b y -N later true");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, id, _) = real.run("job later");
    assert_eq!(code, 2, "{id}");
    assert_eq!(real.run("job -v later").1, format!("Job 'later' is pending as id {id}"));
    assert_eq!(real.run("jstart -N later ./p.sh").0, 1);
    let (code, out, err) = real.run("jstop later");
    assert!(code == 0 && out.ends_with(&format!(" has deleted job {id}")), "{out}{err}");
    assert_eq!(real.run("jstop later"), (1, String::new(), "No job 'later' is currently queued or running\n".into()));
    assert_eq!(real.run("jstop -x").0, 1);
    assert_eq!(
        real.run("job a b"),
        (2, String::new(), "usage: job [-h] [-v | -q] JOBNAME\njob: error: unrecognized arguments: b\n".into())
    );

    let (code, out, err) = real.run("jstop busy");
    assert!(code == 0 && out.contains(" has registered the job "), "{out}{err}");
    until("gone", || real.active("busy") == 0);
}

#[test]
fn with_sync_the_exit_code_is_the_jobs() {
    let real = Real::new();
    let (code, out, err) = real.run("jsub -sync y -N syn ./three.sh");
    assert_eq!((code, err.as_str()), (3, ""), "{out}");
    assert!(out.ends_with("(\"syn\") has been submitted\n"), "{out}");
    assert!(real.read("syn.err").ends_with(" exited with exit code 3.\n"), "{}", real.read("syn.err"));
    let (code, out, err) = real.run("jsub -sync y -N fine ./p.sh");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.ends_with(" exited with exit code 0.\n"), "{out}");
    assert_eq!(real.run("jsub -sync y -quiet -N mute ./p.sh"), (0, String::new(), String::new()));
}

#[test]
fn a_continuous_job_is_started_again_and_jstop_ends_it() {
    let real = Real::new();
    let (code, out, err) = real.run("jstart -N lp ./loop.sh 'a  b;c'");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.ends_with("(\"lp\") has been submitted\n"), "{out}");
    until("started", || real.read("lp.out").lines().count() == 1);
    until("respawning", || !real.read("lp.err").is_empty());
    let failed = Instant::now();
    until("started again", || real.read("lp.out") == "start:a b;c\nstart:a b;c\n");
    let waited = failed.elapsed();
    assert!((Duration::from_secs(4)..Duration::from_secs(30)).contains(&waited), "{waited:?}");
    let told = real.read("lp.err");
    let program = real.home.join("loop.sh");
    let (stamp, text) = told.split_once("] ").expect("a stamp");
    assert_eq!(text, format!("{} exited with code 0. Respawning...\n", program.display()));
    let digits: String = stamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(digits, "[0000-00-00T00:00:00");
    assert_eq!(real.active("lp"), 1);
    let (code, out, err) = real.run("jstop lp");
    assert!(code == 0 && out.contains(" has registered the job "), "{out}{err}");
    until("gone", || real.active("lp") == 0);
    assert_eq!(real.read("lp.out").lines().count(), 2);
}
