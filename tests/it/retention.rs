//! What rules remove is told to whoever asks for it, and nothing that is needed goes.

use reqwest::StatusCode;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::{Quire, one_command};

/// Let everything that has ended have happened a hundred days ago.
async fn age(quire: &Quire) {
    const DAYS: &str = "100 * 86400000";
    let options = SqliteConnectOptions::new().filename(quire.data_dir().join("quire.db"));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    for statement in [
        format!(
            "UPDATE report SET finished = finished - {DAYS}, accepted = accepted - {DAYS} WHERE finished IS NOT NULL"
        ),
        format!("UPDATE artifact SET created = created - {DAYS}"),
        format!("UPDATE snapshot SET used = used - {DAYS}, created = created - {DAYS}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
}

/// `quire retention …` with one rule; what it says.
fn retention(quire: &Quire, words: &[&str], rule: (&str, &str)) -> String {
    let arguments = [&["retention"], words].concat();
    let mut command = one_command(quire.data_dir(), &arguments);
    let output = command.env(rule.0, rule.1).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn a_removed_document_is_made_again_until_its_data_go_and_then_the_reason_is_told() {
    let mut quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
    let forms = ["pdf", "json", "html"].map(|form| format!("/api/tasks/{task}/{form}"));
    let mut before = Vec::new();
    for form in &forms {
        before.push(quire.get(form).await);
    }
    age(&quire).await;
    // Others are being made meanwhile; with other data, or those would be in use.
    let mut made = Vec::new();
    for _ in 0..6 {
        made.push(quire.request("61958-0802").await);
    }

    let documents = ("QUIRE_KEEP_DOCUMENTS", "90d");
    let seen = retention(&quire, &["apply", "--dry-run"], documents);
    assert!(
        seen.contains("would remove 1 by the rule documents"),
        "{seen}"
    );
    let done = retention(&quire, &["apply"], documents);
    assert!(done.contains("removed 1 by the rule documents"), "{done}");
    for other in &made {
        assert_eq!(quire.finished(other).await["status"], "SUCCESS");
        assert_eq!(
            quire.get(&format!("/api/tasks/{other}/pdf")).await.status,
            StatusCode::OK
        );
    }
    for (form, before) in forms.iter().zip(&before) {
        let again = quire.get(form).await;
        assert_eq!(
            again.status,
            StatusCode::OK,
            "{form}: {}",
            String::from_utf8_lossy(&again.body)
        );
        assert!(again.body == before.body, "{form}");
        assert_eq!(again.header("etag"), before.header("etag"));
    }
    let verified = quire
        .post(&format!("/api/tasks/{task}/verify"), None)
        .await
        .json();
    assert_eq!(verified["verdict"], "match", "{verified}");

    // Without its data nobody can make it again.
    age(&quire).await;
    retention(&quire, &["apply"], documents);
    let done = retention(&quire, &["apply"], ("QUIRE_KEEP_DATA", "90d"));
    assert!(!done.contains("removed 0"), "{done}");
    let gone = quire.get(&forms[0]).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.json());
    assert_eq!(gone.json()["type"], "/problems/removed");
    let detail = gone.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("by the rule \"documents\"") && detail.contains("by the rule \"data\""),
        "{detail}"
    );

    // Nor is there the task after a while, for those who might see it.
    retention(&quire, &["apply"], ("QUIRE_KEEP_REPORTS", "90d"));
    let status = quire.get(&format!("/api/tasks/{task}")).await;
    assert_eq!(status.status, StatusCode::GONE, "{}", status.json());
    assert!(
        status.json()["detail"]
            .as_str()
            .unwrap()
            .contains("by the rule \"reports\"")
    );
    let stranger = quire.make_key("consumer", "someone else").await;
    let admin = quire.key();
    quire.set_key(Some(stranger));
    let hidden = quire.get(&format!("/api/tasks/{task}")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    quire.set_key(Some(admin));
    let trail = quire
        .get("/api/admin/audit?action=retention.removed")
        .await
        .json();
    assert!(trail["events"].as_array().unwrap().len() >= 3, "{trail}");
    let verified = one_command(quire.data_dir(), &["audit", "verify"])
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

#[tokio::test]
async fn without_a_rule_everything_is_kept_and_the_room_is_told() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    age(&quire).await;

    let seen = retention(&quire, &["show"], ("QUIRE_QUOTA", ""));
    retention(&quire, &["apply"], ("QUIRE_QUOTA", ""));

    assert!(
        seen.contains("no rule is set: everything is kept for ever"),
        "{seen}"
    );
    assert!(seen.contains("documents"), "{seen}");
    assert_eq!(quire.number("SELECT count(*) FROM removed").await, 0);
    let metrics = String::from_utf8(quire.get("/metrics").await.body).unwrap();
    assert!(
        metrics.contains("quire_data_bytes{kind=\"components\"}"),
        "{metrics}"
    );
}
