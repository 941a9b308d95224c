//! The image of a submitted job, and `gridshim image`: what there is, and why a program gets which.

use super::Context;
use crate::error::{Error, Result, plain};
use crate::job::{self, Job};
use crate::record::Program;
use crate::render::aligned::aligned;
use crate::runtime::catalog::{Catalog, State};
use crate::runtime::choose::{self, Asked};
use crate::runtime::{Disk, Needs, Submitted, detect, detect_within};
use crate::site::{BackendKind, Images, Site};
use std::path::Path;
use std::time::Duration;

/// Gives a job its image, where the site has any to choose from; jobs of the local backend have none.
///
/// # Errors
/// An image or release that nobody knows, a catalogue that cannot be read.
pub fn give(context: &mut Context, job: &mut Job, script: &[u8]) -> Result<()> {
    let Some(images) = context.site.images.clone().filter(|_| context.backend_kind().is_ok_and(|kind| kind == BackendKind::Kubernetes))
    else {
        return Ok(());
    };
    let patience = Duration::from_millis(images.patience_ms);
    let needs = if images.detect { detect_within(submitted(job, script), Disk, patience) } else { None };
    let environment = context.variable(IMAGE).map(str::to_string);
    let catalog = catalog(context, &images)?;
    job.image = Some(chosen(job, environment.as_deref(), needs.as_ref(), &catalog, &context.site)?);
    Ok(())
}

/// Gives a changed job another image, where it asks for another one now.
///
/// # Errors
/// As `give`.
pub fn change(context: &mut Context, before: &Job, job: &mut Job) -> Result<()> {
    let asks = |job: &Job| [asked(job, "image").map(str::to_string), asked(job, "release").map(str::to_string)];
    let Some(images) = context.site.images.clone().filter(|_| job.image.is_some() && asks(before) != asks(job)) else { return Ok(()) };
    let catalog = catalog(context, &images)?;
    job.image = Some(chosen(job, None, None, &catalog, &context.site)?);
    Ok(())
}

/// The variable that asks for an image.
const IMAGE: &str = "GRIDSHIM_IMAGE";

fn asked<'j>(job: &'j Job, name: &str) -> Option<&'j str> {
    job.hard_resources.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn chosen(job: &Job, environment: Option<&str>, needs: Option<&Needs>, catalog: &Catalog, site: &Site) -> Result<job::Image> {
    let Some(images) = &site.images else { return Ok(job::Image::default()) };
    let default_release = site.default_release();
    let asked = Asked {
        image: asked(job, "image"),
        // What every job of jsub's asks for is no wish.
        release: asked(job, "release").filter(|release| *release != default_release),
        environment,
        user: &job.submitter.user,
        queue: job.queues.first().map_or("", String::as_str),
        name: &job.name,
        fallback: fallback(site),
    };
    let chosen = choose::choose(&asked, needs, Path::new(&job.submitter.home), catalog, images);
    chosen.map_err(|why| Error::Rejected(format!("job rejected: {why}")))
}

/// The image of a job where none is chosen.
fn fallback(site: &Site) -> &str {
    site.kubernetes.as_ref().map_or("", |kubernetes| &kubernetes.image)
}

/// What is looked at of a job.
fn submitted(job: &Job, script: &[u8]) -> Submitted {
    let is_script = job.program == Program::Script;
    let words = std::iter::once(job.file.clone()).chain(job.args.iter().cloned()).collect();
    Submitted {
        words,
        directory: job.cwd.clone().unwrap_or_else(|| job.submitter.workdir.clone()).into(),
        home: job.submitter.home.clone().into(),
        script: is_script.then(|| script.to_vec()),
        shell: job.shell.as_ref().map(|shell| shell.rsplit(':').next().unwrap_or(shell).to_string()).filter(|_| is_script),
    }
}

/// The images of the cluster's ConfigMap, of the site's file and the built-in ones, in this order.
fn catalog(context: &mut Context, images: &Images) -> Result<Catalog> {
    if let Some(known) = &context.catalog {
        return Ok(known.clone());
    }
    let broken = |what: String| Error::Site(format!("images: {what}"));
    let mut catalog = Catalog::default();
    if let Some(name) = &images.config_map {
        let text = context.backend()?.config(name)?.ok_or_else(|| broken(format!("there is no ConfigMap {name}")))?;
        catalog = Catalog::parse_config(&text).map_err(|why| broken(format!("ConfigMap {name}: {why}")))?;
    }
    if let Some(path) = &images.catalog {
        let text = std::fs::read_to_string(path).map_err(|error| broken(format!("{}: {}", path.display(), plain(&error))))?;
        catalog = catalog.before(Catalog::parse(&text, &path.display().to_string()).map_err(broken)?);
    }
    if images.has_builtin() {
        catalog = catalog.before(Catalog::builtin().map_err(broken)?);
    }
    context.catalog = Some(catalog.clone());
    Ok(catalog)
}

/// Every name that asks for an image, where the site has any to choose from.
///
/// # Errors
/// A catalogue that cannot be read.
pub fn names(context: &mut Context) -> Result<Vec<String>> {
    let is_cluster = context.backend_kind()? == BackendKind::Kubernetes;
    let Some(images) = context.site.images.clone().filter(|_| is_cluster) else { return Ok(Vec::new()) };
    let catalog = catalog(context, &images)?;
    Ok(catalog.images.into_iter().flat_map(|image| std::iter::once(image.name).chain(image.aliases)).collect())
}

/// `gridshim image list`: a line for each image.
///
/// # Errors
/// A catalogue that cannot be read.
pub fn list(context: &mut Context) -> Result<u8> {
    let images = context.site.images.clone().unwrap_or_default();
    let catalog = catalog(context, &images)?;
    let mut rows = vec![["name", "state", "MiB", "runtimes", "image", "other names"].map(String::from)];
    for image in &catalog.images {
        let runtimes = image
            .runtimes
            .iter()
            .flat_map(|(language, versions)| versions.iter().map(move |version| format!("{}{version}", language.name())));
        let state = match image.state {
            State::Stable => "stable",
            State::Beta => "beta",
            State::Deprecated => "deprecated",
        };
        let size = if image.size == 0 { "-".into() } else { image.size.to_string() };
        let runtimes: Vec<String> = runtimes.chain(image.packages.iter().cloned()).collect();
        rows.push([image.name.clone(), state.into(), size, runtimes.join(","), image.reference.clone(), image.aliases.join(" ")]);
    }
    for line in aligned(&rows) {
        context.print(&format!("{}\n", line.trim_end()));
    }
    Ok(0)
}

/// `gridshim image explain PROGRAM [ARGUMENT…]`: what it needs and where that is written, and the image it would get.
///
/// # Errors
/// As `give`.
pub fn explain(context: &mut Context, words: &[String]) -> Result<u8> {
    let who = context.submitter.clone();
    let home = Path::new(&who.home).to_path_buf();
    let what = Submitted { words: words.to_vec(), directory: who.workdir.clone().into(), home: home.clone(), ..Submitted::default() };
    let needs = detect(&what, &Disk);
    let mut text = String::new();
    for (language, need) in &needs.runtimes {
        let version = need.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let places: Vec<String> = need.evidence.iter().map(|evidence| evidence.shown(&home)).collect();
        text.push_str(&format!("needs {}{version}: {}\n", language.name(), places.join(", ")));
    }
    for (program, place) in &needs.programs {
        text.push_str(&format!("needs {program}: {}\n", place.shown(&home)));
    }
    if needs.is_partial {
        text.push_str("it reaches more files than are looked at\n");
    } else if text.is_empty() {
        text.push_str("needs nothing in particular\n");
    }
    context.print(&text);
    let images = context.site.images.clone().unwrap_or_default();
    let environment = context.variable(IMAGE).map(str::to_string);
    let catalog = catalog(context, &images)?;
    let name = words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word)).to_string();
    let asked =
        Asked { environment: environment.as_deref(), user: &who.user, name: &name, fallback: fallback(&context.site), ..Asked::default() };
    let choice = choose::choose(&asked, Some(&needs), &home, &catalog, &images)
        .map_err(|why| Error::Exact { text: format!("gridshim: {why}"), code: 1 })?;
    let called = choice.name.map(|name| format!("{name} = ")).unwrap_or_default();
    context.print(&format!("image {called}{}: {}\n", choice.reference, choice.why));
    for note in &choice.notes {
        context.print(&format!("note: {note}\n"));
    }
    if context.site.images.is_none() {
        context.print("note: site.toml has no [images] table: every job gets [kubernetes] image\n");
    }
    Ok(0)
}
