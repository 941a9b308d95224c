//! Every error a command can end with: its exact text, its exit code, its stream. The texts are Grid Engine's where it has one
//! (compat/captures, tests/compliance); a script parses them.

use thiserror::Error;

/// What a command can end with. `Display` is the exact text without the last line end.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// An option no command of this name has.
    #[error("{command}: invalid option argument \"{word}\"")]
    InvalidOption { command: &'static str, word: String },
    /// An option at the end of the line that wants a value.
    #[error("{command}: {option} option must have {what}")]
    MissingArgument { command: &'static str, option: &'static str, what: &'static str },
    /// A value the option does not take; the text is Grid Engine's for that option.
    #[error("{command}: {text}")]
    BadValue { command: &'static str, text: String, code: u8 },
    /// Lines that Grid Engine prints before the error.
    #[error("{before}{error}")]
    Prefaced { before: String, error: Box<Error> },
    /// A left-over word in a directive or file.
    #[error("{command}: Unknown option {}\n", words.join(" "))]
    UnknownOption { command: &'static str, words: Vec<String> },
    /// The script cannot be had. `code` is 14 when it cannot be opened, 4 when it cannot be read.
    #[error("{before}Unable to read script file because of error: {reason}")]
    Script { before: String, reason: String, code: u8 },
    /// Grid Engine's master refuses the job.
    #[error("Unable to run job: {0}\nExiting.")]
    Rejected(String),
    /// A legacy option that is known and refused, with the reason.
    #[error("{command}: {option}: {why}")]
    Refused { command: &'static str, option: String, why: &'static str },
    /// The usage text first, then the line.
    #[error("{usage}{line}")]
    Usage { usage: String, line: String },
    /// A text of Grid Engine's as it is, with its exit code.
    #[error("{text}")]
    Exact { text: String, code: u8 },
    /// A text of Grid Engine's as it is, on stdout.
    #[error("{text}")]
    OnStdout { text: String, code: u8 },
    /// SIGINT or SIGTERM while a job was waited for (recorded).
    #[error("\nInterrupted!\nPlease wait while qsub shuts down.")]
    Interrupted,
    /// site.toml cannot be used.
    #[error("{0}")]
    Site(String),
    /// The backend cannot do its work: no cluster, no rights, no space.
    #[error("{0}")]
    Backend(String),
}

impl Error {
    /// The exit code Grid Engine's command has for it (grid-engine captures; 1 where it has none).
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::InvalidOption { .. } | Error::MissingArgument { .. } | Error::Refused { .. } => 2,
            Error::BadValue { code, .. } | Error::Script { code, .. } | Error::Exact { code, .. } | Error::OnStdout { code, .. } => *code,
            Error::Prefaced { error, .. } => error.exit_code(),
            Error::UnknownOption { .. } => 5,
            Error::Rejected(_) | Error::Usage { .. } | Error::Interrupted | Error::Site(_) | Error::Backend(_) => 1,
        }
    }

    /// True where Grid Engine prints the text on standard output.
    pub fn is_on_stdout(&self) -> bool {
        matches!(self, Error::OnStdout { .. })
    }
}

/// What most functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// An operating system error without Rust's ` (os error N)`: as strerror says it.
pub fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(at) => text[..at].to_string(),
        None => text,
    }
}
