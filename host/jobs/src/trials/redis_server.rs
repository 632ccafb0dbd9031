//! A real Redis on a free port that a test can kill and start again.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

use super::until;

/// A running Redis that keeps nothing: after a restart it is as if it had been flushed. Killed
/// when dropped.
pub(super) struct RedisServer {
    port: u16,
    child: Option<Child>,
}

impl RedisServer {
    /// Start one; none, with a word on why, where the program is missing.
    pub(super) async fn start() -> Option<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let mut server = Self { port, child: None };
        if server.launch().await {
            Some(server)
        } else {
            eprintln!("skipped over Redis: redis-server is not installed");
            None
        }
    }

    /// Start it again on the same port, empty. False if the program is missing.
    pub(super) async fn launch(&mut self) -> bool {
        let port = self.port;
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn();
        let Ok(child) = child else { return false };
        self.child = Some(child);
        until("Redis answers", async || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        true
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// A command whose answer is of no interest.
    pub(super) async fn command(&self, words: &[&str]) {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let (name, arguments) = words.split_first().unwrap();
        redis::cmd(name)
            .arg(arguments)
            .exec_async(&mut connection)
            .await
            .unwrap();
    }

    /// A command whose answer is a number.
    pub(super) async fn number(&self, words: &[&str]) -> i64 {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let (name, arguments) = words.split_first().unwrap();
        redis::cmd(name)
            .arg(arguments)
            .query_async(&mut connection)
            .await
            .unwrap()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
