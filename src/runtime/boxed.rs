//! A look at a program that ends in time: on a file system that does not answer a read waits for ever, and a submission must not.

use super::files::Files;
use super::needs::Needs;
use super::walk::{Submitted, detect};
use std::sync::mpsc;
use std::time::Duration;

/// What a program needs; `None` where that was not known in time. The look goes on then in a thread of its own, which ends with
/// the process.
pub fn detect_within(what: Submitted, files: impl Files + Send + 'static, patience: Duration) -> Option<Needs> {
    let (tell, told) = mpsc::channel();
    let look = move || {
        let _ = tell.send(detect(&what, &files));
    };
    std::thread::Builder::new().name("detect".into()).stack_size(16 << 20).spawn(look).ok()?;
    told.recv_timeout(patience).ok()
}
