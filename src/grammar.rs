//! The small languages of the command line and of scripts, one file each: a public `parse` that takes text and gives plain values.
//! nom is used here and nowhere else.

pub mod binding;
pub mod crontab;
pub mod date;
pub mod duration;
pub mod expression;
pub mod indexes;
pub mod job_task;
pub mod mail;
pub mod memory;
pub mod name;
pub mod number;
pub mod paths;
pub mod pattern;
pub mod quota;
pub mod resources;
pub mod schedule;
pub mod shell;
pub mod slots;
pub mod task_list;
pub mod tasks;
pub mod value;
pub mod wildcard;
pub mod words;

/// The text is no value of its kind. What to say of it is the caller's business: Grid Engine has a sentence for each option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;
