//! Everything that parses what users, files or the API send: nothing panics, and what is printed reads back.

use gridshim::accounting::Record;
use gridshim::grammar::{
    binding, crontab, date, duration, expression, indexes::Indexes, job_task, memory, name, number, pattern, quota, resources, slots,
    task_list, tasks, wildcard, words,
};
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
        let _ = (expression::matches(&text, "name"), expression::matches("!(a|b*)&c", &text), wildcard::matches(text.as_bytes(), b"name"));
        let _ = (number::whole(text.as_bytes()), number::word(text.as_bytes()), number::real(text.as_bytes()));
        let _ = (date::parse(&text), quota::parse(&text), task_list::parse(&text), binding::parse(&text), Indexes::parse(&text));
        let _ = Record::parse(&text);
        let _ = Report::parse(&text);
        let _ = Site::parse(&text, "site.toml");
    }

    #[test]
    fn no_crontab_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "([0-9*,/ -]{1,20} ?){1,6}[a-z%\\\\ ]{0,9}\n") {
        let _ = crontab::parse(&bytes);
        if let Ok(items) = crontab::parse(text.as_bytes()) {
            for item in items {
                if let crontab::Item::Entry(entry) = item {
                    // What is written of its schedule reads back as the same.
                    let again = crontab::parse(format!("{} x\n", entry.when).as_bytes());
                    let read = again.map(|items| items.into_iter().find_map(|item| match item {
                        crontab::Item::Entry(entry) => Some(entry.schedule),
                        crontab::Item::Setting { .. } => None,
                    }));
                    prop_assert_eq!(read, Ok(Some(entry.schedule)));
                }
            }
        }
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
        for (_, table) in options::TABLES {
            let _ = table.try_words(&line);
        }
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
    fn lists_of_slots_read_back(text in "[1-9][0-9]{0,3}(-[1-9][0-9]{0,3})?(,[1-9][0-9]{0,3}(-[1-9][0-9]{0,3})?){0,4}") {
        let stretches = slots::parse(&text).expect("slots");
        prop_assert_eq!(slots::parse(&slots::print(&stretches)), Ok(stretches));
    }

    #[test]
    fn quoted_words_are_words_again(words in prop::collection::vec("[^\u{0}\n\r]{0,20}", 0..5)) {
        let line: Vec<String> = words.iter().map(|word| words::quote(word)).collect();
        prop_assert_eq!(words::parse(&line.join(" ")), words);
    }

    #[test]
    fn times_read_back(seconds in prop::option::of(0u64..1_000_000_000), hours in 0u64..10_000, minutes in 0u64..100, rest in 0u64..100) {
        prop_assert_eq!(duration::parse(&duration::print(seconds)), Ok(seconds));
        let all = hours * 3600 + minutes * 60 + rest;
        prop_assert_eq!(duration::parse(&format!("{hours}:{minutes}:{rest}")), Ok(Some(all)));
    }

    #[test]
    fn memory_is_its_number_times_its_unit(number in 0u64..100_000, unit in prop::sample::select(vec![("", 1u64), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("k", 1000), ("m", 1_000_000), ("g", 1_000_000_000)])) {
        prop_assert_eq!(memory::parse(&format!("{number}{}", unit.0)), Ok(Some(number * unit.1)));
    }

    #[test]
    fn dates_read_back(year in prop::option::of(1970i32..2100), month in 1u32..13, day in 1u32..32, hour in 0u32..24, minute in 0u32..60, second in 0i32..60) {
        let date = date::Date { year, month, day, hour, minute, second };
        prop_assert_eq!(date::parse(&date.to_string()), Ok(date));
    }

    #[test]
    fn requests_read_back(requests in prop::collection::btree_map("[a-z_]{1,10}", "[!-+./0-9a-zA-Z=|*-]{0,10}", 1..5)) {
        let requests: Vec<(String, String)> = requests.into_iter().collect();
        prop_assert_eq!(resources::parse(&resources::print(&requests)), Ok(requests));
    }

    #[test]
    fn words_for_jobs_read_back(id in 1u64..9_999_999, first in 1u64..1000, more in 0u64..1000, step in 1u64..50, name in "[a-zA-Z*?.][a-zA-Z0-9*?.]{0,10}") {
        let tasks = tasks::Range { first, last: first + more, step };
        for target in [job_task::Target::Id { id, tasks: None }, job_task::Target::Id { id, tasks: Some(tasks) }, job_task::Target::Name(name)] {
            prop_assert_eq!(job_task::parse(&target.to_string()), target);
        }
    }

    #[test]
    fn sets_of_indexes_read_back_and_hold_what_was_put_in(numbers in prop::collection::btree_set(0u64..500, 0..60)) {
        let mut set = Indexes::default();
        numbers.iter().for_each(|number| set.insert(*number));
        prop_assert_eq!(set.iter().collect::<Vec<_>>(), numbers.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(set.count(), numbers.len() as u64);
        prop_assert_eq!(Indexes::parse(&set.to_string()), set);
    }

    #[test]
    fn quota_rules_read_back(users in prop::option::of(prop::collection::vec("!?[@a-z*]{1,6}", 1..4)), each in any::<bool>(), limit in 0u32..100) {
        let list = users.map_or(String::new(), |users| {
            let list = users.join(",");
            if each { format!("users {{{list}}} ") } else { format!("users {list} ") }
        });
        let text = format!("{list}to slots={limit}");
        let rule = quota::parse(&text).expect("a rule");
        prop_assert_eq!(quota::parse(&rule.to_string()), Ok(rule));
    }

    #[test]
    fn a_name_without_signs_fits_itself_alone(name in "[a-zA-Z0-9_.-]{1,12}", other in "[a-zA-Z0-9_.-]{1,12}") {
        prop_assert!(pattern::matches(&name, &name) && wildcard::matches(name.as_bytes(), name.as_bytes()));
        prop_assert_eq!(pattern::matches(&name, &other), name == other);
        prop_assert_eq!(wildcard::matches(name.as_bytes(), other.as_bytes()), name == other);
        let (begun, longer) = (format!("{name}*"), format!("{name}{other}"));
        prop_assert!(pattern::matches("*", &name) && pattern::matches(&begun, &longer));
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
