//! What the reports are and how they were found.

use quire_sdk::{
    ByName, Column, Content, Selection, Table, Tone, drug_names, fetched_words,
    wit::provenance::Origin,
};

use crate::{SOURCE, count};

/// Names printed in the table; a code can match many.
const MAX_NAMES: usize = 40;

pub(crate) fn write(content: &mut Content, origin: &Origin, analysed: u32) {
    let chosen = Selection::of(origin);
    content.paragraph(scope(origin, &chosen));
    if let Some(stale) = &chosen.stale_since {
        content.callout(
            Tone::Caution,
            "An older answer was used",
            format!("The source could not be reached. The data are those of an earlier answer, out of date since {stale}."),
        );
    }
    content.table(table(origin, &chosen, analysed));
}

fn scope(origin: &Origin, chosen: &Selection) -> String {
    let names = drug_names(origin);
    if origin.total == 0 {
        let listed = match names.as_str() {
            "" => String::new(),
            names => format!(" The code stands for {names}."),
        };
        let period = chosen.period_words();
        let period = period.map_or_else(String::new, |period| format!(" first received {period}"));
        return format!(
            "No report{period} in the data source ({}) carries the code {}.{listed} {}",
            origin.source,
            origin.ndc,
            ByName::sentence(ByName::of(origin).as_ref(), 0)
        );
    }
    format!(
        "This document covers reports naming {names}, found in the data source ({}) through the \
         National Drug Code {}.",
        origin.source, origin.ndc
    )
}

fn table(origin: &Origin, chosen: &Selection, analysed: u32) -> Table {
    let rows = [
        ("Drug code, as asked for", origin.ndc.clone()),
        ("Product codes searched", list(&origin.candidates)),
        ("Of these, known to the source", list(&origin.matched)),
        ("Drug names that the codes stand for", list(&origin.names)),
        ("Source", origin.source.clone()),
        (
            "Last updated, by the source's statement",
            or_none(&origin.last_updated),
        ),
        ("Fetched", or_none(&origin.fetched_at)),
        ("Matching reports", count(origin.total)),
        ("Reports counted by name", by_name(origin)),
        ("Reports fetched", count(origin.fetched)),
        ("Selection", fetched_words(origin)),
        (
            "Role of the drug in analysed reports",
            chosen.role_words().to_owned(),
        ),
        (
            "First received, analysed reports",
            chosen
                .period_words()
                .unwrap_or_else(|| "on any day".to_owned()),
        ),
        ("Reports analysed", count(analysed)),
        ("SHA-256 of the data", or_none(&origin.digest)),
    ];
    Table::new(SOURCE, "Source and selection of reports")
        .column(Column::text("item", "Item", rows.iter().map(|(item, _)| *item)))
        .column(Column::text("value", "Value", rows.iter().map(|(_, value)| value)))
        .note("Reports carry no National Drug Code: the source attaches codes to drug names, so reports may concern products of other manufacturers. Matching reports: reports in the source to whose drug names it attaches one of the codes, in any role. Counted by name: reports that give the name as product or active substance, whether or not a code is attached; counted where the codes find few reports. Times are UTC, by the source's clock.")
}

fn by_name(origin: &Origin) -> String {
    ByName::of(origin).map_or_else(
        || "not looked for".to_owned(),
        |found| format!("{} ({})", count(found.reports), found.names.join("; ")),
    )
}

fn or_none(text: &str) -> String {
    if text.trim().is_empty() {
        "not stated".to_owned()
    } else {
        text.to_owned()
    }
}

fn list(words: &[String]) -> String {
    let shown = words.get(..MAX_NAMES).unwrap_or(words);
    match words.len().saturating_sub(shown.len()) {
        0 if shown.is_empty() => "none".to_owned(),
        0 => shown.join("; "),
        rest => format!("{} and {} more", shown.join("; "), count(rest as u64)),
    }
}
