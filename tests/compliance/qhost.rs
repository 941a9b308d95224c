//! qhost: hosts with their queues, jobs and resources.

use crate::grid::{Grid, exec_host, same};
use crate::known::case;

const HEADER: &str = "HOSTNAME                ARCH         NCPU NSOC NCOR NTHR  LOAD  MEMTOT  MEMUSE  SWAPTO  SWAPUS";
const GLOBAL: &str = "global                  -               -    -    -    -     -       -       -       -       -";

/// A host's row with its numbers masked in their own width, and the host called by its place.
fn row(line: &str) -> String {
    let name = exec_host();
    assert_eq!(line.len(), 94, "{line:?}");
    assert!(line.starts_with(&format!("{name:<23} ")), "{line:?}");
    // Each column ends where the header's ends.
    let ends = [41, 46, 51, 56, 62, 70, 78, 86, 94];
    for end in ends {
        assert!(!line[end - 1..end].trim().is_empty() && line.get(end..end + 1).is_none_or(|blank| blank == " "), "{line:?} at {end}");
    }
    line[24..36].trim_end().to_string()
}

fn lines(grid: &Grid, options: &str) -> Vec<String> {
    let output = grid.bob(&format!("qhost {options}"));
    assert_eq!((output.code, &*output.stderr), (0, ""), "{options}");
    output.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn hosts_come_below_all_of_them_together() {
    case(|grid| {
        let lines = lines(grid, "");
        assert_eq!(lines[..3], [HEADER, &"-".repeat(94), GLOBAL]);
        assert_eq!(row(&lines[3]), "lx-amd64");
        assert_eq!(lines.len(), 4);
    });
}

#[test]
fn the_topology_can_be_left_out() {
    case(|grid| {
        let lines = lines(grid, "-ncb");
        assert_eq!(lines[0], "HOSTNAME                ARCH         NCPU  LOAD  MEMTOT  MEMUSE  SWAPTO  SWAPUS");
        assert_eq!(lines[1], "-".repeat(79));
        assert_eq!(lines[2], "global                  -               -     -       -       -       -       -");
        assert_eq!(lines[3].len(), 79);
    });
}

#[test]
fn queues_stand_below_their_host() {
    case(|grid| {
        let lines = lines(grid, "-q");
        let names: Vec<&str> = lines[4..].iter().map(|line| line[3..24].trim_end()).collect();
        assert_eq!(names, ["all.q", "continuous", "task"]);
        for line in &lines[4..] {
            assert_eq!((line.len(), &line[24..32], &line[33..34], &line[34..36]), (44, "BIP   0/", "/", "4 "), "{line:?}");
        }
    });
}

#[test]
fn jobs_stand_below_their_host_slot_by_slot() {
    case(|grid| {
        let id = grid.submit("-N par -q continuous -pe smp 2 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let lines = lines(grid, "-j -u bob");
        assert_eq!(lines[4], "   job-ID  prior   name       user         state submit/start at     queue      master ja-task-ID ");
        assert_eq!(lines[5], format!("   {}", "-".repeat(94)));
        let at = lines.iter().position(|line| line.starts_with(&format!("   {id:>7} "))).expect("a row");
        assert_eq!(&lines[at][19..49], "par        bob          r     ");
        assert_eq!(&lines[at][69..], "continuous MASTER        ");
        assert_eq!(lines[at + 1], format!("{:69}continuous SLAVE         ", ""));
    });
}

#[test]
fn jobs_stand_below_their_queue() {
    case(|grid| {
        let id = grid.submit("-N arr -t 4-5 -tc 1 -q task -b y sleep 60");
        grid.wait_for_state(id, "r");
        let lines = lines(grid, "-q -j");
        let queue = lines.iter().position(|line| line.starts_with("   task ")).expect("a queue");
        let at = lines.iter().position(|line| line.starts_with(&format!("   {id:>7} "))).expect("a row");
        assert!(at > queue, "{lines:?}");
        assert_eq!(&lines[at][69..], "MASTER 4");
    });
}

#[test]
fn jobs_of_some_users_are_jobs() {
    case(|grid| {
        let id = grid.submit("-q task -b y sleep 60");
        grid.wait_for_state(id, "r");
        let is_there = |options: &str| lines(grid, options).iter().any(|line| line.starts_with(&format!("   {id:>7} ")));
        assert!(is_there("-u bob") && is_there("-u nosuch,bob") && is_there("-u nosuch bob") && is_there("-u '*'") && is_there("-j"));
        assert!(!is_there("-u nosuch") && !is_there("") && !is_there("-u nosuch -j -q"));
        // Without a job there is no header of jobs.
        assert_eq!(lines(grid, "-u nosuch").len(), 4);
    });
}

#[test]
fn resources_stand_below_their_host() {
    case(|grid| {
        assert_eq!(lines(grid, "-F release")[4..], ["    Host Resource(s):      hf:release=buster"]);
        assert_eq!(lines(grid, "-F release,arch")[4..], ["    Host Resource(s):      hl:arch=lx-amd64", "   hf:release=buster"]);
        assert_eq!(lines(grid, "-F release arch")[4..].len(), 2);
        assert_eq!(lines(grid, "-F nosuch").len(), 4);
        assert_eq!(lines(grid, "-F slots,h_rt,qname").len(), 4);
        let all = lines(grid, "-F");
        let (fixed, loads) = all[4..].split_last().expect("resources");
        assert!(loads.iter().all(|line| line.starts_with("   hl:")) && loads.len() >= 24 && fixed == "   hf:release=buster", "{all:?}");
    });
}

#[test]
fn whole_numbers_are_shown_as_fractions() {
    case(|grid| {
        let lines = lines(grid, "-F num_proc");
        assert!(lines[4].starts_with("    Host Resource(s):      hl:num_proc=") && lines[4].ends_with(".000000"), "{lines:?}");
    });
}

#[test]
fn requests_leave_out_hosts_and_all_of_them_together() {
    case(|grid| {
        for resource in ["release=buster", "arch=lx-amd64", "'arch=lx*'", "mem_total=1M", "load_avg=10000", "mem_free=1M"] {
            let lines = lines(grid, &format!("-l {resource}"));
            assert_eq!((lines.len(), row(&lines[2])), (3, "lx-amd64".into()), "{resource}");
        }
        for resource in ["release=nosuch", "q=task", "h_rt=1", "slots=1", "load_avg=0", "mem_free=900T", "num_proc=9999", "'h=*'"] {
            assert_eq!(grid.bob(&format!("qhost -l {resource}")).all(), "exit 0", "{resource}");
        }
        assert_eq!(lines(grid, &format!("-l h={} -q", exec_host())).len(), 6);
    });
}

#[test]
fn bad_requests_are_told() {
    case(|grid| {
        for (resource, text) in [
            ("nosuch=1", "unknown resource \"nosuch\""),
            ("h=nosuch.invalid", "can't resolve hostname \"nosuch.invalid\""),
            ("h_rt=x", "attribute \"h_rt\" is not a time value"),
            ("mem_free=x", "attribute \"mem_free\" is not a memory value"),
            ("num_proc=x", "attribute \"num_proc\" is not a integer value"),
            ("load_avg=x", "attribute \"load_avg\" is not a double value"),
            ("rerun=x", "attribute \"rerun\" is not a boolean value"),
        ] {
            assert_eq!(grid.bob(&format!("qhost -l {resource}")).all(), format!("stderr:\nerror: {text}\nexit 1"), "{resource}");
        }
    });
}

#[test]
fn hosts_are_named_or_unknown() {
    case(|grid| {
        assert_eq!(lines(grid, &format!("-h {}", exec_host())).len(), 4);
        // A pattern is no host's name.
        assert_eq!(lines(grid, "-h '*'").len(), 3);
        for name in ["nosuch.invalid", "@allhosts", &format!("{},nosuch.invalid", exec_host())] {
            let output = grid.bob(&format!("qhost -h {name}"));
            let last = name.split(',').next_back().expect("a name");
            assert_eq!((output.code, output.stdout.as_str()), (1, ""));
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qhost [options]\n"), "{}", output.stderr);
            assert_eq!(output.stderr.lines().last(), Some(&*format!("error: can't resolve hostname \"{last}\"")));
        }
    });
}

#[test]
fn wrong_words_are_told() {
    case(|grid| {
        for option in ["-h", "-l", "-u"] {
            assert_eq!(grid.bob(&format!("qhost {option}")).all(), format!("stderr:\nerror: {option} option must have argument\nexit 1"));
        }
        for word in ["-x", "x", "-f"] {
            let output = grid.bob(&format!("qhost {word}"));
            assert_eq!(output.code, 1);
            assert!(output.stderr.starts_with("SGE 8.1.9\nusage: qhost [options]\n"));
            assert_eq!(output.stderr.lines().last(), Some(&*format!("error: invalid option argument \"{word}\"")));
        }
    });
}

/// The document with the values of hosts masked.
fn document(grid: &Grid, options: &str) -> String {
    let text = grid.bob(&format!("qhost -xml {options}")).stdout;
    let masked: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("   <hostvalue name='") {
            Some(rest) if !rest.contains(">-<") && !rest.starts_with("arch_string") => {
                format!("   <hostvalue name='{}>x</hostvalue>", rest.split('>').next().unwrap_or(""))
            }
            _ => line.to_string(),
        })
        .collect();
    masked.join("\n").replace(&format!("'{}'", exec_host()), "'{host}'") + "\n"
}

#[test]
fn the_document_has_quotes_of_its_own() {
    case(|grid| {
        let value = |name: &str, value: &str| format!("   <hostvalue name='{name}'>{value}</hostvalue>\n");
        let names = ["num_proc", "m_socket", "m_core", "m_thread", "load_avg", "mem_total", "mem_used", "swap_total", "swap_used"];
        let values = |arch: &str, of: &str| value("arch_string", arch) + &names.map(|name| value(name, of)).concat();
        let expected = format!(
            "<?xml version='1.0'?>\n<qhost xmlns:xsd=\"http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qhost/qhost.xsd\">\n \
             <host name='global'>\n{} </host>\n <host name='{{host}}'>\n{} </host>\n</qhost>\n",
            values("-", "-"),
            values("lx-amd64", "x")
        );
        same(document(grid, ""), &expected);
        let without: String = expected.lines().filter(|line| !line.contains("'m_")).map(|line| format!("{line}\n")).collect();
        same(document(grid, "-ncb"), without);
        let empty = "<?xml version='1.0'?>\n<qhost xmlns:xsd=\"http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qhost/qhost.xsd\">\n</qhost>\n";
        same(document(grid, "-l release=nosuch"), empty);
    });
}

#[test]
fn queues_and_resources_are_elements() {
    case(|grid| {
        let text = document(grid, "-q -F release");
        assert!(text.contains("   <resourcevalue name='release' dominance='hf'>buster</resourcevalue>\n <queue name='all.q'>\n"), "{text}");
        let part = text.split(" <queue name='task'>\n").nth(1).expect("a queue");
        let names: Vec<&str> =
            part.lines().take(5).filter_map(|line| line.strip_prefix("   <queuevalue qname='task' name='")?.split('\'').next()).collect();
        assert_eq!(names, ["qtype_string", "slots_used", "slots", "slots_resv", "state_string"]);
        assert!(part.ends_with(" </queue>\n </host>\n</qhost>\n") && part.contains("name='state_string'></queuevalue>\n"), "{text}");
    });
}

#[test]
fn jobs_are_elements() {
    case(|grid| {
        let id = grid.submit("-N arr -t 4-5 -tc 1 -q task -b y sleep 60");
        grid.wait_for_state(id, "r");
        let text = grid.bob("qhost -j -xml").stdout;
        let part = text.split(&format!(" <job name='{id}'>\n")).nth(1).and_then(|rest| rest.split(" </job>\n").next()).expect("a job");
        let names: Vec<&str> = part.lines().filter_map(|line| line.split("name='").nth(1)?.split('\'').next()).collect();
        let expected =
            ["priority", "qinstance_name", "job_name", "job_owner", "job_state", "start_time", "queue_name", "pe_master", "taskid"];
        assert_eq!(names, expected);
        assert!(
            part.contains(&format!("<jobvalue jobid='{id}' name='priority'>'0.")) && part.contains(">MASTER<") && part.contains(">4<"),
            "{part}"
        );
        // Below its queue it has no queue.
        let part = grid.bob("qhost -q -j -xml").stdout;
        let part = part.split(&format!(" <job name='{id}'>\n")).nth(1).and_then(|rest| rest.split(" </job>\n").next()).map(str::to_owned);
        assert!(part.is_some_and(|part| !part.contains("name='queue_name'") && part.contains("name='qinstance_name'")));
    });
}
