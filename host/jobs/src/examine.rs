//! A look at Redis as an operator's: whether it can carry the queue, and how it is set up.

use std::time::Duration;

use redis::{Client, aio::MultiplexedConnection};

use crate::redis_link::why;

/// How long the whole look may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A key that lives a second, written to learn whether writing is possible.
const PROBE: &str = "quire:doctor";

/// What was seen of a Redis that takes writes.
#[derive(Clone, Debug, Default)]
pub struct RedisExamined {
    /// Its version.
    pub version: String,
    /// What it does when its memory is full, such as `noeviction`; none if it does not say.
    pub eviction: Option<String>,
    /// The most memory it may use, in bytes; 0 is without end.
    pub memory_limit_bytes: u64,
    /// Whether it is part of a cluster, which cannot carry the queue.
    pub is_cluster: bool,
    /// Whether it writes what it holds to a disk.
    pub is_persistent: bool,
    /// Its clock, in milliseconds since 1970-01-01 UTC.
    pub clock_ms: i64,
}

/// Look at the Redis at an address.
///
/// # Errors
///
/// Why it cannot carry the queue, in words; the address is not repeated.
pub async fn examine_redis(url: &str) -> Result<RedisExamined, String> {
    let client = Client::open(url).map_err(|error| {
        let kind = error.kind();
        format!("its address cannot be read ({kind:?})")
    })?;
    let look = async {
        let mut connection = client.get_multiplexed_async_connection().await?;
        look(&mut connection).await
    };
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Ok(examined)) => Ok(examined),
        Ok(Err(error)) => Err(why(&error)),
        Err(_) => Err("Redis does not answer".to_owned()),
    }
}

async fn look(connection: &mut MultiplexedConnection) -> redis::RedisResult<RedisExamined> {
    let mut write = redis::cmd("SET");
    write.arg(PROBE).arg(1).arg("PX").arg(1_000);
    write.query_async::<()>(connection).await?;
    let (seconds, micros): (i64, i64) = redis::cmd("TIME").query_async(connection).await?;
    // Those who rent a Redis may be kept from asking these.
    let info: String = redis::cmd("INFO")
        .query_async(connection)
        .await
        .unwrap_or_default();
    let told = |name: &str| {
        info.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
    };
    let saves: Vec<String> = redis::cmd("CONFIG")
        .arg("GET")
        .arg("save")
        .query_async(connection)
        .await
        .unwrap_or_default();
    Ok(RedisExamined {
        version: told("redis_version").unwrap_or_default(),
        eviction: told("maxmemory_policy"),
        memory_limit_bytes: told("maxmemory")
            .and_then(|bytes| bytes.parse().ok())
            .unwrap_or(0),
        is_cluster: told("cluster_enabled").is_some_and(|enabled| enabled == "1"),
        is_persistent: told("aof_enabled").is_some_and(|enabled| enabled == "1")
            || saves.get(1).is_some_and(|save| !save.is_empty()),
        clock_ms: seconds * 1_000 + micros / 1_000,
    })
}
