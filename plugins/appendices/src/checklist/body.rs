//! The items for a paper: table 1 of Fusaroli et al. 2024, in our words.

use super::Item;

const METHOD: &str = "Data source and method";

pub(super) const ITEMS: [Item; 32] = [
    Item::new(
        "1a",
        "Title: the analysis, the data, the database",
        "partly: the title names the kind of report, not the analysis; data and database stand on the cover",
        "Cover",
    ),
    Item::new(
        "1b",
        "Title: drugs and events",
        "answered: the line below the title names the drug; all its reactions are studied",
        "Cover",
    ),
    Item::new(
        "2a",
        "The drug, its use, the events, what is known of them",
        "not done: for the author to add; indications and routes are tabulated as reported",
        "Co-medication, indication and use",
    ),
    Item::new(
        "2b",
        "Why the analysis is made",
        "partly: to describe what was reported and to raise hypotheses; the occasion is for the author to add",
        METHOD,
    ),
    Item::new(
        "2c",
        "Why such data and such an analysis suit the question",
        "partly: what they can and cannot say is stated; the question is for the author to add",
        "Data source and method; Limitations",
    ),
    Item::new(
        "3",
        "Objectives: drug, events, reference group, hypothesis",
        "answered: exploratory, over all reactions of the drug, against the comparator that is stated; no hypothesis was fixed in advance",
        METHOD,
    )
    .without_comparator("answered: exploratory; there is no comparator, which is stated"),
    Item::new(
        "4a",
        "Kind of study, kind of data",
        "answered: a case series with a disproportionality analysis of individual case safety reports",
        METHOD,
    )
    .without_comparator(
        "partly: individual case safety reports; that no disproportionality was computed is stated",
    ),
    Item::new(
        "4b",
        "Outline of all analyses",
        "answered: one analysis of the reactions tested; no sensitivity analysis, no case-by-case assessment and no review of literature, which is stated",
        METHOD,
    )
    .without_comparator("answered: a description only; what was not done is stated"),
    Item::new(
        "5a",
        "Database, its keeper and coverage, coding of drugs and events",
        "partly: database, keeper, coverage and MedDRA are named; how many drugs it holds is not, and openFDA mixes versions of MedDRA",
        METHOD,
    ),
    Item::new(
        "5b",
        "Dates of extraction, preparation of the data",
        "answered: dates, every query and the digest of the data; versions, duplicates and exclusions by their rules",
        "Provenance; Data source and method; Query log",
    ),
    Item::new(
        "6a",
        "Reports studied, restrictions",
        "answered: role of the drug, period, sampling",
        "Data source and method; Case flow",
    ),
    Item::new(
        "6b",
        "Meaning of the variables",
        "answered: in the notes below the tables, and in the table of codes",
        "Notes of the tables; Codes",
    ),
    Item::new(
        "6c",
        "Grouping of drugs and events, role of the drug",
        "answered: the drug by the names that matched, in the role that was asked for; preferred terms without any grouping",
        METHOD,
    ),
    Item::new(
        "6d",
        "Other data used",
        "answered: the comparator, with its source, age and role; labels and literature were not consulted",
        METHOD,
    )
    .without_comparator("answered: none; labels and literature were not consulted"),
    Item::new(
        "7a",
        "Descriptive analysis",
        "answered: counts, shares with their denominators, quartiles; nothing is tested on them",
        METHOD,
    ),
    Item::new(
        "7b",
        "Measures and thresholds, and why these",
        "partly: measures, formulas, intervals and thresholds as used; the choice is not argued",
        "Data source and method; Disproportionality",
    )
    .without_comparator("partly: measures and formulas are stated; none is computed"),
    Item::new(
        "7c",
        "Sensitivity analyses, control of confounding",
        "not done: no subgroup, no stratification, no adjustment; reactions that are indications as well are marked",
        "Data source and method; Disproportionality",
    )
    .without_comparator("not done: there is no comparator"),
    Item::new(
        "7d",
        "Case-by-case assessment: variables, method, causality",
        "not done: needs a person",
        METHOD,
    ),
    Item::new(
        "7e",
        "Statistics on other data",
        "answered: there are none",
        METHOD,
    ),
    Item::new(
        "8a",
        "Reports at each stage",
        "answered: with the reason for every report that is left out",
        "Case flow",
    ),
    Item::new(
        "8b",
        "Characteristics of the reports, beside a reference group",
        "partly: those of the drug's reports; those of the comparator are not described",
        "Population and reporters; Seriousness and outcomes; Co-medication, indication and use",
    )
    .without_comparator("partly: those of the drug's reports; there is no reference group"),
    Item::new(
        "9",
        "All results with intervals, sensitivity analyses",
        "partly: counts, measures and intervals of the reactions listed; those with few reports stand apart with the IC and its interval only, those that could not be tested without either; no sensitivity analysis",
        "Disproportionality",
    )
    .without_comparator("not done: there is no comparator"),
    Item::new(
        "10",
        "Results of a case-by-case assessment",
        "not done: needs a person; the reports are listed for it",
        "Case line listing",
    ),
    Item::new(
        "11",
        "Key results, beside literature; expected or new",
        "partly: key results, from computed facts only; not set beside literature, and expected reactions are not told from new ones",
        "Executive summary; Signal overview",
    ),
    Item::new(
        "12a",
        "What holds beyond the reports",
        "partly: what reports cannot say about the people who take the drug; the rest is for the author to add",
        "Limitations",
    ),
    Item::new(
        "12b",
        "Meaning for practice",
        "not done: for a qualified person",
        "Limitations",
    ),
    Item::new(
        "12c",
        "Further studies",
        "not done: for the author to add",
        "–",
    ),
    Item::new(
        "13",
        "Limits of such analyses, and of this one",
        "partly: the general ones, and what was not done about confounding and reporting; those of this drug are for the author to add",
        "Limitations; Data source and method",
    ),
    Item::new("14a", "Funding", "not done: for the author to add", "–"),
    Item::new("14b", "Interests", "not done: for the author to add", "–"),
    Item::new("14c", "Approval", "not done: for the author to add", "–"),
    Item::new(
        "14d",
        "Availability of data and code, versions, protocol",
        "partly: data and modules are named by version and digest; where they are kept, and any protocol, are for the author to add",
        "Provenance; Raw data",
    ),
];
