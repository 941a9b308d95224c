//! `-h` and `-hold_jid`: jobs that wait.

use crate::known::case;

#[test]
fn a_held_job_waits_until_it_is_released() {
    case(|grid| {
        let id = grid.submit("-cwd -j y -o out -h -b y echo ran");
        assert_eq!(grid.rows(id)[0].split_whitespace().nth(4), Some("hqw"));
        let output = grid.bob(&format!("qrls {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nmodified hold of job {id}\nexit 0");
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn a_job_runs_after_the_one_it_names_by_id() {
    case(|grid| {
        let first = grid.submit("-cwd -j y -o log -h -N sentence -b y 'sleep 0.5; echo first'");
        let second = grid.submit(&format!("-cwd -j y -o log -hold_jid {first} -b y echo second"));
        assert_eq!(grid.rows(second)[0].split_whitespace().nth(4), Some("hqw"));
        grid.bob(&format!("qrls {first}"));
        grid.wait_until_gone(second);
        assert_eq!(grid.read("log"), "first\nsecond\n");
    });
}

#[test]
fn a_job_runs_after_the_ones_it_names_by_name() {
    case(|grid| {
        let name = grid.name("before");
        let first = grid.submit(&format!("-cwd -j y -o log -N {name} -h -b y 'sleep 0.5; echo first'"));
        let second = grid.submit(&format!("-cwd -j y -o log -hold_jid {name} -b y echo second"));
        grid.bob(&format!("qrls {first}"));
        grid.wait_until_gone(second);
        assert_eq!(grid.read("log"), "first\nsecond\n");
    });
}

#[test]
fn a_pattern_names_all_of_ones_jobs() {
    case(|grid| {
        let stem = grid.name("pat");
        let one = grid.submit(&format!("-N {stem}.1 -h -b y true"));
        let two = grid.submit(&format!("-N {stem}.2 -h -b y true"));
        let last = grid.submit(&format!("-hold_jid '{stem}.*' -b y true"));
        let text = grid.bob(&format!("qstat -j {last}")).stdout;
        assert!(text.contains(&format!("jid_predecessor_list:       {one},{two}\n")), "{text}");
    });
}

#[test]
fn a_list_mixes_ids_and_names() {
    case(|grid| {
        let name = grid.name("mixed");
        let one = grid.submit("-h -b y true");
        let two = grid.submit(&format!("-N {name} -h -b y true"));
        let last = grid.submit(&format!("-hold_jid {one},{name} -b y true"));
        let text = grid.bob(&format!("qstat -j {last}")).stdout;
        assert!(text.contains(&format!("jid_predecessor_list (req): {one},{name}\n")), "{text}");
        assert!(text.contains(&format!("jid_predecessor_list:       {one},{two}\n")), "{text}");
    });
}

#[test]
fn unknown_predecessors_do_not_hold() {
    case(|grid| {
        let id = grid.run("-cwd -j y -o out -hold_jid nosuchname,9999999 -b y echo ran");
        assert_eq!(grid.read("out"), "ran\n");
        assert!(grid.rows(id).is_empty());
    });
}

#[test]
fn a_finished_predecessor_does_not_hold() {
    case(|grid| {
        let first = grid.run("-b y true");
        grid.run(&format!("-cwd -j y -o out -hold_jid {first} -b y echo ran"));
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn a_failed_predecessor_releases_its_successor() {
    case(|grid| {
        let first = grid.submit("-h -b y exit 1");
        let second = grid.submit(&format!("-cwd -j y -o out -hold_jid {first} -b y echo ran"));
        grid.bob(&format!("qrls {first}"));
        grid.wait_until_gone(second);
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn a_deleted_predecessor_releases_its_successor() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit(&format!("-cwd -j y -o out -hold_jid {first} -b y echo ran"));
        grid.bob(&format!("qdel {first}"));
        grid.wait_until_gone(second);
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn an_array_holds_until_its_last_task_is_done() {
    case(|grid| {
        let first = grid.submit("-cwd -j y -o log -h -t 1-3 -tc 2 -N sentence -b y 'sleep 0.2; echo task'");
        let second = grid.submit(&format!("-cwd -j y -o log -hold_jid {first} -b y echo after"));
        grid.bob(&format!("qrls {first}"));
        grid.wait_until_gone(second);
        assert_eq!(grid.read("log"), "task\ntask\ntask\nafter\n");
    });
}

#[test]
fn a_name_is_resolved_at_submission() {
    case(|grid| {
        let name = grid.name("later");
        let waiting = grid.run(&format!("-cwd -j y -o out -hold_jid {name} -b y echo ran"));
        grid.submit(&format!("-N {name} -h -b y true"));
        assert!(grid.rows(waiting).is_empty());
    });
}
