//! `quire module check`: what an author or administrator is told before a module is used.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::support::{Folder, guest, quire_binary, run_quire};

fn check(folder: &Folder, file: &Path) -> Output {
    run_quire(folder, &["module", "check", &file.to_string_lossy()])
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file with this content is refused by this check, in words that hold these.
fn refused(content: &[u8], refusal: &str, words: &[&str]) {
    let folder = Folder::new();
    let file = folder.file("draft.wasm");
    std::fs::write(&file, content).unwrap();

    let output = check(&folder, &file);

    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("is refused ({refusal})")), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?}: {said}");
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn a_good_module_is_described_and_leaves_nothing_behind() {
    let folder = Folder::new();

    let output = check(&folder, &guest("hostile"));

    let said = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for word in [
        "Hostile 0.1.0 can be used",
        "section of quire:report 0.1",
        "sin (string)",
        "quire:report/cases@0.1.0",
        "9 blocks and 1 facts with {}",
    ] {
        assert!(said.contains(word), "{word:?}: {said}");
    }
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    // The tests' own link to shared code, and nothing else.
    let kept = std::fs::read_dir(folder.file("data")).unwrap();
    assert_eq!(kept.count(), 1);
}

#[test]
fn a_check_says_the_same_in_json() {
    let folder = Folder::new();
    let good = guest("hostile").to_string_lossy().into_owned();
    let bad = folder.file("draft.wasm");
    std::fs::write(&bad, b"not a module").unwrap();

    let passed = run_quire(&folder, &["module", "check", &good, "--json"]);
    let bad = bad.to_string_lossy().into_owned();
    let refused = run_quire(&folder, &["module", "check", &bad, "--json"]);

    let said = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let told = said(&passed);
    assert_eq!(
        [
            &told["title"],
            &told["self_test"]["blocks"],
            &told["warnings"]
        ],
        [&json!("Hostile"), &json!(9), &json!([])]
    );
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(said(&refused)["refusal"], "not-wasm");
    assert!(text(&refused.stderr).contains("is refused (not-wasm)"));
}

/// The components that the binary was built with lie beside it.
#[test]
fn the_standard_sections_pass_with_their_defaults() {
    let built = quire_binary()
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("guests/wasm32-wasip2/guest");
    let sections: Vec<_> = std::fs::read_dir(built)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .collect();
    assert!(sections.len() >= 8, "{sections:?}");

    for section in sections {
        let output = check(&Folder::new(), &section);

        let (told, warned) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{}: {warned}", section.display());
        assert!(warned.is_empty(), "{}: {warned}", section.display());
        assert!(told.contains("blocks and"), "{told}");
    }
}

#[test]
fn a_narrative_is_composed_from_facts() {
    let output = check(&Folder::new(), &guest("narrator"));

    let said = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(said.contains("narrative of quire:report 0.1"), "{said}");
}

#[test]
fn what_is_no_component_is_refused_by_name() {
    refused(b"not a module", "not-wasm", &[]);
    refused(
        b"\0asm\x01\0\0\0",
        "core-module",
        &["wasm-tools component new"],
    );
    refused(b"\x7fELF\x02\x01\x01\0", "precompiled", &["machine code"]);
    refused(
        b"\0asm\x0d\0\x01\0",
        "world",
        &["quire:report/section@0.1.0"],
    );
    refused(&vec![0; (32 << 20) + 1], "size", &["33554432"]);
}

#[test]
fn the_words_of_the_compiling_child_reach_the_author() {
    let cut = &std::fs::read(guest("hostile")).unwrap()[..5000];

    refused(cut, "invalid", &["malformed"]);
}

#[test]
fn a_module_that_crashes_when_asked_is_refused_with_its_own_words() {
    let broken = std::fs::read(guest("broken")).unwrap();

    refused(&broken, "trial", &["I do not know who I am"]);
}

#[test]
fn a_file_that_is_not_there_is_said_to_be_missing() {
    let folder = Folder::new();

    let output = check(&folder, &folder.file("missing.wasm"));

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("missing.wasm"));
}

/// The child that compiles, with a guest on its standard input.
fn compile(memory_bytes: u64) -> Output {
    let mut child = Command::new(quire_binary())
        .arg("compile")
        .arg(format!("--memory-bytes={memory_bytes}"))
        .arg("--cpu-s=600")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let wasm = std::fs::read(guest("hostile")).unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may end before it has read everything.
    let _ = input.write_all(&wasm);
    drop(input);
    child.wait_with_output().unwrap()
}

#[test]
fn the_compiling_child_keeps_to_its_memory() {
    let enough = compile(1 << 30);
    let short = compile(8 << 20);

    assert!(enough.status.success(), "{}", text(&enough.stderr));
    assert!(enough.stdout.starts_with(b"\x7fELF"));
    assert!(!short.status.success());
    assert!(short.stdout.is_empty());
}

#[test]
fn parameters_that_do_not_fit_a_schema_stop_a_report_before_it_begins() {
    let folder = Folder::new();

    let output = run_quire(
        &folder,
        &[
            "report",
            "61958-0802",
            "--sample",
            "--output",
            "out.pdf",
            "--params",
            r#"reaction-table={"top":"ten"}"#,
        ],
    );

    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("/top want integer, but got string"), "{said}");
    assert!(!folder.file("out.pdf").exists());
}
