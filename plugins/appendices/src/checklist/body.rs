//! The items for a paper: table 1 of Fusaroli et al. 2024, in our words.

use super::{Item, Report};

const METHOD: &str = "Method";
const AUTHOR: &str = "not done: for the author to add";

pub(super) fn items(report: &Report<'_>) -> Vec<Item> {
    let mut items = title_and_aims(report);
    items.extend(methods(report));
    items.extend(analyses(report));
    items.extend(results(report));
    items.extend(discussion());
    items
}

fn title_and_aims(report: &Report<'_>) -> Vec<Item> {
    vec![
        Item::new(
            "1a",
            "Title: analysis and data",
            "partly: data and database stand below the title; the analysis is not named in it",
            "First page",
        ),
        Item::new(
            "1b",
            "Title: drugs and events",
            "answered: the drug; all its reactions are studied",
            "First page",
        ),
        Item::new(
            "2a",
            "The drug and its use",
            "not done: for the author to add; indications and routes as reported",
            "Use",
        ),
        Item::new(
            "2b",
            "Why the analysis is made",
            "partly: to describe and to raise hypotheses; the occasion is for the author to add",
            METHOD,
        ),
        Item::new(
            "2c",
            "Why such data suit",
            "partly: what they can and cannot say; the question is for the author to add",
            "Method; Limitations",
        ),
        Item::new(
            "3",
            "Objectives, hypothesis",
            match report.source {
                Some(_) => {
                    "answered: exploratory, all reactions, against the stated comparator; no hypothesis fixed in advance"
                }
                None => "answered: exploratory; there is no comparator, which is stated",
            },
            METHOD,
        ),
    ]
}

fn methods(report: &Report<'_>) -> Vec<Item> {
    let compared = report.source.is_some();
    vec![
        Item::new(
            "4a",
            "Kind of study",
            if compared {
                "answered: case series with disproportionality analysis of individual case safety reports"
            } else {
                "partly: individual case safety reports; that nothing was compared is stated"
            },
            METHOD,
        ),
        Item::new(
            "4b",
            "Outline of analyses",
            if compared {
                "answered: what was done, and what was not"
            } else {
                "answered: a description only; what was not done is stated"
            },
            METHOD,
        ),
        Item::new(
            "5a",
            "Database and coding",
            "partly: all but the number of drugs; openFDA mixes versions of MedDRA",
            METHOD,
        ),
        Item::new(
            "5b",
            "Extraction, preparation",
            report.preparation(),
            "Provenance; Query log",
        ),
        Item::new(
            "6a",
            "Reports studied",
            report.restrictions(),
            "Method; Case flow",
        ),
        Item::new(
            "6b",
            "Meaning of variables",
            "answered: in the notes below the tables, and in the table of codes",
            "Codes",
        ),
        Item::new("6c", "Grouping, role", report.grouping(), METHOD),
        Item::new("6d", "Other data used", report.other_data(), METHOD),
    ]
}

fn analyses(report: &Report<'_>) -> Vec<Item> {
    let compared = report.source.is_some();
    vec![
        Item::new(
            "7a",
            "Descriptive analysis",
            "answered: counts, shares with denominators, quartiles; no test",
            METHOD,
        ),
        Item::new(
            "7b",
            "Measures, thresholds",
            match (compared, report.has_prior) {
                (false, _) => "partly: measures and formulas are stated; none is computed",
                (true, true) => "partly: all as used, EBGM included; the choice is not argued",
                (true, false) => {
                    "partly: all as used, without EBGM, and why; the choice is not argued"
                }
            },
            "Disproportionality",
        ),
        Item::new(
            "7c",
            "Sensitivity analyses",
            report.sensitivity(),
            "Disproportionality",
        ),
        Item::new(
            "7d",
            "Case by case: method",
            "not done: needs a person",
            METHOD,
        ),
        Item::new("7e", "Other statistics", "answered: there are none", METHOD),
    ]
}

fn results(report: &Report<'_>) -> Vec<Item> {
    let compared = report.source.is_some();
    vec![
        Item::new("8a", "Reports at each stage", report.stages(), "Case flow"),
        Item::new(
            "8b",
            "Characteristics",
            if compared {
                "partly: of the drug's reports; those of the comparator are not described"
            } else {
                "partly: of the drug's reports; there is no reference group"
            },
            "Population; Use",
        ),
        Item::new(
            "9",
            "Results with intervals",
            if compared {
                "partly: counts, measures and intervals of the reactions listed; few reports stand apart with the IC only"
            } else {
                "not done: there is no comparator"
            },
            "Disproportionality",
        ),
        Item::new(
            "10",
            "Case by case: results",
            "not done: needs a person; the reports are listed for it",
            "Line listing",
        ),
        Item::new(
            "11",
            "Key results, literature",
            "partly: key results, from computed facts only; no literature",
            "Synopsis; Signals",
        ),
    ]
}

fn discussion() -> Vec<Item> {
    vec![
        Item::new(
            "12a",
            "What holds beyond",
            "partly: what reports cannot say; the rest is for the author to add",
            "Limitations",
        ),
        Item::new(
            "12b",
            "Meaning for practice",
            "not done: for a qualified person",
            "Limitations",
        ),
        Item::new("12c", "Further studies", AUTHOR, "–"),
        Item::new(
            "13",
            "Limits",
            "partly: the general ones, and the largest of these data; the others are for the author to add",
            "Synopsis; Limitations",
        ),
        Item::new("14a–c", "Funding, interests", AUTHOR, "–"),
        Item::new(
            "14d",
            "Data and code",
            "partly: data and modules by version and digest; where they are kept, and any protocol, are for the author to add",
            "Provenance",
        ),
    ]
}
