//! Tickets through Redis, in apalis-redis' own key layout.
//!
//! Three things are done here rather than by apalis-redis 1.0.0. Its push puts every ticket into
//! the set of scheduled ones, from which a script moves all due ones in one call, and that fails
//! for good at 8,000 of them: we push straight onto the list of active ones. It never tells
//! workers that something was pushed: we publish a wake-up call. It never forgets a finished
//! ticket: the janitor does. `=1.0.0` is pinned, and the tests drive real workers over it.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use apalis::prelude::BackendExt;
use apalis_redis::{Config, RedisStorage};
use futures::{Stream, StreamExt, stream};
use redis::{Client, RedisError, Script, aio::ConnectionManager};
use tokio::sync::mpsc;
use ulid::Ulid;

use crate::{
    delivery::Delivery,
    poll::SteadyPoll,
    redis_link::{RedisLink, settings},
    ticket::{Envelope, Ticket, TicketCodec},
};

/// Bounds every command of the front door: a caller would rather hear 503 than wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a worker's command may take. Apalis ends a worker at any error, and its default
/// of 500 ms does so whenever Redis rewrites a large file.
const WORKER_PATIENCE: Duration = Duration::from_secs(30);

/// A worker says that it lives so often; after six misses its tickets go back on the list.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A worker without a heartbeat for so long is taken for dead: two are missed, and one is late.
const SILENCE: Duration = Duration::from_secs(15);

/// Lost wake-up calls are made up for after this long.
const PERIOD: Duration = Duration::from_secs(1);

/// Pause before subscribing anew when Redis is away.
const RESUBSCRIBE: Duration = Duration::from_millis(500);

static PUSH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
         redis.call('HSET', KEYS[2] .. ':' .. ARGV[1],
                    'attempts', 0, 'max_attempts', 25, 'status', 'Pending')
         redis.call('RPUSH', KEYS[3], ARGV[1])
         redis.call('PUBLISH', KEYS[4], 1)
         return 1",
    )
});

/// Everything that a push does, and undone: a Redis that refuses any of it refuses this. Scripts run
/// alone, so no worker ever sees the ticket.
static TRY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
         redis.call('HSET', KEYS[2] .. ':' .. ARGV[1], 'status', 'Pending')
         redis.call('RPUSH', KEYS[3], ARGV[1])
         redis.call('RPOP', KEYS[3])
         redis.call('DEL', KEYS[2] .. ':' .. ARGV[1])
         redis.call('HDEL', KEYS[1], ARGV[1])
         return 1",
    )
});

/// Workers whose last heartbeat is recent. They write the time by their own clocks, in seconds; one
/// that is ahead counts as well.
static LIVING: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now = tonumber(redis.call('TIME')[1])
         return redis.call('ZCOUNT', KEYS[1], now - tonumber(ARGV[1]), '+inf')",
    )
});

/// At most 1,000 a set and call: a script holds up everyone else.
static SWEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local swept = 0
         for _, set in ipairs({KEYS[3], KEYS[4]}) do
             for _, id in ipairs(redis.call('SPOP', set, 1000)) do
                 redis.call('HDEL', KEYS[1], id)
                 redis.call('DEL', KEYS[2] .. ':' .. id)
                 swept = swept + 1
             end
         end
         return swept",
    )
});

/// A worker that holds tickets stays registered, so that others find them when it is overdue.
static DEREGISTER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('SCARD', KEYS[3]) > 0 then return 0 end
         redis.call('ZREM', KEYS[1], ARGV[1])
         redis.call('DEL', KEYS[2])
         return 1",
    )
});

/// The queue in Redis. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RedisQueue {
    link: Arc<RedisLink>,
    prefix: String,
}

impl RedisQueue {
    /// Prepare the queue. Makes no connection yet.
    /// Tickets of another `deployment` are none of ours. The braces keep the keys of one together, as scripts
    /// would need it in a cluster.
    pub(crate) fn new(url: &str, deployment: &str) -> Result<Self, RedisError> {
        let client = Client::open(url)?;
        Ok(Self {
            link: Arc::new(RedisLink::new(client, PATIENCE)?),
            prefix: format!("{{quire:{deployment}}}:tickets"),
        })
    }

    /// Try whether a ticket could be pushed, bounded by a second. Tried twice, because a connection
    /// that Redis closed, or that leads to a Redis of no use, is only noticed by using it.
    pub(crate) async fn try_push(&self) -> Result<(), RedisError> {
        let tried = async {
            match self.try_once().await {
                Err(_) => self.try_once().await,
                done => done,
            }
        };
        tokio::time::timeout(PATIENCE, tried)
            .await
            .unwrap_or_else(|elapsed| Err(std::io::Error::from(elapsed).into()))
    }

    async fn try_once(&self) -> Result<(), RedisError> {
        let mut script = TRY.prepare_invoke();
        script
            .key(self.key("data"))
            .key(self.key("meta"))
            .key(self.key("active"))
            .arg(format!("try-{}", Ulid::generate()))
            .arg(br#"{"report":"00000000000000000000000000"}"#);
        self.link
            .ask(async |connection| script.invoke_async(connection).await)
            .await
    }

    /// How many workers, of whatever process, gave a sign of life lately.
    pub(crate) async fn living_workers(&self) -> Result<u64, RedisError> {
        let mut script = LIVING.prepare_invoke();
        script.key(self.key("workers")).arg(SILENCE.as_secs());
        self.link
            .ask(async |connection| script.invoke_async(connection).await)
            .await
    }

    /// Push a ticket and wake a worker.
    pub(crate) async fn push(&self, ticket: &Ticket) -> Result<(), RedisError> {
        self.push_bytes(&ticket.to_bytes()).await
    }

    /// Push any bytes.
    pub(crate) async fn push_bytes(&self, bytes: &[u8]) -> Result<(), RedisError> {
        let mut script = PUSH.prepare_invoke();
        script
            .key(self.key("data"))
            .key(self.key("meta"))
            .key(self.key("active"))
            .key(self.key("wake"))
            .arg(Ulid::generate().to_string())
            .arg(bytes);
        self.link
            .ask(async |connection| script.invoke_async(connection).await)
            .await
    }

    /// How many tickets wait.
    pub(crate) async fn depth(&self) -> Result<u64, RedisError> {
        let mut command = redis::cmd("LLEN");
        command.arg(self.key("active"));
        self.link
            .ask(async |connection| command.query_async(connection).await)
            .await
    }

    /// Forget finished tickets.
    pub(crate) async fn clean(&self) -> Result<u64, RedisError> {
        let mut script = SWEEP.prepare_invoke();
        script
            .key(self.key("data"))
            .key(self.key("meta"))
            .key(self.key("done"))
            .key(self.key("dead"));
        let mut swept = 0;
        loop {
            let more: u64 = self
                .link
                .ask(async |connection| script.invoke_async(connection).await)
                .await?;
            swept += more;
            if more < 1000 {
                return Ok(swept);
            }
        }
    }

    /// Forget a worker that ended well; apalis-redis removes another name than it added.
    pub(crate) async fn deregister(&self, worker: &str) -> Result<(), RedisError> {
        let mut script = DEREGISTER.prepare_invoke();
        script
            .key(self.key("workers"))
            .key(self.key(&format!("workers:metadata:{worker}")))
            .key(self.key(&format!("inflight:{worker}")))
            .arg(worker);
        self.link
            .ask(async |connection| script.invoke_async(connection).await)
            .await
    }

    /// A fresh backend on a fresh connection, for one run of a worker.
    pub(crate) async fn delivery(&self) -> Result<impl Delivery + use<>, RedisError> {
        let settings = settings(WORKER_PATIENCE);
        let connection =
            ConnectionManager::new_with_config(self.link.client().clone(), settings).await?;
        let config = Config::default()
            .queue(&self.prefix)
            // With more, heartbeats and acknowledgements stop while fetched tickets wait.
            .batch_size(1)
            .lock_tasks(false)
            .emit_events(false)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(6);
        let wake = wake(self.link.client().clone(), self.key("wake"));
        Ok(RedisStorage::<Envelope>::new(connection)
            .with_config(config)
            .with_codec(TicketCodec)
            .poll_with_strategy(SteadyPoll::new(PERIOD, wake)))
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}

impl std::fmt::Debug for RedisQueue {
    /// The address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisQueue")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// Yields whenever something was pushed, and once at the start of each subscription, since pushes
/// before it went unheard.
fn wake(client: Client, channel: String) -> impl Stream<Item = ()> + Send + Sync {
    let (calls, heard) = mpsc::channel(1);
    tokio::spawn(async move {
        while !calls.is_closed() {
            let _ = listen(&client, &channel, &calls).await;
            tokio::select! {
                () = calls.closed() => {}
                () = tokio::time::sleep(RESUBSCRIBE) => {}
            }
        }
    });
    stream::unfold(heard, |mut heard| async move {
        heard.recv().await.map(|call| (call, heard))
    })
}

/// Pass wake-up calls on until Redis goes away or nobody listens. A call that is not heard because
/// another waits is no loss.
async fn listen(
    client: &Client,
    channel: &str,
    calls: &mpsc::Sender<()>,
) -> Result<(), RedisError> {
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(channel).await?;
    let _ = calls.try_send(());
    let mut messages = subscription.on_message();
    loop {
        tokio::select! {
            () = calls.closed() => return Ok(()),
            message = messages.next() => match message {
                Some(_) => { let _ = calls.try_send(()); }
                None => return Ok(()),
            },
        }
    }
}
