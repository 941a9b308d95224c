//! Everything that parses what users, files or the API send: nothing panics, and what is printed reads back.

use gridshim::accounting::Record;
use gridshim::grammar::{duration, job_task, memory, name, pattern, resources, slots, tasks, words};
use gridshim::options::{self, Heard, jsub};
use gridshim::record::{Program, Report, Spec};
use gridshim::request::{Origin, Request};
use gridshim::site::Site;
use proptest::prelude::*;

/// Words as they stand on command lines: options, values, rubbish.
fn word() -> impl Strategy<Value = String> {
    let options: Vec<String> = options::qsub::TABLE.rows.iter().map(|row| row.name.to_string()).collect();
    prop_oneof![
        3 => prop::sample::select(options),
        3 => "[-a-zA-Z0-9:,=.*/@ ]{0,12}",
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_grammar_panics(text in any::<String>()) {
        let _ = duration::parse(&text);
        let _ = memory::parse(&text);
        let _ = tasks::parse(&text);
        let _ = slots::parse(&text);
        let _ = resources::parse(&text);
        let _ = job_task::parse(&text);
        let _ = name::check(&text);
        let _ = words::parse(&text);
        let _ = pattern::matches(&text, "name");
        let _ = pattern::matches("n*[a-z]?", &text);
        let _: Vec<_> = words::directives(&text, "#$").collect();
        let _ = Record::parse(&text);
        let _ = Report::parse(&text);
        let _ = Site::parse(&text, "site.toml");
    }

    #[test]
    fn values_near_the_real_ones_do_not_panic(text in "[0-9:.,kKmMgGtT-]{0,24}") {
        let _ = duration::parse(&text);
        let _ = memory::parse(&text);
        let _ = slots::parse(&text);
        if let Ok(range) = tasks::parse(&text) {
            prop_assert!(range.reached() <= range.last);
        }
    }

    #[test]
    fn no_command_line_panics(line in prop::collection::vec(word(), 0..12)) {
        let _ = options::qsub::TABLE.walk(&line, &Origin::Argv, &mut Request::default(), &mut Heard::default());
        let _ = options::qstat::parse(&line);
        let _ = options::qdel::parse(&line);
        let _ = options::qacct::parse(&line);
        let _ = jsub::Asked::default().walk(&line, true, &["buster".to_string()]);
    }

    #[test]
    fn no_site_panics(text in "(\\[\\[queue\\]\\]|name|slots|=|\"[a-z.]*\"|[0-9]|\n| |\\[kubernetes\\]|image|ü){0,30}") {
        let _ = Site::parse(&text, "site.toml");
    }

    #[test]
    fn task_ranges_read_back(first in 1u64..1000, count in 0u64..1000, step in 1u64..50) {
        let range = tasks::Range { first, last: first + count, step };
        prop_assert_eq!(tasks::parse(&range.to_string()), Ok(range));
        for index in 0..range.count() {
            prop_assert_eq!(range.index(range.id(index)), Some(index));
        }
    }

    #[test]
    fn task_lists_name_every_task(mut ids in prop::collection::btree_set(1u64..200, 0..40)) {
        let list: Vec<u64> = ids.iter().copied().collect();
        let text = tasks::compact(&list);
        for piece in text.split(',').filter(|piece| !piece.is_empty()) {
            let range = tasks::parse(piece).expect("a piece is a range");
            for index in 0..range.count() {
                prop_assert!(ids.remove(&range.id(index)), "{} of {}", range.id(index), text);
            }
        }
        prop_assert!(ids.is_empty(), "{text}");
    }

    #[test]
    fn slot_ranges_read_back(low in 1u32..100, more in 0u32..100) {
        let text = slots::print(&[(low, low + more)]);
        prop_assert_eq!(slots::parse(&text), Ok(vec![(low, low + more)]));
    }

    #[test]
    fn quoted_words_are_one_word_again(text in "[^\u{0}\n\r#]{1,20}") {
        prop_assume!(!text.contains('\'') && !text.contains('"'));
        prop_assert_eq!(words::parse(&words::quote(&text)), vec![text]);
    }

    #[test]
    fn specs_read_back(
        name in "[^\u{0}]{0,20}", args in prop::collection::vec("[^\u{0}]{0,20}", 0..5),
        env in prop::collection::vec(("[A-Za-z_]{1,8}", "[^\u{0}]{0,20}"), 0..5), id in any::<u64>(), slots in 1u32..100,
    ) {
        let spec = Spec { job_id: id, job_name: name, args, env, slots, program: Program::Exec, ..Spec::default() };
        prop_assert_eq!(Spec::parse(&spec.to_bytes()), Ok(spec));
    }

    #[test]
    fn no_spec_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Spec::parse(&bytes);
    }

    #[test]
    fn accounting_lines_read_back(owner in "[a-z]{1,8}", job in "[A-Za-z._-]{1,12}", number in 1u64..9_999_999, status in 0i32..256, maxvmem in 0u32..u32::MAX) {
        let record = Record {
            qname: "all.q".into(), hostname: "h".into(), group: "g".into(), owner, job_name: job, job_number: number, account: "sge".into(),
            exit_status: status, granted_pe: "NONE".into(), slots: 1, category: "NONE".into(), maxvmem: f64::from(maxvmem), ..Record::default()
        };
        prop_assert_eq!(Record::parse(&record.to_line()), Some(record));
    }
}
