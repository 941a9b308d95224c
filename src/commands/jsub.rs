//! jsub, jstart, qcronsub: Toolforge's wrappers. They find the program, make its log files, and hand qsub a command line
//! (compat/captures/jsub); qsub's complaints go to the program's `.err` file.

use super::{Context, Streams, qsub, stop};
use crate::error::{Error, Result, plain};
use crate::grammar::{name::base_name, words};
use crate::options::jsub::{Asked, Refusal};
use crate::request::Request;
use std::cell::RefCell;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
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
    let releases = releases(context);
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
    let Some((word, args)) = walked.program.split_first() else {
        return Err(usage("the following arguments are required: program, args...".into()));
    };
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
    submit(context, asked, &program, args, &releases)
}

/// The operating system releases a job may ask for: those with an image, and what the hosts offer.
fn releases(context: &Context) -> Vec<String> {
    let mut known: Vec<String> = context.site.host_values.get("release").cloned().into_iter().collect();
    if let Some(kubernetes) = &context.site.kubernetes {
        known.extend(kubernetes.releases.keys().filter(|name| !known.contains(name)).cloned().collect::<Vec<_>>());
    }
    if known.is_empty() {
        known.push("buster".into());
    }
    known
}

/// `[Wed Nov 25 21:50:38 2026] text`, the wrappers' way to tell errors.
fn stamped(text: &str) -> String {
    format!("[{}] {text}", crate::render::time::ctime(chrono::Utc::now().timestamp()))
}

/// `~/.jsubrc`: lines `-option argument`; everything else in it is no option.
fn rc_file(context: &Context, asked: &mut Asked, releases: &[String]) -> Result<()> {
    let path = context.variable("JOBUTILS_JSUBRC").map_or_else(|| Path::new(&context.submitter.home).join(".jsubrc"), PathBuf::from);
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
    if asked.help {
        return Err("unrecognized arguments: -h".into());
    }
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

/// Where the program is: absolute, on PATH (if it exists there, executable or not), or in the directory.
fn find_program(context: &Context, word: &str) -> Option<String> {
    let normal = |path: PathBuf| {
        let mut parts: Vec<Component<'_>> = Vec::new();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir if matches!(parts.last(), Some(Component::Normal(_))) => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        parts.iter().collect::<PathBuf>().display().to_string()
    };
    if word.is_empty() {
        return None;
    }
    if word.starts_with('/') {
        return Path::new(word).exists().then(|| normal(PathBuf::from(word)));
    }
    let on_path = || {
        let path = context.variable("PATH")?;
        path.split(':').map(|element| Path::new(element).join(word)).find(|candidate| candidate.exists())
    };
    let found = if word.starts_with('.') { None } else { on_path() };
    let here = Path::new(&context.submitter.workdir).join(word);
    found.or_else(|| here.exists().then_some(here)).map(normal)
}

fn submit(context: &mut Context, asked: Asked, program: &str, args: &[String], releases: &[String]) -> Result<u8> {
    let job_name = asked.name.clone().unwrap_or_else(|| base_name(program).split('.').next().unwrap_or("").to_string());
    let home = context.variable("HOME").unwrap_or(&context.submitter.home).to_string();
    let output = asked.output_path.clone().unwrap_or_else(|| format!("{home}/{job_name}.out"));
    let errors = if asked.merge { output.clone() } else { asked.error_path.clone().unwrap_or_else(|| format!("{home}/{job_name}.err")) };
    let mask = asked.umask.unwrap_or(if context.submitter.uid > 50_000 { 0o007 } else { 0o077 });
    touch(&output, mask)?;
    touch(&errors, mask)?;
    let mut log = Log::open(&errors, asked.stderr)?;
    if !std::fs::metadata(program).is_ok_and(|file| file.permissions().mode() & 0o111 != 0) {
        return log.fail(context, &stamped(&format!("{program}: not an executable file")));
    }
    if asked.once && stop::is_active(context, &job_name)? {
        return log.fail(context, &stamped(&format!("there is a job named '{job_name}' already active")));
    }
    let mail_to = asked.mail_to.clone().unwrap_or_else(|| {
        let user = context.variable("LOGNAME").or(context.variable("USER")).unwrap_or(&context.submitter.user);
        format!("{user}@toolforge.org")
    });
    let release = asked.release.clone().or_else(|| releases.first().cloned()).unwrap_or_default();
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
    let mut wrapper = Request::default();
    if !binary {
        let quoted: Vec<String> = std::iter::once(program).chain(args.iter().map(String::as_str)).map(words::quote).collect();
        context.stdin = Some(format!("{}\n", quoted.join(" ")).into_bytes());
        wrapper.respawn = Some(program.to_string());
    } else if !asked.continuous {
        line.push(program.to_string());
        line.extend(args.iter().cloned());
    }
    hand_to_qsub(context, &line, wrapper, &mut log, asked.quiet)
}

/// Runs qsub with its output held back: stdout is printed (unless `-quiet` and all went well), stderr goes to the log.
fn hand_to_qsub(context: &mut Context, line: &[String], wrapper: Request, log: &mut Log, quiet: bool) -> Result<u8> {
    let (out, err) = (Held::default(), Held::default());
    let streams = Streams { out: Box::new(out.clone()), err: Box::new(err.clone()) };
    let real = std::mem::replace(&mut context.streams, streams);
    let result = qsub::run_for(context, line, wrapper);
    context.streams = real;
    let mut errors = err.take();
    let code = result.unwrap_or_else(|error| {
        errors.push_str(&format!("{error}\n"));
        error.exit_code()
    });
    if !(quiet && code == 0) {
        context.print(&out.take());
        log.write(context, &errors);
    }
    Ok(code)
}

/// Bytes held back.
#[derive(Clone, Default)]
struct Held(Rc<RefCell<Vec<u8>>>);

impl Held {
    fn take(&self) -> String {
        String::from_utf8_lossy(&self.0.take()).into_owned()
    }
}

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

    fn write(&mut self, context: &mut Context, text: &str) {
        match &mut self.file {
            Some(file) => {
                // A full disk must not hide why the job was refused.
                if file.write_all(text.as_bytes()).is_err() {
                    context.complain(text);
                }
            }
            None => context.complain(text),
        }
    }

    fn fail(&mut self, context: &mut Context, text: &str) -> Result<u8> {
        self.write(context, &format!("{text}\n"));
        Ok(1)
    }
}
