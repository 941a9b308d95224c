//! An accounting file line by line. Long files are read ahead by a thread of their own, so that reading and looking at what was
//! read go on at the same time.

use std::io::{ErrorKind, Read, Result};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Grid Engine reads pieces of so many bytes at most; what a longer line has more is a line of its own
/// (compat/captures/qacct/transcripts/records.txt).
const LONGEST: usize = 20_479;
const BLOCK: usize = 256 << 10;
/// Blocks that are on their way at most.
const AHEAD: usize = 2;

/// Some of the file, behind room for the begin of a line from the block before.
struct Block {
    bytes: Vec<u8>,
    /// Where what was read ends; where it begins if that was nothing.
    end: usize,
    has_zeros: bool,
}

impl Block {
    fn new() -> Block {
        Block { bytes: vec![0; LONGEST + BLOCK], end: LONGEST, has_zeros: false }
    }

    /// Replaces what is in it by what comes next.
    fn fill(mut self, reader: &mut impl Read) -> Result<Block> {
        let room = &mut self.bytes[LONGEST..];
        let read = loop {
            match reader.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.has_zeros = memchr::memchr(0, &room[..read]).is_some();
        self.end = LONGEST + read;
        Ok(self)
    }
}

/// Where blocks come from.
enum Source<R> {
    /// The first block: most files have no other.
    Reader(R),
    Thread {
        full: Receiver<Result<Block>>,
        empty: Sender<Block>,
    },
    Nothing,
}

/// Lends the lines one after another.
pub struct Lines<R> {
    source: Source<R>,
    block: Block,
    /// Where what was not given yet begins.
    start: usize,
    at_end: bool,
}

impl<R: Read + Send + 'static> Lines<R> {
    /// The lines of `reader`, which needs no buffer of its own.
    pub fn new(reader: R) -> Lines<R> {
        Lines { source: Source::Reader(reader), block: Block::new(), start: LONGEST, at_end: false }
    }

    /// The next line with its line end, cut before a zero byte and after 20479 bytes; `None` at the end.
    ///
    /// # Errors
    /// The reader's.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>> {
        let length = loop {
            let there = &self.block.bytes[self.start..self.block.end];
            let near = &there[..there.len().min(LONGEST)];
            match memchr::memchr(b'\n', near) {
                Some(at) => break at + 1,
                None if near.len() == LONGEST || self.at_end => break near.len(),
                None => self.fill()?,
            }
        };
        if length == 0 {
            return Ok(None);
        }
        let line = &self.block.bytes[self.start..self.start + length];
        self.start += length;
        let zero = if self.block.has_zeros { memchr::memchr(0, line) } else { None };
        Ok(Some(&line[..zero.unwrap_or(length)]))
    }

    /// The next block, the rest of this one in front of it.
    fn fill(&mut self) -> Result<()> {
        let mut next = match std::mem::replace(&mut self.source, Source::Nothing) {
            Source::Reader(mut reader) => {
                let first = Block::new().fill(&mut reader)?;
                self.source = if first.end < LONGEST + BLOCK { Source::Reader(reader) } else { read_ahead(reader) };
                first
            }
            Source::Thread { full, empty } => {
                let next = full.recv().unwrap_or_else(|_| Ok(Block::new()))?;
                self.source = Source::Thread { full, empty };
                next
            }
            Source::Nothing => Block::new(),
        };
        self.at_end = next.end == LONGEST;
        let rest = self.start..self.block.end;
        let start = LONGEST - rest.len();
        next.bytes[start..LONGEST].copy_from_slice(&self.block.bytes[rest]);
        next.has_zeros |= self.block.has_zeros && start < LONGEST;
        let used = std::mem::replace(&mut self.block, next);
        self.start = start;
        if let Source::Thread { empty, .. } = &self.source {
            let _ = empty.send(used);
        }
        Ok(())
    }
}

/// Reads on in a thread, which ends with the file or when nobody takes its blocks any more.
fn read_ahead<R: Read + Send + 'static>(mut reader: R) -> Source<R> {
    let (give, full): (SyncSender<Result<Block>>, _) = sync_channel(AHEAD);
    let (empty, take) = channel();
    for _ in 0..AHEAD {
        let _ = empty.send(Block::new());
    }
    thread::spawn(move || {
        while let Ok(block) = take.recv() {
            let block = Block::fill(block, &mut reader);
            let is_last = block.as_ref().map_or(true, |block| block.end == LONGEST);
            if give.send(block).is_err() || is_last {
                return;
            }
        }
    });
    Source::Thread { full, empty }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Lines::new(std::io::Cursor::new(text.to_vec()));
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().expect("a slice is read") {
            found.push(line.to_vec());
        }
        found
    }

    #[test]
    fn lines_keep_their_end_and_the_last_may_have_none() {
        assert_eq!(all(b""), Vec::<Vec<u8>>::new());
        assert_eq!(all(b"a\n\nb"), [b"a\n".to_vec(), b"\n".to_vec(), b"b".to_vec()]);
        assert_eq!(all(b"a\n\0x\nb\0c\nd"), [b"a\n".to_vec(), b"".to_vec(), b"b".to_vec(), b"d".to_vec()]);
    }

    #[test]
    fn long_lines_are_several() {
        let mut text = vec![b'x'; 20_480];
        text.push(b'\n');
        text.extend(vec![b'y'; 20_478]);
        text.push(b'\n');
        let lengths: Vec<usize> = all(&text).iter().map(Vec::len).collect();
        assert_eq!(lengths, [20_479, 2, 20_479]);
    }

    #[test]
    fn lines_across_blocks_are_whole() {
        for (length, count) in [(999, 3000), (20_478, 100), (1, 600_000), (30_000, 50)] {
            let line = format!("{}\n", "z".repeat(length));
            let found = all(line.repeat(count).as_bytes());
            assert_eq!(found.len(), if length < LONGEST { count } else { 2 * count });
            assert_eq!(found.concat(), line.repeat(count).into_bytes());
        }
    }

    #[test]
    fn a_zero_byte_is_found_in_the_rest_of_a_block_too() {
        let mut text = vec![b'x'; BLOCK - 10];
        text[BLOCK - 15] = 0;
        text[BLOCK - 100] = b'\n';
        text.extend(b"y\n".repeat(BLOCK));
        let found = all(&text);
        let cut = found.iter().find(|line| !line.ends_with(b"\n") && line.len() != LONGEST).expect("a line that was cut");
        assert_eq!(cut.len(), 84);
    }
}
