//! A list followed by watches, for ever: what is there first, then every change. A watch that ends or breaks is taken up where it
//! stopped; only when the server has forgotten that place is everything listed again. Nothing polls.

use super::client::{Api, Failure, query};
use super::crontab::SeenCrontab;
use super::seen::{SeenJob, SeenPod};
use super::wire::{Frame, Frames, Listed};
use futures::stream::Stream;
use http_body_util::BodyExt;
use kube::client::Body;
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
pub trait Versioned: Listed + 'static {
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
    events: Option<Events<T>>,
    pause: Duration,
    failed: bool,
}

/// A watch that is open.
struct Events<T> {
    body: Body,
    frames: Frames<T>,
}

impl<T: Listed> Events<T> {
    /// The next event, or why it cannot be read; `None` at the end.
    async fn next(&mut self) -> Result<Option<Result<Frame<T>, String>>, kube::Error> {
        loop {
            if let Some(frame) = self.frames.take().transpose() {
                return Ok(Some(frame));
            }
            match self.body.frame().await.transpose()? {
                None => return Ok(None),
                Some(more) => more.into_data().iter().for_each(|bytes| self.frames.push(bytes)),
            }
        }
    }
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
                Ok(Ok(Some(Ok(frame)))) => {
                    let event = match frame {
                        Frame::Changed(object) => {
                            self.version = Some(object.version().into());
                            Some(Event::Changed(object))
                        }
                        Frame::Gone(object) => {
                            self.version = Some(object.version().into());
                            Some(Event::Gone(object))
                        }
                        Frame::Bookmark(version) => {
                            self.version = Some(version);
                            None
                        }
                        Frame::Refused(failure) => {
                            self.version = None;
                            if failure.is_expired() {
                                continue;
                            }
                            return Err(failure);
                        }
                    };
                    self.events = Some(events);
                    if let Some(event) = event {
                        return Ok(event);
                    }
                }
                // It would come again from here: the list may be readable.
                Ok(Ok(Some(Err(why)))) => {
                    self.version = None;
                    return Err(self.api.unreachable(format!("an event that cannot be read: {why}")));
                }
                Ok(Err(error)) => return Err(self.api.broken(&error)),
                // The server ends each watch after a while; should it be gone, opening the next one tells.
                Ok(Ok(None)) => tokio::time::sleep(FIRST_PAUSE).await,
                Err(_) => return Err(self.api.unreachable(format!("a watch of {} told nothing for {} s", self.path, SILENCE.as_secs()))),
            }
        }
    }

    async fn open(&self, version: &str) -> Result<Events<T>, Failure> {
        let timeout = WATCH_SECONDS.to_string();
        let mut pairs = vec![("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", &timeout), ("resourceVersion", version)];
        pairs.extend(self.selector.iter().map(|(name, value)| (*name, value.as_str())));
        let body = self.api.watch::<T>(&format!("{}{}", self.path, query(&pairs))).await?;
        Ok(Events { body, frames: Frames::default() })
    }
}
