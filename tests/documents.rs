//! Pages that are made from tables, or must name all of them: `UPDATE=1 cargo test --test documents` writes the made ones.

use gridshim::options::{self, Entry, Fate, Table};
use std::path::Path;

fn rows(text: &mut String, commands: &str, entries: &[Entry]) {
    text.push_str(&format!("\n## {}\n\n| option | value | fate | meaning |\n| --- | --- | --- | --- |\n", commands));
    for row in entries {
        let fate = match row.fate {
            Fate::Does => "does".to_string(),
            Fate::NoEffect(why) => format!("no effect: {why}"),
            Fate::Refused(why) => format!("refused: {why}"),
        };
        let cell = |word: &str| word.replace('|', "\\|");
        text.push_str(&format!("| `{}` | {} | {} | {} |\n", row.name, cell(row.takes), cell(&fate), cell(row.help)));
    }
}

#[test]
fn the_option_page_is_the_tables() {
    let mut text = String::from(
        "# Every option and what becomes of it\n\nMade from the tables in `src/options` (`UPDATE=1 cargo test --test documents`).\n",
    );
    let mut shown: Vec<(String, Vec<Entry>)> = Vec::new();
    for (command, _) in options::TABLES {
        let entries = options::entries(command);
        match shown.iter_mut().find(|(_, known)| *known == entries) {
            Some((names, _)) => names.push_str(&format!(", {command}")),
            None => shown.push((command.to_string(), entries)),
        }
    }
    for (names, entries) in &shown {
        rows(&mut text, names, entries);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("compat/options.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the page is written");
    }
    let is_new = std::fs::read_to_string(&path).unwrap_or_default() == text;
    assert!(is_new, "compat/options.md is not the tables': UPDATE=1 cargo test --test documents");
}

/// Every option of Grid Engine's own `-help` has a row: nothing is unknown that Grid Engine knows.
#[test]
fn every_option_of_grid_engines_help_has_a_row() {
    fn missing<T>(capture: &str, table: &Table<T>, administrative: &[&str]) -> Vec<String> {
        capture
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix('['))
            .filter_map(|line| line.trim_start_matches('[').split([' ', ']']).next())
            .filter(|word| word.starts_with('-') && !administrative.contains(word))
            .filter(|word| table.row(word).is_none())
            .map(|word| format!("{} {word}", table.command))
            .collect()
    }
    // qsub's help lists options of qconf and qalter that qsub itself refuses (captures: "invalid option argument", "Unknown option").
    let foreign = ["-Ap", "-astnode", "-at", "-dul", "-he", "-mattr", "-ot", "-srqs"];
    let mut all = missing(include_str!("../compat/captures/help/qsub.txt"), &options::qsub::TABLE, &foreign);
    all.extend(missing(include_str!("../compat/captures/help/qstat.txt"), &options::qstat::TABLE, &[]));
    all.extend(missing(include_str!("../compat/captures/help/qdel.txt"), &options::qdel::TABLE, &[]));
    all.extend(missing(include_str!("../compat/captures/help/qacct.txt"), &options::qacct::TABLE, &[]));
    // qconf's help lists options of qsub that qconf itself refuses (captures/qconf/show.txt), and two names in one word.
    let foreign = ["-ar", "-ckpt", "-clear", "-display", "-dl", "-R", "-tc", "-verbose", "-w", "-ke[j", "-k{m|s}"];
    all.extend(missing(include_str!("../compat/captures/help/qconf.txt"), &options::qconf::TABLE, &foreign));
    all.extend(missing(include_str!("../compat/captures/help/qquota.txt"), &options::qquota::TABLE, &[]));
    assert!(all.is_empty(), "{all:?}");
}

#[test]
fn the_manual_names_every_environment_variable() {
    let manual = include_str!("../docs/site.md");
    for (name, what) in gridshim::site::ENVIRONMENT {
        assert!(manual.contains(&format!("| `{name}` | {what} |")), "docs/site.md lacks {name}");
    }
}

#[test]
fn the_readme_names_the_commands_that_matter() {
    let readme = include_str!("../README.md");
    for word in ["make demo", "make test", "install-links", "MIGRATION.md", "compat/differences.md"] {
        assert!(readme.contains(word), "README.md lacks {word}");
    }
}

/// Every fact of compat/undocumented.md names what proves it, and that exists.
#[test]
fn every_undocumented_fact_has_its_proof() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut facts = 0;
    for fact in include_str!("../compat/undocumented.md").lines().filter(|line| line.starts_with("- ")) {
        let (_, proofs) = fact.rsplit_once(" (").unwrap_or_else(|| panic!("no proof: {fact}"));
        for proof in proofs.trim_end_matches(')').split(", ").map(|proof| proof.trim_matches('`')) {
            let is_there = match proof.split_once("::") {
                Some((file, case)) => std::fs::read_to_string(root.join(format!("tests/compliance/{file}.rs")))
                    .is_ok_and(|text| text.contains(&format!("#[test]\nfn {case}()"))),
                None => proof.starts_with("captures/") && root.join("compat").join(proof).exists(),
            };
            assert!(is_there, "{proof} is no compliance case and no capture: {fact}");
        }
        facts += 1;
    }
    assert!(facts > 50, "{facts} facts");
}
