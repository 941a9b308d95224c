//! The way to the API server: one keep-alive connection, plain paths, JSON and for lists protobuf, and every failure in one clear line.
//! kube-rs's own retries are off (they would go on for minutes); there is one quick retry here, and no more.

use super::seen::SeenName;
use super::wire::{self, Listed};
use crate::error::Error;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::config::{Config, KubeConfigOptions, Kubeconfig, KubeconfigError};
use prost::bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};

const CONNECT: Duration = Duration::from_secs(5);
/// The longest an answer may take; watches are read without it.
const ANSWER: Duration = Duration::from_secs(30);
const BEFORE_RETRY: Duration = Duration::from_millis(200);
/// The longest that an API server is waited for that has begun to answer and is not ready.
const STARTS: Duration = Duration::from_secs(20);

/// Bodies of PATCH requests.
pub const MERGE: &str = "application/merge-patch+json";
pub const STRATEGIC: &str = "application/strategic-merge-patch+json";
pub const JSON: &str = "application/json";

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
    /// The object is not there. That the server knows no such kind says nothing about the object: it may not know it *yet*.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Failure::Refused { code: 404, .. }) && !self.is_unknown_kind()
    }

    /// The server knows no such kind; one that starts has not read yet which there are.
    pub fn is_unknown_kind(&self) -> bool {
        let is_general =
            |text: &str| ["could not find the requested resource", "404 page not found"].iter().any(|said| text.contains(said));
        matches!(self, Failure::Refused { code: 404, message, .. } if is_general(message))
    }

    pub fn is_forbidden(&self) -> bool {
        matches!(self, Failure::Refused { code: 403, .. })
    }

    /// Somebody else changed the object in between.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Failure::Refused { code: 409, reason, .. } if reason != "AlreadyExists")
    }

    pub fn is_there_already(&self) -> bool {
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

    /// What an API server says to everybody for a second or two after its start, when it has not read yet who may do what and
    /// which kinds there are.
    fn is_premature(&self) -> bool {
        self.is_forbidden() || self.is_unknown_kind()
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
                    404 if told.starts_with("jobcounters") || self.is_unknown_kind() => {
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
            other => self.unreachable(deepest(other)),
        }
    }

    /// One request and its answer.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn call(&self, method: Method, path: &str, content: &str, accept: &str, body: Vec<u8>) -> Result<Bytes, Failure> {
        let creates = method == Method::POST;
        let whole = async |answer: Body| Ok(answer.collect().await.map_err(|error| self.broken(&error))?.to_bytes());
        match self.ask(request(method, path, content, accept, body)?, whole).await {
            // A first try to create something, unanswered, did reach the server.
            Err((failure, true)) if creates && failure.is_there_already() => Ok(Bytes::new()),
            answered => answered.map_err(|(failure, _)| failure),
        }
    }

    /// Sends a request, once more, at once, where another try may help; a failure comes with whether an unanswered try came before.
    async fn ask<T>(&self, request: Asking, read: impl AsyncFn(Body) -> Result<T, Failure>) -> Result<T, (Failure, bool)> {
        let begun = Instant::now();
        let mut answer = self.once(request.clone(), &read).await;
        // Whoever waited long for nothing shall not wait twice.
        let is_again = answer.as_ref().is_err_and(Failure::is_passing) && begun.elapsed() < ANSWER / 2;
        if is_again {
            tokio::time::sleep(BEFORE_RETRY).await;
            answer = self.once(request.clone(), &read).await;
        }
        if answer.as_ref().is_err_and(Failure::is_premature) {
            self.started().await;
            answer = self.once(request, &read).await;
        }
        answer.map_err(|failure| (failure, is_again))
    }

    /// Waits while the API server says that it is starting. Everybody may ask that.
    async fn started(&self) {
        let begun = Instant::now();
        let Ok(asked) = request(Method::GET, "/readyz", JSON, "*/*", Vec::new()) else { return };
        while begun.elapsed() < STARTS
            && self.once(asked.clone(), &async |_| Ok(())).await.is_err_and(|failure: Failure| failure.is_passing())
        {
            tokio::time::sleep(BEFORE_RETRY).await;
        }
    }

    async fn once<T>(&self, request: Asking, read: &impl AsyncFn(Body) -> Result<T, Failure>) -> Result<T, Failure> {
        let answered = async {
            let answer = self.client.send(request.map(Body::from)).await.map_err(|error| self.failure(&error))?;
            let code = answer.status();
            if code.is_success() {
                return read(answer.into_body()).await;
            }
            let said = answer.into_body().collect().await.map_err(|error| self.broken(&error))?;
            Err(refusal(code.as_u16(), &said.to_bytes()))
        };
        match tokio::time::timeout(ANSWER, answered).await {
            Ok(answer) => answer,
            Err(_) => Err(self.unreachable(format!("no answer for {} s", ANSWER.as_secs()))),
        }
    }

    pub fn broken(&self, error: &kube::Error) -> Failure {
        self.unreachable(deepest(error))
    }

    /// As a failure that another try may mend.
    pub fn unreachable(&self, why: String) -> Failure {
        Failure::Unreachable { server: self.server.clone(), why }
    }

    /// # Errors
    /// See `Failure`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.read(&self.call(Method::GET, path, JSON, JSON, Vec::new()).await?)
    }

    /// # Errors
    /// See `Failure`.
    pub async fn list<T: Listed>(&self, path: &str) -> Result<List<T>, Failure> {
        self.listing(Method::GET, path, Vec::new()).await
    }

    /// Deletes everything that a path with its selectors lists, and what depends on it; gives what it was.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn delete_all(&self, path: &str) -> Result<Vec<SeenName>, Failure> {
        Ok(self.listing(Method::DELETE, path, options("Background", None)).await?.items)
    }

    /// Begins a watch: what comes is in the body.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn watch<T: Listed>(&self, path: &str) -> Result<Body, Failure> {
        self.once(request(Method::GET, path, JSON, T::ACCEPT, Vec::new())?, &async |answer| Ok(answer)).await
    }

    async fn listing<T: Listed>(&self, method: Method, path: &str, body: Vec<u8>) -> Result<List<T>, Failure> {
        let read = async |mut answer: Body| {
            let mut reader = wire::Reader::<T>::default();
            while let Some(frame) = answer.frame().await {
                if let Ok(bytes) = frame.map_err(|error| self.broken(&error))?.into_data() {
                    reader.push(&bytes).map_err(|error| self.unreadable(&error))?;
                }
            }
            reader.finish().map_err(|error| self.unreadable(&error))
        };
        self.ask(request(method, path, JSON, T::ACCEPT, body)?, read).await.map_err(|(failure, _)| failure)
    }

    /// # Errors
    /// See `Failure`.
    pub async fn create(&self, path: &str, object: &serde_json::Value) -> Result<(), Failure> {
        // The object comes back, and nobody reads it.
        self.call(Method::POST, path, JSON, wire::PROTOBUF, object.to_string().into_bytes()).await.map(|_| ())
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
        match self.call(Method::DELETE, path, JSON, JSON, options(propagation, None)).await {
            Err(failure) if !failure.is_not_found() => Err(failure),
            _ => Ok(()),
        }
    }

    /// Deletes the object of this uid; another of its name is left alone.
    ///
    /// # Errors
    /// See `Failure`.
    pub async fn delete_this(&self, path: &str, propagation: &str, uid: &str) -> Result<(), Failure> {
        match self.call(Method::DELETE, path, JSON, JSON, options(propagation, Some(uid))).await {
            Err(failure) if !failure.is_not_found() && !failure.is_conflict() => Err(failure),
            _ => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Failure> {
        serde_json::from_slice(bytes).map_err(|error| self.unreadable(&error.to_string()))
    }

    fn unreadable(&self, error: &str) -> Failure {
        self.unreachable(format!("an answer that cannot be read: {error}"))
    }
}

/// DeleteOptions; `uid`: of no other object.
fn options(propagation: &str, uid: Option<&str>) -> Vec<u8> {
    let mut options = serde_json::json!({ "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation });
    if let Some(uid) = uid {
        options["preconditions"] = serde_json::json!({ "uid": uid });
    }
    options.to_string().into_bytes()
}

/// A request that may be sent twice.
type Asking = Request<Vec<u8>>;

fn request(method: Method, path: &str, content: &str, accept: &str, body: Vec<u8>) -> Result<Asking, Failure> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, content)
        .body(body)
        .map_err(|error| Failure::Setup(format!("{path}: {error}")))
}

/// What the API server says with a code that is no success: its Status in either form, or what stands before it says in text.
fn refusal(code: u16, bytes: &[u8]) -> Failure {
    if let Some(failure) = wire::refusal(bytes) {
        return failure;
    }
    match serde_json::from_slice::<kube::core::Status>(bytes) {
        Ok(status) => Failure::Refused { code, reason: status.reason, message: status.message },
        Err(_) => Failure::Refused { code, reason: code.to_string(), message: String::from_utf8_lossy(bytes).into_owned() },
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

    /// An API server that gives these answers, one for each connection, and the paths that it was asked for.
    fn answering(answers: &'static [(u16, &'static str)]) -> (Api, std::thread::JoinHandle<Vec<String>>) {
        use std::io::{BufRead, BufReader, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = std::thread::spawn(move || {
            let answer = |(code, text): &(u16, &str)| {
                let (mut stream, _) = listener.accept().expect("a connection");
                let lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map(|line| line.expect("a line"));
                let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                write!(stream, "HTTP/1.1 {code} .\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}", text.len())
                    .expect("an answer");
                lines[0].split(' ').nth(1).unwrap_or("").to_string()
            };
            answers.iter().map(answer).collect()
        });
        let client = kube::Client::try_from(Config::new(address.parse().expect("an address"))).expect("a client");
        (Api { client, server: address }, asked)
    }

    #[tokio::test]
    async fn nobody_is_forbidden_anything_by_a_server_that_starts() {
        let (api, asked) = answering(&[(403, "{}"), (500, "starting"), (200, "ok"), (200, "7")]);
        assert_eq!(api.get::<u64>("/one").await, Ok(7));
        assert_eq!(asked.join().expect("the server"), ["/one", "/readyz", "/readyz", "/one"]);
        let (api, asked) = answering(&[(403, "{}"), (200, "ok"), (403, "{}")]);
        assert!(api.get::<u64>("/one").await.is_err_and(|failure| failure.is_forbidden()));
        assert_eq!(asked.join().expect("the server").len(), 3);
    }

    #[tokio::test]
    async fn what_a_server_that_starts_does_not_know_is_not_taken_for_gone() {
        let unknown = r#"{"reason":"NotFound","message":"the server could not find the requested resource","code":404,"status":"Failure"}"#;
        let answers: &'static [(u16, &'static str)] = vec![(404, unknown), (200, "ok"), (404, unknown)].leak();
        let (api, asked) = answering(answers);
        assert!(api.delete("/job", "Foreground").await.is_err());
        assert_eq!(asked.join().expect("the server"), ["/job", "/readyz", "/job"]);
        let gone = r#"{"reason":"NotFound","message":"jobs.batch \"gridshim-7\" not found","code":404,"status":"Failure"}"#;
        let (api, asked) = answering(vec![(404, gone)].leak());
        assert_eq!(api.delete("/job", "Foreground").await, Ok(()));
        assert_eq!(asked.join().expect("the server"), ["/job"]);
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(query(&[("labelSelector", "a/b=c,d")]), "?labelSelector=a/b%3Dc%2Cd");
        assert_eq!(query(&[]), "");
    }
}
