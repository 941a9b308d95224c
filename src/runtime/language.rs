//! The runtimes, and the names their interpreters go by.

use super::version::Version;

/// What a job may need beside a shell and the usual tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    Go,
    Java,
    Julia,
    Lua,
    Mono,
    Node,
    Octave,
    Perl,
    Php,
    Python,
    R,
    Ruby,
    Tcl,
}

use Language::*;

/// Interpreters without their version, and whose they are.
const INTERPRETERS: &[(&str, Language)] = &[
    ("csharp", Mono),
    ("go", Go),
    ("gorun", Go),
    ("java", Java),
    ("jshell", Java),
    ("julia", Julia),
    ("lua", Lua),
    ("luajit", Lua),
    ("mono", Mono),
    ("mono-sgen", Mono),
    ("node", Node),
    ("nodejs", Node),
    ("octave", Octave),
    ("octave-cli", Octave),
    ("perl", Perl),
    ("php", Php),
    ("php-cgi", Php),
    ("pypy", Python),
    ("python", Python),
    ("R", R),
    ("Rscript", R),
    ("littler", R),
    ("ruby", Ruby),
    ("expect", Tcl),
    ("tclsh", Tcl),
    ("wish", Tcl),
];

impl Language {
    pub const ALL: [Language; 13] = [Go, Java, Julia, Lua, Mono, Node, Octave, Perl, Php, Python, R, Ruby, Tcl];

    /// As the catalogue and the command line write it.
    pub fn name(self) -> &'static str {
        match self {
            Go => "go",
            Java => "java",
            Julia => "julia",
            Lua => "lua",
            Mono => "mono",
            Node => "node",
            Octave => "octave",
            Perl => "perl",
            Php => "php",
            Python => "python",
            R => "r",
            Ruby => "ruby",
            Tcl => "tcl",
        }
    }

    /// What starts its programs.
    pub fn interpreter(self) -> &'static str {
        match self {
            R => "Rscript",
            Tcl => "tclsh",
            Python => "python3",
            other => other.name(),
        }
    }

    pub fn parse(name: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.name() == name)
    }

    /// The language of a program's name, and the version the name carries: `python3.9`, `php7.4`, `nodejs`, `tclsh8.6`.
    pub fn of_interpreter(word: &str) -> Option<(Language, Option<Version>)> {
        let name = word.rsplit('/').next().unwrap_or(word);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        let stem = name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
        let stem = stem.strip_suffix('-').unwrap_or(stem);
        let (_, language) = *INTERPRETERS.iter().find(|(known, _)| *known == stem)?;
        let digits = name[stem.len()..].trim_start_matches('-');
        // python3 and perl5 say no more than the names without a number: nothing older is offered.
        let says_nothing = matches!((language, digits), (Python, "3") | (Perl, "5"));
        // PyPy's numbers are its own for all but the first.
        let version = if says_nothing || stem == "pypy" { None } else { Version::named(language, digits) };
        Some((language, version))
    }

    /// The language of a file by its name, for where nothing else says it.
    pub fn of_extension(path: &std::path::Path) -> Option<Language> {
        Some(match path.extension()?.to_str()? {
            "py" | "pyw" => Python,
            "js" | "mjs" | "cjs" | "ts" => Node,
            "php" => Php,
            "pl" | "pm" => Perl,
            "rb" => Ruby,
            "R" | "r" => R,
            "tcl" => Tcl,
            "lua" => Lua,
            "jl" => Julia,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpreters_are_known_with_their_versions() {
        let cases = [
            ("/usr/bin/python3.9", Some((Python, "3.9"))),
            ("python3", Some((Python, ""))),
            ("python2", Some((Python, "2"))),
            ("php7.4", Some((Php, "7.4"))),
            ("nodejs", Some((Node, ""))),
            ("node18", Some((Node, "18"))),
            ("perl5.36.0", Some((Perl, "5.36"))),
            ("tclsh8.6", Some((Tcl, "8.6"))),
            ("Rscript", Some((R, ""))),
            ("lua5.3", Some((Lua, "5.3"))),
            ("pythonista", None),
            ("nodemon", None),
            ("go1.19", Some((Go, "1.19"))),
        ];
        for (word, expected) in cases {
            let found = Language::of_interpreter(word);
            let shown = found.as_ref().map(|(language, version)| (*language, version.as_ref().map_or("", |version| version.text())));
            assert_eq!(shown, expected, "{word}");
        }
    }
}
