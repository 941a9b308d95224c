//! Words of a command as a shell would make them, as far as that can be known.

use super::files::normal;
use super::walk::Scope;
use crate::grammar::shell::{self, Piece, Step, Word};
use std::path::Path;

/// Stands for what only running would tell.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// A longer word is not followed.
const MOST_BYTES: usize = 16 << 10;

/// Commands that hand lines of a file on.
pub(super) const LINES: &[&str] = &["sed", "awk", "head", "tail", "cat"];

/// A word as a shell would make it, `UNKNOWN` where that cannot be known.
pub(super) fn expand(word: &Word, scope: &Scope) -> String {
    let mut text = pieces(&word.pieces, scope);
    let home = scope.variables.get("HOME").map_or("", String::as_str);
    let starts_plain = matches!(word.pieces.first(), Some(Piece::Text(first)) if first.starts_with("~/") || first == "~");
    if starts_plain && !word.is_quoted {
        text.replace_range(..1, home);
    }
    // `x=$x$x`, again and again.
    if text.len() > MOST_BYTES { UNKNOWN.to_string() } else { text }
}

fn pieces(pieces: &[Piece], scope: &Scope) -> String {
    pieces.iter().map(|piece| one(piece, scope)).collect()
}

fn one(piece: &Piece, scope: &Scope) -> String {
    let unknown = || UNKNOWN.to_string();
    let own = |is_real: bool| if is_real { scope.real.as_ref() } else { scope.file.as_ref() };
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Unknown => unknown(),
        Piece::Variable { name, default, without_last } => {
            let value = match name.as_str() {
                "0" | "BASH_SOURCE" => scope.file.as_ref().map(|file| file.display().to_string()),
                "PWD" => Some(scope.directory.display().to_string()),
                name if name.parse::<usize>().is_ok() => {
                    name.parse::<usize>().ok().and_then(|at| scope.args.get(at.checked_sub(1)?)).cloned()
                }
                name if name.starts_with('!') => scope.variables.get(&name[1..]).and_then(|name| scope.variables.get(name)).cloned(),
                name => scope.variables.get(name.trim_end_matches("[@]")).cloned(),
            };
            match (value, default) {
                (Some(value), _) if *without_last => value.rsplit_once('/').map_or(value.clone(), |(before, _)| before.to_string()),
                (Some(value), _) => value,
                (None, Some(default)) => self::pieces(default, scope),
                (None, None) => unknown(),
            }
        }
        Piece::Output(text) => {
            let is_own = text.contains("$0") || text.contains("BASH_SOURCE");
            let words: Vec<&str> = text.split_whitespace().collect();
            match &words[..] {
                _ if is_own && text.contains("dirname") => {
                    // `cd "$(dirname "$0")/.." && pwd`
                    let above = text.contains("/..");
                    let is_real = text.contains("readlink") || text.contains("realpath");
                    let directory = own(is_real).and_then(|file| file.parent()).map_or_else(unknown, |parent| parent.display().to_string());
                    if above { normal(&Path::new(&directory).join("..")).display().to_string() } else { directory }
                }
                _ if is_own && (text.contains("readlink") || text.contains("realpath")) => {
                    own(true).map_or_else(unknown, |file| file.display().to_string())
                }
                // Lines of a file: whoever evaluates them runs these.
                _ if words.len() > 1 && words.iter().any(|word| LINES.contains(word)) => {
                    let names = words.iter().map(|word| word.trim_matches(['"', '\'', '`', ')']));
                    let named = |name: &str| {
                        shell::parse(name, 1).steps.into_iter().find_map(|step| match step {
                            Step::Command(command) => command.words.first().map(|word| expand(word, scope)),
                            _ => None,
                        })
                    };
                    let is_file = |name: &String| name.contains(['/', '.']) && !name.contains(UNKNOWN);
                    let file = names.filter(|name| !name.starts_with('-')).filter_map(named).find(is_file).map(|name| scope.path(&name));
                    file.map_or_else(unknown, |file| format!("{UNKNOWN}{}", file.display()))
                }
                ["pwd", ..] => scope.directory.display().to_string(),
                ["which" | "type", name, ..] | ["command", "-v", name, ..] if !name.contains('$') => (*name).to_string(),
                _ => unknown(),
            }
        }
    }
}
