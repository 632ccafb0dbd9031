//! `quire report`: from an NDC to a PDF in one command, offline.

use crate::support::{Folder, Redis, run_quire};

const SAMPLE: [&str; 5] = ["report", "61958-0802", "--sample", "--as-of", "2025-06-30"];

#[test]
fn the_sample_becomes_a_pdf() {
    let folder = Folder::new();

    let output = run_quire(&folder, &[&SAMPLE[..], &["--output", "out.pdf"]].concat());

    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        std::fs::read(folder.file("out.pdf"))
            .unwrap()
            .starts_with(b"%PDF-1.")
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("out.pdf"),
        "it says where the file is: {said}"
    );
}

#[test]
fn equal_arguments_give_equal_bytes_with_and_without_redis() {
    let redis = Redis::start();
    let folder = Folder::new();
    let make = |name: &str, more: &[&str]| {
        let output = run_quire(&folder, &[&SAMPLE[..], &["--output", name], more].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::read(folder.file(name)).unwrap()
    };

    let first = make("first.pdf", &[]);
    let second = make("second.pdf", &[]);
    let cold = make("cold.pdf", &["--redis-url", &redis.url()]);
    let warm = make("warm.pdf", &["--redis-url", &redis.url()]);

    assert!(first == second, "two embedded runs differ");
    assert!(first == cold, "embedded and Redis differ");
    assert!(first == warm, "a cached answer differs");
}

#[test]
fn another_date_gives_another_document() {
    let folder = Folder::new();

    for (day, name) in [("2025-06-30", "a.pdf"), ("2025-07-01", "b.pdf")] {
        let arguments = [
            "report",
            "61958-0802",
            "--sample",
            "--as-of",
            day,
            "--output",
            name,
        ];
        assert!(run_quire(&folder, &arguments).status.success());
    }

    let [a, b] = ["a.pdf", "b.pdf"].map(|name| std::fs::read(folder.file(name)).unwrap());
    assert!(a != b);
}

#[test]
fn a_code_that_cannot_be_read_is_explained() {
    let folder = Folder::new();

    let output = run_quire(
        &folder,
        &["report", "aspirin", "--sample", "--output", "out.pdf"],
    );

    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("aspirin") && said.contains("61958-0802"),
        "{said}"
    );
    assert!(!folder.file("out.pdf").exists());
}

#[test]
fn a_code_that_no_product_has_is_refused_with_its_readings() {
    let folder = Folder::new();

    let output = run_quire(
        &folder,
        &["report", "9999912341", "--sample", "--output", "out.pdf"],
    );

    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for reading in ["99999-1234", "99999-123", "9999-9123"] {
        assert!(said.contains(reading), "{reading} is not in: {said}");
    }
}

#[test]
fn a_wrong_setting_ends_the_start_with_its_name() {
    let folder = Folder::new();

    for (arguments, name) in [
        (vec!["serve", "--listen", "nowhere"], "listen"),
        (vec!["serve", "--cache-ttl", "soon"], "cache-ttl"),
        (vec!["serve", "--max-reports", "none"], "max-reports"),
        (vec!["serve", "--redis-url", "http://127.0.0.1"], "redis"),
        (vec!["serve", "--openfda-url", "not a url"], "openfda"),
    ] {
        let output = run_quire(&folder, &arguments);

        assert!(!output.status.success(), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        assert!(said.contains(name), "{arguments:?}: {said}");
    }
}
