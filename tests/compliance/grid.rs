//! One case's view of a grid: a working directory of its own, commands run as bob, alice or root,
//! and waits that poll with a deadline. Every job a case submits is deleted when the case ends.
//!
//! Which grid it is says `GRID_UNDER_TEST`: `theirs` (default, Grid Engine 8.1.9), `local` or
//! `kubernetes` (ours, its commands found in the directory `GRIDSHIM_COMMANDS`).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id as pid};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a job may take to reach a state, and a command to end.
const DEADLINE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(200);

/// What a command printed and returned.
#[derive(Debug)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Output {
    /// Everything in one picture, for literals that cover both streams and the exit code.
    pub fn all(&self) -> String {
        let part = |label: &str, text: &str| if text.is_empty() { String::new() } else { format!("{label}:\n{text}") };
        format!("{}{}exit {}", part("stdout", &self.stdout), part("stderr", &self.stderr), self.code)
    }
}

/// The system under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Theirs,
    Local,
    Kubernetes,
}

impl System {
    pub fn under_test() -> System {
        match std::env::var("GRID_UNDER_TEST").as_deref() {
            Ok("local") => System::Local,
            Ok("kubernetes") => System::Kubernetes,
            Ok("theirs") | Err(_) => System::Theirs,
            Ok(other) => panic!("GRID_UNDER_TEST={other}: expected theirs, local or kubernetes"),
        }
    }

    /// The word used in `known.txt` and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            System::Theirs => "theirs",
            System::Local => "local",
            System::Kubernetes => "kubernetes",
        }
    }
}

/// A case's grid. Not shared between cases.
pub struct Grid {
    dir: PathBuf,
    tag: String,
    jobs: RefCell<BTreeMap<u64, &'static str>>,
    /// Given back after the jobs of the case are deleted.
    alice: RefCell<Option<MutexGuard<'static, ()>>>,
}

/// What [`Grid::only_alice`] gives: a sign that the case has alice to itself.
pub struct AliceAlone;

static COUNTER: AtomicU64 = AtomicU64::new(1);
static ALICE: Mutex<()> = Mutex::new(());

impl Grid {
    /// Makes the working directory, owned by bob.
    pub fn new() -> Grid {
        let serial = COUNTER.fetch_add(1, Ordering::Relaxed);
        let dir = PathBuf::from(format!("/home/bob/case-{}-{serial}", pid()));
        fs::create_dir(&dir).unwrap_or_else(|e| panic!("{}: {e} (run the suite as root)", dir.display()));
        give_to("bob", &dir);
        Grid { dir, tag: format!("{}x{serial}", pid()), jobs: RefCell::default(), alice: RefCell::default() }
    }

    /// The working directory as text.
    pub fn dir(&self) -> &str {
        self.dir.to_str().expect("a plain path")
    }

    /// A job name no other case uses: `stem` and this case's tag.
    pub fn name(&self, stem: &str) -> String {
        format!("{stem}{}", self.tag)
    }

    /// Runs a shell line as bob, in the working directory, standard input empty.
    pub fn bob(&self, line: &str) -> Output {
        self.run_as("bob", line)
    }

    /// The same as alice, who has no jobs but those of a case that holds [`Grid::only_alice`].
    pub fn alice(&self, line: &str) -> Output {
        self.run_as("alice", line)
    }

    /// The same as root, a manager of the grid.
    pub fn root(&self, line: &str) -> Output {
        self.run_as("root", line)
    }

    /// Until this case's jobs are deleted, no other case submits or lists jobs as alice.
    pub fn only_alice(&self) -> AliceAlone {
        if self.alice.borrow().is_none() {
            *self.alice.borrow_mut() = Some(ALICE.lock().unwrap_or_else(|e| e.into_inner()));
        }
        AliceAlone
    }

    fn run_as(&self, user: &'static str, line: &str) -> Output {
        let home = if user == "bob" { self.dir() } else { "/tmp" };
        let mut command = Command::new("/usr/bin/timeout");
        command.args(["-k", "5", "120", "su", user, "-s", "/bin/bash", "-c"]);
        command.arg(format!("unset OLDPWD TERM; cd {home}\n{line}")).stdin(Stdio::null());
        command.env_clear().envs(environment(user));
        let output = command.output().expect("su runs");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let output = Output { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap_or(-1) };
        assert_ne!(output.code, 124, "no end after 120 s: {line}\n{}", output.all());
        if line.contains("qsub") || line.contains("qresub") {
            let ids = output.stdout.lines().filter_map(confirmed_id);
            self.jobs.borrow_mut().extend(ids.map(|id| (id, user)));
        }
        output
    }

    /// Submits as bob with `qsub <line>`, which must be accepted, and gives the id.
    pub fn submit(&self, line: &str) -> u64 {
        let output = self.bob(&format!("qsub {line}"));
        assert_eq!(output.code, 0, "qsub {line}\n{}", output.all());
        id_of(&output)
    }

    /// Submits as bob and waits until the job is gone.
    pub fn run(&self, line: &str) -> u64 {
        let id = self.submit(line);
        self.wait_until_gone(id);
        id
    }

    /// Writes a file of bob's in the working directory; `name` may also be absolute.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.dir.join(name);
        fs::write(&path, text).expect("the file can be written");
        give_to("bob", &path);
    }

    /// Reads a file in the working directory; fails with a list of what is there.
    pub fn read(&self, name: &str) -> String {
        match fs::read(self.dir.join(name)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => panic!("{name}: {error}; there are {:?}", self.files()),
        }
    }

    /// The names in the working directory, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).expect("the directory is there");
        let mut names: Vec<_> = entries.map(|e| e.expect("readable").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The rows of `qstat -u '*'` about one job, as printed.
    pub fn rows(&self, id: u64) -> Vec<String> {
        self.rows_of("qstat -u '*'", id)
    }

    /// Runs a line as bob in which `{id}` stands for a job's id, and gives the whole picture with `{id}` in its place.
    pub fn answer(&self, id: u64, line: &str) -> String {
        self.normal(&self.bob(&line.replace("{id}", &id.to_string())).all(), id)
    }

    /// The value of a line of `qstat -j`, such as `job_name`; none if there is no such line.
    pub fn attribute(&self, id: u64, label: &str) -> Option<String> {
        let text = self.run_as(self.owner(id), &format!("qstat -j {id}")).stdout;
        let value = |line: &str| Some(line.strip_prefix(label)?.strip_prefix(':')?.trim().to_owned());
        text.lines().find_map(value)
    }

    /// State and tasks of every row of the job, as `hqw 1,5`; of a job that is no array the state alone.
    pub fn states(&self, id: u64) -> Vec<String> {
        let state = |row: &String| format!("{} {}", row.get(40..46).unwrap_or("").trim(), row.get(103..).unwrap_or("").trim());
        self.rows(id).iter().map(|row| state(row).trim().to_owned()).collect()
    }

    /// The rows about one job that a qstat command prints.
    pub fn rows_of(&self, command: &str, id: u64) -> Vec<String> {
        let listing = self.run_as(self.owner(id), command);
        assert!(listing.code == 0 && listing.stderr.is_empty(), "{command}: {}", listing.all());
        let is_ours = |line: &&str| line.split_whitespace().next() == Some(&id.to_string());
        listing.stdout.lines().filter(is_ours).map(str::to_owned).collect()
    }

    /// Polls until one of the job's rows shows `state`.
    pub fn wait_for_state(&self, id: u64, state: &str) {
        let mut rows = Vec::new();
        let reached = poll(|| {
            rows = self.rows(id);
            rows.iter().any(|row| row.split_whitespace().nth(4) == Some(state))
        });
        assert!(reached, "job {id} never came to {state}: {rows:?}");
    }

    /// Polls until qstat does not know the job any more.
    pub fn wait_until_gone(&self, id: u64) {
        let gone = poll(|| self.run_as(self.owner(id), &format!("qstat -j {id}")).code == 1);
        assert!(gone, "job {id} is still there: {:?}", self.rows(id));
    }

    /// Polls until qacct has `tasks` records of the job, and gives what it prints.
    pub fn accounting_of_tasks(&self, id: u64, tasks: usize) -> String {
        let mut text = String::new();
        let there = poll(|| {
            text = self.run_as(self.owner(id), &format!("qacct -j {id}")).stdout;
            text.lines().filter(|line| line.starts_with("jobnumber ")).count() >= tasks
        });
        assert!(there, "job {id}: no {tasks} records in {text:?}");
        text
    }

    /// Polls until qacct knows the job, and gives what it prints.
    pub fn wait_for_accounting(&self, id: u64) -> String {
        self.accounting_of_tasks(id, 1)
    }

    /// Polls until a file in the working directory has some text, and gives it.
    pub fn wait_for_file(&self, name: &str) -> String {
        let there = poll(|| fs::metadata(self.dir.join(name)).is_ok_and(|m| m.len() > 0));
        assert!(there, "{name} never came; there are {:?}", self.files());
        self.read(name)
    }

    /// What changes from run to run replaced by `{id}`, `{date}`, `{host}`, `{dir}` and `{tag}`. An id of 0 stands for none.
    pub fn normal(&self, text: &str, id: u64) -> String {
        let text = text.replace(self.dir(), "{dir}").replace(&self.tag, "{tag}");
        let text = if id == 0 { text } else { replace_word(&text, &id.to_string(), "{id}") };
        mask_dates(&mask_hosts(&text))
    }

    fn owner(&self, id: u64) -> &'static str {
        self.jobs.borrow().get(&id).copied().unwrap_or("bob")
    }
}

impl Drop for Grid {
    fn drop(&mut self) {
        let jobs = self.jobs.take();
        for user in ["bob", "alice", "root"] {
            let ids: Vec<_> = jobs.iter().filter(|(_, owner)| **owner == user).map(|(id, _)| id.to_string()).collect();
            if !ids.is_empty() {
                self.run_as(user, &format!("qdel {} >/dev/null 2>&1", ids.join(" ")));
            }
        }
        let _ = fs::remove_dir_all(&self.dir);
        remove_outputs(&jobs);
    }
}

/// Removes what jobs without `-cwd` left in their owners' homes: `NAME.oID`, `NAME.eID.TASK`.
fn remove_outputs(jobs: &BTreeMap<u64, &'static str>) {
    let id_in = |name: &str| {
        let number = |part: &str| part.strip_prefix(['o', 'e'])?.parse().ok();
        name.rsplit('.').take(2).find_map(number)
    };
    for home in ["/home/bob", "/home/alice"] {
        for entry in fs::read_dir(home).into_iter().flatten().flatten() {
            if id_in(&entry.file_name().to_string_lossy()).is_some_and(|id: u64| jobs.contains_key(&id)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The id in what qsub printed, `-terse` or not.
pub fn id_of(output: &Output) -> u64 {
    output.stdout.lines().find_map(confirmed_id).unwrap_or_else(|| panic!("no job id in {}", output.all()))
}

fn confirmed_id(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("Your job-array ").or_else(|| line.strip_prefix("Your job ")).unwrap_or(line);
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    let after = &rest[digits.len()..];
    (after.is_empty() || after.starts_with(['.', ' '])).then(|| digits.parse().ok()).flatten()
}

/// This machine's name: where jobs are submitted.
pub fn host() -> String {
    static HOST: OnceLock<String> = OnceLock::new();
    HOST.get_or_init(|| fs::read_to_string("/proc/sys/kernel/hostname").expect("a host name").trim().to_owned()).clone()
}

/// The host that runs the jobs: on Kubernetes the test cluster's node, else this machine.
pub fn exec_host() -> String {
    match System::under_test() {
        System::Kubernetes => std::env::var("GRIDSHIM_TEST_NODE").unwrap_or_else(|_| "node0".into()),
        System::Theirs | System::Local => host(),
    }
}

/// Both hosts' names replaced by `{host}`.
pub fn mask_hosts(text: &str) -> String {
    replace_word(&replace_word(text, &host(), "{host}"), &exec_host(), "{host}")
}

/// Fails unless both texts are the same, and shows them line by line.
#[track_caller]
pub fn same(actual: impl AsRef<str>, expected: impl AsRef<str>) {
    let (actual, expected) = (actual.as_ref(), expected.as_ref());
    assert!(actual == expected, "--- expected\n{expected}\n--- actual\n{actual}\n---");
}

/// A row of qstat's table with what varies masked, each in its own width, so that a wrong column still shows:
/// seven characters of id and of priority, nineteen of date, thirty of queue.
pub fn normal_row(row: &str, id: u64) -> String {
    assert_eq!(row.get(..8), Some(&*format!("{id:>7} ")), "the id takes seven columns: {row:?}");
    let priority = row.get(8..15).expect("seven columns of priority");
    assert_eq!(mask(priority, "d.ddddd", "{prior}"), "{prior}", "five digits of priority: {row:?}");
    let date = row.get(46..65).map(mask_dates);
    assert_eq!(date.as_deref(), Some("{date}"), "nineteen columns of date: {row:?}");
    let queue = mask_hosts(row.get(66..96).expect("thirty columns of queue").trim_end());
    format!("   {{id}} {{prior}} {}MM/DD/YYYY hh:mm:ss {queue:30}{}", &row[16..46], &row[96..])
}

/// Dates in all of Grid Engine's forms replaced by `{date}`.
pub fn mask_dates(text: &str) -> String {
    let templates = ["dd/dd/dddd dd:dd:dd.ddd", "dd/dd/dddd dd:dd:dd", "dddd-dd-ddTdd:dd:dd", "AAA AAA _d dd:dd:dd dddd"];
    templates.iter().fold(text.to_owned(), |text, template| mask(&text, template, "{date}"))
}

/// Replaces every stretch that fits `template`: `d` a digit, `A` a letter, `_` a digit or blank, others themselves.
pub fn mask(text: &str, template: &str, by: &str) -> String {
    let fits = |stretch: &[u8]| {
        stretch.len() == template.len()
            && stretch.iter().zip(template.bytes()).all(|(&c, t)| match t {
                b'd' => c.is_ascii_digit(),
                b'A' => c.is_ascii_alphabetic(),
                b'_' => c.is_ascii_digit() || c == b' ',
                other => c == other,
            })
    };
    let (bytes, mut out, mut i) = (text.as_bytes(), Vec::new(), 0);
    while i < bytes.len() {
        if fits(&bytes[i..(i + template.len()).min(bytes.len())]) {
            out.extend_from_slice(by.as_bytes());
            i += template.len();
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8(out).expect("only whole characters were replaced")
}

/// Replaces `word` where it is not part of a longer word or number.
pub fn replace_word(text: &str, word: &str, by: &str) -> String {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let glued = before.ends_with(inside) || (at == 0 && out.ends_with(inside)) || after.starts_with(inside);
        out.push_str(before);
        // An output file's `.o17` counts as the number 17.
        let file = before.ends_with(".o") || before.ends_with(".e");
        out.push_str(if glued && !file { word } else { by });
        rest = after;
    }
    out + rest
}

/// Tries every [`POLL`] until `done` or the deadline; says whether it came about.
pub fn poll(mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > DEADLINE {
            return false;
        }
        sleep(POLL);
    }
    true
}

/// The whole environment a user's command gets: nothing of the caller's own reaches the grid.
fn environment(user: &str) -> Vec<(&'static str, String)> {
    let system = System::under_test();
    let mut variables = vec![("LANG", "C.UTF-8".to_owned())];
    let mut path = "/usr/bin:/bin".to_owned();
    if system != System::Theirs {
        let commands = std::env::var("GRIDSHIM_COMMANDS").expect("GRIDSHIM_COMMANDS names the directory of our commands");
        path = format!("{commands}:{}:{path}", masks());
        let repository = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".into());
        let site = Path::new(&repository).join("compat/reference-site.toml");
        let site = std::env::var("GRIDSHIM_SITE").unwrap_or_else(|_| site.to_string_lossy().into_owned());
        variables.push(("GRIDSHIM_SITE", site));
        variables.push(("GRIDSHIM_BACKEND", system.name().to_owned()));
        if system == System::Local {
            variables.push(("GRIDSHIM_STATE", state_directory(user)));
        }
        // Users have their own in their homes; the manager's is the administrator's.
        if let (System::Kubernetes, "root", Ok(kubeconfig)) = (system, user, std::env::var("GRIDSHIM_ADMIN_KUBECONFIG")) {
            variables.push(("KUBECONFIG", kubeconfig));
        }
    }
    variables.push(("PATH", path));
    variables
}

/// The local grid of one user for this run.
fn state_directory(user: &str) -> String {
    directory_of_this_run(user, |path| give_to(user, path))
}

/// A directory in which the real one's commands are not there: they would answer for those that are not ours.
fn masks() -> String {
    directory_of_this_run("masks", |path| {
        for command in ["qlogin", "qsh", "qrsh", "qtcsh", "qmake_sge", "qrsub", "qrdel", "qrstat", "qping"] {
            let file = path.join(command);
            fs::write(&file, format!("#!/bin/sh\necho {command}: not a command of gridshim >&2\nexit 127\n")).expect("a file");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a program");
        }
    })
}

/// A directory that is removed when the program ends.
fn directory_of_this_run(name: &str, fill: impl FnOnce(&Path)) -> String {
    static MADE: Mutex<Vec<String>> = Mutex::new(Vec::new());
    extern "C" fn remove() {
        for path in MADE.lock().map(|made| made.clone()).unwrap_or_default() {
            let _ = fs::remove_dir_all(path);
        }
    }
    unsafe extern "C" {
        safe fn atexit(callback: extern "C" fn()) -> i32;
    }
    let path = format!("/tmp/gridshim-compliance-{}-{name}", pid());
    let mut made = MADE.lock().expect("nothing panics here");
    if !made.contains(&path) {
        fs::create_dir_all(&path).expect("a directory");
        fill(Path::new(&path));
        if made.is_empty() {
            atexit(remove);
        }
        made.push(path.clone());
    }
    path
}

/// Makes `path` the user's: mode 755, and the owner and group of the user's home.
fn give_to(user: &str, path: &Path) {
    let home = if user == "root" { "/root".to_owned() } else { format!("/home/{user}") };
    let home = fs::metadata(&home).unwrap_or_else(|e| panic!("{home}: {e} (start the grid first: real-grid-engine.sh up)"));
    chown(path, Some(home.uid()), Some(home.gid())).expect("the suite runs as root");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the suite runs as root");
}
