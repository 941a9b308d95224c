use super::*;

fn entry(uid: &str, job: u64) -> Entry {
    Entry {
        uid: uid.into(),
        oom: false,
        cause: None,
        first: false,
        record: Record { job_number: job, owner: "bob".into(), granted_pe: "NONE".into(), ..Record::default() },
    }
}

fn open(path: &Path) -> Books {
    Books::open(path).expect("books").expect("nobody else")
}

fn jobs(path: &Path) -> Vec<u64> {
    let mut found = Vec::new();
    accounting::read(path, |record| found.push(record.job_number)).expect("accounting");
    found
}

#[test]
fn a_run_is_written_once_however_often_it_is_told() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("accounting");
    let mut books = open(&path);
    assert_eq!(books.write(&[entry("a", 1), entry("b", 2), entry("a", 1)]).expect("write").len(), 2);
    assert_eq!(books.write(&[entry("b", 2)]).expect("write").len(), 0);
    drop(books);
    let mut books = open(&path);
    assert_eq!(books.write(&[entry("a", 1), entry("c", 3)]).expect("write").len(), 1);
    assert_eq!(jobs(&path), [1, 2, 3]);
}

#[test]
fn what_a_kill_left_undone_is_done_at_the_next_start() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("accounting");
    let line = |uid, job| format!("{}\n", serde_json::to_string(&entry(uid, job)).expect("json"));
    // Killed after the journal, in the midst of the accounting file, and once in the midst of the journal.
    std::fs::write(&path, format!("{}\n{}", entry("a", 1).record.to_line(), &entry("b", 2).record.to_line()[..20])).expect("write");
    std::fs::write(dir.path().join("accounting.jsonl"), format!("{}{}{{\"uid\":\"c", line("a", 1), line("b", 2))).expect("write");
    let mut books = open(&path);
    books.write(&[entry("c", 3)]).expect("write");
    assert_eq!(jobs(&path), [1, 2, 3]);
}

#[test]
fn another_controller_waits() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("accounting");
    let books = open(&path);
    assert!(Books::open(&path).expect("books").is_none());
    drop(books);
    assert!(Books::open(&path).expect("books").is_some());
}

#[test]
fn both_files_may_be_rotated() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("accounting");
    let mut books = open(&path);
    books.write(&[entry("a", 1), entry("b", 2)]).expect("write");
    let rotate = |name: &str, end: &str| {
        std::fs::rename(dir.path().join(name), dir.path().join(format!("{name}{end}"))).expect("rotated");
    };
    rotate("accounting", "-20261126");
    rotate("accounting.jsonl", ".1");
    books.write(&[entry("b", 2), entry("c", 3)]).expect("write");
    assert_eq!(jobs(&path), [3]);
    drop(books);
    // The next one knows what the rotated files hold, and owes nothing.
    rotate("accounting", "-20261127");
    let mut books = open(&path);
    books.write(&[entry("a", 1), entry("c", 3), entry("d", 4)]).expect("write");
    assert_eq!(jobs(&path), [4]);
}

#[test]
fn an_older_accounting_file_that_was_taken_away_is_not_written_anew() {
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("accounting");
    let mut books = open(&path);
    books.write(&[entry("a", 1)]).expect("write");
    books.write(&[entry("b", 2)]).expect("write");
    drop(books);
    std::fs::rename(&path, dir.path().join("elsewhere.gz")).expect("taken away");
    drop(open(&path));
    // Only the last write may have been cut short.
    assert_eq!(jobs(&path), [2]);
}

#[test]
fn runs_of_pods_that_are_gone_are_forgotten() {
    let dir = tempfile::tempdir().expect("dir");
    let mut books = open(&dir.path().join("accounting"));
    let entries: Vec<Entry> = (0..REMEMBERED as u64 + 1).map(|job| entry(&job.to_string(), job)).collect();
    books.write(&entries).expect("write");
    books.forget(["7", "8"].into_iter());
    assert_eq!((books.known.len(), books.write(&entries[7..9]).expect("write").len()), (2, 0));
}
