//! Whoever wants to be told that reports have ended is told, signed, whatever dies in between; and nobody is sent
//! where only this machine should reach. Signatures are verified by the standard's own library.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::support::{
    Folder, Quire, Received, Receiver, Redis, Settings, ancestor_with, eventually,
};

/// A server that may send to this machine, and says where callers reach it.
fn open() -> Settings {
    let mut settings = Settings::sending_here();
    let address = ("QUIRE_ADDRESS", "https://tools.example/quire");
    let address = (address.0.to_owned(), address.1.to_owned());
    settings.environment.push(address);
    settings
}

/// A webhook that was just made: its path, and its secret.
async fn hook(quire: &Quire, url: &str) -> (String, String) {
    let made = quire.post("/api/webhooks", Some(json!({"url": url}))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let path = format!("/api/webhooks/{}", made.json()["id"].as_str().unwrap());
    (path, secret)
}

fn verified(received: &Received, secret: &str) -> bool {
    let webhook = Webhook::new(secret).unwrap();
    webhook.verify(&received.body, &received.headers).is_ok()
}

/// What README's Python says of a delivery.
fn verified_by_the_readme(received: &Received, secret: &str) -> bool {
    let readme = std::fs::read_to_string(ancestor_with("Cargo.lock").join("README.md")).unwrap();
    let (_, lines) = readme.split_once("```python\n").unwrap();
    let (lines, _) = lines.split_once("```").unwrap();
    let header = |name: &str| received.headers[name].to_str().unwrap();
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: BTreeMap<&str, &str> = names.map(|name| (name, header(name))).into();
    let asked = json!({"secret": secret, "headers": headers, "body": &received.body[..]});
    let script = format!(
        "{lines}\nimport json, sys\ntold = json.loads(sys.argv[1])\n\
         print(is_from_quire(told['secret'], told['headers'], bytes(told['body'])))"
    );
    let run = std::process::Command::new("python3")
        .args(["-c", &script, &asked.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).trim().to_owned();
    let wrong = String::from_utf8_lossy(&run.stderr);
    assert!(["True", "False"].contains(&said.as_str()), "{said}{wrong}");
    said == "True"
}

/// The deliveries of a webhook, the last one first.
async fn deliveries(quire: &Quire, hook: &str) -> Vec<Value> {
    let listed = quire.get(&format!("{hook}/deliveries")).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.json());
    listed.json()["deliveries"].as_array().unwrap().clone()
}

/// What was sent is what `/openapi.json` says of that event: no member is missing, and none is told that is not described.
fn hold(schemas: &Value, schema: &Value, sent: &Value) {
    let named = schema["$ref"]
        .as_str()
        .and_then(|name| name.rsplit('/').next());
    let schema = named.map_or(schema, |name| &schemas[name]);
    if let Some(names) = schema["enum"].as_array() {
        assert!(names.contains(sent), "{sent} is none of {names:?}");
    }
    let Some(members) = sent.as_object() else {
        return;
    };
    let described = schema["properties"].as_object().unwrap();
    for (name, value) in members {
        let member = described.get(name);
        hold(
            schemas,
            member.unwrap_or_else(|| panic!("{name} is not described")),
            value,
        );
    }
    for name in schema["required"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(members.contains_key(name), "{name} is missing in {sent}");
    }
}

/// Wait until the only delivery stands so.
async fn stands(quire: &Quire, hook: &str, state: &str, attempts: u64) -> Value {
    eventually(state, || async {
        let only = deliveries(quire, hook).await.pop()?;
        (only["state"] == state && only["attempts"] == attempts).then_some(only)
    })
    .await
}

async fn change(quire: &Quire, sql: &'static str) {
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(quire.data_dir().join("quire.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

/// What waits for a retry is due now.
async fn hurry(quire: &Quire) {
    let due = "UPDATE webhook_delivery SET due = 0 WHERE due IS NOT NULL AND token IS NULL";
    change(quire, due).await;
}

#[tokio::test]
async fn every_end_is_told_and_signed_and_says_little() {
    let receiver = Receiver::start().await;
    let redis = Redis::start();
    let folder = Folder::new();
    let shared = Settings {
        environment: open().environment,
        ..Settings::shared(&redis, &folder)
    };
    let quire = Quire::start_with(shared.clone().without_workers()).await;
    let (path, secret) = hook(&quire, &receiver.url()).await;
    let called_off = quire.request("61958-0802").await;
    let off = quire
        .send(
            Method::DELETE,
            &format!("/api/tasks/{called_off}"),
            &[],
            None,
        )
        .await;
    assert_eq!(off.status, StatusCode::ACCEPTED);
    let own = json!({"label": "desk 4", "metadata": {"order": "A-17"}});
    let succeeding = quire.post("/api/cer/61958-0802/enhanced-pdf", Some(own));
    let succeeding = succeeding.await.json();
    let succeeding = succeeding["task_id"].as_str().unwrap().to_owned();
    // Nobody lists it, so it fails.
    let failing = quire.request("00000-0001").await;

    let _worker = Quire::start_with(Settings {
        worker: true,
        ..shared
    })
    .await;
    quire.post(&format!("{path}/ping"), None).await;
    let received = receiver.gets(4).await;

    let described = quire.get("/openapi.json").await.json();
    for told in &received {
        let body = told.json();
        let event = &described["webhooks"][body["type"].as_str().unwrap()]["post"];
        let schema = &event["requestBody"]["content"]["application/json"]["schema"];
        hold(&described["components"]["schemas"], schema, &body);
        for header in event["parameters"].as_array().unwrap() {
            assert!(!told.header(header["name"].as_str().unwrap()).is_empty());
        }
        // Metadata stay behind the key.
        let text = body.to_string();
        assert_eq!(text.contains("desk 4"), body["type"] == "report.succeeded");
        assert!(!text.contains("A-17"), "{text}");
    }
    let ends = [
        (called_off, "report.cancelled", "REVOKED"),
        (failing, "report.failed", "FAILURE"),
        (succeeding, "report.succeeded", "SUCCESS"),
    ];
    for (task, event, status) in ends {
        let told = received
            .iter()
            .find(|told| told.json()["data"]["task_id"] == task.as_str());
        let told = told.unwrap_or_else(|| panic!("{event} of {task}: {received:?}"));
        assert!(verified(told, &secret), "{told:?}");
        let body = told.json();
        assert_eq!(body["type"], event);
        assert_eq!(body["data"]["status"], status);
        let link = format!("https://tools.example/quire/api/tasks/{task}");
        assert_eq!(body["data"]["links"]["status"], link);
        let pdf = format!("{link}/pdf");
        let has_pdf = body["data"]["links"]["pdf"] == pdf.as_str();
        assert_eq!(has_pdf, status == "SUCCESS", "{body}");
        assert!(told.body.len() < 1_000 && told.path == "/quire");
        assert_eq!(told.header("content-type"), "application/json");
        assert!(told.header("traceparent").starts_with("00-"));
        let shown = quire.get(&format!("/api/tasks/{task}")).await.json();
        assert_eq!(shown["status"], status);
        assert_eq!(shown["ndc"], body["data"]["ndc"]);
    }
    eventually("all to be written down", || async {
        let all = deliveries(&quire, &path).await;
        let taken = |told: &Value| told["state"] == "delivered" && told["answer"] == 204;
        (all.len() == 4 && all.iter().all(taken)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_fails_is_tried_again_as_the_same_until_it_is_taken() {
    let receiver = Receiver::start().await;
    let quire = Quire::start_with(open()).await;
    let (path, secret) = hook(&quire, &receiver.url()).await;
    let elsewhere = format!("http://127.0.0.1:{}/elsewhere", receiver.port());
    receiver.answer("503 Service Unavailable\r\nRetry-After: 7200");
    receiver.answer(&format!("307 Temporary Redirect\r\nLocation: {elsewhere}"));

    let pinged = quire.post(&format!("{path}/ping"), None).await;
    assert_eq!(pinged.status, StatusCode::ACCEPTED, "{}", pinged.json());

    stands(&quire, &path, "waiting", 1).await;
    let failed = eventually("its answer", || async {
        let now = deliveries(&quire, &path).await.pop().unwrap();
        (now["answer"] == 503).then_some(now)
    })
    .await;
    assert_eq!(failed["id"], pinged.json()["id"]);
    // A stranger's words steer nothing.
    assert_eq!(
        failed["fault"],
        "it answered 503 Service Unavailable: no[2J thanks"
    );
    let wait = "SELECT due - tried FROM webhook_delivery";
    assert!((7_200_000..8_000_000).contains(&quire.number(wait).await));
    let second = quire.post(&format!("{path}/ping"), None).await;
    assert_eq!(second.status, StatusCode::CONFLICT);

    hurry(&quire).await;
    let redirected = eventually("the redirect", || async {
        let now = deliveries(&quire, &path).await.pop().unwrap();
        (now["answer"] == 307).then_some(now)
    })
    .await;
    assert!(
        redirected["fault"]
            .as_str()
            .unwrap()
            .contains("not followed")
    );
    hurry(&quire).await;
    stands(&quire, &path, "delivered", 3).await;

    let received = receiver.received();
    assert_eq!(received.len(), 3);
    for told in &received {
        assert!(verified(told, &secret), "{told:?}");
        assert_eq!(told.header("webhook-id"), failed["id"]);
        assert_eq!(told.body, received[0].body);
        assert_eq!(told.path, "/quire", "redirects are not followed");
        assert_eq!(told.json()["type"], "webhook.ping");
    }

    let id = failed["id"].as_str().unwrap();
    let again = quire
        .post(&format!("{path}/deliveries/{id}/resend"), None)
        .await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.json());
    assert_eq!(receiver.gets(4).await[3].header("webhook-id"), id);
    let metrics = String::from_utf8(quire.get("/metrics").await.body).unwrap();
    assert!(
        metrics.contains("quire_webhook_deliveries_total{result=\"retried\"} 2"),
        "{metrics}"
    );
}

#[tokio::test]
async fn after_a_rotation_both_secrets_verify_and_neither_is_anywhere_else() {
    let receiver = Receiver::start().await;
    let quire = Quire::start_with(open()).await;
    let (path, first) = hook(&quire, &receiver.url()).await;

    let rotated = quire.post(&format!("{path}/rotate"), None).await;
    assert_eq!(rotated.status, StatusCode::OK, "{}", rotated.json());
    let second = rotated.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(rotated.header("cache-control"), "no-store");
    quire.post(&format!("{path}/ping"), None).await;
    let both = receiver.gets(1).await.remove(0);
    change(&quire, "UPDATE webhook SET old_until = 0").await;
    stands(&quire, &path, "delivered", 1).await;
    quire.post(&format!("{path}/ping"), None).await;
    let one = receiver.gets(2).await.remove(1);

    assert_ne!(first, second);
    assert!(verified(&both, &first) && verified(&both, &second));
    assert_eq!(both.header("webhook-signature").split(' ').count(), 2);
    assert!(verified(&one, &second) && !verified(&one, &first));
    for (told, secret) in [(&both, &first), (&both, &second), (&one, &second)] {
        assert!(verified_by_the_readme(told, secret));
    }
    assert!(!verified_by_the_readme(&one, &first));
    let mut altered = one.clone();
    altered.body[0] = b' ';
    assert!(!verified(&altered, &second) && !verified_by_the_readme(&altered, &second));

    let everything = [
        quire.log(),
        quire
            .get("/api/admin/audit?limit=200")
            .await
            .json()
            .to_string(),
        quire.get(&path).await.json().to_string(),
        quire.get("/api/webhooks").await.json().to_string(),
    ];
    for text in everything {
        assert!(!text.contains("whsec_"), "{text}");
    }
    // The trail names the host and not the whole address, which may hold a secret.
    let trail = quire
        .get("/api/admin/audit?limit=200")
        .await
        .json()
        .to_string();
    assert!(trail.contains("webhook.rotated") && !trail.contains(&receiver.url()));
    assert!(!quire.log().contains(&receiver.url()));
}

#[tokio::test]
async fn nothing_is_sent_where_only_this_machine_should_reach() {
    let receiver = Receiver::start().await;
    let quire = Quire::start().await;
    for (url, words) in [
        ("https://127.0.0.1/", "QUIRE_WEBHOOK_NETWORKS"),
        ("https://localhost/", "QUIRE_WEBHOOK_NETWORKS"),
        (
            "https://169.254.169.254/latest/meta-data",
            "QUIRE_WEBHOOK_NETWORKS",
        ),
        ("https://[::ffff:10.0.0.1]/", "QUIRE_WEBHOOK_NETWORKS"),
        ("https://0x7f000001/", "QUIRE_WEBHOOK_NETWORKS"),
        ("http://hooks.example/", "QUIRE_WEBHOOK_HTTP"),
        ("https://me:you@hooks.example/", "leave them out"),
        ("hooks", "such as https://"),
    ] {
        let refused = quire.post("/api/webhooks", Some(json!({"url": url}))).await;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        assert_eq!(refused.status, status, "{url}: {}", refused.json());
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(words), "{url}: {detail}");
    }
    // HTTP alone is open, so that a name can lead here between its look and its use.
    let plain = Quire::start_with(Settings {
        environment: vec![("QUIRE_WEBHOOK_HTTP".to_owned(), "true".to_owned())],
        ..Settings::default()
    })
    .await;
    let made = json!({"url": "http://93.184.216.34/"});
    let made = plain.post("/api/webhooks", Some(made)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let path = format!("/api/webhooks/{}", made.json()["id"].as_str().unwrap());
    for url in ["http://localhost:PORT/quire", "http://127.0.0.1:PORT/quire"] {
        // What a name leads to may change after it was looked at.
        let url = url.replace("PORT", &receiver.port().to_string());
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(plain.data_dir().join("quire.db"));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let moved = sqlx::query("UPDATE webhook SET url = $1").bind(url);
        moved.execute(&pool).await.unwrap();
        let forget = sqlx::query("DELETE FROM webhook_delivery");
        forget.execute(&pool).await.unwrap();
        pool.close().await;
        let pinged = plain.post(&format!("{path}/ping"), None).await;
        assert_eq!(pinged.status, StatusCode::ACCEPTED, "{}", pinged.json());
        let refused = eventually("the refusal", || async {
            let only = deliveries(&plain, &path).await.pop()?;
            only["fault"].is_string().then_some(only)
        })
        .await;
        let fault = refused["fault"].as_str().unwrap();
        assert!(
            fault.contains("not an address of the public internet"),
            "{fault}"
        );
        assert!(refused["answer"].is_null(), "{refused}");
    }
    assert_eq!(receiver.received().len(), 0);
}

#[tokio::test]
async fn a_receiver_that_is_gone_disables_its_webhook_until_the_owner_says_otherwise() {
    let receiver = Receiver::start().await;
    let quire = Quire::start_with(open()).await;
    let (path, _) = hook(&quire, &receiver.url()).await;
    receiver.answer("410 Gone");

    let pinged = quire.post(&format!("{path}/ping"), None).await.json();
    stands(&quire, &path, "failed", 1).await;

    let shown = quire.get(&path).await.json();
    assert!(
        shown["disabled_at"].is_string() && shown["paused"] == true,
        "{shown}"
    );
    let refused = quire.post(&format!("{path}/ping"), None).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("paused")
    );
    let trail = quire
        .get("/api/admin/audit?action=webhook.disabled")
        .await
        .json();
    assert_eq!(trail["events"].as_array().unwrap().len(), 1, "{trail}");
    quire.pdf("61958-0802").await;
    assert_eq!(deliveries(&quire, &path).await.len(), 1);

    let on = json!({"paused": false});
    let on = quire.send(Method::PATCH, &path, &[], Some(on)).await.json();
    assert!(on["disabled_at"].is_null() && on["paused"] == false, "{on}");
    let id = pinged["id"].as_str().unwrap();
    quire
        .post(&format!("{path}/deliveries/{id}/resend"), None)
        .await;
    stands(&quire, &path, "delivered", 1).await;
}

#[tokio::test]
async fn what_was_to_be_told_survives_kill_9_of_the_server() {
    let receiver = Receiver::start().await;
    let (port, url) = (receiver.port(), receiver.url());
    drop(receiver);
    let folder = Folder::new();
    let settings = Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..open()
    };
    let mut quire = Quire::start_with(settings.clone()).await;
    let (path, secret) = hook(&quire, &url).await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    eventually("an attempt", || async {
        let only = deliveries(&quire, &path).await.pop()?;
        let fault = only["fault"].as_str()?.to_owned();
        assert!(fault.contains("no connection"), "{fault}");
        Some(())
    })
    .await;

    quire.kill();
    let quire = Quire::start_with(settings).await;
    let receiver = Receiver::on(port).await;
    hurry(&quire).await;

    let told = receiver.gets(1).await.remove(0);
    assert!(verified(&told, &secret));
    assert_eq!(told.json()["data"]["task_id"], task.as_str());
    assert_eq!(told.json()["type"], "report.succeeded");
}

#[tokio::test]
async fn webhooks_are_their_keys_own_and_an_admins_may_be_told_of_all() {
    let receiver = Receiver::start().await;
    let mut quire = Quire::start_with(open()).await;
    let admin = quire.key();
    let owner = quire.make_key("consumer", "owner").await;
    let stranger = quire.make_key("consumer", "stranger").await;
    let all = json!({"url": receiver.url(), "reports": "all", "events": ["report.succeeded"]});
    let made = quire.post("/api/webhooks", Some(all.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.json()["events"], json!(["report.succeeded"]));

    quire.set_key(Some(owner.clone()));
    let refused = quire.post("/api/webhooks", Some(all)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let (path, _) = hook(&quire, &receiver.url()).await;
    quire.set_key(Some(stranger));
    assert_eq!(
        quire.get("/api/webhooks").await.json()["webhooks"],
        json!([])
    );
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::GET, format!("{path}/deliveries")),
        (Method::POST, format!("{path}/rotate")),
        (Method::POST, format!("{path}/ping")),
        (Method::POST, format!("{path}/deliveries/msg_1/resend")),
    ] {
        let answer = quire.send(method.clone(), &path, &[], None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    // A stranger's report is told to the administrator alone.
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let told = receiver.gets(1).await;
    assert_eq!(told[0].json()["data"]["task_id"], task.as_str());

    quire.set_key(Some(owner));
    assert_eq!(deliveries(&quire, &path).await.len(), 0);
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let told = receiver.gets(3).await;
    let of_task = told
        .iter()
        .filter(|told| told.json()["data"]["task_id"] == task.as_str());
    assert_eq!(of_task.count(), 2);
    let gone = quire.send(Method::DELETE, &path, &[], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(quire.get(&path).await.status, StatusCode::NOT_FOUND);
    quire.set_key(Some(admin));
    let listed = quire.get("/api/webhooks").await.json();
    assert_eq!(listed["webhooks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_wrong_network_ends_the_start_with_a_sentence() {
    let folder = Folder::new();
    let arguments = [
        "serve",
        "--sample",
        "--webhook-networks",
        "10.0.0.0/8,localhost",
    ];
    let output = crate::support::run_quire(&folder, &arguments);

    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("QUIRE_WEBHOOK_NETWORKS") && said.contains("10.1.0.0/16"),
        "{said}"
    );
}
