//! `gridshim image build`: an image that holds several runtimes, by images/build.sh on this machine or by kpack in the cluster, and
//! its entry for the catalogue.

use super::Context;
use crate::backend::WantedImage;
use crate::error::{Error, Result, plain};
use crate::runtime::{Disk, Language, Submitted, detect, tools};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where images/build.sh keeps what it makes.
const STATE: &str = "GRIDSHIM_IMAGES_STATE";
const DEFAULT_STATE: &str = "/var/tmp/gridshim-images";

/// What is asked for.
pub struct Wanted {
    pub name: String,
    pub specs: Vec<String>,
    pub program: Vec<String>,
    pub push: Option<String>,
    pub kpack: bool,
}

/// What images/build.sh says of an image.
#[derive(Deserialize)]
struct Built {
    reference: String,
    digest: String,
    /// Of its layers, unpacked.
    unpacked: u64,
    runtimes: BTreeMap<String, String>,
    spec: Vec<String>,
}

/// Builds it and prints its entry.
///
/// # Errors
/// Nothing to put into it; the builder is not there or fails.
pub fn run(context: &mut Context, wanted: Wanted) -> Result<u8> {
    let failed = |what: String| Error::Exact { text: format!("gridshim: {what}"), code: 1 };
    let specs = specs(context, &wanted);
    if specs.is_empty() {
        return Err(failed("image build: which runtimes? gridshim image build --help says how they are named".into()));
    }
    if wanted.kpack {
        let reference = context.backend()?.request_image(&WantedImage { name: wanted.name.clone(), specs: specs.clone() })?;
        context.print(&entry(&wanted.name, &reference, 0, &asked(&specs), &packages(&specs)));
        return Ok(0);
    }
    let builder = context.site.images.clone().unwrap_or_default().builder;
    let output = call(&builder, &[&["image".to_string(), wanted.name.clone()], &specs[..]].concat())?;
    if !output.0 {
        return Ok(1);
    }
    let state = context.variable(STATE).unwrap_or(DEFAULT_STATE).to_string();
    let path = Path::new(&state).join(format!("{}.json", wanted.name));
    let text = std::fs::read_to_string(&path).map_err(|error| failed(format!("{}: {}", path.display(), plain(&error))))?;
    let built: Built = serde_json::from_str(&text).map_err(|error| failed(format!("{}: {error}", path.display())))?;
    let mut reference = built.reference.clone();
    if let Some(registry) = &wanted.push {
        let (is_done, said) = call(&builder, &["push".into(), wanted.name.clone(), registry.clone()])?;
        if !is_done {
            return Ok(1);
        }
        // Its last line is the reference with the digest.
        reference = said.lines().last().unwrap_or(&reference).to_string();
    } else {
        context.complain(&format!("{}: {} in {state}/{}.tar, digest {}\n", wanted.name, reference, wanted.name, built.digest));
    }
    let text = entry(&wanted.name, &reference, built.unpacked >> 20, &built.runtimes, &packages(&built.spec));
    context.print(&text);
    Ok(0)
}

/// What is named, and what a program needs.
fn specs(context: &Context, wanted: &Wanted) -> Vec<String> {
    let mut specs = wanted.specs.clone();
    if !wanted.program.is_empty() {
        let who = &context.submitter;
        let (directory, home) = (PathBuf::from(&who.workdir), PathBuf::from(&who.home));
        let needs = detect(&Submitted { words: wanted.program.clone(), directory, home, ..Submitted::default() }, &Disk);
        // The versions there are are Debian's: a pin that cannot be had would fail the build; explain tells of it.
        let runtimes = needs.runtimes.keys().map(|language| language.name().to_string());
        let packages = needs.programs.keys().filter_map(|program| tools::package(program)).filter(|package| !package.is_empty());
        let found: BTreeSet<String> = runtimes.chain(packages.map(|package| format!("apt:{package}"))).collect();
        specs.extend(found.into_iter().filter(|spec| !wanted.specs.contains(spec)));
    }
    specs
}

/// Runs the builder, whose progress is shown; what it prints is given.
fn call(builder: &Path, words: &[String]) -> Result<(bool, String)> {
    let output =
        Command::new(builder).args(words).stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|error| Error::Exact {
            text: format!("gridshim: {}: {} ([images] builder in site.toml names images/build.sh)", builder.display(), plain(&error)),
            code: 1,
        })?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Runtimes as they are asked for, with their versions where these are said.
fn asked(specs: &[String]) -> BTreeMap<String, String> {
    let pair = |spec: &String| {
        let (name, version) = spec.split_once('@').unwrap_or((spec, ""));
        (name.to_string(), version.to_string())
    };
    specs.iter().filter(|spec| !spec.starts_with("apt:")).map(pair).collect()
}

fn packages(specs: &[String]) -> Vec<String> {
    specs.iter().filter_map(|spec| spec.strip_prefix("apt:")).map(str::to_string).collect()
}

/// An entry of a catalogue.
fn entry(name: &str, reference: &str, size: u64, runtimes: &BTreeMap<String, String>, packages: &[String]) -> String {
    let known = runtimes.iter().filter(|(name, _)| Language::parse(name).is_some());
    let held: Vec<String> =
        known.map(|(name, version)| if version.is_empty() { format!("{name} = []") } else { format!("{name} = [{version:?}]") }).collect();
    let mut text = format!("[[image]]\nname = {name:?}\nimage = {reference:?}\n");
    if size > 0 {
        text.push_str(&format!("size = {size}\n"));
    }
    text.push_str(&format!("runtimes = {{ {} }}\n", held.join(", ")));
    if !packages.is_empty() {
        text.push_str(&format!("packages = {packages:?}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::catalog::Catalog;

    #[test]
    fn an_entry_is_one_of_a_catalogue() {
        let specs = ["python@3.11".to_string(), "node".into(), "apt:djvulibre-bin".into()];
        let text = entry("mine", "r.example.org/mine@sha256:00", 400, &asked(&specs), &packages(&specs));
        let catalog = Catalog::parse(&text, "entry").expect("a catalogue");
        let image = &catalog.images[0];
        assert_eq!((image.size, image.runtimes.len(), image.packages.len()), (400, 2, 1));
        assert!(image.has_program("ddjvu"));
    }
}
