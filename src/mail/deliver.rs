//! A mail leaves: as a message of RFC 5322, to a program like sendmail or to an SMTP server. Everything a job has a say in comes
//! into the message as a value that the library encodes: no name can become a header.

use super::Mail;
use crate::site::{self, MailTls};
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server or a program may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a line that needs no encoding; RFC 5322 allows 998.
const PLAIN_LINE: usize = 900;

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Nobody takes any mail now.
    Nobody(String),
    /// This one is not taken now.
    Later(String),
    /// This one never will be.
    Never(String),
}

/// How mail leaves here.
pub struct Deliverer {
    settings: site::Mail,
    /// This host's name.
    host: String,
}

impl Deliverer {
    pub fn new(settings: &site::Mail, host: &str) -> Deliverer {
        Deliverer { settings: settings.clone(), host: host.into() }
    }

    /// Sends one mail, which may be a digest of many.
    ///
    /// # Errors
    /// See `Failure`.
    pub fn deliver(&self, mail: &Mail) -> Result<(), Failure> {
        let message = self.message(mail)?;
        match &self.settings.sendmail {
            Some(program) => sendmail(program, message.envelope(), &message.formatted()),
            None => self.smtp(message.envelope(), &message.formatted()),
        }
    }

    /// # Errors
    /// The addresses are none.
    fn message(&self, mail: &Mail) -> Result<Message, Failure> {
        let never = |what: &str, why: &dyn std::fmt::Display| Failure::Never(format!("{what}: {why}"));
        let domain = self.settings.domain.as_deref().unwrap_or(&self.host);
        let from = self.settings.from.clone().unwrap_or_else(|| format!("gridshim@{domain}"));
        let from: Mailbox = from.parse().map_err(|why| Failure::Nobody(format!("from \"{from}\": {why}")))?;
        let to: Mailbox = mail.to.parse().map_err(|why| never("the address", &why))?;
        if !AsRef::<str>::as_ref(&to.email).is_ascii() {
            return Err(never("the address", &"only ASCII letters can be sent to"));
        }
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
        // The same mail sent twice is known by it.
        let key: String = mail.key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
        let key = key.split('.').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(".");
        let subject = mail.subject.replace(char::is_control, " ");
        let message = Message::builder()
            .from(from)
            .to(to)
            .subject(subject)
            .date_now()
            .message_id(Some(format!("<{key}.{}@{domain}>", mail.queued)))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN);
        // Plain lines stay as they are, so that whoever reads mail with a program finds Grid Engine's.
        let is_plain = |line: &str| line.len() <= PLAIN_LINE && line.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
        let body = if mail.body.split('\n').all(is_plain) {
            Body::dangerous_pre_encoded(mail.body.replace('\n', "\r\n").into_bytes(), ContentTransferEncoding::SevenBit)
        } else {
            Body::new(mail.body.clone())
        };
        message.body(body).map_err(|why| never("the message", &why))
    }

    fn smtp(&self, envelope: &Envelope, message: &[u8]) -> Result<(), Failure> {
        let nobody = |why: &dyn std::fmt::Display| Failure::Nobody(format!("smtp {}: {why}", self.settings.smtp.as_deref().unwrap_or("")));
        let (server, port) = self.settings.server().ok_or_else(|| nobody(&"no server"))?;
        let tls = |wrap: fn(TlsParameters) -> Tls| TlsParameters::new(server.into()).map(wrap).map_err(|why| nobody(&why));
        let tls = match self.settings.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => tls(Tls::Required)?,
            MailTls::Tls => tls(Tls::Wrapper)?,
        };
        let mut transport = SmtpTransport::builder_dangerous(server)
            .port(port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(self.host.clone()));
        if let (Some(user), Some(file)) = (&self.settings.user, &self.settings.password_file) {
            let password = std::fs::read_to_string(file)
                .map_err(|error| Failure::Nobody(format!("{}: {}", file.display(), crate::error::plain(&error))))?;
            transport = transport.credentials(Credentials::new(user.clone(), password.trim_end_matches(['\r', '\n']).into()));
        }
        match transport.build().send_raw(envelope, message) {
            Ok(_) => Ok(()),
            // The server's word on the credentials is one on every mail.
            Err(error)
                if error.is_permanent()
                    && error.status().is_none_or(|code| !matches!(code.to_string().as_str(), "530" | "535" | "538")) =>
            {
                Err(Failure::Never(error.to_string()))
            }
            Err(error) if error.is_transient() => Err(Failure::Later(error.to_string())),
            Err(error) => Err(nobody(&deepest(&error))),
        }
    }
}

/// The error and its cause.
fn deepest(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// `sysexits.h`: the caller's mistake, the message's, the address's.
const LOST: [i32; 4] = [64, 65, 67, 68];

fn sendmail(program: &std::path::Path, envelope: &Envelope, message: &[u8]) -> Result<(), Failure> {
    let nobody = |why: &dyn std::fmt::Display| Failure::Nobody(format!("{}: {why}", program.display()));
    let mut command = Command::new(program);
    command.arg("-i");
    if let Some(from) = envelope.from() {
        command.arg("-f").arg::<&Address>(from);
    }
    command.arg("--").args(envelope.to());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| nobody(&crate::error::plain(&error)))?;
    // Written and read beside: neither side may wait for the other without end.
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let message = crlf_to_lf(message);
    std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&message)));
    let told = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.map(|stderr| stderr.take(2000).read_to_end(&mut text));
        String::from_utf8_lossy(&text).trim().replace(char::is_control, " ")
    });
    let Some(status) = wait(&mut child) else { return Err(nobody(&format!("no end for {} s", PATIENCE.as_secs()))) };
    if status.success() {
        return Ok(());
    }
    // What it left running may keep the pipe open: its words are not waited for.
    std::thread::sleep(Duration::from_millis(50));
    let said = if told.is_finished() { told.join().unwrap_or_default() } else { String::new() };
    let why = format!("{}: {status}: {said}", program.display());
    Err(if status.code().is_some_and(|code| LOST.contains(&code)) { Failure::Never(why) } else { Failure::Later(why) })
}

/// Programs take lines as files have them.
fn crlf_to_lf(message: &[u8]) -> Vec<u8> {
    let follows = |at: usize| message.get(at + 1) == Some(&b'\n');
    message.iter().enumerate().filter(|(at, byte)| !(**byte == b'\r' && follows(*at))).map(|(_, byte)| *byte).collect()
}

/// Waits for its end, or kills it.
fn wait(child: &mut Child) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(2);
    while begun.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => std::thread::sleep(pause),
            Err(_) => break,
        }
        pause = (pause * 2).min(Duration::from_millis(200));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

#[cfg(test)]
#[path = "deliver_tests.rs"]
mod tests;
