//! Watches, read as fast as they tell, each in a task of its own. A planner that took the events off the connection itself would
//! read a few, plan for all there is, read a few more: beside ten thousand jobs it falls minutes behind.

use crate::backend::kubernetes::client::Api;
use crate::backend::kubernetes::watch::{self, Event, Versioned};
use futures::stream::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// What several watches tell, in one queue. The watches end with it.
pub struct Feed<E> {
    sender: mpsc::Sender<E>,
    receiver: mpsc::Receiver<E>,
    watches: JoinSet<()>,
}

impl<E: 'static> Feed<E> {
    /// `most`: events that may wait to be taken; when there are more the watches rest.
    pub fn new(most: usize) -> Feed<E> {
        let (sender, receiver) = mpsc::channel(most);
        Feed { sender, receiver, watches: JoinSet::new() }
    }

    /// Adds a watch. Its failures are logged, and tried again.
    pub fn watch<T: Versioned>(&mut self, api: &Api, path: &str, selector: &[(&'static str, &str)], told: fn(Event<T>) -> E) {
        let events = watch::watch::<T>(api, path, selector);
        let sender = self.sender.clone();
        self.watches.spawn_local(async move {
            let mut events = std::pin::pin!(events);
            while let Some(event) = events.next().await {
                let event = match event {
                    Ok(event) => told(event),
                    Err(failure) => {
                        tracing::warn!(%failure, "watching");
                        continue;
                    }
                };
                if sender.send(event).await.is_err() {
                    return;
                }
            }
        });
    }

    /// The next event.
    pub async fn next(&mut self) -> Option<E> {
        self.receiver.recv().await
    }

    /// An event that is there already.
    pub fn ready(&mut self) -> Option<E> {
        self.receiver.try_recv().ok()
    }
}
