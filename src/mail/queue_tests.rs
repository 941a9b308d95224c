//! The queue, killed at any moment.

use super::*;

fn mail(key: &str) -> Mail {
    let text = || key.to_string();
    Mail { key: text(), to: "bob@h".into(), subject: text(), body: text(), owner: "bob".into(), job: 1, line: text(), queued: 1 }
}

fn keys(queue: &Queue) -> Vec<&str> {
    queue.waiting.iter().map(|mail| mail.key.as_str()).collect()
}

fn sent() -> Sent {
    Sent { at: 5, owner: "bob".into(), jobs: vec![(1, 1)], digest: false }
}

#[test]
fn a_mail_is_queued_once_however_often_it_is_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut queue = Queue::open(dir.path()).expect("opened");
    queue.put(vec![mail("a"), mail("b"), mail("a")]).expect("put");
    drop(queue);
    let mut queue = Queue::open(dir.path()).expect("opened");
    queue.put(vec![mail("b"), mail("c")]).expect("put");
    assert_eq!(keys(&queue), ["a", "b", "c"]);
    queue.sent(vec!["a".into(), "c".into()], sent()).expect("noted");
    queue.drop("b").expect("noted");
    drop(queue);
    // Neither what was sent nor what was given up comes again.
    let mut queue = Queue::open(dir.path()).expect("opened");
    queue.put(vec![mail("a"), mail("b"), mail("c")]).expect("put");
    assert!(keys(&queue).is_empty());
    assert_eq!(queue.sent, [sent()]);
}

#[test]
fn a_kill_leaves_every_mail_whole_or_unqueued() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut queue = Queue::open(dir.path()).expect("opened");
    queue.put(vec![mail("a")]).expect("put");
    let first = std::fs::metadata(dir.path().join("journal")).expect("there").len() as usize;
    queue.put(vec![mail("b")]).expect("put");
    queue.sent(vec!["a".into()], sent()).expect("noted");
    drop(queue);
    let whole = std::fs::read(dir.path().join("journal")).expect("read");
    // Cut off behind every byte, and written on by the next process.
    for length in first..=whole.len() {
        std::fs::write(dir.path().join("journal"), &whole[..length]).expect("cut");
        std::fs::write(dir.path().join("journal.new"), b"{\"known\":[").expect("left over");
        let mut queue = Queue::open(dir.path()).expect("opened");
        assert!(!dir.path().join("journal.new").exists());
        queue.put(vec![mail("a"), mail("b"), mail("c")]).expect("put");
        drop(queue);
        let queue = Queue::open(dir.path()).expect("opened");
        let is_noted = length >= whole.len() - 1;
        assert_eq!(keys(&queue), if is_noted { vec!["b", "c"] } else { vec!["a", "b", "c"] }, "{length}");
    }
}

#[test]
fn a_long_journal_is_written_anew_and_forgets_nothing_that_counts() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut queue = Queue::open(dir.path()).expect("opened");
    queue.put((0..100).map(|number| mail(&format!("old{number}"))).collect()).expect("put");
    queue.put(vec![mail("waits")]).expect("put");
    let before = std::fs::metadata(dir.path().join("journal")).expect("there").len();
    queue.long = 10;
    queue.sent((0..100).map(|number| format!("old{number}")).collect(), sent()).expect("noted");
    assert!(std::fs::metadata(dir.path().join("journal")).expect("there").len() < before / 2);
    queue.put(vec![mail("later")]).expect("put");
    drop(queue);
    let mut queue = Queue::open(dir.path()).expect("opened");
    queue.put(vec![mail("old7"), mail("waits")]).expect("put");
    assert_eq!(keys(&queue), ["waits", "later"]);
    assert_eq!(queue.sent, [sent()]);
}

#[test]
fn the_queue_is_bounded() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut queue = Queue::open(dir.path()).expect("opened");
    let many =
        |from: usize, to: usize| (from..to).map(|number| Mail { body: "b".repeat(50), ..mail(&number.to_string()) }).collect::<Vec<_>>();
    assert_eq!(queue.put(many(0, MANY + 1)).expect("put"), 0);
    assert_eq!((queue.waiting[MANY - 1].body.len(), queue.waiting[MANY].body.as_str()), (50, "1000\n"));
    // A test of the bound, not of the patience.
    let one = queue.waiting[0].clone();
    queue.waiting.resize(FULL, one);
    assert_eq!(queue.put(many(FULL, FULL + 3)).expect("put"), 3);
}
