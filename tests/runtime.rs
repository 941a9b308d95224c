//! Which runtimes programs need: a corpus with expected answers, and files that want to harm.

#[path = "runtime/judge.rs"]
mod judge;

use judge::{Judgement, cases, score};
use std::collections::BTreeSet;

/// Cases that are not answered as expected, each with its reason; one that is must leave the list.
const KNOWN: &str = include_str!("runtime/known.txt");

#[test]
fn the_corpus_is_answered_as_expected() {
    let known: BTreeSet<&str> = KNOWN.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(':').next()).collect();
    let (mut judgements, mut wrong): (Vec<Judgement>, Vec<String>) = (Vec::new(), Vec::new());
    for case in cases() {
        let judgement = case.judge(&case.answer());
        match (judgement.faults.is_empty(), known.contains(case.name.as_str())) {
            (false, false) => wrong.push(format!("{}: {}", case.name, judgement.faults.join("; "))),
            (true, true) => wrong.push(format!("{}: is right, and must leave tests/runtime/known.txt", case.name)),
            _ => {}
        }
        judgements.push(judgement);
    }
    let (precision, recall) = score(&judgements);
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}\nprecision {precision:.3}, recall {recall:.3}",
        wrong.len(),
        judgements.len(),
        wrong.join("\n")
    );
    assert!(judgements.len() >= 150 && precision >= 0.97 && recall >= 0.97, "precision {precision:.3}, recall {recall:.3}");
}
