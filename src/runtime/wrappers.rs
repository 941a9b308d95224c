//! Programs that run another one: what is left of a command without them.

/// How a wrapper's own words are told from the command's.
struct Wrapper {
    name: &'static str,
    /// Options whose value is the next word.
    valued: &'static [&'static str],
    /// Words before the command that are no options: a duration, a mask.
    before: usize,
}

const fn wrapper(name: &'static str, valued: &'static [&'static str], before: usize) -> Wrapper {
    Wrapper { name, valued, before }
}

const WRAPPERS: &[Wrapper] = &[
    wrapper("builtin", &[], 0),
    wrapper("chronic", &[], 0),
    wrapper("chrt", &["-T", "-P", "-D"], 1),
    wrapper("doas", &["-u", "-C"], 0),
    wrapper("env", &["-u", "--unset", "-C", "--chdir"], 0),
    wrapper("exec", &["-a"], 0),
    wrapper("flock", &["-w", "--timeout", "-E"], 1),
    wrapper("gosu", &[], 1),
    wrapper("ionice", &["-c", "-n", "--class", "--classdata"], 0),
    wrapper("launcher", &[], 0),
    wrapper("linux32", &[], 0),
    wrapper("mpiexec", &["-n", "-np", "-hostfile", "--hostfile", "-machinefile", "-x"], 0),
    wrapper("mpirun", &["-n", "-np", "-hostfile", "--hostfile", "-machinefile", "-x"], 0),
    wrapper("nice", &["-n", "--adjustment"], 0),
    wrapper("nohup", &[], 0),
    wrapper("numactl", &[], 0),
    wrapper("screen", &["-S", "-dmS", "-DmS", "-t", "-c", "-h", "-p", "-e", "-s"], 0),
    wrapper("script", &[], 1),
    wrapper("setsid", &[], 0),
    wrapper("setarch", &[], 1),
    wrapper("srun", &["-n", "-N", "-c", "-p", "-t"], 0),
    wrapper("stdbuf", &["-i", "-o", "-e"], 0),
    wrapper("sudo", &["-u", "-g", "-C", "-D", "-p"], 0),
    wrapper("taskset", &[], 1),
    wrapper("time", &["-f", "-o", "--format", "--output"], 0),
    wrapper("timeout", &["-k", "-s", "--kill-after", "--signal"], 1),
    wrapper("unbuffer", &[], 0),
    wrapper("watch", &["-n", "--interval"], 0),
    wrapper("xargs", &["-n", "-P", "-I", "-L", "-d", "-a", "-s", "-E", "--max-args", "--max-procs", "--delimiter", "--arg-file"], 0),
    wrapper("xvfb-run", &["-n", "-s", "-e", "-f", "-w", "-p", "--server-num", "--server-args"], 0),
];

/// What a wrapper runs.
#[derive(Debug, PartialEq)]
pub enum Within {
    /// These words.
    Words(Vec<String>),
    /// A text that a shell reads.
    Text(String),
}

/// The command within, where the first word is a wrapper.
pub fn within(words: &[String]) -> Option<Within> {
    let called = words.first()?;
    let name = called.rsplit('/').next()?;
    // Of the user's own a program may have any name.
    if name != called && !["/usr/", "/bin/", "/sbin/", "/opt/", "/cnb/"].iter().any(|system| called.starts_with(system)) {
        return None;
    }
    if name == "find" {
        return find(words);
    }
    if name == "parallel" {
        return parallel(words);
    }
    let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.name == name)?;
    let mut rest = words[1..].iter();
    let mut before = wrapper.before;
    let mut left: Vec<String> = Vec::new();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--" => {
                left.extend(rest.cloned());
                break;
            }
            "-c" | "--command" if matches!(name, "flock" | "script") => return rest.next().cloned().map(Within::Text),
            "-S" | "--split-string" if name == "env" => {
                let mut text: Vec<String> = vec!["env".into()];
                text.extend(rest.next()?.split_whitespace().map(str::to_string));
                text.extend(rest.cloned());
                return within(&text);
            }
            text if name == "env" && (text.starts_with("-S") || text.starts_with("--split-string=")) => {
                let mut inner: Vec<String> = vec!["env".into()];
                let own = text.strip_prefix("--split-string=").or_else(|| text.strip_prefix("-S")).unwrap_or("");
                inner.extend(own.split_whitespace().map(str::to_string));
                inner.extend(rest.cloned());
                return within(&inner);
            }
            text if wrapper.valued.contains(&text) => _ = rest.next(),
            "--mca" | "-mca" => _ = rest.nth(1),
            text if text.starts_with('-') && text.len() > 1 => {}
            text if name == "nice" && text.starts_with('+') => {}
            "-" if name == "env" => {}
            text if name == "env" && is_assignment(text) => {}
            _ if before > 0 => before -= 1,
            _ => {
                left.push(word.clone());
                left.extend(rest.cloned());
                break;
            }
        }
    }
    // flock FILE -c TEXT
    if name == "flock" && matches!(left.first().map(String::as_str), Some("-c" | "--command")) {
        return left.get(1).cloned().map(Within::Text);
    }
    if name == "watch" || (name == "flock" && left.len() == 1 && left[0].contains(' ')) {
        return Some(Within::Text(left.join(" ")));
    }
    Some(Within::Words(left))
}

pub fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// `find … -exec COMMAND ;`
fn find(words: &[String]) -> Option<Within> {
    let at = words.iter().position(|word| matches!(word.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir"))?;
    let command = words[at + 1..].iter().take_while(|word| !matches!(word.as_str(), ";" | "+"));
    Some(Within::Words(command.cloned().collect()))
}

/// `parallel … COMMAND ::: VALUE…`: the command may be one word with blanks.
fn parallel(words: &[String]) -> Option<Within> {
    const VALUED: &[&str] = &[
        "-j",
        "-P",
        "--jobs",
        "-a",
        "--arg-file",
        "-I",
        "-N",
        "-n",
        "--joblog",
        "--tmpdir",
        "--delay",
        "--timeout",
        "--colsep",
        "-C",
        "--halt",
        "--results",
        "--retries",
    ];
    let mut rest = words[1..].iter().take_while(|word| !word.starts_with(":::"));
    let mut left = Vec::new();
    while let Some(word) = rest.next() {
        if VALUED.contains(&word.as_str()) {
            rest.next();
        } else if !word.starts_with('-') {
            left.push(word.clone());
            left.extend(rest.by_ref().cloned());
        }
    }
    if left.is_empty() { None } else { Some(Within::Text(left.join(" "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_string).collect()
    }

    #[test]
    fn what_is_run_is_what_is_left() {
        let cases = [
            ("nice -n 10 python3 x.py", "python3 x.py"),
            ("nice -5 python3 x.py", "python3 x.py"),
            ("env -i A=b -u C python3 x.py", "python3 x.py"),
            ("env -S python3 -u x.py", "python3 -u x.py"),
            ("timeout -k 5 60 ./x -v", "./x -v"),
            ("flock -n /tmp/lock node x", "node x"),
            ("xargs -n 1 -P4 perl x.pl", "perl x.pl"),
            ("find . -name *.pl -exec perl {} ;", "perl {}"),
            ("stdbuf -oL -eL ./x", "./x"),
        ];
        for (text, expected) in cases {
            assert_eq!(within(&words(text)), Some(Within::Words(words(expected))), "{text}");
        }
        assert_eq!(within(&words("parallel -j 4 php x.php {} ::: a b")), Some(Within::Text("php x.php {}".into())));
        assert_eq!(within(&words("python3 x.py")), None);
    }
}
