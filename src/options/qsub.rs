//! qsub's options.

use super::rows::*;
use super::{Row, Table, Value, does, foreign, once};
use crate::error::Error;
use crate::request::{Origin, Request};

/// qsub's table.
pub static TABLE: Table<Request> = Table { command: "qsub", rows: ROWS };

const CLEAR: Row<Request> = does("-clear", Value::None, "", "skip previous definitions for job", |r, _| {
    *r = Request { clear: true, ..Request::default() };
    Ok(())
});
const PREFIX: Row<Request> = once("-C", ARGUMENT, "directive_prefix", "define command prefix for job script", |r, g| {
    r.directive_prefix = g.asked(g.word().to_string());
    r.scanned_prefix.get_or_insert_with(|| g.word().to_string());
    Ok(())
});
const HELP: Row<Request> = does("-help", Value::None, "", "print this help", |r, g| {
    if *g.origin != Origin::Argv {
        return Err(Error::Exact { text: "qsub: -help not allowed in this context".into(), code: 5 });
    }
    r.help = true;
    Ok(())
});

static ROWS: &[Row<Request>] = &[
    START,
    ADD_CONTEXT,
    RESERVATION,
    ACCOUNT,
    BINARY,
    BINDING,
    CHECKPOINT_WHEN,
    CHECKPOINT,
    CLEAR,
    CWD,
    PREFIX,
    DELETE_CONTEXT,
    DEADLINE,
    STDERR,
    HOLD,
    HARD,
    HELP,
    HOLD_JID,
    HOLD_JID_AD,
    STDIN,
    MERGE,
    SHARE,
    VERIFIER,
    RESOURCES,
    MAIL_TO,
    MAIL,
    MASTER_QUEUE,
    NAME,
    NOTIFY,
    NOW,
    STDOUT,
    PROJECT,
    PRIORITY,
    PE,
    PTY,
    QUEUE,
    RESERVE,
    RERUN,
    SET_CONTEXT,
    USE_SHELL,
    SOFT,
    SYNC,
    SHELL,
    TASKS,
    TASK_CONCURRENCY,
    TERSE,
    IGNORED_USERS,
    VARIABLES,
    VERIFY,
    ENVIRONMENT,
    VALIDATION,
    WORKDIR,
    FILE,
    foreign("-cat", Value::None, ""),
    foreign("-display", ARGUMENT, "display"),
    HANDLES_EVENTS,
    foreign("-inherit", Value::None, ""),
    foreign("-noshell", Value::None, ""),
    foreign("-nostdin", Value::None, ""),
    Row { apply: OVERRIDE_TICKETS.apply, ..foreign("-ot", ARGUMENT, "tickets") },
];
