//! A list, read while it comes.

use super::messages::Page;
use super::{Listed, MAGIC};
use crate::backend::kubernetes::client::{List, ListMeta};
use prost::Message;
use prost::bytes::{Buf, Bytes, BytesMut};
use prost::encoding::{WireType, decode_key, decode_varint};

/// Reads a list while it comes: most of the time an answer takes it is under way, and of ten thousand Jobs never more than one has
/// to be kept as it was sent.
pub struct Reader<T> {
    rest: BytesMut,
    place: Place,
    list: List<T>,
}

enum Place {
    Start,
    Envelope,
    /// So many bytes of the list are to come.
    List(usize),
}

impl<T> Default for Reader<T> {
    fn default() -> Reader<T> {
        Reader { rest: BytesMut::new(), place: Place::Start, list: List { metadata: ListMeta::default(), items: Vec::new() } }
    }
}

/// The longest key and length of a field.
const LONGEST_HEADER: usize = 20;
/// Unknown.raw; metadata and items of a list.
const RAW: u32 = 2;
const METADATA_FIELD: u32 = 1;
const ITEMS: u32 = 2;

impl<T: Listed> Reader<T> {
    /// # Errors
    /// This is no such list.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.rest.extend_from_slice(bytes);
        while self.step()? {}
        Ok(())
    }

    /// # Errors
    /// It ended early.
    pub fn finish(self) -> Result<List<T>, String> {
        if matches!(self.place, Place::List(0)) { Ok(self.list) } else { Err("it ends early".into()) }
    }

    /// Takes one field from what has come; false where it is not all there.
    fn step(&mut self) -> Result<bool, String> {
        if matches!(self.place, Place::Start) {
            if !self.rest.starts_with(&MAGIC[..self.rest.len().min(MAGIC.len())]) {
                return Err("not protobuf".into());
            }
            if self.rest.len() < MAGIC.len() {
                return Ok(false);
            }
            self.rest.advance(MAGIC.len());
            self.place = Place::Envelope;
        }
        if matches!(self.place, Place::List(0)) {
            // What follows the list in its envelope are its kinds of encoding.
            self.rest.clear();
            return Ok(false);
        }
        let mut after = &self.rest[..];
        let (tag, length) = match header(&mut after) {
            Ok(header) => header,
            Err(_) if self.rest.len() < LONGEST_HEADER => return Ok(false),
            Err(error) => return Err(error),
        };
        let start = self.rest.len() - after.len();
        if matches!(self.place, Place::Envelope) && tag == RAW {
            self.rest.advance(start);
            self.place = Place::List(length);
            return Ok(true);
        }
        if after.len() < length {
            return Ok(false);
        }
        let field = self.rest.split_to(start + length).freeze().slice(start..);
        if let Place::List(left) = &mut self.place {
            *left = left.checked_sub(start + length).ok_or("a field ends behind its list")?;
            match tag {
                METADATA_FIELD => self.list.metadata.resource_version = decoded::<Page>(field)?.resource_version,
                ITEMS => self.list.items.push(T::of(decoded(field)?).map_err(|error| error.to_string())?),
                _ => {}
            }
        }
        Ok(true)
    }
}

/// A field's tag and the length of what it holds: in envelopes and lists all have one.
fn header(bytes: &mut &[u8]) -> Result<(u32, usize), String> {
    let (tag, kind) = decode_key(bytes).map_err(|error| error.to_string())?;
    if kind != WireType::LengthDelimited {
        return Err(format!("field {tag} has no length"));
    }
    let length = decode_varint(bytes).map_err(|error| error.to_string())?;
    Ok((tag, usize::try_from(length).map_err(|error| error.to_string())?))
}

fn decoded<M: Message + Default>(field: Bytes) -> Result<M, String> {
    M::decode(field).map_err(|error| error.to_string())
}
