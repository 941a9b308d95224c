use super::super::samples::{array, job};
use super::*;
use crate::job::{Job, Tasks};

fn status(job: Job, groups: &[(State, &[u64])]) -> JobStatus {
    let tasks = groups.iter().map(|(state, ids)| Tasks::waiting(ids.to_vec(), state.clone()));
    JobStatus {
        id: 7,
        submitted: 0,
        job,
        tasks: tasks.collect(),
        successors: Vec::new(),
        array_successors: Vec::new(),
        reasons: Vec::new(),
    }
}

fn said(plan: &Plan) -> Vec<(Vec<u64>, Outcome)> {
    plan.outcomes.iter().map(|deletion| (deletion.ids.clone(), deletion.outcome)).collect()
}

const RUNNING: State = State::Running { restarted: false };

#[test]
fn a_whole_job_goes_and_what_is_said_tells_whether_it_ran() {
    let waiting = plan(&status(job(), &[(State::Held, &[])]), None);
    assert_eq!((said(&waiting), waiting.work), (vec![(vec![], Outcome::Deleted)], Work::Whole));
    let running = plan(&status(job(), &[(RUNNING, &[])]), None);
    assert_eq!((said(&running), running.work), (vec![(vec![], Outcome::Registered)], Work::Whole));
    let again = plan(&status(job(), &[(State::Deleting { suspended: false }, &[])]), None);
    assert_eq!((said(&again), again.work), (vec![(vec![], Outcome::AlreadyInDeletion)], Work::Nothing));
}

#[test]
fn an_arrays_running_tasks_are_told_one_by_one_and_the_rest_together() {
    let status = status(array(1, 9, 1), &[(RUNNING, &[2]), (RUNNING, &[1]), (State::Pending, &[3, 4, 5])]);
    let whole = plan(&status, None);
    assert_eq!(said(&whole), [(vec![1], Outcome::Registered), (vec![2], Outcome::Registered), (vec![], Outcome::Deleted)]);
    let part = plan(&status, Some(Range { first: 2, last: 4, step: 1 }));
    assert_eq!(said(&part), [(vec![2], Outcome::Registered), (vec![3, 4], Outcome::Deleted)]);
    assert_eq!(part.work, Work::Tasks(vec![2, 3, 4]));
    let all = plan(&status, Some(Range { first: 1, last: 9, step: 1 }));
    assert_eq!(all.work, Work::Whole);
}

#[test]
fn unknown_tasks_are_told() {
    let status = status(array(1, 3, 1), &[(State::Held, &[1, 2, 3])]);
    let none = plan(&status, Some(Range { first: 99, last: 99, step: 1 }));
    assert_eq!((said(&none), none.work), (vec![(vec![99], Outcome::NoSuchTask)], Work::Nothing));
}
