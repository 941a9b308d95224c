//! qquota: how much of each resource quota is used (compat/captures/qquota).

use crate::grammar::quota::{Filter, SCOPES, Scope};
use quick_xml::escape::escape;
use std::fmt::Write;

/// One line: a limit of a rule, and where it counts use, how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `set/rule`.
    pub rule: String,
    /// The rule's filters; for those in braces the one name whose use it is, once there is use.
    pub filters: Vec<Filter>,
    pub resource: String,
    pub limit: String,
    /// `None`: a limit on what a job may ask for, nothing adds up.
    pub used: Option<String>,
}

/// The table; nothing where there are no lines.
pub fn table(lines: &[Line]) -> String {
    let mut text = String::new();
    if !lines.is_empty() {
        let _ = writeln!(text, "resource quota rule limit                filter\n{}", "-".repeat(80));
    }
    for line in lines {
        let limit = match &line.used {
            Some(used) => format!("{}={used}/{}", line.resource, line.limit),
            None => format!("{}={}", line.resource, line.limit),
        };
        let filters: Vec<String> = line.filters.iter().map(Filter::to_string).collect();
        let filters = if filters.is_empty() { "-".to_string() } else { filters.join(" ") };
        let _ = writeln!(text, "{:<18} {limit:<20} {filters}", line.rule);
    }
    text
}

const SCHEMA: &str = "http://arc.liv.ac.uk/repos/darcs/sge/source/source/dist/util/resources/schemas/qquota/qquota.xsd";

/// `-xml`.
pub fn xml(lines: &[Line]) -> String {
    let mut text = format!("<?xml version='1.0'?>\n<qquota_result xmlns=\"{SCHEMA}\">\n");
    for line in lines {
        let _ = writeln!(text, " <qquota_rule name='{}'>", escape(line.rule.as_str()));
        for filter in &line.filters {
            let word = word(filter.scope);
            for name in &filter.words {
                let _ = writeln!(text, "   <{word}>{}</{word}>", escape(name.as_str()));
            }
            for name in &filter.not {
                let _ = writeln!(text, "   <x{word}>{}</x{word}>", escape(name.as_str()));
            }
        }
        let used = line.used.as_ref().map_or(String::new(), |used| format!(" value='{used}'"));
        let _ = writeln!(text, "   <limit resource='{}' limit='{}'{used}/>", escape(line.resource.as_str()), escape(line.limit.as_str()));
        text.push_str(" </qquota_rule>\n");
    }
    text + "</qquota_result>\n"
}

fn word(scope: Scope) -> &'static str {
    SCOPES.iter().find(|(known, _)| *known == scope).map_or("", |(_, word)| word)
}
