//! zsh's completions: one `_arguments` call for each command.

use super::{Operand, Page, Values, operand, values_of};
use crate::options::{Entry, Value};

const HEAD: &str = r#"
# zsh completion of gridshim's commands; made by `gridshim completions zsh`.

_gridshim_jobs() {
  local -a ids
  ids=(${(f)"$(qstat 2>/dev/null | awk 'NR > 2 { print $1 }' | uniq)"})
  compadd -a ids
}

_gridshim_site() {
  local -a words
  words=(${(f)"$(gridshim words $1 2>/dev/null)"})
  compadd -a words
}

_gridshim_command() {
  case $1 in
"#;

/// See `pages::completions`.
pub fn script(pages: &[Page], own: &[(String, String)]) -> String {
    let names: Vec<&str> = pages.iter().map(|page| page.name).collect();
    let mut text = format!("#compdef gridshim {}\n{HEAD}", names.join(" "));
    for page in pages {
        text.push_str(&command(page));
    }
    text.push_str(&format!(
        "  man) _arguments '--directory[write every page into this directory]:directory:_directories' ':command:(gridshim {})' ;;\n",
        names.join(" ")
    ));
    text.push_str(
        "  completions) _arguments ':shell:(bash zsh fish)' ;;\n  install-links) _arguments ':directory:_directories' ;;\n  esac\n}\n\n",
    );
    text.push_str("_gridshim() {\n  if [[ $service != gridshim ]]; then\n    _gridshim_command $service\n    return\n  fi\n");
    text.push_str("  if (( CURRENT > 2 )); then\n    shift words\n    (( CURRENT-- ))\n    _gridshim_command $words[1]\n    return\n  fi\n  local -a names\n  names=(\n");
    let described = own.iter().map(|(name, about)| (name.as_str(), about.as_str())).chain(pages.iter().map(|page| (page.name, page.about)));
    for (name, about) in described {
        text.push_str(&format!("    '{name}:{}'\n", quoted(about)));
    }
    text.push_str("  )\n  _describe command names\n}\n\n_gridshim \"$@\"\n");
    text
}

fn command(page: &Page) -> String {
    let mut text = format!("  {})\n    _arguments", page.name);
    for entry in &page.entries {
        text.push_str(&format!(" \\\n      '{}'", option(entry)));
    }
    match operand(page.name) {
        Operand::None => {}
        Operand::Program if page.name == "qsub" => text.push_str(" \\\n      '*:file:_files'"),
        Operand::Program => text.push_str(" \\\n      ':program:_command_names -e' \\\n      '*:argument:_files'"),
        Operand::Jobs => text.push_str(" \\\n      '*:job:_gridshim_jobs'"),
    }
    text.push_str(" ;;\n");
    text
}

/// `*-N[specify job name]:name: `: the star lets it come again.
fn option(entry: &Entry) -> String {
    let mut text = format!("*{}[{}]", entry.name, quoted(entry.help));
    let Some(values) = values_of(entry) else { return text };
    let action = match &values {
        Values::Words(words) => format!("({})", words.join(" ")),
        Values::Files => "_files".into(),
        Values::Directories => "_directories".into(),
        Values::Jobs => "_gridshim_jobs".into(),
        Values::Users => "_users".into(),
        Values::Queues => " _gridshim_site queues".into(),
        Values::Environments => " _gridshim_site parallel-environments".into(),
        Values::Resources => " _gridshim_site resources".into(),
        Values::Text => " ".into(),
    };
    let colons = if entry.value == Value::Maybe { "::" } else { ":" };
    match (entry.value, entry.takes.split_once(' ')) {
        (Value::Two(..), Some((first, second))) => text.push_str(&format!(":{}:{action}:{}: ", quoted(first), quoted(second))),
        _ => text.push_str(&format!("{colons}{}:{action}", quoted(entry.takes))),
    }
    text
}

/// Inside single quotes, where brackets and colons part.
fn quoted(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '\'' => safe.push_str("'\\''"),
            '[' | ']' | ':' | '\\' => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}
