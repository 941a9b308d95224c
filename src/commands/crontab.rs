//! `crontab`: the words of Debian's (compat/captures/crontab), on a table that lies where the jobs are.

use super::context::group_name;
use super::{Context, edit};
use crate::backend::grid;
use crate::cron::Crontab;
use crate::error::{Error, Result, plain};
use crate::grammar::crontab::{Mistake, UNENDED};
use crate::job::Submitter;
use crate::site::{BACKEND, BackendKind, Grid};
use std::io::{BufRead, Read};
use std::path::Path;
use users::os::unix::UserExt;

const USAGE: &str = "\
usage:	crontab [-u user] [-n] file
	crontab [ -u user ] [ -i ] { -e | -l | -r }

	-h	(displays this help message)

	file	(default operation is replace, per 1003.2)
	-n	(dry run: checks the syntax, then bails out)
	-u user	(choose the user whose crontab is touched)

	-e	(edit user's crontab)
	-l	(list user's crontab)
	-r	(delete user's crontab)

	-i	(prompt before deleting user's crontab)";

/// The real crontab's directory, and the first uid whose tables are here.
const SYSTEM: &str = "/usr/bin";
const FIRST_USER: u32 = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    List,
    Remove,
    Edit,
    Replace,
}

#[derive(Debug, PartialEq, Eq)]
struct Asked {
    what: What,
    user: Option<String>,
    file: Option<String>,
    dry: bool,
    ask: bool,
}

/// `crontab`
///
/// # Errors
/// Wrong words, a table with a mistake, a backend that cannot be reached; the table of before stays.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    // As Toolforge's: root and the system's users keep theirs on this host. Whoever names a backend means it.
    if context.submitter.uid < FIRST_USER && context.variable(BACKEND).is_none() && Path::new(SYSTEM).join("crontab").exists() {
        let words: Vec<std::ffi::OsString> = words.iter().map(Into::into).collect();
        return grid::exec(&Grid { bin: SYSTEM.into() }, "crontab", &words).map(|()| 0);
    }
    let asked = parse(words)?;
    let who = owner(context, asked.user.as_deref())?;
    match asked.what {
        What::List => list(context, &who),
        What::Remove => remove(context, &who, asked.ask),
        What::Edit => edit::run(context, &who),
        What::Replace => replace(context, &who, asked.file.as_deref().unwrap_or("-"), asked.dry),
    }
}

pub(super) fn refused(text: impl Into<String>) -> Error {
    Error::Exact { text: text.into(), code: 1 }
}

fn parse(words: &[String]) -> Result<Asked> {
    let usage = |line: &str| refused(format!("{line}\n{USAGE}"));
    let mut asked = Asked { what: What::Replace, user: None, file: None, dry: false, ask: false };
    let mut files = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            files.push(word.clone());
            continue;
        };
        if letters == "-" {
            files.extend(words.by_ref().cloned());
            break;
        }
        for (at, letter) in letters.char_indices() {
            let what = match letter {
                'l' => What::List,
                'r' => What::Remove,
                'e' => What::Edit,
                'n' => {
                    asked.dry = true;
                    continue;
                }
                'i' => {
                    asked.ask = true;
                    continue;
                }
                'u' => {
                    let rest = &letters[at + 1..];
                    let user = if rest.is_empty() { words.next().cloned() } else { Some(rest.into()) };
                    let missing = "crontab: option requires an argument -- 'u'\ncrontab: usage error: unrecognized option";
                    asked.user = Some(user.ok_or_else(|| usage(missing))?);
                    break;
                }
                'h' => return Err(refused(USAGE)),
                _ => return Err(usage(&format!("crontab: invalid option -- '{letter}'\ncrontab: usage error: unrecognized option"))),
            };
            if asked.what != What::Replace {
                return Err(usage("crontab: usage error: only one operation permitted"));
            }
            asked.what = what;
        }
    }
    if asked.what != What::Replace && !files.is_empty() {
        return Err(usage("crontab: usage error: no arguments permitted after this option"));
    }
    if asked.what == What::Replace && files.is_empty() && asked.dry {
        return Err(usage("crontab: usage error: file name must be specified for replace"));
    }
    asked.file = files.into_iter().next();
    Ok(asked)
}

/// Whose table it is: the caller's, or for root anybody's.
fn owner(context: &Context, user: Option<&str>) -> Result<Submitter> {
    let own = &context.submitter;
    let Some(user) = user.filter(|user| *user != own.user) else { return Ok(own.clone()) };
    if own.uid != 0 {
        return Err(refused("must be privileged to use -u"));
    }
    let entry = users::get_user_by_name(user).ok_or_else(|| refused(format!("crontab:  user `{user}' unknown")))?;
    if context.backend_kind()? == BackendKind::Local {
        return Err(refused(format!("crontab: on this machine's own backend only {user} has {user}'s crontab")));
    }
    let gid = entry.primary_group_id();
    let gids = users::get_user_groups(user, gid).unwrap_or_default().iter().map(users::Group::gid).collect();
    Ok(Submitter {
        user: user.into(),
        uid: entry.uid(),
        group: group_name(gid),
        gid,
        gids,
        home: entry.home_dir().to_string_lossy().into_owned(),
        shell: entry.shell().to_string_lossy().into_owned(),
        host: own.host.clone(),
        ..Submitter::default()
    })
}

pub(super) fn none(user: &str) -> String {
    format!("no crontab for {user}")
}

fn list(context: &mut Context, who: &Submitter) -> Result<u8> {
    let table = context.backend()?.crontab(&who.user)?.ok_or_else(|| refused(none(&who.user)))?;
    let _ = context.streams.out.write_all(&table.text);
    Ok(0)
}

fn remove(context: &mut Context, who: &Submitter, ask: bool) -> Result<u8> {
    if ask {
        context.print(&format!("crontab: really delete {}'s crontab? (y/n) ", who.user));
        let _ = context.streams.out.flush();
        match answer(context, "Please enter Y or N: ") {
            Some(true) => {}
            _ => return Ok(0),
        }
    }
    if context.backend()?.uninstall(&who.user)? { Ok(0) } else { Err(refused(none(&who.user))) }
}

/// Yes or no from standard input; `None` at its end.
pub(super) fn answer(context: &mut Context, again: &str) -> Option<bool> {
    loop {
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        match line.trim_start().chars().next().map(|letter| letter.to_ascii_lowercase()) {
            Some('y') => return Some(true),
            Some('n') => return Some(false),
            _ => context.print(again),
        }
        let _ = context.streams.out.flush();
    }
}

fn replace(context: &mut Context, who: &Submitter, file: &str, dry: bool) -> Result<u8> {
    let text = read(context, file)?;
    let table = Crontab { text, installed: chrono::Utc::now().timestamp(), owner: who.clone() };
    check(context, &table, file)?;
    if dry {
        context.complain("The syntax of the crontab file was successfully checked.\n");
        return Ok(0);
    }
    context.backend()?.install(&table)?;
    Ok(0)
}

fn read(context: &mut Context, file: &str) -> Result<Vec<u8>> {
    let failed = |error: &std::io::Error| refused(format!("{file}: {}", plain(error)));
    if file == "-" {
        let mut text = Vec::new();
        match context.stdin.take() {
            Some(given) => text = given,
            None => _ = std::io::stdin().read_to_end(&mut text).map_err(|error| failed(&error))?,
        }
        return Ok(text);
    }
    if Path::new(file).is_dir() {
        return Err(refused(format!("{file}: Not a regular file.")));
    }
    std::fs::read(file).map_err(|error| failed(&error))
}

/// Finds the first mistake, and tells it as cron does and then with its line and column.
pub(super) fn check(context: &mut Context, table: &Crontab, file: &str) -> Result<()> {
    let Err(Mistake { line, column, what, counted }) = table.entries(&context.site) else { return Ok(()) };
    if what == UNENDED {
        return Err(refused("new crontab file is missing newline before EOF, can't install."));
    }
    let shown = String::from_utf8_lossy(table.text.split(|byte| *byte == b'\n').nth(line - 1).unwrap_or_default()).into_owned();
    let shown: String = shown.chars().take(200).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    Err(refused(format!(
        "\"{file}\":{counted}: {what}\ngridshim: line {line}, column {column}: {what}: {shown}\nerrors in crontab file, can't install."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Asked> {
        parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_read_as_recorded() {
        let plain = |what, file: Option<&str>| Asked { what, user: None, file: file.map(String::from), dry: false, ask: false };
        assert_eq!(asked(""), Ok(plain(What::Replace, None)));
        assert_eq!(asked("-"), Ok(plain(What::Replace, Some("-"))));
        assert_eq!(asked("-ri"), Ok(Asked { ask: true, ..plain(What::Remove, None) }));
        assert_eq!(asked("-u bob -l"), Ok(Asked { user: Some("bob".into()), ..plain(What::List, None) }));
        assert_eq!(asked("-n f"), Ok(Asked { dry: true, ..plain(What::Replace, Some("f")) }));
        let said = |line: &str| asked(line).expect_err("refused").to_string().lines().next().unwrap_or("").to_string();
        assert_eq!(said("-l -r"), "crontab: usage error: only one operation permitted");
        assert_eq!(said("-l x"), "crontab: usage error: no arguments permitted after this option");
        assert_eq!(said("-x"), "crontab: invalid option -- 'x'");
        assert_eq!(said("-u"), "crontab: option requires an argument -- 'u'");
        assert_eq!(said("-n"), "crontab: usage error: file name must be specified for replace");
    }
}
