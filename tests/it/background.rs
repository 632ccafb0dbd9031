//! What reports are compared with: openFDA's totals or an import, killed as often as one likes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use quire_replay::{Fault, FaultRule, Quarter, Records, Replay, ReplaySettings};
use serde_json::{Value, json};

use crate::support::{Folder, guest, quire_binary, run_quire, tool};

/// A report in which a guest that asks for the background prints what it is told, in a row.
fn report(folder: &Folder, more: &[&str]) -> String {
    report_of("61958-0802", folder, more)
}

fn report_of(ndc: &str, folder: &Folder, more: &[&str]) -> String {
    let module = format!("trend={}", guest("hostile").display());
    let fixed = [
        "report",
        ndc,
        "--as-of",
        "2025-06-30",
        "--output",
        "out.pdf",
        "--module",
        &module,
        "--params",
        r#"trend={"sin":""}"#,
    ];
    let output = run_quire(folder, &[&fixed[..], more].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let text = tool(
        "pdftotext",
        &[&folder.file("out.pdf").to_string_lossy(), "-"],
    );
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of the sample: reports with a reaction and the drug, and with the reaction.
fn sampled(term: &str) -> (usize, usize) {
    let records = ReplaySettings::sample().unwrap().records;
    let has = |record: &Value| {
        let mut reactions = record["patient"]["reaction"].as_array().unwrap().iter();
        reactions.any(|one| {
            let name = one["reactionmeddrapt"].as_str().unwrap_or_default();
            name.eq_ignore_ascii_case(term)
        })
    };
    let ours = |record: &Value| {
        record["patient"]["drug"]
            .to_string()
            .contains("\"61958-0802\"")
    };
    let with: Vec<Value> = records.values().filter(has).collect();
    (
        with.iter().filter(|record| ours(record)).count(),
        with.len(),
    )
}

#[test]
fn the_sample_is_compared_with_all_of_its_reports_in_any_role() {
    let text = report(&Folder::new(), &["--sample"]);

    let (nausea, death) = (sampled("Nausea"), sampled("Death"));
    let told = format!(
        "background Some((\"any-role\", 61, 100)) None [Some({nausea:?}), Some({death:?})] None"
    );
    assert!(text.contains(&told), "{told} is not in: {text}");
}

#[test]
fn equal_backgrounds_give_equal_documents_and_others_do_not() {
    let folder = Folder::new();
    let make = |more: &[&str]| {
        report(&folder, more);
        fs::read(folder.file("out.pdf")).unwrap()
    };

    let first = make(&["--sample"]);
    let second = make(&["--sample"]);
    let without = make(&["--sample", "--background", "off"]);

    assert!(first == second);
    assert!(first != without);
}

#[test]
fn a_report_without_a_background_is_made_and_says_why() {
    for (arguments, reason) in [
        (["--background", "off"], "comparison is switched off"),
        (
            ["--background-requests", "0"],
            "QUIRE_BACKGROUND_REQUESTS allows too few",
        ),
        (["--background", "store"], "no background is imported"),
    ] {
        let text = report(&Folder::new(), &[&["--sample"], &arguments[..]].concat());

        assert!(text.contains("background None Some("), "{text}");
        assert!(text.contains(reason), "{reason} is not in: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openfda_refusing_to_count_costs_the_comparison_and_not_the_report() {
    let openfda = Replay::sample().await.unwrap();
    // A page of reports and the counts by day are answered well.
    openfda.fail(
        FaultRule::always(Fault::BadRequest)
            .on("/drug/event.json")
            .after(2),
    );
    let url = openfda.url();

    let made =
        tokio::task::spawn_blocking(move || report(&Folder::new(), &["--openfda-url", &url]));

    let text = made.await.unwrap();
    assert!(text.contains("61 reports"), "{text}");
    assert!(text.contains("openFDA refused the request"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_a_server_waits_as_often_as_openfda_asks() {
    let openfda = Replay::sample().await.unwrap();
    openfda.fail(FaultRule::times(
        Fault::Throttled {
            retry_after_s: Some(0),
        },
        6,
    ));
    let url = openfda.url();

    let made =
        tokio::task::spawn_blocking(move || report(&Folder::new(), &["--openfda-url", &url]));

    assert!(made.await.unwrap().contains("61 reports"));
}

/// A quarter of one case of the drug and two of another.
fn small_quarter(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "DEMO22Q3.txt",
        "primaryid$caseid$caseversion\n11$1$1\n21$2$1\n31$3$1\n",
    );
    write(
        "DRUG22Q3.txt",
        "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai\n11$1$1$PS$Letairis$AMBRISENTAN\n\
         21$2$1$PS$X$X\n21$2$2$C$LETAIRIS$AMBRISENTAN\n31$3$1$PS$Y$Y\n",
    );
    write(
        "REAC22Q3.txt",
        "primaryid$caseid$pt\n11$1$Nausea\n21$2$NAUSEA\n31$3$Cough\n",
    );
}

#[test]
fn an_imported_quarter_is_compared_by_primary_suspect() {
    let folder = Folder::new();
    small_quarter(&folder.file("ASCII"));

    let imported = run_quire(&folder, &["background", "import", "ASCII"]);
    let said = String::from_utf8_lossy(&imported.stdout).into_owned();
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
    assert!(said.contains("faers-2022q3  used  3 reports"), "{said}");

    let text = report(&folder, &["--sample"]);
    let told =
        "background Some((\"primary-suspect\", 1, 3)) None [Some((1, 2)), Some((0, 0))] None";
    assert!(text.contains(told), "{told} is not in: {text}");
    let api = report(&folder, &["--sample", "--background", "api"]);
    assert!(api.contains("any-role"), "{api}");

    let removed = run_quire(&folder, &["background", "remove", "faers-2022q3"]);
    assert!(removed.status.success());
    assert!(report(&folder, &["--sample"]).contains("any-role"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_comparator_knows_the_drug_by_the_substances_that_its_reports_state() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/pseudo-combination");
    let reports: Value =
        serde_json::from_slice(&fs::read(data.join("b9_reports.json")).unwrap()).unwrap();
    let reports = reports["results"].as_array().unwrap().clone();
    let openfda = Replay::start(ReplaySettings {
        records: reports.into_iter().collect::<Records>(),
        ..ReplaySettings::sample().unwrap()
    });
    let openfda = openfda.await.unwrap();
    let url = openfda.url();

    let made = tokio::task::spawn_blocking(move || {
        let folder = Folder::new();
        let files = data.join("ASCII");
        quire(&folder, &["background", "import", &files.to_string_lossy()]);
        report_of("0781-5315", &folder, &["--openfda-url", &url])
    });

    let text = made.await.unwrap();
    // ZOLPIDEM TARTRATE, and twice ZOLPIDEM\ZOLPIDEM TARTRATE.
    let told = "background Some((\"primary-suspect\", 3, 6))";
    assert!(text.contains(told), "{told} is not in: {text}");
}

#[test]
fn what_cannot_be_imported_is_refused_with_advice() {
    let folder = Folder::new();
    fs::create_dir(folder.file("empty")).unwrap();
    fs::create_dir(folder.file("half")).unwrap();
    fs::write(
        folder.file("half").join("DEMO22Q3.txt"),
        "primaryid$caseid\n",
    )
    .unwrap();

    for (arguments, advice) in [
        (vec!["import", "empty"], "expected FAERS quarterly files"),
        (vec!["import", "half"], "DRUG22Q3.txt is missing"),
        (vec!["import", "nowhere"], "nowhere cannot be read"),
        (vec!["use", "nothing"], "there is no import nothing"),
    ] {
        let output = run_quire(&folder, &[&["background"], &arguments[..]].concat());

        assert!(!output.status.success(), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(advice), "{arguments:?}: {said}");
    }
}

/// Start an import, and kill -9 it when it has said so many lines. True if it was alive then.
fn kill_after(folder: &Folder, paths: &str, lines: usize) -> bool {
    let mut child = Command::new(quire_binary())
        .args(["background", "import", paths])
        .current_dir(folder.path())
        .env("QUIRE_DATA_DIR", folder.file("data"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    for line in said.lines().take(lines) {
        line.unwrap();
    }
    let alive = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    alive
}

fn quire(folder: &Folder, arguments: &[&str]) -> String {
    let output = run_quire(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Everything that an import counts, with the digests of its files.
fn assert_survives_kills(write: impl Fn(&Path), kills: &[usize]) {
    let (whole, killed) = (Folder::new(), Folder::new());
    for folder in [&whole, &killed] {
        fs::create_dir(folder.file("files")).unwrap();
        write(&folder.file("files"));
    }
    let import = ["background", "import", "files", "--name", "all"];
    let wanted = quire(&whole, &import);

    let mut struck = 0;
    for lines in kills {
        struck += usize::from(kill_after(&killed, "files", *lines));
    }
    let list = quire(&killed, &["background", "list"]);
    assert!(list.contains("unfinished"), "{list}");
    assert!(struck > 0, "the import was over before it was killed");
    let name = list.split_whitespace().next().unwrap().to_owned();
    quire(&killed, &["background", "import", "files"]);
    let found = quire(&killed, &["background", "show", &name]);

    assert_eq!(found.replace(&name, "all"), wanted.replace(&name, "all"));
    assert!(found.contains("  digest: "), "{found}");
}

#[test]
fn a_quarter_whose_import_is_killed_again_and_again_ends_with_the_same_totals() {
    let quarter = Quarter {
        name: "22Q3",
        cases: 20_000,
        seed: 3,
    };
    assert_survives_kills(|folder| quarter.write(folder).unwrap(), &[1, 2, 3, 5, 8]);
}

#[test]
fn a_download_whose_import_is_killed_again_and_again_ends_with_the_same_totals() {
    let records: Vec<Value> = quire_replay::synthetic(9_000, 5, "61958-0802").collect();
    let write = |folder: &Path| {
        for (number, records) in records.chunks(4_500).enumerate() {
            let name = format!("drug-event-{:04}-of-0002.json", number + 1);
            let meta = json!({"last_updated": "2025-06-20"});
            let file = json!({"meta": meta, "results": records});
            fs::write(folder.join(name), file.to_string()).unwrap();
        }
    };
    assert_survives_kills(write, &[1, 1, 2]);
}
