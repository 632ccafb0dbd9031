//! The table of signals: figures, class, what the label says, and what is left to the reviewer.

use quire_sdk::{Column, Labelled, Table, number};
use quire_signals::{Order, Pair, SUSPECTED_FROM, Signals, words};

pub(crate) const TABLE: &str = "signals";

/// The columns of figures, then what the label says, what is left to the reviewer, and the notes.
pub(crate) fn table(signals: &Signals, shown: &[&Pair], labelled: &Labelled) -> Table {
    let table = figures(signals, shown);
    let table = if labelled.is_known() {
        let places = shown.iter().map(|pair| labelled.place(&pair.term));
        table.column(Column::text("label", &labelled.heading(), places))
    } else {
        table
    };
    table
        .column(Column::text("status", "Status and assessment", shown.iter().map(|_| "")))
        .note(words::comparator(&signals.source))
        .note(criteria(signals))
        .note("a: reports with drug and reaction in the comparator; m: with the reaction; E: expected. Indication: analysed reports that give the term as what the drug was taken for; the reaction may be the disease. Administrative: about use, handling, supply or quality of a product, or no event at all.")
        .note(format!("Suspect: analysed reports that name the reaction and in which the drug is suspect or interacting; suspect cases: their probable cases, of which one patient's reports are one. With fewer than {SUSPECTED_FROM} a signal is not named in the summary. Cases: probable cases of all analysed reports that name it; with fewer than {SUSPECTED_FROM} the class says so. Death: analysed reports of a death that name it, however the death is stated."))
        .note(words::GROUNDS_NOTE)
        .note(format!("Only reactions with a ≥ {} can be listed. – : not calculable.", signals.minimum))
}

fn figures(signals: &Signals, shown: &[&Pair]) -> Table {
    let lower = |order: Order| {
        let lower = move |pair: &&Pair| pair.estimate(order).map(|estimate| estimate.lower);
        shown.iter().map(lower)
    };
    let count = |key: &str, title: &str, pick: fn(&Pair) -> u64| {
        Column::integer(key, title, shown.iter().map(|pair| pick(pair)))
    };
    let a = words::headed("a", &signals.source);
    Table::new(TABLE, "Signals of disproportionate reporting, for review")
        .column(Column::text(
            "reaction",
            "Preferred term",
            shown.iter().map(|pair| &pair.term),
        ))
        .column(count("a", &a, |pair| pair.table.a()))
        .column(count("suspect", "Suspect", |pair| pair.suspect.into()))
        .column(count("suspect-cases", "Suspect cases", |pair| {
            pair.suspect_cases.into()
        }))
        .column(count("cases", "Cases", |pair| pair.cases.into()))
        .column(count("fatal", "Death", |pair| pair.gravity.fatal.into()))
        .column(count("m", "m", |pair| pair.table.event()))
        .column(Column::number(
            "expected",
            "E",
            3,
            shown.iter().map(|pair| Some(pair.table.expected())),
        ))
        .column(count("rules-met", "Rules met", |pair| pair.hits() as u64))
        .column(Column::text(
            "rules",
            "Which",
            shown.iter().map(|pair| words::rules_met(signals, pair)),
        ))
        .column(Column::number("ic-lower", "IC025", 2, lower(Order::Ic)))
        .column(Column::number(
            "prr-lower",
            "PRR, lower bound",
            2,
            lower(Order::Prr),
        ))
        .column(Column::text(
            "class",
            "Class",
            shown.iter().map(|pair| class(pair)),
        ))
}

/// The rules as this section used them: another section may use others.
pub(crate) fn criteria(signals: &Signals) -> String {
    let rule = |rule: &quire_signals::Rule| {
        let criteria: Vec<String> = rule.criteria.iter().map(ToString::to_string).collect();
        format!("{} ({})", words::short(rule.id), criteria.join(", "))
    };
    let rules: Vec<String> = signals.rules.iter().map(rule).collect();
    format!("Rules, by unrounded values: {}.", rules.join("; "))
}

fn class(pair: &Pair) -> String {
    let indication =
        (pair.indicated > 0).then(|| format!("indication ({})", number::reports(pair.indicated)));
    let said = |holds: bool, words: &str| holds.then(|| words.to_owned());
    let classes = [
        said(pair.is_designated, "designated medical event"),
        indication,
        said(pair.is_administrative, "administrative"),
        said(pair.rests_on_few(), "few cases"),
    ];
    let classes: Vec<String> = classes.into_iter().flatten().collect();
    if classes.is_empty() {
        "reaction".to_owned()
    } else {
        classes.join(", ")
    }
}
