//! Slot ranges of `-pe`: `8`, `2-4`, `2-`, `-4`, `4-2`, `1,2,4`, and forms nobody meant that Grid Engine takes all the same
//! (`2x` is `2-`, `1.5` is `1-5`, `5--3` ends at 2^32-3; tests/compliance/qsub_pe.rs).

/// One stretch of slot numbers, both ends included.
pub type Stretch = (u32, u32);

/// What `2-` means in Grid Engine.
pub const MANY: u32 = 9_999_999;

/// Why a range is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no range in it; qsub takes what follows for something else and loses the script.
    Empty,
    /// The sentence.
    One(String),
    /// The sentence about an element, if there is one, and the one about its place in the list.
    InList(Option<String>, &'static str),
}

/// Element of a list.
enum Element {
    Range(Vec<Stretch>),
    /// The word UNDEFINED, or what is no range, with the sentence.
    Undefined(Option<String>),
}

/// The stretches as the client knows them: highest first, overlapping ones as one (compat/captures/verify).
///
/// # Errors
/// The refusal.
pub fn parse(text: &str) -> Result<Vec<Stretch>, Refusal> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut elements = text.split(',').filter(|piece| !piece.is_empty()).peekable();
    while let Some(piece) = elements.next() {
        match element(piece) {
            Element::Range(more) => stretches.extend(more),
            Element::Undefined(sentence) if !stretches.is_empty() => {
                return Err(Refusal::InList(sentence, "unexpected \"UNDEFINED\" following range"));
            }
            Element::Undefined(sentence) if elements.peek().is_some() => {
                return Err(Refusal::InList(sentence, "unexpected range following \"UNDEFINED\""));
            }
            Element::Undefined(sentence) => return Err(sentence.map_or(Refusal::Empty, Refusal::One)),
        }
    }
    if stretches.is_empty() {
        return Err(Refusal::Empty);
    }
    let mut stretches = united(stretches, 0);
    stretches.reverse();
    Ok(stretches)
}

/// The stretches as the master keeps them: lowest first, those that touch as one.
pub fn joined(stretches: &[Stretch]) -> Vec<Stretch> {
    united(stretches.to_vec(), 1)
}

/// Sorted, and as one where the next begins no further than `gap` behind the end.
fn united(mut stretches: Vec<Stretch>, gap: u32) -> Vec<Stretch> {
    stretches.sort_unstable();
    let mut united: Vec<Stretch> = Vec::new();
    for (low, high) in stretches {
        match united.last_mut() {
            Some(last) if low <= last.1.saturating_add(gap) => last.1 = last.1.max(high),
            _ => united.push((low, high)),
        }
    }
    united
}

fn element(text: &str) -> Element {
    if text.eq_ignore_ascii_case("undefined") {
        return Element::Undefined(None);
    }
    match ends(text) {
        // Recorded: it shows as its two ends.
        Ok((1, MANY)) if text == "-" => Element::Range(vec![(1, 1), (MANY, MANY)]),
        Ok((low, high)) => Element::Range(vec![(low.min(high), low.max(high))]),
        Err(sentence) => Element::Undefined(Some(sentence)),
    }
}

/// Both ends of one range. Any character parts them.
fn ends(text: &str) -> Result<(u32, u32), String> {
    let trailer = |whole: &str, tail: &str| Err(format!("Range specifier \"{whole}\" has unknown trailer \"{tail}\""));
    if let Some(rest) = text.strip_prefix('-') {
        if rest.is_empty() {
            return Ok((1, MANY));
        }
        let (high, tail) = number(rest)?;
        return if tail.is_empty() { Ok((1, high)) } else { trailer(text, rest) };
    }
    let (low, tail) = number(text)?;
    let mut letters = tail.chars();
    let (dash, rest) = (letters.next(), letters.as_str());
    match dash {
        None => return Ok((low, low)),
        Some(_) if rest.is_empty() => return Ok((low, MANY)),
        Some(other) if other != '-' && rest.starts_with('-') => return trailer(text, tail),
        Some(_) => {}
    }
    let (high, tail) = number(rest)?;
    if tail.is_empty() { Ok((low, high)) } else { trailer(rest, tail) }
}

/// A number as C reads it, modulo 2^32, and what stands behind it.
fn number(text: &str) -> Result<(u32, &str), String> {
    let trimmed = text.trim_start();
    let unsigned = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let length = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return Err(format!("Numerical value invalid!\nThe initial portion of string \"{text}\" contains no decimal number"));
    }
    let (digits, tail) = unsigned.split_at(length);
    let value = digits.parse::<u64>().unwrap_or(u64::MAX) as u32;
    Ok((if trimmed.starts_with('-') { value.wrapping_neg() } else { value }, tail))
}

/// As `qsub -verify` shows it: `5-7,3,1`.
pub fn print(stretches: &[Stretch]) -> String {
    shown(stretches, |_| false)
}

/// As the master shows it: two numbers next to each other are a list.
pub fn ids(stretches: &[Stretch]) -> String {
    shown(stretches, |(low, high)| high.wrapping_sub(low) == 1)
}

/// For `parse`: numbers nobody has so many slots for are `MANY`.
pub fn kept(stretches: &[Stretch]) -> String {
    print(&stretches.iter().map(|(low, high)| ((*low).min(MANY), (*high).min(MANY))).collect::<Vec<_>>())
}

fn shown(stretches: &[Stretch], is_list: fn(Stretch) -> bool) -> String {
    let one = |stretch: &Stretch| {
        // Numbers beyond 2^31 come out negative.
        let (low, high) = (stretch.0 as i32, stretch.1 as i32);
        match low == high {
            true => low.to_string(),
            false => format!("{low}{}{high}", if is_list(*stretch) { ',' } else { '-' }),
        }
    };
    stretches.iter().map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `-verify` shows it, and the master.
    fn both(text: &str) -> (String, String) {
        let stretches = parse(text).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
        (print(&stretches), ids(&joined(&stretches)))
    }

    #[test]
    fn ranges_as_recorded() {
        for (text, client, master) in [
            ("8", "8", "8"),
            ("2-", "2-9999999", "2-9999999"),
            ("-4", "1-4", "1-4"),
            ("4-2", "2-4", "2-4"),
            ("4-4", "4", "4"),
            ("1,3,5-7", "5-7,3,1", "1,3,5-7"),
            ("1,2,3", "3,2,1", "1-3"),
            ("1,2,4", "4,2,1", "1,2,4"),
            ("1-2", "1-2", "1,2"),
            ("1-3,2-4", "1-4", "1-4"),
            ("4-6,1-3", "4-6,1-3", "1-6"),
            (",1,,", "1", "1"),
        ] {
            assert_eq!(both(text), (client.into(), master.into()), "{text}");
        }
    }

    #[test]
    fn odd_ranges_as_recorded() {
        for (text, master) in [
            ("-", "1,9999999"),
            ("-,3", "1,3,9999999"),
            ("2x", "2-9999999"),
            ("1.5", "1-5"),
            ("0x10", "0-10"),
            ("1 2", "1,2"),
            (" +2", "2"),
            ("1- -3", "1--3"),
            ("5--3", "5--3"),
            ("3000000000", "-1294967296"),
            ("99999999999", "1215752191"),
            ("18446744073709551616", "-1"),
        ] {
            assert_eq!(both(text).1, master, "{text}");
        }
    }

    #[test]
    fn what_is_kept_reads_back() {
        for text in ["-", "2-", "1-3,5", "5--3", "8"] {
            let stretches = joined(&parse(text).expect("a range"));
            let back = parse(&kept(&stretches)).expect("what was kept");
            assert_eq!(joined(&back), stretches.iter().map(|(low, high)| (*low, (*high).min(MANY))).collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn mistakes_have_their_sentences() {
        let trailer = |whole: &str, tail: &str| format!("Range specifier \"{whole}\" has unknown trailer \"{tail}\"");
        let none = |text: &str| format!("Numerical value invalid!\nThe initial portion of string \"{text}\" contains no decimal number");
        for (text, sentence) in [
            ("2-8:2", trailer("8:2", ":2")),
            ("1-2-3", trailer("2-3", "-3")),
            ("1.5-7", trailer("5-7", "-7")),
            ("2x-4", trailer("2x-4", "x-4")),
            ("-4x", trailer("-4x", "4x")),
            ("2-4 ", trailer("4 ", " ")),
            ("x-2", none("x-2")),
            ("2-x", none("x")),
            ("--", none("-")),
            ("1---3", none("--3")),
            (",x", none("x")),
        ] {
            assert_eq!(parse(text), Err(Refusal::One(sentence)), "{text}");
        }
        for text in ["", ",", "undefined"] {
            assert_eq!(parse(text), Err(Refusal::Empty), "{text}");
        }
        let list = |sentence, place| Err(Refusal::InList(sentence, place));
        assert_eq!(parse("1,x,y"), list(Some(none("x")), "unexpected \"UNDEFINED\" following range"));
        assert_eq!(parse("x,y"), list(Some(none("x")), "unexpected range following \"UNDEFINED\""));
        assert_eq!(parse("UNDEFINED,1"), list(None, "unexpected range following \"UNDEFINED\""));
    }
}
