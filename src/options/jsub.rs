//! jsub's options (compat/captures/jsub/options.txt): its own, and those it passes to qsub. Its dialect is not qsub's: options
//! end at the first word, `-N=x` is a value, and every complaint is a usage line and a sentence.

use super::{Entry, Fate, Value};

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

/// One option: its name, its kind, what its value is called, its help.
type Row = (&'static str, Kind, &'static str, &'static str);

const ROWS: &[Row] = &[
    ("-h", Kind::Flag, "", "print this help"),
    ("--help", Kind::Flag, "", "print this help"),
    ("-N", Kind::One, "name", "name of the job; else the program's name up to its first dot"),
    ("-mem", Kind::One, "MEM", "memory: a number and k, m or g"),
    ("-once", Kind::Flag, "", "refuse if a job of that name is active (always for jstart and qcronsub)"),
    ("-continuous", Kind::Flag, "", "start the program again until it exits 0 (always for jstart)"),
    ("-quiet", Kind::Flag, "", "print nothing when the job was submitted"),
    ("-stderr", Kind::Flag, "", "tell errors here rather than in the .err file"),
    ("-umask", Kind::One, "UMASK", "mask for log files that do not exist yet"),
    ("-release", Kind::One, "OS", "operating system release"),
    ("-b", Kind::One, "y[es]|n[o]", "with -continuous: the program is a binary"),
    ("-e", Kind::One, "path", "file of the job's errors instead of NAME.err"),
    ("-o", Kind::One, "path", "file of the job's output instead of NAME.out"),
    ("-j", Kind::One, "y[es]|n[o]", "errors go where the output goes"),
    ("-M", Kind::One, "mail_list", "notify these e-mail addresses"),
    ("-q", Kind::One, "wc_queue_list", "bind job to queue(s) instead of task, or continuous"),
    ("-l", Kind::Pass, "resource_list", "request the given resources"),
    ("-a", Kind::Pass, "date_time", "request a start time"),
    ("-i", Kind::Pass, "file_list", "specify standard input stream file(s)"),
    ("-m", Kind::Pass, "mail_options", "define mail notification events"),
    ("-now", Kind::Pass, "y[es]|n[o]", "start job immediately or not at all"),
    ("-p", Kind::Pass, "priority", "define job's relative priority"),
    ("-sync", Kind::Pass, "y[es]|n[o]", "wait for job to end and return exit code"),
    ("-v", Kind::Pass, "variable_list", "export these environment variables"),
    ("-wd", Kind::Pass, "working_directory", "use working_directory"),
    ("-cwd", Kind::PassFlag, "", "use current working directory"),
    ("-hard", Kind::PassFlag, "", "consider following requests \"hard\""),
    ("-soft", Kind::PassFlag, "", "consider following requests as soft"),
];

/// The options as pages show them.
pub fn entries() -> Vec<Entry> {
    let value = |kind: Kind| if matches!(kind, Kind::Flag | Kind::PassFlag) { Value::None } else { Value::One("argument") };
    ROWS.iter().map(|&(name, kind, takes, help)| Entry { name, value: value(kind), fate: Fate::Does, takes, help }).collect()
}

/// What was asked of jsub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub help: bool,
    pub name: Option<String>,
    /// KiB.
    pub memory: u128,
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
    if let Some((name, kind, ..)) = ROWS.iter().find(|row| row.0 == text) {
        return Token::Known(name, *kind, None);
    }
    let with_value = text.split_once('=').and_then(|(before, value)| ROWS.iter().find(|row| row.0 == before).map(|row| (row, value)));
    if let Some(((name, kind, ..), value)) = with_value {
        return Token::Known(name, *kind, Some(value));
    }
    if is_word(text) { Token::Word } else { Token::Unknown }
}

/// True for what the wrappers do not take for an option, if they know none of that name: words, `-`, negative numbers, and
/// whatever has a blank in it.
pub fn is_word(text: &str) -> bool {
    let Some(number) = text.strip_prefix('-') else { return true };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number =
        digits(number) || number.split_once('.').is_some_and(|(whole, part)| (whole.is_empty() || digits(whole)) && digits(part));
    is_number || number.is_empty() || text.contains(' ')
}

impl Asked {
    /// Walks the words of a command line, or (`with_program` false) of `.jsubrc` or a program's own lines, where -h is unknown.
    ///
    /// # Errors
    /// The first wrong value, in the original's words.
    pub fn walk(&mut self, words: &[String], with_program: bool, releases: &[String]) -> Result<Walked, Refusal> {
        let mut walked = Walked::default();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += 1;
            match token(word) {
                _ if word == "--" => {
                    walked.program = words[at..].to_vec();
                    return Ok(walked);
                }
                Token::Word if with_program => {
                    walked.program = words[at - 1..].to_vec();
                    // A `--` directly behind the program is swallowed.
                    if walked.program.get(1).is_some_and(|next| next == "--") {
                        walked.program.remove(1);
                    }
                    return Ok(walked);
                }
                Token::Known("-h", ..) if !with_program => walked.unrecognised.push(word.clone()),
                Token::Word | Token::Unknown => walked.unrecognised.push(word.clone()),
                Token::Known(name, kind, value) => {
                    self.option(name, kind, value, words.get(at), &mut at, releases)?;
                    if self.help {
                        return Ok(walked);
                    }
                }
            }
        }
        Ok(walked)
    }

    /// One option, its value from its own word or the next one. What stands behind a flag's `=` goes on as one-letter options.
    fn option(
        &mut self,
        name: &'static str,
        kind: Kind,
        value: Option<&str>,
        next: Option<&String>,
        at: &mut usize,
        releases: &[String],
    ) -> Result<(), Refusal> {
        let (mut name, mut kind, mut value) = (name, kind, value);
        let mut flags = Vec::new();
        while let (Kind::Flag | Kind::PassFlag, Some(rest)) = (kind, value) {
            let shown = if name == "-h" || name == "--help" { "-h/--help" } else { name };
            let Some(letter) = rest.chars().next() else {
                return Err(Refusal::Fatal(format!("argument {shown}: nothing behind the =")));
            };
            let row = ROWS.iter().find(|(known, ..)| known.strip_prefix('-').is_some_and(|known| known.chars().eq([letter])));
            let Some((letter_name, letter_kind, ..)) = row.filter(|_| name != "--help") else {
                return Err(Refusal::Text(format!("argument {shown}: ignored explicit argument {}", repr(rest))));
            };
            flags.push((name, kind));
            (name, kind) = (*letter_name, *letter_kind);
            value = Some(&rest[letter.len_utf8()..]).filter(|rest| !rest.is_empty());
        }
        let mut found = None;
        if matches!(kind, Kind::Flag | Kind::PassFlag) {
            flags.push((name, kind));
        } else {
            found = Some(match value {
                Some(value) => value.to_string(),
                None => {
                    *at += 1;
                    let next = next.filter(|next| *next != "--" && matches!(token(next), Token::Word));
                    let expected = if kind == Kind::Pass { "expected 1 argument" } else { "expected one argument" };
                    next.ok_or_else(|| Refusal::Text(format!("argument {name}: {expected}")))?.clone()
                }
            });
        }
        for (name, kind) in flags {
            self.flag(name, kind);
        }
        match found {
            Some(value) if !self.help => self.value(name, kind, value, releases),
            _ => Ok(()),
        }
    }

    fn flag(&mut self, name: &str, kind: Kind) {
        match name {
            _ if kind == Kind::PassFlag => self.passed.push(name.into()),
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
                let digits = without_line_end(&value);
                let octal = !digits.is_empty() && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
                let mask = u32::from_str_radix(digits, 8).ok().filter(|_| octal);
                self.umask = Some(mask.ok_or_else(|| expected("an octal value"))?);
            }
            "-release" => {
                if !releases.contains(&value) {
                    let known = releases.iter().map(|release| repr(release)).collect::<Vec<_>>().join(", ");
                    return Err(Refusal::Text(format!("argument -release: invalid choice: {} (choose from {known})", repr(&value))));
                }
                self.release = Some(value);
            }
            "-b" => self.binary = Some(switch(&value).ok_or_else(|| expected("y[es]|n[o]"))?),
            "-j" => self.merge = switch(&value).ok_or_else(|| expected("y[es]|n[o]"))?,
            "-e" => self.error_path = Some(value),
            "-o" => self.output_path = Some(value),
            "-q" => self.queue = Some(value),
            "-M" => {
                if !is_list_of_addresses(&value) {
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
                return Err(Refusal::Text(format!("argument -l: invalid argparse_resource value: {}", repr(list))));
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
                "virtual_free" => self.memory = self.memory.max((memory()? as f64 * 1.1) as u128),
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

/// The original's patterns let one line end follow.
fn without_line_end(value: &str) -> &str {
    value.strip_suffix('\n').unwrap_or(value)
}

/// `USER@HOST`, and more behind commas; everything up to the first `@` is the first user, commas too.
pub fn is_list_of_addresses(list: &str) -> bool {
    let Some((user, rest)) = list.split_once('@') else { return false };
    let (host, more) = rest.split_once(',').map_or((rest, None), |(host, more)| (host, Some(more)));
    !user.is_empty() && !host.is_empty() && more.is_none_or(is_list_of_addresses)
}

/// A number and one of `k m g`, in KiB.
fn kibibytes(value: &str) -> Option<u128> {
    let value = without_line_end(value);
    let unit = value.chars().last()?;
    let digits = value.strip_suffix(unit)?;
    let factor = match unit.to_ascii_lowercase() {
        'k' => 1,
        'm' => 1 << 10,
        'g' => 1 << 20,
        _ => return None,
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<u128>().ok().filter(|_| is_number)?.checked_mul(factor)
}

/// A value in quotes, as Python shows it.
pub fn repr(value: &str) -> String {
    let quote = if value.contains('\'') && !value.contains('"') { '"' } else { '\'' };
    let mut shown = String::from(quote);
    for c in value.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c == quote => shown.extend(['\\', c]),
            c if c.is_control() => shown.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown.push(quote);
    shown
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
        assert_eq!(walk("-M a,b@c@d,e@f p").expect("words").0.mail_to.as_deref(), Some("a,b@c@d,e@f"));
    }

    #[test]
    fn what_follows_a_flags_equal_sign_is_one_letter_options() {
        let (asked, walked) = walk("-cwd=qtask -once=N x p").expect("words");
        assert_eq!((asked.queue.as_deref(), asked.name.as_deref(), asked.once), (Some("task"), Some("x"), true));
        assert_eq!((asked.passed, walked.program), (vec!["-cwd".to_string()], vec!["p".to_string()]));
        assert!(walk("-quiet=hNx").expect("words").0.help);
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
        assert_eq!(text("--help=h p"), "argument -h/--help: ignored explicit argument 'h'");
        assert_eq!(text("-once=hx' p"), "argument -h/--help: ignored explicit argument \"x'\"");
        assert_eq!(text("-release t\\r'\" p"), "argument -release: invalid choice: 't\\\\r\\'\"' (choose from 'buster')");
        assert_eq!(text("-M a@b,c p"), "argument -M: expected list of email addresses. 'a@b,c' given.");
        assert_eq!(text("-j nope p"), "argument -j: expected y[es]|n[o]. 'nope' given.");
    }
}
