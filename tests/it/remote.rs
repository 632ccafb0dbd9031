//! `quire --server`: the commands of a data directory, over HTTP, say the same and do the same.

use std::{
    io::{BufRead as _, BufReader},
    process::{Output, Stdio},
};

use serde_json::Value;

use crate::{
    openapi::path,
    redis_ways::certificates,
    support::{Folder, Quire, Settings, guest, one_command, run_quire_in},
};

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The same command with the server's address.
pub(crate) fn over_http(quire: &Quire, arguments: &[&str]) -> Output {
    let nowhere = quire.data_dir().join("no-such-directory");
    one_command(&nowhere, arguments)
        .env("QUIRE_SERVER", quire.address(""))
        .env("QUIRE_API_KEY", quire.key())
        .output()
        .unwrap()
}

/// What a command says that has to succeed.
pub(crate) fn done(output: &Output) -> String {
    let (out, error) = said(output);
    assert!(output.status.success(), "{out}{error}");
    out
}

/// What a command says that has to fail, with its exit status.
pub(crate) fn refused(output: &Output) -> (i32, String) {
    let (out, error) = said(output);
    assert!(!output.status.success(), "{out}{error}");
    (output.status.code().unwrap(), error)
}

#[tokio::test]
async fn what_is_read_reads_the_same_in_a_directory_and_over_http() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let failed = quire.request("99999-9999").await;
    quire.finished(&failed).await;
    let wasm = guest("edition-two").display().to_string();
    let push = ["module", "push", &wasm, "--name", "trend", "--reason", "x"];
    done(&run_quire_in(quire.data_dir(), &push));
    let commands: &[&[&str]] = &[
        &["task", "list"],
        &["task", "list", "--json"],
        &["task", "list", "--status", "failure"],
        &["task", "list", "--status", "FAILURE,success"],
        &["task", "list", "--ndc", "61958-0802", "--limit", "1"],
        &["task", "show", &task],
        &["task", "show", &failed],
        &["task", "show", &task, "--json"],
        &["task", "watch", &task],
        &["task", "cancel", &task],
        &["task", "remake", &task, "--reason", "x"],
        &["module", "list"],
        &["module", "list", "--json"],
        &["module", "show", "trend"],
        &["module", "show", "trend", "--json"],
        &["module", "show", "trent"],
        &["module", "diff", "trend"],
        &["module", "diff", "trend", "--json"],
        &["definition", "list"],
        &["definition", "list", "--json"],
        &["definition", "show", "cer"],
        &["definition", "show", "cer", "--number", "1"],
        &["definition", "show", "cer", "--number", "9"],
        &["audit", "list"],
        &["audit", "list", "--limit", "3", "--after", "2"],
        &[
            "audit",
            "list",
            "--action",
            "module.added",
            "--object",
            "trend",
        ],
        &["audit", "verify"],
        &["key", "list"],
        &["key", "revoke", "k_none", "--reason", "x"],
    ];

    for command in commands {
        let here = run_quire_in(quire.data_dir(), command);
        let there = over_http(&quire, command);

        assert_eq!(said(&here), said(&there), "{command:?}");
        assert_eq!(here.status.code(), there.status.code(), "{command:?}");
    }
}

#[tokio::test]
async fn what_is_changed_changes_the_same_in_a_directory_and_over_http() {
    let (here, there) = (Quire::start().await, Quire::start().await);
    let wasm = guest("edition-two").display().to_string();
    let version = quire_model::Digest::of(&std::fs::read(&wasm).unwrap()).to_string();
    let short = &version[..10];
    let first = guest("edition-one").display().to_string();
    let folder = Folder::new();
    let definition = folder.file("cer.json");
    let shown = done(&over_http(&there, &["definition", "show", "cer"]));
    let mut shown: Value = serde_json::from_str(&shown).unwrap();
    shown["title"] = "Another title".into();
    std::fs::write(&definition, shown.to_string()).unwrap();
    let definition = definition.display().to_string();
    let why = ["--reason", "as agreed"];
    let with = |command: &[&'static str], more: &[&str]| -> Vec<String> {
        let words = command.iter().copied().chain(more.iter().copied());
        words.chain(why).map(str::to_owned).collect()
    };
    let commands = [
        with(&["module", "push"], &[&wasm, "--name", "trend", "--stage"]),
        with(
            &["module", "shadow", "trend"],
            &[short, "--required-clean", "2"],
        ),
        with(&["module", "end-trial", "trend"], &[]),
        with(&["module", "end-trial", "trend"], &[]),
        with(&["module", "activate", "trend"], &[short]),
        with(&["module", "required-clean", "trend", "--runs", "1"], &[]),
        with(&["module", "limits", "trend", "--cpu-ms", "20000"], &[]),
        with(&["module", "rollback", "trend"], &["--if-revision", "99"]),
        with(&["module", "rollback", "trend"], &[]),
        with(
            &["module", "canary", "trend"],
            &[&version, "--percent", "10"],
        ),
        with(&["module", "retire", "trend"], &["ffffffff"]),
        with(&["module", "stage", "trend"], &[&version]),
        with(&["module", "retire", "trend"], &[&version]),
        with(
            &["module", "push"],
            &[&first, "--name", "mine", "--activate"],
        ),
        with(
            &["module", "push"],
            &[&wasm, "--name", "mine", "--activate"],
        ),
        with(&["module", "rollback", "mine"], &[]),
        // It would bring back what was just rolled back.
        with(&["module", "rollback", "mine"], &[]),
        with(&["definition", "put"], &[&definition]),
        with(&["definition", "put"], &[&definition, "--if-revision", "1"]),
        with(&["definition", "rollback", "cer"], &["--if-revision", "99"]),
        with(&["definition", "rollback", "cer"], &["--if-revision", "2"]),
        with(&["definition", "rollback", "cer"], &[]),
    ];

    let mut rolled_back_already = 0;
    for command in &commands {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let one = run_quire_in(here.data_dir(), &command);
        let other = over_http(&there, &command);

        let succeeded = one.status.success();
        assert_eq!(succeeded, other.status.success(), "{command:?}\n{other:?}");
        let words = "was rolled back already";
        let told = [&one, &other].map(|output| said(output).1.contains(words));
        assert_eq!(told[0], told[1], "{command:?}\n{other:?}");
        rolled_back_already += u32::from(told[1]);
        if succeeded {
            // What to do next names the place.
            let bare = |output: &Output, place: String| said(output).0.replace(&place, "");
            let flag = format!(" --data-dir {}", here.data_dir().display());
            let flag_there = format!(" --server {}", there.address(""));
            assert_eq!(bare(&one, flag), bare(&other, flag_there), "{command:?}");
        }
    }
    let list = done(&over_http(&there, &["definition", "list"]));
    assert!(
        list.lines()
            .any(|line| line.starts_with("cer ") && line.contains(" 3 ")),
        "{list}"
    );
    assert_eq!(rolled_back_already, 2);
    let (_, wrong) = refused(&over_http(
        &there,
        &[
            "module",
            "rollback",
            "trend",
            "--if-revision",
            "99",
            "--reason",
            "x",
        ],
    ));
    assert!(
        wrong.contains("error: ") && wrong.contains("(request "),
        "{wrong}"
    );
}

#[tokio::test]
async fn what_is_said_of_a_report_is_said_to_the_server() {
    let settings = Settings {
        sharing: true,
        ..Settings::default()
    };
    let (quire, folder) = (Quire::start_with(settings).await, Folder::new());
    let file = folder.file("report.pdf").display().to_string();
    let report = [
        "report",
        "61958-0802",
        "--as-of",
        "2025-06-30",
        "--output",
        &file,
    ];
    let said = |more: &[&'static str]| [&report[..], more].concat();

    done(&over_http(&quire, &report));
    done(&over_http(&quire, &report));
    let noted = [
        "--force",
        "--label",
        "desk 4",
        "--metadata",
        "order=A=17",
        "--metadata",
        "by=me",
    ];
    done(&over_http(&quire, &said(&noted)));
    let tasks = quire.get("/api/tasks").await.json();
    let shared = |place: usize| tasks["tasks"][place]["shared_from"].is_string();
    let found = done(&over_http(
        &quire,
        &["task", "list", "--label", "desk", "--json"],
    ));
    let found: Value = serde_json::from_str(&found).unwrap();
    let (status, wrong) = refused(&over_http(&quire, &said(&["--metadata", "order"])));
    let (here, instead) = refused(&run_quire_in(
        &folder.file("data"),
        &said(&["--sample", "--force"]),
    ));

    assert!(!shared(0) && shared(1), "{tasks}");
    assert_eq!(found["label"], "desk 4");
    assert_eq!(
        found["metadata"],
        serde_json::json!({"order": "A=17", "by": "me"})
    );
    assert_eq!(status, 2, "{wrong}");
    assert!(wrong.contains("expected NAME=VALUE"), "{wrong}");
    assert_eq!(here, 2, "{instead}");
    assert!(instead.contains("--force is said to a server"), "{instead}");
}

#[test]
fn a_server_that_takes_connections_and_never_answers_is_given_up() {
    let folder = Folder::new();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let asked = |command: &[&str]| {
        one_command(&folder.file("data"), command)
            .env("QUIRE_SERVER", &address)
            .env("QUIRE_API_KEY", "qk_x")
            .env("QUIRE_TIMEOUT", "1s")
            .output()
            .unwrap()
    };

    for command in [
        &["task", "list"][..],
        &["module", "pull", "trend", "--output", "-"],
        &["report", "61958-0802", "--output", "-"],
    ] {
        let (status, wrong) = refused(&asked(command));

        assert_eq!(status, 1, "{wrong}");
        let told = format!("{address} takes connections and did not answer for 1s");
        assert!(
            wrong.contains(&told) && wrong.contains("QUIRE_TIMEOUT"),
            "{wrong}"
        );
    }
    let (status, wrong) = refused(&asked(&["task", "list", "--timeout", "0s"]));
    assert_eq!(status, 2, "{wrong}");
    assert!(
        wrong.contains("expected a duration from 1s to 10m"),
        "{wrong}"
    );
}

#[tokio::test]
async fn a_file_with_a_key_that_is_typed_counts_before_the_variable() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let file = folder.file("key");
    std::fs::write(&file, quire.key()).unwrap();
    let file = file.display().to_string();
    let asked = |more: &[&str]| {
        one_command(
            &folder.file("data"),
            &[&["task", "list"][..], more].concat(),
        )
        .env("QUIRE_SERVER", quire.address(""))
        .env("QUIRE_API_KEY", "qk_of_somebody_else")
        .output()
        .unwrap()
    };

    done(&asked(&["--key-file", &file]));
    done(&asked(&[&format!("--key-file={file}")]));
    let (_, wrong) = refused(&asked(&[]));
    assert!(wrong.contains("API key"), "{wrong}");
}

#[tokio::test]
async fn a_server_makes_a_report_that_is_written_here() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let day = ["--as-of", "2025-06-30"];
    let of = |code: &str, file: &str, more: &[&str]| {
        let output = folder.file(file).display().to_string();
        let report = ["report", code, "--output", &output];
        over_http(&quire, &[&report[..], &day, more].concat())
    };

    for (file, beginning) in [
        ("a.pdf", &b"%PDF-"[..]),
        ("a.html", b"<!DOCTYPE html>"),
        ("a.json", b"{"),
        ("a.zip", b"PK"),
    ] {
        let told = done(&of("61958-0802", file, &[]));
        let written = std::fs::read(folder.file(file)).unwrap();
        assert!(written.starts_with(beginning), "{file}");
        let digest = quire_model::Digest::of(&written).to_string();
        assert!(told.contains(&digest), "{told}");
    }
    let table = ["--format", "csv", "--table", "reaction-table/reactions"];
    done(&of("61958-0802", "a.csv", &table));
    let pdf = quire.pdf("61958-0802").await;
    assert_eq!(pdf, std::fs::read(folder.file("a.pdf")).unwrap());

    let (status, why) = refused(&of("99999-9999", "b.pdf", &[]));
    assert_eq!(status, 1);
    assert!(why.contains("99999-9999"), "{why}");
    assert!(!folder.file("b.pdf").exists());
    let (status, why) = refused(&of("61958-0802", "b.pdf", &["--sample"]));
    assert_eq!(status, 2);
    assert!(
        why.contains("--sample cannot be used with a server"),
        "{why}"
    );
}

#[tokio::test]
async fn keys_and_the_trail_are_had_over_http() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let create = ["key", "create", "--role", "consumer", "--label", "clinic"];
    let secret = done(&over_http(&quire, &create)).trim().to_owned();
    let list = done(&over_http(&quire, &["key", "list"]));
    let id = list.lines().find(|line| line.ends_with("clinic")).unwrap();
    let id = id.split(' ').next().unwrap();

    let file = folder.file("key");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    let (address, file) = (quire.address(""), file.display().to_string());
    let with_file = ["--server", &address, "--key-file", &file];
    let listed = one_command(
        folder.path(),
        &[&["task", "list", "--json"], &with_file[..]].concat(),
    );
    let listed = {
        let mut listed = listed;
        listed.output()
    }
    .unwrap();
    assert_eq!(done(&listed), "");
    let (_, why) = refused(
        &one_command(folder.path(), &[&["key", "list"], &with_file[..]].concat())
            .output()
            .unwrap(),
    );
    assert!(why.contains("admin or") || why.contains("role"), "{why}");
    assert!(!why.contains(&secret), "{why}");

    done(&over_http(
        &quire,
        &["key", "revoke", id, "--reason", "left"],
    ));
    let trail = folder.file("trail.jsonl").display().to_string();
    let exported = over_http(&quire, &["audit", "export", "--output", &trail]);
    done(&exported);
    assert!(said(&exported).1.contains("signed up to event"));
    done(&run_quire_in(
        folder.path(),
        &["audit", "verify", "--file", &trail],
    ));
    let exported = std::fs::read_to_string(&trail).unwrap();
    let first: Value = serde_json::from_str(exported.lines().next().unwrap()).unwrap();
    assert!(first["public_key"].is_string(), "{first}");
}

#[tokio::test]
async fn what_cannot_be_done_over_http_says_what_can() {
    let folder = Folder::new();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = one_command(folder.path(), arguments);
        command.envs(variables.iter().copied()).output().unwrap()
    };
    let server = [("QUIRE_SERVER", "http://127.0.0.1:1")];

    for command in [
        &["background", "list"][..],
        &["backup", "somewhere"],
        &["retention", "show"],
        &["console"],
        &["verify", "a.pdf"],
    ] {
        let (status, why) = refused(&run(command, &server));
        assert_eq!(status, 2, "{command:?}: {why}");
        assert!(
            why.contains("cannot be done over HTTP"),
            "{command:?}: {why}"
        );
    }
    // What has nothing to do with records goes on, unless the server was typed.
    done(&run(&["wit"], &server));
    let (status, why) = refused(&run(&["wit", "--server", "http://127.0.0.1:1"], &[]));
    assert_eq!(
        (status, why.contains("leave --server out")),
        (2, true),
        "{why}"
    );
    let both = [
        "task",
        "list",
        "--server",
        "http://127.0.0.1:1",
        "--data-dir",
        ".",
    ];
    let (status, why) = refused(&run(&both, &[]));
    assert_eq!((status, why.contains("two places")), (2, true), "{why}");

    let (status, why) = refused(&run(&["task", "list"], &server));
    assert_eq!((status, why.contains("QUIRE_API_KEY")), (2, true), "{why}");
    let key = [server[0], ("QUIRE_API_KEY", "qk_not_shown")];
    let (status, why) = refused(&run(&["task", "list"], &key));
    assert_eq!(status, 1);
    assert!(
        why.contains("http://127.0.0.1:1 cannot be reached") && !why.contains("qk_not_shown"),
        "{why}"
    );
}

#[tokio::test]
async fn a_stranger_is_told_in_the_servers_words() {
    let quire = Quire::start().await;
    let mut command = one_command(quire.data_dir(), &["task", "list"]);
    command.env("QUIRE_SERVER", quire.address(""));
    let (status, why) = refused(&command.env("QUIRE_API_KEY", "qk_wrong").output().unwrap());

    assert_eq!(status, 1);
    assert!(why.contains("not known, or was revoked"), "{why}");
    assert!(why.contains("(request "), "{why}");
    assert!(!why.contains("qk_wrong"), "{why}");
}

/// A front that speaks TLS; ended when dropped.
struct Front(std::process::Child);

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_behind_a_private_authority_is_reached_with_its_certificate() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    certificates(folder.path());
    let file = |name: &str| folder.file(name).display().to_string();
    let port = quire.host().rsplit(':').next().unwrap().to_owned();
    let script = path("tests/tls_front.py").display().to_string();
    let mut front = std::process::Command::new("python3");
    front.args([&script, &file("redis.pem"), &file("redis.key"), &port]);
    let mut front = Front(front.stdout(Stdio::piped()).spawn().unwrap());
    let mut port = String::new();
    BufReader::new(front.0.stdout.take().unwrap())
        .read_line(&mut port)
        .unwrap();
    let address = format!("https://localhost:{}", port.trim());
    let asked = |variables: &[(&str, &str)]| {
        let mut command = one_command(folder.path(), &["module", "list", "--server", &address]);
        command.env("QUIRE_API_KEY", quire.key());
        command
            .env_remove("SSL_CERT_FILE")
            .env_remove("QUIRE_CA_FILE");
        command.envs(variables.iter().copied()).output().unwrap()
    };

    let (_, why) = refused(&asked(&[]));
    assert!(why.contains("cannot be reached"), "{why}");
    let trusted = done(&asked(&[("QUIRE_CA_FILE", &file("ca.pem"))]));
    assert!(trusted.contains("trend"), "{trusted}");
}
