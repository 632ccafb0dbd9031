//! What a server and a worker say where their log is for a collector: lines of JSON and nothing else, from the first to the
//! last, on both outputs.

use std::{fs::File, path::Path, process::Command};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Folder, Redis, eventually, prepared, run_quire_with};

/// Every line, each of which has to be an object with a time, a level and words.
fn lines(text: &str) -> Vec<Value> {
    let read = |line: &str| -> Value {
        let line = serde_json::from_str(line);
        line.unwrap_or_else(|error| panic!("{error} in {text}"))
    };
    let lines: Vec<Value> = text.lines().map(read).collect();
    for line in &lines {
        for member in ["timestamp", "level", "message", "target"] {
            assert!(line[member].is_string(), "{member} of {line}");
        }
    }
    lines
}

fn says(lines: &[Value], words: &str) -> bool {
    let mut messages = lines.iter().filter_map(|line| line["message"].as_str());
    messages.any(|message| message.contains(words))
}

/// What a process says until it was told to end, after it has said some words; both outputs go to one file.
async fn said(command: &mut Command, file: &Path, last: &str) -> Vec<Value> {
    let log = File::create(file).unwrap();
    let mut child = command
        .env("QUIRE_LOG_FORMAT", "json")
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let read = || std::fs::read_to_string(file).unwrap();
    eventually(last, || async { read().contains(last).then_some(()) }).await;
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success(), "{}", read());
    lines(&read())
}

#[tokio::test]
async fn a_server_and_a_worker_say_lines_of_json_alone() {
    let (folder, redis) = (Folder::new(), Redis::start());
    // Makes the directory, with the compiled code of the other tests.
    run_quire_with(&folder, &["key", "list"], &[]);
    let begun = |command: &str| {
        let mut begun = prepared(None);
        begun.args([command, "--sample", "--listen", "127.0.0.1:0"]);
        begun.args(["--data-dir", &folder.file("data").display().to_string()]);
        begun.args(["--redis-url", &redis.url()]);
        // A variable that is no setting is warned of.
        begun.env("QUIRE_LISTN", "x");
        begun
    };

    let file = folder.file("said");
    let server = said(&mut begun("serve"), &file, "console: ").await;
    for words in [
        "admin key key_",
        "listening on http://",
        "QUIRE_LISTN",
        "ended",
    ] {
        assert!(says(&server, words), "{words}: {server:?}");
    }
    let keys = server.iter().filter_map(|line| line["message"].as_str());
    let key = keys.filter(|message| message.contains("qk_")).count();
    assert_eq!(key, 1, "the key and its id are one line: {server:?}");
    let worker = said(&mut begun("worker"), &file, "worker ready").await;
    assert!(says(&worker, "listening on http://"), "{worker:?}");
}

#[test]
fn a_start_that_fails_says_so_as_json_too() {
    let folder = Folder::new();
    let json = [("QUIRE_LOG_FORMAT", "json")];
    for (arguments, words) in [
        (&["serve", "--nonsense"][..], "--nonsense"),
        (&["serve", "--listen", "nowhere"], "an IP address"),
        (&["serve", "--workers", "0"], "nobody would make"),
        (&["worker", "--log", "loud"], "QUIRE_LOG"),
        (&["worker", "--workers", "0"], "at least one report"),
    ] {
        let failed = run_quire_with(&folder, arguments, &json);
        assert!(!failed.status.success());
        assert!(failed.stdout.is_empty(), "{failed:?}");
        let lines = lines(&String::from_utf8(failed.stderr).unwrap());
        assert!(says(&lines, words), "{arguments:?}: {lines:?}");
        let is_error = |line: &Value| line["level"] == "ERROR";
        assert!(lines.iter().any(is_error), "{arguments:?}: {lines:?}");
    }
    // What people read stays as it is.
    let told = run_quire_with(
        &folder,
        &["key", "revoke", "key_none", "--reason", "x"],
        &json,
    );
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.starts_with("error: "), "{told}");
}
