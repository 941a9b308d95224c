//! The small languages of the command line and of scripts, one file each: a public `parse` that takes text and gives plain values.
//! nom is used here and nowhere else.

pub mod duration;
pub mod job_task;
pub mod memory;
pub mod name;
pub mod pattern;
pub mod resources;
pub mod slots;
pub mod tasks;
pub mod words;

/// The text is no value of its kind. What to say of it is the caller's business: Grid Engine has a sentence for each option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;
