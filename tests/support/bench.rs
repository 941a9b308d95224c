//! The commands over a backend in memory, for tests.

use gridshim::backend::{Filter, Whose, fake::Fake};
use gridshim::commands::{Context, Streams, find};
use gridshim::job::{JobStatus, Submitter};
use gridshim::site::Site;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

#[derive(Clone, Default)]
struct Pipe(Rc<RefCell<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A command's context, and what it prints.
pub struct Bench {
    pub context: Context,
    out: Pipe,
    err: Pipe,
}

impl Bench {
    #[allow(dead_code, reason = "not every test file asks")]
    pub fn with(backend: Fake) -> Bench {
        let site = Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site");
        let submitter = Submitter {
            user: "bob".into(),
            uid: 5002,
            group: "tools".into(),
            gid: 6001,
            home: "/nonexistent/bob".into(),
            workdir: "/nonexistent/bob".into(),
            host: "host1".into(),
            ..Submitter::default()
        };
        Bench::of(site, submitter, backend)
    }

    /// With a site and a user of the test's own.
    pub fn of(site: Site, submitter: Submitter, backend: Fake) -> Bench {
        let (out, err) = (Pipe::default(), Pipe::default());
        let streams = Streams { out: Box::new(out.clone()), err: Box::new(err.clone()) };
        Bench { context: Context::of(site, submitter, streams, Box::new(backend)), out, err }
    }

    #[allow(dead_code, reason = "not every test file asks")]
    pub fn new() -> Bench {
        Bench::with(Fake::default())
    }

    /// The jobs the backend has, oldest first.
    #[allow(dead_code, reason = "not every test file asks")]
    pub fn jobs(&mut self) -> Vec<JobStatus> {
        let filter = Filter { whose: Whose::Everybodys, id: None, finished: true, detail: true };
        self.context.backend().and_then(|backend| backend.jobs(&filter)).expect("jobs")
    }

    /// Runs a line whose words are parted by blanks; gives stdout, stderr with the error's text, and the exit code.
    #[allow(dead_code, reason = "not every test file asks")]
    pub fn run(&mut self, line: &str) -> (String, String, u8) {
        self.run_words(&line.split(' ').map(String::from).collect::<Vec<_>>())
    }

    /// As `run`, with the words as they are.
    pub fn run_words(&mut self, words: &[String]) -> (String, String, u8) {
        let run = find(&words[0]).and_then(|command| command.run).expect("a command");
        let result = run(&mut self.context, &words[1..]);
        let mut out = String::from_utf8(self.out.0.take()).expect("text");
        let mut err = String::from_utf8(self.err.0.take()).expect("text");
        let code = result.unwrap_or_else(|error| {
            let stream = if error.is_on_stdout() { &mut out } else { &mut err };
            stream.push_str(&format!("{error}\n"));
            error.exit_code()
        });
        (out, err, code)
    }
}
