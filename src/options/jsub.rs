//! jsub's options (compat/captures/jsub/options.txt): its own, and those it passes to qsub. Its dialect is not qsub's: options
//! end at the first word, `-N=x` is a value, and every complaint is a usage line and a sentence.

use std::collections::BTreeMap;

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// On or off.
    Flag,
    /// One value, the last one wins.
    One,
    /// One value, passed to qsub unchecked.
    Pass,
    /// No value, passed to qsub.
    PassFlag,
}

const ROWS: &[(&str, Kind)] = &[
    ("-h", Kind::Flag),
    ("--help", Kind::Flag),
    ("-N", Kind::One),
    ("-mem", Kind::One),
    ("-once", Kind::Flag),
    ("-continuous", Kind::Flag),
    ("-quiet", Kind::Flag),
    ("-stderr", Kind::Flag),
    ("-umask", Kind::One),
    ("-release", Kind::One),
    ("-b", Kind::One),
    ("-e", Kind::One),
    ("-o", Kind::One),
    ("-j", Kind::One),
    ("-M", Kind::One),
    ("-q", Kind::One),
    ("-l", Kind::Pass),
    ("-a", Kind::Pass),
    ("-i", Kind::Pass),
    ("-m", Kind::Pass),
    ("-now", Kind::Pass),
    ("-p", Kind::Pass),
    ("-sync", Kind::Pass),
    ("-v", Kind::Pass),
    ("-wd", Kind::Pass),
    ("-cwd", Kind::PassFlag),
    ("-hard", Kind::PassFlag),
    ("-soft", Kind::PassFlag),
];

/// What was asked of jsub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub help: bool,
    pub name: Option<String>,
    /// KiB.
    pub memory: u64,
    pub once: bool,
    pub continuous: bool,
    pub quiet: bool,
    pub stderr: bool,
    pub umask: Option<u32>,
    pub release: Option<String>,
    /// `-b`; it counts only with -continuous.
    pub binary: Option<bool>,
    pub error_path: Option<String>,
    pub output_path: Option<String>,
    pub merge: bool,
    pub mail_to: Option<String>,
    pub queue: Option<String>,
    /// Words for qsub, in order.
    pub passed: Vec<String>,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            help: false,
            name: None,
            memory: 524_288,
            once: false,
            continuous: false,
            quiet: false,
            stderr: false,
            umask: None,
            release: None,
            binary: None,
            error_path: None,
            output_path: None,
            merge: false,
            mail_to: None,
            queue: None,
            passed: Vec::new(),
        }
    }
}

/// Why jsub's words are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The sentence behind `jsub: error: `.
    Text(String),
    /// The original ends in a Python traceback; this is its last line's sentence, told alone.
    Fatal(String),
}

/// What a walk gives: the words from the program on, and the unrecognised options before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Walked {
    pub program: Vec<String>,
    pub unrecognised: Vec<String>,
}

enum Token<'a> {
    Word,
    Known(&'static str, Kind, Option<&'a str>),
    Unknown,
}

fn token(text: &str) -> Token<'_> {
    if !text.starts_with('-') {
        return Token::Word;
    }
    if let Some((name, kind)) = ROWS.iter().find(|(name, _)| *name == text) {
        return Token::Known(name, *kind, None);
    }
    if text == "-" {
        return Token::Word;
    }
    let with_value = text.split_once('=').and_then(|(before, value)| ROWS.iter().find(|(name, _)| *name == before).map(|row| (row, value)));
    if let Some(((name, kind), value)) = with_value {
        return Token::Known(name, *kind, Some(value));
    }
    let number = &text[1..];
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number =
        digits(number) || number.split_once('.').is_some_and(|(whole, part)| (whole.is_empty() || digits(whole)) && digits(part));
    if is_number || text.contains(' ') { Token::Word } else { Token::Unknown }
}

impl Asked {
    /// Walks the words of a command line, a directive or a line of `.jsubrc` (`with_program` false there).
    ///
    /// # Errors
    /// The first wrong value, in the original's words.
    pub fn walk(&mut self, words: &[String], with_program: bool, releases: &[String]) -> Result<Walked, Refusal> {
        let mut walked = Walked::default();
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            if word == "--" {
                walked.program = words[at + 1..].to_vec();
                return Ok(walked);
            }
            match token(word) {
                Token::Word if with_program => {
                    walked.program = words[at..].to_vec();
                    // A `--` directly behind the program is swallowed.
                    if walked.program.get(1).is_some_and(|next| next == "--") {
                        walked.program.remove(1);
                    }
                    return Ok(walked);
                }
                Token::Word | Token::Unknown => walked.unrecognised.push(word.clone()),
                Token::Known(name, Kind::Flag | Kind::PassFlag, Some(value)) => {
                    return Err(Refusal::Text(format!("argument {name}: ignored explicit argument '{value}'")));
                }
                Token::Known(name, kind @ (Kind::Flag | Kind::PassFlag), None) => {
                    if kind == Kind::PassFlag {
                        self.passed.push(name.into());
                    } else {
                        self.flag(name);
                    }
                    if self.help {
                        return Ok(walked);
                    }
                }
                Token::Known(name, kind, value) => {
                    let value = match value {
                        Some(value) => value.to_string(),
                        None => {
                            at += 1;
                            let next = words.get(at).filter(|next| *next != "--" && matches!(token(next), Token::Word));
                            let expected = if kind == Kind::Pass { "expected 1 argument" } else { "expected one argument" };
                            next.ok_or_else(|| Refusal::Text(format!("argument {name}: {expected}")))?.clone()
                        }
                    };
                    self.value(name, kind, value, releases)?;
                }
            }
            at += 1;
        }
        Ok(walked)
    }

    fn flag(&mut self, name: &str) {
        match name {
            "-once" => self.once = true,
            "-continuous" => (self.continuous, self.once) = (true, true),
            "-quiet" => self.quiet = true,
            "-stderr" => self.stderr = true,
            _ => self.help = true,
        }
    }

    fn value(&mut self, name: &'static str, kind: Kind, value: String, releases: &[String]) -> Result<(), Refusal> {
        let expected = |what: &str| Refusal::Text(format!("argument {name}: expected {what}. '{value}' given."));
        match name {
            "-N" => self.name = Some(value),
            "-mem" => self.memory = kibibytes(&value).ok_or_else(|| expected("an integer followed by 'k', 'm' or 'g'"))?,
            "-umask" => {
                let octal = !value.is_empty() && value.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
                let mask = u32::from_str_radix(&value, 8).ok().filter(|_| octal);
                self.umask = Some(mask.ok_or_else(|| expected("an octal value"))?);
            }
            "-release" => {
                if !releases.contains(&value) {
                    let known = releases.iter().map(|release| format!("'{release}'")).collect::<Vec<_>>().join(", ");
                    return Err(Refusal::Text(format!("argument -release: invalid choice: '{value}' (choose from {known})")));
                }
                self.release = Some(value);
            }
            "-b" => self.binary = Some(switch(&value).ok_or_else(|| expected("y[es]|n[o]"))?),
            "-j" => self.merge = switch(&value).ok_or_else(|| expected("y[es]|n[o]"))?,
            "-e" => self.error_path = Some(value),
            "-o" => self.output_path = Some(value),
            "-q" => self.queue = Some(value),
            "-M" => {
                let is_address = |one: &str| one.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
                if !value.split(',').all(is_address) {
                    return Err(expected("list of email addresses"));
                }
                self.mail_to = Some(value);
            }
            "-l" => self.resources(&value, releases)?,
            _ if kind == Kind::Pass => self.passed.extend([name.to_string(), value]),
            _ => {}
        }
        Ok(())
    }

    /// `-l`: memory requests raise the job's memory, the release is taken, the rest is passed on, one `-l` a pair.
    fn resources(&mut self, list: &str, releases: &[String]) -> Result<(), Refusal> {
        let mut pairs = Vec::new();
        for piece in list.split(',') {
            let Some(pair) = piece.split_once('=') else {
                return Err(Refusal::Text(format!("argument -l: invalid argparse_resource value: '{list}'")));
            };
            pairs.push(pair);
        }
        for (name, value) in pairs {
            let memory = || {
                kibibytes(value).ok_or_else(|| Refusal::Fatal(format!("expected an integer followed by 'k', 'm' or 'g'. '{value}' given.")))
            };
            match name {
                "h_vmem" => self.memory = self.memory.max(memory()?),
                // A tenth more, in the original's floating point.
                "virtual_free" => self.memory = self.memory.max((memory()? as f64 * 1.1) as u64),
                "release" if !releases.iter().any(|known| known == value) => {
                    let expected = releases.join(", ");
                    return Err(Refusal::Text(format!("argument -l: invalid release={value}. Expected release=[{expected}].")));
                }
                "release" => self.release = Some(value.into()),
                _ => self.passed.extend(["-l".to_string(), format!("{name}={value}")]),
            }
        }
        Ok(())
    }
}

/// Anything that begins with y is yes; exactly n or no is no; in any case.
fn switch(value: &str) -> Option<bool> {
    let value = value.to_lowercase();
    if value.starts_with('y') { Some(true) } else { (value == "n" || value == "no").then_some(false) }
}

/// A number and one of `k m g`, in KiB.
fn kibibytes(value: &str) -> Option<u64> {
    let factors = BTreeMap::from([('k', 1), ('m', 1024), ('g', 1 << 20)]);
    let unit = value.chars().last()?.to_ascii_lowercase();
    let digits = &value[..value.len() - 1];
    let factor: u64 = *factors.get(&unit)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<u64>().ok().filter(|_| is_number)?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(line: &str) -> Result<(Asked, Walked), Refusal> {
        let words: Vec<String> = line.split(' ').map(String::from).collect();
        let mut asked = Asked::default();
        let walked = asked.walk(&words, true, &["buster".into()])?;
        Ok((asked, walked))
    }

    #[test]
    fn memory_is_raised_by_requests_and_set_by_mem() {
        for (line, memory) in [
            ("p", 524_288),
            ("-mem 1g p", 1_048_576),
            ("-l virtual_free=1g p", 1_153_433),
            ("-l virtual_free=1000003k p", 1_100_003),
            ("-l h_vmem=100M p", 524_288),
            ("-l h_vmem=2g -mem 600m p", 614_400),
            ("-mem 2g -l h_vmem=600m p", 2_097_152),
        ] {
            assert_eq!(walk(line).map(|(asked, _)| asked.memory), Ok(memory), "{line}");
        }
    }

    #[test]
    fn options_end_at_the_program() {
        let (asked, walked) = walk("-N=x -l a=1 -cwd -l b=2,c=3 ./p.sh -N y").expect("words");
        assert_eq!(asked.name.as_deref(), Some("x"));
        assert_eq!(asked.passed, ["-l", "a=1", "-cwd", "-l", "b=2", "-l", "c=3"]);
        assert_eq!(walked.program, ["./p.sh", "-N", "y"]);
        assert_eq!(walk("-t 1-3 p").expect("words").1.unrecognised, ["-t"]);
        assert_eq!(walk("p -- a").expect("words").1.program, ["p", "a"]);
        assert_eq!(walk("-- p -- a").expect("words").1.program, ["p", "--", "a"]);
        assert_eq!(walk("-p -10 p").expect("words").0.passed, ["-p", "-10"]);
    }

    #[test]
    fn refusals_are_the_originals() {
        let text = |line: &str| match walk(line) {
            Err(Refusal::Text(text) | Refusal::Fatal(text)) => text,
            Ok(_) => "accepted".into(),
        };
        assert_eq!(text("-mem 512 p"), "argument -mem: expected an integer followed by 'k', 'm' or 'g'. '512' given.");
        assert_eq!(text("-l release=trusty p"), "argument -l: invalid release=trusty. Expected release=[buster].");
        assert_eq!(text("-l foo p"), "argument -l: invalid argparse_resource value: 'foo'");
        assert_eq!(text("-N -x p"), "argument -N: expected one argument");
        assert_eq!(text("-quiet=1 p"), "argument -quiet: ignored explicit argument '1'");
        assert_eq!(text("-j nope p"), "argument -j: expected y[es]|n[o]. 'nope' given.");
    }
}
