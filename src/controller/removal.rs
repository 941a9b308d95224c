//! Removals of one round with one request for many: finished jobs of a namespace with their Secrets, and pods that have ended.
//! Each is named in the selector; one that is alone is removed by its name.

use super::plan::Action;
use super::world::{Key, World};
use crate::backend::kubernetes::client::{Api, Failure, query};
use crate::backend::kubernetes::objects::{self, ID_LABEL, OURS};
use crate::backend::kubernetes::seen::{INDEX, JOB_NAME, SeenName, SeenPod};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Between removals: what ends meanwhile goes together. One that comes alone goes at once.
const BETWEEN: Duration = Duration::from_secs(1);
/// Most that a request removes: its selector stays below eight kibibytes.
const MOST: usize = 200;

/// What a request can remove together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Jobs,
    /// Pods of one phase: those of single jobs, or of an array.
    Pods {
        phase: String,
        array: Option<String>,
    },
}

/// Objects that one request removes.
#[derive(Debug, PartialEq)]
pub struct Removal {
    namespace: String,
    sort: Sort,
    /// The jobs: ids of those that go, names of those whose pods go.
    jobs: BTreeSet<String>,
    /// Completion indexes of pods.
    indexes: BTreeSet<u64>,
}

/// When something was removed last.
#[derive(Default)]
pub struct Pace {
    last: Option<Instant>,
    is_postponed: bool,
}

impl Pace {
    /// Leaves removals out that are too early; they will be planned again.
    pub fn of(&mut self, actions: Vec<Action>, world: &World, now: Instant) -> Vec<Action> {
        let (removals, mut rest): (Vec<Action>, Vec<Action>) = actions.into_iter().partition(|action| member(action, world).is_some());
        let is_early = self.last.is_some_and(|last| now < last + BETWEEN);
        self.is_postponed = is_early && !removals.is_empty();
        if !is_early && !removals.is_empty() {
            self.last = Some(now);
            rest.extend(removals);
        }
        rest
    }

    /// Until what was left out is due; for ever where nothing was.
    pub async fn due(&self) {
        match self.last.filter(|_| self.is_postponed) {
            Some(last) => tokio::time::sleep_until((last + BETWEEN).into()).await,
            None => std::future::pending().await,
        }
    }
}

/// Takes out of the actions what can be done together.
pub fn together(actions: Vec<Action>, world: &World) -> (Vec<Removal>, Vec<Action>) {
    let mut sorted: BTreeMap<Group, Vec<Member>> = BTreeMap::new();
    let mut rest = Vec::new();
    for action in actions {
        match member(&action, world) {
            Some((group, job, index)) => sorted.entry(group).or_default().push(Member { action, job, index }),
            None => rest.push(action),
        }
    }
    let mut removals = Vec::new();
    for ((namespace, sort), mut members) in sorted {
        if members.len() == 1 {
            rest.extend(members.pop().map(|member| member.action));
            continue;
        }
        removals.extend(members.chunks(MOST).map(|members| Removal {
            namespace: namespace.clone(),
            sort: sort.clone(),
            jobs: members.iter().map(|member| member.job.clone()).collect(),
            indexes: members.iter().map(|member| member.index).collect(),
        }));
    }
    (removals, rest)
}

/// What goes together: of a namespace, one sort.
type Group = (String, Sort);

struct Member {
    action: Action,
    job: String,
    index: u64,
}

/// The group, job and index of an action that may be done together with others.
fn member(action: &Action, world: &World) -> Option<(Group, String, u64)> {
    match action {
        Action::DeleteJob { job } => Some(((job.0.clone(), Sort::Jobs), job.1.strip_prefix(objects::PREFIX)?.into(), 0)),
        Action::DeletePod { pod } => {
            let seen = world.pods.get(pod).filter(|seen| seen.has_ended())?;
            let SeenPod { metadata, status, .. } = seen;
            let job = metadata.labels.job_name.clone();
            let is_single = world.job_of(seen).is_some_and(|job| job.spec.completions == 1);
            let sort = Sort::Pods { phase: status.phase.clone(), array: (!is_single).then(|| job.clone()) };
            Some(((pod.0.clone(), sort), job, seen.index()?))
        }
        _ => None,
    }
}

impl Removal {
    /// Its name among the metrics, and how many it removes.
    pub fn counted(&self) -> (&'static str, usize) {
        match self.sort {
            Sort::Jobs => ("delete_job", self.jobs.len()),
            Sort::Pods { .. } => ("delete_pod", self.jobs.len() * self.indexes.len()),
        }
    }

    /// Does it, and tells what went. A job's Secret goes before it: a Job that is left is found again.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn remove(&self, api: &Api) -> Result<Vec<Gone>, Failure> {
        let Removal { namespace, .. } = self;
        let query = self.query();
        let names = |gone: Vec<SeenName>| gone.into_iter().map(|gone| (namespace.clone(), gone.metadata.name));
        if let Sort::Pods { .. } = self.sort {
            let gone = api.delete_all(&format!("{}{query}", objects::pods(namespace))).await?;
            return Ok(names(gone).map(Gone::Pod).collect());
        }
        api.delete_all(&format!("{}{query}", objects::secrets(namespace))).await?;
        let gone = api.delete_all(&format!("{}{query}", objects::jobs(namespace))).await?;
        Ok(names(gone).map(Gone::Job).collect())
    }

    fn query(&self) -> String {
        let any = |label: &str, values: Vec<String>| format!("{label} in ({})", values.join(","));
        let jobs = self.jobs.iter().cloned().collect();
        match &self.sort {
            Sort::Jobs => query(&[("labelSelector", &format!("{OURS},{}", any(ID_LABEL, jobs)))]),
            Sort::Pods { phase, .. } => {
                let indexes = self.indexes.iter().map(u64::to_string).collect();
                let labels = format!("{OURS},{},{}", any(JOB_NAME, jobs), any(INDEX, indexes));
                query(&[("labelSelector", &labels), ("fieldSelector", &format!("status.phase={phase}"))])
            }
        }
    }
}

/// What a removal has removed.
#[derive(Debug, PartialEq)]
pub enum Gone {
    Job(Key),
    Pod(Key),
}

#[cfg(test)]
#[path = "removal_tests.rs"]
mod tests;
