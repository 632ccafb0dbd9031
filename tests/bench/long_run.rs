//! A server over a day: how soon a report is begun, what it costs while nobody asks, and whether it grows.

use std::{path::Path, time::Duration};

use crate::{
    process::{self, cpu_seconds, memory_mib},
    stack::Client,
    table::{Table, percentile},
};

/// Reports that come one by one to an idle server.
const ALONE: usize = 100;

/// How long it is left alone.
const IDLE: Duration = Duration::from_secs(30);

/// Reports after which memory is compared, and how many are asked for at a time.
const FEW: usize = 500;
const MANY: usize = 10_000;
const AT_ONCE: usize = 250;

/// Measure both modes.
pub(crate) async fn measure(table: &mut Table) {
    let redis = process::redis();
    mode(table, "embedded", None).await;
    mode(table, "redis", Some(&redis.base)).await;
}

async fn mode(table: &mut Table, name: &str, redis: Option<&str>) {
    let folder = std::env::temp_dir().join(format!("quire-long-run-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let data_dir = folder.to_string_lossy().into_owned();
    let mut arguments = vec!["--data-dir", &data_dir, "--sample", "--cache-ttl", "1h"];
    arguments.extend(["--requests-per-minute", "0", "--reports-per-minute", "0"]);
    arguments.extend(["--reports-per-day", "0"]);
    arguments.extend(redis.iter().flat_map(|url| ["--redis-url", *url]));
    let server = process::quire(&arguments);
    let client = Client::new(&server);
    client.batch("plain", 0, 4).await;

    for number in 0..ALONE {
        let task = client.submit("plain", number).await;
        client.wait(&task, Duration::from_millis(20)).await;
    }
    let mut begun = until_begun(&folder).await;
    table.row(
        &format!("{name}: from acceptance to start, idle"),
        format!("{:.0} ms", percentile(&mut begun, 0.5)),
        &format!(
            "by the ledger's own times, in whole milliseconds; mean {:.1} ms, p95 {:.0} ms of {}",
            begun.iter().sum::<f64>() / begun.len() as f64,
            percentile(&mut begun, 0.95),
            begun.len()
        ),
    );

    let before = cpu_seconds(server.pid());
    tokio::time::sleep(IDLE).await;
    let share = (cpu_seconds(server.pid()) - before) / IDLE.as_secs_f64();
    table.row(
        &format!("{name}: CPU while nobody asks"),
        format!("{:.2} %", share * 100.0),
        &format!("of one core, over {} s", IDLE.as_secs()),
    );

    let mut made = ALONE + 4;
    let mut memory = Vec::new();
    for goal in [FEW, MANY] {
        while made < goal {
            client.batch("plain", made, AT_ONCE.min(goal - made)).await;
            made += AT_ONCE.min(goal - made);
        }
        memory.push(memory_mib(server.pid(), "VmRSS"));
    }
    table.row(
        &format!("{name}: memory after {MANY} reports"),
        format!("{:.0} MiB", memory[1]),
        &format!(
            "{:.2} times that after {FEW} ({:.0} MiB); peak {:.0} MiB",
            memory[1] / memory[0],
            memory[0],
            memory_mib(server.pid(), "VmHWM")
        ),
    );
    drop(server);
    let _ = std::fs::remove_dir_all(folder);
}

/// Milliseconds between acceptance and start of the newest reports.
async fn until_begun(data_dir: &Path) -> Vec<f64> {
    let address = format!("sqlite://{}?mode=ro", data_dir.join("quire.db").display());
    let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
    let waits = "SELECT started - accepted FROM report ORDER BY id DESC LIMIT $1";
    let waits: Vec<i64> = sqlx::query_scalar(waits)
        .bind(ALONE as i64)
        .fetch_all(&pool)
        .await
        .unwrap();
    pool.close().await;
    waits.into_iter().map(|wait| wait as f64).collect()
}
