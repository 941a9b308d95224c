//! qdel.

use crate::known::case;

#[test]
fn a_waiting_job_is_deleted_at_once() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let output = grid.bob(&format!("qdel {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has deleted job {id}\nexit 0");
        grid.wait_until_gone(id);
    });
}

#[test]
fn a_running_job_is_registered_for_deletion() {
    case(|grid| {
        let id = grid.submit("-b y sleep 60");
        grid.wait_for_state(id, "r");
        let output = grid.bob(&format!("qdel {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has registered the job {id} for deletion\nexit 0");
        grid.wait_until_gone(id);
    });
}

#[test]
fn several_jobs_may_be_separated_by_blanks_or_commas() {
    case(|grid| {
        let ids: Vec<_> = (0..4).map(|_| grid.submit("-h -b y true")).collect();
        let output = grid.bob(&format!("qdel {} {},{} {}", ids[0], ids[1], ids[2], ids[3]));
        let expected: String = ids.iter().map(|id| format!("bob has deleted job {id}\n")).collect();
        assert_eq!(output.all(), format!("stdout:\n{expected}exit 0"));
    });
}

#[test]
fn an_unknown_id_is_denied_on_standard_output() {
    case(|grid| assert_eq!(grid.bob("qdel 9999999").all(), "stdout:\ndenied: job \"9999999\" does not exist\nexit 1"));
}

#[test]
fn an_unknown_name_is_told_in_other_words() {
    case(|grid| {
        let expected = "stdout:\nThe job nosuchname of user(s) bob does not exist\nexit 1";
        assert_eq!(grid.bob("qdel nosuchname").all(), expected);
    });
}

#[test]
fn the_known_ones_of_a_list_are_deleted_all_the_same() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let output = grid.bob(&format!("qdel 9999999 {id}"));
        let expected = "stdout:\ndenied: job \"9999999\" does not exist\nbob has deleted job {id}\nexit 1";
        assert_eq!(grid.normal(&output.all(), id), expected);
    });
}

#[test]
fn a_job_is_deleted_by_name() {
    case(|grid| {
        let name = grid.name("byname");
        let id = grid.submit(&format!("-h -N {name} -b y true"));
        let output = grid.bob(&format!("qdel {name}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has deleted job {id}\nexit 0");
    });
}

#[test]
fn a_pattern_deletes_all_that_fit() {
    case(|grid| {
        let stem = grid.name("pat");
        let one = grid.submit(&format!("-h -N {stem}.1 -b y true"));
        let two = grid.submit(&format!("-h -N {stem}.2 -b y true"));
        let output = grid.bob(&format!("qdel '{stem}.*'"));
        assert_eq!(output.all(), format!("stdout:\nbob has deleted job {one}\nbob has deleted job {two}\nexit 0"));
    });
}

#[test]
fn one_task_of_an_array_is_deleted() {
    case(|grid| {
        let id = grid.submit("-h -t 1-5 -b y true");
        let output = grid.bob(&format!("qdel {id}.3"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has deleted job-array task {id}.3\nexit 0");
        assert_eq!(grid.rows(id)[0].split_whitespace().last(), Some("1,2,4,5"));
    });
}

#[test]
fn a_range_of_tasks_is_deleted() {
    case(|grid| {
        let id = grid.submit("-h -t 1-9 -b y true");
        let output = grid.bob(&format!("qdel {id}.5-7"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has deleted job-array tasks 5-7:1 of job {id}\nexit 0");
        let output = grid.bob(&format!("qdel {id} -t 1-2"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has deleted job-array tasks 1,2 of job {id}\nexit 0");
    });
}

#[test]
fn an_unknown_task_is_told() {
    case(|grid| {
        let id = grid.submit("-h -t 1-3 -b y true");
        let output = grid.bob(&format!("qdel {id}.99"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\njob \"{id}\" task \"99\" does not exist\nexit 1");
    });
}

#[test]
fn an_arrays_running_tasks_are_told_before_its_waiting_ones() {
    case(|grid| {
        let id = grid.submit("-t 1-3 -tc 1 -b y sleep 60");
        grid.wait_for_state(id, "r");
        let output = grid.bob(&format!("qdel {id}"));
        let expected = "stdout:\nbob has registered the job-array task {id}.1 for deletion\nbob has deleted job {id}\nexit 0";
        assert_eq!(grid.normal(&output.all(), id), expected);
        grid.wait_until_gone(id);
    });
}

#[test]
fn a_whole_waiting_array_is_one_line() {
    case(|grid| {
        let id = grid.submit("-h -t 1-3 -b y true");
        let output = grid.bob(&format!("qdel {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nbob has deleted job {id}\nexit 0");
    });
}

#[test]
fn somebody_elses_job_is_not_deleted() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let output = grid.alice(&format!("qdel {id}"));
        let expected = "stdout:\nalice - you do not have the necessary privileges to delete the job \"{id}\"\nexit 1";
        assert_eq!(grid.normal(&output.all(), id), expected);
        assert_eq!(grid.rows(id).len(), 1);
    });
}

#[test]
fn a_manager_deletes_anybodys_job() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        let output = grid.root(&format!("qdel {id}"));
        assert_eq!(grid.normal(&output.all(), id), "stdout:\nroot has deleted job {id}\nexit 0");
    });
}

#[test]
fn all_jobs_of_a_user_are_deleted() {
    case(|grid| {
        let _guard = grid.only_alice();
        let one = crate::grid::id_of(&grid.alice("qsub -h -b y true"));
        let two = crate::grid::id_of(&grid.alice("qsub -h -b y true"));
        let output = grid.alice("qdel -u alice");
        assert_eq!(output.all(), format!("stdout:\nalice has deleted job {one}\nalice has deleted job {two}\nexit 0"));
        let expected = "stdout:\nThere is no job registered for the following users: alice\nexit 1";
        assert_eq!(grid.alice("qdel -u alice").all(), expected);
    });
}

#[test]
fn everybodys_jobs_are_not_an_ordinary_users_to_delete() {
    case(|grid| {
        let _guard = grid.only_alice();
        let expected = "stdout:\ndenied: \"alice\" must be manager to modify all jobs\nexit 1";
        assert_eq!(grid.alice("qdel -u '*'").all(), expected);
    });
}

#[test]
fn a_deleted_waiting_job_leaves_no_record() {
    case(|grid| {
        let id = grid.submit("-h -b y true");
        grid.bob(&format!("qdel {id}"));
        grid.wait_until_gone(id);
        let expected = "stderr:\nerror: job id {id} not found\nexit 1";
        assert_eq!(grid.normal(&grid.bob(&format!("qacct -j {id}")).all(), id), expected);
    });
}

#[test]
fn zero_is_no_job() {
    case(|grid| assert_eq!(grid.bob("qdel 0").all(), "stderr:\nerror: ERROR! \"0\" is an invalid job-task identifier\nexit 1"));
}
