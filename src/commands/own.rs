//! gridshim's own commands, and the way from argv to a command.

use super::{COMMANDS, Context, find, pages};
use crate::backend::grid;
use crate::error::{Error, Result, plain};
use crate::pages::Shell;
use crate::site::{BackendKind, Site};
use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(name = "gridshim", version, about = "Grid Engine's commands, running their jobs on Kubernetes or on this machine")]
#[command(after_help = "A Grid Engine command is run by its name: gridshim qsub run.sh, or through a link of that name (install-links).")]
struct Cli {
    /// Name the commands that can be linked, one a line
    #[arg(long)]
    list: bool,
    #[command(subcommand)]
    command: Option<Own>,
}

#[derive(Subcommand)]
enum Own {
    /// Make a link for every command in a directory
    InstallLinks { directory: PathBuf },
    /// Check site.toml and say what it means
    Site,
    /// Look after one's crontab
    Cron {
        #[command(subcommand)]
        what: Cron,
    },
    /// The images jobs run in
    Image {
        #[command(subcommand)]
        what: Image,
    },
    /// Run the controller of a cluster: accounting, dependencies, clean-up
    Controller {
        /// ADDRESS:PORT of /metrics, /livez and /readyz, whatever site.toml says
        #[arg(long)]
        listen: Option<String>,
    },
    /// Write a manual page in roff: of a command, or gridshim's own
    Man {
        command: Option<String>,
        /// Write every page into this directory instead, as NAME.1
        #[arg(long, conflicts_with = "command")]
        directory: Option<PathBuf>,
    },
    /// Write a shell's completions of every command
    Completions { shell: Shell },
    /// Name the site's queues, parallel environments or resources (completions ask)
    #[command(hide = true)]
    Words { kind: pages::Kind },
    /// Run the local backend's jobs (started by the commands themselves)
    #[command(hide = true)]
    LocalDaemon,
}

#[derive(Subcommand)]
enum Image {
    /// Name the images and what they hold
    List,
    /// Say what a program needs, where that is written, and which image it would get
    Explain {
        /// The program and its arguments, as they would be submitted
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<String>,
    },
    /// Build an image that holds several runtimes, here or by kpack in the cluster
    Build {
        /// What it is to be called
        name: String,
        /// Runtimes and Debian packages: python@3.11 node apt:djvulibre-bin
        specs: Vec<String>,
        /// What this program, with its arguments, needs; comes last
        #[arg(long = "for", num_args = 1.., allow_hyphen_values = true, value_name = "PROGRAM")]
        program: Vec<String>,
        /// Push it to this registry; its entry in the catalogue has its digest then
        #[arg(long, conflicts_with = "kpack")]
        push: Option<String>,
        /// Ask kpack to build it and to keep it new
        #[arg(long)]
        kpack: bool,
    },
}

#[derive(Subcommand)]
enum Cron {
    /// Tell of every entry when it ran last, how that ended, which jobs it submitted and when it runs next
    Status,
}

/// See `commands::main`.
pub fn main(mut words: Vec<OsString>) -> u8 {
    let called = if words.is_empty() { OsString::from("gridshim") } else { words.remove(0) };
    let mut name = Path::new(&called).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if find(&name).is_none() {
        match words.first().map(|word| word.to_string_lossy().into_owned()) {
            Some(first) if first == "shepherd" => return u8::try_from(crate::shepherd::main(words.split_off(1))).unwrap_or(1),
            Some(first) if find(&first).is_some() => {
                name = first;
                words.remove(0);
            }
            _ => return report(own(words), &mut std::io::stdout(), &mut std::io::stderr()),
        }
    }
    match legacy(&name, &words) {
        Ok(code) => code,
        Err(error) => report(Err(error), &mut std::io::stdout(), &mut std::io::stderr()),
    }
}

/// Runs a Grid Engine command. Its own errors are told here, on the stream Grid Engine uses.
fn legacy(name: &str, words: &[OsString]) -> Result<u8> {
    let mut context = Context::of_process()?;
    if context.backend_kind()? == BackendKind::Grid {
        return grid::exec(&context.site.grid, name, words).map(|()| 0);
    }
    let command = find(name).ok_or_else(|| Error::Backend(format!("{name}: no command of gridshim")))?;
    let Some(run) = command.run else {
        return Err(Error::Backend(format!("{name}: not yet: this command is not implemented; nothing was done")));
    };
    let words: Vec<String> = words
        .iter()
        .map(|word| word.clone().into_string().map_err(|word| Error::Backend(format!("{name}: argument {word:?} is not UTF-8"))))
        .collect::<Result<_>>()?;
    let result = run(&mut context, &words);
    let super::Streams { out, err } = &mut context.streams;
    Ok(report(result, out, err))
}

/// Tells an error where it belongs and gives the exit code.
fn report(result: Result<u8>, out: &mut dyn std::io::Write, err: &mut dyn std::io::Write) -> u8 {
    let code = match result {
        Ok(code) => code,
        Err(error) => {
            let _ = if error.is_on_stdout() { writeln!(out, "{error}") } else { writeln!(err, "{error}") };
            error.exit_code()
        }
    };
    let _ = out.flush();
    code
}

fn own(words: Vec<OsString>) -> Result<u8> {
    let cli = match Cli::try_parse_from(std::iter::once(OsString::from("gridshim")).chain(words)) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return Ok(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    if cli.list {
        let text: String = COMMANDS.iter().map(|command| format!("{}\n", command.name)).collect();
        return print(&text);
    }
    match cli.command {
        None => print("gridshim: nothing to do; gridshim --help says what there is\n").map(|_| 2),
        Some(Own::InstallLinks { directory }) => install_links(&directory),
        Some(Own::Site) => {
            let site = Site::load().map_err(Error::Site)?;
            print(&describe(&site)?)
        }
        Some(Own::Man { directory: Some(directory), .. }) => pages::write_all(&directory, &Cli::command()).map(|()| 0),
        Some(Own::Man { command, .. }) => print(&pages::page(command.as_deref(), &Cli::command())?),
        Some(Own::Completions { shell }) => print(&pages::completions(shell, &Cli::command())),
        Some(Own::Words { kind }) => print(&pages::words(kind, &Site::load().map_err(Error::Site)?)),
        Some(Own::Controller { listen }) => {
            let mut site = Site::load().map_err(Error::Site)?;
            site.controller.listen = listen.or(site.controller.listen);
            crate::controller::run(site).map(|()| 0)
        }
        Some(Own::Cron { what: Cron::Status }) => super::cron::status(&mut Context::of_process()?),
        Some(Own::Image { what: Image::List }) => super::image::list(&mut Context::of_process()?),
        Some(Own::Image { what: Image::Explain { program } }) => super::image::explain(&mut Context::of_process()?, &program),
        Some(Own::Image { what: Image::Build { name, specs, program, push, kpack } }) => {
            let wanted = super::build::Wanted { name, specs, program, push, kpack };
            super::build::run(&mut Context::of_process()?, wanted)
        }
        Some(Own::LocalDaemon) => crate::backend::local::daemon(&Site::load().map_err(Error::Site)?).map(|()| 0),
    }
}

fn print(text: &str) -> Result<u8> {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(0)
}

fn describe(site: &Site) -> Result<String> {
    let mut text = match &site.path {
        Some(path) => format!("site: {}\n", path.display()),
        None => "site: built-in settings\n".to_string(),
    };
    let forced = std::env::var(crate::site::BACKEND).ok();
    text.push_str(&format!("backend: {:?}\n", site.backend(forced.as_deref()).map_err(Error::Site)?).to_lowercase());
    for queue in &site.queues {
        let slots = queue.slots.map_or("as many slots as cores".into(), |slots| format!("{slots} slots"));
        text.push_str(&format!("queue {}: {slots}, shell {}\n", queue.name, queue.shell));
    }
    for set in site.resource_quota_sets.iter().filter(|set| set.enabled) {
        text.push_str(&format!("resource quota set {}: shown by qquota, not enforced\n", set.name));
    }
    let way = site.mail.as_ref().map(|mail| match (&mail.sendmail, &mail.smtp) {
        (Some(program), _) => format!("by {}", program.display()),
        (None, server) => format!("by the SMTP server {}", server.as_deref().unwrap_or("")),
    });
    text.push_str(&format!("mail: {}\n", way.as_deref().unwrap_or("none is sent: there is no [mail] table")));
    for (name, what) in crate::site::ENVIRONMENT {
        text.push_str(&format!("${name}: {what}\n"));
    }
    Ok(text)
}

/// Links every command to this program. A file of that name that is no link of ours is left alone and told.
fn install_links(directory: &Path) -> Result<u8> {
    let failed = |what: &Path, error: &std::io::Error| Error::Backend(format!("gridshim: {}: {}", what.display(), plain(error)));
    let program = std::env::current_exe().map_err(|error| failed(Path::new("gridshim"), &error))?;
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, &error))?;
    // Beside the program the links are relative: the directory may move, or be packed.
    let is_beside = directory.canonicalize().ok().as_deref() == program.parent();
    let program = program.file_name().map(PathBuf::from).filter(|_| is_beside).unwrap_or(program);
    let mut code = 0;
    for command in COMMANDS {
        let link = directory.join(command.name);
        match std::fs::read_link(&link) {
            Ok(target) if target == program => continue,
            Ok(target) if target.file_name() == program.file_name() => {
                std::fs::remove_file(&link).map_err(|error| failed(&link, &error))?;
            }
            _ if link.symlink_metadata().is_ok() => {
                eprintln_line(&format!("gridshim: {} is not gridshim's: left alone", link.display()));
                code = 1;
                continue;
            }
            _ => {}
        }
        std::os::unix::fs::symlink(&program, &link).map_err(|error| failed(&link, &error))?;
    }
    Ok(code)
}

fn eprintln_line(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
