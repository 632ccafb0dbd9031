//! The table that most sections need: values, reports, percent of the reports that state one; or the
//! sentence that stands for a table in which nothing could be compared.

use crate::{
    Column, Content, Counts, Table, Text,
    number::{self, percent_of},
};

/// What the contract calls a value that a report states and that is not understood.
const OTHER: &str = "other";
/// The same for a reader.
const OTHER_LABEL: &str = "Other, as the report says";

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
    analysed: u32,
    rows: Vec<(String, u32)>,
    not_reported: Option<u32>,
    is_exclusive: bool,
    notes: Vec<String>,
}

impl Breakdown {
    /// A breakdown of so many analysed reports; `heading` stands above the values.
    #[must_use]
    pub fn new(id: &str, caption: impl Into<Text>, heading: &str, analysed: u32) -> Self {
        Self {
            id: id.to_owned(),
            caption: caption.into(),
            heading: heading.to_owned(),
            analysed,
            rows: Vec::new(),
            not_reported: None,
            is_exclusive: true,
            notes: Vec::new(),
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
                let label = match row.value.as_str() {
                    OTHER => OTHER_LABEL,
                    value => value,
                };
                self = self.row(label, row.reports);
            }
        }
        self.not_reported(counts.missing)
    }

    /// Add the reports without a value. Every breakdown has this row, also when it is 0.
    #[must_use]
    pub fn not_reported(mut self, reports: u32) -> Self {
        self.not_reported = Some(reports);
        self
    }

    /// A report may have several values: no sum below, and a note that says so.
    #[must_use]
    pub fn not_exclusive(mut self) -> Self {
        self.is_exclusive = false;
        self
    }

    /// Add a note below the table.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Write the table; or a sentence, where no report states a value, or all state the same one.
    pub fn write(self, content: &mut Content) {
        match self.sentence() {
            Some(sentence) => content.paragraph(sentence),
            None => content.table(self.table()),
        }
    }

    fn sentence(&self) -> Option<Text> {
        let missing = self.not_reported.unwrap_or_default();
        let lead = Text::default().append(self.caption.clone());
        if missing >= self.analysed {
            return Some(lead.plain(format!(": {}.", nobody_states(self.analysed))));
        }
        let mut held = self.rows.iter().filter(|(_, reports)| *reports > 0);
        let (value, reports) = held.next()?;
        (held.next().is_none() && *reports == self.analysed).then(|| {
            let all = counted_all(self.analysed);
            lead.plain(format!(": {value}, in {all}."))
        })
    }

    /// The table, with a total where values exclude each other and a note with the denominator: the
    /// reports that state any value. Where none does, no count is printed either.
    #[must_use]
    pub fn table(self) -> Table {
        let stated = self
            .analysed
            .saturating_sub(self.not_reported.unwrap_or_default());
        let known = |reports: u32| (stated > 0).then_some(reports);
        let mut rows: Vec<(String, Option<u32>, Option<f64>)> = self
            .rows
            .into_iter()
            .map(|(value, reports)| (value, known(reports), percent_of(reports, stated)))
            .collect();
        if let Some(reports) = self.not_reported {
            rows.push(("Not reported".to_owned(), Some(reports), None));
        }
        if self.is_exclusive {
            rows.push(("All analysed reports".to_owned(), Some(self.analysed), None));
        }
        let last = u32::try_from(rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let table = Table::new(&self.id, self.caption)
            .column(Column::text(
                "value",
                &self.heading,
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
            .note(denominator(stated, self.analysed));
        let table = if self.is_exclusive {
            table.total(last)
        } else {
            table.note("A report counts once in each row that applies to it, so rows do not sum to the denominator.")
        };
        self.notes.into_iter().fold(table, Table::note)
    }
}

/// `not reported in any of the 61 analysed reports`, for a sentence in place of a table.
#[must_use]
pub fn nobody_states(analysed: u32) -> String {
    match analysed {
        1 => "not reported in the one analysed report".to_owned(),
        many => format!(
            "not reported in any of the {} analysed reports",
            number::count(many)
        ),
    }
}

/// `all 61 analysed reports`, for a sentence in place of a table.
#[must_use]
pub fn counted_all(analysed: u32) -> String {
    match analysed {
        1 => "the one analysed report".to_owned(),
        many => format!("all {} analysed reports", number::count(many)),
    }
}

/// The denominator of a column `% of stated`, in a sentence.
#[must_use]
pub fn denominator(stated: u32, analysed: u32) -> String {
    let analysed_words = number::counted(analysed, "analysed report", "analysed reports");
    match stated {
        0 => format!("Not reported: none of {analysed_words} states it."),
        stated if stated == analysed => {
            format!("Denominator: {analysed_words}, all of which state it.")
        }
        stated => format!(
            "Denominator: {} of {analysed_words}, those that state it.",
            number::count(stated)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Count;

    #[test]
    fn a_table_in_which_nothing_could_be_compared_is_a_sentence() {
        let written = |female, male, missing| {
            let mut content = Content::new("Sex");
            Breakdown::new("sex", "Reports by sex", "Sex", 61)
                .row("Female", female)
                .row("Male", male)
                .not_reported(missing)
                .write(&mut content);
            crate::testing::plain_text(&content.into_output())
        };

        assert!(
            written(0, 0, 61)
                .ends_with("Reports by sex: not reported in any of the 61 analysed reports.\n")
        );
        assert!(
            written(61, 0, 0).ends_with("Reports by sex: Female, in all 61 analysed reports.\n")
        );
        for table in [written(60, 1, 0), written(60, 0, 1)] {
            assert!(table.contains("[table sex:"), "{table}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_gap() {
        let row = |value: &str| Count {
            value: value.to_owned(),
            reports: 1,
            serious: 0,
            fatal: 0,
        };
        let counts = Counts {
            rows: vec![row("other"), row("male")],
            distinct: 2,
            missing: 1,
        };

        let table = Breakdown::new("sex", "Sex", "Sex", 3)
            .counts(&counts, &[("male", "Male")])
            .table()
            .into_wit();

        let mut content = Content::new("Sex");
        content.table(
            Breakdown::new("sex", "Sex", "Sex", 3)
                .counts(&counts, &[("male", "Male")])
                .table(),
        );
        let text = crate::testing::plain_text(&content.into_output());
        assert_eq!(
            table.notes[0],
            "Denominator: 2 of 3 analysed reports, those that state it."
        );
        assert!(text.contains("Other, as the report says"), "{text}");
    }

    #[test]
    fn what_nobody_states_has_no_share() {
        let table = |missing| {
            Breakdown::new("sex", "Sex", "Sex", 4)
                .row("Female", 4 - missing)
                .row("Male", 0)
                .not_reported(missing)
                .table()
                .into_wit()
        };

        let some = table(1);
        assert_eq!(some.columns[1].missing, [0u32; 0]);
        assert_eq!(some.columns[2].missing, [2, 3]);
        assert_eq!(
            some.notes[0],
            "Denominator: 3 of 4 analysed reports, those that state it."
        );
        let none = table(4);
        assert_eq!(none.columns[1].missing, [0, 1]);
        assert_eq!(none.columns[2].missing, [0, 1, 2, 3]);
        assert_eq!(
            none.notes[0],
            "Not reported: none of 4 analysed reports states it."
        );
    }
}
