//! Wake-ups: one byte to a datagram socket. A lost one costs time, never a job: whoever waits also looks at the database.

use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A socket's name has at most 107 bytes; a longer path is reached through its open directory.
fn short(path: &Path) -> io::Result<(PathBuf, Option<std::fs::File>)> {
    if fits(path) {
        return Ok((path.into(), None));
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Err(ErrorKind::InvalidInput.into()) };
    let directory = std::fs::File::open(parent)?;
    Ok((Path::new("/proc/self/fd").join(directory.as_raw_fd().to_string()).join(name), Some(directory)))
}

/// True where others, who know the path alone, can reach it.
pub fn fits(path: &Path) -> bool {
    path.as_os_str().len() < 108
}

/// Sends the byte; true if somebody listens there.
pub fn send(path: &Path) -> bool {
    let Ok((path, _open)) = short(path) else { return false };
    let sent = UnixDatagram::unbound().and_then(|socket| {
        socket.set_nonblocking(true)?;
        socket.send_to(b"w", &path)
    });
    // A full queue will wake it too.
    sent.map_or_else(|error| error.kind() == ErrorKind::WouldBlock, |_| true)
}

/// True if somebody listens there; tells nobody.
pub fn listens(path: &Path) -> bool {
    let Ok((path, _open)) = short(path) else { return false };
    UnixDatagram::unbound().and_then(|socket| socket.connect(&path)).is_ok()
}

/// A socket that is woken; its name is gone with it.
#[derive(Debug)]
pub struct Listener {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Listener {
    /// Binds it, over what a killed process left there.
    ///
    /// # Errors
    /// No rights, no space.
    pub fn bind(path: &Path) -> io::Result<Listener> {
        let _ = std::fs::remove_file(path);
        let (name, _open) = short(path)?;
        let socket = UnixDatagram::bind(name)?;
        Ok(Listener { socket, path: path.into() })
    }

    /// Waits for a wake-up, at most this long, and takes all that are there.
    pub fn wait(&self, most: Duration) {
        let mut byte = [0; 8];
        let timeout = most.max(Duration::from_millis(1));
        if self.socket.set_nonblocking(false).and_then(|()| self.socket.set_read_timeout(Some(timeout))).is_err() {
            std::thread::sleep(Duration::from_millis(100));
            return;
        }
        if self.socket.recv(&mut byte).is_ok() && self.socket.set_nonblocking(true).is_ok() {
            while self.socket.recv(&mut byte).is_ok() {}
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_wake_up_arrives_however_long_the_path() {
        let dir = tempfile::tempdir().expect("a directory");
        for depth in [0, 12] {
            let parent = (0..depth).fold(dir.path().to_path_buf(), |path, _| path.join("a-long-name"));
            std::fs::create_dir_all(&parent).expect("made");
            let path = parent.join("wake.sock");
            assert!(!send(&path) && !listens(&path));
            let listener = Listener::bind(&path).expect("bound");
            assert!(send(&path) && send(&path) && listens(&path));
            let begun = Instant::now();
            listener.wait(Duration::from_secs(20));
            assert!(begun.elapsed() < Duration::from_secs(10));
            listener.wait(Duration::from_millis(5));
            drop(listener);
            assert!(!send(&path) && !path.exists());
        }
    }
}
