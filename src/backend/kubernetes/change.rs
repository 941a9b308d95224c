//! `qalter`, `qhold` and `qrls`. What only gridshim reads is changed in the Job's annotations and in the Secret; `suspend` and
//! `parallelism` in the Job; what the pod template holds cannot be changed, so a Job that has not started is replaced by one of
//! the same name, id and submission time.

use super::client::{Api, Failure, MERGE};
use super::kueue;
use super::lists;
use super::objects::{self, Place};
use super::observe;
use super::seen::SeenJob;
use crate::job::{Job, JobStatus};
use crate::site::Site;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// What is to be done to the objects.
#[derive(Debug, PartialEq)]
pub enum Work {
    /// A merge patch of the Job.
    Patch(Value),
    /// The Job in its place.
    Replace(Value),
}

/// Decides it. `has_started`: a pod of the job has, or had, a host. `can_gate`: the cluster gives the pods of a started array gates.
///
/// # Errors
/// What cannot be done to a Job that has started, for the submitter.
pub fn plan(before: &Job, new: &Job, seen: &SeenJob, has_started: bool, can_gate: bool, place: &Place) -> Result<Work, String> {
    let wanted = objects::job(new, place)?;
    let there = objects::job(before, place)?;
    let kueue = place.site.kueue();
    // What Kueue has let go is no more ours to keep by a label.
    let has_started = has_started || (kueue.is_some() && !seen.spec.suspend);
    let is_gated_late = has_started && new.gated && !before.gated;
    let template = |job: &Value| {
        let mut spec = job.pointer("/spec/template/spec").cloned();
        if is_gated_late && let Some(Value::Object(spec)) = &mut spec {
            // The template stays without.
            spec.remove("schedulingGates");
        }
        spec
    };
    let others = |job: &Value| job.pointer("/spec/podFailurePolicy").cloned();
    let is_other = template(&wanted) != template(&there) || others(&wanted) != others(&there);
    let mut annotations = wanted.pointer("/metadata/annotations").cloned().unwrap_or_default();
    let holds: Vec<&str> = objects::holds(new);
    // The controller takes these away when their time has come; they do not come back by another change.
    let gone = |kind: &str| before_holds(before, kind) && !observe::is_held_by(seen, kind) && !is_new(before, new, kind);
    let holds: Vec<&str> = holds.into_iter().filter(|kind| !gone(kind)).collect();
    annotations[objects::HOLD] = if holds.is_empty() { Value::Null } else { holds.join(",").into() };
    if new.predecessors.is_empty() {
        annotations[objects::PREDECESSORS] = Value::Null;
    }
    if kueue.is_some() && annotations.get(kueue::LEAST_WIDTH).is_none() {
        annotations[kueue::LEAST_WIDTH] = Value::Null;
    }
    let queue = annotations[objects::QUEUE].as_str().unwrap_or_default().to_string();
    if has_started {
        let waits = new.task_count() > 1;
        // Held, it starts no more tasks: the controller sees to that. Suspended, its running tasks would end.
        if waits && is_other {
            return Err("an array that has started cannot be changed so on Kubernetes: its pods cannot be changed any more".into());
        }
        if is_gated_late && !can_gate {
            return Err("single tasks of an array that has started cannot be held on this cluster: it has no policy gridshim-gates".into());
        }
        let by_admission = is_gated_late || seen.is_gated_by_admission();
        if by_admission {
            annotations[objects::GATES] = objects::BY_ADMISSION.into();
        }
        let mut change = json!({ "metadata": { "resourceVersion": seen.metadata.resource_version, "annotations": annotations } });
        let width = |job: &Value| job.pointer("/spec/parallelism").cloned();
        // Kueue may have given it less than it wanted, and ends all of it to give it something else.
        if kueue.is_some() && width(&wanted) != width(&there) {
            return Err("an array that Kueue has started runs so many tasks at a time as it has quota for, whatever -tc says".into());
        }
        // Where pods get their gates by admission the controller widens it, once they do.
        if kueue.is_none() && !by_admission {
            change["spec"]["parallelism"] = width(&wanted).unwrap_or_default();
        }
        return Ok(Work::Patch(change));
    }
    if is_other {
        let mut object = wanted;
        annotations[objects::SUBMITTED] = seen.submitted().into();
        if holds.is_empty()
            && let Some(annotations) = annotations.as_object_mut()
        {
            annotations.remove(objects::HOLD);
        }
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.retain(|_, value| !value.is_null());
        }
        object["metadata"]["annotations"] = annotations;
        kueue::settle(&mut object, holds.is_empty(), &queue, kueue);
        return Ok(Work::Replace(object));
    }
    let mut change = kueue::freedom(holds.is_empty(), &queue, kueue);
    change["metadata"]["resourceVersion"] = seen.metadata.resource_version.clone().into();
    change["metadata"]["annotations"] = annotations;
    if let Some(class) = wanted["metadata"]["labels"].get(kueue::PRIORITY_CLASS) {
        change["metadata"]["labels"][kueue::PRIORITY_CLASS] = class.clone();
    }
    change["spec"]["parallelism"] = wanted.pointer("/spec/parallelism").cloned().unwrap_or_default();
    Ok(Work::Patch(change))
}

fn before_holds(before: &Job, kind: &str) -> bool {
    objects::holds(before).contains(&kind)
}

/// True where the change itself asks for the hold.
fn is_new(before: &Job, new: &Job, kind: &str) -> bool {
    match kind {
        "jid" => (&before.hold_jid, &before.hold_jid_ad) != (&new.hold_jid, &new.hold_jid_ad),
        "time" => before.start_at != new.start_at,
        _ => true,
    }
}

/// Does it.
///
/// # Errors
/// See `Failure`.
pub async fn change(api: &Api, site: &Site, namespace: &str, before: &JobStatus, new: &Job) -> Result<(), Failure> {
    let place = Place { site, namespace, id: before.id };
    let name = objects::name(before.id);
    let path = objects::job_path(namespace, &name);
    let mut tries = 0;
    loop {
        let seen: SeenJob = match api.get(&path).await {
            Err(failure) if failure.is_not_found() => return Ok(()),
            seen => seen?,
        };
        let Some(mut stored) = observe::job(&seen, site) else { return Ok(()) };
        stored.submitter.user.clone_from(&before.job.submitter.user);
        let pods = lists::pods(api, namespace, &name).await?;
        let done = !seen.status.completed_indexes.is_empty() || !seen.status.failed_indexes.is_empty();
        let has_started = done || pods.iter().any(|pod| !pod.spec.node_name.is_empty());
        let can_gate = new.gated && !stored.gated && gives_gates(api).await?;
        let work = plan(&stored, new, &seen, has_started, can_gate, &place).map_err(Failure::Setup)?;
        secret(api, &place, new, &work).await?;
        match work {
            Work::Patch(change) => match api.patch::<Value>(&path, MERGE, &change).await {
                Err(failure) if failure.is_conflict() && tries < 8 => tries += 1,
                Err(failure) if !failure.is_not_found() => return Err(failure),
                _ => return Ok(()),
            },
            Work::Replace(object) => return replace(api, &place, &object, &seen.metadata.uid).await,
        }
    }
}

/// True where pods of started arrays can be given gates.
///
/// # Errors
/// See `Failure`.
pub async fn gives_gates(api: &Api) -> Result<bool, Failure> {
    match api.get::<Value>(objects::GATES_BINDING).await {
        Ok(_) => Ok(true),
        Err(failure) if failure.is_not_found() || failure.is_forbidden() => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// What the pods read. A replacement is written down before anything is taken away: the controller makes it should this end here.
async fn secret(api: &Api, place: &Place<'_>, new: &Job, work: &Work) -> Result<(), Failure> {
    let path = objects::secret_path(place.namespace, &objects::name(place.id));
    let mut data = json!({ "spec": STANDARD.encode(objects::spec(new, place)) });
    if !new.env.is_empty() {
        data["env"] = STANDARD.encode(serde_json::to_vec(&new.env).unwrap_or_default()).into();
    }
    let mut change = json!({ "data": data });
    if let Work::Replace(object) = work {
        change["data"]["replacement"] = STANDARD.encode(object.to_string()).into();
        change["metadata"] = json!({ "annotations": { objects::REPLACING: "true" } });
    }
    api.patch::<Value>(&path, MERGE, &change).await.map(|_| ())
}

/// Takes a Job away and makes another of its name; what it holds must be written down already.
///
/// # Errors
/// See `Failure`.
pub async fn replace(api: &Api, place: &Place<'_>, object: &Value, uid: &str) -> Result<(), Failure> {
    let name = objects::name(place.id);
    api.delete_this(&objects::job_path(place.namespace, &name), "Background", uid).await?;
    make(api, place.namespace, &name, object).await
}

/// Makes a replacement, unless somebody else has, and forgets that it was to be made.
///
/// # Errors
/// See `Failure`.
pub async fn make(api: &Api, namespace: &str, name: &str, object: &Value) -> Result<(), Failure> {
    match api.create(&objects::jobs(namespace), object).await {
        Err(failure) if !failure.is_there_already() => return Err(failure),
        _ => {}
    }
    let change = json!({ "data": { "replacement": null }, "metadata": { "annotations": { objects::REPLACING: null } } });
    api.patch::<Value>(&objects::secret_path(namespace, name), MERGE, &change).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{array, seen, site};
    use super::*;
    use crate::grammar::indexes::Indexes;
    use crate::job::Holds;

    fn held(tasks: &str) -> Job {
        let holds = Holds { user: Indexes::parse(tasks), ..Holds::default() };
        Job { holds, gated: true, task_concurrency: 2, ..array(1, 4, 1) }
    }

    #[test]
    fn single_tasks_of_a_started_array_are_held_where_pods_get_their_gates_by_admission() {
        let site = site();
        let place = Place { site: &site, namespace: "grid-bob", id: 7 };
        let before = Job { task_concurrency: 2, ..array(1, 4, 1) };
        let there = seen(&before, 7, Value::Null, json!({}));
        assert!(matches!(plan(&before, &held("1"), &there, false, false, &place), Ok(Work::Replace(_))));
        let refused = plan(&before, &held("1"), &there, true, false, &place);
        assert!(refused.as_ref().is_err_and(|why| why.contains("gridshim-gates")), "{refused:?}");
        let Ok(Work::Patch(change)) = plan(&before, &held("1"), &there, true, true, &place) else { panic!("not patched") };
        assert_eq!(change["metadata"]["annotations"][objects::GATES], objects::BY_ADMISSION);
        // Not before they have gates: the controller does that.
        assert!(change.get("spec").is_none(), "{change}");
        // The next change finds it so, whether the cluster still gives gates or not.
        let late = seen(&held("1"), 7, json!({ "annotations": { "gridshim.io/gates": "admission" } }), json!({}));
        let Ok(Work::Patch(change)) = plan(&held("1"), &held("1-2"), &late, true, false, &place) else { panic!("not patched") };
        assert_eq!(change["metadata"]["annotations"][objects::GATES], objects::BY_ADMISSION);
        assert!(change.get("spec").is_none(), "{change}");
        // Something else that the template holds cannot be changed with it.
        let other = Job { slots: 2, ..held("1") };
        assert!(plan(&before, &other, &there, true, true, &place).is_err_and(|why| why.contains("has started")));
    }
}
