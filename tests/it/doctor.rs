//! `quire doctor` says what is wrong and what to do, beside a running server, and makes nothing.

use std::{collections::BTreeMap, path::Path, process::Output};

use serde_json::Value;

use crate::support::{Folder, Quire, Redis, Settings, eventually, one_command};

/// Every file below a folder with its length, but for those of the tests.
fn files(folder: &Path) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, data) = (entry.path(), entry.metadata().unwrap());
        if data.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), data.len());
        }
    }
    found
}

fn doctor(data_dir: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let arguments = [&["doctor", "--json"], arguments].concat();
    let mut command = one_command(data_dir, &arguments);
    command.envs(variables.iter().copied()).output().unwrap()
}

/// The lines of a check: its state, what was found and what to do.
fn lines(output: &Output, check: &str) -> Vec<(String, String)> {
    let read: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let of_check = read
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["check"] == check);
    of_check
        .map(|line| {
            let state = line["state"].as_str().unwrap().to_owned();
            assert!(state == "ok" || line["remedy"].is_string(), "{line}");
            (state, line["found"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn assert_line(output: &Output, check: &str, state: &str, words: &str) {
    let found = lines(output, check);
    assert!(
        found
            .iter()
            .any(|(is, said)| is == state && said.contains(words)),
        "{check} is not {state} with {words:?}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[tokio::test]
async fn beside_a_healthy_server_every_line_is_well_and_nothing_changes() {
    let quire = Quire::start().await;
    quire.pdf("61958-0802").await;
    let before = files(quire.data_dir());

    let found = doctor(
        quire.data_dir(),
        &["--sample", "--listen", quire.host()],
        &[],
    );

    assert!(found.status.success(), "{found:?}");
    assert_line(&found, "server", "ok", "ready on");
    assert_line(&found, "data directory", "ok", "this user's alone");
    assert_line(&found, "records", "ok", "form");
    assert_line(&found, "artifacts", "ok", "is there");
    assert_line(&found, "keys", "ok", "an admin's among them");
    assert_line(&found, "clock", "ok", "behind no event");
    let mut after = files(quire.data_dir());
    // The server's own log of writes goes on.
    after.retain(|name, _| !name.contains("-wal") && !name.ends_with("test.log"));
    let mut before = before;
    before.retain(|name, _| !name.contains("-wal") && !name.ends_with("test.log"));
    assert_eq!(before, after);
}

#[tokio::test]
async fn what_is_wrong_is_named_with_what_to_do() {
    let mut quire = Quire::start().await;
    quire.pdf("61958-0802").await;
    quire.stop().await;
    let data_dir = quire.data_dir();
    let artifacts = data_dir.join("artifacts");
    let folder = std::fs::read_dir(&artifacts)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::remove_dir_all(folder).unwrap();
    let before = files(data_dir);

    let found = doctor(
        data_dir,
        &[],
        &[
            ("QUIRE_OPENFDA_URL", "http://127.0.0.1:1"),
            ("QUIRE_REDIS_URL", "redis://:hunter2@127.0.0.1:1"),
            ("QUIRE_LISTEN", "127.0.0.1:1"),
        ],
    );

    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert_line(&found, "artifacts", "fail", "missing");
    assert_line(&found, "openfda", "fail", "cannot be reached");
    assert_line(&found, "redis", "fail", "does not answer");
    assert_line(&found, "server", "ok", "none listens");
    assert!(!String::from_utf8_lossy(&found.stdout).contains("hunter2"));
    assert_eq!(files(data_dir), before);
}

#[tokio::test]
async fn a_redis_that_drops_or_forgets_is_remarked_and_one_that_refuses_writes_fails() {
    let redis = Redis::start();
    let quire = Quire::start_with(Settings {
        redis: Some(redis.url()),
        ..Settings::default()
    })
    .await;
    let url = redis.url();
    let set = async |name: &str, value: &str| {
        redis.command::<()>(&["CONFIG", "SET", name, value]).await;
    };
    let look = || {
        doctor(
            quire.data_dir(),
            &["--sample", "--redis-url", &url, "--listen", quire.host()],
            &[],
        )
    };

    set("maxmemory", "100mb").await;
    set("maxmemory-policy", "allkeys-lru").await;
    let found = look();
    assert!(found.status.success(), "{found:?}");
    assert_line(&found, "redis memory", "warn", "allkeys-lru");
    set("maxmemory-policy", "noeviction").await;
    set("appendonly", "yes").await;
    let found = look();
    assert!(lines(&found, "redis memory").is_empty() && lines(&found, "redis disk").is_empty());
    set("maxmemory", "1").await;
    let found = look();
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert_line(&found, "redis", "fail", "memory");
    // What the server was asked within the last second is answered from then.
    eventually("the server to be found unready", async || {
        let found = lines(&look(), "server");
        found
            .iter()
            .any(|(state, said)| state == "fail" && said.contains("not ready"))
            .then_some(())
    })
    .await;
}

#[test]
fn a_directory_that_is_not_there_fails_and_is_not_made() {
    let folder = Folder::new();
    let missing = folder.file("missing");

    let found = doctor(&missing, &["--sample", "--listen", "127.0.0.1:1"], &[]);

    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert_line(&found, "data directory", "fail", "No such file");
    assert!(!missing.exists());
}
