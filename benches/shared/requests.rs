//! How often the API server is asked, by its own count: a FlowSchema for each of two users, the controller and bob, gives each a
//! counter in its metrics.

use gridshim::backend::kubernetes::client::Api;
use http::Method;
use serde_json::json;

const CONTROLLER: &str = "system:serviceaccount:gridshim-system:gridshim-controller";
pub const USER: &str = "bob";

/// How often each user asked so far.
#[derive(Clone, Copy)]
pub struct Asked {
    pub controller: f64,
    #[allow(dead_code, reason = "not every benchmark has commands")]
    pub user: f64,
}

/// Makes the API server count the requests of the two users.
pub async fn count_requests(api: &Api) -> Result<(), String> {
    for (name, user) in [("controller", CONTROLLER), ("user", USER)] {
        let everything = json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true, "namespaces": ["*"] });
        let schema = json!({
            "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
            "kind": "FlowSchema",
            "metadata": { "name": format!("gridshim-bench-{name}") },
            "spec": {
                "priorityLevelConfiguration": { "name": "workload-high" },
                "matchingPrecedence": 500,
                "distinguisherMethod": { "type": "ByUser" },
                "rules": [{ "subjects": [{ "kind": "User", "user": { "name": user } }], "resourceRules": [everything] }],
            },
        });
        match api.create("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", &schema).await {
            Err(failure) if !failure.is_there_already() => return Err(failure.to_string()),
            _ => {}
        }
    }
    Ok(())
}

pub async fn asked(api: &Api) -> Result<Asked, String> {
    let bytes = api.call(Method::GET, "/metrics", "text/plain", "text/plain", Vec::new()).await.map_err(|failure| failure.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    let of = |name: &str| -> f64 {
        let schema = format!("flow_schema=\"gridshim-bench-{name}\"");
        let ours = |line: &&str| line.starts_with("apiserver_flowcontrol_dispatched_requests_total{") && line.contains(&schema);
        text.lines().filter(ours).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    };
    Ok(Asked { controller: of("controller"), user: of("user") })
}
