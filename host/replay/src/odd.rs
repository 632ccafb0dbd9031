//! Made-up records at the edges of what openFDA serves: for stress, never mistaken for real ones.

use serde_json::{Value, json};

use crate::synthetic;

/// Drug entries of the longest list seen in a real report, of 2019.
const MANY_DRUGS: usize = 519;
/// Reactions of the longest list seen.
const MANY_REACTIONS: usize = 52;
/// Letters of a word that no line holds.
const LONG_WORD: usize = 10_000;

/// What is odd about the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// One report lists 519 drugs and 52 reactions.
    ManyDrugs,
    /// Every field is absent that may be: what is left is an id and the code of the drug.
    Bare,
    /// All text is hostile: markup, right to left, emoji, words of 10,000 letters, control
    /// characters, formulas, quotes.
    Hostile,
}

/// The records; equal arguments give equal records.
#[must_use]
pub fn odd(kind: Odd, ndc: &str) -> Vec<Value> {
    match kind {
        Odd::ManyDrugs => vec![many_drugs(ndc)],
        Odd::Bare => vec![bare("30000001", ndc), bare("30000002", ndc)],
        Odd::Hostile => hostile(ndc),
    }
}

fn many_drugs(ndc: &str) -> Value {
    let mut record = synthetic(1, MANY_DRUGS as u64, ndc)
        .next()
        .unwrap_or_default();
    let Some(patient) = record.get_mut("patient") else {
        return record;
    };
    if let Some(drugs) = patient.get_mut("drug").and_then(Value::as_array_mut) {
        drugs.truncate(1);
        drugs.extend((1..MANY_DRUGS).map(|number| {
            let name = format!("MADE-UP DRUG NUMBER {number:03}");
            json!({
                "drugcharacterization": if number % 3 == 0 { "1" } else { "2" },
                "medicinalproduct": name,
                "activesubstance": {"activesubstancename": name},
                "drugindication": "PRODUCT USED FOR UNKNOWN INDICATION",
            })
        }));
    }
    if let Some(members) = patient.as_object_mut() {
        let reactions = (1..=MANY_REACTIONS).map(|number| {
            json!({"reactionmeddrapt": format!("Made-up reaction {number:02}"), "reactionoutcome": "6"})
        });
        members.insert("reaction".to_owned(), reactions.collect());
    }
    record
}

fn bare(id: &str, ndc: &str) -> Value {
    json!({"safetyreportid": id, "patient": {"drug": [{"openfda": {"product_ndc": [ndc]}}]}})
}

/// Texts that break what is not careful.
fn texts() -> Vec<String> {
    vec![
        "<script>alert(\"x\")</script> & <b>bold</b> </td></table><!-- ]]>".to_owned(),
        "\u{202e}right to left override\u{202c} مرحبا بالعالم שלום עולם".to_owned(),
        "emoji 👩‍⚕️ 💊 🇩🇪 👍🏽 e\u{301} \u{1f9ec}".to_owned(),
        "W".repeat(LONG_WORD),
        "字".repeat(400),
        "control\u{0}\u{7}\u{8}\u{b}\u{1b}[31m\u{7f}\u{85}\u{2028}\u{feff}\u{fffd}end".to_owned(),
        "tab\tnew\nline\r\nreturn".to_owned(),
        "=HYPERLINK(\"http://example.org\",\"x\")".to_owned(),
        "@SUM(1+1)*cmd|' /C calc'!A0".to_owned(),
        "'; DROP TABLE reports; -- \" \\ `${jndi:ldap://x}` %s%n {{7*7}}".to_owned(),
        "../../../../etc/passwd".to_owned(),
        format!("Z{}", "\u{0300}\u{0321}\u{0489}".repeat(60)),
        "(unbalanced ) parentheses \\( \\) <</Type /Catalog>> endobj".to_owned(),
        "\u{10ffff}\u{e000}\u{fdd0} no such letter".to_owned(),
        " ".repeat(300),
    ]
}

/// One record for each text, which stands in every field that holds text, and in every record all
/// of them as reactions.
fn hostile(ndc: &str) -> Vec<Value> {
    let texts = texts();
    let reactions: Vec<Value> = texts
        .iter()
        .map(|text| json!({"reactionmeddrapt": text, "reactionoutcome": text}))
        .collect();
    let record = |(number, text): (usize, &String)| {
        json!({
            "safetyreportid": format!("{}", 31_000_000 + number),
            "safetyreportversion": text,
            "receivedate": if number % 2 == 0 { "20140230" } else { "20140312" },
            "receiptdate": text,
            "serious": "1",
            "seriousnessdeath": "1",
            "occurcountry": text,
            "primarysourcecountry": text,
            "companynumb": text,
            "reporttype": text,
            "reportduplicate": {"duplicatesource": text, "duplicatenumb": text},
            "primarysource": {
                "reportercountry": text, "qualification": text, "literaturereference": text,
            },
            "patient": {
                "patientsex": text,
                "patientonsetage": text,
                "patientonsetageunit": text,
                "patientweight": text,
                "patientdeath": {"patientdeathdate": text},
                "summary": {"narrativeincludeclinical": text},
                "reaction": reactions.clone(),
                "drug": [{
                    "drugcharacterization": "1",
                    "medicinalproduct": text,
                    "activesubstance": {"activesubstancename": text},
                    "drugindication": text,
                    "drugadministrationroute": text,
                    "drugdosageform": text,
                    "drugdosagetext": text,
                    "actiondrug": text,
                    "openfda": {
                        "product_ndc": [ndc], "brand_name": [text], "generic_name": [text],
                        "manufacturer_name": [text],
                    },
                }],
            },
        })
    };
    let mut records: Vec<Value> = texts.iter().enumerate().map(record).collect();
    // An id is text as well.
    let mut named = bare("<i>7</i> \u{202e}\"'", ndc);
    if let Some(patient) = named.get_mut("patient").and_then(Value::as_object_mut) {
        patient.insert("reaction".to_owned(), reactions.into());
    }
    records.push(named);
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_as_odd_as_they_say() {
        let many = odd(Odd::ManyDrugs, "11111-222");
        assert_eq!(many[0]["patient"]["drug"].as_array().unwrap().len(), 519);
        assert_eq!(many[0]["patient"]["reaction"].as_array().unwrap().len(), 52);

        let bare = odd(Odd::Bare, "11111-222");
        assert_eq!(bare[0].as_object().unwrap().len(), 2);

        let hostile = odd(Odd::Hostile, "11111-222");
        assert!(hostile.iter().any(|record| {
            let product = &record["patient"]["drug"][0]["medicinalproduct"];
            product.as_str().unwrap().chars().count() == 10_000
        }));
        assert_eq!(hostile, odd(Odd::Hostile, "11111-222"));
    }
}
