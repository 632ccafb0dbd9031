//! The requested period beside all time up to its end, as a PBRER has interval and cumulative counts, and what is
//! new in it.

use std::collections::BTreeMap;

use quire_sdk::{
    Column, Content, Data, Fact, QueryError, Table, number,
    wit::interval::{Comparison, ReactionSpan},
};

const TOTALS: &str = "interval";
const REACTIONS: &str = "interval-reactions";

/// Reactions printed, new ones first; the forms for programs have all.
const PRINTED: u32 = 25;
/// New reactions named one by one.
const NAMED: usize = 5;

const NOTE: &str = "Counts of the source over all matching reports, fetched or not, in any role of the drug, so they may \
                    differ from the analysed reports.";

/// Nothing unless reports from some day on were asked for.
pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let Some(found) = data.interval() else {
        return Ok(());
    };
    content.heading("Interval and cumulative");
    if found.cumulative.reports <= found.period.reports {
        content.paragraph(
            "No matching report was received before the period, so interval and cumulative counts are the same.",
        );
        return Ok(());
    }
    let rows = rows(data, &found)?;
    content.paragraph(opening(&rows));
    content.table(totals(&found));
    content.table(reactions(&rows));
    let count = |key: &str, value: u64| Fact::count(key, value);
    content.fact_of(
        TOTALS,
        count("interval-reports", found.period.reports).unit("reports"),
    );
    content.fact_of(
        TOTALS,
        count("cumulative-reports", found.cumulative.reports).unit("reports"),
    );
    let new: Vec<&Row> = rows.iter().filter(|row| row.is_new()).collect();
    content.fact_of(
        REACTIONS,
        count("new-reactions", new.len() as u64).unit("reactions"),
    );
    if !new.is_empty() {
        content.fact_of(REACTIONS, Fact::text("new-reactions-named", named(&new)));
    }
    Ok(())
}

/// A reaction of the period, as the reports write it.
struct Row {
    reaction: String,
    span: ReactionSpan,
}

impl Row {
    /// Whether no report before the period names it.
    fn is_new(&self) -> bool {
        self.span.cumulative == Some(self.span.period)
    }
}

/// New ones first, then most reports first.
fn rows(data: &impl Data, found: &Comparison) -> Result<Vec<Row>, QueryError> {
    let counts = data.count_by("reaction", None)?;
    let written: BTreeMap<String, String> = counts
        .rows
        .into_iter()
        .map(|row| (row.value.to_lowercase(), row.value))
        .collect();
    let mut rows: Vec<Row> = found
        .reactions
        .iter()
        .map(|span| Row {
            reaction: written
                .get(&span.reaction.to_lowercase())
                .cloned()
                .unwrap_or_else(|| span.reaction.clone()),
            span: span.clone(),
        })
        .collect();
    rows.sort_by_key(|row| !row.is_new());
    Ok(rows)
}

fn opening(rows: &[Row]) -> String {
    let new: Vec<&Row> = rows.iter().filter(|row| row.is_new()).collect();
    if new.is_empty() {
        return "No reaction is named in the period that no earlier report names.".to_owned();
    }
    format!(
        "{} in reports of the period and in none before: {}.",
        number::counted(new.len() as u64, "reaction is named", "reactions are named"),
        named(&new)
    )
}

fn named(new: &[&Row]) -> String {
    let mut names: Vec<String> = new
        .iter()
        .take(NAMED)
        .map(|row| format!("{} ({})", row.reaction, number::count(row.span.period)))
        .collect();
    if new.len() > NAMED {
        names.push(format!(
            "{} more",
            number::count((new.len() - NAMED) as u64)
        ));
    }
    number::list(&names, "and")
}

fn totals(found: &Comparison) -> Table {
    let (period, all) = (&found.period, &found.cumulative);
    let rows = [
        ("Matching reports", Some(period.reports), Some(all.reports)),
        ("Marked serious", period.serious, all.serious),
        ("Seriousness criterion death", period.death, all.death),
    ];
    Table::new(
        TOTALS,
        "Matching reports of the period, and of all time up to its end",
    )
    .column(Column::text("what", "Reports", rows.map(|row| row.0)))
    .column(Column::integer(
        "period",
        "In the period",
        rows.map(|row| row.1),
    ))
    .column(Column::integer(
        "cumulative",
        "Cumulative",
        rows.map(|row| row.2),
    ))
    .note(NOTE)
}

fn reactions(rows: &[Row]) -> Table {
    let mark = |row: &Row| if row.is_new() { "new" } else { "" };
    Table::new(REACTIONS, "Reactions of the period, with all reports up to its end")
        .column(Column::text("reaction", "Preferred term", rows.iter().map(|row| &row.reaction)))
        .column(Column::integer("period", "In the period", rows.iter().map(|row| row.span.period)))
        .column(Column::integer("cumulative", "Cumulative", rows.iter().map(|row| row.span.cumulative)))
        .column(Column::text("new", "New", rows.iter().map(mark)))
        .note("New: no report before the period names it. – : the source lists so many commoner reactions that it does not say.")
        .print_top(PRINTED)
}
