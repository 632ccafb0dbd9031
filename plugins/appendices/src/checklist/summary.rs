//! The items for an abstract: table 2 of Fusaroli et al. 2024, in our words.

use super::Item;

const SUMMARY: &str = "Executive summary";

pub(super) const ITEMS: [Item; 12] = [
    Item::new(
        "1a",
        "Background: aim or reason",
        "not done: the summary begins with what was found; the method says what the document is for",
        "Data source and method",
    ),
    Item::new(
        "1b",
        "Background: drugs and events",
        "answered: the drug by the names that matched, the reactions named in most reports",
        SUMMARY,
    ),
    Item::new(
        "1c",
        "Background: population or setting",
        "partly: role and period that were asked for; countries stand in their table",
        "Cover; Case flow",
    ),
    Item::new(
        "2a",
        "Methods: kind of analysis, kind of data",
        "partly: what was tested against what; the kind of study stands in the method",
        "Executive summary; Data source and method",
    )
    .without_comparator("partly: that nothing was compared; the kind of study stands in the method"),
    Item::new(
        "2b",
        "Methods: database and access",
        "partly: the source is named; how and when it was asked stands in the provenance",
        "Executive summary; Provenance",
    ),
    Item::new(
        "2c",
        "Methods: time and region",
        "partly: first and last day of receipt; countries stand in their table",
        "Executive summary; Population and reporters",
    ),
    Item::new(
        "2d",
        "Methods: measures and thresholds",
        "partly: how many reactions met two rules; measures and thresholds stand in the table of rules",
        "Executive summary; Disproportionality",
    )
    .without_comparator("not done: no measure was computed, which is stated"),
    Item::new(
        "2e",
        "Methods: whether cases were assessed one by one",
        "not done: the summary does not say that none was; the method does",
        "Data source and method",
    ),
    Item::new(
        "3",
        "Results: main findings with their precision, and of cases",
        "partly: counts, shares and the highest lower bounds; whole intervals stand in the tables; no case was assessed by a person",
        "Executive summary; Disproportionality",
    )
    .without_comparator("partly: counts and shares only; no case was assessed by a person"),
    Item::new(
        "4a",
        "Conclusion: key conclusions",
        "not done: the summary draws none; that is for a qualified person",
        "–",
    ),
    Item::new(
        "4b",
        "Conclusion: that hypotheses are raised, not tested",
        "partly: the box below the summary says that a report is a suspicion; the rest stands in method and limitations",
        "Executive summary; Data source and method; Limitations",
    ),
    Item::new(
        "4c",
        "Conclusion: what follows from it",
        "not done: for a qualified person",
        "–",
    ),
];
