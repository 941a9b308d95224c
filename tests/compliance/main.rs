//! Facts about Grid Engine 8.1.9's commands, as tests that run against the real one and against ours.
//!
//! One file per option or command; the names of the functions are the facts. See `tests/compliance.md`
//! for how to run them, `known.txt` for what is not met yet.

mod grid;
mod known;

mod help;
mod idioms;
mod job_end;
mod job_environment;
mod qacct;
mod qdel;
mod qstat_detail;
mod qstat_states;
mod qstat_table;
mod qstat_xml;
mod qsub_answer;
mod qsub_array;
mod qsub_bad_input;
mod qsub_directives;
mod qsub_files;
mod qsub_hold;
mod qsub_name;
mod qsub_output;
mod qsub_resources;
mod qsub_script;
mod qsub_sync;
mod qsub_variables;
mod qsub_verify;
