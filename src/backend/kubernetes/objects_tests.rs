use super::super::samples;
use super::*;

fn build(asked: &Job) -> Value {
    job(asked, &Place { site: &samples::site(), namespace: "grid-bob", id: 1007 }).expect("a Job")
}

#[test]
fn a_plain_job_is_an_indexed_job_of_one() {
    let object = build(&samples::job());
    let spec = &object["spec"];
    assert_eq!((&spec["completions"], &spec["parallelism"], &spec["suspend"]), (&json!(1), &json!(1), &json!(false)));
    assert_eq!((&spec["backoffLimitPerIndex"], &spec["maxFailedIndexes"]), (&json!(0), &Value::Null));
    assert_eq!(object["metadata"]["name"], "gridshim-1007");
    assert_eq!(spec["template"]["metadata"]["finalizers"], json!([FINALIZER]));
    let rules = &spec["podFailurePolicy"]["rules"];
    let actions: Vec<&Value> = (0..4).map(|at| &rules[at]["action"]).collect();
    assert_eq!(actions, ["Ignore", "Ignore", "FailIndex", "Ignore"]);
    assert_eq!(rules[1]["onExitCodes"]["values"], json!([99, 128, 255]));
}

#[test]
fn the_pod_is_exactly_the_submitter() {
    let object = build(&samples::job());
    let pod = &object["spec"]["template"]["spec"];
    assert_eq!(
        pod["securityContext"],
        json!({
            "runAsUser": 5002, "runAsGroup": 6001, "runAsNonRoot": true, "supplementalGroups": [6001, 7001],
            "supplementalGroupsPolicy": "Strict", "seccompProfile": { "type": "RuntimeDefault" },
        })
    );
    let container = &pod["containers"][0];
    assert_eq!(container["securityContext"], json!({ "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } }));
    assert!(container.get("workingDir").is_none() && pod.get("hostUsers").is_none() && pod["securityContext"].get("fsGroup").is_none());
    let home = pod["volumes"].as_array().expect("volumes").iter().find(|volume| volume["name"] == "home").expect("home");
    assert_eq!(home["hostPath"]["path"], "/home/bob");
    assert_eq!(container["resources"], json!({ "requests": { "cpu": "10m" }, "limits": {} }));
}

#[test]
fn the_environment_is_in_the_secret_alone() {
    let asked = Job { env: vec![("TOKEN".into(), "geheim".into())], ..samples::job() };
    assert!(!build(&asked).to_string().contains("geheim"));
    let place = Place { site: &samples::site(), namespace: "grid-bob", id: 1007 };
    let secret = secret(&asked, b"#!/bin/sh\n", &place, |_| None).expect("a Secret");
    assert_eq!(secret["data"]["script"], "IyEvYmluL3NoCg==");
    let names: Vec<&String> = secret["data"].as_object().expect("data").keys().collect();
    assert_eq!(names, ["cancelled", "env", "group", "passwd", "restarted", "script", "spec"]);
}

#[test]
fn what_is_too_large_is_refused_in_words() {
    let place = Place { site: &samples::site(), namespace: "grid-bob", id: 1 };
    let text = secret(&samples::job(), &vec![b'#'; 1 << 20], &place, |_| None).expect_err("too large");
    assert!(text.starts_with("the script (1048576 bytes)"), "{text}");
    let long = Job { args: vec!["x".repeat(300_000)], ..samples::job() };
    assert!(job(&long, &place).expect_err("too long").contains("arguments are too long"));
}

#[test]
fn arrays_run_as_many_tasks_at_a_time_as_they_may() {
    let width = |job: &Job| build(job)["spec"]["parallelism"].clone();
    assert_eq!(width(&samples::array(1, 10, 1)), 10);
    assert_eq!(width(&Job { task_concurrency: 3, ..samples::array(1, 10, 1) }), 3);
    assert_eq!(width(&samples::array(1, 75_000, 1)), 1000);
    let large = build(&samples::array(1, 200_000, 1));
    assert_eq!((&large["spec"]["completions"], &large["spec"]["maxFailedIndexes"]), (&json!(200_000), &json!(10_000)));
}

#[test]
fn holds_are_written_down() {
    let held = build(&Job { holds: crate::job::Holds::by_user(1), predecessors: vec![5, 6], ..samples::job() });
    let notes = &held["metadata"]["annotations"];
    assert_eq!((&notes[HOLD], &notes[PREDECESSORS], &held["spec"]["suspend"]), (&json!("user,jid"), &json!("5,6"), &json!(true)));
    let never = build(&Job { never: Some("no".into()), ..samples::job() });
    assert_eq!(never["metadata"]["annotations"][HOLD], "never");
}

#[test]
fn limits_become_resources_with_room_for_the_shepherd() {
    let asked = Job {
        slots: 2,
        memory_limit: Some(100 << 20),
        memory: Some(50 << 20),
        h_rt: Some(60),
        notify: true,
        rerun: Some(false),
        ..samples::job()
    };
    let object = build(&asked);
    let pod = &object["spec"]["template"]["spec"];
    assert_eq!(
        pod["containers"][0]["resources"],
        json!({ "requests": { "cpu": "20m", "memory": "138412032" }, "limits": { "memory": "243269632" } })
    );
    assert_eq!((&pod["activeDeadlineSeconds"], &pod["terminationGracePeriodSeconds"]), (&json!(420), &json!(70)));
    let rules = &object["spec"]["podFailurePolicy"]["rules"];
    assert_eq!((&rules[1]["onExitCodes"]["values"], &rules[3]["action"]), (&json!([99]), &json!("FailIndex")));
}

#[test]
fn the_shepherd_comes_in_as_the_site_says() {
    let mut site = samples::site();
    let with = |site: &Site| {
        job(&samples::job(), &Place { site, namespace: "grid-bob", id: 1 }).expect("a Job")["spec"]["template"]["spec"].clone()
    };
    assert!(with(&site).to_string().contains("\"image\":{\"pullPolicy\""));
    let settings = site.kubernetes.as_mut().expect("settings");
    settings.shepherd.from = crate::site::ShepherdFrom::InitContainer;
    let pod = with(&site);
    assert_eq!(pod["initContainers"][0]["command"], json!(["/gridshim-shepherd", "--install", "/opt/gridshim"]));
    assert_eq!(pod["initContainers"][0]["securityContext"], pod["containers"][0]["securityContext"]);
    site.kubernetes.as_mut().expect("settings").shepherd.from = crate::site::ShepherdFrom::Baked;
    assert!(!with(&site).to_string().contains("\"name\":\"shepherd\""));
}

#[test]
fn owners_fit_a_label() {
    assert_eq!([owner_label("tools.wiki"), owner_label("_x@y_")], ["tools.wiki", "x-y"]);
}

#[test]
fn what_jstart_started_is_started_again_after_its_node_was_lost() {
    let on_disruption = |job: &Job| {
        let site = Site { queues: Vec::new(), ..samples::site() };
        let object = super::job(job, &Place { site: &site, namespace: "grid-bob", id: 7 }).expect("a job");
        object["spec"]["podFailurePolicy"]["rules"][3]["action"].as_str().unwrap_or("").to_string()
    };
    let plain = Job { rerun: None, queues: Vec::new(), ..samples::job() };
    assert_eq!(on_disruption(&plain), "FailIndex");
    assert_eq!(on_disruption(&Job { respawn: Some("p".into()), ..plain.clone() }), "Ignore");
    assert_eq!(on_disruption(&Job { respawn: Some("p".into()), rerun: Some(false), ..plain }), "FailIndex");
}
