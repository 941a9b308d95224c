//! A list followed by watches, for ever: what is there first, then every change. A watch that ends or breaks is taken up where it
//! stopped; only when the server has forgotten that place is everything listed again. Nothing polls.

use super::client::{Api, Failure, query};
use super::crontab::SeenCrontab;
use super::seen::{SeenJob, SeenPod};
use super::wire::Listed;
use futures::stream::{BoxStream, Stream, StreamExt};
use http::Request;
use kube::core::WatchEvent;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The server ends a watch after this long; a connection silent for longer is dead.
const WATCH_SECONDS: u64 = 290;
const SILENCE: Duration = Duration::from_secs(WATCH_SECONDS + 20);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a watch tells.
#[derive(Debug)]
pub enum Event<T> {
    /// All there is; what was known before and is not among them is gone.
    All(Vec<T>),
    Changed(T),
    Gone(T),
}

/// An object with a version.
pub trait Versioned: Clone + Listed + DeserializeOwned + Send + 'static {
    fn version(&self) -> &str;
}

impl Versioned for SeenJob {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

impl Versioned for SeenPod {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

impl Versioned for SeenCrontab {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

struct Watching<T> {
    api: Api,
    path: String,
    selector: Vec<(&'static str, String)>,
    version: Option<String>,
    events: Option<BoxStream<'static, Result<WatchEvent<T>, kube::Error>>>,
    pause: Duration,
    failed: bool,
}

/// Watches the objects of a path. The stream never ends; failures are told and tried again after a growing pause.
pub fn watch<T: Versioned>(
    api: &Api,
    path: &str,
    selector: &[(&'static str, &str)],
) -> impl Stream<Item = Result<Event<T>, Failure>> + use<T> {
    let selector = selector.iter().map(|(name, value)| (*name, (*value).to_string())).collect();
    let watching =
        Watching { api: api.clone(), path: path.into(), selector, version: None, events: None, pause: FIRST_PAUSE, failed: false };
    futures::stream::unfold(watching, |mut watching| async move {
        if std::mem::take(&mut watching.failed) {
            tokio::time::sleep(watching.pause).await;
            watching.pause = (watching.pause * 2).min(LONGEST_PAUSE);
        }
        let result = watching.next().await;
        watching.failed = result.is_err();
        if result.is_ok() {
            watching.pause = FIRST_PAUSE;
        }
        Some((result, watching))
    })
}

impl<T: Versioned> Watching<T> {
    async fn next(&mut self) -> Result<Event<T>, Failure> {
        loop {
            let Some(version) = self.version.clone() else {
                let pairs: Vec<(&str, &str)> = self.selector.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let list = self.api.list::<T>(&format!("{}{}", self.path, query(&pairs))).await?;
                self.version = Some(list.metadata.resource_version);
                return Ok(Event::All(list.items));
            };
            let mut events = match self.events.take() {
                Some(events) => events,
                None => match self.open(&version).await {
                    Err(failure) if failure.is_expired() => {
                        self.version = None;
                        continue;
                    }
                    opened => opened?,
                },
            };
            match tokio::time::timeout(SILENCE, events.next()).await {
                Ok(Some(Ok(event))) => {
                    let event = match event {
                        WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                            self.version = Some(object.version().into());
                            Some(Event::Changed(object))
                        }
                        WatchEvent::Deleted(object) => {
                            self.version = Some(object.version().into());
                            Some(Event::Gone(object))
                        }
                        WatchEvent::Bookmark(mark) => {
                            self.version = Some(mark.metadata.resource_version);
                            None
                        }
                        WatchEvent::Error(status) => {
                            self.version = None;
                            if status.code == 410 {
                                continue;
                            }
                            return Err(self.api.failure(&kube::Error::Api(status)));
                        }
                    };
                    self.events = Some(events);
                    if let Some(event) = event {
                        return Ok(event);
                    }
                }
                Ok(Some(Err(kube::Error::Api(status)))) if status.code == 410 => self.version = None,
                Ok(Some(Err(error))) => {
                    // What cannot be read would come again from here: the list is in another form.
                    if matches!(error, kube::Error::SerdeError(_)) {
                        self.version = None;
                    }
                    return Err(self.api.failure(&error));
                }
                // The server ends each watch after a while; should it be gone, opening the next one tells.
                Ok(None) => tokio::time::sleep(FIRST_PAUSE).await,
                Err(_) => return Err(self.api.unreachable(format!("a watch of {} told nothing for {} s", self.path, SILENCE.as_secs()))),
            }
        }
    }

    async fn open(&self, version: &str) -> Result<BoxStream<'static, Result<WatchEvent<T>, kube::Error>>, Failure> {
        let timeout = WATCH_SECONDS.to_string();
        let mut pairs = vec![("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", &timeout), ("resourceVersion", version)];
        pairs.extend(self.selector.iter().map(|(name, value)| (*name, value.as_str())));
        let request = Request::get(format!("{}{}", self.path, query(&pairs)))
            .body(Vec::new())
            .map_err(|error| Failure::Setup(format!("{}: {error}", self.path)))?;
        let events = self.api.client.request_events::<T>(request).await.map_err(|error| self.api.failure(&error))?;
        Ok(events.boxed())
    }
}
