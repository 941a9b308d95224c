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
