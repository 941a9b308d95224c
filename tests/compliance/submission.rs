//! What qsub and the master make of options: the lines of `qstat -j`, and refusals. Shared by the `qsub_*` files.

use crate::grid::{Grid, Output, id_of, mask_hosts};

/// The value of a line of `qstat -j`, trimmed; `-` if there is no such line.
pub fn line_of(grid: &Grid, id: u64, label: &str) -> String {
    let text = grid.bob(&format!("qstat -j {id}")).stdout;
    value_in(&text, label)
}

/// The same in a listing at hand, `qsub -verify`'s for one.
pub fn value_in(text: &str, label: &str) -> String {
    let value = text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(':'));
    mask_hosts(value.map_or("-", str::trim))
}

/// One line's value for a held submission of `true` with these options.
pub fn stored(grid: &Grid, options: &str, label: &str) -> String {
    let id = grid.submit(&format!("-h {options} -b y true"));
    line_of(grid, id, label)
}

/// One line's value for a held submission of a script that holds these `#$` lines. The hold is the command line's.
pub fn stored_from_script(grid: &Grid, directives: &str, options: &str, label: &str) -> String {
    let output = submit_script(grid, directives, options);
    assert_eq!(output.code, 0, "{directives:?} {options}\n{}", output.all());
    line_of(grid, id_of(&output), label)
}

/// Submits a script that holds these `#$` lines, held.
pub fn submit_script(grid: &Grid, directives: &str, options: &str) -> Output {
    grid.write("job.sh", &format!("{directives}\ntrue\n"));
    grid.bob(&format!("qsub -h {options} job.sh"))
}

/// One line's value of `qsub -verify`, which asks no master.
pub fn verified(grid: &Grid, options: &str, label: &str) -> String {
    let output = grid.bob(&format!("qsub -verify {options} -b y true"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{options}");
    value_in(&output.stdout, label)
}

/// A refusal by qsub itself: what it says on standard error, without the last line end, and its exit status.
#[track_caller]
pub fn refused(grid: &Grid, options: &str, code: i32, text: &str) {
    let output = grid.bob(&format!("qsub -h {options} -b y true"));
    assert_eq!(output.all(), format!("stderr:\n{text}\nexit {code}"), "qsub {options}");
}

/// A refusal by the master: two lines, exit status 1.
#[track_caller]
pub fn rejected(grid: &Grid, options: &str, reason: &str) {
    refused(grid, options, 1, &format!("Unable to run job: {reason}\nExiting."));
}

/// The warning about an option given twice on the command line; it goes to standard output, before the confirmation.
#[track_caller]
pub fn warned(grid: &Grid, options: &str, option: &str) -> u64 {
    let output = grid.bob(&format!("qsub -h {options} -b y true"));
    let id = id_of(&output);
    let expected = format!(
        "stdout:\nqsub: warning: \"{option}\" option has already been set, overriding previous setting\n\
         Your job {{id}} (\"true\") has been submitted\nexit 0"
    );
    assert_eq!(grid.normal(&output.all(), id), expected, "qsub {options}");
    id
}
