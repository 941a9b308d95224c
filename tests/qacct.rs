//! qacct against the real one, byte for byte: every command of compat/captures/qacct/transcripts once more, on the same files
//! (recorded by tests/compliance/record-qacct.sh, which says what the transcripts look like).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridshim");

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat/captures")
}

fn host() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname").expect("a host name").trim().to_string()
}

/// A directory with the files, a link `qacct` and a site; this machine takes the place of `thishost`.
fn stage() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for name in ["bin", "files", "state"] {
        fs::create_dir(dir.path().join(name)).expect("a directory");
    }
    std::os::unix::fs::symlink(PROGRAM, dir.path().join("bin/qacct")).expect("a link");
    fs::copy(captures().parent().expect("compat").join("reference-site.toml"), dir.path().join("site.toml")).expect("a site");
    for file in fs::read_dir(captures().join("qacct/files")).expect("the files").flatten() {
        let bytes = replaced(&fs::read(file.path()).expect("a file"), b"thishost", host().as_bytes());
        fs::write(dir.path().join("files").join(file.file_name()), bytes).expect("a file");
    }
    dir
}

/// Replaces whole words.
fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let (mut result, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let before = if at == 0 { None } else { text.get(at - 1) };
        if text[at..].starts_with(from) && !is_part(before) && !is_part(text.get(at + from.len())) {
            result.extend_from_slice(to);
            at += from.len();
        } else {
            result.push(text[at]);
            at += 1;
        }
    }
    result
}

/// What a command prints, in the transcripts' way.
fn run(stage: &Path, line: &[u8]) -> Vec<u8> {
    let line = String::from_utf8_lossy(line).replace("thishost", &host());
    let path = format!("{}:/usr/bin:/bin", stage.join("bin").display());
    let mut command = Command::new("/bin/bash");
    command.args(["-o", "pipefail", "-c", &line]).current_dir(stage.join("files")).env_clear();
    command.envs([("PATH", path.as_str()), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("GRIDSHIM_BACKEND", "local"), ("HOME", "/nonexistent")]);
    command.env("GRIDSHIM_SITE", stage.join("site.toml")).env("GRIDSHIM_STATE", stage.join("state"));
    let output = command.stdin(std::process::Stdio::null()).output().expect("bash runs");
    let mut told = replaced(&output.stdout, host().as_bytes(), b"thishost");
    let usage = fs::read(captures().join("help/qacct.txt")).expect("the help");
    for line in replaced(&output.stderr, &usage, b"<usage>\n").split_inclusive(|&byte| byte == b'\n') {
        told.extend_from_slice(b"stderr: ");
        told.extend_from_slice(line);
    }
    told.extend(format!("[exit {}]\n", output.status.code().unwrap_or(-1)).into_bytes());
    told
}

/// The commands of a transcript, each with what the real one told.
fn cases(transcript: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut cases: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in transcript.split_inclusive(|&byte| byte == b'\n') {
        match (line.strip_prefix(b"$ "), cases.last_mut()) {
            (Some(command), _) => cases.push((command.trim_ascii_end().to_vec(), Vec::new())),
            (None, Some((_, told))) if !line.starts_with(b"# ") => told.extend_from_slice(line),
            _ => {}
        }
    }
    cases
}

fn play(name: &str) {
    let transcript = fs::read(captures().join(format!("qacct/transcripts/{name}.txt"))).expect("a transcript");
    let stage = stage();
    let cases = cases(&transcript);
    assert!(cases.len() > 20, "{name}: {} commands", cases.len());
    let mut wrong = String::new();
    for (command, theirs) in &cases {
        let ours = run(stage.path(), command);
        if ours != *theirs {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            wrong.push_str(&format!("$ {}\n--- theirs\n{}--- ours\n{}\n", text(command), text(theirs), text(&ours)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn tables_are_the_same() {
    play("keys");
}

#[test]
fn records_are_the_same() {
    play("records");
}

#[test]
fn the_same_jobs_and_tasks_are_found() {
    play("jobs");
}

#[test]
fn times_are_understood_alike() {
    play("dates");
}

#[test]
fn requests_take_the_same_queues() {
    play("complexes");
}

#[test]
fn words_and_files_are_refused_alike() {
    play("words");
}

#[test]
fn the_same_lines_are_found_damaged() {
    play("damaged");
}
