//! What a submission asks for, from every source: request files, the command line and the files it names, the script's directives
//! (tests/compliance/qsub_sources.rs). A later source is stronger.

use super::Context;
use crate::error::{Error, Result, plain};
use crate::grammar::words;
use crate::job::Command;
use crate::options::{Heard, qsub::TABLE};
use crate::request::{Origin, Request};
use std::io::Read;
use std::path::{Path, PathBuf};

/// How deep option files may name further ones.
const DEPTH: u8 = 8;

/// A submission as it was asked for.
pub struct Asked {
    pub request: Request,
    pub command: Command,
    pub script: Vec<u8>,
}

/// Reads all sources; prints the warnings of each.
///
/// # Errors
/// The first bad option, in its source's words; a script that cannot be read; left-over words.
pub fn gather(context: &mut Context, words: &[String]) -> Result<Asked> {
    let (mut request, mut left_over) = request_files(context)?;
    let mut reader = Reader::new(Origin::Argv);
    let mut line = Request::default();
    let read = reader.words(words, &mut line, 0);
    let used = reader.tell(context, read)?;
    left_over += reader.left_over;
    if line.help {
        return Err(Error::OnStdout { text: TABLE.help("\n   [{command} [command_args]]").trim_end().to_string(), code: 0 });
    }
    let mut rest = words[used..].to_vec();
    let mut command = Command::default();
    let after_dashes = used > 0 && words[used - 1] == "--";
    if !after_dashes && !rest.is_empty() {
        command.file = Some(rest.remove(0));
    }
    command.args = rest;
    // Whether the program is a binary decides whether there is a script with directives to read; the first word on it counts.
    let binary = |request: &Request| request.binary.as_ref().map(|asked| asked.value);
    let is_binary = line.reads_binary.or(binary(&request).filter(|_| !line.clear)).unwrap_or(false);
    let mut script = Vec::new();
    if !is_binary {
        script = read_script(command.file.as_deref(), context)?;
        if !line.clear {
            let prefix = line.scanned_prefix.as_deref().unwrap_or("#$");
            let (directives, more) = directives(context, &script, prefix)?;
            request.overridden_by(directives);
            left_over += more;
        }
    }
    request.overridden_by(line);
    let lacks_command = command.file.is_none() && (is_binary || binary(&request) == Some(true));
    match (left_over, lacks_command) {
        (0, false) => Ok(Asked { request, command, script }),
        (0, true) => Err(Error::BadValue { command: "qsub", text: "command required for a binary job".into(), code: 2 }),
        (count, _) => {
            let last = if lacks_command { "qsub: command required for a binary job\n" } else { "" };
            let text = "qsub: Unknown option \n\n".repeat(count) + last;
            Err(Error::Exact { text: text.trim_end_matches('\n').to_string() + if lacks_command { "" } else { "\n" }, code: 5 })
        }
    }
}

/// Reads the words of one source.
struct Reader {
    origin: Origin,
    heard: Heard,
    /// Words that belong to no option.
    left_over: usize,
}

impl Reader {
    fn new(origin: Origin) -> Reader {
        Reader { origin, heard: Heard::default(), left_over: 0 }
    }

    /// Reads a line's words into the request; gives the number used. On the command line the first that is no option, or the one after
    /// `--`, ends it; elsewhere it is left over. A file of options that cannot be used makes the rest of the line void, and what
    /// would follow on the command line, too.
    fn words(&mut self, words: &[String], request: &mut Request, depth: u8) -> Result<usize> {
        let is_line = self.origin == Origin::Argv && depth == 0;
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_str();
            match (word, words.get(at + 1)) {
                ("--", _) if is_line => return Ok(at + 1),
                ("--", _) => at += 1,
                ("-@", Some(file)) => {
                    if !self.file(file, request, depth + 1)? {
                        return Ok(words.len());
                    }
                    at += 2;
                }
                _ if word.starts_with('-') => {
                    let one = TABLE.length(&words[at..]);
                    at += TABLE.walk(&words[at..at + one], &self.origin, request, &mut self.heard)?.max(1);
                }
                _ if is_line => return Ok(at),
                _ => {
                    self.left_over += 1;
                    at += 1;
                }
            }
        }
        Ok(at)
    }

    /// A line of a file or of directives: `-soft` ends with it and does not begin before it.
    fn line(&mut self, words: &[String], request: &mut Request, depth: u8) -> Result<()> {
        request.soft = false;
        self.words(words, request, depth).map(|_| ())
    }

    /// A file of options: they count in the option's place, or none of them does where it cannot be used (false). `-C` is void in it,
    /// and only what is said behind it is said twice.
    fn file(&mut self, path: &str, request: &mut Request, depth: u8) -> Result<bool> {
        let lines = match read_lines(Path::new(path)) {
            Ok(lines) if depth <= DEPTH => lines,
            Ok(_) => return Ok(true),
            Err(error) => return self.missing(path, &error),
        };
        let (heard, left_over, asked) = (std::mem::take(&mut self.heard), self.left_over, request.clone());
        let read = lines.iter().try_for_each(|words| self.line(words, request, depth));
        let inside = std::mem::replace(&mut self.heard, heard);
        if read.is_err() {
            (*request, self.left_over) = (asked, left_over);
            return Ok(false);
        }
        (request.soft, request.directive_prefix, request.scanned_prefix) = (asked.soft, asked.directive_prefix, asked.scanned_prefix);
        self.heard.absorb(inside);
        Ok(true)
    }

    /// A file that cannot be read.
    fn missing(&mut self, path: &str, error: &std::io::Error) -> Result<bool> {
        match self.origin {
            Origin::Argv if error.kind() == std::io::ErrorKind::IsADirectory => {
                return Err(unreadable(format!("error: fread(\"{path}\") failed: {}\n", plain(error))));
            }
            Origin::File { .. } => self.heard.warnings.push(format!("warning: error opening {path}: {}", plain(error))),
            Origin::Argv | Origin::Directive { .. } | Origin::Wrapper => {}
        }
        Ok(false)
    }

    /// Prints the warnings, whatever was read.
    fn tell<T>(&mut self, context: &mut Context, read: Result<T>) -> Result<T> {
        for warning in std::mem::take(&mut self.heard.warnings) {
            context.print(&format!("{warning}\n"));
        }
        read
    }
}

/// Nothing was read where a script was to come.
fn unreadable(before: String) -> Error {
    Error::Script { before, reason: "no input read from stdin".into(), code: 4 }
}

/// The words of each line.
fn read_lines(path: &Path) -> std::io::Result<Vec<Vec<String>>> {
    let text = std::fs::read(path)?;
    Ok(String::from_utf8_lossy(&text).lines().map(words::parse).collect())
}

/// `sge_request` of the cell, the home and the working directory, later ones stronger; and the number of left-over words.
fn request_files(context: &mut Context) -> Result<(Request, usize)> {
    let cell = context.variable("SGE_ROOT").map(|root| {
        let cell = context.variable("SGE_CELL").unwrap_or("default");
        Path::new(root).join(cell).join("common/sge_request")
    });
    let home = Path::new(&context.submitter.home).join(".sge_request");
    let here = Path::new(&context.submitter.workdir).join(".sge_request");
    let here = (here != home).then_some(here);
    let (mut request, mut left_over) = (Request::default(), 0);
    for path in cell.into_iter().chain([home]).chain(here) {
        let Some(lines) = request_lines(context, &path)? else { continue };
        let mut reader = Reader::new(Origin::File { path: path.display().to_string(), line: 1 });
        let mut file = Request::default();
        let read = lines.iter().try_for_each(|words| reader.line(words, &mut file, 0));
        reader.tell(context, read).map_err(in_file)?;
        left_over += reader.left_over;
        request.overridden_by(Request { directive_prefix: None, ..file });
    }
    Ok((request, left_over))
}

/// A request file's lines; `None` where there is no such file, or it may not be read, which is warned of.
fn request_lines(context: &mut Context, path: &Path) -> Result<Option<Vec<Vec<String>>>> {
    use std::io::ErrorKind;
    let shown = path.display();
    match read_lines(path) {
        Ok(lines) => Ok(Some(lines)),
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            let text = format!("error: fread(\"{shown}\") failed: {}\nerror reading from file {shown}", plain(&error));
            Err(Error::Exact { text, code: 4 })
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            context.print(&format!("warning: error opening {shown}: {}\n", plain(&error)));
            Ok(None)
        }
        Err(_) => Ok(None),
    }
}

/// An option's error in a request file: without the command's name.
fn in_file(error: Error) -> Error {
    let code = error.exit_code();
    match error {
        Error::Prefaced { before, error } => Error::Prefaced { before, error: Box::new(in_file(*error)) },
        Error::InvalidOption { .. } | Error::MissingArgument { .. } | Error::BadValue { .. } => {
            let text = error.to_string();
            Error::Exact { text: text.strip_prefix("qsub: ").unwrap_or(&text).replace("\nqsub: ", "\n"), code }
        }
        other => other,
    }
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
        return if script.is_empty() { Err(unreadable(String::new())) } else { Ok(script) };
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

/// What the script's directive lines ask for, and the number of left-over words.
fn directives(context: &mut Context, script: &[u8], prefix: &str) -> Result<(Request, usize)> {
    let mut request = Request::default();
    if prefix.is_empty() {
        return Ok((request, 0));
    }
    let text = String::from_utf8_lossy(script);
    let mut reader = Reader::new(Origin::Directive { line: 0 });
    for (line, words) in words::directives(&text, prefix) {
        reader.origin = Origin::Directive { line };
        let read = reader.line(&words, &mut request, 0);
        reader.tell(context, read).map_err(in_script)?;
    }
    Ok((Request { directive_prefix: None, ..request }, reader.left_over))
}

/// An option's error in a script: the same words behind `Unable to read script file because of error:`.
fn in_script(error: Error) -> Error {
    let code = error.exit_code();
    match error {
        Error::Prefaced { before, error } => Error::Prefaced { before, error: Box::new(in_script(*error)) },
        Error::InvalidOption { .. } | Error::MissingArgument { .. } | Error::BadValue { .. } => {
            let text = error.to_string();
            let reason = text.strip_prefix("qsub: ").unwrap_or(&text);
            let reason = reason.replace("\nqsub: ", "\nUnable to read script file because of error: ");
            Error::Script { before: String::new(), reason, code }
        }
        other => other,
    }
}
