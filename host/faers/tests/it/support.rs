//! What the tests here start: a replay, a client with little patience, a clock that they move, and
//! a Redis.

use std::{
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use quire_faers::{Clock, Faers, FaersSettings, Tuning};
use quire_model::Ndc;
use quire_replay::{Replay, RunningReplay};

pub(crate) const EVENTS: &str = "/drug/event.json";

/// The product that the sample is about.
pub(crate) fn letairis() -> Ndc {
    "61958-0802".parse().unwrap()
}

/// A client of the sample, and what belongs to it.
pub(crate) struct Bench {
    pub(crate) replay: RunningReplay,
    pub(crate) faers: Faers,
    now_ms: Arc<AtomicI64>,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(|_, _| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut FaersSettings, &mut Tuning)) -> Self {
        Self::over(Replay::sample().await.unwrap(), change)
    }

    pub(crate) fn over(
        replay: RunningReplay,
        change: impl FnOnce(&mut FaersSettings, &mut Tuning),
    ) -> Self {
        let now_ms = Arc::new(AtomicI64::new(1_750_000_000_000));
        let hand = Arc::clone(&now_ms);
        let read = move || Timestamp::from_millisecond(hand.load(Ordering::Relaxed)).unwrap();
        let mut settings = settings(&replay);
        let mut tuning = impatient();
        tuning.clock = Clock::new(read);
        change(&mut settings, &mut tuning);
        let faers = Faers::tuned(settings, tuning).unwrap();
        Self {
            replay,
            faers,
            now_ms,
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap();
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> u64 {
        self.replay.requests(EVENTS)
    }
}

/// Settings for a replay.
pub(crate) fn settings(replay: &RunningReplay) -> FaersSettings {
    FaersSettings {
        openfda_url: replay.url(),
        sample: false,
        openfda_key: None,
        cache_ttl: Duration::from_secs(300),
        max_reports: 5_000,
        redis_url: None,
        requests_per_minute: 1_000_000,
        requests_per_day: 1_000_000,
        share_percent: 100,
        certificates: None,
        timeout: Duration::from_secs(60),
        background_requests: 60,
    }
}

/// Retries at once.
pub(crate) fn impatient() -> Tuning {
    Tuning {
        first_backoff: Duration::ZERO,
        cache_timeout: Duration::from_secs(10),
        cache_cool_down: Duration::ZERO,
        ttl_spread_percent: 0,
        lock_poll: Duration::from_millis(5),
        ..Tuning::default()
    }
}

/// A Redis on a free port, without persistence. Killed when dropped.
pub(crate) struct Redis {
    port: u16,
    child: Option<Child>,
}

impl Redis {
    /// None, with a word about it, where there is no `redis-server`.
    pub(crate) fn start() -> Option<Self> {
        let there = std::env::split_paths(&std::env::var_os("PATH")?)
            .any(|folder: PathBuf| folder.join("redis-server").is_file());
        if !there {
            eprintln!("skipped: redis-server is missing; `make test` installs it");
            return None;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut redis = Self { port, child: None };
        redis.launch();
        Some(redis)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    pub(crate) fn launch(&mut self) {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "redis did not start"
            );
            std::thread::yield_now();
        }
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub(crate) async fn connect(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    pub(crate) async fn keys(&self, pattern: &str) -> Vec<String> {
        let mut keys: Vec<String> = redis::cmd("KEYS")
            .arg(pattern)
            .query_async(&mut self.connect().await)
            .await
            .unwrap();
        keys.sort();
        keys
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
