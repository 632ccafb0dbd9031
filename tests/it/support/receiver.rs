//! A receiver of webhooks: keeps what it was sent, and answers as it was told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::eventually;

/// One POST, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Kept {
    received: Vec<Received>,
    answers: VecDeque<String>,
}

/// A receiver on 127.0.0.1. Gone when dropped.
pub(crate) struct Receiver {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn start() -> Self {
        Self::on(0).await
    }

    /// The same on a port, such as that of one that was dropped.
    pub(crate) async fn on(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let shared = Arc::clone(&kept);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receive(stream, Arc::clone(&shared)));
            }
        });
        Self { port, kept, task }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/quire", self.port)
    }

    /// The next request is answered so: a status line and headers, such as `503 Service Unavailable\r\nRetry-After: 9`.
    pub(crate) fn answer(&self, head: &str) {
        self.kept.lock().unwrap().answers.push_back(head.to_owned());
    }

    /// What it was sent so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.kept.lock().unwrap().received.clone()
    }

    /// Wait until it was sent so many.
    pub(crate) async fn gets(&self, number: usize) -> Vec<Received> {
        eventually("something to be sent", || async {
            let received = self.received();
            (received.len() >= number).then_some(received)
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Take one post and answer it.
async fn receive(mut stream: TcpStream, kept: Arc<Mutex<Kept>>) -> Option<()> {
    let mut read = Vec::new();
    let end = loop {
        if let Some(end) = read.windows(4).position(|some| some == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    assert!(first.starts_with("POST "), "{first}");
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let headers: HeaderMap = lines
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect();
    let length = headers["content-length"].to_str().unwrap();
    let length: usize = length.parse().unwrap();
    while read.len() < end + 4 + length {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
    let body = read.split_off(end + 4);
    let answer = {
        let mut kept = kept.lock().unwrap();
        kept.received.push(Received {
            path,
            headers,
            body,
        });
        let answer = kept.answers.pop_front();
        answer.unwrap_or_else(|| "204 No Content".to_owned())
    };
    let said = match answer.starts_with('2') {
        true => "",
        false => "no\u{1b}[2J \u{202e}thanks",
    };
    let length = said.len();
    let answer =
        format!("HTTP/1.1 {answer}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{said}");
    stream.write_all(answer.as_bytes()).await.ok()
}
