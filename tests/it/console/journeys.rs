//! What people do, in a real Chromium: each journey as most walk it, and by keyboard alone without script.

use std::{path::PathBuf, process::Command};

use serde_json::{Value, json};

use super::link;
use crate::support::{Quire, Settings, ancestor_with, guest, quire_binary};

/// How a journey is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// With a pointer and with script; every screen is looked at.
    Usual,
    /// By keyboard alone, and without script.
    Plain,
}

use Way::{Plain, Usual};

/// Walk, and hold what was seen on the way to what holds for every screen.
pub(super) async fn walk(journey: &str, way: Way, quire: &Quire, with: Value) -> Value {
    walk_at(journey, way, &quire.address(""), with).await
}

/// The same at an address.
pub(super) async fn walk_at(journey: &str, way: Way, base: &str, with: Value) -> Value {
    let mut given = with;
    given["base"] = base.into();
    given["plain"] = (way == Plain).into();
    let top = ancestor_with("Cargo.lock");
    let mut node = Command::new("node");
    node.arg(top.join("tests/browser/console.mjs"))
        .args([journey, &given.to_string()])
        .env("QUIRE_TOOLS", top.join("target/tools/browser"));
    if let Ok(pictures) = std::env::var("QUIRE_PICTURES") {
        node.arg(pictures);
    }
    // Threads that wait for a browser answer nobody.
    let output =
        tokio::task::spawn_blocking(move || node.output().expect("node; `make test` installs it"));
    let output = output.await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr),
    );
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    for what in ["axe", "over", "foreign", "messages"] {
        assert_eq!(found[what], json!([]), "{what}: {found:#}");
    }
    found
}

/// What was said at a place; fails with everything that was said.
#[track_caller]
pub(super) fn says(said: &Value, place: &str, words: &str) {
    let found = said[place].as_str().unwrap_or_default();
    assert!(
        found.contains(words),
        "{place} does not say {words:?}: {said:#}"
    );
}

/// The component of a standard section.
pub(super) fn section(name: &str) -> PathBuf {
    let target = quire_binary().ancestors().nth(2).unwrap().to_path_buf();
    let file = format!("quire_section_{name}.wasm");
    target.join("guests/wasm32-wasip2/guest").join(file)
}

#[tokio::test]
async fn from_the_printed_link_to_the_pdf_on_the_page_enter_is_pressed_once() {
    let quire = Quire::start().await;

    let found = walk("road", Usual, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    eprintln!(
        "from the link to the ask box: {} ms; from Enter to the PDF on the page: {} ms",
        said["opening"], said["milliseconds"]
    );
    assert_eq!(said["pdf"], json!([200, "application/pdf"]), "{said}");
    says(said, "standing", "succeeded");
    assert_eq!(said["manifest"], true);
    assert_eq!(said["follows"], false);
    says(said, "verified", "Byte for byte the same");
    assert!(
        said["html"].as_str().is_some_and(|title| !title.is_empty()),
        "{said}"
    );
    assert!(
        said["filtered"][0]
            .as_str()
            .unwrap()
            .contains("state=failed"),
        "{said}"
    );
    assert_eq!(said["filtered"][1], "No report is like that.");
    assert_eq!(said["nothing"], "There is nothing at this address");
    let screens = [
        "home", "report", "manifest", "verified", "reports", "nothing",
    ];
    assert_eq!(found["screens"], json!(screens));
}

#[tokio::test]
async fn the_road_works_by_keyboard_and_without_script() {
    let quire = Quire::start().await;

    let found = walk("plain", Plain, &quire, json!({"key": quire.key()})).await;

    let said = &found["said"];
    says(said, "standing", "succeeded");
    says(said, "verified", "Byte for byte the same");
    assert_eq!(said["manifest"], true);
    assert_eq!(said["out"], "Sign in");
    assert_eq!(said["after"], "/console/sign-in");
}

async fn numbers(way: Way) {
    let quire = Quire::start().await;
    let with = json!({
        "key": quire.key(), "section": "Reported reactions", "row": "Dyspnoea",
    });

    let found = walk("numbers", way, &quire, with).await;

    let said = &found["said"];
    says(said, "facts", "Dyspnoea");
    says(said, "made", "reaction-table");
    says(said, "made", "Digest");
    assert!(said["queries"].as_u64().unwrap() > 0, "{said}");
    says(said, "cases", "reaction is Dyspnoea");
    says(said, "cases", "this very number");
    assert_eq!(
        said["ids"].to_string(),
        said["number"].as_str().unwrap(),
        "{said}"
    );
}

#[tokio::test]
async fn a_number_leads_to_its_section_module_queries_and_cases() {
    numbers(Usual).await;
}

#[tokio::test]
async fn a_number_leads_there_by_keyboard_and_without_script() {
    numbers(Plain).await;
}

async fn swap(way: Way) {
    let quire = Quire::start().await;
    let with = json!({
        "link": link(&quire),
        "component": guest("edition-two"),
        "broken": guest("broken"),
    });

    let found = walk("swap", way, &quire, with).await;

    let said = &found["said"];
    says(said, "slip", "There is no module “trnd”");
    says(said, "refused", "The check that refused it");
    says(said, "next", "look at what it does otherwise");
    says(said, "run", "differs");
    says(said, "compared", "Edition");
    // Those of the first section stand open.
    for page in &said["pages"].as_array().unwrap()[..2] {
        assert!(page.as_str().unwrap().contains(", page "), "{said}");
    }
    assert_eq!(
        said["backtest"],
        "1 section of 1 report: 0 without a difference, 1 otherwise, 0 that could not be tried."
    );
    assert_eq!(
        said["backtestOfActive"],
        "1 section of 1 report: 1 without a difference, 0 otherwise, 0 that could not be tried."
    );
    says(said, "unproven", "Next: look at what it does otherwise");
    assert!(
        !said["unproven"].as_str().unwrap().contains("POST"),
        "{said}"
    );
    says(said, "canary", "10 % of the reports");
    says(said, "budget", "at 2 failures it is taken back by itself");
    says(said, "active", "active");
    // Entered, staged, shadow, accepted, canary, activated, rolled back.
    assert!(said["events"].as_u64().unwrap() >= 7, "{said}");
    // The planted script stands there as text.
    says(said, "trail", "<script>");
    assert_eq!(said["title"], "trend · Quire");
}

#[tokio::test]
async fn a_section_is_replaced_safely_and_comes_back() {
    swap(Usual).await;
}

#[tokio::test]
async fn a_section_is_replaced_by_keyboard_and_without_script() {
    swap(Plain).await;
}

async fn limits(way: Way) {
    let quire = Quire::start().await;

    let found = walk("limits", way, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    if way == Usual {
        says(said, "refused", "1 limit cannot be granted");
        let why = "100000 cannot be granted; it can be from 1 to 512";
        says(said, "handles", why);
    }
    says(said, "facts", "{\"cpu_ms\":20000}");
    says(said, "trail", "module.limits");
    says(said, "trail", "it needs more");
}

#[tokio::test]
async fn limits_of_a_module_are_set_and_those_beyond_the_bounds_refused() {
    limits(Usual).await;
}

#[tokio::test]
async fn limits_are_set_by_keyboard_and_without_script() {
    limits(Plain).await;
}

async fn compare(way: Way) {
    let quire = Quire::start().await;
    let mut tasks = Vec::new();
    for role in ["suspect", "any"] {
        let body = json!({"as_of": "2025-06-30", "role": role});
        let asked = quire
            .post("/api/cer/61958-0802/enhanced-pdf", Some(body))
            .await;
        let task = asked.json()["task_id"].as_str().unwrap().to_owned();
        quire.finished(&task).await;
        tasks.push(task);
        if role == "suspect" {
            quire.put_in_use("trend", "edition-two").await;
        }
    }

    let with = json!({"link": link(&quire), "report": tasks[1]});
    let found = walk("compare", way, &quire, with).await;

    let said = &found["said"];
    says(said, "standing", "differ");
    says(said, "making", "in any role");
    assert!(said["numbers"].as_u64().unwrap() > 0, "{said}");
    let frames = said["frames"].as_array().unwrap();
    assert_eq!(frames.len(), 2, "{said}");
    for (frame, task) in frames.iter().zip(&tasks) {
        let frame = frame.as_str().unwrap();
        assert!(
            frame.contains(task) && frame.contains("/pdf#page="),
            "{frame}"
        );
    }

    // The same behind the other door.
    let path = format!("/api/tasks/{}/comparison?from={}", tasks[1], tasks[0]);
    let compared = quire.get(&path).await.json();
    let sections = compared["sections"].as_array().unwrap();
    let differs = |section: &&Value| {
        let difference = &section["difference"];
        difference["blocks"] != json!([]) || difference["numbers"] != json!([])
    };
    let differing = sections.iter().filter(differs).count();
    says(
        said,
        "standing",
        &format!("{differing} sections of {} differ", sections.len()),
    );
    assert!(
        sections
            .iter()
            .all(|section| section["to"]["page"].is_u64()),
        "{compared:#}"
    );
}

#[tokio::test]
async fn two_reports_are_compared_number_by_number() {
    compare(Usual).await;
}

#[tokio::test]
async fn two_reports_are_compared_by_keyboard_and_without_script() {
    compare(Plain).await;
}

async fn stale(way: Way) {
    let quire = Quire::start().await;

    let found = walk("stale", way, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    assert_eq!(said["status"], 412);
    says(said, "moved", "be careful");
    assert_eq!(said["kept"], "be quick");
}

#[tokio::test]
async fn the_second_of_two_administrators_sees_what_moved() {
    stale(Usual).await;
}

#[tokio::test]
async fn the_second_sees_what_moved_by_keyboard_and_without_script() {
    stale(Plain).await;
}

async fn definition(way: Way) {
    let quire = Quire::start().await;

    let found = walk("definition", way, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    says(said, "refused", "no-such");
    says(said, "look", "is not used yet");
    says(said, "look", "Drug safety, shorter");
    says(said, "title", "Drug safety, shorter");
    assert!(said["gone"].as_u64().unwrap() > 0, "{said}");
    assert!(
        !said["back"].as_str().unwrap().contains("shorter"),
        "{said}"
    );
    says(said, "trail", "the last section is needed");
}

#[tokio::test]
async fn a_definition_is_edited_compared_and_rolled_back() {
    definition(Usual).await;
}

#[tokio::test]
async fn a_definition_is_changed_by_keyboard_and_without_script() {
    definition(Plain).await;
}

async fn trail(way: Way) {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;

    let found = walk("trail", way, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    assert_eq!(said["filtered"], 1);
    says(said, "event", "report.accepted");
    let claimed = said["claimed"].as_str().unwrap();
    assert!(
        claimed.contains("hole") && !claimed.contains("00000000"),
        "{claimed}"
    );
    let whole: &[&str] = match way {
        Usual => &["own", "server", "kept"],
        Plain => &["server", "kept"],
    };
    for place in whole {
        says(said, place, "hole");
    }
    says(said, "altered", "not what was written");
    says(said, "removed", "3");
    says(said, "removed", "it is missing");
}

#[tokio::test]
async fn the_browser_verifies_the_trail_without_believing_the_server() {
    trail(Usual).await;
}

#[tokio::test]
async fn a_tampered_export_is_found_by_keyboard_and_without_script() {
    trail(Plain).await;
}

async fn keys(way: Way) {
    let quire = Quire::start().await;

    let found = walk("keys", way, &quire, json!({"link": link(&quire)})).await;

    let said = &found["said"];
    assert_eq!(said["shown"], false);
    assert_eq!(said["title"], "Keys · Quire");
    says(said, "list", "<script>");
    assert_eq!(said["asks"], 0);
    says(said, "auditor", "the role auditor");
    assert_eq!(said["after"], "/console/sign-in");
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked_while_its_holder_is_signed_in() {
    keys(Usual).await;
}

#[tokio::test]
async fn a_key_is_made_and_revoked_by_keyboard_and_without_script() {
    keys(Plain).await;
}

async fn playground(way: Way) {
    let quire = Quire::start().await;
    let artifacts = quire.number("SELECT count(*) FROM artifact").await;
    let with = json!({
        "key": quire.make_key("author", "section writer").await,
        "component": section("reaction_table"),
        "broken": guest("broken"),
        "hostile": guest("edition-broken"),
    });

    let found = walk("playground", way, &quire, with).await;

    let said = &found["said"];
    assert_eq!(said["ways"], json!(["Playground"]));
    says(said, "broken", "I do not know who I am");
    says(said, "good", "It would be taken");
    assert_eq!(said["meters"], 5);
    says(said, "section", "eaction");
    says(said, "tried", "\"top\":3");
    assert!(said["fewer"].as_u64() < said["rows"].as_u64(), "{said}");
    if way == Usual {
        says(said, "wrong", "/top");
    }
    says(said, "hostile", "not accepted");
    says(said, "none", "not accepted");
    assert_eq!(
        quire.number("SELECT count(*) FROM artifact").await,
        artifacts
    );
}

#[tokio::test]
async fn an_author_tries_components_and_leaves_nothing_behind() {
    playground(Usual).await;
}

#[tokio::test]
async fn components_are_tried_by_keyboard_and_without_script() {
    playground(Plain).await;
}

#[tokio::test]
async fn a_page_that_cannot_be_told_of_changes_says_so() {
    // Nobody makes the report, so that its page waits.
    let redis = crate::support::Redis::start();
    let quire = Quire::start_with(Settings {
        redis: Some(redis.url()),
        arguments: vec!["--workers".to_owned(), "0".to_owned()],
        ..Settings::default()
    })
    .await;
    let task = quire.request("61958-0802").await;

    let with = json!({"key": quire.key(), "report": task});
    let found = walk("untold", Usual, &quire, with).await;

    let said = &found["said"];
    says(said, "follows", "This page follows the report");
    says(
        said,
        "still",
        "This page stands still: you are not signed in any more",
    );
    assert_eq!(said["heading"], json!(["Report on 61958-0802"]));
}
