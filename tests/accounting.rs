//! Accounting lines of any bytes: nothing panics, lines come out as they went in, and numbers are what C makes of them.

use gridshim::accounting::Record;
use gridshim::accounting::line::{Places, field, job_number};
use gridshim::accounting::lines::Lines;
use gridshim::accounting::totals::{Column, Totals};
use gridshim::grammar::{date, number, task_list, wildcard};
use gridshim::options::qacct;
use gridshim::render::{account, totals};
use proptest::prelude::*;

/// Fields near the real ones, and rubbish.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        4 => "[0-9]{1,12}",
        2 => "[a-z.]{1,8}",
        1 => "-?[0-9]{0,25}\\.[0-9]{0,30}(e-?[0-9]{1,4})?",
        1 => "(nan|inf|0x[0-9a-f.]{0,20}p?[0-9]{0,5}|-|\\+|:| )",
        1 => any::<String>(),
    ];
    let words = prop::collection::vec(field, 0..60).prop_map(|fields| fields.join(":").into_bytes());
    prop_oneof![4 => words, 1 => prop::collection::vec(any::<u8>(), 0..400)]
}

fn word() -> impl Strategy<Value = String> {
    let options: Vec<String> = qacct::TABLE.rows.iter().map(|row| row.name.to_string()).collect();
    prop_oneof![3 => prop::sample::select(options), 2 => "[-0-9:,.a-z*@= ]{0,14}", 1 => any::<String>()]
}

proptest! {
    #[test]
    fn no_line_panics(text in line()) {
        let mut places = Places::default();
        let found = places.find(&text).filter(|line| line.has(field::JOB_NUMBER)).map(|line| line.word(field::JOB_NUMBER));
        prop_assert_eq!(found, job_number(&text));
        if let Some(line) = places.find(&text) {
            account::render(&line, &mut Vec::new());
            let mut sums = Totals::new(Column::ALL.to_vec());
            sums.add(&line);
            sums.add(&line);
            prop_assert_eq!(sums.rows().len(), 1);
            let words = vec![None; Column::ALL.len()];
            totals::render(&sums, &totals::Asked { words, is_list: true });
        }
        let _ = Record::parse_bytes(&text);
    }

    #[test]
    fn what_is_read_is_written_and_read_again(text in line()) {
        if let Some(record) = Record::parse_bytes(&text) {
            let again = record.to_line();
            // Times are not a number where they are none; nothing equals that.
            prop_assume!(!again.contains("NaN"));
            let second = Record::parse(&again).map(|record| record.to_line());
            prop_assert!(second.is_some(), "{}", again);
        }
    }

    #[test]
    fn lines_lose_nothing_but_what_follows_a_zero(pieces in prop::collection::vec(line(), 0..40)) {
        let text = pieces.join(&b'\n');
        let mut lines = Lines::new(std::io::Cursor::new(text.clone()));
        let mut count = 0;
        let mut whole = Vec::new();
        while let Some(line) = lines.next_line().expect("a slice is read") {
            count += 1;
            whole.extend_from_slice(line);
        }
        prop_assert!(count <= text.split(|&byte| byte == b'\n').count());
        prop_assert!(text.contains(&0) || whole == text);
    }

    #[test]
    fn no_number_list_date_or_pattern_panics(text in any::<String>(), near in "[-+0-9a-fx.epinfu, :]{0,30}") {
        for text in [text, near] {
            let _ = number::real(text.as_bytes());
            let _ = number::whole(text.as_bytes());
            let _ = date::parse(&text);
            if let Ok(Some(range)) = task_list::parse(&text) {
                prop_assert!(range.first <= range.last && range.step > 0);
                prop_assert!(range.index(range.last).is_none_or(|index| range.id(index) == range.last));
            }
            let _ = wildcard::matches(text.as_bytes(), b"name");
            let _ = wildcard::matches(b"n*[a-z]?", text.as_bytes());
        }
    }

    #[test]
    fn decimal_numbers_are_exact(text in "[0-9]{1,17}(\\.[0-9]{1,20})?") {
        prop_assert_eq!(number::real(text.as_bytes()), text.parse::<f64>().expect("a number"));
    }

    #[test]
    fn no_question_panics(words in prop::collection::vec(word(), 0..8)) {
        if let Ok(question) = qacct::parse(&words) {
            let _ = question.span(1_795_643_498);
            let _ = question.requests();
            let _ = question.is_list();
        }
    }
}
