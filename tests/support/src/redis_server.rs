//! A real Redis on a free port that a test can kill and start again.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a Redis may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Redis with a directory of its own. Killed when dropped.
pub struct RedisServer {
    port: u16,
    folder: TempDir,
    keeps: bool,
    child: Option<Child>,
}

impl RedisServer {
    /// One that keeps its data on disk, as production does.
    ///
    /// # Panics
    ///
    /// If `redis-server` is missing or does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::launched(true)
    }

    /// One that keeps nothing: after a restart it is as if it had been flushed.
    ///
    /// # Panics
    ///
    /// If `redis-server` is missing or does not start.
    #[must_use]
    pub fn start_forgetful() -> Self {
        Self::launched(false)
    }

    fn launched(keeps: bool) -> Self {
        let mut server = Self {
            port: free_port(),
            folder: tempfile::tempdir().expect("a directory"),
            keeps,
            child: None,
        };
        server.launch();
        server
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// `kill -9`. What was not yet on disk is lost, as in life.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Lose what is on its disk, between two lives.
    ///
    /// # Panics
    ///
    /// If its directory cannot be made anew.
    pub fn forget(&mut self) {
        self.folder = tempfile::tempdir().expect("a directory");
    }

    /// The number of its process; 0 if it does not run.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Start it again on the same port with the same files.
    ///
    /// # Panics
    ///
    /// If `redis-server` is missing or does not start.
    pub fn launch(&mut self) {
        let append = if self.keeps { "yes" } else { "no" };
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--dir", &self.folder.path().to_string_lossy()])
            .args(["--appendonly", append, "--appendfsync", "everysec"])
            .args(["--save", ""])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is missing; `make test` installs it");
        self.child = Some(child);
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "redis did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Run one command and give its answer.
    ///
    /// # Panics
    ///
    /// If Redis cannot be reached or refuses it.
    pub async fn command<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let client = redis::Client::open(self.url()).expect("an address");
        let mut connection = client
            .get_multiplexed_async_connection()
            .await
            .expect("a connection");
        let (name, arguments) = words.split_first().expect("a command");
        redis::cmd(name)
            .arg(arguments)
            .query_async(&mut connection)
            .await
            .expect("an answer")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on. Another process could take it before we do; Redis would then not
/// start, and the test says so.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
