//! Versions are swapped while reports are made: nobody's report fails, none mixes versions, and each
//! names the digest that made it.

use std::{cell::Cell, collections::BTreeSet};

use quire_model::{Digest, Policy};
use quire_records::{CanaryBudget, ModuleRow};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{EDITION, Folder, Quire, Redis, Registry, Settings, eventually, tool};

/// A report of the definition `edition`; each number has a date of its own.
async fn request(quire: &Quire, number: usize) -> String {
    let body = json!({
        "definition": EDITION,
        "as_of": format!("2025-{:02}-{:02}", number / 28 % 12 + 1, number % 28 + 1),
    });
    let answer = quire
        .post("/api/cer/61958-0802/enhanced-pdf", Some(body))
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{:?}", answer.json());
    answer.json()["task_id"].as_str().unwrap().to_owned()
}

/// Wait for the definition to be known: the process follows the records.
async fn knows_the_definition(quire: &Quire) {
    eventually("the definition is known", || async {
        let body = json!({"definition": EDITION});
        let answer = quire
            .post("/api/cer/61958-0802/enhanced-pdf", Some(body))
            .await;
        (answer.status == StatusCode::ACCEPTED).then_some(())
    })
    .await;
}

/// The editions that a document's text names, and how often one is named.
async fn editions(quire: &Quire, folder: &Folder, task: &str) -> (BTreeSet<String>, usize) {
    let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await;
    assert_eq!(pdf.status, StatusCode::OK);
    let file = folder.file(&format!("{task}.pdf"));
    std::fs::write(&file, pdf.body).unwrap();
    let text = tool("pdftotext", &[&file.to_string_lossy(), "-"]);
    let words: Vec<&str> = text.split_whitespace().collect();
    let named: Vec<String> = words
        .windows(4)
        .filter(|words| words[..3] == ["made", "by", "edition"])
        .map(|words| words[3].to_owned())
        .collect();
    (named.iter().cloned().collect(), named.len())
}

/// The digests that a status names, all sections together.
fn digests(status: &Value) -> BTreeSet<String> {
    let modules = status["result"]["modules"].as_object().unwrap();
    modules
        .values()
        .map(|digest| digest.as_str().unwrap().to_owned())
        .collect()
}

/// One report is made wholly by the version that it names.
async fn made_by(quire: &Quire, folder: &Folder, task: &str) -> String {
    let status = quire.finished(task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");
    let digests = digests(&status);
    assert_eq!(digests.len(), 1, "{status}");
    let (editions, count) = editions(quire, folder, task).await;
    assert_eq!((editions.len(), count), (1, 2), "{editions:?}");
    format!("{} {}", editions.first().unwrap(), digests.first().unwrap())
}

#[tokio::test]
async fn swaps_under_load_fail_no_report_and_mix_no_versions() {
    let quire = Quire::start().await;
    let folder = Folder::new();
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let two = registry.stage("edition-two").await;
    registry.activate(one).await;
    registry.define(Policy::Required).await;
    knows_the_definition(&quire).await;

    let load = async {
        let mut seen = BTreeSet::new();
        for batch in 0..8 {
            let mut tasks = Vec::new();
            for number in 0..4 {
                tasks.push(request(&quire, batch * 4 + number).await);
            }
            for task in tasks {
                seen.insert(made_by(&quire, &folder, &task).await);
            }
        }
        seen
    };
    let swaps = async {
        for number in 0..20 {
            registry
                .activate(if number % 2 == 0 { two } else { one })
                .await;
            // The next swap waits until a report has been made since, so that both are used.
            let before = registry.audited("report.succeeded").await.len();
            eventually("a report is made between two swaps", || async {
                let now = registry.audited("report.succeeded").await.len();
                (now > before || now >= 32).then_some(())
            })
            .await;
        }
    };
    let (seen, ()) = tokio::join!(load, swaps);

    let expected: BTreeSet<String> = [format!("1 {one}"), format!("2 {two}")].into();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_activation_through_one_process_is_used_by_the_other_and_outlives_a_restart() {
    let redis = Redis::start();
    let folder = Folder::new();
    let settings = |worker| Settings {
        redis: Some(redis.url()),
        data_dir: Some(folder.path().to_path_buf()),
        worker,
        arguments: if worker {
            Vec::new()
        } else {
            vec!["--workers".to_owned(), "0".to_owned()]
        },
        ..Settings::default()
    };
    let mut serve = Quire::start_with(settings(false)).await;
    let mut worker = Quire::start_with(settings(true)).await;
    let registry = Registry::open(folder.path()).await;
    let one = registry.stage("edition-one").await;
    let two = registry.stage("edition-two").await;
    registry.activate(one).await;
    registry.define(Policy::Required).await;
    knows_the_definition(&serve).await;
    let first = request(&serve, 1).await;
    assert_eq!(made_by(&serve, &folder, &first).await, format!("1 {one}"));

    // The test's own records are a third process; `serve` and `worker` both follow it.
    registry.activate(two).await;
    let number = Cell::new(1);
    eventually("the worker uses the version that was activated", || async {
        number.set(number.get() + 1);
        let task = request(&serve, number.get()).await;
        (made_by(&serve, &folder, &task).await == format!("2 {two}")).then_some(())
    })
    .await;
    worker.kill();
    serve.kill();
    let serve = Quire::start_with(settings(false)).await;
    let _worker = Quire::start_with(settings(true)).await;

    let task = request(&serve, 30).await;
    assert_eq!(made_by(&serve, &folder, &task).await, format!("2 {two}"));
    assert!(registry.audited("host.started").await.len() >= 4);
}

#[tokio::test]
async fn a_canary_that_fails_rolls_back_by_itself_and_says_why() {
    let quire = Quire::start().await;
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let broken = registry.stage("edition-broken").await;
    registry.activate(one).await;
    registry.define(Policy::Placeholder).await;
    knows_the_definition(&quire).await;
    registry
        .records
        .start_canary(
            EDITION,
            broken,
            50,
            CanaryBudget::default(),
            &registry.why("careful"),
        )
        .await
        .unwrap();

    let number = Cell::new(0);
    eventually("the canary is rolled back", || async {
        number.set(number.get() + 1);
        let task = request(&quire, number.get()).await;
        let status = quire.finished(&task).await;
        assert_eq!(status["status"], "SUCCESS", "{status}");
        let module = registry.records.module(EDITION).await.unwrap().unwrap();
        module.canary.is_none().then_some(())
    })
    .await;

    let module = registry.records.module(EDITION).await.unwrap().unwrap();
    assert_eq!(module.active, Some(one));
    assert!(module.notice.unwrap().text.contains("failed 3 times"));
    let reasons = registry.audited("module.canary-rolled-back").await;
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].contains("failed 3 times"), "{reasons:?}");
    eventually("the log says so", || async {
        quire.log().contains("is used again").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_fresh_version_that_fails_gives_way_to_the_one_before() {
    let quire = Quire::start().await;
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let broken = registry.stage("edition-broken").await;
    registry.activate(one).await;
    registry.define(Policy::Placeholder).await;
    knows_the_definition(&quire).await;
    registry.activate(broken).await;

    let number = Cell::new(0);
    eventually("the version before is back", || async {
        number.set(number.get() + 1);
        let task = request(&quire, number.get()).await;
        quire.finished(&task).await;
        let module = registry.records.module(EDITION).await.unwrap().unwrap();
        (module.active == Some(one)).then_some(())
    })
    .await;

    let reasons = registry.audited("module.rolled-back").await;
    assert!(reasons[0].contains("in its first"), "{reasons:?}");
}

/// It does what the version before it does, and takes a hundred times as much for it.
#[tokio::test]
async fn a_fresh_version_that_costs_too_much_gives_way_with_the_figures() {
    for (guest, told) in [
        ("edition-slow", "ms of CPU time, "),
        ("edition-large", "MiB of memory, "),
    ] {
        let quire = Quire::start().await;
        let registry = Registry::open(quire.data_dir()).await;
        let one = registry.stage("edition-one").await;
        let costly = registry.stage(guest).await;
        registry.activate(one).await;
        registry.define(Policy::Placeholder).await;
        knows_the_definition(&quire).await;
        registry.activate(costly).await;

        let module = until_decided(&quire, &registry, |module| module.active == Some(one)).await;

        let notice = module.notice.unwrap().text;
        assert!(
            notice.contains(told) && notice.contains("200 % are allowed"),
            "{notice}"
        );
        assert_eq!(registry.audited("module.rolled-back").await, [notice]);
    }
}

#[tokio::test]
async fn a_canary_that_costs_too_much_is_rolled_back_by_itself() {
    let quire = Quire::start().await;
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let slow = registry.stage("edition-slow").await;
    registry.activate(one).await;
    registry.define(Policy::Placeholder).await;
    knows_the_definition(&quire).await;
    let budget = CanaryBudget {
        timed_after: 4,
        ..CanaryBudget::default()
    };
    registry
        .records
        .start_canary(EDITION, slow, 90, budget, &registry.why("careful"))
        .await
        .unwrap();

    let module = until_decided(&quire, &registry, |module| module.canary.is_none()).await;

    assert_eq!(module.active, Some(one));
    let notice = module.notice.unwrap().text;
    assert!(notice.contains("ms of CPU time, "), "{notice}");
}

/// A version that costs what the one before it does passes, whatever the machine is busy with.
#[tokio::test]
async fn a_fresh_version_that_costs_the_same_comes_through() {
    let quire = Quire::start().await;
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let two = registry.stage("edition-two").await;
    registry.activate(one).await;
    registry.define(Policy::Placeholder).await;
    knows_the_definition(&quire).await;
    registry.activate(two).await;

    let module = until_decided(&quire, &registry, |module| module.probation.is_none()).await;

    assert_eq!((module.active, module.notice), (Some(two), None));
}

/// Make reports until Quire has decided.
async fn until_decided(
    quire: &Quire,
    registry: &Registry,
    decided: impl Fn(&ModuleRow) -> bool,
) -> ModuleRow {
    let number = Cell::new(0);
    eventually("Quire to decide", || async {
        number.set(number.get() + 1);
        let task = request(quire, number.get()).await;
        let status = quire.finished(&task).await;
        assert_eq!(status["status"], "SUCCESS", "{status}");
        let module = registry.records.module(EDITION).await.unwrap().unwrap();
        Some(module).filter(&decided)
    })
    .await
}

#[tokio::test]
async fn a_shadow_whose_numbers_differ_shows_exactly_those() {
    let quire = Quire::start().await;
    let folder = Folder::new();
    let registry = Registry::open(quire.data_dir()).await;
    let one = registry.stage("edition-one").await;
    let two = registry.stage("edition-two").await;
    registry.activate(one).await;
    registry.define(Policy::Required).await;
    knows_the_definition(&quire).await;
    registry
        .records
        .start_shadow(EDITION, two, 1, &registry.why("compare"))
        .await
        .unwrap();

    let number = Cell::new(0);
    let rows = eventually("a shadow run is stored", || async {
        number.set(number.get() + 1);
        let task = request(&quire, number.get()).await;
        assert_eq!(made_by(&quire, &folder, &task).await, format!("1 {one}"));
        let rows = registry.records.differences(EDITION, 0, 10).await.unwrap();
        (!rows.is_empty()).then_some(rows)
    })
    .await;

    let row = &rows[0];
    assert!(!row.clean);
    assert_eq!((row.run.active, row.run.candidate), (one, two));
    assert!(row.run.candidate_cost.memory_bytes > 0);
    let difference = serde_json::to_value(&row.run.difference).unwrap();
    assert_eq!(
        difference["numbers"],
        json!([{
            "place": "numbers", "kind": "table", "row": "edition", "column": "number",
            "active": 1, "candidate": 2,
        }])
    );
    let changed: Vec<&str> = difference["blocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| block["kind"].as_str().unwrap())
        .collect();
    assert_eq!(changed, ["paragraph", "table"], "{difference}");
    assert!(!registry.audited("module.shadow-differed").await.is_empty());
    let refused: Result<_, _> = registry
        .records
        .activate(EDITION, two, &registry.why("hurry"))
        .await;
    assert!(refused.unwrap_err().to_string().contains("0 of 1"));
}

#[tokio::test]
async fn a_report_without_a_server_uses_what_is_active_in_its_data_directory() {
    let mut quire = Quire::start().await;
    let registry = Registry::open(quire.data_dir()).await;
    let one: Digest = registry.stage("edition-one").await;
    registry.activate(one).await;
    registry.define(Policy::Required).await;
    quire.kill();

    let folder = Folder::new();
    let output = crate::support::run_quire(
        &folder,
        &[
            "report",
            "61958-0802",
            "--sample",
            "--definition",
            EDITION,
            "--data-dir",
            &quire.data_dir().to_string_lossy(),
            "--output",
            "out.pdf",
        ],
    );

    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let text = tool(
        "pdftotext",
        &[&folder.file("out.pdf").to_string_lossy(), "-"],
    );
    assert!(text.contains("made by edition 1"), "{text}");
}
