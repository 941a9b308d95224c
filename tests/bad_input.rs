//! What goes wrong before and around a job: broken files, no cluster, a full disk, words nobody expects. The program is called
//! through its links; every refusal is Grid Engine's text and exit code where it has one, else one clear line, and nothing
//! half-made stays. No cluster is needed: a small server here speaks as much Kubernetes as a submission needs. What a real
//! cluster says to bad input is in `kubernetes.rs`.
#![cfg(feature = "client")]

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[path = "bad_input/server.rs"]
mod server;

use server::{Server, serve};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridshim");
/// Only to end a test that hangs: nothing here is expected to take longer on the slowest machine.
const LONGEST: Duration = Duration::from_secs(90);

/// A directory with links, a home, a site file and a state directory.
struct Place {
    directory: tempfile::TempDir,
}

/// What a command said and its exit code.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    out: String,
    err: String,
    code: Option<i32>,
}

impl Said {
    /// Nothing on standard output, and this.
    fn is(&self, err: &str, code: i32) {
        assert_eq!((self.out.as_str(), self.err.as_str(), self.code), ("", err, Some(code)));
    }

    /// One line and no more, or of qsub's the one between its own two; exit code 1.
    fn is_one_line(&self, what: &str) {
        let line =
            self.err.strip_prefix("Unable to run job: ").map_or(self.err.as_str(), |text| text.strip_suffix("Exiting.\n").unwrap_or(text));
        assert!(line.ends_with('\n') && line.matches('\n').count() == 1 && line.contains(what), "{what} in {self:?}");
        assert_eq!((self.out.as_str(), self.code), ("", Some(1)));
    }
}

fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
}

impl Place {
    fn new() -> Place {
        let place = Place { directory: tempfile::tempdir().expect("a directory") };
        fs::create_dir(place.path("home")).expect("made");
        assert!(Command::new(PROGRAM).arg("install-links").arg(place.path("bin")).status().expect("ran").success());
        place.site(include_str!("../compat/reference-site.toml"));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn site(&self, text: &str) {
        fs::write(self.path("site.toml"), text).expect("written");
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("written");
    }

    /// A command by its link, with nothing of the caller's environment and an empty standard input.
    fn command(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(if name.as_ref() == "bash" { "/bin/bash".into() } else { self.path("bin").join(name.as_ref()) });
        command.env_clear().current_dir(self.directory.path()).stdin(Stdio::null());
        command.env("PATH", format!("{}:/usr/bin:/bin:/usr/sbin:/sbin", self.path("bin").display())).env("HOME", self.path("home"));
        command.env("GRIDSHIM_SITE", self.path("site.toml")).env("GRIDSHIM_STATE", self.path("state")).env("GRIDSHIM_BACKEND", "local");
        command
    }

    fn run(&self, line: &str) -> Said {
        let words: Vec<&str> = line.split(' ').collect();
        said(self.command(words[0]).args(&words[1..]).output().expect("ran"))
    }

    fn shell(&self, script: &str) -> Said {
        said(self.command("bash").args(["-c", script]).output().expect("ran"))
    }

    /// On the cluster of a kubeconfig with this text.
    fn on_cluster(&self, kubeconfig: &[u8], line: &str) -> Said {
        self.write("kubeconfig", kubeconfig);
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = self.command(words[0]);
        command.env("GRIDSHIM_BACKEND", "kubernetes").env("KUBECONFIG", self.path("kubeconfig"));
        said(command.args(&words[1..]).output().expect("ran"))
    }

    /// The names below the state directory that belong to jobs.
    fn kept(&self) -> Vec<String> {
        let names = |under: &str| fs::read_dir(self.path(under)).map(|entries| entries.flatten().collect()).unwrap_or_else(|_| Vec::new());
        let all = ["state/job_scripts", "state/run", "state/waiters"].into_iter().flat_map(names);
        all.map(|entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

fn kubeconfig(server: &str) -> Vec<u8> {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters:\n- name: a\n  cluster: {{server: \"{server}\"}}\ncontexts:\n- name: a\n  \
         context: {{cluster: a, user: a}}\nusers:\n- name: a\n  user: {{token: t}}\n"
    )
    .into_bytes()
}

fn is_root(test: &str) -> bool {
    let root = users::get_effective_uid() == 0;
    if !root {
        eprintln!("skipped: {test}: it needs root");
    }
    root
}

#[test]
fn a_broken_site_file_is_told_with_its_place_by_every_command() {
    let place = Place::new();
    let path = place.path("site.toml").display().to_string();
    for (text, at, line) in [
        ("job_id_base = 1\nbackend = \n", "2:11: string values must be quoted", "backend = "),
        ("[kubernetes\n", "1:12: unclosed table", "[kubernetes"),
        ("quque = 1\n", "1:1: unknown field `quque`", "quque = 1"),
        ("backend = \"lokal\"\n", "1:11: unknown variant `lokal`", "backend = \"lokal\""),
        ("[[queue]]\nname = \"a\"\nslots = -1\n", "3:9: invalid value: integer `-1`", "slots = -1"),
        ("[[queue]]\r\nname = \"a/b\"\r\n", "2:8: \"a/b\" is no queue name", "name = \"a/b\""),
        ("[[queue]]\nname = \"\u{fc}\u{20ac}\" # \u{1f980}\nslots = 0\n", "3:9: queue \"\u{fc}\u{20ac}\" has no slots", "slots = 0"),
        ("[kubernetes]\nimage = \"i\"\nnamespace = \"all\"\n", "3:13: the namespace pattern must hold {user}", "namespace = \"all\""),
    ] {
        place.site(text);
        for command in ["qsub -b y true", "qstat", "qdel 1", "qacct -j 1", "jsub true", "job x"] {
            let told = place.run(command);
            let lines: Vec<&str> = told.err.lines().collect();
            assert!(lines[0].starts_with(&format!("{path}:{at}")), "{at} in {told:?}");
            assert_eq!((lines[1].trim_start(), lines[2].trim_start(), lines.len()), (line, "^", 3));
            assert_eq!((told.out.as_str(), told.code), ("", Some(1)), "{command}");
        }
    }
    place.write("site.toml", b"\xff\xfe");
    place.run("qstat").is(&format!("site file {path}: not UTF-8 text\n"), 1);
    fs::remove_file(place.path("site.toml")).expect("removed");
    place.run("qsub -b y true").is(&format!("site file {path}: No such file or directory\n"), 1);
    fs::create_dir(place.path("site.toml")).expect("made");
    place.run("qstat").is(&format!("site file {path}: Is a directory\n"), 1);
    assert!(!place.path("state").exists());
}

#[test]
fn an_unknown_backend_and_one_without_a_cluster_are_refused() {
    let place = Place::new();
    let with =
        |backend: &str| said(place.command("qsub").args(["-b", "y", "true"]).env("GRIDSHIM_BACKEND", backend).output().expect("ran"));
    with("rubbish").is("GRIDSHIM_BACKEND=rubbish: expected kubernetes, local or grid\n", 1);
    place.site("");
    let path = place.path("site.toml").display().to_string();
    with("kubernetes").is(&format!("no cluster is configured: {path} has no [kubernetes] table\n"), 1);
    assert!(!place.path("state").exists());
}

#[test]
fn a_kubeconfig_that_cannot_be_used_is_one_clear_line() {
    let place = Place::new();
    let path = place.path("kubeconfig").display().to_string();
    let unusable = format!("kubeconfig {path}: ");
    for line in ["qsub -b y true", "qstat", "qdel 5", "jstop x", "job x", "qhold 5"] {
        place.on_cluster(b"rubbish", line).is_one_line(&format!("{unusable}failed to parse kubeconfig YAML"));
    }
    for (text, what) in [
        (&b"{\"a\": [1,2"[..], "unclosed bracket"),
        (b"", "failed to determine current context"),
        (b"apiVersion: v1\nkind: Config\ncurrent-context: gone\n", "gone"),
        (b"\xff\xfe", "kubeconfig: "),
        (&kubeconfig("no url"), "failed to parse cluster url"),
        (&kubeconfig("https://127.0.0.1:1\", certificate-authority: \"/nosuch/ca"), "\"/nosuch/ca\"': No such file or directory"),
    ] {
        place.on_cluster(text, "qstat").is_one_line(what);
    }
    let without =
        |line: &[&str]| said(place.command(line[0]).args(&line[1..]).env("GRIDSHIM_BACKEND", "kubernetes").output().expect("ran"));
    let expected = format!("no kubeconfig: {}: No such file or directory", place.path("home/.kube/config").display());
    without(&["qsub", "-b", "y", "true"]).is(&format!("Unable to run job: {expected}\nExiting.\n"), 1);
    without(&["qstat"]).is(&format!("error: {expected}\n"), 1);
}

#[test]
fn a_server_that_is_no_kubernetes_is_one_clear_line() {
    let place = Place::new();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    for line in ["qsub -b y true", "qstat", "qdel 5"] {
        let server = format!("https://{closed}");
        place.on_cluster(&kubeconfig(&server), line).is_one_line(&format!("cannot reach Kubernetes at {server}: connection refused"));
    }
    let nonsense = serve(|mut stream| {
        let _ = stream.write_all(b"SSH-2.0-something\r\n");
        let _ = stream.read(&mut [0; 4096]);
    });
    let web = serve(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let page = "<html>\nwelcome\n</html>\n";
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    });
    for server in [format!("http://{nonsense}"), format!("https://{nonsense}"), format!("http://{web}"), format!("https://{web}")] {
        for line in ["qsub -b y true", "qstat"] {
            place.on_cluster(&kubeconfig(&server), line).is_one_line(&format!("cannot reach Kubernetes at {server}: "));
        }
    }
}

#[test]
fn a_server_that_never_answers_is_given_up_and_asked_once() {
    let place = Place::new();
    let tries = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&tries);
    let silent = serve(move |mut stream| {
        *counted.lock().expect("a lock") += 1;
        while stream.read(&mut [0; 4096]).is_ok_and(|bytes| bytes > 0) {}
    });
    let begun = Instant::now();
    let told = place.on_cluster(&kubeconfig(&format!("http://{silent}")), "qsub -b y true");
    told.is_one_line(&format!("cannot reach Kubernetes at http://{silent}: no answer for 30 s"));
    assert_eq!(*tries.lock().expect("a lock"), 1);
    place.on_cluster(&kubeconfig(&format!("https://{silent}")), "qstat").is_one_line("no answer in time");
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
}

#[test]
fn a_submission_is_three_writes_and_a_table_two_reads() {
    let (place, server) = (Place::new(), Server::default());
    let cluster = server.start();
    let user = users::get_user_by_uid(users::get_effective_uid()).expect("a user").name().to_string_lossy().into_owned();
    let namespace = format!("namespaces/grid-{user}");
    let id = place.on_cluster(&cluster, "qsub -terse -b y sleep 60").out;
    assert_eq!(
        server.requests(),
        [
            "PATCH /apis/gridshim.io/v1/jobcounters/gridshim".to_string(),
            format!("POST /api/v1/{namespace}/secrets"),
            format!("POST /apis/batch/v1/{namespace}/jobs")
        ]
    );
    assert_eq!(server.seen.lock().expect("a lock").connections, 1);
    let table = place.on_cluster(&cluster, "qstat").out;
    assert!(table.contains(&format!(" {} ", id.trim())), "{id} in {table}");
    assert_eq!(server.requests(), [format!("GET /apis/batch/v1/{namespace}/jobs"), format!("GET /api/v1/{namespace}/pods")]);
    assert_eq!(server.seen.lock().expect("a lock").connections, 2);
}

#[test]
fn what_the_cluster_refuses_is_one_clear_line_and_nothing_half_made_stays() {
    let place = Place::new();
    let submit = |begins, code, reason, message| {
        let server = Server::default();
        let cluster = server.start();
        server.refuse(begins, code, reason, message);
        (place.on_cluster(&cluster, "qsub -b y true"), server.requests())
    };
    let (told, requests) = submit("", 401, "Unauthorized", "Unauthorized");
    told.is_one_line("Kubernetes does not accept your credentials: they are wrong or expired (see your kubeconfig)");
    assert_eq!(requests.len(), 1);
    let (told, requests) = submit("PATCH", 404, "NotFound", "jobcounters.gridshim.io \"gridshim\" not found");
    told.is_one_line("gridshim is not installed in this cluster: it has no job counter");
    assert_eq!(requests.len(), 1);
    let (told, _) = submit("POST /api/v1/", 404, "NotFound", "namespaces \"grid-x\" not found");
    told.is_one_line("an administrator has to add you (deploy/add-user.sh)");
    let (told, requests) = submit("POST /api/v1/", 409, "AlreadyExists", "secrets \"gridshim-7\" already exists");
    told.is_one_line("already: the cluster's job counter began anew; an administrator has to raise job_id_base in site.toml");
    assert!(!requests.iter().any(|request| request.starts_with("DELETE")), "somebody else's: {requests:?}");
    // The Secret is there by then, and is taken back; where nobody knows whether the Job was made, that too, after half a minute.
    let (told, requests) = submit("POST /apis/batch", 403, "Forbidden", "jobs.batch \"a\" is forbidden: exceeded quota: jobs");
    told.is_one_line("Kubernetes refuses: jobs.batch \"a\" is forbidden: exceeded quota: jobs");
    let deleted = |requests: &[String]| requests.iter().filter(|request| request.starts_with("DELETE")).count();
    assert_eq!(deleted(&requests), 1, "{requests:?}");
    let (told, requests) = submit("POST /apis/batch", 503, "ServiceUnavailable", "etcd\nis away");
    told.is_one_line("");
    assert_eq!(deleted(&requests), 2, "{requests:?}");
    let tries = requests.iter().filter(|request| request.ends_with("/jobs")).count();
    assert!((2..=24).contains(&tries), "it is tried again, with growing pauses: {requests:?}");
}

#[test]
fn scripts_that_cannot_be_read_and_names_that_cannot_be_used() {
    let place = Place::new();
    place.write("ok.sh", "true\n");
    place.write("empty.sh", "");
    fs::create_dir(place.path("folder")).expect("made");
    let because = "Unable to read script file because of error: ";
    place.run("qsub nosuch.sh").is(&format!("{because}error opening nosuch.sh: No such file or directory\n"), 14);
    place.run("qsub ok.sh/x").is(&format!("{because}error opening ok.sh/x: Not a directory\n"), 14);
    place.run("qsub folder").is(&format!("error: fread(\"folder\") failed: Is a directory\n{because}error reading from file folder\n"), 4);
    place.run("qsub empty.sh").is("Unable to run job: job rejected: no script in your request\nExiting.\n", 1);
    place.run("qsub").is(&format!("{because}no input read from stdin\n"), 4);
    place.shell("qsub <&-").is(&format!("{because}no input read from stdin\n"), 4);
    place.run("qsub -N a/b ok.sh").is("qsub: argument to -N option must not contain / \n", 2);
    place.run("qsub -x ok.sh").is("qsub: invalid option argument \"-x\"\n", 2);
    // Recorded: 511 characters can be used, 512 not.
    let too_long = "Unable to run job: job name too long, maximum allowed length is 512 characters\nExiting.\n";
    for length in [512, 10_000] {
        place.run(&format!("qsub -h -N {} ok.sh", "a".repeat(length))).is(too_long, 1);
    }
    assert_eq!(place.kept(), [""; 0]);
    assert_eq!(place.run("qstat"), Said { out: String::new(), err: String::new(), code: Some(0) });
    assert_eq!(place.run(&format!("qsub -h -N {} ok.sh", "a".repeat(511))).code, Some(0));
    if is_root("an unreadable script") {
        place.write("closed.sh", "true\n");
        let mode =
            |name: &str, mode| fs::set_permissions(place.path(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("set");
        mode("closed.sh", 0o600);
        mode("", 0o755);
        // The program itself is where others may not look: it comes as an open file.
        let told = place.shell(&format!(
            "exec 9<{PROGRAM}; cp /proc/self/fd/9 ./qsub; chmod 755 qsub; chmod 644 site.toml; unset GRIDSHIM_STATE; \
             exec setpriv --reuid 65534 --regid 65534 --clear-groups ./qsub closed.sh"
        ));
        told.is(&format!("{because}error opening closed.sh: Permission denied\n"), 14);
    }
}

#[test]
fn large_inputs_are_taken_and_larger_ones_refused() {
    let place = Place::new();
    let script = format!("{}print 'done ', scalar @ARGV;\n", "# a line of no use\n".repeat(270_000));
    assert!(script.len() > 5_000_000);
    place.write("big.sh", script);
    let words: Vec<String> = (0..20_000).map(|word| word.to_string()).collect();
    let told = said(
        place
            .command("qsub")
            .args(["-sync", "y", "-S", "/usr/bin/perl", "-cwd", "-o", "out", "-j", "y", "big.sh"])
            .args(&words)
            .output()
            .expect("ran"),
    );
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!(fs::read_to_string(place.path("out")).expect("read"), "done 20000");
    let begun = Instant::now();
    place
        .run("qsub -h -t 1-75001 -b y true")
        .is("Unable to run job: job rejected: you tried to submit a job with more than 75000 tasks\nExiting.\n", 1);
    assert_eq!(place.run("qsub -h -t 1-75000 -b y true").code, Some(0));
    assert_eq!(place.run("qsub -h -t 4294967295 -b y true").code, Some(0));
    place.run("qsub -t 1-18446744073709551615 -b y true").is("qsub: Numerical value invalid!\n", 7);
    assert!(place.run("qstat").out.contains(" 1-75000:1\n"));
    assert!(begun.elapsed() < LONGEST);
    assert_eq!(place.run("qdel *").code, Some(0));
    assert_eq!(place.run("qstat").out, "");
}

#[test]
fn rubbish_on_the_command_line_is_refused_and_never_a_panic() {
    let place = Place::new();
    let with = |words: &[&[u8]]| {
        let words = words.iter().map(|word| OsStr::from_bytes(word));
        said(place.command("qsub").args(words).output().expect("ran"))
    };
    with(&[b"-N", b"\xff\xfe", b"-b", b"y", b"true"]).is("qsub: argument \"\\xFF\\xFE\" is not UTF-8\n", 1);
    with(&[b"-b", b"y", b"echo", b"\xff"]).is("qsub: argument \"\\xFF\" is not UTF-8\n", 1);
    with(&[b"-\x01\x7f", b"x"]).is("qsub: invalid option argument \"-\u{1}\u{7f}\"\n", 2);
    let noise: Vec<u8> = (0..4096u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 | 1).collect();
    let table = gridshim::options::qsub::TABLE.rows.iter().map(|row| row.name);
    // -help and -verify are no submissions; -sync would wait.
    for option in table.filter(|name| !["-help", "-verify", "-sync", "-h"].contains(name)) {
        for value in [&b"\x01\x02\x7f"[..], b"=", b",", b":", b"-", b"", b"99999999999999999999999", &noise] {
            let told = with(&[option.as_bytes(), value, b"-h", b"-b", b"y", b"true"]);
            assert!(matches!(told.code, Some(0..=14)) && !told.err.contains("panicked"), "{option} {value:?}: {told:?}");
        }
    }
    for line in [
        "qdel 99999999999999999999",
        "qdel 1.1-",
        "qdel 1.99999999999999999999",
        "qstat -j 99999999999999999999",
        "qacct -j 99999999999999999999",
    ] {
        assert_eq!(place.run(line).code, Some(1), "{line}");
    }
}

#[test]
fn closed_and_full_streams_and_missing_surroundings_are_nobodys_panic() {
    let place = Place::new();
    assert_eq!(place.run("qsub -h -b y true").code, Some(0));
    for script in [
        "qstat | head -n 0; exit ${PIPESTATUS[0]}",
        "qstat >&-",
        "qstat >&- 2>&- <&-",
        "qstat >/dev/full",
        "qsub -h -b y true >&-",
        "qsub -h -b y true >/dev/full 2>&1",
        "env -u HOME qstat >/dev/null",
        "HOME= qstat > /dev/null",
        "env -u PATH $(command -v qstat) > /dev/null",
    ] {
        assert_eq!(place.shell(script), Said { out: String::new(), err: String::new(), code: Some(0) }, "{script}");
    }
    // Recorded.
    place.shell("mkdir gone; cd gone; rmdir ../gone; qsub -b y true").is("cannot read current working directory\n", 14);
    assert_eq!(place.shell("mkdir gone; cd gone; rmdir ../gone; qstat | wc -l").out, "5\n");
    assert_eq!(place.shell("mkdir gone; cd gone; rmdir ../gone; qdel true | wc -l").out, "3\n");
    if is_root("an unknown user") {
        let told = place.shell(&format!(
            "exec 9<{PROGRAM}; cp /proc/self/fd/9 qstat; chmod 755 . qstat; chmod 644 site.toml; exec setpriv --reuid 12345 --clear-groups ./qstat"
        ));
        told.is("error: user id 12345 has no entry in the password file\n", 1);
    }
}

#[test]
fn an_interrupted_wait_takes_its_job_along() {
    let place = Place::new();
    for signal in ["INT", "TERM"] {
        for job in ["", "-h", "-t 1-2"] {
            // Job control: without it a shell's background processes ignore SIGINT. No shell for the job: the user's own profile
            // is not to be killed.
            let script = format!(
                "exec 2> /dev/null; set -m; qsub -sync y -j y -o /dev/null -b y -shell n {job} /bin/sleep 300 > out 2> err & p=$!
                 until [ -s out ] && ls state/waiters | grep -q .; do sleep 0.1; done
                 sleep 0.5; kill -{signal} $p; wait $p; code=$?; cat err; exit $code"
            );
            let told = place.shell(&script);
            assert_eq!((told.out.as_str(), told.code), ("\nInterrupted!\nPlease wait while qsub shuts down.\n", Some(1)), "{signal} {job}");
            let begun = Instant::now();
            while !place.run("qstat").out.is_empty() {
                assert!(begun.elapsed() < LONGEST, "{}", place.run("qstat").out);
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// A small file system, unmounted at the end.
struct Small(PathBuf);

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_survived() {
    if !is_root("a full disk") {
        return;
    }
    let place = Place::new();
    place.write("ok.sh", "print qq(ran\\n);\n");
    place.write("big.sh", "#".repeat(1 << 20));
    fs::create_dir(place.path("state")).expect("made");
    if !Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m,mode=700", "none"])
        .arg(place.path("state"))
        .status()
        .expect("mount")
        .success()
    {
        eprintln!("skipped: a full disk: nothing can be mounted here");
        return;
    }
    let small = Small(place.path("state"));
    let full = format!("cannot store the job in {}: No space left on device", small.0.display());
    let rejected = format!("Unable to run job: {full}\nExiting.\n");
    let fill = |left: u64| {
        let path = small.0.join("filling");
        let mut file = fs::File::create(&path).expect("made");
        while file.write_all(&[0; 4096]).is_ok() {}
        let length = file.metadata().expect("there").len();
        file.set_len(length - left.min(length)).expect("shortened");
    };
    // Before anything is there.
    fill(0);
    place.run("qsub -b y true").is(&rejected, 1);
    place.run("qsub ok.sh").is(&rejected, 1);
    fs::remove_file(small.0.join("filling")).expect("removed");
    assert_eq!(place.run("qsub -sync y -S /usr/bin/perl -cwd -o out -j y ok.sh").code, Some(0));
    // With every amount of room: a job is either there as a whole or not at all.
    let mut there = 0;
    for left in [0, 4, 12, 20, 32, 48, 64, 96] {
        fill(left << 10);
        for _ in 0..8 {
            let told = place.run("qsub -h ok.sh");
            match told.code {
                Some(0) => there += 1,
                _ => told.is(&rejected, 1),
            }
        }
        place.run("qsub -h big.sh").is(&rejected, 1);
        fs::remove_file(small.0.join("filling")).expect("removed");
        assert_eq!(place.kept().len(), there, "{:?}", place.kept());
        assert_eq!(place.run("qstat").out.lines().count().saturating_sub(2), there);
    }
    assert!(there > 0);
    assert_eq!(place.run("qdel *").out.lines().count(), there);
    assert_eq!(place.run("qsub -sync y -S /usr/bin/perl -cwd -o out -j y ok.sh").code, Some(0));
    assert_eq!(fs::read_to_string(place.path("out")).expect("read"), "ran\nran\n");
    assert_eq!(place.kept(), [""; 0]);
}
