//! What people do, in a real Chromium.

use std::process::Command;

use serde_json::{Value, json};

use super::link;
use crate::support::{Quire, ancestor_with, guest};

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

#[tokio::test]
async fn a_section_is_replaced_safely_and_comes_back() {
    let quire = Quire::start().await;
    let with = json!({
        "link": link(&quire),
        "component": guest("edition-two"),
        "broken": guest("broken"),
    });

    let found = walk("swap", &quire, with);

    let said = &found["said"];
    assert!(
        said["refused"]
            .as_str()
            .unwrap()
            .contains("The check that refused it"),
        "{said}"
    );
    assert!(said["run"].as_str().unwrap().contains("differs"), "{said}");
    assert_eq!(
        said["backtest"],
        "1 section of 1 report: 0 without a difference, 1 otherwise, 0 not to be told."
    );
    assert_eq!(
        said["backtestOfActive"],
        "1 section of 1 report: 1 without a difference, 0 otherwise, 0 not to be told."
    );
    assert!(
        said["canary"]
            .as_str()
            .unwrap()
            .contains("10 % of the reports"),
        "{said}"
    );
    assert!(
        said["active"].as_str().unwrap().contains("active"),
        "{said}"
    );
    // The planted script stands there as text.
    assert!(
        said["trail"].as_str().unwrap().contains("<script>"),
        "{said}"
    );
    assert_eq!(said["title"], "trend · Quire");
}

#[tokio::test]
async fn the_second_of_two_administrators_sees_what_moved() {
    let quire = Quire::start().await;

    let found = walk("stale", &quire, json!({"link": link(&quire)}));

    let said = &found["said"];
    assert_eq!(said["status"], 412);
    assert!(
        said["moved"].as_str().unwrap().contains("be careful"),
        "{said}"
    );
    assert_eq!(said["kept"], "be quick");
}

#[tokio::test]
async fn a_definition_is_edited_compared_and_rolled_back() {
    let quire = Quire::start().await;

    let found = walk("definition", &quire, json!({"link": link(&quire)}));

    let said = &found["said"];
    assert!(
        said["refused"].as_str().unwrap().contains("no-such"),
        "{said}"
    );
    assert!(
        said["title"]
            .as_str()
            .unwrap()
            .contains("Drug safety, shorter"),
        "{said}"
    );
    assert!(said["gone"].as_u64().unwrap() > 0, "{said}");
    assert!(
        !said["back"].as_str().unwrap().contains("shorter"),
        "{said}"
    );
}

#[tokio::test]
async fn the_browser_verifies_the_trail_without_believing_the_server() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;

    let found = walk("trail", &quire, json!({"link": link(&quire)}));

    let said = &found["said"];
    let claimed = said["claimed"].as_str().unwrap();
    assert!(
        claimed.contains("Whole") && !claimed.contains("00000000"),
        "{claimed}"
    );
    for whole in ["own", "server", "kept"] {
        assert!(said[whole].as_str().unwrap().contains("Whole"), "{said}");
    }
    assert!(
        said["altered"]
            .as_str()
            .unwrap()
            .contains("not what was written"),
        "{said}"
    );
    assert!(
        said["removed"]
            .as_str()
            .unwrap()
            .contains("event 3: it is missing"),
        "{said}"
    );
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked_while_its_holder_is_signed_in() {
    let quire = Quire::start().await;

    let found = walk("keys", &quire, json!({"link": link(&quire)}));

    let said = &found["said"];
    assert_eq!(said["shown"], false);
    assert_eq!(said["title"], "Keys · Quire");
    assert_eq!(said["asks"], 0);
    assert!(
        said["auditor"]
            .as_str()
            .unwrap()
            .contains("the role auditor"),
        "{said}"
    );
    assert_eq!(said["after"], "/console/sign-in");
}

#[tokio::test]
async fn an_author_tries_components_and_leaves_nothing_behind() {
    let quire = Quire::start().await;
    let body = json!({"role": "author", "label": "section writer"});
    let made = quire.post("/api/admin/keys", Some(body)).await.json();
    let artifacts = quire.number("SELECT count(*) FROM artifact").await;
    let with = json!({
        "key": made["key"],
        "component": guest("edition-two"),
        "broken": guest("broken"),
    });

    let found = walk("playground", &quire, with);

    let said = &found["said"];
    assert_eq!(said["ways"], json!(["Playground"]));
    assert!(
        said["broken"]
            .as_str()
            .unwrap()
            .contains("I do not know who I am"),
        "{said}"
    );
    assert!(
        said["good"].as_str().unwrap().contains("It would be taken"),
        "{said}"
    );
    assert_eq!(said["meters"], 4);
    assert!(
        said["section"].as_str().unwrap().contains("Edition"),
        "{said}"
    );
    assert!(
        said["none"].as_str().unwrap().contains("not accepted"),
        "{said}"
    );
    assert_eq!(
        quire.number("SELECT count(*) FROM artifact").await,
        artifacts
    );
}
