//! jsub, jstart, qcronsub: Toolforge's wrappers. They find the program, make its log files, and hand qsub a command line
//! (compat/captures/jsub); qsub's complaints go to the program's `.err` file.

use super::{Context, Streams, qsub, stop};
use crate::error::{Error, Result, plain};
use crate::grammar::{name::base_name, words};
use crate::options::jsub::{Asked, Refusal, is_list_of_addresses};
use crate::request::Request;
use std::cell::RefCell;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::rc::Rc;

/// `jsub`
///
/// # Errors
/// The wrappers' own refusals, and qsub's.
pub fn run_jsub(context: &mut Context, words: &[String]) -> Result<u8> {
    run("jsub", context, words)
}

/// `jstart`: jsub -continuous.
///
/// # Errors
/// As `run_jsub`.
pub fn run_jstart(context: &mut Context, words: &[String]) -> Result<u8> {
    run("jstart", context, words)
}

/// `qcronsub`: jsub -once.
///
/// # Errors
/// As `run_jsub`.
pub fn run_qcronsub(context: &mut Context, words: &[String]) -> Result<u8> {
    run("qcronsub", context, words)
}

const HELP: &str = "
Submits a program as a job.

  -N name       name of the job; else the program's name up to its first dot
  -mem MEM      memory: a number and k, m or g
  -once         refuse if a job of that name is active (always for jstart and qcronsub)
  -continuous   start the program again until it exits 0 (always for jstart)
  -quiet        print nothing when the job was submitted
  -stderr       tell errors here rather than in the .err file
  -umask UMASK  mask for log files that do not exist yet
  -release OS   operating system release
  -b -e -o -j -M -q -l -a -i -m -now -p -sync -v -wd -cwd -hard -soft  as qsub's

Output is appended to NAME.out and NAME.err in the home directory.";

fn run(called: &'static str, context: &mut Context, words: &[String]) -> Result<u8> {
    let releases = releases(context)?;
    let usage =
        |text: String| Error::Exact { text: format!("usage: {called} [options...] program [args...]\n{called}: error: {text}"), code: 2 };
    let mut asked = Asked::default();
    rc_file(context, &mut asked, &releases)?;
    let walked = asked.walk(words, true, &releases).map_err(|refusal| match refusal {
        Refusal::Text(text) => usage(text),
        Refusal::Fatal(text) => Error::Exact { text: format!("{called}: error: {text}"), code: 1 },
    })?;
    if asked.help {
        return Err(Error::OnStdout { text: format!("usage: {called} [options...] program [args...]\n{HELP}"), code: 0 });
    }
    let mail_to = asked.mail_to.clone().unwrap_or_else(|| own_address(context));
    if !is_list_of_addresses(&mail_to) {
        return Err(usage(format!("argument -M: expected list of email addresses. '{mail_to}' given.")));
    }
    let Some((word, args)) = walked.program.split_first() else {
        return Err(usage("the following arguments are required: program, args...".into()));
    };
    if word.is_empty() {
        return Err(Error::Exact { text: format!("{called}: error: the program's name is empty"), code: 1 });
    }
    let program = find_program(context, word).ok_or_else(|| usage(format!("argument program: Program '{word}' not found.")))?;
    if !walked.unrecognised.is_empty() {
        return Err(usage(format!("unrecognized arguments: {}", walked.unrecognised.join(" "))));
    }
    let fatal = |error: &std::io::Error| Error::Exact { text: format!("{called}: error: {program}: {}", plain(error)), code: 1 };
    let content = std::fs::read(&program).map_err(|error| fatal(&error))?;
    embedded_options(&program, &content, &mut asked, &releases)?;
    asked.continuous |= called == "jstart";
    asked.once |= asked.continuous || called == "qcronsub";
    if asked.continuous {
        asked.queue = asked.queue.filter(|queue| queue != "task").or(Some("continuous".into()));
    }
    submit(context, asked, &program, args)
}

/// Where mail goes when nobody says so.
fn own_address(context: &Context) -> String {
    let user = context.variable("LOGNAME").or(context.variable("USER")).unwrap_or(&context.submitter.user);
    format!("{user}@toolforge.org")
}

/// `$HOME`, else the password file's.
fn home(context: &Context) -> &str {
    context.variable("HOME").unwrap_or(&context.submitter.home)
}

/// The operating system releases a job may ask for: those with an image, and what the hosts offer.
fn releases(context: &mut Context) -> Result<Vec<String>> {
    let mut known: Vec<String> = context.site.host_values.get("release").cloned().into_iter().collect();
    if let Some(kubernetes) = &context.site.kubernetes {
        known.extend(kubernetes.releases.keys().filter(|name| !known.contains(name)).cloned().collect::<Vec<_>>());
    }
    if known.is_empty() {
        known.push(context.site.default_release().to_string());
    }
    known.extend(super::image::names(context)?);
    Ok(known)
}

/// `[Wed Nov 25 21:50:38 2026] text`, the wrappers' way to tell errors.
fn stamped(text: &str) -> String {
    format!("[{}] {text}", crate::render::time::ctime(chrono::Utc::now().timestamp()))
}

/// `~/.jsubrc`: lines `-option argument`; everything else in it is no option.
fn rc_file(context: &Context, asked: &mut Asked, releases: &[String]) -> Result<()> {
    let path = context.variable("JOBUTILS_JSUBRC").map_or_else(|| Path::new(home(context)).join(".jsubrc"), PathBuf::from);
    let failed = |text: String| Error::Exact { text: stamped(&format!("Error parsing {}: {text}", path.display())), code: 1 };
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(plain(&error))),
    };
    let words: Vec<String> = text.lines().filter_map(option_and_argument).flatten().collect();
    options_only(asked, &words, releases).map_err(failed)
}

/// The options in the unbroken run of `#!` and `#$` lines at a program's top.
fn embedded_options(program: &str, content: &[u8], asked: &mut Asked, releases: &[String]) -> Result<()> {
    let mut words: Vec<String> = Vec::new();
    for line in content.split(|&byte| byte == b'\n') {
        if line.starts_with(b"#!") {
            continue;
        }
        let Some(rest) = line.strip_prefix(b"#$") else { break };
        let rest = String::from_utf8_lossy(rest).into_owned();
        words.extend(option_and_argument(rest.trim_start()).into_iter().flatten());
    }
    let failed = |text: String| Error::Exact { text: stamped(&format!("Error options embedded in {program}: {text}")), code: 1 };
    options_only(asked, &words, releases).map_err(failed)
}

fn options_only(asked: &mut Asked, words: &[String], releases: &[String]) -> std::result::Result<(), String> {
    let walked = asked.walk(words, false, releases).map_err(|refusal| match refusal {
        Refusal::Text(text) | Refusal::Fatal(text) => text,
    })?;
    if walked.unrecognised.is_empty() { Ok(()) } else { Err(format!("unrecognized arguments: {}", walked.unrecognised.join(" "))) }
}

/// `-letters` in column 1, then at most one argument that ends at a blank or `#`; the rest of the line is dropped.
fn option_and_argument(line: &str) -> Option<Vec<String>> {
    let letters = line.strip_prefix('-')?.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 {
        return None;
    }
    let (option, rest) = line.split_at(letters + 1);
    let mut found = vec![option.to_string()];
    if rest.starts_with(char::is_whitespace) {
        let argument: String = rest.trim_start().chars().take_while(|c| !c.is_whitespace() && *c != '#').collect();
        found.extend(Some(argument).filter(|argument| !argument.is_empty()));
    }
    Some(found)
}

/// Where the program is: absolute, on PATH (if it exists there, executable or not), or in the directory. Links are kept.
fn find_program(context: &Context, word: &str) -> Option<String> {
    if word.starts_with('/') {
        return Path::new(word).exists().then(|| normal(word));
    }
    // An element of PATH that is empty or relative gives a relative path.
    let on_path = || {
        let path = context.variable("PATH").unwrap_or("");
        path.split(':').map(|element| Path::new(element).join(word)).find(|candidate| candidate.exists())
    };
    let found = if word.starts_with('.') { None } else { on_path() };
    // The directory by its own name, not by $PWD's.
    let here = || std::env::current_dir().ok().map(|here| here.join(word)).filter(|here| here.exists());
    found.or_else(here).map(|path| normal(&path.to_string_lossy()))
}

/// The path without `.`, `..` and double slashes; exactly two at the front stay, as POSIX has it.
fn normal(path: &str) -> String {
    let root = if path.starts_with("//") && !path.starts_with("///") { "//" } else { &path[..usize::from(path.starts_with('/'))] };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part != ".." || parts.last().is_none_or(|last| *last == "..") && root.is_empty() {
            parts.push(part);
        } else {
            parts.pop();
        }
    }
    let text = format!("{root}{}", parts.join("/"));
    if text.is_empty() { ".".into() } else { text }
}

fn submit(context: &mut Context, asked: Asked, program: &str, args: &[String]) -> Result<u8> {
    let job_name = asked.name.clone().unwrap_or_else(|| base_name(program).split('.').next().unwrap_or("").to_string());
    let home = home(context);
    let output = asked.output_path.clone().unwrap_or_else(|| format!("{home}/{job_name}.out"));
    let errors = if asked.merge { output.clone() } else { asked.error_path.clone().unwrap_or_else(|| format!("{home}/{job_name}.err")) };
    let mask = asked.umask.unwrap_or(if context.submitter.uid > 50_000 { 0o007 } else { 0o077 });
    touch(&output, mask)?;
    touch(&errors, mask)?;
    let mut log = Log::open(&errors, asked.stderr)?;
    if !std::fs::metadata(program).is_ok_and(|file| file.permissions().mode() & 0o111 != 0) {
        return log.fail(context, &stamped(&format!("{program}: not an executable file")));
    }
    let user = context.submitter.user.clone();
    // Until it is submitted: of two at the same instant one finds the other's.
    let _alone = if asked.once { Some(context.backend()?.take_name(&user, &job_name)?) } else { None };
    if asked.once && stop::is_active(context, &job_name)? {
        return log.fail(context, &stamped(&format!("there is a job named '{job_name}' already active")));
    }
    let mail_to = asked.mail_to.clone().unwrap_or_else(|| own_address(context));
    let release = asked.release.clone().unwrap_or_else(|| context.site.default_release().to_string());
    let memory = format!("h_vmem={}k", asked.memory);
    let release = format!("release={release}");
    let mut line: Vec<String> = asked.passed.clone();
    let binary = !asked.continuous || asked.binary == Some(true);
    let yes_no = |yes: bool| if yes { "yes" } else { "no" };
    let queue = asked.queue.as_deref().unwrap_or("task");
    for word in [
        "-j",
        yes_no(asked.merge),
        "-e",
        &errors,
        "-o",
        &output,
        "-M",
        &mail_to,
        "-N",
        &job_name,
        "-hard",
        "-l",
        &memory,
        "-l",
        &release,
        "-q",
        queue,
        "-b",
        yes_no(binary),
    ] {
        line.push(word.to_string());
    }
    let words: Vec<String> = std::iter::once(program).chain(args.iter().map(String::as_str)).map(String::from).collect();
    if !asked.continuous {
        line.extend_from_slice(&words);
    }
    let (out, errors, code) = match context.variable(QSUB).map(String::from) {
        Some(qsub) => {
            let script = if asked.continuous { respawn_script(&words) } else { String::new() };
            other_qsub(&qsub, &line, &script)
        }
        None => own_qsub(context, &line, (!binary).then_some(&words)),
    };
    if !(asked.quiet && code == 0) {
        let _ = context.streams.out.write_all(&out);
        log.write(context, &errors);
    }
    Ok(code)
}

/// Names the program that is run instead of gridshim's own qsub.
const QSUB: &str = "JOBUTILS_QSUB";

/// What qsub printed on its two streams, and its exit code.
type Told = (Vec<u8>, Vec<u8>, u8);

/// The script of `-continuous` for a qsub that knows nothing of it: the shepherd's loop in shell.
fn respawn_script(words: &[String]) -> String {
    let command = words.iter().map(|word| words::quote(word)).collect::<Vec<_>>().join(" ");
    let program = words.first().map_or_else(String::new, |program| words::quote(program));
    format!(
        "#!/bin/sh\n\
         # jsub -continuous: run again until it exits 0. The line is the one that logs have always had, code 0 and all.\n\
         until {command}; do\n\
         \x20 printf '[%s] %s exited with code 0. Respawning...\\n' \"$(date +%Y-%m-%dT%H:%M:%S)\" {program} >&2\n\
         \x20 sleep 5\n\
         done\n"
    )
}

/// Runs gridshim's qsub with its output held back; `respawn`: the words that are started again until they exit 0.
fn own_qsub(context: &mut Context, line: &[String], respawn: Option<&Vec<String>>) -> Told {
    let mut wrapper = Request::default();
    if let Some(words) = respawn {
        let quoted: Vec<String> = words.iter().map(|word| words::quote(word)).collect();
        context.stdin = Some(format!("{}\n", quoted.join(" ")).into_bytes());
        wrapper.respawn = words.first().cloned();
    }
    let (out, err) = (Held::default(), Held::default());
    let streams = Streams { out: Box::new(out.clone()), err: Box::new(err.clone()) };
    let real = std::mem::replace(&mut context.streams, streams);
    let result = qsub::run_for(context, line, wrapper);
    context.streams = real;
    let (mut out, mut err) = (out.0.take(), err.0.take());
    let code = result.unwrap_or_else(|error| {
        let stream = if error.is_on_stdout() { &mut out } else { &mut err };
        stream.extend_from_slice(format!("{error}\n").as_bytes());
        error.exit_code()
    });
    (out, err, code)
}

/// Runs another qsub, with the script as its standard input.
fn other_qsub(qsub: &str, line: &[String], script: &str) -> Told {
    let failed = |error: &std::io::Error| {
        let number = error.raw_os_error().unwrap_or(0);
        let text = format!("Failed to execute '{qsub} {}': [Errno {number}] {}: '{qsub}': '{qsub}'", line.join(" "), plain(error));
        (Vec::new(), format!("{}\n", stamped(&text)).into_bytes(), 1)
    };
    let mut command = std::process::Command::new(qsub);
    command.args(line).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return failed(&error),
    };
    let input = child.stdin.take();
    let ended = std::thread::scope(|scope| {
        // A program that does not read its input is no error.
        scope.spawn(move || input.map(|mut input| input.write_all(script.as_bytes())));
        child.wait_with_output()
    });
    match ended {
        Ok(ended) => {
            let code = ended.status.code().or_else(|| ended.status.signal().map(|signal| 256 - signal)).unwrap_or(1);
            (ended.stdout, ended.stderr, u8::try_from(code).unwrap_or(1))
        }
        Err(error) => failed(&error),
    }
}

/// Bytes held back.
#[derive(Clone, Default)]
struct Held(Rc<RefCell<Vec<u8>>>);

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Makes a log file that is not there; the caller's umask does not matter, an existing file stays as it is.
fn touch(path: &str, mask: u32) -> Result<()> {
    if Path::new(path).exists() {
        return Ok(());
    }
    let failed = |error: &std::io::Error| {
        let number = error.raw_os_error().unwrap_or(0);
        let text = format!("Failed to touch '{path}': [Errno {number}] {}: '{path}'", plain(error));
        Error::Exact { text: stamped(&text), code: 1 }
    };
    let mode = 0o666 & !mask;
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(mode).open(path).map_err(|error| failed(&error))?;
    file.set_permissions(std::fs::Permissions::from_mode(mode)).map_err(|error| failed(&error))
}

/// Where errors go after the command line was right: the error file, or the terminal.
struct Log {
    file: Option<std::fs::File>,
}

impl Log {
    fn open(path: &str, terminal: bool) -> Result<Log> {
        if terminal || Path::new(path).is_dir() {
            return Ok(Log { file: None });
        }
        let file = std::fs::OpenOptions::new().append(true).open(path).map_err(|error| {
            let number = error.raw_os_error().unwrap_or(0);
            let text = format!("Failed to redirect STDERR to '{path}': [Errno {number}] {}: '{path}'", plain(&error));
            Error::Exact { text: stamped(&text), code: 1 }
        })?;
        Ok(Log { file: Some(file) })
    }

    fn write(&mut self, context: &mut Context, text: &[u8]) {
        // A full disk must not hide why the job was refused.
        if self.file.as_mut().is_none_or(|file| file.write_all(text).is_err()) {
            let _ = context.streams.err.write_all(text);
        }
    }

    fn fail(&mut self, context: &mut Context, text: &str) -> Result<u8> {
        self.write(context, format!("{text}\n").as_bytes());
        Ok(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_normal_as_text() {
        for (path, expected) in [
            ("/a/../b//c/./d", "/b/c/d"),
            ("//a/b", "//a/b"),
            ("///a/", "/a"),
            ("/../a", "/a"),
            ("../a/../../b", "../../b"),
            ("p.sh", "p.sh"),
            ("d/..", "."),
        ] {
            assert_eq!(normal(path), expected, "{path}");
        }
    }
}
