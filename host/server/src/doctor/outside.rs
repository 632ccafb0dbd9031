//! What a server needs of others: Redis, openFDA, a right clock; and whether one is running already.

use std::net::SocketAddr;

use quire_faers::{Faers, FaersError, Tuning};
use quire_jobs::{RedisExamined, examine_redis};
use quire_records::Timestamp;

use super::line::Lines;
use crate::{cli::Doctor, ready};

/// Clocks that differ by more disturb the order of things; openFDA's tells whole seconds and takes some to arrive.
const SKEW_MS: i64 = 5_000;
const SOURCE_SKEW_MS: i64 = 60_000;

/// Whether a server answers where this one would listen.
pub(super) async fn server(listen: SocketAddr, lines: &mut Lines) {
    let address = ready::reached(listen);
    match ready::ask(address).await {
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            lines.ok("server", format!("none listens on {address}"));
        }
        Err(error) => lines.fail(
            "server",
            format!("what listens on {address} does not answer: {error}"),
            "look at its log; kill -9 loses no accepted report",
        ),
        Ok(answer) if ready::is_ready(&answer) => lines.ok("server", format!("ready on {address}")),
        Ok(answer) => lines.fail(
            "server",
            format!("what listens on {address} is not ready: {answer}"),
            format!("curl http://{address}/readyz names what it lacks"),
        ),
    }
}

pub(super) async fn redis(command: &Doctor, lines: &mut Lines) {
    let Some(url) = command.serve.queue.redis_url() else {
        return;
    };
    match examine_redis(&url).await {
        Err(why) => lines.fail(
            "redis",
            why,
            "look at QUIRE_REDIS_URL and at the Redis; while it is away no report is accepted, and none is lost",
        ),
        Ok(found) => examined(&found, lines),
    }
}

fn examined(found: &RedisExamined, lines: &mut Lines) {
    if found.is_cluster {
        return lines.fail(
            "redis",
            "it is a cluster, which cannot carry the queue",
            "use one Redis, or a primary with a replica",
        );
    }
    lines.ok("redis", format!("version {}, takes writes", found.version));
    let bounded = found.memory_limit_bytes > 0;
    match found.eviction.as_deref() {
        Some("noeviction") => {}
        Some(policy) if bounded => lines.warn(
            "redis memory",
            format!("when it is full it drops keys ({policy}), tickets among them"),
            "set maxmemory-policy noeviction: lost tickets are made up for, at a cost",
        ),
        Some(policy) => lines.ok(
            "redis memory",
            format!("without a limit, so {policy} drops nothing"),
        ),
        None => lines.warn(
            "redis memory",
            "it does not tell what it does when it is full",
            "ask whoever runs it for maxmemory-policy noeviction",
        ),
    }
    if !found.is_persistent {
        lines.warn(
            "redis disk",
            "it keeps nothing on a disk",
            "set appendonly yes: without it each restart costs the cache, and the tickets are made up for",
        );
    }
    let ahead = found.clock_ms - Timestamp::now().as_millisecond();
    skew("redis clock", ahead, SKEW_MS, lines);
}

pub(super) async fn openfda(command: &Doctor, lines: &mut Lines) {
    if command.serve.sample.sample {
        return lines.ok("openfda", "not asked: the bundled sample takes its place");
    }
    let source = &command.serve.source;
    // One try: who looks is told what is wrong, and does not wait for it to pass.
    let tuning = Tuning {
        attempts: 1,
        doubtful_attempts: 1,
        throttled_attempts: 1,
        ..Tuning::default()
    };
    let faers = source
        .faers(None, None)
        .and_then(|settings| Ok(Faers::tuned(settings, tuning)?));
    let faers = match faers {
        Ok(faers) => faers,
        Err(error) => return lines.fail("openfda", format!("{error:#}"), "mend the setting"),
    };
    match faers.reach().await {
        Ok(reach) => {
            let updated = reach
                .last_updated
                .unwrap_or_else(|| "an unknown day".to_owned());
            lines.ok(
                "openfda",
                format!(
                    "answers in {} ms, updated on {updated}",
                    reach.took.as_millis()
                ),
            );
            if let Some(clock) = reach.clock {
                let ahead = clock.as_millisecond() - Timestamp::now().as_millisecond();
                skew("openfda clock", ahead, SOURCE_SKEW_MS, lines);
            }
            if source.key().is_none() {
                lines.warn(
                    "openfda key",
                    "none is set: 1,000 requests a day, which are some dozens of reports",
                    "set QUIRE_OPENFDA_KEY, a free key from https://open.fda.gov/apis/authentication/",
                );
            }
        }
        Err(error) => {
            let remedy = match &error {
                FaersError::Refused { .. } => "look at QUIRE_OPENFDA_KEY",
                FaersError::Throttled { .. } | FaersError::BudgetExhausted { .. } => {
                    "wait, or set QUIRE_OPENFDA_KEY"
                }
                _ => {
                    "look at QUIRE_OPENFDA_URL, the proxy (HTTPS_PROXY) and its certificates (QUIRE_CA_FILE); reports that are asked for meanwhile fail after some tries"
                }
            };
            lines.fail("openfda", error.to_string(), remedy);
        }
    }
}

/// The machine's clock beside the trail's last event.
pub(super) fn clock(last_event: Option<Timestamp>, lines: &mut Lines) {
    let now = Timestamp::now();
    let ahead = last_event.map_or(0, |last| last.as_millisecond() - now.as_millisecond());
    if ahead > SKEW_MS {
        lines.fail(
            "clock",
            format!(
                "it says {now:.0}, and the last event of the trail is {} s later",
                ahead / 1_000
            ),
            "set the clock (NTP): it has gone back, or was ahead when that was written",
        );
    } else {
        lines.ok("clock", format!("{now:.0}, behind no event of the trail"));
    }
}

fn skew(check: &'static str, ahead_ms: i64, most_ms: i64, lines: &mut Lines) {
    if ahead_ms.abs() > most_ms {
        let way = if ahead_ms > 0 { "behind" } else { "ahead" };
        lines.warn(
            check,
            format!("this machine's clock is {} s {way}", ahead_ms.abs() / 1_000),
            "let both machines set their clocks by NTP",
        );
    } else {
        lines.ok(check, "agrees with this machine's");
    }
}
