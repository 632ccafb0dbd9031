//! The items for an abstract: table 2 of Fusaroli et al. 2024, in our words.

use super::{Item, Report};

const SYNOPSIS: &str = "Synopsis";

pub(super) fn items(report: &Report<'_>) -> Vec<Item> {
    let compared = report.source.is_some();
    let either = either(compared);
    let mut items = vec![
        Item::new(
            "1a",
            "Background: aim or reason",
            "not done: it begins with what was found",
            "Method",
        ),
        Item::new(
            "1b",
            "Background: drugs and events",
            "answered: the drug, and the reactions to look at",
            SYNOPSIS,
        ),
        Item::new(
            "1c",
            "Background: population or setting",
            "partly: role and period; countries in their table",
            "First page; Case flow",
        ),
        Item::new(
            "2a",
            "Methods: analysis, kind of data",
            either(
                "partly: what was tested against what; the rest in the method",
                "partly: that nothing was compared; the rest in the method",
            ),
            SYNOPSIS,
        ),
        Item::new(
            "2b",
            "Methods: database and access",
            "partly: the source and its age; every request in the query log",
            "First page; Provenance",
        ),
        Item::new(
            "2c",
            "Methods: time and region",
            "partly: first and last day of receipt; countries in their table",
            SYNOPSIS,
        ),
        Item::new(
            "2d",
            "Methods: measures and thresholds",
            either(
                "partly: lower bounds and rules met; thresholds in the table of rules",
                "not done: no measure was computed, which is stated",
            ),
            SYNOPSIS,
        ),
    ];
    items.extend(findings(compared));
    items
}

fn findings(compared: bool) -> Vec<Item> {
    let either = either(compared);
    vec![
        Item::new(
            "2e",
            "Methods: cases assessed one by one",
            "not done: the method says that none was",
            "Method",
        ),
        Item::new(
            "3",
            "Results: findings with precision, cases",
            either(
                "partly: counts, shares, lower bounds, report ids; intervals in the tables",
                "partly: counts, shares and report ids; no case was assessed by a person",
            ),
            SYNOPSIS,
        ),
        Item::new(
            "4a, 4c",
            "Conclusion, and what follows from it",
            "not done: for a qualified person",
            "–",
        ),
        Item::new(
            "4b",
            "Conclusion: hypotheses, not tests",
            "partly: a report is a suspicion; the rest in the limitations",
            "Synopsis; Limitations",
        ),
    ]
}

/// One of two answers, with or without a comparator.
fn either(compared: bool) -> impl Fn(&'static str, &'static str) -> &'static str {
    move |with, without| if compared { with } else { without }
}
