//! fish's completions: one `complete` line for each option.

use super::{Operand, Page, Values, operand, values_of};
use crate::options::Entry;

const HEAD: &str = "# fish completion of gridshim's commands; made by `gridshim completions fish`.

function __gridshim_jobs
    qstat 2>/dev/null | awk 'NR > 2 { print $1 \"\\t\" $3 }' | uniq
end

function __gridshim_site
    gridshim words $argv 2>/dev/null
end

";

/// See `pages::completions`.
pub fn script(pages: &[Page], own: &[(String, String)]) -> String {
    let mut text = String::from(HEAD);
    for (name, about) in own {
        text.push_str(&format!("complete -c gridshim -n __fish_use_subcommand -f -a {name} -d {}\n", quoted(about)));
    }
    for page in pages {
        text.push_str(&format!("complete -c gridshim -n __fish_use_subcommand -f -a {} -d {}\n", page.name, quoted(page.about)));
    }
    text.push_str("complete -c gridshim -n '__fish_seen_subcommand_from completions' -f -a 'bash zsh fish'\n");
    text.push_str("complete -c gridshim -n '__fish_seen_subcommand_from man' -l directory -r -d 'write every page into this directory'\n");
    for page in pages {
        text.push('\n');
        match operand(page.name) {
            Operand::None => text.push_str(&format!("complete -c {} -f\n", page.name)),
            Operand::Jobs => text.push_str(&format!("complete -c {} -f -a '(__gridshim_jobs)'\n", page.name)),
            Operand::Program if page.name == "qsub" => {}
            Operand::Program => text.push_str(&format!("complete -c {} -a '(__fish_complete_command)'\n", page.name)),
        }
        for entry in &page.entries {
            text.push_str(&format!("complete -c {} {}\n", page.name, option(entry)));
        }
    }
    text
}

fn option(entry: &Entry) -> String {
    let name = match entry.name.strip_prefix("--") {
        Some(long) => format!("-l {long}"),
        None => format!("-o {}", entry.name.trim_start_matches('-')),
    };
    let values = match values_of(entry) {
        None => String::new(),
        Some(Values::Words(words)) => format!(" -x -a '{}'", words.join(" ")),
        Some(Values::Files) => " -r".into(),
        Some(Values::Directories) => " -x -a '(__fish_complete_directories)'".into(),
        Some(Values::Jobs) => " -x -a '(__gridshim_jobs)'".into(),
        Some(Values::Users) => " -x -a '(__fish_complete_users)'".into(),
        Some(Values::Queues) => " -x -a '(__gridshim_site queues)'".into(),
        Some(Values::Environments) => " -x -a '(__gridshim_site parallel-environments)'".into(),
        Some(Values::Resources) => " -x -a '(__gridshim_site resources)'".into(),
        Some(Values::Text) => " -x".into(),
    };
    format!("{name}{values} -d {}", quoted(entry.help))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
