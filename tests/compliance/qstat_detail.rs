//! `qstat -j`: labels, widths, order, and which lines are missing.

use crate::grid::{Grid, Output, same};
use crate::known::case;

/// A job's listing, normalised; what a scheduler adds at the end is left out.
fn listing(grid: &Grid, id: u64) -> String {
    let output = grid.bob(&format!("qstat -j {id}"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{}", output.all());
    let path = grid.bob("echo $PATH").stdout;
    let text = output.stdout.split("scheduling info:").next().unwrap_or_default().replace(path.trim(), "{path}");
    grid.normal(&text, id)
}

const ABOUT: &str = "==============================================================
job_number:                 {id}
exec_file:                  job_scripts/{id}
submission_time:            {date}
owner:                      bob
uid:                        5002
group:                      tools
gid:                        6001
sge_o_home:                 /home/bob
sge_o_log_name:             bob
sge_o_path:                 {path}
sge_o_shell:                /bin/bash
sge_o_workdir:              {dir}
sge_o_host:                 {host}
";

#[test]
fn a_held_script_has_these_lines() {
    case(|grid| {
        grid.write("run.sh", "true\n");
        let id = grid.submit("-h run.sh one 'two three'");
        let expected = "account:                    sge
mail_list:                  bob@{host}
notify:                     FALSE
job_name:                   run.sh
jobshare:                   0
env_list:                   TERM=NONE
job_args:                   one,two three
script_file:                run.sh
binding:                    NONE
job_type:                   NONE
";
        same(listing(grid, id), format!("{ABOUT}{expected}"));
    });
}

#[test]
fn a_program_is_marked_as_binary() {
    case(|grid| {
        let id = grid.submit("-h -b y /bin/sleep 300");
        let expected = "account:                    sge
mail_list:                  bob@{host}
notify:                     FALSE
job_name:                   sleep
jobshare:                   0
env_list:                   TERM=NONE
job_args:                   300
script_file:                /bin/sleep
binding:                    NONE
job_type:                   binary
";
        same(listing(grid, id), format!("{ABOUT}{expected}"));
    });
}

#[test]
fn every_option_has_its_line() {
    case(|grid| {
        grid.write("run.sh", "true\n");
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!(
            "-h -cwd -N many -j y -o out.txt -e err.txt -l h_rt=60,h_vmem=1G -q task,all.q -pe smp 2-4 -hold_jid {first},nosuch \
             -v A=1,B='x y' -m be -M bob@example.org,x@example.org -p -5 -r y -S /bin/sh -A acct -R y -notify -tc 2 -t 1-9:2 \
             -i /dev/null run.sh a b"
        ));
        let expected = "account:                    acct
cwd:                        {dir}
stderr_path_list:           NONE:NONE:err.txt
reserve:                    y
merge:                      y
hard resource_list:         h_rt=60,h_vmem=1G
mail_options:               be
mail_list:                  bob@example.org,x@example.org
notify:                     TRUE
job_name:                   many
stdout_path_list:           NONE:NONE:out.txt
stdin_path_list:            NONE:NONE:/dev/null
priority:                   -5
jobshare:                   0
hard_queue_list:            task,all.q
restart:                    y
shell_list:                 NONE:/bin/sh
env_list:                   TERM=NONE,A=1,B=x y
job_args:                   a,b
script_file:                run.sh
parallel environment:  smp range: 2-4
jid_predecessor_list (req): {first},nosuch
jid_predecessor_list:       {first}
job-array tasks:            1-9:2
maximum concurrency:        2
binding:                    NONE
job_type:                   NONE
";
        let text = crate::grid::replace_word(&listing(grid, id), &first.to_string(), "{first}");
        same(text, format!("{ABOUT}{expected}"));
    });
}

#[test]
fn a_predecessor_lists_its_successors() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit(&format!("-h -hold_jid {first} -b y true"));
        let text = grid.bob(&format!("qstat -j {first}")).stdout;
        assert!(text.contains(&format!("\njid_successor_list:         {second}\n")), "{text}");
    });
}

#[test]
fn a_held_job_says_so_as_scheduling_info() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let mut text = String::new();
        crate::grid::poll(|| {
            text = grid.bob(&format!("qstat -j {id}")).stdout;
            text.contains("scheduling info:")
        });
        assert!(text.ends_with("\nscheduling info:            Job is in hold state\n"), "{text}");
    });
}

#[test]
fn a_running_job_shows_its_usage() {
    case(|grid| {
        let id = grid.submit("-b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = grid.bob(&format!("qstat -j {id}")).stdout;
        let usage = text.lines().find(|line| line.starts_with("usage ")).expect("a usage line");
        assert!(usage.starts_with("usage         1:            cpu=00:00:00, mem="), "{usage}");
        assert!(usage.contains(" GB s, io=") && usage.contains(" GB, vmem=") && usage.contains(", maxvmem="), "{usage}");
        assert!(text.contains("\nbinding       1:            NONE\n"), "{text}");
    });
}

#[test]
fn a_waiting_job_shows_no_usage() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        assert!(!grid.bob(&format!("qstat -j {id}")).stdout.contains("usage"));
    });
}

#[test]
fn an_unknown_job_is_told_on_standard_error() {
    case(|grid| same(grid.bob("qstat -j 9999999").all(), "stderr:\nFollowing jobs do not exist: \n9999999\nexit 1"));
}

#[test]
fn several_unknown_jobs_are_joined() {
    case(|grid| {
        same(grid.bob("qstat -j 9999998,nosuch").all(), "stderr:\nFollowing jobs do not exist: \n9999998, nosuch\nexit 1");
    });
}

#[test]
fn several_jobs_are_printed_one_after_the_other() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit("-h -b y true");
        let text = grid.bob(&format!("qstat -j {first},{second}")).stdout;
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with("job_number:")).collect();
        assert_eq!(lines, [format!("job_number:                 {first}"), format!("job_number:                 {second}")]);
        assert_eq!(text.lines().filter(|line| *line == "=".repeat(62)).count(), 2, "{text}");
    });
}

#[test]
fn an_unknown_job_beside_a_known_one_is_passed_over() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let Output { stdout, stderr, code } = grid.bob(&format!("qstat -j {id},9999999"));
        assert!(stdout.contains(&format!("job_number:                 {id}\n")), "{stdout}");
        assert_eq!((&*stderr, code), ("", 0));
    });
}

#[test]
fn a_job_is_found_by_name_and_by_pattern() {
    case(|grid| {
        let name = grid.name("found");
        let id = grid.submit(&format!("-h -N {name} -b y true"));
        for what in [name.clone(), format!("{name}*"), format!("*{name}")] {
            let text = grid.bob(&format!("qstat -j '{what}'")).stdout;
            assert!(text.contains(&format!("job_number:                 {id}\n")), "{what}: {text}");
        }
    });
}

#[test]
fn anybody_may_look_at_a_job() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let output = grid.alice(&format!("qstat -j {id}"));
        assert!(output.stdout.contains("\nowner:                      bob\n"), "{}", output.all());
    });
}

#[test]
fn a_finished_job_is_unknown() {
    case(|grid| {
        let id = grid.run("-b y true");
        assert_eq!(grid.normal(&grid.bob(&format!("qstat -j {id}")).all(), id), "stderr:\nFollowing jobs do not exist: \n{id}\nexit 1");
    });
}
