//! qacct.

use crate::grid::{Grid, exec_host, mask_dates, same};
use crate::known::case;

/// A record with what varies masked: measured values lose their numbers, names are padded to the original's width.
fn normal(grid: &Grid, text: &str, id: u64) -> String {
    let measured = ["ru_", "cpu ", "mem ", "io ", "iow ", "maxvmem "];
    let line = |line: &str| match line.split_at_checked(13) {
        Some((label, value)) if measured.iter().any(|start| label.starts_with(start)) => {
            assert!(value.starts_with(|c: char| c.is_ascii_digit()), "{line}");
            label.trim_end().to_owned()
        }
        Some((label, value)) if value.trim_end() == exec_host() => padded(label, value, "{host}"),
        Some((label, value)) if value.trim_end() == id.to_string() => padded(label, value, "{id}"),
        _ => mask_dates(line),
    };
    text.lines().map(|l| line(l) + "\n").collect::<String>().replace(grid.dir(), "{dir}")
}

fn padded(label: &str, value: &str, by: &str) -> String {
    assert_eq!(value.len(), value.trim_end().len().max(20), "{label}{value}");
    format!("{label}{by:20}")
}

#[test]
fn a_record_has_these_lines() {
    case(|grid| {
        let id = grid.submit("-N fine -q task -l h_rt=60 -A acct -b y true");
        let expected = "==============================================================
qname        task                
hostname     {host}              
group        tools               
owner        bob                 
project      NONE                
department   defaultdepartment   
jobname      fine                
jobnumber    {id}                
taskid       undefined
account      acct                
priority     0                   
qsub_time    {date}
start_time   {date}
end_time     {date}
granted_pe   NONE                
slots        1                   
failed       0    
exit_status  0                   
ru_wallclock
ru_utime
ru_stime
ru_maxrss
ru_ixrss
ru_ismrss
ru_idrss
ru_isrss
ru_minflt
ru_majflt
ru_nswap
ru_inblock
ru_oublock
ru_msgsnd
ru_msgrcv
ru_nsignals
ru_nvcsw
ru_nivcsw
cpu
mem
io
iow
maxvmem
arid         undefined
ar_sub_time  undefined
category     -q task -l h_rt=60
";
        same(normal(grid, &grid.wait_for_accounting(id), id), expected);
    });
}

#[test]
fn a_parallel_jobs_environment_and_slots_are_recorded() {
    case(|grid| {
        let id = grid.submit("-pe smp 2 -b y true");
        let text = grid.wait_for_accounting(id);
        assert!(text.contains("\ngranted_pe   smp                 \nslots        2                   \n"), "{text}");
        assert!(text.ends_with("\ncategory     -pe smp 2\n"), "{text}");
    });
}

#[test]
fn measured_values_carry_their_units() {
    case(|grid| {
        let id = grid.submit("-b y true");
        let text = grid.wait_for_accounting(id);
        let ends = |label: &str, unit: &str| {
            let line = text.lines().find(|line| line.split_whitespace().next() == Some(label)).unwrap_or_default();
            assert!(line.ends_with(unit), "{label}: {line:?} has no {unit}");
        };
        for (label, unit) in [("ru_wallclock", "s"), ("ru_utime", "s"), ("ru_maxrss", "B"), ("cpu", "s"), ("mem", "Bs"), ("maxvmem", "B")] {
            ends(label, unit);
        }
    });
}

#[test]
fn an_unknown_job_is_told_on_standard_error() {
    case(|grid| same(grid.bob("qacct -j 9999999").all(), "stderr:\nerror: job id 9999999 not found\nexit 1"));
}

#[test]
fn an_unknown_name_is_told_on_standard_error() {
    case(|grid| same(grid.bob("qacct -j nosuchname").all(), "stderr:\nerror: job name nosuchname not found\nexit 1"));
}

#[test]
fn a_running_job_has_no_record_yet() {
    case(|grid| {
        let id = grid.submit("-b y sleep 60");
        grid.wait_for_state(id, "r");
        assert_eq!(grid.bob(&format!("qacct -j {id}")).code, 1);
    });
}

#[test]
fn an_array_has_a_record_per_task() {
    case(|grid| {
        let id = grid.submit("-t 2-4:2 -b y true");
        let text = grid.accounting_of_tasks(id, 2);
        let tasks: Vec<_> = text.lines().filter(|line| line.starts_with("taskid ")).collect();
        assert!(tasks.contains(&"taskid       2                   ") && tasks.contains(&"taskid       4                   "), "{text}");
    });
}

#[test]
fn one_task_can_be_asked_for() {
    case(|grid| {
        let id = grid.submit("-t 1-2 -b y true");
        grid.accounting_of_tasks(id, 2);
        let text = grid.bob(&format!("qacct -j {id} -t 2")).stdout;
        let tasks: Vec<_> = text.lines().filter(|line| line.starts_with("taskid ")).collect();
        assert_eq!(tasks, ["taskid       2                   "]);
    });
}

#[test]
fn a_record_is_found_by_name() {
    case(|grid| {
        let name = grid.name("acc");
        let id = grid.submit(&format!("-N {name} -b y true"));
        grid.wait_for_accounting(id);
        let text = grid.bob(&format!("qacct -j {name}")).stdout;
        assert!(text.contains(&format!("\njobnumber    {id} ")), "{text}");
    });
}

#[test]
fn an_owner_without_jobs_gives_a_header_as_wide_as_the_name() {
    case(|grid| {
        let expected = "stdout:
OWNER      WALLCLOCK         UTIME         STIME           CPU             MEMORY                 IO                IOW
=======================================================================================================================
exit 0";
        same(grid.bob("qacct -o nobody").all(), expected);
    });
}

#[test]
fn an_owners_jobs_are_summed_up() {
    case(|grid| {
        let id = grid.submit("-b y true");
        grid.wait_for_accounting(id);
        let text = grid.bob("qacct -o bob").stdout;
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        let words: Vec<_> = lines[2].split_whitespace().collect();
        assert_eq!((words[0], words.len(), lines[2].len()), ("bob", 8, 118), "{text}");
    });
}

#[test]
fn a_missing_file_is_told() {
    case(|grid| {
        let expected = "stdout:\nno jobs running since startup\nstderr:\n/nosuch/file: No such file or directory\nexit 1";
        same(grid.bob("qacct -f /nosuch/file -j 1").all(), expected);
    });
}

#[test]
fn another_file_in_the_original_format_is_read() {
    case(|grid| {
        grid.write(
            "acct",
            "# comment\nall.q:node1:tools:bob:old:77:sge:0:1795643498:1795643500:1795643560:100:137:60:1.5:0.25:5000.000000:0:0:0:0:475:0:0:\
             0.000000:16:0:0:0:5:7:NONE:defaultdepartment:smp:2:0:1.75:0.1:0.2:-pe smp 2:0.000000:NONE:10000000.000000:0:0\n",
        );
        let text = grid.bob("TZ=UTC qacct -f acct -j 77").stdout;
        let expected = "==============================================================
qname        all.q               
hostname     node1               
group        tools               
owner        bob                 
project      NONE                
department   defaultdepartment   
jobname      old                 
jobnumber    77                  
taskid       undefined
account      sge                 
priority     0                   
qsub_time    Wed Nov 25 21:51:38 2026
start_time   Wed Nov 25 21:51:40 2026
end_time     Wed Nov 25 21:52:40 2026
granted_pe   smp                 
slots        2                   
failed       100 : assumedly after job
exit_status  137                  (Killed)
ru_wallclock 60s
ru_utime     1.500s
ru_stime     0.250s
ru_maxrss    4.883KB
ru_ixrss     0.000B
ru_ismrss    0.000B
ru_idrss     0.000B
ru_isrss     0.000B
ru_minflt    475                 
ru_majflt    0                   
ru_nswap     0                   
ru_inblock   0                   
ru_oublock   16                  
ru_msgsnd    0                   
ru_msgrcv    0                   
ru_nsignals  0                   
ru_nvcsw     5                   
ru_nivcsw    7                   
cpu          1.750s
mem          102.400MBs
io           204.800MB
iow          0.000s
maxvmem      9.537MB
arid         undefined
ar_sub_time  undefined
category     -pe smp 2
";
        same(text, expected);
    });
}
