//! What was asked, before any default: one `Request` per source (command line, script, file), each value with its origin,
//! and the rules by which one source overrides another (tests/compliance/qsub_directives.rs).

pub mod listing;

use crate::grammar::{mail, paths, resources, slots::Stretch, tasks::Range};
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

/// One saying of `-ac`, `-dc` or `-sc`: variables and values, or the names to take away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    Add(Vec<(String, String)>),
    Delete(Vec<String>),
    Set(Vec<(String, String)>),
}

/// What qalter's `-h` asks for: holds to set and to take away, by their small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldChange {
    pub set: Vec<char>,
    pub take: Vec<char>,
    /// `n`: all.
    pub none: bool,
}

impl HoldChange {
    /// Reads `uo`, `USO`, `n`; `None` for anything else.
    pub fn parse(word: &str) -> Option<HoldChange> {
        if word == "n" {
            return Some(HoldChange { none: true, ..HoldChange::default() });
        }
        let mut change = HoldChange::default();
        for letter in word.chars() {
            match letter {
                'u' | 'o' | 's' => change.set.push(letter),
                'U' | 'O' | 'S' => change.take.push(letter.to_ascii_lowercase()),
                _ => return None,
            }
        }
        Some(change)
    }
}

/// Lists that were said, be they empty (`qalter -l ''` empties one).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub hard_resources: bool,
    pub soft_resources: bool,
}

/// What `-w` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Validation {
    #[default]
    None,
    Error,
    Warning,
    Just,
    Poke,
}

impl Validation {
    /// What `qstat -j` shows as `verify_suitable_queues` (compat/captures/qstat-xml).
    pub fn number(self) -> u32 {
        match self {
            Validation::None => 0,
            Validation::Warning => 1,
            Validation::Error => 2,
            Validation::Just => 3,
            Validation::Poke => 4,
        }
    }
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
    /// Of several `-C` the last is shown, and the first is what the script is read by; so with `-b`.
    pub scanned_prefix: Option<String>,
    pub reads_binary: Option<bool>,
    /// `-help`.
    pub help: bool,
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
    /// `-m n`: nothing of an earlier source counts.
    pub mail_cleared: bool,
    /// `user@host`.
    pub mail_to: Vec<String>,
    /// jsub -continuous: the program that is started again until it exits 0.
    pub respawn: Option<String>,
    /// `-a` and `-dl`: seconds since 1970.
    pub start_at: Option<Asked<i64>>,
    pub deadline: Option<Asked<i64>>,
    pub context: Vec<Edit>,
    pub hold_jid_ad: Vec<String>,
    pub share: Option<Asked<u32>>,
    pub project: Option<Asked<String>>,
    pub checkpoint: Option<Asked<String>>,
    /// Letters of `-c`, and its interval in seconds.
    pub checkpoint_when: Option<Asked<String>>,
    pub checkpoint_interval: Option<Asked<u64>>,
    pub master_queues: Vec<String>,
    pub binding: Option<Asked<String>>,
    pub now: Option<Asked<bool>>,
    /// `-ar`.
    pub reservation: Option<Asked<u32>>,
    /// qalter alone.
    pub override_tickets: Option<Asked<u32>>,
    pub holds: Option<Asked<HoldChange>>,
    pub said: Said,
}

/// Paths are for a host each.
fn merge_paths(into: &mut Option<Asked<String>>, from: Option<Asked<String>>) {
    if let Some(over) = from {
        let earlier = into.take().map(|asked| asked.value).unwrap_or_default();
        *into = Some(Asked { value: paths::merged(&earlier, &over.value), origin: over.origin });
    }
}

fn replace<T>(into: &mut Option<T>, from: Option<T>) {
    if from.is_some() {
        *into = from;
    }
}

impl Request {
    /// Lays a stronger source over this one: `-l` and `-v` merge by name, paths and `-M` by host, `-hold_jid` and `-m` add up, the rest
    /// is replaced.
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
            scanned_prefix: _,
            reads_binary: _,
            help: _,
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
            mail_cleared,
            mail_to,
            respawn,
            start_at,
            deadline,
            context,
            hold_jid_ad,
            share,
            project,
            checkpoint,
            checkpoint_when,
            checkpoint_interval,
            master_queues,
            binding,
            now,
            reservation,
            override_tickets,
            holds,
            said,
        } = over;
        replace(&mut self.name, name);
        replace(&mut self.account, account);
        replace(&mut self.cwd, cwd);
        merge_paths(&mut self.stdout, stdout);
        merge_paths(&mut self.stderr, stderr);
        merge_paths(&mut self.stdin, stdin);
        merge_paths(&mut self.shell, shell);
        replace(&mut self.merge, merge);
        replace(&mut self.binary, binary);
        replace(&mut self.use_shell, use_shell);
        replace(&mut self.priority, priority);
        replace(&mut self.rerun, rerun);
        replace(&mut self.reserve, reserve);
        // Said in two places it is taken back (tests/compliance/qsub_hold_kinds.rs).
        if let Some(over) = hold {
            let both = self.hold.take().is_some_and(|asked| asked.value) != over.value;
            self.hold = Some(Asked { value: both, origin: over.origin });
        }
        replace(&mut self.notify, notify);
        // A wait that was asked for anywhere cannot be taken back (tests/compliance/qsub_sources.rs).
        if let Some(over) = sync {
            let waits = over.value || self.sync.take().is_some_and(|asked| asked.value);
            self.sync = Some(Asked { value: waits, origin: over.origin });
        }
        replace(&mut self.validation, validation);
        replace(&mut self.directive_prefix, directive_prefix);
        replace(&mut self.tasks, tasks);
        replace(&mut self.task_concurrency, task_concurrency);
        replace(&mut self.pe, pe);
        replace(&mut self.respawn, respawn);
        replace(&mut self.start_at, start_at);
        replace(&mut self.deadline, deadline);
        replace(&mut self.share, share);
        replace(&mut self.project, project);
        replace(&mut self.checkpoint, checkpoint);
        replace(&mut self.checkpoint_when, checkpoint_when);
        replace(&mut self.checkpoint_interval, checkpoint_interval);
        replace(&mut self.binding, binding);
        replace(&mut self.now, now);
        replace(&mut self.reservation, reservation);
        replace(&mut self.override_tickets, override_tickets);
        replace(&mut self.holds, holds);
        self.context.extend(context);
        self.hold_jid_ad.extend(hold_jid_ad);
        self.master_queues.extend(master_queues);
        self.said.hard_resources |= said.hard_resources;
        self.said.soft_resources |= said.soft_resources;
        self.terse |= terse;
        self.verify |= verify;
        self.whole_environment |= whole_environment;
        merge_env(&mut self.env, env);
        // One queue, hard or soft, makes both lists void (tests/compliance/qsub_queues.rs).
        if !queues.is_empty() || !soft_queues.is_empty() {
            (self.queues, self.soft_queues) = (queues, soft_queues);
        }
        resources::merge(&mut self.hard_resources, hard_resources);
        resources::merge(&mut self.soft_resources, soft_resources);
        self.hold_jid.extend(hold_jid);
        mail::merge(&mut self.mail_to, mail_to);
        if let Some(over) = mail_events {
            let earlier = self.mail_events.take().filter(|_| !mail_cleared).map(|asked| asked.value).unwrap_or_default();
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

/// What the sayings of `-ac`, `-dc` and `-sc` leave of a context, one after the other.
pub fn edited(mut context: Vec<(String, String)>, edits: &[Edit]) -> Vec<(String, String)> {
    for edit in edits {
        match edit {
            Edit::Set(variables) => context.clone_from(variables),
            Edit::Delete(names) => context.retain(|(name, _)| !names.contains(name)),
            Edit::Add(variables) => {
                for (name, value) in variables {
                    match context.iter_mut().find(|(known, _)| known == name) {
                        Some((_, old)) => old.clone_from(value),
                        None => context.push((name.clone(), value.clone())),
                    }
                }
            }
        }
    }
    context
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
