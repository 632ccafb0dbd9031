//! The audit trail cannot be altered by hand without being found.

use std::path::Path;

use quire_model::Policy;
use quire_records::ACTIONS;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::{Folder, Quire, Registry, Settings, ancestor_with, run_quire, run_quire_in};

/// Leave a data directory with a trail of some events and a checkpoint.
async fn trail() -> (Folder, u64) {
    let folder = Folder::new();
    let registry = Registry::open(folder.path()).await;
    let one = registry.stage("edition-one").await;
    registry.activate(one).await;
    registry.define(Policy::Required).await;
    registry.records.checkpoint().await.unwrap();
    registry
        .records
        .host_started("quire test", "none")
        .await
        .unwrap();
    let events = registry.records.audit(0, 100).await.unwrap().len() as u64;
    (folder, events)
}

/// Change the trail as someone with sqlite3 would, who also knows how to drop triggers.
async fn tamper(data_dir: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(data_dir.join("quire.db"));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let triggers: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'
         AND tbl_name IN ('audit', 'audit_head', 'checkpoint')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    for trigger in triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}")))
            .execute(&pool)
            .await
            .unwrap();
    }
    sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

/// What `quire audit verify` says, and whether it is content.
fn verify(folder: &Folder) -> (bool, String) {
    let data_dir = folder.path().to_string_lossy().into_owned();
    let output = run_quire(folder, &["audit", "verify", "--data-dir", &data_dir]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    (output.status.success(), said)
}

async fn assert_found(sql: &'static str, first_broken: u64) {
    let (folder, _) = trail().await;
    tamper(folder.path(), sql).await;

    let (content, said) = verify(&folder);

    assert!(!content, "{sql}: {said}");
    let named = format!("event {first_broken} ");
    assert!(said.contains(&named), "{sql}: {said}");
}

#[tokio::test]
async fn an_untouched_trail_is_verified() {
    let (folder, events) = trail().await;

    let (content, said) = verify(&folder);

    assert!(content, "{said}");
    assert!(said.contains(&format!("{events} events")), "{said}");
}

#[tokio::test]
async fn a_changed_row_is_named() {
    assert_found("UPDATE audit SET reason = 'harmless' WHERE sequence = 2", 2).await;
}

#[tokio::test]
async fn an_address_that_was_put_in_or_taken_out_is_found() {
    assert_found(
        "UPDATE audit SET address = '192.0.2.1' WHERE sequence = 2",
        2,
    )
    .await;
    let quire = Quire::start().await;
    quire.request("61958-0802").await;
    let verified = async || quire.get("/api/admin/audit/verify").await.json();
    assert_eq!(verified().await["intact"], true);
    tamper(
        quire.data_dir(),
        "UPDATE audit SET address = NULL WHERE action = 'report.accepted'",
    )
    .await;
    assert_eq!(verified().await["intact"], false);
}

#[tokio::test]
async fn the_trail_says_where_a_caller_came_from_and_believes_named_proxies_alone() {
    let named = [("x-forwarded-for", "198.51.100.1, 203.0.113.7")];
    for (believed, right) in [("", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.7")] {
        let quire = Quire::start_with(Settings {
            environment: vec![("QUIRE_TRUSTED_PROXIES".to_owned(), believed.to_owned())],
            ..Settings::default()
        })
        .await;
        let path = "/api/cer/61958-0802/enhanced-pdf";
        let asked = quire
            .send(Method::POST, path, &named, Some(json!({})))
            .await;
        let task = asked.json()["task_id"].as_str().unwrap().to_owned();
        quire.finished(&task).await;
        let path = format!("/api/tasks/{task}/pdf");
        quire.send(Method::GET, &path, &named, None).await;

        let trail = quire
            .get(&format!("/api/admin/audit?object={task}"))
            .await
            .json();

        let events = trail["events"].as_array().unwrap();
        for event in events {
            let is_callers = event["role"] == "admin";
            let expected = if is_callers {
                json!(right)
            } else {
                json!(null)
            };
            assert_eq!(event["address"], expected, "{event}");
        }
        let callers = events.iter().filter(|event| event["role"] == "admin");
        assert_eq!(callers.count(), 2, "{trail}");
        let verified = quire.get("/api/admin/audit/verify").await.json();
        assert_eq!(verified["intact"], true, "{verified}");
    }
}

#[tokio::test]
async fn a_deleted_row_is_named_wherever_it_stood() {
    assert_found("DELETE FROM audit WHERE sequence = 1", 1).await;
    assert_found("DELETE FROM audit WHERE sequence = 3", 3).await;
    assert_found(
        "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)",
        7,
    )
    .await;
}

#[tokio::test]
async fn an_inserted_row_is_named() {
    assert_found(
        "UPDATE audit SET sequence = sequence + 100 WHERE sequence > 2;
         UPDATE audit SET sequence = sequence - 99 WHERE sequence > 100;
         INSERT INTO audit SELECT 3, time, 'nobody', role, action, object, before, after, reason,
             request_id, previous, hash, address FROM audit WHERE sequence = 2",
        3,
    )
    .await;
}

#[tokio::test]
async fn reordered_rows_are_named() {
    assert_found(
        "UPDATE audit SET sequence = 99 WHERE sequence = 2;
         UPDATE audit SET sequence = 2 WHERE sequence = 3;
         UPDATE audit SET sequence = 3 WHERE sequence = 99",
        2,
    )
    .await;
}

#[tokio::test]
async fn a_trail_cut_at_its_end_with_its_head_is_found_by_the_checkpoint() {
    // Seven events: three of the module, one of the definition, the key's, the checkpoint's, and the
    // start. The checkpoint covers five.
    assert_found(
        "DELETE FROM audit WHERE sequence > 4;
         UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit WHERE sequence = 4)",
        5,
    )
    .await;
}

#[tokio::test]
async fn every_form_that_was_sent_and_a_start_are_in_the_trail() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let one_table = "csv?table=reaction-table/reactions";
    for form in ["pdf", "html", "json", "csv", one_table] {
        let answer = quire.get(&format!("/api/tasks/{task}/{form}")).await;
        assert_eq!(answer.status, 200, "{form}");
    }
    let registry = Registry::open(quire.data_dir()).await;

    assert_eq!(
        registry.audited("report.downloaded").await,
        ["pdf", "html", "json", "csv", "csv reaction-table/reactions"]
    );
    let started = registry.audited("host.started").await;
    assert_eq!(started.len(), 1, "{started:?}");
    assert!(started[0].contains("workers"), "{started:?}");
    assert!(!started[0].contains("qk_test"), "{started:?}");
}

#[tokio::test]
async fn a_revoked_key_stops_at_once_in_every_process() {
    let folder = Folder::new();
    let quire = Quire::start_with(crate::support::Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..crate::support::Settings::default()
    })
    .await;
    let made = quire
        .post(
            "/api/admin/keys",
            Some(json!({"role": "consumer", "label": "dashboard"})),
        )
        .await
        .json();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let authorization = format!("Bearer {key}");
    let ask = async || {
        let client = reqwest::Client::new();
        let request = client
            .request(Method::GET, quire.address("/api/cer/normalize/61958-0802"))
            .header("authorization", &authorization);
        request.send().await.unwrap().status()
    };
    assert_eq!(ask().await, 200, "it is known, and kept as such");

    let data_dir = folder.path().to_string_lossy().into_owned();
    let arguments = [
        "key",
        "revoke",
        id,
        "--reason",
        "lost",
        "--data-dir",
        &data_dir,
    ];
    let output = run_quire(&folder, &arguments);
    assert!(output.status.success());

    assert_eq!(ask().await, 401);
}

#[tokio::test]
async fn refused_sign_ins_are_told_together_with_where_they_came_from() {
    let folder = Folder::new();
    let mut quire = Quire::start_with(Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..Settings::default()
    })
    .await;
    let client = reqwest::Client::new();
    for _ in 0..7 {
        let asked = client
            .get(quire.address("/api/tasks"))
            .bearer_auth("qk_wrong_key_0123456789");
        assert_eq!(asked.send().await.unwrap().status(), 401);
    }
    quire.get("/api/tasks").await;
    quire.stop().await;

    let told = Registry::open(folder.path())
        .await
        .audited("sign-ins.refused")
        .await;
    let told = told.join("\n");
    assert!(
        told.contains("requests without a valid key (127.0.0.1: "),
        "{told}"
    );
    let log = quire.log();
    assert!(
        log.contains("address=127.0.0.1") || log.contains("address=\"127.0.0.1\""),
        "{log}"
    );
    assert!(log.contains("key_"), "{log}");
}

/// Names of the form of an action that are spans, or tell a receiver something.
const NO_ACTIONS: [&str; 4] = [
    "report.attempt",
    "report.manifest",
    "report.settle",
    "webhook.ping",
];

#[test]
fn every_action_that_is_written_can_be_asked_for() {
    let kinds: Vec<&str> = ACTIONS
        .iter()
        .map(|one| one.split('.').next().unwrap())
        .collect();
    let mut folders = vec![ancestor_with("Cargo.lock").join("host")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for word in text.split('"').filter(|word| !word.contains([' ', '\n'])) {
                    let Some((kind, act)) = word.split_once('.') else {
                        continue;
                    };
                    let plain = act
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                    let is_action = kinds.contains(&kind) && plain && act.len() > 4;
                    if is_action && !NO_ACTIONS.contains(&word) {
                        assert!(ACTIONS.contains(&word), "{word} in {}", path.display());
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_misspelt_filter_is_refused_and_not_counted_as_nothing() {
    let quire = Quire::start().await;

    let misspelt = quire.get("/api/admin/audit?action=module.activatd").await;
    let known = quire.get("/api/admin/audit?action=module.retired").await;
    let state = quire.get("/api/tasks?state=SUCCESS").await;
    let status = quire.get("/api/tasks?status=SUCCES").await;
    let code = quire.get("/api/tasks?ndc=aspirin").await;

    assert_eq!(misspelt.status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = misspelt.json()["detail"].to_string();
    assert!(detail.contains("module.activated"), "{detail}");
    assert_eq!(known.json()["events"].as_array().unwrap().len(), 0);
    for (answer, named) in [(state, "status"), (status, "SUCCESS"), (code, "61958-0802")] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{named}");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains(named), "{detail}");
    }
}

#[tokio::test]
async fn an_object_of_no_kind_is_refused_and_a_name_that_nobody_bears_finds_nothing() {
    let quire = Quire::start().await;
    let hook = json!({"url": "https://93.184.216.34/"});
    let hook = quire.post("/api/webhooks", Some(hook)).await.json();
    let hook = hook["id"].as_str().unwrap();
    let found = async |filter: &str| {
        let page = quire.get(&format!("/api/admin/audit?{filter}")).await;
        assert_eq!(page.status, StatusCode::OK, "{filter}: {}", page.json());
        page.json()["events"].as_array().unwrap().len()
    };

    let misspelt = quire.get("/api/admin/audit?object=modul+trend").await;
    let typed = ["audit", "list", "--object", "modul trend"];
    let typed = run_quire_in(quire.data_dir(), &typed);

    assert_eq!(misspelt.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = String::from_utf8(typed.stderr).unwrap();
    for said in [misspelt.json()["detail"].to_string(), typed] {
        assert!(
            said.contains("modul trend") && said.contains("definition, key, module"),
            "{said}"
        );
    }
    assert_eq!(found("object=module+trent").await, 0);
    assert_eq!(found("object=trent").await, 0);
    assert_eq!(found("actor=nobody").await, 0);
    // What bears a name is found by it, and what has no name by what it is called.
    assert_eq!(found(&format!("object={hook}")).await, 1);
    assert_eq!(found(&format!("object=webhook+{hook}")).await, 1);
    let all = quire.get("/api/admin/audit").await.json();
    for event in all["events"].as_array().unwrap() {
        let object = event["object"].as_str().unwrap();
        let object: String = object.split(' ').collect::<Vec<_>>().join("+");
        assert!(found(&format!("object={object}")).await > 0, "{object}");
    }
}
