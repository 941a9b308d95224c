//! The output of a crontab's command, mailed as cron does (compat/captures/crontab/mail.txt).

use super::{ADDRESSES, Mail};

/// What is told.
pub struct Output<'a> {
    pub owner: &'a str,
    /// The entry's line, counted from 1.
    pub line: usize,
    /// The table's `MAILTO`.
    pub mail_to: &'a str,
    /// The command as it stands in the table.
    pub title: &'a str,
    pub text: &'a str,
}

/// One for each address; one without a host is at `domain`. `host` is where the command ran, or was begun.
pub fn compose(key: &str, about: &Output<'_>, domain: &str, host: &str, now: u64) -> Vec<Mail> {
    let mut to: Vec<String> = Vec::new();
    for word in about.mail_to.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
        let address = if word.contains('@') { word.to_string() } else { format!("{word}@{domain}") };
        if to.len() < ADDRESSES && !to.contains(&address) {
            to.push(address);
        }
    }
    let subject = format!("Cron <{}@{host}> {}", about.owner, about.title);
    let mail = |to: String| Mail {
        key: format!("{key}/{to}"),
        to,
        line: subject.clone(),
        subject: subject.clone(),
        body: about.text.into(),
        owner: about.owner.into(),
        // No job has such a number: each entry has a limit of its own.
        job: u64::MAX - about.line as u64,
        queued: now,
    };
    to.into_iter().map(mail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_goes_to_everybody_named() {
        let about = Output { owner: "bob", line: 3, mail_to: "alice, carol@x", title: "echo one", text: "one\n" };
        let mails = compose("k", &about, "example.org", "vm", 7);
        let told: Vec<(&str, &str, &str)> = mails.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str(), mail.key.as_str())).collect();
        let subject = "Cron <bob@vm> echo one";
        assert_eq!(told, [("alice@example.org", subject, "k/alice@example.org"), ("carol@x", subject, "k/carol@x")]);
    }
}
