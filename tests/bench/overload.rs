//! Ten times the load that can be served: what whoever asks meanwhile meets, and that it passes by itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use quire_records::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{net::TcpStream, task::JoinSet, time::MissedTickBehavior};

use crate::{
    process::{self, Running},
    stack::{self, Client, KEY},
    table::{Table, percentile},
};

/// Reports by which is found how many can be served.
const PROBE: usize = 60;

/// How long there is too much.
const FLOOD: Duration = Duration::from_secs(40);

/// Callers who ask for too much, each with a key of its own.
const CALLERS: usize = 10;

/// How many times as much as can be served they ask for.
const TIMES: f64 = 10.0;

/// Connections that say nothing.
const SOCKETS: usize = 1_000;

/// What one caller of the flood was answered: how long it took, and what.
type Answers = Vec<(f64, u16)>;

/// Measure both modes.
pub(crate) async fn measure(table: &mut Table) {
    let redis = process::redis();
    mode(table, "embedded", None).await;
    mode(table, "redis", Some(&redis.base)).await;
}

async fn mode(table: &mut Table, name: &str, redis: Option<&str>) {
    let folder = std::env::temp_dir().join(format!("quire-overload-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let data_dir = folder.to_string_lossy().into_owned();
    let mut arguments = vec!["--data-dir", &data_dir, "--sample", "--cache-ttl", "1h"];
    // What was accepted is made once the flood is over: few enough to wait for.
    arguments.extend(["--max-waiting-per-key", "100"]);
    arguments.extend(redis.iter().flat_map(|url| ["--redis-url", *url]));
    let server = process::quire(&arguments);
    let client = Client::new(&server);
    client.batch("cer", 0, 2).await;
    let served = PROBE as f64 / client.batch("cer", 10, PROBE).await.as_secs_f64();
    let single = one_report(&client, 200).await;

    let stop = Arc::<AtomicBool>::default();
    let mut flood = JoinSet::new();
    for caller in 0..CALLERS {
        let key = key(&server, &format!("caller {caller}")).await;
        let pause = Duration::from_secs_f64(CALLERS as f64 / (served * TIMES));
        flood.spawn(ask(server.base.clone(), key, pause, Arc::clone(&stop)));
    }
    let mut others = Vec::new();
    let end = Instant::now() + FLOOD;
    while Instant::now() < end {
        others.push(one_report(&client, 300 + others.len()).await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let sockets = idle_sockets(&server).await;
    let mut lively = Vec::new();
    for _ in 0..50 {
        lively.push(livez(&server).await);
    }
    drop(sockets);
    stop.store(true, Ordering::Relaxed);
    let mut answers: Answers = flood.join_all().await.into_iter().flatten().collect();
    let after = Instant::now();
    let quiet = normal_again(&client, single).await;

    let asked = answers.len() as f64 / (after - (end - FLOOD)).as_secs_f64();
    let count = |status: u16| answers.iter().filter(|answer| answer.1 == status).count();
    let (accepted, refused) = (count(202), count(429));
    let other = answers.len() - accepted - refused;
    let mut took: Vec<f64> = answers.drain(..).map(|answer| answer.0).collect();
    table.row(
        &format!("{name}, overload: an answer to one of too many"),
        format!("{:.1} ms", percentile(&mut took, 0.5)),
        &format!(
            "p99 {:.0} ms; {asked:.0} requests/s where {served:.0} reports/s can be made; {accepted} accepted, {refused} \
             answered 429, {other} otherwise",
            percentile(&mut took, 0.99)
        ),
    );
    let (median, worst) = (percentile(&mut others, 0.5), percentile(&mut others, 1.0));
    table.row(
        &format!("{name}, overload: another key's single report"),
        format!("{median:.0} ms"),
        &format!(
            "worst {worst:.0} ms of {}; {single:.0} ms before",
            others.len()
        ),
    );
    table.row(
        &format!("{name}, overload: /livez beside {SOCKETS} idle sockets"),
        format!("{:.1} ms", percentile(&mut lively, 0.5)),
        &format!(
            "worst {:.0} ms of {}",
            percentile(&mut lively, 1.0),
            lively.len()
        ),
    );
    table.row(
        &format!("{name}, overload: back to normal"),
        format!("{quiet:.1} s"),
        "from its end until all of what was accepted is made and a report takes as long as before",
    );
    drop(server);
    let _ = std::fs::remove_dir_all(folder);
}

/// A caller who asks in even steps, whatever is answered.
async fn ask(base: String, key: String, pause: Duration, stop: Arc<AtomicBool>) -> Answers {
    let http = reqwest::Client::new();
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut answers = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let number = answers.len();
        let begun = Instant::now();
        let answer = http
            .post(format!("{base}/api/cer/61958-0802/enhanced-pdf"))
            .bearer_auth(&key)
            .json(&json!({"locale": stack::language(number)}))
            .send()
            .await;
        let status = answer.map_or(0, |answer| answer.status().as_u16());
        answers.push((begun.elapsed().as_secs_f64() * 1e3, status));
    }
    answers
}

/// Milliseconds from the request of a report to its result.
async fn one_report(client: &Client, number: usize) -> f64 {
    let begun = Instant::now();
    let task = client.submit("cer", number).await;
    client.wait(&task, Duration::from_millis(10)).await;
    begun.elapsed().as_secs_f64() * 1e3
}

/// Seconds until a report takes no longer than twice what it took before, and nothing waits.
async fn normal_again(client: &Client, before: f64) -> f64 {
    let begun = Instant::now();
    for number in 1_000.. {
        let waits = client.waiting().await;
        if waits == 0 && one_report(client, number).await < 2.0 * before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    begun.elapsed().as_secs_f64()
}

async fn key(server: &Running, label: &str) -> String {
    let made = reqwest::Client::new()
        .post(format!("{}/api/admin/keys", server.base))
        .bearer_auth(KEY)
        .json(&json!({"role": Role::Consumer, "label": label, "reason": "to ask for too much"}))
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = made.json().await.unwrap();
    made["key"].as_str().unwrap().to_owned()
}

async fn idle_sockets(server: &Running) -> Vec<TcpStream> {
    let address = server.base.trim_start_matches("http://");
    let opened = join_all((0..SOCKETS).map(|_| TcpStream::connect(address))).await;
    opened.into_iter().filter_map(Result::ok).collect()
}

/// Milliseconds of an answer over a connection of its own.
async fn livez(server: &Running) -> f64 {
    let http = reqwest::Client::new();
    let begun = Instant::now();
    let answer = http.get(format!("{}/livez", server.base)).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
    begun.elapsed().as_secs_f64() * 1e3
}
