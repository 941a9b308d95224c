//! Runs one case and compares the outcome with `known.txt`, which lists what a system does not do yet
//! (`fails`) and what cannot be asked of it (`excluded`). A listed failure that passes is an error:
//! the list only ever gets shorter.

use crate::grid::{Grid, System};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{PoisonError, RwLock};

const KNOWN: &str = include_str!("known.txt");

/// What the list says of a case on a system.
#[derive(Debug, PartialEq)]
enum Known {
    Fails(&'static str),
    Excluded(&'static str),
}

/// Cases run side by side under the shared lock, and alone under the other one.
static OTHERS: RwLock<()> = RwLock::new(());

/// Runs a case, named after the test function it stands in, as `file::function`.
///
/// What the real Grid Engine answers is recorded, so a different answer there is another case's doing (its jobs fill a queue, its
/// load delays a report): such a case is asked once more with nothing beside it. Ours have no second chance.
pub fn case<F: Fn(&Grid)>(body: F) {
    let name = name_of(std::any::type_name::<F>());
    let beside_kueue = std::env::var("GRIDSHIM_TEST_KUEUE").as_deref() == Ok("1");
    let of_kueue = || if beside_kueue { look_up(KNOWN, "kueue", name) } else { None };
    let known = look_up(KNOWN, System::under_test().name(), name).or_else(of_kueue);
    if let Some(Known::Excluded(reason)) = known {
        println!("excluded: {reason}");
        return;
    }
    let run = || catch_unwind(AssertUnwindSafe(|| body(&Grid::new())));
    let mut outcome = {
        let _beside_others = OTHERS.read().unwrap_or_else(PoisonError::into_inner);
        run()
    };
    if outcome.is_err() && System::under_test() == System::Theirs {
        let _alone = OTHERS.write().unwrap_or_else(PoisonError::into_inner);
        println!("{name} failed beside others: once more, alone");
        outcome = run();
    }
    match (outcome, known) {
        (Ok(()), Some(Known::Fails(reason))) => {
            panic!("{name} passes now: remove it from tests/compliance/known.txt ({reason})")
        }
        (Err(_), Some(Known::Fails(reason))) => println!("known to fail: {reason}"),
        (Err(panic), _) => resume_unwind(panic),
        (Ok(()), _) => (),
    }
}

/// `crate::file::function::{{closure}}` -> `file::function`.
fn name_of(closure: &'static str) -> &'static str {
    let name = closure.trim_end_matches("::{{closure}}");
    name.split_once("::").map_or(name, |(_, name)| name)
}

fn look_up(list: &'static str, system: &str, case: &str) -> Option<Known> {
    entries(list).find(|entry| entry[0] == system && entry[1] == case).map(|[_, _, kind, reason]| match kind {
        "fails" => Known::Fails(reason),
        "excluded" => Known::Excluded(reason),
        other => panic!("known.txt, {case}: {other} is neither fails nor excluded"),
    })
}

/// Lines of four fields, the last of which may hold blanks. Empty lines and `#` are skipped.
fn entries(list: &'static str) -> impl Iterator<Item = [&'static str; 4]> {
    list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(|line| {
        let mut rest = line.trim();
        let mut field = || {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            rest = after.trim_start();
            word
        };
        let [system, case, kind] = [field(), field(), field()];
        assert!(!rest.is_empty(), "known.txt: no reason given: {line}");
        [system, case, kind, rest]
    })
}

#[test]
fn a_list_entry_is_found_by_system_and_case() {
    let list = "# comment\n\nlocal  a::b  fails  not yet\nlocal a::c excluded one user only\n";
    assert_eq!(look_up(list, "local", "a::b"), Some(Known::Fails("not yet")));
    assert_eq!(look_up(list, "local", "a::c"), Some(Known::Excluded("one user only")));
    assert_eq!(look_up(list, "theirs", "a::b"), None);
}

#[test]
fn every_entry_is_well_formed() {
    for [system, case, _, _] in entries(KNOWN) {
        assert!(["theirs", "local", "kubernetes", "kueue"].contains(&system), "{system} {case}");
        look_up(KNOWN, system, case);
    }
}

#[test]
fn a_case_is_called_after_its_function() {
    assert_eq!(name_of("compliance::qsub_name::a_name::{{closure}}"), "qsub_name::a_name");
}
