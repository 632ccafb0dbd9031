//! Tickets through Redis, in apalis-redis' own key layout.
//!
//! Three things are done here rather than by apalis-redis 1.0.0. Its push puts every ticket into
//! the set of scheduled ones, from which a script moves all due ones in one call, and that fails
//! for good at 8,000 of them: we push straight onto the list of active ones. It never tells
//! workers that something was pushed: we publish a wake-up call. It never forgets a finished
//! ticket: the janitor does. `=1.0.0` is pinned, and the tests drive real workers over it.

use std::{sync::LazyLock, time::Duration};

use apalis::prelude::BackendExt;
use apalis_redis::{Config, RedisStorage};
use futures::{Stream, StreamExt, stream};
use redis::{
    Client, RedisError, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::sync::mpsc;
use ulid::Ulid;

use crate::{
    delivery::Delivery,
    tick::Tick,
    ticket::{Envelope, Ticket, TicketCodec},
};

/// Bounds every command of the front door: a caller would rather hear 503 than wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a worker's command may take. Apalis ends a worker's life at any error, and its default
/// of 500 ms does so whenever Redis rewrites a large file.
const WORKER_PATIENCE: Duration = Duration::from_secs(30);

/// A worker says that it lives so often; after six misses its tickets go back on the list.
const HEARTBEAT: Duration = Duration::from_secs(5);

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
    client: Client,
    connection: ConnectionManager,
    prefix: String,
}

impl RedisQueue {
    /// Prepare the queue. Makes no connection yet.
    pub(crate) fn new(url: &str, prefix: &str) -> Result<Self, RedisError> {
        let client = Client::open(url)?;
        let connection = manager(&client, PATIENCE)?;
        Ok(Self {
            client,
            connection,
            prefix: prefix.to_owned(),
        })
    }

    /// Whether Redis answers. Asked twice, because a connection that Redis closed is only noticed
    /// by using it.
    pub(crate) async fn is_up(&self) -> bool {
        let ask = async || {
            let mut connection = self.connection.clone();
            redis::cmd("PING")
                .query_async::<String>(&mut connection)
                .await
                .is_ok()
        };
        tokio::time::timeout(PATIENCE, async { ask().await || ask().await })
            .await
            .unwrap_or(false)
    }

    /// Push a ticket and wake a worker.
    pub(crate) async fn push(&self, ticket: &Ticket) -> Result<(), RedisError> {
        self.push_bytes(&ticket.to_bytes()).await
    }

    /// Push any bytes.
    pub(crate) async fn push_bytes(&self, bytes: &[u8]) -> Result<(), RedisError> {
        PUSH.key(self.key("data"))
            .key(self.key("meta"))
            .key(self.key("active"))
            .key(self.key("wake"))
            .arg(Ulid::generate().to_string())
            .arg(bytes)
            .invoke_async(&mut self.connection.clone())
            .await
    }

    /// How many tickets wait.
    pub(crate) async fn depth(&self) -> Result<u64, RedisError> {
        redis::cmd("LLEN")
            .arg(self.key("active"))
            .query_async(&mut self.connection.clone())
            .await
    }

    /// Forget finished tickets.
    pub(crate) async fn clean(&self) -> Result<u64, RedisError> {
        let mut connection = self.connection.clone();
        let mut swept = 0;
        loop {
            let more: u64 = SWEEP
                .key(self.key("data"))
                .key(self.key("meta"))
                .key(self.key("done"))
                .key(self.key("dead"))
                .invoke_async(&mut connection)
                .await?;
            swept += more;
            if more < 1000 {
                return Ok(swept);
            }
        }
    }

    /// Forget a worker whose life ended well; apalis-redis removes another name than it added.
    pub(crate) async fn deregister(&self, worker: &str) -> Result<(), RedisError> {
        DEREGISTER
            .key(self.key("workers"))
            .key(self.key(&format!("workers:metadata:{worker}")))
            .key(self.key(&format!("inflight:{worker}")))
            .arg(worker)
            .invoke_async(&mut self.connection.clone())
            .await
    }

    /// A fresh backend on a fresh connection, for one worker life.
    pub(crate) async fn delivery(&self) -> Result<impl Delivery + use<>, RedisError> {
        let settings = manager_settings(WORKER_PATIENCE);
        let connection = ConnectionManager::new_with_config(self.client.clone(), settings).await?;
        let config = Config::default()
            .queue(&self.prefix)
            // With more, heartbeats and acknowledgements stop while fetched tickets wait.
            .batch_size(1)
            .lock_tasks(false)
            .emit_events(false)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(6);
        let wake = wake(self.client.clone(), self.key("wake"));
        Ok(RedisStorage::<Envelope>::new(connection)
            .with_config(config)
            .with_codec(TicketCodec)
            .poll_with_strategy(Tick::new(PERIOD, wake)))
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

fn manager(client: &Client, patience: Duration) -> Result<ConnectionManager, RedisError> {
    ConnectionManager::new_lazy_with_config(client.clone(), manager_settings(patience))
}

/// One attempt to connect at a time: whoever asks next asks again, and hears at once that Redis is
/// away.
fn manager_settings(patience: Duration) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(patience))
        .set_number_of_retries(0)
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
