//! A finished report in its JSON form, taken apart into tables, figures and sentences.

use serde_json::Value;

/// One cell of a table.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Missing,
    Text(String),
    /// Counts, measurements and percentages.
    Number(f64),
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Missing, Self::Missing) => true,
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => (one - other).abs() < 1e-9,
            _ => false,
        }
    }
}

/// Columns by key, in printed order.
pub(super) type Columns = Vec<(String, Vec<Cell>)>;

/// The report.
pub(super) struct Document(pub(super) Value);

impl Document {
    pub(super) fn sections(&self) -> impl Iterator<Item = &Value> {
        self.0["sections"].as_array().unwrap().iter()
    }

    /// Every table: section, name of the table, columns.
    pub(super) fn tables(&self) -> Vec<(String, String, Columns)> {
        let mut tables = Vec::new();
        for (section, block) in self.blocks() {
            if block["block"] == "table" {
                let content = &block["content"];
                tables.push((section, text(&content["id"]), columns(content)));
            }
        }
        tables
    }

    /// Every block with the name of its section, those inside others included.
    pub(super) fn blocks(&self) -> Vec<(String, &Value)> {
        let mut all = Vec::new();
        for section in self.sections() {
            for block in section["blocks"].as_array().unwrap() {
                all.push((text(&section["name"]), block));
            }
        }
        all
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn columns(table: &Value) -> Columns {
    let columns = table["columns"].as_array().unwrap().iter();
    columns
        .map(|column| {
            let cells = column["cells"]["values"].as_array().unwrap().iter();
            (text(&column["key"]), cells.map(cell).collect())
        })
        .collect()
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Missing,
        Value::String(text) => Cell::Text(text.clone()),
        Value::Bool(flag) => Cell::Text(flag.to_string()),
        number => Cell::Number(number.as_f64().unwrap()),
    }
}
