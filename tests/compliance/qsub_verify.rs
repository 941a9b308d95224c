//! `-verify` and `-w v`: looking without submitting.

use crate::grid::same;
use crate::known::case;

#[test]
fn verify_prints_the_job_as_it_would_be() {
    case(|grid| {
        grid.write("run.sh", "echo hello\nsleep 300\n");
        let output = grid.bob("qsub -verify -cwd run.sh a 'b c'");
        let expected = "stdout:
job_number:                 unassigned
owner:                      
uid:                        0
group:                      
gid:                        0
sge_o_home:                 /home/bob
sge_o_log_name:             bob
sge_o_path:                 {path}
sge_o_shell:                /bin/bash
sge_o_workdir:              {dir}
sge_o_host:                 {host}
cwd:                        {dir}
mail_list:                  bob@{host}
notify:                     FALSE
job_name:                   run.sh
jobshare:                   0
verify:                     -verify
env_list:                   TERM
job_args:                   a,b c
script_size:                21
script_file:                run.sh
script_ptr:            
echo hello
sleep 300

job_type:                   NONE
exit 0";
        same(grid.normal(&output.all(), 0), expected.replace("{path}", &path(grid)));
    });
}

fn path(grid: &crate::grid::Grid) -> String {
    grid.bob("echo $PATH").stdout.trim().to_owned()
}

#[test]
fn verify_prints_every_option() {
    case(|grid| {
        grid.write("run.sh", "echo hello\n");
        let output = grid.bob(
            "qsub -verify -wd /tmp -N many -j y -o out.txt -e err.txt -l h_rt=60,h_vmem=1G -q task,all.q -pe smp 2-4 -hold_jid 1,x \
             -v A=1,B='x y' -m be -M bob@example.org -p -5 -r y -S /bin/sh -A acct -t 1-10:3 -tc 2 run.sh a b",
        );
        let expected = "stdout:
job_number:                 unassigned
owner:                      
uid:                        0
group:                      
gid:                        0
sge_o_home:                 /home/bob
sge_o_log_name:             bob
sge_o_path:                 {path}
sge_o_shell:                /bin/bash
sge_o_workdir:              {dir}
sge_o_host:                 {host}
account:                    acct
cwd:                        /tmp
stderr_path_list:           NONE:NONE:err.txt
merge:                      y
hard resource_list:         h_rt=60,h_vmem=1G
mail_options:               be
mail_list:                  bob@example.org
notify:                     FALSE
job_name:                   many
stdout_path_list:           NONE:NONE:out.txt
priority:                   -5
jobshare:                   0
hard_queue_list:            task,all.q
restart:                    y
shell_list:                 NONE:/bin/sh
verify:                     -verify
env_list:                   TERM,A=1,B=x y
job_args:                   a,b
script_size:                11
script_file:                run.sh
script_ptr:            
echo hello

parallel environment:  smp range: 2-4
jid_predecessor_list (req): 1,x
job-array tasks:            1-10:3
maximum concurrency:        2
job_type:                   NONE
exit 0";
        same(grid.normal(&output.all(), 0), expected.replace("{path}", &path(grid)));
    });
}

#[test]
fn verify_of_a_program_has_no_script() {
    case(|grid| {
        let output = grid.bob("qsub -verify -b y sleep 60");
        let tail: Vec<_> = output.stdout.lines().skip_while(|line| !line.starts_with("env_list")).collect();
        let expected = [
            "env_list:                   TERM",
            "job_args:                   60",
            "script_file:                sleep",
            "job_type:                   binary",
        ];
        assert_eq!(tail, expected);
    });
}

#[test]
fn verify_asks_no_master() {
    case(|grid| {
        let output = grid.bob("qsub -verify -q nosuch -pe nosuch 2 -l nosuch=1 -b y true");
        assert_eq!(output.code, 0, "{}", output.all());
    });
}

#[test]
fn a_dry_run_finds_a_queue_and_submits_nothing() {
    case(|grid| {
        let name = grid.name("dry");
        let output = grid.bob(&format!("qsub -w v -N {name} -b y true"));
        assert_eq!(output.all(), "stdout:\nverification: found suitable queue(s)\nexit 0");
        assert_eq!(grid.bob(&format!("qstat -j {name}")).code, 1);
    });
}

#[test]
fn a_dry_run_says_that_there_is_no_queue() {
    case(|grid| {
        let output = grid.bob("qsub -w v -l release=nosuch -b y true");
        assert_eq!(output.code, 1, "{}", output.all());
        assert!(output.stderr.ends_with("verification: no suitable queues\nExiting.\n"), "{}", output.all());
        assert!(output.stderr.contains("because it offers only hf:release=buster"), "{}", output.all());
    });
}
