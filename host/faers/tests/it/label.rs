//! The drug's label: the newest of the product, kept for a day, and never a reason to go without a report.

use std::time::Duration;

use quire_model::{Label, LabelText};
use quire_replay::{Fault, FaultRule, Records, Replay, ReplaySettings};
use serde_json::{Value, json};

use crate::support::{Bench, letairis};

const LABELS: &str = "/drug/label.json";
const DAY: Duration = Duration::from_hours(24);

fn label(id: &str, effective: &str, code: &str) -> Value {
    json!({
        "id": id, "set_id": format!("set-{id}"), "version": "3", "effective_time": effective,
        "openfda": {"product_ndc": ["61958-0801", code], "brand_name": ["Letairis"]},
        "boxed_warning": ["WARNING: EMBRYO-FETAL TOXICITY"],
        "adverse_reactions": ["Most common: peripheral edema, nasal congestion."],
        "indications_and_usage": ["For the treatment of pulmonary arterial hypertension."],
    })
}

async fn bench(labels: Vec<Value>) -> Bench {
    let settings = ReplaySettings {
        labels: labels.into_iter().collect::<Records>(),
        ..ReplaySettings::sample().unwrap()
    };
    Bench::over(Replay::start(settings).await.unwrap(), |_, _| ())
}

async fn of_letairis() -> Bench {
    bench(vec![
        label("a", "20190101", "61958-0802"),
        label("b", "20240315", "61958-0802"),
        label("c", "20250101", "61958-0803"),
    ])
    .await
}

async fn found(bench: &Bench) -> LabelText {
    let label = bench.faers.label(&letairis()).await.unwrap();
    match &*label {
        Label::Found(text) => text.clone(),
        none => panic!("{none:?}"),
    }
}

async fn reason(bench: &Bench) -> String {
    let label = bench.faers.label(&letairis()).await.unwrap();
    let reason = label.unavailable();
    reason.unwrap_or_else(|| panic!("{label:?}")).to_owned()
}

#[tokio::test]
async fn it_is_the_newest_that_carries_the_code_and_says_where_it_comes_from() {
    let label = found(&of_letairis().await).await;

    assert_eq!((&*label.set_id, &*label.version), ("set-b", "3"));
    assert_eq!(label.effective.unwrap().to_string(), "2024-03-15");
    assert_eq!(label.names, ["Letairis"]);
    assert!(label.indications.contains("pulmonary arterial"));
    assert_eq!(label.sections.len(), 2);
    let [query] = &label.queries[..] else {
        panic!("{:?}", label.queries);
    };
    assert!(
        query
            .url
            .contains("/drug/label.json?search=openfda.product_ndc.exact:(%2261958-0802%22"),
        "{}",
        query.url
    );
}

#[tokio::test]
async fn it_is_asked_for_once_a_day() {
    let bench = of_letairis().await;
    let first = found(&bench).await;
    bench.pass(DAY - Duration::from_secs(1));
    assert_eq!(found(&bench).await, first);
    assert_eq!(bench.replay.requests(LABELS), 1);

    bench.pass(Duration::from_secs(1));
    found(&bench).await;
    assert_eq!(bench.replay.requests(LABELS), 2);
}

#[tokio::test]
async fn a_product_without_a_label_is_an_answer_that_is_kept_too() {
    let bench = bench(vec![label("c", "20250101", "61958-0803")]).await;

    for _ in 0..2 {
        assert_eq!(
            reason(&bench).await,
            "the source has no label of the product"
        );
    }
    assert_eq!(bench.replay.requests(LABELS), 1);
    // The request is among those that a report lists, though it found nothing.
    let label = bench.faers.label(&letairis()).await.unwrap();
    assert_eq!(label.queries().len(), 1);
}

#[tokio::test]
async fn an_older_one_stands_in_while_openfda_is_away_and_says_so() {
    let bench = of_letairis().await;
    let fresh = found(&bench).await;
    bench.pass(DAY + Duration::from_hours(1));
    bench.replay.fail(FaultRule::always(Fault::Unavailable));

    let stale = found(&bench).await;

    assert_eq!(stale.sections, fresh.sections);
    assert_eq!(
        stale.stale.as_deref(),
        Some("read on 2025-06-15 and not since, because openFDA could not be reached")
    );
}

#[tokio::test]
async fn without_an_answer_there_is_a_reason() {
    for (fault, said) in [
        (Fault::Unavailable, "openFDA could not be reached"),
        (Fault::BadRequest, "openFDA refused the request"),
        (Fault::BrokenJson, "openFDA's answer could not be read"),
    ] {
        let bench = of_letairis().await;
        bench.replay.fail(FaultRule::always(fault));

        assert_eq!(reason(&bench).await, said);
    }
}
