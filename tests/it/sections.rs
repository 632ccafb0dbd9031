//! Sections that misbehave, put into a real report with `quire report --module`.

use crate::support::{Folder, guest, run_quire, tool};

/// What came of a report in which the hostile guest stands in for a section.
struct Outcome {
    success: bool,
    said: String,
    text: String,
}

fn report_with(section: &str, sin: &str) -> Outcome {
    let folder = Folder::new();
    let module = format!("{section}={}", guest("hostile").display());
    let params = format!("{section}={{\"sin\":\"{sin}\"}}");
    let output = run_quire(
        &folder,
        &[
            "report",
            "61958-0802",
            "--sample",
            "--as-of",
            "2025-06-30",
            "--output",
            "out.pdf",
            "--module",
            &module,
            "--params",
            &params,
        ],
    );
    let file = folder.file("out.pdf");
    let text = match file.exists() {
        true => tool("pdftotext", &["-layout", &file.to_string_lossy(), "-"]),
        false => String::new(),
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Outcome {
        success: output.status.success(),
        said,
        text,
    }
}

/// The report is made, a box stands in for the section and says what happened, and the other
/// sections are whole.
fn assert_boxed(sin: &str, words: &[&str]) {
    let outcome = report_with("trend", sin);

    assert!(outcome.success, "{sin}: {}", outcome.said);
    assert!(outcome.said.contains("trend"), "{sin}: {}", outcome.said);
    let text = outcome
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for word in words {
        assert!(
            text.contains(word),
            "{sin}: {word:?} is not in the report:\n{}",
            outcome.text
        );
    }
    for whole in ["Dyspnoea", "Limitations", "All analysed reports"] {
        assert!(
            text.contains(whole),
            "{sin} harmed another section: {whole}"
        );
    }
}

#[test]
fn a_module_that_behaves_is_printed() {
    let outcome = report_with("trend", "");

    assert!(outcome.success, "{}", outcome.said);
    assert!(!outcome.said.contains("warning"), "{}", outcome.said);
}

#[test]
fn a_module_that_loops_is_stopped_and_boxed() {
    // By its CPU time; on a machine so busy that it gets little, by its wall time. Which of the two is which is
    // held where a call's time is counted.
    assert_boxed("loop", &["trend", "was stopped after"]);
}

#[test]
fn a_module_that_panics_is_boxed_with_its_words() {
    assert_boxed("panic", &["trend", "bad thing"]);
}

#[test]
fn a_module_that_takes_all_memory_is_boxed() {
    assert_boxed("memory", &["trend", "memory"]);
}

#[test]
fn a_module_that_recurses_without_end_is_boxed() {
    assert_boxed("stack", &["trend"]);
}

#[test]
fn a_module_that_returns_nonsense_is_boxed_with_the_rule() {
    assert_boxed("nan", &["trend", "finite"]);
    assert_boxed("ragged", &["trend"]);
    assert_boxed("control", &["trend", "control"]);
    assert_boxed("blocks:300000", &["trend"]);
}

#[test]
fn a_module_that_reaches_for_the_network_is_boxed() {
    assert_boxed("net", &["trend", "create-tcp-socket"]);
}

#[test]
fn a_module_with_nothing_to_show_says_why() {
    let outcome = report_with("trend", "no-data");

    assert!(outcome.success, "{}", outcome.said);
    assert!(
        outcome.text.contains("no report has a reaction"),
        "{}",
        outcome.text
    );
}

#[test]
fn a_required_section_that_fails_fails_the_report() {
    let outcome = report_with("limitations", "failed");

    assert!(!outcome.success);
    for word in ["limitations", "the wheel came off"] {
        assert!(outcome.said.contains(word), "{}", outcome.said);
    }
    assert!(outcome.text.is_empty());
}

#[test]
fn what_is_no_module_is_refused_in_words() {
    let folder = Folder::new();
    std::fs::write(folder.file("core.wasm"), b"\0asm\x01\0\0\0").unwrap();
    std::fs::write(folder.file("text.wasm"), b"not a module").unwrap();

    for file in ["core.wasm", "text.wasm", "missing.wasm"] {
        let module = format!("trend={}", folder.file(file).display());
        let output = run_quire(
            &folder,
            &[
                "report",
                "61958-0802",
                "--sample",
                "--output",
                "out.pdf",
                "--module",
                &module,
            ],
        );

        assert!(!output.status.success(), "{file}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(file), "{said}");
    }
}
