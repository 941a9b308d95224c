//! qacct: the accounting file, read once from its begin to its end; memory grows with the rows of the answer alone.

mod offers;
mod select;

use super::Context;
use crate::accounting::line::{Line, Places, field, job_number};
use crate::accounting::lines::Lines;
use crate::accounting::totals::{Column, Totals};
use crate::error::{Error, Result, plain};
use crate::options::qacct::{Jobs, Key, Question, help, parse};
use crate::render::{account, totals};
use crate::site::Site;
use offers::{Offers, Verdict};
use select::{Choice, Selection};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Records are written in pieces of so many bytes.
const PIECE: usize = 64 << 10;
/// What a shell sees of a command that died of SIGPIPE, as Grid Engine's does when its reader is gone.
const BROKEN_PIPE: u8 = 141;

/// Runs qacct.
///
/// # Errors
/// Usage errors, no such job, no accounting file.
pub fn run(context: &mut Context, words: &[String]) -> Result<u8> {
    let mut question = parse(words)?;
    let Some(file) = open(context, &mut question)? else {
        // Without a job ever having ended the default file is not there: the same as a job that is not in it.
        return Err(not_found(&question));
    };
    let mut answer = Answer::of(context, &question)?;
    let gone = answer.read(context, file)?;
    if gone { Ok(BROKEN_PIPE) } else { answer.tell(context) }
}

/// Looks at the file, then at the requests, then opens it: in this order Grid Engine complains (transcripts/words.txt).
fn open(context: &mut Context, question: &mut Question) -> Result<Option<File>> {
    let path = match &question.file {
        Some(file) => file.into(),
        None => context.backend()?.accounting(),
    };
    let nothing = || Error::OnStdout { text: "no jobs running since startup".into(), code: 1 };
    if let Err(error) = std::fs::metadata(&path) {
        if question.file.is_none() && question.jobs.is_given() {
            return Ok(None);
        }
        let place = if path == Path::new("") { String::new() } else { format!("{}: ", path.display()) };
        context.complain(&format!("{place}{}\n", plain(&error)));
        return Err(nothing());
    }
    question.requests()?;
    match File::open(&path) {
        Ok(file) => Ok(Some(file)),
        Err(_) => {
            context.complain(&format!("error: unable to open {}\n", path.display()));
            Err(nothing())
        }
    }
}

/// The way from the file to what is printed.
struct Answer<'q> {
    question: &'q Question,
    selection: Selection,
    offers: Option<Offers>,
    totals: Totals,
    found: bool,
    /// Records of queues that are no more.
    ignored: usize,
}

impl<'q> Answer<'q> {
    fn of(context: &mut Context, question: &'q Question) -> Result<Answer<'q>> {
        let selection = Selection::of(context, question)?;
        let offers = match question.requests()? {
            Some(requests) => Some(Offers::of(context, requests)?),
            None => None,
        };
        Ok(Answer { question, totals: Totals::new(columns(question)), selection, offers, found: false, ignored: 0 })
    }

    /// Reads it all; true when nobody reads what is printed any more. What cannot be read is the end, as in Grid Engine.
    fn read(&mut self, context: &mut Context, file: File) -> Result<bool> {
        let jobs = &self.question.jobs;
        // One number is looked for before anything else of a line is: a record of another job is passed over, whatever is in it.
        let only = (jobs.is_given() && !jobs.all && jobs.name.is_none()).then_some(jobs.number);
        let mut lines = Lines::new(file);
        let mut places = Places::default();
        let mut text = Vec::new();
        let mut count = 0usize;
        while let Ok(Some(piece)) = lines.next_line() {
            if only.is_some() && job_number(piece).is_some_and(|number| Some(number) != only) {
                count += 1;
                continue;
            }
            let Some(line) = places.find(piece) else { continue };
            count += 1;
            match self.selection.choose(&line) {
                Choice::Takes => self.take(&context.site, &line, &mut text)?,
                Choice::Passes => {}
                Choice::Damaged => context.complain(&format!("error: ignoring invalid entry in line {count}\n")),
            }
            if text.len() >= PIECE {
                if context.streams.out.write_all(&text).is_err() {
                    return Ok(true);
                }
                text.clear();
            }
        }
        Ok(context.streams.out.write_all(&text).is_err())
    }

    /// A record of the question: shown, summed up, or both.
    fn take(&mut self, site: &Site, line: &Line<'_>, text: &mut Vec<u8>) -> Result<()> {
        self.found = true;
        if let Some(offers) = &mut self.offers {
            match offers.judge(site, line.text(field::QNAME), line.text(field::HOSTNAME))? {
                Verdict::Fits => {}
                Verdict::DoesNot => return Ok(()),
                Verdict::Gone => {
                    self.ignored += 1;
                    return Ok(());
                }
            }
        }
        let jobs = &self.question.jobs;
        if jobs.all || jobs.is_given() {
            account::render(line, text);
        }
        if !jobs.is_given() {
            self.totals.add(line);
        }
        Ok(())
    }

    /// What follows the records.
    fn tell(self, context: &mut Context) -> Result<u8> {
        if self.ignored > 0 {
            context.complain(&format!("{} jobs ignored for accounting. Jobs' master queue no longer exists.\n", self.ignored));
            context.print("\n");
        }
        if self.question.jobs.is_given() {
            return if self.found { Ok(0) } else { Err(not_found(self.question)) };
        }
        if self.question.tasks.is_some() {
            let text = format!("error: -t option requires -j option with an argument\n{}", help().trim_end());
            return Err(Error::Exact { text, code: 1 });
        }
        let words = self.totals.columns().iter().map(|column| word(self.question, &self.selection, *column)).collect();
        let table = totals::render(&self.totals, &totals::Asked { words, is_list: self.question.is_list() });
        let _ = context.streams.out.write_all(&table);
        Ok(0)
    }
}

/// The columns of the answer.
fn columns(question: &Question) -> Vec<Column> {
    let is_asked = |column: &Column| match column {
        // A queue that is asked for by its word is shown host by host.
        Column::Host => question.host.is_asked() || !question.queue.words.is_empty(),
        Column::Queue => question.queue.is_asked(),
        Column::Slots => question.slots.is_asked(),
        Column::Reservation => question.reservation.is_asked(),
        other => key(question, *other).is_some_and(Key::is_asked),
    };
    Column::ALL.into_iter().filter(is_asked).collect()
}

/// The word that was asked for in a column; queues' words are patterns and do not count.
fn word<'a>(question: &'a Question, selection: &'a Selection, column: Column) -> Option<&'a str> {
    match column {
        Column::Group => selection.group.as_deref(),
        Column::Slots => (!question.slots.every && question.slots.number != 0).then_some(""),
        Column::Reservation => (!question.reservation.every && question.reservation.number != 0).then_some(""),
        other => key(question, other)?.word.as_deref(),
    }
}

fn key(question: &Question, column: Column) -> Option<&Key> {
    Some(match column {
        Column::Host => &question.host,
        Column::Group => &question.group,
        Column::Owner => &question.owner,
        Column::Project => &question.project,
        Column::Department => &question.department,
        Column::Pe => &question.pe,
        Column::Account => &question.account,
        Column::Queue | Column::Slots | Column::Reservation => return None,
    })
}

fn not_found(question: &Question) -> Error {
    let Jobs { number, name, .. } = &question.jobs;
    let (what, job, quoted) = match name {
        Some(name) if *number == 0 => ("name", name.clone(), format!("\"{name}\"")),
        _ => ("id", (*number as i32).to_string(), (*number as i32).to_string()),
    };
    let text = match question.tasks {
        Some(range) => format!("error: Job-array tasks {quoted}.{range} not found"),
        None => format!("error: job {what} {job} not found"),
    };
    Error::Exact { text, code: 1 }
}
