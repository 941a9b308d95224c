//! bash's completions: one function for all commands.

use super::{Operand, Page, Values, operand, values_of};
use crate::options::{Entry, Value};
use std::collections::BTreeMap;

const HEAD: &str = r#"# bash completion of gridshim's commands; made by `gridshim completions bash`.

_gridshim_offer() {
    local current=$2
    case $1 in
    files)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directories)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    commands)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -c -f -- "$current" | sort -u) ;;
    users) mapfile -t COMPREPLY < <(compgen -u -- "$current") ;;
    jobs) mapfile -t COMPREPLY < <(compgen -W "$(qstat 2>/dev/null | awk 'NR > 2 { print $1 }' | uniq)" -- "$current") ;;
    site) mapfile -t COMPREPLY < <(compgen -W "$(gridshim words "$3" 2>/dev/null)" -- "$current") ;;
    words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$current") ;;
    esac
}

_gridshim() {
    local command=${1##*/} current=$2 before=$3 earlier= options= value= operand= own=
    COMPREPLY=()
    [[ $COMP_CWORD -ge 2 ]] && earlier=${COMP_WORDS[COMP_CWORD-2]}
"#;

const TAIL: &str = r#"    esac
    if [[ -n $value ]]; then
        # shellcheck disable=SC2086 # a kind and its words
        set -- $value
        _gridshim_offer "$1" "$current" "${*:2}"
    elif [[ $current == -* || -z $operand ]]; then
        _gridshim_offer words "$current" "$options"
    else
        _gridshim_offer "$operand" "$current"
    fi
}

"#;

/// See `pages::completions`.
pub fn script(pages: &[Page], own: &[(String, String)]) -> String {
    let mut text = String::from(HEAD);
    let mut names: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(pages.iter().map(|page| page.name));
    text.push_str(&format!(
        "    if [[ $command == gridshim && $COMP_CWORD -ge 2 ]]; then\n        command=${{COMP_WORDS[1]}}\n    fi\n    case $command in\n    gridshim)\n        value='words {} --help --list --version' ;;\n",
        names.join(" ")
    ));
    let list: Vec<&str> = pages.iter().map(|page| page.name).collect();
    text.push_str(&format!("    man) value='words {} gridshim --directory' ;;\n", list.join(" ")));
    text.push_str("    completions) value='words bash zsh fish' ;;\n    install-links) value=directories ;;\n");
    for page in pages {
        text.push_str(&command(page));
    }
    text.push_str(TAIL);
    text.push_str(&format!("complete -F _gridshim gridshim {}\n", list.join(" ")));
    text
}

/// One command's branch.
fn command(page: &Page) -> String {
    let options: Vec<&str> = page.entries.iter().map(|entry| entry.name).collect();
    let operand = match operand(page.name) {
        Operand::None => "",
        Operand::Program if page.name == "qsub" => "files",
        Operand::Program => "commands",
        Operand::Jobs => "jobs",
    };
    let mut text = format!("    {})\n        options='{}' operand={operand}\n", page.name, options.join(" "));
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for entry in &page.entries {
        if let Some(kind) = values_of(entry) {
            kinds.entry(word(&kind)).or_default().push(entry.name);
        }
    }
    if !kinds.is_empty() {
        text.push_str("        case $before in\n");
        for (kind, options) in kinds {
            text.push_str(&format!("        {}) value='{kind}' ;;\n", options.join("|")));
        }
        text.push_str("        esac\n");
    }
    let pairs: Vec<&str> =
        page.entries.iter().filter(|entry: &&Entry| matches!(entry.value, Value::Two(..))).map(|entry| entry.name).collect();
    if !pairs.is_empty() {
        text.push_str(&format!("        case $earlier in {}) value=text ;; esac\n", pairs.join("|")));
    }
    text.push_str("        ;;\n");
    text
}

/// The kind as `_gridshim_offer` knows it.
fn word(kind: &Values) -> String {
    match kind {
        Values::Words(words) => format!("words {}", words.join(" ")),
        Values::Files => "files".into(),
        Values::Directories => "directories".into(),
        Values::Jobs => "jobs".into(),
        Values::Users => "users".into(),
        Values::Queues => "site queues".into(),
        Values::Environments => "site parallel-environments".into(),
        Values::Resources => "site resources".into(),
        Values::Text => "text".into(),
    }
}
