//! qalter -hold_jid and -hold_jid_ad (compat/captures/qalter-answers.txt).

use crate::known::case;

#[test]
fn predecessors_are_told_as_blocking() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit("-a 203601010000 -b y true");
        let answer = grid.answer(id, &format!("qalter -hold_jid {first} {{id}}"));
        let expected =
            format!("stdout:\nmodified job id hold list of job {{id}}\n   blocking jobs: {first}\n   exited jobs:   NONE\nexit 0");
        assert_eq!(answer, expected);
        assert_eq!(grid.attribute(id, "jid_predecessor_list (req)"), Some(first.to_string()));
        assert_eq!(grid.attribute(id, "jid_predecessor_list"), Some(first.to_string()));
        assert_eq!(grid.states(id), ["hqw"]);
    });
}

#[test]
fn predecessors_replace_those_named_before() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let second = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-hold_jid {first} -b y true"));
        grid.bob(&format!("qalter -hold_jid {second} {id}"));
        assert_eq!(grid.attribute(id, "jid_predecessor_list"), Some(second.to_string()));
        let detail = grid.bob(&format!("qstat -j {first}")).stdout;
        assert!(detail.contains("\njid_successor_list:         binding:                    NONE\n"), "the line goes astray: {detail}");
        assert_eq!(grid.attribute(second, "jid_successor_list"), Some(id.to_string()));
    });
}

#[test]
fn predecessors_are_named_by_name_and_pattern_too() {
    case(|grid| {
        let stem = grid.name("pre");
        let first = grid.submit(&format!("-N {stem}A -h -b y true"));
        let second = grid.submit(&format!("-N {stem}B -h -b y true"));
        let id = grid.submit("-a 203601010000 -b y true");
        let answer = grid.answer(id, &format!("qalter -hold_jid '{stem}[AB]' {{id}}"));
        assert!(answer.contains(&format!("\n   blocking jobs: {first},{second}\n   exited jobs:   NONE\n")), "{answer}");
        let answer = grid.answer(id, &format!("qalter -hold_jid {first},{stem}A {{id}}"));
        assert!(answer.contains(&format!("\n   blocking jobs: {first},{first}\n   exited jobs:   NONE\n")), "{answer}");
        let answer = grid.answer(id, &format!("qalter -hold_jid {stem}A,nosuch,{second} {{id}}"));
        assert!(answer.contains(&format!("\n   blocking jobs: {first},{second}\n   exited jobs:   NONE\n")), "{answer}");
        assert_eq!(grid.attribute(id, "jid_predecessor_list (req)"), Some(format!("{stem}A,nosuch,{second}")));
    });
}

#[test]
fn unknown_ids_are_told_as_exited_and_unknown_names_not_at_all() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-a 203601010000 -hold_jid {first} -b y true"));
        let answer = grid.answer(id, "qalter -hold_jid 9999999 {id}");
        assert_eq!(answer, "stdout:\nmodified job id hold list of job {id}\n   blocking jobs: NONE\n   exited jobs:   9999999\nexit 0");
        assert_eq!(grid.states(id), ["qw"]);
        let answer = grid.answer(id, "qalter -hold_jid nosuch,'*such*' {id}");
        assert_eq!(answer, "stdout:\nmodified job id hold list of job {id}\n   blocking jobs: NONE\n   exited jobs:   NONE\nexit 0");
        let answer = grid.answer(id, &format!("qalter -hold_jid {first},9999999,0 {{id}}"));
        assert!(answer.contains(&format!("\n   blocking jobs: {first}\n   exited jobs:   9999999,0\n")), "{answer}");
    });
}

#[test]
fn a_predecessor_taken_away_lets_the_job_start() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-cwd -j y -o out -hold_jid {first} -b y echo ran"));
        grid.bob(&format!("qalter -hold_jid nosuch {id}"));
        grid.wait_until_gone(id);
        assert_eq!(grid.read("out"), "ran\n");
    });
}

#[test]
fn a_predecessor_added_later_holds_the_job() {
    case(|grid| {
        let first = grid.submit("-h -cwd -j y -o log -b y echo first");
        let second = grid.submit("-h -cwd -j y -o log -b y echo second");
        grid.bob(&format!("qalter -hold_jid {first} {second}; qrls {second}"));
        assert_eq!(grid.states(second), ["hqw"]);
        grid.bob(&format!("qrls {first}"));
        grid.wait_until_gone(second);
        assert_eq!(grid.read("log"), "first\nsecond\n");
    });
}

#[test]
fn a_job_does_not_wait_for_itself() {
    case(|grid| {
        let name = grid.name("self");
        let id = grid.submit(&format!("-N {name} -a 203601010000 -b y true"));
        let expected = "stdout:\ndenied: job \"{id}\" may not be its own jobnet predecessor\nexit 1";
        assert_eq!(grid.answer(id, "qalter -hold_jid {id} {id}"), expected);
        let answer = grid.answer(id, &format!("qalter -hold_jid {name} {{id}}"));
        assert!(answer.contains("\n   blocking jobs: NONE\n"), "its name leaves it out: {answer}");
    });
}

#[test]
fn two_jobs_do_not_wait_for_each_other() {
    case(|grid| {
        let first = grid.submit("-h -b y true");
        let id = grid.submit(&format!("-h -hold_jid {first} -b y true"));
        let expected = format!("stdout:\njob {first} dependency change would generate a dependency cycle with job {{id}}\nexit 1");
        assert_eq!(grid.answer(id, &format!("qalter -hold_jid {{id}} {first}")), expected);
        assert_eq!(grid.attribute(first, "jid_predecessor_list (req)"), None);
    });
}

#[test]
fn an_array_waits_for_another_task_by_task() {
    case(|grid| {
        let name = grid.name("ad");
        let first = grid.submit(&format!("-N {name} -h -t 1-3 -b y true"));
        let id = grid.submit("-t 1-3 -a 203601010000 -b y true");
        let expected =
            format!("stdout:\nmodified job id hold array list of job {{id}}\n   blocking jobs: {first}\n   exited jobs:   NONE\nexit 0");
        assert_eq!(grid.answer(id, &format!("qalter -hold_jid_ad {first} {{id}}")), expected);
        assert_eq!(grid.attribute(id, "ja_ad_predecessor_list"), Some(first.to_string()));
        assert_eq!(grid.answer(id, &format!("qalter -hold_jid_ad {name} {{id}}")), expected);
        let expected = "stdout:\nmodified job id hold array list of job {id}\n   blocking jobs: NONE\n   exited jobs:   NONE\nexit 0";
        assert_eq!(grid.answer(id, "qalter -hold_jid_ad nosuch {id}"), expected);
        assert_eq!(grid.attribute(id, "ja_ad_predecessor_list"), None);
    });
}

#[test]
fn arrays_that_wait_task_by_task_have_the_same_tasks() {
    case(|grid| {
        let other = grid.submit("-h -t 1-4 -b y true");
        let plain = grid.submit("-h -b y true");
        let id = grid.submit("-h -t 1-3 -b y true");
        let expected =
            "stdout:\nThis array job must have the same range of sub-tasks as the dependent array job specified with -hold_jid_ad\nexit 1";
        assert_eq!(grid.answer(id, &format!("qalter -hold_jid_ad {other} {{id}}")), expected);
        let expected = "stdout:\nCan only specify \"-hold_jid_ad\" option with an array job (using \"-t\" option)\nexit 1";
        assert_eq!(grid.answer(id, &format!("qalter -hold_jid_ad {plain} {{id}}")), expected);
        assert_eq!(grid.answer(plain, &format!("qalter -hold_jid_ad {id} {{id}}")), expected);
        let expected = "stdout:\ndenied: job \"{id}\" may not be its own jobnet predecessor\nexit 1";
        assert_eq!(grid.answer(id, "qalter -hold_jid_ad {id} {id}"), expected);
    });
}
