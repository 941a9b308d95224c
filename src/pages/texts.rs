//! What the manual says of a command beside its options: only what no table knows.

use crate::options::{Entry, Fate, Value};

/// See the module.
pub struct Text {
    pub command: &'static str,
    /// What stands behind the options in the synopsis.
    pub operands: &'static str,
    /// Paragraphs.
    pub description: &'static [&'static str],
    /// Exit statuses and what they mean.
    pub statuses: &'static [(&'static str, &'static str)],
    /// Files beside site.toml.
    pub files: &'static [(&'static str, &'static str)],
    pub see_also: &'static [&'static str],
}

/// The text of a command.
pub fn find(command: &str) -> Option<&'static Text> {
    TEXTS.iter().find(|text| text.command == command)
}

const QSUB_STATUSES: &[(&str, &str)] = &[
    ("0", "The job was submitted, or (-verify, -w v) would be. With -sync y: its exit status."),
    ("1", "The job was refused, or (-sync y) it died by a signal."),
    ("2", "An unknown option, a missing value, or an option that is refused."),
    ("4, 14", "The script cannot be read, or cannot be opened."),
    ("5", "A directive line of the script has a word that is no option."),
    ("7", "An option's value is wrong."),
];
const REQUEST_FILES: &[(&str, &str)] = &[
    ("$SGE_ROOT/$SGE_CELL/common/sge_request", "Options for every submission on this system."),
    ("~/.sge_request", "Options for every submission of a user; stronger than the system's."),
    ("./.sge_request", "Options for every submission from a directory; stronger than the user's."),
];
const LIST: &str = "job_task_list";
const LISTS: &str = "A job_task_list is one or more of: a job's number, a number with tasks (17.1-5:2), a name, or a pattern of names, parted by blanks or commas.";
const DONE: &[(&str, &str)] = &[("0", "Done."), ("1", "A job is unknown, somebody else's, or cannot be changed; or the usage was wrong.")];
const HOLDS: &[(&str, &str)] = &[
    ("0", "Done, or there was nothing to change."),
    ("1", "The usage was wrong."),
    ("2, 7", "An option, or its value, is wrong."),
    ("3", "A job is unknown."),
    ("10", "A kind of hold that only an operator or manager may set."),
    ("18", "Somebody else's job."),
];
const WRAPPER_STATUSES: &[(&str, &str)] = &[
    ("0", "The job was submitted."),
    ("1", "It was not: the .err file of the job says why; or an option's value is wrong."),
    ("2", "The usage was wrong."),
];
const WRAPPER_FILES: &[(&str, &str)] = &[
    ("~/.jsubrc", "Options, one to a line, that come before those of the command line."),
    ("~/NAME.out, ~/NAME.err", "Where output and errors of the job are appended."),
];
const WRAPPER_END: &str = "The program's own first lines may hold options too, behind #$; they come last. Everything behind the program's name belongs to the program.";
const SHOWN: &[(&str, &str)] =
    &[("0", "Shown; also where there was nothing to show."), ("1", "The usage was wrong, or nothing asked for exists.")];

static TEXTS: &[Text] = &[
    Text {
        command: "qsub",
        operands: "[command [command_args]]",
        description: &[
            "Submits a job. The script is read from a file, or from standard input where no command is given, and is copied: a later change of the file does not change the job. Lines of the script that begin with #$ hold options as well; the command line is stronger.",
            "The job runs in the home directory, or where -cwd or -wd say, and its output is appended to NAME.oN and NAME.eN there, N being the job's number.",
        ],
        statuses: QSUB_STATUSES,
        files: REQUEST_FILES,
        see_also: &["qstat", "qdel", "qalter", "qhold", "qacct"],
    },
    Text {
        command: "qalter",
        operands: LIST,
        description: &["Changes jobs that wait. What is not said stays as it was submitted.", LISTS],
        statuses: HOLDS,
        files: &[],
        see_also: &["qsub", "qstat", "qhold"],
    },
    Text {
        command: "qresub",
        operands: "job_id_list",
        description: &["Submits copies of jobs that are still known, with new numbers. Holds are not copied."],
        statuses: &[("0", "Submitted."), ("4", "A job is unknown, or somebody else's.")],
        files: &[],
        see_also: &["qsub", "qstat"],
    },
    Text {
        command: "qstat",
        operands: "",
        description: &[
            "Shows jobs that wait or run: those of the calling user, or of whom -u names. A job that has ended is shown by qacct.",
            "The states are qw (waits), hqw (held), t (about to start), r (runs), R (runs, or waits, once more), s (suspended), d (is being deleted) and Eqw (could not be started; qstat -j says why).",
        ],
        statuses: SHOWN,
        files: &[],
        see_also: &["qsub", "qacct", "qhost"],
    },
    Text {
        command: "qdel",
        operands: LIST,
        description: &["Deletes jobs, or single tasks of arrays. A job that runs is killed at once; its end is accounted.", LISTS],
        statuses: DONE,
        files: &[],
        see_also: &["qsub", "qstat", "qhold"],
    },
    Text {
        command: "qhold",
        operands: LIST,
        description: &["Holds jobs that wait, until qrls releases them.", LISTS],
        statuses: HOLDS,
        files: &[],
        see_also: &["qrls", "qstat", "qsub"],
    },
    Text {
        command: "qrls",
        operands: LIST,
        description: &["Releases jobs that were held by qhold or submitted with -h.", LISTS],
        statuses: HOLDS,
        files: &[],
        see_also: &["qhold", "qstat", "qsub"],
    },
    Text {
        command: "qmod",
        operands: "",
        description: &["Changes the state of jobs and queues: suspends, resumes, clears errors, starts again."],
        statuses: DONE,
        files: &[],
        see_also: &["qstat", "qhold"],
    },
    Text {
        command: "qacct",
        operands: "",
        description: &["Shows what ended jobs used, from the accounting file: each job (-j), or sums."],
        statuses: &[("0", "Shown."), ("1", "No such job, no accounting file, or the usage was wrong.")],
        files: &[("$SGE_ROOT/$SGE_CELL/common/accounting", "The accounting file, where site.toml and -f name no other.")],
        see_also: &["qstat", "qsub"],
    },
    Text {
        command: "qhost",
        operands: "",
        description: &["Shows the hosts that run jobs."],
        statuses: SHOWN,
        files: &[],
        see_also: &["qstat", "qconf"],
    },
    Text {
        command: "qselect",
        operands: "",
        description: &["Names the queue instances that match a request, one to a line."],
        statuses: SHOWN,
        files: &[],
        see_also: &["qstat", "qhost"],
    },
    Text {
        command: "qconf",
        operands: "",
        description: &["Shows the configuration in Grid Engine's own formats. It is changed in site.toml."],
        statuses: SHOWN,
        files: &[],
        see_also: &["qstat", "qhost"],
    },
    Text {
        command: "qquota",
        operands: "",
        description: &["Shows the resource quotas that are in use."],
        statuses: SHOWN,
        files: &[],
        see_also: &["qstat", "qconf"],
    },
    Text {
        command: "qrsh",
        operands: "[command [command_args]]",
        description: &["Runs a command as a job at once, with standard input and output of the caller."],
        statuses: &[("0", "The command ended with 0; otherwise its own exit status."), ("1", "It could not be started.")],
        files: REQUEST_FILES,
        see_also: &["qsub"],
    },
    Text {
        command: "jsub",
        operands: "program [args]",
        description: &["Submits a program of a tool as a job, with log files in the home directory that are appended to.", WRAPPER_END],
        statuses: WRAPPER_STATUSES,
        files: WRAPPER_FILES,
        see_also: &["jstart", "qcronsub", "jstop", "job", "qsub"],
    },
    Text {
        command: "jstart",
        operands: "program [args]",
        description: &["Submits a program that is started again until it exits with 0: jsub -continuous.", WRAPPER_END],
        statuses: WRAPPER_STATUSES,
        files: WRAPPER_FILES,
        see_also: &["jsub", "jstop", "job"],
    },
    Text {
        command: "qcronsub",
        operands: "program [args]",
        description: &["Submits a program unless a job of its name is active already: jsub -once.", WRAPPER_END],
        statuses: WRAPPER_STATUSES,
        files: WRAPPER_FILES,
        see_also: &["jsub", "job"],
    },
    Text {
        command: "jstop",
        operands: "NAME",
        description: &["Deletes the job of this name; where there are several, one that runs."],
        statuses: &[("0", "Deleted."), ("1", "There is no such job.")],
        files: &[],
        see_also: &["jsub", "job", "qdel"],
    },
    Text {
        command: "job",
        operands: "NAME",
        description: &["Tells whether a job of this name is active, by its exit status, and prints its number."],
        statuses: &[("0", "There is none."), ("1", "It runs."), ("2", "It waits; or the usage was wrong.")],
        files: &[],
        see_also: &["jsub", "jstop", "qstat"],
    },
    Text {
        command: "jlocal",
        operands: "command [args]",
        description: &["Runs a command here and not as a job: crontab leaves a command that begins with jlocal alone."],
        statuses: &[("126, 127", "It cannot be run, or is not there; otherwise its own exit status.")],
        files: &[],
        see_also: &["jsub", "crontab"],
    },
    Text {
        command: "crontab",
        operands: "[file]",
        description: &[
            "Keeps a table of commands that are run at their times, in the cluster or by the local daemon: that of the file, or of standard input (-, or nothing). gridshim cron status tells what becomes of its entries.",
            "The table is Debian's cron's: NAME = value, comments, and entries of minute, hour, day of the month, month, day of the week (or @reboot, @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually) and a command, whose first percent sign begins its standard input. CRON_TZ names the time zone of the entries below it, MAILTO who gets their output.",
            "A command that begins with none of jsub, jstart, qsub and jlocal is run through jsub -N cron-LINE -once -quiet, behind a leading cd directory && or [ test ] && (wrap in site.toml).",
        ],
        statuses: &[("0", "Done."), ("1", "The usage or the table is wrong, or there is no table; the one of before stays.")],
        files: &[("~/cron.log", "The output of commands where the site sends no mail.")],
        see_also: &["jsub", "qcronsub"],
    },
];

const fn option(name: &'static str, help: &'static str) -> Entry {
    Entry { name, value: Value::None, fate: Fate::Does, takes: "", help }
}

/// job's options, which are no table's.
const fn word(name: &'static str, takes: &'static str, help: &'static str) -> Entry {
    Entry { name, value: Value::One("the value"), fate: Fate::Does, takes, help }
}

pub const CRONTAB_OPTIONS: &[Entry] = &[
    option("-e", "edit the table, with $VISUAL or $EDITOR"),
    option("-h", "print the usage"),
    option("-i", "ask before the table is removed"),
    option("-l", "print the table"),
    option("-n", "only look for mistakes in the file"),
    option("-r", "remove the table"),
    word("-u", "user", "the table of another user's, for root"),
];

pub const JOB_OPTIONS: &[Entry] = &[
    option("-h", "print this help"),
    option("--help", "print this help"),
    option("-q", "say nothing"),
    option("--quiet", "say nothing"),
    option("-v", "say it in a sentence"),
    option("--verbose", "say it in a sentence"),
];
