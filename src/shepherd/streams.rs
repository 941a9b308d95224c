//! Standard input, output and error of the job, and its working directory, in the order the real Grid Engine looks at them, which
//! decides what a job with several mistakes is blamed for: all paths are
//! looked up (input, output, error); the input is opened; the directory is entered; the outputs are opened.

use super::paths::Names;
use super::{Failure, strerror};
use std::fs::{self, File, OpenOptions};
use std::io;

/// The resolved paths, as they stand in `SGE_CWD_PATH`, `SGE_STDIN_PATH`, `SGE_STDOUT_PATH`, `SGE_STDERR_PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub cwd: String,
    pub stdin: String,
    pub stdout: String,
    pub stderr: String,
}

/// The three open files.
#[derive(Debug)]
pub struct Streams {
    pub stdin: File,
    pub stdout: File,
    pub stderr: File,
}

/// Finds all paths.
///
/// # Errors
/// `failed 26`: `can't stat() …` or `… is a directory not a file`.
pub fn resolve(names: &Names) -> Result<Paths, Failure> {
    let spec = names.spec;
    let cwd = names.working_directory();
    let stdin = match names.expand(&spec.stdin).filter(|path| !path.is_empty()) {
        None => "/dev/null".to_string(),
        Some(path) => {
            let path = under(&cwd, path);
            if is_directory(&path, "stdin_path")? {
                return Err(Failure::file(format!("\"{path}\" is a directory not a file")));
            }
            path
        }
    };
    let stdout = output(names, &cwd, &spec.stdout, 'o', "stdout_path")?;
    let stderr = if spec.merge { stdout.clone() } else { output(names, &cwd, &spec.stderr, 'e', "stderr_path")? };
    Ok(Paths { cwd, stdin, stdout, stderr })
}

fn under(cwd: &str, path: String) -> String {
    if path.starts_with('/') { path } else { format!("{cwd}/{path}") }
}

fn output(names: &Names, cwd: &str, raw: &str, letter: char, label: &str) -> Result<String, Failure> {
    let path = match names.expand(raw).filter(|path| !path.is_empty()) {
        Some(path) => under(cwd, path),
        // A directory that is not there passes: it is blamed when it is entered, not here.
        None => cwd.to_string(),
    };
    Ok(if is_directory(&path, label)? { format!("{path}/{}", names.default_name(letter)) } else { path })
}

fn is_directory(path: &str, label: &str) -> Result<bool, Failure> {
    match fs::metadata(path) {
        Ok(data) => Ok(data.is_dir()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => {
            let (uid, gid, groups) = identity();
            Err(Failure::file(format!(
                "can't stat() \"{path}\" as {label}: {} KRB5CCNAME=none uid={uid} gid={gid} {groups}",
                strerror(&error)
            )))
        }
    }
}

/// User, group and the supplementary groups, each followed by a blank.
fn identity() -> (String, String, String) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let words = |key: &str| -> Vec<String> {
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        line.map_or_else(Vec::new, |line| line.split_whitespace().map(str::to_string).collect())
    };
    let effective = |key: &str| words(key).get(1).cloned().unwrap_or_default();
    (effective("Uid:"), effective("Gid:"), words("Groups:").iter().map(|group| format!("{group} ")).collect())
}

/// Opens all three, entering the working directory in between. Outputs are appended to and made with mode 0666 less the umask.
///
/// # Errors
/// `failed 26` for a file, `failed 28` for the directory, with the texts of the real one.
pub fn open(paths: &Paths, merge: bool) -> Result<Streams, Failure> {
    let stdin = File::open(&paths.stdin).map_err(|_| Failure::file(format!("error: can't open {} as dummy input file", paths.stdin)))?;
    enter(&paths.cwd).map_err(|error| Failure::directory(format!("error: can't chdir to {}: {}", paths.cwd, strerror(&error))))?;
    let stdout = append(&paths.stdout)?;
    let stderr = if merge {
        stdout.try_clone().map_err(|error| Failure::internal("cannot duplicate the output", &error))?
    } else {
        append(&paths.stderr)?
    };
    Ok(Streams { stdin, stdout, stderr })
}

fn enter(cwd: &str) -> io::Result<()> {
    // The real shepherd is in its spool directory, where no relative path exists.
    if !cwd.starts_with('/') {
        return Err(io::Error::from_raw_os_error(libc::ENOENT));
    }
    std::env::set_current_dir(cwd)
}

fn append(path: &str) -> Result<File, Failure> {
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map_err(|error| Failure::file(format!("error: can't open output file \"{path}\": {}", strerror(&error))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Spec;
    use std::path::Path;

    fn spec(cwd: &Path) -> Spec {
        Spec { job_id: 9, job_name: "n".into(), cwd: cwd.to_string_lossy().into_owned(), home: "/h".into(), ..Spec::default() }
    }

    #[test]
    fn files_are_relative_to_the_working_directory_and_directories_get_the_default_name() {
        let directory = tempfile::tempdir().expect("a directory");
        let cwd = directory.path().to_string_lossy().into_owned();
        let spec = Spec { stdout: "/tmp/".into(), stderr: "x.$JOB_ID".into(), ..spec(directory.path()) };
        let paths = resolve(&Names { spec: &spec, task: Some(4), host: "vm" }).expect("paths");
        assert_eq!(paths, Paths { stdin: "/dev/null".into(), stdout: "/tmp//n.o9.4".into(), stderr: format!("{cwd}/x.9"), cwd });
    }

    #[test]
    fn merged_streams_have_one_path() {
        let directory = tempfile::tempdir().expect("a directory");
        let spec = Spec { merge: true, stderr: "/etc/passwd/x".into(), ..spec(directory.path()) };
        let paths = resolve(&Names { spec: &spec, task: None, host: "vm" }).expect("paths");
        assert_eq!(paths.stdout, format!("{}/n.o9", paths.cwd));
        assert_eq!(paths.stderr, paths.stdout);
    }

    #[test]
    fn a_path_that_cannot_be_looked_up_names_the_user() {
        let spec = Spec { stdout: "/etc/passwd/x".into(), ..spec(Path::new("/tmp")) };
        let failure = resolve(&Names { spec: &spec, task: None, host: "vm" }).expect_err("a failure");
        assert!(failure.reason.starts_with("can't stat() \"/etc/passwd/x\" as stdout_path: Not a directory KRB5CCNAME=none uid="));
        assert_eq!(failure.failed, 26);
    }

    #[test]
    fn an_input_directory_is_refused() {
        let spec = Spec { stdin: "/tmp".into(), ..spec(Path::new("/nosuch")) };
        let failure = resolve(&Names { spec: &spec, task: None, host: "vm" }).expect_err("a failure");
        assert_eq!(failure, Failure::file("\"/tmp\" is a directory not a file".into()));
    }
}
