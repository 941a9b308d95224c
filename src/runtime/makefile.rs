//! Recipes of a makefile, for the goals that are asked for.

use std::collections::{HashMap, HashSet};

/// Rules followed from one goal.
const MOST_RULES: usize = 200;

#[derive(Default)]
struct Rule {
    needs: Vec<String>,
    recipe: Vec<(usize, String)>,
}

/// Files included by one.
const MOST_INCLUDED: usize = 8;

/// A makefile with those it includes before it, which only its variables come from.
pub fn includes(text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.trim_start_matches(['-', 's']).strip_prefix("include "));
    names.flat_map(str::split_whitespace).take(MOST_INCLUDED).filter_map(read).collect()
}

/// The recipe lines that `make GOAL…` runs, with their numbers, as a shell sees them; without goals those of the first rule.
pub fn recipes(text: &str, goals: &[&str], included: &[String]) -> Vec<(usize, String)> {
    let mut variables: HashMap<String, String> = HashMap::from([("MAKE".into(), "make".into())]);
    for (name, value) in included.iter().flat_map(|text| text.lines()).filter_map(assignment) {
        variables.entry(name.into()).or_insert_with(|| value.into());
    }
    let mut rules: HashMap<String, Rule> = HashMap::new();
    let (mut first, mut current): (Option<String>, Vec<String>) = (None, Vec::new());
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let mut whole = line.to_string();
        while whole.ends_with('\\') {
            whole.pop();
            let Some((_, more)) = lines.next() else { break };
            whole.push(' ');
            whole.push_str(more.trim_start());
        }
        if let Some(recipe) = whole.strip_prefix('\t') {
            let command = recipe.trim_start_matches(['@', '-', '+', ' ']).to_string();
            for target in &current {
                rules.entry(target.clone()).or_default().recipe.push((at + 1, command.clone()));
            }
            continue;
        }
        let line = whole.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        if let Some((name, value)) = assignment(line) {
            variables.entry(name.into()).or_insert_with(|| value.into());
            continue;
        }
        let Some((targets, rest)) = line.split_once(':') else { continue };
        let (needs, inline) = rest.trim_start_matches(':').split_once(';').unwrap_or((rest, ""));
        current = expand(targets, &variables, 0).split_whitespace().map(str::to_string).collect();
        for target in &current {
            if first.is_none() && !target.starts_with('.') && !target.contains('%') {
                first = Some(target.clone());
            }
            let rule = rules.entry(target.clone()).or_default();
            rule.needs.extend(expand(needs, &variables, 0).split_whitespace().map(str::to_string));
            if !inline.trim().is_empty() {
                rule.recipe.push((at + 1, inline.trim().to_string()));
            }
        }
    }
    let mut wanted: Vec<String> = goals.iter().rev().map(|goal| (*goal).to_string()).collect();
    if wanted.is_empty() {
        wanted.extend(first);
    }
    let mut done = HashSet::new();
    let mut found = Vec::new();
    while let Some(goal) = wanted.pop() {
        if done.len() > MOST_RULES || !done.insert(goal.clone()) {
            continue;
        }
        let Some(rule) = rules.get(&goal).or_else(|| by_pattern(&rules, &goal)) else { continue };
        wanted.extend(rule.needs.iter().rev().cloned());
        found.extend(rule.recipe.iter().map(|(line, command)| (*line, expand(command, &variables, 0).replace("$$", "$"))));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// `%.out: %.in`
fn by_pattern<'r>(rules: &'r HashMap<String, Rule>, goal: &str) -> Option<&'r Rule> {
    rules.iter().find_map(|(target, rule)| {
        let (before, after) = target.split_once('%')?;
        (goal.len() >= before.len() + after.len() && goal.starts_with(before) && goal.ends_with(after)).then_some(rule)
    })
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches([':', '?', '+']).trim();
    (!name.is_empty() && !name.contains([' ', ':', '\t'])).then_some((name, value.trim()))
}

/// With make's variables put in; those of the shell, `$$x`, stay.
fn expand(text: &str, variables: &HashMap<String, String>, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push_str("$$");
            rest = after;
            continue;
        }
        let close = match rest.chars().next() {
            Some('(') => ')',
            Some('{') => '}',
            // `$@`, `$<`: files.
            Some(other) => {
                rest = &rest[other.len_utf8()..];
                continue;
            }
            None => break,
        };
        let Some(end) = rest.find(close) else { break };
        let name = &rest[1..end];
        if let Some(value) = variables.get(name).filter(|_| depth < 8) {
            out.push_str(&expand(value, variables, depth + 1));
        } else if let Some(command) = name.strip_prefix("shell ") {
            out.push_str(command);
        } else if let Some(words) = name.strip_prefix("firstword ") {
            out.push_str(words.split_whitespace().next().unwrap_or(""));
        }
        rest = &rest[end + 1..];
        if out.len() > 64 << 10 {
            break;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipes_of_a_goal_and_of_what_it_needs() {
        let text = "PY ?= python3\n.PHONY: all\nall: a.out\n\t@echo done\na.out: a.in\n\t$(PY) make.py $< > $@ && \\\n\t  echo $$HOME\nother:\n\tnode x\n";
        let all = vec![(4, "echo done".to_string()), (6, "python3 make.py  >  &&  echo $HOME".to_string())];
        assert_eq!(recipes(text, &[], &[]), all);
        assert_eq!(recipes(text, &["other"], &[]), [(9, "node x".to_string())]);
    }
}
