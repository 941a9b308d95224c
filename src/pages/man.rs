//! Manual pages in roff.

use super::{Page, texts};
use crate::options::{Entry, Fate};
use crate::site;
use roff::{Inline, Roff, bold, italic, roman};

/// Where site.toml is.
const SITE_FILE: &str = "/etc/gridshim/site.toml";

/// The page of one command, section 1.
pub fn roff(page: &Page) -> String {
    let mut doc = Roff::default();
    let text = texts::find(page.name);
    title(&mut doc, page.name);
    doc.control("SH", ["NAME"]);
    doc.text([roman(format!("{} - {}", page.name, page.about))]);
    doc.control("SH", ["SYNOPSIS"]);
    let operands = text.map_or("", |text| text.operands);
    let options = if page.entries.is_empty() { "" } else { " [options] " };
    doc.text([bold(page.name), roman(if options.is_empty() { " " } else { options }), italic(operands)]);
    doc.control("SH", ["DESCRIPTION"]);
    if !page.is_implemented {
        doc.text([bold("This release does not have this command: "), roman("it says so, does nothing and ends with 1.")]);
        doc.control("PP", []);
    }
    paragraphs(&mut doc, text.map_or(&[], |text| text.description));
    doc.control("PP", []);
    doc.text([roman(
        "This is gridshim's command of that name: it answers as Grid Engine 8.1.9 does, and the jobs run on Kubernetes or on this machine.",
    )]);
    if !page.entries.is_empty() {
        doc.control("SH", ["OPTIONS"]);
        for entry in &page.entries {
            option(&mut doc, entry);
        }
    }
    environment(&mut doc);
    if let Some(text) = text {
        doc.control("SH", ["EXIT STATUS"]);
        list(&mut doc, text.statuses);
    }
    doc.control("SH", ["FILES"]);
    list(&mut doc, &[(SITE_FILE, "The site's settings.")]);
    list(&mut doc, text.map_or(&[], |text| text.files));
    see_also(&mut doc, text.map_or(&[], |text| text.see_also));
    doc.render()
}

/// gridshim's own page, from what clap knows of its own commands. `commands` are the others' names with what they do.
pub fn roff_of_gridshim(own: &clap::Command, commands: &[(&str, &str)]) -> String {
    let mut doc = Roff::default();
    let about = |command: &clap::Command| command.get_about().map_or_else(String::new, ToString::to_string);
    title(&mut doc, "gridshim");
    doc.control("SH", ["NAME"]);
    doc.text([roman(format!("gridshim - {}", about(own)))]);
    doc.control("SH", ["SYNOPSIS"]);
    doc.text([bold("gridshim"), italic(" COMMAND "), roman("[words]")]);
    doc.control("SH", ["DESCRIPTION"]);
    paragraphs(
        &mut doc,
        &[
            "One program with Grid Engine's commands and those of Toolforge's tools: the same options, output and exit statuses. The jobs run on Kubernetes, as the user who submitted them, or on this machine where no cluster is configured.",
            "A command is run by its name behind gridshim, or through a link of that name (gridshim install-links).",
        ],
    );
    doc.control("SH", ["COMMANDS OF GRID ENGINE AND OF THE TOOLS"]);
    for (name, about) in commands {
        doc.control("TP", []);
        doc.text([bold(*name), roman("(1)")]);
        doc.text([roman(*about)]);
    }
    doc.control("SH", ["OWN COMMANDS"]);
    for command in own.get_subcommands().filter(|command| !command.is_hide_set()) {
        doc.control("TP", []);
        let mut head = vec![bold(command.get_name())];
        for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
            let name = argument.get_id().as_str().to_uppercase();
            head.push(roman(argument.get_long().map_or_else(|| " ".into(), |long| format!(" --{long} "))));
            head.push(italic(name));
        }
        doc.text(head);
        doc.text([roman(format!("{}.", about(command)))]);
    }
    doc.control("SH", ["OPTIONS"]);
    for argument in own.get_arguments() {
        if let (Some(long), Some(help)) = (argument.get_long(), argument.get_help()) {
            doc.control("TP", []);
            doc.text([bold(format!("--{long}"))]);
            doc.text([roman(format!("{help}."))]);
        }
    }
    environment(&mut doc);
    doc.control("SH", ["EXIT STATUS"]);
    list(&mut doc, &[("0", "Done."), ("1", "It failed, as the message says."), ("2", "The usage was wrong.")]);
    doc.control("SH", ["FILES"]);
    list(&mut doc, &[(SITE_FILE, "The site's settings.")]);
    let names: Vec<&str> = commands.iter().map(|(name, _)| *name).collect();
    see_also(&mut doc, &names);
    doc.render()
}

fn title(doc: &mut Roff, name: &str) {
    let version = concat!("gridshim ", env!("CARGO_PKG_VERSION"));
    doc.control("TH", [name.to_uppercase().as_str(), "1", "", version, "gridshim"]);
}

fn paragraphs(doc: &mut Roff, texts: &[&str]) {
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            doc.control("PP", []);
        }
        doc.text([roman(*text)]);
    }
}

/// The option, its help, and what becomes of it where it does nothing.
fn option(doc: &mut Roff, entry: &Entry) {
    doc.control("TP", []);
    let mut head: Vec<Inline> = vec![bold(entry.name)];
    if !entry.takes.is_empty() {
        head.extend([roman(" "), italic(entry.takes)]);
    }
    doc.text(head);
    let help = format!("{}.", entry.help.trim_end_matches('.'));
    match entry.fate {
        Fate::Does => doc.text([roman(help)]),
        Fate::NoEffect(why) => doc.text([roman(format!("{help} ")), bold("No effect: "), roman(format!("{why}."))]),
        Fate::Refused(why) => doc.text([roman(format!("{help} ")), bold("Refused: "), roman(format!("{why}."))]),
    };
}

fn environment(doc: &mut Roff) {
    doc.control("SH", ["ENVIRONMENT"]);
    list(doc, site::ENVIRONMENT);
}

fn list(doc: &mut Roff, pairs: &[(&str, &str)]) {
    for (what, text) in pairs {
        doc.control("TP", []);
        doc.text([bold(*what)]);
        doc.text([roman(*text)]);
    }
}

fn see_also(doc: &mut Roff, names: &[&str]) {
    doc.control("SH", ["SEE ALSO"]);
    let mut line: Vec<Inline> = Vec::new();
    for name in names.iter().chain(&["gridshim"]).filter(|name| names.len() < 15 || **name != "gridshim") {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend([bold(*name), roman("(1)")]);
    }
    doc.text(line);
}
