//! What was asked, before any default: one `Request` per source (command line, script, file), each value with its origin,
//! and the rules by which one source overrides another (tests/compliance/qsub_directives.rs).

use crate::grammar::{resources, slots::Stretch, tasks::Range};
use serde::{Deserialize, Serialize};

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Argv,
    /// A directive line of the script, counted from 1.
    Directive {
        line: usize,
    },
    /// An option file.
    File {
        path: String,
        line: usize,
    },
    /// gridshim's wrappers say it on the user's behalf.
    Wrapper,
}

/// A value and where it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<T> {
    pub value: T,
    pub origin: Origin,
}

/// `-cwd` or `-wd PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cwd {
    Current,
    Path(String),
}

/// What `-w` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    None,
    Error,
    Warning,
    Just,
    Poke,
}

/// The events of `-m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MailEvents {
    pub begin: bool,
    pub end: bool,
    pub abort: bool,
    pub suspend: bool,
}

/// Everything one source asks of qsub. `None` and empty lists: not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub name: Option<Asked<String>>,
    pub account: Option<Asked<String>>,
    pub cwd: Option<Asked<Cwd>>,
    pub stdout: Option<Asked<String>>,
    pub stderr: Option<Asked<String>>,
    pub stdin: Option<Asked<String>>,
    pub merge: Option<Asked<bool>>,
    pub shell: Option<Asked<String>>,
    pub binary: Option<Asked<bool>>,
    pub use_shell: Option<Asked<bool>>,
    pub priority: Option<Asked<i32>>,
    pub rerun: Option<Asked<bool>>,
    pub reserve: Option<Asked<bool>>,
    pub hold: Option<Asked<bool>>,
    pub notify: Option<Asked<bool>>,
    pub sync: Option<Asked<bool>>,
    pub validation: Option<Asked<Validation>>,
    pub directive_prefix: Option<Asked<String>>,
    pub tasks: Option<Asked<Range>>,
    pub task_concurrency: Option<Asked<u64>>,
    pub pe: Option<Asked<(String, Vec<Stretch>)>>,
    pub terse: bool,
    pub verify: bool,
    /// `-V`.
    pub whole_environment: bool,
    /// `-clear` was said: nothing of an earlier or of the script's source counts.
    pub clear: bool,
    /// `-soft` was said last: further `-l` and `-q` are soft.
    pub soft: bool,
    /// `-v`: a name and its value; `None` takes the submitter's.
    pub env: Vec<(String, Option<String>)>,
    pub queues: Vec<String>,
    pub soft_queues: Vec<String>,
    pub hard_resources: Vec<(String, String)>,
    pub soft_resources: Vec<(String, String)>,
    pub hold_jid: Vec<String>,
    pub mail_events: Option<Asked<MailEvents>>,
    pub mail_to: Vec<String>,
    /// jsub -continuous: the program that is started again until it exits 0.
    pub respawn: Option<String>,
}

fn replace<T>(into: &mut Option<T>, from: Option<T>) {
    if from.is_some() {
        *into = from;
    }
}

fn replace_list<T>(into: &mut Vec<T>, from: Vec<T>) {
    if !from.is_empty() {
        *into = from;
    }
}

impl Request {
    /// Lays a stronger source over this one: `-l` and `-v` merge by name, `-hold_jid`, `-m` and `-M` add up, the rest is replaced.
    pub fn overridden_by(&mut self, over: Request) {
        if over.clear {
            *self = over;
            return;
        }
        let Request {
            name,
            account,
            cwd,
            stdout,
            stderr,
            stdin,
            merge,
            shell,
            binary,
            use_shell,
            priority,
            rerun,
            reserve,
            hold,
            notify,
            sync,
            validation,
            directive_prefix,
            tasks,
            task_concurrency,
            pe,
            terse,
            verify,
            whole_environment,
            clear: _,
            soft: _,
            env,
            queues,
            soft_queues,
            hard_resources,
            soft_resources,
            hold_jid,
            mail_events,
            mail_to,
            respawn,
        } = over;
        replace(&mut self.name, name);
        replace(&mut self.account, account);
        replace(&mut self.cwd, cwd);
        replace(&mut self.stdout, stdout);
        replace(&mut self.stderr, stderr);
        replace(&mut self.stdin, stdin);
        replace(&mut self.merge, merge);
        replace(&mut self.shell, shell);
        replace(&mut self.binary, binary);
        replace(&mut self.use_shell, use_shell);
        replace(&mut self.priority, priority);
        replace(&mut self.rerun, rerun);
        replace(&mut self.reserve, reserve);
        replace(&mut self.hold, hold);
        replace(&mut self.notify, notify);
        replace(&mut self.sync, sync);
        replace(&mut self.validation, validation);
        replace(&mut self.directive_prefix, directive_prefix);
        replace(&mut self.tasks, tasks);
        replace(&mut self.task_concurrency, task_concurrency);
        replace(&mut self.pe, pe);
        replace(&mut self.respawn, respawn);
        self.terse |= terse;
        self.verify |= verify;
        self.whole_environment |= whole_environment;
        merge_env(&mut self.env, env);
        replace_list(&mut self.queues, queues);
        replace_list(&mut self.soft_queues, soft_queues);
        resources::merge(&mut self.hard_resources, hard_resources);
        resources::merge(&mut self.soft_resources, soft_resources);
        self.hold_jid.extend(hold_jid);
        self.mail_to.extend(mail_to);
        if let Some(over) = mail_events {
            let earlier = self.mail_events.take().map(|asked| asked.value).unwrap_or_default();
            self.mail_events = Some(Asked { value: earlier.and(over.value), origin: over.origin });
        }
    }
}

impl MailEvents {
    /// Both together.
    pub fn and(self, other: MailEvents) -> MailEvents {
        MailEvents {
            begin: self.begin || other.begin,
            end: self.end || other.end,
            abort: self.abort || other.abort,
            suspend: self.suspend || other.suspend,
        }
    }

    /// The letters in Grid Engine's order (`beas` shows as `abes`); empty for none.
    pub fn letters(self) -> String {
        [(self.abort, 'a'), (self.begin, 'b'), (self.end, 'e'), (self.suspend, 's')].iter().filter(|(on, _)| *on).map(|(_, c)| *c).collect()
    }
}

/// `-v` said again: a variable keeps its place and takes the new value.
pub fn merge_env(into: &mut Vec<(String, Option<String>)>, from: Vec<(String, Option<String>)>) {
    for (name, value) in from {
        match into.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => into.push((name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<T>(value: T) -> Option<Asked<T>> {
        Some(Asked { value, origin: Origin::Argv })
    }

    #[test]
    fn the_command_line_replaces_merges_and_adds() {
        let mut script = Request {
            name: asked("a".to_string()),
            hard_resources: vec![("h_vmem".into(), "1G".into()), ("h_rt".into(), "60".into())],
            hold_jid: vec!["a".into()],
            queues: vec!["task".into()],
            mail_events: asked(MailEvents { begin: true, ..MailEvents::default() }),
            ..Request::default()
        };
        script.overridden_by(Request {
            name: asked("b".to_string()),
            hard_resources: vec![("h_vmem".into(), "4G".into())],
            hold_jid: vec!["b".into()],
            queues: vec!["all.q".into()],
            mail_events: asked(MailEvents { end: true, ..MailEvents::default() }),
            ..Request::default()
        });
        assert_eq!(script.name, asked("b".to_string()));
        assert_eq!(script.hard_resources, [("h_rt".to_string(), "60".to_string()), ("h_vmem".into(), "4G".into())]);
        assert_eq!(script.hold_jid, ["a", "b"]);
        assert_eq!(script.queues, ["all.q"]);
        assert_eq!(script.mail_events.map(|m| m.value.letters()), Some("be".to_string()));
    }

    #[test]
    fn clear_forgets_what_was_said_before() {
        let mut script = Request { name: asked("a".to_string()), ..Request::default() };
        script.overridden_by(Request { clear: true, ..Request::default() });
        assert_eq!(script.name, None);
    }
}
