//! The way to the API server: one keep-alive connection, plain paths and JSON, and every failure in one clear line.
//! kube-rs's own retries are off (they would go on for minutes); there is one quick retry here, and no more.

use crate::error::Error;
use http::{Method, Request, header};
use kube::config::{Config, KubeConfigOptions, Kubeconfig, KubeconfigError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};

const CONNECT: Duration = Duration::from_secs(5);
/// The longest an answer may take; watches are read without it.
const ANSWER: Duration = Duration::from_secs(30);
const BEFORE_RETRY: Duration = Duration::from_millis(200);

/// Bodies of PATCH requests.
pub const MERGE: &str = "application/merge-patch+json";
pub const STRATEGIC: &str = "application/strategic-merge-patch+json";
const JSON: &str = "application/json";
/// A list without its objects' contents: for secrets, which are not ours to read.
pub const METADATA_ONLY: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The API server says no.
    Refused { code: u16, reason: String, message: String },
    /// No answer, or none that can be read.
    Unreachable { server: String, why: String },
    /// There is no usable kubeconfig.
    Setup(String),
}

impl Failure {
    pub fn is_not_found(&self) -> bool {
        matches!(self, Failure::Refused { code: 404, .. })
    }

    pub fn is_forbidden(&self) -> bool {
        matches!(self, Failure::Refused { code: 403, .. })
    }

    /// Somebody else changed the object in between.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Failure::Refused { code: 409, reason, .. } if reason != "AlreadyExists")
    }

    fn is_there_already(&self) -> bool {
        matches!(self, Failure::Refused { code: 409, reason, .. } if reason == "AlreadyExists")
    }

    /// The watch's version is too old: list again.
    pub fn is_expired(&self) -> bool {
        matches!(self, Failure::Refused { code: 410, .. })
    }

    /// Another try may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Failure::Unreachable { .. } | Failure::Refused { code: 429 | 500 | 503 | 504, .. })
    }

    /// As a command's error where a job was to be submitted.
    pub fn rejected(&self) -> Error {
        Error::Rejected(self.to_string())
    }

    /// As a command's error elsewhere.
    pub fn backend(&self) -> Error {
        Error::Backend(format!("error: {self}"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Setup(text) => f.write_str(text),
            Failure::Unreachable { server, why } => write!(f, "cannot reach Kubernetes at {server}: {why}"),
            Failure::Refused { code: 401, .. } => {
                f.write_str("Kubernetes does not accept your credentials: they are wrong or expired (see your kubeconfig)")
            }
            Failure::Refused { code, reason, message } => {
                let message = if message.is_empty() { reason } else { message };
                // What an admission policy says is meant for people; the names around it are not.
                let told = message.split_once("denied request: ").map_or(message.as_str(), |(_, said)| said);
                let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
                match code {
                    404 if told.starts_with("jobcounters") || told.contains("could not find the requested resource") => {
                        write!(f, "gridshim is not installed in this cluster: it has no job counter ({told})")
                    }
                    _ => write!(f, "Kubernetes refuses: {told}"),
                }
            }
        }
    }
}

/// What a list answers.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct List<T> {
    pub metadata: ListMeta,
    /// Some empty lists are null.
    #[serde(deserialize_with = "or_empty")]
    pub items: Vec<T>,
}

fn or_empty<'de, D: serde::Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(from)?.unwrap_or_default())
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListMeta {
    pub resource_version: String,
}

/// The connection.
#[derive(Clone)]
pub struct Api {
    pub client: kube::Client,
    server: String,
}

impl Api {
    /// Reads `$KUBECONFIG` or ~/.kube/config, or in a pod its service account; connects at the first request. Must be called
    /// within the runtime.
    ///
    /// # Errors
    /// No kubeconfig, or one that cannot be used.
    pub async fn open() -> Result<Api, Failure> {
        let mut config = config().await?;
        config.default_retry = false;
        config.connect_timeout = Some(CONNECT);
        let server = config.cluster_url.to_string().trim_end_matches('/').to_string();
        let client = kube::Client::try_from(config).map_err(|error| Failure::Setup(format!("kubeconfig: {}", deepest(&error))))?;
        Ok(Api { client, server })
    }

    /// A failure of kube's in our words.
    pub fn failure(&self, error: &kube::Error) -> Failure {
        match error {
            kube::Error::Api(status) => {
                Failure::Refused { code: status.code, reason: status.reason.clone(), message: status.message.clone() }
            }
            other => Failure::Unreachable { server: self.server.clone(), why: deepest(other) },
        }
    }

    /// One request and its answer's text. It is sent once more, at once, where another try may help; that a first try to
    /// create something did reach the server is then no failure.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn call(&self, method: Method, path: &str, content: &str, accept: &str, body: Vec<u8>) -> Result<String, Failure> {
        let begun = Instant::now();
        let first = self.once(&method, path, content, accept, &body).await;
        match first {
            // Whoever waited long for nothing shall not wait twice.
            Err(failure) if failure.is_passing() && begun.elapsed() < ANSWER / 2 => {}
            decided => return decided,
        }
        tokio::time::sleep(BEFORE_RETRY).await;
        match self.once(&method, path, content, accept, &body).await {
            Err(failure) if method == Method::POST && failure.is_there_already() => Ok(String::new()),
            decided => decided,
        }
    }

    async fn once(&self, method: &Method, path: &str, content: &str, accept: &str, body: &[u8]) -> Result<String, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, content)
            .body(body.to_vec())
            .map_err(|error| Failure::Setup(format!("{path}: {error}")))?;
        match tokio::time::timeout(ANSWER, self.client.request_text(request)).await {
            Ok(answer) => answer.map_err(|error| self.failure(&error)),
            Err(_) => Err(Failure::Unreachable { server: self.server.clone(), why: format!("no answer for {} s", ANSWER.as_secs()) }),
        }
    }

    /// # Errors
    /// See `Failure`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.read(&self.call(Method::GET, path, JSON, JSON, Vec::new()).await?)
    }

    /// # Errors
    /// See `Failure`.
    pub async fn list<T: DeserializeOwned>(&self, path: &str, accept: &str) -> Result<List<T>, Failure> {
        self.read(&self.call(Method::GET, path, JSON, accept, Vec::new()).await?)
    }

    /// # Errors
    /// See `Failure`.
    pub async fn create(&self, path: &str, object: &serde_json::Value) -> Result<(), Failure> {
        self.call(Method::POST, path, JSON, JSON, object.to_string().into_bytes()).await.map(|_| ())
    }

    /// Changes an object and gives it as it is now.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn patch<T: DeserializeOwned>(&self, path: &str, content: &str, change: &serde_json::Value) -> Result<T, Failure> {
        let path = format!("{path}?fieldManager=gridshim");
        self.read(&self.call(Method::PATCH, &path, content, JSON, change.to_string().into_bytes()).await?)
    }

    /// Deletes; that it is gone already is no failure.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn delete(&self, path: &str, propagation: &str) -> Result<(), Failure> {
        let options = serde_json::json!({ "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation });
        match self.call(Method::DELETE, path, JSON, JSON, options.to_string().into_bytes()).await {
            Err(failure) if !failure.is_not_found() => Err(failure),
            _ => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, Failure> {
        serde_json::from_str(text)
            .map_err(|error| Failure::Unreachable { server: self.server.clone(), why: format!("an answer that cannot be read: {error}") })
    }
}

async fn config() -> Result<Config, Failure> {
    match Kubeconfig::read() {
        Ok(file) => Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await.map_err(|error| unusable(&error)),
        Err(KubeconfigError::ReadConfig(error, path)) => {
            let what = if error.kind() == std::io::ErrorKind::NotFound { "no kubeconfig" } else { "kubeconfig" };
            let text = format!("{what}: {}: {}", path.display(), crate::error::plain(&error));
            Config::incluster().map_err(|_| Failure::Setup(text))
        }
        Err(error) => Config::incluster().map_err(|_| unusable(&error)),
    }
}

/// Which file, and what about it: these errors name the setting, and their causes the reason.
fn unusable(error: &KubeconfigError) -> Failure {
    let text = error.to_string();
    // A YAML error draws the place below its first line.
    let line = text.lines().next().unwrap_or("").split(" (os error ").next().unwrap_or("");
    let file = std::env::var("KUBECONFIG").ok().filter(|path| !path.is_empty()).unwrap_or_else(|| "~/.kube/config".into());
    Failure::Setup(format!("kubeconfig {file}: {line}"))
}

/// The innermost cause, which is the one that helps: `connection refused`, not `client error (Connect)`.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let text = inner.to_string();
    let text = match text.split(" (os error ").next().unwrap_or(&text) {
        "deadline has elapsed" => "no answer in time",
        text => text,
    };
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A query of a path: `?name=value&…` with everything encoded that must be.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => (byte as char).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let words: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if words.is_empty() { String::new() } else { format!("?{}", words.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, message: &str) -> String {
        Failure::Refused { code, reason: String::new(), message: message.into() }.to_string()
    }

    #[test]
    fn refusals_are_one_line_that_helps() {
        let policy = "jobs.batch \"gridshim-5\" is forbidden: ValidatingAdmissionPolicy 'gridshim-pods' with binding 'gridshim-pods' \
                      denied request: pod runs as uid 5001, but namespace grid-bob belongs to uid 5002";
        assert_eq!(refused(422, policy), "Kubernetes refuses: pod runs as uid 5001, but namespace grid-bob belongs to uid 5002");
        assert!(refused(401, "Unauthorized").contains("credentials"));
        assert!(refused(404, "the server could not find the requested resource").contains("not installed"));
        assert_eq!(refused(403, "a\n  b"), "Kubernetes refuses: a b");
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(query(&[("labelSelector", "a/b=c,d")]), "?labelSelector=a/b%3Dc%2Cd");
        assert_eq!(query(&[]), "");
    }
}
