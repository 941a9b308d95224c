//! Slot ranges of `-pe`: `8`, `2-4`, `2-`, `-4`, `4-2`, `1,2,4`.

/// One stretch of slot numbers, both ends included.
pub type Stretch = (u32, u32);

/// What `2-` means in Grid Engine.
pub const MANY: u32 = 9_999_999;

/// The stretches, highest first as Grid Engine shows them; `Err` is the piece that is no number.
pub fn parse(text: &str) -> Result<Vec<Stretch>, String> {
    let number = |word: &str| word.parse::<u32>().ok().filter(|n| *n <= MANY).ok_or_else(|| word.to_string());
    let mut stretches = Vec::new();
    for piece in text.split(',') {
        let (low, high) = match piece.split_once('-') {
            None => (number(piece)?, number(piece)?),
            Some(("", "")) => return Err(text.to_string()),
            Some((low, "")) => (number(low)?, MANY),
            Some(("", high)) => (1, number(high)?),
            Some((low, high)) => (number(low)?, number(high)?),
        };
        stretches.push((low.min(high), low.max(high)));
    }
    if stretches.len() > 1 {
        stretches.sort_unstable_by(|a, b| b.cmp(a));
        stretches.dedup();
    }
    Ok(stretches)
}

/// As `qstat -j` shows it: `5-7,3,1`.
pub fn print(stretches: &[Stretch]) -> String {
    let shown: Vec<String> =
        stretches.iter().map(|(low, high)| if low == high { low.to_string() } else { format!("{low}-{high}") }).collect();
    shown.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_recorded() {
        for (text, shown) in [("8", "8"), ("2-", "2-9999999"), ("-4", "1-4"), ("4-2", "2-4"), ("1,3,5-7", "5-7,3,1"), ("4-4", "4")] {
            assert_eq!(parse(text).map(|s| print(&s)), Ok(shown.to_string()), "{text}");
        }
        for text in ["", "-", "x", "1-2-3", "1,"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
