//! Settings as containers and orchestrators hand them over.

use std::{collections::BTreeSet, process::Stdio};

use reqwest::StatusCode;

use crate::support::{
    Folder, Quire, Settings, ancestor_with, eventually, prepared, quire_binary, run_quire_with,
};

/// The variables that a command's help names.
fn variables(command: &str) -> Vec<String> {
    let help = std::process::Command::new(quire_binary())
        .args([command, "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let named = help.split("[env: ").skip(1);
    let names = named.filter_map(|rest| rest.split(['=', ']']).next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_setting_is_in_the_help_and_in_the_readme() {
    let commands = ["serve", "worker", "console"];
    let helped: BTreeSet<String> = commands.into_iter().flat_map(variables).collect();
    let readme = std::fs::read_to_string(ancestor_with("Cargo.lock").join("README.md")).unwrap();
    let quoted: BTreeSet<&str> = readme.split('`').collect();

    let untold = helped.iter().filter(|name| !quoted.contains(&***name));
    assert_eq!(untold.collect::<Vec<_>>(), [""; 0]);
    let own = |name: &&&str| name.starts_with("QUIRE_") && !name.contains(['=', ' ']);
    let gone = quoted
        .iter()
        .filter(own)
        .filter(|name| !helped.contains(**name));
    assert_eq!(gone.collect::<Vec<_>>(), [&""; 0]);
}

#[tokio::test]
async fn an_empty_variable_is_none_whichever_it_is() {
    let variables = variables("serve");
    assert!(variables.len() > 30, "{variables:?}");
    let mut quire = Quire::start_with(Settings {
        environment: variables
            .into_iter()
            .filter(|name| name != "QUIRE_ADMIN_KEY")
            .map(|name| (name, String::new()))
            .collect(),
        ..Settings::default()
    })
    .await;

    assert_eq!(quire.get("/readyz").await.status, StatusCode::OK);
    assert!(quire.stop().await.success());
}

#[tokio::test]
async fn what_is_on_or_off_is_written_either_way() {
    for (name, on) in [
        ("QUIRE_FOUR_EYES", "on"),
        ("QUIRE_FOUR_EYES", "true"),
        ("QUIRE_WEBHOOK_HTTP", "on"),
        ("QUIRE_SHARE_ANSWERS", "false"),
    ] {
        let environment = vec![(name.to_owned(), on.to_owned())];
        let quire = Quire::start_with(Settings {
            environment,
            ..Settings::default()
        });
        assert_eq!(quire.await.get("/readyz").await.status, StatusCode::OK);
    }
    let folder = Folder::new();
    let serve = ["serve", "--sample", "--listen", "127.0.0.1:0"];
    let refused = run_quire_with(&folder, &serve, &[("QUIRE_FOUR_EYES", "perhaps")]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    let why =
        "--four-eyes (QUIRE_FOUR_EYES) is \"perhaps\", which cannot be used: expected on or off";
    assert!(said.contains(why), "{said}");
}

#[tokio::test]
async fn what_kubernetes_says_of_a_service_named_redis_stops_nothing() {
    let quire = Quire::start_with(Settings {
        environment: vec![("REDIS_PORT".to_owned(), "tcp://10.43.1.2:6379".to_owned())],
        ..Settings::default()
    })
    .await;

    let ready = quire.get("/readyz").await.json();
    assert!(
        ready["checks"]["queue"]["detail"]
            .as_str()
            .unwrap()
            .contains("embedded"),
        "{ready}"
    );
}

#[tokio::test]
async fn a_secret_may_stand_in_a_file_and_is_never_repeated() {
    let folder = Folder::new();
    let secret = "qk_from_a_file_0123456789";
    std::fs::write(folder.file("key"), format!("{secret}\n")).unwrap();
    let mut quire = Quire::start_with(Settings {
        environment: vec![
            ("QUIRE_ADMIN_KEY".to_owned(), String::new()),
            (
                "QUIRE_ADMIN_KEY_FILE".to_owned(),
                folder.file("key").display().to_string(),
            ),
        ],
        ..Settings::default()
    })
    .await;

    quire.set_key(Some(secret.to_owned()));
    assert_eq!(quire.get("/api/admin/keys").await.status, StatusCode::OK);
    let url = "http://user:hunter2@redis:6379";
    std::fs::write(folder.file("url"), url).unwrap();
    for (name, value) in [
        ("QUIRE_REDIS_URL", url),
        (
            "QUIRE_REDIS_URL_FILE",
            &folder.file("url").display().to_string(),
        ),
        ("QUIRE_OPENFDA_URL", "https://user:hunter2@api.fda.gov"),
        ("QUIRE_ADMIN_KEY_FILE", "/nowhere"),
    ] {
        let refused = prepared(None)
            .args(["serve", "--sample"])
            .env(name, value)
            .output();
        let refused = refused.unwrap();
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && said.contains(name), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn an_admin_key_that_nobody_could_send_is_refused_and_not_repeated() {
    let folder = Folder::new();
    std::fs::write(folder.file("two"), "qk_one_0123456789\nqk_two_0123456789\n").unwrap();
    let two = folder.file("two").display().to_string();
    for (name, value, why) in [
        ("QUIRE_ADMIN_KEY", " qk_0123456789abcdef", "white space"),
        ("QUIRE_ADMIN_KEY", "qk_0123456789abcdef\n", "end of a line"),
        ("QUIRE_ADMIN_KEY", "qk_0123456789 abcdef", "white space"),
        ("QUIRE_ADMIN_KEY", "qk_0123456789", "at least 16"),
        ("QUIRE_ADMIN_KEY_FILE", &two, "end of a line"),
    ] {
        let serve = ["serve", "--sample", "--listen", "127.0.0.1:0"];
        let refused = run_quire_with(&folder, &serve, &[(name, value)]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{value:?}: {said}");
        assert!(
            said.contains(name) && said.contains(why),
            "{value:?}: {said}"
        );
        assert!(!said.contains("0123456789"), "{said}");
    }
}

#[test]
fn certificates_that_cannot_be_used_are_refused_with_the_sample_too() {
    let folder = Folder::new();
    let file = |name: &str| folder.file(name).display().to_string();
    std::fs::write(file("none.pem"), "").unwrap();
    std::fs::write(file("text.pem"), "no certificate").unwrap();
    let torn = "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n";
    std::fs::write(file("torn.pem"), torn).unwrap();
    let report = file("report.pdf");
    let serve = ["serve", "--sample", "--listen", "127.0.0.1:0"];
    let make = ["report", "61958-0802", "--sample", "--output", &report];
    for (command, variable, name) in [
        (&serve[..], "QUIRE_CA_FILE", "none.pem"),
        (&serve, "QUIRE_CA_FILE", "text.pem"),
        (&make, "QUIRE_CA_FILE", "torn.pem"),
        (&make, "QUIRE_CA_FILE", "nowhere.pem"),
        (&serve, "SSL_CERT_FILE", "nowhere.pem"),
    ] {
        let refused = run_quire_with(&folder, command, &[(variable, &file(name))]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{command:?} {name}: {said}");
        assert!(said.contains("_FILE"), "{command:?} {name}: {said}");
    }
    assert!(!std::path::Path::new(&report).exists());
}

#[tokio::test]
async fn a_log_level_that_is_none_is_refused() {
    for wrong in ["loud", "inf", "quire_jobs=debug,noisy"] {
        let refused = prepared(None)
            .args(["wit"])
            .env("QUIRE_LOG", wrong)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(
            said.contains("QUIRE_LOG") && said.contains("such as info"),
            "{wrong}: {said}"
        );
    }
}

#[tokio::test]
async fn a_signal_is_heard_while_the_server_starts() {
    use std::os::unix::process::ExitStatusExt as _;

    let folder = Folder::new();
    let child = prepared(None)
        .args(["serve", "--sample", "--listen", "127.0.0.1:0"])
        .args(["--data-dir", &folder.file("data").display().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let child = std::cell::RefCell::new(child);
    eventually("the records to be there", || async {
        folder.file("data").join("quire.db").exists().then_some(())
    })
    .await;

    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();

    let ended = eventually("it to end", || async {
        child.borrow_mut().try_wait().unwrap()
    })
    .await;
    assert_eq!(ended.signal(), None, "it hears the signal itself");
    assert!(matches!(ended.code(), Some(143 | 0)), "{ended:?}");
}

#[tokio::test]
async fn after_a_stop_the_files_are_complete_without_their_logs() {
    let mut quire = Quire::start().await;
    for _ in 0..5 {
        quire.pdf("61958-0802").await;
    }

    assert!(quire.stop().await.success());

    for name in ["quire.db", "queue.db"] {
        assert!(quire.data_dir().join(name).exists());
        for log in ["-wal", "-shm"] {
            let log = quire.data_dir().join(format!("{name}{log}"));
            assert!(!log.exists(), "{} is left:\n{}", log.display(), quire.log());
        }
    }
    assert_eq!(quire.number("SELECT count(*) FROM report").await, 5);
}
