//! The image of a job: what is asked for, else what a rule of the site says, else the smallest that holds what the program needs,
//! else the site's default. What no image has is told.

use super::catalog::{Catalog, Image, State};
use super::needs::Needs;
use super::tools;
use crate::grammar::wildcard;
use crate::job;
use crate::site::Images;
use std::path::Path;

/// The name of the image that has what a grid's hosts had.
const DEFAULT: &str = "grid";

/// What a job says that an image may depend on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `-l image=`, `-l release=` and `$GRIDSHIM_IMAGE`.
    pub image: Option<&'a str>,
    pub release: Option<&'a str>,
    pub environment: Option<&'a str>,
    pub user: &'a str,
    pub queue: &'a str,
    pub name: &'a str,
    /// The image of a job where there is no default in the catalogue.
    pub fallback: &'a str,
}

/// Chooses. `needs`: what the program was found to need, where it was looked at.
///
/// # Errors
/// An image or release that is asked for and that nobody knows.
pub fn choose(asked: &Asked<'_>, needs: Option<&Needs>, home: &Path, catalog: &Catalog, images: &Images) -> Result<job::Image, String> {
    let asks = [("-l image=", asked.image), ("-l release=", asked.release), ("GRIDSHIM_IMAGE=", asked.environment)];
    let given = asks.iter().find_map(|(how, name)| name.filter(|name| !name.is_empty()).map(|name| (*how, name)));
    if let Some((how, name)) = given {
        return named(name, format!("{how}{name}"), needs, home, catalog);
    }
    let fits = |pattern: &Option<String>, value: &str| {
        pattern.as_ref().is_none_or(|pattern| wildcard::matches(pattern.as_bytes(), value.as_bytes()))
    };
    let rule =
        images.rules.iter().find(|rule| fits(&rule.user, asked.user) && fits(&rule.queue, asked.queue) && fits(&rule.name, asked.name));
    if let Some(rule) = rule {
        return named(&rule.image, "a rule of site.toml".into(), needs, home, catalog);
    }
    let default = |why: &str| match &images.default {
        None if catalog.find(DEFAULT).is_none() => {
            Ok(job::Image { reference: asked.fallback.into(), name: None, why: why.into(), notes: Vec::new() })
        }
        name => named(name.as_deref().unwrap_or(DEFAULT), why.into(), needs, home, catalog),
    };
    match needs {
        None => default("the site's default: the program was not looked at"),
        Some(needs) if needs.is_partial => default("the site's default: the program reaches more files than are looked at"),
        Some(needs) if needs.runtimes.is_empty() && needs.programs.is_empty() => {
            default("the site's default: nothing in particular is needed")
        }
        Some(needs) => Ok(match smallest(needs, catalog) {
            Some(image) => of(image, format!("the smallest that has {}", list(needs)), Vec::new()),
            None => {
                let choice = default("the site's default: no image has everything")?;
                best(needs, catalog, &choice, home)
            }
        }),
    }
}

/// An image by its name, whatever is needed; what it lacks is noted.
fn named(name: &str, why: String, needs: Option<&Needs>, home: &Path, catalog: &Catalog) -> Result<job::Image, String> {
    let Some(image) = catalog.find(name) else {
        // A reference of somebody's own: what is in it nobody knows.
        if name.contains(['/', '@']) {
            return Ok(job::Image { reference: name.into(), name: None, why, notes: Vec::new() });
        }
        return Err(format!("no image is called \"{name}\"; gridshim image list names those there are"));
    };
    let mut notes = needs.map(|needs| lacks(image, needs, home)).unwrap_or_default();
    if image.state == State::Deprecated {
        notes.insert(0, format!("the image {} is deprecated", image.name));
    }
    Ok(of(image, why, notes))
}

fn of(image: &Image, why: String, notes: Vec<String>) -> job::Image {
    job::Image { reference: image.reference.clone(), name: Some(image.name.clone()), why, notes }
}

/// How many things an image lacks.
fn missing(image: &Image, needs: &Needs) -> usize {
    let runtimes = needs.runtimes.iter().filter(|(language, need)| !image.has(**language, need)).count();
    runtimes + needs.programs.keys().filter(|program| !image.has_program(program)).count()
}

fn is_free(image: &&Image) -> bool {
    image.state == State::Stable
}

/// Those without a size come last; the first of equals.
fn weight(image: &Image) -> u64 {
    if image.size == 0 { u64::MAX } else { image.size }
}

fn smallest<'c>(needs: &Needs, catalog: &'c Catalog) -> Option<&'c Image> {
    catalog.images.iter().filter(is_free).filter(|image| missing(image, needs) == 0).min_by_key(|image| weight(image))
}

/// Where none has everything: the one that lacks least, the default where that lacks no more.
fn best(needs: &Needs, catalog: &Catalog, default: &job::Image, home: &Path) -> job::Image {
    let least = catalog.images.iter().filter(is_free).min_by_key(|image| (missing(image, needs), weight(image)));
    let own = default.name.as_ref().and_then(|name| catalog.find(name));
    let image = match (own, least) {
        (Some(own), Some(least)) if missing(own, needs) <= missing(least, needs) => own,
        (_, Some(least)) => least,
        (Some(own), None) => own,
        (None, None) => return default.clone(),
    };
    let nowhere = needs.programs.keys().filter(|program| !catalog.images.iter().any(|image| image.has_program(program)));
    let packages = nowhere.filter_map(|program| tools::package(program)).filter(|package| !package.is_empty());
    let runtimes = needs.runtimes.iter().map(|(language, need)| spec(language.name(), need.version.as_ref()));
    let wanted: Vec<String> = runtimes.chain(packages.map(|package| format!("apt:{package}"))).collect();
    let mut notes = lacks(image, needs, home);
    notes.push(format!("an image that has it is built by: gridshim image build NAME {}", wanted.join(" ")));
    of(image, "the one that lacks least".into(), notes)
}

/// `python@3.9`, as `gridshim image build` takes it.
fn spec(name: &str, version: Option<&super::Version>) -> String {
    version.map_or_else(|| name.to_string(), |version| format!("{name}@{}", version.text()))
}

/// What an image lacks, each with the place that asks for it.
fn lacks(image: &Image, needs: &Needs, home: &Path) -> Vec<String> {
    let mut notes = Vec::new();
    for (language, need) in needs.runtimes.iter().filter(|(language, need)| !image.has(**language, need)) {
        let version = need.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let place = need.evidence.first().map(|evidence| format!(" ({})", evidence.shown(home))).unwrap_or_default();
        let has = image.runtimes.get(language).map(|versions| format!(", it has {}", versions.join(", "))).unwrap_or_default();
        notes.push(format!("the image {} has no {}{version}{place}{has}", image.name, language.name()));
    }
    for (program, place) in needs.programs.iter().filter(|(program, _)| !image.has_program(program)) {
        let package = tools::package(program).filter(|package| !package.is_empty() && package != program);
        let package = package.map(|package| format!(", Debian's {package}")).unwrap_or_default();
        notes.push(format!("the image {} has no {program} ({}){package}", image.name, place.shown(home)));
    }
    notes
}

/// `node, python 3.9, ddjvu`
pub fn list(needs: &Needs) -> String {
    let runtimes = needs.runtimes.iter().map(|(language, need)| {
        need.version.as_ref().map_or_else(|| language.name().to_string(), |version| format!("{} {version}", language.name()))
    });
    runtimes.chain(needs.programs.keys().cloned()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;
