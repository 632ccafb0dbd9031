//! READUS-PV: its fourteen items, where this document answers each, and what it does not do.
//!
//! Numbers and topics after Fusaroli et al. 2024; the wording is ours, and the text of the checklist
//! is not reproduced.

use quire_sdk::{Column, Content, Table};

const TABLE: &str = "readus-pv";

/// Item, topic, answer with a comparator, answer without one if it differs, where.
struct Item {
    number: &'static str,
    topic: &'static str,
    answer: &'static str,
    without_comparator: Option<&'static str>,
    place: &'static str,
}

const ITEMS: [Item; 14] = [
    Item {
        number: "1",
        topic: "Title: analysis, data, drug",
        answer: "the title names the report; drug and database stand on the first page",
        without_comparator: None,
        place: "Cover; Provenance",
    },
    Item {
        number: "2",
        topic: "Background and rationale",
        answer: "partly: the purpose of the data is stated; the drug, its use and what is known of it are for the author to add",
        without_comparator: None,
        place: "Limitations",
    },
    Item {
        number: "3",
        topic: "Objectives and reference group",
        answer: "exploratory, over all reactions of the drug; no hypothesis was fixed in advance; the comparator is stated",
        without_comparator: Some("exploratory; there is no comparator, which is stated"),
        place: "Data source and method",
    },
    Item {
        number: "4",
        topic: "Study design",
        answer: "answered; no sensitivity analysis, no case-by-case assessment",
        without_comparator: None,
        place: "Data source and method",
    },
    Item {
        number: "5",
        topic: "Database, access, pre-processing",
        answer: "answered, with dates, every query and the digest of the data",
        without_comparator: None,
        place: "Provenance; Data source and method; Case flow; Query log",
    },
    Item {
        number: "6",
        topic: "Study population, drugs, events",
        answer: "answered: matching by name, role, period, preferred terms without grouping",
        without_comparator: None,
        place: "Data source and method",
    },
    Item {
        number: "7",
        topic: "Statistical methods",
        answer: "answered: measures, formulas, intervals, thresholds as used; no correction for multiple comparisons; no stratification",
        without_comparator: Some("measures and formulas are stated; none is computed"),
        place: "Data source and method; Disproportionality",
    },
    Item {
        number: "8",
        topic: "Reports: flow and characteristics",
        answer: "answered; the characteristics of the comparator's reports are not described",
        without_comparator: Some("answered"),
        place: "Case flow; Population and reporters; Seriousness and outcomes; Use",
    },
    Item {
        number: "9",
        topic: "Disproportionality results",
        answer: "answered: counts, measures and intervals of every reaction tested, rare ones apart",
        without_comparator: Some("not done: there is no comparator"),
        place: "Disproportionality; Signal overview",
    },
    Item {
        number: "10",
        topic: "Case-by-case results",
        answer: "not done: needs a person; the reports are listed for it",
        without_comparator: None,
        place: "Case line listing",
    },
    Item {
        number: "11",
        topic: "Key results",
        answer: "answered, from computed facts only",
        without_comparator: None,
        place: "Key figures; Executive summary",
    },
    Item {
        number: "12",
        topic: "Limitations",
        answer: "answered",
        without_comparator: None,
        place: "Limitations",
    },
    Item {
        number: "13",
        topic: "Interpretation and other evidence",
        answer: "not done: label and literature were not consulted; for the author to add",
        without_comparator: None,
        place: "Signal overview, status column",
    },
    Item {
        number: "14",
        topic: "Funding, interests, availability of data and code",
        answer: "partly: data and modules are named by digest; funding and interests are for the author to add",
        without_comparator: None,
        place: "Provenance; Raw data",
    },
];

pub(crate) fn write(content: &mut Content, has_comparator: bool) {
    content.paragraph(
        "READUS-PV is the guideline for reporting a disproportionality analysis. The table says where this \
         document answers each of its items, and plainly what it does not do.",
    );
    let answer = |item: &Item| match item.without_comparator {
        Some(answer) if !has_comparator => answer,
        _ => item.answer,
    };
    content.table(
        Table::new(TABLE, "READUS-PV items and their place in this document")
            .column(Column::text("item", "Item", ITEMS.iter().map(|item| item.number)))
            .column(Column::text("topic", "Topic", ITEMS.iter().map(|item| item.topic)))
            .column(Column::text("answer", "Answer", ITEMS.iter().map(answer)))
            .column(Column::text("place", "Section", ITEMS.iter().map(|item| item.place)))
            .note("Items after Fusaroli et al. 2024, in our words. Sections as in the standard report; another report definition may leave some out."),
    );
}
