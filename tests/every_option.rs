//! No option is silently dropped: every row of every table is said in every place, and each time it must change the job, say something,
//! or be refused; rows without effect say so themselves. A new row that is not judged here fails until it has an example below.

#[path = "support/bench.rs"]
mod bench;
#[path = "every_option/listings.rs"]
mod listings;
#[path = "every_option/submissions.rs"]
mod submissions;

use gridshim::options::{Entry, Fate, Value, entries};

/// How a row is shown to have an effect, where its bare name does not: words that must stand before it, its value, and words behind.
struct Example {
    option: &'static str,
    before: &'static str,
    value: &'static str,
    after: &'static str,
}

const fn example(option: &'static str, value: &'static str) -> Example {
    Example { option, before: "", value, after: "" }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}

impl Example {
    /// The words with the option, and without it.
    fn with_and_without(&self) -> (Vec<String>, Vec<String>) {
        let without = [words(self.before), words(self.after)].concat();
        let with = [words(self.before), vec![self.option.to_string()], words(self.value), words(self.after)].concat();
        (with, without)
    }
}

/// The example of a row. One without a value needs none.
fn example_of(command: &str, entry: &Entry, examples: &[Example]) -> Example {
    if let Some(known) = examples.iter().find(|known| known.option == entry.name) {
        return Example { ..*known };
    }
    assert!(
        matches!(entry.value, Value::None | Value::Maybe),
        "{command} {}: tests/every_option has no example of its value; add one that has an effect",
        entry.name
    );
    example(entry.name, "")
}

/// A place where an option has no effect, and why that is right: option, how the place begins, reason.
type Exemption = (&'static str, &'static str, &'static str);

/// Judges every row of a command: `run` gives all that can be seen of a call with these words, said in this place for this option.
/// An exempted one must have no effect, so that the list stays true.
fn judge<O: PartialEq>(
    command: &str,
    examples: &[Example],
    exemptions: &[Exemption],
    places: &[&str],
    run: impl Fn(&str, &str, &[String]) -> O,
) {
    let mut wrong = Vec::new();
    for entry in entries(command) {
        // A row that says itself that it has no effect is not silent: -help, manual and compat/options.md tell why.
        if matches!(entry.fate, Fate::NoEffect(_)) {
            continue;
        }
        let (with, without) = example_of(command, &entry, examples).with_and_without();
        for place in places {
            let is_dropped = run(place, entry.name, &with) == run(place, entry.name, &without);
            let exemption = exemptions.iter().find(|(option, begin, _)| *option == entry.name && place.starts_with(begin));
            match (is_dropped, exemption) {
                (true, None) => wrong.push(format!("nothing came of {command} {} ({place}): {}", entry.name, with.join(" "))),
                (false, Some((_, _, why))) => wrong.push(format!("{command} {} ({place}) has an effect: no longer \"{why}\"", entry.name)),
                _ => {}
            }
        }
    }
    for example in examples {
        assert!(entries(command).iter().any(|entry| entry.name == example.option), "{command} has no {}", example.option);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
