//! What modules are tried on before they are taken: the bundled sample, and facts as its sections
//! establish them.

use std::sync::Arc;

use anyhow::Context as _;
use quire_faers::{CaseSeries, Snapshot};
use quire_model::{Date, Fact, FactValue, SectionFacts};
use quire_modules::Sample;
use quire_replay::ReplaySettings;
use serde_json::{Value, json};

/// The drug code whose reports the sample holds.
const NDC: &str = "61958-0802";

/// The sample, as a case series.
pub(crate) fn sample() -> anyhow::Result<Sample> {
    let replay = ReplaySettings::sample().context("the sample cannot be read")?;
    let results: Vec<Value> = replay.records.values().collect();
    let page = json!({
        "meta": {
            "last_updated": replay.last_updated,
            "results": {"skip": 0, "limit": results.len(), "total": results.len()},
        },
        "results": results,
    });
    let snapshot = Snapshot::from_page(page.to_string().as_bytes(), &NDC.parse()?)
        .context("the sample cannot be read")?;
    Ok(Sample {
        series: Arc::new(CaseSeries::build(snapshot)),
        facts: facts(),
        as_of: Date::constant(2025, 6, 30),
    })
}

/// Facts for narratives, by the keys of `plugins/README.md`.
fn facts() -> Vec<SectionFacts> {
    let count = |key: &str, value| fact(key, FactValue::Integer(value));
    let text = |key: &str, value: &str| fact(key, FactValue::Text(value.to_owned()));
    let share = |key: &str, value| fact(key, FactValue::Percent(value));
    let section = |name: &str, title: &str, facts| SectionFacts {
        section: name.to_owned(),
        title: title.to_owned(),
        facts,
    };
    vec![
        section(
            "provenance",
            "Data",
            vec![
                count("reports-total", 100),
                count("reports-fetched", 100),
                count("reports-analysed", 100),
                text("ndc", NDC),
            ],
        ),
        section(
            "seriousness",
            "Seriousness and outcomes",
            vec![
                count("serious-reports", 60),
                share("serious-percent", 60.0),
                count("fatal-reports", 4),
                share("fatal-percent", 4.0),
            ],
        ),
        section(
            "reactions",
            "Reactions",
            vec![
                count("distinct-reactions", 120),
                text("top-reaction-1", "Dyspnoea"),
                count("top-reaction-1-reports", 9),
                share("top-reaction-1-percent", 9.0),
            ],
        ),
    ]
}

fn fact(key: &str, value: FactValue) -> Fact {
    Fact {
        key: key.to_owned(),
        value,
        unit: None,
        source: Some("table".to_owned()),
        attributes: Vec::new(),
    }
}
