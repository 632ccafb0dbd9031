//! What people do, in a real Chromium.

use std::process::Command;

use serde_json::{Value, json};

use super::link;
use crate::support::{Quire, ancestor_with};

/// Walk, and hold what was seen on the way to what holds for every screen.
fn walk(journey: &str, quire: &Quire, with: Value) -> Value {
    let mut given = with;
    given["base"] = quire.address("").into();
    let top = ancestor_with("Cargo.lock");
    let mut node = Command::new("node");
    node.arg(top.join("tests/browser/console.mjs"))
        .args([journey, &given.to_string()])
        .env("QUIRE_TOOLS", top.join("target/tools/browser"));
    if let Ok(pictures) = std::env::var("QUIRE_PICTURES") {
        node.arg(pictures);
    }
    let output = node.output().expect("node; `make test` installs it");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        quire.log()
    );
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    for what in ["axe", "over", "foreign", "messages"] {
        assert_eq!(found[what], json!([]), "{what}: {found:#}");
    }
    found
}

#[tokio::test]
async fn from_the_printed_link_to_the_pdf_on_the_page_enter_is_pressed_once() {
    let quire = Quire::start().await;

    let found = walk("road", &quire, json!({"link": link(&quire)}));

    let said = &found["said"];
    assert_eq!(said["pdf"], json!([200, "application/pdf"]), "{said}");
    assert!(
        said["standing"].as_str().unwrap().contains("succeeded"),
        "{said}"
    );
    assert_eq!(said["manifest"], true);
    assert!(
        said["verified"]
            .as_str()
            .unwrap()
            .contains("Byte for byte the same"),
        "{said}"
    );
    assert!(
        said["filtered"][0]
            .as_str()
            .unwrap()
            .contains("state=failed"),
        "{said}"
    );
    assert!(found["screens"].as_array().unwrap().len() >= 6);
}

#[tokio::test]
async fn the_road_works_by_keyboard_and_without_script() {
    let quire = Quire::start().await;

    let found = walk("plain", &quire, json!({"key": quire.key()}));

    let said = &found["said"];
    assert!(
        said["standing"].as_str().unwrap().contains("succeeded"),
        "{said}"
    );
    assert_eq!(said["out"], "Sign in");
    assert_eq!(said["after"], "/console/sign-in");
}
