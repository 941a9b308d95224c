//! A rule of a resource quota set: `name big users {*} queues task,continuous to slots=16,h_vmem=4G`.

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Users,
    Projects,
    Pes,
    Queues,
    Hosts,
}

/// The scopes with their words, in the order in which Grid Engine shows them.
pub const SCOPES: &[(Scope, &str)] =
    &[(Scope::Users, "users"), (Scope::Projects, "projects"), (Scope::Pes, "pes"), (Scope::Queues, "queues"), (Scope::Hosts, "hosts")];

/// What use counts: names of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub scope: Scope,
    /// In braces: each of the names has the limit for itself.
    pub each: bool,
    /// Names, patterns and `@lists` of which one must fit; none: all fit.
    pub words: Vec<String>,
    /// Those that must not (written with `!`).
    pub not: Vec<String>,
}

impl Filter {
    /// The words as shown: those with `!` come last.
    pub fn list(&self) -> String {
        self.words.iter().cloned().chain(self.not.iter().map(|word| format!("!{word}"))).collect::<Vec<_>>().join(",")
    }

    /// True where a value fits; `is` says whether a word stands for it. A job without a project, or without a parallel
    /// environment, has no value: only filters that leave something out are for it.
    pub fn fits(&self, value: Option<&str>, is: impl Fn(&str, &str) -> bool) -> bool {
        let Some(value) = value else { return self.words.is_empty() };
        (self.words.is_empty() || self.words.iter().any(|word| is(word, value))) && !self.not.iter().any(|word| is(word, value))
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub name: Option<String>,
    pub filters: Vec<Filter>,
    /// Resource and the most of it, as written.
    pub limits: Vec<(String, String)>,
}

/// Reads one rule.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn parse(text: &str) -> Result<Rule, String> {
    let mut rule = Rule { name: None, filters: Vec::new(), limits: Vec::new() };
    let mut words = words(text)?.into_iter();
    let next = |words: &mut std::vec::IntoIter<String>, what: &str| words.next().ok_or(format!("\"{text}\" lacks {what}"));
    loop {
        let word = next(&mut words, "its limits: write to slots=10")?;
        match word.as_str() {
            "limit" if rule == (Rule { name: None, filters: Vec::new(), limits: Vec::new() }) => {}
            "name" if rule.name.is_some() => return Err("attribute \"name\" appears more than once".into()),
            "name" => rule.name = Some(next(&mut words, "the name after name")?),
            "to" => {
                for pair in next(&mut words, "the limits after to")?.split(',') {
                    let (name, value) = pair.split_once('=').ok_or(format!("\"{pair}\" is no limit: write slots=10"))?;
                    rule.limits.push((name.to_string(), value.to_string()));
                }
                rule.filters.sort_by_key(|filter| filter.scope);
                return match words.next() {
                    None => Ok(rule),
                    Some(more) => Err(format!("unknown attribute name \"{more}\" behind the limits")),
                };
            }
            scope => {
                let Some((scope, _)) = SCOPES.iter().find(|(_, name)| *name == scope) else {
                    return Err(format!("unknown attribute name \"{scope}\": write users, projects, pes, queues, hosts or to"));
                };
                if rule.filters.iter().any(|filter| filter.scope == *scope) {
                    return Err(format!("attribute \"{word}\" appears more than once"));
                }
                let list = next(&mut words, &format!("the list after {word}"))?;
                let inside = list.strip_prefix('{').and_then(|list| list.strip_suffix('}'));
                if inside.unwrap_or(&list).contains(['{', '}']) {
                    return Err(format!("\"{list}\": braces go round a whole list"));
                }
                let names = inside.unwrap_or(&list).split(',').map(str::trim).filter(|name| !name.is_empty());
                let (not, words): (Vec<&str>, Vec<&str>) = names.partition(|name| name.starts_with('!'));
                let not: Vec<String> = not.iter().map(|name| name[1..].to_string()).collect();
                let words: Vec<String> = words.into_iter().map(String::from).collect();
                // `users {}` filters nothing.
                if !(words.is_empty() && not.is_empty()) {
                    rule.filters.push(Filter { scope: *scope, each: inside.is_some(), words, not });
                }
            }
        }
    }
}

/// Words, where `{a, b}` is one.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = if rest.starts_with('{') {
            rest.find('}').ok_or(format!("\"{rest}\" lacks its }}"))? + 1
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        found.push(word.to_string());
        rest = after.trim_start();
    }
    Ok(found)
}

impl std::fmt::Display for Filter {
    /// `users {bob,@lab,!alice}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = SCOPES.iter().find(|(scope, _)| *scope == self.scope).map_or("", |(_, word)| word);
        let list = self.list();
        if self.each { write!(f, "{word} {{{list}}}") } else { write!(f, "{word} {list}") }
    }
}

impl std::fmt::Display for Rule {
    /// The rule as `qconf -srqs` shows it: filters in Grid Engine's order.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "name {name} ")?;
        }
        for filter in &self.filters {
            write!(f, "{} ", filter)?;
        }
        let limits: Vec<String> = self.limits.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(f, "to {}", limits.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_shown() {
        let shown = |text: &str| parse(text).map(|rule| rule.to_string());
        assert_eq!(
            shown("users {bob, alice} queues task to slots=10,h_vmem=4G"),
            Ok("users {bob,alice} queues task to slots=10,h_vmem=4G".into())
        );
        assert_eq!(
            shown("limit name x hosts {@allhosts} to slots=$num_proc*2"),
            Ok("name x hosts {@allhosts} to slots=$num_proc*2".into())
        );
        let sorted = "hosts !nosuch,vm queues * users {*,!alice} pes {} to slots=1";
        assert_eq!(shown(sorted), Ok("users {*,!alice} queues * hosts vm,!nosuch to slots=1".into()));
        assert_eq!(shown("to slots=1"), Ok("to slots=1".into()));
        assert!(shown("users bob").is_err() && shown("people bob to slots=1").is_err() && shown("users {a to slots=1").is_err());
        assert!(shown("users ,{a to slots=1").is_err() && shown("users {a,{b} to slots=1").is_err());
        assert!(shown("to slots").is_err() && shown("to slots=1 more").is_err() && shown("users a users b to slots=1").is_err());
    }
}
