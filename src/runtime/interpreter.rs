//! The arguments of an interpreter: which file it runs, or which text.

use super::language::Language;

/// What an interpreter was told to run.
#[derive(Debug, PartialEq)]
pub enum Runs {
    /// A program file, relative to where it is started.
    File(String),
    /// Python's `-m`.
    Module(String),
    /// Code in the command line.
    Code(String),
    /// Its input, or nothing.
    Input,
}

struct Options {
    /// The next word, or the rest of this one, is code.
    code: &'static [&'static str],
    /// The next word is a file to run.
    file: &'static [&'static str],
    /// The next word is the value of something else.
    valued: &'static [&'static str],
}

fn options(language: Language) -> Options {
    let (code, file, valued): (&[&str], &[&str], &[&str]) = match language {
        Language::Python => (&["-c"], &[], &["-W", "-X", "--check-hash-based-pycs"]),
        Language::Node => {
            (&["-e", "--eval", "-p", "--print", "-pe"], &[], &["-r", "--require", "--import", "--loader", "--experimental-loader", "-C"])
        }
        Language::Perl => {
            (&["-e", "-E", "-ne", "-pe", "-lne", "-lpe", "-ane", "-lane", "-le", "-we", "-nle", "-pi", "-wne"], &[], &["-I", "-M", "-m"])
        }
        Language::Php => {
            (&["-r", "--run", "-B", "-R", "-E"], &["-f", "--file", "-F"], &["-d", "-c", "-S", "-t", "-z", "-g", "--define", "--php-ini"])
        }
        Language::Ruby => (&["-e"], &[], &["-I", "-r", "-C", "-E"]),
        Language::R => (&["-e"], &["-f"], &["--default-packages", "-g", "--gui"]),
        Language::Lua => (&["-e"], &[], &["-l"]),
        Language::Octave => (&["--eval"], &[], &["--path", "-p", "--image-path"]),
        Language::Julia => (&["-e", "-E", "--eval", "--print"], &[], &["-J", "-p", "-t", "-L", "-C", "--sysimage", "--threads", "--procs"]),
        Language::Java => (&[], &["-jar"], &["-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens"]),
        Language::Go | Language::Mono | Language::Tcl => (&[], &[], &[]),
    };
    Options { code, file, valued }
}

/// Reads the words behind an interpreter's name.
pub fn runs(language: Language, name: &str, args: &[String]) -> Runs {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match (language, &words[..]) {
        (Language::R, ["CMD", "BATCH", rest @ ..]) => {
            let file = rest.iter().find(|word| !word.starts_with('-'));
            return file.map_or(Runs::Input, |file| Runs::File((*file).into()));
        }
        (Language::R, ["CMD", ..]) => return Runs::Input,
        (Language::Go, ["run", rest @ ..]) => {
            let file = rest.iter().find(|word| !word.starts_with('-'));
            return file.map_or(Runs::Input, |file| Runs::File((*file).into()));
        }
        (Language::Go, _) => return Runs::Input,
        _ => {}
    }
    let Options { code, file, valued } = options(language);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if code.contains(word) {
            return rest.next().map_or(Runs::Input, |text| Runs::Code((*text).into()));
        }
        if file.contains(word) {
            return rest.next().map_or(Runs::Input, |file| Runs::File((*file).into()));
        }
        if language == Language::R
            && let Some(file) = word.strip_prefix("--file=")
        {
            return Runs::File(file.into());
        }
        match *word {
            "-m" if language == Language::Python => return rest.next().map_or(Runs::Input, |module| Runs::Module((*module).into())),
            "--" => return rest.next().map_or(Runs::Input, |file| Runs::File((*file).into())),
            "-" => return Runs::Input,
            option if valued.contains(&option) => _ = rest.next(),
            // Perl's and Ruby's letters run together, the code behind the last of them.
            option if matches!(language, Language::Perl | Language::Ruby) && is_bundle_with_code(option) => {
                return rest.next().map_or(Runs::Input, |text| Runs::Code((*text).into()));
            }
            option if option.starts_with('-') => {}
            // R's own arguments are no files.
            _ if language == Language::R && name == "R" => {}
            // A class is found on the class path, only a source is a file.
            class if language == Language::Java && !class.ends_with(".java") && !class.ends_with(".jar") => return Runs::Input,
            file => return Runs::File(file.into()),
        }
    }
    Runs::Input
}

fn is_bundle_with_code(option: &str) -> bool {
    let letters = option.trim_start_matches('-');
    option.starts_with('-')
        && !option.starts_with("--")
        && letters.len() > 1
        && letters.ends_with(['e', 'E'])
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !letters.starts_with(['I', 'M', 'm', 'r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_behind_the_options() {
        let file = |name: &str| Runs::File(name.into());
        let cases = [
            (Language::Python, "-u -W ignore x.py -c y", file("x.py")),
            (Language::Python, "-m pkg.mod --x", Runs::Module("pkg.mod".into())),
            (Language::Node, "--max-old-space-size=512 -r dotenv/config x.js", file("x.js")),
            (Language::Perl, "-Ilib -w x.pl", file("x.pl")),
            (Language::Perl, "-lane print", Runs::Code("print".into())),
            (Language::Php, "-d memory_limit=1G -f x.php", file("x.php")),
            (Language::Java, "-Xmx2g -cp a:b org.x.Main", Runs::Input),
            (Language::Java, "-Xmx2g -jar x.jar -v", file("x.jar")),
            (Language::R, "CMD BATCH --vanilla x.R out", file("x.R")),
            (Language::R, "--vanilla x.R", file("x.R")),
            (Language::Go, "run ./cmd/x -v", file("./cmd/x")),
            (Language::Python, "-", Runs::Input),
        ];
        for (language, text, expected) in cases {
            let words: Vec<String> = text.split(' ').map(str::to_string).collect();
            assert_eq!(runs(language, "x", &words), expected, "{text}");
        }
    }
}
