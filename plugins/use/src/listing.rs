//! Values by number of reports, the first printed and all kept, with what is not reported.

use quire_sdk::{
    Column, Content, Counts, Table, counted_all, denominator, nobody_states, number,
    number::percent_of,
};

/// Rows kept; a report series names some thousands of drugs at most.
const MAX_ROWS: usize = 20_000;

/// What a report without a value is said to be where that leaves nothing open.
const NONE_NAMED: &str = "None named";

/// A long breakdown.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    id: &'static str,
    caption: &'static str,
    heading: &'static str,
    analysed: u32,
    rows: Vec<(String, u32)>,
    distinct: usize,
    missing: u32,
    missing_label: &'static str,
}

impl Listing {
    pub(crate) fn new(
        id: &'static str,
        caption: &'static str,
        heading: &'static str,
        analysed: u32,
    ) -> Self {
        Self {
            id,
            caption,
            heading,
            analysed,
            rows: Vec::new(),
            distinct: 0,
            missing: 0,
            missing_label: "Not reported",
        }
    }

    /// A report without a value leaves nothing open: it names no such thing.
    pub(crate) fn none_named(mut self) -> Self {
        self.missing_label = NONE_NAMED;
        self
    }

    pub(crate) fn counts(mut self, counts: &Counts) -> Self {
        let rows = counts.rows.iter().take(MAX_ROWS);
        self.rows = rows
            .map(|row| (sentence(&row.value), row.reports))
            .collect();
        self.distinct = counts.rows.len();
        self.missing = counts.missing;
        self
    }

    /// Write the table; or a sentence, where no report names anything, or all name the same alone.
    pub(crate) fn write(self, content: &mut Content, top: u32, note: Option<&str>) {
        match self.sentence() {
            Some(sentence) => content.paragraph(sentence),
            None => {
                let table = self.table(top);
                content.table(match note {
                    Some(note) => table.note(note),
                    None => table,
                });
            }
        }
    }

    fn sentence(&self) -> Option<String> {
        if self.missing >= self.analysed {
            let nobody = match self.missing_label {
                NONE_NAMED => format!("none named in {}", counted_all(self.analysed)),
                _ => nobody_states(self.analysed),
            };
            return Some(format!("{}: {nobody}.", self.caption));
        }
        match self.rows.as_slice() {
            [(value, reports)] if *reports == self.analysed => Some(format!(
                "{}: {value}, in {}.",
                self.caption,
                counted_all(self.analysed)
            )),
            _ => None,
        }
    }

    /// Reports without a value stand first, so that it is printed whatever is cut. Shares are of the
    /// reports that state a value; a report that names no such thing states that.
    fn table(self, top: u32) -> Table {
        let stated = match self.missing_label {
            NONE_NAMED => self.analysed,
            _ => self.analysed.saturating_sub(self.missing),
        };
        let share = |reports: u32| percent_of(reports, stated);
        let missing = (self.missing_label == NONE_NAMED)
            .then(|| share(self.missing))
            .flatten();
        let first = (self.missing_label.to_owned(), self.missing, missing);
        let rest = self.rows.iter();
        let rest = rest.map(|(value, reports)| (value.clone(), *reports, share(*reports)));
        let rows: Vec<(String, u32, Option<f64>)> = std::iter::once(first).chain(rest).collect();
        Table::new(self.id, self.caption)
            .column(Column::text(
                "value",
                self.heading,
                rows.iter().map(|(value, _, _)| value),
            ))
            .column(Column::integer(
                "reports",
                "Reports",
                rows.iter().map(|(_, reports, _)| *reports),
            ))
            .column(Column::percent(
                "percent",
                "% of stated",
                rows.iter().map(|(_, _, share)| *share),
            ))
            .note(denominator(stated, self.analysed))
            .note(format!(
                "{} named. Rows do not sum, because a report counts once for each that it names.",
                number::counted(
                    self.distinct as u64,
                    "distinct value is",
                    "distinct values are"
                ),
            ))
            .print_top(top.saturating_add(1))
    }
}

/// The contract's words begin in lower case; names and terms are left as they are.
fn sentence(value: &str) -> String {
    let mut chars = value.chars();
    match chars.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(chars).collect(),
        _ => value.to_owned(),
    }
}
