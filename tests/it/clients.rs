//! Clients that are generated from the served document walk the whole road: in Python and in TypeScript, each against a
//! server of its own.

use std::path::Path;

use crate::{
    openapi::{described, npm_program, path},
    support::{Folder, Quire, guest, tool},
};

/// Copy a file of `tests/clients` to where it is run.
fn brought(folder: &Folder, name: &str) -> String {
    let to = folder.file(name);
    std::fs::copy(path("tests/clients").join(name), &to).unwrap();
    to.display().to_string()
}

/// What a walk is given.
fn given(quire: &Quire) -> [String; 3] {
    // Whatever the section says: its report only has to be made.
    let component = guest("edition-two").display().to_string();
    [quire.address(""), quire.key(), component]
}

#[tokio::test]
async fn a_generated_python_client_walks_the_whole_road() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let document = described(&quire, &folder).await;
    let python = path("target/tools/bin/python").display().to_string();
    let package = folder.file("quire_client").display().to_string();
    let settings = path("tests/clients/python.yaml").display().to_string();

    let generator = path("target/tools/bin/openapi-python-client");
    let generated = tool(
        &generator.display().to_string(),
        &[
            "generate",
            "--path",
            &document.display().to_string(),
            "--config",
            &settings,
            "--meta",
            "none",
            "--output-path",
            &package,
            "--fail-on-warning",
        ],
    );
    assert!(
        Path::new(&package).join("client.py").exists(),
        "{generated}"
    );
    let walk = brought(&folder, "walk.py");
    let [address, key, component] = given(&quire);
    tool(&python, &[&walk, &address, &key, &component]);
}

#[tokio::test]
async fn a_generated_typescript_client_walks_the_whole_road() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let document = described(&quire, &folder).await;
    let modules = path("target/tools/openapi/node_modules");
    std::os::unix::fs::symlink(modules, folder.file("node_modules")).unwrap();
    for name in ["package.json", "tsconfig.json", "node.d.ts", "walk.ts"] {
        brought(&folder, name);
    }
    let types = brought(&folder, "types.mjs");
    let schema = folder.file("schema.ts").display().to_string();

    tool("node", &[&types, &document.display().to_string(), &schema]);
    let project = folder.path().display().to_string();
    tool(&npm_program("tsc"), &["--project", &project]);
    let walk = folder.file("walk.js").display().to_string();
    let [address, key, component] = given(&quire);
    tool("node", &[&walk, &address, &key, &component]);
}
