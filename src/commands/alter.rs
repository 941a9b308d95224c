//! qalter, qhold and qrls: the jobs that are meant, and the change of each. What the master says goes to standard output.

use super::{Context, hosts};
use crate::backend::{Filter, Whose};
use crate::error::{Error, Result};
use crate::grammar::indexes::Indexes;
use crate::grammar::tasks::Range;
use crate::grammar::{pattern, words};
use crate::host::suitable::{self, Look};
use crate::job::{Altered, Circumstances, Job, JobStatus, Other, Refusal, State, alter};
use crate::options::qalter::{Change, Meant, Program, TABLE};
use crate::request::{Request, Validation};
use crate::site::Site;

/// Runs qalter.
///
/// # Errors
/// Bad options; what the master denies is a line and an exit code.
pub fn run_qalter(context: &mut Context, words: &[String]) -> Result<u8> {
    run(context, words, Program::Qalter)
}

/// Runs qhold.
///
/// # Errors
/// As `run_qalter`.
pub fn run_qhold(context: &mut Context, words: &[String]) -> Result<u8> {
    run(context, words, Program::Qhold)
}

/// Runs qrls.
///
/// # Errors
/// As `run_qalter`.
pub fn run_qrls(context: &mut Context, words: &[String]) -> Result<u8> {
    run(context, words, Program::Qrls)
}

fn run(context: &mut Context, words: &[String], program: Program) -> Result<u8> {
    let change = program.parse(&expand(words, program)?)?;
    for warning in &change.warnings {
        context.print(&format!("{warning}\n"));
    }
    if change.request.verify {
        // Recorded: this is all that comes of it.
        context.print(&verified_alone(&change.request));
        return Ok(0);
    }
    let everybodys = Filter { whose: Whose::Everybodys, id: None, finished: false, detail: false };
    let mut all = context.backend()?.jobs(&everybodys)?;
    all.sort_by_key(|status| status.id);
    let mut run = Run { program, request: &change.request, all };
    if !change.users.is_empty() {
        return run.of_users(context, &change);
    }
    let mut code = 0;
    for meant in &change.jobs {
        let one = run.element(context, meant)?;
        // The first mistake's code counts.
        code = if code == 0 { one } else { code };
    }
    Ok(code)
}

/// The words of `-@` files in the option's place.
pub fn expand(words: &[String], program: Program) -> Result<Vec<String>> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at] == "-@"
            && let Some(file) = words.get(at + 1)
        {
            let unreadable = |_: std::io::Error| Error::Usage { usage: program.help(), line: "ERROR! no option argument".into() };
            let text = std::fs::read_to_string(file).map_err(unreadable)?;
            let inside: Vec<String> = text.lines().flat_map(words::parse).collect();
            // Recorded: a file with an option that is none ends as one that is missing.
            if inside.iter().any(|word| word.starts_with('-') && word.parse::<i64>().is_err() && TABLE.row(word).is_none()) {
                return Err(unreadable(std::io::ErrorKind::InvalidData.into()));
            }
            all.extend(inside);
            at += 2;
        } else {
            all.push(words[at].clone());
            at += 1;
        }
    }
    Ok(all)
}

/// `-verify`: this is all that comes of it (tests/compliance/qalter.rs).
pub fn verified_alone(request: &Request) -> String {
    let name = request.name.as_ref().map_or("", |asked| &asked.value);
    format!("{:<28}{name}\n\n", "job_name:")
}

/// One call.
struct Run<'a> {
    program: Program,
    request: &'a Request,
    /// Everybody's unfinished jobs by id, as the changes leave them.
    all: Vec<JobStatus>,
}

impl Run<'_> {
    /// The exit code that qhold has for a denial, where qalter has 1.
    fn code(&self, qhold: u8) -> u8 {
        if self.program == Program::Qalter { 1 } else { qhold }
    }

    /// `-u`: names of jobs count for nothing beside it.
    fn of_users(&mut self, context: &mut Context, change: &Change) -> Result<u8> {
        let jobs = self.those(|status| change.users.iter().any(|user| pattern::matches(user, &status.job.submitter.user)));
        if jobs.is_empty() {
            context.print(&format!("The job * of user(s) {} does not exist\n", change.users.join(",")));
            return Ok(self.code(3));
        }
        self.each(context, &jobs, None)
    }

    /// Positions of the jobs that are meant.
    fn those(&self, is_meant: impl Fn(&JobStatus) -> bool) -> Vec<usize> {
        self.all.iter().enumerate().filter(|(_, status)| is_meant(status)).map(|(at, _)| at).collect()
    }

    fn element(&mut self, context: &mut Context, meant: &Meant) -> Result<u8> {
        let (jobs, tasks, word) = match meant {
            Meant::Id { id, tasks } => (self.those(|status| status.id == *id), *tasks, id.to_string()),
            Meant::Name { name, tasks } => (self.those(|status| pattern::matches(name, &status.job.name)), *tasks, name.clone()),
        };
        if jobs.is_empty() {
            context.print(&format!("denied: job \"{word}\" does not exist\n"));
            return Ok(self.code(3));
        }
        self.each(context, &jobs, tasks)
    }

    /// The jobs in turn; the first that is somebody else's ends it.
    fn each(&mut self, context: &mut Context, jobs: &[usize], tasks: Option<Range>) -> Result<u8> {
        let user = context.submitter.user.clone();
        let may = context.site.is_manager(&user) || context.site.is_operator(&user);
        let mut code = 0;
        for &at in jobs {
            let status = &self.all[at];
            let id = status.id;
            if status.job.submitter.user != user && !may {
                context.print(&format!("denied: \"{user}\" must be at least owner of job {id} to change job attributes\n"));
                return Ok(self.code(18));
            }
            let one = self.one(context, at, tasks)?;
            code = if code == 0 { one } else { code };
        }
        Ok(code)
    }

    fn one(&mut self, context: &mut Context, at: usize, tasks: Option<Range>) -> Result<u8> {
        let status = &self.all[at];
        let hosts = hosts::learn(context, self.needs_hosts(&status.job, &context.site));
        let Altered { mut lines, job } = self.altered(context, status, tasks);
        let say = |context: &mut Context, lines: &[String]| lines.iter().for_each(|line| context.print(&format!("{line}\n")));
        let job = match job {
            Err(Refusal { text, is_about_holds, is_no_array }) => {
                say(context, &lines);
                context.print(&format!("{text}\n"));
                return Ok(match (is_about_holds, is_no_array) {
                    (true, _) => self.code(10),
                    (_, true) => self.code(4),
                    _ => 1,
                });
            }
            Ok(job) => Job { never: suitable::nowhere(&job, &hosts, Look::Ever, &context.site), ..job },
        };
        let unsuitable = suitable::nowhere(&job, &hosts, Look::Check, &context.site);
        let (job, code) = match verified(status, job, self.request, unsuitable) {
            Verified::Silent(job) => (job, 0),
            Verified::Told { line, code, only_checked: true, .. } => {
                context.print(&format!("{line}\n"));
                return Ok(code);
            }
            Verified::Told { job, line, code, only_checked: false } => {
                // Recorded: `v` and `p` do not say what they change all the same.
                if matches!(job.validation, Validation::Just | Validation::Poke) {
                    lines.clear();
                }
                lines.push(line);
                (job, code)
            }
        };
        let mut job = job;
        super::image::change(context, &status.job, &mut job)?;
        let is_same = status.job == Job { env: status.job.env.clone(), ..job.clone() };
        if !is_same || !job.env.is_empty() {
            context.backend()?.change(status, &job)?;
            self.all[at].job = job;
        }
        // Not before it is so.
        say(context, &lines);
        Ok(code)
    }

    /// True where the checks of the request or of the changed job look at hosts.
    fn needs_hosts(&self, job: &Job, site: &Site) -> bool {
        let request = self.request;
        let asked = request.queues.iter().chain(&request.soft_queues).chain(&request.master_queues);
        let words = asked.chain(&job.hard_queues).chain(&job.soft_queues).chain(&job.master_queues);
        let resources = request.hard_resources.iter().chain(&request.soft_resources).chain(&job.hard_resources).chain(&job.soft_resources);
        let asked = [&request.stdout, &request.stderr, &request.stdin, &request.shell].into_iter().flatten().map(|asked| &asked.value);
        let mut paths = asked.chain([&job.stdout, &job.stderr, &job.stdin, &job.shell].into_iter().flatten());
        request.validation.is_some() || paths.any(|list| list.contains(':')) || suitable::depends_on_hosts(words, resources, site)
    }

    fn altered(&self, context: &mut Context, status: &JobStatus, tasks: Option<Range>) -> Altered {
        let (mut waiting, mut running) = (Indexes::default(), Indexes::default());
        for group in &status.tasks {
            let into = if group.state.is_running() { &mut running } else { &mut waiting };
            if group.state == State::Finished {
                continue;
            }
            match status.job.array {
                Some(range) => group.ids.iter().filter_map(|id| range.index(*id)).for_each(|index| into.insert(index)),
                None => into.insert(0),
            }
        }
        let others: Vec<Other> = if self.request.hold_jid.is_empty() && self.request.hold_jid_ad.is_empty() {
            Vec::new()
        } else {
            let before = |job: &Job| job.predecessors.iter().chain(&job.array_predecessors).copied().collect();
            let other = |status: &JobStatus| Other {
                id: status.id,
                name: status.job.name.clone(),
                owner: status.job.submitter.user.clone(),
                array: status.job.array,
                before: before(&status.job),
            };
            self.all.iter().map(other).collect()
        };
        let about = Circumstances {
            caller: &context.submitter,
            environment: &context.environment,
            site: &context.site,
            others: &others,
            waiting: &waiting,
            running: &running,
        };
        alter(status.id, &status.job, self.request, tasks, &about)
    }
}

/// What `-w` makes of a change.
enum Verified {
    Silent(Job),
    Told { job: Job, line: String, code: u8, only_checked: bool },
}

fn is_held_or_running(status: &JobStatus) -> bool {
    status.tasks.iter().any(|tasks| tasks.state.is_running() || tasks.held.user || tasks.held.operator || tasks.held.system)
}

/// `-w` checks whether the job could run: what cannot be checked is told, what was found is told, and `v` and `p` change nothing
/// (compat/captures/qalter-answers.txt). A change without it forgets an earlier one.
fn verified(status: &JobStatus, mut job: Job, request: &Request, unsuitable: Option<String>) -> Verified {
    let asked = request.validation.as_ref().map_or(Validation::None, |asked| asked.value);
    job.validation = asked;
    if asked == Validation::None {
        return Verified::Silent(job);
    }
    if is_held_or_running(status) {
        let line = "verification: job is already running or is held".into();
        return Verified::Told { job, line, code: 0, only_checked: false };
    }
    let told = |job, line: String, code, only_checked| Verified::Told { job, line, code, only_checked };
    let unsuitable = if asked == Validation::Poke { job.never.clone() } else { unsuitable };
    match (asked, unsuitable) {
        (Validation::Just | Validation::Poke, None) => told(job, "verification: found suitable queue(s)".into(), 0, true),
        (Validation::Just | Validation::Poke, Some(why)) => {
            told(job, format!("{}\nverification: no suitable queues", suitable::of_job(status.id, &why)), 1, true)
        }
        (Validation::Error, Some(_)) => told(job, "error: no suitable queues".into(), 1, true),
        (Validation::Warning, Some(_)) => told(job, "warning: no suitable queues".into(), 1, false),
        _ => Verified::Silent(job),
    }
}
