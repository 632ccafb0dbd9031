//! What the drug's own label names already: shown beside the signals with its place, never as a verdict, and
//! part of what a document is made from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quire_replay::{Fault, FaultRule, Records, Replay, ReplaySettings, RunningReplay};
use serde_json::json;

use crate::support::{Folder, run_quire, tool};

/// The sample's reports, with a label that is made up for the test.
async fn openfda() -> RunningReplay {
    let label = json!({
        "id": "a", "set_id": "made-up", "version": "4", "effective_time": "20240315",
        "openfda": {"product_ndc": ["61958-0802"], "brand_name": ["LETAIRIS"]},
        "boxed_warning": ["WARNING: <script>alert(1)</script> EMBRYO-FETAL TOXICITY"],
        "adverse_reactions": ["Shortness of breath, fluid retention, peripheral edema."],
        "indications_and_usage": ["For pulmonary arterial hypertension."],
    });
    let settings = ReplaySettings {
        labels: Records::from_iter([label]),
        ..ReplaySettings::sample().unwrap()
    };
    Replay::start(settings).await.unwrap()
}

/// The report over openFDA at an address, as text; its PDF is `out.pdf`.
fn report(folder: &Folder, url: &str) -> String {
    // Nothing is a signal beside a source that is hardly larger, so the threshold is lowered.
    let params = r#"signal-overview={"rules-met": 1, "screening":
        {"minimum": 1, "rules": ["umc"], "thresholds": {"umc": {"ic025": -9}}}}"#;
    let fixed = [
        "report",
        "61958-0802",
        "--as-of",
        "2025-06-30",
        "--output",
        "out.pdf",
        "--openfda-url",
        url,
        "--params",
        params,
    ];
    let output = run_quire(folder, &fixed);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let file = folder.file("out.pdf");
    let text = tool("pdftotext", &[&file.to_string_lossy(), "-"]);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn verify(folder: &Folder) -> (bool, String) {
    let output = run_quire(folder, &["verify", "out.pdf"]);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.success(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_is_shown_as_found_with_its_place_or_as_not_found() {
    let openfda = openfda().await;
    let url = openfda.url();

    let (text, again) = tokio::task::block_in_place(|| {
        let folder = Folder::new();
        (report(&folder, &url), verify(&folder))
    });

    for said in [
        "In the label of 2024-03-15",
        "adverse reactions: \u{201c}Shortness of breath\u{201d}",
        "not found",
        "Label: openFDA drug/label, set made-up, version 4 of 2024-03-15. Found means",
        "/drug/label.json?search=openfda.product_ndc.exact:",
    ] {
        assert!(text.contains(said), "{said} is not in: {text}");
    }
    // A file that was made with a label is made again with the label that was kept.
    assert!(again.0, "{}", again.1);
    assert_eq!(openfda.requests("/drug/label.json"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn openfda_without_labels_costs_the_label_and_not_the_report() {
    let openfda = openfda().await;
    openfda.fail(FaultRule::always(Fault::BadRequest).on("/drug/label.json"));
    let url = openfda.url();

    let text = tokio::task::block_in_place(|| report(&Folder::new(), &url));

    let said = "names a reaction was not looked up: openFDA refused the request.";
    assert!(text.contains(said), "{text}");
    assert!(!text.contains("In the label"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_label_that_was_kept_a_file_cannot_be_made_again_and_it_says_so() {
    let openfda = openfda().await;
    let url = openfda.url();

    let (holds, said) = tokio::task::block_in_place(|| {
        let folder = Folder::new();
        report(&folder, &url);
        let artifacts = folder.file("data").join("artifacts");
        for file in files(&artifacts) {
            let kept = fs::read(&file).unwrap_or_default();
            if kept.starts_with(b"{\"found\":{\"set_id\"") {
                fs::remove_file(file).unwrap();
            }
        }
        verify(&folder)
    });

    assert!(!holds, "{said}");
    assert!(
        said.contains("made from a label; what is stored of that was altered or cannot be read"),
        "{said}"
    );
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
