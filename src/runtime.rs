//! Which runtimes a program needs, and the image that holds them (architecture D13). A submitted program is read, never run: its
//! first line, the commands a shell script calls, what those call in turn, and the files of a project that name a version.
//!
//! ```text
//! words of the submission -> walk (shell, calls, make, binary) -> Needs (runtime, version, evidence) -> choose -> image
//!                               files: bounded, and in a box of time        catalog: images and what they hold
//! ```

mod binary;
mod boxed;
pub mod calls;
pub mod catalog;
pub mod choose;
mod command;
mod expand;
pub mod files;
mod include;
mod interpreter;
mod language;
mod makefile;
mod needs;
mod package;
mod pins;
mod script;
pub mod tools;
mod version;
mod walk;
mod wrappers;

pub use boxed::detect_within;
pub use files::{Disk, Files, Kind};
pub use language::Language;
pub use needs::{Evidence, Need, Needs};
pub use version::Version;
pub use walk::{Submitted, detect};
