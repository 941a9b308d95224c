//! The options of submissions and changes, one constant each; `qsub.rs` and `qalter.rs` list those they take. The texts of refusals
//! are Grid Engine 8.1.9's (compat/captures/qsub-bad-input.txt, compat/captures/qalter-answers.txt, tests/compliance/qsub_*.rs).

use super::{Given, Row, Value, does, foreign, no_effect, once};
use crate::error::{Error, Result};
use crate::grammar::{binding, date, duration, mail, name, paths, resources, slots, tasks};
use crate::request::{Asked, Cwd, Edit, HoldChange, MailEvents, Request, Validation, merge_env};

type Submission = Row<Request>;

pub const ARGUMENT: Value = Value::One("argument");

pub const START: Submission = once("-a", ARGUMENT, "date_time", "request a start time", |r, g| {
    r.start_at = g.asked(time(g)?);
    Ok(())
});
pub const ADD_CONTEXT: Submission =
    does("-ac", Value::One("a context_list list argument"), "context_list", "add context variable(s)", |r, g| {
        r.context.push(Edit::Add(context(g)?));
        Ok(())
    });
pub const RESERVATION: Submission = does("-ar", ARGUMENT, "ar_id", "bind job to advance reservation", |r, g| {
    r.reservation = g.asked(unsigned(g, "advance reservation id")?);
    Ok(())
});
pub const ACCOUNT: Submission = once("-A", ARGUMENT, "account_string", "account string in accounting record", |r, g| {
    r.account = g.asked(g.word().to_string());
    Ok(())
});
pub const BINARY: Submission = once("-b", ARGUMENT, "y[es]|n[o]", "handle command as binary", |r, g| {
    r.binary = g.asked(g.switch()?);
    r.reads_binary.get_or_insert(g.switch()?);
    Ok(())
});
pub const BINDING: Submission =
    does("-binding", Value::Prefixed(&["env", "pe", "set"]), "[env|pe|set] exp|lin|str", "binds job to processor cores", |r, g| {
        r.binding = g.asked(binding(g)?);
        Ok(())
    });
pub const CHECKPOINT_WHEN: Submission = does("-c", ARGUMENT, "ckpt_selector", "define type of checkpointing for job", |r, g| {
    let word = g.word();
    let refuse = |text: &str| Err(Error::BadValue { command: g.command, text: text.into(), code: 2 });
    if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        match duration::parse(word) {
            Ok(Some(seconds)) if seconds > 0 => r.checkpoint_interval = g.asked(seconds),
            _ => return refuse("-c argument invalid"),
        }
        return Ok(());
    }
    if !word.chars().all(|letter| "nsmxr".contains(letter)) {
        return refuse("-c specifier invalid");
    }
    r.checkpoint_when = g.asked("msxrn".chars().filter(|letter| word.contains(*letter)).collect());
    Ok(())
});
pub const CHECKPOINT: Submission = once("-ckpt", ARGUMENT, "ckpt-name", "request checkpoint method", |r, g| {
    if !g.word().is_empty() {
        r.checkpoint = g.asked(g.word().to_string());
    }
    Ok(())
});
pub const CWD: Submission = does("-cwd", Value::None, "", "use current working directory", |r, g| {
    r.cwd = g.asked(Cwd::Current);
    Ok(())
});
pub const DELETE_CONTEXT: Submission =
    does("-dc", Value::One("a simple_context_list list argument"), "simple_context_list", "delete context variable(s)", |r, g| {
        r.context.push(Edit::Delete(context(g)?.into_iter().map(|(name, _)| name).collect()));
        Ok(())
    });
pub const DEADLINE: Submission = once("-dl", ARGUMENT, "date_time", "request a deadline initiation time", |r, g| {
    r.deadline = g.asked(time(g)?);
    Ok(())
});
pub const STDERR: Submission = does("-e", ARGUMENT, "path_list", "specify standard error stream path(s)", |r, g| {
    r.stderr = path_list(g, &r.stderr, "path list")?;
    Ok(())
});
/// qsub's `-h`: on the second time it is taken back (tests/compliance/qsub_hold_kinds.rs).
pub const HOLD: Submission = once("-h", Value::None, "", "place user hold on job", |r, g| {
    r.hold = g.asked(r.hold.is_none());
    Ok(())
});
/// qalter's, qhold's and qresub's: letters.
pub const HOLD_LIST: Submission =
    once("-h", ARGUMENT, "hold_list", "set holds u (user), o (operator), s (system), or take them away: U O S n (all)", |r, g| {
        let text = || g.bad(format!("Unknown hold list \"{}\" specified to -h option", g.word()));
        r.holds = g.asked(HoldChange::parse(g.word()).ok_or_else(text)?);
        Ok(())
    });
pub const HARD: Submission = does("-hard", Value::None, "", "consider following requests \"hard\"", |r, _| {
    r.soft = false;
    Ok(())
});
pub const HOLD_JID: Submission = does("-hold_jid", ARGUMENT, "job_identifier_list", "define jobnet interdependencies", |r, g| {
    r.hold_jid.extend(list(g, "jid_hold")?);
    Ok(())
});
pub const HOLD_JID_AD: Submission =
    does("-hold_jid_ad", ARGUMENT, "job_identifier_list", "define jobnet array interdependencies", |r, g| {
        r.hold_jid_ad.extend(list(g, "jid_hold_ad")?);
        Ok(())
    });
pub const STDIN: Submission = does("-i", ARGUMENT, "file_list", "specify standard input stream file(s)", |r, g| {
    r.stdin = path_list(g, &r.stdin, "path list")?;
    Ok(())
});
pub const MERGE: Submission = once("-j", ARGUMENT, "y[es]|n[o]", "merge stdout and stderr stream of job", |r, g| {
    r.merge = g.asked(g.switch()?);
    Ok(())
});
pub const SHARE: Submission = does("-js", ARGUMENT, "job_share", "share tree or functional job share", |r, g| {
    r.share = g.asked(unsigned(g, "jobshare")?);
    Ok(())
});
/// Takes a program and runs none: job submission verifiers are a site's, and gridshim has none.
pub const VERIFIER: Submission = does("-jsv", ARGUMENT, "jsv_url", "job submission verification script to be used", |_, g| {
    let text = format!("JSV \"{}\" is either not a file or not executable", g.word());
    let is_program = std::fs::metadata(g.word()).is_ok_and(|file| {
        use std::os::unix::fs::PermissionsExt;
        file.is_file() && file.permissions().mode() & 0o111 != 0
    });
    if !is_program {
        return Err(Error::BadValue { command: g.command, text, code: 3 });
    }
    let why = "gridshim runs no submission verifiers: a job that was not verified is not submitted";
    Err(Error::Refused { command: g.command, option: "-jsv".into(), why })
});
pub const RESOURCES: Submission = does("-l", ARGUMENT, "resource_list", "request the given resources", |r, g| {
    let (into, said) = match r.soft {
        true => (&mut r.soft_resources, &mut r.said.soft_resources),
        false => (&mut r.hard_resources, &mut r.said.hard_resources),
    };
    let requests = resources::parse(g.word()).map_err(|_| Error::Prefaced {
        before: "error: unknown resource \"\"\n".into(),
        error: Box::new(g.bad(format!("Wrong resource list format \"{}\" specified to -l option", g.word()))),
    })?;
    resources::merge(into, requests);
    *said = true;
    Ok(())
});
pub const MAIL_TO: Submission = does("-M", ARGUMENT, "mail_list", "notify these e-mail addresses", |r, g| {
    let refusal = || g.bad(format!("Wrong mail list format \"{}\" specified to -M option", g.word()));
    mail::merge(&mut r.mail_to, mail::parse(g.word()).ok_or_else(refusal)?);
    Ok(())
});
pub const MAIL: Submission = does("-m", ARGUMENT, "mail_options", "define mail notification events", |r, g| {
    let events = mail_events(g)?;
    let earlier = r.mail_events.as_ref().map(|asked| asked.value).unwrap_or_default();
    let is_none = g.word().contains('n');
    r.mail_cleared |= is_none;
    r.mail_events = g.asked(if is_none { MailEvents::default() } else { earlier.and(events) });
    Ok(())
});
pub const MASTER_QUEUE: Submission =
    does("-masterq", Value::One("queue list argument"), "wc_queue_list", "bind master task to queue(s)", |r, g| {
        r.master_queues.extend(list(g, "queue")?);
        Ok(())
    });
pub const NAME: Submission = once("-N", ARGUMENT, "name", "specify job name", |r, g| {
    if let Err(name::Refusal::Slash) = name::check(g.word()) {
        let text = "argument to -N option must not contain / ".to_string();
        return Err(Error::BadValue { command: g.command, text, code: 2 });
    }
    r.name = g.asked(g.word().to_string());
    Ok(())
});
pub const NOTIFY: Submission = does("-notify", Value::None, "", "notify job before killing/suspending it", |r, g| {
    r.notify = g.asked(true);
    Ok(())
});
pub const NOW: Submission = once("-now", ARGUMENT, "y[es]|n[o]", "start job immediately or not at all", |r, g| {
    r.now = g.asked(g.switch()?);
    Ok(())
});
pub const STDOUT: Submission = does("-o", ARGUMENT, "path_list", "specify standard output stream path(s)", |r, g| {
    r.stdout = path_list(g, &r.stdout, "stdout path list")?;
    Ok(())
});
pub const OVERRIDE_TICKETS: Submission = does("-ot", ARGUMENT, "tickets", "set job's override tickets", |r, g| {
    r.override_tickets = g.asked(unsigned(g, "override tickets")?);
    Ok(())
});
pub const PROJECT: Submission = once("-P", ARGUMENT, "project_name", "set job's project", |r, g| {
    if !g.word().is_empty() {
        r.project = g.asked(g.word().to_string());
    } else if let Some(asked) = &mut r.project {
        asked.value.clear();
    } else {
        r.project = g.asked(String::new());
    }
    Ok(())
});
pub const PRIORITY: Submission = does("-p", ARGUMENT, "priority", "define job's relative priority", |r, g| {
    let refusal = || g.bad(format!("invalid priority \"{}\".  Must be an integer from -1023 to 1024", g.word()));
    let priority = g.word().parse::<i32>().map_err(|_| refusal())?;
    if !(-1023..=1024).contains(&priority) {
        return Err(refusal());
    }
    r.priority = g.asked(priority);
    Ok(())
});
pub const PE: Submission = once(
    "-pe",
    Value::Two("pe_name argument", "range as 2nd argument"),
    "wc_pe_name slot_range",
    "request slot range for parallel jobs",
    |r, g| {
        let range = g.words.get(1).map_or("", String::as_str);
        let stretches = slots::parse(range).map_err(|refusal| range_refused(g, refusal))?;
        // An empty name asks for nothing.
        r.pe = g.asked((g.word().to_string(), stretches)).filter(|_| !g.word().is_empty());
        Ok(())
    },
);
pub const PTY: Submission =
    no_effect("-pty", ARGUMENT, "y[es]|n[o]", "taken and ignored", "for qrsh alone: a batch job has no terminal, as in Grid Engine");
pub const QUEUE: Submission = does("-q", Value::One("queue list argument"), "wc_queue_list", "bind job to queue(s)", |r, g| {
    let queues = list(g, "queue")?;
    let list = if r.soft { &mut r.soft_queues } else { &mut r.queues };
    list.extend(queues);
    Ok(())
});
pub const RESERVE: Submission = once("-R", ARGUMENT, "y[es]|n[o]", "reservation desired", |r, g| {
    r.reserve = g.asked(g.switch()?);
    Ok(())
});
pub const RERUN: Submission = once("-r", ARGUMENT, "y[es]|n[o]", "define job as (not) restartable", |r, g| {
    r.rerun = g.asked(g.switch()?);
    Ok(())
});
pub const SET_CONTEXT: Submission =
    does("-sc", Value::One("context list argument"), "context_list", "set job context (replaces old context)", |r, g| {
        r.context.push(Edit::Set(context(g)?));
        Ok(())
    });
pub const USE_SHELL: Submission =
    once("-shell", ARGUMENT, "y[es]|n[o]", "start command with or without wrapping <loginshell> -c", |r, g| {
        r.use_shell = g.asked(g.switch()?);
        Ok(())
    });
pub const SOFT: Submission = does("-soft", Value::None, "", "consider following requests as soft", |r, _| {
    r.soft = true;
    Ok(())
});
pub const SYNC: Submission = once("-sync", ARGUMENT, "y[es]|n[o]", "wait for job to end and return exit code", |r, g| {
    // It cannot be taken back (tests/compliance/qsub_sources.rs).
    let earlier = r.sync.as_ref().is_some_and(|asked| asked.value);
    r.sync = g.asked(g.switch()? || earlier);
    Ok(())
});
pub const SHELL: Submission = does("-S", Value::One("path_name argument"), "path_list", "command interpreter to be used", |r, g| {
    r.shell = path_list(g, &r.shell, "shell list")?;
    Ok(())
});
pub const TASKS: Submission =
    does("-t", Value::One("a list of task id ranges"), "task_id_range", "create a job-array with these tasks", |r, g| {
        // `-t 5-` takes the next word for the end of the range in Grid Engine and so loses the script: refused here instead.
        r.tasks = match tasks::parse(g.word()) {
            Ok(range) => g.asked(range),
            Err(tasks::Refusal::Text(text)) => return Err(g.bad(text)),
            // The master refuses it.
            Err(tasks::Refusal::Zero(range)) => g.asked(range),
        };
        Ok(())
    });
pub const TASK_CONCURRENCY: Submission = does("-tc", ARGUMENT, "max_running_tasks", "throttle the number of concurrent tasks", |r, g| {
    let text = || format!("invalid task concurrency number \"{}\". Must be an integer greater or equal to 0.", g.word());
    r.task_concurrency = g.asked(g.word().parse::<u64>().map_err(|_| g.bad(text()))?);
    Ok(())
});
pub const TERSE: Submission = does("-terse", Value::None, "", "tersed output, print only the job-id", |r, _| {
    r.terse = true;
    Ok(())
});
pub const IGNORED_USERS: Submission = no_effect("-u", ARGUMENT, "user_list", "taken and ignored", "Grid Engine ignores it too");
pub const VARIABLES: Submission =
    does("-v", Value::One("variable list argument"), "variable_list", "export these environment variables", |r, g| {
        let mut variables = Vec::new();
        for piece in g.word().split(',').filter(|piece| !piece.is_empty()) {
            match piece.split_once('=') {
                Some((name, value)) => variables.push((name.to_string(), Some(value.to_string()))),
                None => variables.push((piece.to_string(), None)),
            }
        }
        if variables.is_empty() || variables.iter().any(|(name, _)| name.is_empty()) {
            return Err(g.bad(format!("Wrong variable list format -v \"{}\" or environment variable not set", g.word())));
        }
        merge_env(&mut r.env, variables);
        Ok(())
    });
pub const VERIFY: Submission = does("-verify", Value::None, "", "do not submit, just verify", |r, _| {
    r.verify = true;
    Ok(())
});
pub const ENVIRONMENT: Submission = does("-V", Value::None, "", "export all environment variables", |r, _| {
    r.whole_environment = true;
    Ok(())
});
pub const VALIDATION: Submission =
    once("-w", ARGUMENT, "e|w|n|v|p", "verify mode (error|warning|none|just verify|poke) for jobs", |r, g| {
        r.validation = g.asked(match g.word() {
            "n" => Validation::None,
            "e" => Validation::Error,
            "w" => Validation::Warning,
            "v" => Validation::Just,
            "p" => Validation::Poke,
            _ => return Err(g.invalid()),
        });
        Ok(())
    });
pub const WORKDIR: Submission = does("-wd", ARGUMENT, "working_directory", "use working_directory", |r, g| {
    r.cwd = g.asked(Cwd::Path(g.word().to_string()));
    Ok(())
});
/// qrsh's and qlogin's; its value is looked at all the same.
pub const HANDLES_EVENTS: Submission = Row { apply: |_, g| g.switch().map(|_| ()), ..foreign("-he", ARGUMENT, "y[es]|n[o]") };
/// Option files are read before the walk, which replaces the option by the file's words.
pub const FILE: Submission = does("-@", Value::One("file argument"), "file", "read commandline input from file", |_, _| Ok(()));

/// A list of paths over an earlier one.
fn path_list(given: &Given<'_>, earlier: &Option<Asked<String>>, what: &str) -> Result<Option<Asked<String>>> {
    if paths::parse(given.word()).is_empty() {
        // Sic: the text for -i names -e.
        let name = if given.name == "-i" { "-e" } else { given.name };
        return Err(given.bad(format!("Wrong {what} format \"{}\" specified to {name} option", given.word())));
    }
    let earlier = earlier.as_ref().map_or("", |asked| asked.value.as_str());
    // qalter leaves it to the master to complain of two for one host.
    let is_joined = given.command == "qalter" && !earlier.is_empty();
    Ok(given.asked(if is_joined { format!("{earlier},{}", given.word()) } else { paths::merged(earlier, given.word()) }))
}

fn list(given: &Given<'_>, kind: &str) -> Result<Vec<String>> {
    let words: Vec<String> = given.word().split(',').filter(|word| !word.is_empty()).map(String::from).collect();
    if words.is_empty() {
        return Err(given.bad(format!("Wrong {kind} list format \"{}\" specified to {} option", given.word(), given.name)));
    }
    Ok(words)
}

/// Seconds since 1970. Grid Engine's complaint comes in two parts, after an empty line.
fn time(given: &Given<'_>) -> Result<i64> {
    match date::parse(given.word()) {
        Ok(date) => Ok(date.seconds(chrono::Local::now())),
        Err(sentence) => {
            let text = format!("Wrong date/time format \"{}\" specified to {} option", given.word(), given.name);
            Err(Error::Prefaced { before: format!("\n{sentence}\n"), error: Box::new(given.bad(text)) })
        }
    }
}

fn context(given: &Given<'_>) -> Result<Vec<(String, String)>> {
    let pieces: Vec<&str> = given.word().split(',').filter(|piece| !piece.is_empty()).collect();
    if pieces.is_empty() || pieces.iter().any(|piece| piece.starts_with('=')) {
        return Err(given.bad(format!("Wrong context list format {} \"{}\"", given.name, given.word())));
    }
    let pair = |piece: &&str| piece.split_once('=').map_or((piece.to_string(), String::new()), |(n, v)| (n.into(), v.into()));
    Ok(pieces.iter().map(pair).collect())
}

/// Digits up to a dot, modulo 2^32, as Grid Engine reads them.
fn unsigned(given: &Given<'_>, what: &str) -> Result<u32> {
    let text = format!("invalid {what}, must be an unsigned integer");
    let refusal = || Error::BadValue { command: given.command, text: text.clone(), code: 2 };
    let (digits, rest) = given.word().split_once('.').unwrap_or((given.word(), ""));
    if digits.is_empty() || !digits.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(refusal());
    }
    digits.parse::<u128>().map(|number| number as u32).map_err(|_| refusal())
}

fn binding(given: &Given<'_>) -> Result<String> {
    let (place, what) = match given.words {
        [place, what] => (place.as_str(), what.as_str()),
        _ => ("set", given.word()),
    };
    let refusal = |reason| Error::BadValue { command: given.command, text: format!("-binding option contains errors: {reason}"), code: 2 };
    binding::parse(what).map(|shown| format!("{place} {shown}")).map_err(refusal)
}

/// A range of slots that is none, in qsub's words.
fn range_refused(given: &Given<'_>, refusal: slots::Refusal) -> Error {
    match refusal {
        // Recorded: the rest of the line is lost with it.
        slots::Refusal::Empty => Error::Script { before: String::new(), reason: "no input read from stdin".into(), code: 4 },
        slots::Refusal::One(sentence) => given.bad(sentence),
        slots::Refusal::InList(sentence, place) => {
            let sentence = sentence.map_or(String::new(), |sentence| format!("{sentence}\n{}: ", given.command));
            Error::Prefaced { before: format!("error: {place}\n"), error: Box::new(given.bad(format!("{sentence}{place}"))) }
        }
    }
}

fn mail_events(given: &Given<'_>) -> Result<MailEvents> {
    let mut events = MailEvents::default();
    let refusal = || given.bad(format!("Wrong mail options list format \"{}\" specified to -m option", given.word()));
    if given.word().is_empty() {
        return Err(refusal());
    }
    for letter in given.word().chars() {
        match letter {
            'b' => events.begin = true,
            'e' => events.end = true,
            'a' => events.abort = true,
            's' => events.suspend = true,
            'n' => events = MailEvents::default(),
            _ => return Err(refusal()),
        }
    }
    Ok(events)
}
