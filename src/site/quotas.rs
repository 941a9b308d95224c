//! Resource quota sets (sge_resource_quota(5)), read from Grid Engine's own lines and shown by `qconf -srqs` and qquota. gridshim
//! does not enforce them.

use super::{Kind, Site};
use crate::grammar::quota::{self, Rule, Scope};
use crate::grammar::{duration, memory, pattern};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

/// A resource quota set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceQuotaSet {
    pub name: String,
    pub description: Option<String>,
    #[serde(default)]
    pub enabled: bool,
    /// `users {*} queues task to slots=16`, one a rule, in order: the first that fits a job counts.
    #[serde(rename = "limit", deserialize_with = "rules")]
    pub limits: Vec<Rule>,
}

/// One line, read by a visitor of its own so that its mistake is told where it stands.
struct Line(Rule);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Line, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Line;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a limit such as \"users {*} to slots=10\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Line, E> {
                quota::parse(text).map(Line).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Rule>, D::Error> {
    Ok(Vec::<Line>::deserialize(deserializer)?.into_iter().map(|Line(rule)| rule).collect())
}

/// True where a limit is reckoned from what a host has: `$num_proc*2`.
pub fn is_dynamic(limit: &str) -> bool {
    limit.contains('$')
}

/// The first mistake of a rule, in Grid Engine's words (compat/captures/qconf/quota-rules.txt). Names of users, queues and the
/// like may be unknown, there as here.
pub(super) fn mistake(site: &Site, rule: &Rule) -> Option<String> {
    for (name, limit) in &rule.limits {
        let Some(complex) = site.complex(name) else {
            return Some(format!("\"resource_quota\" references not existing complex attribute \"{name}\""));
        };
        if is_dynamic(limit) {
            let per_host = rule.filters.iter().any(|filter| filter.scope == Scope::Hosts && filter.each);
            if !per_host {
                return Some("dynamic limits are only supported for per host rules".into());
            }
            if reckoned(limit, |_| Some(1.0)).is_none() {
                return Some(format!("\"{limit}\" is no limit: write $num_proc*2"));
            }
            continue;
        }
        let kind = match complex.kind {
            Kind::Int if limit.parse::<f64>().is_err() => "integer",
            Kind::Double if limit.parse::<f64>().is_err() => "double",
            Kind::Time if duration::parse(limit).is_err() => "time",
            Kind::Memory if memory::parse(limit).is_err() => "memory",
            _ => continue,
        };
        return Some(format!("attribute \"{}\" is not a {kind} value", complex.name));
    }
    None
}

/// What `$num_proc*2+1` comes to; `None` where it is no such sum or a name has no value.
pub fn reckoned(limit: &str, value: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let mut sum = 0.0;
    for term in limit.replace('-', "+-").split('+').filter(|term| !term.is_empty()) {
        let (sign, term) = term.strip_prefix('-').map_or((1.0, term), |term| (-1.0, term));
        let mut product = sign;
        for factor in term.split('*') {
            product *= match factor.strip_prefix('$') {
                Some(name) => value(name)?,
                None => factor.parse().ok()?,
            };
        }
        sum += product;
    }
    Some(sum)
}

impl Site {
    /// A resource quota set by its exact name.
    pub fn resource_quota_set(&self, name: &str) -> Option<&ResourceQuotaSet> {
        self.resource_quota_sets.iter().find(|set| set.name == name)
    }

    /// A rule as Grid Engine stores it: long names of resources, times in seconds.
    pub fn normal_rule(&self, rule: &Rule) -> Rule {
        let normal = |(name, value): &(String, String)| match self.complex(name) {
            Some(complex) if complex.kind == Kind::Time => {
                let seconds = duration::parse(value).ok().flatten();
                (complex.name.clone(), seconds.map_or_else(|| value.clone(), |seconds| seconds.to_string()))
            }
            Some(complex) => (complex.name.clone(), value.clone()),
            None => (name.clone(), value.clone()),
        };
        Rule { limits: rule.limits.iter().map(normal).collect(), ..rule.clone() }
    }

    /// True where a word of a filter stands for a value: the name, a pattern, a user list or a host group. `group` is the group
    /// of the user where the value is one.
    pub fn stands_for(&self, scope: Scope, word: &str, value: &str, group: &str) -> bool {
        match (scope, word.strip_prefix('@')) {
            (Scope::Users, Some(list)) => self.user_list(list).is_some_and(|list| list.has(value, group)),
            (Scope::Hosts, Some(_)) => self.is_in_host_group(value, word),
            _ => pattern::matches(word, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dynamic_limits_are_reckoned() {
        let value = |name: &str| (name == "num_proc").then_some(2.0);
        assert_eq!(reckoned("$num_proc*100", value), Some(200.0));
        assert_eq!(reckoned("$num_proc*3+5", value), Some(11.0));
        assert_eq!(reckoned("3*$num_proc-1", value), Some(5.0));
        assert_eq!((reckoned("$x", value), reckoned("a", value)), (None, None));
    }

    #[test]
    fn rules_are_stored_in_grid_engines_way_and_checked_in_its_words() {
        let site = Site::default();
        let rule = quota::parse("users bob to s=3,h_rt=1:0:0,h_vmem=4G").expect("a rule");
        assert_eq!(site.normal_rule(&rule).to_string(), "users bob to slots=3,h_rt=3600,h_vmem=4G");
        let told = |text: &str| mistake(&site, &quota::parse(text).expect("a rule"));
        assert_eq!(told("hosts {*} to slots=$num_proc*2"), None);
        assert_eq!(told("hosts * to slots=$num_proc").as_deref(), Some("dynamic limits are only supported for per host rules"));
        assert_eq!(told("to slots=x").as_deref(), Some("attribute \"slots\" is not a integer value"));
        assert_eq!(told("to slots=5.5"), None);
    }
}
