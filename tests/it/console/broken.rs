//! What went wrong is seen: a report that lacks sections, and one that failed for want of one.

use quire_model::Digest;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    Browser,
    journeys::{Way, says, walk},
    link,
};
use crate::support::Quire;

/// Put a definition in use whose module `trend` does this; gives its reports a box, or fails them.
async fn define(quire: &Quire, name: &str, policy: &str, sins: &[&str]) {
    let cer = quire.get("/api/admin/definitions/cer").await.json();
    let mut definition = cer["current"].clone();
    let mut sections = definition["sections"].as_array().unwrap().clone();
    sections.retain(|section| section["module"] != "trend");
    for sin in sins {
        sections.push(json!({
            "name": format!("section-that-{sin}s"), "module": "trend", "kind": "section",
            "policy": policy, "params": {"sin": sin},
        }));
    }
    definition["name"] = name.into();
    definition["title"] = format!("A report that {name}").into();
    definition["sections"] = sections.into();
    definition["version"] = 1.into();
    let body = json!({"definition": definition, "reason": "to see it fail"});
    let path = format!("/api/admin/definitions/{name}");
    // There is none yet.
    let tag = [("if-match", "\"0\"")];
    let put = quire.send(Method::PUT, &path, &tag, Some(body)).await;
    assert!(put.status.is_success(), "{}", put.json());
}

async fn ask(quire: &Quire, definition: &str) -> Value {
    let body = json!({"definition": definition, "as_of": "2025-06-30"});
    let path = "/api/cer/61958-0802/enhanced-pdf";
    let asked = quire.post(path, Some(body)).await.json();
    quire.finished(asked["task_id"].as_str().unwrap()).await
}

async fn broken(way: Way) {
    let quire = Quire::start().await;
    quire.put_in_use("trend", "hostile").await;
    let limits = json!({"limits": {"cpu_ms": 200}, "reason": "x"});
    let set = quire.step("trend", "limits", limits).await;
    assert!(set.status.is_success(), "{}", set.json());
    define(&quire, "lacks", "placeholder", &["panic", "loop"]).await;
    define(&quire, "fails", "required", &["panic"]).await;
    let (lacking, failed) = (ask(&quire, "lacks").await, ask(&quire, "fails").await);
    assert_eq!(failed["status"], "FAILURE", "{failed}");
    let whole = quire.request("61958-0802").await;
    quire.finished(&whole).await;

    let found = walk("broken", way, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    says(said, "day", "Made without a section\n1");
    says(said, "list", "without 2 sections");
    assert_eq!(said["listed"], 1, "{said}");
    says(said, "standing", "without 2 sections");
    says(said, "missing", "2 sections could not be made");
    says(said, "missing", "bad thing");
    says(said, "missing", "stopped after 200 ms");
    says(
        said,
        "why",
        "the section section-that-panics, by the module trend",
    );
    // The trace is for the author.
    assert!(!said["missing"].to_string().contains("wasm"), "{said}");
    says(said, "again", "A report that fails");
    says(said, "card", "Taken back by Quire itself");
    says(said, "card", "failed 3 times");
    says(said, "warned", "Taken back by Quire itself");

    // The same behind the other door.
    let listed = quire.get("/api/tasks?incomplete=true").await.json();
    let tasks = listed["tasks"].as_array().unwrap();
    assert!(!tasks.is_empty(), "{listed}");
    let lacks = |task: &Value| task["result"]["placeholders"] != json!([]);
    assert!(tasks.iter().all(lacks), "{listed}");
    let warning = lacking["warning"].as_str().unwrap();
    assert!(
        warning.contains("section-that-panics, section-that-loops"),
        "{lacking}"
    );
    assert!(
        tasks
            .iter()
            .any(|task| task["task_id"] == lacking["task_id"])
    );
}

#[tokio::test]
async fn a_report_that_lacks_sections_says_so_everywhere() {
    broken(Way::Usual).await;
}

#[tokio::test]
async fn it_says_so_by_keyboard_and_without_script() {
    broken(Way::Plain).await;
}

#[tokio::test]
async fn neither_authors_nor_auditors_change_a_module_at_either_door() {
    let mut quire = Quire::start().await;
    let digest = quire.add_version("trend", "edition-two").await;
    let admin = quire.key();
    let before = quire.get("/api/admin/modules/trend").await;
    let tag = before.header("etag").to_owned();
    let mut keys = Vec::new();
    for role in ["author", "auditor"] {
        keys.push((role, quire.make_key(role, role).await));
    }

    for (role, key) in &keys {
        let browser = Browser::with_key(&quire, key).await;
        quire.set_key(Some(key.clone()));
        for act in [
            "stage", "shadow", "canary", "activate", "retire", "rollback",
        ] {
            let path = format!("/console/modules/trend/confirm/{act}");
            let revision = tag.trim_matches('"');
            let form = [
                ("reason", "x"),
                ("revision", revision),
                ("seen", "0"),
                ("digest", digest.as_str()),
            ];
            let refused = browser.post(&path, &form).await;
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{role} {act}");
            let page = refused.text().await.unwrap();
            assert!(page.contains(&format!("the role {role}")), "{page}");

            let path = format!("/api/admin/modules/trend/{act}");
            let body = json!({"digest": digest, "reason": "x"});
            let refused = quire
                .send(Method::POST, &path, &[("if-match", &tag)], Some(body))
                .await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role} {act}");
            let detail = refused.json()["detail"].to_string();
            assert!(detail.contains(role), "{detail}");
        }
    }

    quire.set_key(Some(admin));
    let after = quire.get("/api/admin/modules/trend").await;
    assert_eq!(after.json(), before.json());
}

#[tokio::test]
async fn what_a_person_did_is_found_by_the_label_of_their_keys() {
    let mut quire = Quire::start().await;
    let admin = quire.key();
    for label in ["Anna Berg, desk", "Anna Berg, laptop"] {
        quire.set_key(Some(admin.clone()));
        let key = quire.make_key("admin", label).await;
        quire.set_key(Some(key));
        ask(&quire, "plain").await;
    }
    quire.set_key(Some(admin));

    let path = "/api/admin/audit?actor=anna%20berg&action=report.accepted";
    let found = quire.get(path).await.json();
    assert_eq!(found["events"].as_array().unwrap().len(), 2, "{found}");
    let of_module = quire.get("/api/admin/audit?object=trend").await.json();
    assert_eq!(of_module["events"][0]["object"], "module trend");

    let browser = Browser::with_key(&quire, &quire.key()).await;
    let page = browser
        .get("/console/audit?actor=laptop&object=&action=")
        .await;
    let page = page.text().await.unwrap();
    assert!(page.contains("report.accepted"), "{page}");
    let page = browser.get("/console/audit?actor=bert").await.text().await;
    assert!(page.unwrap().contains("No event is like that"));
}

#[tokio::test]
async fn a_page_speaks_to_a_person_of_what_went_wrong() {
    let quire = Quire::start().await;
    let browser = Browser::with_key(&quire, &quire.key()).await;
    let unknown = quire.request("00000-0000").await;
    quire.finished(&unknown).await;

    let page = browser.get(&format!("/console/reports/{unknown}")).await;
    let page = page.text().await.unwrap();
    let period = [
        ("ndc", "61958-0802"),
        ("received_from", "2021-01-01"),
        ("received_to", "2020-01-01"),
    ];
    let refused = browser.post("/console/reports", &period).await;

    let why = page.split("id=\"why\"").nth(1).unwrap();
    let why = why.split("</section>").next().unwrap();
    assert!(why.contains("The hyphens tell"), "{why}");
    assert!(!why.contains('`') && !why.contains("candidates"), "{why}");
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let form = refused.text().await.unwrap();
    let said =
        "“Reports received to” (2020-01-01) lies before “Reports received from” (2021-01-01)";
    assert!(form.contains(said), "{form}");
}

#[tokio::test]
async fn a_document_that_is_gone_hides_its_numbers_and_not_the_way_to_verify_it() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let stored = quire.get(&format!("/api/tasks/{task}/json")).await.body;
    let digest = Digest::of(&stored).to_string();
    let file = quire.data_dir().join("artifacts").join(&digest[..2]);
    std::fs::remove_file(file.join(&digest)).unwrap();
    let browser = Browser::with_key(&quire, &quire.key()).await;
    let address = format!("/console/reports/{task}");

    let page = browser.get(&address).await;
    let numbers = browser.get(&format!("{address}?show=numbers")).await;

    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains("Verify this report"), "{page}");
    assert!(numbers.status().is_server_error(), "{}", numbers.status());
}
