//! README's "Replace a section on a working day", walked literally: its commands are read from the file and
//! pasted into a shell, with a component that visibly differs, while a server makes reports.

use std::{
    io::{BufRead, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use quire_model::Digest;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    Folder, Quire, Settings, ancestor_with, eventually, guest, quire_binary, run_quire_in,
};

/// The heading of the road.
const HEADING: &str = "## Replace a section on a working day";

/// The shell blocks under the heading: commands, then requests.
fn blocks() -> Vec<String> {
    let readme = ancestor_with("Cargo.lock").join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, road) = readme.split_once(HEADING).unwrap();
    let (road, _) = road.split_once("\n## ").unwrap();
    let blocks: Vec<String> = road
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect();
    assert_eq!(blocks.len(), 2, "the commands and the requests");
    blocks
}

/// What a person pastes at a time: a command with all its lines.
fn commands(block: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut command = String::new();
    for line in block.lines() {
        command.push_str(line);
        command.push('\n');
        if is_whole(&command) {
            commands.push(std::mem::take(&mut command));
        }
    }
    assert!(command.is_empty(), "a command without an end: {command}");
    commands
}

fn is_whole(command: &str) -> bool {
    let parsed = Command::new("bash")
        .args(["-n", "-c", command])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    parsed.success() && !command.trim_end().ends_with('\\')
}

/// A shell that is pasted into.
struct Shell {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Stands behind what a command said, with its exit status.
const MARK: &str = "--- exit status";

impl Shell {
    /// In a folder that holds `quire-data`, with `quire` on the path and an admin key in `$KEY`.
    fn open(folder: &Path, key: &str) -> Self {
        let binary = quire_binary();
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", binary.parent().unwrap().display());
        let mut child = Command::new("bash")
            .current_dir(folder)
            .env("PATH", path)
            .env("KEY", key)
            .env_remove("QUIRE_DATA_DIR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        writeln!(input, "exec 2>&1").unwrap();
        Self {
            child,
            input,
            output,
        }
    }

    /// Run a command to its end; it must succeed. Gives what it said.
    fn paste(&mut self, command: &str) -> String {
        let (said, status) = self.run(command);
        assert_eq!(status, "0", "{command}{said}");
        said
    }

    /// What a command said, and its exit status.
    fn run(&mut self, command: &str) -> (String, String) {
        let end = format!("printf '\\n%s %s\\n' '{MARK}' $?");
        write!(self.input, "{command}\n{end}\n").unwrap();
        let mut said = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "{said}");
            if let Some(status) = line.strip_prefix(MARK) {
                return (said, status.trim().to_owned());
            }
            said.push_str(&line);
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with `quire-data` in a folder, and the component beside it.
async fn workplace() -> (Folder, Quire, Digest) {
    let folder = Folder::new();
    let data_dir = folder.file("quire-data");
    std::fs::create_dir_all(&data_dir).unwrap();
    let wasm = std::fs::read(guest("edition-two")).unwrap();
    std::fs::write(folder.file("my_trend.wasm"), &wasm).unwrap();
    let quire = Quire::start_with(Settings {
        data_dir: Some(data_dir),
        ..Settings::default()
    })
    .await;
    (folder, quire, Digest::of(&wasm))
}

async fn module(quire: &Quire) -> Value {
    quire.get("/api/admin/modules/trend").await.json()
}

/// Where the version stands.
async fn standing(quire: &Quire, digest: Digest) -> Value {
    let module = module(quire).await;
    let standings = module["standings"].as_array().unwrap();
    let mut found = standings
        .iter()
        .filter(|standing| standing["digest"] == digest.to_string().as_str());
    found.next().unwrap_or(&Value::Null).clone()
}

/// Which version made the section in a report that is made now.
async fn made_by(quire: &Quire) -> String {
    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");
    status["result"]["modules"]["trend"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The server follows the command line within a second.
async fn until_made_by(quire: &Quire, digest: &str) {
    eventually("the version is used", || async {
        (made_by(quire).await == digest).then_some(())
    })
    .await;
}

/// Make reports until the shadow has run as often as is required of it.
async fn make_reports(quire: &Quire, digest: Digest) {
    eventually("the shadow runs", || async {
        made_by(quire).await;
        let standing = standing(quire, digest).await;
        let (runs, required) = (&standing["shadow_runs"], &standing["required_clean"]);
        (runs.as_u64()? >= required.as_u64()?).then_some(())
    })
    .await;
}

/// Walk a block; `refused` tries a canary before its time, and gives what it is told.
async fn walk(block: &str, refused: impl AsyncFn(&Quire, Digest) -> String) {
    let (folder, quire, digest) = workplace().await;
    let before = module(&quire).await["active"].clone();
    let mut shell = Shell::open(folder.path(), &quire.key());
    let mut walked = Vec::new();
    // It listens on a free port instead of the usual one.
    let block = block.replace("localhost:8080", quire.host());
    for command in commands(&block) {
        let said = shell.paste(&command);
        let line = command.replace('\n', " ");
        let does = |verb: &str| {
            line.contains(&format!("module {verb} ")) || line.starts_with(&format!("step {verb} "))
        };
        if does("shadow") {
            assert!(said.contains("0 of 5"), "{said}");
            make_reports(&quire, digest).await;
            let told = refused(&quire, digest).await;
            for part in [
                "0 of 5 clean shadow runs",
                "accept-differences",
                "not accepted",
            ] {
                assert!(told.contains(part), "{part}: {told}");
            }
        } else if does("diff") || line.contains("/differences") {
            for part in ["accept-differences", "paragraph", "0 of 5"] {
                assert!(said.contains(part), "{part}: {said}");
            }
        } else if does("canary") {
            assert!(said.contains("10"), "{said}");
            made_by(&quire).await;
        } else if does("activate") {
            until_made_by(&quire, &digest.to_string()).await;
        } else if does("rollback") {
            assert_eq!(module(&quire).await["active"], before);
            until_made_by(&quire, before.as_str().unwrap()).await;
        } else {
            continue;
        }
        walked.push(line);
    }
    assert_eq!(walked.len(), 5, "{walked:?}");
    let accepted = quire.get("/api/admin/audit?limit=1000").await.json();
    let accepted: Vec<&Value> = accepted["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["action"] == "module.differences-accepted")
        .collect();
    assert_eq!(accepted.len(), 1, "{accepted:?}");
    assert!(
        accepted[0]["reason"]
            .as_str()
            .unwrap()
            .ends_with("quarters, as agreed")
    );
}

async fn refused_command(quire: &Quire, digest: Digest) -> String {
    let version = &digest.to_string()[..8];
    let canary = ["module", "canary", "trend", version, "--reason", "now"];
    let output = run_quire_in(quire.data_dir(), &canary);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

async fn refused_request(quire: &Quire, digest: Digest) -> String {
    let path = "/api/admin/modules/trend";
    let tag = quire.get(path).await.header("etag").to_owned();
    let body = json!({"digest": digest, "percent": 10, "reason": "now"});
    let answer = quire
        .send(
            Method::POST,
            &format!("{path}/canary"),
            &[("if-match", &tag)],
            Some(body),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.json()["detail"].as_str().unwrap().to_owned()
}

/// The block with the version written in another length.
fn with_digits(block: &str, digits: usize) -> String {
    let (before, after) = block.split_once("cut -c1-").unwrap();
    let after = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
    format!("{before}cut -c1-{digits}{after}")
}

#[tokio::test]
async fn the_commands_of_the_readme_replace_a_section() {
    walk(&blocks()[0], refused_command).await;
}

#[tokio::test]
async fn the_commands_of_the_readme_take_a_whole_digest_too() {
    walk(&with_digits(&blocks()[0], 64), refused_command).await;
}

#[tokio::test]
async fn the_requests_of_the_readme_replace_a_section() {
    walk_requests(&blocks()[1]).await;
}

#[tokio::test]
async fn the_requests_of_the_readme_take_the_first_digits_too() {
    walk_requests(&with_digits(&blocks()[1], 10)).await;
}

async fn walk_requests(block: &str) {
    walk(block, refused_request).await;
}

/// Every refusal names a command; the one that it names is run, until the version is in use.
#[tokio::test]
async fn the_way_out_of_each_refusal_leads_to_the_next() {
    let (folder, quire, digest) = workplace().await;
    let mut shell = Shell::open(folder.path(), &quire.key());
    let asked = "quire module required-clean trend --runs 2 --reason test";
    shell.paste(asked);
    shell.paste("quire module push my_trend.wasm --name trend --reason test");
    let activate = format!(
        "quire module activate trend {} --reason now",
        &digest.to_string()[..6]
    );

    let mut ways = Vec::new();
    loop {
        let (said, status) = shell.run(&activate);
        if status == "0" {
            break;
        }
        let (_, next) = said
            .split_once("next: ")
            .unwrap_or_else(|| panic!("no way out: {said}"));
        let named = next.trim().split("quire module ").skip(1);
        // The last command that is named is the one that changes something.
        let way = named.last().unwrap().replace('…', "as it says");
        if way.starts_with("diff") {
            made_by(&quire).await;
        } else {
            shell.paste(&format!("quire module {way}"));
        }
        ways.push(way.split(' ').next().unwrap().to_owned());
        assert!(ways.len() < 20, "{ways:?}");
        if way.starts_with("shadow") || way.starts_with("diff") {
            eventually("the shadow has run", || async {
                let known = standing(&quire, digest).await;
                if known["shadow_runs"] == 0 {
                    made_by(&quire).await;
                }
                (known["shadow_runs"] != 0).then_some(())
            })
            .await;
        }
    }

    ways.dedup();
    assert_eq!(
        ways[..3],
        ["stage", "shadow", "accept-differences"],
        "{ways:?}"
    );
    until_made_by(&quire, &digest.to_string()).await;
}

#[tokio::test]
async fn before_a_shadow_has_run_there_is_none_yet() {
    let (folder, quire, _) = workplace().await;
    let mut shell = Shell::open(folder.path(), &quire.key());

    let never = shell.paste("quire module diff trend");
    shell.paste("quire module push my_trend.wasm --name trend --stage --reason test");
    let version = "$(sha256sum my_trend.wasm | cut -c1-12)";
    shell.paste(&format!(
        "quire module shadow trend {version} --required-clean 2 --reason test"
    ));
    let begun = shell.paste("quire module diff trend");
    let shown = shell.paste("quire module show trend");

    for said in [&never, &begun] {
        assert!(said.contains("none yet"), "{said}");
    }
    assert!(never.contains("quire module shadow trend"), "{never}");
    assert!(begun.contains("2 more shadow runs are needed"), "{begun}");
    assert!(
        shown.contains("0 of 2 clean shadow runs") && shown.contains("next: "),
        "{shown}"
    );
}

/// Two operators see the same fault, and both call roll back.
#[tokio::test]
async fn two_roll_backs_bring_the_version_before_back_once() {
    let (folder, quire, digest) = workplace().await;
    let before = module(&quire).await["active"].clone();
    let mut shell = Shell::open(folder.path(), &quire.key());
    shell.paste("quire module push my_trend.wasm --name trend --activate --reason test");
    let revision = module(&quire).await["revision"].clone();
    let guarded = format!("quire module rollback trend --if-revision {revision} --reason test");

    shell.paste(&guarded);
    let (late, status) = shell.run(&guarded);
    let (second, second_status) = shell.run("quire module rollback trend --reason test");

    assert_eq!((status.as_str(), second_status.as_str()), ("1", "1"));
    assert!(late.contains("quire module show trend"), "{late}");
    assert!(second.contains("was rolled back already"), "{second}");
    assert!(
        second.contains(&format!("quire module activate trend {}", digest.short())),
        "{second}"
    );
    assert_eq!(module(&quire).await["active"], before);
}
