//! The sample, read from FDA's own JSON by code that shares nothing with the product.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::ancestor_with;

/// The product code of the sample.
pub(super) const NDC: &str = "61958-0802";

/// One report of the sample, as far as a number depends on it.
pub(super) struct Report {
    pub(super) id: String,
    pub(super) version: i64,
    /// `2014-03-12`.
    pub(super) received: String,
    /// When the latest information came in.
    pub(super) receipt: Option<String>,
    pub(super) serious: bool,
    pub(super) criteria: BTreeSet<&'static str>,
    pub(super) country: String,
    /// `1` male, `2` female.
    pub(super) sex: String,
    pub(super) age_years: Option<f64>,
    pub(super) weight_kg: Option<f64>,
    /// Code of the primary source.
    pub(super) reporter: String,
    pub(super) company: String,
    pub(super) expedited: String,
    pub(super) kind: String,
    /// Each reaction with the codes of its outcomes.
    pub(super) reactions: BTreeMap<String, BTreeSet<String>>,
    pub(super) drugs: Vec<Drug>,
    /// `2014-03-12`, if known to the day.
    pub(super) event: Option<String>,
}

/// One drug entry.
pub(super) struct Drug {
    /// Whether it carries the code that the report is about.
    pub(super) matched: bool,
    /// `1` suspect, `2` concomitant, `3` interacting.
    pub(super) role: String,
    pub(super) substance: String,
    pub(super) product: String,
    pub(super) indication: String,
    pub(super) route: String,
    pub(super) action: String,
    pub(super) dechallenge: String,
    pub(super) rechallenge: String,
    pub(super) started: Option<String>,
    pub(super) ended: Option<String>,
    /// In the reporter's words, else number and unit; every unit of the sample is mg.
    pub(super) dose: String,
}

/// The file, as FDA served it.
pub(super) fn page() -> Value {
    let file =
        ancestor_with("Cargo.lock").join("tests/data/openfda/drug_event_ndc_61958-0802.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// Every report of the sample. That none of them is invalid, an older version or a duplicate was
/// checked by hand, and is checked again by [`assert_distinct`].
pub(super) fn reports() -> Vec<Report> {
    let page = page();
    let mut reports: Vec<Report> = page["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(report)
        .collect();
    reports.sort_by_key(|report| report.id.parse::<u64>().unwrap());
    assert_distinct(&reports);
    reports
}

fn assert_distinct(reports: &[Report]) {
    let ids: BTreeSet<&str> = reports.iter().map(|report| report.id.as_str()).collect();
    let numbers: BTreeSet<&str> = reports
        .iter()
        .map(|report| report.company.as_str())
        .collect();
    assert_eq!((ids.len(), numbers.len()), (reports.len(), reports.len()));
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn day(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| text.len() == 8)?;
    Some(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
}

pub(super) fn report(value: &Value) -> Report {
    let patient = &value["patient"];
    let criteria = [
        ("seriousnessdeath", "death"),
        ("seriousnesslifethreatening", "life-threatening"),
        ("seriousnesshospitalization", "hospitalisation"),
        ("seriousnessdisabling", "disability"),
        ("seriousnesscongenitalanomali", "congenital anomaly"),
        ("seriousnessother", "other"),
    ];
    let mut reactions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for reaction in patient["reaction"].as_array().unwrap() {
        let outcomes = reactions
            .entry(text(&reaction["reactionmeddrapt"]))
            .or_default();
        outcomes.extend(reaction["reactionoutcome"].as_str().map(str::to_owned));
    }
    // Every age of the sample is in years.
    assert_eq!(patient["patientonsetageunit"], "801");
    let event = text(&patient["summary"]["narrativeincludeclinical"]);
    Report {
        id: text(&value["safetyreportid"]),
        version: text(&value["safetyreportversion"]).parse().unwrap(),
        received: day(&value["receivedate"]).unwrap(),
        receipt: day(&value["receiptdate"]),
        serious: value["serious"] == "1",
        criteria: criteria
            .into_iter()
            .filter(|(key, _)| value[key] == "1")
            .map(|(_, word)| word)
            .collect(),
        country: text(&value["occurcountry"]),
        sex: text(&patient["patientsex"]),
        age_years: patient["patientonsetage"]
            .as_str()
            .map(|age| age.parse().unwrap()),
        weight_kg: patient["patientweight"]
            .as_str()
            .map(|weight| weight.parse().unwrap()),
        reporter: text(&value["primarysource"]["qualification"]),
        company: text(&value["companynumb"]),
        expedited: text(&value["fulfillexpeditecriteria"]),
        kind: text(&value["reporttype"]),
        reactions,
        drugs: patient["drug"]
            .as_array()
            .unwrap()
            .iter()
            .map(drug)
            .collect(),
        event: event
            .strip_prefix("CASE EVENT DATE: ")
            .and_then(|day_text| day(&Value::from(day_text))),
    }
}

fn drug(value: &Value) -> Drug {
    let codes = value["openfda"]["product_ndc"].as_array();
    Drug {
        matched: codes.is_some_and(|codes| codes.iter().any(|code| code == NDC)),
        role: text(&value["drugcharacterization"]),
        substance: text(&value["activesubstance"]["activesubstancename"]),
        product: text(&value["medicinalproduct"]),
        indication: text(&value["drugindication"]),
        route: text(&value["drugadministrationroute"]),
        action: text(&value["actiondrug"]),
        dechallenge: text(&value["drugadditional"]),
        rechallenge: text(&value["drugrecurreadministration"]),
        started: day(&value["drugstartdate"]),
        ended: day(&value["drugenddate"]),
        dose: dose(value),
    }
}

fn dose(value: &Value) -> String {
    let (words, number) = (
        text(&value["drugdosagetext"]),
        text(&value["drugstructuredosagenumb"]),
    );
    match (words.as_str(), number.as_str()) {
        ("", "") => String::new(),
        ("", number) => {
            assert_eq!(value["drugstructuredosageunit"], "003");
            format!("{number} mg")
        }
        (words, _) => words.to_owned(),
    }
}
