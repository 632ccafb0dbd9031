//! Columns and series, as they are written: with `null` where a value is missing.

use serde::{Serialize, Serializer};

use crate::{Align, Cells, Column, Date, Series, gaps::Gaps};

/// [`Cells`], as they are written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "values")]
enum CellsForm<'a> {
    Text(Gaps<'a, String>),
    Integer(Gaps<'a, i64>),
    Number(Gaps<'a, f64>),
    Percent(Gaps<'a, f64>),
    Date(Gaps<'a, Date>),
    Boolean(Gaps<'a, bool>),
}

/// [`Column`], as it is written.
#[derive(Serialize)]
struct ColumnForm<'a> {
    key: &'a str,
    title: &'a str,
    unit: &'a Option<String>,
    align: Align,
    decimals: Option<u8>,
    cells: CellsForm<'a>,
    missing: &'a [u32],
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let missing = self.missing.as_slice();
        let cells = match &self.cells {
            Cells::Text(cells) => CellsForm::Text(Gaps(cells, missing)),
            Cells::Integer(cells) => CellsForm::Integer(Gaps(cells, missing)),
            Cells::Number(cells) => CellsForm::Number(Gaps(cells, missing)),
            Cells::Percent(cells) => CellsForm::Percent(Gaps(cells, missing)),
            Cells::Date(cells) => CellsForm::Date(Gaps(cells, missing)),
            Cells::Boolean(cells) => CellsForm::Boolean(Gaps(cells, missing)),
        };
        ColumnForm {
            key: &self.key,
            title: &self.title,
            unit: &self.unit,
            align: self.align,
            decimals: self.decimals,
            cells,
            missing,
        }
        .serialize(to)
    }
}

/// [`Series`], as it is written.
#[derive(Serialize)]
struct SeriesForm<'a> {
    name: &'a str,
    values: Gaps<'a, f64>,
    interval: Option<(Gaps<'a, f64>, Gaps<'a, f64>)>,
    missing: &'a [u32],
}

impl Serialize for Series {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let missing = self.missing.as_slice();
        SeriesForm {
            name: &self.name,
            values: Gaps(&self.values, missing),
            interval: self
                .interval
                .as_ref()
                .map(|(low, high)| (Gaps(low.as_slice(), missing), Gaps(high, missing))),
            missing,
        }
        .serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_null_and_reads_back() {
        let column = Column {
            key: "age".to_owned(),
            title: "Age".to_owned(),
            unit: Some("years".to_owned()),
            align: Align::End,
            decimals: Some(1),
            cells: Cells::Number(vec![1.5, 0.0, 2.0, f64::NAN]),
            missing: vec![1, 3],
        };

        let text = serde_json::to_string(&column).unwrap();
        let back: Column = serde_json::from_str(&text).unwrap();

        let cells = r#""cells":{"type":"number","values":[1.5,null,2.0,null]}"#;
        assert!(text.contains(cells), "{text}");
        assert_eq!(back.missing, column.missing);
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }

    #[test]
    fn intervals_have_gaps_too() {
        let series = Series {
            name: "ratio".to_owned(),
            values: vec![f64::NAN, 2.0],
            interval: Some((vec![f64::NAN, 1.0], vec![f64::INFINITY, 3.0])),
            missing: vec![0],
        };

        let text = serde_json::to_string(&series).unwrap();
        let back: Series = serde_json::from_str(&text).unwrap();

        let written = r#""values":[null,2.0],"interval":[[null,1.0],[null,3.0]]"#;
        assert!(text.contains(written), "{text}");
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}
