//! An administrator's day over HTTP and at the command line: who gets in, and how a section is
//! replaced.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Folder, Quire, Settings, eventually, guest, run_quire_in};

/// The component of the hostile guest, which behaves unless told otherwise.
fn component() -> Vec<u8> {
    std::fs::read(guest("hostile")).unwrap()
}

async fn etag(quire: &Quire, path: &str) -> String {
    quire.get(path).await.header("etag").to_owned()
}

#[tokio::test]
async fn no_consumer_key_reaches_anything_under_admin() {
    let mut quire = Quire::start().await;
    let made = quire
        .post(
            "/api/admin/keys",
            Some(json!({"role": "consumer", "label": "test"})),
        )
        .await;
    let key = made.json()["key"].as_str().unwrap().to_owned();
    let description = quire.get("/openapi.json").await.json();

    let mut walked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        if !path.starts_with("/api/admin") {
            continue;
        }
        let address = path.replace("{name}", "trend").replace("{id}", "x");
        let address = address.replace("{task_id}", "01JD3Q0V5N8R6Z2W4Y7XK9MTBC");
        let address = address.replace("{digest}", "97");
        assert!(!address.contains('{'), "{address}");
        for method in operations.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            for (key, status) in [
                (Some(key.clone()), StatusCode::FORBIDDEN),
                (None, StatusCode::UNAUTHORIZED),
            ] {
                quire.set_key(key);
                let answer = quire.send(method.clone(), &address, &[], None).await;
                assert_eq!(answer.status, status, "{method} {address}");
                walked += 1;
            }
        }
    }
    assert!(walked >= 50, "{walked}");
}

#[tokio::test]
async fn a_section_is_replaced_and_brought_back_and_both_are_in_the_trail() {
    let quire = Quire::start().await;
    let before = quire.get("/api/admin/modules/trend").await.json();

    let digest = quire.put_in_use("trend", "hostile").await;
    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;
    let body = json!({"reason": "it shows nothing"});
    let back = quire.step("trend", "rollback", body.clone()).await;
    let again = quire.step("trend", "rollback", body).await;
    let trail = quire.get("/api/admin/audit?limit=1000").await.json();

    assert_eq!(
        status["result"]["modules"]["trend"],
        digest.as_str(),
        "{status}"
    );
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.json());
    assert_eq!(back.json()["active"], before["active"]);
    assert_eq!(back.json()["previous"], digest.as_str());
    let events = trail["events"].as_array().unwrap();
    let of = |action: &str| {
        // The standard sections were activated before.
        events
            .iter()
            .rev()
            .find(|event| event["action"] == action)
            .cloned()
    };
    assert_eq!(of("module.activated").unwrap()["after"], digest.as_str());
    assert_eq!(
        of("module.rolled-back").unwrap()["reason"],
        "it shows nothing"
    );
}

#[tokio::test]
async fn a_change_needs_a_reason_and_the_state_it_was_decided_on() {
    let quire = Quire::start().await;
    let digest = quire.add_version("trend", "hostile").await;
    let path = "/api/admin/modules/trend/stage";
    let tag = etag(&quire, "/api/admin/modules/trend").await;
    let body = |reason: &str| Some(json!({"digest": digest, "reason": reason}));
    let send = async |headers: &[(&str, &str)], reason: &str| {
        quire.send(Method::POST, path, headers, body(reason)).await
    };

    let blind = send(&[], "test").await;
    let silent = send(&[("if-match", &tag)], " ").await;
    let good = send(&[("if-match", &tag)], "test").await;
    let late = send(&[("if-match", &tag)], "test").await;

    assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(good.status, StatusCode::OK, "{}", good.json());
    assert_ne!(good.header("etag"), tag);
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn a_component_comes_back_byte_for_byte_whoever_may_read_it_asks() {
    let mut quire = Quire::start().await;
    let digest = quire.add_version("trend", "hostile").await;
    let of = |version: &str| format!("/api/admin/modules/trend/versions/{version}/component");
    let auditor = quire.make_key("auditor", "reads components").await;
    let author = quire.make_key("author", "does not").await;
    let admin = quire.key();

    quire.set_key(Some(auditor));
    let whole = quire.get(&of(&digest)).await;
    let short = quire.get(&of(&digest[..10].to_uppercase())).await;
    let held = [("if-none-match", whole.header("etag"))];
    let held = quire.send(Method::GET, &of(&digest), &held, None).await;
    let head = quire.send(Method::HEAD, &of(&digest), &[], None).await;
    let unknown = quire.get(&of("ffffffff")).await;
    let nowhere = quire
        .get("/api/admin/modules/trent/versions/97/component")
        .await;
    quire.set_key(Some(author));
    let forbidden = quire.get(&of(&digest)).await;
    quire.set_key(Some(admin));
    let file = quire
        .data_dir()
        .join("artifacts")
        .join(&digest[..2])
        .join(&digest);
    std::fs::remove_file(&file).unwrap();
    let gone = quire.get(&of(&digest)).await;
    let path = "/api/admin/modules?name=trend&reason=mends";
    let again = quire.upload(path, component()).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.json());
    let mended = quire.get(&of(&digest)).await;

    assert_eq!(whole.status, StatusCode::OK);
    assert_eq!(whole.header("content-type"), "application/wasm");
    assert_eq!(whole.header("etag"), format!("\"{digest}\""));
    for answer in [whole, short, mended] {
        assert_eq!(quire_model::Digest::of(&answer.body).to_string(), digest);
        assert_eq!(answer.body, component());
    }
    assert_eq!(held.status, StatusCode::NOT_MODIFIED);
    assert_eq!(head.header("content-length"), component().len().to_string());
    assert_eq!(head.header("etag"), format!("\"{digest}\""));
    assert_eq!(unknown.json()["type"], "/problems/unknown-version");
    assert_eq!(nowhere.json()["type"], "/problems/unknown-module");
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", gone.json());
    assert_eq!(gone.json()["type"], "/problems/data-missing");
    let detail = gone.json()["detail"].to_string();
    assert!(detail.contains("push the same component again"), "{detail}");
}

#[tokio::test]
async fn what_is_refused_leaves_everything_as_it_was() {
    let quire = Quire::start().await;
    let before = quire.get("/api/admin/modules").await.json();
    let path = "/api/admin/modules?name=trend&reason=test";

    let core = quire.upload(path, b"\0asm\x01\0\0\0".to_vec()).await;
    let large = quire.upload(path, vec![0; (32 << 20) + 1]).await;
    let checked = quire.upload("/api/admin/module-check", component()).await;

    let body = core.json();
    assert_eq!(core.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert_eq!(body["type"], "/problems/module-refused");
    assert_eq!(body["refusal"], "core-module", "{body}");
    let body = large.json();
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{body}");
    assert_eq!(body["type"], "/problems/content-too-large");
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains("33554432 bytes (32 MiB)"), "{detail}");
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.json());
    assert_eq!(quire.get("/api/admin/modules").await.json(), before);
}

#[tokio::test]
async fn a_report_made_before_a_swap_is_verified_after_it_until_its_module_is_withheld() {
    let folder = Folder::new();
    let settings = Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..Settings::default()
    };
    let mut quire = Quire::start_with(settings.clone()).await;
    let module = quire.put_in_use("trend", "hostile").await;
    let first = quire.request("61958-0802").await;
    quire.finished(&first).await;
    let body = json!({"reason": "swap"});
    let back = quire.step("trend", "rollback", body).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.json());
    let verify = format!("/api/tasks/{first}/verify");

    let swapped = quire.post(&verify, None).await.json();
    quire.kill();
    let stored = folder
        .path()
        .join("artifacts")
        .join(&module[..2])
        .join(&module);
    std::fs::remove_file(stored).unwrap();
    let quire = Quire::start_with(settings).await;
    let withheld = quire.post(&verify, None).await.json();

    assert_eq!(swapped["verdict"], "match", "{swapped}");
    assert_eq!(withheld["verdict"], "impossible", "{withheld}");
    let finding = &withheld["findings"][0];
    assert_eq!(finding["kind"], "module-missing");
    assert_eq!(
        (&finding["section"], &finding["digest"]),
        (&json!("trend"), &json!(module))
    );
}

#[tokio::test]
async fn a_running_server_follows_the_command_line() {
    let quire = Quire::start().await;
    let wasm = guest("hostile");
    let push = [
        "module",
        "push",
        &wasm.to_string_lossy(),
        "--name",
        "trend",
        "--activate",
        "--reason",
        "test",
    ];

    let output = run_quire_in(quire.data_dir(), &push);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let task = eventually("the server to follow", || async {
        let task = quire.request("61958-0802").await;
        let status = quire.finished(&task).await;
        let made_by = status["result"]["modules"]["trend"].clone();
        let active = quire.get("/api/admin/modules/trend").await.json()["active"].clone();
        (made_by == active).then_some(task)
    })
    .await;
    assert!(!task.is_empty());
    let listed = run_quire_in(quire.data_dir(), &["module", "list"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains("trend") && listed.contains("ACTIVE"),
        "{listed}"
    );
}

#[tokio::test]
async fn a_definition_is_put_checked_and_rolled_back() {
    let quire = Quire::start().await;
    let path = "/api/admin/definitions/cer";
    let shown = quire.get(path).await;
    let mut definition = shown.json()["current"].clone();
    definition["title"] = json!("Another title");
    let send = async |definition: &Value, tag: &str| {
        let body = json!({"definition": definition, "reason": "test"});
        quire
            .send(Method::PUT, path, &[("if-match", tag)], Some(body))
            .await
    };

    let mut broken = definition.clone();
    broken["sections"]
        .as_array_mut()
        .unwrap()
        .retain(|section| section["module"] != "limitations");
    let refused = send(&broken, shown.header("etag")).await;
    let put = send(&definition, shown.header("etag")).await;
    let late = send(&definition, shown.header("etag")).await;
    let headers = [("if-match", put.header("etag"))];
    let back = quire
        .send(
            Method::POST,
            &format!("{path}/rollback"),
            &headers,
            Some(json!({"reason": "test"})),
        )
        .await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["type"], "/problems/invalid-definition");
    assert!(
        refused.json()["errors"][0]["pointer"].is_string(),
        "{}",
        refused.json()
    );
    assert_eq!(put.status, StatusCode::OK, "{}", put.json());
    assert_eq!(put.json()["current"]["title"], "Another title");
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(back.json()["current"], shown.json()["current"]);
    let again = [("if-match", back.header("etag"))];
    let rollback = format!("{path}/rollback");
    let again = quire.send(
        Method::POST,
        &rollback,
        &again,
        Some(json!({"reason": "test"})),
    );
    let again = again.await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.json());
    assert_eq!(
        quire.get(path).await.json()["current"],
        shown.json()["current"]
    );
}

#[tokio::test]
async fn a_version_that_does_not_take_what_a_definition_gives_is_refused() {
    let quire = Quire::start().await;
    // It takes no parameters, and the standard report gives the module some.
    let digest = quire.add_version("narrative", "narrator").await;
    let body = json!({"digest": digest, "reason": "test"});
    let staged = quire.step("narrative", "stage", body.clone()).await;
    assert_eq!(staged.status, StatusCode::OK, "{}", staged.json());

    for (step, more) in [
        ("activate", json!({})),
        ("shadow", json!({})),
        ("canary", json!({"percent": 10})),
    ] {
        let mut body = body.clone();
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let refused = quire.step("narrative", step, body).await;

        let problem = refused.json();
        assert_eq!(refused.status, StatusCode::CONFLICT, "{step}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        for words in ["definition cer", "section narrative", "parameter reactions"] {
            assert!(detail.contains(words), "{step}: {detail}");
        }
    }
    let command = [
        "module",
        "activate",
        "narrative",
        &digest,
        "--reason",
        "test",
    ];
    let refused = run_quire_in(quire.data_dir(), &command);
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && words.contains("parameter reactions"),
        "{words}"
    );
}

#[tokio::test]
async fn the_trail_is_exported_signed_and_verified() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    quire.get(&format!("/api/tasks/{task}/pdf")).await;

    let verdict = quire.get("/api/admin/audit/verify").await.json();
    let export = quire.get("/api/admin/audit/export").await;
    let checkpoints = quire.get("/api/admin/audit/checkpoints").await.json();

    assert_eq!(verdict["intact"], true, "{verdict}");
    let text = String::from_utf8(export.body).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let actions: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["action"].as_str())
        .collect();
    for action in [
        "report.accepted",
        "report.succeeded",
        "report.manifest",
        "report.downloaded",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    assert!(!checkpoints["checkpoints"].as_array().unwrap().is_empty());
}

/// Try to start a server with this admin key, and give what it says if it ends.
fn refused_start(data_dir: &std::path::Path, key: &str) -> String {
    let output = std::process::Command::new(crate::support::quire_binary())
        .args(["serve", "--sample", "--listen", "127.0.0.1:0"])
        .env("QUIRE_DATA_DIR", data_dir)
        .env("QUIRE_ADMIN_KEY", key)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn another_admin_key_in_the_settings_revokes_the_one_before() {
    let mut quire = Quire::start().await;
    let data_dir = quire.data_dir().to_path_buf();
    let first = quire.key();
    let status = async |quire: &Quire| quire.get("/api/admin/keys").await.status;
    assert_eq!(status(&quire).await, StatusCode::OK);
    let second = "another-key-of-an-administrator";
    let mut another = Quire::start_with(Settings {
        data_dir: Some(data_dir.clone()),
        arguments: vec!["--admin-key".to_owned(), second.to_owned()],
        ..Settings::default()
    })
    .await;

    // Everywhere, at once.
    assert_eq!(status(&quire).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&another).await, StatusCode::UNAUTHORIZED);
    another.set_key(Some(second.to_owned()));
    assert_eq!(status(&another).await, StatusCode::OK);
    let trail = another.get("/api/admin/audit?limit=1000").await.json();
    let revoked = trail["events"].as_array().unwrap().iter();
    let mut revoked = revoked.filter(|event| event["action"] == "key.revoked");
    assert_eq!(revoked.next().unwrap()["actor"], "settings", "{trail}");

    let said = refused_start(&data_dir, &first);
    for word in ["QUIRE_ADMIN_KEY", "revoked", "quire key create"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains(&first), "{said}");
    assert_eq!(status(&another).await, StatusCode::OK, "nothing is changed");
    quire.kill();
}
