//! The pod of a task: exactly the submitter (architecture D11 and deploy/base/admission.yaml), the shepherd as process 1, the
//! home at its own path. A job asks for its CPUs and is not throttled to them, as on a Grid Engine host: CPU has a request and no
//! limit. Memory has both.

use super::objects::{Place, name};
use crate::job::{Job, Submitter};
use crate::site::{Home, Kubernetes, Queue, ShepherdFrom};
use serde_json::{Map, Value, json};

/// The container of the job itself.
pub const CONTAINER: &str = "job";
/// What the shepherd itself may need beside the job.
const SHEPHERD_MEMORY: u64 = 32 << 20;
/// Seconds between the end of the shepherd's own limit and Kubernetes's, which ends the pod when the shepherd cannot.
const BACKSTOP: u64 = 300;
/// Seconds for the shepherd to kill, reap and report.
const GRACE: u64 = 10;
const PROGRAM: &str = "/opt/gridshim";
/// The shepherd in the pod.
pub const SHEPHERD: &str = "/opt/gridshim/gridshim-shepherd";
/// Where gridshim looks for site.toml, in a pod too.
const SITE_AT: &str = "/etc/gridshim";
/// The image of commands.
const COMMANDS_AT: &str = "/opt/gridshim-commands";
const SPOOL: &str = "/var/spool/gridshim";

/// The pod's spec.
///
/// # Errors
/// A quantity in site.toml cannot be read.
pub fn spec(job: &Job, queue: &Queue, place: &Place, settings: &Kubernetes) -> Result<Value, String> {
    let chosen = job.image.as_ref().map(|image| &image.reference);
    let released = || job.release.as_ref().and_then(|release| settings.releases.get(release));
    let image = chosen.or_else(released).unwrap_or(&settings.image);
    let job_script = format!("job_scripts/{}", place.id);
    let load = Load {
        secret: &name(place.id),
        items: &[("spec", "job/spec", 0o444), ("cancelled", "job/cancelled", 0o444), ("script", &job_script, 0o555)],
        command: &["--script", &format!("{SPOOL}/{job_script}"), "--cancelled", &format!("{SPOOL}/job/cancelled")],
        // Read as the container starts: the controller may have written it since the submission.
        env: json!([{ "name": "GRIDSHIM_RESTARTED", "valueFrom": { "secretKeyRef": { "name": name(place.id), "key": "restarted" } } }]),
        image,
        resources: resources(job, settings)?,
        grace: GRACE + if job.notify { queue.notify } else { 0 },
    };
    let mut pod = frame(&job.submitter, load, settings);
    if job.gated {
        pod["schedulingGates"] = json!([{ "name": super::objects::GATE }]);
    }
    if let Some(h_rt) = job.h_rt {
        // At most what Kubernetes takes, an int32.
        let longest = (h_rt + BACKSTOP + if job.notify { queue.notify } else { 0 }).min(i32::MAX as u64);
        pod["activeDeadlineSeconds"] = longest.into();
    }
    Ok(pod)
}

/// The pod of a crontab's command: as any job's that asks for nothing, with gridshim's commands where the site has an image of them.
/// The command is not begun before a time, in milliseconds since 1970.
///
/// # Errors
/// A quantity in site.toml cannot be read.
pub fn of_cron(who: &Submitter, secret: &str, line: usize, not_before: i64, settings: &Kubernetes) -> Result<Value, String> {
    let load = Load {
        secret,
        items: &[(&format!("spec-{line}"), "job/spec", 0o444), ("command", "command", 0o555)],
        command: &["--not-before", &not_before.to_string()],
        env: json!([]),
        image: &settings.image,
        resources: resources(&Job { slots: 1, ..Job::default() }, settings)?,
        grace: GRACE,
    };
    let mut pod = frame(who, load, settings);
    if let Some(image) = &settings.commands
        && let Some(volumes) = pod["volumes"].as_array_mut()
    {
        volumes.push(json!({ "name": "commands", "image": { "reference": image, "pullPolicy": settings.image_pull_policy } }));
        let mount = |volume: &str, path: &str, part: &str| json!({ "name": volume, "mountPath": path, "subPath": part, "readOnly": true });
        // Of an image only directories can be mounted: each command is a script that calls the program.
        let scripts = COMMANDS.iter().map(|name| mount("spool", &format!("/usr/bin/{name}"), "command"));
        let all = json!({ "name": "commands", "mountPath": COMMANDS_AT, "readOnly": true });
        let mounts: Vec<Value> = scripts.chain([all, mount("commands", SITE_AT, "etc")]).collect();
        if let Some(own) = pod["containers"][0]["volumeMounts"].as_array_mut() {
            own.extend(mounts);
        }
    }
    Ok(pod)
}

/// The commands that a crontab's command finds below /usr/bin.
const COMMANDS: [&str; 13] =
    ["jsub", "jstart", "jstop", "job", "jlocal", "qcronsub", "qsub", "qstat", "qdel", "qacct", "qhold", "qrls", "qalter"];

/// What stands for each of them in a crontab's Secret.
pub fn command() -> String {
    format!("#!/bin/sh\nexec {COMMANDS_AT}/gridshim \"${{0##*/}}\" \"$@\"\n")
}

/// What makes one pod differ from another.
struct Load<'a> {
    /// Where the shepherd's files are, beside `passwd` and `group`: key, path and mode of each.
    secret: &'a str,
    items: &'a [(&'a str, &'a str, u32)],
    /// The shepherd's words behind `--spec`.
    command: &'a [&'a str],
    env: Value,
    image: &'a str,
    resources: Value,
    grace: u64,
}

/// Exactly the submitter, the shepherd as process 1, the home.
fn frame(who: &Submitter, load: Load<'_>, settings: &Kubernetes) -> Value {
    let Load { secret, items, command, env, image, resources, grace } = load;
    let confined = json!({ "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } });
    let all = items.iter().chain(&[("passwd", "passwd", 0o444), ("group", "group", 0o444)]);
    let items: Vec<Value> = all.map(|(key, path, mode)| json!({ "key": key, "path": path, "mode": mode })).collect();
    let mut volumes = vec![json!({ "name": "spool", "secret": { "secretName": secret, "items": items } })];
    let mut mounts = vec![
        json!({ "name": "spool", "mountPath": SPOOL, "readOnly": true }),
        json!({ "name": "spool", "mountPath": "/etc/passwd", "subPath": "passwd", "readOnly": true }),
        json!({ "name": "spool", "mountPath": "/etc/group", "subPath": "group", "readOnly": true }),
    ];
    let mut first_containers = Vec::new();
    match settings.shepherd.from {
        ShepherdFrom::Baked => {}
        ShepherdFrom::ImageVolume => {
            let image = json!({ "reference": settings.shepherd.image, "pullPolicy": settings.image_pull_policy });
            volumes.push(json!({ "name": "shepherd", "image": image }));
        }
        ShepherdFrom::InitContainer => {
            volumes.push(json!({ "name": "shepherd", "emptyDir": {} }));
            first_containers.push(json!({
                "name": "shepherd",
                "image": settings.shepherd.image,
                "imagePullPolicy": settings.image_pull_policy,
                "command": ["/gridshim-shepherd", "--install", PROGRAM],
                "securityContext": confined,
                "resources": resources,
                "volumeMounts": [{ "name": "shepherd", "mountPath": PROGRAM }],
            }));
        }
    }
    if settings.shepherd.from != ShepherdFrom::Baked {
        mounts.push(json!({ "name": "shepherd", "mountPath": PROGRAM, "readOnly": true }));
    }
    volumes.push(home(&settings.home, &who.user, &who.home));
    mounts.push(json!({ "name": "home", "mountPath": who.home }));
    for (at, share) in settings.shares.iter().filter(|share| **share != who.home).enumerate() {
        volumes.push(json!({ "name": format!("share-{at}"), "hostPath": { "path": share } }));
        mounts.push(json!({ "name": format!("share-{at}"), "mountPath": share }));
    }
    let mut variables = vec![json!({ "name": "GRIDSHIM_NODE", "valueFrom": { "fieldRef": { "fieldPath": "spec.nodeName" } } })];
    variables.extend(env.as_array().cloned().unwrap_or_default());
    let spec = format!("{SPOOL}/job/spec");
    let shepherd = [SHEPHERD, "--spec", &spec].into_iter().chain(command.iter().copied());
    let mut pod = json!({
        "restartPolicy": "Never",
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
        "terminationGracePeriodSeconds": grace,
        "securityContext": {
            "runAsUser": who.uid,
            "runAsGroup": who.gid,
            "runAsNonRoot": true,
            "supplementalGroups": who.gids,
            "supplementalGroupsPolicy": "Strict",
            "seccompProfile": { "type": "RuntimeDefault" },
        },
        "containers": [{
            "name": CONTAINER,
            "image": image,
            "imagePullPolicy": settings.image_pull_policy,
            "command": shepherd.collect::<Vec<&str>>(),
            "env": variables,
            "securityContext": confined,
            "resources": resources,
            "volumeMounts": mounts,
        }],
        "volumes": volumes,
    });
    if !first_containers.is_empty() {
        pod["initContainers"] = first_containers.into();
    }
    pod
}

fn home(kind: &Home, user: &str, home: &str) -> Value {
    match kind {
        Home::HostPath => json!({ "name": "home", "hostPath": { "path": home, "type": "Directory" } }),
        Home::Nfs { server, path } => json!({ "name": "home", "nfs": { "server": server, "path": path.replace("{user}", user) } }),
        Home::Claim { name } => json!({ "name": "home", "persistentVolumeClaim": { "claimName": name.replace("{user}", user) } }),
    }
}

/// What the job is given: for each slot the site's CPU, and the memory it asked for or the site's default.
fn resources(job: &Job, settings: &Kubernetes) -> Result<Value, String> {
    let slots = u64::from(job.slots.max(1));
    let times = |bytes: u64| bytes.saturating_mul(slots);
    let cpu = thousandths(&settings.cpu_per_slot).ok_or_else(|| format!("cpu_per_slot = \"{}\" is no quantity", settings.cpu_per_slot))?;
    let default = match &settings.default_memory {
        Some(text) => Some(bytes(text).ok_or_else(|| format!("default_memory = \"{text}\" is no quantity"))?),
        None => None,
    };
    let mut requests = Map::from_iter([("cpu".to_string(), format!("{}m", times(cpu)).into())]);
    let mut limits = Map::new();
    // A default never makes a job smaller than what it asked for.
    let limit = job.memory_limit.or_else(|| default.map(|bytes| bytes.max(job.memory.unwrap_or(0))));
    let request = match (job.memory.or(limit), limit) {
        (Some(request), Some(limit)) => Some(request.min(limit)),
        (request, _) => request,
    };
    if let Some(request) = request {
        requests.insert("memory".into(), (times(request).saturating_add(SHEPHERD_MEMORY)).to_string().into());
    }
    if let Some(limit) = limit {
        limits.insert("memory".into(), (times(limit).saturating_add(SHEPHERD_MEMORY)).to_string().into());
    }
    Ok(json!({ "requests": requests, "limits": limits }))
}

/// `100m`, `2`, `0.5`: thousandths of a CPU.
pub fn thousandths(text: &str) -> Option<u64> {
    let (number, factor) = text.strip_suffix('m').map_or((text, 1000.0), |number| (number, 1.0));
    number.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0).map(|number| (number * factor).ceil() as u64)
}

/// `512Mi`, `1G`, `1073741824`: bytes.
pub fn bytes(text: &str) -> Option<u64> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor: u64 = match unit {
        "" => 1,
        "k" => 1000,
        "M" => 1000_u64.pow(2),
        "G" => 1000_u64.pow(3),
        "T" => 1000_u64.pow(4),
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| (number * factor as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        assert_eq!([thousandths("100m"), thousandths("2"), thousandths("0.5"), thousandths("x")], [Some(100), Some(2000), Some(500), None]);
        assert_eq!([bytes("512Mi"), bytes("1G"), bytes("7"), bytes("1X")], [Some(512 << 20), Some(1_000_000_000), Some(7), None]);
    }
}
