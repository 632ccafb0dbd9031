//! The Celery stack in `BASELINE`, measured by its own script, and how we compare.

use std::{path::Path, process::Command, time::Duration};

use serde_json::Value;

use crate::{process::free_port, stack::Cost, table::Table};

/// The very reports that the baseline's stand-in for openFDA serves. They name no NDC, which the
/// baseline does not need; the first drug of each is given one, so that our query finds them.
pub(crate) async fn records(folder: &Path) -> Vec<Value> {
    let port = free_port();
    let python = folder.join(".venv/bin/python");
    let python = if python.exists() {
        python
    } else {
        "python3".into()
    };
    let mut stub = Command::new(python)
        .arg(folder.join("stub.py"))
        .arg(port.to_string())
        .spawn()
        .expect("python3 is needed for the baseline");
    let url = format!("http://127.0.0.1:{port}/drug/event.json?search=aspirin");
    let body = loop {
        match reqwest::get(&url).await {
            Ok(answer) => break answer.json::<Value>().await.unwrap(),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    let _ = stub.kill();
    let _ = stub.wait();
    let mut records = body["results"].as_array().cloned().unwrap_or_default();
    for record in &mut records {
        record["patient"]["drug"][0]["openfda"]["product_ndc"] = serde_json::json!(["61958-0802"]);
    }
    records
}

/// Run it, and print ratios.
pub(crate) async fn measure(table: &mut Table, folder: &Path, ours: Cost) {
    let output = std::env::temp_dir().join(format!("quire-baseline-{}.json", std::process::id()));
    let status = Command::new("bash")
        .arg("run.sh")
        .current_dir(folder)
        .env("OUT", &output)
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "the baseline did not run");
    let theirs: Value = serde_json::from_slice(&std::fs::read(&output).unwrap()).unwrap();
    let _ = std::fs::remove_file(output);

    let load = &theirs["throughput_warm_cache"];
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let jobs = number(&load["jobs"]);
    let parts = |names: &[&str]| -> f64 {
        names
            .iter()
            .map(|name| number(&load["cpu_s"][name]))
            .sum::<f64>()
            / jobs
    };
    compare(
        table,
        "CPU a report, worker alone",
        parts(&["worker"]) * 1e3,
        ours.plain.cpu * 1e3,
        "ms",
    );
    compare(
        table,
        "CPU a report, API + worker",
        parts(&["worker", "api"]) * 1e3,
        ours.plain.cpu * 1e3,
        "ms",
    );
    compare(
        table,
        "request to result, idle",
        number(&theirs["idle_latency_warm_cache_ms"]["p50"]),
        ours.idle_ms,
        "ms",
    );
    compare(
        table,
        "reports a second",
        number(&load["jobs_per_s"]),
        ours.plain.per_second,
        "/s",
    );
    compare(
        table,
        "status requests a second",
        number(&theirs["status_done_wrk_c16"]["req_per_s"]),
        ours.status_per_second,
        "/s",
    );
    compare(
        table,
        "memory after load",
        number(&theirs["mem_after_load"]["total_without_stub"]["rss_mb"]),
        ours.memory_mib,
        "MiB",
    );
}

fn compare(table: &mut Table, what: &str, theirs: f64, ours: f64, unit: &str) {
    let (large, small) = (theirs.max(ours), theirs.min(ours));
    table.row(
        &format!("against the baseline: {what}"),
        format!("× {:.1}", large / small),
        &format!("theirs {theirs:.1} {unit}, ours {ours:.1} {unit}"),
    );
}
