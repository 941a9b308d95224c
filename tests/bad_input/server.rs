//! Servers for tests of bad input: any at all, and one that speaks as much Kubernetes as a submission needs and remembers what it
//! was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server that hands every connection to a function of its own thread.
pub fn serve(each: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let each = Arc::new(each);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let each = Arc::clone(&each);
            std::thread::spawn(move || each(stream));
        }
    });
    address
}

/// As much of an API server as submitting and showing need. It notes connections and requests, keeps the Job it was sent, and
/// says what `refuse` says to the requests that this names.
#[derive(Clone, Default)]
pub struct Server {
    pub seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    pub requests: Vec<String>,
    pub job: Option<String>,
    pub refuse: Option<(&'static str, u16, &'static str, &'static str)>,
}

/// A list as protobuf, with this Job's metadata or empty.
fn list(job: Option<&str>) -> Vec<u8> {
    let text = |tag, text: &str| field(tag, text.as_bytes());
    let mut list = field(1, &text(2, "1"));
    if let Some(job) = job {
        let job: serde_json::Value = serde_json::from_str(job).expect("a Job");
        let meta = &job["metadata"];
        let word = |name: &str| meta[name].as_str().unwrap_or("");
        let pairs = meta["annotations"].as_object().into_iter().flatten();
        let annotations: Vec<u8> =
            pairs.flat_map(|(key, value)| field(12, &[text(1, key), text(2, value.as_str().unwrap_or(""))].concat())).collect();
        // Somebody wrote it, and nobody a status.
        let object = [text(1, word("name")), text(3, word("namespace")), annotations, field(17, &[])].concat();
        list.extend(field(2, &field(1, &object)));
    }
    [b"k8s\0", &field(2, &list)[..]].concat()
}

/// A field of protobuf that holds bytes.
fn field(tag: usize, bytes: &[u8]) -> Vec<u8> {
    let varint = |mut number: usize| {
        let mut digits = Vec::new();
        while number > 127 {
            digits.push((number % 128) as u8 | 128);
            number /= 128;
        }
        digits.push(number as u8);
        digits
    };
    [&varint(tag << 3 | 2), &varint(bytes.len()), bytes].concat()
}

impl Server {
    pub fn start(&self) -> Vec<u8> {
        let server = self.clone();
        let address = serve(move |stream| {
            server.seen.lock().expect("a lock").connections += 1;
            let _ = server.talk(stream);
        });
        super::kubeconfig(&format!("http://{address}"))
    }

    pub fn talk(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        loop {
            let (mut first, mut length) = (String::new(), 0);
            if reader.read_line(&mut first)? == 0 {
                return Ok(());
            }
            loop {
                let mut header = String::new();
                reader.read_line(&mut header)?;
                if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap_or(0);
                }
                if header.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            let target = first.split(' ').nth(1).unwrap_or("").split('?').next().unwrap_or("");
            let request = format!("{} {target}", first.split(' ').next().unwrap_or(""));
            let (code, answer) = self.answer(&request, &String::from_utf8_lossy(&body));
            self.seen.lock().expect("a lock").requests.push(request);
            write!(stream, "HTTP/1.1 {code} Said\r\nContent-Length: {}\r\n\r\n", answer.len())?;
            stream.write_all(&answer)?;
        }
    }

    pub fn answer(&self, request: &str, body: &str) -> (u16, Vec<u8>) {
        let mut seen = self.seen.lock().expect("a lock");
        if let Some((begins, code, reason, message)) = seen.refuse
            && request.starts_with(begins)
        {
            let message = message.replace('"', "\\\"");
            let status = format!(
                "{{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{{}},\"status\":\"Failure\",\"message\":\"{message}\",\"reason\":\"{reason}\",\"code\":{code}}}"
            );
            return (code, status.into_bytes());
        }
        match request.split_once(' ').unwrap_or_default() {
            ("PATCH", _) => (200, "{\"metadata\":{\"generation\":7}}".into()),
            ("POST", path) if path.ends_with("/jobs") => {
                seen.job = Some(body.into());
                (201, body.into())
            }
            ("POST", _) => (201, body.into()),
            ("GET", path) if path.ends_with("/jobs") => (200, list(seen.job.as_deref())),
            ("GET", _) => (200, list(None)),
            _ => (200, "{}".into()),
        }
    }

    /// The requests since the last call.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().expect("a lock").requests)
    }

    pub fn refuse(&self, begins: &'static str, code: u16, reason: &'static str, message: &'static str) {
        self.seen.lock().expect("a lock").refuse = Some((begins, code, reason, message));
    }
}
