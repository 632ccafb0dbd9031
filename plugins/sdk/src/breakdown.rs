//! The table that most sections need: values, reports, percent of the analysed reports.

use crate::{
    Column, Counts, Table, Text,
    number::{self, percent_of},
};

/// Reports by value, with the reports that say nothing and the denominator in sight.
///
/// ```
/// use quire_sdk::Breakdown;
///
/// let table = Breakdown::new("sex", "Reports by sex of the patient", "Sex", 61)
///     .row("Female", 45)
///     .row("Male", 16)
///     .not_reported(0)
///     .table();
/// ```
#[derive(Clone, Debug)]
pub struct Breakdown {
    id: String,
    caption: Text,
    heading: String,
    denominator: u32,
    rows: Vec<(String, u32)>,
    is_exclusive: bool,
}

impl Breakdown {
    /// A breakdown of `denominator` analysed reports; `heading` stands above the values.
    #[must_use]
    pub fn new(id: &str, caption: impl Into<Text>, heading: &str, denominator: u32) -> Self {
        Self {
            id: id.to_owned(),
            caption: caption.into(),
            heading: heading.to_owned(),
            denominator,
            rows: Vec::new(),
            is_exclusive: true,
        }
    }

    /// Add a value.
    #[must_use]
    pub fn row(mut self, value: impl Into<String>, reports: u32) -> Self {
        self.rows.push((value.into(), reports));
        self
    }

    /// Add the values of `order` with their labels, also where no report has them, then values of
    /// `counts` that `order` does not name, then the reports without a value.
    #[must_use]
    pub fn counts(mut self, counts: &Counts, order: &[(&str, &str)]) -> Self {
        for (value, label) in order {
            let reports = counts
                .rows
                .iter()
                .find(|row| row.value == *value)
                .map_or(0, |row| row.reports);
            self = self.row(*label, reports);
        }
        for row in &counts.rows {
            if !order.iter().any(|(value, _)| *value == row.value) {
                self = self.row(row.value.clone(), row.reports);
            }
        }
        self.not_reported(counts.missing)
    }

    /// Add the reports without a value. Every breakdown has this row, also when it is 0.
    #[must_use]
    pub fn not_reported(self, reports: u32) -> Self {
        self.row("Not reported", reports)
    }

    /// A report may have several values: no sum below, and a note that says so.
    #[must_use]
    pub fn not_exclusive(mut self) -> Self {
        self.is_exclusive = false;
        self
    }

    /// The table, with a total where values exclude each other and a note with the denominator.
    #[must_use]
    pub fn table(mut self) -> Table {
        if self.is_exclusive {
            self.rows
                .push(("All analysed reports".to_owned(), self.denominator));
        }
        let last = u32::try_from(self.rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let shares = self
            .rows
            .iter()
            .map(|(_, reports)| percent_of(*reports, self.denominator));
        let table = Table::new(&self.id, self.caption)
            .column(Column::text(
                "value",
                &self.heading,
                self.rows.iter().map(|(value, _)| value),
            ))
            .column(Column::integer(
                "reports",
                "Reports",
                self.rows.iter().map(|(_, reports)| *reports),
            ))
            .column(Column::percent("percent", "% of analysed", shares))
            .note(format!(
                "Denominator: {}.",
                number::counted(self.denominator, "analysed report", "analysed reports")
            ));
        if self.is_exclusive {
            table.total(last)
        } else {
            table.note("A report counts once in each row that applies to it, so rows do not sum to the denominator.")
        }
    }
}
