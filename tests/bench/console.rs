//! What the console costs: many open pages, a stop while they are open, and lists over a long ledger.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use futures::future::join_all;
use reqwest::{Client, Response, redirect};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    ledger::{self, RARE_DRUG, USUAL_DRUG},
    process::{self, Running, cpu_seconds, memory_mib},
    stack::{Client as Api, KEY},
    table::{Table, percentile},
};

/// Pages that are told of changes: as many as one server tells.
const PAGES: usize = 200;

/// How long their cost is measured.
const WATCHED: Duration = Duration::from_secs(20);

/// Reports in the ledger.
const REPORTS: usize = 100_000;

/// How often a list is asked for.
const TIMES: usize = 40;

/// Both halves, over one server with a long ledger whose reports nobody makes: they wait, and so do their pages.
pub(crate) async fn measure(table: &mut Table) {
    let data_dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("quire-bench-console-{}", std::process::id()));
    let begun = Instant::now();
    let ids = ledger::fill(&data_dir, REPORTS).await;
    eprintln!(
        "{REPORTS} reports entered in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    let redis = process::redis();
    let folder = data_dir.to_string_lossy().into_owned();
    let arguments = [
        "--data-dir",
        &folder,
        "--sample",
        "--workers",
        "0",
        "--redis-url",
        &redis.base,
    ];
    let mut server = process::quire(&arguments);
    let browser = Browser::enter(&server).await;
    lists(table, &browser, &ids).await;
    pages(table, &browser, &mut server).await;
    let _ = std::fs::remove_dir_all(&data_dir);
}

/// Every list of the console and of the API: the median and the worst.
async fn lists(table: &mut Table, browser: &Browser, [middle, last]: &[String; 2]) {
    let begun = Instant::now();
    browser.get("/console").await.bytes().await.unwrap();
    table.row(
        "console: home, for the first time after a start",
        format!("{:.1} ms", begun.elapsed().as_secs_f64() * 1e3),
        &format!("does not wait longer than 300 ms for the verdict on {REPORTS} events"),
    );
    let paths = [
        "/console".to_owned(),
        "/console/reports".to_owned(),
        format!("/console/reports?before={middle}"),
        "/console/reports?state=failed".to_owned(),
        "/console/reports?state=queued".to_owned(),
        "/console/reports?state=incomplete".to_owned(),
        "/console/reports?whose=mine".to_owned(),
        format!("/console/reports?drug={RARE_DRUG}"),
        format!("/console/reports?drug={USUAL_DRUG}&state=failed"),
        format!("/console/reports?drug={RARE_DRUG}&state=cancelled"),
        format!("/console/reports/{last}"),
        "/console/audit".to_owned(),
        format!("/console/audit?before={}", REPORTS / 2),
        format!("/console/audit?object=report%20{middle}"),
        "/console/audit?action=report.accepted&actor=operator".to_owned(),
        "/console/audit?action=module.activated&actor=operator".to_owned(),
        "/console/audit?object=trend&actor=settings".to_owned(),
        "/console/modules".to_owned(),
        "/console/definitions".to_owned(),
        "/console/keys".to_owned(),
        "/console/system".to_owned(),
        "/api/tasks".to_owned(),
        "/api/tasks?status=FAILURE".to_owned(),
        "/api/tasks?incomplete=true".to_owned(),
        format!("/api/tasks?before={middle}&ndc={RARE_DRUG}"),
        "/api/admin/audit?order=newest".to_owned(),
        format!("/api/admin/audit?order=newest&object=report%20{middle}"),
        format!("/api/admin/audit?after={}", REPORTS / 2),
    ];
    for path in paths {
        let mut took = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let begun = Instant::now();
            browser.get(&path).await.bytes().await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        let (median, worst) = (percentile(&mut took, 0.5), percentile(&mut took, 1.0));
        let shown = path.replace(middle, "…").replace(last, "…");
        table.row(
            &format!("{REPORTS} reports: {shown}"),
            format!("{median:.1} ms"),
            &format!("worst {worst:.1} ms of {TIMES}"),
        );
    }
}

/// Half of the pages are the start, half follow a report that waits.
async fn pages(table: &mut Table, browser: &Browser, server: &mut Running) {
    let pid = server.pid();
    let api = Api::new(server);
    let waiting = join_all((0..PAGES / 2).map(|number| api.submit("cer", number))).await;
    let share = async || {
        let before = cpu_seconds(pid);
        let begun = Instant::now();
        tokio::time::sleep(WATCHED).await;
        (cpu_seconds(pid) - before) / begun.elapsed().as_secs_f64() * 100.0
    };
    let alone = share().await;
    let memory = memory_mib(pid, "VmRSS");
    let mut addresses = vec!["/console/live/running?seen=".to_owned(); PAGES / 2];
    addresses.extend(
        waiting
            .iter()
            .map(|id| format!("/console/live/reports/{id}?seen=")),
    );
    let open = addresses.iter().map(|address| browser.told(address));
    let open = join_all(open).await;
    let told = share().await;
    table.row(
        &format!("console: {PAGES} open pages"),
        format!("{told:.2} %"),
        &format!(
            "of a core over {} s; {alone:.2} % without them",
            WATCHED.as_secs()
        ),
    );
    table.row(
        "console: memory of an open page",
        format!(
            "{:.0} KiB",
            (memory_mib(pid, "VmRSS") - memory) * 1024.0 / PAGES as f64
        ),
        &format!("RSS, of {PAGES}"),
    );
    let ends = open.into_iter().map(|mut page| {
        tokio::spawn(async move { while page.chunk().await.ok().flatten().is_some() {} })
    });
    let ends: Vec<_> = ends.collect();
    let begun = Instant::now();
    kill_process(Pid::from_child(&server.child), Signal::TERM).unwrap();
    let status = tokio::task::block_in_place(|| server.child.wait()).unwrap();
    assert!(status.success(), "{status}");
    table.row(
        &format!("console: a stop with {PAGES} open pages"),
        format!("{:.2} s", begun.elapsed().as_secs_f64()),
        "from the signal to the end of the process",
    );
    join_all(ends).await;
}

/// Someone who is signed in, and has the key for the API too.
struct Browser {
    client: Client,
    base: String,
    cookie: String,
}

impl Browser {
    async fn enter(server: &Running) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none());
        let client = client.build().unwrap();
        let base = server.base.clone();
        let answer = client
            .post(format!("{base}/console/sign-in"))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("key={KEY}&to=%2Fconsole"))
            .send()
            .await
            .unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            client,
            base,
            cookie,
        }
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base));
        let request = if path.starts_with("/api") {
            request.bearer_auth(KEY)
        } else {
            request.header("cookie", &self.cookie)
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    }

    /// A page that is told of changes, after it was told how things stand.
    async fn told(&self, path: &str) -> Response {
        let mut answer = self.get(path).await;
        assert!(answer.chunk().await.unwrap().is_some(), "{path}");
        answer
    }
}
