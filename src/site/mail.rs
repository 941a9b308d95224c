//! How the mails of `-m` leave, and how many of them.

use serde::Deserialize;
use std::path::PathBuf;

/// The table `[mail]`. Without it no mail is sent, and a job that asks for some is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// A program that takes `-i -f FROM -- ADDRESS` and the message on its standard input.
    pub sendmail: Option<PathBuf>,
    /// `host:port` of an SMTP server.
    pub smtp: Option<String>,
    /// How the connection to `smtp` is protected.
    #[serde(default)]
    pub tls: MailTls,
    /// Name at the SMTP server, and a file that holds its password alone.
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    /// The sender; unset: gridshim at `domain`.
    pub from: Option<String>,
    /// What follows the `@` of an address without a host, and of the submitter's own where no `-M` was given; unset: the name
    /// of the host that sends.
    pub domain: Option<String>,
    /// Mails about one job, and to one owner about all of theirs, within `window` seconds; what is more becomes a digest.
    #[serde(default = "default_most_per_job")]
    pub most_per_job: usize,
    #[serde(default = "default_most_per_owner")]
    pub most_per_owner: usize,
    #[serde(default = "default_window")]
    pub window: u64,
}

/// Protection of the connection to the SMTP server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// None: for a server on the same host or network.
    #[default]
    None,
    /// A plain connection that is protected by STARTTLS before anything is said, or given up.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

impl Default for Mail {
    fn default() -> Mail {
        Mail {
            sendmail: None,
            smtp: None,
            tls: MailTls::None,
            user: None,
            password_file: None,
            from: None,
            domain: None,
            most_per_job: default_most_per_job(),
            most_per_owner: default_most_per_owner(),
            window: default_window(),
        }
    }
}

impl Mail {
    /// The SMTP server's name and port.
    pub fn server(&self) -> Option<(&str, u16)> {
        let (host, port) = self.smtp.as_deref()?.rsplit_once(':')?;
        let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        Some((host, port.parse().ok()?)).filter(|(host, port)| !host.is_empty() && *port > 0)
    }

    /// What is wrong with it: a key, and the sentence.
    pub fn mistake(&self) -> Option<(&'static str, &'static str)> {
        let is_word = |text: &String| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        if self.sendmail.is_some() == self.smtp.is_some() {
            return Some(("", "[mail] needs either sendmail = \"/path/of/sendmail\" or smtp = \"host:port\""));
        }
        if self.sendmail.as_ref().is_some_and(|path| !path.is_absolute()) {
            return Some(("sendmail", "sendmail must be an absolute path"));
        }
        if self.smtp.is_some() && self.server().is_none() {
            return Some(("smtp", "smtp must be host:port"));
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Some(("", "[mail]: user and password_file belong together"));
        }
        if self.user.is_some() && self.tls == MailTls::None {
            return Some(("user", "a password is sent with tls = \"starttls\" or tls = \"tls\" alone"));
        }
        if self.domain.as_ref().is_some_and(|domain| !is_word(domain) || domain.contains('@')) {
            return Some(("domain", "domain must be a host or domain name"));
        }
        if self.from.as_ref().is_some_and(|from| !from.contains('@') || from.contains(char::is_control)) {
            return Some(("from", "from must be an address"));
        }
        if self.most_per_job == 0 || self.most_per_owner == 0 || self.window == 0 {
            return Some(("", "[mail]: most_per_job, most_per_owner and window must be at least 1"));
        }
        None
    }
}

fn default_most_per_job() -> usize {
    10
}
fn default_most_per_owner() -> usize {
    100
}
fn default_window() -> u64 {
    3600
}
