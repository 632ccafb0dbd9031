//! What an author has before anything is uploaded: `module run`, and reports with a draft in them.

use std::path::Path;

use serde_json::Value;

use crate::support::{Folder, guest, run_quire, tool};

const REPORT: [&str; 5] = ["report", "61958-0802", "--sample", "--as-of", "2025-06-30"];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `quire module run` of a guest, with the exit status that is expected of it; standard output and error.
fn ran(name: &str, arguments: &[&str], status: i32) -> (String, String) {
    let file = guest(name).to_string_lossy().into_owned();
    let folder = Folder::new();
    let output = run_quire(&folder, &[&["module", "run", &file], arguments].concat());
    let (said, wrong) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{said}{wrong}");
    (said, wrong)
}

/// `quire module bench` of a guest, likewise.
fn bench(name: &str, arguments: &[&str], status: i32) -> (String, String) {
    let file = guest(name).to_string_lossy().into_owned();
    let folder = Folder::new();
    let output = run_quire(&folder, &[&["module", "bench", &file], arguments].concat());
    let (said, wrong) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{said}{wrong}");
    (said, wrong)
}

/// What a command left beside the file that it was to write, in the author's directory and in that of the data. The
/// tests' own link to shared code is no part of it.
fn left(folder: &Folder, wanted: &str) -> Vec<String> {
    let names = |path: &Path| -> Vec<String> {
        let files = std::fs::read_dir(path).unwrap();
        let names = files.map(|entry| entry.unwrap().file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    };
    let own = [wanted, "data", "code"];
    let all = [names(folder.path()), names(&folder.file("data"))].concat();
    all.into_iter()
        .filter(|name| !own.contains(&name.as_str()))
        .collect()
}

#[test]
fn a_run_shows_the_section_its_facts_what_it_said_and_what_it_cost() {
    let (said, _) = ran("contract", &[], 0);

    for words in [
        "# Contract",
        "\nlen: 61\n",
        "Dyspnoea          |      10",
        "reports = 61, shown in reactions",
        "info   the contract is asked",
        "CPU time",
        "of   262144 KiB",
        "over the bundled reports that name 61958-0802 with {}",
    ] {
        assert!(said.contains(words), "{words:?}: {said}");
    }
}

#[test]
fn a_run_says_the_same_in_json() {
    let (said, _) = ran("contract", &["--json"], 0);

    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["outcome"], "made");
    assert_eq!(said["facts"][0]["value"]["value"], 61);
    assert_eq!(said["said"][0]["text"], "the contract is asked");
    assert!(said["used"]["cpu_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(said["limits"]["memory_bytes"], 256 << 20);
}

#[test]
fn a_run_reads_what_it_is_told_to() {
    let (empty, _) = ran("contract", &["--empty"], 0);
    assert!(empty.contains("\nlen: 0\n"), "{empty}");
    let (alone, _) = ran("contract", &["--no-background"], 0);
    assert!(alone.contains("background: None"), "{alone}");
    let (none, _) = ran("contract", &["--from", "2015-01-01"], 0);
    assert!(none.contains("\nlen: 0\n"), "{none}");
    let (_, wrong) = ran("hostile", &["--params", r#"{"sin": 7}"#], 2);
    assert!(wrong.contains("--params cannot be used: /sin"), "{wrong}");
    let (_, wrong) = ran("contract", &["--data", "none.json"], 1);
    assert!(wrong.contains("none.json cannot be read"), "{wrong}");
}

#[test]
fn a_run_that_breaks_says_why_and_what_was_said_before() {
    let (said, wrong) = ran("hostile", &["--params", r#"{"sin": "unheard-refusal"}"#], 1);

    assert!(wrong.contains("the module crashed"), "{wrong}");
    let query = "the last query that the host refused was `count-by`: there is no dimension";
    assert!(wrong.contains(query), "{wrong}");
    assert!(said.contains("CPU time"), "{said}");
}

#[test]
fn a_preview_shows_the_section_alone_or_in_the_report() {
    let folder = Folder::new();
    let file = guest("contract").to_string_lossy().into_owned();
    let preview = |more: &[&str]| {
        let arguments = ["module", "preview", &file];
        run_quire(&folder, &[&arguments[..], more].concat())
    };

    let alone = preview(&["--output", "alone.html"]);
    let printed = preview(&["--empty"]);
    let placed = preview(&["--in-report", "--instead-of", "trend", "--output", "in.pdf"]);
    let nowhere = preview(&["--in-report", "--instead-of", "trends", "--output", "x.pdf"]);
    let other = preview(&["--output", "x.csv"]);

    for output in [&alone, &printed, &placed] {
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let alone = std::fs::read_to_string(folder.file("alone.html")).unwrap();
    assert!(alone.contains("the bundled reports that name 61958-0802"));
    let pages = |name: &str| tool("pdftotext", &[&folder.file(name).to_string_lossy(), "-"]);
    assert!(pages("preview.pdf").contains("len: 0"));
    let report = pages("in.pdf");
    assert!(report.contains("Preview:") && report.contains("len: 61"));
    assert!(
        report.contains("Provenance") && !report.contains("Reports over time"),
        "{report}"
    );
    let wrong = text(&nowhere.stderr);
    assert!(wrong.contains("expected one of narrative"), "{wrong}");
    assert_eq!(
        [nowhere.status.code(), other.status.code()],
        [Some(2), Some(2)]
    );
    assert!(!folder.file("x.pdf").exists() && !folder.file("x.csv").exists());
}

#[test]
fn a_bench_says_what_a_component_costs_beside_each_limit() {
    let (said, _) = bench("contract", &["--runs", "2", "--most", "1200"], 0);
    for words in [
        ", 2 runs each, with {}",
        "a series of 1,200 made-up reports",
        "262144 KiB",
    ] {
        assert!(said.contains(words), "{words:?}: {said}");
    }
    let sin = r#"{"sin": "panic"}"#;
    let (said, wrong) = bench("hostile", &["--most", "1", "--params", sin, "--json"], 1);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["inputs"][0]["outcome"], "crashed", "{said}");
    assert!(
        wrong.contains("on sample data: the module crashed"),
        "{wrong}"
    );
}

#[test]
fn a_draft_stands_alone_or_among_the_others_and_leaves_nothing_behind() {
    let mine = format!("mine={}", guest("contract").display());
    for (arguments, sections) in [
        (vec!["--only", &mine], 1),
        (vec!["--add", &mine, "--after", "trend"], 15),
    ] {
        let folder = Folder::new();
        let output = run_quire(
            &folder,
            &[
                &REPORT[..],
                &arguments,
                &["--strict", "--output", "out.json"],
            ]
            .concat(),
        );

        assert!(output.status.success(), "{}", text(&output.stderr));
        let report = std::fs::read(folder.file("out.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        let made = report["sections"].as_array().unwrap();
        assert_eq!(made.len(), sections);
        assert!(made.iter().any(|section| section["name"] == "mine"));
        assert_eq!(left(&folder, "out.json"), [""; 0]);
    }
}

#[test]
fn a_strict_report_that_lacks_a_section_is_not_written_and_the_reason_is_told() {
    let folder = Folder::new();
    let mine = format!("mine={}", guest("hostile").display());
    let sin = r#"mine={"sin": "panic"}"#;
    let arguments = [
        "--add", &mine, "--params", sin, "--strict", "--output", "out.pdf",
    ];
    let output = run_quire(&folder, &[&REPORT[..], &arguments].concat());

    let wrong = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{wrong}");
    assert!(
        wrong.contains("bad thing") && wrong.contains("--strict was given"),
        "{wrong}"
    );
    assert!(!folder.file("out.pdf").exists());
}

#[test]
fn a_component_of_the_other_world_is_refused_before_any_work() {
    let folder = Folder::new();
    let module = format!("narrative={}", guest("contract").display());
    let arguments = ["--module", &module, "--output", "out.pdf"];
    let output = run_quire(&folder, &[&REPORT[..], &arguments].concat());

    assert_eq!(output.status.code(), Some(2));
    let wrong = text(&output.stderr);
    assert!(
        wrong.contains("is a section module, and cer uses narrative as a narrative"),
        "{wrong}"
    );
    assert!(!folder.file("out.pdf").exists());
}
