//! A watch, read while it comes: frames of an event each.
//!
//! ```text
//! length (4 bytes, the highest first), WatchEvent{ type, object: RawExtension{ raw: "k8s\0" Unknown{ raw: Job } } }
//! ```

use super::messages::{Metadata, Unknown, WireEvent};
use super::{Listed, MAGIC, refusal};
use crate::backend::kubernetes::client::Failure;
use prost::Message;
use prost::bytes::{Buf, Bytes, BytesMut};
use std::marker::PhantomData;

/// What a watch tells.
#[derive(Debug)]
pub enum Frame<T> {
    /// It is new, or another than before.
    Changed(T),
    Gone(T),
    /// Nothing before this version will come.
    Bookmark(String),
    /// The server ends the watch.
    Refused(Failure),
}

/// Takes frames from what has come.
pub struct Frames<T> {
    rest: BytesMut,
    of: PhantomData<T>,
}

impl<T> Default for Frames<T> {
    fn default() -> Frames<T> {
        Frames { rest: BytesMut::new(), of: PhantomData }
    }
}

impl<T: Listed> Frames<T> {
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
    }

    /// The next frame; `None` where it is not all there.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn take(&mut self) -> Result<Option<Frame<T>>, String> {
        let Some(length) = self.rest.first_chunk() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        if self.rest.len() - 4 < length {
            return Ok(None);
        }
        self.rest.advance(4);
        let event = WireEvent::decode(self.rest.split_to(length).freeze()).map_err(unreadable)?;
        let raw = event.object.unwrap_or_default().raw;
        Ok(Some(match event.kind.as_str() {
            "ADDED" | "MODIFIED" => Frame::Changed(object(&raw)?),
            "DELETED" => Frame::Gone(object(&raw)?),
            "BOOKMARK" => Frame::Bookmark(decoded::<Metadata>(&raw)?.metadata.unwrap_or_default().resource_version),
            "ERROR" => Frame::Refused(refusal(&raw).ok_or("an error that says nothing")?),
            other => return Err(format!("{other}: no such event")),
        }))
    }
}

fn object<T: Listed>(raw: &[u8]) -> Result<T, String> {
    T::of(decoded(raw)?).map_err(unreadable)
}

fn decoded<M: Message + Default>(raw: &[u8]) -> Result<M, String> {
    let envelope: Bytes = Unknown::decode(raw.strip_prefix(MAGIC).ok_or("not protobuf")?).map_err(unreadable)?.raw;
    M::decode(envelope).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> String {
    error.to_string()
}
