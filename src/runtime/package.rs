//! Scripts that npm and composer keep in their project's file.

use serde_json::Value;

/// The commands of a script of that name, with those npm and composer run before and after it, and their lines.
pub fn scripts(text: &str, name: &str) -> Vec<(usize, String)> {
    let Ok(file) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let mut found = Vec::new();
    for name in [format!("pre{name}"), name.to_string(), format!("post{name}")] {
        let Some(script) = file.get("scripts").and_then(|scripts| scripts.get(&name)) else { continue };
        let commands: Vec<&str> = match script {
            Value::String(command) => vec![command],
            Value::Array(commands) => commands.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let key = format!("\"{name}\"");
        let first = text.lines().position(|line| line.contains(&key)).map_or(1, |at| at + 1);
        for command in commands {
            let written = serde_json::to_string(command).unwrap_or_default();
            let line = text.lines().position(|line| line.contains(&written)).map_or(first, |at| at + 1);
            found.push((line, command.to_string()));
        }
    }
    found
}
