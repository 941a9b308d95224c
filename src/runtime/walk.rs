//! From a submission to what it needs: files are visited once, in the order in which they are reached, within a budget.

use super::calls::{self, What};
use super::command::is_shell;
use super::files::{Files, Kind, normal};
use super::language::Language;
use super::needs::{Evidence, Needs};
use super::version::Version;
use super::wrappers::{self, Within};
use super::{binary, include, pins};
use crate::grammar::shell::{self, Command, Piece, Step, Word};
use crate::grammar::wildcard;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files read for one submission, their bytes, and how deep programs may call programs.
const MOST_FILES: usize = 128;
const MOST_BYTES: usize = 4 << 20;
pub(super) const DEEPEST: usize = 40;
/// Commands looked at for one submission.
const MOST_STEPS: usize = 5000;
/// Lines of a file of commands.
const MOST_LINES: usize = 200;
/// Values of a loop that are gone through.
const MOST_VALUES: usize = 8;

/// Stands for what only running would tell.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// A program as it is submitted.
#[derive(Debug, Clone, Default)]
pub struct Submitted {
    /// Program and arguments.
    pub words: Vec<String>,
    pub directory: PathBuf,
    pub home: PathBuf,
    /// The text of a script that is submitted itself; its file may be another by now, or none.
    pub script: Option<Vec<u8>>,
    /// What reads that (`-S`).
    pub shell: Option<String>,
}

/// What a submitted program needs.
pub fn detect(what: &Submitted, files: &dyn Files) -> Needs {
    let mut walk = Walk {
        files,
        home: what.home.clone(),
        needs: Needs::default(),
        modules: HashMap::new(),
        visited: HashSet::new(),
        read: 0,
        steps: 0,
    };
    let mut scope = Scope::new(what.directory.clone(), &what.home);
    let place = Evidence { file: None, line: 0 };
    match &what.script {
        Some(script) => walk.submitted_script(&String::from_utf8_lossy(script), what, &scope),
        None => walk.submitted(&what.words, &mut scope, &place),
    }
    walk.needs
}

pub(super) struct Walk<'f> {
    pub files: &'f dyn Files,
    pub home: PathBuf,
    pub needs: Needs,
    /// Versions that `module load` asked for.
    pub modules: HashMap<Language, Version>,
    visited: HashSet<(PathBuf, Reader)>,
    read: usize,
    /// Commands looked at.
    steps: usize,
}

/// Who reads a file: the kernel, a shell, an interpreter. Each does it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reader {
    Kernel,
    Shell,
    Of(Language),
}

/// A function of a shell script.
#[derive(Clone)]
pub(super) struct Function {
    pub body: Arc<Vec<Step>>,
    /// Where it stands.
    pub file: Option<PathBuf>,
}

/// What holds where a command runs.
#[derive(Clone)]
pub(super) struct Scope {
    pub directory: PathBuf,
    pub variables: HashMap<String, String>,
    pub functions: BTreeMap<String, Function>,
    pub aliases: HashMap<String, String>,
    /// Arguments of the script.
    pub args: Vec<String>,
    /// Values of the variables of loops.
    pub loops: HashMap<String, Vec<String>>,
    /// The file that the command is in.
    pub file: Option<PathBuf>,
    /// The same without symbolic links.
    pub real: Option<PathBuf>,
    pub depth: usize,
    /// `-S` within a script counts in the one that is submitted.
    pub is_submitted: bool,
}

impl Scope {
    fn new(directory: PathBuf, home: &Path) -> Scope {
        let variables = HashMap::from([("HOME".to_string(), home.display().to_string())]);
        Scope {
            directory,
            variables,
            functions: BTreeMap::new(),
            aliases: HashMap::new(),
            args: Vec::new(),
            loops: HashMap::new(),
            file: None,
            real: None,
            depth: 0,
            is_submitted: false,
        }
    }

    /// For a program that is started here: it has its own variables, but for those of its environment.
    pub fn of_program(&self, file: &Path, real: PathBuf, args: &[String]) -> Scope {
        Scope {
            functions: BTreeMap::new(),
            aliases: HashMap::new(),
            args: args.to_vec(),
            loops: HashMap::new(),
            file: Some(file.into()),
            real: Some(real),
            depth: self.depth + 1,
            is_submitted: false,
            directory: self.directory.clone(),
            variables: self.variables.clone(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        normal(&self.directory.join(name))
    }
}

impl Walk<'_> {
    /// The words of the submission: a program may lie in its directory.
    fn submitted(&mut self, words: &[String], scope: &mut Scope, place: &Evidence) {
        let own = words.first().filter(|name| !name.contains('/')).map(|name| scope.path(name));
        scope.is_submitted = true;
        match own.filter(|path| self.files.kind(path) == Kind::File) {
            Some(path) => self.visit(&path, None, &words[1..], scope, place),
            None => _ = self.run(words.to_vec(), scope, place, None),
        }
    }

    /// A script whose text is submitted.
    fn submitted_script(&mut self, text: &str, what: &Submitted, scope: &Scope) {
        let path = scope.path(what.words.first().map_or("STDIN", String::as_str));
        let args = what.words.get(1..).unwrap_or_default();
        let mut inner = scope.of_program(&path, self.files.real(&path), args);
        let head = text.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or("");
        let mut words: Vec<String> = what.shell.as_deref().unwrap_or(head).split_whitespace().map(str::to_string).collect();
        while let Some(Within::Words(inner)) = wrappers::within(&words) {
            words = inner;
        }
        let interpreter = words.first().map_or("", String::as_str);
        match Language::of_interpreter(interpreter) {
            Some((language, version)) => {
                let place = Evidence { file: Some(path.clone()), line: 1 };
                self.need(language, version, &what.directory, &place);
                self.source(language, text, &path, &inner);
            }
            None if interpreter.is_empty() || is_shell(interpreter) => self.script(text, 1, &mut inner),
            None => self.program(text, &path, &mut inner, true),
        }
    }

    /// Adds a runtime: by its name's version, else by what the project of the program at `directory` says.
    pub fn need(&mut self, language: Language, version: Option<Version>, directory: &Path, place: &Evidence) {
        let version = version.or_else(|| self.modules.get(&language).cloned());
        let version = version.or_else(|| pins::find(language, directory, &self.home, self.files));
        self.needs.add(language, version, place);
    }

    /// Reads a program, and goes where it goes. With a language it is that language's, else what it is decides.
    pub fn visit(&mut self, path: &Path, language: Option<Language>, args: &[String], scope: &Scope, place: &Evidence) {
        let real = self.files.real(path);
        match self.files.kind(&real) {
            Kind::File => {}
            Kind::Directory => return self.directory(path, language, scope, place),
            Kind::Missing | Kind::Other => return,
        }
        let reader = language.map_or(Reader::Kernel, Reader::Of);
        if !self.may_read(&real, reader, scope.depth) {
            return;
        }
        let Some(bytes) = self.files.read(&real) else { return };
        self.read += bytes.len();
        let first = Evidence { file: Some(path.into()), line: 1 };
        let directory = path.parent().unwrap_or(path).to_path_buf();
        if bytes.starts_with(b"\x7fELF") {
            let origin = real.parent().unwrap_or(&real).display().to_string();
            let is_beside = |path: &str, name: &str| {
                let path = path.replace("$ORIGIN", &origin).replace("${ORIGIN}", &origin);
                Path::new(&path).starts_with(&self.home) && self.files.kind(&normal(&Path::new(&path).join(name))) == Kind::File
            };
            let linked = self.files.open(&real).map(|file| binary::linked(file, is_beside)).unwrap_or_default();
            linked.into_iter().for_each(|(language, version)| self.need(language, version, &directory, &first));
            return;
        }
        let is_archive = bytes.starts_with(b"PK\x03\x04");
        if is_archive || (language == Some(Language::Java) && path.extension().is_none_or(|ending| ending != "java")) {
            let version = self.files.open(&real).and_then(binary::archive);
            let is_java = language == Some(Language::Java) || path.extension().is_some_and(|ending| ending == "jar");
            if is_java {
                self.need(Language::Java, version, &directory, &first);
            } else if language == Some(Language::Python) {
                self.need(Language::Python, None, &directory, &first);
            }
            return;
        }
        if bytes.starts_with(b"MZ") {
            // Without mono before it binfmt starts it.
            return self.need(Language::Mono, None, &directory, &first);
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        let mut inner = scope.of_program(path, real, args);
        match language {
            Some(language) => self.source(language, text, path, &inner),
            None => self.program(text, path, &mut inner, scope.is_submitted),
        }
    }

    /// True the first time, as long as there is budget.
    fn may_read(&mut self, real: &Path, reader: Reader, depth: usize) -> bool {
        if depth > DEEPEST || self.visited.len() >= MOST_FILES || self.read > MOST_BYTES {
            self.needs.is_partial = true;
            return false;
        }
        self.visited.insert((real.into(), reader))
    }

    /// A file that a shell reads, the first time it is reached.
    pub fn text_once(&mut self, path: &Path, depth: usize) -> Option<String> {
        let real = self.files.real(path);
        if self.files.kind(&real) != Kind::File || !self.may_read(&real, Reader::Shell, depth) {
            return None;
        }
        let text = self.files.text(&real)?;
        self.read += text.len();
        Some(text)
    }

    /// A text that is started as a program.
    fn program(&mut self, text: &str, path: &Path, scope: &mut Scope, is_submitted: bool) {
        let head = text.lines().next().unwrap_or("").trim_end();
        let line = |line| Evidence { file: Some(path.into()), line };
        let args = scope.args.clone();
        let start = |interpreter: &str| {
            let words = interpreter.split_whitespace().map(str::to_string);
            words.chain([path.display().to_string()]).chain(args.iter().cloned()).collect::<Vec<String>>()
        };
        // Without a first line the shell would run it, and fail: what its name says is what was meant.
        let unmarked = Language::of_extension(path).filter(|_| !head.starts_with("#!"));
        if let Some(at) = text.lines().take(200).position(|line| is_submitted && line.starts_with("#$ ") && line.contains("-S ")) {
            let option = text.lines().nth(at).and_then(|line| line.split_once("-S ")).map_or("", |(_, rest)| rest);
            let interpreter = option.split_whitespace().next().unwrap_or("");
            _ = self.run(start(interpreter), scope, &line(at + 1), None);
        } else if let Some(language) = unmarked {
            _ = self.run(start(language.interpreter()), scope, &line(1), None);
        } else if let Some(interpreter) = head.strip_prefix("#!").filter(|interpreter| !interpreter.trim().is_empty()) {
            _ = self.run(start(interpreter), scope, &line(1), None);
        } else if !text.is_empty() && !text.as_bytes()[..text.len().min(1024)].contains(&0) {
            self.script(text, 1, scope);
        }
    }

    /// A directory that an interpreter runs.
    fn directory(&mut self, path: &Path, language: Option<Language>, scope: &Scope, place: &Evidence) {
        let main = match language {
            Some(Language::Python) => "__main__.py".to_string(),
            Some(Language::Node) => {
                let package = self.files.text(&path.join("package.json"));
                let main = package
                    .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok()?.get("main")?.as_str().map(str::to_string));
                main.unwrap_or_else(|| "index.js".into())
            }
            _ => return,
        };
        let main = path.join(main);
        if self.files.kind(&main) == Kind::File {
            self.visit(&main, language, &[], scope, place);
        }
    }

    /// The source of a program: what it says of its version, what it calls and includes.
    pub fn source(&mut self, language: Language, text: &str, path: &Path, scope: &Scope) {
        let directory = path.parent().unwrap_or(path).to_path_buf();
        let at = |line| Evidence { file: Some(path.into()), line };
        if let Some(version) = pins::within(language, text) {
            self.needs.add(language, Some(version), &at(1));
        }
        for (line, name) in include::modules(language, text) {
            self.included(language, &directory, &name, scope, &at(line));
        }
        for (line, other) in include::bridges(language, text) {
            self.need(other, None, &directory, &at(line));
        }
        self.calls(language, text, 1, &directory, scope, path);
    }

    /// What code in a file or a command line calls.
    pub fn calls(&mut self, language: Language, text: &str, first: usize, directory: &Path, scope: &Scope, path: &Path) {
        for call in calls::calls(language, text) {
            let place = Evidence { file: Some(path.into()), line: first + call.line - 1 };
            let mut scope = scope.clone();
            match call.what {
                What::Shell(text) => self.text(&text, &mut scope, &place),
                What::Words(words) => _ = self.run(words, &mut scope, &place, None),
                What::Include(name) => self.included(language, directory, name.trim_start_matches('/'), &scope, &place),
            }
        }
    }

    fn included(&mut self, language: Language, directory: &Path, name: &str, scope: &Scope, place: &Evidence) {
        // Beside the file, where the program was started, or above it.
        let roots = [Some(directory), Some(scope.directory.as_path()), directory.parent()];
        let found: Vec<PathBuf> =
            roots.into_iter().flatten().flat_map(|root| include::candidates(language, root, name)).map(|path| normal(&path)).collect();
        if let Some(path) = found.into_iter().find(|path| self.files.kind(path) == Kind::File) {
            self.visit(&path, Some(language), &[], scope, place);
        }
    }

    /// A text that a shell reads as part of something else: all of it stands in one place.
    pub fn text(&mut self, text: &str, scope: &mut Scope, place: &Evidence) {
        if scope.depth > DEEPEST {
            self.needs.is_partial = true;
            return;
        }
        scope.depth += 1;
        let script = shell::parse(text, place.line);
        self.steps(script, scope, Some(place));
        scope.depth -= 1;
    }

    /// A shell script, or what a shell reads from its input.
    pub fn script(&mut self, text: &str, line: usize, scope: &mut Scope) {
        self.steps(shell::parse(text, line), scope, None);
    }

    fn steps(&mut self, script: shell::Script, scope: &mut Scope, place: Option<&Evidence>) {
        let file = scope.file.clone();
        scope.functions.extend(script.functions.into_iter().map(|(name, body)| (name, Function { body, file: file.clone() })));
        self.all(&script.steps, scope, place);
    }

    /// Runs a function with these arguments. What it calls stands in its own lines.
    pub fn called(&mut self, function: &Function, args: &[String], scope: &mut Scope) {
        if scope.depth > DEEPEST {
            self.needs.is_partial = true;
            return;
        }
        let args = std::mem::replace(&mut scope.args, args.to_vec());
        let file = std::mem::replace(&mut scope.file, function.file.clone());
        scope.depth += 1;
        self.all(&function.body, scope, None);
        scope.depth -= 1;
        (scope.args, scope.file) = (args, file);
    }

    fn all(&mut self, steps: &[Step], scope: &mut Scope, place: Option<&Evidence>) {
        let mut outer: Vec<Scope> = Vec::new();
        // What the last command reads or writes: the next one may be a shell that runs it.
        let mut before: Vec<String> = Vec::new();
        for step in steps {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.needs.is_partial = true;
                return;
            }
            match step {
                Step::Enter => outer.push(scope.clone()),
                Step::Leave => {
                    if let Some(before) = outer.pop() {
                        *scope = before;
                    }
                }
                Step::Loop { name, values, .. } => {
                    let one = |word: &Word| {
                        let value = expand(word, scope);
                        self.globbed(word, &value).unwrap_or_else(|| vec![value])
                    };
                    let values: Vec<String> = values.iter().flat_map(one).collect();
                    let known = values.iter().filter(|value| !value.contains(UNKNOWN));
                    scope.variables.extend(known.clone().next().map(|first| (name.clone(), first.clone())));
                    scope.loops.insert(name.clone(), known.take(MOST_VALUES).cloned().collect());
                }
                Step::Command(command) => {
                    let here = Evidence { file: scope.file.clone(), line: command.line };
                    let place = place.unwrap_or(&here);
                    self.fed(command, &before, scope);
                    let is_replaced = self.command(command, scope, place);
                    before = if command.is_piped || !files_of(command) {
                        Vec::new()
                    } else {
                        command.words.iter().map(|word| expand(word, scope)).collect()
                    };
                    // Nothing comes after an exec.
                    if is_replaced && command.is_certain && outer.is_empty() {
                        return;
                    }
                }
            }
        }
    }

    /// Commands in a file that a shell, or a program like it, is handed: `sed -n 3p FILE | bash`, `parallel < FILE`.
    fn fed(&mut self, command: &Command, before: &[String], scope: &Scope) {
        let Some(name) = command.words.first().and_then(Word::literal) else { return };
        let has_program = command.words.iter().skip(1).any(|word| word.literal().is_none_or(|text| !text.starts_with('-')));
        if !(is_shell(name) && !has_program || name == "parallel" || name == "xargs" && !has_program) {
            return;
        }
        let input = command.input.as_ref().map(|word| expand(word, scope));
        let files: Vec<PathBuf> =
            input.iter().chain(before.iter().skip(1).filter(|_| command.is_piped)).map(|name| scope.path(name)).collect();
        for file in files {
            self.lines(&file, scope);
        }
    }

    /// Each line of a file of the user's is a command.
    pub fn lines(&mut self, file: &Path, scope: &Scope) {
        if !file.starts_with(&self.home) || self.files.kind(file) != Kind::File {
            return;
        }
        let Some(text) = self.text_once(file, scope.depth) else { return };
        for (at, line) in text.lines().enumerate().take(MOST_LINES) {
            let there = Evidence { file: Some(file.into()), line: at + 1 };
            self.text(line, &mut scope.clone(), &there);
        }
    }

    /// The files that a pattern stands for: `jobs/*.sh`.
    fn globbed(&self, word: &Word, value: &str) -> Option<Vec<String>> {
        let (directory, pattern) = value.rsplit_once('/').unwrap_or((".", value));
        if word.is_quoted || !pattern.contains('*') || directory.contains(['*', '?', UNKNOWN]) || !directory.starts_with('/') {
            return None;
        }
        let names = self.files.list(Path::new(directory));
        let fits = names.into_iter().filter(|name| !name.starts_with('.') && wildcard::matches(pattern.as_bytes(), name.as_bytes()));
        let found: Vec<String> = fits.take(MOST_VALUES * 2).map(|name| format!("{directory}/{name}")).collect();
        (!found.is_empty()).then_some(found)
    }

    /// Assignments are noted, the rest is run; true where the shell is replaced by it.
    fn command(&mut self, command: &Command, scope: &mut Scope, place: &Evidence) -> bool {
        let looped = command.words.iter().flat_map(|word| &word.pieces).find_map(|piece| match piece {
            Piece::Variable { name, .. } => scope
                .loops
                .get(name.trim_start_matches('!'))
                .filter(|values| values.len() > 1)
                .map(|values| (name.trim_start_matches('!').to_string(), values.clone())),
            _ => None,
        });
        let Some((name, values)) = looped else { return self.once(command, scope, place) };
        for value in values {
            scope.variables.insert(name.clone(), value);
            self.once(command, scope, place);
        }
        false
    }

    fn once(&mut self, command: &Command, scope: &mut Scope, place: &Evidence) -> bool {
        let assigned = command.words.iter().take_while(|word| word.assignment().is_some()).count();
        let (assignments, words) = command.words.split_at(assigned);
        let mut within = scope.clone();
        for (name, value, is_added) in assignments.iter().filter_map(Word::assignment) {
            let before = scope.variables.get(name).filter(|_| is_added).map(|before| format!("{before} ")).unwrap_or_default();
            let value = before + &expand(&value, scope);
            let scope = if words.is_empty() { &mut *scope } else { &mut within };
            scope.variables.insert(name.into(), value);
        }
        let mut text: Vec<String> = Vec::new();
        for word in words {
            if let [Piece::Variable { name, .. }] = &word.pieces[..]
                && (name == "@" || name == "*")
            {
                text.extend(scope.args.iter().cloned());
                continue;
            }
            let value = expand(word, scope);
            let is_list = matches!(&word.pieces[..], [Piece::Variable { name, .. }] if name.ends_with("[@]"));
            if let Some(paths) = self.globbed(word, &value) {
                text.extend(paths);
                continue;
            }
            let is_open = word.literal().is_none();
            if is_open && (!word.is_quoted || is_list) {
                let is_unknown = |part: &str| part.chars().all(|character| character == UNKNOWN);
                let before = text.len();
                text.extend(value.split_whitespace().filter(|part| !is_unknown(part)).map(str::to_string));
                // Behind the program it holds a place.
                if text.len() == before && before > 0 && !value.is_empty() {
                    text.push(UNKNOWN.to_string());
                }
            } else if !(text.is_empty() && value.chars().all(|character| character == UNKNOWN)) {
                text.push(value);
            }
        }
        if text.is_empty() {
            return false;
        }
        // `//usr/bin/env java "$0"`: a comment to one language, a path to the shell.
        if let Some(path) = text[0].strip_prefix('/').filter(|path| path.starts_with('/')) {
            text[0] = path.to_string();
        }
        let here = command.here.as_ref().map(|(line, body)| (*line, body.as_str()));
        if assignments.is_empty() {
            return self.run(text, scope, place, here);
        }
        let is_replaced = self.run(text, &mut within, place, here);
        scope.directory = within.directory;
        is_replaced
    }
}

/// Commands that hand lines of a file on.
const LINES: &[&str] = &["sed", "awk", "head", "tail", "cat"];

/// True of commands that hand lines of a file on.
fn files_of(command: &Command) -> bool {
    let name = command.words.first().and_then(Word::literal).unwrap_or("");
    matches!(name, "awk" | "gawk" | "sed" | "head" | "tail" | "cat" | "grep" | "shuf" | "sort" | "tac")
}

/// A word as a shell would make it, `UNKNOWN` where that cannot be known.
pub(super) fn expand(word: &Word, scope: &Scope) -> String {
    let mut text = pieces(&word.pieces, scope);
    let home = scope.variables.get("HOME").map_or("", String::as_str);
    let starts_plain = matches!(word.pieces.first(), Some(Piece::Text(first)) if first.starts_with("~/") || first == "~");
    if starts_plain && !word.is_quoted {
        text.replace_range(..1, home);
    }
    text
}

fn pieces(pieces: &[Piece], scope: &Scope) -> String {
    pieces.iter().map(|piece| one(piece, scope)).collect()
}

fn one(piece: &Piece, scope: &Scope) -> String {
    let unknown = || UNKNOWN.to_string();
    let own = |is_real: bool| if is_real { scope.real.as_ref() } else { scope.file.as_ref() };
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Unknown => unknown(),
        Piece::Variable { name, default, without_last } => {
            let value = match name.as_str() {
                "0" | "BASH_SOURCE" => scope.file.as_ref().map(|file| file.display().to_string()),
                "PWD" => Some(scope.directory.display().to_string()),
                name if name.parse::<usize>().is_ok() => {
                    name.parse::<usize>().ok().and_then(|at| scope.args.get(at.checked_sub(1)?)).cloned()
                }
                name if name.starts_with('!') => scope.variables.get(&name[1..]).and_then(|name| scope.variables.get(name)).cloned(),
                name => scope.variables.get(name.trim_end_matches("[@]")).cloned(),
            };
            match (value, default) {
                (Some(value), _) if *without_last => value.rsplit_once('/').map_or(value.clone(), |(before, _)| before.to_string()),
                (Some(value), _) => value,
                (None, Some(default)) => self::pieces(default, scope),
                (None, None) => unknown(),
            }
        }
        Piece::Output(text) => {
            let is_own = text.contains("$0") || text.contains("BASH_SOURCE");
            let words: Vec<&str> = text.split_whitespace().collect();
            match &words[..] {
                _ if is_own && text.contains("dirname") => {
                    // `cd "$(dirname "$0")/.." && pwd`
                    let above = text.contains("/..");
                    let is_real = text.contains("readlink") || text.contains("realpath");
                    let directory = own(is_real).and_then(|file| file.parent()).map_or_else(unknown, |parent| parent.display().to_string());
                    if above { normal(&Path::new(&directory).join("..")).display().to_string() } else { directory }
                }
                _ if is_own && (text.contains("readlink") || text.contains("realpath")) => {
                    own(true).map_or_else(unknown, |file| file.display().to_string())
                }
                // Lines of a file: whoever evaluates them runs these.
                _ if words.len() > 1 && words.iter().any(|word| LINES.contains(word)) => {
                    let names = words.iter().map(|word| word.trim_matches(['"', '\'', '`', ')']));
                    let named = |name: &str| {
                        shell::parse(name, 1).steps.into_iter().find_map(|step| match step {
                            Step::Command(command) => command.words.first().map(|word| expand(word, scope)),
                            _ => None,
                        })
                    };
                    let is_file = |name: &String| name.contains(['/', '.']) && !name.contains(UNKNOWN);
                    let file = names.filter(|name| !name.starts_with('-')).filter_map(named).find(is_file).map(|name| scope.path(&name));
                    file.map_or_else(unknown, |file| format!("{UNKNOWN}{}", file.display()))
                }
                ["pwd", ..] => scope.directory.display().to_string(),
                ["which" | "type", name, ..] | ["command", "-v", name, ..] if !name.contains('$') => (*name).to_string(),
                _ => unknown(),
            }
        }
    }
}
