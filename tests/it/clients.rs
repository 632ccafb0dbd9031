//! Clients that are generated from the served document walk the whole road, and take every operation: in Python and in
//! TypeScript, each against a server of its own.

use std::path::Path;

use crate::{
    openapi::{described, npm_program, path},
    support::{Folder, Quire, Receiver, Settings, guest, tool},
};

/// Copy a file of `tests/clients` to where it is run.
fn brought(folder: &Folder, name: &str) -> String {
    let to = folder.file(name);
    std::fs::copy(path("tests/clients").join(name), &to).unwrap();
    to.display().to_string()
}

#[tokio::test]
async fn a_generated_python_client_walks_the_whole_road_and_leaves_no_operation_out() {
    let (quire, folder) = (
        Quire::start_with(Settings::sending_here()).await,
        Folder::new(),
    );
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
    let walks = ["client.py", "walk.py", "told.py", "schedules.py", "rest.py"]
        .map(|name| brought(&folder, name));
    // Whatever the section says: its report only has to be made.
    let component = guest("edition-two").display().to_string();
    for walk in walks.iter().skip(1) {
        tool(
            &python,
            &[walk, &quire.address(""), &quire.key(), &component],
        );
    }
}

// The receiver answers while a walk is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generated_typescript_client_walks_the_whole_road() {
    let (quire, folder) = (
        Quire::start_with(Settings::sending_here()).await,
        Folder::new(),
    );
    let receiver = Receiver::start().await;
    let document = described(&quire, &folder).await;
    let modules = path("target/tools/openapi/node_modules");
    std::os::unix::fs::symlink(modules, folder.file("node_modules")).unwrap();
    for name in [
        "package.json",
        "tsconfig.json",
        "node.d.ts",
        "client.ts",
        "walk.ts",
        "told.ts",
        "schedules.ts",
    ] {
        brought(&folder, name);
    }
    let types = brought(&folder, "types.mjs");
    let schema = folder.file("schema.ts").display().to_string();

    tool("node", &[&types, &document.display().to_string(), &schema]);
    let project = folder.path().display().to_string();
    tool(&npm_program("tsc"), &["--project", &project]);
    let component = guest("edition-two").display().to_string();
    let told = receiver.url();
    let walks = [
        ("walk.js", component),
        ("told.js", told),
        ("schedules.js", String::new()),
    ];
    for (walk, given) in walks {
        let walk = folder.file(walk).display().to_string();
        tool("node", &[&walk, &quire.address(""), &quire.key(), &given]);
    }
}
