//! How well and how fast it is found out what a program needs, and how fast an image is chosen (`make bench-runtime`).
//!
//! Being wrong or slow is no failure here: the exit code is 0. What is wrong fails in tests/runtime.rs.

#[path = "../tests/runtime/judge.rs"]
mod judge;

use gridshim::runtime::catalog::Catalog;
use gridshim::runtime::choose::{Asked, choose};
use gridshim::site::Images;
use judge::{Judgement, cases, score};
use std::path::Path;
use std::time::{Duration, Instant};

/// Goals of the project.
const SCORE: f64 = 0.97;
const LOOK: f64 = 2.0;
const CHOICE: f64 = 1.0;

const ROUNDS: usize = 20;
const IMAGES: usize = 500;

fn main() {
    // `cargo test --all-targets` runs this program too, without the word that `cargo bench` gives.
    if !std::env::args().any(|word| word == "--bench") {
        println!("benchmarks: nothing done; make bench-runtime runs them");
        return;
    }
    let cases = cases();
    let answers: Vec<_> = cases.iter().map(judge::Case::answer).collect();
    let judgements: Vec<Judgement> = cases.iter().zip(&answers).map(|(case, answer)| case.judge(answer)).collect();
    let (precision, recall) = score(&judgements);
    let wrong: Vec<&str> =
        cases.iter().zip(&judgements).filter(|(_, judged)| !judged.faults.is_empty()).map(|(case, _)| case.name.as_str()).collect();
    println!(
        "{} programs: precision {precision:.3}, recall {recall:.3} (goal {SCORE} each); not as expected: {}",
        cases.len(),
        wrong.join(", ")
    );

    let mut looks: Vec<(f64, &str)> = cases.iter().map(|case| (median(|| drop(case.answer())), case.name.as_str())).collect();
    looks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |part: usize| looks[(looks.len() - 1) * part / 100];
    println!(
        "a look at a program: {:.3} ms the median one, {:.3} ms of 100 the 99th, {:.3} ms the longest, {} (goal {LOOK} for a typical one)",
        at(50).0,
        at(99).0,
        at(100).0,
        at(100).1
    );

    let catalog = many();
    let images = Images { default: Some("image0".into()), ..Images::default() };
    let mut choices: Vec<f64> = answers
        .iter()
        .map(|needs| median(|| drop(choose(&Asked::default(), Some(needs), Path::new("/home"), &catalog, &images))))
        .collect();
    choices.sort_by(f64::total_cmp);
    println!(
        "a choice among {IMAGES} images: {:.3} ms the median one, {:.3} ms the longest (goal {CHOICE})",
        choices[choices.len() / 2],
        choices[choices.len() - 1]
    );
}

/// The median time of several goes, in ms.
fn median(mut go: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            go();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2].as_secs_f64() * 1000.0
}

/// Images of every mixture.
fn many() -> Catalog {
    let languages = [
        "python = [\"3.11\"]",
        "node = [\"18\"]",
        "php = [\"8.2\"]",
        "perl = [\"5.36\"]",
        "ruby = [\"3.1\"]",
        "java = [\"17\"]",
        "r = [\"4.2\"]",
        "tcl = [\"8.6\"]",
        "lua = [\"5.4\"]",
    ];
    let image = |at: usize| {
        let held: Vec<&str> = languages.iter().enumerate().filter(|(bit, _)| at >> bit & 1 == 1).map(|(_, held)| *held).collect();
        let aliases: Vec<String> = (0..4).map(|alias| format!("\"alias{at}-{alias}\"")).collect();
        format!(
            "[[image]]\nname = \"image{at}\"\nimage = \"registry.example.org/image{at}\"\nsize = {}\naliases = [{}]\nruntimes = {{ {} }}\npackages = [\"gnuplot-nox\", \"imagemagick\"]\n",
            100 + at,
            aliases.join(", "),
            held.join(", ")
        )
    };
    let text: String = (0..IMAGES).map(image).collect();
    Catalog::parse(&text, "many").unwrap_or_default()
}
