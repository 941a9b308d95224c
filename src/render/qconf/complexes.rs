//! `qconf -sc` (compat/captures/complexes.txt).

use crate::site::{Consumable, Site};
use std::fmt::Write;

/// The table of resources, by name.
pub fn complexes(site: &Site) -> String {
    let mut text = String::from("#name               shortcut   type      relop requestable consumable default  urgency \n");
    let _ = writeln!(text, "#{}", "-".repeat(86));
    for complex in site.complexes() {
        let requestable = match (complex.forced, complex.requestable) {
            (true, _) => "FORCED",
            (false, true) => "YES",
            (false, false) => "NO",
        };
        let consumable = match complex.consumable {
            Consumable::No => "NO",
            Consumable::Yes => "YES",
            Consumable::Job => "JOB",
        };
        let _ = writeln!(
            text,
            "{:<19} {:<10} {:<9} {:<5} {requestable:<11} {consumable:<10} {:<8} {}",
            complex.name,
            complex.shortcut(),
            complex.kind.word(),
            complex.relop().word(),
            complex.default_value(),
            complex.urgency
        );
    }
    text + "# >#< starts a comment but comments are not saved across edits --------\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_recorded_one() {
        let site = Site::parse(include_str!("../../../compat/reference-site.toml"), "reference").expect("a site");
        assert_eq!(complexes(&site), include_str!("../../../compat/captures/complexes.txt"));
    }
}
