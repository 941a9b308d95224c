//! Commands that a program in a scripting language runs, where they are written out: `os.system("perl x.pl")`,
//! `spawn('python3', ['x.py'])`, `` `node x` ``. And files it includes by name.

mod scan;

use super::language::Language;
use scan::{Token, tokens};
use std::path::Path;

/// Something a program runs or includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Counted from 1.
    pub line: usize,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A text that a shell reads.
    Shell(String),
    /// Words.
    Words(Vec<String>),
    /// A file of the same language.
    Include(String),
}

/// Names that run a command, the last part of them.
fn runners(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &[
            "system",
            "popen",
            "run",
            "call",
            "check_call",
            "check_output",
            "Popen",
            "getoutput",
            "getstatusoutput",
            "execl",
            "execle",
            "execlp",
            "execv",
            "execve",
            "execvp",
            "execvpe",
            "spawnl",
            "spawnlp",
            "spawnv",
            "spawnvp",
            "create_subprocess_exec",
            "create_subprocess_shell",
            "shell",
            "spawn",
        ],
        Language::Php => &["exec", "shell_exec", "system", "passthru", "popen", "proc_open", "pcntl_exec"],
        Language::Perl => &["system", "exec", "open", "readpipe", "capture", "run", "qx"],
        Language::Ruby => &["system", "exec", "spawn", "popen", "capture2", "capture2e", "capture3", "popen2", "popen3", "sh"],
        Language::Node => &["exec", "execSync", "spawn", "spawnSync", "execFile", "execFileSync", "execa", "execaSync", "execaCommand"],
        Language::R => &["system", "system2", "shell", "pipe", "run", "process"],
        Language::Lua => &["execute", "popen"],
        Language::Octave => &["system", "shell_cmd", "unix"],
        Language::Tcl => &["exec", "open"],
        Language::Julia | Language::Java | Language::Mono | Language::Go => &[],
    }
}

fn includers(language: Language) -> &'static [&'static str] {
    match language {
        Language::Php => &["require", "require_once", "include", "include_once"],
        Language::Perl => &["require", "do"],
        Language::Ruby => &["require_relative", "load"],
        Language::Node => &["require", "import", "from", "fork"],
        Language::R | Language::Octave => &["source"],
        Language::Tcl => &["source"],
        Language::Lua => &["dofile", "loadfile"],
        Language::Julia => &["include"],
        Language::Python => &["runpy", "run_path", "execfile"],
        Language::Java | Language::Mono | Language::Go => &[],
    }
}

/// Everything a program of this language runs or includes by a literal name.
pub fn calls(language: Language, text: &str) -> Vec<Call> {
    let tokens = tokens(language, text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = &tokens[at];
        at += 1;
        let call = |what| Call { line: *line, what };
        match token {
            Token::Command(text) => found.push(call(What::Shell(text.clone()))),
            Token::Name(name) => {
                if language == Language::Python
                    && matches!(name.as_str(), "script" | "notebook")
                    && let [(_, Token::Mark(b':')), (_, Token::Text(file)), ..] = &tokens[at..]
                {
                    found.extend(
                        Language::of_extension(Path::new(file)).map(|of| call(What::Words(vec![of.interpreter().into(), file.clone()]))),
                    );
                    continue;
                }
                let is_runner = runners(language).contains(&name.as_str());
                if !is_runner && !includers(language).contains(&name.as_str()) {
                    continue;
                }
                // A method of an object of another kind: `$db->exec("SELECT")` in PHP.
                if at >= 2 && language == Language::Php && matches!(tokens[at - 2].1, Token::Mark(b'>' | b':')) {
                    continue;
                }
                // A rule of Snakemake hands its work to a file of any language.
                let strings = arguments(language, &tokens, at, is_runner);
                let Some(first) = strings.first().filter(|first| !first.is_empty()) else { continue };
                if !is_runner {
                    let included = call(What::Include(first.clone()));
                    // `import x from 'y'` names it twice.
                    if found.last() != Some(&included) {
                        found.push(included);
                    }
                } else if let Some(what) = meant(language, name, strings) {
                    found.push(call(what));
                }
            }
            _ => {}
        }
    }
    found
}

/// What the strings of a call stand for.
fn meant(language: Language, name: &str, mut strings: Vec<String>) -> Option<What> {
    match (language, name) {
        // open(F, "cmd |"), open(my $f, '-|', 'cmd', 'arg'); a mode or a file's name is no command.
        (Language::Perl, "open") => {
            let first = strings.first()?.trim().to_string();
            if matches!(first.as_str(), "-|" | "|-") {
                strings.remove(0);
                return words(strings);
            }
            let command = first.strip_suffix('|').or_else(|| first.strip_prefix('|'));
            return command.map(|command| What::Shell(command.trim().into()));
        }
        (Language::Tcl, "open") => return strings.first()?.strip_prefix('|').map(|command| What::Shell(command.into())),
        // The second is what the program is to see as its own name.
        (Language::Python, name)
            if (name.starts_with("exec") || name.starts_with("spawn"))
                && strings.len() > 1
                && strings[1].rsplit('/').next() == strings[0].rsplit('/').next() =>
        {
            strings.remove(1);
        }
        _ => {}
    }
    words(strings)
}

fn words(mut strings: Vec<String>) -> Option<What> {
    let first = strings.first()?;
    // A single text with blanks is for a shell; so is `sh -c TEXT`, which the walk knows.
    if first.contains([' ', '\n', '|', ';', '&']) { Some(What::Shell(strings.swap_remove(0))) } else { Some(What::Words(strings)) }
}

/// Words that stand around a literal, and change nothing.
const AROUND_LITERALS: &[&str] = &["array", "b", "c", "escapeshellarg", "f", "fr", "r", "rb", "shQuote", "sys", "u"];

/// The literal strings of the call whose name stands before `at`, up to its end. What is no literal is left out; nothing is given
/// where the first argument is none.
fn arguments(language: Language, tokens: &[(usize, Token)], at: usize, is_runner: bool) -> Vec<String> {
    let mut strings = Vec::new();
    let mut open = 0_i32;
    let mut is_first = true;
    let first_line = tokens.get(at).map_or(0, |(line, _)| *line);
    for (line, token) in &tokens[at.min(tokens.len())..] {
        match token {
            Token::Mark(b'{') if !is_first => break,
            Token::Mark(b'(' | b'[' | b'{') => open += 1,
            Token::Mark(b')' | b']' | b'}') => {
                open -= 1;
                if open <= 0 {
                    break;
                }
            }
            Token::Mark(b';') => break,
            Token::Mark(b',') => {
                if open == 0 && !matches!(language, Language::Perl | Language::Ruby) {
                    break;
                }
                is_first = false;
            }
            // Options follow: `shell=True`, `{ cwd: 'x' }`.
            Token::Mark(b'=' | b':') if !is_first && open <= 1 => break,
            Token::Mark(_) => {}
            Token::Text(text) => strings.push(text.clone()),
            Token::Command(_) => break,
            Token::Name(name) => {
                let is_python = language == Language::Python && name == "executable";
                let is_first = strings.is_empty() && is_first;
                if is_first && is_python {
                    strings.push("python3".into());
                } else if is_first && is_runner && language != Language::Perl && !AROUND_LITERALS.contains(&name.as_str()) {
                    // What a call's first word is cannot be known.
                    break;
                }
            }
        }
        // Without parentheses a call ends with its line.
        if open == 0 && *line > first_line {
            break;
        }
        if strings.len() > 16 {
            break;
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: Language, text: &str) -> String {
        let call = |call: Call| match call.what {
            What::Shell(text) => format!("{}: sh {text}", call.line),
            What::Words(words) => format!("{}: {}", call.line, words.join("|")),
            What::Include(name) => format!("{}: < {name}", call.line),
        };
        calls(language, text).into_iter().map(call).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn literal_calls_are_found() {
        let cases = [
            (Language::Python, "import os\nos.system(\"perl x.pl\")  # os.system('node y')", "2: sh perl x.pl"),
            (Language::Python, "subprocess.run([\"Rscript\", \"x.R\", name], check=True)", "1: Rscript|x.R"),
            (Language::Python, "out = check_output(f'php y.php {n}', shell=True)", "1: sh php y.php {n}"),
            (Language::Python, "\"\"\"os.system('perl x')\"\"\"\nrun(cmd)\nos.execvp('node', ['node', 'x.js'])", "3: node|x.js"),
            (Language::Python, "subprocess.call([sys.executable, 'x.py'])", "1: python3|x.py"),
            (
                Language::Php,
                "<p>exec('a b')</p><?php $db->exec('SELECT 1'); exec('python3 x.py', $out); // system('node y')",
                "1: sh python3 x.py",
            ),
            (Language::Php, "<?php $x = `node a.js`; require __DIR__ . '/lib.php';", "1: sh node a.js; 1: < /lib.php"),
            (
                Language::Perl,
                "system('php', 'x.php'); my $o = `ruby y`; open(my $f, '-|', 'node', 'z.js');",
                "1: php|x.php; 1: sh ruby y; 1: node|z.js",
            ),
            (
                Language::Perl,
                "open F, \"python3 x.py |\" or die;\n=pod\nsystem('node x');\n=cut\n__END__\nsystem('ruby x')",
                "1: sh python3 x.py",
            ),
            (
                Language::Ruby,
                "system \"node x.js\"\nx = %x{perl y.pl}\nIO.popen(['php', 'z.php'])",
                "1: sh node x.js; 2: sh perl y.pl; 3: php|z.php",
            ),
            (
                Language::Node,
                "const c = spawn('python3', ['x.py', a], { cwd: 'd' }); /* exec('perl y') */ execSync(`php z`)",
                "1: python3|x.py; 1: sh php z",
            ),
            (Language::Node, "import a from './a.mjs'; const b = require('./b')", "1: < ./a.mjs; 1: < ./b"),
            (Language::R, "system(\"python3 x.py\"); system2('perl', c('y.pl'))", "1: sh python3 x.py; 1: perl|y.pl"),
            (Language::Lua, "os.execute('node x') -- io.popen('perl y')", "1: sh node x"),
        ];
        for (language, text, expected) in cases {
            assert_eq!(shown(language, text), expected, "{text}");
        }
    }
}
