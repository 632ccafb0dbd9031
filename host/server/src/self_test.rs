//! What modules are tried on before they are taken: the bundled sample, facts as its sections
//! establish them, a made-up background and a made-up label.

use std::sync::Arc;

use anyhow::Context as _;
use quire_faers::{CaseSeries, Snapshot};
use quire_model::{
    Background, BackgroundRole, BackgroundTotals, Date, Fact, FactValue, Label, LabelPlace,
    LabelSection, LabelText, Ndc, ReactionTotals, SectionFacts, reaction_key,
};
use quire_modules::Sample;
use quire_replay::ReplaySettings;
use serde_json::{Value, json};

/// The drug code whose reports the sample holds.
pub(crate) const NDC: &str = "61958-0802";

/// How old the sample is.
const LAST_UPDATED: &str = "2025-06-20";
/// "Today" for the sample.
pub(crate) const AS_OF: Date = Date::constant(2025, 6, 30);

/// Made-up reports of the large series: enough for tables that go over many pages.
const MANY: usize = 1_000;

/// The sample.
pub(crate) fn usual() -> anyhow::Result<Sample> {
    of("sample data", &bundled()?)
}

/// So many made-up reports.
pub(crate) fn made_up(reports: usize) -> anyhow::Result<Sample> {
    let made_up = ReplaySettings::synthetic(reports, 1, NDC);
    let records: Vec<Value> = made_up.records.values().collect();
    let count = quire_contract::number::integer(reports as i128);
    of(&format!("a series of {count} made-up reports"), &records)
}

fn bundled() -> anyhow::Result<Vec<Value>> {
    let replay = ReplaySettings::sample().context("the sample cannot be read")?;
    Ok(replay.records.values().collect())
}

/// The sample, and what else a module has to bear.
pub(crate) fn sample() -> anyhow::Result<Sample> {
    let records = bundled()?;
    let usual = of("sample data", &records)?;
    let named: Vec<Value> = records
        .iter()
        .filter(|record| names_the_drug(record))
        .cloned()
        .collect();
    let further = vec![
        of("the 61 reports of the sample that name the drug", &named)?,
        of("a series without reports", &[])?,
        Sample {
            name: "sample data without a background and a label".to_owned(),
            background: Arc::new(Background::Unavailable(NOT_ASKED.to_owned())),
            label: Arc::new(Label::Unavailable(NOT_ASKED.to_owned())),
            ..usual.clone()
        },
        made_up(MANY)?,
    ];
    Ok(Sample { further, ..usual })
}

/// Why there is neither background nor label.
pub(crate) const NOT_ASKED: &str = "It was not asked for.";

/// Whether a report of the sample is found by its code, as openFDA finds it.
pub(crate) fn names_the_drug(record: &Value) -> bool {
    let drugs = record.pointer("/patient/drug").and_then(Value::as_array);
    let drugs = drugs.into_iter().flatten();
    let mut codes = drugs.filter_map(|drug| {
        drug.pointer("/openfda/product_ndc")
            .and_then(Value::as_array)
    });
    codes.any(|codes| codes.iter().any(|code| code == NDC))
}

/// Data to try a module on, from reports as openFDA writes them.
pub(crate) fn of(name: &str, records: &[Value]) -> anyhow::Result<Sample> {
    let page = json!({
        "meta": {
            "last_updated": LAST_UPDATED,
            "results": {"skip": 0, "limit": records.len(), "total": records.len()},
        },
        "results": records,
    });
    over(name, page.to_string().as_bytes(), &NDC.parse()?, AS_OF)
}

/// The same from an answer of openFDA's `drug/event` about this drug.
pub(crate) fn over(name: &str, page: &[u8], ndc: &Ndc, as_of: Date) -> anyhow::Result<Sample> {
    let snapshot = Snapshot::from_page(page, ndc).with_context(|| {
        format!("{name}: these are no reports as openFDA's drug/event gives them")
    })?;
    let series = CaseSeries::build(snapshot);
    Ok(Sample {
        name: name.to_owned(),
        facts: facts(),
        background: Arc::new(background(&series)?),
        label: Arc::new(label()),
        series: Arc::new(series),
        as_of,
        further: Vec::new(),
    })
}

/// Every reaction of the sample, in a source of a million reports. Nobody reads the result: what
/// matters is that there is one.
fn background(series: &CaseSeries) -> anyhow::Result<Background> {
    let counts = series.count_by(None, "reaction", None)?;
    let reactions = counts.rows.iter().map(|count| {
        let both = u64::from(count.reports);
        let all = both * 30 + 100;
        (reaction_key(&count.value), ReactionTotals { both, all })
    });
    Ok(Background::Totals(BackgroundTotals {
        label: "made-up totals".to_owned(),
        role: BackgroundRole::AnyRole,
        as_of: AS_OF,
        total: 1_000_000,
        drug: u64::from(series.len()),
        reactions: reactions.collect(),
        complete: false,
        prior: None,
        strata: quire_model::Strata::default(),
        queries: Vec::new(),
        attributes: Vec::new(),
    }))
}

/// A label that names a few reactions of the sample.
fn label() -> Label {
    Label::Found(LabelText {
        set_id: "made-up".to_owned(),
        version: "1".to_owned(),
        effective: Some(AS_OF),
        names: vec!["LETAIRIS".to_owned()],
        indications: "a made-up indication".to_owned(),
        sections: vec![LabelSection {
            place: LabelPlace::AdverseReactions,
            text: "Peripheral edema, dyspnea, fluid retention.".to_owned(),
        }],
        queries: Vec::new(),
        stale: None,
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
            "seriousness-and-outcomes",
            "Seriousness and outcomes",
            vec![
                count("serious-reports", 60),
                share("serious-percent", 60.0),
                count("fatal-reports", 4),
                share("fatal-percent", 4.0),
            ],
        ),
        section(
            "reaction-table",
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

#[cfg(test)]
mod tests {
    use quire_registry::Definitions;

    use super::*;

    #[test]
    fn facts_are_of_sections_that_the_standard_report_has() {
        let definition = Definitions::built_in().get("cer").unwrap();

        for made_up in facts() {
            let mut sections = definition.sections.iter();
            assert!(
                sections.any(|section| section.name == made_up.section),
                "{}",
                made_up.section
            );
        }
    }
}
