//! What was done with the drug, and what happened when it was stopped or given again.

use quire_sdk::{
    Breakdown, Column, Content, Data, Fact, Filter, QueryError, Table, nobody_states, number,
    number::percent_of, reports_with,
};

const CHALLENGE: &str = "challenge";
const ACTIONS: [(&str, &str); 6] = [
    ("withdrawn", "Withdrawn"),
    ("dose reduced", "Dose reduced"),
    ("dose increased", "Dose increased"),
    ("dose not changed", "Dose not changed"),
    ("unknown", "Unknown, as the report says"),
    ("not applicable", "Not applicable"),
];

/// The two tests: their dimension, and what a reader sees.
const TESTS: [(&str, &str); 2] = [
    ("dechallenge", "Dechallenge"),
    ("rechallenge", "Rechallenge"),
];

/// A test with its answers, in reports.
struct Row {
    label: &'static str,
    positive: u32,
    negative: u32,
    unknown: u32,
    missing: u32,
    /// Reports that say yes or no; some say both.
    answered: u32,
}

impl Row {
    fn of(data: &impl Data, dimension: &str, label: &'static str) -> Result<Self, QueryError> {
        let counts = data.count_by(dimension, None)?;
        let answered = data.select(&[Filter::one_of(dimension, ["yes", "no"])])?;
        let unknown = data.select(&[Filter::one_of(dimension, ["unknown", "other"])])?;
        Ok(Self {
            label,
            positive: reports_with(&counts, "yes"),
            negative: reports_with(&counts, "no"),
            unknown: unknown.reports(),
            missing: counts.missing,
            answered: answered.reports(),
        })
    }
}

pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    analysed: u32,
) -> Result<(), QueryError> {
    content.heading("Action taken, dechallenge, rechallenge");
    let caption = "Reports by action taken with the drug";
    Breakdown::new("actions", caption, "Action", analysed)
        .counts(&data.count_by("action-taken", None)?, &ACTIONS)
        .not_exclusive()
        .write(content);
    let mut stated = Vec::new();
    for (dimension, label) in TESTS {
        let row = Row::of(data, dimension, label)?;
        let answered = Fact::count(&format!("{dimension}-answered"), row.answered);
        content.fact(answered.unit("reports"));
        if row.missing < analysed {
            stated.push((dimension, row));
        } else {
            content.paragraph(format!("{label}: {}.", nobody_states(analysed)));
        }
    }
    if !stated.is_empty() {
        let rows: Vec<&Row> = stated.iter().map(|(_, row)| row).collect();
        content.table(table(&rows, analysed));
    }
    for (dimension, row) in &stated {
        let positive = Fact::count(&format!("{dimension}-positive"), row.positive);
        content.fact(positive.unit("reports").shown_in(CHALLENGE));
    }
    Ok(())
}

fn table(rows: &[&Row], analysed: u32) -> Table {
    let count = |key: &str, title: &str, pick: fn(&Row) -> u32| {
        Column::integer(key, title, rows.iter().map(|row| pick(row)))
    };
    let shares = rows
        .iter()
        .map(|row| percent_of(row.positive, row.answered));
    Table::new(CHALLENGE, "Dechallenge and rechallenge with the drug, in reports")
        .column(Column::text("test", "Test", rows.iter().map(|row| row.label)))
        .column(count("positive", "Positive", |row| row.positive))
        .column(count("negative", "Negative", |row| row.negative))
        .column(Column::percent("percent-positive", "% positive of answered", shares))
        .column(count("answered", "Answered", |row| row.answered))
        .column(count("unknown", "Unknown or not applicable", |row| row.unknown))
        .column(count("missing", "Not reported", |row| row.missing))
        .note(format!(
            "Dechallenge positive: the event abated when the drug was stopped or reduced. Rechallenge positive: it \
             came back when the drug was given again. Negative: it did not. Answered: positive or negative, of {}. \
             A report that lists the drug several times can give several answers. Answers are the reporter's; a \
             positive one is not proof.",
            number::counted(analysed, "analysed report", "analysed reports")
        ))
}
