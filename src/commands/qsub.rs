//! qsub: options from every source, the script, the submission, and `-sync y`.

use super::Context;
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result, plain};
use crate::grammar::words;
use crate::job::{self, Command, Ended, Job, JobId, Resolved};
use crate::options::{Heard, qsub::TABLE};
use crate::record::Program;
use crate::render::detail;
use crate::request::{Origin, Request, Validation};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Runs qsub with these words.
///
/// # Errors
/// Grid Engine's refusals.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    run_for(context, words, Request::default())
}

/// Runs qsub for a wrapper, which asks for something no option says.
///
/// # Errors
/// As `run`.
pub fn run_for(context: &mut Context, words: &[String], wrapper: Request) -> Result<u8> {
    if context.submitter.workdir.is_empty() {
        // Recorded, with this exit code.
        return Err(Error::Exact { text: "cannot read current working directory".into(), code: 14 });
    }
    let words = expand(words, 0)?;
    let mut heard = Heard::default();
    let mut line = Request::default();
    let used = TABLE.walk(&words, &Origin::Argv, &mut line, &mut heard)?;
    let after_dashes = used > 0 && words[used - 1] == "--";
    let mut request = request_files(context)?;
    // Whether the program is a binary decides whether there is a script with directives to read.
    let mut base = request.clone();
    base.overridden_by(line.clone());
    let is_binary = base.binary.as_ref().is_some_and(|asked| asked.value);
    let mut rest = words[used..].to_vec();
    let mut command = Command::default();
    if !after_dashes && !rest.is_empty() {
        command.file = Some(rest.remove(0));
    }
    command.args = rest;
    let mut script = Vec::new();
    let mut script_heard = Heard::default();
    if is_binary {
        if command.file.is_none() {
            return Err(Error::BadValue { command: "qsub", text: "command required for a binary job".into(), code: 2 });
        }
    } else {
        script = read_script(command.file.as_deref(), context)?;
        if !line.clear {
            let prefix = base.directive_prefix.as_ref().map_or("#$", |asked| asked.value.as_str());
            request.overridden_by(directives(&script, prefix, &mut script_heard)?);
        }
    }
    request.overridden_by(line);
    request.overridden_by(wrapper);
    if request.binary.as_ref().is_some_and(|asked| asked.value) && !is_binary && command.file.is_none() {
        return Err(Error::BadValue { command: "qsub", text: "command required for a binary job".into(), code: 2 });
    }
    for warning in heard.warnings.iter().chain(&script_heard.warnings) {
        context.print(&format!("{warning}\n"));
    }
    submit(context, request, command, &script)
}

/// Resolves and submits; prints what Grid Engine prints; waits with `-sync y`.
fn submit(context: &mut Context, request: Request, command: Command, script: &[u8]) -> Result<u8> {
    let account_said = request.account.is_some();
    let Resolved { job, sync, terse, verify, validation } =
        job::resolve(request, command, context.submitter.clone(), &context.environment, &context.site)?;
    let has_script = job.program == Program::Script;
    if verify {
        context.print(&detail::verify(&job, account_said, has_script.then_some(script)));
        return Ok(0);
    }
    if has_script && script.is_empty() {
        return Err(Error::Rejected("job rejected: no script in your request".into()));
    }
    match (validation, &job.never) {
        (Validation::None, _) | (Validation::Error | Validation::Warning, None) => {}
        (Validation::Error, Some(_)) => return Err(Error::Rejected("error: no suitable queues".into())),
        (Validation::Warning, Some(_)) => context.print("warning: no suitable queues\n"),
        (Validation::Just | Validation::Poke, None) => {
            context.print("verification: found suitable queue(s)\n");
            return Ok(0);
        }
        (Validation::Just | Validation::Poke, Some(why)) => {
            return Err(Error::Rejected(format!("Job {why}\nverification: no suitable queues")));
        }
    }
    let id = context.backend()?.submit(&job, script)?;
    let shown = job.array.map_or_else(|| id.to_string(), |range| format!("{id}.{range}"));
    let line = match (terse, job.array) {
        (true, _) => format!("{shown}\n"),
        (false, None) => format!("Your job {shown} (\"{}\") has been submitted\n", job.name),
        (false, Some(_)) => format!("Your job-array {shown} (\"{}\") has been submitted\n", job.name),
    };
    context.print(&line);
    differences(context, &job);
    if sync { wait(context, id, &job, terse) } else { Ok(0) }
}

/// Tells a person at a terminal what is not exactly as asked; scripts and cron see nothing (architecture D3).
fn differences(context: &mut Context, job: &Job) {
    use std::io::IsTerminal;
    if !job.approximated.is_empty() && std::io::stderr().is_terminal() {
        for difference in &job.approximated {
            context.complain(&format!("gridshim: {difference}\n"));
        }
    }
}

fn wait(context: &mut Context, id: JobId, job: &Job, terse: bool) -> Result<u8> {
    let mut ends: Vec<(bool, String)> = Vec::new();
    let mut code = 0;
    let name = |task: &Option<u64>| task.map_or_else(|| id.to_string(), |task| format!("{id}.{task}"));
    let waited = context.backend()?.wait(id, job, &mut |ended| match ended {
        Ended::Exited { task, status: 0, signal: 0 } => ends.push((true, format!("Job {} exited with exit code 0.\n", name(&task)))),
        Ended::Exited { task, status, signal: 0 } => {
            code = u8::try_from(status).unwrap_or(1);
            ends.push((false, format!("Job {} exited with exit code {status}.\n", name(&task))));
        }
        Ended::Exited { task, signal, .. } => {
            code = 1;
            ends.push((false, format!("Job {} exited because of signal {}\n", name(&task), signal_name(signal))));
        }
        Ended::Never { task } => ends.push((false, format!("Unable to run job {}\n", name(&task)))),
    });
    match waited {
        Err(Error::Interrupted) => return cancel(context, id, job),
        waited => waited?,
    }
    for (good, line) in ends {
        match good {
            true if terse => {}
            true => context.print(&line),
            false => context.complain(&line),
        }
    }
    Ok(code)
}

/// Whoever interrupts a waiting qsub wants the job no more.
fn cancel(context: &mut Context, id: JobId, job: &Job) -> Result<u8> {
    context.complain(&format!("{}\n", Error::Interrupted));
    let whose = Whose::User(job.submitter.user.clone());
    for status in context.backend()?.jobs(&Filter { whose, id: Some(id), finished: false, detail: false })? {
        context.backend()?.delete(&status, None)?;
    }
    Ok(1)
}

fn signal_name(signal: i32) -> String {
    let names = [
        (1, "HUP"),
        (2, "INT"),
        (3, "QUIT"),
        (4, "ILL"),
        (5, "TRAP"),
        (6, "ABRT"),
        (7, "BUS"),
        (8, "FPE"),
        (9, "KILL"),
        (10, "USR1"),
        (11, "SEGV"),
        (12, "USR2"),
        (13, "PIPE"),
        (14, "ALRM"),
        (15, "TERM"),
        (24, "XCPU"),
        (25, "XFSZ"),
    ];
    names.iter().find(|(number, _)| *number == signal).map_or_else(|| format!("{signal}"), |(_, name)| format!("SIG{name}"))
}

/// Puts the words of `-@` files in the place of the option. Files may name further files, to a depth.
fn expand(words: &[String], depth: u8) -> Result<Vec<String>> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        let Some(row) = TABLE.row(word) else {
            // The first word that is no option ends the options: what follows belongs to the job.
            all.extend_from_slice(&words[at..]);
            return Ok(all);
        };
        let length = match row.value {
            crate::options::Value::None => 1,
            crate::options::Value::Two(..) => 3,
            crate::options::Value::One(_) | crate::options::Value::Maybe => 2,
        };
        match words.get(at + 1) {
            Some(file) if word == "-@" => {
                // Captures: a missing file and one with a bad option end alike.
                let unreadable = || Error::Script { before: String::new(), reason: "no input read from stdin".into(), code: 4 };
                if depth > 8 {
                    return Err(unreadable());
                }
                let text = std::fs::read_to_string(file).map_err(|_| unreadable())?;
                let inside: Vec<String> = text.lines().flat_map(words::parse).collect();
                all.extend(expand(&inside, depth + 1)?);
            }
            _ => all.extend_from_slice(&words[at..(at + length).min(words.len())]),
        }
        at += length;
    }
    Ok(all)
}

/// `sge_request` of the cell, the home and the working directory, later ones stronger.
fn request_files(context: &Context) -> Result<Request> {
    let cell = context.variable("SGE_ROOT").map(|root| {
        let cell = context.variable("SGE_CELL").unwrap_or("default");
        Path::new(root).join(cell).join("common/sge_request")
    });
    let home = Path::new(&context.submitter.home).join(".sge_request");
    let here = Path::new(&context.submitter.workdir).join(".sge_request");
    let here = (here != home).then_some(here);
    let mut request = Request::default();
    for path in cell.into_iter().chain([home]).chain(here) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let words: Vec<String> = text.lines().flat_map(words::parse).collect();
        let origin = Origin::File { path: path.display().to_string(), line: 1 };
        let mut file = Request::default();
        TABLE.walk(&words, &origin, &mut file, &mut Heard::default()).map_err(|error| match error {
            Error::InvalidOption { word, .. } => Error::Exact { text: format!("invalid option argument \"{word}\""), code: 2 },
            other => other,
        })?;
        request.overridden_by(file);
    }
    Ok(request)
}

/// The script's bytes, from the file or from standard input.
fn read_script(file: Option<&str>, context: &mut Context) -> Result<Vec<u8>> {
    let failed = |reason: String, code| Error::Script { before: String::new(), reason, code };
    let Some(file) = file else {
        let mut script = Vec::new();
        match context.stdin.take() {
            Some(given) => script = given,
            None => {
                std::io::stdin().lock().read_to_end(&mut script).map_err(|error| failed(plain(&error), 4))?;
            }
        }
        if script.is_empty() {
            return Err(failed("no input read from stdin".into(), 4));
        }
        return Ok(script);
    };
    let path = PathBuf::from(file);
    let mut opened = std::fs::File::open(&path).map_err(|error| failed(format!("error opening {file}: {}", plain(&error)), 14))?;
    let mut script = Vec::new();
    match opened.read_to_end(&mut script) {
        Ok(_) => Ok(script),
        Err(error) => Err(Error::Script {
            before: format!("error: fread(\"{file}\") failed: {}\n", plain(&error)),
            reason: format!("error reading from file {file}"),
            code: 4,
        }),
    }
}

/// What the script's directive lines ask for.
fn directives(script: &[u8], prefix: &str, heard: &mut Heard) -> Result<Request> {
    let mut request = Request::default();
    if prefix.is_empty() {
        return Ok(request);
    }
    let text = String::from_utf8_lossy(script);
    let mut left_over = String::new();
    for (line, words) in words::directives(&text, prefix) {
        let origin = Origin::Directive { line };
        let mut at = 0;
        while at < words.len() {
            at += TABLE.walk(&words[at..], &origin, &mut request, heard).map_err(in_script)?;
            if at < words.len() {
                left_over.push_str("qsub: Unknown option \n\n");
                at += 1;
            }
        }
        // `-soft` ends with its line.
        request.soft = false;
    }
    match left_over.strip_suffix('\n') {
        None => Ok(request),
        Some(text) => Err(Error::Exact { text: text.into(), code: 5 }),
    }
}

/// An option's error in a script: the same words behind `Unable to read script file because of error:`.
fn in_script(error: Error) -> Error {
    let code = error.exit_code();
    match error {
        Error::InvalidOption { .. } | Error::MissingArgument { .. } | Error::BadValue { .. } => {
            let text = error.to_string();
            let reason = text.strip_prefix("qsub: ").unwrap_or(&text).to_string();
            Error::Script { before: String::new(), reason, code }
        }
        other => other,
    }
}
