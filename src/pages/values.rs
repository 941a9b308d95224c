//! What a shell can offer for an option's value, from what the row calls it.

use crate::options::{Entry, Value};

/// The kinds of values that can be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// One of these.
    Words(Vec<String>),
    Files,
    Directories,
    /// Ids of one's unfinished jobs.
    Jobs,
    Users,
    /// Names of the site's queues, parallel environments and resources (`gridshim words`).
    Queues,
    Environments,
    Resources,
    /// Anything: nothing can be offered.
    Text,
}

/// What may follow an option; `None` where nothing does.
pub fn of(entry: &Entry) -> Option<Values> {
    if entry.value == Value::None {
        return None;
    }
    let takes = entry.takes.trim_matches(['[', ']', '{', '}']);
    let has = |words: &[&str]| words.iter().any(|word| takes.contains(word));
    Some(match takes {
        "y[es]|n[o" | "y[es]|n[o]" => words(&["y", "n"]),
        "mail_options" => words(&["a", "b", "e", "s", "n"]),
        "hold_list" => words(&["u", "o", "s", "n"]),
        _ if has(&["working_directory"]) => Values::Directories,
        _ if has(&["path", "file", "jsv_url"]) => Values::Files,
        _ if has(&["job_identifier", "job_task", "job_id", "job_list", "job_wc_queue"]) => Values::Jobs,
        _ if has(&["user_list", "owner", "user"]) => Values::Users,
        _ if has(&["pe_name", "pe_list"]) => Values::Environments,
        _ if has(&["queue"]) => Values::Queues,
        _ if has(&["resource", "attr=val"]) => Values::Resources,
        _ => letters(takes).unwrap_or(Values::Text),
    })
}

/// `e|w|n|v|p`: the choices where all are a letter or a few.
fn letters(takes: &str) -> Option<Values> {
    let choices: Vec<&str> = takes.split('|').collect();
    let is_short = |word: &&str| (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    (choices.len() > 1 && choices.iter().all(is_short)).then(|| words(&choices))
}

fn words(list: &[&str]) -> Values {
    Values::Words(list.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::entries;

    fn offered(command: &str, option: &str) -> Option<Values> {
        of(entries(command).iter().find(|entry| entry.name == option).unwrap_or_else(|| panic!("{command} {option}")))
    }

    #[test]
    fn what_is_offered_follows_from_what_the_value_is_called() {
        assert_eq!(offered("qsub", "-j"), Some(words(&["y", "n"])));
        assert_eq!(offered("qsub", "-w"), Some(words(&["e", "w", "n", "v", "p"])));
        assert_eq!(offered("qsub", "-cwd"), None);
        assert_eq!(offered("qsub", "-wd"), Some(Values::Directories));
        assert_eq!(offered("qsub", "-o"), Some(Values::Files));
        assert_eq!(offered("qsub", "-hold_jid"), Some(Values::Jobs));
        assert_eq!(offered("qsub", "-q"), Some(Values::Queues));
        assert_eq!(offered("qsub", "-pe"), Some(Values::Environments));
        assert_eq!(offered("qsub", "-l"), Some(Values::Resources));
        assert_eq!(offered("qsub", "-N"), Some(Values::Text));
        assert_eq!(offered("qdel", "-u"), Some(Values::Users));
        let Some(Values::Words(states)) = offered("qstat", "-s") else { panic!("words") };
        assert!(states.contains(&"hu".to_string()) && states.contains(&"z".to_string()), "{states:?}");
    }
}
