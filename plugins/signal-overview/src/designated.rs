//! Designated medical events, one row each with the reports themselves, whatever their number.

use std::collections::BTreeMap;

use quire_sdk::{
    Column, Content, Data, Designated, DesignatedEvents, Fact, Failure, Table, joined_terms, number,
};
use quire_signals::{Pair, Signals, words};

const TABLE: &str = "designated";
/// Report ids of one row; the case listing has the others.
const MOST_IDS: usize = 20;

/// The events that analysed reports name, with what the comparator says of them if there is one.
pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    events: &DesignatedEvents,
    signals: Option<&Signals>,
) -> Result<(), Failure> {
    let found = events.found(data)?;
    content.heading("Designated medical events");
    content.fact(Fact::count("designated-events", found.len() as u64).unit("reactions"));
    let source = events.source();
    if found.is_empty() {
        content.paragraph(format!(
            "No analysed report names a designated medical event ({source}), by its present name or an \
             earlier one."
        ));
        return Ok(());
    }
    // As a note, so that the headings move with a table that needs a sheet on its side.
    let why = format!(
        "{} {} named: reactions of which the list wants each report read, whatever their number and whether \
         or not a rule is met.",
        number::counted(
            found.len() as u64,
            "designated medical event",
            "designated medical events"
        ),
        if found.len() == 1 { "is" } else { "are" },
    );
    content.table(table(&found, source, signals).note(why));
    Ok(())
}

fn table(found: &[Designated], source: &str, signals: Option<&Signals>) -> Table {
    let count = |key: &str, title: &str, pick: fn(&Designated) -> u32| {
        Column::integer(key, title, found.iter().map(pick))
    };
    let ids = found.iter().map(|one| {
        let ids: Vec<&str> = one.ids.iter().map(String::as_str).collect();
        joined_terms(&ids, MOST_IDS)
    });
    let mut table = Table::new(
        TABLE,
        "Designated medical events, and the reports that name them",
    )
    .column(Column::text(
        "reaction",
        "Preferred term",
        found.iter().map(|one| &one.term),
    ))
    .column(count("reports", "Reports", |one| one.reports))
    .column(count("cases", "Cases", |one| one.cases))
    .column(count("suspect", "Suspect", |one| one.suspect))
    .column(count("suspect-cases", "Suspect cases", |one| {
        one.suspect_cases
    }))
    .column(count("fatal", "Death", |one| one.gravity.fatal))
    .column(count("life-threatening", "Life-threat.", |one| {
        one.gravity.life_threatening
    }));
    if let Some(signals) = signals {
        let pairs: BTreeMap<&str, &Pair> = signals
            .pairs
            .iter()
            .map(|pair| (pair.term.as_str(), pair))
            .collect();
        let of = |one: &Designated| pairs.get(one.term.as_str()).copied();
        let a = found
            .iter()
            .map(|one| of(one).map(|pair| pair.table.a() as i64));
        let lower = found.iter().map(|one| {
            let ic = of(one).and_then(|pair| pair.measures.ic);
            ic.map(|ic| ic.lower)
        });
        table = table
            .column(Column::integer(
                "a",
                &words::headed("a", &signals.source),
                a,
            ))
            .column(Column::number("ic-lower", "IC025", 2, lower));
    }
    let indicated = |one: &Designated| {
        let reports = (one.indicated > 0).then(|| number::reports(one.indicated));
        reports.map_or_else(String::new, |reports| {
            format!("also the indication in {reports}")
        })
    };
    if found.iter().any(|one| one.indicated > 0) {
        table = table.column(Column::text("class", "Note", found.iter().map(indicated)));
    }
    let table = table
        .column(Column::text("ids", "Report ids", ids))
        .note(format!(
            "The list: {source}, with the names that older reports have for its terms. Deaths stand first, \
             then life-threatening and suspect reports."
        ))
        .note("Counts are of analysed reports. Cases: probable cases, of which one patient's reports are one. Suspect: the drug is suspect or interacting. Ids: such reports first, of them those of a death.");
    match signals {
        Some(signals) => table.note(words::comparator(&signals.source)),
        None => table,
    }
}
