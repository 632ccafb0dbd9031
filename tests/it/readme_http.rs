//! README's "A report over HTTP", walked literally: its lines are pasted into a fresh shell.

use std::process::{Command, Stdio};

use crate::support::{Folder, Quire, ancestor_with};

/// The block under the heading of the road of a report.
fn block() -> String {
    block_under("**A report over HTTP**")
}

/// The block under a heading, without the start of the server and the key, which the test has.
fn block_under(heading: &str) -> String {
    let readme = std::fs::read_to_string(ancestor_with("Cargo.lock").join("README.md")).unwrap();
    let (_, road) = readme.split_once(heading).unwrap();
    let (_, block) = road.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let lines = block.lines().filter(|line| {
        !line.starts_with("target/release/quire serve") && !line.starts_with("export KEY=")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the block says, and whether it went well.
fn walked(quire: &Quire, folder: &Folder, block: &str) -> (bool, String) {
    let address = quire.address("");
    assert!(block.contains("http://localhost:8080"), "{block}");
    let output = Command::new("bash")
        .args(["-c", &block.replace("http://localhost:8080", &address)])
        .env("KEY", quire.key())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), format!("{said}\n{wrong}"))
}

#[tokio::test]
async fn the_lines_of_the_readme_make_a_report() {
    let (quire, folder) = (Quire::start().await, Folder::new());

    let (well, said) = walked(&quire, &folder, &block());

    assert!(well, "{said}");
    assert!(said.contains("\"status\":\"SUCCESS\""), "{said}");
    let report = std::fs::read(folder.file("report.pdf")).unwrap();
    assert!(report.starts_with(b"%PDF-"));
}

#[tokio::test]
async fn the_lines_of_the_readme_say_why_there_is_no_report() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let block = block().replace("61958-0802", "99999-9999");

    let (well, said) = walked(&quire, &folder, &block);

    assert!(!well, "{said}");
    assert!(said.contains("\"status\":\"FAILURE\""), "{said}");
    assert!(said.contains("/problems/"), "{said}");
    assert!(!folder.file("report.pdf").exists());
}

#[tokio::test]
async fn the_lines_of_the_readme_end_when_the_request_is_refused() {
    let (mut quire, folder) = (Quire::start().await, Folder::new());

    let (well, said) = walked(&quire, &folder, &block().replace("61958-0802", "abc"));
    assert!(!well && said.contains("/problems/invalid-ndc"), "{said}");

    quire.set_key(Some("qk_revoked".to_owned()));
    let (well, said) = walked(&quire, &folder, &block());
    assert!(
        !well && said.contains("/problems/unauthenticated"),
        "{said}"
    );
}

#[tokio::test]
async fn the_lines_of_the_readme_make_a_schedule() {
    let (quire, folder) = (Quire::start().await, Folder::new());

    let (well, said) = walked(
        &quire,
        &folder,
        &block_under("**A report again and again**"),
    );

    assert!(well, "{said}");
    assert!(said.contains("\"next_run\":\"20"), "{said}");
}
