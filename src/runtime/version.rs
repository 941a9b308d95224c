//! Versions of runtimes, as files and names give them.

use super::language::Language;
use std::cmp::Ordering;

/// A version to the precision in which it matters: `3.9` of Python, `18` of Node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    text: String,
    /// Any later one of the same first number will do, or of whatever number where `>=` stands.
    at_least: bool,
}

impl Version {
    /// From a name or an exact pin: `3.9.2`, `v16.13.0`, `1.8`.
    pub fn exact(language: Language, text: &str) -> Option<Version> {
        Self::read(language, text).map(|text| Version { text, at_least: false })
    }

    /// From an interpreter's name; without a number: none.
    pub fn named(language: Language, digits: &str) -> Option<Version> {
        if digits.is_empty() { None } else { Self::exact(language, digits) }
    }

    /// From a constraint: `>=3.8,<4`, `^14.2`, `~> 2.7.3`, `14.x || 16.x`, `==3.9.*`. The lowest that is acceptable counts.
    pub fn constraint(language: Language, text: &str) -> Option<Version> {
        let parts = text.split(['|', ',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let mut lowest: Option<Version> = None;
        let mut operator = String::new();
        for part in parts {
            let end = part.find(|character: char| character.is_ascii_digit()).unwrap_or(part.len());
            let (mut sign, number) = part.split_at(end);
            if number.is_empty() {
                // An operator that stands alone, with its number behind a blank.
                operator = sign.to_string();
                continue;
            }
            let carried = std::mem::take(&mut operator);
            if sign.trim_matches(['v', '"', '\'', '(', '[']).is_empty() && !carried.is_empty() {
                sign = &carried;
            }
            if sign.contains('<') || sign.contains('!') {
                continue;
            }
            let Some(text) = Self::read(language, number) else { continue };
            let is_bound = sign.contains(['>', '^', '~']) || number.contains('-');
            let found = Version { text, at_least: is_bound };
            if lowest.as_ref().is_none_or(|lowest| found.order(&lowest.text) == Ordering::Less) {
                lowest = Some(found);
            }
        }
        lowest
    }

    fn read(language: Language, text: &str) -> Option<String> {
        let text = text.trim().trim_start_matches(['v', '=', '"', '\'']);
        let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
        let mut numbers = text[..end].split('.').filter(|number| !number.is_empty()).map(|number| number.parse::<u32>().ok());
        let first = numbers.next()??;
        let second = numbers.next().flatten();
        Some(match (language, first, second) {
            // Java counted 1.1 to 1.8 before it left the first number out.
            (Language::Java, 1, Some(second)) => second.to_string(),
            (Language::Java | Language::Node, first, _) => first.to_string(),
            (_, first, Some(second)) => format!("{first}.{second}"),
            (_, first, None) => first.to_string(),
        })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// As that, or any that is later.
    pub fn or_later(self) -> Version {
        Version { at_least: true, ..self }
    }

    /// True where an image with this version (`3.11.2`, `18`) will do.
    pub fn is_met_by(&self, offered: &str) -> bool {
        let (wanted, offered) = (numbers(&self.text), numbers(offered));
        let is_same = wanted.iter().zip(&offered).all(|(wanted, offered)| wanted == offered);
        is_same
            || (self.at_least
                && offered >= wanted
                && wanted.first().zip(offered.first()).is_some_and(|(wanted, offered)| {
                    // A first number more is another language for most: Python 2 and 3, Perl 5 and 7, PHP 7 and 8 less so.
                    wanted == offered || *wanted > 3
                }))
    }

    fn order(&self, other: &str) -> Ordering {
        numbers(&self.text).cmp(&numbers(other))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)?;
        if self.at_least { f.write_str(" or later") } else { Ok(()) }
    }
}

/// The numbers of a version.
pub fn numbers(text: &str) -> Vec<u32> {
    text.split('.').map_while(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_that_will_do_is_what_a_constraint_says() {
        let cases = [
            (Language::Python, ">=3.8,<4", "3.8 or later"),
            (Language::Python, "==3.9.*", "3.9"),
            (Language::Python, "<3.12", ""),
            (Language::Node, "^14.2 || >= 16", "14 or later"),
            (Language::Node, ">=18", "18 or later"),
            (Language::Node, "16.x", "16"),
            (Language::Ruby, "~> 2.7.3", "2.7 or later"),
            (Language::Php, ">=7.2 <8.3", "7.2 or later"),
            (Language::Java, "1.8", "8"),
            (Language::R, ">= 4.0.2", "4.0 or later"),
            (Language::Node, "lts/*", ""),
        ];
        for (language, text, expected) in cases {
            let found = Version::constraint(language, text).map(|version| version.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_image_has_it_or_not() {
        let met = |wanted: &str, offered: &str| Version::constraint(Language::Python, wanted).expect("a version").is_met_by(offered);
        assert!(met("3.9", "3.9.2") && met(">=3.9", "3.11") && met("3", "3.11"));
        assert!(!met("3.9", "3.11") && !met(">=3.9", "3.8") && !met(">=2.7", "3.11") && !met("2", "3.11"));
    }
}
