//! `quire module watch` in a real browser: what is saved is shown, what is filled in is made, and nobody else is
//! answered.

use std::{fs, path::PathBuf};

use reqwest::{StatusCode, redirect};
use serde_json::{Value, json};

use super::journeys::{Way, says, section, walk_at};
use crate::support::{Folder, Watching, guest};

/// A copy of a component, to be saved over.
fn copied(folder: &Folder, from: &PathBuf) -> PathBuf {
    let file = folder.file("draft.wasm");
    fs::copy(from, &file).unwrap();
    file
}

#[tokio::test]
async fn what_is_saved_is_shown_and_what_breaks_is_said_beside_the_last_section() {
    let folder = Folder::new();
    let file = copied(&folder, &guest("edition-one"));
    let nonsense = folder.file("nonsense.wasm");
    fs::write(&nonsense, "<script>document.title='run'</script>").unwrap();
    let watching = Watching::start(&file);

    let with = json!({
        "file": file, "next": guest("edition-two"), "nonsense": nonsense, "crashing": guest("edition-broken"),
    });
    let found = walk_at("watch", Way::Usual, &watching.base, with).await;

    let said = &found["said"];
    eprintln!("from saving to the new page: {} ms", said["milliseconds"]);
    says(said, "refused", "is refused (not-wasm)");
    says(said, "kept", "by build 2");
    says(said, "crashed", "this edition always fails");
    says(said, "standing", "build 3");
    assert_eq!(said["run"], Value::Bool(false));
    assert_eq!(
        found["screens"],
        json!(["watch", "watch-refused", "watch-crashed"])
    );
}

#[tokio::test]
async fn the_form_of_the_schema_makes_the_section_again() {
    let folder = Folder::new();
    let watching = Watching::start(&copied(&folder, &section("reaction_table")));

    let found = walk_at("watch_form", Way::Usual, &watching.base, json!({})).await;

    let said = &found["said"];
    says(said, "usual", "{}");
    says(said, "changed", r#""chart":3"#);
    assert_eq!(said["focus"], "param-chart", "{said}");
    says(said, "wrong", "/chart");
    says(said, "empty", "no reports");
    assert_eq!(found["screens"], json!(["watch-form", "watch-form-wrong"]));
}

#[tokio::test]
async fn a_page_of_another_site_or_name_is_not_answered() {
    let folder = Folder::new();
    let watching = Watching::start(&copied(&folder, &guest("edition-one")));
    let client = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let status = async |path: &str, header: (&str, &str)| {
        let request = client.get(format!("{}{path}", watching.base));
        request
            .header(header.0, header.1)
            .send()
            .await
            .unwrap()
            .status()
    };

    for path in ["/", "/events", "/section/x", "/nothing"] {
        for header in [
            ("host", "evil.example"),
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            assert_eq!(
                status(path, header).await,
                StatusCode::FORBIDDEN,
                "{path} {header:?}"
            );
        }
    }
    let page = client.get(&watching.base).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'"),
        "{policy}"
    );
}
