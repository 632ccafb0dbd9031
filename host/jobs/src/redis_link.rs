//! The connection to Redis over which tickets are pushed, and what its refusals mean.
//!
//! A connection manager makes its connection anew when it breaks, but keeps one that works and leads
//! to a server that can do nothing for us: a primary that became a replica answers PING for ever. So
//! after such an answer a fresh connection is made, which goes where the name leads now.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use quire_model::HostFault;
use redis::{
    Client, ErrorKind, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(1);

/// A connection that is made when it is needed.
pub(crate) struct RedisLink {
    client: Client,
    patience: Duration,
    connection: ArcSwap<ConnectionManager>,
}

impl RedisLink {
    /// Makes no connection yet. No command takes longer than `patience`.
    pub(crate) fn new(client: Client, patience: Duration) -> Result<Self, RedisError> {
        let connection = lazy(&client, patience)?;
        Ok(Self {
            client,
            patience,
            connection: ArcSwap::from_pointee(connection),
        })
    }

    /// What makes further connections.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Ask for something, and let go of the connection if its server cannot do it.
    pub(crate) async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&mut ConnectionManager) -> Result<T, RedisError>,
    ) -> Result<T, RedisError> {
        let used = self.connection.load_full();
        let answer = question(&mut ConnectionManager::clone(&used)).await;
        if let Err(error) = &answer
            && is_useless(error)
            && let Ok(fresh) = lazy(&self.client, self.patience)
        {
            // Of those who were refused at the same time, one replaces it.
            self.connection.compare_and_swap(&used, Arc::new(fresh));
        }
        answer
    }
}

fn lazy(client: &Client, patience: Duration) -> Result<ConnectionManager, RedisError> {
    ConnectionManager::new_lazy_with_config(client.clone(), settings(patience))
}

/// One attempt to connect at a time: whoever asks next asks again, and hears at once that Redis is
/// away.
pub(crate) fn settings(patience: Duration) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(patience))
        .set_number_of_retries(0)
}

/// Whether the server at the other end is not the one to ask, or does not answer at all.
fn is_useless(error: &RedisError) -> bool {
    error.is_timeout() || refusal(error).is_some()
}

/// What is wrong with the Redis that gave this error, for the administrator who has to mend it.
pub(crate) fn why(error: &RedisError) -> String {
    if let Some(refusal) = refusal(error) {
        return refusal.to_owned();
    }
    match HostFault::of(error) {
        Some(fault) => format!("Redis cannot be reached, because {fault}"),
        None => "Redis does not answer".to_owned(),
    }
}

/// The same for servers that answer but refuse. The word may stand anywhere: older versions put what
/// a script met behind words of their own.
fn refusal(error: &RedisError) -> Option<&'static str> {
    const CLUSTER: &str = "this Redis is part of a cluster, which cannot carry the queue: \
                           QUIRE_REDIS_URL has to lead to a single primary";
    const REPLICA: &str = "this Redis is a replica that takes no writes: QUIRE_REDIS_URL has to \
                           lead to the primary";
    const PASSWORD: &str =
        "Redis does not let us in: QUIRE_REDIS_URL needs another user or password";
    const CERTIFICATE: &str =
        "the certificate of Redis is not trusted: SSL_CERT_FILE names those that are";
    const REFUSALS: [(&str, &str); 13] = [
        (
            "OOM",
            "Redis has used up its memory and takes no writes: raise its maxmemory",
        ),
        ("READONLY", REPLICA),
        ("MASTERDOWN", REPLICA),
        ("MOVED", CLUSTER),
        ("CROSSSLOT", CLUSTER),
        ("CLUSTERDOWN", CLUSTER),
        (
            "MISCONF",
            "Redis cannot write its own files and takes no writes: look at its log and its disk",
        ),
        (
            "NOREPLICAS",
            "Redis has fewer replicas than min-replicas-to-write asks for and takes no writes",
        ),
        ("LOADING", "Redis is still loading its data"),
        ("BUSY", "Redis is busy with a script of someone else"),
        ("NOAUTH", PASSWORD),
        ("WRONGPASS", PASSWORD),
        ("NOPERM", PASSWORD),
    ];
    // What a connection meets on its way has no code of Redis.
    if error.kind() == ErrorKind::AuthenticationFailed {
        return Some(PASSWORD);
    }
    let text = error.to_string();
    if text.contains("certificate") {
        return Some(CERTIFICATE);
    }
    let code = error.code().unwrap_or_default();
    let mut words = text.split(|letter: char| !letter.is_ascii_uppercase());
    let found = REFUSALS.iter().find(|(word, _)| code == *word);
    let found = found
        .or_else(|| words.find_map(|word| REFUSALS.iter().find(|(refusal, _)| word == *refusal)));
    found.map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(text: &str) -> RedisError {
        RedisError::from((
            ErrorKind::Extension,
            "An error was signalled",
            text.to_owned(),
        ))
    }

    #[test]
    fn a_server_that_takes_no_writes_is_known_however_its_version_says_so() {
        let now = answered("OOM command not allowed when used memory > 'maxmemory'. script: 5f");
        let before = answered(
            "Error running script (call to f_5f): @user_script:1: -READONLY You can't write \
             against a read only replica.",
        );

        assert!(why(&now).contains("maxmemory"), "{}", why(&now));
        assert!(why(&before).contains("primary"), "{}", why(&before));
        assert!(is_useless(&now) && is_useless(&before));
    }

    #[test]
    fn a_fault_of_this_machine_is_not_blamed_on_redis() {
        let error = RedisError::from(std::io::Error::from_raw_os_error(24));

        assert!(why(&error).contains("too many files"), "{}", why(&error));
    }

    #[test]
    fn any_other_error_is_no_refusal() {
        let error = answered("WRONGTYPE Operation against a key holding the wrong kind of value");

        assert!(!is_useless(&error));
    }
}
