//! `gridshim man`, `gridshim completions` and `gridshim words`: what `pages` makes, written out.

use super::COMMANDS;
use crate::error::{Error, Result, plain};
use crate::pages::{self, Page, Shell};
use crate::site::Site;
use std::path::Path;

/// The names that completions offer from site.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    Queues,
    ParallelEnvironments,
    Resources,
}

/// Every command as its pages see it.
pub fn all() -> Vec<Page> {
    COMMANDS.iter().map(|command| Page::of(command.name, command.about, command.run.is_some())).collect()
}

/// The page of a command; `None` and `gridshim`: gridshim's own.
///
/// # Errors
/// No such command.
pub fn page(name: Option<&str>, own: &clap::Command) -> Result<String> {
    let name = name.unwrap_or("gridshim");
    if name == "gridshim" {
        let names: Vec<(&str, &str)> = COMMANDS.iter().map(|command| (command.name, command.about)).collect();
        return Ok(pages::roff_of_gridshim(own, &names));
    }
    let page = all().into_iter().find(|page| page.name == name);
    page.map(|page| pages::roff(&page)).ok_or_else(|| Error::Backend(format!("gridshim man: {name}: no command of gridshim")))
}

/// Writes every page as `NAME.1`.
///
/// # Errors
/// The directory cannot be made or written.
pub fn write_all(directory: &Path, own: &clap::Command) -> Result<()> {
    let failed = |what: &Path, error: &std::io::Error| Error::Backend(format!("gridshim man: {}: {}", what.display(), plain(error)));
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    for name in std::iter::once("gridshim").chain(COMMANDS.iter().map(|command| command.name)) {
        let path = directory.join(format!("{name}.1"));
        std::fs::write(&path, page(Some(name), own)?).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// The completions of one shell.
pub fn completions(shell: Shell, own: &clap::Command) -> String {
    let shown = own.get_subcommands().filter(|command| !command.is_hide_set());
    let own: Vec<(String, String)> =
        shown.map(|command| (command.get_name().to_string(), command.get_about().map_or_else(String::new, ToString::to_string))).collect();
    pages::completions(shell, &all(), &own)
}

/// The site's names of a kind, one a line.
pub fn words(kind: Kind, site: &Site) -> String {
    let names: Vec<&str> = match kind {
        Kind::Queues => site.queues.iter().map(|queue| queue.name.as_str()).collect(),
        Kind::ParallelEnvironments => site.parallel_environments.iter().map(|pe| pe.name.as_str()).collect(),
        Kind::Resources => {
            site.complexes().into_iter().filter(|complex| complex.requestable).map(|complex| complex.name.as_str()).collect()
        }
    };
    names.iter().map(|name| format!("{name}\n")).collect()
}
