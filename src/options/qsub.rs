//! qsub's options. The texts of refusals are Grid Engine 8.1.9's (compat/captures/qsub-bad-input.txt).

use super::{Given, Row, Table, Value, does, no_effect, once, refused};
use crate::error::{Error, Result};
use crate::grammar::{name, resources, slots, tasks};
use crate::request::{Cwd, MailEvents, Request, Validation, merge_env};

const ARGUMENT: Value = Value::One("argument");
const NOT_YET: &str = "not yet: this option is not implemented";

/// qsub's table.
pub static TABLE: Table<Request> = Table { command: "qsub", rows: ROWS };

static ROWS: &[Row<Request>] = &[
    refused("-a", ARGUMENT, "date_time", "request a start time", "not yet: start times are not implemented"),
    refused("-ac", ARGUMENT, "context_list", "add context variable(s)", NOT_YET),
    refused("-ar", ARGUMENT, "ar_id", "bind job to advance reservation", "there are no advance reservations here"),
    once("-A", ARGUMENT, "account_string", "account string in accounting record", |r, g| {
        r.account = g.asked(g.word().to_string());
        Ok(())
    }),
    once("-b", ARGUMENT, "y[es]|n[o]", "handle command as binary", |r, g| {
        r.binary = g.asked(g.switch()?);
        Ok(())
    }),
    refused("-binding", ARGUMENT, "exp|lin|str", "binds job to processor cores", NOT_YET),
    refused("-c", ARGUMENT, "ckpt_selector", "define type of checkpointing for job", NOT_YET),
    does("-ckpt", ARGUMENT, "ckpt-name", "request checkpoint method", |_, g| {
        Err(Error::Rejected(format!("job rejected: the requested checkpointing environment \"{}\" does not exist", g.word())))
    }),
    does("-clear", Value::None, "", "skip previous definitions for job", |r, _| {
        *r = Request { clear: true, ..Request::default() };
        Ok(())
    }),
    does("-cwd", Value::None, "", "use current working directory", |r, g| {
        r.cwd = g.asked(Cwd::Current);
        Ok(())
    }),
    once("-C", ARGUMENT, "directive_prefix", "define command prefix for job script", |r, g| {
        r.directive_prefix = g.asked(g.word().to_string());
        Ok(())
    }),
    refused("-dc", ARGUMENT, "simple_context_list", "delete context variable(s)", NOT_YET),
    refused("-dl", ARGUMENT, "date_time", "request a deadline initiation time", NOT_YET),
    does("-e", ARGUMENT, "path_list", "specify standard error stream path(s)", |r, g| {
        r.stderr = g.asked(path(g, "stderr")?);
        Ok(())
    }),
    once("-h", Value::None, "", "place user hold on job", |r, g| {
        r.hold = g.asked(true);
        Ok(())
    }),
    does("-hard", Value::None, "", "consider following requests \"hard\"", |r, _| {
        r.soft = false;
        Ok(())
    }),
    does("-help", Value::None, "", "print this help", |_, _| {
        Err(Error::OnStdout { text: TABLE.help("\n   [{command} [command_args]]").trim_end().to_string(), code: 0 })
    }),
    does("-hold_jid", ARGUMENT, "job_identifier_list", "define jobnet interdependencies", |r, g| {
        if g.word().is_empty() {
            return Err(g.bad(format!("Wrong jid_hold list format \"\" specified to {} option", g.name)));
        }
        r.hold_jid.extend(g.word().split(',').filter(|word| !word.is_empty()).map(String::from));
        Ok(())
    }),
    refused("-hold_jid_ad", ARGUMENT, "job_identifier_list", "define jobnet array interdependencies", NOT_YET),
    does("-i", ARGUMENT, "file_list", "specify standard input stream file(s)", |r, g| {
        r.stdin = g.asked(path(g, "stdin")?);
        Ok(())
    }),
    once("-j", ARGUMENT, "y[es]|n[o]", "merge stdout and stderr stream of job", |r, g| {
        r.merge = g.asked(g.switch()?);
        Ok(())
    }),
    refused("-js", ARGUMENT, "job_share", "share tree or functional job share", NOT_YET),
    refused("-jsv", ARGUMENT, "jsv_url", "job submission verification script to be used", NOT_YET),
    does("-l", ARGUMENT, "resource_list", "request the given resources", |r, g| {
        let list: String = g.word().split(',').filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(",");
        if list.is_empty() {
            return Ok(());
        }
        let requests =
            resources::parse(&list).map_err(|_| g.bad(format!("Wrong resource list format \"{}\" specified to -l option", g.word())))?;
        resources::merge(if r.soft { &mut r.soft_resources } else { &mut r.hard_resources }, requests);
        Ok(())
    }),
    does("-M", ARGUMENT, "mail_list", "notify these e-mail addresses", |r, g| {
        if g.word().is_empty() {
            return Err(g.bad("Wrong mail list format \"\" specified to -M option"));
        }
        r.mail_to = g.word().split(',').filter(|word| !word.is_empty()).map(String::from).collect();
        Ok(())
    }),
    does("-m", ARGUMENT, "mail_options", "define mail notification events", |r, g| {
        let events = mail_events(g)?;
        let earlier = r.mail_events.as_ref().map(|asked| asked.value).unwrap_or_default();
        r.mail_events = g.asked(if g.word().contains('n') { MailEvents::default() } else { earlier.and(events) });
        Ok(())
    }),
    refused("-masterq", Value::One("queue list argument"), "wc_queue_list", "bind master task to queue(s)", NOT_YET),
    once("-N", ARGUMENT, "name", "specify job name", |r, g| {
        if let Err(name::Refusal::Slash) = name::check(g.word()) {
            let text = "argument to -N option must not contain / ".to_string();
            return Err(Error::BadValue { command: g.command, text, code: 2 });
        }
        r.name = g.asked(g.word().to_string());
        Ok(())
    }),
    does("-notify", Value::None, "", "notify job before killing/suspending it", |r, g| {
        r.notify = g.asked(true);
        Ok(())
    }),
    once("-now", ARGUMENT, "y[es]|n[o]", "start job immediately or not at all", |_, g| {
        if g.switch()? {
            return Err(Error::Refused { command: g.command, option: "-now y".into(), why: "not yet: immediate jobs are not implemented" });
        }
        Ok(())
    }),
    does("-o", ARGUMENT, "path_list", "specify standard output stream path(s)", |r, g| {
        r.stdout = g.asked(path(g, "stdout")?);
        Ok(())
    }),
    // A site has no projects, checkpointing environments or deadline users yet: every one is unknown, in the master's words.
    once("-P", ARGUMENT, "project_name", "set job's project", |_, g| {
        Err(Error::Rejected(format!("job rejected: the requested project \"{}\" does not exist", g.word())))
    }),
    does("-p", ARGUMENT, "priority", "define job's relative priority", |r, g| {
        let refusal = || g.bad(format!("invalid priority \"{}\".  Must be an integer from -1023 to 1024", g.word()));
        let priority = g.word().parse::<i32>().map_err(|_| refusal())?;
        if !(-1023..=1024).contains(&priority) {
            return Err(refusal());
        }
        r.priority = g.asked(priority);
        Ok(())
    }),
    once(
        "-pe",
        Value::Two("pe_name argument", "range as 2nd argument"),
        "wc_pe_name slot_range",
        "request slot range for parallel jobs",
        |r, g| {
            let range = g.words.get(1).map_or("", String::as_str);
            let stretches = slots::parse(range).map_err(|piece| {
                g.bad(format!("Numerical value invalid!\nThe initial portion of string \"{piece}\" contains no decimal number"))
            })?;
            r.pe = g.asked((g.word().to_string(), stretches));
            Ok(())
        },
    ),
    does("-q", Value::One("queue list argument"), "wc_queue_list", "bind job to queue(s)", |r, g| {
        if g.word().is_empty() {
            return Err(g.bad("Wrong queue list format \"\" specified to -q option"));
        }
        let list = if r.soft { &mut r.soft_queues } else { &mut r.queues };
        list.extend(g.word().split(',').filter(|word| !word.is_empty()).map(String::from));
        Ok(())
    }),
    once("-R", ARGUMENT, "y[es]|n[o]", "reservation desired", |r, g| {
        r.reserve = g.asked(g.switch()?);
        Ok(())
    }),
    once("-r", ARGUMENT, "y[es]|n[o]", "define job as (not) restartable", |r, g| {
        r.rerun = g.asked(g.switch()?);
        Ok(())
    }),
    refused("-sc", ARGUMENT, "context_list", "set job context (replaces old context)", NOT_YET),
    once("-shell", ARGUMENT, "y[es]|n[o]", "start command with or without wrapping <loginshell> -c", |r, g| {
        r.use_shell = g.asked(g.switch()?);
        Ok(())
    }),
    does("-soft", Value::None, "", "consider following requests as soft", |r, _| {
        r.soft = true;
        Ok(())
    }),
    once("-sync", ARGUMENT, "y[es]|n[o]", "wait for job to end and return exit code", |r, g| {
        r.sync = g.asked(g.switch()?);
        Ok(())
    }),
    does("-S", Value::One("path_name argument"), "path_list", "command interpreter to be used", |r, g| {
        if g.word().is_empty() {
            return Err(g.bad("Wrong shell list format \"\" specified to -S option"));
        }
        r.shell = g.asked(g.word().to_string());
        Ok(())
    }),
    does("-t", Value::One("a list of task id ranges"), "task_id_range", "create a job-array with these tasks", |r, g| {
        // `-t 5-` takes the next word for the end of the range in Grid Engine and so loses the script: refused here instead.
        r.tasks = match tasks::parse(g.word()) {
            Ok(range) => g.asked(range),
            Err(tasks::Refusal::Text(text)) => return Err(g.bad(text)),
            Err(tasks::Refusal::Zero) => return Err(Error::Rejected("job rejected: 0 is an invalid task id".into())),
        };
        Ok(())
    }),
    does("-tc", ARGUMENT, "max_running_tasks", "throttle the number of concurrent tasks", |r, g| {
        let text = || format!("invalid task concurrency number \"{}\". Must be an integer greater or equal to 0.", g.word());
        r.task_concurrency = g.asked(g.word().parse::<u64>().map_err(|_| g.bad(text()))?);
        Ok(())
    }),
    does("-terse", Value::None, "", "tersed output, print only the job-id", |r, _| {
        r.terse = true;
        Ok(())
    }),
    no_effect("-u", ARGUMENT, "user_list", "taken and ignored", "Grid Engine ignores it too"),
    does("-v", Value::One("variable list argument"), "variable_list", "export these environment variables", |r, g| {
        let mut variables = Vec::new();
        for piece in g.word().split(',').filter(|piece| !piece.is_empty()) {
            let (name, value) = match piece.split_once('=') {
                Some((name, value)) => (name, Some(value.to_string())),
                None => (piece, None),
            };
            if name.is_empty() {
                return Err(g.bad(format!("Wrong variable list format -v \"{}\" or environment variable not set", g.word())));
            }
            variables.push((name.to_string(), value));
        }
        merge_env(&mut r.env, variables);
        Ok(())
    }),
    does("-verify", Value::None, "", "do not submit, just verify", |r, _| {
        r.verify = true;
        Ok(())
    }),
    does("-V", Value::None, "", "export all environment variables", |r, _| {
        r.whole_environment = true;
        Ok(())
    }),
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
    }),
    does("-wd", ARGUMENT, "working_directory", "use working_directory", |r, g| {
        r.cwd = g.asked(Cwd::Path(g.word().to_string()));
        Ok(())
    }),
    // Option files are read by `commands::qsub`, which replaces the option by the file's words before the walk.
    does("-@", Value::One("file argument"), "file", "read commandline input from file", |_, _| Ok(())),
];

/// The first element of a path list; its host part stays (`host:path`), an empty one is dropped (`:path`).
fn path(given: &Given<'_>, stream: &str) -> Result<String> {
    let first = given.word().split(',').next().unwrap_or("");
    if first.is_empty() {
        return Err(given.bad(format!("Wrong {stream} path list format \"{}\" specified to {} option", given.word(), given.name)));
    }
    Ok(first.to_string())
}

fn mail_events(given: &Given<'_>) -> Result<MailEvents> {
    let mut events = MailEvents::default();
    for letter in given.word().chars() {
        match letter {
            'b' => events.begin = true,
            'e' => events.end = true,
            'a' => events.abort = true,
            's' => events.suspend = true,
            'n' => events = MailEvents::default(),
            _ => return Err(given.bad(format!("Wrong mail options list format \"{}\" specified to -m option", given.word()))),
        }
    }
    Ok(events)
}
