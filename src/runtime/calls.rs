//! Commands that a program in a scripting language runs, where they are written out: `os.system("perl x.pl")`,
//! `spawn('python3', ['x.py'])`, `` `node x` ``. And files it includes by name.

mod scan;

use super::language::Language;
use scan::{Token, tokens};
use std::collections::HashMap;
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
        Language::Lua => &["dofile", "loadfile", "require"],
        Language::Julia => &["include"],
        Language::Python => &["runpy", "run_path", "execfile"],
        Language::Java | Language::Mono | Language::Go => &[],
    }
}

/// Parts of the names that people give to functions of their own that run a command.
const LIKELY: &[&str] = &["cmd", "command", "exec", "launch", "popen", "run", "shell", "spawn", "system"];

/// Everything a program of this language runs or includes by a literal name.
pub fn calls(language: Language, text: &str) -> Vec<Call> {
    let tokens = tokens(language, text);
    let variables = assigned(&tokens);
    let mut found: Vec<Call> = Vec::new();
    for (at, (line, token)) in tokens.iter().enumerate() {
        let mut add = |what| {
            let call = Call { line: *line, what };
            // `import x from 'y'` names it twice.
            if found.last() != Some(&call) {
                found.push(call);
            }
        };
        let after = &tokens[at + 1..];
        match token {
            Token::Command(text) => add(What::Shell(text.clone())),
            Token::Name(name) if includers(language).contains(&name.as_str()) => {
                arguments(language, after, false).0.into_iter().filter(|name| !name.is_empty()).for_each(|name| add(What::Include(name)));
            }
            // A rule of Snakemake hands its work to a file of any language.
            Token::Name(name) if language == Language::Python && matches!(name.as_str(), "script" | "notebook") => {
                if let [(_, Token::Mark(b':')), (_, Token::Text(file)), ..] = after
                    && let Some(of) = Language::of_extension(Path::new(file))
                {
                    add(What::Words(vec![of.interpreter().into(), file.clone()]));
                }
            }
            Token::Name(name) if runners(language).contains(&name.as_str()) => {
                // A method of an object of another kind: `$db->exec("SELECT")` in PHP.
                let is_method = language == Language::Php && at > 0 && matches!(tokens[at - 1].1, Token::Mark(b'>' | b':'));
                let (strings, variable) = arguments(language, after, true);
                let known = variable.and_then(|name| variables.get(name)).into_iter().flatten().cloned();
                // `system $program, @words, "more"`
                let known: Vec<Vec<String>> = known.collect();
                let is_variable = strings.is_empty() || (language == Language::Perl && name != "open" && !known.is_empty());
                let all = if is_variable { known } else { vec![strings] };
                all.into_iter().filter(|_| !is_method).filter_map(|strings| meant(language, name, strings)).for_each(add);
            }
            Token::Name(name) if matches!(after, [(_, Token::Mark(b'(')), ..]) => {
                let name = name.to_lowercase();
                let (strings, _) = arguments(language, after, true);
                let is_command = strings.first().is_some_and(|first| first.trim().contains(' ')) || strings.len() > 1;
                if is_command && LIKELY.iter().any(|part| name.contains(part)) {
                    words(strings).into_iter().for_each(add);
                }
            }
            _ => {}
        }
    }
    found
}

/// What is assigned to variables, as far as it is written out.
fn assigned(tokens: &[(usize, Token)]) -> HashMap<&str, Vec<Vec<String>>> {
    let mut variables: HashMap<&str, Vec<Vec<String>>> = HashMap::new();
    for at in 0..tokens.len() {
        let Token::Name(name) = &tokens[at].1 else { continue };
        let mut after = &tokens[at + 1..];
        if let [(_, Token::Mark(b'.' | b'+' | b'|')), rest @ ..] = after {
            after = rest;
        }
        let [(line, Token::Mark(b'=')), rest @ ..] = after else { continue };
        if matches!(rest.first(), Some((_, Token::Mark(b'=' | b'>' | b'~')))) {
            continue;
        }
        let mut open = 0_i32;
        let mut strings = Vec::new();
        for (there, token) in rest {
            match token {
                Token::Mark(b'(' | b'[') => open += 1,
                Token::Mark(b')' | b']') => open -= 1,
                Token::Mark(b';' | b'{') => break,
                Token::Text(text) => strings.push(text.clone()),
                _ => {}
            }
            // A value may go on over lines in brackets, or as a sum.
            if open < 0 || (open == 0 && *there > line + 4) || strings.len() > 16 {
                break;
            }
            if open == 0 && *there > *line && !matches!(token, Token::Text(_) | Token::Mark(_)) {
                break;
            }
        }
        if strings.first().is_some_and(|first| !first.trim().is_empty()) {
            variables.entry(name).or_default().push(strings);
        }
    }
    variables
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

/// The literal strings of a call whose name stands before these tokens, up to its end. What is no literal is left out; where the
/// first argument is none, there are no strings, and the variable that it is.
fn arguments(language: Language, tokens: &[(usize, Token)], is_runner: bool) -> (Vec<String>, Option<&str>) {
    let mut strings = Vec::new();
    let mut open = 0_i32;
    let mut is_first = true;
    let mut variable = None;
    let first_line = tokens.first().map_or(0, |(line, _)| *line);
    for (line, token) in tokens {
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
                } else if is_first && is_runner && !AROUND_LITERALS.contains(&name.as_str()) {
                    variable = Some(name.as_str());
                    // Perl's come in any shape: a handle, then the command.
                    if language != Language::Perl {
                        break;
                    }
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
    (strings, variable)
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
            (
                Language::Php,
                "<?php $cmd = 'java -jar ' . $x; $this->run_it(\"perl y.pl\"); exec($cmd, $out);",
                "1: sh perl y.pl; 1: sh java -jar ",
            ),
            (
                Language::Python,
                "args = ['ffmpeg', '-i', path]\nif x:\n    args += ['-y']\nsubprocess.check_call(args + [out])",
                "4: ffmpeg|-i; 4: -y",
            ),
            (Language::Python, "execfile(os.path.join(here, 'a.py'))", "1: < a.py"),
            (Language::Lua, "os.execute('node x') -- io.popen('perl y')", "1: sh node x"),
        ];
        for (language, text, expected) in cases {
            assert_eq!(shown(language, text), expected, "{text}");
        }
    }
}
