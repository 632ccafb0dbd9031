//! `quire module replay`: a report that was made before, with a component from a file in place of a module.

use std::{path::Path, process::Output};

use serde_json::Value;

use crate::support::{Quire, guest, run_quire_in};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `quire module replay` of a report with a guest as its section `trend`.
fn replay(data_dir: &Path, report: &str, name: &str, more: &[&str]) -> Output {
    let module = format!("trend={}", guest(name).display());
    let arguments = ["module", "replay", report, "--module", &module];
    run_quire_in(data_dir, &[&arguments[..], more].concat())
}

#[tokio::test]
async fn exactly_the_numbers_that_changed_are_named_offline() {
    let mut quire = Quire::start().await;
    quire.put_in_use("trend", "edition-one").await;
    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");
    let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await.body;
    let file = quire.data_dir().join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let events = "SELECT count(*) FROM audit";
    let stored = quire.number(events).await;
    let data_dir = quire.data_dir().to_path_buf();
    // The sample's source ends with it.
    quire.kill();

    for report in [task.as_str(), &file.to_string_lossy()] {
        let other = replay(&data_dir, report, "edition-two", &["--json"]);
        let told: Value = serde_json::from_slice(&other.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", text(&other.stderr)));
        assert_eq!(other.status.code(), Some(1), "{told:#}");
        assert_eq!(told["same"], false);
        let [section] = &told["sections"].as_array().unwrap()[..] else {
            panic!("{told:#}")
        };
        assert_eq!(section["section"], "trend");
        let numbers = section["difference"]["numbers"].as_array().unwrap();
        assert!(!numbers.is_empty(), "{told:#}");
        for number in numbers {
            assert_eq!(
                [&number["active"], &number["candidate"]],
                [1, 2],
                "{told:#}"
            );
        }

        let said = replay(&data_dir, report, "edition-two", &[]);
        let said = text(&said.stdout);
        assert!(
            said.contains("section trend differs") && said.contains(": 1 → 2"),
            "{said}"
        );

        let same = replay(&data_dir, report, "edition-one", &[]);
        assert_eq!(same.status.code(), Some(0), "{}", text(&same.stderr));
        assert!(text(&same.stdout).contains("section trend: no difference"));
    }
    assert_eq!(quire.number(events).await, stored);
}

#[tokio::test]
async fn what_cannot_be_replayed_is_said_plainly() {
    let quire = Quire::start().await;
    let pdf = quire.pdf("61958-0802").await;
    let elsewhere = Quire::start().await;
    let file = quire.data_dir().join("report.pdf");
    std::fs::write(&file, pdf).unwrap();
    let file = file.to_string_lossy();

    let other = replay(elsewhere.data_dir(), &file, "edition-two", &[]);
    let unknown = replay(
        quire.data_dir(),
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "edition-two",
        &[],
    );
    let nothing = replay(quire.data_dir(), "report-of-monday", "edition-two", &[]);
    let module = format!("summary={}", guest("edition-two").display());
    let unused = run_quire_in(
        quire.data_dir(),
        &["module", "replay", &file, "--module", &module],
    );

    for (output, status, words) in [
        (other, 1, "this data directory does not hold"),
        (unknown, 1, "no such task in this data directory"),
        (nothing, 2, "neither a file nor the number of a task"),
        (unused, 2, "expected one of narrative"),
    ] {
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{said}");
        assert!(said.contains(words), "{words}: {said}");
    }
}
