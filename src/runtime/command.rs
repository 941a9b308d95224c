//! One command: which program it is, and what that program runs in turn.

use super::expand::UNKNOWN;
use super::files::Kind;
use super::interpreter::{self, Runs};
use super::language::Language;
use super::needs::Evidence;
use super::walk::{Scope, Walk};
use super::wrappers::{self, Within};
use super::{binary, makefile, package, pins, tools};
use std::path::{Path, PathBuf};

const SHELLS: &[&str] = &["sh", "bash", "dash", "ksh", "ksh93", "mksh", "zsh", "csh", "tcsh", "ash", "rbash", "fish"];

/// True of a shell, by whatever path.
pub(super) fn is_shell(name: &str) -> bool {
    SHELLS.contains(&name.rsplit('/').next().unwrap_or(name))
}

/// Wrappers within wrappers are followed so far.
const MOST_WRAPPERS: usize = 16;

/// What a command reads as its input: its first line and the text.
pub(super) type Here<'a> = Option<(usize, &'a str)>;

impl Walk<'_> {
    /// Notes what a command needs; true where it takes the shell's place.
    pub(super) fn run(&mut self, mut words: Vec<String>, scope: &mut Scope, place: &Evidence, here: Here<'_>) -> bool {
        let mut is_replaced = false;
        for _ in 0..MOST_WRAPPERS {
            while words.first().is_some_and(|word| wrappers::is_assignment(word)) {
                words.remove(0);
            }
            let Some(name) = words.first().cloned() else { return false };
            is_replaced |= (name == "exec" && words.get(1).is_some_and(|word| !word.contains(UNKNOWN))) || name == "exit";
            if let Some(meant) = scope.aliases.remove(&name) {
                words.splice(..1, meant.split_whitespace().map(str::to_string));
                continue;
            }
            self.named(&name, scope, place);
            if name == "command" {
                if words.get(1).is_some_and(|option| matches!(option.as_str(), "-v" | "-V")) {
                    return false;
                }
                words.remove(0);
                words.retain(|word| word != "-p");
                continue;
            }
            match wrappers::within(&words) {
                Some(Within::Words(inner)) => words = inner,
                Some(Within::Text(text)) => {
                    self.text(&text, scope, place);
                    return is_replaced;
                }
                None => break,
            }
        }
        match words.first().map(|name| scope.functions.get(name).cloned()) {
            Some(Some(function)) => self.called(&function, &words[1..], scope),
            Some(None) => self.simple(&words, scope, place, here),
            None => {}
        }
        is_replaced
    }

    /// Notes a program that not every image has: by its name, or by a path where the system's programs are.
    fn named(&mut self, name: &str, scope: &Scope, place: &Evidence) {
        let base = name.rsplit('/').next().unwrap_or(name);
        let is_system = name == base || ["/usr/bin/", "/bin/", "/usr/local/bin/"].iter().any(|system| name.starts_with(system));
        if is_system && tools::package(base).is_some() && !scope.functions.contains_key(name) && self.own_program(name, scope).is_none() {
            self.needs.add_program(base, place);
        }
    }

    fn simple(&mut self, words: &[String], scope: &mut Scope, place: &Evidence, here: Here<'_>) {
        let (name, args) = (words[0].as_str(), &words[1..]);
        let base = name.rsplit('/').next().unwrap_or(name);
        if base == "alias" {
            scope.aliases.extend(args.iter().filter_map(|word| word.split_once('=')).map(|(name, meant)| (name.into(), meant.into())));
        }
        if name.contains(UNKNOWN) || tools::runs_elsewhere(base) || tools::only_names(base) {
            return;
        }
        let first = || args.iter().find(|word| !word.starts_with('-'));
        match base {
            "cd" | "pushd" => {
                let to = first().map_or_else(|| self.home.clone(), |to| scope.path(to));
                if !to.to_string_lossy().contains(UNKNOWN) {
                    scope.directory = to;
                }
            }
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                for (name, value) in args.iter().filter_map(|word| word.split_once('=')) {
                    scope.set(name.into(), value.into());
                }
            }
            "setenv" => set(scope, args.first(), args.get(1)),
            "set" if args.get(1).is_some_and(|word| word == "=") => set(scope, args.first(), args.get(2)),
            "set" => {
                if let Some((name, value)) = args.first().and_then(|word| word.split_once('=')) {
                    scope.set(name.into(), value.into());
                }
            }
            "eval" => match args.iter().find_map(|word| word.strip_prefix(UNKNOWN)).map(PathBuf::from) {
                Some(file) if file.is_absolute() => self.lines(&file, scope),
                _ => self.text(&args.join(" "), scope, place),
            },
            "shift" => {
                let by = args.first().and_then(|by| by.parse().ok()).unwrap_or(1).min(scope.args.len());
                scope.args.drain(..by);
            }
            "run-parts" => {
                let Some(directory) = args.iter().rfind(|word| !word.starts_with('-')).map(|name| scope.path(name)) else { return };
                let is_run = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
                for name in self.files.list(&directory).into_iter().filter(is_run) {
                    self.visit(&directory.join(name), None, &[], scope, place);
                }
            }
            "nvm" | "pyenv" | "rbenv" | "phpenv" | "phpbrew" => self.managed(base, args),
            "trap" => {
                if let Some(text) = args.first() {
                    self.text(text, scope, place);
                }
            }
            "." | "source" if name == base => self.sourced(args, scope, place),
            "su" => {
                if let Some(text) = args.iter().skip_while(|word| *word != "-c").nth(1) {
                    self.text(text, scope, place);
                }
            }
            "busybox" => _ = self.run(args.to_vec(), scope, place, here),
            _ if is_shell(base) => self.shell(args, scope, place, here),
            "module" => self.modules(args),
            "awk" | "gawk" | "mawk" | "nawk" => self.awk(args, scope, place),
            "make" | "gmake" => self.make(args, scope),
            _ => self.program_of(words, base, scope, place, here),
        }
    }

    /// An interpreter, a tool, or a program of the user's.
    fn program_of(&mut self, words: &[String], base: &str, scope: &mut Scope, place: &Evidence, here: Here<'_>) {
        let (name, args) = (words[0].as_str(), &words[1..]);
        let own = self.own_program(name, scope);
        let meant = self.interpreter_behind(name, scope).unwrap_or_else(|| base.to_string());
        if let Some((language, version)) = Language::of_interpreter(&meant) {
            // The interpreter of a virtualenv is a link, or is made elsewhere; a script of that name is what it is.
            let is_script = own.as_ref().is_some_and(|path| self.files.read(path).is_some_and(|bytes| bytes.starts_with(b"#!")));
            if !is_script {
                let environment = own_environment(name, scope);
                let version = version.or_else(|| pins::virtualenv(&environment?, self.files));
                return self.interpret(language, version, words, scope, place, here);
            }
        }
        if let Some(path) = own {
            return self.visit(&path, None, args, scope, place);
        }
        if name.contains('/') && !name.starts_with("/usr/") && !name.starts_with("/bin/") {
            return;
        }
        if let Some(language) = unfound(name).filter(|_| place.file.is_some()) {
            // A program of somebody else's tells by its name what it is written in.
            let directory = scope.directory.clone();
            return self.need(language, None, &directory, place);
        }
        if let Some(language) = tools::language(base) {
            if !tools::is_own(base) {
                self.needs.add_program(base, place);
            }
            let directory = scope.directory.clone();
            self.need(language, None, &directory, place);
            self.tool(base, args, scope, place);
        }
    }

    /// The interpreter that a link of the user's leads to, be it missing on this machine.
    fn interpreter_behind(&self, name: &str, scope: &Scope) -> Option<String> {
        let mut path = Some(scope.path(name)).filter(|path| name.contains('/') && path.starts_with(&self.home))?;
        for _ in 0..8 {
            let to = self.files.link(&path)?;
            path = super::files::normal(&path.parent()?.join(to));
            if !path.starts_with(&self.home) {
                return Some(path.file_name()?.to_string_lossy().into_owned());
            }
        }
        None
    }

    /// `nvm use 10`, `pyenv shell 3.9.2`
    fn managed(&mut self, manager: &str, args: &[String]) {
        let language = match manager {
            "nvm" => Language::Node,
            "pyenv" => Language::Python,
            "rbenv" => Language::Ruby,
            _ => Language::Php,
        };
        if matches!(args.first().map(String::as_str), Some("use" | "shell" | "global" | "local" | "switch" | "exec"))
            && let Some(version) = args.get(1).and_then(|version| super::Version::exact(language, version))
        {
            self.modules.insert(language, version);
        }
    }

    /// `module load NAME/VERSION`
    fn modules(&mut self, args: &[String]) {
        if !matches!(args.first().map(String::as_str), Some("load" | "add" | "switch" | "swap")) {
            return;
        }
        for (name, version) in args[1..].iter().filter_map(|module| module.split_once('/')) {
            let name = name.to_lowercase();
            let language = match name.as_str() {
                "anaconda" | "miniconda" => None,
                "jdk" | "openjdk" => Some(Language::Java),
                "golang" => Some(Language::Go),
                name => Language::parse(name).or_else(|| Language::of_interpreter(name).map(|(language, _)| language)),
            };
            if let Some((language, version)) = language.and_then(|language| Some((language, super::Version::exact(language, version)?))) {
                self.modules.insert(language, version);
            }
        }
    }

    /// Commands within an awk program: `system("…")`, `print | "…"`, `"…" | getline`.
    fn awk(&mut self, args: &[String], scope: &mut Scope, place: &Evidence) {
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-F" | "-v" => _ = rest.next(),
                option if option.starts_with('-') => {}
                code => {
                    let parts: Vec<&str> = code.split('"').collect();
                    for at in (1..parts.len()).step_by(2) {
                        let (before, after) = (parts[at - 1].trim_end(), parts.get(at + 1).map_or("", |after| after.trim_start()));
                        if before.ends_with('|')
                            || before.ends_with("system(")
                            || after.starts_with("| getline")
                            || after.starts_with("|getline")
                        {
                            self.text(parts[at], &mut scope.clone(), place);
                        }
                    }
                    return;
                }
            }
        }
    }

    /// The file of a program by its path, or by its name in a directory of `PATH` that is not the system's.
    fn own_program(&self, name: &str, scope: &Scope) -> Option<PathBuf> {
        let is_file = |path: &PathBuf| self.files.kind(&self.files.real(path)) != Kind::Missing;
        if name.contains('/') {
            let path = scope.path(name);
            let is_system = ["/usr", "/bin", "/opt", "/sbin", "/lib"].iter().any(|system| path.starts_with(system));
            return Some(path).filter(|path| !is_system && is_file(path));
        }
        let path = scope.variables.get("PATH").map_or("", String::as_str);
        let environment = scope.variables.get("VIRTUAL_ENV").map(|environment| format!("{environment}/bin"));
        let directories = environment.iter().map(String::as_str).chain(path.split(':'));
        let own = directories.filter(|directory| directory.starts_with('/')).map(|directory| Path::new(directory).join(name));
        own.filter(|path| path.starts_with(&self.home)).find(|path| self.files.kind(path) == Kind::File)
    }

    /// An interpreter with its arguments.
    fn interpret(
        &mut self,
        language: Language,
        version: Option<super::Version>,
        words: &[String],
        scope: &mut Scope,
        place: &Evidence,
        here: Here<'_>,
    ) {
        let base = words[0].rsplit('/').next().unwrap_or("");
        let runs = interpreter::runs(language, base, &words[1..]);
        let in_place = |scope: &Scope| scope.file.clone().unwrap_or_else(|| scope.directory.join("-"));
        let script = match &runs {
            Runs::File(file) if !file.contains(UNKNOWN) => Some(scope.path(file)),
            Runs::Module(module) => {
                let path = scope.directory.join(module.replace('.', "/"));
                let found = [path.with_extension("py"), path.join("__main__.py")];
                found.into_iter().find(|path| self.files.kind(path) == Kind::File)
            }
            _ => None,
        };
        let there = script.as_ref().filter(|path| self.files.kind(path) != Kind::Missing);
        let is_directory = there.is_some_and(|path| self.files.kind(path) == Kind::Directory);
        let beside = there.and_then(|path| if is_directory { Some(path.as_path()) } else { path.parent() });
        let directory = beside.map_or_else(|| scope.directory.clone(), Path::to_path_buf);
        // A link to a program belongs to the project it points into.
        let behind = there.and_then(|path| self.files.real(path).parent().map(Path::to_path_buf));
        let said = if version.is_none() { there.and_then(|path| pins::within(language, &self.files.text(path)?)) } else { None };
        if language == Language::Java && runs == Runs::Input {
            self.class_path(&words[1..], scope, place);
        }
        let is_archive = language == Language::Java && there.is_some_and(|path| path.extension().is_none_or(|ending| ending != "java"));
        if is_archive && let Some(path) = there {
            // The archive says it more exactly than what lies around it.
            self.visit(&path.clone(), Some(language), &[], scope, place);
        }
        let projects = std::iter::once(directory.as_path()).chain(behind.as_deref());
        self.need_of(language, version.or(said), projects, place);
        match (runs, &script) {
            (_, Some(path)) => {
                self.visit(path, Some(language), &[], scope, place);
            }
            (Runs::Code(code), _) => self.calls(language, &code_of(language, &code), place.line, &directory, scope, &in_place(scope)),
            (Runs::Input, _) => {
                if let Some((line, code)) = here {
                    self.calls(language, &code_of(language, code), line, &directory, scope, &in_place(scope));
                }
            }
            _ => {}
        }
    }

    /// What is on a class path: the highest release that an archive or the main class is compiled for.
    fn class_path(&mut self, args: &[String], scope: &Scope, place: &Evidence) {
        let mut rest = args.iter();
        let mut entries: Vec<PathBuf> = Vec::new();
        let mut class = None;
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-cp" | "-classpath" | "--class-path" => {
                    entries.extend(rest.next().into_iter().flat_map(|path| path.split(':')).map(|entry| scope.path(entry)));
                }
                option if option.starts_with('-') => {}
                name => {
                    class = Some(format!("{}.class", name.replace('.', "/")));
                    break;
                }
            }
        }
        let release = |entry: PathBuf| {
            if self.files.kind(&entry) == Kind::Directory {
                let mut file = self.files.open(&entry.join(class.as_ref()?))?;
                return binary::class(&mut file).and_then(|release| super::Version::exact(Language::Java, &release.to_string()));
            }
            self.files.open(&entry).and_then(binary::archive)
        };
        let versions = entries.into_iter().filter_map(release);
        let highest = versions.max_by_key(|version| super::version::numbers(version.text()));
        self.needs.add(Language::Java, highest, place);
    }

    /// `source FILE`: a virtualenv, or commands that run here.
    fn sourced(&mut self, args: &[String], scope: &mut Scope, place: &Evidence) {
        let Some(file) = args.first().filter(|file| !file.contains(UNKNOWN)) else { return };
        let path = scope.path(file);
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("activate"))
            && let Some(environment) = path.parent().and_then(Path::parent)
        {
            let is_there =
                self.files.kind(&environment.join("pyvenv.cfg")) == Kind::File || environment.to_string_lossy().contains("conda");
            scope.set("VIRTUAL_ENV".into(), environment.display().to_string());
            if is_there {
                let version = pins::virtualenv(environment, self.files);
                self.needs.add(Language::Python, version, place);
            }
            return;
        }
        if scope.depth < super::walk::DEEPEST
            && let Some(text) = self.files.text(&path)
        {
            let (depth, outer) = (scope.depth, scope.file.replace(path));
            scope.depth += 1;
            self.script(&text, 1, scope);
            (scope.depth, scope.file) = (depth, outer);
        }
    }

    /// A shell: its `-c` text, its script, or its input.
    fn shell(&mut self, args: &[String], scope: &mut Scope, place: &Evidence, here: Here<'_>) {
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file" => _ = rest.next(),
                "-s" => break,
                "--" => {
                    if let Some(file) = rest.next() {
                        let args = rest.cloned().collect::<Vec<_>>();
                        self.shell_script(&scope.path(file), &args, scope);
                    }
                    return;
                }
                // `-c`, `-lc`
                option if option.starts_with('-') && !option.starts_with("--") && option.ends_with('c') => {
                    if let Some(text) = rest.next() {
                        self.text(text, &mut scope.clone(), place);
                    }
                    return;
                }
                option if option.starts_with(['-', '+']) => {}
                file if file.contains(UNKNOWN) => return,
                file => {
                    let args: Vec<String> = rest.cloned().collect();
                    return self.shell_script(&scope.path(file), &args, scope);
                }
            }
        }
        if let Some((line, text)) = here {
            self.script(text, line, &mut scope.clone());
        }
    }

    /// A file that a shell was told to read, whatever its first line says.
    fn shell_script(&mut self, path: &Path, args: &[String], scope: &Scope) {
        if let Some(text) = self.text_once(path, scope.depth) {
            let mut inner = scope.of_program(path, self.files.real(path), args);
            self.script(&text, 1, &mut inner);
        }
    }

    /// `make`: the recipes of its goals.
    fn make(&mut self, args: &[String], scope: &mut Scope) {
        let (mut directory, mut file, mut goals) = (scope.directory.clone(), None, Vec::new());
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-C" | "--directory" => directory = rest.next().map_or(directory, |to| scope.path(to)),
                "-f" | "--file" | "--makefile" => file = rest.next().cloned(),
                "-j" | "-l" | "-I" | "-o" | "-W" if rest.as_slice().first().is_some_and(|next| next.parse::<f64>().is_ok()) => {
                    _ = rest.next()
                }
                option if option.starts_with('-') || option.contains('=') => {}
                goal => goals.push(goal),
            }
        }
        let names = file.map_or_else(|| vec!["GNUmakefile".into(), "makefile".into(), "Makefile".into()], |file| vec![file]);
        let Some(path) =
            names.into_iter().map(|name| super::files::normal(&directory.join(name))).find(|path| self.files.kind(path) == Kind::File)
        else {
            return;
        };
        let Some(text) = self.text_once(&path, scope.depth) else { return };
        let included = makefile::includes(&text, |name| self.files.text(&directory.join(name)));
        for (line, recipe) in makefile::recipes(&text, &goals, &included) {
            let mut inner = Scope { directory: directory.clone(), file: Some(path.clone()), ..scope.clone() };
            self.text(&recipe, &mut inner, &Evidence { file: Some(path.clone()), line });
        }
    }

    /// A tool that runs something of the user's.
    fn tool(&mut self, base: &str, args: &[String], scope: &mut Scope, place: &Evidence) {
        let words: Vec<&str> = args.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
        match (base, &words[..]) {
            ("npm" | "yarn" | "pnpm", ["run" | "run-script", name, ..]) => self.scripts("package.json", name, scope),
            ("npm" | "yarn" | "pnpm", [name @ ("start" | "test" | "restart"), ..]) => self.scripts("package.json", name, scope),
            ("yarn" | "pnpm", [name, ..]) => self.scripts("package.json", name, scope),
            ("composer", ["run" | "run-script", name, ..] | [name, ..]) => self.scripts("composer.json", name, scope),
            ("npx" | "bundle" | "bundler" | "poetry" | "pipenv" | "uv" | "pnpx" | "tsx" | "ts-node", [_, ..]) => {
                let from = args.iter().position(|word| !word.starts_with('-') && !matches!(word.as_str(), "exec" | "run"));
                let Some(from) = from else { return };
                let inner = args[from..].to_vec();
                if base == "uv" && inner[0].ends_with(".py") || matches!(base, "tsx" | "ts-node") {
                    let language = if base == "uv" { Language::Python } else { Language::Node };
                    let path = scope.path(&inner[0]);
                    let version = self.files.text(&path).and_then(|text| pins::within(language, &text));
                    self.needs.add(language, version, place);
                    self.visit(&path, Some(language), &[], scope, place);
                } else {
                    _ = self.run(inner, scope, place, None);
                }
            }
            ("rake", _) => self.project_file(Language::Ruby, &["Rakefile", "rakefile"], scope, place),
            ("snakemake", _) => self.project_file(Language::Python, &["Snakefile", "workflow/Snakefile"], scope, place),
            ("prove" | "pytest" | "flask", _) => {}
            _ => {
                if let Some(script) = words.first().filter(|word| word.ends_with(".py") || word.ends_with(".js") || word.ends_with(".rb")) {
                    let path = scope.path(script);
                    self.visit(&path.clone(), Language::of_extension(&path), &[], scope, place);
                }
            }
        }
    }

    fn project_file(&mut self, language: Language, names: &[&str], scope: &Scope, place: &Evidence) {
        let found = names.iter().map(|name| scope.path(name)).find(|path| self.files.kind(path) == Kind::File);
        if let Some(path) = found {
            self.visit(&path, Some(language), &[], scope, place);
        }
    }

    /// Scripts of a project's file, found here or above.
    fn scripts(&mut self, file: &str, name: &str, scope: &mut Scope) {
        let home = self.home.clone();
        let above = scope.directory.clone();
        let directories = above.ancestors().take_while(|directory| directory.starts_with(&home) || *directory == above);
        let Some(path) = directories.map(|directory| directory.join(file)).find(|path| self.files.kind(path) == Kind::File) else { return };
        let Some(text) = self.files.text(&path) else { return };
        for (line, command) in package::scripts(&text, name) {
            let mut inner = Scope { file: Some(path.clone()), ..scope.clone() };
            // Programs of the project's own packages come first.
            self.text(&command, &mut inner, &Evidence { file: Some(path.clone()), line });
        }
    }
}

/// The language of a command that is no file here, by its ending.
fn unfound(name: &str) -> Option<Language> {
    let language = Language::of_extension(Path::new(name)).filter(|_| !name.contains('/'))?;
    matches!(language, Language::Python | Language::Perl | Language::Ruby | Language::R | Language::Php).then_some(language)
}

fn set(scope: &mut Scope, name: Option<&String>, value: Option<&String>) {
    if let (Some(name), Some(value)) = (name, value) {
        scope.set(name.clone(), value.clone());
    }
}

/// The virtualenv of an interpreter: by its path, or the one that is active.
fn own_environment(name: &str, scope: &Scope) -> Option<PathBuf> {
    if name.contains('/') {
        return scope.path(name).parent()?.parent().map(Path::to_path_buf);
    }
    scope.variables.get("VIRTUAL_ENV").map(PathBuf::from)
}

/// Code that stands alone, as a file of its language would have it.
fn code_of(language: Language, code: &str) -> String {
    if language == Language::Php && !code.contains("<?") { format!("<?php {code}") } else { code.to_string() }
}
