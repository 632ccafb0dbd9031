//! What an administrator can set.

use quire_sdk::DesignatedEvents;
use serde::Deserialize;

/// JSON Schema of [`Params`].
pub(crate) const SCHEMA: &str = concat!(
    r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "top": {
      "type": "integer", "minimum": 0, "maximum": 100000, "default": 50,
      "description": "Rows printed in the document, and below them every other row with a report of a death or a life-threatening one, and every designated medical event; 0 prints all. The table says how many are not."
    },
    "chart": {
      "type": "integer", "minimum": 0, "maximum": 50, "default": 15,
      "description": "Bars of the chart; 0 leaves the chart out."
    },
    "columns": {
      "type": "array", "uniqueItems": true,
      "items": { "enum": ["reaction", "reports", "percent", "cases", "serious", "fatal", "life-threatening", "professional", "note"] },
      "default": ["reaction", "reports", "percent", "cases", "serious", "fatal", "life-threatening", "professional", "note"],
      "description": "Columns shown, always in this order; the reaction is always shown."
    },
    "designated-events": "#,
    quire_sdk::designated_events_schema!(),
    "
  }
}"
);

/// Parameters of the section.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Params {
    /// Rows printed; 0 prints all.
    pub top: u32,
    /// Bars of the chart; 0 leaves it out.
    pub chart: u32,
    /// Columns shown.
    pub columns: Vec<Field>,
    /// Reactions that are never cut from the printed table.
    pub designated_events: DesignatedEvents,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The preferred term.
    Reaction,
    /// Reports naming it.
    Reports,
    /// In percent of the analysed reports.
    Percent,
    /// Probable cases of the reports.
    Cases,
    /// Of them marked serious.
    Serious,
    /// Of them of a death, however it is stated.
    Fatal,
    /// Of them with the criterion life-threatening.
    LifeThreatening,
    /// Of them by a health professional.
    Professional,
    /// Marks of designated medical events, and of terms that say little.
    Note,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            top: 50,
            chart: 15,
            columns: vec![
                Field::Reaction,
                Field::Reports,
                Field::Percent,
                Field::Cases,
                Field::Serious,
                Field::Fatal,
                Field::LifeThreatening,
                Field::Professional,
                Field::Note,
            ],
            designated_events: DesignatedEvents::default(),
        }
    }
}

impl Params {
    pub(crate) fn shows(&self, field: Field) -> bool {
        self.columns.contains(&field)
    }

    /// Columns of the table, the reaction included.
    pub(crate) fn width(&self) -> usize {
        self.columns
            .iter()
            .filter(|field| **field != Field::Reaction)
            .count()
            + 1
    }
}
