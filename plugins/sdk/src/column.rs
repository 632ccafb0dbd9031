//! Columns of tables: typed cells, missing ones included.

use quire_contract::KEY_BYTES;

use crate::{
    Cell,
    number::PERCENT_DECIMALS,
    text::clean,
    wit::types::{Align, Cells, TableColumn},
};

/// One column of a [`Table`](crate::Table). `key` is its stable name
/// (`[a-z][a-z0-9-]*`), `title` what a reader sees.
///
/// ```
/// use quire_sdk::Column;
///
/// let reports = Column::integer("reports", "Reports", [61u32, 5]);
/// let share = Column::percent("percent", "% of analysed", [Some(100.0), None]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Column(TableColumn);

impl Column {
    /// A key for a column, or a fact, that is made from the data: `prefix`, which is a key itself, and what the value has
    /// of letters and digits. Two values may give one key, if they differ in signs alone.
    ///
    /// ```
    /// assert_eq!(quire_sdk::Column::key_of("reports", "Not recovered"), "reports-not-recovered");
    /// ```
    #[must_use]
    pub fn key_of(prefix: &str, value: &str) -> String {
        let words = value.split(|letter: char| !letter.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        let words = words.map(str::to_ascii_lowercase);
        let mut key = std::iter::once(prefix.to_owned())
            .chain(words)
            .collect::<Vec<_>>()
            .join("-");
        key.truncate(KEY_BYTES);
        key.truncate(key.trim_end_matches('-').len());
        key
    }

    /// Words, from the start of the cell.
    #[must_use]
    pub fn text<C: Into<Cell<String>>>(
        key: &str,
        title: &str,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        let (cells, missing) = split(cells, |_| true);
        Self::new(
            key,
            title,
            Align::Start,
            Cells::Text(cells.into_iter().map(clean).collect()),
            missing,
        )
    }

    /// Counts.
    #[must_use]
    pub fn integer<C: Into<Cell<i64>>>(
        key: &str,
        title: &str,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        let (cells, missing) = split(cells, |_| true);
        Self::new(key, title, Align::End, Cells::Integer(cells), missing)
    }

    /// Measurements with `decimals` digits after the point (0 to 6). What is not finite is missing.
    #[must_use]
    pub fn number<C: Into<Cell<f64>>>(
        key: &str,
        title: &str,
        decimals: u8,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        let (cells, missing) = split(cells, |cell: &f64| cell.is_finite());
        Self::new(key, title, Align::End, Cells::Number(cells), missing).decimals(decimals)
    }

    /// Percentages with one decimal; 12.5 means 12.5 %. What is not finite is missing.
    #[must_use]
    pub fn percent<C: Into<Cell<f64>>>(
        key: &str,
        title: &str,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        let (cells, missing) = split(cells, |cell: &f64| cell.is_finite());
        Self::new(key, title, Align::End, Cells::Percent(cells), missing).decimals(PERCENT_DECIMALS)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn date<C: Into<Cell<i32>>>(
        key: &str,
        title: &str,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        let (cells, missing) = split(cells, |_| true);
        Self::new(key, title, Align::Start, Cells::Date(cells), missing)
    }

    /// The unit, shown behind the title.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.0.unit = Some(clean(unit.to_owned()));
        self
    }

    /// Digits after the point; at most 6.
    #[must_use]
    pub fn decimals(mut self, decimals: u8) -> Self {
        self.0.decimals = Some(decimals.min(6));
        self
    }

    /// Its stable name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// How many cells it has.
    pub(crate) fn rows(&self) -> usize {
        match &self.0.cells {
            Cells::Text(cells) => cells.len(),
            Cells::Integer(cells) => cells.len(),
            Cells::Number(cells) | Cells::Percent(cells) => cells.len(),
            Cells::Date(cells) => cells.len(),
            Cells::Boolean(cells) => cells.len(),
        }
    }

    pub(crate) fn into_wit(self) -> TableColumn {
        self.0
    }

    fn new(key: &str, title: &str, align: Align, cells: Cells, missing: Vec<u32>) -> Self {
        Self(TableColumn {
            key: key.to_owned(),
            title: clean(title.to_owned()),
            unit: None,
            align,
            decimals: None,
            cells,
            missing,
        })
    }
}

/// Cells with a placeholder where there is none, and the rows of the placeholders.
fn split<T: Default, C: Into<Cell<T>>>(
    cells: impl IntoIterator<Item = C>,
    is_usable: impl Fn(&T) -> bool,
) -> (Vec<T>, Vec<u32>) {
    let mut values = Vec::new();
    let mut missing = Vec::new();
    for (row, cell) in (0u32..).zip(cells) {
        match cell.into().0.filter(|value| is_usable(value)) {
            Some(value) => values.push(value),
            None => {
                values.push(T::default());
                missing.push(row);
            }
        }
    }
    (values, missing)
}

#[cfg(test)]
mod tests {
    use quire_contract::is_key;

    use super::*;

    #[test]
    fn a_key_can_be_made_from_any_words() {
        let long = "x".repeat(KEY_BYTES);
        for value in [
            "female",
            "Not recovered",
            "65+",
            "α-β",
            "",
            "18-64 years",
            &long,
        ] {
            let key = Column::key_of("reports", value);

            assert!(is_key(&key) && key.starts_with("reports"), "{value}: {key}");
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_missing() {
        let column = Column::number("ratio", "Ratio", 2, [1.5, f64::NAN, f64::INFINITY]).into_wit();

        assert_eq!(column.missing, [1, 2]);
        assert_eq!(column.cells, Cells::Number(vec![1.5, 0.0, 0.0]));
    }

    #[test]
    fn a_missing_cell_keeps_its_row() {
        let column = Column::integer("reports", "Reports", [Some(3u32), None, Some(1)]).into_wit();

        assert_eq!(column.missing, [1]);
        assert_eq!(column.cells, Cells::Integer(vec![3, 0, 1]));
    }
}
