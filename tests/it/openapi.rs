//! The OpenAPI document is true, as linters see it: whoever generates a client from it gets one that works.

use std::path::PathBuf;

use crate::support::{Folder, Quire, ancestor_with, tool};

/// A program of npm's that `tests/tools.sh` installs.
pub(crate) fn npm_program(name: &str) -> String {
    let program = format!("target/tools/openapi/node_modules/.bin/{name}");
    path(&program).to_string_lossy().into_owned()
}

/// A file of this repository.
pub(crate) fn path(name: &str) -> PathBuf {
    ancestor_with("Cargo.lock").join(name)
}

/// The document, as it is served to whoever has no key.
pub(crate) async fn described(quire: &Quire, folder: &Folder) -> PathBuf {
    let document = reqwest::get(quire.address("/openapi.json")).await.unwrap();
    assert_eq!(document.status(), 200);
    let file = folder.file("openapi.json");
    std::fs::write(&file, document.bytes().await.unwrap()).unwrap();
    file
}

#[tokio::test]
async fn linters_find_nothing_in_the_document() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let document = described(&quire, &folder).await;
    let document = document.to_string_lossy();
    let rules = |name: &str| path("tests/openapi").join(name).display().to_string();

    let redocly = rules("redocly.yaml");
    tool(
        "env",
        &[
            "REDOCLY_TELEMETRY=off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE=true",
            &npm_program("redocly"),
            "lint",
            "--config",
            &redocly,
            &document,
        ],
    );
    let spectral = rules("spectral.yaml");
    tool(
        &npm_program("spectral"),
        &[
            "lint",
            "--fail-severity=hint",
            "--ruleset",
            &spectral,
            &document,
        ],
    );
}
