//! The corpus that fuzzing has gathered (CONTRIBUTING.md), fed to the same functions once more: what crashed once, and every path
//! that was found, stays covered without a fuzzer.

#[path = "../fuzz/src/lib.rs"]
mod targets;

#[test]
fn no_kept_input_panics() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in targets::TARGETS {
        let mut count = 0;
        for entry in std::fs::read_dir(corpus.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")).flatten() {
            let bytes = std::fs::read(entry.path()).expect("an input");
            let outcome = std::panic::catch_unwind(|| target(&bytes));
            assert!(outcome.is_ok(), "fuzz/corpus/{name}/{}", entry.file_name().to_string_lossy());
            count += 1;
        }
        assert!(count > 0, "fuzz/corpus/{name} is empty");
    }
}

/// Corpora are to be read and kept by people.
#[test]
fn corpora_are_small() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for folder in std::fs::read_dir(corpus).expect("a corpus").flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        assert!(targets::TARGETS.iter().any(|(known, _)| *known == name), "fuzz/corpus/{name} belongs to no target");
        let sizes: Vec<u64> =
            std::fs::read_dir(folder.path()).expect("a folder").flatten().filter_map(|file| Some(file.metadata().ok()?.len())).collect();
        assert!(sizes.len() <= 700 && sizes.iter().sum::<u64>() <= 600_000, "{name}: {} files", sizes.len());
    }
}
