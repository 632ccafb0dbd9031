//! Every operation of the OpenAPI document is tried with what its schemas allow and with what they forbid: no answer is a
//! fault, and none is of a kind that the document does not name.

use crate::{
    openapi::{described, path},
    support::{Folder, Quire, Settings, tool_in},
};

/// Callers are bounded; this one asks for hundreds of things a minute, many of them without a valid key. Equal requests
/// are given one document, as usual: what is tried are the answers, not the machine.
fn unbounded() -> Settings {
    let bounds = [
        "QUIRE_REFUSED_SIGN_INS_PER_MINUTE",
        "QUIRE_REQUESTS_PER_MINUTE",
        "QUIRE_REPORTS_PER_MINUTE",
        "QUIRE_REPORTS_PER_DAY",
    ];
    Settings {
        environment: bounds.map(|name| (name.to_owned(), "0".to_owned())).into(),
        sharing: true,
        ..Settings::default()
    }
}

/// Try the operations with these tags, with a key.
async fn tried(quire: &Quire, key: &str, tags: &[&str]) {
    let folder = Folder::new();
    let document = described(quire, &folder).await;
    let python_path = format!("PYTHONPATH={}", path("tests/openapi").display());
    let program = path("target/tools/bin/schemathesis").display().to_string();
    let settings = path("tests/openapi/schemathesis.toml")
        .display()
        .to_string();
    let authorization = format!("Authorization: Bearer {key}");
    let (document, address) = (document.display().to_string(), quire.address(""));
    let mut arguments = vec![
        &*python_path,
        &program,
        "--config-file",
        &settings,
        "run",
        &document,
        "--url",
        &address,
        "--header",
        &authorization,
    ];
    for tag in tags {
        arguments.extend(["--include-tag", tag]);
    }
    // It leaves folders of its own where it is run.
    tool_in(folder.path(), "env", &arguments);
}

#[tokio::test]
async fn what_a_consumer_can_ask_for_is_answered_as_the_document_says() {
    let quire = Quire::start_with(unbounded()).await;
    let key = quire.make_key("consumer", "schemathesis").await;

    let tags = ["reports", "tasks", "data", "operation"];
    tried(&quire, &key, &tags).await;
}

#[tokio::test]
async fn what_an_administrator_can_ask_for_is_answered_as_the_document_says() {
    let quire = Quire::start_with(unbounded()).await;

    tried(&quire, &quire.key(), &["admin", "webhooks"]).await;
}
