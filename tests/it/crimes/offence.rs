//! The crimes, and how each is committed.

use std::{collections::BTreeMap, time::Duration};

use quire_replay::{Fault, FaultRule};
use redis::Value as Reply;
use rustix::process::{Resource, Signal};

use super::{
    machine::Disk,
    scene::{Mode, Scene, signal},
    watch::Watch,
};
use crate::support::eventually;

/// How long a crime waits to be noticed before it ends unnoticed.
const NOTICED: Duration = Duration::from_secs(20);

/// What is done to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offence {
    KillWorker,
    KillServer,
    KillRedis,
    ReplaceRedis,
    FlushQueue,
    StopRedis,
    StopWorker,
    FillRedis,
    DemoteRedis,
    Poison,
    Disk(Disk, &'static str),
    FileLimit,
    Descriptors,
    ClockForth,
    ClockBack,
    Upstream,
}

impl Offence {
    /// All that can be committed where Redis is between the processes, or where it is not.
    pub(crate) fn all(mode: Mode) -> Vec<Self> {
        let all = [
            Self::KillWorker,
            Self::Poison,
            Self::KillServer,
            Self::FlushQueue,
            Self::Disk(Disk::Full, "/quire.db"),
            Self::Disk(Disk::Full, "/queue.db"),
            Self::Disk(Disk::Full, "/artifacts/"),
            Self::Disk(Disk::ReadOnly, "/quire.db"),
            Self::Disk(Disk::ReadOnly, "/queue.db"),
            Self::Disk(Disk::ReadOnly, "/artifacts/"),
            Self::Disk(Disk::Broken, "/quire.db"),
            Self::FileLimit,
            Self::Descriptors,
            Self::KillRedis,
            Self::ReplaceRedis,
            Self::StopRedis,
            Self::FillRedis,
            Self::DemoteRedis,
            Self::Upstream,
            Self::ClockForth,
            Self::ClockBack,
            Self::StopWorker,
        ];
        let possible = all.into_iter().filter(|offence| offence.is_possible(mode));
        possible.collect()
    }

    fn is_possible(self, mode: Mode) -> bool {
        match self {
            Self::KillRedis
            | Self::ReplaceRedis
            | Self::StopRedis
            | Self::FillRedis
            | Self::DemoteRedis => mode == Mode::Redis,
            // The server is the worker; stopped, nobody is left to take over.
            Self::KillWorker | Self::StopWorker => mode == Mode::Redis,
            Self::Disk(_, "/queue.db") => mode == Mode::Embedded,
            _ => true,
        }
    }

    /// In words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::KillWorker => "kill -9 of a worker".to_owned(),
            Self::KillServer => "kill -9 of the server".to_owned(),
            Self::KillRedis => "kill -9 of Redis".to_owned(),
            Self::ReplaceRedis => "Redis killed, an empty one in its place".to_owned(),
            Self::FlushQueue => "the queue emptied".to_owned(),
            Self::StopRedis => "SIGSTOP of Redis".to_owned(),
            Self::StopWorker => "SIGSTOP of a worker beyond its lease".to_owned(),
            Self::FillRedis => "Redis out of memory".to_owned(),
            Self::DemoteRedis => "Redis made a replica, read only".to_owned(),
            Self::Poison => "tickets that are none".to_owned(),
            Self::Disk(disk, name) => {
                let what = match disk {
                    Disk::Full => "full",
                    Disk::ReadOnly => "read only",
                    Disk::Broken => "broken",
                };
                format!("disk {what} for {}", name.trim_matches('/'))
            }
            Self::FileLimit => "no file can grow".to_owned(),
            Self::Descriptors => "no descriptors left".to_owned(),
            Self::ClockForth => "clock two days forth and back".to_owned(),
            Self::ClockBack => "clock two days back and forth".to_owned(),
            Self::Upstream => "openFDA slow, cut off, lying, away".to_owned(),
        }
    }

    /// Commit it, and end it once it was noticed.
    pub(crate) async fn commit(self, scene: &mut Scene, watch: &Watch) {
        match self {
            Self::KillWorker => {
                let successor = scene.new_worker().await;
                let mut victim = std::mem::replace(&mut scene.workers[0], successor);
                victim.kill();
            }
            Self::KillServer => {
                scene.api.kill();
                scene.restart_api().await;
            }
            Self::KillRedis => {
                let redis = scene.redis.as_mut().unwrap();
                redis.kill();
                watch.unready(NOTICED).await;
                redis.launch();
            }
            Self::ReplaceRedis => {
                let redis = scene.redis.as_mut().unwrap();
                redis.kill();
                redis.forget();
                redis.launch();
            }
            Self::FlushQueue => flush(scene).await,
            Self::StopRedis => {
                let redis = scene.redis.as_ref().unwrap().process();
                signal(redis, Signal::STOP);
                watch.unready(NOTICED).await;
                signal(redis, Signal::CONT);
            }
            Self::StopWorker => stop_worker(scene, watch).await,
            Self::FillRedis => {
                let redis = scene.redis.as_ref().unwrap();
                let set = async |most| {
                    redis
                        .command::<()>(&["CONFIG", "SET", "maxmemory", most])
                        .await
                };
                set("1").await;
                watch.unready(NOTICED).await;
                set("0").await;
            }
            Self::DemoteRedis => {
                let redis = scene.redis.as_ref().unwrap();
                redis.command::<()>(&["REPLICAOF", "127.0.0.1", "1"]).await;
                watch.unready(NOTICED).await;
                redis.command::<()>(&["REPLICAOF", "NO", "ONE"]).await;
            }
            Self::Poison => poison(scene).await,
            Self::Disk(disk, name) => {
                scene.machine.break_disk(disk, name);
                watch.unready(NOTICED).await;
                scene.machine.mend_disk();
            }
            Self::FileLimit => limited(scene, watch, Resource::Fsize, 0).await,
            Self::Descriptors => limited(scene, watch, Resource::Nofile, 1).await,
            Self::ClockForth => set_clock(scene, watch, true).await,
            Self::ClockBack => set_clock(scene, watch, false).await,
            Self::Upstream => upstream(scene, watch).await,
        }
    }
}

/// All tickets are gone.
async fn flush(scene: &Scene) {
    match &scene.redis {
        Some(redis) => redis.command::<()>(&["FLUSHALL"]).await,
        None => {
            let queue = queue_file(scene).await;
            sqlx::query("DELETE FROM Jobs")
                .execute(&queue)
                .await
                .unwrap();
            queue.close().await;
        }
    }
}

async fn queue_file(scene: &Scene) -> sqlx::SqlitePool {
    let queue = scene.api.data_dir().join("queue.db");
    let address = format!("sqlite://{}", queue.display());
    sqlx::SqlitePool::connect(&address).await.unwrap()
}

/// Bytes in the place of tickets, tickets for reports that there are not, and tickets without bytes.
async fn poison(scene: &Scene) {
    const NOT_TICKETS: [&str; 4] = [
        "\u{0}\u{1}no ticket",
        "{}",
        "{\"report\":\"01J00000000000000000000000\"}",
        "[[[[",
    ];
    match &scene.redis {
        Some(redis) => {
            let lists: Vec<String> = redis.command(&["KEYS", "*:tickets:*"]).await;
            let list = lists.iter().find_map(|key| key.split_once(":tickets:"));
            let (deployment, _) = list.expect("a queue");
            let key = |name: &str| format!("{deployment}:tickets:{name}");
            for (number, bytes) in NOT_TICKETS.into_iter().enumerate() {
                let id = format!("01J0000000000000000000000{number}");
                redis
                    .command::<Reply>(&["HSET", &key("data"), &id, bytes])
                    .await;
                redis
                    .command::<Reply>(&["RPUSH", &key("active"), &id])
                    .await;
            }
            for without in ["01J00000000000000000000009", "no id at all"] {
                redis
                    .command::<Reply>(&["RPUSH", &key("active"), without])
                    .await;
            }
        }
        None => {
            let queue = queue_file(scene).await;
            for (number, bytes) in NOT_TICKETS.into_iter().enumerate() {
                let insert = "INSERT INTO Jobs (job, id, job_type, status, attempts, max_attempts, run_at, metadata)
                              VALUES ($1, $2, 'quire:tickets', 'Pending', 0, 25, 0, '{}')";
                let inserted = sqlx::query(insert)
                    .bind(bytes.as_bytes())
                    .bind(format!("01J0000000000000000000000{number}"));
                inserted.execute(&queue).await.unwrap();
            }
            queue.close().await;
        }
    }
}

/// A worker stands still until others have made what it had claimed; then it goes on, as if nothing had been.
async fn stop_worker(scene: &Scene, watch: &Watch) {
    let victim = scene.workers[0].process();
    let held = "SELECT id FROM report WHERE state = 'running' AND worker LIKE $1";
    let name = format!("worker-%-{victim}-%");
    let mut claims: Vec<String> = Vec::new();
    // In the middle of a report, or there is nothing to take over.
    for _ in 0..200 {
        signal(victim, Signal::STOP);
        let rows = sqlx::query_scalar(held).bind(&name);
        claims = rows.fetch_all(&watch.ledger).await.unwrap();
        // Nor in the middle of a write: the lock would be its own as long as it stands.
        if !claims.is_empty() && is_free(scene).await {
            break;
        }
        signal(victim, Signal::CONT);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for claim in &claims {
        eventually("another to make what the stopped one held", || async {
            let ended = "SELECT count(*) FROM report WHERE id = $1 AND finished IS NOT NULL";
            let ended = sqlx::query_scalar::<_, i64>(ended).bind(claim);
            (ended.fetch_one(&watch.ledger).await.unwrap() == 1).then_some(())
        })
        .await;
    }
    signal(victim, Signal::CONT);
}

/// Whether the ledger can be written.
async fn is_free(scene: &Scene) -> bool {
    let ledger = scene.api.data_dir().join("quire.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(ledger)
        .busy_timeout(Duration::from_millis(100));
    let ledger = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let is_free = match ledger.begin_with("BEGIN IMMEDIATE").await {
        Ok(begun) => begun.rollback().await.is_ok(),
        Err(_) => false,
    };
    ledger.close().await;
    is_free
}

/// Every process may have so much of something and no more, until that is noticed.
async fn limited(scene: &Scene, watch: &Watch, resource: Resource, most: u64) {
    let before: BTreeMap<u32, Option<u64>> = scene
        .processes()
        .map(|process| (process.process(), process.limit(resource, Some(most))))
        .collect();
    watch.unready(NOTICED).await;
    for process in scene.processes() {
        process.limit(resource, before[&process.process()]);
    }
}

/// The clock goes wrong, reports are made by it, and it is put right.
async fn set_clock(scene: &Scene, watch: &Watch, later: bool) {
    scene
        .machine
        .set_clock(later, Duration::from_secs(2 * 24 * 60 * 60));
    more(watch).await;
    scene.machine.set_clock(true, Duration::ZERO);
}

/// openFDA fails in one way after the other, each until reports were made meanwhile.
async fn upstream(scene: &Scene, watch: &Watch) {
    for fault in [
        Fault::Slow {
            milliseconds: 1_500,
        },
        Fault::CutOff,
        Fault::WrongShape,
        Fault::BrokenJson,
        Fault::Hang,
        Fault::Unavailable,
    ] {
        scene.replay.fail(FaultRule::always(fault));
        more(watch).await;
        scene.replay.recover();
    }
}

/// Wait until some more reports have ended, for a while.
async fn more(watch: &Watch) {
    let mut ended = watch.ended.clone();
    let now = *ended.borrow();
    let some = ended.wait_for(|ended| *ended >= now + 5);
    let _ = tokio::time::timeout(NOTICED, some).await;
}
