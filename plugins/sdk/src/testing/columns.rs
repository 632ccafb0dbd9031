//! Names that a fixture knows, and pages of its columns.

use std::collections::BTreeSet;

use super::Case;
use crate::{
    QueryError,
    wit::cases::{Coded, CodedLists, Column},
};

/// Dimensions that `wit/data.wit` promises.
pub(super) const DIMENSIONS: [&str; 32] = [
    "sex",
    "age-group",
    "country",
    "reporter",
    "health-professional",
    "literature",
    "seriousness",
    "seriousness-criterion",
    "death-stated",
    "expedited",
    "report-type",
    "received-month",
    "received-quarter",
    "received-year",
    "duplicate",
    "probable-case",
    "reaction",
    "reaction-outcome",
    "reaction-with-outcome",
    "drug",
    "suspect-drug",
    "concomitant-drug",
    "co-suspect-drug",
    "role",
    "product",
    "indication",
    "route",
    "dosage-form",
    "dosing",
    "action-taken",
    "dechallenge",
    "rechallenge",
];
/// Measures that it promises.
pub(super) const MEASURES: [&str; 5] = [
    "age-years",
    "weight-kg",
    "onset-days",
    "drugs-per-report",
    "reactions-per-report",
];
/// Dates that it promises.
pub(super) const DATES: [&str; 4] = ["received", "receipt", "event", "death"];
/// Texts of a report's own that it promises.
const TEXTS: [&str; 2] = ["company-number", "publication"];
/// Dimensions of which a report can have several values.
const LISTS: [&str; 18] = [
    "duplicate",
    "seriousness-criterion",
    "death-stated",
    "reaction",
    "reaction-outcome",
    "reaction-with-outcome",
    "drug",
    "suspect-drug",
    "concomitant-drug",
    "co-suspect-drug",
    "product",
    "indication",
    "route",
    "dosage-form",
    "dosing",
    "action-taken",
    "dechallenge",
    "rechallenge",
];

/// One column of some cases.
pub(super) fn column(cases: &[Case], name: &str) -> Result<Column, QueryError> {
    Ok(match name {
        "report-id" => texts(cases.iter().map(|case| Some(case.id.clone())).collect()),
        "version" => {
            let version = |case: &Case| case.version.map_or(f64::NAN, f64::from);
            Column::Numbers(cases.iter().map(version).collect())
        }
        _ if DATES.contains(&name) => {
            let day = |case: &Case| case.dates.get(name).copied().unwrap_or(i32::MIN);
            Column::Dates(cases.iter().map(day).collect())
        }
        "serious" => Column::Booleans(cases.iter().map(|case| case.is_serious).collect()),
        "fatal" => Column::Booleans(cases.iter().map(|case| case.is_fatal()).collect()),
        _ if MEASURES.contains(&name) => {
            let value = |case: &Case| case.measures.get(name).copied().unwrap_or(f64::NAN);
            Column::Numbers(cases.iter().map(value).collect())
        }
        _ if LISTS.contains(&name) => lists(cases, name),
        _ => {
            known(name, &[&DIMENSIONS[..], &TEXTS[..]].concat())?;
            texts(
                cases
                    .iter()
                    .map(|case| case.values(name).first().cloned())
                    .collect(),
            )
        }
    })
}

/// The name, or the answer that lists those there are.
pub(super) fn known(name: &str, names: &[&str]) -> Result<(), QueryError> {
    if names.contains(&name) {
        Ok(())
    } else {
        Err(QueryError::UnknownName(names.join(", ")))
    }
}

fn texts(texts: Vec<Option<String>>) -> Column {
    let values: BTreeSet<String> = texts.iter().flatten().cloned().collect();
    let values: Vec<String> = values.into_iter().collect();
    let code = |text: &String| values.binary_search(text).unwrap_or_default() as u32;
    let codes = texts
        .iter()
        .map(|text| text.as_ref().map_or(u32::MAX, code))
        .collect();
    Column::Text(Coded { values, codes })
}

fn lists(cases: &[Case], name: &str) -> Column {
    let mut lists = CodedLists {
        values: Vec::new(),
        offsets: vec![0],
        codes: Vec::new(),
    };
    for case in cases {
        for value in case.values(name) {
            let position = lists.values.iter().position(|known| known == value);
            let code = position.unwrap_or(lists.values.len());
            if position.is_none() {
                lists.values.push(value.clone());
            }
            lists.codes.push(code as u32);
        }
        lists.offsets.push(lists.codes.len() as u32);
    }
    Column::Lists(lists)
}
