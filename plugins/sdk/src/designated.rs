//! Designated medical events: which reactions are, and which of them the reports name.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{Bounds, Data, Filter, Gravity, Pages, Parameter, QueryError, Told, reports_by};

/// The list of the European Medicines Agency; the file says where it is from and what may be done with it.
const LIST: &str = include_str!("designated_medical_events.txt");
/// How the list is cited.
const SOURCE: &str = "EMA/326038/2020, 62 preferred terms";

/// Reactions that are looked at one by one, whatever their number: the EMA's designated medical events, or
/// a list of one's own.
///
/// A parameter of a section: `null` is the EMA's list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Option<Own>")]
pub struct DesignatedEvents {
    source: String,
    /// As they are compared.
    terms: BTreeSet<String>,
}

/// A list of one's own, as a report definition gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    source: String,
    terms: Vec<String>,
}

/// A designated medical event that analysed reports name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Designated {
    /// The preferred term, as a reader sees it.
    pub term: String,
    /// Reports that name it.
    pub reports: u32,
    /// Their probable cases.
    pub cases: u32,
    /// Of the reports, those in which the drug is suspect or interacting.
    pub suspect: u32,
    /// The probable cases of these.
    pub suspect_cases: u32,
    /// How grave the reports are.
    pub gravity: Gravity,
    /// Reports in which it is what the drug was given for: it may be the disease.
    pub indicated: u32,
    /// All report ids: the drug suspect before others, then a death before others.
    pub ids: Vec<String>,
}

impl Default for DesignatedEvents {
    fn default() -> Self {
        let lines = LIST.lines().filter(|line| !line.starts_with('#'));
        let names = lines.map(|line| line.split_once(" = ").map_or(line, |(earlier, _)| earlier));
        Self {
            source: SOURCE.to_owned(),
            terms: names.map(compared).collect(),
        }
    }
}

impl From<Option<Own>> for DesignatedEvents {
    fn from(own: Option<Own>) -> Self {
        let Some(own) = own else {
            return Self::default();
        };
        Self {
            source: own.source,
            terms: own.terms.iter().map(|term| compared(term)).collect(),
        }
    }
}

impl Parameter for DesignatedEvents {
    fn schema(_: Bounds) -> String {
        r#""type":["object","null"],"additionalProperties":false,"required":["source","terms"],"properties":{"source":{"type":"string","minLength":1,"maxLength":200,"description":"How the list is cited, such as its number and version."},"terms":{"type":"array","maxItems":1000,"items":{"type":"string","minLength":1,"maxLength":200},"description":"Preferred terms; case makes no difference."}}"#
            .to_owned()
    }

    fn usual(&self) -> Option<String> {
        Some("null".to_owned())
    }
}

impl DesignatedEvents {
    /// How the list is cited.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether a reaction is on the list; case makes no difference.
    #[must_use]
    pub fn is_listed(&self, term: &str) -> bool {
        self.terms.contains(&compared(term))
    }

    /// Those that analysed reports name, deaths first, then life-threatening and suspect reports, then most
    /// reports. A single report is enough.
    ///
    /// # Errors
    ///
    /// If the host does not know the dimensions of the contract.
    pub fn found(&self, data: &impl Data) -> Result<Vec<Designated>, QueryError> {
        let rows = data.count_by("reaction", None)?.rows;
        let rows: Vec<_> = rows
            .into_iter()
            .filter(|row| self.is_listed(&row.value))
            .collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let told = Told::by_reaction(data)?;
        let indications = reports_by(data, "indication")?;
        let mut ids = ids(data, rows.iter().map(|row| row.value.as_str()).collect())?;
        let mut found: Vec<Designated> = rows
            .into_iter()
            .map(|row| {
                let told = told.get(&row.value).copied().unwrap_or_default();
                Designated {
                    reports: row.reports,
                    indicated: indications.get(&row.value).copied().unwrap_or(0),
                    cases: told.cases,
                    suspect: told.suspect,
                    suspect_cases: told.suspect_cases,
                    gravity: Gravity {
                        fatal: row.fatal,
                        life_threatening: told.life_threatening,
                        serious: row.serious,
                    },
                    ids: ids.remove(&row.value).unwrap_or_default(),
                    term: row.value,
                }
            })
            .collect();
        let rank = |one: &Designated| {
            let Gravity {
                fatal,
                life_threatening,
                ..
            } = one.gravity;
            (fatal, life_threatening, one.suspect, one.reports)
        };
        found.sort_by(|one, other| rank(other).cmp(&rank(one)).then(one.term.cmp(&other.term)));
        Ok(found)
    }
}

/// The ids of the reports that name each of the reactions, those to look at first in front.
fn ids(data: &impl Data, terms: Vec<&str>) -> Result<BTreeMap<String, Vec<String>>, QueryError> {
    let wanted: BTreeSet<&str> = terms.iter().copied().collect();
    let named = data.select(&[Filter::one_of(
        "reaction",
        terms.iter().copied().take(Filter::MAX_VALUES),
    )])?;
    let mut ranked: BTreeMap<String, Vec<(bool, bool, u32, String)>> = BTreeMap::new();
    let mut place = 0;
    for page in Pages::new(&named, &["report-id", "reaction", "role", "death-stated"]) {
        let page = page?;
        for report in 0..page.reports() {
            let id = page.text("report-id", report).unwrap_or_default();
            let suspect = matches!(page.text("role", report), Some("suspect" | "interacting"));
            let fatal = !page.texts("death-stated", report).is_empty();
            for term in page.texts("reaction", report) {
                if wanted.contains(term) {
                    let rank = (!suspect, !fatal, place, id.to_owned());
                    ranked.entry(term.to_owned()).or_default().push(rank);
                }
            }
            place += 1;
        }
    }
    let ordered = ranked.into_iter().map(|(term, mut reports)| {
        reports.sort();
        (term, reports.into_iter().map(|(_, _, _, id)| id).collect())
    });
    Ok(ordered.collect())
}

/// What terms are compared by.
fn compared(term: &str) -> String {
    term.trim().to_lowercase().replace('\u{2019}', "'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, Fixture};

    #[test]
    fn the_list_has_its_62_terms_and_earlier_names_of_them_alone() {
        let lines = LIST.lines().filter(|line| !line.starts_with('#'));
        let (earlier, terms): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.contains(" = "));

        assert_eq!(terms.len(), 62);
        assert!(terms.is_sorted());
        for line in earlier {
            let (_, term) = line.split_once(" = ").unwrap();
            assert!(terms.contains(&term), "{line}");
        }
        let listed = DesignatedEvents::default();
        for term in [
            "REYE\u{2019}S SYNDROME",
            "Torsade de pointes",
            "Renal failure acute",
        ] {
            assert!(listed.is_listed(term), "{term}");
        }
        assert!(!listed.is_listed("Nausea") && !listed.is_listed(""));
    }

    #[test]
    fn a_single_report_is_found_and_the_gravest_stands_first() {
        let fixture = Fixture::new(vec![
            Case::new("1").with("reaction", "Angioedema"),
            Case::new("2")
                .with("reaction", "Angioedema")
                .with("role", "suspect")
                .of_case("1"),
            Case::new("3")
                .with("reaction", "Pancytopenia")
                .with("role", "concomitant")
                .criterion("death"),
            Case::new("4").with("reaction", "Nausea"),
        ]);

        let found = DesignatedEvents::default().found(&fixture).unwrap();

        let terms: Vec<&str> = found.iter().map(|one| one.term.as_str()).collect();
        assert_eq!(terms, ["Pancytopenia", "Angioedema"]);
        let [pancytopenia, angioedema] = [&found[0], &found[1]];
        assert_eq!(
            (
                pancytopenia.reports,
                pancytopenia.suspect,
                pancytopenia.gravity.fatal
            ),
            (1, 0, 1)
        );
        assert_eq!((angioedema.reports, angioedema.cases), (2, 1));
        assert_eq!((angioedema.suspect, angioedema.suspect_cases), (1, 1));
        assert_eq!(angioedema.ids, ["2", "1"]);
    }

    #[test]
    fn a_list_of_ones_own_takes_the_place_of_the_emas() {
        let own: DesignatedEvents =
            serde_json::from_str(r#"{"source": "ours, 3", "terms": ["Nausea"]}"#).unwrap();

        assert_eq!((own.source(), own.is_listed("NAUSEA")), ("ours, 3", true));
        assert!(!own.is_listed("Angioedema"));
        let none: DesignatedEvents = serde_json::from_str("null").unwrap();
        assert_eq!(none, DesignatedEvents::default());
    }
}
