//! From a submission to what it needs: files are visited once, in the order in which they are reached, within a budget.

use super::calls::{self, What};
use super::command::is_shell;
use super::files::{Files, Kind, normal};
use super::language::Language;
use super::needs::{Evidence, Needs};
use super::version::Version;
use super::wrappers::{self, Within};
use super::{binary, include, pins};
use crate::grammar::shell::Step;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files read for one submission, their bytes, and how deep programs may call programs.
const MOST_FILES: usize = 128;
const MOST_BYTES: usize = 4 << 20;
pub(super) const DEEPEST: usize = 40;

/// Variables of a script, and the bytes of a value.
const MOST_VARIABLES: usize = 1000;
const MOST_VALUE: usize = 4 << 10;

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
    pub steps: usize,
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

    /// Gives a variable a value. More, and longer ones, than real scripts have are not kept.
    pub fn set(&mut self, name: String, value: String) {
        if self.variables.len() < MOST_VARIABLES && value.len() < MOST_VALUE {
            self.variables.insert(name, value);
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
        self.need_of(language, version, std::iter::once(directory), place);
    }

    /// The same where it may belong to several projects: the first that says a version counts.
    pub fn need_of<'p>(
        &mut self,
        language: Language,
        version: Option<Version>,
        mut directories: impl Iterator<Item = &'p Path>,
        place: &Evidence,
    ) {
        let version = version.or_else(|| self.modules.get(&language).cloned());
        let version = version.or_else(|| directories.find_map(|directory| pins::find(language, directory, &self.home, self.files)));
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
}
