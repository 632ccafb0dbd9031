//! An administrator has reports made again that failed, or that went out with a box in them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Quire, run_quire_in};

const REASON: &str = "the module is mended";

async fn remade(quire: &Quire, task: &str) -> Answer {
    let path = format!("/api/admin/tasks/{task}/remake");
    quire.post(&path, Some(json!({"reason": REASON}))).await
}

/// Whether the report belongs to the trace of the request that had it made again.
fn is_traced(answer: &Answer, task: &Value) -> bool {
    let trace = task["trace_id"].as_str().unwrap();
    answer.header("traceparent").contains(trace)
}

#[tokio::test]
async fn what_failed_is_made_again_and_what_lacks_a_section_once_more_beside_it() {
    let mut quire = Quire::start().await;
    // A required section and one that a box may stand for.
    limit(&quire, "method", json!({"output_bytes": 1})).await;
    let failed = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&failed).await["status"], "FAILURE");
    limit(&quire, "method", json!({})).await;
    limit(&quire, "trend", json!({"output_bytes": 1})).await;
    let boxed = quire.request("61958-0802").await;
    let status = quire.finished(&boxed).await;
    assert_eq!(
        status["result"]["placeholders"],
        json!(["trend"]),
        "{status}"
    );
    limit(&quire, "trend", json!({})).await;

    let pdf = quire.get(&format!("/api/tasks/{boxed}/pdf")).await;
    assert_eq!(pdf.header("quire-missing-sections"), "trend");
    let listed = quire.get("/api/tasks?incomplete=true").await.json();
    assert_eq!(listed["tasks"][0]["task_id"], json!(boxed));

    let again = remade(&quire, &failed).await;
    assert_eq!(again.status, StatusCode::ACCEPTED);
    let made = quire.finished(&failed).await;
    assert_eq!(made["status"], "SUCCESS");
    assert!(is_traced(&again, &made), "{made}");
    let again = remade(&quire, &boxed).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.json());
    let whole = again.json()["task_id"].as_str().unwrap().to_owned();
    let made = quire.finished(&whole).await;
    assert_eq!(made["result"]["placeholders"], json!([]));
    assert!(is_traced(&again, &made), "{made}");
    let before = quire.get(&format!("/api/tasks/{boxed}")).await.json();
    assert_eq!(
        before["links"]["remade"],
        json!(format!("/api/tasks/{whole}"))
    );
    let pdf = quire.get(&format!("/api/tasks/{boxed}/pdf")).await;
    assert!(pdf.header("link").contains(&whole), "{pdf:?}");

    assert_eq!(remade(&quire, &whole).await.status, StatusCode::CONFLICT);
    let trail = quire
        .get("/api/admin/audit?action=report.remade")
        .await
        .json();
    assert_eq!(trail["events"].as_array().unwrap().len(), 2, "{trail}");
    assert_eq!(trail["events"][0]["reason"], REASON);
    let command = run_quire_in(
        quire.data_dir(),
        &["task", "remake", &whole, "--reason", REASON],
    );
    let said = String::from_utf8_lossy(&command.stderr);
    assert!(
        !command.status.success() && said.contains("SUCCESS"),
        "{said}"
    );
    let consumer = quire.make_key("consumer", "other").await;
    quire.set_key(Some(consumer));
    assert_eq!(remade(&quire, &failed).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_command_line_has_a_report_made_again_under_the_persons_name() {
    let quire = Quire::start().await;
    limit(&quire, "method", json!({"output_bytes": 1})).await;
    let failed = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&failed).await["status"], "FAILURE");
    limit(&quire, "method", json!({})).await;

    let command = [
        "task",
        "remake",
        &failed,
        "--reason",
        REASON,
        "--as",
        "dr-lovelace",
    ];
    let made = run_quire_in(quire.data_dir(), &command);

    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    crate::support::eventually("it to be made", || async {
        let status = quire.get(&format!("/api/tasks/{failed}")).await.json();
        (status["status"] == "SUCCESS").then_some(())
    })
    .await;
    for actor in ["operator/dr-lovelace", "operator"] {
        let path = format!("/api/admin/audit?action=report.remade&actor={actor}");
        let trail = quire.get(&path).await.json();
        assert_eq!(
            trail["events"][0]["actor"], "operator/dr-lovelace",
            "{trail}"
        );
    }
}

/// What a module's calls may use: too little, or as usual.
async fn limit(quire: &Quire, module: &str, limits: Value) {
    let body = json!({"limits": limits, "reason": "test"});
    let answer = quire.step(module, "limits", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
}
