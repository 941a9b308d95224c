//! `crontab -e`: the table in an editor, again and again until it has no mistake or nobody wants to go on.

use super::Context;
use super::crontab::{answer, check, none, refused};
use crate::cron::Crontab;
use crate::error::{Error, Result, plain};
use crate::job::Submitter;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const TEMPLATE: &str = "\
# Commands that are run at their times, an entry a line:
#
# minute (0-59), hour (0-23), day of the month (1-31), month (1-12 or names), day of the week (0-7 or names), command
#
# Any field may be *, a list, a range, and have a step: */5, 1-5, 1,31. A percent sign in the command is a line end.
#
# m h  dom mon dow   command
";

/// Edits a user's table.
///
/// # Errors
/// No editor, or it fails; the table of before stays.
pub fn run(context: &mut Context, who: &Submitter) -> Result<u8> {
    let before = context.backend()?.crontab(&who.user)?;
    if before.is_none() {
        context.complain(&format!("{} - using an empty one\n", none(&who.user)));
    }
    let text = before.map_or_else(|| TEMPLATE.as_bytes().to_vec(), |table| table.text);
    let draft = Draft::make(&text)?;
    let shown = draft.0.display().to_string();
    loop {
        edit(context, &draft.0)?;
        let edited = std::fs::read(&draft.0).map_err(|error| failed(&draft.0, &error))?;
        if edited == text {
            context.complain("No modification made\n");
            return draft.remove();
        }
        context.complain("crontab: installing new crontab\n");
        let table = Crontab { text: edited, installed: chrono::Utc::now().timestamp(), owner: who.clone() };
        let installed = check(context, &table, &shown).and_then(|()| context.backend()?.install(&table));
        let Err(error) = installed else { return draft.remove() };
        context.complain(&format!("{error}\n"));
        context.print("Do you want to retry the same edit? (y/n) ");
        let _ = context.streams.out.flush();
        if answer(context, "Enter Y or N\nDo you want to retry the same edit? (y/n) ") != Some(true) {
            context.complain(&format!("crontab: edits left in {shown}\n"));
            return Ok(0);
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    refused(format!("crontab: {}: {}", path.display(), plain(error)))
}

/// Runs `$VISUAL`, `$EDITOR` or the system's editor on the file, through a shell: it may have words of its own.
fn edit(context: &Context, path: &Path) -> Result<()> {
    let named = |name: &str| context.variable(name).filter(|editor| !editor.is_empty()).map(String::from);
    let fallback = || if Path::new("/usr/bin/editor").exists() { "/usr/bin/editor" } else { "vi" }.to_string();
    let editor = named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(fallback);
    let line = format!("{editor} {}", path.display());
    let ended = Command::new("/bin/sh").args(["-c", &line]).status().map_err(|error| failed(Path::new("/bin/sh"), &error))?;
    match (ended.code(), ended.signal()) {
        (Some(0), _) => Ok(()),
        (Some(code), _) => Err(refused(format!("crontab: \"{editor}\" exited with status {code}"))),
        (None, signal) => Err(refused(format!("crontab: \"{editor}\" killed; signal {}", signal.unwrap_or(0)))),
    }
}

/// The file that is edited, alone in a directory of its own.
struct Draft(PathBuf);

impl Draft {
    fn make(text: &[u8]) -> Result<Draft> {
        let base = std::env::temp_dir();
        for number in 0..1000 {
            let directory = base.join(format!("crontab.{}.{number}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&directory) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                made => made.map_err(|error| failed(&directory, &error))?,
            }
            let path = directory.join("crontab");
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            file.and_then(|mut file| file.write_all(text)).map_err(|error| failed(&path, &error))?;
            return Ok(Draft(path));
        }
        Err(failed(&base, &std::io::ErrorKind::AlreadyExists.into()))
    }

    fn remove(self) -> Result<u8> {
        let _ = self.0.parent().map(std::fs::remove_dir_all);
        Ok(0)
    }
}
